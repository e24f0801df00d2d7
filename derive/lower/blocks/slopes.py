"""The gradients for NumPy, on blocks of numbers that are neither huge nor tiny."""

from __future__ import annotations

from collections.abc import Callable

from derive.vocabulary.kernel import Builder, Node, Pair, equal, exact_mul, node, two_sum

Body = Callable[..., tuple[Node, ...]]

#: Arguments and results within these need no care: no square, product or quotient here leaves the normal range.
SMALL, LARGE = 2.0**-280, 2.0**280
SMALL_SCALE, LARGE_SCALE = 2.0**-180, 2.0**180
LARGE_LOGARITHM = 250.0


def squared(b: Builder, m: Pair) -> tuple[Node, Node]:
    """The square of a head and a tail as one that is exact, and what is left of it, which is small."""
    leading = b.let("m_leading", node("short", m.head), "18 bits, of which the square is exact, and the rest")
    rest = b.let("m_rest", (m.head - leading) + m.tail)
    return leading * leading, (m.head + leading) * rest


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
        d_s = exact_mul(d, 0.5) / s if order == 1 else d * (s + 1.0) / s
        return mu, d_s, (s >= SMALL_SCALE) & (s <= LARGE_SCALE) & (abs(mu) <= LARGE)

    return body


def _normal_log_slopes(multiple: int) -> Body:
    chain = multiple / 2

    def body(b: Builder, mu1: Node, s1: Node, mu2: Node, s2: Node) -> tuple[Node, ...]:
        m = b.pair("m", two_sum(mu1, -mu2))
        d = b.pair("d", two_sum(s1, -s2))
        x, x_tail = (exact_mul(part, multiple) if multiple != 1.0 else part for part in (d.head, d.tail))
        growth = b.let("growth", node("expm1", x))
        change = b.let("change", growth + x_tail * (growth + 1.0), "what the rounding of the difference changed")
        weight = b.let("weight", node("exp", -s2 if multiple == 1.0 else exact_mul(s2, -multiple)))
        d_mu = b.let("d_mu", m.head * weight)
        of_leading, of_rest = squared(b, m)
        d_s2 = -((change + of_rest * weight) + of_leading * weight)
        means = (abs(mu1) <= LARGE) & (abs(mu2) <= LARGE)
        logs = (abs(s1) <= LARGE_LOGARITHM / multiple) & (abs(s2) <= LARGE_LOGARITHM / multiple)
        seen = (abs(x) >= SMALL) & ((abs(m.head) >= SMALL) | equal(m.head, 0.0))
        scaled = (exact_mul(change, chain), exact_mul(d_s2, chain)) if chain != 1.0 else (change, d_s2)
        return d_mu, scaled[0], -d_mu, scaled[1], means & logs & seen

    return body


def _normal_var_slopes(b: Builder, mu1: Node, s1: Node, mu2: Node, s2: Node) -> tuple[Node, ...]:
    m, d = b.pair("m", two_sum(mu1, -mu2)), b.pair("d", two_sum(s1, -s2))
    of_leading, of_rest = squared(b, m)
    total = b.pair("total", two_sum(d.head, of_leading), "var1 - var2 + (mu1 - mu2)^2")
    low = b.let("low", (d.tail + of_rest) + total.tail)
    divisor = b.let("divisor", exact_mul(s2, -2.0) * s2)
    d_mu, d_s1 = m.head / s2, exact_mul(d.head, 0.5) / s2 / s1
    d_s2 = total.head / divisor + low / divisor
    means = (abs(mu1) <= LARGE) & (abs(mu2) <= LARGE)
    low, high = node("min", s1, s2), node("max", s1, s2)
    seen = (abs(m.head) >= SMALL) | equal(m.head, 0.0)
    return d_mu, d_s1, -d_mu, d_s2, means & seen & (low >= SMALL_SCALE) & (high <= LARGE_SCALE)


def of_logarithm(multiple: int) -> tuple[Body, Body]:
    """Unit and normal, in the logarithm of the scale of which ``multiple`` times is that of the variance."""
    return _unit_log_slopes(multiple), _normal_log_slopes(multiple)


def of_power(order: int) -> tuple[Body, Body | None]:
    """Unit and normal, in the scale of which this power is the variance.

    The slopes of the normal divergence in the standard deviation are products of too many rounded factors for 4 ulp.
    """
    return _unit_power_slopes(order), _normal_var_slopes if order == 1 else None
