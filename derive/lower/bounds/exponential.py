"""The proved errors of exp(x) - 1 - x and exp(-x) as the C kernels compute them for all arguments."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from flint import arb, ctx, fmpq

from derive.lower.approximation.certify import Certificate, box, certify, subdivision
from derive.lower.approximation.polynomials import (
    EXPONENTIAL,
    REDUCED_EXPONENT,
    coefficients,
    exponential_rest,
)
from derive.lower.arithmetic.constants import LOG2_HEAD, SCALE
from derive.lower.arithmetic.exponential import EXPM1MX_REDUCED, EXPM1MX_SCALED
from derive.lower.arithmetic.values import EXP_NEGATIVE
from derive.lower.bounds.analyse import (
    PRECISION,
    UNIT,
    Analysis,
    Given,
    Rounded,
    exactly,
    head_and_tail,
)
from derive.lower.bounds.proved import Proved, Worst, in_units, named
from derive.vocabulary.kernel import Function, Node, constant, operands

#: Integers k that are analysed one by one; larger ones are analysed together.
SINGLE = 64


def inverse_factorial(n: int) -> fmpq:
    """1/n!, the Taylor coefficient of the exponential."""
    return fmpq(1, math.factorial(n))


@cache
def exponential_certificate() -> Certificate:
    """|r p(r) - r f(r)| relative to 1/2 + r f(r): the relative error that the polynomial causes in expm1mx(r)."""
    return certify(EXPONENTIAL, coefficients(EXPONENTIAL), lambda j: inverse_factorial(j + 3))


#: Where a square is below the normal range.
NEXT_TO_ZERO = 2.0**-500


@cache
def expm1mx_reduced(reach: float = REDUCED_EXPONENT, count: int = 64) -> Proved:
    """r^2 (1/2 + r p(r)): r^2 enters as a factor, so it is set to 1."""
    ctx.prec = PRECISION
    function, nodes = EXPM1MX_REDUCED, named(EXPM1MX_REDUCED)
    square = nodes["square_head"].args[0]
    tails = {nodes["factor_tail"]: arb(0)}  # r p(r) + 1/2 - factor
    worst = Worst()
    for r in subdivision(-reach, reach, count):
        analysis = Analysis({function.parameters[0]: exactly(r), square: head_and_tail(arb(1), arb(0))}, tails)
        worst.add(analysis.results(function), arb(1) / 2 + r * exponential_rest(r))
    return worst.proved(in_units(exponential_certificate().error))


@dataclass(frozen=True)
class Reduced:
    """A box of arguments x = k log 2 + r + c, everything divided by ``by`` (2^k, or |x| where x is far below -1)."""

    r: arb
    c: arb  # the exact correction k (log 2 - head)
    power: arb  # 2^k / by
    one: arb  # 1 / by
    x: arb  # x / by
    x_size: arb  # a bound for |x| itself where the derivative is divided by ``by``, or for |x| / by where it is not

    @property
    def exact(self) -> arb:
        """expm1mx(x) / by."""
        return self.power * (self.r + self.c).exp() - self.one - self.x


def rest_of_log2(k: arb) -> arb:
    return k * (arb.const_log2() - arb(LOG2_HEAD))


def reduced_boxes() -> Iterator[Reduced]:
    """All arguments with k other than 0, by k."""
    log2, reach = arb.const_log2(), REDUCED_EXPONENT
    for size in range(1, SINGLE + 1):
        for k in (size, -size):
            count = 256 if size == 1 else 32 if size < 4 else 8
            for r in (arb("-0.2"), arb("0.3"), *subdivision(-reach, reach, count)):
                by, c = arb(2) ** k, rest_of_log2(arb(k))
                x = (k * log2 + r) / by
                yield Reduced(r, c, arb(1), 1 / by, x, abs(x * by))
    whole = box(arb(-reach), arb(reach))
    small = arb(2) ** -SINGLE
    c = rest_of_log2(box(arb(SINGLE), arb(1026)))
    x = box(arb(0), 712 * small)
    yield Reduced(whole, c, arb(1), box(arb(0), small), x, arb(712))
    c = rest_of_log2(box(arb(-146), arb(-SINGLE)))
    yield Reduced(whole, c, box(arb(0), small), box(arb(0), arb(1) / 43), arb(-1), arb(1))


def correction(c: arb) -> Rounded:
    """k times the rounded tail of log 2, rounded: two roundings away from the exact correction."""
    return exactly(c).disturbed(c.abs_upper() * UNIT * arb(2.01))


@cache
def expm1mx_scaled(function: Function = EXPM1MX_SCALED, *, tiny: bool = False) -> Proved:
    """expm1mx(x)/64 for every x, or for every head and tail of x; or only next to 0, where it is tiny.

    At k = 0 the heads of -(1 + x) and 1 + r are each other's negatives, and so are their tails: what remains is 2^-6
    times expm1mx(r), and, for an x with a tail, its effect through the derivative.
    """
    ctx.prec = PRECISION
    nodes, worst = named(function), Worst()
    e = expm1mx_reduced(NEXT_TO_ZERO, 1) if tiny else expm1mx_reduced()
    with_tail = len(function.parameters) == 2
    linear, power, first = (nodes[f"{name}_head"].args[0] for name in ("linear", "power", "first"))
    call = nodes["e"].args[0]

    remainder = head_and_tail(arb(1), arb(0))
    opposite = tuple(Rounded(-part.exact, {i: -c for i, c in part.noise.items()}) for part in remainder)
    given: dict[Node, Given] = {
        nodes["s"]: exactly(SCALE),
        nodes["c"]: exactly(0),
        nodes["growth"]: exactly(box(arb("0.7"), arb("1.5"))),
        call: e.pair(1 / arb(SCALE)),
        linear: opposite,
        power: remainder,
        first: (exactly(0), exactly(0)),
    }
    if with_tail:
        # |tail| <= u |x|, and |x (exp(x) - 1)| <= 2.5 expm1mx(x) for |x| <= log(2)/2.
        given[nodes["slope"]] = exactly(box(arb(-1), arb(1))).disturbed(4 * UNIT)
        given[nodes["x_tail"]] = exactly(box(arb("-2.5"), arb("2.5")) * UNIT)
    worst.add(Analysis(given).results(function), arb(1), 4 * UNIT**2 if with_tail else None)

    for at in () if tiny else reduced_boxes():
        growth = at.r.exp()
        given = {
            nodes["u_cut"]: exactly(at.x),
            constant(-SCALE): exactly(-at.one),
            constant(SCALE): exactly(at.one),
            nodes["s"]: exactly(at.power),
            nodes["r"]: exactly(at.r),
            nodes["c"]: correction(at.c),
            nodes["growth"]: exactly(growth).disturbed(growth.abs_upper() * UNIT * 4),
            call: e.pair(at.r.exp() - 1 - at.r),
        }
        if not at.power > 0:
            # The derivative is -1 there, and the tail of x at most half an ulp of it.
            given[power] = head_and_tail(at.power * (1 + at.r), arb(0))
            if with_tail:
                given[nodes["slope"]] = exactly(box(arb(-1), arb(1)) * arb("1.1")).disturbed(4 * UNIT)
        if with_tail:
            given[nodes["x_tail"]] = exactly(arb(0, (at.x_size * UNIT).abs_upper()))
        # exp(c) is read as 1 + c, and the effect of the tail of x as linear in it.
        method = 2 * at.power * at.c * at.c + (10**6 * UNIT**2 if with_tail else 0)
        worst.add(Analysis(given).results(function), at.exact, arb(method.abs_upper()))
    return worst.proved(0.0, e)


@cache
def exp_negative() -> Proved:
    """exp(-x) without its power of 4."""
    nodes, e, worst = named(EXP_NEGATIVE), expm1mx_reduced(), Worst()
    call = next(n.args[0] for n in operands(r for _, r in EXP_NEGATIVE.results) if is_result_of(n, EXPM1MX_REDUCED))
    c = rest_of_log2(arb(0, 3400))
    for r in subdivision(-REDUCED_EXPONENT, REDUCED_EXPONENT, 64):
        given: dict[Node, Given] = {
            nodes["r"]: exactly(r),
            nodes["c"]: correction(c),
            nodes["twice"]: exactly(1),
            call: e.pair(r.exp() - 1 - r),
        }
        analysis = Analysis(given)
        worst.add(analysis.first_two(EXP_NEGATIVE), (r + c).exp(), arb((2 * c * c).abs_upper()))
    return worst.proved(0.0, e)


def is_result_of(n: Node, function: Function) -> bool:
    return n.op == "result" and n.args[0].function is function
