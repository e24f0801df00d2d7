"""The divergence of one Laplace distribution from another, from the integral that defines it, in two scales.

    KL(Laplace(mu1, b1) || Laplace(mu2, b2)) = integral of p log(p/q)

The log-ratio is linear in |x - mu1| and |x - mu2|, so the integral is a combination of three moments of p: the mass and
the mean distances from the two locations. The densities have corners there; between the corners each moment has an
antiderivative, and every order of the two locations is gone through.
"""

from sympy import Abs, Integer, Integral, Lambda, Symbol, exp, log, oo, sign

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
    Step,
    SumOfParts,
    Theorem,
    ThroughAbsolute,
    Variable,
    density_of,
    divergence_of,
    expm1mx,
    log1pmx,
    written,
)

from . import forms
from .definitions import X, x
from .stable import not_negative_exp, not_positive_log

KL = divergence_of("laplace", r"\mathrm{Laplace}", coq=Coq("Laplace", "is_kl", "laplace_density"))
positive, real = Symbol("s", positive=True), Symbol("s", real=True)

SCALE = Scale("scale", "b", Domain.POSITIVE, "scale: the mean distance from the location", Lambda(positive, positive))
LOGSCALE = Scale("logscale", r"\beta", Domain.REAL, "logarithm of the scale", Lambda(real, exp(real)))

MU1 = Variable("mu1", r"\mu_1", Domain.REAL, "location of the first distribution")
MU2 = Variable("mu2", r"\mu_2", Domain.REAL, "location of the second distribution")
B1 = Variable("b1", "b_1", Domain.POSITIVE, "scale of the first distribution")
B2 = Variable("b2", "b_2", Domain.POSITIVE, "scale of the second distribution")
LOGB1 = Variable("logb1", r"\beta_1", Domain.REAL, "logarithm of the scale of the first distribution")
LOGB2 = Variable("logb2", r"\beta_2", Domain.REAL, "logarithm of the scale of the second distribution")

mu1, mu2, b1, b2, logb1, logb2 = MU1.symbol, MU2.symbol, B1.symbol, B2.symbol, LOGB1.symbol, LOGB2.symbol
p, q = density_of("laplace", "p")(x, mu1, b1), density_of("laplace", "q")(x, mu2, b2)
LINE = (-oo, oo)

with written():
    P = Formula("density_laplace_p", p, (X, MU1, B1), exp(-Abs(x - mu1) / b1) / (2 * b1), "the density of the first")
    Q = Formula("density_laplace_q", q, (X, MU2, B2), exp(-Abs(x - mu2) / b2) / (2 * b2), "the density of the second")
    DIVERGENCE = Formula(
        "kl_laplace_definition",
        KL(mu1, b1, mu2, b2),
        (MU1, B1, MU2, B2),
        Integral(p * log(p / q), (x, *LINE)),
        "the divergence of the first Laplace distribution from the second",
    )
    gap = Abs(mu1 - mu2)
    kl_scale = Formula(
        "kl_laplace_scale",
        KL(mu1, b1, mu2, b2),
        (MU1, B1, MU2, B2),
        log(b2 / b1) + (gap + b1 * exp(-gap / b1)) / b2 - 1,
        "from scales",
    )
    kl_logscale = Formula(
        "kl_laplace_logscale",
        KL(mu1, exp(logb1), mu2, exp(logb2)),
        (MU1, LOGB1, MU2, LOGB2),
        logb2 - logb1 + gap * exp(-logb2) + exp(logb1 - logb2 - gap * exp(-logb1)) - 1,
        "from logarithms of scales",
    )

    ratio = log(p / q)
    ratio_read = log(b2 / b1) - Abs(x - mu1) / b1 + Abs(x - mu2) / b2
    tail = exp(-Abs(x - mu1) / b1)
    from_mass = -sign(x - mu1) / 2 * tail
    from_own = -sign(x - mu1) / 2 * (Abs(x - mu1) + b1) * tail
    from_other = -(sign(x - mu1) * Abs(x - mu2) + sign(x - mu2) * b1) / 2 * tail

    side = sign(mu1 - mu2)
    r, d = b1 / b2, gap / b1
    towards = -(side * (exp(-d) - 1)) / b2
    log_r, log_d = logb1 - logb2, gap * exp(-logb1)
    log_towards = -(side * (exp(-log_d) - 1)) * exp(-logb2)

    SPELLINGS = (
        forms.Spelling(
            kl_scale,
            r * expm1mx(-d) - log1pmx((b1 - b2) / b2),
            (
                side * (1 - exp(-gap / b1)) / b2,
                (exp(-gap / b1) * (1 + gap / b1)) / b2 - 1 / b1,
                -side * (1 - exp(-gap / b1)) / b2,
                1 / b2 - (gap + b1 * exp(-gap / b1)) / b2**2,
            ),
            (
                towards,
                ((b1 - b2) / b2 - r * exp(-d) * expm1mx(d)) / b1,
                -towards,
                -((b1 - b2) / b2 + r * expm1mx(-d)) / b2,
            ),
        ),
        forms.Spelling(
            kl_logscale,
            exp(log_r) * expm1mx(-log_d) + expm1mx(log_r),
            (
                side * (1 - exp(-log_d)) * exp(-logb2),
                exp(log_r - log_d) * (1 + log_d) - 1,
                -side * (1 - exp(-log_d)) * exp(-logb2),
                1 - exp(log_r) * (log_d + exp(-log_d)),
            ),
            (
                log_towards,
                (exp(log_r) - 1) - exp(log_r) * exp(-log_d) * expm1mx(log_d),
                -log_towards,
                -((exp(log_r) - 1) + exp(log_r) * expm1mx(-log_d)),
            ),
        ),
    )

log_ratio = Identity("log-ratio", "the exponentials are undone by the logarithm", (ratio, ratio_read), using=(P, Q))
mass = Antiderivative("mass", "a density has mass one", p, X, LINE, from_mass, Integer(1), corners=(mu1,), using=(P,))
own_distance = Antiderivative(
    "own-distance",
    "the mean distance from the location is the scale",
    Abs(x - mu1) * p,
    X,
    LINE,
    from_own,
    b1,
    corners=(mu1,),
    using=(P,),
)
other_distance = Antiderivative(
    "other-distance",
    "the mean distance from the other location",
    Abs(x - mu2) * p,
    X,
    LINE,
    from_other,
    gap + b1 * exp(-gap / b1),
    corners=(mu1, mu2),
    using=(P,),
)
expectation = Linear(
    "expectation",
    "the integral is linear, and the moments are known",
    KL(mu1, b1, mu2, b2),
    p,
    ratio,
    X,
    (log(b2 / b1), -1 / b1, 1 / b2),
    (mass, own_distance, other_distance),
    kl_scale.expr,
    using=(P, Q, DIVERGENCE),
)
optimum = SumOfParts(
    "optimum",
    "the exponential lies above its tangent, the logarithm below",
    KL(mu1, b1, mu2, b2),
    (Part(r, not_negative_exp, -d, (mu1, mu2)), Part(Integer(1), not_positive_log, (b1 - b2) / b2, (b1, b2))),
    using=(kl_scale,),
    cites=("stable-functions/expm1mx-sign", "stable-functions/log1pmx-sign"),
)


def differentiated(closed: Formula, variable: Variable, component: Formula) -> Step:
    """By a location the divergence has a derivative everywhere, though the density has corners."""
    if variable not in (MU1, MU2):
        return forms.differentiated(closed, variable, component)
    corner = mu2 if variable == MU1 else mu1
    return ThroughAbsolute(
        forms.identifier(component),
        "continuous in the locations, and zero where they are equal",
        component.head.args[0],
        variable,
        Abs(mu1 - mu2),
        corner,
        component.expr,
        using=(closed,),
    )


CLOSED_FORM = Theorem(
    id="kl-laplace",
    title="KL divergence of one Laplace distribution from another",
    variables=(X, MU1, B1, MU2, B2),
    assumptions=("$b_1 > 0$ and $b_2 > 0$",),
    statement=forms.rows([kl_scale]),
    steps=(
        Definition("density-p", "the density of the first distribution", P),
        Definition("density-q", "the density of the second distribution", Q),
        Definition("definition", "the divergence of the first from the second", DIVERGENCE),
        log_ratio,
        mass,
        own_distance,
        other_distance,
        expectation,
    ),
    source="Gil, Alajaji and Linder, Renyi divergence measures for commonly used univariate distributions (2013)",
    formulas=(kl_scale,),
)
CONSEQUENCES, DIVERGENCES = forms.theorems(
    "Laplace", kl_scale, SPELLINGS, optimum, "scales are positive", differentiated
)

THEOREMS = (CLOSED_FORM, *CONSEQUENCES)
DEFINITIONS = (P, Q, DIVERGENCE)
FAMILY = Family(
    name="laplace",
    title="Laplace distribution",
    plural="Laplace distributions",
    scales=(SCALE, LOGSCALE),
    divergences=DIVERGENCES,
    libraries=(LibraryClass(("Laplace", "laplace"), {"loc": "mu", "scale": "scale"}),),
)
