"""Decisions on moments, on what is linear in them, and on what follows from the signs of its parts."""

from __future__ import annotations

import sympy as sp

from derive.prove.ball import Undecided
from derive.prove.expressions import differentiated, replaced
from derive.prove.ground import Disproved, Ground, interval_of
from derive.prove.meaning import in_domain, require
from derive.prove.sign import definite_sign
from derive.prove.steps.pieces import difference, on_piece, orders, without_corners
from derive.vocabulary.condition import within
from derive.vocabulary.moments import Antiderivative, Linear, Series, SumOfParts, ThroughAbsolute
from derive.vocabulary.step import Inequality

_ZERO = sp.Integer(0)


def antiderivative(step: Antiderivative, ground: Ground) -> str:
    x, how, pieces = step.by.symbol, "", 0
    interval = interval_of(x, step.interval)
    _free_of(x, step.value, *step.corners)
    inside = ground.under(within(x, interval))
    integrand, primitive = inside.read(step.integrand), inside.read(step.primitive)
    value = ground.read(step.value)
    found = orders(step.corners)
    for order in found:
        total: sp.Expr = _ZERO
        for lower, upper in order.pieces(interval):
            f, above = (on_piece(replaced(expr, order.where), x, lower, upper) for expr in (integrand, primitive))
            claim = f"{step.rows()[0].lhs} = {step.integrand} on ({lower}, {upper})"
            how = inside.equal(differentiated(above, x), f, claim)
            total += difference(above, x, lower, upper)
            pieces += 1
        ground.equal(total, without_corners(replaced(value, order.where)), f"{step.head} = {step.value}")
    split = f"; {pieces} pieces in {len(found)} order{'s' * (len(found) > 1)}" if step.corners else ""
    return f"antiderivative, differentiated: {how}; limits at both ends{split}"


def series(step: Series, ground: Ground) -> str:
    n = step.by.symbol
    if not (n.is_integer and n.is_nonnegative):
        raise Undecided("the index of a series runs over the natural numbers", n)
    _free_of(n, step.factor, step.base, step.value)
    if not isinstance(step.shift, int) or step.shift < 0:
        raise Undecided("a series that begins before its first term", step.shift)
    term, shifted = ground.read(step.term), ground.read(step.factor * step.exponential)
    for k in range(step.shift):
        ground.equal(replaced(term, {n: sp.Integer(k)}), _ZERO, f"{step.term} = 0 at {n} = {k}")
    claim = f"{step.term}, {n} shifted by {step.shift}, = {step.factor * step.exponential}"
    how = ground.equal(replaced(term, {n: n + step.shift}), shifted, claim)
    total = ground.read(step.factor * sp.exp(step.base))
    ground.equal(total, ground.read(step.value), f"{step.head} = {step.value}")
    return f"a shifted exponential series, term by term: {how}"


def linear(step: Linear, ground: Ground) -> str:
    x = step.by.symbol
    if not step.moments or len(step.moments) != len(step.weights):
        raise Undecided("a moment or a weight is missing")
    _free_of(x, step.value, *step.weights)
    defined = [f.expr for f in step.using if f.defines and f.head == step.quantity]
    if len(defined) != 1 or (defined[0].func, defined[0].args[1:]) != (step.head.func, step.head.args[1:]):
        raise Disproved(f"{step.quantity} is defined as {step.head}")
    if step.head.args[1][0] != x:
        raise Disproved(f"{step.head} is taken over {x}")
    inside = ground if isinstance(step.head, sp.Sum) else ground.under(within(x, step.head.args[1][1:]))
    inside.rests_on(*step.moments)
    parts = []
    for weight, moment in zip(step.weights, step.moments, strict=True):
        if (moment.head.func, moment.head.args[1:]) != (step.head.func, step.head.args[1:]):
            raise Disproved(f"{moment.head} is taken over the same points as {step.head}")
        integrand = inside.unfolding(moment.using).read(moment.integrand)
        parts.append(sp.Mul(ground.read(weight), integrand, evaluate=False))
    whole = inside.read(sp.Mul(step.density, step.of, evaluate=False))
    inside.equal(inside.read(defined[0].args[0]), whole)
    claim = f"{step.density * step.of} is linear in the moments' integrands"
    how = inside.equal(whole, sp.Add(*parts, evaluate=False), claim)
    ground.equal(ground.read(step.combined), ground.read(step.value), f"{step.quantity} = {step.value}")
    return f"linear in {len(step.moments)} moments; {how}"


def sum_of_parts(step: SumOfParts, ground: Ground) -> str:
    how = ground.equal(ground.read(step.function), ground.read(step.total), f"{step.function} = {step.total}")
    for part in step.parts:
        _bounded_below(part.bound)
        assert part.bound.by is not None and part.bound.lowest is not None
        if not ground.facts.positive(ground.read(part.weight)):
            raise Disproved(f"{part.weight} > 0")
        by, value = part.bound.by.symbol, ground.read(part.argument)
        asked = [condition.at({by: value}) for condition in part.bound.conclusion.where]
        require((*in_domain(by, value), *asked), ground.facts, f"{part.bound.name} at {part.argument}")
        place = [ground.read(side) for side in part.at]
        _vanishes_with(value - part.bound.lowest, place[0] - place[1])
    return f"a sum of {len(step.parts)} parts, none negative; {how}"


def _bounded_below(bound: Inequality) -> None:
    """It says that the difference is >= 0, and 0 at ``lowest`` alone; that it is so is a step of its own."""
    if bound.by is None or bound.lowest is None or "=" not in bound.relation:
        raise Undecided("an inequality that does not say where equality holds", bound.name)


def _vanishes_with(expr: sp.Expr, other: sp.Expr) -> None:
    """expr is zero exactly where other is: their quotient, or that with the absolute value of other, has one sign."""
    for factor in (other, sp.Abs(other)):
        try:
            definite_sign(expr / factor)
        except Undecided:
            continue
        return
    raise Undecided(f"that it vanishes where {other} does, and nowhere else", expr)


def through_absolute(step: ThroughAbsolute, ground: Ground) -> str:
    by, t = step.by.symbol, sp.Dummy("t", positive=True)
    if not isinstance(step.absolute, sp.Abs):
        raise Disproved(f"{step.absolute} is an absolute value")
    (inner,) = step.absolute.args
    _free_of(by, step.corner)
    require(in_domain(by, ground.read(step.corner)), ground.facts, f"{step.by.name} at the corner")
    ground.equal(replaced(ground.read(inner), {by: step.corner}), _ZERO, f"{inner} = 0 at {by} = {step.corner}")
    inner_slope = differentiated(inner, by)
    _free_of(by, inner_slope)
    of_t = ground.read(step.function).xreplace({step.absolute: t})
    if of_t.has(by) or of_t.has(sp.Abs, sp.sign):
        raise Undecided(f"{by} outside of {step.absolute}", of_t)
    slope = differentiated(of_t, t)
    # G has a derivative from the right at 0 because, by its form, it is differentiable there
    difference(of_t, t, _ZERO, _ZERO)
    ground.equal(replaced(slope, {t: _ZERO}), _ZERO, f"the derivative by {step.absolute} at 0 is 0")
    derivative = sp.sign(inner) * slope.xreplace({t: step.absolute}) * inner_slope
    claimed = ground.read(step.derivative)
    how = ground.equal(derivative, claimed, f"{step.head} = {step.derivative}")
    ground.equal(claimed.subs(by, step.corner), _ZERO, f"{step.derivative} = 0 at {by} = {step.corner}")
    return f"a function of {step.absolute} whose slope vanishes at 0; {how}"


def _free_of(x: sp.Symbol, *exprs: sp.Expr) -> None:
    for expr in exprs:
        if expr.has(x):
            raise Disproved(f"{expr} is free of {x}")
