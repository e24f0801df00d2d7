"""Integrals over an interval, piece by piece between the corners of absolute values, each by its antiderivative.

On a piece every absolute value and sign is resolved by the sign of its argument, which is linear in the variable, at
both ends of the piece; what is left is a sum of polynomials times exponentials of polynomials times erf. Such a
function is continuous everywhere, so that a limit at a finite end is the value there, and its limit at infinity is
decided. Nothing here asks SymPy to integrate, to take a limit or to evaluate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import sympy as sp

from derive.prove.ball import Undecided
from derive.prove.normal_form import is_zero
from derive.prove.sign import definite_sign
from derive.prove.steps.limits import limit_at_infinity


@dataclass(frozen=True)
class Order:
    """One order of the corners: what replaces the first of them, and the corners from left to right."""

    where: Mapping[sp.Symbol, sp.Expr]
    corners: tuple[sp.Expr, ...]

    def pieces(self, interval: tuple[sp.Expr, sp.Expr]) -> Iterator[tuple[sp.Expr, sp.Expr]]:
        ends = (interval[0], *self.corners, interval[1])
        yield from pairwise(ends)


def orders(corners: Sequence[sp.Symbol]) -> tuple[Order, ...]:
    """Every order that the corners can have: a is b + h, b or b - h with h > 0, and there is no other real a.

    Raises :class:`Undecided` for more than two corners.
    """
    if not corners:
        return (Order({}, ()),)
    if len(corners) == 1:
        return (Order({}, tuple(corners)),)
    if len(corners) > 2 or len(set(corners)) < 2 or not all(c.is_Symbol and c.is_real for c in corners):
        raise Undecided("the order of more than two corners, or of what are no two real symbols", corners)
    first, second = corners
    gap = sp.Dummy("h", positive=True)
    return (
        Order({first: second + gap}, (second, second + gap)),
        Order({first: second}, (second,)),
        Order({first: second - gap}, (second - gap, second)),
    )


def on_piece(expr: sp.Expr, x: sp.Symbol, lower: sp.Expr, upper: sp.Expr) -> sp.Expr:
    """``expr`` with every absolute value and sign replaced by what it is on the open piece."""
    return _resolved(expr, lambda inner: sign_between(inner, x, lower, upper))


def without_corners(expr: sp.Expr) -> sp.Expr:
    """``expr`` with every absolute value and sign resolved by the domains of its symbols."""
    return _resolved(expr, sign_of)


def sign_between(expr: sp.Expr, x: sp.Symbol, lower: sp.Expr, upper: sp.Expr) -> int:
    """The sign of a linear function on the open interval; :class:`Undecided` where it is zero or changes in it."""
    if not expr.has(x):
        return sign_of(expr)
    if not expr.is_polynomial(x) or sp.degree(expr, x) != 1:
        raise Undecided(f"an absolute value or sign of what is not linear in {x}", expr)
    slope = sp.Poly(expr, x).LC()
    signs = {
        sign * definite_sign(slope) if end.is_infinite else sign_of(expr.subs(x, end))
        for end, sign in ((lower, -1), (upper, 1))
    }
    signs.discard(0)
    if len(signs) != 1:
        raise Undecided(f"the sign changes between {lower} and {upper}", expr)
    return signs.pop()


def sign_of(expr: sp.Expr) -> int:
    """1, 0 or -1, decided for all values of the symbols in their domains."""
    if expr.is_infinite:
        return 1 if expr == sp.oo else -1
    try:
        return definite_sign(expr)
    except Undecided:
        if is_zero(expr):
            return 0
        raise


def difference(primitive: sp.Expr, x: sp.Symbol, lower: sp.Expr, upper: sp.Expr) -> sp.Expr:
    """The limit at the upper end of a piece less that at the lower end."""
    return limit(primitive, x, upper) - limit(primitive, x, lower)


def limit(expr: sp.Expr, x: sp.Symbol, end: sp.Expr) -> sp.Expr:
    """The limit at an end of a piece, from inside; where that is finite the expression has to be continuous there."""
    if end.is_infinite:
        return limit_at_infinity(expr, x, 1 if end == sp.oo else -1)
    for term in sp.Add.make_args(sp.expand_mul(expr)):
        for factor in sp.Mul.make_args(term):
            if factor.has(x) and not _is_entire(factor, x):
                raise Undecided("not continuous by its form: a polynomial times exp or erf of a polynomial", factor)
    return expr.subs(x, end)


def _is_entire(factor: sp.Expr, x: sp.Symbol) -> bool:
    inner = factor.args[0] if isinstance(factor, sp.exp | sp.erf) else factor
    return bool(inner.is_polynomial(x))


def _resolved(expr: sp.Expr, sign: object) -> sp.Expr:
    assert callable(sign)
    expr = expr.replace(sp.Abs, lambda inner: sign(inner) * inner)
    return expr.replace(sp.sign, lambda inner: sp.Integer(sign(inner)))
