"""The four parameterisations of the width of a Gaussian: in balls, for mpmath, and at the ends of their ranges."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from flint import arb
from mpmath import mp

from derive.verify.families.balls import HALF, exp
from derive.verify.families.record import Kind, Number

INF = math.inf


@dataclass(frozen=True)
class Scale:
    """A parameterisation s of the width sigma.

    ``power``: the variance is that power of the positive quantity that s is, or is the logarithm of. The derivative of
    the divergence in s, by what tends to an end of its range: the first scale to 0 and to infinity (``first_at``), the
    second one to infinity (``second_at_infinity``).
    """

    name: str
    kind: Kind
    power: float
    first_at: tuple[float, float]
    second_at_infinity: float
    log_sigma: Callable[[arb], arb]
    variance: Callable[[arb], arb]
    log_ratio: Callable[[arb, arb], arb]
    variance_ratio: Callable[[arb, arb], arb]
    chain: Callable[[arb], arb]  # d(log sigma)/ds
    sigma: Callable[[Number], tuple[Number, Number]]  # sigma and dsigma/ds

    @property
    def zero(self) -> float:
        """Where the width is 0."""
        return -INF if self.kind is Kind.LOGARITHM else 0.0

    @property
    def one(self) -> float:
        """Where the width is 1."""
        return 0.0 if self.kind is Kind.LOGARITHM else 1.0


SCALES = (
    Scale(
        name="std",
        kind=Kind.POSITIVE,
        power=2.0,
        first_at=(-INF, INF),
        second_at_infinity=0.0,
        log_sigma=lambda s: s.log(),
        variance=lambda s: s * s,
        log_ratio=lambda a, b: (a / b).log(),
        variance_ratio=lambda a, b: (a / b) ** 2,
        chain=lambda s: 1 / s,
        sigma=lambda s: (s, mp.mpf(1)),
    ),
    Scale(
        name="var",
        kind=Kind.POSITIVE,
        power=1.0,
        first_at=(-INF, 0.5),
        second_at_infinity=0.0,
        log_sigma=lambda v: v.log() * HALF,
        variance=lambda v: v,
        log_ratio=lambda a, b: (a / b).log() * HALF,
        variance_ratio=lambda a, b: a / b,
        chain=lambda v: HALF / v,
        sigma=lambda v: (mp.sqrt(v), 1 / (2 * mp.sqrt(v))),
    ),
    Scale(
        name="logstd",
        kind=Kind.LOGARITHM,
        power=2.0,
        first_at=(-1.0, INF),
        second_at_infinity=1.0,
        log_sigma=lambda x: x,
        variance=lambda x: exp(2 * x),
        log_ratio=lambda a, b: a - b,
        variance_ratio=lambda a, b: exp(2 * (a - b)),
        chain=lambda x: arb(1),
        sigma=lambda x: (mp.exp(x), mp.exp(x)),
    ),
    Scale(
        name="logvar",
        kind=Kind.LOGARITHM,
        power=1.0,
        first_at=(-0.5, INF),
        second_at_infinity=0.5,
        log_sigma=lambda x: x * HALF,
        variance=lambda x: exp(x),
        log_ratio=lambda a, b: (a - b) * HALF,
        variance_ratio=lambda a, b: exp(a - b),
        chain=lambda x: HALF,
        sigma=lambda x: (mp.exp(x / 2), mp.exp(x / 2) / 2),
    ),
)
