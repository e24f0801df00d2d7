"""The proved error bounds of the C values: the rounding analysis applied to each shared function, then composed.

Every function of :mod:`derive.lower.arithmetic.exponential` and :mod:`derive.lower.arithmetic.logarithm` gives a head
and a tail; what is proved of it is a bound for the relative error of their unevaluated sum. Products and quotients do
not care about scale, so what enters only as a factor is set to 1 (``head_and_tail(1, ...)``): tiny arguments need no
boxes of their own. The boxes run over the reduced argument r or the quotient m, for each integer k up to 64 by itself
and for all larger ones together; nothing has more than one dimension, because the two terms of a divergence are not
negative and a relative bound of both is one of their sum.

Underflow. Arguments below 2^-300 are enlarged by 2^200 and their squares by 2^400, so that every product of a head is
above 2^-900 or belongs to a term below half the smallest subnormal beside the result; the last multiplication by a
power of two may round once more, where the result is subnormal, which :func:`derive.lower.bounds.proved.in_ulp` counts.
So small a divergence has a tiny logarithm of the quotient of its scales, or the quotient is 1: numbers that differ at
all have a quotient that is off 1 by 2^-53, and its excess is above 2^-110. :func:`tiny` is what is proved there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flint import arb

from derive.lower.approximation.certify import Certificate, subdivision
from derive.lower.arithmetic.constants import ABOVE_HALF_SUBNORMAL
from derive.lower.arithmetic.exponential import EXPM1MX_SCALED, EXPM1MX_SCALED_PAIR
from derive.lower.arithmetic.values import EXP_NEGATIVE, FINISH
from derive.lower.bounds.analyse import (
    UNIT,
    Analysis,
    Given,
    Rounded,
    exactly,
    head_and_tail,
)
from derive.lower.bounds.exponential import (
    NEXT_TO_ZERO,
    exp_negative,
    expm1mx_scaled,
    exponential_certificate,
    is_result_of,
)
from derive.lower.bounds.logarithm import atanh_certificate, excess, power_excess, quotients_of_log1pmx
from derive.lower.bounds.proved import Proved, Worst, named
from derive.lower.plans import Twofold
from derive.vocabulary.kernel import Function, Node, operands
from derive.vocabulary.theorem import expm1mx, log1pmx


def _square_parts(function: Function) -> tuple[Node, Node]:
    """Head and tail of the second term of a divergence: the last two operands of the sum that ends it."""
    call = next(n for n in operands(r for _, r in function.results) if n.function is FINISH)
    return call.args[2], call.args[3]


#: The square of a head and tail goes without that of the tail, which is below 2^-53 of the head, or twice that.
_SQUARE_OF_TAIL = 4 * UNIT**2


def square_term(shape: Twofold, function: Function, offset: tuple[Rounded, Rounded] | None = None) -> Proved:
    """mu^2 or (mu1 - mu2)^2 / sigma2^2, over 64. An offset is an exact head and tail times a power of 2, set to 1.

    Another head and tail of 1, exact numbers, show what the tree leaves away.
    """
    nodes, worst = named(function), Worst()
    given: dict[Node, Given]
    if not shape.pair:
        given = {operand: exactly(1) for operand in nodes["square_head"].args[0].args}
    else:
        z, z_tail = offset or head_and_tail(arb(1), arb(0))
        given = {nodes["z"]: z, nodes["z_tail"]: z_tail}
        if shape.logarithmic:
            weight = next(n.args[0] for n in operands([nodes["offset_head"]]) if is_result_of(n, EXP_NEGATIVE))
            given[weight] = (*exp_negative().pair(arb(1)), exactly(0))
        for n in operands(_square_parts(function), stop=given):
            if n.op == "div":  # by a significand of the second scale, or by it and a power of 2
                given[n.args[1]] = exactly(1)
    analysis = Analysis(given)
    worst.add([analysis.number(n) for n in _square_parts(function)], arb(1), _SQUARE_OF_TAIL)
    return worst.proved()


def _sum_of(first: Proved, second: Proved) -> Proved:
    """The two terms over a common unit: the shares of the sum are theta and 1 - theta."""
    worst, boxes = Worst(), first.boxes + second.boxes
    for theta in subdivision(0.0, 1.0, 16):
        analysis = Analysis(
            dict(zip(FINISH.parameters, (*first.pair(theta), *second.pair(1 - theta)), strict=True)),
            {named(FINISH)["total_head"]: arb(1)},
        )
        worst.add(analysis.results(FINISH), arb(1), arb(ABOVE_HALF_SUBNORMAL))
    return replace(worst.proved(0.0, first, second), boxes=boxes)


#: Of the two functions of one number: the proof, that of tiny results, and the certificate of the polynomial.
UNARY: dict[type, tuple[Callable[[], Proved], Callable[[], Proved], Callable[[], Certificate]]] = {
    expm1mx: (expm1mx_scaled, lambda: expm1mx_scaled(tiny=True), exponential_certificate),
    log1pmx: (
        lambda: excess(1, quotients_of_log1pmx),
        lambda: power_excess(1, quotients_of_log1pmx, NEXT_TO_ZERO, 1),
        atanh_certificate,
    ),
}


def value(shape: Twofold, function: Function) -> Proved:
    """The relative error of the head and tail that a C kernel of a value ends with."""
    first = expm1mx_scaled(_exponential(shape)) if shape.logarithmic else excess(shape.order)
    return _sum_of(first, square_term(shape, function))


def tiny(shape: Twofold, function: Function) -> Proved:
    """The same where the result is below the normal range."""
    first = expm1mx_scaled(_exponential(shape), tiny=True) if shape.logarithmic else Proved(0.0, 0.0, 0.0, 0)
    return _sum_of(first, square_term(shape, function))


def _exponential(shape: Twofold) -> Function:
    return EXPM1MX_SCALED_PAIR if shape.pair else EXPM1MX_SCALED


def certificate(shape: Twofold) -> Certificate:
    """Of the polynomial in a kernel of a value."""
    return exponential_certificate() if shape.logarithmic else atanh_certificate()
