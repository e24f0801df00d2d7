"""From text to trees: an expression, a block of assignments, LaTeX, or a function's source."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from derive.errors import UsageError
from derive.identify.read.limits import MAX_TEXT, NotUnderstood
from derive.identify.read.mathematics.text import looks_like_mathematics, read_mathematics
from derive.identify.read.python.called import of_class, of_module
from derive.identify.read.python.dialects import narrow, typography
from derive.identify.read.python.distributions import called
from derive.identify.read.python.expression import Reader
from derive.identify.read.python.parse import parse, parsed
from derive.identify.read.python.syntax import spelled
from derive.identify.read.python.text import Value, attributes, module_names, values
from derive.identify.read.source import Source
from derive.identify.read.tree import LOG, POWER, SUM, Named, Node


@dataclass(frozen=True)
class Text:
    """What was read: the formulas in order, the one that is asked about last."""

    values: tuple[Value | Node, ...]
    spelled: str
    whole_function: bool = False
    reread: Callable[[str], Text] | None = None
    body: Sequence[ast.stmt] = ()
    written: str = ""  # before its typography was read

    def source(self, index: int) -> Source | None:
        """The text with the way back to one of its formulas: by its number among them."""
        reread, own = self.reread, self.values[index]
        if reread is None or not isinstance(own, Value):
            return None

        def again(text: str) -> Node | None:
            values = reread(text).values
            at = (own.statement.lineno, own.name)
            near = [v for v in values if isinstance(v, Value) and (v.statement.lineno, v.name) == at]
            same = [v for v in near if v.source.col_offset == own.source.col_offset]
            return (same or near)[-1].tree if near else None

        return Source(self.spelled, again, self._assigned)

    @cached_property
    def _assigned(self) -> dict[str, Named]:
        return {v.name: named for v in self.values if isinstance(v, Value) and (named := v.named) is not None}

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
    text = narrow(text)
    source = typography(text).strip()
    try:
        module, source = parsed(source, limit)
        if "^{" in text and len(module.body) == 1 and isinstance(module.body[0], ast.Expr):
            return Text(read_mathematics(text), text)  # a set as an exponent is a LaTeX group
    except NotUnderstood as error:
        try:
            return Text(read_mathematics(text), text)
        except NotUnderstood as other:
            raise (other if looks_like_mathematics(text) else error) from None
    if any(isinstance(s, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) for s in module.body):
        return of_statements(module.body, source, module, lambda new: read(new, limit))
    body = [s for s in module.body if not isinstance(s, ast.Import | ast.ImportFrom | ast.Pass)]
    while len(body) > 1 and _only_shows(body[-1]):
        body.pop()
    if not body:
        raise NotUnderstood("there is no formula")
    reader = Reader(strict=False, modules=module_names(module), text=source)
    before = tuple(values(body[:-1], reader))
    reader.strict = not works_with_matrices(source)
    try:
        last = tuple(values(body[-1:], reader))
    except NotUnderstood:
        wanted = SUM | LOG | POWER
        if not any(v.tree.traits & wanted == wanted for v in before):
            raise
        reader.strict = False  # the loss that a divergence above is a part of
        last = tuple(values(body[-1:], reader))
    if not last:
        raise NotUnderstood(
            "the last line is not a formula", None, "end with the KL term, as an expression or an assignment"
        )
    return Text((*before, *last), source, reread=lambda new: read(new, limit), body=body, written=text)


_MATRICES = re.compile(r"logdet|cholesky|\bsolve\b|triangular|\btrace\b|\btr\(|einsum|\binv\b|pinv|\.inverse\(|\bdet\(")

_COMMENT = re.compile(r"#[^\n]*|\"\"\".*?\"\"\"|'''.*?'''", re.S)


def works_with_matrices(text: str) -> bool:
    """Whether a text has a full covariance in it; its comments tell of one where it takes a diagonal, too."""
    return bool(_MATRICES.search(_COMMENT.sub("", text)))


def _only_shows(statement: ast.stmt) -> bool:
    """``print(kl)``, ``kl``, ``loss.backward()``, an assertion: what people paste behind a formula."""
    if isinstance(statement, ast.Assert | ast.Delete | ast.Global):
        return True
    if isinstance(statement, ast.Assign):
        return spelled(statement.targets[0]) in ("print_", "exec_")
    if not isinstance(statement, ast.Expr):
        return False
    value = statement.value
    if isinstance(value, ast.Call):
        name = called(value)
        return name in ("print", "display", "backward", "append", "info", "debug", "log_scalar", "add_scalar", "item")
    return isinstance(value, ast.Name | ast.Constant)


def of_statements(
    body: Sequence[ast.stmt],
    text: str,
    module: ast.Module,
    reread: Callable[[str], Text],
    within: ast.ClassDef | None = None,
) -> Text:
    """The formulas of functions, classes and the lines around them; the functions of one expression of the module, and
    of the class that they are in, are known.
    """
    reader = Reader(strict=False, modules=module_names(module), text=text)
    attributes(module.body, reader)
    for name, function in (of_module(module.body) | (of_class(within, {}) if within else {})).items():
        reader.define(name, function)
    found = tuple(values(body, reader))
    if not found:
        raise NotUnderstood("it holds no formula")
    return Text(found, text, True, reread, body)


def read_function(source: str | bytes, name: str, limit: int) -> Text:
    """Read the function or method of that name (``f`` or ``Class.f``) in a file's source."""
    if isinstance(source, bytes):
        module = parse(source, limit)
    else:
        module, source = parsed(source, limit)
    found: dict[str, tuple[ast.FunctionDef | ast.AsyncFunctionDef, ast.ClassDef | None]] = {}

    def look(body: Sequence[ast.stmt], prefix: str, within: ast.ClassDef | None) -> None:
        for statement in body:
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                found.setdefault(statement.name, (statement, within))
                found[prefix + statement.name] = statement, within
                look(statement.body, f"{prefix}{statement.name}.", within)
            elif isinstance(statement, ast.ClassDef):
                look(statement.body, f"{prefix}{statement.name}.", statement)

    look(module.body, "", None)
    if name not in found:
        import difflib

        near = difflib.get_close_matches(name, found, n=1)
        raise UsageError(
            f"there is no function {name!r}",
            f"did you mean {near[0]!r}?" if near else f"it has {', '.join(list(found)[:8]) or 'none'}",
        )
    text = source if isinstance(source, str) else source.decode("utf-8", "replace")
    function, owner = found[name]
    return of_statements([function], text, module, lambda new: read_function(new, name, limit), owner)
