"""The rules by which expm1mx, log1pmx and the divergence in std and var are reduced to small arguments."""

from sympy import Expr, Function, Integer, exp, log

from derive.vocabulary.theorem import (
    Condition,
    Domain,
    Formula,
    Identity,
    Row,
    Theorem,
    Variable,
    expm1mx,
    log1pmx,
    written,
)

R = Variable("r", "r", Domain.REAL, "the reduced argument")
K = Variable("k", "k", Domain.INTEGER, "the number of times $\\log 2$, or 2, is taken out")
M = Variable("m", "m", Domain.POSITIVE, "the significand")
T = Variable("t", "t", Domain.REAL, "a relative difference, greater than -1")
A = Variable("a", "a", Domain.POSITIVE, "the first of two scales")
B = Variable("b", "b", Domain.POSITIVE, "the second of two scales")
h = Function("h")
r, k, m, t, a, b = (variable.symbol for variable in (R, K, M, T, A, B))

with written():
    # x = r + k log 2
    x = r + k * log(2)
    range_exp = (expm1mx(x), Integer(2) ** k * (1 + r + expm1mx(r)) - 1 - x)
    exp_itself = (exp(x), Integer(2) ** k * exp(r))

    # h = t/(2 + t), so that log(1 + t) = log((1 + h)/(1 - h)), an odd function of h
    H = Formula("h", h(t), (T,), t / (2 + t), "the argument of the odd function")
    f = h(t)
    odd_rest = log((1 + f) / (1 - f)) - 2 * f
    log_by_f = (log(1 + t), 2 * f + odd_rest)
    atanh = (-log1pmx(t), t * f - odd_rest)

    # a scale 2^k m
    scale = Integer(2) ** k * m
    log_of_scale = (log(scale), k * log(2) + log(m))
    log_scale = (scale - 1 - log(scale), scale - 1 - k * log(2) - log(m))

    # a square, m = 1 + t
    square = ((1 + t) ** 2 - 1 - 2 * log(1 + t), t**2 + 2 * t * f - 2 * odd_rest)
    square_by_scale = ((1 + t) ** 2 - 1 - 2 * log(1 + t), t**2 - 2 * log1pmx(t))

    # a pair of scales: only their difference, exact where they are near, and quantities that do not cancel
    d = a - b
    t_ab, f_ab = d / b, d / (a + b)
    f_of_pair = (h(t_ab), f_ab)
    product = (t_ab * f_ab, d**2 / (b * (a + b)))
    product_square = (t_ab**2 + 2 * t_ab * f_ab, d**2 * (a + 3 * b) / (b**2 * (a + b)))
    ratio = (log((1 + f_ab) / (1 - f_ab)), log(a / b))

ABOVE = (Condition(t, ">", Integer(-1)),)
ODD = ("$h(t) = t/(2 + t)$",)


def theorem(
    id: str,
    title: str,
    variables: tuple[Variable, ...],
    assumptions: tuple[str, ...],
    *rules: tuple[str, str, tuple[Expr, ...]],
    where: tuple[Condition, ...] = (),
) -> Theorem:
    """A theorem of which every row is one identity: (name, reason, chain); all of them under the same condition."""
    return Theorem(
        id=id,
        title=title,
        variables=variables,
        assumptions=assumptions,
        statement=tuple(Row(chain[0], "=", chain[1], where=where) for _, _, chain in rules),
        steps=tuple(Identity(name, reason, chain, using=(H,), where=where) for name, reason, chain in rules),
        source="the usual range reductions of exp and log, carried to what is left after the linear term",
    )


THEOREMS = (
    theorem(
        "stable-range-exp",
        "Range reduction of expm1mx",
        (R, K),
        ("$x = r + k \\log 2$, k an integer",),
        ("exponential", "of a sum", exp_itself),
        ("reduced", "the linear term kept apart", range_exp),
    ),
    theorem(
        "stable-atanh",
        "log1pmx by an odd function",
        (T,),
        ODD,
        ("logarithm", "of $1 + t = (1 + h)/(1 - h)$ with $h = t/(2 + t)$", log_by_f),
        ("reduced", "because $t - 2h = th$", atanh),
        where=ABOVE,
    ),
    theorem(
        "stable-log-scale",
        "The logarithm of a scale by its significand",
        (K, M),
        ("$m > 0$, k an integer",),
        ("logarithm", "of a product", log_of_scale),
        ("reduced", "the linear term kept apart", log_scale),
    ),
    theorem(
        "stable-square",
        "log1pmx of a square by an odd function",
        (T,),
        ODD,
        ("reduced", "a scale $m = 1 + t$ and its square", square),
        ("by-scale", "the same by what the scale itself leaves", square_by_scale),
        where=ABOVE,
    ),
    theorem(
        "stable-pair",
        "The reduced arguments of a pair of scales by their difference",
        (A, B),
        ("$a > 0$ and $b > 0$; $t = (a - b)/b$ and $h(t) = (a - b)/(a + b)$",),
        ("fraction", "$h$ of that t", f_of_pair),
        ("product", "of t and $h$", product),
        ("square", "the combination for $a^2$ and $b^2$", product_square),
        ("ratio", "the odd function of $h$", ratio),
    ),
)
DEFINITIONS = (H,)
