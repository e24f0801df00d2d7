"""The expression tree: a formula as its author wrote it, operation by operation.

The readers of Python and of LaTeX produce it, nothing else does; it holds no code and is never executed. The order
and grouping of the source are kept, because rounding depends on them. A node knows its size and its depth, so that
limits hold even where an assignment makes a small text stand for a large formula.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache, partial
from typing import Any, ClassVar

from derive.identify.read.functions import NOISE_NAMES
from derive.identify.read.limits import MAX_DEPTH, MAX_SIZE, NotUnderstood, Position

#: What occurs in a formula, as bits: told without walking through it.
NOISE, LOG, POWER, SUM = 1, 2, 4, 8

_TRAITS = dict.fromkeys(("log", "log1p", "expm1", "softplus", "log10", "log2", "expm1mx", "log1pmx"), LOG)
_TRAITS |= {"exp": LOG | POWER, "expm1": LOG | POWER, "expm1mx": LOG | POWER, "square": POWER}
_RATIO = re.compile("ratio(?!n)")  # but no iteration
_LOGARITHM = re.compile(r"log|lv|ln|^ls|std|sig|var|prec", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Node:
    """A part of a formula. Nodes are compared by identity; ``at`` is where the part stands in the source."""

    at: Position | None
    parts: tuple[Node, ...] = field(init=False, default=())
    size: int = field(init=False, default=1)
    depth: int = field(init=False, default=1)
    traits: int = field(init=False, default=0)  # what occurs in it
    terms: int = field(init=False, default=1)  # at most so many has its expanded form, while they are few

    inner: ClassVar[tuple[str, ...]] = ()  # which of its fields are its parts

    def __post_init__(self) -> None:
        parts = tuple(getattr(self, name) for name in self.inner)
        if parts:
            object.__setattr__(self, "parts", parts)
            size = 1 + sum(p.size for p in parts)
            depth = 1 + max(p.depth for p in parts)
            if size > MAX_SIZE or depth > MAX_DEPTH:
                raise NotUnderstood(
                    "the formula is too large", self.at, f"at most {MAX_SIZE} operations, {MAX_DEPTH} deep"
                )
            object.__setattr__(self, "size", size)
            object.__setattr__(self, "depth", depth)
            object.__setattr__(self, "terms", self._own_terms())
        traits = self._own_traits()
        for part in parts:
            traits |= part.traits
        object.__setattr__(self, "traits", traits)

    def _own_traits(self) -> int:
        return 0

    def _own_terms(self) -> int:
        return self.parts[0].terms


@dataclass(frozen=True, eq=False)
class Number(Node):
    """An exact rational: ``0.1`` in a program means one tenth."""

    value: Fraction


@dataclass(frozen=True, eq=False)
class Constant(Node):
    """pi."""

    name: str


@dataclass(frozen=True, eq=False)
class Symbol(Node):
    """A quantity that the formula does not explain: ``mu``, ``self.mean``, ``z[0]``, ``x.size(0)``; ``shape`` are the
    names of its axes, where the text tells them; its entries are ``moved`` where they lie along others than these.
    """

    name: str
    shape: tuple[str, ...] = field(default=(), kw_only=True)
    moved: bool = field(default=False, kw_only=True)

    def _own_traits(self) -> int:
        return _named(self.name)


@lru_cache(maxsize=10_000)
def _named(name: str) -> int:
    noise = name.rpartition(".")[2].lower() in NOISE_NAMES or "noise" in name or "rand" in name
    logarithm = len(name) < 60 and bool(_LOGARITHM.search(name))
    ratio = bool(_RATIO.search(name))  # of probabilities: the exponential of a difference
    return (NOISE if noise else 0) | (LOG if logarithm else 0) | (POWER if ratio else 0)


@dataclass(frozen=True, eq=False)
class Divergence(Symbol):
    """A divergence that a library computes and that has no spelling here; ``known`` where it is that of Gaussians."""

    known: bool


@dataclass(frozen=True, eq=False)
class Condition(Symbol):
    """A condition, as the factor that is 1 where it holds and 0 elsewhere."""

    def _own_traits(self) -> int:
        return 0


@dataclass(frozen=True, eq=False)
class Noise(Node):
    """A standard normal draw, known as one because a random generator is called."""

    text: str

    def _own_traits(self) -> int:
        return NOISE


@dataclass(frozen=True, eq=False)
class Negate(Node):
    part: Node
    inner = ("part",)


@dataclass(frozen=True, eq=False)
class Binary(Node):
    """``left op right`` with op one of ``+ - * / **``."""

    op: str
    left: Node
    right: Node
    inner = ("left", "right")

    def _own_traits(self) -> int:
        if self.op in "+-":
            return SUM
        square = self.op == "*" and not {*symbols(self.left)}.isdisjoint(symbols(self.right))
        return POWER if self.op == "**" or square else 0

    def _own_terms(self) -> int:
        one, two = self.left.terms, self.right.terms
        return min(99, one + two if self.op in "+-" else one * two if self.op == "*" else one * one)


@dataclass(frozen=True, eq=False)
class Apply(Node):
    """A function of one argument, by its name in the table of accepted functions: ``exp``, ``log``, ``softplus``."""

    fn: str
    arg: Node
    inner = ("arg",)

    def _own_traits(self) -> int:
        return _TRAITS.get(self.fn, 0)

    def _own_terms(self) -> int:
        if self.fn == "exp":
            return 1
        beside = 2 if self.fn.endswith(("m1", "mx")) else 0  # expm1(x) = exp(x) - 1
        return min(99, beside + max(self.arg.size, self.arg.terms**2))  # a logarithm has a term for each factor


@dataclass(frozen=True, eq=False)
class Reduce(Node):
    """A sum, mean or product over entries; ``over`` is what it runs over, in words; ``kept`` is the text of what says
    that its axes stay, with one entry each.
    """

    kind: str  # "sum", "mean", "prod"
    arg: Node
    over: str
    kept: str = field(default="", kw_only=True)
    inner = ("arg",)


#: What the sum of a norm or of a product of vectors runs over, in mathematics.
OF_A_VECTOR = "the vector's entries"


def axes_of(over: str) -> tuple[int, ...]:
    """The axes that a reduction names; () where it runs over all that are left."""
    named = re.fullmatch(r"(?:dim|axis) [\[(]?(-?\d+(?:, ?-?\d+)*),?[\])]?", over)
    return tuple(int(axis) for axis in named[1].split(",")) if named else ()


#: A limit: a number, or the text of what it is.
Bound = Fraction | str


@dataclass(frozen=True, eq=False)
class Clamp(Node):
    """The argument limited to an interval; None is no limit."""

    arg: Node
    low: Bound | None
    high: Bound | None
    inner = ("arg",)


@dataclass(frozen=True, eq=False)
class Named(Node):
    """The value of an assigned name, with the expression that was assigned to it."""

    name: str
    value: Node
    inner = ("value",)


@dataclass(frozen=True, eq=False)
class Library(Named):
    """A divergence that a library computes, with its closed form: right, whatever its Gaussians' means and scales."""

    gaussians: tuple[tuple[Node, Node], ...]


@dataclass(frozen=True, eq=False)
class Marked(Named):
    """A value under its own text, with what people are told of it: it changes no value of the formula."""

    kind: str  # "guard", "stopped", "constant", "held", "moved"
    said: str


def moved(at: Position | None, text: str, value: Node) -> Node:
    """The value of a text that puts a quantity's entries along other axes."""
    if isinstance(value, Number):
        return value
    return replace(value, moved=True) if isinstance(value, Symbol) else Marked(at, text, value, "moved", "")


def is_moved(node: Node) -> bool:
    return node.moved if isinstance(node, Symbol) else isinstance(node, Marked) and node.kind == "moved"


def walk(node: Node) -> Iterator[Node]:
    """The node and all its parts, each shared part once, parents first."""
    seen: set[Node] = set()
    stack = [node]
    while stack:
        top = stack.pop()
        if top not in seen:
            seen.add(top)
            yield top
            stack.extend(reversed(top.parts))


def symbols(node: Node) -> tuple[str, ...]:
    """The names of the quantities in the formula, in the order in which they occur."""
    return tuple(dict.fromkeys(n.name for n in walk(node) if isinstance(n, Symbol)))


def number(value: int | Fraction, at: Position | None = None) -> Number:
    return Number(at, Fraction(value))


def substitute(node: Node, replacements: Mapping[str, Node], opaque: Collection[str] = ()) -> Node:
    """The tree with quantities replaced by name, those too that stand for an assigned value; an assigned value has its
    own place each time.
    """
    new: dict[int, Node] = {}
    for part in walk(node):
        own = isinstance(part, Symbol) or (isinstance(part, Named) and part.name in opaque)
        value = replacements.get(part.name) if own else None  # type: ignore[attr-defined]
        if value is not None:
            new[id(part)] = replace(value, at=part.at) if isinstance(value, Named) else value
    return replaced(node, new)


def replaced(node: Node, new: Mapping[int, Node]) -> Node:
    """The tree with parts replaced wherever they occur: an assigned value is the same in all its uses. Only what is
    above them is built anew.
    """
    above = _above(node)
    changed: set[int] = set()
    pending = list(new)
    while pending:
        for parent in above.get(pending.pop(), ()):
            if parent not in changed:
                changed.add(parent)
                pending.append(parent)
    made: dict[int, Node] = {}

    def build(part: Node) -> Node:
        if id(part) in new:
            return new[id(part)]
        if id(part) not in changed:
            return part
        if id(part) not in made:
            parts: dict[str, Any] = dict(zip(part.inner, map(build, part.parts), strict=True))
            made[id(part)] = replace(part, **parts)
        return made[id(part)]

    return build(node)


@lru_cache(maxsize=4)
def _above(node: Node) -> dict[int, list[int]]:
    """For each part of a tree those that it is a part of; kept, because many changes of one tree are tried."""
    found: dict[int, list[int]] = {}
    for part in walk(node):
        for inner in part.parts:
            found.setdefault(id(inner), []).append(id(part))
    return found


_exp, _log, _ONE = partial(Apply, None, "exp"), partial(Apply, None, "log"), number(1)
#: What functions are in exponentials, logarithms and quotients. How they are rounded is another matter.
DEFINITIONS: Mapping[str, Callable[[Node], Node]] = {
    "expm1": lambda x: Binary(None, "-", _exp(x), _ONE),
    "log1p": lambda x: _log(Binary(None, "+", _ONE, x)),
    "softplus": lambda x: _log(Binary(None, "+", _ONE, _exp(x))),
    "expm1mx": lambda x: Binary(None, "-", _exp(x), Binary(None, "+", _ONE, x)),
    "log1pmx": lambda x: Binary(None, "-", _log(Binary(None, "+", _ONE, x)), x),
    "log10": lambda x: Binary(None, "/", _log(x), _log(number(10))),
    "log2": lambda x: Binary(None, "/", _log(x), _log(number(2))),
}
