"""The proved error bounds of the C gradients: the rounding analysis of each slope, in ulp of its larger exact part.

A slope is a product, a quotient or a growth exp(x) - 1, whose error is relative; or a sum of two such parts of either
sign, whose error is relative to the larger of them, here set to 1 while the other runs through [-1, 1]. Factors are set
to 1, as in :mod:`derive.lower.bounds.values`, and numbers with a separate exponent enter as their significands. The
difference x - 1/x of one scale vanishes at 1 alone, and its error is relative to itself: next to 1 every argument is
evaluated, and elsewhere the larger part is no more than 2^42 times the difference.

The last rounding is half an ulp of the result, and a whole one of the larger part where two parts of one sign reach the
binade above it. The multiplication by a power of two that ends a slope rounds once more where the result is subnormal;
the error before it counts there half at most, so that half an ulp, a quarter and half of that error are not exceeded.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache

from flint import arb, ctx

from derive.errors import CheckFailed
from derive.lower.approximation.certify import box, subdivision
from derive.lower.approximation.polynomials import REDUCED_EXPONENT
from derive.lower.arithmetic.constants import SCALE
from derive.lower.arithmetic.exponential import EXPM1_SCALED, EXPM1_SCALED_PAIR, EXPM1MX_REDUCED
from derive.lower.arithmetic.gradients import DIFFERENCE, DIVIDE, SCALE_BY
from derive.lower.arithmetic.logarithm import SPLIT
from derive.lower.arithmetic.values import EXP_NEGATIVE, OFFSET
from derive.lower.bounds.analyse import PRECISION, UNIT, Analysis, Given, Rounded, error_of_sum, exactly
from derive.lower.bounds.exponential import (
    SINGLE,
    Reduced,
    correction,
    exp_negative,
    expm1mx_reduced,
    exponential_certificate,
    is_result_of,
    reduced_boxes,
    rest_of_log2,
)
from derive.lower.bounds.proved import Proved, Worst, in_units, named
from derive.lower.interpret import run
from derive.lower.plans import Twofold
from derive.vocabulary.kernel import Function, Node, constant, operands

#: The smaller of two parts, the larger being 1, in boxes.
_SHARES = 256

#: A difference that vanishes is at least so much of its larger part where it is not evaluated argument by argument.
_NEAR = 2.0**-42

#: What the tail of an argument contributes beyond its first order, and what lies 200 binades below the rest.
_BEYOND = 10 * UNIT**2


@cache
def growth(function: Function) -> Proved:
    """(exp(x) - 1)/64 for every x, or for every head and tail of x."""
    ctx.prec = PRECISION
    nodes, e, worst = named(function), expm1mx_reduced(), Worst()
    with_tail = len(function.parameters) == 2
    correct = nodes["c_and_tail" if with_tail else "c"]
    change, first = (nodes[f"{name}_head"].args[0] for name in ("change", "first"))
    call = next(n.args[0] for n in operands(r for _, r in function.results) if is_result_of(n, EXPM1MX_REDUCED))

    # At k = 0 all is divided by r.
    for r in subdivision(-REDUCED_EXPONENT, REDUCED_EXPONENT, 64):
        given: dict[Node, Given] = {
            change: (exactly(0), exactly(0)),
            first.args[1]: exactly(1),
            nodes["s"]: exactly(1),
            nodes["growth"]: exactly(r.exp()).disturbed(8 * UNIT),
            correct: exactly(arb(0, UNIT.abs_upper()) if with_tail else 0),
            call: e.pair(_excess_over(r)),
        }
        worst.add(Analysis(given).results(function), 1 + _excess_over(r), _BEYOND if with_tail else None)

    for at in _boxes():
        tail = arb(0, (at.x_size * UNIT).abs_upper()) if with_tail else arb(0)
        c = correction(at.c)
        if with_tail:
            c = Rounded(c.exact + tail, c.noise, c.extra).disturbed((at.c.abs_upper() + tail.abs_upper()) * UNIT)
        size = at.r.exp()
        given = {
            constant(-SCALE): exactly(-at.one),
            nodes["s"]: exactly(at.power),
            nodes["r"]: exactly(at.r),
            correct: c,
            nodes["growth"]: exactly(size).disturbed(size.abs_upper() * UNIT * 4),
            call: e.pair(at.r * _excess_over(at.r)),
        }
        # exp of the correction is read as 1 + it.
        method = 2 * at.power * (at.c.abs_upper() + tail.abs_upper()) ** 2
        worst.add(Analysis(given).results(function), at.power * (at.r + at.c).exp() - at.one, arb(method.abs_upper()))
    return worst.proved()


def _excess_over(r: arb) -> arb:
    """(exp(r) - 1 - r)/r, also on a box around 0."""
    total, most = arb(0), arb(r.abs_upper())
    for n in range(25, 1, -1):
        total = (total + 1 / arb(n).fac()) * r
    return total + arb(0, (most**25 / arb(26).fac() * 2).abs_upper())


def _boxes() -> Iterator[Reduced]:
    yield from (at for at in reduced_boxes() if at.power > 0)
    small, whole = arb(2) ** -SINGLE, box(arb(-REDUCED_EXPONENT), arb(REDUCED_EXPONENT))
    c = rest_of_log2(box(arb(-146), arb(-SINGLE)))
    yield Reduced(whole, c, box(arb(0), small), arb(1), arb(0), arb(110))


# --- a slope --------------------------------------------------------------------------------------------------------


class _Slope:
    """One slope of a gradient on boxes: its error before the last rounding, relative to the larger of its parts."""

    def __init__(self, n: Node) -> None:
        ctx.prec = PRECISION
        self.node, self.error, self.boxes = _below(n), arb(0), 0

    def on(self, given: dict[Node, Given], exact: arb) -> None:
        """A box, on which the larger part is 1 in size."""
        analysis = Analysis(given)
        if self.node.op == "result" and self.node.args[0].function is DIVIDE:
            arguments = [analysis.number(a) for a in self.node.args[0].args]
            analysis = Analysis(dict(zip(DIVIDE.parameters, arguments, strict=True)))
            parts = [analysis.number(a) for a in DIVIDE.results[0][1].args]
        else:
            parts = [analysis.number(a) for a in self.node.args]
        missed = parts[0].exact + parts[1].exact - exact
        if missed.abs_lower() > _BEYOND:
            raise CheckFailed("rounding analysis: in real arithmetic a slope is not what it is computed for")
        self.error = arb(max(self.error.abs_upper(), (error_of_sum(*parts) + _BEYOND).abs_upper()))
        self.boxes += 1

    @property
    def proved(self) -> Proved:
        return Proved(in_units(self.error), 0.0, 1.0, self.boxes)


def _below(n: Node) -> Node:
    """The sum or the quotient of heads and tails that a slope is, below its choices, signs and exact factors."""
    while n.op != "add" and not (n.op == "result" and n.args[0].function is DIVIDE):
        if n.op == "result" and n.args[0].function is SCALE_BY:
            n = n.args[0].args[0]
        elif n.op == "select":
            n = n.args[1] if n.args[1].op != "const" else n.args[2]
        else:
            n = n.args[0]
    return n


def _calls(function: Function, called: Function) -> list[Node]:
    every = operands(r for _, r in function.results)
    return list(dict.fromkeys(n for n in every if n.op == "call" and n.function is called))


def _shares() -> Iterator[tuple[arb, arb]]:
    """Two parts, the larger of size 1; the second is not negative."""
    one = arb(1)
    for t in subdivision(-1.0, 1.0, _SHARES):
        yield t, one
    for t in subdivision(0.0, 1.0, _SHARES // 2):
        yield one, t
        yield -one, t


def _ones(function: Function) -> dict[Node, Given]:
    """Significands, differences, weights and growths: each 1 in size, exact or with its proved error."""
    exact = Proved(0.0, 0.0, 1.0, 0).pair(arb(1))
    found: dict[Node, Given] = {}
    for called, values in (
        (DIFFERENCE, lambda: (*exact, exactly(0))),
        (SPLIT, lambda: (exactly(1), exactly(0))),
        (OFFSET, lambda: exact),
        (EXP_NEGATIVE, lambda: (*exp_negative().pair(arb(1)), exactly(0))),
        (EXPM1_SCALED, lambda: growth(EXPM1_SCALED).pair(arb(1))),
        (EXPM1_SCALED_PAIR, lambda: growth(EXPM1_SCALED_PAIR).pair(arb(1))),
    ):
        for call in _calls(function, called):
            found[call] = values()
    names = named(function)
    for name in ("d", "p"):
        if f"{name}_head" in names:
            found[names[f"{name}_head"].args[0]] = exact
    if "scale" in names:
        found[names["scale"]] = exactly(1)
    return found


def _next_to_one(order: int, function: Function) -> Proved:
    """What is added to half an ulp of order/2 (x - x^(1 - order)) at any x so near to 1 that less than _NEAR remains.

    There x is within 2 _NEAR of 1. An evaluation of the tree is what is computed, whatever is rounded in it.
    """
    worst, points = Fraction(0), 0
    for step in (Fraction(1, 2**52), Fraction(-1, 2**53)):
        for k in range(1, int(2 * _NEAR / abs(step)) + 1):
            x = 1 + k * step
            exact = order * (x**order - 1) / (2 * x)
            computed = Fraction(run(function, (0.0, float(x)))[-1])
            worst, points = max(worst, abs(computed - exact) / _ulp(exact)), points + 1
    return Proved(max(float(worst - Fraction(1, 2)), 0.0) * (1 + 2.0**-50), 0.0, 1.0, points)


def _ulp(x: Fraction) -> Fraction:
    top = abs(x.numerator).bit_length() - x.denominator.bit_length()
    return Fraction(2) ** (top - 52 - (abs(x) < Fraction(2) ** top))


def _unit(shape: Twofold, function: Function) -> list[tuple[float, Proved]]:
    nodes, slope = named(function), _Slope(named(function)["value"])
    if shape.logarithmic:
        slope.on(_ones(function), arb(1))
        return [(0.5, slope.proved)]
    inverse, rest = nodes["inverse"], nodes["rest"]
    numerator, positive = inverse.args
    analysis, worst = Analysis({numerator: exactly(1), positive: exactly(1)}), Worst()
    worst.add([analysis.number(inverse), analysis.number(rest)], arb(1))
    start = nodes["total_head"].args[0].args[0]
    for first, second in _shares():
        given: dict[Node, Given] = {
            start: exactly(first),
            **dict(zip((inverse, rest), worst.proved().pair(second), strict=True)),
        }
        slope.on(given, first - second)
    far = Proved(slope.proved.total / _NEAR, 0.0, 1.0, slope.boxes)
    return [(0.5, far), (0.5, _next_to_one(shape.order, function))]


def _pair(shape: Twofold, function: Function) -> list[tuple[float, Proved]]:
    nodes, ones = named(function), _ones(function)
    d_mu, d_s1, _, d_s2 = (_Slope(n) for _, n in function.results)
    d_mu.on(dict(ones), arb(1))
    d_s1.on(dict(ones), arb(1))
    if shape.logarithmic:
        change, squared = (n.args[0] for n in nodes["total_head"].args[0].args)
        results = {n.value: n for n in operands([d_s2.node]) if n.op == "result" and n.args[0] is squared}
        analysis, worst = Analysis(dict(ones)), Worst()
        worst.add([analysis.number(results[place]) for place in (0, 1)], arb(1))
        grown, square = growth(EXPM1_SCALED_PAIR), worst.proved()
        for first, second in _shares():
            d_s2.on({change: grown.pair(first), squared: square.pair(second)}, first + second)
    else:
        for first, second in _shares():
            d_s2.on({**ones, nodes["left"]: exactly(first), nodes["right"]: exactly(second)}, first + second)
    return [(0.5, d_mu.proved), (0.5, d_s1.proved), (1.0, d_s2.proved)]


def slopes(shape: Twofold, function: Function) -> dict[str, tuple[float, dict[str, float]]]:
    """By format, the error in ulp of a gradient in C, and the figures of the proof.

    A result in binary32 is that of binary64 rounded once more, whose error counts 2^-29.
    """
    found = (_pair if shape.pair else _unit)(shape, function)
    wide = max(max(half + slope.total, half / 2 + 0.5 + slope.total / 2) for half, slope in found)
    narrow = max(half for half, _ in found) + wide * 2.0**-29
    worst = max((slope for _, slope in found), key=lambda slope: slope.total)
    all_boxes = Proved(worst.rounding, worst.approximation, worst.tail, sum(slope.boxes for _, slope in found))
    figures = all_boxes.figures(*([exponential_certificate()] if shape.logarithmic else []))
    return {"binary64": (wide * (1 + 2.0**-40), figures), "binary32": (narrow * (1 + 2.0**-40), figures)}
