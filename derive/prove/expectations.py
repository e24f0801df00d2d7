"""Decisions on moments, on what is linear in them, and on what follows from the signs of its parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy as sp

from derive.prove.ball import Undecided
from derive.prove.equality import Disproved, equality
from derive.prove.pieces import difference, on_piece, orders, sign_of, without_corners
from derive.prove.sign import definite_sign
from derive.vocabulary.formula import unfold
from derive.vocabulary.moments import Antiderivative, Linear, Series, SumOfParts, ThroughAbsolute
from derive.vocabulary.step import Inequality, Step


def _antiderivative(step: Antiderivative) -> str:
    x, how, pieces = step.by.symbol, "", 0
    _free_of(x, *step.interval, step.value)
    if x.is_integer or (x.is_positive and sign_of(step.interval[0]) < 0):
        raise Undecided(f"{x} does not run over the whole interval", step.interval)
    integrand = unfold(step.integrand, step.using)
    found = orders(step.corners)
    for order in found:
        total: sp.Expr = sp.Integer(0)
        for lower, upper in order.pieces(step.interval):
            f, primitive = (on_piece(expr.subs(order.where), x, lower, upper) for expr in (integrand, step.primitive))
            how = equality(sp.diff(primitive, x), f, f"{step.rows()[0].lhs} = {step.integrand} on ({lower}, {upper})")
            total += difference(primitive, x, lower, upper)
            pieces += 1
        equality(total, without_corners(step.value.subs(order.where)), f"{step.head} = {step.value}")
    split = f"; {pieces} pieces in {len(found)} order{'s' * (len(found) > 1)}" if step.corners else ""
    return f"antiderivative, differentiated: {how}; limits at both ends{split}"


def _series(step: Series) -> str:
    n = step.by.symbol
    if not (n.is_integer and n.is_nonnegative):
        raise Undecided("the index of a series runs over the natural numbers", n)
    _free_of(n, step.factor, step.base, step.value)
    if step.shift < 0:
        raise Undecided("a series that begins before its first term", step.shift)
    term = unfold(step.term, step.using)
    for k in range(step.shift):
        equality(term.subs(n, k), sp.Integer(0), f"{step.term} = 0 at {n} = {k}")
    shifted = step.factor * step.exponential
    how = equality(term.subs(n, n + step.shift), shifted, f"{step.term}, {n} shifted by {step.shift}, = {shifted}")
    equality(step.factor * sp.exp(step.base), step.value, f"{step.head} = {step.value}")
    return f"a shifted exponential series, term by term: {how}"


def _linear(step: Linear) -> str:
    x = step.by.symbol
    _free_of(x, step.value, *step.weights)
    definition = unfold(step.quantity, [formula for formula in step.using if formula.head == step.quantity])
    if not (definition.func == step.head.func and definition.limits == step.head.limits):
        raise Disproved(f"{step.quantity} is defined as {step.head}")
    for moment in step.moments:
        if (moment.head.func, moment.head.limits) != (step.head.func, step.head.limits):
            raise Disproved(f"{moment.head} is taken over the same points as {step.head}")
    whole = unfold(step.density * step.of, step.using)
    equality(unfold(definition.function, step.using), whole)
    weighted = zip(step.weights, step.moments, strict=True)
    parts = sp.Add(*(w * unfold(m.integrand, m.using) for w, m in weighted), evaluate=False)
    how = equality(whole, parts, f"{step.density * step.of} is linear in the moments' integrands")
    equality(step.combined, step.value, f"{step.quantity} = {step.value}")
    return f"linear in {len(step.moments)} moments; {how}"


def _sum_of_parts(step: SumOfParts) -> str:
    if not step.parts:
        raise Undecided("a sum of no parts", step.function)
    how = equality(unfold(step.function, step.using), step.total, f"{step.function} = {step.total}")
    for part in step.parts:
        _bounded_below(part.bound)
        by, (lower, upper) = part.bound.by, part.bound.interval
        assert by is not None and part.bound.lowest is not None
        if definite_sign(part.weight) != 1:
            raise Disproved(f"{part.weight} > 0")
        for end, side in ((lower, 1), (upper, -1)):
            if end.is_finite and definite_sign(side * (part.argument - end)) != 1:
                raise Disproved(f"{part.argument} lies between {lower} and {upper}")
        _vanishes_with(part.argument - part.bound.lowest, part.at[0] - part.at[1])
    return f"a sum of {len(step.parts)} parts, none negative; {how}"


def _bounded_below(bound: Inequality) -> None:
    """The difference is >= 0, and 0 at ``lowest`` alone; that it is so is a step of its own."""
    if bound.by is None or bound.lowest is None or "=" not in bound.relation:
        raise Undecided("an inequality that does not say where equality holds", bound.name)
    at_lowest = unfold(bound.difference, bound.using).doit().subs(bound.by.symbol, bound.lowest)
    equality(at_lowest, sp.Integer(0), f"equality in {bound.name} at {bound.by.symbol} = {bound.lowest}")


def _vanishes_with(expr: sp.Expr, other: sp.Expr) -> None:
    """expr is zero exactly where other is: their quotient, or that with the absolute value of other, has one sign."""
    for factor in (other, sp.Abs(other)):
        try:
            definite_sign(expr / factor)
        except Undecided:
            continue
        return
    raise Undecided(f"that it vanishes where {other} does, and nowhere else", expr)


def _through_absolute(step: ThroughAbsolute) -> str:
    by, t = step.by.symbol, sp.Dummy("t", positive=True)
    (inner,) = step.absolute.args
    _free_of(by, step.corner)
    equality(inner.subs(by, step.corner), sp.Integer(0), f"{inner} = 0 at {by} = {step.corner}")
    inner_slope = sp.diff(inner, by)
    _free_of(by, inner_slope)
    function = unfold(step.function, step.using)
    of_t = function.xreplace({step.absolute: t})
    if of_t.has(by) or of_t.has(sp.Abs, sp.sign):
        raise Undecided(f"{by} outside of {step.absolute}", of_t)
    slope = sp.diff(of_t, t)
    # G has a derivative from the right at 0 because, by its form, it is differentiable there
    difference(of_t, t, sp.Integer(0), sp.Integer(0))
    equality(slope.subs(t, 0), sp.Integer(0), f"the derivative by {step.absolute} at 0 is 0")
    derivative = sp.sign(inner) * slope.xreplace({t: step.absolute}) * inner_slope
    claimed = unfold(step.derivative, step.using)
    how = equality(derivative, claimed, f"{step.head} = {step.derivative}")
    equality(claimed.subs(by, step.corner), sp.Integer(0), f"{step.derivative} = 0 at {by} = {step.corner}")
    return f"a function of {step.absolute} whose slope vanishes at 0; {how}"


def _free_of(x: sp.Symbol, *exprs: sp.Expr) -> None:
    for expr in exprs:
        if expr.has(x):
            raise Disproved(f"{expr} is free of {x}")


DECISIONS: Mapping[type[Step], Callable[[Any], str]] = {
    Antiderivative: _antiderivative,
    Linear: _linear,
    Series: _series,
    SumOfParts: _sum_of_parts,
    ThroughAbsolute: _through_absolute,
}
