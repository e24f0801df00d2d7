"""The proved error of the values for binary32 arguments, of the trees in :mod:`derive.lower.arithmetic.narrow`.

Each is half of an excess plus a square, neither of them negative, so that the larger relative error of the two is that
of the sum. The excess is analysed for each integer k of its range reduction by itself, on boxes of the reduced
argument; the square is made of factors, which are set to 1. At k = 0 the excess is a square times a polynomial, and the
square is a factor too. What is proved is 2^-32 or so, where a hundredth of an ulp of binary32 is 2^-30.6; the boxes are
as large as that allows.

Nothing over- or underflows. The square of a difference of two binary32 numbers is 0 or at least 2^-298, and a weight is
within 2^±607. The difference that gives t is exact: both numbers are within a factor of 3/2. Where an argument was cut,
the result is infinite in binary32, or loses less than 2^-340. The guard against a false zero adds 2^-203, at most 2^-54
ulp; a result that it enters with a rounding of its own is far below.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from flint import arb, ctx, fmpq

from derive.errors import CheckFailed
from derive.lower.approximation.certify import Certificate, box, certify, subdivision
from derive.lower.approximation.minimax import Problem
from derive.lower.approximation.polynomials import (
    NARROW_EXPONENTIAL,
    NARROW_LOGARITHM,
    REDUCED_EXPONENT,
    logarithm_rest,
)
from derive.lower.arithmetic.constants import LOG2
from derive.lower.arithmetic.narrow import EXCESS, EXPM1MX, LARGEST_EXPONENT, LARGEST_WEIGHT, WEIGHT
from derive.lower.bounds.analyse import PRECISION, UNIT, Analysis, Given, Rounded, exactly
from derive.lower.bounds.exponential import inverse_factorial
from derive.lower.bounds.proved import named
from derive.lower.bounds.relative import APPROXIMATION, Relative
from derive.vocabulary.kernel import Function, Node, node, operands

#: A difference of two logarithms is rounded once; t, a difference times a rounded reciprocal, twice.
ARGUMENT_ERROR = UNIT
QUOTIENT_ERROR = arb("2.01") * UNIT

#: Logarithms, doubled or not, differ by less than 2^131; squares of scales have a quotient within 2^±555.
_LARGEST_DIFFERENCE = 131
_LARGEST_POWER = 555

#: For k up to this, where the excess may be small, the reduced argument has many boxes; beyond, one.
_NEAR = 3
_BOXES = 128

#: The series of the logarithm cancels against the polynomial up to t = 1/2, and a box costs the square of its width.
_LOGARITHM_BOXES = 4096

#: t of a quotient 1 + t in [2/3, 3/2], with an allowance for rounding.
REDUCED_T = (NARROW_LOGARITHM.lower, NARROW_LOGARITHM.upper)


# --- the polynomials ------------------------------------------------------------------------------------------------


def coefficients_of(polynomial: Node) -> list[float]:
    """The constants of Horner's rule as the tree has them, lowest first."""
    found: list[float] = []
    while polynomial.op == "fma":
        assert isinstance(polynomial.args[2].value, float)
        found.append(polynomial.args[2].value)
        polynomial = polynomial.args[0]
    assert isinstance(polynomial.value, float)
    return [*found, polynomial.value]


def exponential_certificate(function: Function) -> Certificate:
    """|p - f| relative to f = expm1mx(r)/r^2."""
    (polynomial,) = function.approximates
    return certify(NARROW_EXPONENTIAL, coefficients_of(polynomial), lambda j: inverse_factorial(j + 2))


def logarithm_certificate(function: Function) -> Certificate:
    """|p - f| relative to f = (t - log(1 + t))/t^2, which falls; its series in -t has positive coefficients."""
    (polynomial,) = function.approximates
    least = logarithm_rest(arb(NARROW_LOGARITHM.upper))
    mirrored = Problem(
        NARROW_LOGARITHM.name,
        lambda t: logarithm_rest(-t),
        lambda t: 1 / least,
        -NARROW_LOGARITHM.upper,
        -NARROW_LOGARITHM.lower,
        NARROW_LOGARITHM.degree,
    )
    opposite = [c * (-1) ** j for j, c in enumerate(coefficients_of(polynomial))]
    return certify(mirrored, opposite, lambda j: fmpq(1, j + 2), _LOGARITHM_BOXES)


@dataclass(frozen=True)
class Reduced:
    """A box of reduced arguments, such a number as it is computed, and the polynomial there."""

    exact: arb
    computed: Rounded
    polynomial: Rounded


def _reduced(
    function: Function, at: Node, ball: arb, off: arb, value: Callable[[arb], arb], certificate: Certificate
) -> Reduced:
    """On one box: the node ``at`` is off by at most ``off``, and the polynomial stands for ``value``."""
    (polynomial,) = function.approximates
    argument = exactly(ball).disturbed(arb(off.abs_upper()))
    computed = Analysis({at: argument}).number(polynomial)
    exact = value(ball)
    distance = arb((certificate.error * exact).abs_upper())
    return Reduced(ball, argument, Rounded(exact, {**computed.noise, APPROXIMATION: distance}, computed.extra))


# --- the exponential ------------------------------------------------------------------------------------------------


def _integers(largest: float) -> int:
    """The largest k that is nearest to x / log 2 for an |x| up to ``largest``."""
    return int(largest / math.log(2)) + 1


def _exponential_boxes(function: Function, largest: float, count: int) -> list[Reduced]:
    """Boxes of r for arguments up to ``largest``, which are off by a relative 2^-53."""
    nodes, certificate = named(function), exponential_certificate(function)
    r, k = nodes["r"], _integers(largest)
    # k log 2 is rounded in the constant; at r = 0 nothing else is left.
    at: dict[Node, Given] = {nodes["scale"].args[0]: (exactly(k), exactly(1)), r.args[2]: exactly(k * arb.const_log2())}
    cut = abs(Analysis(at).number(r).exact) + (UNIT + ARGUMENT_ERROR) * arb("1.01") * arb(REDUCED_EXPONENT)
    return [
        _reduced(function, r, ball, cut, NARROW_EXPONENTIAL.target, certificate)
        for ball in subdivision(-REDUCED_EXPONENT, REDUCED_EXPONENT, count)
    ]


@cache
def expm1mx(function: Function = EXPM1MX) -> Relative:
    """exp(x) - 1 - x at an x that is off by a relative 2^-53."""
    ctx.prec = PRECISION
    nodes = named(function)
    scale, bounded, r = nodes["scale"].args[0], nodes["bounded"], nodes["r"]
    ((_, value),), (polynomial,) = function.results, function.approximates
    many, one = (_exponential_boxes(function, LARGEST_EXPONENT, count) for count in (_BOXES, 1))
    found = Relative(arb(0), arb(0), exponential_certificate(function).boxes)
    for at in many:  # k = 0, divided by r^2; x = r is a factor of r^2 twice
        given: dict[Node, Given] = {
            scale: (exactly(0), exactly(1)),
            bounded: exactly(0),
            r: exactly(0),
            nodes["e"].args[0]: exactly(1).disturbed(UNIT + arb("2.01") * ARGUMENT_ERROR),
            polynomial: at.polynomial,
        }
        found |= Relative.of(Analysis(given).number(value), NARROW_EXPONENTIAL.target(at.exact))
    most = _integers(LARGEST_EXPONENT)
    for k in filter(None, range(-most, most + 1)):
        power = arb(2) ** k
        for at in many if abs(k) < _NEAR else one:
            x = k * arb.const_log2() + at.exact
            growth = power * at.exact.exp()
            given = {
                scale: (exactly(k), exactly(power)),
                bounded: exactly(x),
                r: at.computed,
                polynomial: at.polynomial,
            }
            seen = arb("1.01") * abs((growth - 1) * x) * ARGUMENT_ERROR  # what an error of x does to the value
            found |= Relative.of(Analysis(given).number(value), growth - 1 - x, seen)
    return found | _far_below(function, one[0])


def _far_below(function: Function, at: Reduced) -> Relative:
    """x < -200, where r and 2^k are those of -200, and the value is -1 - x but for 2^-280."""
    nodes, found = named(function), Relative(arb(0), arb(0), 0)
    ((_, value),), (polynomial,) = function.results, function.approximates
    k, tiny = -_integers(LARGEST_EXPONENT), arb(2) ** -280
    for exponent in range(7, _LARGEST_DIFFERENCE):
        x = -box(arb(2) ** exponent, arb(2) ** (exponent + 1))
        given: dict[Node, Given] = {
            nodes["scale"].args[0]: (exactly(k), exactly(box(arb(0), tiny))),
            nodes["bounded"]: exactly(x),
            nodes["r"]: at.computed,
            polynomial: at.polynomial,
        }
        found |= Relative.of(Analysis(given).number(value), -1 - x, abs(x) * ARGUMENT_ERROR + tiny)
    return found


@cache
def weight(function: Function = WEIGHT) -> Relative:
    """exp(-x), without its power of 2."""
    ctx.prec = PRECISION
    nodes, found = named(function), Relative(arb(0), arb(0), exponential_certificate(function).boxes)
    ((_, value),), (polynomial,) = function.results, function.approximates
    for at in _exponential_boxes(function, LARGEST_WEIGHT, _BOXES):
        given: dict[Node, Given] = {
            nodes["scale"].args[0]: (exactly(0), exactly(1)),
            nodes["r"]: at.computed,
            polynomial: at.polynomial,
        }
        found |= Relative.of(Analysis(given).number(value), at.exact.exp())
    return found


# --- the logarithm --------------------------------------------------------------------------------------------------


@cache
def excess(function: Function = EXCESS) -> Relative:
    """x - 1 - log(x) at x = 2^k (1 + t) with a t that is off by two roundings."""
    ctx.prec = PRECISION
    certificate = logarithm_certificate(function)
    power, k_node, t = function.parameters
    ((_, value),), (polynomial,) = function.results, function.approximates
    many, one = (
        [
            _reduced(function, t, ball, abs(ball) * QUOTIENT_ERROR, logarithm_rest, certificate)
            for ball in subdivision(*REDUCED_T, count)
        ]
        for count in (_BOXES, 1)
    )
    found = Relative(arb(0), arb(0), certificate.boxes)
    for at in many:  # k = 0, divided by t^2, of which t is a factor twice
        given: dict[Node, Given] = {
            power: exactly(1),
            k_node: exactly(0),
            t: exactly(0),
            value.args[0]: exactly(1).disturbed(UNIT + arb("2.01") * QUOTIENT_ERROR),
            polynomial: at.polynomial,
        }
        found |= Relative.of(Analysis(given).number(value), logarithm_rest(at.exact))
    rest = abs(arb.const_log2() - arb(LOG2))
    for k in filter(None, range(-_LARGEST_POWER, _LARGEST_POWER + 1)):
        for at in many if abs(k) < _NEAR else one:
            given = {power: exactly(arb(2) ** k), k_node: exactly(k), t: at.computed, polynomial: at.polynomial}
            x = arb(2) ** k * (1 + at.exact)
            exact = x - 1 - k * arb.const_log2() - (1 + at.exact).log()
            found |= Relative.of(Analysis(given).number(value), exact, abs(k) * rest)
    return found


# --- the values -----------------------------------------------------------------------------------------------------


def value(function: Function) -> Relative:
    """A divergence before it is rounded to binary32."""
    ctx.prec = PRECISION
    nodes = operands(r for _, r in function.results)
    call = next(n for n in nodes if n.op == "call" and n.function in (EXPM1MX, EXCESS))
    total = next(n for n in nodes if n.op == "fma" and n.args[2].op == "result" and n.args[2].args[0] is call)
    ((_, result),) = function.results
    half = result.args[1] if result.op == "select" else result  # the other choice is for special arguments
    _argument_error(call)
    terms = (expm1mx() if call.function is EXPM1MX else excess()) | _square(total)
    last = Relative.of(Analysis({total: exactly(1)}).number(half), arb("0.5"), arb(2) ** -200)
    return terms.rounded(UNIT).rounded(last.rounding)


def _argument_error(call: Node) -> None:
    """Raises :class:`CheckFailed` where the argument of the excess is rounded more often than its analysis counts."""
    logarithmic = call.function is EXPM1MX
    argument, allowed = (call.args[0], ARGUMENT_ERROR) if logarithmic else (call.args[2], QUOTIENT_ERROR)
    given: dict[Node, Given] = {}
    for n in operands([argument]):
        if n.op == "arg":
            given[n] = exactly(1)
        elif n.op == "sub":  # exact where it gives t
            given[n] = exactly(1).disturbed(UNIT if logarithmic else arb(0))
        elif n.op == "div":
            given[n.args[1]] = exactly(1)
    computed = Analysis(given).number(argument)
    if not computed.error() <= allowed * computed.exact:
        raise CheckFailed("rounding analysis: the argument of an excess is rounded more often than was claimed")


def _square(total: Node) -> Relative:
    """The second term, a product of factors."""
    given: dict[Node, Given] = {}
    for n in operands(total.args[:2]):
        if n.op == "arg":
            given[n] = exactly(1)
        elif n.op == "sub":
            given[n] = exactly(1).disturbed(UNIT)
        elif n.op == "div":
            given[n.args[1]] = exactly(1)
        elif n.op == "call":
            found = weight()
            given[n] = (Rounded(arb(1), {APPROXIMATION: found.approximation}).disturbed(found.rounding),)
    return Relative.of(Analysis(given).number(node("exact_mul", *total.args[:2])), arb(1))
