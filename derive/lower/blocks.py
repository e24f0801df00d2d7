"""The kernels for NumPy: plain operations on blocks of numbers that are neither huge nor tiny.

NumPy has no FMA, and an array pass per operation, so these trees are short: polynomials near the optimum, the
platform's exp and log elsewhere, tails only where a rounded difference would be magnified. Each tells, by a mask, for
which elements it holds; the others go through the tree that C has (``careful``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from derive.kernel import Builder, Function, Node, Pair, equal, exact_mul, function, node, select, two_sum
from derive.lower.polynomials import WIDE_ATANH, WIDE_EXPONENT, WIDE_EXPONENTIAL, WIDE_QUOTIENT, plain_horner

Body = Callable[..., tuple[Node, ...]]

#: Arguments and results within these need no care: no square, product or quotient here leaves the normal range.
SMALL, LARGE = 2.0**-280, 2.0**280
SMALL_SCALE, LARGE_SCALE = 2.0**-180, 2.0**180
LARGE_LOGARITHM = 250.0

#: Beside such a value, what underflows or is weighted by 2^360 after it has underflowed is nothing.
SMALL_VALUE = 2.0**-560


def _abs(x: Node) -> Node:
    return node("abs", x)


# --- shared functions --------------------------------------------------------------------------------------------


def _expm1mx(b: Builder, x: Node) -> tuple[Node]:
    series = plain_horner(b, WIDE_EXPONENTIAL, x, "(exp(x) - 1 - x)/x^2, minimax on [-0.55, 0.55]")
    far = b.let("far", node("expm1", x) - x)
    return (select(_abs(x) <= WIDE_EXPONENT, x * (x * series), far),)


EXPM1MX = function("expm1mx_block", ("x",), ("value",), _expm1mx, "exp(x) - 1 - x.")


def _atanh_cube(b: Builder, f: Node) -> tuple[Node]:
    w = b.let("w", f * f)
    return ((f * w) * plain_horner(b, WIDE_ATANH, w, "(atanh(f)/f - 1)/f^2, minimax on |f| <= 0.54"),)


ATANH_CUBE = function("atanh_cube_block", ("f",), ("value",), _atanh_cube, "atanh(f) - f for |f| <= 0.54.")


def _excess(order: int) -> Function:
    def body(b: Builder, d: Node, d_tail: Node, x: Node, y: Node) -> tuple[Node]:
        t, f = b.let("t", d / y), b.let("f", d / (x + y))
        (cube,) = ATANH_CUBE(f)
        ratio = b.let("ratio", x / y)
        above = b.let(
            "above", ratio - 1.0, "far from 1 one rounded quotient serves both terms: its error nearly cancels"
        )
        if order == 1:
            near = b.let(
                "near", (t * f - exact_mul(cube, 2.0)) + t * (d_tail / x), "d is exact within a factor of 2 only"
            )
            far = b.let("far", above - node("log", ratio))
        else:
            leading = t * (t + exact_mul(f, 2.0)) - exact_mul(cube, 4.0)
            changed = exact_mul(t, 2.0) * (ratio + 1.0) * (d_tail / x)
            near = b.let("near", leading + changed, "d is exact within a factor of 2 only")
            far = b.let("far", above * (ratio + 1.0) - exact_mul(node("log", ratio), 2.0))
        return (select(_abs(f) <= WIDE_QUOTIENT, near, far),)

    power = ("x/y - 1 - log(x/y)", "(x/y)^2 - 1 - 2 log(x/y)")[order - 1]
    doc = f"{power}, where d + d_tail = x - y."
    return function(f"excess_{order}_block", ("d", "d_tail", "x", "y"), ("value",), body, doc)


EXCESS = {1: _excess(1), 2: _excess(2)}


def _difference(b: Builder, x: Node, y: Node) -> tuple[Node, Node]:
    whole = two_sum(x, -y)
    return whole.head, whole.tail


DIFFERENCE = function("difference_block", ("x", "y"), ("head", "tail"), _difference, "x - y, exactly.")


def _square(difference: Pair) -> Node:
    return difference.head * difference.head + exact_mul(difference.head, 2.0) * difference.tail


def _half_sum(b: Builder, excess: Node, square: Node) -> Node:
    return b.let("value", exact_mul(excess + square, 0.5))


def _within(value: Node, *differences: Node) -> Node:
    """The value is finite, and so large that nothing lost by an underflow is seen; or all it is made of is zero."""
    absent = equal(differences[0], 0.0)
    for difference in differences[1:]:
        absent = absent & equal(difference, 0.0)
    return ((value >= SMALL_VALUE) & (value < inf)) | absent


def _seen(*terms: Node) -> Node:
    """Some term is large enough that its square does not underflow, or all are zero."""
    largest = terms[0] if len(terms) == 1 else node("max", *terms)
    return (largest >= SMALL) | equal(largest, 0.0)


# --- values ------------------------------------------------------------------------------------------------------


def _unit_log(multiple: float) -> Body:
    def body(b: Builder, mu: Node, s: Node) -> tuple[Node, ...]:
        x = exact_mul(s, multiple) if multiple != 1.0 else s
        (excess,) = EXPM1MX(x)
        value = _half_sum(b, excess, mu * mu)
        return value, _within(value, x, mu)

    return body


def _unit_power(order: int) -> Body:
    def body(b: Builder, mu: Node, s: Node) -> tuple[Node, ...]:
        d = Pair(*DIFFERENCE(s, 1.0))
        (excess,) = EXCESS[order](d.head, d.tail, s, 1.0)
        value = _half_sum(b, excess, mu * mu)
        return value, (s >= SMALL_SCALE) & (s <= LARGE_SCALE) & _within(value, d.head, mu)

    return body


def _normal_log(multiple: float) -> Body:
    def body(b: Builder, mu1: Node, s1: Node, mu2: Node, s2: Node) -> tuple[Node, ...]:
        m = Pair(*DIFFERENCE(mu1, mu2))
        d = Pair(*DIFFERENCE(s1, s2))
        x, x_tail = (exact_mul(part, multiple) if multiple != 1.0 else part for part in (d.head, d.tail))
        (excess,) = EXPM1MX(x)
        excess = b.let("excess", excess + x_tail * (excess + x), "what the rounding of the difference changed")
        weight = b.let("weight", node("exp", exact_mul(s2, -multiple)))
        value = _half_sum(b, excess, _square(m) * weight)
        return value, (_abs(s2) <= LARGE_LOGARITHM / multiple) & _within(value, d.head, m.head)

    return body


def _normal_power(order: int) -> Body:
    def body(b: Builder, mu1: Node, s1: Node, mu2: Node, s2: Node) -> tuple[Node, ...]:
        m = Pair(*DIFFERENCE(mu1, mu2))
        d = Pair(*DIFFERENCE(s1, s2))
        (excess,) = EXCESS[order](d.head, d.tail, s1, s2)
        value = _half_sum(b, excess, _square(m) / (s2 if order == 1 else s2 * s2))
        low, high = node("min", s1, s2), node("max", s1, s2)
        return value, (low >= SMALL_SCALE) & (high <= LARGE_SCALE) & _within(value, d.head, m.head)

    return body


# --- gradients ---------------------------------------------------------------------------------------------------


def _unit_log_slopes(multiple: float) -> Body:
    def body(b: Builder, mu: Node, s: Node) -> tuple[Node, ...]:
        x = exact_mul(s, multiple) if multiple != 1.0 else s
        d_s = exact_mul(node("expm1", x), multiple / 2)
        return mu, d_s, (_abs(x) <= LARGE_LOGARITHM) & (_abs(mu) <= LARGE) & (_abs(x) >= SMALL)

    return body


def _unit_power_slopes(order: int) -> Body:
    def body(b: Builder, mu: Node, s: Node) -> tuple[Node, ...]:
        d = b.let("d", s - 1.0)
        d_s = exact_mul(d, 0.5) / s if order == 1 else d * (s + 1.0) / s
        return mu, d_s, (s >= SMALL_SCALE) & (s <= LARGE_SCALE) & (_abs(mu) <= LARGE)

    return body


def _normal_log_slopes(multiple: float) -> Body:
    chain = multiple / 2

    def body(b: Builder, mu1: Node, s1: Node, mu2: Node, s2: Node) -> tuple[Node, ...]:
        m = Pair(*DIFFERENCE(mu1, mu2))
        d = Pair(*DIFFERENCE(s1, s2))
        x, x_tail = (exact_mul(part, multiple) if multiple != 1.0 else part for part in (d.head, d.tail))
        growth = b.let("growth", node("expm1", x))
        change = b.let("change", growth + x_tail * (growth + 1.0), "what the rounding of the difference changed")
        weight = b.let("weight", node("exp", exact_mul(s2, -multiple)))
        d_mu = b.let("d_mu", m.head * weight)
        d_s2 = -(change + _square(m) * weight)
        means = (_abs(mu1) <= LARGE) & (_abs(mu2) <= LARGE)
        logs = (_abs(s1) <= LARGE_LOGARITHM / multiple) & (_abs(s2) <= LARGE_LOGARITHM / multiple)
        seen = (_abs(x) >= SMALL) & ((_abs(m.head) >= SMALL) | equal(m.head, 0.0))
        scaled = (exact_mul(change, chain), exact_mul(d_s2, chain)) if chain != 1.0 else (change, d_s2)
        return d_mu, scaled[0], -d_mu, scaled[1], means & logs & seen

    return body


def _normal_var_slopes(b: Builder, mu1: Node, s1: Node, mu2: Node, s2: Node) -> tuple[Node, ...]:
    m = Pair(*DIFFERENCE(mu1, mu2))
    change = b.let("change", exact_mul(s1 - s2, 0.5) / s2)
    square = exact_mul(_square(m), 0.5) / s2
    d_mu, d_s2 = m.head / s2, -((change + square) / s2)
    means = (_abs(mu1) <= LARGE) & (_abs(mu2) <= LARGE)
    low, high = node("min", s1, s2), node("max", s1, s2)
    seen = (_abs(m.head) >= SMALL) | equal(m.head, 0.0)
    return d_mu, change / s1, -d_mu, d_s2, means & seen & (low >= SMALL_SCALE) & (high <= LARGE_SCALE)


# --- the two functions ---------------------------------------------------------------------------------------------


def _expm1mx_value(b: Builder, x: Node) -> tuple[Node, ...]:
    (value,) = EXPM1MX(x)
    return value, (_abs(x) <= LARGE_LOGARITHM) & _seen(_abs(x))


def _log1pmx_value(b: Builder, x: Node) -> tuple[Node, ...]:
    f = b.let("f", x / (x + 2.0))
    (cube,) = ATANH_CUBE(f)
    near = b.let("near", exact_mul(cube, 2.0) - x * f)
    far = b.let("far", node("log1p", x) - x)
    return select(_abs(f) <= WIDE_QUOTIENT, near, far), (x > -1.0) & (x <= LARGE) & _seen(_abs(x))


@dataclass(frozen=True)
class Plan:
    """A NumPy kernel: its results, then the mask of the elements for which they hold."""

    name: str
    parameters: tuple[str, ...]
    results: tuple[str, ...]
    body: Body

    def build(self) -> Function:
        return function(
            f"{self.name}_ordinary",
            self.parameters,
            (*self.results, "ordinary"),
            self.body,
            f"{self.name}, and for which elements it holds.",
        )


ORDERS = {"std": 2, "var": 1}
MULTIPLES = {"logstd": 2.0, "logvar": 1.0}


def _plans() -> list[Plan]:
    plans = [Plan("expm1mx", ("x",), ("value",), _expm1mx_value), Plan("log1pmx", ("x",), ("value",), _log1pmx_value)]
    for scale in (*ORDERS, *MULTIPLES):
        unit, normal = ("mu", scale), ("mu1", f"{scale}1", "mu2", f"{scale}2")
        if scale in ORDERS:
            order = ORDERS[scale]
            bodies = (_unit_power(order), _normal_power(order), _unit_power_slopes(order), _normal_var_slopes)
        else:
            by = MULTIPLES[scale]
            bodies = (_unit_log(by), _normal_log(by), _unit_log_slopes(by), _normal_log_slopes(by))
        plans.append(Plan(f"kl_unit_{scale}", unit, ("value",), bodies[0]))
        plans.append(Plan(f"kl_normal_{scale}", normal, ("value",), bodies[1]))
        plans.append(Plan(f"kl_unit_{scale}_grad", unit, tuple(f"d_{p}" for p in unit), bodies[2]))
        if scale != "std":  # whose slopes are products of too many rounded factors for 4 ulp
            plans.append(Plan(f"kl_normal_{scale}_grad", normal, tuple(f"d_{p}" for p in normal), bodies[3]))
    return plans


#: By name. What is not in it goes through the tree that C has, whatever the arguments.
PLANS: dict[str, Plan] = {plan.name: plan for plan in _plans()}
