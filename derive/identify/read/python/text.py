"""Reads Python text: an expression, a block of assignments, or the source of functions.

A block is followed line by line: an assignment gives its name a value, what is assigned under a condition or in a loop
makes the name a quantity of its own again. ``ast.parse`` builds the syntax tree; the text is never compiled or run.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from derive.identify.read import functions as table
from derive.identify.read.limits import NotUnderstood, Position, Spent
from derive.identify.read.python import distributions, shapes
from derive.identify.read.python.called import of_class, one_line
from derive.identify.read.python.expression import Reader, inmost
from derive.identify.read.python.loops import running
from derive.identify.read.python.syntax import position, spelled
from derive.identify.read.tree import Binary, Named, Node, Symbol


@dataclass(frozen=True)
class Value:
    """The value of one line: what it is assigned to ("" for a return or a bare expression), its tree, the syntax it
    came from; whether it is inside a call that is not understood and whose value goes elsewhere.
    """

    name: str
    tree: Node
    source: ast.expr
    statement: ast.stmt
    inside: bool = False

    @property
    def named(self) -> Named | None:
        """The value under its name; None where it has none, or is too large to be a part of another."""
        try:
            return Named(self.tree.at, self.name, self.tree) if self.name else None
        except NotUnderstood:
            return None


def values(body: Sequence[ast.stmt], reader: Reader) -> Iterator[Value]:
    """The values of a body in order, each with the names assigned before it filled in; after each, the formulas inside
    what was not understood of it.
    """
    for statement in body:
        if isinstance(statement, _HEADED):
            yield from _unnamed(_directly_inside(statement), statement, reader)
            yield from _not_understood(statement, reader)
        yield from _statement(statement, reader)
        yield from _not_understood(statement, reader)


def _unnamed(parts: Iterable[ast.expr], statement: ast.stmt, reader: Reader, within: bool = False) -> Iterator[Value]:
    """The formulas among parts of a statement whose values have no name; none where one formula is asked for."""
    for part in () if reader.strict else parts:
        tree = None if isinstance(part, ast.Constant | ast.Name) else _tree(part, reader)
        if tree is not None and not isinstance(tree, Symbol):
            yield Value("", tree, part, statement, within)


def _not_understood(statement: ast.stmt, reader: Reader) -> Iterator[Value]:
    """The formulas inside what was not understood of a statement."""
    pending, reader.outer = reader.outer, []
    while pending:
        node, within = pending.pop()
        within = within or (isinstance(node, ast.Call) and not isinstance(statement, ast.Expr))
        yield from _unnamed(_directly_inside(node), statement, reader, within)
        pending += [(node, within or around) for node, around in reader.outer]
        reader.outer = []


_PARTS = ast.keyword | ast.comprehension | ast.Starred | ast.withitem | ast.arguments | ast.match_case | ast.Attribute


def _directly_inside(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions that a part of the syntax is made of, for a statement those of its header."""
    for child in ast.iter_child_nodes(node):
        if isinstance(getattr(child, "ctx", None), ast.Store):
            continue
        if isinstance(child, _PARTS):
            yield from _directly_inside(child)
        elif isinstance(child, ast.expr):
            yield child


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
                old = reader.values.get(name) or Symbol(position(target), name)
                added = reader.running[name].added(at, sign, value, source) if name in reader.running else None
                tree = added or _combined(at, sign, old.value if isinstance(old, Named) else old, value)
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
        case ast.ClassDef(body=inner):
            own = reader.branch()
            for name, function in of_class(statement, {}).items():
                own.define(name, function)
            yield from values(inner, own)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            arguments = statement.args
            named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
            reader.shapes.update((a.arg, shape) for a in named if (shape := shapes.annotated(a.annotation)))
            reader.define(statement.name, one_line(statement) if isinstance(statement, ast.FunctionDef) else None)
            yield from values(statement.body, reader.branch(a.arg for a in named))
        case ast.If() | ast.For() | ast.While() | ast.Try() | ast.TryStar() | ast.AsyncFor() | ast.Match():
            yield from _branched(statement, reader)
        case ast.Assert(test=test):
            reader.shapes.update(filter(None, [shapes.asserted(test)]))
        case _:
            pass


def _branched(statement: ast.stmt, reader: Reader) -> Iterator[Value]:
    """Each branch by itself; behind it, a name that a branch gave another value is a quantity of its own again, but one
    that was only reduced or masked is what it was.
    """
    loop = isinstance(statement, ast.For | ast.While | ast.AsyncFor)
    for inner in _branches(statement):
        names = _assigned(inner)
        branch = reader.branch(names if loop else ())
        branch.running = running(statement, names, reader.values, reader.running)
        yield from values(inner, branch)
        for name in names:
            if name in branch.running:
                reader.values[name] = branch.values.get(name)
                continue
            old = None if loop else reader.values.get(name)
            new = branch.values.get(name)
            kept = old is not None and new is not None and inmost(new) is inmost(old)
            if not kept:
                reader.assign(name, None)


_AUGMENTED = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}


def _combined(at: Position, sign: str, old: Node, value: Node) -> Node | None:
    try:
        return Binary(at, sign, old, value)
    except NotUnderstood:
        return None


def _assign(targets: list[ast.expr], source: ast.expr, statement: ast.stmt, reader: Reader) -> Iterator[Value]:
    for target in targets:
        pairs = [(target, source)]
        reader.shapes.update(filter(None, [shapes.told(target, source)]))
        for part in getattr(target, "elts", [target]):
            shape = shapes.made(source) or reader.comments.get(statement.end_lineno or 0, ())
            if shape:
                reader.shapes[_target(part)] = shape
        if isinstance(target, ast.Tuple | ast.List):
            same = isinstance(source, ast.Tuple | ast.List) and len(source.elts) == len(target.elts)
            pairs = list(zip(target.elts, source.elts, strict=True)) if same else []  # type: ignore[attr-defined]
            if not same:
                yield from _unnamed(getattr(source, "elts", [source]), statement, reader)
                for part in target.elts:
                    reader.assign(_target(part), None)
        for part, value in pairs:
            held = _held(value, reader)
            if held is not None:
                reader.distributions[_target(part)] = held
                pairs = [pair for pair in pairs if pair[0] is not part]
        read = [(_target(part), _tree(value, reader), value) for part, value in pairs]
        for name, tree, value in read:
            # mu = h[:, :d] and logvar = self.fc(h) explain nothing: the assigned name says more than they do.
            explained = tree is not None and (
                isinstance(value, ast.Name | ast.Attribute) or not isinstance(tree, Symbol)
            )
            if isinstance(value, ast.Lambda) and name:
                reader.define(name, one_line(value))
            else:
                reader.assign(name, tree if name and explained else None)
            if tree is not None:
                yield Value(name, tree, value, statement)


def _held(source: ast.expr, reader: Reader) -> distributions.Distribution | None:
    """The distribution that a name is given; for a list of them, what all of its elements are."""
    try:
        if isinstance(source, ast.ListComp) and distributions.is_constructor(source.elt):
            return reader.branch().distribution(source.elt)
        return reader.distribution(source)
    except NotUnderstood:
        return None


def attributes(body: Sequence[ast.stmt], reader: Reader) -> None:
    """Distributions that methods keep as attributes, ``self.prior = Normal(0, 1)``: known in every other method."""
    for node in _nested(body):
        if isinstance(node, ast.Assign) and distributions.is_constructor(node.value):
            for target in node.targets:
                held = _held(node.value, reader) if isinstance(target, ast.Attribute) else None
                if held is not None:
                    reader.distributions[spelled(target)] = held


def _nested(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a body and all that are inside them."""
    pending = list(reversed(body))
    while pending:
        statement = pending.pop()
        yield statement
        for inner in reversed(_branches(statement)):
            pending += reversed(inner)


def _tree(source: ast.expr, reader: Reader) -> Node | None:
    """The tree of a line's value; None for a line that is no formula and only feeds others."""
    try:
        return reader.read(source)
    except Spent:
        raise
    except NotUnderstood:
        if reader.strict:
            raise
        return None


def _target(target: ast.expr) -> str:
    return spelled(target) if isinstance(target, ast.Name | ast.Attribute | ast.Subscript) else ""


#: Statements with a body.
COMPOUND = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.If, ast.For, ast.AsyncFor, ast.While, ast.With,
    ast.AsyncWith, ast.Try, ast.TryStar, ast.Match,
)  # fmt: skip

#: Statements whose own lines may hold a formula that is the value of no name: ``if (kl := …) > most``.
_HEADED = (*COMPOUND, ast.Assert, ast.Raise)


def _branches(statement: ast.stmt) -> list[list[ast.stmt]]:
    if not isinstance(statement, COMPOUND):
        return []
    bodies = [getattr(statement, field, []) for field in ("body", "orelse", "finalbody")]
    bodies += [handler.body for handler in getattr(statement, "handlers", [])]
    bodies += [case.body for case in getattr(statement, "cases", [])]
    return [body for body in bodies if body]


def _assigned(body: list[ast.stmt]) -> list[str]:
    names: list[str] = []
    for statement in _nested(body):
        targets = [*getattr(statement, "targets", ()), getattr(statement, "target", None)]
        targets += [item.optional_vars for item in getattr(statement, "items", ())]
        for node in (n for target in targets if target is not None for n in ast.walk(target)):
            if isinstance(node, ast.Name | ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store):
                names.append(spelled(node))
    return names


def module_names(module: ast.Module) -> frozenset[str]:
    """The names that imports give to modules: ``np``, ``TT`` of ``import theano.tensor as TT``."""
    found = set()
    for node in _nested(module.body):
        if isinstance(node, ast.Import):
            found |= {(a.asname or a.name).partition(".")[0] for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {a.asname or a.name for a in node.names if a.name.islower() and not _is_function(a.name)}
    return frozenset(found)


def _is_function(name: str) -> bool:
    return any(name in known for known in (table.UNARY, table.BINARY, table.REDUCTIONS, table.OPAQUE, table.CLAMPS))
