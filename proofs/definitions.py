"""What everything else is about: two Gaussian densities, and the divergence of the first from the second."""

from sympy import Integral, exp, log, oo, pi, sqrt

from derive.vocabulary.theorem import KL, Domain, Formula, Variable, density_of, written

from .scales import STD

X = Variable("x", "x", Domain.REAL, "the point of the line")
MU = Variable("mu", r"\mu", Domain.REAL, "mean")
MU1 = Variable("mu1", r"\mu_1", Domain.REAL, "mean of the first Gaussian")
MU2 = Variable("mu2", r"\mu_2", Domain.REAL, "mean of the second Gaussian")
STD0, STD1, STD2 = STD.variable(), STD.variable("1"), STD.variable("2")

#: What the ids call the two kinds of pair, in the words of the titles.
PAIRS = {"unit": "from the unit Gaussian", "normal": "of one Gaussian from another"}

x, mu, mu1, mu2 = X.symbol, MU.symbol, MU1.symbol, MU2.symbol
sigma, sigma1, sigma2 = STD0.symbol, STD1.symbol, STD2.symbol

p, q = density_of("normal", "p")(x, mu1, sigma1), density_of("normal", "q")(x, mu2, sigma2)

with written():
    P = Formula(
        "density_p",
        p,
        (X, MU1, STD1),
        exp(-((x - mu1) ** 2) / (2 * sigma1**2)) / (sqrt(2 * pi) * sigma1),
        "the density of $N(\\mu_1, \\sigma_1^2)$",
    )
    Q = Formula(
        "density_q",
        q,
        (X, MU2, STD2),
        exp(-((x - mu2) ** 2) / (2 * sigma2**2)) / (sqrt(2 * pi) * sigma2),
        "the density of $N(\\mu_2, \\sigma_2^2)$",
    )

DIVERGENCE = Formula(
    "kl_definition",
    KL(mu1, sigma1, mu2, sigma2),
    (MU1, STD1, MU2, STD2),
    Integral(p * log(p / q), (x, -oo, oo)),
    "the Kullback-Leibler divergence of the first Gaussian from the second",
)

DEFINITIONS = (P, Q, DIVERGENCE)
