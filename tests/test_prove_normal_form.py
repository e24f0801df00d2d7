"""The decision procedure: what it must recognise as zero, what it must not, and what it must refuse."""

from __future__ import annotations

import contextlib

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from derive.prove import ball, normal_form
from derive.prove.normal_form import Undecided, equal, is_zero
from derive.vocabulary.theorem import expm1mx, log1pmx

x, y, t, rho, ell = sp.symbols("x y t rho ell", real=True)
v, w, s, eps = sp.symbols("v w s eps", positive=True)
k = sp.Symbol("k", integer=True)
log, exp, sqrt, erf, half = sp.log, sp.exp, sp.sqrt, sp.erf, sp.Rational(1, 2)
f = t / (2 + t)

EQUAL = [
    # logarithms of products, quotients, powers and rational numbers
    (log(v * w), log(v) + log(w)),
    (log(v**2 / w), 2 * log(v) - log(w)),
    (log(sp.Integer(12)), 2 * log(2) + log(3)),
    (log(sqrt(v)), log(v) / 2),
    (log(v / 6), log(v) - log(2) - log(3)),
    # of polynomials: irreducible factors
    (log(1 - x**2), log(1 - x) + log(1 + x)),
    (log(v - 1), log(sqrt(v) - 1) + log(sqrt(v) + 1)),
    (log((1 + f) / (1 - f)), log(1 + t)),
    (log(1 + (v - 1)), log(v)),
    (log((v + sqrt(3)) ** 2), 2 * log(v + sqrt(3))),
    (log((x - sqrt(3)) ** 2) / 2, log(x - sqrt(3))),
    (log(v**2 + 2 * v * w + w**2), 2 * log(v + w)),
    # exponentials share a generator
    (exp(ell / 2) ** 2, exp(ell)),
    (exp(x + y), exp(x) * exp(y)),
    (exp(-((x - y) ** 2) / (2 * s**2)), exp(-(x**2) / (2 * s**2)) * exp(x * y / s**2) * exp(-(y**2) / (2 * s**2))),
    (exp(3 * ell / 2) / exp(ell), exp(ell / 2)),
    # exponentials and logarithms undo each other
    (exp(2 * log(v)), v**2),
    (exp(log(v) / 3) ** 3, v),
    (exp(k * log(2) + x), 2**k * exp(x)),
    (sp.Integer(4) ** k, 2 ** (2 * k)),
    (log(exp(ell / 2)), ell / 2),
    (log(2**k * v), k * log(2) + log(v)),
    (exp(log(1 + exp(rho))), 1 + exp(rho)),
    (log(1 + exp(rho)), rho + log(1 + exp(-rho))),
    (exp(-2 * log(log(1 + exp(rho)))), log(1 + exp(rho)) ** -2),
    # roots
    (sqrt(8), 2 * sqrt(2)),
    ((sqrt(2) + sqrt(3)) ** 2, 5 + 2 * sqrt(6)),
    (sqrt(v + eps) ** 2, v + eps),
    (log(sqrt(v + eps)), log(v + eps) / 2),
    (sqrt(x**2 + 1) ** 4, (x**2 + 1) ** 2),
    (sqrt(1 - x) ** 2, 1 - x),
    (1 / (sqrt(v) - 1), (sqrt(v) + 1) / (v - 1)),
    (erf(1 / sqrt(3)), erf(sqrt(3) / 3)),
    (erf(sqrt(x + 1) * sqrt(x + 1)), erf(x + 1)),
    (exp(v / sqrt(v + eps) ** 2), exp(v / (v + eps))),
    # functions with a name of their own
    (expm1mx(x), exp(x) - 1 - x),
    (log1pmx(v - 1), log(v) - v + 1),
    (log1pmx(exp(x) - 1), -expm1mx(x)),
    (sp.atanh(f) * 2, log(1 + t)),
    (sp.tanh(x), (1 - exp(-2 * x)) / (1 + exp(-2 * x))),
    (sp.cosh(x) ** 2 - sp.sinh(x) ** 2, sp.Integer(1)),
    (sp.erfc(x), 1 - erf(x)),
    (erf((x - y) / s), -erf((y - x) / s)),
    # floats stand for the rational number they are
    (sp.Float(0.5) * x, x / 2),
]

DIFFERENT = [
    (log(v), log(v**2)),
    (exp(ell), exp(ell / 2)),
    (exp(x) * exp(y), exp(x * y)),
    (log(v + w), log(v) + log(w)),
    (sqrt(x**2), x),
    (exp(log(x**2) / 2), x),
    (erf(x), erf(-x)),
    (2**k, sp.Integer(2) * k),
    (log(x**2 + 1), 2 * log(x)),
    (expm1mx(x), x**2 / 2),
    (sp.Rational(1, 10**40) + x, x),
    (sp.sin(x), x),
]

REFUSED = [
    (sp.gamma(x), "gamma"),
    (sp.Function("h")(x) - x, "h(x)"),
    (sp.log(sp.Symbol("z") ** 2) - 2 * sp.log(sp.Symbol("z")), "z"),
    (sp.Piecewise((x, x > 0), (0, True)), "Piecewise"),
    (sp.Max(x, 0) - x, "Max"),
    (sp.sin(x) ** 2 + sp.cos(x) ** 2 - 1, "(x)"),
    (sp.besselj(0, x) - x, "besselj"),
]


@pytest.mark.parametrize(("a", "b"), EQUAL, ids=str)
def test_equal_expressions_have_a_zero_difference(a: sp.Expr, b: sp.Expr) -> None:
    assert equal(a, b)


@pytest.mark.parametrize(("a", "b"), DIFFERENT, ids=str)
def test_different_expressions_are_told_apart(a: sp.Expr, b: sp.Expr) -> None:
    assert not equal(a, b)


@pytest.mark.parametrize(("expr", "named"), REFUSED, ids=lambda value: str(value))
def test_what_cannot_be_treated_is_named(expr: sp.Expr, named: str) -> None:
    with sp.evaluate(False):
        difference = sp.Add(expr, 0)
    with pytest.raises(Undecided, match=r"undecided") as refusal:
        is_zero(difference)
    assert named in str(refusal.value)


with sp.evaluate(False):  # SymPy would undo the exponentials before they are read
    # the domain of a logarithm or root fixes the sign of its argument, also elsewhere
    SIGN_FROM_DOMAIN = [
        (exp(log(1 - x) / 2 + y) * sqrt(1 - x), (1 - x) * exp(y)),
        (exp(log(x) / 2 + y) * sqrt(x), x * exp(y)),
        (exp(log((x - 1) / v) + y), (x - 1) * exp(y) / v),
        (exp(log(1 - x) + y), (1 - x) * exp(y)),
        # a divisor is not 0, and what has a sign beside it has its own
        (sqrt(1 / x) + sqrt(x * y) + exp(log(y**2) / 2 + v), sqrt(1 / x) + sqrt(x * y) + y * exp(v)),
    ]
    # |a| = exp(log(a^2)/2), where nothing fixes the sign of a
    ABSOLUTE_VALUES = [
        (exp(log(x**2) / 2 + y), x * exp(y)),
        (exp(log((1 - x) ** 2) / 2 + y), (1 - x) * exp(y)),
        (exp(log(x**6) / 6 + y), x * exp(y)),
        (exp(log(log(v + w) ** 2) / 2 + y), log(v + w) * exp(y)),
    ]


@pytest.mark.parametrize(("a", "b"), SIGN_FROM_DOMAIN, ids=str)
def test_the_domain_fixes_signs(a: sp.Expr, b: sp.Expr) -> None:
    assert equal(a, b)


@pytest.mark.parametrize(("a", "b"), ABSOLUTE_VALUES, ids=str)
def test_an_absolute_value_is_not_taken_for_the_argument(a: sp.Expr, b: sp.Expr) -> None:
    with sp.evaluate(False):
        difference = a - b
    with pytest.raises(Undecided, match=r"absolute value"):
        normal_form.normal_form(difference)
    assert not equal(a, b)


def test_an_identity_outside_the_theory_is_undecided_and_never_false() -> None:
    # equal, but 1/(x(x+1)) and its partial fractions are independent generators of the exponentials
    with pytest.raises(Undecided, match="no ball excludes zero"):
        equal(exp(1 / (v * (v + 1))), exp(1 / v) * exp(-1 / (v + 1)))


def test_an_expression_that_is_nowhere_defined_is_undecided() -> None:
    with sp.evaluate(False):
        nowhere = sp.log(sp.Add(-1, -(v**2))) - sp.log(sp.Add(-1, -(v**2)))
    with pytest.raises(Undecided, match="none of the points"):
        is_zero(nowhere)


@pytest.mark.parametrize(
    "expr",
    [
        (x + y + v + w + 1) ** 60 - x,
        sp.Add(x, sp.Pow(sp.Integer(9), sp.Integer(10) ** 7, evaluate=False), evaluate=False),
        exp(x / 10**9) ** 3 - exp(x * 10**7) * exp(x / 7),
    ],
    ids=["many terms", "large number", "many roots"],
)
def test_size_is_limited_before_it_is_reached(expr: sp.Expr) -> None:
    with pytest.raises(Undecided, match=r"large|bounds|roots"):
        normal_form.normal_form(expr)


def test_deep_nesting_is_refused_and_not_a_crash() -> None:
    expr = x
    for _ in range(400):
        expr = sp.Add(sp.exp(sp.Mul(expr, half, evaluate=False), evaluate=False), 1, evaluate=False)
    with pytest.raises(Undecided):
        is_zero(expr)


# --- random expressions: the normal form against balls, which know nothing of it -----------------------------------

_leaves = st.sampled_from([x, y, v, w, sp.Integer(1), sp.Integer(2), sp.Rational(1, 3), sp.Integer(-1)])


def _compound(inner: st.SearchStrategy[sp.Expr]) -> st.SearchStrategy[sp.Expr]:
    return st.one_of(
        st.builds(lambda a, b: a + b, inner, inner),
        st.builds(lambda a, b: a * b, inner, inner),
        st.builds(lambda a, b: a / (b**2 + 1), inner, inner),
        st.builds(lambda a: sp.exp(a / 2), inner),
        st.builds(lambda a: sp.log(a**2 + 2), inner),
        st.builds(lambda a, n: sp.sqrt(a**2 + 1) ** n, inner, st.integers(-3, 3)),
        st.builds(sp.erf, inner),
        st.builds(expm1mx, inner),
    )


expressions = st.recursive(_leaves, _compound, max_leaves=7)


def _agrees(expr: sp.Expr) -> None:
    """The normal form says zero only where no ball excludes zero, and says it of expr - expr rewritten."""
    try:
        zero = normal_form.normal_form(expr).is_zero
    except Undecided:
        return
    found = ball.witness(expr, 3)
    assert zero == (found is None), (expr, found)


@given(expressions, expressions)
def test_random_differences_are_judged_as_the_balls_judge_them(a: sp.Expr, b: sp.Expr) -> None:
    _agrees(a - b)


@given(expressions, expressions)
def test_random_products_multiplied_out_are_zero(a: sp.Expr, b: sp.Expr) -> None:
    with sp.evaluate(False):
        difference = (a + b) ** 2 - (a**2 + 2 * a * b + b**2)
    with contextlib.suppress(Undecided):  # where it grows too large
        assert normal_form.normal_form(difference).is_zero


@given(expressions, st.sampled_from([sp.Rational(1, 1000), sp.Rational(-1, 7)]))
def test_a_small_change_is_never_overlooked(a: sp.Expr, change: sp.Rational) -> None:
    with sp.evaluate(False):
        difference = a + change - a
    with contextlib.suppress(Undecided):
        assert not is_zero(difference)
