"""What each spelling costs from what a network may put out. The cost model is that of `derive.prove.steps.cost`.

cost(f, c, v = d) is what it costs to evaluate f as c, once v = d is computed.
Counted are additions (and subtractions), multiplications (a square is one), and calls of exp, log and sqrt.
"""

from sympy import Expr, Symbol, exp, sqrt

from derive.vocabulary.theorem import (
    Domain,
    Formula,
    Identity,
    Inequality,
    OperationCount,
    Row,
    Theorem,
    Variable,
    written,
)

from .definitions import MU, STD0, mu, sigma
from .kl_normal import kl_normal_std
from .kl_unit import F, f
from .same_function import ELL, RHO, G, V, ell, g, half, kl_unit_logstd, kl_unit_logvar, rho, v

TWICE = Variable("twice", "t", Domain.REAL, "twice the logarithm of the standard deviation, computed once")
twice = TWICE.symbol

PRICES = tuple(
    Variable(name, rf"\mathrm{{{name}}}", Domain.POSITIVE, f"the price of {what}")
    for name, what in (
        ("add", "an addition or subtraction"),
        ("mul", "a multiplication or square"),
        ("exp", "an exponential"),
        ("log", "a logarithm"),
        ("sqrt", "a square root"),
    )
)
add, mul, call_exp, call_log, call_sqrt = (price.symbol for price in PRICES)


def counted(
    name: str, head: str, quantity: Expr, formula: Formula, total: Expr, *shared: tuple[Symbol, Expr]
) -> OperationCount:
    """A spelling from a network head: what the head does not give is computed first."""
    reason = f"from a head that gives {head}"
    return OperationCount(name, reason, quantity, formula.expr, total, shared, using=(formula,))


with written():
    root, square = sqrt(v), sigma**2
    std_of_rho, var_of_rho = exp(rho), exp(2 * rho)
    std_of_ell, var_of_ell = exp(half * ell), exp(ell)
    double, undone_f = 2 * rho, -half * (1 + twice - exp(twice) - mu**2)
    undone_logstd = (f(mu, std_of_rho), g(mu, var_of_rho), kl_unit_logstd.expr)
    undone_logvar = (f(mu, std_of_ell), g(mu, var_of_ell), kl_unit_logvar.expr)

f_itself, g_itself = 3 * add + 4 * mul + call_log, 3 * add + 2 * mul + call_log

f_of_std = counted("f-from-std", "$\\sigma$", f(mu, sigma), F, f_itself)
g_of_std = counted("g-from-std", "$\\sigma$", g(mu, square), G, g_itself + mul, (v, square))
f_of_var = counted("f-from-var", "$v$", f(mu, root), F, f_itself + call_sqrt, (sigma, root))
g_of_var = counted("g-from-var", "$v$", g(mu, v), G, g_itself)
f_of_rho = counted("f-from-logstd", "$\\rho$", f(mu, std_of_rho), F, f_itself + call_exp, (sigma, std_of_rho))
g_of_rho = counted("g-from-logstd", "$\\rho$", g(mu, var_of_rho), G, g_itself + mul + call_exp, (v, var_of_rho))
f_of_ell = counted("f-from-logvar", "$\\ell$", f(mu, std_of_ell), F, f_itself + mul + call_exp, (sigma, std_of_ell))
g_of_ell = counted("g-from-logvar", "$\\ell$", g(mu, var_of_ell), G, g_itself + call_exp, (v, var_of_ell))

COUNTS = (f_of_std, g_of_std, f_of_var, g_of_var, f_of_rho, g_of_rho, f_of_ell, g_of_ell)
undone = "with the logarithm of an exponential undone"
best_logstd = OperationCount(
    "logstd",
    f"{undone}; $2\\rho$ computed once",
    kl_unit_logstd.head,
    undone_f,
    3 * add + 3 * mul + call_exp,
    ((twice, double),),
    using=(kl_normal_std,),
    cites=("kl-normal",),
)
best_logvar = OperationCount(
    "logvar",
    undone,
    kl_unit_logvar.head,
    kl_unit_logvar.expr,
    3 * add + 2 * mul + call_exp,
    using=(kl_normal_std,),
    cites=("kl-normal",),
)

THEOREMS = (
    Theorem(
        id="cost",
        title="Operations of each spelling from each network head",
        variables=(MU, STD0, V, RHO, ELL, TWICE, *PRICES),
        assumptions=(
            "a square is a multiplication, a subtraction an addition; signs, numbers and the inputs are free",
            "what the head does not give ($v = \\sigma^2$, $\\sigma = e^\\rho$, ...) is computed first",
            "the cost of a function is that of the computation beside it, as it is written",
        ),
        statement=tuple(Row(step.quantity, "=", step.total) for step in (*COUNTS, best_logstd, best_logvar)),
        steps=(
            *COUNTS,
            Inequality(
                "one-multiplication",
                "from $\\sigma$, f costs one multiplication more than g, whatever the prices",
                f_of_std.total,
                ">",
                g_of_std.total,
            ),
            Identity("one-from-logstd", "both undo the logarithm", undone_logstd, using=(F, G)),
            Identity("one-from-logvar", "from $\\ell$ both are the same computation", undone_logvar, using=(F, G)),
            best_logstd,
            best_logvar,
        ),
        cites=("kl-normal",),
        source="answers that call the second spelling computationally cheaper",
    ),
)
