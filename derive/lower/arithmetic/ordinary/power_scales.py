"""rho^n - 1 - n log(rho) in three parts, for a quotient rho of scales and ordinary arguments."""

from __future__ import annotations

from dataclasses import dataclass

from derive.lower.approximation.polynomials import WIDER_ATANH, horner
from derive.lower.arithmetic.constants import SHORT_LOG2_HEAD, SHORT_LOG2_TAIL
from derive.vocabulary.kernel import (
    Builder,
    Function,
    Node,
    Pair,
    balance,
    exact_mul,
    fast_two_sum,
    fma,
    function,
    two_prod,
    two_sum,
)

#: Logarithms to base 2 of quotients for which 2^k - 1 - k log 2 is exact, with an allowance of 1 for k.
SMALLEST_RATIO, LARGEST_RATIO = -45, 19


def _begin(b: Builder, k: Node, power: Node, s: Node, change: Node) -> tuple[Node, Node]:
    """(2^k - 1 - k log 2) + change s as head and tail; change is 2^k - 1."""
    anchor = b.let("anchor", power + fma(-k, SHORT_LOG2_HEAD, -1.0), "2^k - 1 - k log(2), exact")
    product = b.pair("product", two_prod(change, s))
    start = b.pair("start", fast_two_sum(anchor, product.head))
    return start.head, start.tail + product.tail


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
class Quotient:
    """rho = 2^k (1 + t), and what else the divisor of a pair is used for."""

    k: Node
    power: Node
    t: Node
    t_tail: Node | None
    phi: Pair  # t - log(1 + t)
    inverse: Node | None  # of the second scale, to a few ulp


def unit_quotient(b: Builder, s: Node) -> Quotient:
    power, inverse, k = balance(s, 1.0)
    b.let("scale", power, "s = 2^k (1 + t)")
    t = b.let("t", exact_mul(s, inverse) - 1.0)
    sum_ = b.pair("sum", fast_two_sum(2.0, t))
    reciprocal = b.let("reciprocal", 1.0 / sum_.head)
    f = b.let("f", t * reciprocal)
    f_tail = b.let("f_tail", fma(-f, sum_.tail, fma(-f, sum_.head, t)) * reciprocal)
    return Quotient(k, power, t, None, Pair(*MINUS_LOG(t, f, f_tail)), None)


def normal_quotient(b: Builder, s1: Node, s2: Node) -> Quotient:
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
    return Quotient(k, power, t, t_tail, Pair(*MINUS_LOG_PAIR(t, t_tail, f, f_tail)), by_s2)


def excess_power(b: Builder, order: int, q: Quotient) -> tuple[Node, Node, Node]:
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
