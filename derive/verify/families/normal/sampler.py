"""Points of Gaussians. Scales are drawn as l, the logarithm of the parameter: one set of strategies serves all four.

Every strategy of one argument meets every strategy of the others; the surface (mu1-mu2)^2 + sigma1^2 = sigma2^2, on
which the derivative in the second scale changes sign, has a strategy of its own.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from derive.verify.families.normal.scales import Scale
from derive.verify.families.record import Kind
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


def _parameter(scale: Scale, logarithm: Doubles) -> Doubles:
    """The scale's parameter of which the logarithm was drawn."""
    return logarithm if scale.kind is Kind.LOGARITHM else np.exp(logarithm)


def _logarithms(rng: Generator, scale: Scale, precision: Precision) -> list[Callable[[int], Doubles]]:
    """Strategies for the logarithm of one scale, from the optimum to beyond the format."""
    power = scale.power
    top = precision.most * LN2
    wide = uniform(rng, -1.1 * top / power, 1.03 * top / power)
    bottom = precision.least * LN2
    if scale.kind is Kind.POSITIVE:
        wide = uniform(rng, bottom, top)
    return [
        uniform(rng, -5.0, 5.0),
        signed(rng, 1e-18, 1.0),
        wide,
        thresholds(rng, precision, power),
        lambda n: boundaries(rng, precision)(n) / power,
        every_exponent(rng, precision) if scale.kind is Kind.LOGARITHM else uniform(rng, -40.0, 40.0),
        uniform(rng, bottom, bottom + 60 * LN2),
        lambda n: np.zeros(n),
    ]


def _snapped(rng: Generator, scale: Scale, width: Doubles, precision: Precision) -> Doubles:
    """Positive, and a fifth of them a few ulp around a power of sqrt 2, which exp(l) hits only by chance."""
    if scale.kind is Kind.LOGARITHM:
        return width
    width = np.maximum(width, precision.smallest)
    near = nudged(rng, np.exp2(np.round(2.0 * np.log2(width)) / 2.0), precision)
    return np.where(rng.random(len(width)) < 0.2, np.maximum(near, precision.smallest), width)


def unit(scale: Scale, rng: Generator, count: int, precision: Precision) -> tuple[Doubles, ...]:
    """(mu, s)."""
    s = _snapped(rng, scale, _parameter(scale, choose(rng, count, _logarithms(rng, scale, precision))), precision)
    square_top, square_bottom = 2.0 ** (precision.most / 2), 2.0 ** (precision.least / 2)
    distance = np.abs(np.log(s)) if scale.kind is Kind.POSITIVE else np.abs(s)
    mu = choose(
        rng,
        count,
        (
            lambda n: np.zeros(n),
            uniform(rng, -4.0, 4.0),
            signed(rng, 1e-18, 1.0),
            powers_of_two(rng, precision),
            lambda n: distance * signed(rng, 1e-3, 1e3)(n),
            every_exponent(rng, precision),
            lambda n: square_top * np.exp2(rng.integers(-1, 2, n) / 2.0) * (1.0 + 1e-3 * (rng.random(n) - 0.5)),
            signed(rng, square_bottom / 4, square_bottom * 1e6),
        ),
    )
    return mu, s


def normal(scale: Scale, rng: Generator, count: int, precision: Precision) -> tuple[Doubles, ...]:
    """(mu1, s1, mu2, s2)."""
    linear, power = scale.kind is Kind.POSITIVE, scale.power
    top = precision.most * LN2
    second = choose(rng, count, _logarithms(rng, scale, precision))
    s2 = finite(_snapped(rng, scale, _parameter(scale, second), precision), precision).astype(np.float64)
    second = np.log(s2) if linear else s2
    difference = choose(
        rng,
        count,
        (
            lambda n: np.zeros(n),
            signed(rng, 1e-18, 1e-3),
            signed(rng, 1e-3, 1.0),
            powers_of_two(rng, precision),
            uniform(rng, -5.0, 5.0),
            uniform(rng, -2.2 * top / power, 1.05 * top / power),
            lambda n: boundaries(rng, precision)(n) / power,
            thresholds(rng, precision, power),
        ),
    )
    s1 = s2 * np.exp(difference) if linear else s2 + difference
    s1 = nudged(rng, finite(s1, precision).astype(np.float64), precision)
    if linear:
        s1 = np.where(s1 > 0.0, s1, precision.smallest)
    mu1, mu2 = _means(rng, second, np.log(s1) - second if linear else s1 - s2, power, precision)
    return mu1, s1, mu2, s2


def _means(
    rng: Generator, second: Doubles, difference: Doubles, power: float, precision: Precision
) -> tuple[Doubles, Doubles]:
    """Means that differ by z sigma2, z from 0 to beyond the format, seen from near and far."""
    count = len(second)
    sigma2 = finite(np.exp(power / 2 * second), precision).astype(np.float64)
    surface = np.sqrt(np.maximum(-np.expm1(power * difference), 0.0))
    z = choose(
        rng,
        count,
        (
            lambda n: np.zeros(n),
            signed(rng, 1e-18, 1.0),
            signed(rng, 2.0 ** (precision.least / 2 - 2), 1e-18),
            uniform(rng, -4.0, 4.0),
            lambda n: np.abs(difference) * signed(rng, 1e-2, 1e2)(n),
            lambda n: surface * (1.0 + np.where(rng.random(n) < 0.5, 0.0, signed(rng, 1e-16, 1e-2)(n))),
            lambda n: np.copysign(np.exp2(rng.random(n) * precision.most / 2), rng.random(n) - 0.5),
        ),
    )
    gap = z * sigma2
    mu2 = choose(
        rng,
        count,
        (
            lambda n: np.zeros(n),
            lambda n: gap * uniform(rng, -2.0, 2.0)(n),
            lambda n: sigma2 * signed(rng, 1.0, 1e4)(n),
            uniform(rng, -4.0, 4.0),
            every_exponent(rng, precision),
        ),
    )
    opposite = rng.random(count) < 0.03
    largest = precision.largest * rng.random(count)
    mu2 = np.where(opposite, -largest, mu2)
    return np.where(opposite, largest, mu2 + gap), mu2
