"""What squaring does to rounding errors, and what cancellation does: 'squaring might increase numerical instability'.

The unit roundoff is u; one operation multiplies its exact result by 1 + epsilon with |epsilon| <= u. In binary64
u = 2^-53, the largest number is (2 - 2^-52) 2^1023, and what is below 2^-1075 rounds to zero.
"""

from sympy import Derivative, Integer, Rational, Subs, log, oo

from derive.vocabulary.theorem import Condition, Domain, Identity, Inequality, Row, Theorem, Variable, written

from .definitions import MU, STD0, mu, sigma
from .kl_unit import F, f
from .same_function import G, V, g, v

DELTA = Variable("delta", r"\delta", Domain.REAL, "a relative perturbation of the standard deviation")
EPSILON = Variable("epsilon", r"\epsilon", Domain.REAL, "the relative rounding error of the square")
delta, epsilon = DELTA.symbol, EPSILON.symbol

two = Integer(2)

with written():
    square = (
        (sigma * (1 + delta)) ** 2 * (1 + epsilon) / sigma**2 - 1,
        2 * delta + epsilon + delta**2 + (2 * delta + delta**2) * epsilon,
    )
    condition_of_f = sigma * Derivative(f(mu, sigma), sigma) / f(mu, sigma)
    condition_of_g = v * Derivative(g(mu, v), v) / g(mu, v)
    same_terms = (2 * log(sigma) - sigma**2, log(sigma**2) - sigma**2)
    cancelled = (v - 1) ** 2 / 4
    largest = (2 - two**-52) * two**1023
    half_smallest = two**-1075
    large, small, negligible = two**512, two**-538, two**-1000
    squared_large, squared_small = large**2, small**2
    without_square = -log(small) - Rational(1, 2)
    value_large, value_small = f(0, large), f(0, small)
    lost = value_small - without_square

off_optimum = (Condition(f(mu, sigma), "!=", Integer(0)),)
conditioning = (condition_of_f, 2 * Subs(condition_of_g, v, sigma**2))
cancellation = Inequality(
    "cancellation",
    "terms of size 1 and v leave at most this: at a $v$ of $1 + 2^{-26}$ less than their rounding errors",
    g(0, v),
    "<=",
    cancelled,
    V,
    (Integer(1), oo),
    Integer(1),
    using=(G,),
)

THEOREMS = (
    Theorem(
        id="stability",
        title="Squaring doubles a relative perturbation and rounds once; cancellation is what destroys digits",
        variables=(MU, STD0, V, DELTA, EPSILON),
        assumptions=(
            "$\\sigma > 0$ and $v > 0$",
            "an operation has relative error at most $u$; binary64 where numbers are given",
        ),
        statement=(
            Row(square[0], "=", square[1]),
            Row(conditioning[0], "=", conditioning[1], where=off_optimum),
            cancellation.conclusion,
            Row(squared_large, ">", largest),
            Row(value_large, "<", largest),
        ),
        steps=(
            Identity(
                "squaring",
                "to first order $2\\delta + \\epsilon$: twice the perturbation and one rounding",
                square,
            ),
            Identity(
                "conditioning",
                "for one Gaussian: the factor 2 is the change of variable, whichever spelling computes it",
                conditioning,
                using=(F, G),
                where=off_optimum,
            ),
            Identity("same-terms", "term by term f at $\\sigma$ is g at $\\sigma^2$: they cancel alike", same_terms),
            cancellation,
            Inequality("overflow-square", "$\\sigma^2$ overflows at $\\sigma = 2^{512}$", squared_large, ">", largest),
            Inequality(
                "overflow-value",
                "but the value, about $\\sigma^2/2$, does not",
                value_large,
                "<",
                largest,
                using=(F,),
            ),
            Inequality(
                "underflow-square", "$\\sigma^2$ is zero at $\\sigma = 2^{-538}$", squared_small, "<", half_smallest
            ),
            Inequality(
                "underflow-value",
                "where the value is ordinary: f computes it, g of the computed square takes the logarithm of zero",
                value_small,
                "<",
                Integer(373),
                using=(F,),
            ),
            Inequality(
                "underflow-error",
                "the square that is lost does not change f by as much as $2^{-1000}$",
                lost,
                "<",
                negligible,
                using=(F,),
            ),
        ),
        source="answers that say squaring might increase numerical instability",
    ),
)
