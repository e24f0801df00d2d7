"""The values: KL in the four scales, unit and normal, and the two functions that carry it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf, nan

from derive.lower.arithmetic.constants import (
    ABOVE_HALF_SUBNORMAL,
    LARGEST_OFFSET,
    SCALE,
    TINY,
    TINY_SCALE,
    TINY_UNSCALE,
)
from derive.lower.arithmetic.exponential import EXPM1MX_REDUCED, EXPM1MX_SCALED, EXPM1MX_SCALED_PAIR, reduce
from derive.lower.arithmetic.logarithm import LOG1PMX_SCALED, SMALLEST_NORMAL, excess
from derive.lower.plans import Body, Twofold
from derive.vocabulary.kernel import (
    Builder,
    Function,
    Node,
    Pair,
    exact_mul,
    fast_two_sum,
    fma,
    function,
    node,
    outside,
    select,
    two_prod,
    two_sum,
)
from derive.vocabulary.theorem import expm1mx, log1pmx

#: The least positive number.
SMALLEST_SUBNORMAL = 2.0**-1074


def finite(x: Node) -> Node:
    return node("abs", x) < inf


def lifted(b: Builder, scale: Node) -> Node:
    """A positive scale that is no subnormal number, for quotients that only tell what is special.

    The comparison is one of integers: where the processor takes subnormal numbers for zero, two such scales are not
    two zeros, of which no quotient would be a number.
    """
    special = b.let("special", outside(scale, SMALLEST_SUBNORMAL, inf))
    return b.let("lifted", select(special, scale, node("max", scale, SMALLEST_NORMAL)))


# --- the square of the mean's offset -----------------------------------------------------------------------------


def _offset(b: Builder, mu1: Node, mu2: Node, j: Node) -> tuple[Node, Node]:
    large = node("max", node("abs", mu1), node("abs", mu2)) > 2.0**1000
    guard = b.let("guard", select(large, 2.0**-6, 1.0), "the difference of two large means may overflow")
    difference = b.pair("difference", two_sum(exact_mul(mu1, guard), exact_mul(-mu2, guard)))
    cut = b.let("cut", node("max", node("min", j, 2040.0), -2040.0), "2^j in two factors, which never leave the range")
    half = b.let("half", node("round", exact_mul(cut, 0.5)))
    first = b.let("first", node("pow2", half))
    second = b.let("second", exact_mul(node("pow2", cut - half), select(large, 8.0, 0.125)))
    head = b.let("head", exact_mul(exact_mul(difference.head, first), second))
    tail = b.let("tail", exact_mul(exact_mul(difference.tail, first), second))
    fits = node("abs", head) < LARGEST_OFFSET
    return select(fits, head, LARGEST_OFFSET), select(fits, tail, 0.0)


OFFSET: Function = function(
    "offset",
    ("mu1", "mu2", "j"),
    ("head", "tail"),
    _offset,
    "(mu1 - mu2) 2^j / 8 as head and tail, cut where its square makes the result infinite.",
)


def _exp_negative(b: Builder, x: Node) -> tuple[Node, ...]:
    cut = b.let(
        "cut", node("max", node("min", -x, 2300.0), -2300.0), "beyond, no offset of the means makes a difference"
    )
    k, r, c = reduce(b, cut)
    half = b.let("half", node("round", fma(k, 0.5, -0.25)), "2^k = (2^half)^2 times 1 or 2")
    head, tail = EXPM1MX_REDUCED(r)
    linear = b.pair("linear", fast_two_sum(1.0, r))
    total = b.pair("total", fast_two_sum(linear.head, head))
    low = b.let("low", fma(c, total.head, (linear.tail + total.tail) + tail))
    twice = b.let("twice", node("pow2", fma(-2.0, half, k)))
    return exact_mul(total.head, twice), exact_mul(low, twice), half


EXP_NEGATIVE: Function = function(
    "exp_negative",
    ("x",),
    ("head", "tail", "half"),
    _exp_negative,
    "exp(-x) = (head + tail) 4^half, head in [0.7, 2.9].",
)


def _finish(b: Builder, excess_head: Node, excess_tail: Node, square: Node, square_tail: Node) -> tuple[Node, Node]:
    total = b.pair("total", two_sum(excess_head, square))
    rest = b.let("rest", (excess_tail + square_tail) + ABOVE_HALF_SUBNORMAL, "never zero where the value is not")
    return total.head, total.tail + rest


FINISH: Function = function(
    "finish",
    ("excess", "excess_tail", "square", "square_tail"),
    ("head", "tail"),
    _finish,
    "The sum of the two non-negative terms, as head and tail.",
)


def _guarded(head: Node, tail: Node, unscale: Node, valid: Node, otherwise: Node) -> tuple[Node, Node, Node]:
    """The three results of every value: (head + tail) unscale, or the special value where an argument is special."""
    return select(valid, head, otherwise), select(valid, tail, 0.0), select(valid, unscale, 1.0)


def _close(excess_: Pair, square: Pair, tiny: Node, valid: Node, otherwise: Node) -> tuple[Node, Node, Node]:
    head, tail = FINISH(excess_.head, excess_.tail, square.head, square.tail)
    unscale = select(tiny, TINY_UNSCALE * 0.5 / SCALE, 0.5 / SCALE)
    return _guarded(head, tail, unscale, valid, otherwise)


# --- kl_unit -----------------------------------------------------------------------------------------------------


def _unit_offset(mu: Node, scale: Node) -> Pair:
    offset = exact_mul(node("min", node("abs", mu), 8 * LARGEST_OFFSET), exact_mul(scale, 0.125))
    return two_prod(offset, offset)


def _unit_log(multiple: int) -> Callable[..., tuple[Node, ...]]:
    def body(b: Builder, mu: Node, s: Node) -> tuple[Node, ...]:
        tiny = b.let("tiny", node("max", node("abs", mu), node("abs", s)) < TINY)
        scale = b.let(
            "scale", select(tiny, TINY_SCALE, 1.0), "tiny arguments are enlarged: their squares would underflow"
        )
        u = exact_mul(s, exact_mul(scale, multiple * SCALE))
        excess_ = Pair(*EXPM1MX_SCALED(u))
        square = b.pair("square", _unit_offset(mu, scale), "mu^2 / 64")
        return _close(excess_, square, tiny, finite(mu) & finite(s), node("abs", mu) + node("abs", s))

    return body


def _unit_power(order: int) -> Callable[..., tuple[Node, ...]]:
    def body(b: Builder, mu: Node, s: Node) -> tuple[Node, ...]:
        excess_, zero, _, _ = excess(order, s)
        tiny = b.let("tiny", zero & (node("abs", mu) < TINY))
        scale = b.let("scale", select(tiny, TINY_SCALE, 1.0), "a tiny offset is enlarged: its square would underflow")
        square = b.pair("square", _unit_offset(mu, scale), "mu^2 / 64")
        special = select(s < 0.0, nan, (node("abs", mu) + s) + inf)
        return _close(excess_, square, tiny, finite(mu) & finite(s) & (s > 0.0), special)

    return body


# --- kl_normal ---------------------------------------------------------------------------------------------------


def _normal_log(multiple: int) -> Callable[..., tuple[Node, ...]]:
    def body(b: Builder, mu1: Node, s1: Node, mu2: Node, s2: Node) -> tuple[Node, ...]:
        factor = multiple * SCALE
        u = b.pair(
            "u", two_sum(exact_mul(s1, factor), exact_mul(s2, -factor)), "the difference first: exact for near scales"
        )
        weight, weight_tail, half = EXP_NEGATIVE(exact_mul(s2, multiple))
        w, w_tail = OFFSET(mu1, mu2, half)
        tiny = b.let("tiny", node("max", node("abs", u.head), node("abs", w)) < TINY)
        scale = b.let(
            "scale", select(tiny, TINY_SCALE, 1.0), "tiny differences are enlarged: their squares would underflow"
        )
        excess_ = Pair(*EXPM1MX_SCALED_PAIR(exact_mul(u.head, scale), exact_mul(u.tail, scale)))
        z = b.let("z", exact_mul(w, scale))
        z_tail = b.let("z_tail", exact_mul(w_tail, scale))
        square = b.pair("square", two_prod(z, z), "(mu1 - mu2)^2 exp(-logvar2) / 64")
        square_low = b.let("square_low", fma(exact_mul(z, 2.0), z_tail, square.tail))
        offset = b.pair("offset", two_prod(square.head, weight))
        offset_low = fma(square.head, weight_tail, fma(square_low, weight, offset.tail))
        valid = finite(mu1) & finite(mu2) & finite(s1) & finite(s2)
        special = node("abs", mu1 - mu2) + node("abs", s1 - s2)
        return _close(excess_, Pair(offset.head, offset_low), tiny, valid, special)

    return body


def _normal_power(order: int) -> Callable[..., tuple[Node, ...]]:
    def body(b: Builder, mu1: Node, s1: Node, mu2: Node, s2: Node) -> tuple[Node, ...]:
        excess_, zero, c, below = excess(order, s1, s2)
        if order == 1:
            half = b.let("half", node("round", fma(below, -0.5, -0.25)), "var2 = significand 4^-half, times 1 or 1/2")
            divisor = b.let("divisor", exact_mul(c, node("pow2", fma(2.0, half, below))))
        else:
            half, divisor = -below, c
        w, w_tail = OFFSET(mu1, mu2, half)
        tiny = b.let("tiny", zero & (node("abs", w) < TINY))
        scale = b.let("scale", select(tiny, TINY_SCALE, 1.0), "a tiny offset is enlarged: its square would underflow")
        z = b.let("z", exact_mul(w, scale))
        z_tail = b.let("z_tail", exact_mul(w_tail, scale))
        if order == 1:
            square = b.pair("square", two_prod(z, z), "(mu1 - mu2)^2 / var2 / 64")
            low = b.let("square_low", fma(exact_mul(z, 2.0), z_tail, square.tail))
            offset = b.let("offset", square.head / divisor)
            offset_tail = (fma(-offset, divisor, square.head) + low) / divisor
            squared = Pair(offset, offset_tail)
        else:
            q = b.let("q", z / divisor, "((mu1 - mu2) / std2)^2 / 64")
            q_tail = b.let("q_tail", (fma(-q, divisor, z) + z_tail) / divisor)
            square = b.pair("square", two_prod(q, q))
            squared = Pair(square.head, fma(exact_mul(q, 2.0), q_tail, square.tail))
        valid = finite(mu1) & finite(mu2) & finite(s1) & finite(s2) & (s1 > 0.0) & (s2 > 0.0)
        limit = (node("abs", mu1 - mu2) + node("abs", lifted(b, s1) / lifted(b, s2))) + inf
        special = select(node("min", s1, s2) < 0.0, nan, limit)
        return _close(excess_, squared, tiny, valid, special)

    return body


# --- expm1mx and log1pmx -----------------------------------------------------------------------------------------


def _expm1mx() -> Callable[..., tuple[Node, ...]]:
    def body(b: Builder, x: Node) -> tuple[Node, ...]:
        tiny = b.let("tiny", node("abs", x) < TINY)
        scale = b.let("scale", select(tiny, TINY_SCALE, 1.0), "a tiny x is enlarged: its square would underflow")
        head, tail = EXPM1MX_SCALED(exact_mul(x, exact_mul(scale, SCALE)))
        unscale = select(tiny, TINY_UNSCALE / SCALE, 1 / SCALE)
        return _guarded(head, tail, unscale, finite(x), node("abs", x))

    return body


def _log1pmx() -> Callable[..., tuple[Node, ...]]:
    def body(b: Builder, x: Node) -> tuple[Node, ...]:
        tiny = b.let("tiny", node("abs", x) < TINY)
        scale = b.let("scale", select(tiny, TINY_SCALE, 1.0), "a tiny x is enlarged: its square would underflow")
        head, tail = LOG1PMX_SCALED(x, scale)
        unscale = select(tiny, TINY_UNSCALE / SCALE, 1 / SCALE)
        special = select(x < -1.0, nan, select(x < 0.0, -inf, -x))
        return _guarded(0.0 - head, -tail, unscale, finite(x) & (x > -1.0), special)

    return body


#: The excess of one number: x - log(1 + x), and exp(x) - 1 - x.
UNARY: dict[type, Body] = {expm1mx: _expm1mx(), log1pmx: _log1pmx()}


def parts(name: str, body: Body, parameters: Sequence[str], shape: Twofold | None = None) -> Function:
    """The function of a value: its head, tail and scale."""
    build = function if shape is None else shape.build
    return build(f"{name}_parts", parameters, ("head", "tail", "unscale"), body, f"{name} = (head + tail) unscale.")


def value(name: str, parameters: Sequence[str], shape: Twofold) -> Function:
    """A divergence for all arguments."""
    return parts(name, shape.choose((_unit_power, _unit_log), (_normal_power, _normal_log)), parameters, shape)
