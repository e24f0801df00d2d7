"""The four parameterisations of the width of a Gaussian, in ball arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flint import arb

#: exp(±2^17) is beyond 10^±56000: nothing that a float can hold distinguishes it from the limit.
_EXPONENT_LIMIT = 1 << 17


@dataclass(frozen=True)
class Scale:
    """A parameterisation of the width: log sigma, sigma^2, ratios and the chain factor c = d(log sigma)/ds."""

    log_sigma: Callable[[arb], arb]
    variance: Callable[[arb], arb]
    log_ratio: Callable[[arb, arb], arb]
    variance_ratio: Callable[[arb, arb], arb]
    chain: Callable[[arb], arb]


def exp(x: arb) -> arb:
    """exp(x), with arguments that over- or underflow every format moved to ±2^17."""
    if abs(x) < _EXPONENT_LIMIT:
        return x.exp()
    return arb(_EXPONENT_LIMIT if x > 0 else -_EXPONENT_LIMIT).exp()


HALF = arb(1) / 2

SCALE = {
    "std": Scale(
        log_sigma=lambda s: s.log(),
        variance=lambda s: s * s,
        log_ratio=lambda a, b: (a / b).log(),
        variance_ratio=lambda a, b: (a / b) ** 2,
        chain=lambda s: 1 / s,
    ),
    "var": Scale(
        log_sigma=lambda v: v.log() * HALF,
        variance=lambda v: v,
        log_ratio=lambda a, b: (a / b).log() * HALF,
        variance_ratio=lambda a, b: a / b,
        chain=lambda v: HALF / v,
    ),
    "logstd": Scale(
        log_sigma=lambda x: x,
        variance=lambda x: exp(2 * x),
        log_ratio=lambda a, b: a - b,
        variance_ratio=lambda a, b: exp(2 * (a - b)),
        chain=lambda x: arb(1),
    ),
    "logvar": Scale(
        log_sigma=lambda x: x * HALF,
        variance=lambda x: exp(x),
        log_ratio=lambda a, b: (a - b) * HALF,
        variance_ratio=lambda a, b: exp(a - b),
        chain=lambda x: HALF,
    ),
}
