"""Half the excesses for NumPy, by short steps from an entry of a table: few array passes, and no mask in them.

NumPy has no FMA and reads its arrays once for every operation; a choice between two formulas costs more than either
where it changes from element to element. So there is one formula: from the entry that is next to the argument on the
side of the optimum, where every term has the sign of the sum and nothing cancels,

    expm1mx(c + h) = expm1mx(c) + h (exp(c) - 1) + exp(c) expm1mx(h),             h of the sign of c
    F_1(c (1 + u)) = F_1(c) + u (c - 1) + phi(u),                                 u of the sign of c - 1
    F_2(c (1 + u)) = F_2(c) + 2 u (c^2 - 1) + c^2 u^2 + 2 phi(u)

where F_1(x) = x - 1 - log(x), F_2(x) = x^2 - 1 - 2 log(x) and phi(u) = u - log(1 + u). The entries come from the
functions that C has. Outside of the tables the results are NaN. Halves, because the divergence is half a sum: halved
entries cost nothing.
"""

from __future__ import annotations

from math import nan

from derive.lower.constants import SCALE
from derive.lower.exponential import EXPM1MX_SCALED
from derive.lower.logarithm import excess
from derive.lower.polynomials import STEP_EXPONENTIAL, STEP_LOGARITHM, STEPS, plain_horner
from derive.vocabulary.kernel import Builder, Function, Grid, Node, Table, exact_mul, function, node, select

#: Exponents and quotients, beyond those of networks, that have entries.
LARGEST_EXPONENT = 32.0
LARGEST_QUOTIENT = 2.0**16


def _exponential_entry(b: Builder, k: Node) -> tuple[Node, ...]:
    c = b.let("c", exact_mul(k, 1 / STEPS))
    head, tail = EXPM1MX_SCALED(exact_mul(c, SCALE))
    value = b.let("value", exact_mul(head + tail, 1 / SCALE))
    inside = node("abs", c) < LARGEST_EXPONENT
    return exact_mul(select(inside, value, nan), 0.5), exact_mul(c + value, 0.5 / STEPS)


EXPONENTIAL_ENTRY: Function = function(
    "exponential_entry",
    ("k",),
    ("start", "slope"),
    _exponential_entry,
    "(exp(c) - 1 - c)/2 and (exp(c) - 1)/512 at c = k/256 for an integer k.",
    Table(Grid.INTEGERS, -LARGEST_EXPONENT * STEPS, LARGEST_EXPONENT * STEPS),
)


def _half_expm1mx(b: Builder, y: Node, y_tail: Node | None) -> tuple[Node]:
    k = b.let("k", node("trunc", y))
    r = b.let("r", y - k if y_tail is None else (y - k) + y_tail)
    start, slope = EXPONENTIAL_ENTRY(k)
    series = plain_horner(b, STEP_EXPONENTIAL, r, "256 expm1mx(r/256)/r^2, minimax on [-1, 1]")
    curve = b.let("curve", (slope + 0.5 / STEPS) * series)
    return ((curve * r + slope) * r + start,)


HALF_EXPM1MX: Function = function(
    "half_expm1mx",
    ("y",),
    ("value",),
    lambda b, y: _half_expm1mx(b, y, None),
    "(exp(x) - 1 - x)/2 at x = y/256; NaN for |x| >= 32.",
)
HALF_EXPM1MX_PAIR: Function = function(
    "half_expm1mx_pair",
    ("y", "y_tail"),
    ("value",),
    _half_expm1mx,
    "(exp(x) - 1 - x)/2 at x = (y + y_tail)/256; NaN for |x| >= 32.",
)


_EXCESSES = {1: "x - 1 - log(x)", 2: "x^2 - 1 - 2 log(x)"}


def _quotient_entry(order: int) -> Function:
    def body(b: Builder, x: Node) -> tuple[Node, ...]:
        c = b.let("c", node("anchor", x))
        start, _, _, _ = excess(order, c)
        value = exact_mul(start.head + start.tail, 0.5 / SCALE)
        inside = (c > 1 / LARGEST_QUOTIENT) & (c < LARGEST_QUOTIENT)
        return c, select(inside, value, nan)

    doc = f"c, next to x, and ({_EXCESSES[order].replace('x', 'c')})/2."
    table = Table(Grid.ANCHORS, 1 / LARGEST_QUOTIENT, LARGEST_QUOTIENT)
    return function(f"quotient_entry_{order}", ("x",), ("c", "start"), body, doc, table)


QUOTIENT_ENTRY = {1: _quotient_entry(1), 2: _quotient_entry(2)}


def _step(order: int) -> Function:
    def body(b: Builder, c: Node, start: Node, u: Node) -> tuple[Node]:
        series = plain_horner(b, STEP_LOGARITHM, u, "(u - log(1 + u))/u^2, minimax on |u| <= 1/256")
        if order == 1:
            return ((series * u + (c - 1.0)) * exact_mul(u, 0.5) + start,)
        square = b.let("square", c * c)
        curve = b.let("curve", series + exact_mul(square, 0.5))
        return ((curve * u + (square - 1.0)) * u + start,)

    doc = f"({_EXCESSES[order]})/2 at x = c (1 + u), from start, its value at c."
    return function(f"step_{order}", ("c", "start", "u"), ("value",), body, doc)


STEP = {1: _step(1), 2: _step(2)}


def _half_excess(order: int) -> Function:
    def body(b: Builder, x: Node) -> tuple[Node, ...]:
        c, start = QUOTIENT_ENTRY[order](x)
        u = b.let("u", (x - c) / c)
        return STEP[order](c, start, u)

    doc = f"({_EXCESSES[order]})/2; NaN outside of (2^-16, 2^16)."
    return function(f"half_excess_{order}", ("x",), ("value",), body, doc)


HALF_EXCESS = {1: _half_excess(1), 2: _half_excess(2)}


def _half_excess_of_quotient(order: int) -> Function:
    def body(b: Builder, x: Node, y: Node) -> tuple[Node, ...]:
        c, start = QUOTIENT_ENTRY[order](x / y)
        upper = b.let("upper", node("upper", y), "c is so short that both parts of c y are exact")
        rest = b.let("rest", x - exact_mul(c, upper))
        u = b.let("u", (rest - exact_mul(c, y - upper)) / (c * y))
        return STEP[order](c, start, u)

    doc = f"({_EXCESSES[order].replace('(x)', '(q)').replace('x', 'q')})/2 at q = x/y; NaN outside of (2^-16, 2^16)."
    return function(f"half_excess_{order}_of_quotient", ("x", "y"), ("value",), body, doc)


HALF_EXCESS_OF_QUOTIENT = {1: _half_excess_of_quotient(1), 2: _half_excess_of_quotient(2)}
