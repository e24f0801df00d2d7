"""Families that no file of derive/ knows: formulas and rules as a proof file has them, for the tests of lowering."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp
from sympy import Abs, Expr, exp, log, sign

from derive.vocabulary.family import Divergence, Family
from derive.vocabulary.theorem import (
    Domain,
    Formula,
    Registry,
    Row,
    Theorem,
    Variable,
    expm1mx,
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
    name: str, variables: Sequence[Variable], closed: Expr, stable: Expr, slopes: Sequence[tuple[Expr, Expr]] = ()
) -> tuple[Divergence, tuple[Theorem, ...]]:
    """A divergence with its closed form and rule, and the same for each derivative."""
    variables = tuple(variables)
    head = KL(*(v.symbol for v in variables))
    value = Formula(name, head, variables, closed)
    gradient = tuple(
        Formula(f"{name}_grad_{v.name}", sp.Derivative(head, v.symbol), variables, expr)
        for v, (expr, _) in zip(variables, slopes, strict=False)
    )
    rule = theorem(f"stable-{name}", [Formula(f"stable_{name}", head, variables, stable)])
    theorems = [theorem(f"closed-{name}", [value, *gradient]), rule]
    gradient_rule = None
    if gradient:
        stables = [
            Formula(f"stable_{f.name}", f.head, variables, expr) for f, (_, expr) in zip(gradient, slopes, strict=True)
        ]
        gradient_rule = theorem(f"stable-grad-{name}", stables)
        theorems.append(gradient_rule)
    return Divergence(value, rule, f"({', '.join(v.name for v in variables)})", gradient, gradient_rule), tuple(
        theorems
    )


def registry(name: str, *made: tuple[Divergence, tuple[Theorem, ...]]) -> Registry:
    """A registry of one family."""
    family = Family(name, f"{name} distribution", f"{name} distributions", (), tuple(d for d, _ in made))
    return Registry({t.id: t for _, theorems in made for t in theorems}, (), (family,))


R1, R2, L1, L2, M1, M2 = positive("rate1"), positive("rate2"), real("log1"), real("log2"), real("mu1"), real("mu2")
a, b, x, y, m, n = (v.symbol for v in (R1, R2, L1, L2, M1, M2))

with written():
    d = Abs(m - n) / a
    EXPONENTIAL = registry(
        "exponential",
        divergence(
            "kl_exponential_rate", (R1, R2), log(a / b) + b / a - 1, -log1pmx((b - a) / a),
            ((1 / a - b / a**2, -((b - a) / a) / a), (1 / a - 1 / b, (b - a) / (a * b))),
        ),
        divergence(
            "kl_exponential_lograte", (L1, L2), x - y + exp(y - x) - 1, expm1mx(y - x),
            ((1 - exp(y - x), 1 - exp(y - x)), (exp(y - x) - 1, exp(y - x) - 1)),
        ),
    )  # fmt: skip
    POISSON = registry(
        "poisson",
        divergence(
            "kl_poisson_rate", (R1, R2), a * log(a / b) + b - a, a * -log1pmx((b - a) / a),
            ((log(a / b), log(a / b)), (1 - a / b, (b - a) / b)),
        ),
        divergence(
            "kl_poisson_lograte", (L1, L2), exp(x) * (x - y) + exp(y) - exp(x), exp(x) * expm1mx(y - x),
            ((exp(x) * (x - y), exp(x) * (x - y)), (exp(y) - exp(x), exp(y) * (1 - exp(x - y)))),
        ),
    )  # fmt: skip
    LAPLACE = registry(
        "laplace",
        divergence(
            "kl_laplace_scale", (M1, R1, M2, R2),
            log(b / a) + Abs(m - n) / b + a / b * exp(-d) - 1, a / b * expm1mx(-d) - log1pmx(a / b - 1),
            (
                (sign(m - n) * (1 - exp(-d)) / b, sign(m - n) * (1 - exp(-d)) / b),
                (-1 / a + (1 + d) * exp(-d) / b, (a - b) / (a * b) - exp(-d) * expm1mx(d) / b),
                (-sign(m - n) * (1 - exp(-d)) / b, -sign(m - n) * (1 - exp(-d)) / b),
                (1 / b - (Abs(m - n) + a * exp(-d)) / b**2, -((a - b) / b + a / b * expm1mx(-d)) / b),
            ),
        ),
        divergence(
            "kl_laplace_logscale", (M1, L1, M2, L2),
            y - x + Abs(m - n) * exp(-y) + exp(x - y) * exp(-Abs(m - n) * exp(-x)) - 1,
            exp(x - y) * expm1mx(-Abs(m - n) * exp(-x)) + expm1mx(x - y),
        ),
    )  # fmt: skip
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

ALL = (EXPONENTIAL, POISSON, LAPLACE, RAYLEIGH, HALF_NORMAL)
