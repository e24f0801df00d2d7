"""A formula fed the wrong scale is still a divergence, of another Gaussian. A formula with a term changed is none."""

from typing import Any

from sympy import Integer, Rational, exp, log, sqrt

from derive.vocabulary.theorem import KL, Counterexample, Differentiate, Identity, Row, Theorem, written

from .definitions import MU, STD0, mu, sigma
from .kl_normal import kl_normal_std
from .kl_unit import F, f
from .same_function import ELL, G, V, ell, g, half, v

g_of_std = (g(mu, sigma), KL(mu, sqrt(sigma), 0, 1))
f_of_var = (f(mu, v), KL(mu, v, 0, 1))
with written():
    logstd_of_logvar = (-half * (1 + 2 * ell - exp(2 * ell) - mu**2), KL(mu, exp(ell), 0, 1))
    dropped_slope = (2 * sigma**2 - 1) / (2 * sigma)
    factor_dropped = -half * (1 + log(sigma) - sigma**2 - mu**2)

proved: dict[str, Any] = {"using": (kl_normal_std, F, G), "cites": ("kl-normal",)}

negative = Counterexample(
    "negative",
    "at $\\mu = 0$, $\\sigma = \\tfrac34$",
    factor_dropped,
    ">=",
    Integer(0),
    {"mu": Integer(0), "std": Rational(3, 4)},
)

THEOREMS = (
    Theorem(
        id="wrong-scale",
        title="Fed the wrong scale, each spelling is the divergence of another Gaussian",
        variables=(MU, STD0, V, ELL),
        assumptions=("$\\sigma > 0$ and $v > 0$",),
        statement=tuple(Row(fed, "=", divergence) for fed, divergence in (g_of_std, f_of_var, logstd_of_logvar)),
        steps=(
            Identity("g-of-std", "of the Gaussian with variance $\\sigma$", g_of_std, **proved),
            Identity("f-of-var", "of the Gaussian with standard deviation $v$", f_of_var, **proved),
            Identity("log-variance-doubled", "of the one with log-variance $2\\ell$", logstd_of_logvar, **proved),
            Counterexample(
                "not-the-intended",
                "at $\\mu = 0$, $\\sigma = 2$",
                g(mu, sigma),
                "=",
                KL(mu, sigma, 0, 1),
                {"mu": Integer(0), "std": Integer(2)},
                **proved,
            ),
            Counterexample(
                "not-the-intended-f",
                "at $\\mu = 0$, $v = 4$, the variance of the same Gaussian",
                f(mu, v),
                "=",
                KL(mu, sqrt(v), 0, 1),
                {"mu": Integer(0), "var": Integer(4)},
                **proved,
            ),
        ),
        source="the thread keras-team/keras#3169, where the second spelling is given a standard deviation",
        cites=("kl-normal",),
    ),
    Theorem(
        id="factor-dropped",
        title="Without the factor 2 of its logarithm f is no divergence: it is negative near the optimum",
        variables=(MU, STD0),
        assumptions=("$\\sigma > 0$",),
        statement=negative.rows(),
        steps=(
            negative,
            Differentiate("slope", "which vanishes at $1/\\sqrt2$, not at 1", factor_dropped, STD0, dropped_slope),
        ),
        source="code that mixes the two spellings: the logarithm of g with the square of f",
    ),
)
