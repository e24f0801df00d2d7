"""Terms of rules that no shipped family has: factors that are no powers of 2, against arithmetic of 4000 bits."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp
from mpmath import mpf

from derive.lower import compose
from derive.lower.arithmetic import scaled
from derive.lower.arithmetic.scaled import floor_log2
from derive.lower.bounds.scaled import Unproved
from derive.lower.interpret import run
from derive.lower.recognise import value_shape
from derive.lower.subjects import limits, pairs
from derive.vocabulary.formula import Formula
from derive.vocabulary.theorem import Domain, Variable, divergence_of, expm1mx, written

A, B = (Variable(f"a{i}", f"a_{i}", Domain.REAL, "a") for i in (1, 2))


def excess(c: sp.Rational) -> compose.Composed:
    """The kernel of expm1mx(c (a2 - a1))."""
    divergence = divergence_of("x", r"\mathrm{X}")
    with written():
        name, x = divergence(A.symbol, B.symbol), c * (B.symbol - A.symbol)
        formula = Formula("kl_x", name, (A, B), sp.exp(x) - 1 - x, "m")
        rule = Formula("stable_x", name, (A, B), expm1mx(x), "m")
    shape = value_shape(rule)
    return compose.value("x", [v.name for v in (A, B)], shape, limits(formula, pairs(shape)))


@pytest.mark.parametrize("factor", ["5/16", "3/10", "3/32", "1/100", "3", "7", "100", "10**10", "1/10**10", "127/128"])
def test_an_excess_of_a_multiple_keeps_its_bound(factor):
    """Near 2^7 the tree changes over to exp(x): what it compares must be x, whatever the factor."""
    c = sp.Rational(sp.sympify(factor))
    made = excess(c)
    bound = made.proof().total
    with mpmath.workprec(4000):
        for of in (*range(8, 2048, 24), 2**-30, 1.0, 2.0**40, 2.0**-60):
            for sign in (1, -1):
                point = (0.0, sign * float(of / 16 / c))
                exact = mpf(c.p) / c.q * (mpf(point[1]) - point[0])
                value = mpmath.expm1(exact) - exact
                if not value < mpf(2) ** 1000:
                    continue
                head, tail, unit = run(made.function, point)
                error = abs((mpf(head) + mpf(tail)) * mpf(unit) - value) / value
                assert error <= mpf(bound) * mpf(2) ** -53, (point, float(error * 2**53))


def test_an_excess_of_a_number_with_a_long_tail_is_not_proved(monkeypatch):
    """The product with a factor of 53 bits has one, and what the exponential supposes of a tail is half an ulp."""
    monkeypatch.setattr(scaled, "normalised", lambda a: a)
    assert excess(sp.Rational(2)).proof().total < 1
    with pytest.raises(Unproved, match="above half an ulp"):
        excess(sp.Rational(3)).proof()


def test_of_a_number_of_any_size_the_exponent_is_known():
    for p, q in ((1, 1), (3, 2), (1, 3), (2**70, 1), (2**70 - 1, 1), (10**400, 1), (1, 10**400), (1, 2**70 + 1)):
        c = sp.Rational(p, q)
        assert sp.Integer(2) ** floor_log2(c) <= c < sp.Integer(2) ** (floor_log2(c) + 1)
