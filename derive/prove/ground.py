"""What a decision stands on: the conditions and formulas of its step, and the one way to decide an equation.

Two procedures that do not know of each other have to agree: :mod:`derive.prove.normal_form` says that a difference is
zero, :mod:`derive.prove.ball` that it is not at any point tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import sympy as sp

from derive.errors import CheckFailed
from derive.prove import budget
from derive.prove.ball import Ball, Point, Undecided, defined_points, witness
from derive.prove.expressions import difference, replaced
from derive.prove.facts import Facts
from derive.prove.meaning import at, meaning, require
from derive.prove.normal_form import normal_form
from derive.vocabulary.condition import Condition
from derive.vocabulary.formula import Formula
from derive.vocabulary.step import Step

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


class Ground:
    """The conditions that hold and the formulas that may be unfolded while a step is decided."""

    def __init__(self, using: Sequence[Formula] = (), conditions: Iterable[Condition] = ()) -> None:
        self.using = tuple(using)
        given = []
        for condition in conditions:
            read = [meaning(side, self.using) for side in (condition.lhs, condition.rhs)]
            given.append(Condition(read[0].expr, condition.relation, read[1].expr))
            require((c for side in read for c in side.conditions), Facts(given[:-1]), condition.text)
        self.facts = Facts(given)

    @classmethod
    def of(cls, step: Step) -> Ground:
        return cls(step.using, step.where)

    def under(self, conditions: Iterable[Condition]) -> Ground:
        """The same with more conditions: inside an interval."""
        return Ground(self.using, (*self.facts.conditions, *conditions))

    def unfolding(self, using: Sequence[Formula]) -> Ground:
        """The same conditions with other formulas."""
        return Ground(using, self.facts.conditions)

    def rests_on(self, *premises: Step) -> None:
        """Fail unless the conditions of these steps hold here too: a conclusion is used only where it holds."""
        for premise in premises:
            require(Ground.of(premise).facts.conditions, self.facts, f"{premise.name}, on which it rests")

    def read(self, expr: sp.Expr) -> sp.Expr:
        """The expression in elementary functions, once it is decided that it is defined for all values."""
        budget.check_size(expr)
        found = meaning(expr, self.using)
        require(found.conditions, self.facts, expr)
        return found.expr

    def at(self, expr: sp.Expr, point: Point) -> sp.Expr:
        """The value at a point, as a number, once it is decided that the expression is defined there."""
        budget.check_size(expr)
        found = meaning(expr, self.using)
        require(at(found.conditions, point), self.facts, expr)
        return replaced(found.expr, point)

    def points(self, expr: sp.Expr) -> Iterator[tuple[dict[sp.Symbol, sp.Rational], Ball]]:
        """Random points of the region at which the expression is a real number, with its ball."""
        return defined_points(expr, BALL_POINTS, among=self.facts.points)

    def equal(self, a: sp.Expr, b: sp.Expr, claim: str = "") -> str:
        """Decide a = b for expressions that were read; how it was decided.

        Raises
        ------
        Disproved : a ball excludes zero. Also where the normal form is zero: then the normal form itself is at fault.
        Undecided : the normal form is not zero, yet no ball excludes zero; or neither can be had.
        """
        apart = difference(a, b)
        claim = claim or f"{a} = {b}"
        found = witness(apart, BALL_POINTS, among=self.facts.points)
        if found is not None:
            try:
                blind = normal_form(apart).is_zero
            except Undecided:
                blind = False
            raise Disproved(claim + (" (which the normal form accepts)" if blind else ""), *found)
        if not normal_form(apart).is_zero:
            raise Undecided("the normal form is not zero, yet no ball excludes zero", apart)
        defined = sum(1 for _ in self.points(apart))
        if not defined:
            raise Undecided("both sides are defined at none of the points tried", apart)
        return f"the sides cancel exactly; evaluated at {defined} point{'s' * (defined > 1)}"


def equality(a: sp.Expr, b: sp.Expr, claim: str = "") -> str:
    """Decide a = b for all values of the variables in their domains."""
    ground = Ground()
    return ground.equal(ground.read(a), ground.read(b), claim)


def interval_of(by: sp.Symbol, interval: tuple[sp.Expr, sp.Expr]) -> tuple[sp.Expr, sp.Expr]:
    """The interval, if it is one in the domain of the symbol with ends that are rational or infinite."""
    lower, upper = interval
    for end, infinite in ((lower, -sp.oo), (upper, sp.oo)):
        if not (end == infinite or end.is_Rational):
            raise Undecided("an interval has to end at a rational number or at its own infinity", end)
    if not lower < upper:
        raise Undecided(f"the interval ({lower}, {upper}) is empty", by)
    if by.is_positive and lower < 0:
        raise Undecided(f"{by} is positive, and the interval ({lower}, {upper}) is not", by)
    if by.is_integer:
        raise Undecided("an integer does not run through an interval", by)
    return lower, upper
