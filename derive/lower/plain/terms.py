"""The two excesses and the squared offset, as heads and tails in one format's arithmetic.

A head is a number that is not negative, a tail what completes it. All are computed at 1/64 of the excess, 1/32 of the
divergence, so that nothing overflows before the last multiplication.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from derive.lower.arithmetic.constants import SCALE
from derive.lower.plain.formats import EXPONENTIAL_MIDDLE, LEAST_QUOTIENT, SHIFT, WEIGHT_SHIFT, Format, horner
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
    select,
    two_sum,
)


def upper(x: Node) -> Node:
    """x without the lower half of its significand: a product of two such numbers is exact."""
    return node("upper", x)


def square(b: Builder, x: Node, x_tail: Node | None = None) -> Pair:
    """x^2, the head without a rounding."""
    cut = b.let("cut", upper(x), "its square is exact, so that contraction changes nothing")
    low = (x - cut) * (x + cut)
    return Pair(b.let("square", cut * cut), low if x_tail is None else low + exact_mul(x, 2.0) * x_tail)


def _remainder(b: Builder, dividend: Node, quotient: Node, divisor: Node) -> tuple[Node]:
    q, d = b.let("q", upper(quotient)), b.let("d", upper(divisor))
    q_low, d_low = b.let("q_low", quotient - q), b.let("d_low", divisor - d)
    rest = b.let("rest", dividend - q * d)
    rest = b.let("rest_of_both", (rest - q * d_low) - q_low * d)
    return (rest - q_low * d_low,)


REMAINDER: Function = function(
    "remainder",
    ("dividend", "quotient", "divisor"),
    ("value",),
    _remainder,
    "dividend - quotient divisor, from exact products of halves.",
)


def remainder(dividend: Node, quotient: Node, divisor: Node) -> Node:
    """dividend - quotient divisor, without the error of the product."""
    return REMAINDER(dividend, quotient, divisor)[0]


def cut_power(format_: Format, k: Node) -> Node:
    """2^k, cut where it is no normal number."""
    c = format_.constants
    return node("pow2", node("min", node("max", k, c["smallest_power"]), c["largest_power"]))


def _ordered(b: Builder, linear: Node, curve: Node, low: Node) -> tuple[Node, Node]:
    """Head and tail of a sum of three: the linear part is 0 beside k = 0, and small where it cancels."""
    heads = b.pair("heads", two_sum(linear, curve))
    return heads.head, heads.tail + low


@dataclass(frozen=True)
class Terms:
    """The shared functions of a format."""

    format_: Format

    def _near_integer(self, b: Builder, u: Node) -> tuple[Node, Node]:
        """u where exp(u) matters, and the k of its reduction, 0 in the middle."""
        c = self.format_.constants
        x = b.let("x", node("min", node("max", u, c["smallest_exponent"]), c["largest_exponent"]))
        low, high = EXPONENTIAL_MIDDLE
        near = b.let("near", (x >= low) & (x <= high))
        k = select(near, 0.0, node("round", x * c["inverse_log2"] - SHIFT))
        return x, b.let("k", k, "x = k log(2) + r")

    def _reduce(self, b: Builder, x: Node, k: Node) -> Node:
        c = self.format_.constants
        return b.let("r", (x - k * c["log2_head"]) - k * c["log2_tail"])

    def _tail_of_reduced(self, x: Node, k: Node, r: Node) -> Node:
        """What r is off from x - k log(2): the subtraction of the head is exact."""
        c = self.format_.constants
        return ((x - k * c["log2_head"]) - r) - k * c["log2_tail"]

    def _rest(self, b: Builder, r: Node) -> Node:
        """2 (exp(r) - 1 - r)/r^2 - 1."""
        series = horner(b, self.format_, "exponential", r)
        return b.let("rest", r * series, "exp(r) = 1 + r + r^2/2 (1 + rest)")

    def _exponential(self, b: Builder, u: Node, u_tail: Node | None) -> tuple[Node, ...]:
        """(exp(x) - 1 - x)/64 at x = 64 u as head and tail."""
        c = self.format_.constants
        u = b.let("u_cut", node("min", u, c["largest_exponent_scaled"]), "beyond, the result is infinite")
        x, k = self._near_integer(b, u * (1 / SCALE))
        r = self._reduce(b, x, k)
        r2, rest = square(b, r), self._rest(b, r)
        s = b.let("s", node("pow2", k - 6.0), "2^k / 64")
        linear = b.let("linear", ((s - SCALE) - u) + s * r, "(2^k (1 + r) - 1 - x)/64; 0 where k is 0")
        half = b.let("half", exact_mul(s, 0.5))
        curve, low = b.let("curve", half * r2.head), b.let("low", half * ((r * r) * rest + r2.tail))
        if u_tail is not None:
            slope = b.let("slope", (s - SCALE) + (s * r + (curve + low)), "the tail of x acts through the derivative")
            kept = b.let("kept", select(u < c["largest_exponent_scaled"], exact_mul(u_tail, 1 / SCALE), 0.0))
            low = b.let("low_of_both", low + kept * slope)
        return _ordered(b, linear, curve, low)

    @property
    @cache  # noqa: B019 - the two formats live as long as the module
    def exponential(self) -> Function:
        return function(
            "excess_of_exponential",
            ("u",),
            ("head", "tail"),
            lambda b, u: self._exponential(b, u, None),
            "(exp(x) - 1 - x)/64 at x = 64 u as head and tail.",
        )

    @property
    @cache  # noqa: B019
    def exponential_pair(self) -> Function:
        return function(
            "excess_of_exponential_pair",
            ("u", "u_tail"),
            ("head", "tail"),
            self._exponential,
            "(exp(x) - 1 - x)/64 at x = 64 (u + u_tail) as head and tail.",
        )

    @property
    @cache  # noqa: B019
    def growth(self) -> Function:
        c = self.format_.constants

        def body(b: Builder, u: Node, u_tail: Node) -> tuple[Node, ...]:
            x, k = self._near_integer(b, u)
            r = self._reduce(b, x, k)
            r2, rest = b.let("square", r * r), self._rest(b, r)
            s = b.let("s", node("pow2", k - 6.0), "2^k / 64")
            linear = b.pair("linear", two_sum(s - SCALE, exact_mul(r, s)))
            curve = b.let("curve", exact_mul(s, 0.5) * (r2 + r2 * rest))
            low = curve + (linear.tail + s * self._tail_of_reduced(x, k, r))
            kept = select((u > c["smallest_exponent"]) & (u < c["largest_exponent"]), u_tail, 0.0)
            slope = b.let("slope", SCALE + (linear.head + curve), "the tail of u acts through the derivative")
            return linear.head, low + kept * slope

        return function("growth", ("u", "u_tail"), ("head", "tail"), body, "(exp(u + u_tail) - 1)/64 as head and tail.")

    def _weight(self, b: Builder, x: Node, *, with_tail: bool) -> tuple[Node, ...]:
        c, most = self.format_.constants, self.format_.constants["largest_weight"]
        cut = b.let("cut_x", node("max", node("min", -x, most), -most), "beyond, no offset makes a difference")
        k = b.let("k", node("round", cut * c["inverse_log2"] - WEIGHT_SHIFT), "-x = k log(2) + r")
        r = self._reduce(b, cut, k)
        r2, rest = b.let("square", r * r), self._rest(b, r)
        curve = exact_mul(r2 + r2 * rest, 0.5)
        change = b.let("change", r + curve)
        half = b.let("half", node("round", exact_mul(k, 0.5) - 0.25), "2^k is 4^half, times 1 or 2")
        tail = (((r - change) + curve) + self._tail_of_reduced(cut, k, r),) if with_tail else ()
        return change, *tail, node("pow2", k - exact_mul(half, 2.0)), half

    @property
    @cache  # noqa: B019
    def weight(self) -> Function:
        """exp(-x) apart from a power of 4."""
        return function(
            "weight",
            ("x",),
            ("change", "power", "half"),
            lambda b, x: self._weight(b, x, with_tail=False),
            "exp(-x) = (1 + change) power 4^half.",
        )

    @property
    @cache  # noqa: B019
    def weight_pair(self) -> Function:
        """The same with the change as head and tail."""
        return function(
            "weight_pair",
            ("x",),
            ("change", "change_tail", "power", "half"),
            lambda b, x: self._weight(b, x, with_tail=True),
            "exp(-x) = (1 + change + change_tail) power 4^half.",
        )

    @property
    @cache  # noqa: B019
    def split(self) -> Function:
        c = self.format_.constants

        def body(b: Builder, x: Node) -> tuple[Node, ...]:
            small = b.let("small", x < c["smallest_normal"])
            normal = b.let("normal", select(small, x * c["make_normal"], x), "a subnormal is made normal first")
            return node("significand", normal), node("exponent", normal) - select(small, c["normal_shift"], 0.0)

        return function(
            "split", ("x",), ("significand", "exponent"), body, "x = significand 2^exponent, significand in [1, 2)."
        )

    @property
    @cache  # noqa: B019
    def balance(self) -> Function:
        def body(b: Builder, a: Node, c: Node) -> tuple[Node, ...]:
            high = b.let("high", c * (2 * LEAST_QUOTIENT) < a)
            low = b.let("low", a < c * LEAST_QUOTIENT)
            return a * select(high, 0.5, select(low, 2.0, 1.0)), select(high, 1.0, select(low, -1.0, 0.0))

        return function(
            "balance",
            ("a", "b"),
            ("balanced", "shift"),
            body,
            "a 2^-shift, whose quotient by b is near 1, for a and b in [1, 2).",
        )

    def _excess(self, order: int) -> Function:
        c = self.format_.constants

        def body(b: Builder, t: Node, t_tail: Node, k: Node) -> tuple[Node, ...]:
            n = b.let("n", exact_mul(k, 2.0)) if order == 2 else k
            s = b.let("s", cut_power(self.format_, n - 6.0), "rho^n / 64 = s (1 + t)^n")
            log2_first = b.let("log2_first", exact_mul(n, SCALE) * c["log2_head"])
            base = b.let("base", log2_first + SCALE, "(1 + n log(2))/64, exact but for the tail of log(2)")
            series = horner(b, self.format_, "logarithm", t)
            rest = b.let("rest", t * series, "t - log(1 + t) = t^2/2 (1 + rest)")
            t2 = square(b, t)
            if order == 1:
                linear, by, share = (s - base) + (s - SCALE) * t, constant(SCALE / 2), rest * (SCALE / 2)
                growing = (s - SCALE) + exact_mul(t / (1.0 + t), SCALE)
            else:
                steep, flat = b.let("steep", exact_mul(s, 2.0) * t), b.let("flat", t * (-2 * SCALE))
                rising, above = b.let("rising", k > 0.0), b.let("above", k > 1.0)
                middle = (select(above, flat, s) - base) + select(rising, steep, flat)
                last = b.let("last", select(above, s, select(rising, flat, steep)), "beside k = 0 the sums are exact")
                linear = middle + last
                one = b.let("one", equal(k, 0.0))
                by = b.let("by", select(one, s + SCALE, node("max", s, SCALE)), "of s + 1/64 the power of two above")
                share = rest * SCALE + select(one, 0.0, node("min", s, SCALE))
                growing = exact_mul((s - SCALE) * (1.0 + t) + exact_mul(t + t / (1.0 + t), SCALE), 2.0)
            least = t2.tail * by - b.let("log2_second", exact_mul(n, SCALE) * c["log2_tail"])
            least = b.let("least", least + t_tail * b.let("growing", growing))
            low = b.let("low", (t * t) * share + least)
            return _ordered(b, b.let("linear", linear), b.let("curve", t2.head * by), low)

        power = "rho" if order == 1 else "rho^2"
        logarithm = "log(rho)" if order == 1 else "2 log(rho)"
        return function(
            f"excess_of_quotient_{order}",
            ("t", "t_tail", "k"),
            ("head", "tail"),
            body,
            f"({power} - 1 - {logarithm})/64 at rho = 2^k (1 + t + t_tail) as head and tail.",
        )

    @cache  # noqa: B019
    def excess(self, order: int) -> Function:
        return self._excess(order)

    @property
    @cache  # noqa: B019
    def offset(self) -> Function:
        """The difference of two means, times a power of two, as head and tail."""
        c = self.format_.constants

        def body(b: Builder, mu1: Node, mu2: Node, j: Node) -> tuple[Node, ...]:
            large = b.let("large", node("max", node("abs", mu1), node("abs", mu2)) > c["largest_mean"])
            guard = b.let("guard", select(large, 0.25, 1.0), "the difference of two large means may overflow")
            difference = b.pair("difference", two_sum(mu1 * guard, -(mu2 * guard)))
            most = c["largest_shift"]
            cut = b.let("cut", node("max", node("min", j, most), -most))
            half = b.let("half", node("round", exact_mul(cut, 0.5)), "2^j in two factors, which are normal numbers")
            first = b.let("first", node("pow2", half))
            second = b.let("second", node("pow2", cut - half) * select(large, 0.5, 0.125))
            head = b.let("head", (difference.head * first) * second)
            tail = (difference.tail * first) * second
            fits = b.let("fits", node("abs", head) < c["largest_offset"])
            return select(fits, head, c["largest_offset"]), select(fits, tail, 0.0)

        return function(
            "offset",
            ("mu1", "mu2", "j"),
            ("head", "tail"),
            body,
            "(mu1 - mu2) 2^j / 8 as head and tail, cut where its square makes the result infinite.",
        )
