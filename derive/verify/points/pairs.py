"""Pairs of scales where kernels go wrong: ordinary, near-equal down to an ulp, apart by the range of the format."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from derive.verify.points.draw import (
    LN2,
    Doubles,
    boundaries,
    choose,
    every_exponent,
    finite,
    nudged,
    powers_of_two,
    signed,
    thresholds,
    uniform,
)
from derive.verify.ulp import Precision


def positive_pair(rng: Generator, count: int, precision: Precision) -> tuple[Doubles, Doubles]:
    """Two positive numbers; a fifth of the second ones within a few ulp of a power of sqrt 2."""
    second = np.exp(choose(rng, count, _logarithms(rng, precision, precision.least * LN2)))
    second = np.maximum(finite(second, precision).astype(np.float64), precision.smallest)
    near = nudged(rng, np.exp2(np.round(2.0 * np.log2(second)) / 2.0), precision)
    second = np.where(rng.random(count) < 0.2, np.maximum(near, precision.smallest), second)
    first = finite(second * np.exp(_differences(rng, count, precision)), precision).astype(np.float64)
    first = nudged(rng, first, precision)
    return np.where(first > 0.0, first, precision.smallest), second


def logarithm_pair(rng: Generator, count: int, precision: Precision) -> tuple[Doubles, Doubles]:
    """Two real numbers whose exponentials are the scales."""
    second = choose(
        rng, count, [*_logarithms(rng, precision, -1.1 * precision.most * LN2), every_exponent(rng, precision)]
    )
    second = finite(second, precision).astype(np.float64)
    first = finite(second + _differences(rng, count, precision), precision).astype(np.float64)
    return nudged(rng, first, precision), second


def _logarithms(rng: Generator, precision: Precision, bottom: float) -> list[Callable[[int], Doubles]]:
    return [
        uniform(rng, -5.0, 5.0),
        signed(rng, 1e-18, 1.0),
        uniform(rng, bottom, 1.03 * precision.most * LN2),
        thresholds(rng, precision, 1.0),
        boundaries(rng, precision),
        uniform(rng, precision.least * LN2, (precision.least + 60) * LN2),
        lambda n: np.zeros(n),
    ]


def _differences(rng: Generator, count: int, precision: Precision) -> Doubles:
    """Of the logarithms."""
    top = precision.most * LN2
    return choose(
        rng,
        count,
        (
            lambda n: np.zeros(n),
            signed(rng, 1e-18, 1e-3),
            signed(rng, 1e-3, 1.0),
            powers_of_two(rng, precision),
            uniform(rng, -5.0, 5.0),
            uniform(rng, -2.2 * top, 1.05 * top),
            boundaries(rng, precision),
            thresholds(rng, precision, 1.0),
        ),
    )
