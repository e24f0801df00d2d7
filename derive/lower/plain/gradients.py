"""The gradients in one format's arithmetic, from their cancellation-free spellings (theorems stable-grad-*).

They follow :mod:`derive.lower.arithmetic.gradients`, with the errors of products from exact products of halves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import inf, nan

from derive.lower.arithmetic.constants import SCALE
from derive.lower.arithmetic.values import finite
from derive.lower.plain.terms import Terms, remainder, square
from derive.lower.plans import Body, Twofold
from derive.vocabulary.kernel import (
    Builder,
    Function,
    Node,
    Pair,
    constant,
    equal,
    exact_mul,
    function,
    node,
    outside,
    select,
    two_sum,
)
from derive.vocabulary.theorem import expm1mx


def _multiply(b: Builder, x: Node, x_tail: Node, y: Node, y_tail: Node) -> tuple[Node, ...]:
    x_cut, y_cut = b.let("x_cut", node("upper", x)), b.let("y_cut", node("upper", y))
    low = (x - x_cut) * y + x_cut * (y - y_cut)
    return x_cut * y_cut, low + (x * y_tail + x_tail * y)


MULTIPLY: Function = function(
    "multiply",
    ("x", "x_tail", "y", "y_tail"),
    ("head", "tail"),
    _multiply,
    "The product of two heads and tails; its head is exact.",
)


def _divide(b: Builder, x: Node, x_tail: Node, y: Node, y_tail: Node) -> tuple[Node, ...]:
    quotient = b.let("quotient", (x + x_tail) / (y + y_tail))
    rest = (remainder(x, quotient, y) + x_tail) - quotient * y_tail
    return (quotient + rest / y,)


DIVIDE: Function = function(
    "divide", ("x", "x_tail", "y", "y_tail"), ("quotient",), _divide, "The quotient of two heads and tails."
)


def multiply(x: Pair, y: Pair) -> Pair:
    """The product as head and tail."""
    return Pair(*MULTIPLY(x.head, x.tail, y.head, y.tail))


def divide(x: Pair, y: Pair) -> Node:
    """The quotient, rounded."""
    return DIVIDE(x.head, x.tail, y.head, y.tail)[0]


@dataclass(frozen=True)
class Gradients:
    """What makes the trees of a format."""

    terms: Terms

    @property
    def _c(self) -> dict[str, float]:
        return self.terms.format_.constants

    @property
    @cache  # noqa: B019 - the two formats live as long as the module
    def scale_by(self) -> Function:
        most = self._c["largest_shift"]

        def body(b: Builder, x: Node, j: Node) -> tuple[Node]:
            cut = b.let("cut", node("max", node("min", j, most), -most))
            half = b.let("half", node("round", exact_mul(cut, 0.5)))
            return ((x * node("pow2", half)) * node("pow2", cut - half),)

        return function("scale_by", ("x", "j"), ("value",), body, "x 2^j, rounded once, for x near 1.")

    @property
    @cache  # noqa: B019
    def difference(self) -> Function:
        c = self._c

        def body(b: Builder, mu1: Node, mu2: Node) -> tuple[Node, ...]:
            large = b.let("large", node("max", node("abs", mu1), node("abs", mu2)) > c["largest_mean"])
            guard = b.let("guard", select(large, 0.25, 1.0), "the difference of two large means may overflow")
            m = b.pair("m", two_sum(mu1 * guard, -(mu2 * guard)))
            _, power = self.terms.split(node("abs", m.head))
            half = b.let("half", node("round", exact_mul(power, -0.5)))
            first, second = b.let("first", node("pow2", half)), b.let("second", node("pow2", -power - half))
            head, tail = (m.head * first) * second, (m.tail * first) * second
            exponent = select(equal(m.head, 0.0), c["no_exponent"], power + select(large, 2.0, 0.0))
            return head, tail, exponent

        return function(
            "difference",
            ("mu1", "mu2"),
            ("head", "tail", "exponent"),
            body,
            "mu1 - mu2 = (head + tail) 2^exponent, |head| in [1, 2).",
        )

    # --- against N(0, 1) ---

    def _unit_log(self, multiple: int) -> Body:
        chain, c = multiple / 2, self._c

        def body(b: Builder, mu: Node, s: Node) -> tuple[Node, ...]:
            tiny = b.let("tiny", node("abs", s) < c["tiny_linear"])
            scale = b.let("scale", select(tiny, c["enlarge_linear"], 1.0), "keep the bits of tiny ones: linear near 0")
            head, tail = self.terms.growth(s * exact_mul(scale, multiple), 0.0)
            value = (head + tail) * exact_mul(select(tiny, c["unscale_linear"], 1 / SCALE), chain)
            guarded = select(finite(s), value, select(s < 0.0, -chain, s))
            return select(equal(s, s), mu, s), select(equal(mu, mu), guarded, mu)

        return body

    def _unit_power(self, order: int) -> Body:
        def body(b: Builder, mu: Node, s: Node) -> tuple[Node, ...]:
            positive = b.let("positive", node("abs", s))
            start, numerator = (0.5, 0.5) if order == 1 else (s, 1.0)
            a, power = self.terms.split(positive)
            inverse = b.let("inverse", numerator / positive, "1/2 - 1/(2 var)" if order == 1 else "std - 1/std")
            quotient = b.let("of_significand", numerator / a)
            back = -power
            defined = b.let("numerator", select(equal(a, a), numerator, a))
            (rest,) = self.scale_by(remainder(defined, quotient, a) / a, back)
            total = b.pair("total", two_sum(start, -inverse))
            low = b.let("low", total.tail - rest)
            value = b.let("value", total.head + low)
            plain = finite(s) & finite(inverse)
            guarded = select(plain, value, start - inverse)
            bad = b.let("bad", s < 0.0)
            d_mu = select(bad, nan, select(equal(s, s), mu, s))
            return d_mu, select(bad, nan, select(equal(mu, mu), guarded, mu))

        return body

    # --- of two Gaussians ---

    def _guarded_difference(self, x: Node, y: Node) -> Node:
        """A number of the difference's sign that does not overflow for finite x and y."""
        guard = select(node("max", node("abs", x), node("abs", y)) > self._c["largest_mean"], 0.25, 1.0)
        return x * guard - y * guard

    def _with_specials(
        self,
        values: tuple[Node, Node, Node],
        specials: tuple[Node | float, ...],
        valid: tuple[Node, Node, Node],
        undefined: Node,
    ) -> tuple[Node, ...]:
        d_mu, d_s1, d_s2 = (
            select(undefined, nan, select(ok, value, special))
            for ok, value, special in zip(valid, values, specials, strict=True)
        )
        return d_mu, d_s1, -d_mu, d_s2

    def _normal_log(self, multiple: int) -> Body:
        chain, c = multiple / 2, self._c

        def body(b: Builder, mu1: Node, s1: Node, mu2: Node, s2: Node) -> tuple[Node, ...]:
            change, change_tail, by, half = self.terms.weight_pair(exact_mul(s2, multiple))
            m, m_tail, power = self.difference(mu1, mu2)
            slope = (m + (m * change + (m_tail + (m_tail * change + m * change_tail)))) * by
            (d_mu,) = self.scale_by(slope, power + exact_mul(half, 2.0))

            small = b.let("small", node("max", node("abs", s1), node("abs", s2)) < c["tiny_linear"])
            grown = b.let(
                "grown", select(small, c["enlarge_linear"], 0.25), "keep the bits of tiny ones: linear near 0"
            )
            undo = b.let("undo", select(small, 1.0, 4.0), "and let large ones not overflow")
            u = b.pair("u", two_sum(s1 * grown, -(s2 * grown)))
            absent = b.let("absent", equal(s1, -inf))
            factor = exact_mul(undo, multiple)
            u_head = b.let(
                "u", select(absent, -c["largest_mean"], u.head * factor), "a first scale of 0 is ordinary for d_s2"
            )
            u_tail = b.let("u_low", select(absent, 0.0, u.tail * factor))
            head, tail = self.terms.growth(u_head, u_tail)
            unscale = select(small, c["unscale_linear"], 1 / SCALE)
            d_s1 = b.let("d_s1", (head + tail) * exact_mul(unscale, chain))

            w, w_tail = self.terms.offset(mu1, mu2, half)
            near = small | (node("abs", u_head) < c["tiny_difference"])
            tiny = b.let("tiny", (node("abs", w) < c["tiny"]) & near)
            scale = b.let("scale", select(tiny, c["enlarge"], 1.0), "both terms are enlarged where both are tiny")
            linear = b.let("linear", select(tiny, c["enlarge_twice"], 1.0) * select(small, c["reduce_linear"], 1.0))
            e_head, e_tail = self.terms.growth(u_head * linear, u_tail * linear)
            z2 = square(b, b.let("z", w * scale), w_tail * scale)
            # in ulp of the larger part, of which the sum may be twice as large: what is added to heads stays small
            growth, more = b.let("growth", e_head + e_tail), b.let("more", z2.head * change)
            raised = b.let("raised", z2.head + more)
            z2_low = z2.tail + (z2.tail * change + z2.head * change_tail)
            z2_tail = b.let("z2_tail", ((z2.head - raised) + more) + z2_low)
            total = b.pair("total", two_sum(growth, raised * by))
            low = total.tail + (((e_head - growth) + e_tail) + z2_tail * by)
            last = b.let("last", total.head + low)
            d_s2 = b.let("d_s2", last * exact_mul(select(tiny, c["unscale_twice"], 1 / SCALE), -chain))

            means = b.let("means", finite(mu1) & finite(mu2))
            offset = b.let("offset", self._guarded_difference(mu1, mu2))
            ratio = b.let("ratio", exact_mul(s1, 0.5) - exact_mul(s2, 0.5))
            undefined = b.let("undefined", ~(equal(offset, offset) & equal(ratio, ratio)))
            divisor = select(finite(s2), 1.0, select(s2 < 0.0, 0.0, inf))
            specials = (
                offset / divisor,
                select(ratio < 0.0, -chain, ratio),
                select(equal(s2, inf), select(means, chain, nan), -inf),
            )
            valid = (means & finite(s2), finite(s1) & finite(s2), means & finite(s2) & (s1 < inf))
            return self._with_specials((d_mu, d_s1, d_s2), specials, valid, undefined)

        return body

    def _normal_power(self, order: int) -> Body:
        c_ = self._c

        def body(b: Builder, mu1: Node, s1: Node, mu2: Node, s2: Node) -> tuple[Node, ...]:
            a, above = self.terms.split(s1)
            c, below = self.terms.split(s2)
            m, m_tail, power = self.difference(mu1, mu2)
            above = b.let(
                "above", select(s1 > 0.0, above, c_["no_exponent"]), "a first scale of 0 is ordinary for d_s2"
            )
            top = b.let("top", node("max", above, below), "s1 - s2 = d 2^top and s1 + s2 = p 2^top")
            a_shifted = b.let("a_shifted", a * node("pow2", node("max", above - top, c_["negligible"])))
            c_shifted = b.let("c_shifted", c * node("pow2", node("max", below - top, c_["negligible"])))
            d = b.pair("d", two_sum(a_shifted, -c_shifted))
            mean, alone_c, alone_a = Pair(m, m_tail), Pair(c, constant(0.0)), Pair(a, constant(0.0))
            c2 = square(b, c)
            if order == 1:
                change, change_power = d, top
                (d_mu,) = self.scale_by(divide(mean, alone_c), power - below)
                own = divide(change, multiply(alone_a, alone_c))
                (d_s1,) = self.scale_by(own, ((top - above) - below) - 1.0)
                divisor, last_power = c2, exact_mul(below, -2.0) - 1.0
            else:
                p = b.pair("p", two_sum(a_shifted, c_shifted))
                change, change_power = multiply(d, p), exact_mul(top, 2.0)
                (d_mu,) = self.scale_by(divide(mean, c2), power - exact_mul(below, 2.0))
                own = divide(change, multiply(c2, alone_a))
                (d_s1,) = self.scale_by(own, exact_mul(top - below, 2.0) - above)
                divisor, last_power = multiply(c2, alone_c), exact_mul(below, -3.0)
            squared, squared_power = multiply(mean, mean), exact_mul(power, 2.0)
            known = b.let("change_power", select(equal(d.head, 0.0), c_["far_below"], change_power))
            common = b.let("common", node("max", known, squared_power), "the two terms over a common power of two")
            left = b.let("left", node("pow2", node("max", known - common, c_["negligible"])))
            right = b.let("right", node("pow2", node("max", squared_power - common, c_["negligible"])))
            total = b.pair("total", two_sum(change.head * left, squared.head * right))
            low = (total.tail + change.tail * left) + squared.tail * right
            quotient = divide(Pair(total.head, low), divisor)
            (d_s2,) = self.scale_by(-quotient, common + last_power)

            means = b.let("means", finite(mu1) & finite(mu2))
            offset = b.let("offset", self._guarded_difference(mu1, mu2))
            positive1, positive2 = node("abs", s1), node("abs", s2)
            normal2 = self._lifted(b, positive2)
            ratio = b.let("ratio", self._lifted(b, positive1) / normal2)
            defined = equal(offset, offset) & equal(ratio, ratio)
            undefined = b.let("undefined", ~defined | (node("min", s1, s2) < 0.0))
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
            return self._with_specials((d_mu, d_s1, d_s2), specials, valid, undefined)

        return body

    def _lifted(self, b: Builder, scale: Node) -> Node:
        special = b.let("special", outside(scale, self._c["smallest_subnormal"], inf))
        return b.let("lifted", select(special, scale, node("max", scale, self._c["smallest_normal"])))

    def gradient(self, name: str, parameters: Sequence[str], plan: Twofold) -> Function:
        """The partial derivatives of a divergence, in the order of its arguments."""
        body = plan.choose((self._unit_power, self._unit_log), (self._normal_power, self._normal_log))
        results = tuple(f"d_{parameter}" for parameter in parameters)
        return plan.build(f"{name}_slopes", parameters, results, body, f"The gradient of {name}.")

    def unary(self, name: str, parameters: Sequence[str], of: type) -> Function:
        """The derivative of a function of one number."""
        body = self._slope_of_expm1mx if of is expm1mx else self._slope_of_log1pmx
        return function(f"{name}_slopes", parameters, ("d_x",), body, f"The derivative of {name}.")

    def _slope_of_expm1mx(self, b: Builder, x: Node) -> tuple[Node, ...]:
        c = self._c
        tiny = b.let("tiny", node("abs", x) < c["tiny_linear"])
        head, tail = self.terms.growth(x * select(tiny, c["enlarge_linear"], 1.0), 0.0)
        value = (head + tail) * select(tiny, c["unscale_linear"], 1 / SCALE)
        return (select(finite(x), value, select(x < 0.0, -1.0, x)),)

    def _slope_of_log1pmx(self, b: Builder, x: Node) -> tuple[Node, ...]:
        value = select(node("abs", x) < inf, -(x / (1.0 + x)), select(x < 0.0, nan, select(equal(x, x), -1.0, x)))
        return (select(x < -1.0, nan, value),)
