"""The cancellation-free forms that are evaluated, each proved equal to the closed form.

Two functions carry all of it: expm1mx(x) = exp(x) - 1 - x and log1pmx(t) = log(1 + t) - t. Differences of nearly equal
arguments are formed first, while they are exact, and nothing that follows cancels.
"""

from sympy import Expr, Integer, exp, log, oo

from derive.vocabulary.theorem import (
    Condition,
    Domain,
    Formula,
    Identity,
    Inequality,
    Row,
    Theorem,
    Variable,
    expm1mx,
    log1pmx,
    written,
)

from .definitions import PAIRS, mu, mu1, mu2, sigma, sigma1, sigma2, x
from .kl_normal import kl_normal_std
from .kl_unit import kl_unit_std
from .same_function import (
    ell,
    ell1,
    ell2,
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

X = Variable("x", "x", Domain.REAL, "a number")
T = Variable("t", "t", Domain.REAL, "a relative difference, greater than -1")
t = T.symbol
above = (Condition(t, ">", Integer(-1)),)

with written():
    meaning_exp = (expm1mx(x), exp(x) - 1 - x)
    meaning_log = (log1pmx(t), log(1 + t) - t)
    one_by_the_other = (log1pmx(exp(x) - 1), -expm1mx(x))

    z = (mu1 - mu2) / sigma2
    RULES = (
        (kl_unit_std, (mu**2 - log1pmx((sigma - 1) * (sigma + 1))) / 2),
        (kl_unit_var, (mu**2 - log1pmx(v - 1)) / 2),
        (kl_unit_logstd, (mu**2 + expm1mx(2 * rho)) / 2),
        (kl_unit_logvar, (mu**2 + expm1mx(ell)) / 2),
        (kl_normal_std, (z**2 - log1pmx((sigma1 - sigma2) * (sigma1 + sigma2) / sigma2**2)) / 2),
        (kl_normal_var, ((mu1 - mu2) ** 2 / v2 - log1pmx((v1 - v2) / v2)) / 2),
        (kl_normal_logstd, ((mu1 - mu2) ** 2 * exp(-2 * rho2) + expm1mx(2 * (rho1 - rho2))) / 2),
        (kl_normal_logvar, ((mu1 - mu2) ** 2 * exp(-ell2) + expm1mx(ell1 - ell2)) / 2),
    )

not_negative_exp = Inequality(
    "expm1mx-sign", "its derivative is $e^x - 1$", expm1mx(x), ">=", Integer(0), X, (-oo, oo), Integer(0)
)
not_positive_log = Inequality(
    "log1pmx-sign", "its derivative is $-t/(1 + t)$", log1pmx(t), "<=", Integer(0), T, (Integer(-1), oo), Integer(0)
)

FUNCTIONS = Theorem(
    id="stable-functions",
    title="The two functions that carry the divergence",
    variables=(X, T),
    assumptions=(),
    statement=(
        Row(meaning_exp[0], "=", meaning_exp[1]),
        Row(meaning_log[0], "=", meaning_log[1], where=above),
        Row(one_by_the_other[0], "=", one_by_the_other[1]),
        not_negative_exp.conclusion,
        not_positive_log.conclusion,
    ),
    steps=(
        Identity("expm1mx", "by definition", meaning_exp),
        Identity("log1pmx", "by definition", meaning_log, where=above),
        Identity("one-by-the-other", "with $t = e^x - 1$", one_by_the_other),
        not_negative_exp,
        not_positive_log,
    ),
    source="libraries that offer expm1 and log1p but not what is left when the linear term is taken off",
)


def rule(closed: Formula, stable: Expr) -> Theorem:
    """``stable-unit-logvar`` and its like: the closed form of that name in its cancellation-free form."""
    pair, scale = closed.name.removeprefix("kl_").split("_")
    formula = Formula(f"stable_{pair}_{scale}", closed.head, closed.variables, stable, "without cancellation")
    chain = (closed.head, closed.expr, stable)
    return Theorem(
        id=f"stable-{pair}-{scale}",
        title=f"Cancellation-free form of the divergence {PAIRS[pair]}, scale {scale}",
        variables=closed.variables,
        assumptions=("standard deviations and variances are positive",),
        statement=(Row(closed.head, "=", stable),),
        steps=(
            Identity(
                "rewritten", "the terms that cancel, collected", chain, using=(kl_normal_std,), cites=("kl-normal",)
            ),
        ),
        source="frameworks that take the difference after the logarithm or the quotient, and lose it",
        formulas=(formula,),
        cites=("kl-normal", "stable-functions"),
    )


THEOREMS = (FUNCTIONS, *(rule(closed, stable) for closed, stable in RULES))
