"""A reading of a formula: which quantities are the parameters of the two Gaussians, and on which scale."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Literal

from derive.identify.match import form as f
from derive.identify.match.parameterisations import PLACES, filled, log_term, template, variance_form

Pair = Literal["unit", "normal"]
Direction = Literal["forward", "reverse"]
_HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Gaussian:
    """A Gaussian as a formula gives it: a generator or None (0) for the mean; a generator and its scale, or None (std
    1).
    """

    mean: f.Generator | None = None
    spread: f.Generator | None = None
    scale: str | None = None


@dataclass(frozen=True, eq=False)
class Reading:
    """Which quantities are the parameters of the first and of the second Gaussian of KL(first || second)."""

    first: Gaussian
    second: Gaussian
    fixed_mean: f.Form | None = None  # of the second, where it is a constant or an expression that is no role
    fixed_variance: f.Form | None = None
    relative: bool = False  # the first's variance is in units of the second's, as a change of it that a network gives

    @property
    def pair(self) -> Pair:
        single = Gaussian()
        plain = self.fixed_variance is None and self.fixed_mean is None
        return "unit" if plain and single in (self.first, self.second) else "normal"

    @property
    def shared(self) -> bool:
        """Whether both Gaussians have one scale."""
        return self.first.spread is not None and self.first.spread == self.second.spread

    @property
    def means(self) -> tuple[f.Generator, ...]:
        return tuple(g for g, truth in self.parameters if truth == "mean")

    @property
    def parameters(self) -> tuple[tuple[f.Generator, str], ...]:
        """The quantities in the roles, each with what it is: a mean, or one of the scales."""
        a, b = self.first, self.second
        every = ((a.mean, "mean"), (a.spread, a.scale), (b.mean, "mean"), (b.spread, b.scale))
        return tuple((g, truth) for g, truth in every if g is not None and truth is not None)

    @property
    def scales(self) -> tuple[tuple[f.Generator, str], ...]:
        return tuple((g, truth) for g, truth in self.parameters if truth != "mean")

    @property
    def logs(self) -> dict[f.Generator, f.Term]:
        """For each scale, the term that is its logarithm."""
        return {spread: log_term(scale, spread)[0] for spread, scale in self.scales}

    @property
    def roles(self) -> tuple[f.Generator, ...]:
        return tuple(dict.fromkeys(g for g, _ in self.parameters))

    @property
    def names(self) -> frozenset[str]:
        """The quantities in the roles and in what a fixed Gaussian has in their place."""
        return f.variables(self.roles) | f.depends(self.fixed_mean or {}) | f.depends(self.fixed_variance or {})

    @cached_property
    def form(self) -> dict[f.Term, Fraction]:
        """The divergence's expanded form under this reading."""
        a, b = self.first, self.second
        if self.fixed_variance is not None or self.fixed_mean is not None:
            return self._fixed_form()
        if self.relative:
            return self._relative_form()
        return _divergence_form(a, b)

    def _relative_form(self) -> dict[f.Term, Fraction]:
        """1/2 (v - 1 - log v + (m1 - m2)^2/v2) with v = v1/v2."""
        a, b = self.first, self.second
        assert b.scale is not None and b.spread is not None
        mean = f.add(f.single(a.mean) if a.mean else {}, f.scale(f.single(b.mean), -1) if b.mean else {})
        variance = variance_form(b.scale, b.spread)
        square = f.multiply(f.multiply(mean, mean), f.power(variance, Fraction(-1)))
        return f.add(_divergence_form(Gaussian(None, a.spread, a.scale), Gaussian()), f.scale(square, _HALF))

    def _fixed_form(self) -> dict[f.Term, Fraction]:
        assert self.first.scale is not None and self.first.spread is not None
        variance1 = variance_form(self.first.scale, self.first.spread)
        log, k = log_term(self.first.scale, self.first.spread)
        variance2 = self.fixed_variance or f.constant(1)
        mean = f.add(f.single(self.first.mean) if self.first.mean else {}, f.scale(self.fixed_mean or {}, -1))
        square = f.add(variance1, f.multiply(mean, mean))
        ratio = f.scale(f.multiply(square, f.power(variance2, Fraction(-1))), _HALF)
        return f.add(f.scale(f.logarithm(variance2), _HALF), {log: -k}, ratio, f.constant(-_HALF))


@lru_cache(maxsize=2_000)
def _divergence_form(a: Gaussian, b: Gaussian) -> dict[f.Term, Fraction]:
    shared = a.spread is not None and a.spread == b.spread
    places = [(p, g) for p, g in zip(PLACES, (a.mean, a.spread, b.mean, b.spread), strict=True) if g is not None]
    return filled(
        template(a.scale, None if shared else b.scale, a.mean is not None, b.mean is not None, shared), tuple(places)
    )
