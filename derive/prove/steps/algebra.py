"""Steps that are equations between expressions: identities, expansions, derivatives. And definitions."""

from __future__ import annotations

import sympy as sp

from derive.prove.ball import Undecided, derivative, evaluate
from derive.prove.ground import Disproved, Ground
from derive.vocabulary.theorem import Definition, Differentiate, Expand, Identity

_HIGHEST = 4  # derivative


def definition(step: Definition, ground: Ground) -> str:
    """That the right-hand side is defined; whether an integral or a sum converges is for the step that evaluates it."""
    if not isinstance(step.formula.expr, sp.Integral | sp.Sum):
        ground.under(step.formula.where).read(step.formula.expr)
    return "a definition"


def identity(step: Identity, ground: Ground) -> str:
    if len(step.chain) < 2:
        raise Undecided("a chain of one expression says nothing")
    first, *rest = (ground.read(expr) for expr in step.chain)
    how = ""
    for written, expr in zip(step.chain[1:], rest, strict=True):
        how = ground.equal(first, expr, f"{step.chain[0]} = {written}")
    return how


def expand(step: Expand, ground: Ground) -> str:
    return "derived by SymPy; " + ground.equal(ground.read(step.expr), ground.read(step.value))


def differentiate(step: Differentiate, ground: Ground) -> str:
    if not (isinstance(step.order, int) and 1 <= step.order <= _HIGHEST):
        raise Undecided(f"derivatives of orders 1 to {_HIGHEST} are decided, not of order {step.order}")
    claim = f"{step.head} = {step.derivative}"
    taken, claimed = ground.read(step.head), ground.read(step.derivative)
    how = ground.equal(taken, claimed, claim)
    function = ground.read(step.function)
    wanted = sp.Add(claimed, step.by.symbol, function, evaluate=False)  # points with a value for each symbol
    for point, _ in ground.points(wanted):
        value = evaluate(claimed, point)
        slope = derivative(function, step.by.symbol, step.order, point)
        if slope.is_finite() and not slope.overlaps(value):
            raise Disproved(f"{claim} (which the rules of differentiation accept)", point, (slope - value).str(12))
    return f"differentiated by rule; {how}; power series at the same points"
