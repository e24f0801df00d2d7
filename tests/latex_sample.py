"""A few theorems made by hand, with every kind of expression that proofs hold: material for the tests of printing."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType, SimpleNamespace

import sympy as sp

from derive.vocabulary.theorem import (
    KL,
    Claim,
    Domain,
    E,
    Formula,
    Registry,
    Row,
    Step,
    Theorem,
    Variable,
    Verdict,
    expm1mx,
    log1pmx,
    written,
)

MU = Variable("mu", r"\mu", Domain.REAL, "mean")
MU1 = Variable("mu1", r"\mu_1", Domain.REAL, "mean of the first")
MU2 = Variable("mu2", r"\mu_2", Domain.REAL, "mean of the second")
STD = Variable("std", r"\sigma", Domain.POSITIVE, "standard deviation")
STD1 = Variable("std1", r"\sigma_1", Domain.POSITIVE, "standard deviation of the first")
STD2 = Variable("std2", r"\sigma_2", Domain.POSITIVE, "standard deviation of the second")
VAR = Variable("var", "v", Domain.POSITIVE, "variance")
LOGVAR1 = Variable("logvar1", r"\ell_1", Domain.REAL, "log-variance of the first")
LOGVAR2 = Variable("logvar2", r"\ell_2", Domain.REAL, "log-variance of the second")
X = Variable("x", "x", Domain.REAL, "a point of the line")
NORMAL = (MU1, STD1, MU2, STD2)
NORMAL_LOGVAR = (MU1, LOGVAR1, MU2, LOGVAR2)

mu, mu1, mu2, std, std1, std2, var, logvar1, logvar2 = (
    v.symbol for v in (MU, MU1, MU2, STD, STD1, STD2, VAR, LOGVAR1, LOGVAR2)
)
x = X.symbol
f, g, p = (sp.Function(letter) for letter in "fgp")
HALF = sp.Rational(1, 2)


@dataclass(frozen=True)
class Shown(Step):
    """A step that only has rows."""

    shown: tuple[Row, ...] = field(default=(), kw_only=True)

    def rows(self) -> tuple[Row, ...]:
        return self.shown


with written():
    CLOSED = sp.log(std2 / std1) + (std1**2 + (mu1 - mu2) ** 2) / (2 * std2**2) - HALF
    DENSITY = sp.exp(-((x - mu1) ** 2) / (2 * std1**2)) / (sp.sqrt(2 * sp.pi) * std1)
    MOMENT = sp.Integral((x - mu1) ** 2 * DENSITY, (x, -sp.oo, sp.oo))
    STABLE_LOGVAR = HALF * (expm1mx(logvar1 - logvar2) + (mu1 - mu2) ** 2 * sp.exp(-logvar2))
    STABLE_STD = HALF * (-log1pmx((std1 - std2) * (std1 + std2) / std2**2) + ((mu1 - mu2) / std2) ** 2)
    GRADIENT = -((std1 - std2) * (std1 + std2) / std2**2 + ((mu1 - mu2) / std2) ** 2) / std2
    SPELLING_F = -HALF * (1 + 2 * sp.log(std) - std**2 - mu**2)
    SPELLING_G = -HALF * (1 + sp.log(var) - var - mu**2)
    EXPRESSIONS = {
        "closed": CLOSED,
        "density": DENSITY,
        "stable logvar": STABLE_LOGVAR,
        "stable std": STABLE_STD,
        "gradient": GRADIENT,
        "f": SPELLING_F,
        "g": SPELLING_G,
        "steeper": 2 * (std + 1) * ((std - 1) / (2 * std)),
        "log of a square": sp.log(std**2) - sp.log(std) ** 2,
        "log in front": sp.log(std) * mu * std,
        "nested differences": mu - (std - (mu1 - (mu2 - std1))),
        "minus minus": mu - -std * (-mu1),
        "power of a quotient": ((mu1 - mu2) / std2) ** 3 / (2 * std),
        "quotient of quotients": (mu / std) / (mu1**2 / std1),
        "root": sp.sqrt(std**2 + 1) / (3 * sp.sqrt(std)),
        "exponentials": sp.exp(-2 * (logvar1 - logvar2)) * sp.exp(mu / 2) / sp.exp(logvar1),
        "power of e": (sp.exp(mu) - 1) ** 2 / 2,
        "fractions": sp.Rational(3, 4) * mu - sp.Rational(2, 3) * (std - HALF) * sp.Rational(5, 7),
        "digits": mu**2 * 2 * 3 / 5 - 12 * std**-2,
        "symbolic power": std ** (mu + 1) * std**-mu,
        "quotient in an exponent": std ** (mu / (mu1 * std1)) * std1 ** (-mu / 2),
        "absolute": sp.Abs(mu - std) / 2,
        "sign in a product": std * (-mu) * (mu - 1),
        "half a root": HALF * sp.sqrt(2) * mu,
        "tall exponent": sp.exp(-((mu - mu1) ** 2 + 1) / (std**2 + std1)),
    }

#: What SymPy makes of the same: its own order and signs.
EVALUATED = {name: expression.doit(deep=True) for name, expression in EXPRESSIONS.items()}

THEOREMS = (
    Theorem(
        "sample-normal",
        "The divergence of two Gaussians",
        NORMAL,
        (r"$\mu_1, \mu_2$ real", r"$\sigma_1, \sigma_2 > 0$"),
        (Row(KL(mu1, std1, mu2, std2), "=", CLOSED),),
        (
            Shown(
                "second moment",
                r"the Gaussian integral, with $t = (x - \mu_1)/\sigma_1$",
                shown=(Row(E((x - mu1) ** 2), "=", MOMENT, "definition"), Row(None, "=", std1**2, "by parts")),
            ),
            Shown(
                "conclusion",
                "collect the terms; 100% of them & nothing else_here",
                cites=("sample-other", "sample-normal/second moment"),
                shown=(
                    Row(KL(mu1, std1, mu2, std2), "=", E(CLOSED) + sp.log(DENSITY) - CLOSED + STABLE_STD + GRADIENT),
                    Row(
                        None,
                        ">=",
                        sp.Integer(0),
                        "a long reason, so long that it finds no room beside its own row at all",
                    ),
                ),
            ),
        ),
        'a textbook: "the usual formula"',
        (Formula("sample_normal", KL(mu1, std1, mu2, std2), NORMAL, CLOSED, "the closed form"),),
    ),
    Theorem(
        "sample-other",
        "Spellings, gradients and rules",
        (MU, STD, VAR),
        (),
        (
            Row(f(mu, std), "=", SPELLING_F),
            Row(None, "=", g(mu, std**2)),
            Row(sp.Derivative(f(mu, std), std), "=", 2 * (std + 1) * sp.Derivative(g(mu, std), std)),
            Row(sp.Derivative(f(mu, std), (std, 2)).subs(std, 1), ">", HALF, r"at $\sigma = 1$"),
        ),
        (Shown("one", "compare", shown=(Row(sp.log(std), "<=", std - 1), Row(std, "!=", sp.Integer(1)))),),
        "folklore",
        (
            Formula(
                "sample_stable",
                KL(mu1, sp.exp(logvar1 / 2), mu2, sp.exp(logvar2 / 2)),
                NORMAL_LOGVAR,
                STABLE_LOGVAR,
                "without cancellation",
            ),
            Formula("sample_gradient", sp.Derivative(KL(mu1, std1, mu2, std2), std2), NORMAL, GRADIENT, "a gradient"),
        ),
    ),
)

CLAIMS = (
    Claim(
        "sample-claim",
        "squaring adds instability",
        "a forum",
        Verdict.IN_A_SENSE,
        r"not of $\sigma^2$",
        ("sample-other",),
    ),
)

REGISTRY = Registry(MappingProxyType({theorem.id: theorem for theorem in THEOREMS}), CLAIMS, ())
MATERIAL = SimpleNamespace(
    registry=REGISTRY,
    kernels=(),
    checked=tuple(SimpleNamespace(theorem=t, digest="0123456789abcdef") for t in THEOREMS),
)
