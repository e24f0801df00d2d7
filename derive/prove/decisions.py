"""One decision per kind of step. A decision returns how it was made, or fails with a point that refutes the claim."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any

import sympy as sp

from derive.prove import cost, expectations
from derive.prove.ball import Undecided, defined_points, derivative, evaluate, excludes_zero, points
from derive.prove.equality import BALL_POINTS, Disproved, equality
from derive.prove.limits import limit_at_infinity
from derive.prove.normal_form import normal_form
from derive.prove.sign import definite_sign, sign_on
from derive.vocabulary.theorem import (
    Conclude,
    Counterexample,
    Definition,
    Differentiate,
    Expand,
    Expectation,
    GlobalMinimum,
    Identity,
    Inequality,
    Integrate,
    OperationCount,
    Step,
    unfold,
)

# --- the kinds ---------------------------------------------------------------------------------------------------


def _definition(_step: Definition) -> str:
    return "a definition"


def _identity(step: Identity) -> str:
    first, *rest = (unfold(expr, step.using).doit() for expr in step.chain)
    how = ""
    for written, expr in zip(step.chain[1:], rest, strict=True):
        how = equality(first, expr, f"{step.chain[0]} = {written}")
    return how


def _expand(step: Expand) -> str:
    return "derived by SymPy; " + equality(unfold(step.expr, step.using).doit(), step.value)


def _differentiate(step: Differentiate) -> str:
    function = unfold(step.function, step.using).doit()
    claimed = unfold(step.derivative, step.using).doit()
    claim = f"{step.head} = {step.derivative}"
    how = equality(sp.diff(function, step.by.symbol, step.order), claimed, claim)
    for point, value in defined_points(claimed, BALL_POINTS):
        point.setdefault(step.by.symbol, sp.Integer(1))
        point.update({symbol: sp.Integer(1) for symbol in function.free_symbols - point.keys()})
        slope = derivative(function, step.by.symbol, step.order, point)
        if slope.is_finite() and not slope.overlaps(value):
            raise Disproved(f"{claim} (which SymPy's derivative accepts)", point, (slope - value).str(12))
    return f"differentiated by SymPy; {how}; power series at the same points"


def _integrate(step: Integrate) -> str:
    x = step.by.symbol
    how = equality(sp.diff(step.primitive, x), unfold(step.integrand, step.using).doit())
    ends = [limit_at_infinity(step.primitive, x, direction) for direction in (1, -1)]
    equality(ends[0] - ends[1], step.value, f"{step.head} = {step.value}")
    return f"primitive by SymPy, differentiated: {how}; limits at both ends"


def _expectation(step: Expectation) -> str:
    x, deviation = step.by.symbol, step.by.symbol - step.about.symbol
    definition = unfold(step.quantity, [formula for formula in step.using if formula.head == step.quantity])
    if not (isinstance(definition, sp.Integral) and definition.limits == step.integral.limits):
        raise Disproved(f"{step.quantity} is defined as {step.integral}")
    for k, (coefficient, moment) in enumerate(zip(step.coefficients, step.moments, strict=True)):
        if coefficient.has(x):
            raise Disproved(f"the coefficient {coefficient} is free of {x}")
        equality(unfold(moment.integrand, step.using).doit(), unfold(step.density * deviation**k, step.using).doit())
    densities = unfold(definition.function, step.using), unfold(step.density * step.of.expr, step.using)
    equality(*(expr.doit() for expr in densities))
    how = equality(unfold(step.of.expr, step.using).doit(), step.polynomial)
    combined = sp.Add(*(c * m.value for c, m in zip(step.coefficients, step.moments, strict=True)))
    equality(combined, step.value)
    return f"linear in {len(step.moments)} moments; {how}"


def _conclude(step: Conclude) -> str:
    return equality(step.derived.value, step.textbook, f"{step.derived.quantity} = {step.textbook}")


def _inequality(step: Inequality) -> str:
    difference = unfold(step.difference, step.using).doit()
    strict, claim = len(step.relation) == 1, f"{step.lhs} {step.relation} {step.rhs}"
    lower, upper = step.interval
    inside = _no_counterexample(difference, claim, step)
    if step.by is None:
        if difference.free_symbols and definite_sign(difference) < 0:
            raise Disproved(claim)
        if not difference.free_symbols:
            _number(difference, strict, claim)
            return "numbers, as balls"
        return f"exact sign; balls at {inside} points"
    if step.lowest is None:
        if sign_on(difference, step.by.symbol, lower, upper) != 1:
            raise Undecided("the difference is not positive by its roots", claim)
        return f"roots counted; balls at {inside} points"
    _lowest_at(difference, step.by.symbol, step.interval, step.lowest, claim)
    equality(step.slope, sp.diff(difference, step.by.symbol))
    _number(difference.subs(step.by.symbol, step.lowest), strict, claim)
    return f"sign of the derivative and value where it changes; balls at {inside} points"


def _lowest_at(expr: sp.Expr, by: sp.Symbol, interval: tuple[sp.Expr, sp.Expr], lowest: sp.Expr, claim: str) -> None:
    """expr falls strictly on the interval before ``lowest`` and rises strictly after it."""
    slope = sp.diff(expr, by)
    for lower, upper, expected in ((interval[0], lowest, -1), (lowest, interval[1], 1)):
        if lower != upper and sign_on(slope, by, lower, upper) != expected:
            raise Disproved(f"{claim}: that the derivative has sign {expected:+d} for {lower} < {by} < {upper}")


def _number(value: sp.Expr, strict: bool, claim: str) -> None:
    """A number is > 0, or >= 0; symbols that cancel may be left in it."""
    point = {symbol: sp.Integer(1) for symbol in value.free_symbols}
    if excludes_zero(value, point):
        if not evaluate(value, point, 2048) > 0:
            raise Disproved(claim, point, evaluate(value, point).str(12))
        if point:
            definite_sign(value)
    elif strict or not normal_form(value).is_zero:
        raise Undecided("the sign of a number too near zero", value)


def _no_counterexample(difference: sp.Expr, claim: str, step: Inequality) -> int:
    """Evaluate at random points of the interval: a ball below zero refutes."""
    checked = 0
    for point in islice(points(difference.free_symbols), BALL_POINTS if difference.free_symbols else 1):
        if step.by is not None and step.by.symbol in point:
            point[step.by.symbol] = _inside(point[step.by.symbol], *step.interval)
        ball = evaluate(difference, point)
        if ball < 0:
            raise Disproved(claim, point, ball.str(12))
        checked += ball.is_finite()
    if not checked:
        raise Undecided("the difference is defined at none of the points tried", claim)
    return checked


def _inside(q: sp.Rational, lower: sp.Expr, upper: sp.Expr) -> sp.Rational:
    """A rational number as a point of an open interval."""
    if lower == -sp.oo:
        return q if upper == sp.oo else upper - abs(q)
    return lower + abs(q) if upper == sp.oo else lower + (upper - lower) * abs(q) / (1 + abs(q))


def _global_minimum(step: GlobalMinimum) -> str:
    function = unfold(step.function, step.using).doit()
    claim = f"{step.function} has its unique global minimum {step.value} at {step.at}"
    symbols = [variable.symbol for variable in step.variables]
    where = dict(zip(symbols, step.at, strict=True))
    at_minimum = function.subs(where)
    if excludes_zero(at_minimum - step.value, {}):
        raise Disproved(f"{claim}: the value there", where, evaluate(at_minimum - step.value, {}).str(12))
    equality(at_minimum, step.value, claim)
    for point, ball in defined_points(function - step.value, BALL_POINTS):
        if ball < 0:
            raise Disproved(claim, point, ball.str(12))
    sections = [step.section(k).doit() for k in range(len(symbols))]
    how = equality(function, sp.Add(*sections) - (len(symbols) - 1) * step.value)
    for section, symbol, interval, lowest in zip(sections, symbols, step.intervals, step.at, strict=True):
        _lowest_at(section, symbol, interval, lowest, claim)
    return f"a sum of functions of one variable each ({how}); sign of each derivative"


def _counterexample(step: Counterexample) -> str:
    lhs, rhs = (unfold(side, step.using).doit() for side in (step.lhs, step.rhs))
    point = {symbol: step.at[symbol.name] for symbol in (lhs - rhs).free_symbols}
    if not excludes_zero(lhs - rhs, point):
        raise Undecided("no ball separates the two sides at the counterexample", f"{step.lhs}, {step.rhs}")
    ball = evaluate(lhs - rhs, point, 2048)
    holds = {"=": False, "<": ball < 0, "<=": ball < 0, ">": ball > 0, ">=": ball > 0}[step.relation]
    if holds:
        raise Disproved(f"that {step.lhs} {step.relation} {step.rhs} fails", point, ball.str(12))
    return f"balls at one exact point: the difference is {ball.str(12)}"


def _operation_count(step: OperationCount) -> str:
    counted = cost.total(cost.count(step.expr, step.shared))
    equality(counted, step.total, f"{step.quantity} = {step.total} (counted: {counted})")
    (function,) = step.quantity.args
    how = equality(unfold(function, step.using).doit(), step.expr.subs(dict(step.shared)))
    return f"counted; it computes what it should: {how}"


DECISIONS: Mapping[type[Step], Callable[[Any], str]] = {
    Conclude: _conclude,
    Counterexample: _counterexample,
    Definition: _definition,
    Differentiate: _differentiate,
    Expand: _expand,
    Expectation: _expectation,
    GlobalMinimum: _global_minimum,
    Identity: _identity,
    Inequality: _inequality,
    Integrate: _integrate,
    OperationCount: _operation_count,
    **expectations.DECISIONS,
}


def decide(step: Step) -> str:
    """How the step was decided. Raises :class:`Disproved` or :class:`Undecided`, both :class:`CheckFailed`."""
    return DECISIONS[type(step)](step)
