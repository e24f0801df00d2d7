"""Ball arithmetic: enclosures, domains, power series."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from derive.prove.ball import Undecided, defined_points, derivative, evaluate, excludes_zero, points, witness
from derive.vocabulary.theorem import expm1mx, log1pmx

x = sp.Symbol("x", real=True)
v = sp.Symbol("v", positive=True)
k = sp.Symbol("k", integer=True)

FUNCTIONS = [
    (sp.exp(x), mpmath.exp),
    (sp.log(1 + x**2), lambda a: mpmath.log(1 + a * a)),
    (sp.erf(x), mpmath.erf),
    (sp.erfc(x), mpmath.erfc),
    (sp.sqrt(x**2 + 1), lambda a: mpmath.sqrt(a * a + 1)),
    ((x**2 + 1) ** sp.Rational(-1, 2), lambda a: 1 / mpmath.sqrt(a * a + 1)),
    (sp.cosh(x) + sp.sinh(x) + sp.tanh(x), lambda a: mpmath.cosh(a) + mpmath.sinh(a) + mpmath.tanh(a)),
    (sp.atanh(x / (1 + x**2)), lambda a: mpmath.atanh(a / (1 + a * a))),
    (expm1mx(x), lambda a: mpmath.exp(a) - 1 - a),
    (log1pmx(x**2), lambda a: mpmath.log(1 + a * a) - a * a),
    (sp.pi * sp.E + x**3 - x**-3, lambda a: mpmath.pi * mpmath.e + a**3 - a**-3),
]


@pytest.mark.parametrize(("expr", "function"), FUNCTIONS, ids=[str(expr) for expr, _ in FUNCTIONS])
@given(numerator=st.integers(-90, 90).filter(bool))
def test_a_ball_holds_the_value(expr: sp.Expr, function: object, numerator: int) -> None:
    with mpmath.workdps(60):
        expected = function(mpmath.mpf(numerator) / 32)  # type: ignore[operator]
        value = evaluate(expr, {x: sp.Rational(numerator, 32)}, 128)
        middle, radius = mpmath.mpf(value.mid().str(50, radius=False)), mpmath.mpf(value.rad().str(10, radius=False))
        assert abs(middle - expected) <= 2 * radius + mpmath.mpf(10) ** -36 * abs(expected)
        assert value.rel_accuracy_bits() > 80 or abs(expected) < 1e-6


@pytest.mark.parametrize("expr", [sp.log(x), sp.sqrt(x), 1 / (x + 1), x ** sp.Rational(1, 3)])
def test_outside_the_domain_the_ball_is_not_finite(expr: sp.Expr) -> None:
    assert not evaluate(expr, {x: sp.Integer(-1)}).is_finite()


def test_a_float_is_the_rational_it_stands_for() -> None:
    tenth = evaluate(sp.Float(0.1) * x, {x: sp.Integer(1)}, 200)
    assert not tenth.contains(evaluate(sp.Rational(1, 10), {}, 200))


def test_unknown_functions_and_missing_values_are_named() -> None:
    with pytest.raises(Undecided, match=r"gamma\(x\)"):
        evaluate(sp.gamma(x), {x: sp.Integer(1)})
    with pytest.raises(Undecided, match="v"):
        evaluate(x + v, {x: sp.Integer(1)})


def test_points_keep_to_the_domains_and_repeat_with_the_seed() -> None:
    some = [point for point, _ in zip(points({x, v, k}, 3), range(50), strict=False)]
    assert some == [point for point, _ in zip(points({k, v, x}, 3), range(50), strict=False)]
    assert some != [point for point, _ in zip(points({x, v, k}, 4), range(50), strict=False)]
    assert all(point[v] > 0 and point[k].is_Integer for point in some)
    assert any(point[x] < 0 for point in some)


def test_points_outside_the_domain_are_passed_over() -> None:
    assert all(point[x] > 0 for point, _ in defined_points(sp.log(x), 8))
    assert not list(defined_points(sp.log(-1 - x**2), 8))


def test_precision_is_raised_until_zero_is_excluded() -> None:
    tiny = sp.exp(x) - 1 - x
    assert excludes_zero(tiny, {x: sp.Rational(1, 10**60)})
    assert not excludes_zero(sp.log(x**2) - 2 * sp.log(x), {x: sp.Integer(3)})
    assert witness(sp.Rational(1, 10**100) + x - x, 3) is not None
    assert witness(sp.log(v**2) - 2 * sp.log(v), 8) is None


@pytest.mark.parametrize("expr", [sp.exp(-(x**2)) * sp.erf(x), expm1mx(x), log1pmx(x**2), x**-2 + sp.sqrt(x**2 + 1)])
@pytest.mark.parametrize("order", [1, 2, 3])
def test_power_series_give_the_derivative(expr: sp.Expr, order: int) -> None:
    point = {x: sp.Rational(5, 4)}
    by_series = derivative(expr, x, order, point)
    assert by_series.overlaps(evaluate(sp.diff(expr.doit(), x, order), point))
    assert by_series.rel_accuracy_bits() > 90


def test_the_derivative_of_a_constant_is_zero() -> None:
    assert derivative(sp.log(v), x, 1, {x: sp.Integer(1), v: sp.Integer(2)}) == 0
