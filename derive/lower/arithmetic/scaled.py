"""Numbers as head, tail and a separate exponent, (head + tail) 2^exponent: products carry their scale to the end.

No product of factors over- or underflows before the one, last scaling, and no zero meets an infinity. A zero has the
exponent NO_EXPONENT, far below all others, and so has a parameter that is 0: what is computed for it is then the limit.
Every operation is a shared function, whose error is proved by the rounding analysis of its own tree
(:mod:`derive.lower.bounds.scaled`); a :class:`Scaled` carries what follows for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf

import sympy as sp

from derive.errors import CheckFailed
from derive.lower.arithmetic.constants import LARGEST_WEIGHT
from derive.lower.arithmetic.exponential import EXPM1MX_REDUCED, reduce
from derive.lower.arithmetic.gradients import DIFFERENCE, MULTIPLY, NO_EXPONENT
from derive.lower.arithmetic.logarithm import SPLIT
from derive.lower.bounds import scaled as scaled_bounds
from derive.lower.bounds.proved import Proved
from derive.lower.shape import Distance, Monomial, Offset
from derive.vocabulary.kernel import (
    Builder,
    Function,
    Node,
    constant,
    equal,
    exact_mul,
    fast_two_sum,
    fma,
    function,
    node,
    select,
    two_sum,
)

#: A summand that much smaller than the other does not count.
SMALLEST_SHARE = -1000.0

#: Half the smallest subnormal number and its last place: 2^-1075 and 2^-1127.
GUARD_EXPONENT = -1127.0

Proof = Callable[[], Proved]


@dataclass(frozen=True)
class Scaled:
    """(head + tail) 2^exponent, and what is proved of it."""

    head: Node
    tail: Node
    exponent: Node
    proof: Proof = scaled_bounds.exact

    def times_power(self, exponent: Node | float) -> Scaled:
        return replace(self, exponent=self.exponent + exponent)


def scaled(results: Sequence[Node], proof: Proof = scaled_bounds.exact) -> Scaled:
    """The three results of a function."""
    head, tail, exponent = results
    return Scaled(head, tail, exponent, proof)


ONE = Scaled(constant(1.0), constant(0.0), constant(0.0))


def _positive(b: Builder, x: Node) -> tuple[Node, Node]:
    significand, exponent = SPLIT(x)
    return select(x > 0.0, significand, 1.0), select(x > 0.0, exponent, NO_EXPONENT)


POSITIVE: Function = function(
    "positive",
    ("x",),
    ("significand", "exponent"),
    _positive,
    "x >= 0; 0 has a low exponent.",
)


def _positive_or_infinite(b: Builder, x: Node) -> tuple[Node, Node]:
    significand, exponent = POSITIVE(x)
    finite = x < inf
    return select(finite, significand, 1.0), select(finite, exponent, -NO_EXPONENT)


POSITIVE_OR_INFINITE: Function = function(
    "positive_or_infinite",
    ("x",),
    ("significand", "exponent"),
    _positive_or_infinite,
    "The same, and infinity has a high exponent.",
)


def _difference_or_infinite(b: Builder, x: Node, y: Node) -> tuple[Node, ...]:
    head, tail, exponent = DIFFERENCE(x, y)
    bounded = b.let("bounded", node("max", node("abs", x), node("abs", y)) < inf)
    sign = select(x - y < 0.0, -1.0, 1.0)
    return select(bounded, head, sign), select(bounded, tail, 0.0), select(bounded, exponent, -NO_EXPONENT)


DIFFERENCE_OR_INFINITE: Function = function(
    "difference_or_infinite",
    ("x", "y"),
    ("head", "tail", "exponent"),
    _difference_or_infinite,
    "x - y = (head + tail) 2^exponent; infinity has a high exponent.",
)


def _quotient(b: Builder, a: Node, a_tail: Node, c: Node, c_tail: Node) -> tuple[Node, Node]:
    q = b.let("quotient", a / c)
    rest = b.let("rest", fma(-q, c_tail, fma(-q, c, a)) + a_tail)
    return q, rest / c


QUOTIENT: Function = function(
    "quotient", ("a", "a_tail", "b", "b_tail"), ("head", "tail"), _quotient, "The quotient of two heads and tails."
)


def times(a: Scaled, c: Scaled) -> Scaled:
    if a is ONE or c is ONE:
        return c if a is ONE else a
    head, tail = MULTIPLY(a.head, a.tail, c.head, c.tail)
    return Scaled(head, tail, a.exponent + c.exponent, lambda: scaled_bounds.binary(MULTIPLY, a.proof(), c.proof()))


def over(a: Scaled, c: Scaled) -> Scaled:
    if c is ONE:
        return a
    head, tail = QUOTIENT(a.head, a.tail, c.head, c.tail)
    return Scaled(head, tail, a.exponent - c.exponent, lambda: scaled_bounds.binary(QUOTIENT, a.proof(), c.proof()))


def power(a: Scaled, exponent: int) -> Scaled:
    result = ONE
    for _ in range(exponent):
        result = times(result, a)
    return result


def _exponential(b: Builder, x: Node, x_tail: Node) -> tuple[Node, ...]:
    cut = b.let(
        "cut", node("max", node("min", x, LARGEST_WEIGHT), -LARGEST_WEIGHT), "beyond, the result is 0 or infinite"
    )
    k, r, c = reduce(b, cut)
    correction = b.let("correction", c + select(equal(cut, x), x_tail, 0.0))
    head, tail = EXPM1MX_REDUCED(r)
    linear = b.pair("linear", fast_two_sum(1.0, r))
    total = b.pair("total", fast_two_sum(linear.head, head))
    change = b.let("change", fma(exact_mul(correction, 0.5), correction, correction), "exp(correction) - 1")
    return total.head, fma(change, total.head, (linear.tail + total.tail) + tail), k


EXPONENTIAL: Function = function(
    "exponential",
    ("x", "x_tail"),
    ("head", "tail", "k"),
    _exponential,
    "exp(x + x_tail) = (head + tail) 2^k, head in [0.7, 1.5].",
)


def unscaled(b: Builder, a: Scaled, name: str, least: float, most: float) -> tuple[Node, Node]:
    """Head and tail with their exponent, which is cut to what matters."""
    scale = b.let(name, node("pow2", node("max", node("min", a.exponent, most), least)))
    return exact_mul(a.head, scale), exact_mul(a.tail, scale)


def exponential(b: Builder, x: Scaled) -> Scaled:
    """exp of a difference of parameters or of a distance."""
    head, tail, k = EXPONENTIAL(*unscaled(b, x, "weight_scale", -200.0, 900.0))
    whole = Scaled(head, tail, k, lambda: scaled_bounds.exponential(EXPONENTIAL, x.proof()))
    return normalised(whole)  # in a product of two long tails theirs would be missed


def _normalised(b: Builder, head: Node, tail: Node) -> tuple[Node, Node]:
    total = b.pair("total", fast_two_sum(head, tail))
    return total.head, total.tail


NORMALISED: Function = function(
    "normalised",
    ("a", "a_tail"),
    ("head", "tail"),
    _normalised,
    "The same, the tail half an ulp at most.",
)


def normalised(a: Scaled) -> Scaled:
    head, tail = NORMALISED(a.head, a.tail)
    return Scaled(head, tail, a.exponent, lambda: scaled_bounds.normalised(a.proof()))


def floor_log2(c: sp.Rational) -> int:
    """The largest integer with 2^n <= c, of a positive number however large or small."""
    exponent = int(c.p).bit_length() - int(c.q).bit_length()
    return exponent if sp.Integer(2) ** exponent <= c else exponent - 1


@dataclass(frozen=True)
class Arguments:
    """The parameters of a function, by position, and what is made of them."""

    b: Builder
    at: tuple[Node, ...]
    infinite: bool = False  # whether some of the infinite arguments lead to a limit that the tree computes

    def positive(self, position: int | None) -> Scaled:
        """A positive parameter, exactly; 1 for None."""
        if position is None:
            return ONE
        split = POSITIVE_OR_INFINITE if self.infinite else POSITIVE
        significand, exponent = split(self.at[position])
        return Scaled(significand, constant(0.0), exponent)

    def subtracted(self, x: Node, y: Node) -> Scaled:
        """x - y, exactly."""
        return scaled((DIFFERENCE_OR_INFINITE if self.infinite else DIFFERENCE)(x, y))

    def difference(self, offset: Offset) -> Scaled:
        second = constant(0.0) if offset.second is None else self.at[offset.second]
        return self.subtracted(self.at[offset.first], second)

    def sign(self, offset: Offset) -> Node:
        m = self.difference(offset).head
        return select(equal(m, 0.0), 0.0, select(m < 0.0, -1.0, 1.0))

    def absolute(self, offset: Offset) -> Scaled:
        m = self.difference(offset)
        negative = m.head < 0.0
        return replace(m, head=node("abs", m.head), tail=select(negative, -m.tail, m.tail))

    def distance(self, d: Distance) -> Scaled:
        """|offset| times the size of ``by``, with a tail of half an ulp at most."""
        by = replace(d.by, coefficient=abs(d.by.coefficient))
        return normalised(self.times_monomial(self.absolute(d.offset), by))

    def linear(self, m: Monomial) -> Scaled:
        """The exponent of a monomial: a multiple of a parameter, or of the sum or difference of two."""
        if len(m.exponents) > 2 or len({abs(c) for _, c in m.exponents}) != 1:
            raise CheckFailed(
                f"an exponential of {len(m.exponents)} parameters has no tree",
                "exp(a l), exp(a (l1 - l2)) and exp(a (l1 + l2)) have one",
            )
        (first, c), *rest = m.exponents
        x = self.at[first] if c > 0 else -self.at[first]
        y = constant(0.0)
        for second, other in rest:
            y = self.at[second] if other < 0 else -self.at[second]
        return scaled_multiple(self.subtracted(x, y), abs(c))

    def times_monomial(self, value: Scaled, m: Monomial) -> Scaled:
        """The value times a factor that never cancels."""
        result = scaled_multiple(value, m.coefficient)
        below = ONE
        for position, exponent in m.powers:
            if not exponent.is_Integer:
                raise CheckFailed("a root of a parameter has no tree", "name the root itself as the parameter")
            whole = power(self.positive(position), abs(int(exponent)))
            result, below = (times(result, whole), below) if exponent > 0 else (result, times(below, whole))
        result = over(result, below)
        return times(result, exponential(self.b, self.linear(m))) if m.exponents else result


def scaled_multiple(a: Scaled, c: sp.Rational) -> Scaled:
    """c a: powers of 2 go to the exponent, and the head is at most doubled, as what compares exponents supposes.

    The tail is half an ulp at most where that of ``a`` is, as what takes a function of it supposes.
    """
    if c < 0:
        a, c = replace(a, head=-a.head, tail=-a.tail), -c
    exponent = floor_log2(c)
    c /= sp.Integer(2) ** exponent
    if c == 1:
        return a if exponent == 0 else a.times_power(float(exponent))
    head = float(c)
    tail = float(c - sp.Rational(*head.as_integer_ratio()))
    number = Scaled(constant(head), constant(tail), constant(float(exponent)), scaled_bounds.rounded_pair)
    return normalised(times(a, number))


def _sum(b: Builder, a: Node, a_tail: Node, i: Node, c: Node, c_tail: Node, j: Node) -> tuple[Node, ...]:
    first = b.let("first", select(equal(a, 0.0), NO_EXPONENT * 4, i), "a zero has no say in the common exponent")
    second = b.let("second", select(equal(c, 0.0), NO_EXPONENT * 4, j))
    common = b.let("common", node("max", first, second))
    left = b.let("left", node("pow2", node("max", first - common, SMALLEST_SHARE)))
    right = b.let("right", node("pow2", node("max", second - common, SMALLEST_SHARE)))
    total = b.pair("total", two_sum(exact_mul(a, left), exact_mul(c, right)))
    return total.head, total.tail + (exact_mul(a_tail, left) + exact_mul(c_tail, right)), common


SUM: Function = function(
    "scaled_sum",
    ("a", "a_tail", "i", "b", "b_tail", "j"),
    ("head", "tail", "exponent"),
    _sum,
    "(a + a_tail) 2^i + (b + b_tail) 2^j = (head + tail) 2^exponent.",
)


def plus(a: Scaled, c: Scaled, signed: bool = False) -> Scaled:
    """The sum of two numbers that are not negative, or, where that is said, of either sign."""
    made = SUM(a.head, a.tail, a.exponent, c.head, c.tail, c.exponent)
    proof = scaled_bounds.sum_of_signed if signed else scaled_bounds.sum_of
    return scaled(made, lambda: proof(SUM, a.proof(), c.proof()))


def choose(mask: Node, a: Scaled, c: Scaled) -> Scaled:
    """a where the mask holds, else c."""
    parts = ((a.head, c.head), (a.tail, c.tail), (a.exponent, c.exponent))
    chosen = [select(mask, x, y) for x, y in parts]
    return scaled(chosen, lambda: scaled_bounds.worse(a.proof(), c.proof()))


def _close(b: Builder, head: Node, tail: Node, exponent: Node) -> tuple[Node, ...]:
    cut = b.let("cut", node("max", node("min", exponent, 2040.0), -2040.0), "beyond, the result is 0 or infinite")
    half = b.let("half", node("round", exact_mul(cut, 0.5)), "2^exponent in two factors, which never leave the range")
    last = b.let("last", cut - half)
    scale = b.let("scale", node("pow2", half))
    guard = b.let(
        "guard", node("pow2", node("max", GUARD_EXPONENT - last, -1022.0)), "never zero where the value is not"
    )
    nonzero = select(equal(head, 0.0), 0.0, guard)
    scaled_head = b.let("scaled_head", exact_mul(head, scale))
    low = exact_mul(tail, scale) + nonzero
    return scaled_head, select(node("abs", scaled_head) < inf, low, 0.0), node("pow2", last)


CLOSE: Function = function(
    "close",
    ("a", "a_tail", "exponent"),
    ("head", "tail", "unscale"),
    _close,
    "(a + a_tail) 2^exponent = (head + tail) unscale, a not negative.",
)
