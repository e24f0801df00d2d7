"""The gradients, from their cancellation-free spellings (theorems stable-grad-*).

The log scales use exp(x) - 1 as head and tail. The std and var scales work on significands in [1, 2) with the exponents
kept apart as integers, so that nothing overflows before the one, last scaling by a power of two.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, nan

from derive.lower.arithmetic.constants import SCALE, TINY, TINY_SCALE, TINY_UNSCALE
from derive.lower.arithmetic.exponential import EXPM1_SCALED, EXPM1_SCALED_PAIR
from derive.lower.arithmetic.logarithm import SPLIT
from derive.lower.arithmetic.values import EXP_NEGATIVE, OFFSET, finite, lifted
from derive.lower.plans import Body, Twofold
from derive.vocabulary.kernel import (
    Builder,
    Function,
    Node,
    Pair,
    equal,
    exact_mul,
    fma,
    function,
    node,
    select,
    two_prod,
    two_sum,
)

#: The exponent that stands for zero: far below all others.
NO_EXPONENT = -5000.0

#: Logarithms below TINY_LINEAR are enlarged before their difference is taken, so that subnormal ones keep their bits.
TINY_LINEAR = 2.0**-600
TINY_GROWTH = 2.0**300

#: A difference this small beside a tiny squared offset is enlarged like the square.
TINY_DIFFERENCE = 2.0**-500


def _scale_by(b: Builder, x: Node, j: Node) -> tuple[Node]:
    cut = b.let("cut", node("max", node("min", j, 2040.0), -2040.0))
    half = b.let("half", node("round", exact_mul(cut, 0.5)))
    return (exact_mul(exact_mul(x, node("pow2", half)), node("pow2", cut - half)),)


SCALE_BY: Function = function("scale_by", ("x", "j"), ("value",), _scale_by, "x 2^j, rounded once, for x near 1.")


def _difference(b: Builder, mu1: Node, mu2: Node) -> tuple[Node, ...]:
    large = node("max", node("abs", mu1), node("abs", mu2)) > 2.0**1000
    guard = b.let("guard", select(large, 2.0**-6, 1.0), "the difference of two large means may overflow")
    m = b.pair("m", two_sum(exact_mul(mu1, guard), exact_mul(-mu2, guard)))
    _, power = SPLIT(node("abs", m.head))
    half = b.let("half", node("round", exact_mul(power, -0.5)))
    first = b.let("first", node("pow2", half))
    second = b.let("second", node("pow2", -power - half))
    zero = equal(m.head, 0.0)
    head = exact_mul(exact_mul(m.head, first), second)
    tail = exact_mul(exact_mul(m.tail, first), second)
    return head, tail, select(zero, NO_EXPONENT, power + select(large, 6.0, 0.0))


DIFFERENCE: Function = function(
    "difference",
    ("mu1", "mu2"),
    ("head", "tail", "exponent"),
    _difference,
    "mu1 - mu2 = (head + tail) 2^exponent, |head| in [1, 2).",
)


def _multiply(b: Builder, a: Node, a_tail: Node, c: Node, c_tail: Node) -> tuple[Node, ...]:
    leading = b.pair("leading", two_prod(a, c))
    return leading.head, fma(a, c_tail, fma(a_tail, c, leading.tail))


MULTIPLY: Function = function(
    "multiply", ("a", "a_tail", "b", "b_tail"), ("head", "tail"), _multiply, "The product of two heads and tails."
)


def _divide(b: Builder, a: Node, a_tail: Node, c: Node, c_tail: Node) -> tuple[Node, ...]:
    quotient = b.let("quotient", a / c)
    rest = b.let("rest", fma(-quotient, c_tail, fma(-quotient, c, a)) + a_tail)
    return (quotient + rest / c,)


DIVIDE: Function = function(
    "divide", ("a", "a_tail", "b", "b_tail"), ("quotient",), _divide, "The quotient of two heads and tails, rounded."
)


def _multiplied(a: Pair, c: Pair) -> Pair:
    return Pair(*MULTIPLY(a.head, a.tail, c.head, c.tail))


# --- unit --------------------------------------------------------------------------------------------------------


def _mean_slope(mu: Node, s: Node, bad: Node | None) -> Node:
    value = select(equal(s, s), mu, s)
    return value if bad is None else select(bad, nan, value)


def _unit_log(multiple: int) -> Body:
    chain = multiple / 2

    def body(b: Builder, mu: Node, s: Node) -> tuple[Node, ...]:
        tiny = b.let("tiny", node("abs", s) < TINY)
        scale = b.let(
            "scale", select(tiny, TINY_SCALE, 1.0), "near 0 the derivative is linear: keep the bits of tiny ones"
        )
        head, tail = EXPM1_SCALED(exact_mul(s, exact_mul(scale, multiple * SCALE)))
        value = b.let("value", (head + tail) * select(tiny, chain / SCALE / TINY_SCALE, chain / SCALE))
        guarded = select(finite(s), value, select(s < 0.0, -chain, s))
        return _mean_slope(mu, s, None), select(equal(mu, mu), guarded, mu)

    return body


def _unit_power(order: int) -> Body:
    def body(b: Builder, mu: Node, s: Node) -> tuple[Node, ...]:
        positive = node("abs", s)
        start, numerator = (0.5, 0.5) if order == 1 else (s, 1.0)
        inverse = b.let("inverse", numerator / positive, "1/2 - 1/(2 var)" if order == 1 else "std - 1/std")
        rest = b.let("rest", fma(-inverse, positive, numerator) / positive)
        total = b.pair("total", two_sum(start, -inverse))
        value = b.let("value", total.head + (total.tail - rest))
        plain = finite(s) & finite(inverse)
        guarded = select(plain, value, start - inverse)
        bad = b.let("bad", s < 0.0)
        return _mean_slope(mu, s, bad), select(bad, nan, select(equal(mu, mu), guarded, mu))

    return body


# --- normal ------------------------------------------------------------------------------------------------------


def _with_specials(
    values: tuple[Node, Node, Node],
    specials: tuple[Node, Node, Node],
    valid: tuple[Node, Node, Node],
    undefined: Node,
) -> tuple[Node, ...]:
    d_mu, d_s1, d_s2 = (
        select(undefined, nan, select(ok, value, special))
        for ok, value, special in zip(valid, values, specials, strict=True)
    )
    return d_mu, d_s1, -d_mu, d_s2


def _guarded_difference(x: Node, y: Node) -> Node:
    """A number of the difference's sign that does not overflow for finite x and y."""
    guard = select(node("max", node("abs", x), node("abs", y)) > 2.0**1000, 0.25, 1.0)
    return exact_mul(x, guard) - exact_mul(y, guard)


def _normal_log(multiple: int) -> Body:
    chain = multiple / 2

    def body(b: Builder, mu1: Node, s1: Node, mu2: Node, s2: Node) -> tuple[Node, ...]:
        weight, weight_tail, half = EXP_NEGATIVE(exact_mul(s2, multiple))
        m, m_tail, power = DIFFERENCE(mu1, mu2)
        slope = Pair(*MULTIPLY(m, m_tail, weight, weight_tail))
        (d_mu,) = SCALE_BY(slope.head + slope.tail, fma(2.0, half, power))

        small = b.let("small", node("max", node("abs", s1), node("abs", s2)) < TINY_LINEAR)
        grown = b.let(
            "grown", select(small, TINY_GROWTH, 1.0), "near 0 the derivative is linear: keep the bits of tiny ones"
        )
        factor = exact_mul(grown, multiple * SCALE)
        u = b.pair("u", two_sum(exact_mul(s1, factor), exact_mul(-s2, factor)))
        absent = b.let("absent", equal(s1, -inf))
        u_head = b.let("u", select(absent, -1e300, u.head), "a first scale of 0 is an ordinary argument of d_s2")
        u_tail = b.let("u_low", select(absent, 0.0, u.tail))
        e1 = Pair(*EXPM1_SCALED_PAIR(u_head, u_tail))
        d_s1 = b.let("d_s1", (e1.head + e1.tail) * select(small, chain / SCALE / TINY_GROWTH, chain / SCALE))

        w, w_tail = OFFSET(mu1, mu2, half)
        tiny = b.let("tiny", (node("abs", w) < TINY) & (small | (node("abs", u_head) < TINY_DIFFERENCE)))
        scale = b.let("scale", select(tiny, TINY_SCALE, 1.0), "both terms times 2^400 where both are tiny")
        linear = b.let("linear", exact_mul(exact_mul(scale, scale), select(small, 1 / TINY_GROWTH, 1.0)))
        e2 = Pair(*EXPM1_SCALED_PAIR(exact_mul(u_head, linear), exact_mul(u_tail, linear)))
        z = Pair(exact_mul(w, scale), exact_mul(w_tail, scale))
        q = _multiplied(_multiplied(z, z), Pair(weight, weight_tail))
        total = b.pair("total", two_sum(e2.head, q.head))
        last = total.head + (total.tail + (e2.tail + q.tail))
        d_s2 = b.let("d_s2", last * select(tiny, -chain / SCALE * TINY_UNSCALE, -chain / SCALE))

        means = finite(mu1) & finite(mu2)
        offset = b.let("offset", _guarded_difference(mu1, mu2))
        ratio = b.let("ratio", exact_mul(s1, 0.5) - exact_mul(s2, 0.5))
        undefined = ~(equal(offset, offset) & equal(ratio, ratio))
        divisor = select(finite(s2), 1.0, select(s2 < 0.0, 0.0, inf))
        specials = (
            offset / divisor,
            select(ratio < 0.0, -chain, ratio),
            select(equal(s2, inf), select(means, chain, nan), -inf),
        )
        valid = (means & finite(s2), finite(s1) & finite(s2), means & finite(s2) & (s1 < inf))
        return _with_specials((d_mu, d_s1, d_s2), specials, valid, undefined)

    return body


def _normal_power(order: int) -> Body:
    def body(b: Builder, mu1: Node, s1: Node, mu2: Node, s2: Node) -> tuple[Node, ...]:
        a, above = SPLIT(s1)
        c, below = SPLIT(s2)
        m, m_tail, power = DIFFERENCE(mu1, mu2)
        above = b.let(
            "above", select(s1 > 0.0, above, NO_EXPONENT), "a first scale of 0 is an ordinary argument of d_s2"
        )
        top = b.let("top", node("max", above, below), "s1 - s2 = d 2^top and s1 + s2 = p 2^top")
        a_shifted = b.let("a_shifted", exact_mul(a, node("pow2", node("max", above - top, -200.0))))
        c_shifted = b.let("c_shifted", exact_mul(c, node("pow2", node("max", below - top, -200.0))))
        d = b.pair("d", two_sum(a_shifted, -c_shifted))
        square = two_prod(c, c)
        mean = Pair(m, m_tail)
        if order == 1:
            change, change_power = d, top
            (mean_slope,) = DIVIDE(m, m_tail, c, 0.0)
            (d_mu,) = SCALE_BY(mean_slope, power - below)
            product = two_prod(a, c)
            (own,) = DIVIDE(change.head, change.tail, product.head, product.tail)
            (d_s1,) = SCALE_BY(own, ((top - above) - below) - 1.0)
            divisor = square
            last_power = fma(-2.0, below, -1.0)
        else:
            p = b.pair("p", two_sum(a_shifted, c_shifted))
            change, change_power = _multiplied(d, p), exact_mul(top, 2.0)
            (mean_slope,) = DIVIDE(m, m_tail, square.head, square.tail)
            (d_mu,) = SCALE_BY(mean_slope, fma(-2.0, below, power))
            product = Pair(*MULTIPLY(square.head, square.tail, a, 0.0))
            (own,) = DIVIDE(change.head, change.tail, product.head, product.tail)
            (d_s1,) = SCALE_BY(own, fma(2.0, top - below, -above))
            divisor = Pair(*MULTIPLY(square.head, square.tail, c, 0.0))
            last_power = exact_mul(below, -3.0)
        squared, squared_power = _multiplied(mean, mean), exact_mul(power, 2.0)
        known = b.let("change_power", select(equal(change.head, 0.0), NO_EXPONENT * 4, change_power))
        common = b.let("common", node("max", known, squared_power), "the two terms over a common power of two")
        left = b.let("left", node("pow2", node("max", known - common, -900.0)))
        right = b.let("right", node("pow2", node("max", squared_power - common, -900.0)))
        total = b.pair("total", two_sum(exact_mul(change.head, left), exact_mul(squared.head, right)))
        low = fma(squared.tail, right, fma(change.tail, left, total.tail))
        (quotient,) = DIVIDE(total.head, low, divisor.head, divisor.tail)
        (d_s2,) = SCALE_BY(-quotient, common + last_power)

        means = finite(mu1) & finite(mu2)
        offset = b.let("offset", _guarded_difference(mu1, mu2))
        positive1, positive2 = node("abs", s1), node("abs", s2)
        normal2 = lifted(b, positive2)
        ratio = b.let("ratio", lifted(b, positive1) / normal2)
        undefined = ~(equal(offset, offset) & equal(ratio, ratio)) | (node("min", s1, s2) < 0.0)
        alone = 0.5 if order == 1 else 1.0
        largest = 0.5 / positive2 if order == 1 else inf
        own_limit = select(equal(s1, inf), largest, -(alone / positive1))
        specials = (
            offset / normal2,
            select(equal(s1, 0.0), -inf, select(equal(s2, 0.0), inf, own_limit)),
            select(equal(s2, inf), select(means, 0.0, nan), -inf),
        )
        second = finite(s2) & (s2 > 0.0)
        valid = (means & second, second & finite(s1) & (s1 > 0.0), means & second & finite(s1))
        return _with_specials((d_mu, d_s1, d_s2), specials, valid, undefined)

    return body


def slopes(name: str, parameters: Sequence[str], shape: Twofold) -> Function:
    """The partial derivatives of a divergence, in the order of its arguments."""
    body = shape.choose((_unit_power, _unit_log), (_normal_power, _normal_log))
    results = tuple(f"d_{parameter}" for parameter in parameters)
    return shape.build(f"{name}_slopes", parameters, results, body, f"The gradient of {name}.")
