"""The values in one format's arithmetic: half an excess and half a squared offset; and the functions of one number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
    equal,
    exact_mul,
    function,
    node,
    outside,
    select,
    two_sum,
)
from derive.vocabulary.theorem import expm1mx


@dataclass(frozen=True)
class Values:
    """What makes the trees of a format."""

    terms: Terms

    @property
    def _c(self) -> dict[str, float]:
        return self.terms.format_.constants

    def _enlarging(self, b: Builder, *small: Node, limit: str = "tiny") -> tuple[Node, Node]:
        """Whether all of these are so small that their squares lose bits, and what they are multiplied by."""
        largest = small[0]
        for other in small[1:]:
            largest = node("max", largest, other)
        tiny = b.let("tiny", largest < self._c[limit])
        return tiny, b.let(
            "scale", select(tiny, self._c["enlarge"], 1.0), "tiny arguments are enlarged: their squares would underflow"
        )

    def _close(
        self,
        b: Builder,
        excess: Pair,
        offset: Pair,
        tiny: Node,
        valid: Node,
        otherwise: Node,
        change: Node | None = None,
    ) -> tuple[Node]:
        """Half of the excess and the squared offset, of which ``change`` is a further part, and no small one."""
        guard = select(tiny, self._c["above_half_subnormal"], 0.0)
        heads = b.pair("heads", two_sum(excess.head, offset.head))
        tails = b.let("tails", b.let("offset_tail", offset.tail) + heads.tail)
        low = b.let("small", excess.tail + (tails + guard))
        if change is not None:
            low = b.let("low", change + low)
        total = b.let("total", heads.head + low)
        unscale = b.let("unscale", select(tiny, self._c["unscale_tiny"], 0.5 / SCALE))
        return (select(b.let("valid", valid), total * unscale, b.let("otherwise", otherwise)),)

    # --- against N(0, 1) ---

    def _unit_offset(self, b: Builder, mu: Node, scale: Node) -> Pair:
        offset = exact_mul(node("min", node("abs", mu), self._c["largest_unit_offset"]), exact_mul(scale, 0.125))
        return square(b, b.let("offset", offset, "mu^2 / 64 is its square"))

    def _unit_log(self, multiple: int) -> Body:
        def body(b: Builder, mu: Node, s: Node) -> tuple[Node, ...]:
            tiny, scale = self._enlarging(b, node("abs", mu), node("abs", s))
            excess = Pair(*self.terms.exponential(s * exact_mul(scale, multiple * SCALE)))
            offset = self._unit_offset(b, mu, scale)
            return self._close(b, excess, offset, tiny, finite(mu) & finite(s), node("abs", mu) + node("abs", s))

        return body

    def _unit_power(self, order: int) -> Body:
        def body(b: Builder, mu: Node, s: Node) -> tuple[Node, ...]:
            a, power = self.terms.split(s)
            balanced, shift = self.terms.balance(a, 1.0)
            excess = Pair(*self.terms.excess(order)(balanced - 1.0, 0.0, power + shift))
            tiny, scale = self._enlarging(b, select(equal(s, 1.0), node("abs", mu), 1.0))
            special = select(s < 0.0, nan, (node("abs", mu) + s) + inf)
            valid = finite(mu) & finite(s) & (s > 0.0)
            return self._close(b, excess, self._unit_offset(b, mu, scale), tiny, valid, special)

        return body

    # --- of two Gaussians ---

    def _normal_log(self, multiple: int) -> Body:
        def body(b: Builder, mu1: Node, s1: Node, mu2: Node, s2: Node) -> tuple[Node, ...]:
            factor = multiple * SCALE
            u = b.pair("u", two_sum(s1 * factor, -(s2 * factor)), "the difference first: exact for near scales")
            change, power, half = self.terms.weight(exact_mul(s2, multiple))
            w, w_tail = self.terms.offset(mu1, mu2, half)
            tiny, scale = self._enlarging(b, exact_mul(node("abs", u.head), 8.0), node("abs", w), limit="tiny_offset")
            excess = Pair(*self.terms.exponential_pair(exact_mul(u.head, scale), exact_mul(u.tail, scale)))
            z2 = square(b, b.let("z", exact_mul(w, scale)), b.let("z_tail", exact_mul(w_tail, scale)))
            offset = Pair(z2.head * power, (z2.tail + z2.tail * change) * power)
            valid = finite(mu1) & finite(mu2) & finite(s1) & finite(s2)
            special = node("abs", mu1 - mu2) + node("abs", s1 - s2)
            return self._close(b, excess, offset, tiny, valid, special, (z2.head * change) * power)

        return body

    def _normal_power(self, order: int) -> Body:
        def body(b: Builder, mu1: Node, s1: Node, mu2: Node, s2: Node) -> tuple[Node, ...]:
            a, above = self.terms.split(s1)
            c, below = self.terms.split(s2)
            balanced, shift = self.terms.balance(a, c)
            d = b.let("d", balanced - c, "exact, since both are within a factor 2 of each other")
            t = b.let("t", d / c)
            t_tail = b.let("t_tail", remainder(d, t, c) / c)
            excess = Pair(*self.terms.excess(order)(t, t_tail, (above - below) + shift))
            if order == 1:
                half = b.let("half", node("round", exact_mul(below, -0.5) - 0.25))
                divisor = b.let("divisor", c * node("pow2", below + exact_mul(half, 2.0)), "s2 = divisor 4^-half")
            else:
                half, divisor = -below, c
            w, w_tail = self.terms.offset(mu1, mu2, half)
            tiny, scale = self._enlarging(b, select(equal(s1, s2), node("abs", w), 1.0))
            z, z_tail = b.let("z", w * scale), b.let("z_tail", w_tail * scale)
            q = b.let("q", z / divisor)
            q_tail = b.let("q_tail", (remainder(z, q, divisor) + z_tail) / divisor)
            if order == 1:
                z_cut, q_cut = b.let("z_cut", node("upper", z)), b.let("q_cut", node("upper", q))
                low = (z - z_cut) * q + z_cut * (q - q_cut)
                offset = Pair(z_cut * q_cut, low + (q_tail * z + q * z_tail))
            else:
                offset = square(b, q, q_tail)
            valid = finite(mu1) & finite(mu2) & finite(s1) & finite(s2) & (s1 > 0.0) & (s2 > 0.0)
            limit = (node("abs", mu1 - mu2) + node("abs", self._lifted(b, s1) / self._lifted(b, s2))) + inf
            special = select(node("min", s1, s2) < 0.0, nan, limit)
            return self._close(b, excess, offset, tiny, valid, special)

        return body

    def _lifted(self, b: Builder, scale: Node) -> Node:
        """A positive scale that is no subnormal number, for quotients that only tell what is special."""
        c = self._c
        special = b.let("special", outside(scale, c["smallest_subnormal"], inf))
        return b.let("lifted", select(special, scale, node("max", scale, c["smallest_normal"])))

    # --- expm1mx and log1pmx ---

    def _expm1mx(self, b: Builder, x: Node) -> tuple[Node, ...]:
        tiny, scale = self._enlarging(b, node("abs", x))
        head, tail = self.terms.exponential(x * exact_mul(scale, SCALE))
        unscale = select(tiny, self._c["unscale_twice"], 1 / SCALE)
        return (select(finite(x), (head + tail) * unscale, node("abs", x)),)

    def _log1pmx(self, b: Builder, x: Node) -> tuple[Node, ...]:
        tiny, scale = self._enlarging(b, node("abs", x))
        y = b.let("y", x * scale)
        a = b.pair("a", two_sum(1.0, y))
        significand, power = self.terms.split(a.head)
        m, shift = self.terms.balance(significand, 1.0)
        k = b.let("k", power + shift)
        rest = a.tail * node("pow2", node("max", -k, self._c["smallest_power"]))
        t = b.pair("t", two_sum(m - 1.0, rest))
        head, tail = self.terms.excess(1)(t.head, t.tail, k)
        unscale = select(tiny, self._c["unscale_twice"], 1 / SCALE)
        special = select(x < -1.0, nan, select(x < 0.0, -inf, -x))
        return (select(finite(x) & (x > -1.0), -((head + tail) * unscale), special),)

    def unary(self, name: str, parameters: Sequence[str], of: type) -> Function:
        """The function of one number that this is."""
        body = self._expm1mx if of is expm1mx else self._log1pmx
        return function(f"{name}_value", parameters, ("value",), body, f"{name} at x.")

    def divergence(self, name: str, parameters: Sequence[str], plan: Twofold) -> Function:
        """The divergence of this shape."""
        body = plan.choose((self._unit_power, self._unit_log), (self._normal_power, self._normal_log))
        return plan.build(f"{name}_value", parameters, ("value",), body, f"{name}, in nats.")
