"""Steps about order: inequalities, minima, and counterexamples to either."""

from __future__ import annotations

from collections.abc import Iterable

import sympy as sp

from derive.prove.ball import Undecided, evaluate, excludes_zero
from derive.prove.expressions import difference, differentiated, replaced
from derive.prove.ground import Disproved, Ground, interval_of
from derive.prove.meaning import require
from derive.prove.normal_form import normal_form
from derive.vocabulary.condition import Condition, within
from derive.vocabulary.theorem import Counterexample, GlobalMinimum, Inequality


def inequality(step: Inequality, ground: Ground) -> str:
    if step.relation not in (">", ">=", "<", "<="):
        raise Undecided(f"{step.relation!r} is no inequality")
    strict, claim = len(step.relation) == 1, f"{step.lhs} {step.relation} {step.rhs}"
    if step.by is None and (step.lowest is not None or step.interval != (-sp.oo, sp.oo)):
        raise Undecided("an interval or a lowest point without the variable that it is of", claim)
    if step.by is not None:
        interval_of(step.by.symbol, step.interval)
    inside = ground.under(c for c in step.conclusion.where if c not in step.where)
    low, high = (step.rhs, step.lhs) if step.relation[0] == ">" else (step.lhs, step.rhs)
    apart = difference(inside.read(high), inside.read(low))
    checked = _no_counterexample(apart, claim, inside)
    if step.by is None or step.lowest is None:
        if not (inside.facts.positive(apart) if strict else inside.facts.nonnegative(apart)):
            raise Undecided("the sign does not follow from the domains and the interval", claim)
        return (
            f"exact sign; evaluated at {checked} point{'s' * (checked > 1)}"
            if apart.free_symbols
            else "numbers, enclosed"
        )
    x = step.by.symbol
    _all_over(step.where, {x})
    _lowest_at(apart, x, step.interval, step.lowest, claim, ground)
    inside.equal(inside.read(step.slope), differentiated(apart, x))
    _value(replaced(apart, {x: step.lowest}), strict, claim, ground)
    return f"sign of the derivative and value where it changes; evaluated at {checked} points"


def _all_over(where: Iterable[Condition], symbols: set[sp.Symbol]) -> None:
    """Fail where a condition cuts holes into the interval: what rises on both sides of a hole may fall across it."""
    for condition in where:
        if symbols & {*condition.lhs.free_symbols, *condition.rhs.free_symbols}:
            raise Undecided("a lowest point is one of a whole interval; say the condition with it", condition.text)


def _lowest_at(
    expr: sp.Expr, x: sp.Symbol, interval: tuple[sp.Expr, sp.Expr], lowest: sp.Expr, claim: str, ground: Ground
) -> None:
    """expr, defined all over the interval and at ``lowest`` in it, falls strictly before it, rises strictly after."""
    if not (lowest.is_Rational and interval[0] <= lowest <= interval[1]):
        raise Disproved(f"{claim}: that {lowest} is a rational number of the interval {interval}")
    slope = differentiated(expr, x)
    for part, rising in (((interval[0], lowest), False), ((lowest, interval[1]), True)):
        if part[0] == part[1]:
            continue
        there = ground.under(within(x, part))
        if not there.facts.positive(slope if rising else sp.Mul(-1, slope, evaluate=False)):
            sign = "+1" if rising else "-1"
            raise Disproved(f"{claim}: that the derivative has sign {sign} for {part[0]} < {x} < {part[1]}")


def _value(value: sp.Expr, strict: bool, claim: str, ground: Ground) -> None:
    """The value at the lowest place: positive, or exactly zero where equality is said to hold there."""
    if strict:
        if not ground.facts.positive(value):
            point = next(ground.facts.points(value.free_symbols))
            ball = evaluate(value, point, 2048)
            if ball < 0:
                raise Disproved(claim, point, ball.str(12))
            raise Undecided("the sign of a number too near zero", value)
        return
    point = next(ground.facts.points(value.free_symbols))
    if excludes_zero(value, point):
        raise Disproved(f"{claim}, with equality where it is lowest", point, evaluate(value, point, 2048).str(12))
    if not normal_form(value).is_zero:
        raise Undecided("the sign of a number too near zero", value)


def _no_counterexample(apart: sp.Expr, claim: str, ground: Ground) -> int:
    """Evaluate at random points: a ball below zero refutes. How many there were."""
    checked = 0
    for point, ball in ground.points(apart):
        if ball < 0:
            raise Disproved(claim, point, ball.str(12))
        checked += 1
    if not checked:
        raise Undecided("the difference is defined at none of the points tried", claim)
    return checked


def global_minimum(step: GlobalMinimum, ground: Ground) -> str:
    symbols = [variable.symbol for variable in step.variables]
    if not (0 < len(set(symbols)) == len(step.intervals) == len(step.at) == len(symbols)):
        raise Undecided("a minimum needs variables, with an interval and a place for each")
    for symbol, interval in zip(symbols, step.intervals, strict=True):
        interval_of(symbol, interval)
    _all_over(step.where, set(symbols))
    claim = f"{step.function} has its unique global minimum {step.value} at {step.at}"
    inside = ground.under(c for c in step.region if c not in step.where)
    function = inside.read(step.function)
    if function.free_symbols - set(symbols):
        raise Undecided("a function of other variables than those it is minimised over", claim)
    where = dict(zip(symbols, step.at, strict=True))
    value, at_minimum = ground.read(step.value), replaced(function, where)
    if excludes_zero(difference(at_minimum, value), {}):
        ball = evaluate(difference(at_minimum, value), {})
        raise Disproved(f"{claim}: the value there", where, ball.str(12))
    ground.equal(at_minimum, value, claim)
    _no_counterexample(difference(function, value), claim, inside)
    sections = [replaced(function, {s: a for s, a in where.items() if s != symbol}) for symbol in symbols]
    how = inside.equal(function, difference(sp.Add(*sections, evaluate=False), (len(symbols) - 1) * value))
    slopes = [row.rhs for row in step.rows()[: len(symbols)]]
    parts = zip(sections, symbols, step.intervals, step.at, slopes, strict=True)
    for section, symbol, interval, lowest, slope in parts:
        _lowest_at(section, symbol, interval, lowest, claim, ground)
        if not interval[0] < lowest < interval[1]:
            raise Disproved(f"{claim}: that {lowest} is inside {interval}")
        inside.equal(inside.read(slope), differentiated(section, symbol))
    return f"a sum of functions of one variable each ({how}); sign of each derivative"


def counterexample(step: Counterexample, ground: Ground) -> str:
    symbols = {symbol.name: symbol for symbol in step.lhs.free_symbols | step.rhs.free_symbols}
    if set(step.at) != set(symbols) or not all(sp.sympify(value).is_Rational for value in step.at.values()):
        raise Undecided(f"a counterexample gives a rational number for each of {', '.join(sorted(symbols))}", step.at)
    point = {symbols[name]: sp.sympify(value) for name, value in step.at.items()}
    claim = f"that {step.lhs} {step.relation} {step.rhs} fails"
    for symbol, value in point.items():
        below = (symbol.is_positive and value <= 0) or (symbol.is_nonnegative and value < 0)
        if below or (symbol.is_integer and not value.is_Integer):
            raise Disproved(f"{claim}: that {symbol} = {value} lies in the domain of {symbol}")
    (row,) = step.rows()
    there = Ground(step.using)
    require([c.at(point) for c in ground.facts.conditions], there.facts, "the counterexample")
    balls = []
    for lhs, rhs, at in ((step.lhs, step.rhs, point), (row.lhs, row.rhs, {})):
        sides = [there.at(side, at) for side in (lhs, rhs)]
        apart = difference(*sides)
        if not excludes_zero(apart, {}):
            raise Undecided("no ball separates the two sides at the counterexample", f"{step.lhs}, {step.rhs}")
        balls.append(evaluate(apart, {}, 2048))
    for ball in balls:
        if {"=": False, "<": ball < 0, "<=": ball < 0, ">": ball > 0, ">=": ball > 0}[step.relation]:
            raise Disproved(claim, point, ball.str(12))
    return f"enclosed at one exact point: the difference is {balls[0].str(12)}"
