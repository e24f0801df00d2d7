"""Limits at infinity of polynomial * exp(polynomial) + polynomial in erf(linear): what an antiderivative needs here.

The only facts used: the exponential of a polynomial that tends to -infinity beats every polynomial, and erf tends to 1
(the Gaussian integral, the one quoted fact) and is odd.
"""

from __future__ import annotations

import sympy as sp

from derive.prove.ball import Undecided
from derive.prove.sign import definite_sign


def limit_at_infinity(expr: sp.Expr, x: sp.Symbol, direction: int) -> sp.Expr:
    """The limit for x -> direction * oo; raises :class:`Undecided` for anything outside the form above."""
    return sp.Add(*(_term(term, x, direction) for term in sp.Add.make_args(sp.expand_mul(expr))))


def _term(term: sp.Expr, x: sp.Symbol, direction: int) -> sp.Expr:
    exponent, grows, limit = sp.Integer(0), False, sp.Integer(1)
    for factor in sp.Mul.make_args(term):
        if not factor.has(x):
            limit *= factor
        elif isinstance(factor, sp.exp):
            exponent += factor.args[0]
        elif isinstance(factor, sp.erf):
            limit *= _erf(factor, x, direction)
        elif factor.is_polynomial(x):
            grows = True
        else:
            raise Undecided("not a polynomial times exp of a polynomial times erf", term)
    if exponent.has(x):
        leading = sp.Poly(exponent, x) if exponent.is_polynomial(x) else sp.Poly(0, x)
        if leading.degree() < 1:
            raise Undecided("an exponential of something else than a polynomial", term)
        if definite_sign(leading.LC()) * direction ** leading.degree() > 0:
            raise Undecided("an exponential that does not vanish at infinity", term)
        return sp.Integer(0)
    if grows:
        raise Undecided("a term without a finite limit", term)
    return limit


def _erf(factor: sp.Expr, x: sp.Symbol, direction: int) -> sp.Expr:
    (argument,) = factor.args
    if not argument.is_polynomial(x) or sp.degree(argument, x) != 1:
        raise Undecided("erf of something that is not linear", factor)
    return sp.Integer(direction * definite_sign(sp.Poly(argument, x).LC()))
