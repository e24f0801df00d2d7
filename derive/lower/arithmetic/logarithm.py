"""rho^n - 1 - n log(rho) for a quotient rho = a/b, n = 1 or 2, without cancellation: core of the std and var kernels.

The quotient is never formed first. With a/b = 2^k m, m in [sqrt(1/2), sqrt(2)], and exact D = a' - b',

    t = D/b' = m - 1,   f = D/(a' + b'),   log m = 2 atanh(f) = 2 f (1 + f^2 A(f^2)),   t - 2 f = t f  (stable-atanh)
    m   - 1 -   log m = f (t - 2 f^2 A(f^2))
    m^2 - 1 - 2 log m = t^2 + 2 (m - 1 - log m)                                                       (stable-square)
    rho^n - 1 - n log rho = (2^(n k) - 1) m^n - n k log 2 + (m^n - 1 - n log m)                       (stable-log-scale)

At k = 0 the last line is its last term exactly.
"""

from __future__ import annotations

from derive.lower.approximation.polynomials import ATANH, horner
from derive.lower.arithmetic.constants import LOG2_HEAD, LOG2_TAIL, SCALE, SQRT2
from derive.vocabulary.kernel import (
    Builder,
    Function,
    Node,
    Pair,
    constant,
    equal,
    exact_mul,
    fast_two_sum,
    fma,
    function,
    node,
    select,
    two_prod,
    two_sum,
)

#: Below, a number is subnormal, and its exponent field tells nothing.
SMALLEST_NORMAL = 2.0**-1022


def _split(b: Builder, x: Node) -> tuple[Node, Node]:
    small = x < SMALLEST_NORMAL
    normal = b.let("normal", select(small, exact_mul(x, 2.0**54), x), "a subnormal is made normal first")
    power = b.let("power", node("exponent", normal) - select(small, 54.0, 0.0))
    return node("significand", normal), power


SPLIT: Function = function(
    "split",
    ("x",),
    ("significand", "exponent"),
    _split,
    "x = significand 2^exponent for a positive x, significand in [1, 2).",
)


def _balance(b: Builder, a: Node, c: Node) -> tuple[Node, Node]:
    high = SQRT2 * c < a
    low = SQRT2 * a < c
    factor = select(high, 0.5, select(low, 2.0, 1.0))
    return exact_mul(a, factor), select(high, 1.0, select(low, -1.0, 0.0))


BALANCE: Function = function(
    "balance",
    ("a", "b"),
    ("balanced", "shift"),
    _balance,
    "a 2^-shift with a quotient by b in [sqrt(1/2), sqrt(2)], for a and b in [1, 2).",
)


def _atanh_rest(b: Builder, f: Node, f_tail: Node) -> tuple[Node]:
    w = b.let("w", fma(f, f, exact_mul(f, 2.0) * f_tail), "f^2, corrected by the tail of f")
    return (w * horner(b, ATANH, w, "(atanh(f)/f - 1)/f^2, minimax in f^2"),)


ATANH_REST: Function = function(
    "atanh_rest", ("f", "f_tail"), ("value",), _atanh_rest, "atanh(f)/f - 1 for |f| <= 0.1716."
)


def _quotients(b: Builder, d: Node, c: Node, s: Node, s_tail: Node) -> tuple[Node, ...]:
    inverse = b.let("inverse", 1.0 / (c * s), "one division serves both quotients; each is corrected by its remainder")
    inverse_c = b.let("inverse_b", s * inverse)
    inverse_s = b.let("inverse_s", c * inverse)
    t = b.let("t", d * inverse_c)
    t_tail = b.let("t_tail", fma(-t, c, d) * inverse_c)
    rough = b.let("rough", d * inverse_s)
    rest = b.let("rest", fma(-rough, s_tail, fma(-rough, s, d)) * inverse_s)
    f = fast_two_sum(rough, rest)
    return t, t_tail, f.head, f.tail


QUOTIENTS: Function = function(
    "quotients",
    ("d", "b", "s", "s_tail"),
    ("t", "t_tail", "f", "f_tail"),
    _quotients,
    "t = d/b and f = d/(s + s_tail), as heads and tails.",
)


def _first_excess(b: Builder, t: Node, t_tail: Node, f: Node, f_tail: Node) -> Pair:
    """m - 1 - log m = f (t - 2 (atanh(f)/f - 1)): the bracket first, so that only its small part is rounded."""
    (rest,) = ATANH_REST(f, f_tail)
    y = b.pair("y", fast_two_sum(t, exact_mul(rest, -2.0)), "f (t - 2 (atanh(f)/f - 1))")
    leading = b.pair("leading", two_prod(f, y.head))
    low = b.let("low", fma(f, y.tail + t_tail, fma(f_tail, y.head, leading.tail)))
    return Pair(leading.head, low)


def _first_power(b: Builder, t: Node, t_tail: Node, f: Node, f_tail: Node) -> tuple[Node, ...]:
    phi = _first_excess(b, t, t_tail, f, f_tail)
    m = b.pair("m", fast_two_sum(1.0, t))
    return phi.head, phi.tail, m.head, m.tail + t_tail


def _second_power(b: Builder, t: Node, t_tail: Node, f: Node, f_tail: Node) -> tuple[Node, ...]:
    phi = _first_excess(b, t, t_tail, f, f_tail)
    both = b.pair("both", two_prod(t, t), "m^2 - 1 - 2 log m = t^2 + 2 (m - 1 - log m)")
    total = b.pair("total", two_sum(both.head, exact_mul(phi.head, 2.0)))
    twice_t = b.let("twice_t", exact_mul(t, 2.0))
    rest = b.let("rest", fma(twice_t, t_tail, fma(2.0, phi.tail, both.tail)))
    m = b.pair("m", fast_two_sum(1.0, t))
    square = b.pair("square", two_prod(m.head, m.head), "m^2")
    m_tail = b.let("m_low", m.tail + t_tail)
    return total.head, total.tail + rest, square.head, fma(exact_mul(m.head, 2.0), m_tail, square.tail)


_RESULTS = ("phi", "phi_tail", "power", "power_tail")

FIRST_POWER: Function = function(
    "first_power", ("t", "t_tail", "f", "f_tail"), _RESULTS, _first_power, "m - 1 - log(m) and m = 1 + t."
)
SECOND_POWER: Function = function(
    "second_power", ("t", "t_tail", "f", "f_tail"), _RESULTS, _second_power, "m^2 - 1 - 2 log(m) and m^2, m = 1 + t."
)


def _assemble(b: Builder, phi: Node, phi_tail: Node, power: Node, power_tail: Node, k: Node) -> tuple[Node, ...]:
    clamped = b.let(
        "clamped", node("max", node("min", k, 1026.0), -200.0), "2^k stays normal; beyond, it is infinite or lost"
    )
    s = b.let("s", node("pow2", clamped + -6.0))
    growth = b.pair("growth", two_sum(exact_mul(power, s), exact_mul(power, -SCALE)), "(2^k - 1) m^n / 64")
    shifted = b.pair("shifted", two_sum(growth.head, exact_mul(k, -LOG2_HEAD * SCALE)), "- k log(2) / 64")
    total = b.pair("total", two_sum(shifted.head, exact_mul(phi, SCALE)))
    low = growth.tail + shifted.tail + total.tail + fma(power_tail, s, exact_mul(power_tail, -SCALE))
    return total.head, fma(k, -LOG2_TAIL * SCALE, fma(phi_tail, SCALE, low))


ASSEMBLE: Function = function(
    "assemble",
    ("phi", "phi_tail", "power", "power_tail", "k"),
    ("head", "tail"),
    _assemble,
    "((2^k - 1) power - k log(2) + phi)/64, as head and tail.",
)


def _excess(order: int) -> Function:
    powers, name = ((FIRST_POWER, "log(x)"), (SECOND_POWER, "2 log(x)"))[order - 1]

    def body(b: Builder, a: Node, c: Node, k: Node) -> tuple[Node, ...]:
        d = b.let("d", a - c, "exact, since a and b are within a factor 2 of each other")
        s = b.pair("s", two_sum(a, c))
        phi = powers(*QUOTIENTS(d, c, s.head, s.tail))
        return ASSEMBLE(*phi, exact_mul(k, float(order)))

    power = "x" if order == 1 else "x^2"
    return function(
        f"excess_{order}",
        ("a", "b", "k"),
        ("head", "tail"),
        body,
        f"({power} - 1 - {name})/64 at x = 2^k a/b with a/b in [sqrt(1/2), sqrt(2)], as head and tail.",
    )


EXCESS = {1: _excess(1), 2: _excess(2)}


def _log1pmx_scaled(b: Builder, x: Node, scale: Node) -> tuple[Node, ...]:
    a = b.pair("a", two_sum(1.0, x))
    significand, power = SPLIT(a.head)
    m, shift = BALANCE(significand, 1.0)
    k = b.let("k", power + shift)
    tail = exact_mul(a.tail, node("pow2", node("max", -k, -1000.0)))
    exact = b.pair("exact", two_sum(m - 1.0, tail), "m - 1; at k = 0 it is x")
    d = b.let("d", exact_mul(exact.head, scale), "a tiny x is enlarged, so that its square keeps all bits")
    d_tail = b.let("d_tail", exact_mul(exact.tail, scale))
    s = b.pair("s", two_sum(2.0, d))
    s_tail = b.let("s_low", s.tail + d_tail)
    f = b.let("rough", d / s.head)
    rest = b.let("rest", (fma(-f, s_tail, fma(-f, s.head, d)) + d_tail) / s.head)
    quotient = b.pair("f", fast_two_sum(f, rest))
    phi, phi_tail, m_head, m_tail = FIRST_POWER(d, d_tail, quotient.head, quotient.tail)
    return ASSEMBLE(phi, phi_tail, m_head, m_tail, k)


LOG1PMX_SCALED: Function = function(
    "log1pmx_scaled",
    ("x", "scale"),
    ("head", "tail"),
    _log1pmx_scaled,
    "(x - log(1 + x))/64 at scale x, as head and tail; scale is 1 unless x is tiny.",
)


def excess(order: int, x: Node, y: Node | None = None) -> tuple[Pair, Node, Node, Node]:
    """The excess rho^n - 1 - n log rho of rho = x/y, whether it is zero, and y's significand and exponent."""
    a, power = SPLIT(x)
    c, below = SPLIT(y) if y is not None else (constant(1.0), constant(0.0))
    balanced, shift = BALANCE(a, c)
    k = (power - below) + shift if y is not None else power + shift
    return Pair(*EXCESS[order](balanced, c, k)), equal(x, y if y is not None else 1.0), c, below
