"""The spellings are one function: f(mu, sigma) = g(mu, sigma^2), and so on through the four scales."""

from sympy import Expr, Function, Rational, exp, log, sqrt

from derive.vocabulary.theorem import KL, Definition, Formula, Identity, Row, Short, Theorem, Variable, written

from .definitions import MU, MU1, MU2, STD0, mu, mu1, mu2, sigma
from .kl_normal import kl_normal_std
from .kl_unit import F, f
from .scales import LOGSTD, LOGVAR, VAR

g = Function("g")

V, V1, V2 = VAR.variable(), VAR.variable("1"), VAR.variable("2")
RHO, RHO1, RHO2 = LOGSTD.variable(), LOGSTD.variable("1"), LOGSTD.variable("2")
ELL, ELL1, ELL2 = LOGVAR.variable(), LOGVAR.variable("1"), LOGVAR.variable("2")
v, v1, v2 = V.symbol, V1.symbol, V2.symbol
rho, rho1, rho2 = RHO.symbol, RHO1.symbol, RHO2.symbol
ell, ell1, ell2 = ELL.symbol, ELL1.symbol, ELL2.symbol

half = Rational(1, 2)

with written():
    G = Formula(
        "g",
        g(mu, v),
        (MU, V),
        -half * (1 + log(v) - v - mu**2),
        "the second of the two spellings: its second argument is the variance",
    )
    kl_unit_var = Formula("kl_unit_var", KL(mu, sqrt(v), 0, 1), (MU, V), G.expr, "from the variance")
    kl_unit_logstd = Formula(
        "kl_unit_logstd",
        KL(mu, exp(rho), 0, 1),
        (MU, RHO),
        -half * (1 + 2 * rho - exp(2 * rho) - mu**2),
        "from the logarithm of the standard deviation",
    )
    kl_unit_logvar = Formula(
        "kl_unit_logvar",
        KL(mu, exp(ell / 2), 0, 1),
        (MU, ELL),
        -half * (1 + ell - exp(ell) - mu**2),
        "from the logarithm of the variance",
    )
    kl_normal_var = Formula(
        "kl_normal_var",
        KL(mu1, sqrt(v1), mu2, sqrt(v2)),
        (MU1, V1, MU2, V2),
        half * (log(v2 / v1) + (v1 + (mu1 - mu2) ** 2) / v2 - 1),
        "from variances",
    )
    kl_normal_logstd = Formula(
        "kl_normal_logstd",
        KL(mu1, exp(rho1), mu2, exp(rho2)),
        (MU1, RHO1, MU2, RHO2),
        rho2 - rho1 + (exp(2 * rho1) + (mu1 - mu2) ** 2) / (2 * exp(2 * rho2)) - half,
        "from logarithms of standard deviations",
    )
    kl_normal_logvar = Formula(
        "kl_normal_logvar",
        KL(mu1, exp(ell1 / 2), mu2, exp(ell2 / 2)),
        (MU1, ELL1, MU2, ELL2),
        half * (ell2 - ell1 + (exp(ell1) + (mu1 - mu2) ** 2) / exp(ell2) - 1),
        "from logarithms of variances",
    )
    two_spellings = (f(mu, sigma), g(mu, sigma**2))
    g_of_root = (g(mu, v), f(mu, sqrt(v)))
    log_std = (f(mu, exp(rho)), kl_unit_logstd.expr)
    log_var = (g(mu, exp(ell)), kl_unit_logvar.expr)


def reparameterised(formula: Formula, letter: Variable) -> Identity:
    """The formula of a scale is the general closed form, its standard deviations expressed in that scale."""
    reason = f"the closed form, the standard deviation expressed by ${letter.latex}$"
    return Identity(
        formula.name.replace("_", "-"),
        reason,
        (formula.head, formula.expr),
        using=(kl_normal_std,),
        cites=("kl-normal",),
    )


def row(chain: tuple[Expr, ...]) -> Row:
    return Row(chain[0], "=", chain[1])


FORMULAS = (kl_unit_var, kl_unit_logstd, kl_unit_logvar, kl_normal_var, kl_normal_logstd, kl_normal_logvar)

THEOREMS = (
    Theorem(
        id="same-function",
        title="The spellings are one function in four scales",
        variables=(MU, STD0, V, RHO, ELL, MU1, MU2, V1, V2, RHO1, RHO2, ELL1, ELL2),
        assumptions=("standard deviations and variances are positive",),
        statement=(row(two_spellings), *(Row(formula.head, "=", formula.expr) for formula in FORMULAS)),
        steps=(
            Definition("f", "the first of the two spellings", F),
            Definition("g", "the second of the two spellings", G),
            Identity("two-spellings", "$\\log\\sigma^2 = 2\\log\\sigma$", two_spellings, using=(F, G)),
            Identity("read-backwards", "the same with $\\sigma = \\sqrt{v}$", g_of_root, using=(F, G)),
            Identity("log-sigma", "f with $\\sigma = e^\\rho$", log_std, using=(F,)),
            Identity("log-variance", "g with $v = e^\\ell$", log_var, using=(G,)),
            *(reparameterised(formula, formula.variables[1]) for formula in FORMULAS),
        ),
        short=Short(
            "The identity $\\log\\sigma^2 = 2\\log\\sigma$ turns one spelling into the other",
            ("two-spellings", "log-sigma", "log-variance"),
        ),
        source="the recurring question why two implementations of the KL term differ by a factor 2 and a square",
        formulas=FORMULAS,
        cites=("kl-normal", "kl-unit"),
    ),
)
DEFINITIONS = (G,)
