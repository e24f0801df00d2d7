"""The divergence of one Gaussian from another, from the integral that defines it.

    KL(N(mu1, sigma1^2) || N(mu2, sigma2^2)) = integral of p log(p/q)

The log-ratio is a quadratic in x, so the integral is a combination of three moments of p. Each moment is integrated.
"""

from sympy import Rational, log

from derive.vocabulary.theorem import (
    KL,
    Conclude,
    Definition,
    Domain,
    Expand,
    Expectation,
    Formula,
    Identity,
    Integrate,
    Row,
    Short,
    Theorem,
    Variable,
    written,
)

from .definitions import DIVERGENCE, MU1, MU2, STD1, STD2, P, Q, X, mu1, mu2, p, q, sigma1, sigma2, x

T = Variable("t", "t", Domain.REAL, "the standardised variable")
standardise = (T, mu1 + sigma1 * T.symbol)

with written():
    kl_normal_std = Formula(
        "kl_normal_std",
        KL(mu1, sigma1, mu2, sigma2),
        (MU1, STD1, MU2, STD2),
        log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - Rational(1, 2),
        "from standard deviations",
    )
    ratio = log(p / q)
    ratio_read = log(sigma2 / sigma1) - (x - mu1) ** 2 / (2 * sigma1**2) + (x - mu2) ** 2 / (2 * sigma2**2)
    mass, deviation, square = p, (x - mu1) * p, (x - mu1) ** 2 * p

definitions = (
    Definition("density-p", "the density of the first Gaussian", P),
    Definition("density-q", "the density of the second Gaussian", Q),
    Definition("definition", "the divergence of the first from the second", DIVERGENCE),
)
log_ratio = Expand("log-ratio", "the exponentials are undone by the logarithm", ratio, using=(P, Q))
quadratic = Identity("quadratic", "collected into squares", (ratio, ratio_read), using=(P, Q))
moments = (
    Integrate("mass", "a density has mass one", mass, X, standardise, using=(P,)),
    Integrate("mean", "the mean deviation from $\\mu_1$ vanishes", deviation, X, standardise, using=(P,)),
    Integrate("variance", "the mean squared deviation is the variance", square, X, standardise, using=(P,)),
)
expectation = Expectation(
    "expectation",
    "the integral is linear, and the moments are known",
    KL(mu1, sigma1, mu2, sigma2),
    p,
    log_ratio,
    X,
    MU1,
    moments,
    using=(P, Q, DIVERGENCE),
)
closed_form = Conclude("closed-form", "the form found in textbooks", expectation, kl_normal_std.expr)

THEOREMS = (
    Theorem(
        id="kl-normal",
        title="KL divergence of one Gaussian from another",
        variables=(X, MU1, STD1, MU2, STD2),
        assumptions=("$\\sigma_1 > 0$ and $\\sigma_2 > 0$",),
        statement=(Row(kl_normal_std.head, "=", kl_normal_std.expr),),
        steps=(*definitions, log_ratio, quadratic, *moments, expectation, closed_form),
        short=Short(
            "The logarithm of the ratio of two Gaussian densities is a quadratic, so that only moments of $p$ enter",
            ("quadratic", "mean", "variance", "closed-form"),
        ),
        source="textbooks on information theory and on machine learning, as an exercise on the multivariate Gaussian",
        formulas=(kl_normal_std,),
    ),
)
