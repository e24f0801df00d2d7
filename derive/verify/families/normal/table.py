"""The table of points at which the defining integral is computed: 200 for each pair, the same in every run.

A row fixes the distributions; each scale takes its own float nearest to that, and the integral is computed at these
very floats, so that rounding an input never enters a comparison. The first row of every kind comes first, which makes
any head of the table a fair selection.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.random import Generator

from derive.verify.families.normal.scales import Scale
from derive.verify.families.record import POINTS, Kind

_SEED = 17


def _log_uniform(rng: Generator, low: float, high: float) -> float:
    return float(math.copysign(low * (high / low) ** rng.random(), rng.random() - 0.5))


def _uniform(rng: Generator, low: float, high: float) -> float:
    return float(low + (high - low) * rng.random())


def _unit_rows() -> Iterator[tuple[float, ...]]:
    """(mu, log sigma): ordinary, near the optimum, mean far out, extreme width."""
    rng = np.random.default_rng([_SEED, 1])
    for index in range(POINTS):
        kind = index % 8
        if kind in (0, 3, 6):
            yield _uniform(rng, -4.0, 4.0), _uniform(rng, -3.0, 3.0)
        elif kind in (1, 4, 7):
            yield _log_uniform(rng, 1e-15, 0.1), _log_uniform(rng, 4e-16, 0.1)
        elif kind == 5:
            yield _log_uniform(rng, 10.0, 1e150 if index % 80 == 5 else 1e20), _uniform(rng, -3.0, 3.0)
        else:
            yield _log_uniform(rng, 1e-10, 1e10), _uniform(rng, -115.0, 350.0)


def _normal_rows() -> Iterator[tuple[float, ...]]:
    """(mu1, log sigma1, mu2, log sigma2): ordinary, near-equal, the same around a large mean, extreme ratio."""
    rng = np.random.default_rng([_SEED, 2])
    for index in range(POINTS):
        kind = index % 8
        base = _uniform(rng, -2.0, 2.0)
        if kind in (0, 3, 6):
            yield _uniform(rng, -4.0, 4.0), _uniform(rng, -2.0, 2.0), _uniform(rng, -4.0, 4.0), base
        elif kind in (1, 4, 7):
            mean = _uniform(rng, -1.0, 1.0)
            gap = _log_uniform(rng, 1e-15, 0.1) * math.exp(base)
            yield mean + gap, base + _log_uniform(rng, 4e-16, 0.1), mean, base
        elif kind == 5:
            mean = _log_uniform(rng, 1e3, 1e8)
            yield mean + _log_uniform(rng, 1e-4, 1.0), base + _log_uniform(rng, 1e-9, 1e-3), mean, base
        else:
            # from sigma1/sigma2 = 1e250 (whose divergence no float holds) to 1e-60, moved off the centre by up to 1e40
            shift = _uniform(rng, -90.0, 90.0)
            ratio = _uniform(rng, -138.0, 330.0) if index % 32 != 2 else _uniform(rng, 330.0, 575.0)
            sigma2 = math.exp(shift)
            yield (
                _uniform(rng, -3.0, 3.0) * sigma2,
                ratio / 2 + shift,
                _uniform(rng, -3.0, 3.0) * sigma2,
                shift - ratio / 2,
            )


def _in_scale(scale: Scale, row: tuple[float, ...]) -> tuple[float, ...]:
    """The row as floats of the scale; widths that rounding made equal are moved one ulp apart."""
    factor = 2.0 / scale.power
    linear = scale.kind is Kind.POSITIVE
    point = [math.exp(factor * x) if linear and i % 2 else factor * x if i % 2 else x for i, x in enumerate(row)]
    optimum = point[3] if len(point) == 4 else scale.one
    if point[1] == optimum:
        point[1] = math.nextafter(optimum, math.inf) if optimum else 2.0**-52
    if len(point) == 4 and point[0] == point[2]:
        point[0] = math.nextafter(point[2], math.inf)
    return tuple(point)


def unit_table(scale: Scale) -> Iterator[tuple[float, ...]]:
    """Rows (mu, s)."""
    return (_in_scale(scale, row) for row in _unit_rows())


def normal_table(scale: Scale) -> Iterator[tuple[float, ...]]:
    """Rows (mu1, s1, mu2, s2)."""
    return (_in_scale(scale, row) for row in _normal_rows())
