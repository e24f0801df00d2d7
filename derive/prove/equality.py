"""Equality of two expressions: the normal form and balls have to agree. What was found false says where."""

from __future__ import annotations

import sympy as sp

from derive.errors import CheckFailed
from derive.prove.ball import Point, Undecided, defined_points, witness
from derive.prove.normal_form import normal_form

#: Random points at which every identity and inequality is evaluated besides.
BALL_POINTS = 8


class Disproved(CheckFailed):
    """A claim that is false, with the point that shows it and the ball there."""

    def __init__(self, claim: str, point: Point | None = None, ball: object = None) -> None:
        where = ", ".join(f"{symbol} = {value}" for symbol, value in sorted((point or {}).items(), key=str))
        at = f" at {where}" if where else ""
        value = "" if ball is None else f": the difference is {ball}"
        super().__init__(f"{claim} is false{at}{value}")
        self.point = dict(point or {})
        self.ball = ball


def equality(a: sp.Expr, b: sp.Expr, claim: str = "") -> str:
    """Decide a = b by normal form and, independently, at random points in ball arithmetic; both have to agree.

    Raises
    ------
    Disproved : a ball excludes zero. Also where the normal form is zero: then the normal form itself is at fault.
    Undecided : the normal form is not zero, yet no ball excludes zero; or neither can be had.
    """
    difference = sp.Add(a, sp.Mul(sp.Integer(-1), b, evaluate=False), evaluate=False)  # SymPy must not cancel it
    claim = claim or f"{a} = {b}"
    found = witness(difference, BALL_POINTS)
    if found is not None:
        try:
            blind = normal_form(difference).is_zero
        except Undecided:
            blind = False
        raise Disproved(claim + (" (which the normal form accepts)" if blind else ""), *found)
    if not normal_form(difference).is_zero:
        raise Undecided("the normal form is not zero, yet no ball excludes zero", difference)
    defined = sum(1 for _ in defined_points(difference, BALL_POINTS))
    if not defined:
        raise Undecided("both sides are defined at none of the points tried", difference)
    return f"normal form; balls at {defined} point{'s' * (defined > 1)}"
