"""At one and the same argument f is steeper than g, by a factor 2 (s + 1). At one and the same Gaussian it is not."""

from sympy import Derivative, Integer, Rational, Subs, oo

from derive.vocabulary.theorem import Domain, Identity, Inequality, Row, Short, Theorem, Variable, written

from .definitions import MU, STD0, mu, sigma
from .kl_unit import F, f
from .same_function import G, V, g, v

S = Variable("s", "s", Domain.POSITIVE, "the second argument of both f and g")
s = S.symbol

slope_of_f, slope_of_g = Derivative(f(mu, s), s), Derivative(g(mu, s), s)
with written():
    factor = 2 * (s + 1)
same_argument = (slope_of_f, factor * slope_of_g)
same_gaussian = (Derivative(f(mu, sigma), sigma), 2 * sigma * Subs(Derivative(g(mu, v), v), v, sigma**2))


def steeper_on(name: str, where: str, interval: tuple[Integer, Integer]) -> Inequality:
    """The square of the slope of f exceeds that of twice the slope of g."""
    return Inequality(name, where, slope_of_f**2, ">", (2 * slope_of_g) ** 2, S, interval, using=(F, G))


THEOREMS = (
    Theorem(
        id="steeper",
        title="f is steeper than g at the same argument, by a factor greater than 2 off the optimum",
        variables=(MU, S, STD0, V),
        assumptions=("$s > 0$: the same number given to both as second argument",),
        statement=(Row(same_argument[0], "=", same_argument[1]), Row(factor, ">", Integer(2))),
        steps=(
            Identity("same-argument", "$(s^2 - 1)/s$ over $(s - 1)/(2s)$", same_argument, using=(F, G)),
            Inequality("factor", "because $s > 0$", factor, ">", Integer(2)),
            steeper_on("below", "for $0 < s < 1$, in absolute value", (Integer(0), Integer(1))),
            steeper_on("above", "for $s > 1$, in absolute value", (Integer(1), oo)),
            Identity(
                "same-gaussian",
                "the chain rule: for one Gaussian the factor is $2\\sigma$",
                same_gaussian,
                using=(F, G),
            ),
            Inequality(
                "less-steep",
                "near 0 that is little",
                2 * sigma,
                "<",
                Integer(1),
                STD0,
                (Integer(0), Rational(1, 2)),
            ),
        ),
        short=Short(
            "Divide the two slopes at the same argument",
            ("same-argument", "below", "above", "same-gaussian"),
        ),
        source="answers that call f steeper and therefore easier to optimise",
    ),
)
