"""A decision for each kind of step: a function of the step and its ground that says how it was decided, or raises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from derive.prove import budget
from derive.prove.ball import Undecided
from derive.prove.ground import Ground
from derive.prove.steps import algebra, cost, integration, moments, order
from derive.vocabulary.theorem import (
    Antiderivative,
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
    Linear,
    OperationCount,
    Series,
    Step,
    SumOfParts,
    ThroughAbsolute,
)

__all__ = ["DECISIONS", "decide"]

DECISIONS: Mapping[type[Step], Callable[[Any, Ground], str]] = {
    Antiderivative: moments.antiderivative,
    Conclude: integration.conclude,
    Counterexample: order.counterexample,
    Definition: algebra.definition,
    Differentiate: algebra.differentiate,
    Expand: algebra.expand,
    Expectation: integration.expectation,
    GlobalMinimum: order.global_minimum,
    Identity: algebra.identity,
    Inequality: order.inequality,
    Integrate: integration.integrate,
    Linear: moments.linear,
    OperationCount: cost.operation_count,
    Series: moments.series,
    SumOfParts: moments.sum_of_parts,
    ThroughAbsolute: moments.through_absolute,
}


def decide(step: Step) -> str:
    """How the step was decided, its premises taken as decided before it.

    Raises
    ------
    Disproved : it is false; the message names a point.
    Undecided : it could not be decided, for whatever reason, in size or time.
    """
    decision = DECISIONS.get(type(step))
    if decision is None:
        raise Undecided(f"{type(step).__name__} is no kind of step that the prover knows")
    with budget.ends():
        return decision(step, Ground.of(step))
