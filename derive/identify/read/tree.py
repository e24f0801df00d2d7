"""The expression tree: a formula as its author wrote it, operation by operation.

The readers of Python and of LaTeX produce it, nothing else does; it holds no code and is never executed. The order
and grouping of the source are kept, because rounding depends on them. A node knows its size and its depth, so that
limits hold even where an assignment makes a small text stand for a large formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

from derive.identify.read.functions import NOISE_NAMES
from derive.identify.read.limits import MAX_DEPTH, MAX_SIZE, NotUnderstood, Position

#: What occurs in a formula, as bits: told without walking through it.
NOISE, LOG, POWER, SUM = 1, 2, 4, 8

_TRAITS = dict.fromkeys(("log", "log1p", "expm1", "softplus", "log10", "log2", "expm1mx", "log1pmx"), LOG)
_TRAITS |= {"exp": LOG | POWER, "expm1": LOG | POWER, "expm1mx": LOG | POWER, "square": POWER}
_LOGARITHM = re.compile(r"log|lv|ln|^ls|std|sig|var|prec", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Node:
    """A part of a formula. Nodes are compared by identity; ``at`` is where the part stands in the source."""

    at: Position | None
    size: int = field(init=False, default=1)
    depth: int = field(init=False, default=1)
    traits: int = field(init=False, default=0)  # what occurs in it

    @property
    def parts(self) -> tuple[Node, ...]:
        return ()

    def __post_init__(self) -> None:
        parts = self.parts
        if parts:
            size = 1 + sum(p.size for p in parts)
            depth = 1 + max(p.depth for p in parts)
            if size > MAX_SIZE or depth > MAX_DEPTH:
                raise NotUnderstood(
                    "the formula is too large", self.at, f"at most {MAX_SIZE} operations, {MAX_DEPTH} deep"
                )
            object.__setattr__(self, "size", size)
            object.__setattr__(self, "depth", depth)
        traits = self._own_traits()
        for part in parts:
            traits |= part.traits
        object.__setattr__(self, "traits", traits)

    def _own_traits(self) -> int:
        return 0


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
    names of its axes, where the text tells them.
    """

    name: str
    shape: tuple[str, ...] = field(default=(), kw_only=True)

    def _own_traits(self) -> int:
        noise = self.name.rpartition(".")[2].lower() in NOISE_NAMES or "noise" in self.name or "rand" in self.name
        named = bool(_LOGARITHM.search(self.name)) and len(self.name) < 60
        ratio = "ratio" in self.name  # of probabilities: the exponential of a difference
        return (NOISE if noise else 0) | (LOG if named else 0) | (POWER if ratio else 0)


@dataclass(frozen=True, eq=False)
class Divergence(Symbol):
    """A divergence that a library computes and that has no spelling here; ``known`` where it is that of Gaussians."""

    known: bool


@dataclass(frozen=True, eq=False)
class Noise(Node):
    """A standard normal draw, known as one because a random generator is called."""

    text: str

    def _own_traits(self) -> int:
        return NOISE


@dataclass(frozen=True, eq=False)
class Negate(Node):
    part: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.part,)


@dataclass(frozen=True, eq=False)
class Binary(Node):
    """``left op right`` with op one of ``+ - * / **``."""

    op: str
    left: Node
    right: Node

    def _own_traits(self) -> int:
        if self.op in "+-":
            return SUM
        left, right = (p.value if isinstance(p, Named) else p for p in (self.left, self.right))
        names = [p.name for p in (left, right) if isinstance(p, Symbol)]
        square = self.op == "*" and (left is right or (len(names) == 2 and names[0] == names[1]))
        return POWER if self.op == "**" or square else 0

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.left, self.right)


@dataclass(frozen=True, eq=False)
class Apply(Node):
    """A function of one argument, by its name in the table of accepted functions: ``exp``, ``log``, ``softplus``."""

    fn: str
    arg: Node

    def _own_traits(self) -> int:
        return _TRAITS.get(self.fn, 0)

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.arg,)


@dataclass(frozen=True, eq=False)
class Reduce(Node):
    """A sum, mean or product over entries; ``over`` is what it runs over, in words."""

    kind: str  # "sum", "mean", "prod"
    arg: Node
    over: str

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.arg,)


@dataclass(frozen=True, eq=False)
class Clamp(Node):
    """The argument limited to an interval; None is no limit."""

    arg: Node
    low: Fraction | None
    high: Fraction | None

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.arg,)


@dataclass(frozen=True, eq=False)
class Named(Node):
    """The value of an assigned name, with the expression that was assigned to it."""

    name: str
    value: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.value,)


@dataclass(frozen=True, eq=False)
class Library(Named):
    """A divergence that a library computes, with its closed form: right, whatever its two deviations are."""

    stds: tuple[Node, ...]


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


def substitute(node: Node, replacements: dict[str, Node]) -> Node:
    """The tree with quantities replaced by name."""
    match node:
        case Symbol(name=name):
            new = replacements.get(name, node)
            return Named(node.at, new.name, new.value) if isinstance(new, Named) else new  # each at its own place
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
            new = substitute(value, replacements)
            return replace(node, value=new)
    return node
