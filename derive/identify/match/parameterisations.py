"""The parameterisations of the spread, and the divergence's expanded form in each: both taken from `proofs/`.

The four scales and the closed form are the proved ones; precision (1/variance), softplus (std = softplus(rho)) and
the log-precision, which programs use too, are given here by the standard deviation they stand for.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

import sympy as sp

from derive.identify.match import form as f
from derive.identify.match.expand import Expander
from derive.identify.read.closed_form import from_sympy
from derive.proofs.kl_normal import kl_normal_std
from derive.proofs.scales import SCALES


@dataclass(frozen=True)
class Parameterisation:
    """What a program's scale variable holds: ``to_std`` maps it to the standard deviation."""

    name: str
    meaning: str
    to_std: sp.Lambda
    positive: bool
    logarithmic: bool  # the variable itself, not its logarithm, is the divergence's log term

    def std(self, variable: sp.Expr) -> sp.Expr:
        return self.to_std(variable)


_S = sp.Symbol("s", positive=True)
_R = sp.Symbol("s", real=True)

PARAMETERISATIONS = {
    p.name: p
    for p in (
        *(
            Parameterisation(s.name, s.meaning, s.to_standard, s.domain.value == "positive", s.name.startswith("log"))
            for s in SCALES
        ),
        Parameterisation("precision", "precision, 1/variance", sp.Lambda(_S, 1 / sp.sqrt(_S)), True, False),
        Parameterisation(
            "softplus",
            "number whose softplus is the standard deviation",
            sp.Lambda(_R, sp.log(1 + sp.exp(_R))),
            False,
            False,
        ),
        Parameterisation("logprecision", "logarithm of the precision", sp.Lambda(_R, sp.exp(-_R / 2)), False, True),
    )
}

#: Scales in the order in which a reading is preferred, all else being equal.
ORDER = tuple(PARAMETERISATIONS)

#: Stand-ins in a template; a reading puts the formula's generators in their place.
PLACES = ("m1", "x1", "m2", "x2")


def symbol(name: str, scale: str | None) -> sp.Symbol:
    return sp.Symbol(name, positive=True) if scale and PARAMETERISATIONS[scale].positive else sp.Symbol(name, real=True)


def divergence(mean1: Any, std1: Any, mean2: Any, std2: Any) -> sp.Expr:
    """The proved closed form of KL(N(mean1, std1^2) || N(mean2, std2^2))."""
    at = dict(zip((v.symbol for v in kl_normal_std.variables), (mean1, std1, mean2, std2), strict=True))
    return kl_normal_std.expr.xreplace({k: sp.sympify(v) if isinstance(v, int) else v for k, v in at.items()})


@cache
def template(
    scale1: str | None, scale2: str | None, mean1: bool, mean2: bool, shared: bool = False
) -> dict[f.Term, Fraction]:
    """The divergence's expanded form in the places; a scale of None is standard deviation 1, a missing mean is 0.

    ``shared``: both Gaussians have the scale in place x1.
    """
    std1 = sp.Integer(1) if scale1 is None else PARAMETERISATIONS[scale1].std(symbol("x1", scale1))
    std2 = std1 if shared else sp.Integer(1) if scale2 is None else PARAMETERISATIONS[scale2].std(symbol("x2", scale2))
    m1 = sp.Symbol("m1", real=True) if mean1 else sp.Integer(0)
    m2 = sp.Symbol("m2", real=True) if mean2 else sp.Integer(0)
    return Expander().form(from_sympy(divergence(m1, std1, m2, std2)))


@lru_cache(maxsize=2_000)
def log_term(scale: str, x: f.Generator) -> tuple[f.Term, Fraction]:
    """The term of the divergence that is the logarithm of a scale x: the term, and log(std) = coefficient * term."""
    ((term, value),) = f.logarithm(std_form(scale, x)).items()
    return term, value


@lru_cache(maxsize=2_000)
def variance_form(scale: str, x: f.Generator) -> dict[f.Term, Fraction]:
    return f.power(std_form(scale, x), Fraction(2))


@lru_cache(maxsize=2_000)
def std_form(scale: str, x: f.Generator) -> dict[f.Term, Fraction]:
    return filled(_std_template(scale), (("x1", x),))


@cache
def _std_template(scale: str) -> dict[f.Term, Fraction]:
    return Expander().form(from_sympy(PARAMETERISATIONS[scale].std(symbol("x1", scale))))


def filled(form: f.Form, places: tuple[tuple[str, f.Generator], ...]) -> dict[f.Term, Fraction]:
    """A template with generators in its places."""
    mapping = {f.variable(place): generator for place, generator in places}
    return {_renamed(term, mapping): value for term, value in form.items()}


def _renamed(part: Any, mapping: dict[f.Generator, f.Generator]) -> Any:
    if isinstance(part, frozenset):
        return frozenset(_renamed(p, mapping) for p in part)
    if isinstance(part, f.Generator):
        return mapping[part] if part in mapping else f.generator(*(_renamed(p, mapping) for p in part.parts))
    if isinstance(part, tuple):
        return tuple(_renamed(p, mapping) for p in part)
    return part
