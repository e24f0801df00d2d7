"""Integrals: by an antiderivative that is exhibited, and by linearity from integrals that are known."""

from __future__ import annotations

import sympy as sp

from derive.prove.ball import Undecided
from derive.prove.ground import Disproved, Ground, interval_of
from derive.prove.steps.pieces import difference, limit
from derive.vocabulary.condition import within
from derive.vocabulary.theorem import Conclude, Expectation, Integrate


def integrate(step: Integrate, ground: Ground) -> str:
    x, primitive = step.by.symbol, step.primitive
    lower, upper = interval_of(x, step.interval)
    inside = ground.under(within(x, (lower, upper)))
    how = inside.equal(inside.read(sp.Derivative(primitive, x)), inside.read(step.integrand))
    total = difference(primitive, x, lower, upper)
    ground.equal(total, ground.read(step.value), f"{step.head} = {step.value}")
    ground.equal(ground.read(step.gain), ground.read(step.value), f"{step.gain} = {step.value}")
    for at_end, end in zip(step.at_ends, ((x, lower), (x, upper)), strict=True):
        ground.equal(limit(primitive, *end), ground.read(at_end), f"the limit at {end[1]} is {at_end}")
    return f"antiderivative by SymPy, differentiated: {how}; limits at both ends"


def expectation(step: Expectation, ground: Ground) -> str:
    x, deviation = step.by.symbol, step.by.symbol - step.about.symbol
    interval = interval_of(x, step.moments[0].interval) if step.moments else None
    if interval is None or len(step.coefficients) != len(step.moments):
        raise Undecided("a moment is missing")
    if step.about.symbol == x:
        raise Disproved(f"the centre is free of {x}")
    inside = ground.under(within(x, interval))
    inside.rests_on(step.of, *step.moments)
    defined = [f.expr for f in step.using if f.defines and f.head == step.quantity]
    if len(defined) != 1 or not isinstance(defined[0], sp.Integral) or defined[0].limits != step.integral.limits:
        raise Disproved(f"{step.quantity} is defined as {step.integral}")
    for k, (coefficient, moment) in enumerate(zip(step.coefficients, step.moments, strict=True)):
        if moment.by != step.by or moment.interval != step.moments[0].interval:
            raise Disproved(f"the moment {moment.name} is an integral over {step.by.name} in the same interval")
        if coefficient.has(x):
            raise Disproved(f"the coefficient {coefficient} is free of {x}")
        weighted = sp.Mul(step.density, deviation**k, evaluate=False)
        inside.equal(inside.read(moment.integrand), inside.read(weighted))
    weighted = sp.Mul(step.density, step.of.expr, evaluate=False)
    inside.equal(inside.read(defined[0].function), inside.read(weighted))
    how = inside.equal(inside.read(step.of.expr), inside.read(step.polynomial))
    ground.equal(ground.read(step.combined), ground.read(step.value))
    return f"linear in {len(step.moments)} moments; {how}"


def conclude(step: Conclude, ground: Ground) -> str:
    ground.rests_on(step.derived)
    derived, textbook = ground.read(step.derived.value), ground.read(step.textbook)
    return ground.equal(derived, textbook, f"{step.derived.quantity} = {step.textbook}")
