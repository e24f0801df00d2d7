"""The one sampler: arguments for every family, drawn from a seed, where kernels go wrong.

Scales are drawn as l, the logarithm of the parameter (so that one set of strategies serves all four scales), and every
strategy of one argument meets every strategy of the others. The strategies:

- near the optimum and near-equal pairs: differences of a few ulp up to 1, log-uniform
- ordinary values, as a network produces them
- the whole exponent range of the format, subnormals included; variances or ratios that no float holds
- thresholds where a square, an exponential or their sum reaches the largest or the smallest float
- regime boundaries: multiples of ln 2 / 2 and powers of sqrt 2, and a few ulp around each
- the surface (mu1-mu2)^2 + sigma1^2 = sigma2^2 on which the derivative in the second scale changes sign
- the cross product of special values (`special_points`)
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from derive.verify.functions import FAMILIES, LOG_SCALES, Family
from derive.verify.ulp import PRECISIONS, FloatArray, Precision

Doubles = NDArray[np.float64]
LN2 = math.log(2.0)

#: One sampler seed per campaign; another one is given by ``--seed``.
SEED = 20230


def points(family: Family, precision: Precision, count: int, seed: Sequence[int]) -> tuple[FloatArray, ...]:
    """``count`` points, one array per argument, in the format's type; the same for the same seed."""
    rng = np.random.default_rng([*seed, FAMILIES.index(family), PRECISIONS.index(precision)])
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        if not family.pair:
            columns: tuple[FloatArray, ...] = (_UNARY[family.name](rng, count, precision),)
        else:
            columns = (_unit if family.pair == "unit" else _normal)(rng, count, family, precision)
    return tuple(_finite(c, precision) for c in columns)


def special_points(family: Family, precision: Precision) -> tuple[FloatArray, ...]:
    """Cross product of the special values and one ordinary value of each sign."""
    tiny = precision.smallest
    one = (math.nan, -math.inf, -1.0, -0.0, 0.0, tiny, 1.0, 2.5, precision.largest, math.inf)
    values = {
        1: (*one, -2.0, -tiny, -precision.largest),
        2: (*one, -2.5),
        4: (math.nan, -math.inf, -1.0, 0.0, 2.5, math.inf),
    }
    rows = list(itertools.product(values[family.arity], repeat=family.arity))
    if family.arity == 4:
        rows += list(itertools.product((-0.0, tiny, 1.0, precision.largest, math.inf), repeat=4))
    return tuple(np.array(column, precision.dtype) for column in zip(*rows, strict=True))


def _finite(column: FloatArray, precision: Precision) -> FloatArray:
    """In the format's type, NaN as 1 and infinities as the largest float: special values have a set of their own."""
    with np.errstate(over="ignore", under="ignore"):
        return np.nan_to_num(column.astype(precision.dtype), nan=1.0).astype(precision.dtype)


def _choose(rng: Generator, count: int, strategies: Sequence[Callable[[int], Any]]) -> Doubles:
    """Each point from a strategy drawn with equal odds."""
    chosen = rng.integers(0, len(strategies), count)
    return np.choose(chosen, [np.asarray(strategy(count), np.float64) for strategy in strategies])


def _uniform(rng: Generator, low: float, high: float) -> Callable[[int], Doubles]:
    return lambda count: low + (high - low) * rng.random(count)


def _signed(rng: Generator, low: float, high: float) -> Callable[[int], Doubles]:
    """Log-uniform absolute value, either sign."""
    span = math.log2(high / low)
    return lambda count: np.copysign(low * np.exp2(span * rng.random(count)), rng.random(count) - 0.5)


def _every_exponent(rng: Generator, precision: Precision) -> Callable[[int], Doubles]:
    """Either sign, the exponent uniform over the format, subnormals included."""

    def draw(count: int) -> Doubles:
        exponent = rng.integers(precision.least, precision.most, count)
        return np.copysign(np.ldexp(1.0 + rng.random(count), exponent), rng.random(count) - 0.5)

    return draw


def _nudged(rng: Generator, values: Doubles, precision: Precision, most: int = 4) -> Doubles:
    """Moved by at most ``most`` ulp of the format."""
    rounded = values.astype(precision.dtype)
    steps = rng.integers(-most, most + 1, len(values))
    for step in range(1, most + 1):
        moved = np.nextafter(rounded, np.where(steps > 0, np.inf, -np.inf).astype(precision.dtype))
        rounded = np.where(np.abs(steps) >= step, moved, rounded)
    return rounded.astype(np.float64)


def _boundaries(rng: Generator, precision: Precision) -> Callable[[int], Doubles]:
    """Multiples of ln 2 / 2, mostly small ones: a few ulp around each, and further out by up to a tenth."""

    def draw(count: int) -> Doubles:
        multiple = np.where(rng.random(count) < 0.7, rng.integers(-8, 9, count), rng.integers(-2200, 2201, count))
        near = multiple * (LN2 / 2) + np.where(rng.random(count) < 0.5, 0.0, _signed(rng, 1e-12, 1e-1)(count))
        return _nudged(rng, near, precision)

    return draw


def _thresholds(rng: Generator, precision: Precision, power: float) -> Callable[[int], Doubles]:
    """Where exp(power * l), half or twice of it, reaches the largest or the smallest float, or its square root."""
    top, bottom = precision.most * LN2, precision.least * LN2
    edges = [(edge + shift * LN2) / power for edge in (top, bottom, top / 2, bottom / 2) for shift in (-1, 0, 1, 2)]

    def draw(count: int) -> Doubles:
        near = np.asarray(edges)[rng.integers(0, len(edges), count)]
        return _nudged(
            rng, near * (1.0 + np.where(rng.random(count) < 0.5, 0.0, 1e-3 * (rng.random(count) - 0.5))), precision
        )

    return draw


def _expm1mx(rng: Generator, count: int, precision: Precision) -> Doubles:
    top = precision.most * LN2
    strategies = (
        _uniform(rng, -1.0, 1.0),
        _signed(rng, 1e-20, 1.0),
        _every_exponent(rng, precision),
        _uniform(rng, -40.0, 40.0),
        _uniform(rng, -1.05 * top, 1.05 * top),
        _boundaries(rng, precision),
        _thresholds(rng, precision, 1.0),
        lambda n: _nudged(rng, np.copysign(np.exp2(rng.integers(-64, 11, n) / 2.0), rng.random(n) - 0.5), precision),
    )
    return _choose(rng, count, strategies)


def _log1pmx(rng: Generator, count: int, precision: Precision) -> Doubles:
    strategies = (
        _uniform(rng, -1.0, 1.0),
        _uniform(rng, -0.3, 0.5),
        _signed(rng, 1e-20, 0.9),
        lambda n: np.abs(_every_exponent(rng, precision)(n)),
        lambda n: -np.abs(_signed(rng, precision.smallest, 0.9)(n)),
        lambda n: -1.0 + np.abs(_signed(rng, 2.0**-54, 0.5)(n)),
        lambda n: np.abs(_signed(rng, 1.0, 1e6)(n)),
        lambda n: _nudged(rng, np.exp2(rng.integers(-16, 17, n) / 2.0) - 1.0, precision),
        lambda n: _nudged(rng, -np.exp2(rng.integers(-64, 0, n) / 2.0), precision),
    )
    return np.maximum(_choose(rng, count, strategies), -1.0)


_UNARY = {"expm1mx": _expm1mx, "log1pmx": _log1pmx}


def _parameter(family: Family, logarithm: Doubles) -> Doubles:
    """The scale's parameter of which the logarithm was drawn."""
    return logarithm if family.scale in LOG_SCALES else np.exp(logarithm)


def _power(family: Family) -> float:
    """variance = exp(power * l)."""
    return 2.0 if family.scale in ("std", "logstd") else 1.0


def _logarithms(rng: Generator, family: Family, precision: Precision) -> list[Callable[[int], Doubles]]:
    """Strategies for the logarithm of one scale, from the optimum to beyond the format."""
    power = _power(family)
    top = precision.most * LN2
    wide = _uniform(rng, -1.1 * top / power, 1.03 * top / power)
    bottom = precision.least * LN2
    if family.scale not in LOG_SCALES:
        wide = _uniform(rng, bottom, top)
    return [
        _uniform(rng, -5.0, 5.0),
        _signed(rng, 1e-18, 1.0),
        wide,
        _thresholds(rng, precision, power),
        lambda n: _boundaries(rng, precision)(n) / power,
        _every_exponent(rng, precision) if family.scale in LOG_SCALES else _uniform(rng, -40.0, 40.0),
        _uniform(rng, bottom, bottom + 60 * LN2),
        lambda n: np.zeros(n),
    ]


def _powers_of_two(rng: Generator, precision: Precision) -> Callable[[int], Doubles]:
    """±2^j down to the square root of the smallest subnormal: their squares are where roundings tie."""
    return lambda n: np.copysign(np.exp2(rng.integers(precision.least // 2 - 3, 1, n)), rng.random(n) - 0.5)


def _snapped(rng: Generator, family: Family, scale: Doubles, precision: Precision) -> Doubles:
    """Positive, and a fifth of them a few ulp around a power of sqrt 2, which exp(l) hits only by chance."""
    if family.scale in LOG_SCALES:
        return scale
    scale = np.maximum(scale, precision.smallest)
    near = _nudged(rng, np.exp2(np.round(2.0 * np.log2(scale)) / 2.0), precision)
    return np.where(rng.random(len(scale)) < 0.2, np.maximum(near, precision.smallest), scale)


def _unit(rng: Generator, count: int, family: Family, precision: Precision) -> tuple[FloatArray, ...]:
    s = _snapped(rng, family, _parameter(family, _choose(rng, count, _logarithms(rng, family, precision))), precision)
    square_top, square_bottom = 2.0 ** (precision.most / 2), 2.0 ** (precision.least / 2)
    distance = np.abs(np.log(s)) if family.scale not in LOG_SCALES else np.abs(s)
    mu = _choose(
        rng,
        count,
        (
            lambda n: np.zeros(n),
            _uniform(rng, -4.0, 4.0),
            _signed(rng, 1e-18, 1.0),
            _powers_of_two(rng, precision),
            lambda n: distance * _signed(rng, 1e-3, 1e3)(n),
            _every_exponent(rng, precision),
            lambda n: square_top * np.exp2(rng.integers(-1, 2, n) / 2.0) * (1.0 + 1e-3 * (rng.random(n) - 0.5)),
            _signed(rng, square_bottom / 4, square_bottom * 1e6),
        ),
    )
    return mu, s


def _normal(rng: Generator, count: int, family: Family, precision: Precision) -> tuple[FloatArray, ...]:
    linear, power = family.scale not in LOG_SCALES, _power(family)
    top = precision.most * LN2
    second = _choose(rng, count, _logarithms(rng, family, precision))
    s2 = _finite(_snapped(rng, family, _parameter(family, second), precision), precision).astype(np.float64)
    second = np.log(s2) if linear else s2
    difference = _choose(
        rng,
        count,
        (
            lambda n: np.zeros(n),
            _signed(rng, 1e-18, 1e-3),
            _signed(rng, 1e-3, 1.0),
            _powers_of_two(rng, precision),
            _uniform(rng, -5.0, 5.0),
            _uniform(rng, -2.2 * top / power, 1.05 * top / power),
            lambda n: _boundaries(rng, precision)(n) / power,
            _thresholds(rng, precision, power),
        ),
    )
    s1 = s2 * np.exp(difference) if linear else s2 + difference
    s1 = _nudged(rng, _finite(s1, precision).astype(np.float64), precision)
    if linear:
        s1 = np.where(s1 > 0.0, s1, precision.smallest)
    mu1, mu2 = _means(rng, second, np.log(s1) - second if linear else s1 - s2, power, precision)
    return mu1, s1, mu2, s2


def _means(
    rng: Generator, second: Doubles, difference: Doubles, power: float, precision: Precision
) -> tuple[Doubles, Doubles]:
    """Means that differ by z sigma2, z from 0 to beyond the format, seen from near and far."""
    count = len(second)
    sigma2 = _finite(np.exp(power / 2 * second), precision).astype(np.float64)
    surface = np.sqrt(np.maximum(-np.expm1(power * difference), 0.0))
    z = _choose(
        rng,
        count,
        (
            lambda n: np.zeros(n),
            _signed(rng, 1e-18, 1.0),
            _signed(rng, 2.0 ** (precision.least / 2 - 2), 1e-18),
            _uniform(rng, -4.0, 4.0),
            lambda n: np.abs(difference) * _signed(rng, 1e-2, 1e2)(n),
            lambda n: surface * (1.0 + np.where(rng.random(n) < 0.5, 0.0, _signed(rng, 1e-16, 1e-2)(n))),
            lambda n: np.copysign(np.exp2(rng.random(n) * precision.most / 2), rng.random(n) - 0.5),
        ),
    )
    gap = z * sigma2
    mu2 = _choose(
        rng,
        count,
        (
            lambda n: np.zeros(n),
            lambda n: gap * _uniform(rng, -2.0, 2.0)(n),
            lambda n: sigma2 * _signed(rng, 1.0, 1e4)(n),
            _uniform(rng, -4.0, 4.0),
            _every_exponent(rng, precision),
        ),
    )
    opposite = rng.random(count) < 0.03
    largest = precision.largest * rng.random(count)
    mu2 = np.where(opposite, -largest, mu2)
    return np.where(opposite, largest, mu2 + gap), mu2
