"""Kernels composed of terms: what every shape has that no plan is written for.

A value is the sum of its products, each relatively as good as its worst factor; a derivative is one product, or the
difference of the two parts that its rule names. All of it is computed with separate exponents and scaled once, at the
end. At special arguments the results are what :mod:`derive.lower.limits` finds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce

from derive.lower.arithmetic.gradients import SCALE_BY
from derive.lower.arithmetic.scaled import CLOSE, Arguments, Scaled, plus
from derive.lower.bounds import scaled as scaled_bounds
from derive.lower.bounds.proved import Proved, in_ulp
from derive.lower.limits import Limits, special_value
from derive.lower.shape import Shape
from derive.lower.terms import tree
from derive.vocabulary.kernel import Builder, Function, Node, function, select


@dataclass(frozen=True)
class Composed:
    """A careful function, and what is proved of the heads and tails that it rounds at the end."""

    function: Function
    proof: Callable[[], Proved]


def _sum(at: Arguments, shape: Shape, signed: bool = False) -> Scaled:
    return reduce(partial(plus, signed=signed), (tree(at, product) for product in shape.products))


def value(name: str, parameters: Sequence[str], shape: Shape, limits: Limits) -> Composed:
    """The value as (head + tail) unscale."""
    whole: list[Scaled] = []

    def body(b: Builder, *at: Node) -> tuple[Node, ...]:
        total = _sum(Arguments(b, at, bool(limits.computed)), shape)
        whole.append(total)
        head, tail, unscale = CLOSE(total.head, total.tail, total.exponent)
        special, otherwise = special_value(b, limits, at)
        return select(special, otherwise, head), select(special, 0.0, tail), select(special, 1.0, unscale)

    made = function(f"{name}_parts", parameters, ("head", "tail", "unscale"), body, f"{name} = (head + tail) unscale.")
    return Composed(made, lambda: scaled_bounds.closed(whole[0].proof()))


def gradient(name: str, parameters: Sequence[str], shapes: Sequence[Shape], limits: Sequence[Limits]) -> Composed:
    """The partial derivatives, each scaled and rounded at the end, with the proof of the one that is furthest off."""
    wholes: list[Scaled] = []

    def body(b: Builder, *at: Node) -> tuple[Node, ...]:
        results = []
        for shape, limit in zip(shapes, limits, strict=True):
            total = _sum(Arguments(b, at, bool(limit.computed)), shape, signed=True)
            wholes.append(total)
            rounded = b.let("rounded", (total.head + total.tail) + 0.0, "a zero has no sign")
            (result,) = SCALE_BY(rounded, total.exponent)
            special, otherwise = special_value(b, limit, at)
            results.append(select(special, otherwise, result))
        return tuple(results)

    doc = f"The gradient of {name}."
    made = function(f"{name}_slopes", parameters, tuple(f"d_{p}" for p in parameters), body, doc)

    def proof() -> Proved:
        found = [scaled_bounds.closed(whole.proof()) for whole in wholes]
        worst = max(found, key=lambda proved: in_ulp(proved, digits=53))
        return replace(worst, boxes=sum(proved.boxes for proved in found))

    return Composed(made, proof)
