"""At one and the same argument g is never above f. The two then measure different Gaussians."""

from sympy import Integer, Rational, log, oo

from derive.vocabulary.theorem import Counterexample, Identity, Inequality, Row, Short, Theorem, written

from .definitions import MU, mu
from .kl_unit import F, f
from .same_function import G, g
from .steeper import S, s

with written():
    gap = Rational(1, 2) * (s**2 - s - log(s))
difference = (f(mu, s) - g(mu, s), gap)

not_negative = Inequality(
    "not-negative",
    "the difference falls, then rises",
    f(mu, s),
    ">=",
    g(mu, s),
    S,
    (Integer(0), oo),
    Integer(1),
    using=(F, G),
)

THEOREMS = (
    Theorem(
        id="less-stringent",
        title="At the same argument g is at most f, and equal only at 1",
        variables=(MU, S),
        assumptions=("$s > 0$: the same number given to both as second argument",),
        statement=(
            Row(difference[0], "=", difference[1]),
            not_negative.conclusion,
        ),
        steps=(
            Identity("difference", "the terms in $\\mu$ cancel", difference, using=(F, G)),
            not_negative,
            Counterexample(
                "differs",
                "so the two are not the same function of the same number",
                f(mu, s),
                "=",
                g(mu, s),
                {"mu": Integer(0), "s": Integer(2)},
                using=(F, G),
            ),
        ),
        short=Short(
            "In the difference the mean cancels; what is left falls up to 1 and rises behind it",
            ("difference", "not-negative"),
        ),
        source="answers that call g less stringent and so less prone to over-regularise",
    ),
)
