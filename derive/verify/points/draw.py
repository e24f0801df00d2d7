"""Ways to draw arguments where kernels go wrong: each is a strategy of one argument.

- near the optimum and near-equal pairs: differences of a few ulp up to 1, log-uniform
- ordinary values, as a network produces them
- the whole exponent range of the format, subnormals included
- thresholds where a square, an exponential or their sum reaches the largest or the smallest float
- regime boundaries: multiples of ln 2 / 2 and powers of sqrt 2, and a few ulp around each
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from derive.verify.ulp import FloatArray, Precision

Doubles = NDArray[np.float64]
LN2 = math.log(2.0)


def finite(column: FloatArray, precision: Precision) -> FloatArray:
    """In the format's type, NaN as 1 and infinities as the largest float: special values have a set of their own."""
    with np.errstate(over="ignore", under="ignore"):
        return np.nan_to_num(column.astype(precision.dtype), nan=1.0).astype(precision.dtype)


def choose(rng: Generator, count: int, strategies: Sequence[Callable[[int], Any]]) -> Doubles:
    """Each point from a strategy drawn with equal odds."""
    chosen = rng.integers(0, len(strategies), count)
    return np.choose(chosen, [np.asarray(strategy(count), np.float64) for strategy in strategies])


def uniform(rng: Generator, low: float, high: float) -> Callable[[int], Doubles]:
    return lambda count: low + (high - low) * rng.random(count)


def signed(rng: Generator, low: float, high: float) -> Callable[[int], Doubles]:
    """Log-uniform absolute value, either sign."""
    span = math.log2(high / low)
    return lambda count: np.copysign(low * np.exp2(span * rng.random(count)), rng.random(count) - 0.5)


def every_exponent(rng: Generator, precision: Precision) -> Callable[[int], Doubles]:
    """Either sign, the exponent uniform over the format, subnormals included."""

    def draw(count: int) -> Doubles:
        exponent = rng.integers(precision.least, precision.most, count)
        return np.copysign(np.ldexp(1.0 + rng.random(count), exponent), rng.random(count) - 0.5)

    return draw


def nudged(rng: Generator, values: Doubles, precision: Precision, most: int = 4) -> Doubles:
    """Moved by at most ``most`` ulp of the format."""
    rounded = values.astype(precision.dtype)
    steps = rng.integers(-most, most + 1, len(values))
    for step in range(1, most + 1):
        moved = np.nextafter(rounded, np.where(steps > 0, np.inf, -np.inf).astype(precision.dtype))
        rounded = np.where(np.abs(steps) >= step, moved, rounded)
    return rounded.astype(np.float64)


def boundaries(rng: Generator, precision: Precision) -> Callable[[int], Doubles]:
    """Multiples of ln 2 / 2, mostly small ones: a few ulp around each, and further out by up to a tenth."""

    def draw(count: int) -> Doubles:
        multiple = np.where(rng.random(count) < 0.7, rng.integers(-8, 9, count), rng.integers(-2200, 2201, count))
        near = multiple * (LN2 / 2) + np.where(rng.random(count) < 0.5, 0.0, signed(rng, 1e-12, 1e-1)(count))
        return nudged(rng, near, precision)

    return draw


def thresholds(rng: Generator, precision: Precision, power: float) -> Callable[[int], Doubles]:
    """Where exp(power * l), half or twice of it, reaches the largest or the smallest float, or its square root."""
    top, bottom = precision.most * LN2, precision.least * LN2
    edges = [(edge + shift * LN2) / power for edge in (top, bottom, top / 2, bottom / 2) for shift in (-1, 0, 1, 2)]

    def draw(count: int) -> Doubles:
        near = np.asarray(edges)[rng.integers(0, len(edges), count)]
        return nudged(
            rng, near * (1.0 + np.where(rng.random(count) < 0.5, 0.0, 1e-3 * (rng.random(count) - 0.5))), precision
        )

    return draw


def powers_of_two(rng: Generator, precision: Precision) -> Callable[[int], Doubles]:
    """±2^j down to the square root of the smallest subnormal: their squares are where roundings tie."""
    return lambda n: np.copysign(np.exp2(rng.integers(precision.least // 2 - 3, 1, n)), rng.random(n) - 0.5)
