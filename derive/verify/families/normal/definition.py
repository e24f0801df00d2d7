"""The integral that defines the divergence of Gaussians: the density, its scores, and where to take it.

With x = mu1 + sigma1 t the integrand is smooth and decays like the density, so the trapezoidal rule converges
exponentially (Trefethen and Weideman, 2014).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial

from mpmath import mp
from mpmath.calculus.quadrature import QuadratureRule

from derive.verify.families.normal.scales import Scale
from derive.verify.families.normal.table import normal_table, unit_table
from derive.verify.families.record import Definition, Density, Number


class TrapezoidalRule(QuadratureRule):  # type: ignore[misc]
    """Equidistant nodes on [-1, 1]; degree d has 2 d + 1 of them.

    Exponentially convergent for integrands that vanish at the ends.
    """

    def calc_nodes(self, degree: int, prec: int, verbose: bool = False) -> list[tuple[Number, Number]]:
        """Nodes k/degree with equal weights."""
        step = self.ctx.mpf(1) / degree
        return [(k * step, step) for k in range(-degree, degree + 1)]


_RULE = TrapezoidalRule(mp)


def density(scale: Scale, member: Sequence[Number]) -> Density:
    """log p and its derivatives in (mu, s)."""
    mu, s = member
    sigma, slope = scale.sigma(s)
    constant, steepness = -mp.log(sigma) - mp.log(2 * mp.pi) / 2, 1 / sigma
    by_scale = steepness * slope

    def log_density_and_scores(x: Number) -> tuple[Number, tuple[Number, ...]]:
        t = (x - mu) * steepness
        square = t * t
        return constant - square / 2, (t * steepness, (square - 1) * by_scale)

    return log_density_and_scores


def reach(digits: int) -> Number:
    """T for which the mass beyond |t| > T, also times a fourth power of t, is below 10^-digits."""
    # exp(-T^2/2) T^4 < 10^-digits for T^2 = 2 digits ln 10 + 4 ln(that) and digits >= 20
    square = 2 * digits * mp.log(10)
    return mp.sqrt(square + 6 * mp.log(square))


@lru_cache(maxsize=64)
def standard_nodes(digits: int, prec: int) -> tuple[list[Number], list[Number]]:
    """Nodes and weights on [-T, T]: aliasing error 2 exp(-2 pi^2/h^2) and tail both below 10^-digits."""
    ends = reach(digits + 3)
    step = mp.pi * mp.sqrt(2 / ((digits + 3) * mp.log(10)))
    pairs = _RULE.transform_nodes(_RULE.calc_nodes(int(mp.ceil(ends / step)), prec), -ends, ends)
    return [x for x, _ in pairs], [w for _, w in pairs]


def nodes(
    scale: Scale, first: Sequence[Number], second: Sequence[Number], digits: int
) -> tuple[list[Number], list[Number]]:
    """The nodes carried to the first Gaussian."""
    mu, sigma = first[0], scale.sigma(first[1])[0]
    points, weights = standard_nodes(digits, mp.prec)
    return [mu + sigma * t for t in points], [sigma * w for w in weights]


def lost_in_shift(scale: Scale, first: Sequence[Number], second: Sequence[Number]) -> int:
    """Digits of t that x = mu1 + sigma1 t loses, because the densities see x alone."""
    return max(0, int(mp.ceil(mp.log10(abs(first[0]) / scale.sigma(first[1])[0] + 1))))


def unit_definition(scale: Scale) -> Definition:
    """Of KL(N(mu, s) ‖ N(0, 1))."""
    table = partial(unit_table, scale)
    return Definition(
        partial(density, scale), partial(nodes, scale), table, (0.0, scale.one), partial(lost_in_shift, scale)
    )


def normal_definition(scale: Scale) -> Definition:
    """Of KL(N(mu1, s1) ‖ N(mu2, s2))."""
    return Definition(
        partial(density, scale),
        partial(nodes, scale),
        partial(normal_table, scale),
        spare=partial(lost_in_shift, scale),
    )
