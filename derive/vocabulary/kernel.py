"""The language between mathematics and printed code: ordered floating-point expression trees.

A kernel is a straight line of operations on binary64 numbers, in the order and grouping in which they are printed.
SymPy never sees it, because SymPy reorders sums. Nodes are interned, so a subexpression that occurs twice is one node.

Three kinds of node: numbers, masks (truth values of comparisons) and calls of a :class:`Function`, which have several
results. A head and a tail that together stand for one number are two nodes; :class:`Pair` keeps them together while a
kernel is built. Error-free transforms are operations of the language (``two_sum``, ``two_prod``), so that the rounding
analysis can treat their tails exactly and a printer can choose how to spell them.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import ClassVar


class Kind(Enum):
    NUMBER = "number"
    MASK = "mask"
    PAIR = "pair"  # the results of a call, or of an operation that has several


@dataclass(frozen=True)
class Operation:
    """An operation of the language. ``exact`` ones do not round."""

    name: str
    arity: int
    kind: Kind
    exact: bool
    meaning: str


OPERATIONS: Mapping[str, Operation] = {
    o.name: o
    for o in (
        Operation("add", 2, Kind.NUMBER, False, "a + b, rounded"),
        Operation("sub", 2, Kind.NUMBER, False, "a - b, rounded"),
        Operation("mul", 2, Kind.NUMBER, False, "a b, rounded"),
        Operation("div", 2, Kind.NUMBER, False, "a / b, rounded"),
        Operation("exact_mul", 2, Kind.NUMBER, True, "a b where the product is a number of the format"),
        Operation("fma", 3, Kind.NUMBER, False, "a b + c, rounded once"),
        Operation("sqrt", 1, Kind.NUMBER, False, "square root, rounded"),
        Operation("neg", 1, Kind.NUMBER, True, "-a"),
        Operation("abs", 1, Kind.NUMBER, True, "|a|"),
        Operation("min", 2, Kind.NUMBER, True, "a where a < b, else b"),
        Operation("max", 2, Kind.NUMBER, True, "a where a > b, else b"),
        Operation("select", 3, Kind.NUMBER, True, "a where the mask holds, else b"),
        Operation("round", 1, Kind.NUMBER, True, "nearest integer, |a| < 2^51"),
        Operation("trunc", 1, Kind.NUMBER, True, "a without its fraction"),
        Operation("upper", 1, Kind.NUMBER, True, "a without the lowest 27 bits of its significand"),
        Operation("short", 1, Kind.NUMBER, True, "a without the lowest 35 bits of its significand"),
        Operation("anchor", 1, Kind.NUMBER, True, "of the 256th of a binade that a > 0 is in, the end nearer to 1"),
        Operation("pow2", 1, Kind.NUMBER, True, "2^a for an integer a in [-1022, 1023]"),
        Operation("exponent", 1, Kind.NUMBER, True, "floor(log2 a) of a positive normal number"),
        Operation("significand", 1, Kind.NUMBER, True, "a / 2^exponent(a), in [1, 2)"),
        Operation("nearest_power", 2, Kind.PAIR, True, "k, the integer nearest to a b, and 2^k, |a b| < 1022"),
        Operation("balance", 2, Kind.PAIR, True, "2^k, 2^-k and k with a / (2^k b) in [2/3, 3/2], a, b > 0 normal"),
        Operation("round_odd", 2, Kind.NUMBER, False, "a + b rounded to odd, |b| <= ulp(a)"),
        Operation("two_sum", 2, Kind.PAIR, True, "a + b as head and tail"),
        Operation("fast_two_sum", 2, Kind.PAIR, True, "a + b as head and tail, |a| >= |b| or a = 0"),
        Operation("two_prod", 2, Kind.PAIR, True, "a b as head and tail"),
        Operation("two_fma", 3, Kind.PAIR, False, "a b + c as head and rounded tail, a b >= 0 and c >= 0"),
        Operation("fast_two_fma", 3, Kind.PAIR, False, "a b + c as head and rounded tail, head - c exact"),
        Operation("exp", 1, Kind.NUMBER, False, "the platform's exponential"),
        Operation("log", 1, Kind.NUMBER, False, "the platform's logarithm"),
        Operation("expm1", 1, Kind.NUMBER, False, "the platform's exp(a) - 1"),
        Operation("log1p", 1, Kind.NUMBER, False, "the platform's log(1 + a)"),
        Operation("lt", 2, Kind.MASK, True, "a < b"),
        Operation("le", 2, Kind.MASK, True, "a <= b"),
        Operation("eq", 2, Kind.MASK, True, "a == b"),
        Operation("outside", 3, Kind.MASK, True, "not b <= a <= c, for 0 <= b <= c; true for NaN"),
        Operation("and", 2, Kind.MASK, True, "both"),
        Operation("or", 2, Kind.MASK, True, "either"),
        Operation("not", 1, Kind.MASK, True, "not"),
    )
}


@dataclass(frozen=True, eq=False, repr=False)
class Node:
    """An operation, constant, argument, call or result of a call; compared by identity, made by the functions below."""

    op: str
    args: tuple[Node, ...] = ()
    value: float | str | int | None = None  # of a constant, the name of an argument, or the index of a result
    function: Function | None = None
    _interned: ClassVar[dict[tuple[object, ...], Node]] = {}

    def __repr__(self) -> str:
        return f"<{self.op}>"  # spelled out, the shared operands would be there again and again

    def __add__(self, other: Number) -> Node:
        return node("add", self, other)

    def __radd__(self, other: Number) -> Node:
        return node("add", other, self)

    def __sub__(self, other: Number) -> Node:
        return node("sub", self, other)

    def __rsub__(self, other: Number) -> Node:
        return node("sub", other, self)

    def __mul__(self, other: Number) -> Node:
        return node("mul", self, other)

    def __rmul__(self, other: Number) -> Node:
        return node("mul", other, self)

    def __truediv__(self, other: Number) -> Node:
        return node("div", self, other)

    def __rtruediv__(self, other: Number) -> Node:
        return node("div", other, self)

    def __neg__(self) -> Node:
        return node("neg", self)

    def __abs__(self) -> Node:
        return node("abs", self)

    def __lt__(self, other: Number) -> Node:
        return node("lt", self, other)

    def __gt__(self, other: Number) -> Node:
        return node("lt", other, self)

    def __le__(self, other: Number) -> Node:
        return node("le", self, other)

    def __ge__(self, other: Number) -> Node:
        return node("le", other, self)

    def __and__(self, other: Node) -> Node:
        return node("and", self, other)

    def __or__(self, other: Node) -> Node:
        return node("or", self, other)

    def __invert__(self) -> Node:
        return node("not", self)

    @property
    def kind(self) -> Kind:
        if self.op in ("const", "arg", "result"):
            return Kind.NUMBER
        return Kind.PAIR if self.op == "call" else OPERATIONS[self.op].kind


Number = Node | float


def _make(op: str, args: tuple[Node, ...], value: float | str | int | None, function: Function | None) -> Node:
    # -0.0 and 0.0 are equal as keys, yet different constants.
    key = (op, args, value.hex() if isinstance(value, float) else value, id(function) if function else None)
    found = Node._interned.get(key)
    if found is None:
        found = Node(op, args, value, function)
        Node._interned[key] = found
    return found


#: Which operands are masks; all others are numbers.
_MASKS: Mapping[str, tuple[int, ...]] = {"and": (0, 1), "or": (0, 1), "not": (0,), "select": (0,)}


def constant(value: float) -> Node:
    return _make("const", (), float(value), None)


def argument(name: str) -> Node:
    return _make("arg", (), name, None)


def node(op: str, *args: Number) -> Node:
    """The node of this operation; plain floats become constants. Raises ValueError on a wrong arity or kind."""
    nodes = tuple(a if isinstance(a, Node) else constant(a) for a in args)
    operation = OPERATIONS[op]
    if len(nodes) != operation.arity:
        raise ValueError(f"{op} takes {operation.arity} operands, not {len(nodes)}")
    for position, a in enumerate(nodes):
        wanted = Kind.MASK if position in _MASKS.get(op, ()) else Kind.NUMBER
        if a.kind is not wanted:
            raise ValueError(f"{op} takes a {wanted.value} as operand {position + 1}, not a {a.kind.value}")
    return _make(op, nodes, None, None)


def result(of: Node, index: int) -> Node:
    """One of the results of a call or of an error-free transform."""
    return _make("result", (of,), index, None)


@dataclass(frozen=True)
class Pair:
    """An unevaluated sum of a head and a tail."""

    head: Node
    tail: Node


def fma(a: Number, b: Number, c: Number) -> Node:
    return node("fma", a, b, c)


def exact_mul(a: Number, b: Number) -> Node:
    """A product that does not round: by a power of two, or of short significands."""
    return node("exact_mul", a, b)


def select(mask: Node, a: Number, b: Number) -> Node:
    return node("select", mask, a, b)


def equal(a: Number, b: Number) -> Node:
    return node("eq", a, b)


def outside(a: Number, low: Number, high: Number) -> Node:
    """Whether a is not in [low, high], for bounds that are not negative."""
    return node("outside", a, low, high)


def nearest_power(a: Number, b: Number) -> tuple[Node, Node]:
    """The integer k nearest to a b, and 2^k."""
    made = node("nearest_power", a, b)
    return result(made, 0), result(made, 1)


def balance(a: Number, b: Number) -> tuple[Node, Node, Node]:
    """2^k, 2^-k and k such that a / (2^k b) is near 1."""
    made = node("balance", a, b)
    return result(made, 0), result(made, 1), result(made, 2)


def _transform(op: str, *operands_: Number) -> Pair:
    made = node(op, *operands_)
    return Pair(result(made, 0), result(made, 1))


def two_sum(a: Number, b: Number) -> Pair:
    return _transform("two_sum", a, b)


def fast_two_sum(a: Number, b: Number) -> Pair:
    return _transform("fast_two_sum", a, b)


def two_prod(a: Number, b: Number) -> Pair:
    return _transform("two_prod", a, b)


def two_fma(a: Number, b: Number, c: Number) -> Pair:
    return _transform("two_fma", a, b, c)


def fast_two_fma(a: Number, b: Number, c: Number) -> Pair:
    return _transform("fast_two_fma", a, b, c)


class Grid(Enum):
    """What a function of one number depends on alone: it has few values, and a target may look them up."""

    INTEGERS = "integers"  # its argument is an integer
    ANCHORS = "anchors"  # the anchor of its argument


@dataclass(frozen=True)
class Table:
    """A function's results at the ends of [low, high] and beyond are NaN."""

    grid: Grid
    low: float
    high: float


@dataclass(frozen=True, eq=False, repr=False)
class Function:
    """A named piece of kernel code that several kernels share; printed once, as a function of its own.

    ``notes`` give the reader the why of a node: a comment printed above the first line that computes it. A node in
    ``approximates`` stands for a function, by name, of another node. A function with a ``table`` may be looked up.
    """

    name: str
    doc: str
    parameters: tuple[Node, ...]
    results: tuple[tuple[str, Node], ...]
    names: Mapping[Node, str] = field(default_factory=dict)
    notes: Mapping[Node, str] = field(default_factory=dict)
    approximates: Mapping[Node, tuple[str, Node]] = field(default_factory=dict)
    table: Table | None = None

    def __repr__(self) -> str:
        return f"<{self.name}>"

    def __call__(self, *args: Number) -> tuple[Node, ...]:
        nodes = tuple(a if isinstance(a, Node) else constant(a) for a in args)
        if len(nodes) != len(self.parameters):
            raise ValueError(f"{self.name} takes {len(self.parameters)} arguments, not {len(nodes)}")
        made = _make("call", nodes, None, self)
        return tuple(result(made, i) for i in range(len(self.results)))


@dataclass(frozen=True, eq=False)
class Ordinary:
    """A shorter way to compute half of head + tail, but for the arguments of which the mask ``outside`` is true."""

    outside: Function
    function: Function


@dataclass(frozen=True, eq=False)
class Arithmetic:
    """A binary format that frameworks compute in: what depends on it in a tree, by name.

    Polynomials have their lowest coefficient first.
    """

    name: str
    digits: int
    constants: Mapping[str, float]
    polynomials: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True)
class Bound:
    """A declared error bound in ulp, how it was established, and the figures of the proof.

    It was ``proved``, or ``tested``, or, for a correctly rounded function of one float, tested for every argument:
    ``exhaustive``.
    """

    ulp: float
    established: str
    proof: Mapping[str, float] = field(default_factory=dict)


class Role(Enum):
    """What a kernel computes, which decides how its results are rounded and passed."""

    UNARY = "unary"
    VALUE = "value"
    GRADIENT = "gradient"


@dataclass(frozen=True)
class Parameter:
    """A parameter of a kernel: a location enters by differences, any other is a scale."""

    name: str
    meaning: str
    support: str  # "real" or "positive"
    location: bool = False


@dataclass(frozen=True, eq=False)
class Kernel:
    """A function to be emitted for one target, with what is promised about it.

    The function of a value or a unary kernel for C has the results (head, tail, unscale): its value is
    (head + tail) unscale, rounded to the format. A gradient's results are the partial derivatives. A function for NumPy
    gives the results themselves, and a mask.
    """

    name: str  # kl_unit_logvar, kl_unit_logvar_grad, expm1mx
    role: Role
    target: str  # "c" or "python"
    family: str
    title: str  # in a sentence: KL divergence, in nats, of ...
    signature: tuple[Parameter, ...]
    results: tuple[str, ...]
    function: Function
    careful: Function | None  # where the function's last result says that it does not hold; or the function itself
    formulas: tuple[str, ...]  # what each result is, as text
    theorem: str  # the theorem whose formula it computes
    rule: str  # the rewriting rule it was lowered through
    digest: str  # of the theorem's statement
    domain: str
    special: tuple[str, ...]  # special arguments and their values, in words
    bounds: Mapping[str, Bound]  # by precision: binary64, binary32
    ordinary: Ordinary | None = None  # in C, what the loops of binary64 compute wherever it holds
    sums: Mapping[str, Bound] = field(default_factory=dict)  # in C, of the sum over an array, by precision
    narrow: Function | None = (
        None  # the value for binary32 arguments in plain binary64 arithmetic; for NumPy with a mask
    )
    plain: Mapping[Arithmetic, Function] = field(default_factory=dict)  # for frameworks, a tree for each format
    slopes: Mapping[Arithmetic, Function] = field(default_factory=dict)  # of a value for frameworks, its derivatives
    curvature: Mapping[Arithmetic, Function] = field(default_factory=dict)  # and its second derivatives
    terms: tuple[str, ...] = ()  # the terms that the rule was read as, in words
    plans: tuple[str, ...] = ()  # the trees that were written for its shape, in words; without one it is composed

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names in the signature."""
        return tuple(parameter.name for parameter in self.signature)


@dataclass(frozen=True)
class Polynomial:
    """A polynomial of the kernels: what it approximates, by name, where, and its coefficients, lowest first."""

    name: str
    coefficients: tuple[float, ...]
    lower: float
    upper: float


@dataclass(frozen=True)
class Vector:
    """Arguments of a function in a format with its correctly rounded results: a row of the shared test table."""

    function: str
    precision: str
    arguments: tuple[float, ...]
    expected: tuple[float, ...]


def operands(roots: Iterable[Node], stop: Container[Node] = ()) -> list[Node]:
    """All nodes below the roots, each once, operands before what uses them (depth first, left to right).

    What is only below nodes in ``stop`` is left out.
    """
    ordered: dict[Node, None] = {}
    stack: list[tuple[Node, bool]] = [(root, False) for root in reversed(list(roots))]
    while stack:
        top, expanded = stack.pop()
        if top in ordered:
            continue
        if expanded:
            ordered[top] = None
        else:
            stack.append((top, True))
            if top not in stop:
                stack.extend((a, False) for a in reversed(top.args))
    return list(ordered)


def functions_below(roots: Sequence[Function]) -> list[Function]:
    """The functions that these call, callees first, each once."""
    ordered: list[Function] = []

    def visit(function: Function) -> None:
        for n in operands(r for _, r in function.results):
            if n.function is not None:
                visit(n.function)
        if function not in ordered:
            ordered.append(function)

    for root in roots:
        visit(root)
    return ordered


class Builder:
    """Collects names and notes while a :class:`Function` is written in Python."""

    def __init__(self) -> None:
        self.names: dict[Node, str] = {}
        self.notes: dict[Node, str] = {}
        self.approximates: dict[Node, tuple[str, Node]] = {}

    def let(self, name: str, value: Node, note: str = "") -> Node:
        """Name a node for the printed code, with an optional comment that says why it is there."""
        if value.op not in ("const", "arg"):
            self.names.setdefault(value, name)
            if note:
                self.notes.setdefault(value, note)
        return value

    def pair(self, name: str, value: Pair, note: str = "") -> Pair:
        self.let(f"{name}_head", value.head, note)
        self.let(f"{name}_tail", value.tail)
        return value


def function(
    name: str,
    parameters: Sequence[str],
    results: Sequence[str],
    body: Callable[..., Sequence[Node]],
    doc: str,
    table: Table | None = None,
) -> Function:
    """Build a function from Python code that takes a :class:`Builder` and one node per parameter."""
    builder = Builder()
    arguments = tuple(argument(p) for p in parameters)
    values = body(builder, *arguments)
    if len(values) != len(results):
        raise ValueError(f"{name} promises {len(results)} results and computes {len(values)}")
    named = tuple(zip(results, values, strict=True))
    return Function(name, doc, arguments, named, builder.names, builder.notes, builder.approximates, table)
