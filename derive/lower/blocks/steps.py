"""Excesses for NumPy, by short steps from an entry of a table: few array passes, and no mask in them.

NumPy has no FMA and reads its arrays once for every operation; a choice between two formulas costs more than either
where it changes from element to element. So there is one formula: from the entry that is next to the argument on the
side of the optimum, where every term has the sign of the sum and nothing cancels,

    expm1mx(c + h) = expm1mx(c) + (exp(c) - 1) (exp(h) - 1) + expm1mx(h),         h of the sign of c
    F_1(c (1 + u)) = F_1(c) + u (c - 1) + phi(u),                                 u of the sign of c - 1
    F_2(c (1 + u)) = F_2(c) + 2 u (c^2 - 1) + c^2 u^2 + 2 phi(u)

where F_1(x) = x - 1 - log(x), F_2(x) = x^2 - 1 - 2 log(x) and phi(u) = u - log(1 + u). The entries come from the
functions that C has. Outside of the tables the results are NaN.

Next to the optimum all is the square of h or u, and a rounding of either would count twice. Both are therefore the sum
of 18 leading bits, whose square is exact, and a rest, whose share is so small that its roundings are nothing. The
results are in the unit in which that square has no factor; ``more`` is added where it costs no rounding of its own.
"""

from __future__ import annotations

from math import nan

from derive.lower.approximation.polynomials import STEP_EXPONENTIAL, STEP_LOGARITHM, STEPS, plain_horner
from derive.lower.arithmetic.constants import SCALE
from derive.lower.arithmetic.exponential import EXPM1MX_SCALED
from derive.lower.arithmetic.logarithm import excess
from derive.vocabulary.kernel import Builder, Function, Grid, Node, Table, exact_mul, function, node, select, two_sum

#: Exponents and quotients, beyond those of networks, that have entries.
LARGEST_EXPONENT = 32.0
LARGEST_QUOTIENT = 2.0**16

#: The divergence over its value in the unit of the results here: for logarithms of scales, and by the power of the
#: scale that is the variance.
LOGARITHM_UNIT = 2.0**-18
POWER_UNIT = {1: 0.25, 2: 0.5}


def _exponential_entry(b: Builder, k: Node) -> tuple[Node, ...]:
    c = b.let("c", exact_mul(k, 1 / STEPS))
    scaled = b.let("scaled", exact_mul(c, SCALE))
    head, tail = EXPM1MX_SCALED(scaled)
    start = select(node("abs", c) < LARGEST_EXPONENT, head + tail, nan)
    growth = b.pair("growth", two_sum(scaled, head), "exp(c) - 1, where c and head cancel for small exp(c)")
    slope = growth.head + (growth.tail + tail)
    unit = 0.5 / LOGARITHM_UNIT / SCALE
    return exact_mul(start, unit), exact_mul(slope, unit / STEPS)


EXPONENTIAL_ENTRY: Function = function(
    "exponential_entry",
    ("k",),
    ("start", "slope"),
    _exponential_entry,
    "2^17 (exp(c) - 1 - c) and 2^9 (exp(c) - 1) at c = k/256 for an integer k.",
    Table(Grid.INTEGERS, -LARGEST_EXPONENT * STEPS, LARGEST_EXPONENT * STEPS),
)


def _expm1mx(b: Builder, y: Node, y_tail: Node | None = None, more: Node | None = None) -> tuple[Node]:
    k = b.let("k", node("trunc", y))
    r = b.let("r", y - k)
    start, slope = EXPONENTIAL_ENTRY(k)
    leading = b.let("leading", node("short", r), "r in 18 bits, and the rest of it")
    rest = b.let("rest", r - leading if y_tail is None else (r - leading) + y_tail)
    series = plain_horner(b, STEP_EXPONENTIAL, r, "(2^17 expm1mx(r/256)/r^2 - 1)/r, minimax on [-1, 1]")
    square = b.let("square", leading * leading + ((r + leading) * rest + series * r * (r * r)), "2^17 expm1mx(r/256)")
    low = b.let("low", exact_mul(square, 1 / (2 * STEPS)) + rest, "256 (exp(r/256) - 1), without the leading bits")
    curve = b.let("curve", (slope * low if more is None else slope * low + more) + square)
    return ((slope * leading + curve) + start,)


EXPM1MX: Function = function(
    "expm1mx_step", ("y",), ("value",), _expm1mx, "2^17 (exp(x) - 1 - x) at x = y/256; NaN for |x| >= 32."
)
EXPM1MX_PAIR: Function = function(
    "expm1mx_step_pair",
    ("y", "y_tail", "more"),
    ("value",),
    _expm1mx,
    "2^17 (exp(x) - 1 - x) + more at x = (y + y_tail)/256; NaN for |x| >= 32.",
)


_EXCESSES = {1: "2 (x - 1 - log(x))", 2: "x^2 - 1 - 2 log(x)"}


def _quotient_entry(order: int) -> Function:
    def body(b: Builder, x: Node) -> tuple[Node, ...]:
        c = b.let("c", node("anchor", x))
        start, _, _, _ = excess(order, c)
        value = exact_mul(start.head + start.tail, 0.5 / POWER_UNIT[order] / SCALE)
        inside = (c > 1 / LARGEST_QUOTIENT) & (c < LARGEST_QUOTIENT)
        return c, select(inside, value, nan)

    doc = f"c, next to x, and {_EXCESSES[order].replace('x', 'c')}."
    table = Table(Grid.ANCHORS, 1 / LARGEST_QUOTIENT, LARGEST_QUOTIENT)
    return function(f"quotient_entry_{order}", ("x",), ("c", "start"), body, doc, table)


QUOTIENT_ENTRY = {1: _quotient_entry(1), 2: _quotient_entry(2)}


def _step(order: int, parameters: tuple[str, ...], doc: str) -> Function:
    def body(b: Builder, c: Node, start: Node, leading: Node, rest: Node, more: Node | None = None) -> tuple[Node]:
        u = b.let("u", leading + rest)
        series = plain_horner(b, STEP_LOGARITHM, u, "(2 (u - log(1 + u))/u^2 - 1)/u, minimax on |u| <= 1/256")
        cubic = b.let("cubic", series * u * (u * u))
        both, square = u + leading, leading * leading
        if order == 1:
            slope = b.let("slope", exact_mul(c - 1.0, 2.0))
        else:
            power = b.let("power", c * c)
            slope, curve = b.let("slope", exact_mul(power - 1.0, 2.0)), b.let("curve", power + 1.0)
            both, square = both * curve, square * curve
        low = b.let("low", (both + slope) * rest + cubic)
        return ((slope * leading + (square + (low if more is None else low + more))) + start,)

    suffix = "_more" if "more" in parameters else ""
    return function(f"step_{order}{suffix}", parameters, ("value",), body, doc)


_STEP = ("c", "start", "leading", "rest")
STEP = {
    order: _step(order, _STEP, f"{of} at x = c (1 + u), u = leading + rest, from start, its value at c.")
    for order, of in _EXCESSES.items()
}
STEP_MORE = {
    order: _step(order, (*_STEP, "more"), f"{of} + more at x = c (1 + u), from start, its value at c.")
    for order, of in _EXCESSES.items()
}


def divided(b: Builder, difference: Node, c: Node) -> tuple[Node, Node]:
    """u = difference/c for a short c: 18 leading bits, and the rest by the remainder, which is exact."""
    leading = b.let("leading", node("short", difference / c), "u in 18 bits, and the rest of it from the remainder")
    return leading, b.let("rest", (difference - exact_mul(leading, c)) / c)


def _excess(order: int) -> Function:
    def body(b: Builder, x: Node) -> tuple[Node, ...]:
        c, start = QUOTIENT_ENTRY[order](x)
        return STEP[order](c, start, *divided(b, b.let("difference", x - c), c))

    doc = f"{_EXCESSES[order]}; NaN outside of (2^-16, 2^16)."
    return function(f"excess_{order}_step", ("x",), ("value",), body, doc)


EXCESS = {1: _excess(1), 2: _excess(2)}


def _excess_of_quotient(order: int) -> Function:
    def body(b: Builder, x: Node, y: Node, more: Node) -> tuple[Node, ...]:
        c, start = QUOTIENT_ENTRY[order](x / y)
        upper = b.let("upper", node("upper", y), "both parts of y are so short that their products below are exact")
        lower = b.let("lower", y - upper)
        difference = b.let("difference", (x - exact_mul(c, upper)) - exact_mul(c, lower), "x - c y")
        divisor = b.let("divisor", c * y)
        leading = b.let("leading", node("short", difference / divisor), "u in 18 bits, and the rest of it")
        short = b.let("short", exact_mul(leading, c))
        rest = b.let("rest", ((difference - short * upper) - short * lower) / divisor)
        return STEP_MORE[order](c, start, leading, rest, more)

    doc = f"{_EXCESSES[order].replace('x', 'q')} + more at q = x/y; NaN outside of (2^-16, 2^16)."
    doc = doc.replace(" q/y", " x/y")
    return function(f"excess_{order}_of_quotient", ("x", "y", "more"), ("value",), body, doc)


EXCESS_OF_QUOTIENT = {1: _excess_of_quotient(1), 2: _excess_of_quotient(2)}
