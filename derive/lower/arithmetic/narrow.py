"""The values for binary32 arguments, in plain binary64 arithmetic: 29 bits more than the result has need no tails.

Every binary32 number and every result is far inside of binary64's range, so that squares, quotients and differences
neither over- nor underflow, and there are no regimes. The formulas are those of
:mod:`derive.lower.arithmetic.ordinary`, rounded where they stand; the polynomials leave a relative error below 2^-33.
What all of it amounts to is proved in :mod:`derive.lower.bounds.narrow`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, nan

from derive.lower.approximation.polynomials import NARROW_EXPONENTIAL, NARROW_LOGARITHM, horner
from derive.lower.arithmetic.constants import INVERSE_LOG2, LOG2
from derive.lower.plans import Body, Twofold
from derive.vocabulary.kernel import (
    Builder,
    Function,
    Node,
    balance,
    exact_mul,
    fma,
    function,
    nearest_power,
    node,
    select,
)

#: exp(200) is above the square of the largest binary32 number, exp(-200) below that of the smallest.
LARGEST_EXPONENT = 200.0

#: exp(420) times the square of the smallest binary32 number is infinite in binary32, exp(-420) times that of the
#: largest 0.
LARGEST_WEIGHT = 420.0

#: Below half the smallest subnormal and its last place: keeps a value just above from being rounded to it, and then
#: to 0.
ABOVE_HALF_SUBNORMAL = 2.0**-203


def _cut(x: Node, at: float) -> Node:
    """x within [-at, at]; a NaN stays one."""
    return node("max", -at, node("min", at, x))


def _exponential(b: Builder, x: Node) -> tuple[Node, Node, Node]:
    """2^k, r and expm1mx(r) with x = k log 2 + r."""
    k, power = nearest_power(x, INVERSE_LOG2)
    b.let("scale", k, "x = k log(2) + r")
    r = b.let("r", fma(-k, LOG2, x))
    p = horner(b, NARROW_EXPONENTIAL, r, "expm1mx(r)/r^2, minimax on |r| <= log(2)/2")
    return power, r, b.let("e", (r * r) * p)


def _expm1mx(b: Builder, x: Node) -> tuple[Node]:
    bounded = b.let("bounded", node("min", LARGEST_EXPONENT, x), "beyond, the result is infinite")
    power, r, e = _exponential(b, node("max", -LARGEST_EXPONENT, bounded))
    change = b.let("change", power - 1.0, "(2^k - 1) r, and 2^k - 1 - k log(2): both 0 at k = 0")
    return (fma(power, e, fma(change, r, change - (bounded - r))),)


EXPM1MX: Function = function("expm1mx_narrow", ("x",), ("value",), _expm1mx, "exp(x) - 1 - x.")


def _weight(b: Builder, x: Node) -> tuple[Node]:
    power, r, e = _exponential(b, _cut(-x, LARGEST_WEIGHT))
    return (power * (1.0 + (r + e)),)


WEIGHT: Function = function("weight_narrow", ("x",), ("value",), _weight, "exp(-x).")


def _excess(b: Builder, power: Node, k: Node, t: Node) -> tuple[Node]:
    p = horner(b, NARROW_LOGARITHM, t, "(t - log(1 + t))/t^2, minimax on [-1/3, 1/2]")
    change = b.let("change", power - 1.0, "(2^k - 1) t, and 2^k - 1 - k log(2): both 0 at k = 0")
    return (fma(t * t, p, fma(change, t, fma(-k, LOG2, change))),)


EXCESS: Function = function(
    "excess_narrow", ("power", "k", "t"), ("value",), _excess, "x - 1 - log(x) at x = 2^k (1 + t)."
)


def _half(b: Builder, twice: Node) -> Node:
    return fma(twice, 0.5, ABOVE_HALF_SUBNORMAL)


def _unit_log(multiple: int) -> Body:
    def body(b: Builder, mu: Node, s: Node) -> tuple[Node]:
        (excess,) = EXPM1MX(s if multiple == 1 else exact_mul(s, multiple))
        return (_half(b, fma(mu, mu, excess)),)

    return body


def _unit_power(order: int) -> Body:
    def body(b: Builder, mu: Node, s: Node) -> tuple[Node]:
        var = s if order == 1 else b.let("var", exact_mul(s, s), "48 bits: exact")
        power, inverse, k = balance(var, 1.0)
        b.let("scale", power, "var = 2^k (1 + t)")
        (excess,) = EXCESS(power, k, exact_mul(var, inverse) - 1.0)
        value = b.let("value", _half(b, fma(mu, mu, excess)))
        special = select(s < 0.0, nan, fma(mu, mu, s) + inf)
        return (select((s > 0.0) & (s < inf), value, special),)

    return body


def _normal_log(multiple: int) -> Body:
    def body(b: Builder, mu1: Node, s1: Node, mu2: Node, s2: Node) -> tuple[Node]:
        m, d = b.let("m", mu1 - mu2), b.let("d", s1 - s2)
        (excess,) = EXPM1MX(d if multiple == 1 else exact_mul(d, multiple))
        (weight,) = WEIGHT(s2 if multiple == 1 else exact_mul(s2, multiple))
        return (_half(b, fma(m * m, weight, excess)),)

    return body


def _normal_power(order: int) -> Body:
    def body(b: Builder, mu1: Node, s1: Node, mu2: Node, s2: Node) -> tuple[Node]:
        var1 = s1 if order == 1 else b.let("first", exact_mul(s1, s1), "48 bits: exact")
        var2 = s2 if order == 1 else b.let("second", exact_mul(s2, s2))
        m, by = b.let("m", mu1 - mu2), b.let("by", 1.0 / var2)
        power, inverse, k = balance(var1, var2)
        b.let("scale", power, "var1 = 2^k (1 + t) var2, and the difference is exact")
        (excess,) = EXCESS(power, k, (exact_mul(var1, inverse) - var2) * by)
        value = b.let("value", _half(b, fma(m * m, by, excess)))
        limit = fma(m, m, node("abs", var1 * by)) + inf
        special = select(node("min", s1, s2) < 0.0, nan, limit)
        return (select((s1 > 0.0) & (s1 < inf) & (s2 > 0.0) & (s2 < inf), value, special),)

    return body


def narrow(name: str, parameters: Sequence[str], shape: Twofold) -> Function:
    """A divergence for binary32 arguments, to be rounded to binary32."""
    body = shape.choose((_unit_power, _unit_log), (_normal_power, _normal_log))
    return shape.build(f"{name}_narrow", parameters, ("value",), body, f"{name} for binary32 arguments.")
