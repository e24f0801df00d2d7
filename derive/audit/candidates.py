"""Where KL terms may be in a module: the formulas of each function, with what feeds them, and the samplers nearby."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from derive.identify.answer.sampler import Sampler, read_sampler
from derive.identify.match.expand import Expander
from derive.identify.match.families import counts, functions
from derive.identify.match.names import promise
from derive.identify.read.functions import UNARY
from derive.identify.read.limits import NotUnderstood
from derive.identify.read.python.called import OneLine, of_class, of_module
from derive.identify.read.python.expression import Reader
from derive.identify.read.python.text import attributes, module_names, values
from derive.identify.read.tree import LOG, NOISE, POWER, SUM, Binary, Library, Marked, Named, Node, symbols, walk

#: What a text in small letters must have where a divergence is written: a logarithm, the name of a scale or the
#: divergence of a library, and a power: a function that is one, ``**`` behind an operand (in a call it unpacks), or a
#: product of one name or sum with itself: ``d * w * d``, ``dot(d, d)``.
_LOG = re.compile(r"log|exp|softplus|var|std|sigma|prec|lv\b|\blv|\bls|\bkl(_div\w*)?\(")
_POWER = re.compile(r"exp(?:_|m1|m1mx)?\b|[\w)\]]\s*\*\*|pow|square|sqr(?!t)|\bkl(_div\w*)?\(|addcmul|ratio(?!n)")
_SQUARE = re.compile(r"(?P<one>\b\w++|\([^()\n]++\))(?:\s*+[*/]\s*+\w++)?(?:\s*+[*@,]\s*+|\.dot\()(?P=one)(?!\w)")
_SIGN = re.compile(r"[-+](?!=)")
_NOISE = re.compile(r"eps|noise|rand|sample|normal|\b(xi|e|z0)\b|[εϵ]")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Candidate:
    """A formula in its place: its tree, the expression it is, the statement around it, the name it is given, and
    whether it is inside a call that is not understood.
    """

    tree: Node
    source: ast.expr
    statement: ast.stmt
    name: str
    inside: bool = False


@dataclass(frozen=True)
class Drawn:
    """A formula that draws a sample, read as a sampler, in which the assigned names are kept where ``views`` say so."""

    candidate: Candidate
    views: tuple[tuple[Sampler, bool], ...]

    @property
    def means(self) -> frozenset[str]:
        """The quantities of its mean."""
        return frozenset().union(*(sampler.means for sampler, _ in self.views))


@dataclass
class Scope:
    """A function, or a module's own lines, with its formulas and samplers; ``owner`` is the class it belongs to,
    ``within`` the line of that class,
    ``called`` the functions of one expression that it may call by these names, ``failed`` the line where reading it
    ended before its end, and why.
    """

    owner: str
    name: str
    body: list[ast.stmt]
    within: int = 0
    candidates: list[Candidate] = field(default_factory=list)
    called: dict[str, OneLine] = field(default_factory=dict)
    samplers: list[Drawn] = field(default_factory=list)
    assigned: dict[str, Named] = field(default_factory=dict)
    failed: tuple[int, str] | None = None

    def reader(self, outer: Reader) -> Reader:
        """A reader of its lines, which knows what is known in the module and the functions that it may call."""
        inner = outer.branch()
        for name, function in self.called.items():
            inner.define(name, function)
        return inner


def promising(text: str) -> bool:
    """Whether a text in small letters can hold a KL term at all."""
    gaussian = _LOG.search(text) and (_POWER.search(text) or _SQUARE.search(text))
    return bool(gaussian or (_others().search(text) and len(_SIGN.findall(text)) > 1))


@cache
def _others() -> re.Pattern[str]:
    """What the closed forms of further families call."""
    names = [name for name, meaning in UNARY.items() if meaning in functions()]
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\(")


def scopes(module: ast.Module, source: str) -> list[Scope]:
    """The functions of a module and its own lines that can hold a KL term, each with its candidates; where there are
    any, those that can hold a sampler, too.
    """
    if not promising(source.lower()):
        return []
    lines = source.lower().split("\n")
    found: list[Scope] = []
    beside: list[Scope] = []
    functions = of_module(module.body)
    methods: dict[str, dict[str, OneLine]] = {}
    of_classes: dict[int, dict[str, OneLine]] = {}
    for statement in module.body:
        if isinstance(statement, ast.ClassDef):
            methods[statement.name] = of_classes[statement.lineno] = of_class(statement, methods)
    for owner, within, name, body in _bodies(module.body):
        own = "\n".join(line for s in body for line in lines[s.lineno - 1 : s.end_lineno])
        scope = Scope(owner, name, body, within)
        own = "\n".join([own, *_called(scope, own, functions | of_classes.get(within, {}), lines)])
        if promising(own):
            found.append(scope)
        elif _LOG.search(own) and _NOISE.search(own):
            beside.append(scope)
    if found:
        outer = Reader(strict=False, modules=module_names(module), text=source)
        attributes(module.body, outer)
        for scope in found:
            _fill(scope, outer)
        if any(scope.candidates for scope in found):
            for scope in beside:
                _fill(scope, outer)
            return found + beside
    return []


def _called(scope: Scope, own: str, functions: Mapping[str, OneLine], lines: list[str]) -> list[str]:
    """The lines of the functions of one expression that a scope calls, and those call; the scope will know them."""
    found: list[str] = []
    words = set(re.findall(r"[a-z_]\w*", own)) if functions else set()
    while words:
        new = [n for n in functions if n not in scope.called and n.rpartition(".")[2].lower() in words]
        scope.called.update((name, functions[name]) for name in new)
        more = [line for name in new for line in lines[functions[name].lines[0] - 1 : functions[name].lines[1]]]
        words = {word for line in more for word in re.findall(r"[a-z_]\w*", line)}
        found += more
    return found


def _bodies(
    body: Sequence[ast.stmt], owner: str = "", within: int = 0
) -> Iterator[tuple[str, int, str, list[ast.stmt]]]:
    """A module's own lines, those of each class, and each function with what is inside it."""
    own = [s for s in body if not isinstance(s, Function | ast.ClassDef | ast.Import | ast.ImportFrom)]
    yield owner, within, "", own
    for statement in body:
        if isinstance(statement, Function):
            yield owner, within, statement.name, [statement]
        elif isinstance(statement, ast.ClassDef):
            yield from _bodies(statement.body, statement.name, statement.lineno)


def _fill(scope: Scope, outer: Reader) -> None:
    line = scope.body[0].lineno
    try:
        for value in values(scope.body, scope.reader(outer)):
            line = value.statement.lineno
            _keep(scope, Candidate(value.tree, value.source, value.statement, value.name, value.inside))
            if promise(value.name).quantity is not None and value.named is not None:
                scope.assigned[value.name] = value.named
    except (NotUnderstood, MemoryError):
        raise
    except Exception as error:  # what the reader does not foresee ends one function, and is told
        scope.failed = line, failure(error)


def failure(error: Exception) -> str:
    """What is told of a fault of the reader itself."""
    return f"internal error, {type(error).__name__}"


def _keep(scope: Scope, candidate: Candidate) -> None:
    """A formula that can be a divergence: a sum of three terms with a logarithm or the name of a scale, and a power or
    as many quantities as a further family has.
    """
    tree = candidate.tree
    wanted = SUM | LOG
    possible = tree.traits & wanted == wanted and tree.terms > 2
    if possible and (tree.traits & POWER or len(symbols(tree)) in counts()):
        scope.candidates.append(candidate)
    if tree.traits & NOISE and isinstance(tree, Binary | Named):
        drawn = Drawn(candidate, tuple(samplers(tree)))
        if drawn.views:
            scope.samplers.append(drawn)


def samplers(tree: Node) -> Iterator[tuple[Sampler, bool]]:
    """The sampler that a formula is: with the names in it filled in, and with those kept that were assigned."""
    while isinstance(tree, Named):
        tree = tree.value
    assigned = {n.name for n in walk(tree) if isinstance(n, Named) and not isinstance(n, Library | Marked)}
    for kept in (set[str](), assigned) if assigned else (set[str](),):
        try:
            sampler = read_sampler(tree, Expander(kept))
        except NotUnderstood:
            return
        if sampler is not None:
            yield sampler, bool(kept)
