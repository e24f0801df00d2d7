"""Half-normal distributions, typed from a book: with k = v1/v2 the divergence is (k - 1 - log k)/2."""

import math

import numpy as np
from flint import arb
from mpmath import mp

from derive.verify.families.quadrature import half_line
from derive.verify.families.record import POINTS, Definition, Family, Kind, Parameter, Subject
from derive.verify.points.pairs import positive_pair

NAN, INF = math.nan, math.inf


def balls(v1, v2):
    k = v1 / v2
    return ((k - 1 - k.log()) / 2, (v1 - v2) / (2 * v1 * v2), (v2 - v1) / (2 * v2**2)), {}


def special(arguments, tight):
    v1, v2 = arguments
    if all(0 < a < INF for a in arguments):
        return None
    if not all(a >= 0 for a in arguments) or v1 == v2:
        return NAN, NAN, NAN
    return INF, by_first(v1, v2, tight), by_second(v1, v2, tight)


def by_first(v1, v2, tight):
    """(1/v2 - 1/v1)/2."""
    if v1 == 0 or v2 == 0:
        return -INF if v1 == 0 else INF
    return tight(lambda: (((1 / arb(v2) if v1 == INF else -1 / arb(v1)) / 2,), {}))[0]


def by_second(v1, v2, tight):
    """(1/v2 - v1/v2^2)/2."""
    if v2 == INF:
        return 0.0
    if v2 == 0 or v1 == INF:
        return -INF
    return tight(lambda: ((1 / (2 * arb(v2)),), {}))[0]


def density(member):
    (v,) = member

    def at(x):
        square = x * x / v
        return (mp.log(2) - mp.log(mp.pi * v) - square) / 2, ((square - 1) / (2 * v),)

    return at


def nodes(first, second, digits):
    """With x = sqrt(2 v1 t) the first density is exp(-t)."""
    points, weights = half_line(digits)
    xs = [mp.sqrt(2 * first[0] * t) for t in points]
    return xs, [w * first[0] / x for x, w in zip(xs, weights, strict=True)]


def table():
    rng = np.random.default_rng(37)
    for index in range(POINTS):
        second = math.exp(rng.uniform(-3.0, 3.0))
        gap = rng.uniform(-3.0, 3.0) if index % 2 == 0 else math.exp(rng.uniform(-30.0, -2.0))
        yield math.nextafter(second * math.exp(gap), INF), second


FAMILY = Family(
    "half_normal",
    "the half of a Gaussian",
    (
        Subject(
            "kl_half_normal_v",
            (Parameter("v1", Kind.POSITIVE), Parameter("v2", Kind.POSITIVE)),
            balls,
            special,
            positive_pair,
            (1.0, 1.0),
            (1.5, 1.0),
            Definition(density, nodes, table),
        ),
    ),
)
