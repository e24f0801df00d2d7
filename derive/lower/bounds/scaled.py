"""What is proved of numbers with a separate exponent: the rounding analysis of each operation's own tree.

Relative errors do not depend on scale, so factors are set to 1. The operands of a product may be off by what is proved
of them; that is carried along as their noise.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

from flint import arb, ctx

from derive.errors import CheckFailed
from derive.lower.approximation.certify import subdivision
from derive.lower.approximation.polynomials import REDUCED_EXPONENT
from derive.lower.arithmetic.constants import LARGEST_WEIGHT
from derive.lower.arithmetic.exponential import EXPM1MX_REDUCED
from derive.lower.bounds.analyse import PRECISION, UNIT, Analysis, Given, error_of_sum, exactly
from derive.lower.bounds.exponential import correction, expm1mx_reduced, is_result_of, rest_of_log2
from derive.lower.bounds.proved import Proved, Worst, in_units, named
from derive.vocabulary.kernel import Function, Node, operands

#: The tail of a normalised number beside the whole, in units of 2^-53.
HALF_ULP = 1.001


class Unproved(CheckFailed):
    """There is no proof for a tree of this kind: its bound is tested."""


def exact() -> Proved:
    """Of a head and a tail of half an ulp without error."""
    return Proved(0.0, 0.0, 1.0, 0)


def rounded_pair() -> Proved:
    """Of a number as head and tail, both rounded."""
    return Proved(2.0**-52, 0.0, 1.0, 0)


def short(a: Proved) -> Proved:
    """The same, of an argument whose tail is no longer than a function of head and tail supposes."""
    if a.signed:
        raise Unproved("a function of a sum of parts of either sign")
    if a.tail > HALF_ULP:
        raise Unproved("a function of a number whose tail is above half an ulp")
    return a


def worse(a: Proved, b: Proved) -> Proved:
    """Of a choice between the two."""
    if a.signed != b.signed:
        raise Unproved("a choice between a number and a sum of parts of either sign")
    rounding, approximation = max(a.rounding, b.rounding), max(a.approximation, b.approximation)
    return Proved(rounding, approximation, max(a.tail, b.tail), a.boxes + b.boxes, signed=a.signed)


def approximated(a: Proved, relative: float) -> Proved:
    """The same, for an exact value that differs by so many units of 2^-53."""
    return replace(a, approximation=a.approximation + relative * 1.001)


def magnified(a: Proved, condition: float, own: Proved) -> Proved:
    """``own``, of a function whose argument has the error ``a``, which it multiplies by ``condition`` at most."""
    return approximated(own, short(a).total * condition)


@cache
def binary(function: Function, a: Proved, b: Proved) -> Proved:
    """Of a product or a quotient. A sum of parts of either sign is at most twice the larger, which measures it."""
    if a.signed:
        if a.tail > HALF_ULP:
            raise Unproved("a multiple of a sum whose tail is above half an ulp")
        own = binary(function, Proved(0.0, 0.0, a.tail, 0), b)
        return Proved(a.total + 2.001 * own.total, 0.0, own.tail, a.boxes + own.boxes, signed=True)
    if b.signed:
        raise Unproved("a multiple by a sum of parts of either sign")
    ctx.prec = PRECISION
    pairs = (*a.pair(arb(1)), *b.pair(arb(1)))
    worst = Worst()
    worst.add(Analysis(dict(zip(function.parameters, pairs, strict=True))).results(function), arb(1))
    found = worst.proved()
    return Proved(found.rounding, 0.0, found.tail, a.boxes + b.boxes + 1)


def normalised(a: Proved) -> Proved:
    """fast_two_sum has no error, and its tail is half an ulp of a head that is nearly the whole."""
    return Proved(a.rounding, a.approximation, HALF_ULP, a.boxes, signed=a.signed)


@cache
def sum_of(function: Function, a: Proved, b: Proved) -> Proved:
    """Of a sum of two numbers that are not negative, over a common unit: their shares are theta and 1 - theta."""
    ctx.prec = PRECISION
    nodes, worst = named(function), Worst()
    for theta in subdivision(0.0, 1.0, 16):
        first, second = a.pair(theta), b.pair(1 - theta)
        given: dict[Node, Given] = dict(
            zip(function.parameters, (*first, exactly(0), *second, exactly(0)), strict=True)
        )
        given |= {nodes["left"]: exactly(1), nodes["right"]: exactly(1), nodes["common"]: exactly(0)}
        worst.add(Analysis(given, {nodes["total_head"]: arb(1)}).first_two(function), arb(1), UNIT**3)
    found = worst.proved()
    return Proved(found.rounding, 0.0, found.tail, a.boxes + b.boxes + found.boxes)


@cache
def sum_of_signed(function: Function, a: Proved, b: Proved) -> Proved:
    """Of a sum of two numbers of either sign, relative to the larger; beside the sum itself its tail is of any size."""
    if a.signed or b.signed:
        raise Unproved("a sum of more than two parts of either sign")
    ctx.prec = PRECISION
    nodes, any_size, error = named(function), arb(0, 1), arb(0)
    # On the points it is seen that the tree is the sum; both parts as large as the larger bound the error.
    for first, second in ((arb(1), arb("-0.3")), (arb("0.2"), arb(-1)), (any_size, any_size)):
        given: dict[Node, Given] = dict(
            zip(function.parameters, (*a.pair(first), exactly(0), *b.pair(second), exactly(0)), strict=True)
        )
        given |= {nodes["left"]: exactly(1), nodes["right"]: exactly(1), nodes["common"]: exactly(0)}
        head, tail = Analysis(given).first_two(function)
        if (head.exact + tail.exact - first - second).abs_lower() > 0:
            raise CheckFailed("rounding analysis: in real arithmetic a sum is not what it is computed for")
        error = arb(max(error.abs_upper(), error_of_sum(head, tail)))
    return Proved(in_units(error), 0.0, math.inf, a.boxes + b.boxes + 3, signed=True)


#: |k| for exponents within 2300.
_LARGEST_K = 3320


@cache
def exponential(function: Function, argument: Proved, tails: int = 1) -> Proved:
    """exp of a head and tail, without its power of 2: an error of the argument is multiplied by 2300 at most.

    A tail is so many times half an ulp of 2300 at most.
    """
    ctx.prec = PRECISION
    nodes, e, worst = named(function), expm1mx_reduced(), Worst()
    call = next(n.args[0] for n in operands(r for _, r in function.results) if is_result_of(n, EXPM1MX_REDUCED))
    c = rest_of_log2(arb(0, _LARGEST_K)) + arb(0, (tails * arb(LARGEST_WEIGHT) * UNIT).abs_upper())
    # On the points it is seen that the tree is this function; the boxes bound its error.
    points = [(arb(r), arb(c.abs_upper())) for r in ("-0.2", "0.3")]
    for r, off in [*points, *((r, c) for r in subdivision(-REDUCED_EXPONENT, REDUCED_EXPONENT, 64))]:
        given: dict[Node, Given] = {
            nodes["r"]: exactly(r),
            nodes["correction"]: correction(off),
            call: e.pair(r.exp() - 1 - r),
        }
        results = Analysis(given).first_two(function)
        worst.add(results, (r + off).exp(), arb((off * off * off).abs_upper()))
    return approximated(worst.proved(), LARGEST_WEIGHT * short(argument).total)


def closed(a: Proved) -> Proved:
    """Of what is scaled for its last rounding: exactly, but for a guard of 2^-105 of a normal result.

    That also covers what is left out where exp(x) stands for its growth or excess, at x from 128 on.
    """
    return approximated(a, 2.0**-50)
