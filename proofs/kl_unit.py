"""The divergence from the unit prior: the regulariser of the variational auto-encoder, in the spelling called f."""

from sympy import Function, Rational, log

from derive.vocabulary.theorem import KL, Definition, Formula, Identity, Row, Short, Theorem, written

from .definitions import MU, STD0, mu, sigma
from .kl_normal import kl_normal_std

f = Function("f")

with written():
    F = Formula(
        "f",
        f(mu, sigma),
        (MU, STD0),
        -Rational(1, 2) * (1 + 2 * log(sigma) - sigma**2 - mu**2),
        "the first of the two spellings: its second argument is the standard deviation",
    )
    specialised = -log(sigma) + (sigma**2 + mu**2) / 2 - Rational(1, 2)

kl_unit_std = Formula("kl_unit_std", KL(mu, sigma, 0, 1), (MU, STD0), F.expr, "from the standard deviation")

THEOREMS = (
    Theorem(
        id="kl-unit",
        title="KL divergence from the unit Gaussian",
        variables=(MU, STD0),
        assumptions=("$\\sigma > 0$",),
        statement=(Row(kl_unit_std.head, "=", f(mu, sigma)), Row(kl_unit_std.head, "=", kl_unit_std.expr)),
        steps=(
            Definition("f", "the first of the two spellings", F),
            Identity(
                "specialise",
                "the closed form at $\\mu_2 = 0$, $\\sigma_2 = 1$",
                (kl_unit_std.head, specialised),
                using=(kl_normal_std,),
                cites=("kl-normal",),
            ),
            Identity(
                "spelling",
                "written with one bracket",
                (kl_unit_std.head, f(mu, sigma), kl_unit_std.expr),
                using=(kl_normal_std, F),
                cites=("kl-normal",),
            ),
        ),
        short=Short(
            "Only the second mean and the second standard deviation are put in",
            ("specialise", "spelling"),
        ),
        source="Kingma and Welling, Auto-Encoding Variational Bayes (2013), appendix B",
        formulas=(kl_unit_std,),
        cites=("kl-normal",),
    ),
)

DEFINITIONS = (F,)
