"""The proved error of the values for ordinary arguments.

The parts of the excess are analysed by :mod:`~derive.lower.arithmetic.ordinary.log_bounds` and
:mod:`~derive.lower.arithmetic.ordinary.power_bounds`, the square of the offset here, on one box, since nothing in it
depends on size. Of the sum of the two only the roundings of its tail are left: both terms are not negative, so their
relative errors average, and the heads are summed exactly. Nothing over- or underflows: that is what the mask of
ordinary arguments is for.
"""

from __future__ import annotations

from dataclasses import replace

from flint import arb

from derive.lower.approximation.certify import Certificate, box, subdivision
from derive.lower.arithmetic.ordinary.log_bounds import excess_log, shifted_certificate, weight
from derive.lower.arithmetic.ordinary.log_scales import EXCESS_LOG, EXCESS_LOG_PAIR, WEIGHT
from derive.lower.arithmetic.ordinary.parts import call_of
from derive.lower.arithmetic.ordinary.power_bounds import atanh_certificate, excess_power, quotient_of
from derive.lower.arithmetic.ordinary.total import TOTAL, TOTAL_LOG
from derive.lower.bounds.analyse import UNIT, Analysis, Given, Rounded, exactly, head_and_tail
from derive.lower.bounds.proved import Proved, Worst, named
from derive.lower.plans import Twofold
from derive.vocabulary.kernel import Function, Node, node


def square_term(shape: Twofold, function: Function) -> Proved:
    """mu^2 or (mu1 - mu2)^2 / sigma2^2: offset and divisor are factors, set to 1, and the excess 0."""
    worst, nodes = Worst(), named(function)
    *_, low, z, w = call_of(function, TOTAL, TOTAL_LOG).args
    given: dict[Node, Given]
    if not shape.pair:
        given = {z: exactly(1), low: exactly(0)}
    else:
        given = {nodes["m_head"].args[0]: head_and_tail(arb(1), arb(0)), function.parameters[3]: exactly(1)}
        if shape.logarithmic:
            given[call_of(function, EXCESS_LOG_PAIR)] = (exactly(0),) * 4
            given[call_of(function, WEIGHT)] = weight().pair(arb(1))
        else:
            given[nodes["low"]] = exactly(0)
            given[nodes["by_s2"]] = quotient_of(function).by
    analysis = Analysis(given)
    worst.add([analysis.number(node("exact_mul", z, w)), analysis.number(low)], arb(1), UNIT**2 * 4)
    return worst.proved()


def certificate(shape: Twofold) -> Certificate:
    """Of the polynomial in the excess."""
    return shifted_certificate() if shape.logarithmic else atanh_certificate()


def value(shape: Twofold, function: Function) -> Proved:
    """The relative error of the head and tail of a function for ordinary arguments."""
    if shape.logarithmic:
        excess = excess_log(EXCESS_LOG_PAIR if shape.pair else EXCESS_LOG)
    else:
        excess = excess_power(shape.order, function)
    total = call_of(function, TOTAL, TOTAL_LOG).function
    assert total is not None
    square, worst = square_term(shape, function), Worst()
    for theta in subdivision(0.0, 1.0, 16):
        # Of the parts of the excess only the sizes are given; all together are 1 - theta.
        start, curved, *others = (size * (1 - theta) for size in excess.sizes)
        rests = [exactly(arb(0, (size / excess.sizes[1]).abs_upper())) for size in excess.sizes[2:-1]]
        z, z_tail = square.pair(theta)
        low = Rounded(arb(0, others[-1].abs_upper()), z_tail.noise, z_tail.extra)
        given: dict[Node, Given] = {
            **dict(zip(total.parameters[2:-3], rests, strict=True)),
            total.parameters[0]: exactly(arb(0, start.abs_upper())),
            total.parameters[1]: exactly(box(arb(0), arb(curved.abs_upper()))),
            total.parameters[-3]: low.disturbed(8 * UNIT * low.size()),
            total.parameters[-2]: Rounded(arb(theta), z.noise, z.extra),
            total.parameters[-1]: exactly(1),
        }
        head, tail = Analysis(given).results(total)
        tail = tail.disturbed((excess.error * (1 - theta)).abs_upper())
        worst.add([Rounded(arb(1), head.noise, head.extra), Rounded(arb(0), tail.noise, tail.extra)], arb(1))
    found = worst.proved()
    return replace(found, boxes=excess.boxes + square.boxes)
