"""The proved error of the values in NumPy for binary64 arguments, under what is supposed of NumPy's exp.

A divergence is an excess plus a square, neither of them negative. The excess is analysed by
:mod:`derive.lower.blocks.step_bounds`; the square is made of factors. Elements that a block function does not hold for
go through the tree that C has, whose FMA is emulated: its bound counts too.
"""

from __future__ import annotations

from flint import arb, ctx

from derive.lower.approximation.certify import subdivision
from derive.lower.blocks.analysis import SUPPOSED, BlockAnalysis, supposed
from derive.lower.blocks.step_bounds import ENTRY, Measured, exponential_step, power_step
from derive.lower.blocks.steps import EXPM1MX, EXPM1MX_PAIR, STEP, STEP_MORE
from derive.lower.bounds.analyse import PRECISION, UNIT, Given, exactly
from derive.lower.bounds.proved import Proved, in_ulp
from derive.vocabulary.kernel import Function, Node, functions_below, operands

#: How the bounds are established that rest on :data:`derive.lower.blocks.analysis.SUPPOSED` and on the tables' entries.
ESTABLISHED = "proved under hypotheses"


def _steps_of(function: Function) -> Measured:
    """The error of the excess in a kernel; of the functions without ``more`` it is that of those with it at 0."""
    called = {
        f for f in functions_below([function]) if f in (EXPM1MX, EXPM1MX_PAIR, *STEP.values(), *STEP_MORE.values())
    }
    (step,) = called
    if step in (EXPM1MX, EXPM1MX_PAIR):
        return exponential_step(EXPM1MX_PAIR)
    (order,) = (order for order in STEP if step in (STEP[order], STEP_MORE[order]))
    return power_step(STEP_MORE[order], order)


def _square(square: Node) -> arb:
    """The relative error of the square of the means' difference, in units of 2^-53: factors are 1, or next to it."""
    one = arb(1, arb(2) ** -(PRECISION - 20))
    given: dict[Node, Given] = {}
    for n in operands([square]):
        if n.op in ("arg", "two_sum"):
            given[n] = exactly(one) if n.op == "arg" else (exactly(one), exactly(0))
        elif n.op == "exp":
            given[n] = supposed("exp", one)
    found = BlockAnalysis(given).number(square)
    return (found.error() / abs(found.exact) / UNIT).abs_upper()


def _ordinary(function: Function) -> Measured:
    """The error of a kernel's value. A difference of means is off by a 2^16th of its square in what goes to the excess.

    In ulp: with the value in [1, 2), excess and square share it. The last sum is rounded by half an ulp, or, where it
    passes 2, by one.
    """
    ctx.prec = PRECISION
    excess, (_, result) = _steps_of(function), function.results[0]
    (total,) = (n for n in operands([result]) if n.op in ("add", "result") and n in result.args)
    if total.op == "result":  # a function of one number: the excess, times a power of two
        return excess
    square = _square(total.args[1]) + arb(2) ** -10
    worst = max(square, (excess.relative + square) / 2, key=lambda a: a.abs_upper())
    for part in subdivision(1.0, 2.0, 256):  # of the excess
        own = min((excess.relative * part / 2).abs_upper(), excess.ulp)
        worst = max(worst, arb(own) + square * (2 - part) / 2, key=lambda a: a.abs_upper())
    relative = arb(max(excess.relative, square.abs_upper())) + 1
    return Measured(relative, arb((worst + 1 + arb(2) ** -20).abs_upper()), excess.boxes)


def value(function: Function, careful: Function, rare: Proved) -> tuple[float, dict[str, float]]:
    """In ulp of the exact value, and the figures of the proof: the worse of the block function and the careful one."""
    ordinary = _ordinary(function)
    units = max(float(ordinary.relative.abs_upper()), rare.total)
    figures = {"rounding_units": round(units + 0.0005, 3), "boxes": ordinary.boxes + rare.boxes}
    figures |= {f"supposed_{what}_ulp": ulp for what, ulp in _supposed(function, careful).items()}
    return max(float(ordinary.ulp.abs_upper()) * (1 + 2.0**-50), in_ulp(rare, digits=53)), figures


def supposed_of_numpy(*functions: Function) -> dict[str, float]:
    """What the bounds suppose, in ulp, of each of NumPy's functions that is called."""
    below = functions_below(list(functions))
    called = {n.op for f in below for n in operands(r for _, r in f.results)} & set(SUPPOSED)
    return {op: SUPPOSED[op] for op in sorted(called)}


def _supposed(*functions: Function) -> dict[str, float]:
    """The same, and of the tables' entries."""
    return {"entries": float(ENTRY.mid())} | supposed_of_numpy(*functions)
