"""The gradients for NumPy, on blocks of numbers that are neither huge nor tiny.

A derivative in the second scale is a sum of two parts, and its error is measured in ulp of the larger of them, which
leaves no room for the rounding of a factor beside that of the sum. So the squares of the means' difference are exact,
and so is what they are multiplied with or divided by: a number of few bits. What is left of each factor is so small
beside it that its roundings are nothing. The weight exp(-x) is looked up in a table for that.
"""

from __future__ import annotations

from collections.abc import Callable
from math import nan

from derive.lower.approximation.polynomials import STEP_EXPONENTIAL, STEPS, plain_horner
from derive.lower.arithmetic.values import EXP_NEGATIVE
from derive.lower.blocks.steps import LARGEST_EXPONENT
from derive.vocabulary.kernel import (
    Builder,
    Function,
    Grid,
    Node,
    Pair,
    Table,
    equal,
    exact_mul,
    function,
    node,
    select,
    two_sum,
)

Body = Callable[..., tuple[Node, ...]]

#: Arguments and results within these need no care: no square, product or quotient here leaves the normal range.
SMALL, LARGE = 2.0**-280, 2.0**280
SMALL_SCALE, LARGE_SCALE = 2.0**-180, 2.0**180
LARGE_LOGARITHM = 250.0

#: A sum with it, less it, is a number in [0.7, 2.9] rounded to 17 bits: times the square of 18 bits it is exact.
ROUND = 3.0 * 2.0**36
WEIGHT_BITS = 17

#: More than the 26 leading bits leave away of a number: a quotient by the square of theirs is then in the binade of the
#: slope, or below.
ABOVE = 1.0 + 2.0**-24


def squared(b: Builder, m: Pair) -> tuple[Node, Node]:
    """The square of a head and a tail as one that is exact, and what is left of it, which is small."""
    leading = b.let("m_leading", node("short", m.head), "18 bits, of which the square is exact, and the rest")
    rest = b.let("m_rest", (m.head - leading) + m.tail)
    return leading * leading, (m.head + leading) * rest


# --- unit ----------------------------------------------------------------------------------------------------------


def _unit_log_slopes(multiple: int) -> Body:
    def body(b: Builder, mu: Node, s: Node) -> tuple[Node, ...]:
        x = exact_mul(s, multiple) if multiple != 1.0 else s
        growth = node("expm1", x)
        d_s = growth if multiple == 2.0 else exact_mul(growth, multiple / 2)
        return mu, d_s, (abs(x) <= LARGE_LOGARITHM) & (abs(mu) <= LARGE) & (abs(x) >= SMALL)

    return body


def _unit_power_slopes(order: int) -> Body:
    def body(b: Builder, mu: Node, s: Node) -> tuple[Node, ...]:
        d = b.let("d", s - 1.0)
        d_s = exact_mul(d, 0.5) / s if order == 1 else d + d / s
        return mu, d_s, (s >= SMALL_SCALE) & (s <= LARGE_SCALE) & (abs(mu) <= LARGE)

    return body


# --- normal --------------------------------------------------------------------------------------------------------


def _weight_entry(b: Builder, k: Node) -> tuple[Node, ...]:
    c = b.let("c", exact_mul(k, 1 / STEPS))
    head, tail, half = EXP_NEGATIVE(c)
    upper = b.let("upper", (head + ROUND) - ROUND, "17 bits, and the rest")
    lower = b.let("lower", (head - upper) + tail)
    scale = b.let("scale", node("pow2", exact_mul(half, 2.0)))
    inside = node("abs", c) < LARGEST_EXPONENT
    return select(inside, exact_mul(upper, scale), nan), exact_mul(lower, scale)


WEIGHT_ENTRY: Function = function(
    "weight_entry",
    ("k",),
    ("upper", "lower"),
    _weight_entry,
    "exp(-k/256) for an integer k: 17 bits of it, and the rest.",
    Table(Grid.INTEGERS, -LARGEST_EXPONENT * STEPS, LARGEST_EXPONENT * STEPS),
)


def _weight(b: Builder, y: Node) -> tuple[Node, ...]:
    k = b.let("k", node("trunc", y))
    upper, lower = WEIGHT_ENTRY(k)
    r = b.let("r", k - y)
    series = plain_horner(b, STEP_EXPONENTIAL, r, "(2^17 expm1mx(r/256)/r^2 - 1)/r, minimax on [-1, 1]")
    growth = b.let("growth", exact_mul((r * r) * (series * r + 1.0), 0.5 / STEPS) + r, "256 (exp(r/256) - 1)")
    return upper, (upper + lower) * exact_mul(growth, 1 / STEPS) + lower


WEIGHT: Function = function(
    "weight",
    ("y",),
    ("upper", "low"),
    _weight,
    "exp(-y/256): 17 bits that are near to it, and the rest; NaN for |y| >= 32 * 256.",
)


def _normal_log_slopes(multiple: int) -> Body:
    chain = multiple / 2

    def body(b: Builder, mu1: Node, s1: Node, mu2: Node, s2: Node) -> tuple[Node, ...]:
        m = b.pair("m", two_sum(mu1, -mu2))
        d = b.pair("d", two_sum(s1, -s2))
        x, x_tail = (exact_mul(part, multiple) if multiple != 1.0 else part for part in (d.head, d.tail))
        start = b.let(
            "start", node("upper", x), "nearer to 0 than the difference: an ulp of its growth is not above one of d_s1"
        )
        rest = b.let("rest", (x - start) + x_tail)
        growth = b.let("growth", node("expm1", start))
        more = b.let("more", (exact_mul(rest, 0.5) * rest + rest) * (growth + 1.0), "what the rest adds to the growth")
        change = b.let("change", growth + more)
        upper, low = WEIGHT(exact_mul(s2, multiple * STEPS))
        weight = b.let("weight", upper + low)
        d_mu = b.let("d_mu", m.head * weight)
        of_leading, of_rest = squared(b, m)
        of_leading = b.let("of_leading", of_leading)
        small = b.let("small", more + (of_leading * low + of_rest * weight))
        d_s2 = -((growth + small) + of_leading * upper)
        size, distance = abs(m.head), abs(x)
        means = (size <= LARGE) & ((size >= SMALL) | equal(m.head, 0.0))
        scales = (distance <= 2.0 * LARGEST_EXPONENT) & (distance >= SMALL) & (weight > 0.0)
        scaled = (exact_mul(change, chain), exact_mul(d_s2, chain)) if chain != 1.0 else (change, d_s2)
        return d_mu, scaled[0], -d_mu, scaled[1], means & scales

    return body


def _normal_var_slopes(b: Builder, mu1: Node, s1: Node, mu2: Node, s2: Node) -> tuple[Node, ...]:
    m, d = b.pair("m", two_sum(mu1, -mu2)), b.pair("d", two_sum(s1, -s2))
    of_leading, of_rest = squared(b, m)
    total = b.pair("total", two_sum(d.head, of_leading), "var1 - var2 + (mu1 - mu2)^2")
    low = b.let("low", (d.tail + of_rest) + total.tail)
    upper = b.let(
        "upper", node("upper", s2 * ABOVE), "26 bits, above var2: the square is exact; and what it leaves out"
    )
    divisor = b.let("divisor", exact_mul(upper, -2.0) * upper)
    left_out = b.let("left_out", exact_mul(s2 + upper, -2.0) * (s2 - upper))
    quotient = b.let("quotient", total.head / divisor)
    d_s2 = quotient + (low - quotient * left_out) / (divisor + left_out)
    d_mu, d_s1 = m.head / s2, exact_mul(d.head, 0.5) / s2 / s1
    size, low_scale, high_scale = abs(m.head), node("min", s1, s2), node("max", s1, s2)
    means = (size <= LARGE) & ((size >= SMALL) | equal(m.head, 0.0))
    return d_mu, d_s1, -d_mu, d_s2, means & (low_scale >= SMALL_SCALE) & (high_scale <= LARGE_SCALE)


def of_logarithm(multiple: int) -> tuple[Body, Body]:
    """Unit and normal, in the logarithm of the scale of which ``multiple`` times is that of the variance."""
    return _unit_log_slopes(multiple), _normal_log_slopes(multiple)


def of_power(order: int) -> tuple[Body, Body | None]:
    """Unit and normal, in the scale of which this power is the variance.

    The slopes of the normal divergence in the standard deviation are products of too many rounded factors for 4 ulp.
    """
    return _unit_power_slopes(order), _normal_var_slopes if order == 1 else None
