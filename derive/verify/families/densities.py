"""Densities for quadrature: one entry per family of distributions, as the logarithm and its derivatives.

A family has a location and a scale sigma, so that x = location + sigma t carries every member to t of order one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mpmath import mp

Number = Any  # mpmath.mpf


@dataclass(frozen=True)
class Density:
    """A density through its logarithm.

    ``at(mu, sigma)`` returns x -> (log p, ∂ log p/∂mu, ∂ log p/∂sigma), so that what does not depend on x is computed
    once. ``reach(digits)`` is a T for which the mass beyond |t| > T, also times a fourth power of t, is below
    10^-digits.
    """

    at: Callable[[Number, Number], Callable[[Number], tuple[Number, Number, Number]]]
    reach: Callable[[int], Number]


def _normal_at(mu: Number, sigma: Number) -> Callable[[Number], tuple[Number, Number, Number]]:
    constant = -mp.log(sigma) - mp.log(2 * mp.pi) / 2
    steepness = 1 / sigma

    def log_density_and_score(x: Number) -> tuple[Number, Number, Number]:
        t = (x - mu) * steepness
        square = t * t
        return constant - square / 2, t * steepness, (square - 1) * steepness

    return log_density_and_score


def _reach_normal(digits: int) -> Number:
    # exp(-T^2/2) T^4 < 10^-digits for T^2 = 2 digits ln 10 + 4 ln(that) and digits >= 20
    square = 2 * digits * mp.log(10)
    return mp.sqrt(square + 6 * mp.log(square))


NORMAL = Density(_normal_at, _reach_normal)
