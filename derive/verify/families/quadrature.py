"""Rules that converge exponentially for integrands with an exponential tail, on a half-line and on an interval.

Trapezoidal sums after a double-exponential change of variable (Takahasi and Mori, 1974): t = exp(u - exp(-u)) for the
half-line, t = (1 + tanh(pi/2 sinh u))/2 for [0, 1]. The integrand has to be analytic on the open interval alone.
"""

from __future__ import annotations

from functools import lru_cache

from mpmath import mp

from derive.verify.families.record import Number

Rule = tuple[tuple[Number, ...], tuple[Number, ...]]

#: Half the width of the strip in which the transformed integrands are taken to be analytic; pi/2 is the limit.
_STRIP = 1.2
#: A tail falls below the digits although the integrand is multiplied by a fourth power.
_SPARE = 12


def half_line(digits: int) -> Rule:
    """Points t and weights of the integral over ]0, oo[ of what decays like exp(-t) times a power of t."""
    return _half_line(digits, mp.prec)


def interval(digits: int, length: Number) -> Rule:
    """Points t in ]0, 1[ and weights of the integral of what varies like exp(length t)."""
    return _interval(digits + int(mp.ceil(abs(length) / 2)), mp.prec)


@lru_cache(maxsize=64)
def _half_line(digits: int, prec: int) -> Rule:
    size = (digits + _SPARE) * mp.log(10)
    step = 2 * mp.pi * _STRIP / size
    # t^(-1/2) at 0 is met too
    lower, upper = -mp.log(2 * size), mp.log(size + 4 * mp.log(size)) + 1
    points, weights = [], []
    for k in range(int(mp.floor(lower / step)), int(mp.ceil(upper / step)) + 1):
        u = k * step
        t = mp.exp(u - mp.exp(-u))
        points.append(t)
        weights.append(step * t * (1 + mp.exp(-u)))
    return tuple(points), tuple(weights)


@lru_cache(maxsize=64)
def _interval(digits: int, prec: int) -> Rule:
    size = (digits + _SPARE) * mp.log(10)
    step = 2 * mp.pi * _STRIP / size
    count = int(mp.ceil(mp.asinh(size / mp.pi) / step))
    points, weights = [], []
    for k in range(-count, count + 1):
        u = k * step
        inner = mp.pi * mp.sinh(u)
        points.append(1 / (1 + mp.exp(-inner)))
        weights.append(step * mp.pi * mp.cosh(u) / (2 + 2 * mp.cosh(inner)))
    return tuple(points), tuple(weights)
