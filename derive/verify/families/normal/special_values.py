"""What the functions return at special arguments: the accuracy contract's table, row by row.

A scale is *zero* (0 for std and var, -inf for logstd and logvar), *infinite* or *ordinary*; a limit is that of the
formula as the arguments approach the point from inside the domain, and NaN where that depends on the way. With c =
d(log sigma)/ds:

    unit      d_mu = mu                   d_s = (v - 1) c
    normal    d_mu1 = -d_mu2 = m/v2       d_s1 = (R - 1) c1      d_s2 = -((R - 1) + W) c2
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from flint import arb

from derive.verify.families.normal.scales import Scale
from derive.verify.families.record import Balls, Kind, Tight
from derive.verify.ulp import Exact

NAN, INF = math.nan, math.inf


def unit_special(scale: Scale, arguments: Sequence[float], tight: Tight) -> tuple[Exact, ...] | None:
    """Of KL(N(mu, s) ‖ N(0, 1)); None at an ordinary point."""
    mu, s = arguments
    if _ordinary(scale, arguments):
        return None
    if _undefined(scale, arguments):
        return (NAN,) * 3
    return (INF, mu, _unit_scale(scale, s, tight))


def normal_special(scale: Scale, arguments: Sequence[float], tight: Tight) -> tuple[Exact, ...] | None:
    """Of KL(N(mu1, s1) ‖ N(mu2, s2)); None at an ordinary point."""
    if _ordinary(scale, arguments):
        return None
    return (NAN,) * 5 if _undefined(scale, arguments) else _normal(scale, arguments, tight)


def _ordinary(scale: Scale, arguments: Sequence[float]) -> bool:
    """All finite, and positive scales."""
    if not all(math.isfinite(a) for a in arguments):
        return False
    return scale.kind is not Kind.POSITIVE or all(s > 0.0 for s in arguments[1::2])


def _undefined(scale: Scale, arguments: Sequence[float]) -> bool:
    """A NaN, or a negative scale."""
    negative = scale.kind is Kind.POSITIVE and any(s < 0.0 for s in arguments[1::2])
    return negative or any(math.isnan(a) for a in arguments)


def _state(scale: Scale, s: float) -> str:
    if s == INF:
        return "infinite"
    return "zero" if s == scale.zero else "ordinary"


def _unit_scale(scale: Scale, s: float, tight: Tight) -> Exact:
    state = _state(scale, s)
    if state == "zero":
        return scale.first_at[0]
    if state == "infinite":
        return scale.first_at[1]
    return tight(lambda: (((scale.variance(arb(s)) - 1) * scale.chain(arb(s)),), {}))[0]


def _normal(scale: Scale, arguments: Sequence[float], tight: Tight) -> tuple[Exact, ...]:
    mu1, s1, mu2, s2 = arguments
    first, second = _state(scale, s1), _state(scale, s2)
    if (first == second != "ordinary") or (mu1 == mu2 and math.isinf(mu1)):
        return (NAN,) * 5
    d_mu1, d_mu2 = _normal_means(scale, mu1, mu2, s2, tight)
    return (INF, d_mu1, _first_scale(scale, s1, s2, tight), d_mu2, _second_scale(scale, arguments, tight))


def _normal_means(scale: Scale, mu1: float, mu2: float, s2: float, tight: Tight) -> tuple[Exact, Exact]:
    """m/v2 and its negative; at m = 0 and v2 -> 0 the limit depends on the way."""
    state, infinite = _state(scale, s2), math.isinf(mu1) or math.isinf(mu2)
    if infinite:
        sign = mu1 - mu2
        return (NAN, NAN) if state == "infinite" else (sign, -sign)
    if state == "infinite":
        return 0.0, 0.0
    if state == "zero":
        if mu1 == mu2:
            return NAN, NAN
        return (INF, -INF) if mu1 > mu2 else (-INF, INF)

    def slope() -> Balls:
        quotient = (arb(mu1) - arb(mu2)) / scale.variance(arb(s2))
        return (quotient, -quotient), {}

    d_mu1, d_mu2 = tight(slope)
    return d_mu1, d_mu2


def _first_scale(scale: Scale, s1: float, s2: float, tight: Tight) -> Exact:
    """(R - 1) c1."""
    first, second = _state(scale, s1), _state(scale, s2)
    if first == "zero":
        return scale.first_at[0]
    if second == "zero":
        return INF
    if first == "infinite":
        return tight(lambda: ((1 / (2 * arb(s2)),), {}))[0] if math.isfinite(scale.first_at[1]) else INF
    if second == "infinite":
        return tight(lambda: ((-scale.chain(arb(s1)),), {}))[0]
    return tight(lambda: (((scale.variance_ratio(arb(s1), arb(s2)) - 1) * scale.chain(arb(s1)),), {}))[0]


def _second_scale(scale: Scale, arguments: Sequence[float], tight: Tight) -> Exact:
    """-((R - 1) + W) c2; R and W are never negative, so one infinite term decides."""
    mu1, s1, mu2, s2 = arguments
    first, second = _state(scale, s1), _state(scale, s2)
    infinite = math.isinf(mu1) or math.isinf(mu2)
    if second == "infinite":
        return NAN if infinite else scale.second_at_infinity
    if second == "zero" or first == "infinite" or infinite:
        return -INF

    def limit_of_small_first_scale() -> Balls:
        m, chain = arb(mu1) - arb(mu2), scale.chain(arb(s2))
        mean_term = m * m / scale.variance(arb(s2)) * chain
        return (chain - mean_term,), {0: (chain, mean_term)}

    return tight(limit_of_small_first_scale)[0]
