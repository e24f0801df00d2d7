"""The kernels for NumPy: plain operations on blocks of numbers that are neither huge nor tiny.

NumPy has no FMA, and an array pass per operation, so these trees are short: steps from an entry of a table
(:mod:`derive.lower.blocks.steps`), tails only where a rounded difference would be magnified. Each tells, by a mask, for
which elements it holds; the others go through the tree that C has (``careful``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf

from derive.lower.approximation.polynomials import STEPS
from derive.lower.blocks import slopes as block_slopes
from derive.lower.blocks.slopes import LARGE_SCALE, SMALL_SCALE, squared
from derive.lower.blocks.steps import (
    EXCESS,
    EXCESS_OF_QUOTIENT,
    EXPM1MX,
    EXPM1MX_PAIR,
    LOGARITHM_UNIT,
    POWER_UNIT,
    QUOTIENT_ENTRY,
    STEP,
    divided,
)
from derive.lower.plans import Body, Twofold
from derive.vocabulary.kernel import Builder, Function, Node, equal, exact_mul, function, node, two_sum
from derive.vocabulary.theorem import expm1mx, log1pmx

#: Beside such a value, what underflows or is weighted by 2^360 after it has underflowed is nothing.
SMALL_VALUE = 2.0**-560
LARGE_WEIGHT = 2.0**360


def _value(b: Builder, square: Node, excess: Node, unit: float) -> tuple[Node, Node]:
    """The divergence, and whether it is finite and so large that nothing lost by an underflow is seen."""
    value = b.let("value", exact_mul(excess + square, unit))
    return value, (value >= SMALL_VALUE) & (value < inf)


# --- unit ----------------------------------------------------------------------------------------------------------


def _unit_log(multiple: int) -> Body:
    def body(b: Builder, mu: Node, s: Node) -> tuple[Node, ...]:
        square = b.let("square", exact_mul(mu, 0.5 / LOGARITHM_UNIT) * mu)
        (excess,) = EXPM1MX(exact_mul(s, multiple * STEPS))
        value, ordinary = _value(b, square, excess, LOGARITHM_UNIT)
        return value, ordinary | (equal(s, 0.0) & equal(mu, 0.0))

    return body


def _unit_power(order: int) -> Body:
    def body(b: Builder, mu: Node, s: Node) -> tuple[Node, ...]:
        square = b.let("square", mu * mu if order == 2 else exact_mul(mu, 2.0) * mu)
        (excess,) = EXCESS[order](s)
        value, ordinary = _value(b, square, excess, POWER_UNIT[order])
        return value, ordinary | (equal(s, 1.0) & equal(mu, 0.0))

    return body


# --- normal --------------------------------------------------------------------------------------------------------
# The square of the means' difference is one that is exact, and what is left of it, which goes with the excess: beside
# an excess its rounding is nothing, and where there is none it has none.


def _normal_log(multiple: int) -> Body:
    by = multiple * STEPS

    def body(b: Builder, mu1: Node, s1: Node, mu2: Node, s2: Node) -> tuple[Node, ...]:
        d, m = b.pair("d", two_sum(s1, -s2)), b.pair("m", two_sum(mu1, -mu2))
        of_leading, of_rest = squared(b, m)
        weight = b.let("weight", node("exp", -s2 if multiple == 1.0 else exact_mul(s2, -multiple)))
        scaled = b.let("scaled", exact_mul(weight, 0.5 / LOGARITHM_UNIT))
        square, cross = b.let("square", of_leading * scaled), b.let("cross", of_rest * scaled)
        y, y_tail = b.let("y", exact_mul(d.head, by)), b.let("y_tail", exact_mul(d.tail, by))
        (excess,) = EXPM1MX_PAIR(y, y_tail, cross)
        value, ordinary = _value(b, square, excess, LOGARITHM_UNIT)
        near = (weight >= 1 / LARGE_WEIGHT) & (weight <= LARGE_WEIGHT)
        return value, (ordinary & near) | (equal(value, 0.0) & equal(m.head, 0.0))

    return body


def _normal_power(order: int) -> Body:
    def body(b: Builder, mu1: Node, s1: Node, mu2: Node, s2: Node) -> tuple[Node, ...]:
        m = b.pair("m", two_sum(mu1, -mu2))
        of_leading, of_rest = squared(b, m)
        divisor = b.let("divisor", s2 * s2 if order == 2 else exact_mul(s2, 0.5))
        square, cross = b.let("square", of_leading / divisor), b.let("cross", of_rest / divisor)
        (excess,) = EXCESS_OF_QUOTIENT[order](s1, s2, cross)
        value, ordinary = _value(b, square, excess, POWER_UNIT[order])
        within = (s2 >= SMALL_SCALE) & (s2 <= LARGE_SCALE)
        nothing = equal(value, 0.0) & equal(m.head, 0.0) & (s2 > 0.0)
        return value, (ordinary & within) | nothing

    return body


# --- the two functions ---------------------------------------------------------------------------------------------


def _expm1mx_value(b: Builder, x: Node) -> tuple[Node, ...]:
    (excess,) = EXPM1MX(exact_mul(x, STEPS))
    value = b.let("value", exact_mul(excess, 2.0 * LOGARITHM_UNIT))
    return value, (value >= SMALL_VALUE) | equal(x, 0.0)


def _log1pmx_value(b: Builder, x: Node) -> tuple[Node, ...]:
    c, start = QUOTIENT_ENTRY[1](x + 1.0)
    (excess,) = STEP[1](c, start, *divided(b, b.let("difference", x - (c - 1.0)), c))
    value = b.let("value", exact_mul(excess, -2.0 * POWER_UNIT[1]))
    return value, (value <= -SMALL_VALUE) | equal(x, 0.0)


#: The two functions of one number.
UNARY: dict[type, Body] = {expm1mx: _expm1mx_value, log1pmx: _log1pmx_value}

Build = Callable[..., Function]


def block(
    name: str, parameters: Sequence[str], results: Sequence[str], body: Body, build: Build = function
) -> Function:
    """A NumPy kernel: its results, then the mask of the elements for which they hold."""
    doc = f"{name}, and for which elements it holds."
    return build(f"{name}_ordinary", parameters, (*results, "ordinary"), body, doc)


def value(name: str, parameters: Sequence[str], shape: Twofold) -> Function:
    """A divergence on blocks."""
    body = shape.choose((_unit_power, _unit_log), (_normal_power, _normal_log))
    return block(name, parameters, ("value",), body, shape.build)


def gradient(name: str, parameters: Sequence[str], shape: Twofold) -> Function | None:
    """Its partial derivatives; None where the tree that C has serves all elements."""
    bodies = (block_slopes.of_logarithm if shape.logarithmic else block_slopes.of_power)(shape.order)
    body = bodies[shape.pair]
    results = [f"d_{parameter}" for parameter in parameters]
    return None if body is None else block(name, parameters, results, body, shape.build)
