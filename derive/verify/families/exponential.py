"""Exponential distributions: KL(Exp(rate1) ‖ Exp(rate2)), with k = rate2/rate1:

    value = k - 1 - log k         d_rate1 = (1 - k)/rate1         d_rate2 = (k - 1)/rate2

In means k = mean1/mean2, so that the two parameters change places; in logarithms k = exp(lograte2 - lograte1).

Special arguments: a parameter is *zero* (0, or -inf for a logarithm), *infinite* or *ordinary*. The value is infinite
where one of them is not ordinary, and NaN where both are zero or both infinite, where it depends on the way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from flint import arb
from mpmath import mp

from derive.verify.families.balls import exp
from derive.verify.families.quadrature import half_line
from derive.verify.families.record import (
    POINTS,
    Balls,
    Definition,
    Density,
    Family,
    Kind,
    Number,
    Parameter,
    Subject,
    Tight,
)
from derive.verify.points.pairs import logarithm_pair, positive_pair
from derive.verify.ulp import Exact

NAN, INF = math.nan, math.inf


# --- rates -----------------------------------------------------------------------------------------------------------


def rate(rate1: arb, rate2: arb) -> Balls:
    """Value and gradient in the rates."""
    k = rate2 / rate1
    return (k - 1 - k.log(), (rate1 - rate2) / rate1**2, (rate2 - rate1) / (rate1 * rate2)), {}


def rate_special(arguments: Sequence[float], tight: Tight) -> tuple[Exact, ...] | None:
    """The limits where there are ones; None at an ordinary point."""
    rate1, rate2 = arguments
    if all(0.0 < a < INF for a in arguments):
        return None
    if not all(a >= 0.0 for a in arguments) or rate1 == rate2:
        return (NAN,) * 3
    return INF, _by_first(rate1, rate2, tight), _by_second(rate1, rate2, tight)


def _by_first(rate1: float, rate2: float, tight: Tight) -> Exact:
    """1/rate1 - rate2/rate1^2, of which the second term is the larger one at 0."""
    if rate1 == 0.0 or (rate2 == INF and rate1 < INF):
        return -INF
    return 0.0 if rate1 == INF else tight(lambda: ((1 / arb(rate1),), {}))[0]


def _by_second(rate1: float, rate2: float, tight: Tight) -> Exact:
    """1/rate1 - 1/rate2."""
    if rate1 == 0.0 or rate2 == 0.0:
        return INF if rate1 == 0.0 else -INF
    if rate2 == INF:
        return tight(lambda: ((1 / arb(rate1),), {}))[0]
    return tight(lambda: ((-1 / arb(rate2),), {}))[0]


# --- means, logarithms -----------------------------------------------------------------------------------------------


def mean(mean1: arb, mean2: arb) -> Balls:
    """Value and gradient in the means."""
    k = mean1 / mean2
    return (k - 1 - k.log(), (mean1 - mean2) / (mean1 * mean2), (mean2 - mean1) / mean2**2), {}


def mean_special(arguments: Sequence[float], tight: Tight) -> tuple[Exact, ...] | None:
    """As for the rates, in the other order."""
    found = rate_special(arguments[::-1], tight)
    return None if found is None else (found[0], found[2], found[1])


def lograte(lograte1: arb, lograte2: arb) -> Balls:
    """Value and gradient in the logarithms of the rates."""
    k = exp(lograte2 - lograte1)
    return (k - 1 - (lograte2 - lograte1), 1 - k, k - 1), {}


def lograte_special(arguments: Sequence[float], tight: Tight) -> tuple[Exact, ...] | None:
    """The limits where there are ones; None at an ordinary point."""
    lograte1, lograte2 = arguments
    if all(map(math.isfinite, arguments)):
        return None
    if any(map(math.isnan, arguments)) or lograte1 == lograte2:
        return (NAN,) * 3
    slope = INF if lograte2 > lograte1 else -1.0
    return INF, -slope, slope


# --- the integral that defines it ------------------------------------------------------------------------------------


#: A parameter s -> the rate and d(rate)/ds.
Rate = Callable[[Number], tuple[Number, Number]]


def of_rate(s: Number) -> tuple[Number, Number]:
    return s, mp.mpf(1)


def of_mean(s: Number) -> tuple[Number, Number]:
    return 1 / s, -1 / s**2


def of_lograte(s: Number) -> tuple[Number, Number]:
    return mp.exp(s), mp.exp(s)


def definition(to_rate: Rate) -> Definition:
    """Over x = t/rate1 > 0."""

    def density(member: Sequence[Number]) -> Density:
        (s,) = member
        rate, slope = to_rate(s)
        constant, mean = mp.log(rate), 1 / rate

        def log_density_and_scores(x: Number) -> tuple[Number, tuple[Number, ...]]:
            return constant - rate * x, ((mean - x) * slope,)

        return log_density_and_scores

    def nodes(first: Sequence[Number], second: Sequence[Number], digits: int) -> tuple[list[Number], list[Number]]:
        mean = 1 / to_rate(first[0])[0]
        points, weights = half_line(digits)
        return [mean * t for t in points], [mean * w for w in weights]

    def table() -> Iterator[tuple[float, ...]]:
        return rows(to_rate)

    return Definition(density, nodes, table)


def rows(to_rate: Rate) -> Iterator[tuple[float, ...]]:
    """Ordinary, near-equal, far apart; the first row of every kind comes first."""
    rng = np.random.default_rng([19, 1])
    for index in range(POINTS):
        base = float(rng.uniform(-3.0, 3.0))
        gap = float((rng.uniform(-3.0, 3.0), rng.uniform(-34.0, -2.0), rng.uniform(-20.0, 20.0))[index % 3])
        gap = math.copysign(math.exp(gap), rng.random() - 0.5) if index % 3 == 1 else gap
        first, second = (_parameter(to_rate, logarithm) for logarithm in (base + gap, base))
        yield (first if first != second else math.nextafter(second, INF)), second


def _parameter(to_rate: Rate, logarithm: float) -> float:
    """The parameter whose rate has about this logarithm."""
    if to_rate is of_lograte:
        return logarithm
    return math.exp(logarithm if to_rate is of_rate else -logarithm)


def _parameters(name: str, kind: Kind) -> tuple[Parameter, ...]:
    return Parameter(f"{name}1", kind), Parameter(f"{name}2", kind)


FAMILY = Family(
    "exponential",
    "Cover and Thomas, Elements of Information Theory, 2006",
    (
        Subject(
            "kl_exponential_rate",
            _parameters("rate", Kind.POSITIVE),
            rate,
            rate_special,
            positive_pair,
            (1.0, 1.0),
            (1.5, 1.0),
            definition(of_rate),
        ),
        Subject(
            "kl_exponential_mean",
            _parameters("mean", Kind.POSITIVE),
            mean,
            mean_special,
            positive_pair,
            (1.0, 1.0),
            (1.5, 1.0),
            definition(of_mean),
        ),
        Subject(
            "kl_exponential_lograte",
            _parameters("lograte", Kind.LOGARITHM),
            lograte,
            lograte_special,
            logarithm_pair,
            (0.0, 0.0),
            (0.5, 0.0),
            definition(of_lograte),
        ),
    ),
)
