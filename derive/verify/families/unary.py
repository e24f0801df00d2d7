"""The two functions that carry the divergences: expm1mx(x) = exp(x) - 1 - x and log1pmx(x) = log(1 + x) - x."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from flint import arb
from numpy.random import Generator

from derive.verify.families.balls import exp
from derive.verify.families.record import Balls, Family, Kind, Parameter, Subject, Tight
from derive.verify.points.draw import (
    LN2,
    Doubles,
    boundaries,
    choose,
    every_exponent,
    nudged,
    signed,
    thresholds,
    uniform,
)
from derive.verify.ulp import Exact, Precision

NAN, INF = math.nan, math.inf


def _sample_expm1mx(rng: Generator, count: int, precision: Precision) -> tuple[Doubles, ...]:
    top = precision.most * LN2
    strategies = (
        uniform(rng, -1.0, 1.0),
        signed(rng, 1e-20, 1.0),
        every_exponent(rng, precision),
        uniform(rng, -40.0, 40.0),
        uniform(rng, -1.05 * top, 1.05 * top),
        boundaries(rng, precision),
        thresholds(rng, precision, 1.0),
        lambda n: nudged(rng, np.copysign(np.exp2(rng.integers(-64, 11, n) / 2.0), rng.random(n) - 0.5), precision),
    )
    return (choose(rng, count, strategies),)


def _sample_log1pmx(rng: Generator, count: int, precision: Precision) -> tuple[Doubles, ...]:
    strategies = (
        uniform(rng, -1.0, 1.0),
        uniform(rng, -0.3, 0.5),
        signed(rng, 1e-20, 0.9),
        lambda n: np.abs(every_exponent(rng, precision)(n)),
        lambda n: -np.abs(signed(rng, precision.smallest, 0.9)(n)),
        lambda n: -1.0 + np.abs(signed(rng, 2.0**-54, 0.5)(n)),
        lambda n: np.abs(signed(rng, 1.0, 1e6)(n)),
        lambda n: nudged(rng, np.exp2(rng.integers(-16, 17, n) / 2.0) - 1.0, precision),
        lambda n: nudged(rng, -np.exp2(rng.integers(-64, 0, n) / 2.0), precision),
    )
    return (np.maximum(choose(rng, count, strategies), -1.0),)


def _expm1mx(x: arb) -> Balls:
    return (exp(x) - 1 - x,), {}


def _log1pmx(x: arb) -> Balls:
    return ((1 + x).log() - x,), {}


def _special_expm1mx(arguments: Sequence[float], tight: Tight) -> tuple[Exact, ...] | None:
    (x,) = arguments
    return None if math.isfinite(x) else (x + INF if x != -INF else INF,)


def _special_log1pmx(arguments: Sequence[float], tight: Tight) -> tuple[Exact, ...] | None:
    (x,) = arguments
    if math.isfinite(x) and x > -1.0:
        return None
    return (-INF if x in (-1.0, INF) else NAN,)


_X = (Parameter("x", Kind.REAL),)

FAMILY = Family(
    "unary",
    "their definitions",
    (
        Subject("expm1mx", _X, _expm1mx, _special_expm1mx, _sample_expm1mx, (0.0,), (0.75,)),
        Subject("log1pmx", _X, _log1pmx, _special_log1pmx, _sample_log1pmx, (0.0,), (0.75,)),
    ),
    correctly_rounded=("expm1mx", "log1pmx"),
)
