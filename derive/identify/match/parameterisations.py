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
class Spelling:
    """How programs write what a scale variable ``x`` stands for, and what it is near N(0, 1)."""

    log: str  # of the variance
    variance: str
    over: str  # 1/variance, as a factor
    std: str
    near: str = "parameters within {} of N(0, 1)"


@dataclass(frozen=True)
class Parameterisation:
    """What a program's scale variable holds: ``to_std`` maps it to the standard deviation."""

    name: str
    meaning: str
    to_std: sp.Lambda
    positive: bool
    logarithmic: bool  # the variable itself, not its logarithm, is the divergence's log term
    spelled: Spelling

    def std(self, variable: sp.Expr) -> sp.Expr:
        return self.to_std(variable)


_SPELLED = {
    "std": Spelling("2*{log}({x})", "{x}**2", "/{x}**2", "{x}", "σ within {:.1%} of 1"),
    "var": Spelling("{log}({x})", "{x}", "/{x}", "{sqrt}({x})", "σ² within {:.1%} of 1"),
    "logstd": Spelling("2*{x}", "{exp}(2*{x})", "*{exp}(-2*{x})", "{exp}({x})", "log σ within {} of 0"),
    "logvar": Spelling("{x}", "{exp}({x})", "*{exp}(-{x})", "{exp}(0.5*{x})", "log σ² within {} of 0"),
    "precision": Spelling("-{log}({x})", "1/{x}", "*{x}", "1/{sqrt}({x})", "1/σ² within {:.1%} of 1"),
    "softplus": Spelling("2*{log}({softplus})", "{softplus}**2", "/{softplus}**2", "{softplus}"),
    "logprecision": Spelling("-{x}", "{exp}(-{x})", "*{exp}({x})", "{exp}(-0.5*{x})", "log 1/σ² within {} of 0"),
}
_S, _R = sp.Symbol("s", positive=True), sp.Symbol("s", real=True)
_SOFTPLUS = sp.Lambda(_R, sp.log(1 + sp.exp(_R)))

PARAMETERISATIONS = {
    name: Parameterisation(name, meaning, to_std, positive, name.startswith("log"), _SPELLED[name])
    for name, meaning, to_std, positive in (
        *((s.name, s.meaning, s.to_standard, s.domain.value == "positive") for s in SCALES),
        ("precision", "precision, 1/variance", sp.Lambda(_S, 1 / sp.sqrt(_S)), True),
        ("softplus", "number whose softplus is the standard deviation", _SOFTPLUS, False),
        ("logprecision", "logarithm of the precision", sp.Lambda(_R, sp.exp(-_R / 2)), False),
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


def of_std(std: f.Form) -> dict[str, f.Form]:
    """What a deviation is on each scale that is told from it."""
    log = f.logarithm(std)
    return {
        "std": std,
        "var": f.power(std, Fraction(2)),
        "logstd": log,
        "logvar": f.scale(log, 2),
        "precision": f.power(std, Fraction(-2)),
        "logprecision": f.scale(log, -2),
    }


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
