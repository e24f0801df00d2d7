"""The divergence of one exponential distribution from another, from the integral that defines it, in three scales.

    KL(Exp(rate1) || Exp(rate2)) = integral over x > 0 of p log(p/q)

The log-ratio is linear in x, so the integral is a combination of two moments of p, the mass and the mean.
"""

from sympy import Integer, Integral, Lambda, Symbol, exp, log, oo

from derive.vocabulary.family import Family, LibraryClass
from derive.vocabulary.theorem import (
    Antiderivative,
    Coq,
    Definition,
    Domain,
    Formula,
    Identity,
    Linear,
    Part,
    Scale,
    SumOfParts,
    Theorem,
    Variable,
    density_of,
    divergence_of,
    expm1mx,
    log1pmx,
    written,
)

from . import forms
from .stable import not_positive_log

KL = divergence_of("exponential", r"\mathrm{Exp}", coq=Coq("Exponential", "is_kl_half_line", "exponential_density"))
positive, real = Symbol("s", positive=True), Symbol("s", real=True)

RATE = Scale("rate", r"\lambda", Domain.POSITIVE, "rate", Lambda(positive, positive))
MEAN = Scale("mean", r"\theta", Domain.POSITIVE, "mean", Lambda(positive, 1 / positive))
LOGRATE = Scale("lograte", r"\eta", Domain.REAL, "logarithm of the rate", Lambda(real, exp(real)))

X = Variable("x", "x", Domain.POSITIVE, "the point of the half-line")
RATE1, RATE2 = RATE.variable("1"), RATE.variable("2")
MEAN1, MEAN2 = MEAN.variable("1"), MEAN.variable("2")
LOGRATE1, LOGRATE2 = LOGRATE.variable("1"), LOGRATE.variable("2")

x, rate1, rate2 = X.symbol, RATE1.symbol, RATE2.symbol
mean1, mean2, lograte1, lograte2 = MEAN1.symbol, MEAN2.symbol, LOGRATE1.symbol, LOGRATE2.symbol
p, q = density_of("exponential", "p")(x, rate1), density_of("exponential", "q")(x, rate2)
HALF_LINE = (Integer(0), oo)

with written():
    P = Formula("density_exponential_p", p, (X, RATE1), rate1 * exp(-rate1 * x), "the density of the first, on $x > 0$")
    Q = Formula(
        "density_exponential_q", q, (X, RATE2), rate2 * exp(-rate2 * x), "the density of the second, on $x > 0$"
    )
    DIVERGENCE = Formula(
        "kl_exponential_definition",
        KL(rate1, rate2),
        (RATE1, RATE2),
        Integral(p * log(p / q), (x, *HALF_LINE)),
        "the divergence of the first exponential distribution from the second",
    )
    kl_rate = Formula(
        "kl_exponential_rate", KL(rate1, rate2), (RATE1, RATE2), log(rate1 / rate2) + rate2 / rate1 - 1, "from rates"
    )
    kl_mean = Formula(
        "kl_exponential_mean",
        KL(1 / mean1, 1 / mean2),
        (MEAN1, MEAN2),
        log(mean2 / mean1) + mean1 / mean2 - 1,
        "from means",
    )
    kl_lograte = Formula(
        "kl_exponential_lograte",
        KL(exp(lograte1), exp(lograte2)),
        (LOGRATE1, LOGRATE2),
        lograte1 - lograte2 + exp(lograte2 - lograte1) - 1,
        "from logarithms of rates",
    )
    ratio = log(p / q)
    ratio_read = log(rate1 / rate2) - (rate1 - rate2) * x
    from_mass, from_mean = -exp(-rate1 * x), -(x + 1 / rate1) * exp(-rate1 * x)
    grows = exp(lograte2 - lograte1) - 1

    SPELLINGS = (
        forms.Spelling(
            kl_rate,
            -log1pmx((rate2 - rate1) / rate1),
            (1 / rate1 - rate2 / rate1**2, 1 / rate1 - 1 / rate2),
            ((rate1 - rate2) / rate1 / rate1, (rate2 - rate1) / rate1 / rate2),
        ),
        forms.Spelling(
            kl_mean,
            -log1pmx((mean1 - mean2) / mean2),
            (1 / mean2 - 1 / mean1, 1 / mean2 - mean1 / mean2**2),
            ((mean1 - mean2) / mean2 / mean1, (mean2 - mean1) / mean2 / mean2),
        ),
        forms.Spelling(
            kl_lograte,
            expm1mx(lograte2 - lograte1),
            (1 - exp(lograte2 - lograte1), exp(lograte2 - lograte1) - 1),
            (-grows, grows),
        ),
    )

log_ratio = Identity("log-ratio", "the exponentials are undone by the logarithm", (ratio, ratio_read), using=(P, Q))
mass = Antiderivative("mass", "a density has mass one", p, X, HALF_LINE, from_mass, Integer(1), using=(P,))
mean = Antiderivative("mean", "the reciprocal of the rate", x * p, X, HALF_LINE, from_mean, 1 / rate1, using=(P,))
expectation = Linear(
    "expectation",
    "the integral is linear, and the moments are known",
    KL(rate1, rate2),
    p,
    ratio,
    X,
    (log(rate1 / rate2), rate2 - rate1),
    (mass, mean),
    kl_rate.expr,
    using=(P, Q, DIVERGENCE),
)
optimum = SumOfParts(
    "optimum",
    "the logarithm lies below its tangent",
    KL(rate1, rate2),
    (Part(Integer(1), not_positive_log, (rate2 - rate1) / rate1, (rate1, rate2)),),
    using=(kl_rate,),
    cites=("stable-functions/log1pmx-sign",),
)

CLOSED_FORM = Theorem(
    id="kl-exponential",
    title="KL divergence of one exponential distribution from another",
    variables=(X, RATE1, RATE2),
    assumptions=("$\\lambda_1 > 0$ and $\\lambda_2 > 0$",),
    statement=forms.rows([kl_rate]),
    steps=(
        Definition("density-p", "the density of the first distribution", P),
        Definition("density-q", "the density of the second distribution", Q),
        Definition("definition", "the divergence of the first from the second", DIVERGENCE),
        log_ratio,
        mass,
        mean,
        expectation,
    ),
    source="textbooks on exponential families; the waiting times of two Poisson processes",
    formulas=(kl_rate,),
)
CONSEQUENCES, DIVERGENCES = forms.theorems("exponential", kl_rate, SPELLINGS, optimum, "rates and means are positive")

THEOREMS = (CLOSED_FORM, *CONSEQUENCES)
DEFINITIONS = (P, Q, DIVERGENCE)
FAMILY = Family(
    name="exponential",
    title="exponential distribution",
    plural="exponential distributions",
    scales=(RATE, MEAN, LOGRATE),
    divergences=DIVERGENCES,
    libraries=(
        LibraryClass(("Exponential",), {"rate": "rate"}),
        LibraryClass(("expon",), {"loc": "", "scale": "mean"}),
    ),
)
