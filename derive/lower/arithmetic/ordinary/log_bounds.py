"""The proved error of exp(x) - 1 - x in parts and of exp(-x), for each k by itself, on boxes of the reduced argument.

The beginning is a fast_two_fma of any order of sizes. It wants head - anchor to be exact, which is checked for each k.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from fractions import Fraction
from functools import cache

from flint import arb, ctx

from derive.errors import CheckFailed
from derive.lower.approximation.certify import Certificate, box, certify, subdivision
from derive.lower.approximation.polynomials import (
    REDUCED_EXPONENT,
    SHIFTED_EXPONENT,
    SHIFTED_EXPONENTIAL,
    coefficients,
    exponential_rest,
)
from derive.lower.arithmetic.constants import LOG2_HEAD, SHORT_LOG2_HEAD, SHORT_LOG2_TAIL
from derive.lower.arithmetic.ordinary.log_scales import EXCESS_LOG, LARGEST_POWER, SMALLEST_POWER, WEIGHT
from derive.lower.arithmetic.ordinary.parts import Parts, boxes_for, exact_anchor, fix
from derive.lower.bounds.analyse import (
    PRECISION,
    UNIT,
    Analysis,
    Given,
    Rounded,
    exactly,
    head_and_tail,
    transform_with_rounded_tail,
)
from derive.lower.bounds.exponential import exponential_certificate, inverse_factorial
from derive.lower.bounds.proved import Proved, Worst, named
from derive.vocabulary.kernel import Function, Node, node, operands

#: |x| <= 200 and its k in exp(-x).
_WEIGHT_POWER = 290


@cache
def shifted_certificate() -> Certificate:
    """|r p(r) - r f(r)| relative to 1 + r f(r): the relative error that the polynomial causes in expm1mx(r)."""
    return certify(SHIFTED_EXPONENTIAL, coefficients(SHIFTED_EXPONENTIAL), lambda j: 2 * inverse_factorial(j + 3))


def _lowest_bit(first: Fraction, second: Fraction) -> Fraction:
    """Numbers of the format between these are multiples of it; 0 where there is no such power of 2."""
    least = min(abs(first), abs(second)) if first * second > 0 else Fraction(0)
    return Fraction(2) ** (math.frexp(float(least))[1] - 53) if least else Fraction(0)


def _by_binade(ball: arb) -> Iterator[tuple[Fraction, Fraction]]:
    """The ends of the ball's parts, cut at powers of 2; the ends are doubles."""
    ends = math.nextafter(float(ball.lower()), -1), math.nextafter(float(ball.upper()), 1)
    cuts = [sign * 2.0**-n for n in range(12) for sign in (1, -1) if ends[0] < sign * 2.0**-n < ends[1]]
    return itertools.pairwise(map(Fraction, sorted({*ends, *cuts})))


def _head_less_anchor_is_exact(k: int, low: Fraction, high: Fraction) -> bool:
    """Whether it is a number of the format, for start = anchor + change r: so many steps, and not more than 2^53.

    The step is the last bit of the head, or of r times that of change, but not above the last bit of the anchor.
    """
    change, of_change = Fraction(2) ** k - 1, Fraction(1, 2 ** max(-k, 0))
    anchor = change - k * Fraction(SHORT_LOG2_HEAD)
    of_anchor = min(of_change, Fraction(1, Fraction(SHORT_LOG2_HEAD).denominator))
    of_head = _lowest_bit(anchor + change * low, anchor + change * high)
    step = min(max(of_head, _lowest_bit(low, high) * of_change), of_anchor)
    return abs(change) * max(abs(low), abs(high)) <= 2**53 * step


def _begin_log(analysis: Analysis, function: Function, k: int, r: arb) -> None:
    """What is known of start = anchor + change r: anchor and change are exact, and so is head - anchor."""
    nodes = named(function)
    begin = nodes["start_head"].args[0]
    anchor, change = exact_anchor(k), arb(2) ** k - 1
    fix(analysis, nodes["anchor"], anchor)
    fix(analysis, nodes["change"], change)
    if not all(_head_less_anchor_is_exact(k, low, high) for low, high in _by_binade(r)):
        raise CheckFailed(f"rounding analysis: at k = {k} the difference in a fast_two_fma may be inexact")
    analysis.known[begin] = transform_with_rounded_tail(Rounded(anchor + change * r), 1)


def _log_parts(analysis: Analysis, function: Function, exact_rest: arb) -> list[Rounded]:
    """start, square, square rest and low; the polynomial is read as what it approximates."""
    (series,) = function.approximates
    found = analysis.number(series)
    analysis.known[series] = Rounded(exact_rest, found.noise, found.extra)
    start, square, rest, low = (n for _, n in function.results)
    return [analysis.number(n) for n in (start, square, node("exact_mul", square, rest), low)]


@cache
def excess_log(function: Function = EXCESS_LOG) -> Parts:
    """exp(x) - 1 - x. At k = 0 it is expm1mx(r), divided by r^2/2, and, for an x with a tail, its effect through the
    derivative.
    """
    ctx.prec = PRECISION
    nodes, worst = named(function), None
    scale, square = nodes["scale"].args[0], nodes["half_square_head"].args[0]
    with_tail = len(function.parameters) == 2
    for r in subdivision(*SHIFTED_EXPONENT, 64):
        rest = r * 2 * exponential_rest(r)
        given: dict[Node, Given] = {
            scale: (exactly(0), exactly(1)),
            nodes["start_head"].args[0]: (exactly(0), exactly(0)),
            nodes["growth"]: exactly(1),
            square: head_and_tail(arb(1), arb(0)),
            nodes["r"]: exactly(r),
        }
        if with_tail:
            given[nodes["slope"]] = _slope_by_half(function, r, rest)
            given[function.parameters[1]] = exactly(box(arb(-1), arb(1)) * UNIT)
        method = (1 + rest) * shifted_certificate().error + (6 * UNIT**2 if with_tail else 0)
        parts = _log_parts(Analysis(given), function, 2 * exponential_rest(r))
        found = Parts.of(parts, 1 + rest, arb(method.abs_upper()))
        worst = found if worst is None else worst | found
    assert worst is not None
    for k in filter(None, range(SMALLEST_POWER, LARGEST_POWER + 1)):
        for r in (arb("-0.2"), arb("0.3"), *subdivision(*SHIFTED_EXPONENT, boxes_for(k))):
            worst |= _excess_log_on(function, k, r)
    return worst


def _slope_by_half(function: Function, r: arb, rest: arb) -> Rounded:
    """At k = 0, (exp(r) - 1)/(r/2) as it is computed: with everything divided by r, r itself is 1 and its square r."""
    nodes, exact = named(function), 1 + r / 2 * (1 + rest)
    given: dict[Node, Given] = {
        nodes["scale"].args[0]: (exactly(0), exactly(1)),
        nodes["r"]: exactly(1),
        nodes["half_square_head"].args[0]: (exactly(r / 2).disturbed((r / 2 * UNIT).abs_upper()), exactly(0)),
        nodes["rest"]: exactly(rest).disturbed(4 * UNIT),
        nodes["change"]: exactly(0),
    }
    slope = Analysis(given).number(nodes["slope"])
    homogeneous = all(n.op != "const" for n in operands([nodes["slope"]], stop=given))
    if not (homogeneous and (slope.exact - exact).abs_upper() < arb(2) ** -4):
        raise CheckFailed("rounding analysis: at k = 0 the derivative loses its digits, or is another function")
    return exactly(2 * slope.exact).disturbed(2 * slope.error())


def _excess_log_on(function: Function, k: int, r: arb) -> Parts:
    """exp(x) - 1 - x for x = k log 2 (cut) + r, k other than 0."""
    nodes, power, head = named(function), arb(2) ** k, arb(SHORT_LOG2_HEAD)
    c, x = k * (arb.const_log2() - head), k * head + r
    given: dict[Node, Given] = {
        nodes["scale"].args[0]: (exactly(k), exactly(power)),
        nodes["r"]: exactly(r),
    }
    # log 2 is read as two doubles, exp(c) as 1 + c, the effect of the tail of x as linear in it, and the polynomial as
    # what it approximates.
    lost = abs(k) * (arb.const_log2() - head - arb(SHORT_LOG2_TAIL)).abs_upper()
    method = power * (c * c + 2 * lost + (r.exp() - 1 - r) * shifted_certificate().error)
    if len(function.parameters) == 2:
        given[function.parameters[1]] = exactly(arb(0, (x.abs_upper() * UNIT).abs_upper()))
        method += 2 * (power + 1) * (x.abs_upper() * UNIT) ** 2
    analysis = Analysis(given)
    _begin_log(analysis, function, k, r)
    parts = _log_parts(analysis, function, 2 * exponential_rest(r))
    return Parts.of(parts, power * (r - c).exp() - 1 - x, arb(method.abs_upper()))


@cache
def weight() -> Proved:
    """exp(-x), without its power of 2."""
    ctx.prec = PRECISION
    nodes, worst = named(WEIGHT), Worst()
    (polynomial,) = WEIGHT.approximates
    c = arb(0, (_WEIGHT_POWER * (arb.const_log2() - arb(LOG2_HEAD))).abs_upper())
    for r in subdivision(-REDUCED_EXPONENT, REDUCED_EXPONENT, 64):
        given: dict[Node, Given] = {
            nodes["scale"].args[0]: (exactly(0), exactly(1)),
            nodes["r"]: exactly(r),
            nodes["c"]: exactly(c).disturbed(c.abs_upper() * UNIT * arb("2.01")),
        }
        analysis = Analysis(given)
        series = analysis.number(polynomial)
        # The certificate is for r p(r) relative to 1/2 + r p(r); e, below 0.07, is that bracket times r^2.
        analysis.known[polynomial] = Rounded(exponential_rest(r), series.noise, series.extra)
        results = [analysis.number(n) for _, n in WEIGHT.results]
        method = 2 * c * c + arb("0.07") * exponential_certificate().error
        worst.add(results, (r + c).exp(), arb(method.abs_upper()))
    return worst.proved()
