"""The divergence of one Poisson distribution from another, from the sum that defines it, in two scales.

    KL(Poisson(rate1) || Poisson(rate2)) = sum over n = 0, 1, 2, ... of p log(p/q)

The log-ratio is linear in n, so the sum is a combination of two moments of p, the mass and the mean. Each is a shifted
exponential series.
"""

from sympy import Integer, Lambda, Sum, Symbol, exp, factorial, log, oo

from derive.vocabulary.family import Family, LibraryClass
from derive.vocabulary.theorem import (
    Coq,
    Definition,
    Domain,
    Formula,
    Identity,
    Linear,
    Part,
    Scale,
    Series,
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

KL = divergence_of("poisson", r"\mathrm{Poisson}", coq=Coq("Poisson", "is_kl_series", "poisson_mass"))
positive, real = Symbol("s", positive=True), Symbol("s", real=True)

RATE = Scale("rate", r"\lambda", Domain.POSITIVE, "rate", Lambda(positive, positive))
LOGRATE = Scale("lograte", r"\eta", Domain.REAL, "logarithm of the rate", Lambda(real, exp(real)))

N = Variable("n", "n", Domain.NATURAL, "the number of events")
RATE1, RATE2 = RATE.variable("1"), RATE.variable("2")
LOGRATE1, LOGRATE2 = LOGRATE.variable("1"), LOGRATE.variable("2")

n, rate1, rate2 = N.symbol, RATE1.symbol, RATE2.symbol
lograte1, lograte2 = LOGRATE1.symbol, LOGRATE2.symbol
p, q = density_of("poisson", "p")(n, rate1), density_of("poisson", "q")(n, rate2)

with written():
    P = Formula(
        "mass_poisson_p", p, (N, RATE1), rate1**n * exp(-rate1) / factorial(n), "the probability of $n$ under the first"
    )
    Q = Formula(
        "mass_poisson_q",
        q,
        (N, RATE2),
        rate2**n * exp(-rate2) / factorial(n),
        "the probability of $n$ under the second",
    )
    DIVERGENCE = Formula(
        "kl_poisson_definition",
        KL(rate1, rate2),
        (RATE1, RATE2),
        Sum(p * log(p / q), (n, 0, oo)),
        "the divergence of the first Poisson distribution from the second",
    )
    kl_rate = Formula(
        "kl_poisson_rate", KL(rate1, rate2), (RATE1, RATE2), rate1 * log(rate1 / rate2) + rate2 - rate1, "from rates"
    )
    kl_lograte = Formula(
        "kl_poisson_lograte",
        KL(exp(lograte1), exp(lograte2)),
        (LOGRATE1, LOGRATE2),
        exp(lograte1) * (lograte1 - lograte2) + exp(lograte2) - exp(lograte1),
        "from logarithms of rates",
    )
    ratio = log(p / q)
    ratio_read = n * log(rate1 / rate2) - (rate1 - rate2)

    SPELLINGS = (
        forms.Spelling(
            kl_rate,
            rate1 * -log1pmx((rate2 - rate1) / rate1),
            (log(rate1) - log(rate2), 1 - rate1 / rate2),
            (log(rate1 / rate2), (rate2 - rate1) / rate2),
        ),
        forms.Spelling(
            kl_lograte,
            exp(lograte1) * expm1mx(lograte2 - lograte1),
            (exp(lograte1) * (lograte1 - lograte2), exp(lograte2) - exp(lograte1)),
            (exp(lograte1) * (lograte1 - lograte2), exp(lograte1) * (exp(lograte2 - lograte1) - 1)),
        ),
    )

log_ratio = Identity("log-ratio", "the factorials cancel", (ratio, ratio_read), using=(P, Q))
mass = Series("mass", "the probabilities add up to one", p, N, 0, exp(-rate1), rate1, Integer(1), using=(P,))
mean = Series("mean", "the mean is the rate", n * p, N, 1, rate1 * exp(-rate1), rate1, rate1, using=(P,))
expectation = Linear(
    "expectation",
    "the sum is linear, and the moments are known",
    KL(rate1, rate2),
    p,
    ratio,
    N,
    (rate2 - rate1, log(rate1 / rate2)),
    (mass, mean),
    kl_rate.expr,
    using=(P, Q, DIVERGENCE),
)
optimum = SumOfParts(
    "optimum",
    "the logarithm lies below its tangent",
    KL(rate1, rate2),
    (Part(rate1, not_positive_log, (rate2 - rate1) / rate1, (rate1, rate2)),),
    using=(kl_rate,),
    cites=("stable-functions/log1pmx-sign",),
)

CLOSED_FORM = Theorem(
    id="kl-poisson",
    title="KL divergence of one Poisson distribution from another",
    variables=(N, RATE1, RATE2),
    assumptions=("$\\lambda_1 > 0$ and $\\lambda_2 > 0$",),
    statement=forms.rows([kl_rate]),
    steps=(
        Definition("mass-p", "the probabilities of the first distribution", P),
        Definition("mass-q", "the probabilities of the second distribution", Q),
        Definition("definition", "the divergence of the first from the second", DIVERGENCE),
        log_ratio,
        mass,
        mean,
        expectation,
    ),
    source="textbooks on exponential families; the deviance of Poisson regression",
    formulas=(kl_rate,),
)
CONSEQUENCES, DIVERGENCES = forms.theorems("Poisson", kl_rate, SPELLINGS, optimum, "rates are positive")

THEOREMS = (CLOSED_FORM, *CONSEQUENCES)
DEFINITIONS = (P, Q, DIVERGENCE)
FAMILY = Family(
    name="poisson",
    title="Poisson distribution",
    plural="Poisson distributions",
    scales=(RATE, LOGRATE),
    divergences=DIVERGENCES,
    libraries=(
        LibraryClass(("Poisson",), {"rate": "rate"}),
        LibraryClass(("Poisson",), {"log_rate": "lograte"}),
        LibraryClass(("poisson",), {"mu": "rate"}),
    ),
)
