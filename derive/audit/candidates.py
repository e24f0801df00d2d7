"""Where KL terms may be in a module: the formulas of each function, with what feeds them, and the samplers nearby."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from derive.identify.match.expand import Expander
from derive.identify.read.limits import NotUnderstood
from derive.identify.read.python_expression import Reader
from derive.identify.read.python_text import values
from derive.identify.read.sampler import Sampler, read_sampler
from derive.identify.read.tree import Apply, Binary, Named, Node, Symbol, walk

_LOG = re.compile(r"log|exp|softplus", re.IGNORECASE)
_POWER = re.compile(r"exp|\*\*|pow|square|sqr|\b(\w+)\s*\*\s*\1\b", re.IGNORECASE)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Candidate:
    """A formula in its place: its tree, the expression it is, the statement around it, the name it is given."""

    tree: Node
    source: ast.expr
    statement: ast.stmt
    name: str


@dataclass
class Scope:
    """A function, or a module's own lines, with its formulas and samplers; ``owner`` is the class it belongs to."""

    owner: str
    candidates: list[Candidate] = field(default_factory=list)
    samplers: list[Sampler] = field(default_factory=list)


class _Collector(Reader):
    """A reader that remembers the expressions it did not understand: a formula may be inside them."""

    def __init__(self) -> None:
        super().__init__(strict=False)
        self.outer: list[ast.expr] = []

    def outside(self, node: ast.expr, why: str, hint: str = "") -> Node:
        self.outer.append(node)
        return super().outside(node, why, hint)


def promising(text: str) -> bool:
    """Whether a text can hold a KL term at all."""
    return bool(_LOG.search(text) and _POWER.search(text))


def scopes(module: ast.Module, source: str) -> Iterator[Scope]:
    """The functions of a module and its own lines, each with its candidates."""
    lines = source.split("\n")
    for owner, body in _bodies(module.body, ""):
        if not body:
            continue
        first, last = body[0].lineno, body[-1].end_lineno or body[-1].lineno
        text = "\n".join(lines[first - 1 : last])
        scope = Scope(owner)
        if promising(text) or "eps" in text or "rand" in text or "normal" in text:
            _fill(scope, body)
        yield scope


def _bodies(body: Sequence[ast.stmt], owner: str) -> Iterator[tuple[str, list[ast.stmt]]]:
    own = [s for s in body if not isinstance(s, Function | ast.ClassDef | ast.Import | ast.ImportFrom)]
    yield owner, own
    for statement in body:
        if isinstance(statement, Function):
            yield from _bodies(statement.body, owner)
        elif isinstance(statement, ast.ClassDef):
            yield from _bodies(statement.body, statement.name)
        elif isinstance(statement, ast.If | ast.Try | ast.With):
            nested = [n for n in ast.iter_child_nodes(statement) if isinstance(n, Function | ast.ClassDef)]
            yield from _bodies(nested, owner) if nested else ()


def _fill(scope: Scope, body: list[ast.stmt]) -> None:
    reader = _Collector()
    try:
        for value in values(body, reader):
            _keep(scope, Candidate(value.tree, value.source, value.statement, value.name))
            pending, reader.outer = reader.outer, []
            while pending:
                for inner in _inner(pending.pop()):
                    tree = _read(reader, inner)
                    if tree is not None:
                        _keep(scope, Candidate(tree, inner, value.statement, ""))
                pending += reader.outer
                reader.outer = []
    except RecursionError:
        return


def _read(reader: Reader, node: ast.expr) -> Node | None:
    try:
        return reader.read(node)
    except NotUnderstood:
        return None


def _inner(node: ast.expr) -> Iterator[ast.expr]:
    """The expressions directly inside one that is no formula."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.keyword | ast.comprehension | ast.Starred):
            yield from _inner(child)  # type: ignore[arg-type]
        elif isinstance(child, ast.expr):
            yield child


def _keep(scope: Scope, candidate: Candidate) -> None:
    tree = candidate.tree
    if isinstance(tree, Symbol):
        return
    if _has_parts(tree):
        scope.candidates.append(candidate)
    if isinstance(tree, Binary | Named):
        try:
            sampler = read_sampler(tree, Expander(), candidate.name)
        except NotUnderstood:
            return
        if sampler is not None:
            scope.samplers.append(sampler)


def _has_parts(tree: Node) -> bool:
    """A sum, with a logarithm or an exponential, and an exponential, a power or a square beside it."""
    logs = powers = sums = False
    for node in walk(tree):
        if isinstance(node, Apply):
            logs = logs or node.fn in ("log", "log1p", "exp", "expm1", "softplus")
            powers = powers or node.fn in ("exp", "expm1", "square")
        elif isinstance(node, Binary):
            sums = sums or node.op in "+-"
            powers = (
                powers
                or node.op == "**"
                or (node.op == "*" and isinstance(node.left, Symbol) and isinstance(node.right, Symbol))
            )
    return logs and powers and sums
