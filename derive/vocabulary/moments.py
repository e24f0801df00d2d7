"""Steps for expectations on any support: a line, a half-line, the natural numbers; densities with corners.

The expectation of a log-ratio is linear in a few moments. A moment over an interval exhibits its antiderivative; a
moment over the natural numbers exhibits its shift onto the exponential series, the one fact that is quoted.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from derive.vocabulary.condition import Condition, within
from derive.vocabulary.formula import Variable, written
from derive.vocabulary.step import Inequality, Row, Step


@dataclass(frozen=True)
class Antiderivative(Step):
    """The integral of ``integrand`` over the interval is ``value``, by the antiderivative that is exhibited.

    ``corners`` are the points where an absolute value or a sign in it changes. Between them, in every order that
    they can have, the derivative of ``primitive`` is the integrand; its limits at the ends of pieces give the value.
    """

    integrand: sp.Expr
    by: Variable
    interval: tuple[sp.Expr, sp.Expr]
    primitive: sp.Expr
    value: sp.Expr
    corners: tuple[sp.Symbol, ...] = ()

    @property
    def head(self) -> sp.Expr:
        return sp.Integral(self.integrand, (self.by.symbol, *self.interval))

    def rows(self) -> tuple[Row, ...]:
        reason = "between the corners, in every order of them" if self.corners else "an antiderivative"
        x = self.by.symbol
        inside = (*self.where, *within(x, self.interval), *(Condition(x, "!=", corner) for corner in self.corners))
        return (
            Row(sp.Derivative(self.primitive, x), "=", self.integrand, reason, where=inside),
            Row(self.head, "=", self.value, self.reason, where=self.where),
        )


@dataclass(frozen=True)
class Series(Step):
    """The sum of ``term`` over the natural numbers is ``value``: a shifted exponential series.

    The first ``shift`` terms vanish, and term(n + shift) = factor * base^n/n!; the sum of base^n/n! is exp(base), which
    is the quoted fact, for every real base.
    """

    term: sp.Expr
    by: Variable
    shift: int
    factor: sp.Expr
    base: sp.Expr
    value: sp.Expr

    @property
    def integrand(self) -> sp.Expr:
        return self.term

    @property
    def head(self) -> sp.Expr:
        return sp.Sum(self.term, (self.by.symbol, 0, sp.oo))

    @property
    def exponential(self) -> sp.Expr:
        """The term of the exponential series."""
        n = self.by.symbol
        return self.base**n / sp.factorial(n)

    @property
    def shifted(self) -> sp.Expr:
        return self.factor * sp.Sum(self.exponential, (self.by.symbol, 0, sp.oo))

    def rows(self) -> tuple[Row, ...]:
        letter = self.by.latex
        vanish = {0: "", 1: "the first term vanishes; "}.get(self.shift, f"the first {self.shift} terms vanish; ")
        how = f"{vanish}${letter}$ counts on from {self.shift}" if self.shift else "what does not depend on the index"
        return (
            Row(self.head, "=", self.shifted, how, where=self.where),
            Row(None, "=", self.value, self.reason, where=self.where),
        )


@dataclass(frozen=True)
class Linear(Step):
    """``quantity``, by definition an integral or a sum of density times ``of``, is linear in moments.

    On the support ``density * of`` is the sum of the moments' integrands, each with its weight, which does not depend
    on the point; so the value is the sum of their values with the same weights.
    """

    quantity: sp.Expr
    density: sp.Expr
    of: sp.Expr
    by: Variable
    weights: tuple[sp.Expr, ...]
    moments: tuple[Antiderivative | Series, ...]
    value: sp.Expr

    @property
    def premises(self) -> tuple[Step, ...]:
        return self.moments

    @property
    def head(self) -> sp.Expr:
        """The quantity by its definition, over the same interval or numbers as the moments."""
        first = self.moments[0].head
        return first.func(self.density * self.of, *first.limits)

    @property
    def combined(self) -> sp.Expr:
        values = zip(self.weights, self.moments, strict=True)
        return sp.Add(*(weight * moment.value for weight, moment in values), evaluate=False)

    def rows(self) -> tuple[Row, ...]:
        return (
            Row(self.quantity, "=", self.head, "by definition", where=self.where),
            Row(None, "=", self.value, self.reason, where=self.where),
        )


@dataclass(frozen=True)
class Part:
    """One summand: ``weight``, which is positive, times the difference of ``bound`` with its variable at ``argument``.

    ``bound`` is an earlier inequality with equality at one place; the argument lies in its interval, and is at that
    place exactly where the two sides of ``at`` are equal.
    """

    weight: sp.Expr
    bound: Inequality
    argument: sp.Expr
    at: tuple[sp.Expr, sp.Expr]

    @property
    def expr(self) -> sp.Expr:
        assert self.bound.by is not None
        larger, smaller = (self.bound.lhs, self.bound.rhs)[:: 1 if self.bound.relation[0] == ">" else -1]
        with written():
            difference = larger if smaller == 0 else -smaller if larger == 0 else larger - smaller
            part = difference.subs(self.bound.by.symbol, self.argument)
            return part if self.weight == 1 else self.weight * part


@dataclass(frozen=True)
class SumOfParts(Step):
    """``function`` is a sum of parts that are never negative: it is >= 0, and 0 exactly where every part vanishes."""

    function: sp.Expr
    parts: tuple[Part, ...]

    @property
    def premises(self) -> tuple[Step, ...]:
        return tuple(part.bound for part in self.parts)

    @property
    def total(self) -> sp.Expr:
        if not self.parts:
            raise ValueError("a sum of no parts")
        first, *rest = (part.expr for part in self.parts)
        return sp.Add(first, *rest, evaluate=False) if rest else first

    @property
    def conclusion(self) -> Row:
        only_at = tuple(Condition(left, "=", right) for left, right in (part.at for part in self.parts))
        return Row(self.function, ">=", sp.Integer(0), self.reason, where=self.where, only_at=only_at)

    def rows(self) -> tuple[Row, ...]:
        return (Row(self.function, "=", self.total, where=self.where), self.conclusion)


@dataclass(frozen=True)
class ThroughAbsolute(Step):
    """The derivative of a function of ``absolute`` = |u| by a variable of u, where u = 0 too: there it is 0.

    With t = |u| the function is G(t), and nothing else in it depends on ``by``; G is differentiable on t >= 0 and
    G'(0) = 0. So the derivative is sign(u) G'(|u|) du/d(by), which is continuous, and 0 at ``corner``, where u = 0.
    """

    function: sp.Expr
    by: Variable
    absolute: sp.Abs
    corner: sp.Expr
    derivative: sp.Expr

    @property
    def head(self) -> sp.Expr:
        return sp.Derivative(self.function, self.by.symbol)

    @property
    def conclusion(self) -> tuple[Row, Row]:
        at_corner = sp.Subs(self.head, self.by.symbol, self.corner)
        return (
            Row(self.head, "=", self.derivative, self.reason, where=self.where),
            Row(at_corner, "=", sp.Integer(0), where=self.where),
        )

    def rows(self) -> tuple[Row, ...]:
        return self.conclusion
