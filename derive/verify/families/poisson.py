"""Poisson distributions: KL(Poisson(rate1) ‖ Poisson(rate2)).

    value = rate1 log(rate1/rate2) + rate2 - rate1     d_rate1 = log(rate1/rate2)     d_rate2 = (rate2 - rate1)/rate2

Special arguments: rate1 = 0 leaves the point mass at 0, whose divergence is rate2, and 0 where rate2 = 0 too; rate2 = 0
below rate1 makes it infinite, and so does one infinite rate. With both infinite there is no limit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from flint import arb
from mpmath import mp

from derive.verify.families.balls import exp
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


def rate(rate1: arb, rate2: arb) -> Balls:
    """Value and gradient in the rates."""
    logarithm = (rate1 / rate2).log()
    return (rate1 * logarithm + rate2 - rate1, logarithm, (rate2 - rate1) / rate2), {}


def rate_special(arguments: Sequence[float], tight: Tight) -> tuple[Exact, ...] | None:
    """The limits where there are ones; None at an ordinary point."""
    rate1, rate2 = arguments
    if all(0.0 < a < INF for a in arguments):
        return None
    if not all(a >= 0.0 for a in arguments) or rate1 == rate2 == INF:
        return (NAN,) * 3
    if rate1 == rate2:
        return tight(lambda: ((arb(0),), {}))[0], NAN, NAN
    value: Exact = INF if rate1 > 0.0 or rate2 == INF else tight(lambda: ((arb(rate2),), {}))[0]
    return value, INF if rate1 > rate2 else -INF, -INF if rate1 > rate2 else 1.0


def lograte(lograte1: arb, lograte2: arb) -> Balls:
    """Value and gradient in the logarithms of the rates; the larger rate is taken out of the differences."""
    difference = lograte1 - lograte2
    larger = exp(lograte1 if difference > 0 else lograte2)
    first, second = (arb(1), exp(-difference)) if difference > 0 else (exp(difference), arb(1))
    value = first * difference + (second - first)
    return (larger * value, exp(lograte1) * difference, larger * (second - first)), {}


def lograte_special(arguments: Sequence[float], tight: Tight) -> tuple[Exact, ...] | None:
    """The limits where there are ones; None at an ordinary point."""
    lograte1, lograte2 = arguments
    if all(map(math.isfinite, arguments)):
        return None
    if any(map(math.isnan, arguments)) or lograte1 == lograte2 == INF:
        return (NAN,) * 3
    if lograte1 == lograte2:
        return 0.0, NAN, 0.0  # exp(x) (x - y) is anything
    if lograte1 == -INF:
        rate2: Exact = INF if lograte2 == INF else tight(lambda: ((exp(arb(lograte2)),), {}))[0]
        return rate2, NAN if lograte2 == INF else 0.0, rate2
    if lograte2 == INF:
        return INF, -INF, INF
    less: Exact = -INF if lograte1 == INF else tight(lambda: ((-exp(arb(lograte1)),), {}))[0]
    return INF, INF, less


# --- the sum that defines it -----------------------------------------------------------------------------------------

#: A parameter s -> the rate and d(rate)/ds.
Rate = Callable[[Number], tuple[Number, Number]]


def of_rate(s: Number) -> tuple[Number, Number]:
    return s, mp.mpf(1)


def of_lograte(s: Number) -> tuple[Number, Number]:
    return mp.exp(s), mp.exp(s)


def numbers(rate: Number, digits: int) -> range:
    """The n outside of which the probabilities, times n^2 and over the smaller of rate and 1, are below 10^-digits.

    Beyond rate + d either way the tail is below exp(-d^2/(2 (rate + d/3))), by Bernstein's inequality; the factor is
    met by the digits that it has.
    """
    spare = 2 * mp.log10(rate + 10) - mp.log10(min(rate, mp.mpf(1))) + 5
    size = (digits + spare) * mp.log(10)
    reach = size / 3 + mp.sqrt(size * size / 9 + 2 * size * rate)
    return range(max(0, int(mp.floor(rate - reach))), int(mp.ceil(rate + reach)) + 2)


def definition(to_rate: Rate) -> Definition:
    """Over n = 0, 1, 2, ..."""

    def density(member: Sequence[Number]) -> Density:
        (s,) = member
        rate, slope = to_rate(s)
        constant = mp.log(rate)

        def log_probability_and_scores(n: Number) -> tuple[Number, tuple[Number, ...]]:
            return n * constant - rate - mp.loggamma(n + 1), ((n / rate - 1) * slope,)

        return log_probability_and_scores

    def nodes(first: Sequence[Number], second: Sequence[Number], digits: int) -> tuple[list[Number], list[Number]]:
        found = numbers(to_rate(first[0])[0], digits)
        return [mp.mpf(n) for n in found], [mp.mpf(1)] * len(found)

    def table() -> Iterator[tuple[float, ...]]:
        return rows(to_rate is of_lograte)

    return Definition(density, nodes, table)


def rows(logarithms: bool) -> Iterator[tuple[float, ...]]:
    """Ordinary, near-equal, far apart, rates up to a thousand; the first row of every kind comes first."""
    rng = np.random.default_rng([23, 1])
    for index in range(POINTS):
        base = float(rng.uniform(-3.0, 3.0) if index % 4 else rng.uniform(-9.0, 7.0))
        gap = float((rng.uniform(-1.0, 1.0), rng.uniform(-34.0, -2.0), rng.uniform(-12.0, 4.0))[index % 3])
        gap = math.copysign(math.exp(gap), rng.random() - 0.5) if index % 3 == 1 else gap
        first, second = (x if logarithms else math.exp(x) for x in (base + gap, base))
        yield (first if first != second else math.nextafter(second, INF)), second


def _parameters(name: str, kind: Kind) -> tuple[Parameter, ...]:
    return Parameter(f"{name}1", kind), Parameter(f"{name}2", kind)


FAMILY = Family(
    "poisson",
    "Csiszar and Shields, Information Theory and Statistics: A Tutorial, 2004",
    (
        Subject(
            "kl_poisson_rate",
            _parameters("rate", Kind.POSITIVE),
            rate,
            rate_special,
            positive_pair,
            (1.0, 1.0),
            (1.5, 1.0),
            definition(of_rate),
        ),
        Subject(
            "kl_poisson_lograte",
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
