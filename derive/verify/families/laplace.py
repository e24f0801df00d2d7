"""Laplace distributions: KL(Laplace(mu1, b1) ‖ Laplace(mu2, b2)), with m = mu1 - mu2, r = b1/b2 and d = |m|/b1:

    value = r (d + exp(-d)) - 1 - log r
    d_mu1 = -d_mu2 = sign(m) (1 - exp(-d))/b2, 0 at m = 0
    d_b1 = ((r - 1) - r (1 - (1 + d) exp(-d)))/b1        d_b2 = -((r - 1) + r (exp(-d) - 1 + d))/b2

and for logarithms of the scales without the divisors b1 and b2 of the last two. These change sign on a surface, and are
measured in ulp of the larger of their two parts.

Special arguments: a scale is *zero* (0, or -inf for a logarithm), *infinite* or *ordinary*. A limit is that of the
formula as the arguments approach the point from inside the domain, and NaN where that depends on the way.

Source: Gil, Alajaji and Linder, Renyi divergence measures for commonly used univariate continuous distributions, 2013.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from flint import arb
from mpmath import mp
from numpy.random import Generator

from derive.verify.families.balls import EXPONENT_LIMIT, exp
from derive.verify.families.quadrature import half_line, interval
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
from derive.verify.points.draw import Doubles, choose, every_exponent, finite, signed, uniform
from derive.verify.points.pairs import logarithm_pair, positive_pair
from derive.verify.ulp import Exact, Precision

NAN, INF = math.nan, math.inf


@dataclass(frozen=True)
class Scale:
    """A parameterisation of b: b itself, or its logarithm."""

    name: str
    letter: str
    logarithm: bool

    @property
    def zero(self) -> float:
        return -INF if self.logarithm else 0.0

    @property
    def one(self) -> float:
        return 0.0 if self.logarithm else 1.0

    @property
    def kind(self) -> Kind:
        return Kind.LOGARITHM if self.logarithm else Kind.POSITIVE

    def b(self, s: arb) -> arb:
        return exp(s) if self.logarithm else s

    def log_ratio(self, first: arb, second: arb) -> arb:
        return first - second if self.logarithm else (first / second).log()

    def ratio(self, first: arb, second: arb) -> arb:
        return exp(first - second) if self.logarithm else first / second

    def over(self, value: arb, s: arb) -> arb:
        """The derivative by s of a function of log b with that slope."""
        return value if self.logarithm else value / s


SCALES = (Scale("scale", "b", False), Scale("logscale", "logb", True))


def balls(scale: Scale, mu1: arb, s1: arb, mu2: arb, s2: arb) -> Balls:
    """Value and gradient at an ordinary point."""
    m, r = mu1 - mu2, scale.ratio(s1, s2)
    d = abs(m) / scale.b(s1)
    tail = exp(-d) if d < EXPONENT_LIMIT else arb(0)  # beside r d and 1 it is nothing, whatever multiplies it
    slope = (m.sgn() - m.sgn() * tail) / scale.b(s2)
    # r d and r exp(-d) by themselves: d may be beyond every format where b1 is small, and r then below
    distance, mass = abs(m) / scale.b(s2), r * tail
    left = mass + distance * tail
    less, more = r - left, mass - r + distance
    value = distance + mass - 1 - scale.log_ratio(s1, s2)
    parts = {2: (scale.over(r - 1, s1), scale.over(less, s1)), 4: (scale.over(r - 1, s2), scale.over(more, s2))}
    # not the difference of the parts: both may be beyond every number of bits where it is -1
    return (value, slope, scale.over(left - 1, s1), -slope, -(parts[4][0] + parts[4][1])), parts


# --- special arguments ------------------------------------------------------------------------------------------------


def special(scale: Scale, arguments: Sequence[float], tight: Tight) -> tuple[Exact, ...] | None:
    """The limits where there are ones; None at an ordinary point."""
    mu1, s1, mu2, s2 = arguments
    if all(map(math.isfinite, arguments)) and (scale.logarithm or min(s1, s2) > 0.0):
        return None
    negative = not scale.logarithm and min(s1, s2) < 0.0
    first, second = _state(scale, s1), _state(scale, s2)
    same = first == second != "ordinary" or (mu1 == mu2 and math.isinf(mu1))
    if any(map(math.isnan, arguments)) or negative or same:
        return (NAN,) * 5
    at = _Point(scale, mu1, s1, mu2, s2, tight)
    slope = at.by_location()
    opposite = slope._replace(mantissa=-slope.mantissa) if not isinstance(slope, float) else -slope
    return INF, slope, at.by_first(), opposite, at.by_second()


def _state(scale: Scale, s: float) -> str:
    return "infinite" if s == INF else "zero" if s == scale.zero else "ordinary"


@dataclass(frozen=True)
class _Point:
    """A point at which the value is infinite."""

    scale: Scale
    mu1: float
    s1: float
    mu2: float
    s2: float
    tight: Tight

    @property
    def far(self) -> bool:
        """Whether the locations are infinitely far apart."""
        return math.isinf(self.mu1) or math.isinf(self.mu2)

    @property
    def states(self) -> tuple[str, str]:
        return _state(self.scale, self.s1), _state(self.scale, self.s2)

    def by_location(self) -> Exact:
        """sign(m) (1 - exp(-d))/b2."""
        first, second = self.states
        sign = int(self.mu1 > self.mu2) - int(self.mu1 < self.mu2)
        if second == "infinite":
            return 0.0
        if first == "infinite":
            return 0.0 if second == "ordinary" and not self.far else NAN
        if sign == 0 and (first == "zero" or second == "zero"):
            return NAN
        if second == "zero":
            return sign * INF
        return self.tight(lambda: ((sign / self.scale.b(arb(self.s2)),), {}))[0]

    def by_first(self) -> Exact:
        """(1 + d) exp(-d)/b2 - 1/b1, times b1 for logarithms: between the two, as d is."""
        first, second = self.states
        if first == "zero":
            return -1.0 if self.scale.logarithm else -INF
        if second == "infinite":
            return self.tight(lambda: ((self.scale.over(arb(-1), arb(self.s1)),), {}))[0]
        if self.far and (first == "infinite" or second == "zero"):
            return NAN
        if second == "zero" or (first == "infinite" and self.scale.logarithm):
            return INF
        if first == "infinite":
            return self.tight(lambda: ((1 / arb(self.s2),), {}))[0]

        def of_the_far() -> Balls:
            s1, s2 = arb(self.s1), arb(self.s2)
            r = self.scale.ratio(s1, s2)
            parts = self.scale.over(r - 1, s1), self.scale.over(r, s1)
            return (self.scale.over(arb(-1), s1),), {0: parts}

        return self.tight(of_the_far)[0]

    def by_second(self) -> Exact:
        """(1 - (|m| + b1 exp(-d))/b2)/b2, times b2 for logarithms."""
        first, second = self.states
        if second == "infinite":
            return NAN if self.far else 1.0 if self.scale.logarithm else 0.0
        if second == "zero" or first == "infinite" or self.far:
            return -INF

        def of_a_point_mass() -> Balls:
            s2 = arb(self.s2)
            one, distance = arb(1), abs(arb(self.mu1) - arb(self.mu2)) / self.scale.b(s2)
            parts = self.scale.over(one, s2), self.scale.over(distance, s2)
            return (parts[0] - parts[1],), {0: parts}

        return self.tight(of_a_point_mass)[0]


# --- points -----------------------------------------------------------------------------------------------------------


def sample(scale: Scale, rng: Generator, count: int, precision: Precision) -> tuple[Doubles, ...]:
    """Scales in pairs; locations apart by d b1, d from 0 to beyond the format, and near the surfaces of zero slope."""
    pair = logarithm_pair if scale.logarithm else positive_pair
    s1, s2 = pair(rng, count, precision)
    b1, b2 = (np.exp(s1), np.exp(s2)) if scale.logarithm else (s1, s2)
    gap = choose(
        rng,
        count,
        (
            lambda n: np.zeros(n),
            lambda n: b1 * signed(rng, 1e-18, 1.0)(n),
            lambda n: b1 * uniform(rng, -40.0, 40.0)(n),
            lambda n: b1 * signed(rng, 1.0, 1e4)(n),
            lambda n: b2 * signed(rng, 1e-3, 1e3)(n),
            lambda n: (b2 - b1) * (1.0 + signed(rng, 1e-16, 1e-1)(n)),
            lambda n: np.sqrt(2.0 * np.abs(b2 - b1)) * np.sqrt(b1) * (1.0 + signed(rng, 1e-16, 1e-1)(n)),
            every_exponent(rng, precision),
        ),
    )
    gap = finite(gap, precision).astype(np.float64)
    mu2 = choose(
        rng,
        count,
        (
            lambda n: np.zeros(n),
            lambda n: gap * uniform(rng, -2.0, 2.0)(n),
            uniform(rng, -4.0, 4.0),
            every_exponent(rng, precision),
        ),
    )
    return mu2 + gap, s1, mu2, s2


# --- the integral that defines it -------------------------------------------------------------------------------------


def definition(scale: Scale) -> Definition:
    """Past the corners of the two densities: beyond both locations and between them."""
    return Definition(partial(density, scale), partial(nodes, scale), partial(table, scale), spare=partial(lost, scale))


def _width(scale: Scale, s: Number) -> tuple[Number, Number]:
    """b and db/ds."""
    return (mp.exp(s), mp.exp(s)) if scale.logarithm else (s, mp.mpf(1))


def density(scale: Scale, member: Sequence[Number]) -> Density:
    mu, s = member
    b, slope = _width(scale, s)
    constant = -mp.log(2 * b)

    def log_density_and_scores(x: Number) -> tuple[Number, tuple[Number, ...]]:
        t = (x - mu) / b
        return constant - abs(t), (mp.sign(t) / b, (abs(t) - 1) / b * slope)

    return log_density_and_scores


def nodes(
    scale: Scale, first: Sequence[Number], second: Sequence[Number], digits: int
) -> tuple[list[Number], list[Number]]:
    """Half-lines beyond the locations, and the interval between them as far as the first density reaches into it."""
    mu1, b1 = first[0], _width(scale, first[1])[0]
    gap = second[0] - mu1
    towards = -1 if gap < 0 else 1
    reach = (digits + 12) * mp.log(10)
    distance = abs(gap) / b1
    beyond, weights = half_line(digits)
    xs = [mu1 - towards * b1 * t for t in beyond]
    ws = [b1 * w for w in weights]
    length = min(distance, reach)
    if length:
        inside, inner = interval(digits, length)
        xs += [mu1 + towards * b1 * length * t for t in inside]
        ws += [b1 * length * w for w in inner]
    if distance < reach:
        xs += [second[0] + towards * b1 * t for t in beyond]
        ws += [b1 * w for w in weights]
    return xs, ws


def lost(scale: Scale, first: Sequence[Number], second: Sequence[Number]) -> int:
    """Digits of the distances from the locations that x loses, because the densities see x alone."""
    (mu1, s1), (mu2, s2) = first, second
    apart = abs(mu1 - mu2)
    smallest = min(_width(scale, s1)[0], _width(scale, s2)[0], *([apart] if apart else []))
    return 12 + max(0, int(mp.ceil(mp.log10((abs(mu1) + abs(mu2)) / smallest + 1))))


def table(scale: Scale) -> Iterator[tuple[float, ...]]:
    """Ordinary, near-equal, far apart; the first row of every kind comes first."""
    rng = np.random.default_rng([29, 1])
    for index in range(POINTS):
        base = float(rng.uniform(-2.0, 2.0))
        wide = (rng.uniform(-2.0, 2.0), rng.uniform(-34.0, -2.0), rng.uniform(-12.0, 12.0))[index % 3]
        wide = math.copysign(math.exp(wide), rng.random() - 0.5) if index % 3 == 1 else wide
        d = (rng.uniform(-4.0, 4.0), math.exp(rng.uniform(-34.0, -2.0)), rng.uniform(-60.0, 60.0))[index % 3]
        mu2 = float(rng.uniform(-2.0, 2.0))
        mu1 = mu2 + float(d) * math.exp(base + wide)
        s1, s2 = (x if scale.logarithm else math.exp(x) for x in (float(base + wide), base))
        yield (
            mu1 if mu1 != mu2 else math.nextafter(mu2, INF),
            s1 if s1 != s2 else math.nextafter(s2, INF),
            mu2,
            s2,
        )


def _subject(scale: Scale) -> Subject:
    parameters = [(Parameter(f"mu{i}", Kind.REAL), Parameter(f"{scale.letter}{i}", scale.kind)) for i in (1, 2)]
    return Subject(
        f"kl_laplace_{scale.name}",
        tuple(parameter for pair in parameters for parameter in pair),
        partial(balls, scale),
        partial(special, scale),
        partial(sample, scale),
        (0.0, scale.one, 0.0, scale.one),
        (0.75, scale.one, 0.0, scale.one),
        definition(scale),
    )


FAMILY = Family("laplace", "Gil, Alajaji and Linder, 2013", tuple(map(_subject, SCALES)))
