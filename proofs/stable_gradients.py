"""The gradients in the forms that are evaluated: the difference of the scales is formed first."""

from sympy import Expr, exp

from derive.vocabulary.theorem import Formula, Identity, Row, Theorem, written

from .definitions import PAIRS, mu, mu1, mu2, sigma, sigma1, sigma2
from .gradients import (
    normal_logstd,
    normal_logvar,
    normal_std,
    normal_var,
    unit_logstd,
    unit_logvar,
    unit_std,
    unit_var,
)
from .same_function import ell, ell1, ell2, rho, rho1, rho2, v, v1, v2

Components = tuple[Formula, ...]

with written():
    z = (mu1 - mu2) / sigma2
    difference = mu1 - mu2
    RULES: tuple[tuple[str, Components, tuple[Expr, ...]], ...] = (
        ("gradient-f", unit_std, (mu, (sigma - 1) * (sigma + 1) / sigma)),
        ("gradient-g", unit_var, (mu, (v - 1) / (2 * v))),
        ("gradients-unit", unit_logstd, (mu, exp(2 * rho) - 1)),
        ("gradients-unit", unit_logvar, (mu, (exp(ell) - 1) / 2)),
        (
            "gradients-normal",
            normal_std,
            (
                z / sigma2,
                (sigma1 - sigma2) * (sigma1 + sigma2) / sigma2**2 / sigma1,
                -(z / sigma2),
                -((sigma1 - sigma2) * (sigma1 + sigma2) / sigma2**2 + z**2) / sigma2,
            ),
        ),
        (
            "gradients-normal",
            normal_var,
            (
                difference / v2,
                (v1 - v2) / v2 / (2 * v1),
                -(difference / v2),
                -((v1 - v2) / v2 + difference**2 / v2) / (2 * v2),
            ),
        ),
        (
            "gradients-normal",
            normal_logstd,
            (
                difference * exp(-2 * rho2),
                exp(2 * (rho1 - rho2)) - 1,
                -(difference * exp(-2 * rho2)),
                -((exp(2 * (rho1 - rho2)) - 1) + difference**2 * exp(-2 * rho2)),
            ),
        ),
        (
            "gradients-normal",
            normal_logvar,
            (
                difference * exp(-ell2),
                (exp(ell1 - ell2) - 1) / 2,
                -(difference * exp(-ell2)),
                -((exp(ell1 - ell2) - 1) + difference**2 * exp(-ell2)) / 2,
            ),
        ),
    )


def rule(cited: str, closed: Components, stable: tuple[Expr, ...]) -> Theorem:
    """``stable-grad-unit-logvar`` and its like: each component of the gradient in its cancellation-free form."""
    _, pair, scale, *_ = closed[0].name.split("_")
    formulas = tuple(
        Formula(component.name.replace("kl_", "stable_", 1), component.head, component.variables, expr)
        for component, expr in zip(closed, stable, strict=True)
    )
    return Theorem(
        id=f"stable-grad-{pair}-{scale}",
        title=f"Cancellation-free gradient of the divergence {PAIRS[pair]}, scale {scale}",
        variables=closed[0].variables,
        assumptions=("standard deviations and variances are positive",),
        statement=tuple(Row(formula.head, "=", formula.expr) for formula in formulas),
        steps=tuple(
            Identity(
                component.name.rpartition("_")[2],
                "the difference that vanishes at equal scales, as a factor or by itself",
                (component.head, component.expr, formula.expr),
                using=(component,),
            )
            for component, formula in zip(closed, formulas, strict=True)
        ),
        source="backward passes that subtract two large terms",
        formulas=formulas,
        cites=(cited,),
    )


THEOREMS = tuple(rule(*row) for row in RULES)
