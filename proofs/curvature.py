"""Curvature at the optimum: the same minimum, four times as sharp in the standard deviation as in the variance."""

from sympy import Derivative, Integer, Rational, Subs

from derive.vocabulary.theorem import Differentiate, Identity, Row, Short, Theorem, written

from .definitions import MU, STD0, mu, sigma
from .kl_unit import F, f
from .same_function import G, V, g, v

with written():
    second_of_f, second_of_g = 1 + 1 / sigma**2, 1 / (2 * v**2)

at_optimum_f = Subs(Derivative(f(mu, sigma), (sigma, 2)), (mu, sigma), (0, 1))
at_optimum_g = Subs(Derivative(g(mu, v), (v, 2)), (mu, v), (0, 1))
chain_rule = (at_optimum_f, (Subs(Derivative(sigma**2, sigma), sigma, 1)) ** 2 * at_optimum_g)

THEOREMS = (
    Theorem(
        id="curvature",
        title="Curvature at the optimum",
        variables=(MU, STD0, V),
        assumptions=("$\\sigma > 0$ and $v > 0$",),
        statement=(Row(at_optimum_f, "=", Integer(2)), Row(at_optimum_g, "=", Rational(1, 2))),
        steps=(
            Differentiate("second-of-f", "differentiated twice", F.head, STD0, second_of_f, 2, using=(F,)),
            Differentiate("second-of-g", "differentiated twice", G.head, V, second_of_g, 2, using=(G,)),
            Identity("f-at-optimum", "at $\\mu = 0$, $\\sigma = 1$", (at_optimum_f, Integer(2)), using=(F,)),
            Identity("g-at-optimum", "at $\\mu = 0$, $v = 1$", (at_optimum_g, Rational(1, 2)), using=(G,)),
            Identity("chain-rule", "because $v = \\sigma^2$ and the slope vanishes there", chain_rule, using=(F, G)),
        ),
        short=Short(
            "At the optimum the slope vanishes, so that the chain rule leaves the square of a factor 2",
            ("second-of-f", "second-of-g", "chain-rule"),
        ),
        source="answers that call one of the two spellings easier to optimise",
    ),
)
