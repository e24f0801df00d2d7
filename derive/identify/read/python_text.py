"""Reads Python text: an expression, a block of assignments, or the source of functions.

A block is followed line by line: an assignment gives its name a value, what is assigned under a condition or in a loop
makes the name a quantity of its own again. ``ast.parse`` builds the syntax tree; the text is never compiled or run.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from derive.identify.read import distributions
from derive.identify.read.limits import MAX_TEXT, NotUnderstood, Position, check_text
from derive.identify.read.python_expression import Reader, position, spelled
from derive.identify.read.tree import Binary, Named, Node, Symbol

#: Typography of papers that people paste into a program's text.
_TYPOGRAPHY = {
    "−": "-",
    "–": "-",
    "·": "*",
    "×": "*",
    "²": "**2",
    "³": "**3",
    "½": "(1/2)",
    "⁻¹": "**-1",
    "∗": "*",
    "⋅": "*",
}


def parse(text: str | bytes, limit: int = MAX_TEXT) -> ast.Module:
    """``ast.parse`` under the limits, without its warnings.

    Raises
    ------
    NotUnderstood : not Python, or too large or too deeply nested for the parser.
    """
    if isinstance(text, str):
        check_text(text, limit)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        at = Position(error.lineno or 1, max(error.offset or 1, 1))
        raise NotUnderstood(f"this is not Python: {error.msg}", at) from None
    except (RecursionError, MemoryError):
        raise NotUnderstood("too deeply nested for Python's parser") from None
    except (ValueError, UnicodeError, OverflowError) as error:
        raise NotUnderstood(f"this is not Python text: {error}") from None


def typography(text: str) -> str:
    """Superscripts, minus signs and one half as Python spells them; ``^`` is a power, since a formula holds no xor."""
    for sign, spelling in _TYPOGRAPHY.items():
        text = text.replace(sign, spelling)
    return text.replace("^", "**")


@dataclass(frozen=True)
class Value:
    """The value of one line: what it is assigned to ("" for a return or a bare expression), its tree, the syntax it
    came from.
    """

    name: str
    tree: Node
    source: ast.expr
    statement: ast.stmt


def values(body: Sequence[ast.stmt], reader: Reader) -> Iterator[Value]:
    """The values of a body in order, each with the names assigned before it filled in."""
    for statement in body:
        yield from _statement(statement, reader)


def _statement(statement: ast.stmt, reader: Reader) -> Iterator[Value]:
    match statement:
        case ast.Assign(targets=targets, value=source):
            yield from _assign(targets, source, statement, reader)
        case ast.AnnAssign(target=target, value=source) if source is not None:
            yield from _assign([target], source, statement, reader)
        case ast.AugAssign(target=target, op=op, value=source):
            name, sign = _target(target), _AUGMENTED.get(type(op))
            value = _tree(source, reader)
            if name and sign and value is not None:
                at = position(statement)
                old = reader.values.get(name) or reader.read(_as_load(target))
                tree = _combined(at, sign, old.value if isinstance(old, Named) else old, value)
                reader.assign(name, tree)
                if tree is not None:
                    yield Value(name, tree, source, statement)
            elif name:
                reader.assign(name, None)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name() as target, attr=attr)) as source) if (
            attr.endswith("_")
        ):
            yield from _assign([target], source, statement, reader)  # kl.mul_(-0.5)
        case ast.Return(value=source) | ast.Expr(value=source) if source is not None:
            for part in source.elts if isinstance(source, ast.Tuple) else [source]:
                tree = _tree(part, reader)
                if tree is not None:
                    yield Value("", tree, part, statement)
        case ast.With(body=inner) | ast.AsyncWith(body=inner):
            yield from values(inner, reader)
        case ast.If() | ast.For() | ast.While() | ast.Try() | ast.AsyncFor() | ast.Match():
            for inner in _branches(statement):
                branch = Reader(reader.values, strict=reader.strict)
                for name in _assigned(inner) if isinstance(statement, ast.For | ast.While | ast.AsyncFor) else ():
                    branch.assign(name, None)
                yield from values(inner, branch)
            for inner in _branches(statement):
                for name in _assigned(inner):
                    reader.assign(name, None)
        case _:
            pass


_AUGMENTED = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}


def _combined(at: Position, sign: str, old: Node, value: Node) -> Node | None:
    try:
        return Binary(at, sign, old, value)
    except NotUnderstood:
        return None


def _assign(targets: list[ast.expr], source: ast.expr, statement: ast.stmt, reader: Reader) -> Iterator[Value]:
    for target in targets:
        pairs = [(target, source)]
        if isinstance(target, ast.Tuple | ast.List):
            same = isinstance(source, ast.Tuple | ast.List) and len(source.elts) == len(target.elts)
            pairs = list(zip(target.elts, source.elts, strict=True)) if same else []  # type: ignore[attr-defined]
            if not same:
                for part in target.elts:
                    reader.assign(_target(part), None)
        for part, value in pairs:
            held = None
            if distributions.called(value) in distributions.CONSTRUCTORS | distributions.WRAPPERS:
                held = _gaussian(value, reader)
            if held is not None:
                reader.distributions[_target(part)] = held
                pairs = [pair for pair in pairs if pair[0] is not part]
        read = [(_target(part), _tree(value, reader), value) for part, value in pairs]
        for name, tree, value in read:
            # mu = h[:, :d] and logvar = self.fc(h) explain nothing: the assigned name says more than they do.
            explained = name and tree is not None and (isinstance(value, ast.Name) or not isinstance(tree, Symbol))
            reader.assign(name, tree if explained else None)
            if tree is not None:
                yield Value(name, tree, value, statement)


def _gaussian(source: ast.expr, reader: Reader) -> distributions.Gaussian | None:
    try:
        return reader.distribution(source)
    except NotUnderstood:
        return None


def _tree(source: ast.expr, reader: Reader) -> Node | None:
    """The tree of a line's value; None for a line that is no formula and only feeds others."""
    try:
        return reader.read(source)
    except NotUnderstood:
        if reader.strict:
            raise
        return None


def _target(target: ast.expr) -> str:
    return spelled(target) if isinstance(target, ast.Name | ast.Attribute | ast.Subscript) else ""


def _as_load(target: ast.Name | ast.Attribute | ast.Subscript) -> ast.expr:
    return ast.parse(spelled(target), mode="eval").body


def _branches(statement: ast.stmt) -> list[list[ast.stmt]]:
    bodies = [getattr(statement, field, []) for field in ("body", "orelse", "finalbody")]
    bodies += [handler.body for handler in getattr(statement, "handlers", [])]
    bodies += [case.body for case in getattr(statement, "cases", [])]
    return [body for body in bodies if body]


def _assigned(body: list[ast.stmt]) -> list[str]:
    names: list[str] = []
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name | ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store):
                names.append(spelled(node))
    return names
