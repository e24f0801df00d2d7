"""Exact signs: of polynomials with coefficients of one sign, and of rational functions of one variable on an interval.

A rational function of x (or of exp(x), which rises with x) has a constant sign on an open interval if numerator and
denominator have no root there. Roots are counted by Sturm sequences over the rationals, so nothing is rounded.
"""

from __future__ import annotations

import sympy as sp

from derive.prove.ball import Undecided
from derive.prove.field import Field, Fraction, Poly
from derive.prove.normal_form import read


def strict_sign(expr: sp.Expr) -> int:
    """The same, with 0 where the coefficients do not tell."""
    field, value = read(expr)
    return field.strict_sign(field.reduced(value.num)) * field.strict_sign(value.den)


def nonnegative_sign(expr: sp.Expr) -> bool:
    """Whether the coefficients tell that the expression is >= 0 wherever it is defined."""
    field, value = read(expr)
    num = field.reduced(value.num)
    return any(field.sign(num * sign) > 0 and field.sign(value.den * sign) > 0 for sign in (1, -1))


def definite_sign(expr: sp.Expr) -> int:
    """1 or -1 where the expression has that sign, strictly, for all values of its symbols in their domains.

    Raises :class:`Undecided` where the coefficients do not tell.
    """
    sign = strict_sign(expr)
    if not sign:
        raise Undecided("the sign does not follow from the domains of the symbols", expr)
    return sign


def sign_on(expr: sp.Expr, by: sp.Symbol, lower: sp.Expr, upper: sp.Expr) -> int:
    """1 or -1 where the expression has that sign on the whole open interval; 0 where it vanishes or changes sign in it.

    Raises
    ------
    Undecided : the expression is not a rational function of ``by`` or of an exponential of it alone.
    """
    field, value = read(expr)
    num = field.reduced(value.num)
    if num.is_zero():
        return 0
    used = [i for i, (a, b) in enumerate(zip(num.degrees(), value.den.degrees(), strict=True)) if a or b]
    if not used:
        return 1 if int(num.leading_coefficient()) > 0 else -1
    if len(used) > 1:
        return definite_sign(expr)
    generator = field.table[used[0]]
    if generator.kind == "symbol" and generator.meaning == by:
        ends = tuple(_root(end, generator.root) for end in (lower, upper))
    elif generator.kind == "exp" and _is_symbol(field, generator.argument, by):
        ends = tuple(_exponential(end) for end in (lower, upper))
    else:
        raise Undecided(f"not a rational function of {by} or exp({by})", expr)
    sign = 1
    for poly in (num, value.den):
        sign *= _constant_sign(_univariate(poly, used[0]), *ends)
    return sign


def _is_symbol(field: Field, argument: Fraction, by: sp.Symbol) -> bool:
    i = field.single(argument.num, whole=True)
    return argument.den.is_one() and i is not None and bool(field.table[i].meaning == by)


def _univariate(poly: Poly, i: int) -> sp.Poly:
    w = sp.Symbol("w")
    return sp.Poly.from_dict({(int(monomial[i]),): int(c) for monomial, c in poly.terms()}, w)


def _constant_sign(poly: sp.Poly, lower: sp.Expr, upper: sp.Expr) -> int:
    for end in (lower, upper):
        while poly.degree() > 0 and end.is_finite and poly.eval(end) == 0:
            linear = sp.Poly(poly.gen - end, poly.gen)
            poly = poly.quo(linear) * (1 if end == lower else -1)  # x - lower > 0 > x - upper inside
    if poly.degree() > 0 and poly.count_roots(None if lower == -sp.oo else lower, None if upper == sp.oo else upper):
        return 0
    if lower == -sp.oo:
        inside = upper - 1 if upper.is_finite else sp.Integer(0)
    else:
        inside = (lower + upper) / 2 if upper.is_finite else lower + 1
    return 1 if poly.eval(inside) > 0 else -1


def _root(end: sp.Expr, order: int) -> sp.Expr:
    if order == 1 or end in (0, 1, sp.oo):
        return end
    raise Undecided(f"an interval that ends at a root of order {order}", end)


def _exponential(end: sp.Expr) -> sp.Expr:
    known = {-sp.oo: sp.Integer(0), sp.Integer(0): sp.Integer(1), sp.oo: sp.oo}
    if end not in known:
        raise Undecided("an interval in an exponential that ends elsewhere than at 0 or infinity", end)
    return known[end]
