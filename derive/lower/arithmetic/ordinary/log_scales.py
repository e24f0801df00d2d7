"""exp(x) - 1 - x in four parts, and the weight exp(-x) of an offset, for ordinary arguments."""

from __future__ import annotations

from derive.lower.approximation.polynomials import EXPONENTIAL, SHIFT, SHIFTED_EXPONENTIAL, horner
from derive.lower.arithmetic.constants import INVERSE_LOG2, LOG2_HEAD, LOG2_TAIL, SHORT_LOG2_HEAD, SHORT_LOG2_TAIL
from derive.vocabulary.kernel import (
    Builder,
    Function,
    Node,
    exact_mul,
    fast_two_fma,
    fast_two_sum,
    fma,
    function,
    nearest_power,
    two_prod,
)

#: The k for which 2^k - 1 - k log 2 is exact, and arguments that have such, with an allowance of 1 for k.
SMALLEST_POWER, LARGEST_POWER = -46, 20
SMALLEST_LOGARITHM, LARGEST_LOGARITHM = -31.5, 13.5
LARGEST_SECOND_LOGARITHM = 200.0


def _excess_log(b: Builder, x: Node, x_tail: Node | None) -> tuple[Node, ...]:
    k, power = nearest_power(x - SHIFT, INVERSE_LOG2)
    b.let("scale", k, "x = k log(2) + r + c, with k log(2)'s head subtracted exactly, r in [log(2) - 1, 2 log(2) - 1]")
    r = b.let("r", fma(-k, SHORT_LOG2_HEAD, x))
    anchor = b.let("anchor", power + fma(-k, SHORT_LOG2_HEAD, -1.0), "2^k - 1 - k log(2), exact")
    change = b.let("change", power - 1.0)
    start = b.pair("start", fast_two_fma(change, r, anchor))
    series = horner(b, SHIFTED_EXPONENTIAL, r, "(2 expm1mx(r)/r^2 - 1)/r, minimax on [-0.307, 0.387]")
    half = b.let("half", exact_mul(r, 0.5), "expm1mx(r) = r^2/2 (1 + rest)")
    square = b.pair("half_square", two_prod(r, half))
    rest = b.let("rest", r * series)
    growth = b.let("growth", fma(square.head, rest, r + square.head), "exp(r) - 1")
    c = b.let("c", k * -SHORT_LOG2_TAIL)
    correction = b.let("correction", exact_mul(power, c), "c changes exp(x) by c exp(x)")
    square_low = b.let("square_low", fma(square.tail, rest, square.tail))
    low = fma(power, square_low, fma(correction, growth, correction + start.tail))
    if x_tail is not None:
        slope = b.let("slope", fma(power, growth, change), "the tail of x acts through the derivative exp(x) - 1")
        low = fma(x_tail, slope, low)
    return start.head, exact_mul(power, square.head), rest, b.let("low", low)


EXCESS_LOG: Function = function(
    "excess_log",
    ("x",),
    ("start", "square", "rest", "low"),
    lambda b, x: _excess_log(b, x, None),
    "exp(x) - 1 - x = start + square (1 + rest) + low for x in [-31.5, 13.5].",
)
EXCESS_LOG_PAIR: Function = function(
    "excess_log_pair",
    ("x", "x_tail"),
    ("start", "square", "rest", "low"),
    _excess_log,
    "exp(x) - 1 - x = start + square (1 + rest) + low at x + x_tail, for x in [-31.5, 13.5].",
)


def _weight(b: Builder, x: Node) -> tuple[Node, Node]:
    k, power = nearest_power(x, -INVERSE_LOG2)
    b.let("scale", k, "-x = k log(2) + r + c")
    r = b.let("r", fma(-k, LOG2_HEAD, -x))
    c = b.let("c", k * -LOG2_TAIL)
    rest = horner(b, EXPONENTIAL, r, "(expm1mx(r)/r^2 - 1/2)/r, minimax on |r| <= log(2)/2")
    square = b.pair("square", two_prod(r, r))
    factor = b.let("factor", fma(r, rest, 0.5))
    e = b.let("e", square.head * factor)
    e_tail = b.let("e_tail", fma(square.tail, factor, fma(square.head, factor, -e)))
    linear = b.pair("linear", fast_two_sum(1.0, r))
    total = b.pair("total", fast_two_sum(linear.head, e))
    low = b.let("low", fma(c, total.head, e_tail + (linear.tail + total.tail)))
    return exact_mul(total.head, power), exact_mul(low, power)


WEIGHT: Function = function("weight", ("x",), ("head", "tail"), _weight, "exp(-x) as head and tail, for |x| <= 200.")
