"""The divergence of one half-normal distribution from another."""

from derive.proofs import forms
from derive.proofs.stable import not_positive_log
from sympy import Integer, Integral, Lambda, Symbol, erf, exp, log, oo, pi, sqrt

from derive.vocabulary.family import Family
from derive.vocabulary.theorem import (
    Antiderivative,
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
    log1pmx,
    written,
)

KL = divergence_of("half_normal", r"\mathrm{HN}")
s = Symbol("s", positive=True)
VAR = Scale("v", "v", Domain.POSITIVE, "variance of the normal distribution that is folded", Lambda(s, s))
X = Variable("x", "x", Domain.POSITIVE, "the point of the half-line")
V1, V2 = VAR.variable("1"), VAR.variable("2")
x, v1, v2 = X.symbol, V1.symbol, V2.symbol
p, q = density_of("half_normal", "p")(x, v1), density_of("half_normal", "q")(x, v2)
HALF_LINE = (Integer(0), oo)

with written():
    P = Formula("density_half_normal_p", p, (X, V1), sqrt(2 / (pi * v1)) * exp(-(x**2) / (2 * v1)), "the first")
    Q = Formula(
        "density_half_normal_q", q, (X, V2), sqrt(2 / (pi * v2)) * exp(-(x**2) / (2 * v2)), "the second density"
    )
    DIVERGENCE = Formula(
        "kl_half_normal_definition",
        KL(v1, v2),
        (V1, V2),
        Integral(p * log(p / q), (x, *HALF_LINE)),
        "the divergence of the first half-normal distribution from the second",
    )
    kl_v = Formula("kl_half_normal_v", KL(v1, v2), (V1, V2), (log(v2 / v1) + v1 / v2 - 1) / 2, "from variances")
    ratio = log(p / q)
    ratio_read = log(v2 / v1) / 2 + (1 / v2 - 1 / v1) / 2 * x**2
    weights = (log(v2 / v1) / 2, (1 / v2 - 1 / v1) / 2)
    part = erf(x / sqrt(2 * v1))
    from_square = v1 * part - sqrt(2 * v1 / pi) * x * exp(-(x**2) / (2 * v1))
    t = (v1 - v2) / v2
    SPELLINGS = (
        forms.Spelling(
            kl_v, -log1pmx(t) / 2, ((1 / v2 - 1 / v1) / 2, (1 / v2 - v1 / v2**2) / 2), (t / (2 * v1), -(t / (2 * v2)))
        ),
    )

log_ratio = Identity("log-ratio", "the point stays in its square", (ratio, ratio_read), using=(P, Q))
mass = Antiderivative("mass", "half of the Gaussian integral, twice", p, X, HALF_LINE, part, Integer(1), using=(P,))
square = Antiderivative("square", "the variance", x**2 * p, X, HALF_LINE, from_square, v1, using=(P,))
expectation = Linear(
    "expectation",
    "the integral is linear, and the moments are known",
    KL(v1, v2),
    p,
    ratio,
    X,
    weights,
    (mass, square),
    kl_v.expr,
    using=(P, Q, DIVERGENCE),
)
optimum = SumOfParts(
    "optimum",
    "the logarithm lies below its tangent",
    KL(v1, v2),
    (Part(Integer(1) / 2, not_positive_log, t, (v1, v2)),),
    using=(kl_v,),
    cites=("stable-functions/log1pmx-sign",),
)
CLOSED_FORM = Theorem(
    id="kl-half-normal",
    title="KL divergence of one half-normal distribution from another",
    variables=(X, V1, V2),
    assumptions=("$v_1 > 0$ and $v_2 > 0$",),
    statement=forms.rows([kl_v]),
    steps=(
        Definition("density-p", "the density of the first distribution", P),
        Definition("density-q", "the density of the second distribution", Q),
        Definition("definition", "the divergence of the first from the second", DIVERGENCE),
        log_ratio,
        mass,
        square,
        expectation,
    ),
    source="the half of a Gaussian",
    formulas=(kl_v,),
)
CONSEQUENCES, DIVERGENCES = forms.theorems("half-normal", kl_v, SPELLINGS, optimum, "variances are positive")

THEOREMS = (CLOSED_FORM, *CONSEQUENCES)
DEFINITIONS = (P, Q, DIVERGENCE)
FAMILY = Family(
    name="half_normal",
    title="half-normal distribution",
    plural="half-normal distributions",
    scales=(VAR,),
    divergences=DIVERGENCES,
)
