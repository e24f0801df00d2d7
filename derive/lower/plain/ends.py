"""The ends of the format: what is lost where something underflows, and that nothing overflows but infinite results.

All limits and factors are read off the trees.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from derive.errors import CheckFailed
from derive.lower.arithmetic.constants import SCALE
from derive.lower.bounds.proved import named
from derive.lower.plain.analysis import known
from derive.lower.plain.exponential_bounds import LOG2, WEIGHT_REACH, limits
from derive.lower.plain.formats import LEAST_QUOTIENT, Format
from derive.lower.plain.square_bounds import Ending
from derive.vocabulary.kernel import Function, Node, functions_below, operands


def lost(format_: Format, function: Function) -> float:
    """What underflows and the cubes of enlarged numbers may add, in ulp.

    Raises :class:`CheckFailed` where something may overflow beside a finite result.
    """
    called = (function, *functions_below([function]))
    # a sum of numbers of the format is exact where it is subnormal
    operations = sum(n.op in ("mul", "exact_mul", "div") for f in called for n in operands(n for _, n in f.results))
    smallest, ulps, enlarging = (
        2.0 ** (3 - format_.most - format_.digits),
        2.0**format_.digits,
        _enlarging(format_, function),
    )
    # both exp(x) - 1 - x and x - log(1 + x) are x^2/2 but for 2/3 x^3/2 at most
    found = enlarging.argument * ulps * 2 / 3
    for least, scale, guard in (
        (enlarging.least_kept, 1.0, 0.0),
        (2.0 ** (2 - format_.most) / enlarging.back, enlarging.scale, enlarging.guard),
    ):
        # of the operations, of the arguments that are multiplied before they are enlarged, and of what is added there;
        # what is multiplied by large numbers after it underflowed is nothing beside them
        of_arguments = 16 * smallest * scale * math.sqrt(least)
        found += (4 * operations * smallest + of_arguments + guard) * ulps / least
    _overflows(format_, function)
    return found


# --- overflow -------------------------------------------------------------------------------------------------------


def _overflows(format_: Format, function: Function) -> None:
    """Where the parts are cut they are finite together, and 32 times each is not."""
    parts = (_cut_excess(function), *_cut_square(function))
    if sum(2.0 ** (high - format_.most) for _, high in parts) >= 1 or min(parts)[0] + 5 <= format_.most:
        raise CheckFailed(
            f"rounding analysis: in {format_.name} {function.name} may overflow where its result does not"
        )


def _cut_excess(function: Function) -> tuple[float, float]:
    """The logarithms of what an excess is at least where it is cut, and of all that leads to it at most."""
    made = excess_of(function).function
    assert made is not None
    nodes = named(made)
    if "x" in nodes:
        at = limits(nodes)[1] / LOG2 - 6
        return at - 0.01, at
    at, order = known(nodes["s"].args[0].args[1]), 2 if "by" in nodes else 1
    return at + order * math.log2(LEAST_QUOTIENT) - 0.01, at + math.log2(order * 2 * LEAST_QUOTIENT)


def _cut_square(function: Function) -> list[tuple[float, float]]:
    """The same of a square, where there is one."""
    nodes, log2 = named(function), math.log2
    if "offset" in nodes:
        cut, scale = nodes["offset"].args
        at = 2 * log2(known(cut.args[1]) * known(scale.args[1]))
        return [(at, at)]
    if "z" not in nodes:
        return []
    (offset,) = (n.function for n in operands([nodes["z"]]) if n.function is not None and "fits" in named(n.function))
    at = 2 * log2(known(named(offset)["fits"].args[1]))
    # divisors are in [1/2, 2), or their squares in [1, 4)
    low, high = (-2.0, 1.0) if "q" in nodes else (WEIGHT_REACH[0] / LOG2, 1 + WEIGHT_REACH[1] / LOG2)
    return [(at + low, at + high)]


# --- small numbers --------------------------------------------------------------------------------------------------


def excess_of(function: Function) -> Node:
    """The call of the excess, in a divergence or in a function of one number."""
    if "heads_head" in named(function):
        return Ending.of(function).excess
    head, tail = _product(function).args[0].args
    if not (head.op == tail.op == "result" and head.args == tail.args):
        raise CheckFailed("rounding analysis: a function of one number does not end with the sum of an excess")
    return head.args[0]


def _product(function: Function) -> Node:
    """The sum of all, times what it is scaled back by."""
    ((_, result),) = function.results
    product = result.args[1]
    return product.args[0] if product.op == "neg" else product


@dataclass(frozen=True)
class Enlarging:
    """What a tree makes of small numbers: the factor, that of the result, what is added, and what follows from them.

    ``argument`` is the largest of the excess for numbers that are enlarged, ``least_kept`` the least sum of those that
    are not.
    """

    scale: float
    back: float
    guard: float
    argument: float
    least_kept: float


def _enlarging(format_: Format, function: Function) -> Enlarging:
    nodes, excess = named(function), excess_of(function)
    tiny, scale = nodes["tiny"], nodes["scale"]
    largest, below = tiny.args
    compared = {}
    for n in _greatest(largest):
        base, times = _linear(n, tiny, small=False)
        compared[base] = known(below) / times

    def factor(n: Node, small: bool) -> float:
        base, times = _linear(n, tiny, small)
        if base not in compared:
            raise CheckFailed("rounding analysis: a number is enlarged that was not compared")
        return times * compared[base]

    if largest.op == "select":  # where scales differ, nothing is enlarged, and the quotient differs from 1 by a unit
        argument, kept = 0.0, 4.0**-format_.digits * SCALE / 4
    else:
        of, by = (nodes["y"], 1.0) if "y" in nodes else (excess.args[0], SCALE)
        argument, kept = factor(of, small=True) / by, (factor(of, small=False) / by) ** 2 * SCALE / 4
    squares = [factor(nodes[name], small=False) ** 2 / 4 for name in ("offset", "z") if name in nodes]
    guard = known(nodes["small"].args[1].args[1].args[1]) if "small" in nodes else 0.0
    back = known(_product(function).args[1].args[1])
    return Enlarging(known(scale.args[1]), back, guard, argument, min(kept, *squares) if squares else kept)


def _greatest(n: Node) -> list[Node]:
    match n.op:
        case "max":
            return [x for of in n.args for x in _greatest(of)]
        case "select":  # a number, or one that is not small
            return _greatest(n.args[1])
    return [n]


def _linear(n: Node, tiny: Node, small: bool) -> tuple[Node, float]:
    """What a small number is a multiple of, and the factor, where the mask holds and where it does not."""
    match n.op:
        case "mul" | "exact_mul":
            parts = [_linear(x, tiny, small) for x in n.args]
            (base,) = [base for base, _ in parts if base.op != "const"] or [parts[0][0]]
            return base, math.prod(times for _, times in parts)
        case "select" if n.args[0] is tiny:
            return _linear(n.args[1 if small else 2], tiny, small)
        case "abs" | "min":  # of a small number and a limit
            return _linear(n.args[0], tiny, small)
        case "const":
            return n, known(n)
    return n, 1.0
