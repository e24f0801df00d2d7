"""The values for arguments of ordinary size: what the binary64 loops compute wherever it holds.

Nothing over- or underflows there, so there is nothing to scale, to cut or to select, and the range reduction has an
exact beginning: with k from -46 to 20 and log 2 cut to 32 bits, 2^k - 1 - k log 2 is a binary64 number, of which the
lowest bits are zero. In both scales twice the divergence is

    (2^k - 1 - k log 2) + (2^k - 1) s + (terms that are not negative)

    log scales    x = k log 2 + s                  the other terms: 2^k s^2/2 (1 + rest), the square of the offset
    var           var1/var2 = 2^k (1 + s)          s - log(1 + s), the square of the offset
    std           (std1/std2)^2 = 4^j (1 + s)^2    2 (s - log(1 + s)), 4^j s^2, the square of the offset; with 2 j for k

(theorems stable-range-exp, stable-log-scale). At k = 0 the first two vanish. The first sum needs no test of sizes,
because its first operand ends early; all that is left to sum with care are terms of one sign. In the log scales s is
taken from [log 2 - 1, 2 log 2 - 1], where the first sum is not negative either and r^2 rest below 1/7 of the whole, so
that three roundings of it do no harm.

:mod:`~derive.lower.arithmetic.ordinary.log_scales` and :mod:`~derive.lower.arithmetic.ordinary.power_scales` build
the excess, :mod:`~derive.lower.arithmetic.ordinary.total` the sum, :mod:`~derive.lower.arithmetic.ordinary.bounds`
proves the error.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from derive.lower.arithmetic.ordinary.log_scales import (
    EXCESS_LOG,
    EXCESS_LOG_PAIR,
    LARGEST_LOGARITHM,
    LARGEST_SECOND_LOGARITHM,
    SMALLEST_LOGARITHM,
    WEIGHT,
)
from derive.lower.arithmetic.ordinary.power_scales import (
    LARGEST_RATIO,
    SMALLEST_RATIO,
    excess_power,
    normal_quotient,
    unit_quotient,
)
from derive.lower.arithmetic.ordinary.total import TOTAL, TOTAL_LOG
from derive.lower.plans import Body, Twofold
from derive.vocabulary.kernel import (
    Builder,
    Node,
    Ordinary,
    Pair,
    equal,
    exact_mul,
    fma,
    node,
    two_prod,
    two_sum,
)
from derive.vocabulary.kernel import outside as is_outside

#: Offsets of the means, and scales that divide them: no square or quotient of such leaves the normal range.
SMALLEST_OFFSET, LARGEST_OFFSET = 2.0**-200, 2.0**200
SMALLEST_SCALE, LARGEST_SCALE = 2.0**-200, 2.0**200


def _small_or_huge(b: Builder, offset: Node, logarithm: Node) -> Node:
    size = b.let("size", fma(offset, offset, logarithm * logarithm), "not so small that a square underflows, nor huge")
    return is_outside(size, SMALLEST_OFFSET, LARGEST_OFFSET)


def _far(b: Builder, logarithm: Node, multiple: int) -> Node:
    middle = (SMALLEST_LOGARITHM + LARGEST_LOGARITHM) / 2 / multiple
    reach = (LARGEST_LOGARITHM - SMALLEST_LOGARITHM) / 2 / multiple
    return is_outside(node("abs", logarithm + -middle), 0.0, reach)


def _unit_log(multiple: int) -> tuple[Body, Body]:
    def outside(b: Builder, mu: Node, s: Node) -> tuple[Node]:
        return (_small_or_huge(b, mu, s) | _far(b, s, multiple),)

    def body(b: Builder, mu: Node, s: Node) -> tuple[Node, Node]:
        return TOTAL_LOG(*EXCESS_LOG(s if multiple == 1 else exact_mul(s, multiple)), mu, mu)  # type: ignore[return-value]

    return outside, body


def _unit_power(order: int) -> tuple[Body, Body]:
    low, high = 2.0 ** -(-SMALLEST_RATIO // order), 2.0 ** (LARGEST_RATIO // order)

    def outside(b: Builder, mu: Node, s: Node) -> tuple[Node]:
        m = b.let("m", node("abs", mu))
        unseen = equal(s, 1.0) & is_outside(m, SMALLEST_OFFSET, inf)
        return (is_outside(s, low, high) | is_outside(m, 0.0, LARGEST_OFFSET) | unseen,)

    def body(b: Builder, mu: Node, s: Node) -> tuple[Node, Node]:
        return TOTAL(*excess_power(b, order, unit_quotient(b, s)), mu, mu)  # type: ignore[return-value]

    return outside, body


def _squared(b: Builder, m: Pair) -> Pair:
    square = b.pair("square", two_prod(m.head, m.head))
    return Pair(square.head, fma(exact_mul(m.head, 2.0), m.tail, square.tail))


def _normal_log(multiple: int) -> tuple[Body, Body]:
    def outside(b: Builder, mu1: Node, s1: Node, mu2: Node, s2: Node) -> tuple[Node]:
        m, d = b.let("m", mu1 - mu2), b.let("d", s1 - s2)
        second = is_outside(node("abs", s2), 0.0, LARGEST_SECOND_LOGARITHM / multiple)
        return (_small_or_huge(b, m, d) | _far(b, d, multiple) | second,)

    def body(b: Builder, mu1: Node, s1: Node, mu2: Node, s2: Node) -> tuple[Node, Node]:
        m = b.pair("m", two_sum(mu1, -mu2))
        d = b.pair("d", two_sum(s1, -s2), "the difference first: exact for near scales")
        x, x_tail = (part if multiple == 1 else exact_mul(part, multiple) for part in (d.head, d.tail))
        *parts, low = EXCESS_LOG_PAIR(x, x_tail)
        weight, weight_tail = WEIGHT(s2 if multiple == 1 else exact_mul(s2, multiple))
        square = _squared(b, m)
        low = b.let("rests", fma(square.head, weight_tail, fma(square.tail, weight, low)), "of (mu1 - mu2)^2 / var2")
        return TOTAL_LOG(*parts, low, square.head, weight)  # type: ignore[return-value]

    return outside, body


def _normal_power(order: int) -> tuple[Body, Body]:
    low, high = 2.0 ** -(-SMALLEST_RATIO // order), 2.0 ** (LARGEST_RATIO // order)

    def outside(b: Builder, mu1: Node, s1: Node, mu2: Node, s2: Node) -> tuple[Node]:
        m = b.let("m", node("abs", mu1 - mu2))
        scales = is_outside(s2, SMALLEST_SCALE, LARGEST_SCALE) | is_outside(s1, s2 * low, s2 * high)
        unseen = equal(s1, s2) & is_outside(m, SMALLEST_OFFSET, inf)
        return (scales | is_outside(m, 0.0, LARGEST_OFFSET) | unseen,)

    def body(b: Builder, mu1: Node, s1: Node, mu2: Node, s2: Node) -> tuple[Node, Node]:
        q = normal_quotient(b, s1, s2)
        assert q.inverse is not None
        *parts, low = excess_power(b, order, q)
        m = b.pair("m", two_sum(mu1, -mu2))
        if order == 1:
            square = _squared(b, m)
            offset = b.let("offset", square.head * q.inverse, "(mu1 - mu2)^2 / var2")
            left = b.let("left", fma(-offset, s2, square.head) + square.tail)
            return TOTAL(*parts, fma(left, q.inverse, low), offset, 1.0)  # type: ignore[return-value]
        z = b.let("z", m.head * q.inverse, "((mu1 - mu2) / std2)^2")
        z_tail = b.let("z_tail", (fma(-z, s2, m.head) + m.tail) * q.inverse)
        return TOTAL(*parts, fma(exact_mul(z, 2.0), z_tail, low), z, z)  # type: ignore[return-value]

    return outside, body


def ordinary(name: str, parameters: Sequence[str], shape: Twofold) -> Ordinary:
    """The mask of ordinary arguments of a divergence, and the function that holds for them."""
    makers = (_normal_power, _normal_log) if shape.pair else (_unit_power, _unit_log)
    outside, body = makers[shape.logarithmic](shape.order)
    doc = "Whether the arguments are not of ordinary size."
    mask = shape.build(f"{name}_outside", parameters, ("outside",), outside, doc)
    doc = f"Twice {name}, as head and tail, for arguments of ordinary size."
    return Ordinary(mask, shape.build(f"{name}_twice", parameters, ("head", "tail"), body, doc))
