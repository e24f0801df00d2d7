"""What is proved of numbers with a separate exponent: the rounding analysis of each operation's own tree.

Relative errors do not depend on scale, so factors are set to 1. The operands of a product may be off by what is proved
of them; that is carried along as their noise.
"""

from __future__ import annotations

from functools import cache

from flint import arb, ctx

from derive.errors import CheckFailed
from derive.lower.approximation.certify import subdivision
from derive.lower.approximation.polynomials import REDUCED_EXPONENT
from derive.lower.arithmetic.constants import LARGEST_WEIGHT
from derive.lower.arithmetic.exponential import EXPM1MX_REDUCED
from derive.lower.bounds.analyse import PRECISION, UNIT, Analysis, Given, exactly
from derive.lower.bounds.exponential import correction, expm1mx_reduced, is_result_of, rest_of_log2
from derive.lower.bounds.proved import Proved, Worst, named
from derive.vocabulary.kernel import Function, Node, operands

#: The tail of a normalised number beside the whole, in units of 2^-53.
HALF_ULP = 1.001


class Unproved(CheckFailed):
    """There is no proof for a tree of this kind: its bound is tested."""


def unproved() -> Proved:
    """Of what is a sum of parts of either sign."""
    raise Unproved("a sum of parts of either sign")


def exact() -> Proved:
    """Of a head and a tail of half an ulp without error."""
    return Proved(0.0, 0.0, 1.0, 0)


def rounded_pair() -> Proved:
    """Of a number as head and tail, both rounded."""
    return Proved(2.0**-52, 0.0, 1.0, 0)


def short(a: Proved) -> Proved:
    """The same, of an argument whose tail is no longer than a function of head and tail supposes."""
    if a.tail > HALF_ULP:
        raise Unproved("a function of a number whose tail is above half an ulp")
    return a


def worse(a: Proved, b: Proved) -> Proved:
    """Of a choice between the two."""
    return Proved(
        max(a.rounding, b.rounding), max(a.approximation, b.approximation), max(a.tail, b.tail), a.boxes + b.boxes
    )


def approximated(a: Proved, relative: float) -> Proved:
    """The same, for an exact value that differs by so many units of 2^-53."""
    return Proved(a.rounding, a.approximation + relative * 1.001, a.tail, a.boxes)


def magnified(a: Proved, condition: float, own: Proved) -> Proved:
    """``own``, of a function whose argument has the error ``a``, which it multiplies by ``condition`` at most."""
    return approximated(own, short(a).total * condition)


@cache
def binary(function: Function, a: Proved, b: Proved) -> Proved:
    """Of a product or a quotient."""
    ctx.prec = PRECISION
    pairs = (*a.pair(arb(1)), *b.pair(arb(1)))
    worst = Worst()
    worst.add(Analysis(dict(zip(function.parameters, pairs, strict=True))).results(function), arb(1))
    found = worst.proved()
    return Proved(found.rounding, 0.0, found.tail, a.boxes + b.boxes + 1)


def normalised(a: Proved) -> Proved:
    """fast_two_sum has no error, and its tail is half an ulp of a head that is nearly the whole."""
    return Proved(a.rounding, a.approximation, HALF_ULP, a.boxes)


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


#: |k| for exponents within 2300.
_LARGEST_K = 3320


@cache
def exponential(function: Function, argument: Proved) -> Proved:
    """exp of a head and tail, without its power of 2: an error of the argument is multiplied by 2300 at most."""
    ctx.prec = PRECISION
    nodes, e, worst = named(function), expm1mx_reduced(), Worst()
    call = next(n.args[0] for n in operands(r for _, r in function.results) if is_result_of(n, EXPM1MX_REDUCED))
    c = rest_of_log2(arb(0, _LARGEST_K)) + arb(0, (arb(LARGEST_WEIGHT) * UNIT).abs_upper())
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
