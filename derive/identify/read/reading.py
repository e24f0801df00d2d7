"""From text to trees: an expression, a block of assignments, LaTeX, or a function's source."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from derive.errors import UsageError
from derive.identify.read.limits import MAX_TEXT, NotUnderstood
from derive.identify.read.math_text import looks_like_mathematics, read_mathematics
from derive.identify.read.python_expression import Reader
from derive.identify.read.python_text import Value, parse, typography, values
from derive.identify.read.tree import Apply, Binary, Clamp, Named, Negate, Node, Reduce, Symbol


@dataclass(frozen=True)
class Text:
    """What was read: the formulas in order, the one that is asked about last."""

    values: tuple[Value | Node, ...]
    spelled: str
    whole_function: bool = False

    @property
    def trees(self) -> tuple[Node, ...]:
        return tuple(v.tree if isinstance(v, Value) else v for v in self.values)


def read(text: str, limit: int = MAX_TEXT) -> Text:
    """Read an expression, a block, or functions, in Python or in mathematics.

    Raises
    ------
    NotUnderstood : it cannot be parsed, or the formula holds something outside the accepted table.
    """
    if not text.strip():
        raise NotUnderstood("there is no formula")
    spelled = typography(text).strip()
    try:
        module = parse(spelled, limit)
        if "^{" in text and len(module.body) == 1 and isinstance(module.body[0], ast.Expr):
            return Text((read_mathematics(text),), text)  # a set as an exponent is a LaTeX group
    except NotUnderstood as error:
        try:
            return Text((read_mathematics(text),), text)
        except NotUnderstood as other:
            raise (other if looks_like_mathematics(text) else error) from None
    functions = [s for s in ast.walk(module) if isinstance(s, ast.FunctionDef | ast.AsyncFunctionDef)]
    if functions:
        return of_functions(functions, spelled)
    body = [s for s in module.body if not isinstance(s, ast.Import | ast.ImportFrom | ast.Pass)]
    if not body:
        raise NotUnderstood("there is no formula")
    reader = Reader(strict=False)
    before = tuple(values(body[:-1], reader))
    reader.strict = True
    last = tuple(values(body[-1:], reader))
    if not last:
        raise NotUnderstood(
            "the last line is not a formula", None, "end with the KL term, as an expression or an assignment"
        )
    return Text((*before, *last), spelled)


def of_functions(functions: Sequence[ast.FunctionDef | ast.AsyncFunctionDef], spelled: str) -> Text:
    """The formulas of functions, each function read for itself."""
    found = tuple(v for function in functions for v in values(function.body, Reader(strict=False)))
    if not found:
        raise NotUnderstood(f"the function {functions[-1].name} holds no formula")
    return Text(found, spelled, True)


def read_function(source: str | bytes, name: str, limit: int) -> Text:
    """Read the function or method of that name (``f`` or ``Class.f``) in a file's source."""
    module = parse(source, limit)
    found: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}

    def look(body: Sequence[ast.stmt], prefix: str) -> None:
        for statement in body:
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                found.setdefault(statement.name, statement)
                found[prefix + statement.name] = statement
                look(statement.body, f"{prefix}{statement.name}.")
            elif isinstance(statement, ast.ClassDef):
                look(statement.body, f"{prefix}{statement.name}.")

    look(module.body, "")
    if name not in found:
        import difflib

        near = difflib.get_close_matches(name, found, n=1)
        raise UsageError(
            f"there is no function {name!r}",
            f"did you mean {near[0]!r}?" if near else f"it has {', '.join(list(found)[:8]) or 'none'}",
        )
    return of_functions([found[name]], source if isinstance(source, str) else source.decode("utf-8", "replace"))


def substitute(node: Node, replacements: dict[str, Node]) -> Node:
    """The tree with quantities replaced by name."""
    match node:
        case Symbol(name=name):
            return replacements.get(name, node)
        case Negate(part=part):
            return Negate(node.at, substitute(part, replacements))
        case Binary(op=op, left=left, right=right):
            return Binary(node.at, op, substitute(left, replacements), substitute(right, replacements))
        case Apply(fn=fn, arg=arg):
            return Apply(node.at, fn, substitute(arg, replacements))
        case Reduce(kind=kind, arg=arg, over=over):
            return Reduce(node.at, kind, substitute(arg, replacements), over)
        case Clamp(arg=arg, low=low, high=high):
            return Clamp(node.at, substitute(arg, replacements), low, high)
        case Named(name=name, value=value):
            return Named(node.at, name, substitute(value, replacements))
    return node
