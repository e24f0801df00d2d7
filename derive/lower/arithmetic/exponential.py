"""exp(x) - 1 - x and exp(x) - 1 without cancellation: the shared functions of the log-scale kernels.

With k the integer nearest to x / log 2 and r = x - k log 2 (theorem stable-range-exp),

    exp(x) - 1 - x = 2^k (1 + r + expm1mx(r)) - 1 - x.

At k = 0 everything but expm1mx(r) cancels exactly; at k = 1 or -1 the terms are up to 21 times their sum, so each is
carried as head and tail. The sum is formed at 1/64 of its size, where nothing overflows.
"""

from __future__ import annotations

from derive.lower.approximation.polynomials import EXPONENTIAL, horner
from derive.lower.arithmetic.constants import (
    INVERSE_LOG2,
    LARGEST_EXPONENT,
    LOG2_HEAD,
    LOG2_TAIL,
    SCALE,
    SMALLEST_EXPONENT,
)
from derive.vocabulary.kernel import (
    Builder,
    Function,
    Node,
    exact_mul,
    fast_two_sum,
    fma,
    function,
    node,
    select,
    two_prod,
    two_sum,
)


def _expm1mx_reduced(b: Builder, r: Node) -> tuple[Node, Node]:
    rest = horner(b, EXPONENTIAL, r, "(expm1mx(r)/r^2 - 1/2)/r, minimax on |r| <= log(2)/2")
    factor = b.let("factor", fma(r, rest, 0.5), "expm1mx(r) = r^2 (1/2 + r rest), both factors with a tail")
    factor_tail = b.let("factor_tail", fma(r, rest, 0.5 - factor))
    square = b.pair("square", two_prod(r, r))
    leading = b.pair("leading", two_prod(square.head, factor))
    tail = fma(square.head, factor_tail, fma(square.tail, factor, leading.tail))
    return leading.head, tail


EXPM1MX_REDUCED: Function = function(
    "expm1mx_reduced",
    ("r",),
    ("head", "tail"),
    _expm1mx_reduced,
    "exp(r) - 1 - r for |r| <= log(2)/2, as head and tail.",
)


def reduce(b: Builder, x: Node) -> tuple[Node, Node, Node]:
    """k, r and the correction c with x = k log 2 + r + c: r is exact, |c| <= 2^-30."""
    k = b.let("k", node("round", x * INVERSE_LOG2), "x = k log(2) + r + c, with k log(2)'s head subtracted exactly")
    r = b.let("r", fma(-k, LOG2_HEAD, x))
    c = b.let("c", k * -LOG2_TAIL)
    return k, r, c


def _expm1mx_scaled(b: Builder, u: Node, u_tail: Node | None) -> tuple[Node, Node]:
    u = b.let("u_cut", node("min", u, LARGEST_EXPONENT * SCALE), "beyond, the result is infinite")
    x = b.let("x", node("max", exact_mul(u, 1 / SCALE), SMALLEST_EXPONENT), "below, exp(x) only decides the rounding")
    k, r, c = reduce(b, x)
    head, tail = EXPM1MX_REDUCED(r)
    b.let("e", head)
    b.let("e_tail", tail)
    s = b.let("s", node("pow2", k + -6.0), "2^k / 64")
    linear = b.pair("linear", two_sum(-u, -SCALE), "-(1 + x)/64, plus 2^k (1 + r)/64, plus 2^k expm1mx(r)/64")
    power = b.pair("power", fast_two_sum(s, exact_mul(s, r)))
    first = b.pair("first", two_sum(linear.head, power.head))
    total = b.pair("total", two_sum(first.head, exact_mul(s, head)))
    growth = b.let("growth", (1.0 + r) + head, "the correction c changes exp(r) by c exp(r)")
    low = b.let("low", fma(s, fma(c, growth, tail), linear.tail + power.tail + first.tail + total.tail))
    if u_tail is not None:
        # Its two effects, -tail and 2^k exp(r) tail, cancel near 0: multiply the tail by their difference.
        slope = b.let(
            "slope", fma(s, head, fma(s, r, s - SCALE)), "the tail of x acts through the derivative (exp(x) - 1)/64"
        )
        kept = b.let("x_tail", select(u < LARGEST_EXPONENT * SCALE, exact_mul(u_tail, 1 / SCALE), 0.0))
        low = fma(kept, slope, low)
    return total.head, b.let("low_end", low)


EXPM1MX_SCALED: Function = function(
    "expm1mx_scaled",
    ("u",),
    ("head", "tail"),
    lambda b, u: _expm1mx_scaled(b, u, None),
    "(exp(x) - 1 - x)/64 at x = 64 u, as head and tail.",
)

EXPM1MX_SCALED_PAIR: Function = function(
    "expm1mx_scaled_pair",
    ("u", "u_tail"),
    ("head", "tail"),
    lambda b, u, u_tail: _expm1mx_scaled(b, u, u_tail),
    "(exp(x) - 1 - x)/64 at x = 64 (u + u_tail), as head and tail.",
)


def _expm1_scaled(b: Builder, u: Node, u_tail: Node | None) -> tuple[Node, Node]:
    fits = u < LARGEST_EXPONENT * SCALE
    cut = b.let("u_cut", select(fits, u, LARGEST_EXPONENT * SCALE), "beyond, the result is infinite")
    x = b.let("x", node("max", exact_mul(cut, 1 / SCALE), SMALLEST_EXPONENT), "below, exp(x) only decides the rounding")
    k, r, c = reduce(b, x)
    if u_tail is not None:
        c = b.let("c_and_tail", c + select(fits & (u > SMALLEST_EXPONENT * SCALE), exact_mul(u_tail, 1 / SCALE), 0.0))
    head, tail = EXPM1MX_REDUCED(r)
    s = b.let("s", node("pow2", k + -6.0), "2^k / 64")
    change = b.pair("change", two_sum(s, -SCALE), "(2^k - 1)/64, plus 2^k r/64, plus 2^k expm1mx(r)/64")
    # |2^k - 1| >= 2^k |r|; at k = 0 the first is 0, so that the head is never smaller than the tail.
    first = b.pair("first", fast_two_sum(change.head, exact_mul(s, r)))
    total = b.pair("total", fast_two_sum(first.head, exact_mul(s, head)))
    growth = b.let("growth", (1.0 + r) + head, "the correction c changes exp(r) by c exp(r)")
    return total.head, fma(s, fma(c, growth, tail), (change.tail + first.tail) + total.tail)


EXPM1_SCALED: Function = function(
    "expm1_scaled",
    ("u",),
    ("head", "tail"),
    lambda b, u: _expm1_scaled(b, u, None),
    "(exp(x) - 1)/64 at x = 64 u, as head and tail.",
)

EXPM1_SCALED_PAIR: Function = function(
    "expm1_scaled_pair",
    ("u", "u_tail"),
    ("head", "tail"),
    lambda b, u, u_tail: _expm1_scaled(b, u, u_tail),
    "(exp(x) - 1)/64 at x = 64 (u + u_tail), as head and tail.",
)
