"""Families that are composed of terms: the further ones, and some that no file of derive/ knows, as in a proof file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import sympy as sp
from derive.proofs import FAMILIES, REGISTRY
from sympy import Expr, log

from derive.vocabulary.family import Divergence, Family
from derive.vocabulary.theorem import (
    Domain,
    Formula,
    Registry,
    Row,
    Theorem,
    Variable,
    log1pmx,
    written,
)

KL = sp.Function("KL")


def positive(name: str) -> Variable:
    return Variable(name, name, Domain.POSITIVE, "a scale")


def real(name: str) -> Variable:
    return Variable(name, name, Domain.REAL, "a real number")


def theorem(id: str, formulas: Sequence[Formula]) -> Theorem:
    rows = tuple(Row(f.head, "=", f.expr) for f in formulas)
    return Theorem(id, id, formulas[0].variables, (), rows, (), "", tuple(formulas))


def divergence(
    name: str, variables: Sequence[Variable], closed: Expr, stable: Expr
) -> tuple[Divergence, tuple[Theorem, ...]]:
    """A divergence with its closed form and its rule."""
    variables = tuple(variables)
    head = KL(*(v.symbol for v in variables))
    value = Formula(name, head, variables, closed)
    rule = theorem(f"stable-{name}", [Formula(f"stable_{name}", head, variables, stable)])
    title = f"({', '.join(v.name for v in variables)})"
    return Divergence(value, rule, title), (theorem(f"closed-{name}", [value]), rule)


def registry(name: str, *made: tuple[Divergence, tuple[Theorem, ...]]) -> Registry:
    """A registry of one family."""
    family = Family(name, f"{name} distribution", f"{name} distributions", (), tuple(d for d, _ in made))
    return Registry({t.id: t for _, theorems in made for t in theorems}, (), (family,))


R1, R2, L1, L2, M1, M2 = positive("rate1"), positive("rate2"), real("log1"), real("log2"), real("mu1"), real("mu2")
a, b = R1.symbol, R2.symbol

with written():
    RAYLEIGH = registry(
        "rayleigh",
        divergence("kl_rayleigh_scale", (R1, R2), 2 * log(b / a) + a**2 / b**2 - 1, -log1pmx((a - b) * (a + b) / b**2)),
    )
    HALF_NORMAL = registry(
        "half_normal",
        divergence(
            "kl_half_normal_scale", (R1, R2),
            log(b / a) + a**2 / (2 * b**2) - sp.Rational(1, 2), -log1pmx((a - b) * (a + b) / b**2) / 2,
        ),
    )  # fmt: skip

FURTHER = tuple(replace(REGISTRY, families=(family,)) for family in FAMILIES[1:])
ALL = (*FURTHER, RAYLEIGH, HALF_NORMAL)
