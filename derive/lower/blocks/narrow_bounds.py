"""The proved error of the values in NumPy for binary32 arguments, under what is supposed of NumPy's functions.

They are computed in binary64 by :mod:`derive.lower.blocks.narrow`: an excess that cancels, and a square that does not.
What the cancellation leaves of the excess is analysed on boxes of its argument; all other operations lose a few units
of 2^-53, where an ulp of binary32 is 2^29 of them. An exponent may be so small that the excess is lost: the mask then
wants a value beside which it is nothing. Of quotients and scales those next to 1 differ from it by 2^-24.
"""

from __future__ import annotations

from collections.abc import Iterator

from flint import arb, ctx

from derive.errors import CheckFailed
from derive.lower.approximation.certify import box
from derive.lower.blocks.analysis import SUPPOSED, BlockAnalysis
from derive.lower.blocks.narrow import SMALL_VALUE
from derive.lower.bounds.analyse import PRECISION, UNIT, Given, exactly
from derive.vocabulary.kernel import Function, Node, operands

#: Boxes in a doubling of the argument.
BOXES = 8

#: Bits of an argument.
DIGITS = 24

#: What two numbers of binary32 that differ, differ by at least, relative to the larger.
NEXT = arb(2) ** -24

#: Beyond, exp(x) is beyond binary32, or nothing beside x.
LARGEST_EXPONENT = arb(2) ** 7

#: Numbers of binary32 and quotients of two, as far as the mask of a quotient lets them through.
SMALLEST, LARGEST_QUOTIENT = arb(2) ** -149, arb(2) ** 278


def _doublings(low: arb, high: arb) -> Iterator[arb]:
    while low < high:
        yield from (box(low * (BOXES + i) / BOXES, low * (BOXES + i + 1) / BOXES) for i in range(BOXES))
        low = 2 * low


def _cancelling(function: Function) -> tuple[Node, Node]:
    """The difference that cancels, and the argument of NumPy's function in it."""
    for n in operands(r for _, r in function.results):
        if n.op == "sub":
            for a in n.args:
                inner = a.args[0] if a.op == "exact_mul" else a
                if inner.op in ("expm1", "log", "log1p"):
                    return n, inner.args[0]
    raise CheckFailed(f"rounding analysis: {function.name} has no difference that cancels")


def _off(argument: Node) -> arb:
    """The relative error of an argument: a rounding for each of its operations, none of which cancels twice."""
    return sum((UNIT for n in operands([argument]) if n.op in ("add", "sub", "mul", "div")), arb(0)) * arb("1.01")


def _exponents() -> Iterator[tuple[arb, arb]]:
    """Arguments of expm1, with what the value is at least: half the excess."""
    small = arb(SMALL_VALUE) * arb("0.99")
    for sign in (1, -1):
        yield box(arb(0), NEXT) * sign, small
        for size in _doublings(NEXT, LARGEST_EXPONENT):
            x = sign * arb(size.abs_lower())
            yield sign * size, arb(max(((x.expm1() - x) / 2).lower(), small))
    for power in range(7, 140):
        x = -box(arb(2) ** power, arb(2) ** (power + 1))
        yield x, arb(((-1 - x) / 2).lower())


def _quotients(order: int, smallest: arb) -> Iterator[tuple[arb, arb, arb]]:
    """Quotients or scales x as x - 1 and x, with what x^order - 1 - order log(x) is at least."""

    def least(x: arb) -> arb:
        return arb((x**order - 1 - order * x.log()).lower())

    for t in _doublings(NEXT, LARGEST_QUOTIENT):
        yield t, 1 + t, least(1 + arb(t.abs_lower()))
    for t in _doublings(NEXT, arb(0.5)):
        yield -t, 1 - t, least(1 - arb(t.abs_lower()))
    for x in _doublings(smallest, arb(0.5)):
        yield x - 1, x, least(arb(x.abs_upper()))


def value(function: Function) -> tuple[float, dict[str, float]]:
    """In ulp of binary32, and the figures of the proof."""
    ctx.prec = PRECISION
    excess, argument = _cancelling(function)
    nodes = operands(r for _, r in function.results)
    (numpy_function,) = {n.op for n in operands([excess]) if n.op in SUPPOSED}
    worst, boxes = arb(0), 0
    for least, given in _boxes(excess, argument, numpy_function):
        analysis = BlockAnalysis(given)
        analysis.bits = dict.fromkeys(function.parameters, DIGITS)
        found = analysis.number(excess)
        if not (least > 0 and found.error().is_finite()):
            raise CheckFailed(f"rounding analysis: no finite relative error of {function.name} on a box")
        worst, boxes = arb(max(worst, (found.error() / least).abs_upper())), boxes + 1
    others = 4 * UNIT * len(nodes)  # each operation of a factor, which may be squared, or of a sum of terms
    total = float(((worst + others) * arb(2) ** 24).abs_upper()) * (1 + 2.0**-40)
    figures = {"rounding_units": round(float((worst / UNIT).abs_upper()), 3), "boxes": boxes}
    called = sorted({n.op for n in nodes} & set(SUPPOSED))
    return 0.5 + total, figures | {f"supposed_{op}_ulp": SUPPOSED[op] for op in called}


def _boxes(excess: Node, argument: Node, op: str) -> Iterator[tuple[arb, dict[Node, Given]]]:
    """For boxes of the argument the least value there, and what the analysis of the difference starts from."""

    def at(x: arb) -> dict[Node, Given]:
        return {argument: exactly(x).disturbed((abs(x) * _off(argument)).abs_upper())}

    if op == "expm1":
        yield from ((least, at(x)) for x, least in _exponents())
    elif op == "log1p":
        yield from ((least, at(t)) for t, _, least in _quotients(1, NEXT / 2))
    else:
        order = 2 if excess.args[1].op == "exact_mul" else 1
        yield from ((least, at(x)) for _, x, least in _quotients(order, SMALLEST))
