"""What the functions return at special arguments: the accuracy contract's table, row by row.

A scale is *zero* (0 for std and var, -inf for logstd and logvar), *infinite* or *ordinary*; a limit is that of the
formula as the arguments approach the point from inside the domain, and NaN where that depends on the way. With c =
d(log sigma)/ds:

    unit      d_mu = mu                   d_s = (v - 1) c
    normal    d_mu1 = -d_mu2 = m/v2       d_s1 = (R - 1) c1      d_s2 = -((R - 1) + W) c2
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from flint import arb

from derive.verify.families.scales import SCALE
from derive.verify.functions import LOG_SCALES, Family
from derive.verify.ulp import Exact

Balls = tuple[tuple[arb, ...], tuple[arb, ...]]

#: Evaluates balls (outputs, and the parts that set the unit of the last one) until they are tight.
Tight = Callable[[Callable[[], Balls]], tuple[Exact, ...]]

NAN, INF = math.nan, math.inf


def is_special(family: Family, arguments: Sequence[float]) -> bool:
    """Whether the point lies outside the domain of the closed form: non-finite, a scale not positive, x <= -1."""
    if not all(math.isfinite(a) for a in arguments):
        return True
    if family.name == "log1pmx":
        return arguments[0] <= -1.0
    return bool(family.pair) and family.scale not in LOG_SCALES and any(s <= 0.0 for s in arguments[1::2])


def special_values(family: Family, arguments: Sequence[float], tight: Tight) -> tuple[Exact, ...]:
    """Value and gradient at a special point; ``tight`` evaluates what of it is an ordinary number."""
    if not family.pair:
        return (_unary(family.name, arguments[0]),)
    undefined = any(math.isnan(a) for a in arguments) or (
        family.scale not in LOG_SCALES and any(s < 0.0 for s in arguments[1::2])
    )
    if undefined:
        return (NAN,) * len(family.outputs)
    if family.pair == "unit":
        return (INF, arguments[0], _unit_scale(family.scale, arguments[1], tight))
    return _normal(family.scale, arguments, tight)


def _unary(name: str, x: float) -> float:
    if name == "expm1mx":
        return NAN if math.isnan(x) else INF
    return -INF if x in (-1.0, INF) else NAN


def _state(scale: str, s: float) -> str:
    if s == INF:
        return "infinite"
    return "zero" if s == (-INF if scale in LOG_SCALES else 0.0) else "ordinary"


def _unit_scale(scale: str, s: float, tight: Tight) -> Exact:
    state = _state(scale, s)
    if state == "zero":
        return {"std": -INF, "var": -INF, "logstd": -1.0, "logvar": -0.5}[scale]
    if state == "infinite":
        return 0.5 if scale == "var" else INF
    form = SCALE[scale]
    return tight(lambda: (((form.variance(arb(s)) - 1) * form.chain(arb(s)),), ()))[0]


def _normal(scale: str, arguments: Sequence[float], tight: Tight) -> tuple[Exact, ...]:
    mu1, s1, mu2, s2 = arguments
    first, second = _state(scale, s1), _state(scale, s2)
    if (first == second != "ordinary") or (mu1 == mu2 and math.isinf(mu1)):
        return (NAN,) * 5
    d_mu1, d_mu2 = _normal_means(scale, mu1, mu2, s2, tight)
    return (INF, d_mu1, _first_scale(scale, s1, s2, tight), d_mu2, _second_scale(scale, arguments, tight))


def _normal_means(scale: str, mu1: float, mu2: float, s2: float, tight: Tight) -> tuple[Exact, Exact]:
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
    form = SCALE[scale]

    def slope() -> Balls:
        quotient = (arb(mu1) - arb(mu2)) / form.variance(arb(s2))
        return (quotient, -quotient), ()

    d_mu1, d_mu2 = tight(slope)
    return d_mu1, d_mu2


def _first_scale(scale: str, s1: float, s2: float, tight: Tight) -> Exact:
    """(R - 1) c1."""
    first, second, form = _state(scale, s1), _state(scale, s2), SCALE[scale]
    if first == "zero":
        return {"std": -INF, "var": -INF, "logstd": -1.0, "logvar": -0.5}[scale]
    if second == "zero":
        return INF
    if first == "infinite":
        return tight(lambda: ((1 / (2 * arb(s2)),), ()))[0] if scale == "var" else INF
    if second == "infinite":
        return tight(lambda: ((-form.chain(arb(s1)),), ()))[0]
    return tight(lambda: (((form.variance_ratio(arb(s1), arb(s2)) - 1) * form.chain(arb(s1)),), ()))[0]


def _second_scale(scale: str, arguments: Sequence[float], tight: Tight) -> Exact:
    """-((R - 1) + W) c2; R and W are never negative, so one infinite term decides."""
    mu1, s1, mu2, s2 = arguments
    first, second, form = _state(scale, s1), _state(scale, s2), SCALE[scale]
    infinite = math.isinf(mu1) or math.isinf(mu2)
    if second == "infinite":
        return NAN if infinite else {"std": 0.0, "var": 0.0, "logstd": 1.0, "logvar": 0.5}[scale]
    if second == "zero" or first == "infinite" or infinite:
        return -INF

    def limit_of_small_first_scale() -> Balls:
        m, chain = arb(mu1) - arb(mu2), form.chain(arb(s2))
        mean_term = m * m / form.variance(arb(s2)) * chain
        return (chain - mean_term,), (chain, mean_term)

    return tight(limit_of_small_first_scale)[0]
