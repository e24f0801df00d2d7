"""The values for arguments of ordinary size: what the binary64 loops compute wherever it holds.

Nothing over- or underflows there, so there is nothing to scale, to cut or to select, and the range reduction has an
exact beginning: with k from -46 to 20 and log 2 cut to 32 bits, 2^k - 1 - k log 2 is a binary64 number, of which the
lowest bits are zero. In both scales twice the divergence is

    (2^k - 1 - k log 2) + (2^k - 1) s + (terms that are not negative)

    log scales    x = k log 2 + s                  the other terms: 2^k expm1mx(s), the square of the offset
    var           var1/var2 = 2^k (1 + s)          s - log(1 + s), the square of the offset
    std           (std1/std2)^2 = 4^j (1 + s)^2    2 (s - log(1 + s)), 4^j s^2, the square of the offset; with 2 j for k

(theorems stable-range-exp, stable-log-scale). At k = 0 the first two vanish. The first sum needs no test of sizes,
because its first operand is a multiple of the unit in the last place of the second; all that is left to sum with care
are terms of one sign.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from derive.kernel import (
    Builder,
    Function,
    Node,
    Ordinary,
    Pair,
    balance,
    equal,
    exact_mul,
    fast_two_sum,
    fma,
    function,
    nearest_power,
    node,
    two_prod,
    two_sum,
)
from derive.lower.constants import INVERSE_LOG2, LOG2_HEAD, LOG2_TAIL, SHORT_LOG2_HEAD, SHORT_LOG2_TAIL
from derive.lower.exponential import EXPM1MX_REDUCED
from derive.lower.polynomials import EXPONENTIAL, WIDER_ATANH, horner

Body = Callable[..., tuple[Node, ...]]

#: The k for which 2^k - 1 - k log 2 is exact, and logarithms and quotients that have such, with an allowance of 1
#: for k.
SMALLEST_POWER, LARGEST_POWER = -46, 20
SMALLEST_LOGARITHM, LARGEST_LOGARITHM = -31.5, 13.5
SMALLEST_RATIO, LARGEST_RATIO = -45, 19

#: Offsets of the means, and scales that divide them: no square or quotient of such leaves the normal range.
SMALLEST_OFFSET, LARGEST_OFFSET = 2.0**-200, 2.0**200
SMALLEST_SCALE, LARGEST_SCALE = 2.0**-200, 2.0**200
LARGEST_SECOND_LOGARITHM = 200.0

_PARTS = ("start", "excess", "low")


# --- the excess -----------------------------------------------------------------------------------------------------


def _begin(b: Builder, k: Node, power: Node, s: Node, change: Node) -> tuple[Node, Node]:
    """(2^k - 1 - k log 2) + change s as head and tail; change is 2^k - 1."""
    anchor = b.let("anchor", power + fma(-k, SHORT_LOG2_HEAD, -1.0), "2^k - 1 - k log(2), exact")
    product = b.pair("product", two_prod(change, s))
    start = b.pair("start", fast_two_sum(anchor, product.head))
    return start.head, start.tail + product.tail


def _excess_log(b: Builder, x: Node, x_tail: Node | None) -> tuple[Node, ...]:
    k, power = nearest_power(x, INVERSE_LOG2)
    b.let("scale", k, "x = k log(2) + r + c, with k log(2)'s head subtracted exactly")
    r = b.let("r", fma(-k, SHORT_LOG2_HEAD, x))
    e, e_tail = EXPM1MX_REDUCED(r)
    b.let("e", e)
    change = b.let("change", power - 1.0)
    start, low = _begin(b, k, power, r, change)
    growth = b.let("growth", r + e, "exp(r) - 1: the correction c changes exp(x) by c exp(x)")
    c = b.let("c", k * -SHORT_LOG2_TAIL)
    rest = b.let("rest", fma(power, fma(c, growth, c + e_tail), low))
    if x_tail is not None:
        slope = b.let("slope", fma(power, growth, change), "the tail of x acts through the derivative exp(x) - 1")
        rest = fma(x_tail, slope, rest)
    return start, exact_mul(power, e), rest


EXCESS_LOG: Function = function(
    "excess_log",
    ("x",),
    _PARTS,
    lambda b, x: _excess_log(b, x, None),
    "exp(x) - 1 - x = start + excess + low for x in [-31.5, 13.5].",
)
EXCESS_LOG_PAIR: Function = function(
    "excess_log_pair",
    ("x", "x_tail"),
    _PARTS,
    _excess_log,
    "exp(x) - 1 - x = start + excess + low at x + x_tail, for x in [-31.5, 13.5].",
)


def _atanh_rest(b: Builder, f: Node, f_tail: Node) -> tuple[Node, Node]:
    w = b.pair("w", two_prod(f, f))
    series = horner(b, WIDER_ATANH, w.head, "(atanh(f)/f - 1)/f^2, minimax in f^2")
    w_tail = b.let("w_low", fma(exact_mul(f, 2.0), f_tail, w.tail))
    rest = b.pair("rest", two_prod(w.head, series))
    return rest.head, fma(w_tail, series, rest.tail)


ATANH_REST: Function = function(
    "atanh_rest_wider", ("f", "f_tail"), ("head", "tail"), _atanh_rest, "atanh(f)/f - 1 for |f| <= 1/5."
)


def _minus_log(b: Builder, t: Node, t_tail: Node | None, f: Node, f_tail: Node) -> tuple[Node, ...]:
    rest, rest_tail = ATANH_REST(f, f_tail)
    y = b.pair("y", fast_two_sum(t, exact_mul(rest, -2.0)), "f (t - 2 (atanh(f)/f - 1))")
    y_tail = y.tail if t_tail is None else y.tail + t_tail
    leading = b.pair("leading", two_prod(f, y.head))
    return leading.head, fma(f, fma(-2.0, rest_tail, y_tail), fma(f_tail, y.head, leading.tail))


MINUS_LOG: Function = function(
    "minus_log",
    ("t", "f", "f_tail"),
    ("head", "tail"),
    lambda b, t, f, f_tail: _minus_log(b, t, None, f, f_tail),
    "t - log(1 + t) as head and tail, f = t / (2 + t).",
)
MINUS_LOG_PAIR: Function = function(
    "minus_log_pair",
    ("t", "t_tail", "f", "f_tail"),
    ("head", "tail"),
    _minus_log,
    "t - log(1 + t) at t + t_tail as head and tail, f = t / (2 + t).",
)


@dataclass(frozen=True)
class _Quotient:
    """rho = 2^k (1 + t), and what else the divisor of a pair is used for."""

    k: Node
    power: Node
    t: Node
    t_tail: Node | None
    phi: Pair  # t - log(1 + t)
    inverse: Node | None  # of the second scale, to a few ulp


def _unit_quotient(b: Builder, s: Node) -> _Quotient:
    power, inverse, k = balance(s, 1.0)
    b.let("scale", power, "s = 2^k (1 + t)")
    t = b.let("t", exact_mul(s, inverse) - 1.0)
    sum_ = b.pair("sum", fast_two_sum(2.0, t))
    reciprocal = b.let("reciprocal", 1.0 / sum_.head)
    f = b.let("f", t * reciprocal)
    f_tail = b.let("f_tail", fma(-f, sum_.tail, fma(-f, sum_.head, t)) * reciprocal)
    return _Quotient(k, power, t, None, Pair(*MINUS_LOG(t, f, f_tail)), None)


def _normal_quotient(b: Builder, s1: Node, s2: Node) -> _Quotient:
    power, inverse, k = balance(s1, s2)
    b.let("scale", power, "s1 = 2^k (1 + t) s2")
    a = b.let("a", exact_mul(s1, inverse))
    d = b.let("d", a - s2, "exact, since a and s2 are within a factor 2 of each other")
    sum_ = b.pair("sum", two_sum(a, s2))
    both = b.let(
        "both", 1.0 / (s2 * sum_.head), "one division serves all quotients; each is corrected by its remainder"
    )
    by_s2 = b.let("by_s2", sum_.head * both)
    by_sum = b.let("by_sum", s2 * both)
    t = b.let("t", d * by_s2)
    t_tail = b.let("t_tail", fma(-t, s2, d) * by_s2)
    f = b.let("f", d * by_sum)
    f_tail = b.let("f_tail", fma(-f, sum_.tail, fma(-f, sum_.head, d)) * by_sum)
    return _Quotient(k, power, t, t_tail, Pair(*MINUS_LOG_PAIR(t, t_tail, f, f_tail)), by_s2)


def _excess_power(b: Builder, order: int, q: _Quotient) -> tuple[Node, Node, Node]:
    """rho^n - 1 - n log(rho) in three parts."""
    if order == 1:
        change = b.let("change", q.power - 1.0)
        start, low = _begin(b, q.k, q.power, q.t, change)
        low = fma(q.k, -SHORT_LOG2_TAIL, low)
        if q.t_tail is not None:
            low = fma(change, q.t_tail, low)
        return start, q.phi.head, b.let("low", low + q.phi.tail)
    twice = b.let("twice", exact_mul(q.k, 2.0))
    squared = b.let("squared", exact_mul(q.power, q.power))
    change = b.let("change", fma(squared, 2.0, -2.0))
    start, low = _begin(b, twice, squared, q.t, change)
    square = b.pair("t_square", two_prod(q.t, q.t))
    square_tail = square.tail
    if q.t_tail is not None:
        low = fma(change, q.t_tail, low)
        square_tail = fma(exact_mul(q.t, 2.0), q.t_tail, square_tail)
    curved = b.pair("curved", two_sum(exact_mul(q.phi.head, 2.0), exact_mul(squared, square.head)))
    low = fma(twice, -SHORT_LOG2_TAIL, low)
    low = fma(2.0, q.phi.tail, fma(squared, square_tail, low + curved.tail))
    return start, curved.head, b.let("low", low)


# --- the whole ------------------------------------------------------------------------------------------------------


def _total(b: Builder, start: Node, excess: Node, low: Node, square: Node, square_tail: Node) -> tuple[Node, Node]:
    curved = b.pair("rest", two_sum(excess, square))
    total = b.pair("total", two_sum(start, curved.head))
    return total.head, total.tail + (curved.tail + (square_tail + low))


TOTAL: Function = function(
    "total",
    ("start", "excess", "low", "square", "square_tail"),
    ("head", "tail"),
    _total,
    "The sum, as head and tail.",
)


def _weight(b: Builder, x: Node) -> tuple[Node, Node]:
    k, power = nearest_power(x, -INVERSE_LOG2)
    b.let("scale", k, "-x = k log(2) + r + c")
    r = b.let("r", fma(-k, LOG2_HEAD, -x))
    c = b.let("c", k * -LOG2_TAIL)
    rest = horner(b, EXPONENTIAL, r, "(expm1mx(r)/r^2 - 1/2)/r, minimax on |r| <= log(2)/2")
    square = b.pair("square", two_prod(r, r))
    factor = b.let("factor", fma(r, rest, 0.5))
    e = b.let("e", square.head * factor)
    e_tail = b.let("e_tail", fma(square.tail, factor, fma(square.head, factor, -e)))
    linear = b.pair("linear", fast_two_sum(1.0, r))
    total = b.pair("total", fast_two_sum(linear.head, e))
    low = b.let("low", fma(c, total.head, e_tail + (linear.tail + total.tail)))
    return exact_mul(total.head, power), exact_mul(low, power)


WEIGHT: Function = function("weight", ("x",), ("head", "tail"), _weight, "exp(-x) as head and tail, for |x| <= 200.")


def _unit_log(multiple: float) -> tuple[Body, Body]:
    def holds(b: Builder, mu: Node, s: Node) -> tuple[Node]:
        size = b.let("size", fma(mu, mu, s * s), "not so small that a square underflows, nor huge, nor NaN")
        within = (size >= SMALLEST_OFFSET) & (size <= LARGEST_OFFSET)
        return (within & (s >= SMALLEST_LOGARITHM / multiple) & (s <= LARGEST_LOGARITHM / multiple),)

    def body(b: Builder, mu: Node, s: Node) -> tuple[Node, Node]:
        parts = EXCESS_LOG(s if multiple == 1.0 else exact_mul(s, multiple))
        square = b.pair("square", two_prod(mu, mu))
        return TOTAL(*parts, square.head, square.tail)  # type: ignore[return-value]

    return holds, body


def _unit_power(order: int) -> tuple[Body, Body]:
    low, high = 2.0 ** -(-SMALLEST_RATIO // order), 2.0 ** (LARGEST_RATIO // order)

    def holds(b: Builder, mu: Node, s: Node) -> tuple[Node]:
        size = b.let("size", mu * mu)
        seen = (size >= SMALLEST_OFFSET) | ~equal(s, 1.0)
        return ((s >= low) & (s <= high) & (size <= LARGEST_OFFSET) & seen,)

    def body(b: Builder, mu: Node, s: Node) -> tuple[Node, Node]:
        parts = _excess_power(b, order, _unit_quotient(b, s))
        square = b.pair("square", two_prod(mu, mu))
        return TOTAL(*parts, square.head, square.tail)  # type: ignore[return-value]

    return holds, body


def _squared(b: Builder, m: Pair) -> Pair:
    square = b.pair("square", two_prod(m.head, m.head))
    return Pair(square.head, fma(exact_mul(m.head, 2.0), m.tail, square.tail))


def _normal_log(multiple: float) -> tuple[Body, Body]:
    def holds(b: Builder, mu1: Node, s1: Node, mu2: Node, s2: Node) -> tuple[Node]:
        m, d = b.let("m", mu1 - mu2), b.let("d", s1 - s2)
        size = b.let("size", fma(m, m, d * d), "not so small that a square underflows, nor huge, nor NaN")
        within = (size >= SMALLEST_OFFSET) & (size <= LARGEST_OFFSET)
        near = (d >= SMALLEST_LOGARITHM / multiple) & (d <= LARGEST_LOGARITHM / multiple)
        return (within & near & (node("abs", s2) <= LARGEST_SECOND_LOGARITHM / multiple),)

    def body(b: Builder, mu1: Node, s1: Node, mu2: Node, s2: Node) -> tuple[Node, Node]:
        m = b.pair("m", two_sum(mu1, -mu2))
        d = b.pair("d", two_sum(s1, -s2), "the difference first: exact for near scales")
        x, x_tail = (part if multiple == 1.0 else exact_mul(part, multiple) for part in (d.head, d.tail))
        parts = EXCESS_LOG_PAIR(x, x_tail)
        weight, weight_tail = WEIGHT(s2 if multiple == 1.0 else exact_mul(s2, multiple))
        square = _squared(b, m)
        offset = b.pair("offset", two_prod(square.head, weight), "(mu1 - mu2)^2 / var2")
        offset_tail = fma(square.head, weight_tail, fma(square.tail, weight, offset.tail))
        return TOTAL(*parts, offset.head, offset_tail)  # type: ignore[return-value]

    return holds, body


def _normal_power(order: int) -> tuple[Body, Body]:
    low, high = 2.0 ** -(-SMALLEST_RATIO // order), 2.0 ** (LARGEST_RATIO // order)

    def holds(b: Builder, mu1: Node, s1: Node, mu2: Node, s2: Node) -> tuple[Node]:
        m = b.let("m", node("abs", mu1 - mu2))
        near = (s1 >= s2 * low) & (s1 <= s2 * high)
        seen = (m >= SMALLEST_OFFSET) | ~equal(s1, s2)
        return (near & (s2 >= SMALLEST_SCALE) & (s2 <= LARGEST_SCALE) & (m <= LARGEST_OFFSET) & seen,)

    def body(b: Builder, mu1: Node, s1: Node, mu2: Node, s2: Node) -> tuple[Node, Node]:
        q = _normal_quotient(b, s1, s2)
        assert q.inverse is not None
        parts = _excess_power(b, order, q)
        m = b.pair("m", two_sum(mu1, -mu2))
        if order == 1:
            square = _squared(b, m)
            offset = b.let("offset", square.head * q.inverse, "(mu1 - mu2)^2 / var2")
            offset_tail = b.let("offset_tail", (fma(-offset, s2, square.head) + square.tail) * q.inverse)
        else:
            z = b.let("z", m.head * q.inverse, "((mu1 - mu2) / std2)^2")
            z_tail = b.let("z_tail", (fma(-z, s2, m.head) + m.tail) * q.inverse)
            squared = _squared(b, Pair(z, z_tail))
            offset, offset_tail = squared.head, squared.tail
        return TOTAL(*parts, offset, offset_tail)  # type: ignore[return-value]

    return holds, body


def _plans() -> dict[str, tuple[tuple[str, ...], Body, Body]]:
    unit = {"std": _unit_power(2), "var": _unit_power(1), "logstd": _unit_log(2.0), "logvar": _unit_log(1.0)}
    normal = {"std": _normal_power(2), "var": _normal_power(1), "logstd": _normal_log(2.0), "logvar": _normal_log(1.0)}
    plans = {f"kl_unit_{s}": (("mu", s), *bodies) for s, bodies in unit.items()}
    return plans | {f"kl_normal_{s}": (("mu1", f"{s}1", "mu2", f"{s}2"), *bodies) for s, bodies in normal.items()}


@cache
def ordinary_kernels() -> dict[str, Ordinary]:
    """For each divergence the mask of ordinary arguments and the function that holds for them."""
    kernels = {}
    for name, (parameters, holds, body) in _plans().items():
        mask = function(
            f"{name}_holds", parameters, ("ordinary",), holds, "Whether the arguments are of ordinary size."
        )
        doc = f"Twice {name}, as head and tail, for arguments of ordinary size."
        kernels[name] = Ordinary(mask, function(f"{name}_twice", parameters, ("head", "tail"), body, doc))
    return kernels
