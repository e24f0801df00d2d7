"""Gradients in every scale. Those of f and g carry the argument about the two spellings and have ids of their own."""

from sympy import Derivative, Expr, exp

from derive.vocabulary.theorem import Differentiate, Formula, Row, Step, Theorem, Variable, written

from .definitions import MU, MU1, MU2, STD0, STD1, STD2, mu, mu1, mu2, sigma, sigma1, sigma2
from .kl_normal import kl_normal_std
from .kl_unit import F, kl_unit_std
from .same_function import (
    ELL,
    ELL1,
    ELL2,
    RHO,
    RHO1,
    RHO2,
    V1,
    V2,
    G,
    V,
    ell,
    ell1,
    ell2,
    half,
    kl_normal_logstd,
    kl_normal_logvar,
    kl_normal_var,
    kl_unit_logstd,
    kl_unit_logvar,
    kl_unit_var,
    rho,
    rho1,
    rho2,
    v,
    v1,
    v2,
)


def gradient(formula: Formula, *components: Expr) -> tuple[Formula, ...]:
    """One formula per variable: the derivative of the head is the component; the second scale is called s2."""
    suffixes = ("mu", "s") if len(formula.variables) == 2 else ("mu1", "s1", "mu2", "s2")
    return tuple(
        Formula(
            f"{formula.name}_grad_{suffix}", Derivative(formula.head, variable.symbol), formula.variables, component
        )
        for suffix, variable, component in zip(suffixes, formula.variables, components, strict=True)
    )


with written():
    unit_std = gradient(kl_unit_std, mu, (sigma**2 - 1) / sigma)
    unit_var = gradient(kl_unit_var, mu, half - 1 / (2 * v))
    unit_logstd = gradient(kl_unit_logstd, mu, exp(2 * rho) - 1)
    unit_logvar = gradient(kl_unit_logvar, mu, (exp(ell) - 1) / 2)

    normal_std = gradient(
        kl_normal_std,
        (mu1 - mu2) / sigma2**2,
        sigma1 / sigma2**2 - 1 / sigma1,
        -(mu1 - mu2) / sigma2**2,
        1 / sigma2 - (sigma1**2 + (mu1 - mu2) ** 2) / sigma2**3,
    )
    normal_var = gradient(
        kl_normal_var,
        (mu1 - mu2) / v2,
        (1 / v2 - 1 / v1) / 2,
        -(mu1 - mu2) / v2,
        (1 / v2 - (v1 + (mu1 - mu2) ** 2) / v2**2) / 2,
    )
    normal_logstd = gradient(
        kl_normal_logstd,
        (mu1 - mu2) * exp(-2 * rho2),
        exp(2 * (rho1 - rho2)) - 1,
        -(mu1 - mu2) * exp(-2 * rho2),
        1 - (exp(2 * rho1) + (mu1 - mu2) ** 2) * exp(-2 * rho2),
    )
    normal_logvar = gradient(
        kl_normal_logvar,
        (mu1 - mu2) * exp(-ell2),
        (exp(ell1 - ell2) - 1) / 2,
        -(mu1 - mu2) * exp(-ell2),
        (1 - (exp(ell1) + (mu1 - mu2) ** 2) * exp(-ell2)) / 2,
    )
    slope_f, slope_g = (sigma**2 - 1) / sigma, half - 1 / (2 * v)


def differentiated(formula: Formula, components: tuple[Formula, ...]) -> tuple[Step, ...]:
    """One step per component: the closed form differentiated."""
    return tuple(
        Differentiate(
            component.name.replace("_", "-"),
            f"the closed form differentiated by ${variable.latex}$",
            formula.head,
            variable,
            component.expr,
            using=(kl_normal_std,),
            cites=("kl-normal",),
        )
        for component, variable in zip(components, formula.variables, strict=True)
    )


def rows(components: tuple[Formula, ...]) -> tuple[Row, ...]:
    return tuple(Row(component.head, "=", component.expr) for component in components)


def of_spelling(name: str, spelling: Formula, scale: Variable, slope: Expr, components: tuple[Formula, ...]) -> Theorem:
    """The gradient of one of the two spellings, and the same as the gradient of the divergence."""
    by_mean = Differentiate(
        "by-mean", "only the square of the mean depends on it", spelling.head, MU, mu, using=(spelling,)
    )
    by_scale = Differentiate("by-scale", "term by term", spelling.head, scale, slope, using=(spelling,))
    return Theorem(
        id=f"gradient-{name}",
        title=f"Gradient of {name}",
        variables=spelling.variables,
        assumptions=(f"${scale.latex} > 0$",),
        statement=(*by_scale.rows(), *by_mean.rows(), *rows(components)),
        steps=(
            by_mean,
            by_scale,
            *differentiated(Formula("", components[0].head.expr, spelling.variables, mu), components),
        ),
        source="answers that compare the two spellings by their gradients",
        formulas=components,
        cites=("kl-normal",),
    )


def of_pair(
    pair: str, title: str, closed: tuple[tuple[Formula, tuple[Formula, ...]], ...], variables: tuple[Variable, ...]
) -> Theorem:
    components = tuple(component for _, group in closed for component in group)
    return Theorem(
        id=f"gradients-{pair}",
        title=title,
        variables=variables,
        assumptions=("standard deviations and variances are positive",),
        statement=rows(components),
        steps=tuple(step for formula, group in closed for step in differentiated(formula, group)),
        source="hand-written backward passes",
        formulas=components,
        cites=("kl-normal", "same-function"),
    )


THEOREMS = (
    of_spelling("f", F, STD0, slope_f, unit_std),
    of_spelling("g", G, V, slope_g, unit_var),
    of_pair(
        "unit",
        "Gradients from the unit Gaussian in the logarithmic scales",
        ((kl_unit_logstd, unit_logstd), (kl_unit_logvar, unit_logvar)),
        (MU, RHO, ELL),
    ),
    of_pair(
        "normal",
        "Gradients between two Gaussians in every scale",
        (
            (kl_normal_std, normal_std),
            (kl_normal_var, normal_var),
            (kl_normal_logstd, normal_logstd),
            (kl_normal_logvar, normal_logvar),
        ),
        (MU1, MU2, STD1, STD2, V1, V2, RHO1, RHO2, ELL1, ELL2),
    ),
)
