"""The proved error of rho^n - 1 - n log(rho) in parts, for each k by itself, on boxes of f = t/(2 + t).

The beginning is a fast_two_sum of any order of sizes. It has no error where its first operand is a multiple of the unit
in the last place of its second (Boldo, Graillat and Muller, "On the robustness of the 2Sum and Fast2Sum algorithms",
2017). Its first operand is 2^k - 1 - k log 2 with log 2 cut, a number of at most 53 bits; that, and that it is such a
multiple, is checked for each k.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from flint import arb, ctx, fmpq

from derive.errors import CheckFailed
from derive.lower.approximation.certify import Certificate, box, certify, subdivision
from derive.lower.approximation.polynomials import WIDER_ATANH, coefficients
from derive.lower.arithmetic.constants import SHORT_LOG2_HEAD
from derive.lower.arithmetic.ordinary.parts import Parts, boxes_for, call_of, exact_anchor, fix
from derive.lower.arithmetic.ordinary.power_scales import (
    ATANH_REST,
    LARGEST_RATIO,
    MINUS_LOG,
    MINUS_LOG_PAIR,
    SMALLEST_RATIO,
)
from derive.lower.arithmetic.ordinary.total import TOTAL
from derive.lower.bounds.analyse import PRECISION, UNIT, Analysis, Given, Rounded, error_of_sum, exactly, head_and_tail
from derive.lower.bounds.logarithm import atanh_series
from derive.lower.bounds.proved import Proved, Worst, named
from derive.vocabulary.kernel import Function, Node, node, result

#: t of a quotient 1 + t in [2/3, 3/2], and f = t / (2 + t), with an allowance for rounding.
REDUCED_T = (-0.33334, 0.50001)
UNIT_T = (-0.25001, 0.50001)
REDUCED_F = (-0.20001, 0.20001)

Pair = tuple[Rounded, Rounded]


@cache
def atanh_certificate() -> Certificate:
    """|p(w) - f(w)| for f = 1/3 + w/5 + ... on |w| <= 1/25."""
    return certify(WIDER_ATANH, coefficients(WIDER_ATANH), lambda j: fmpq(1, 2 * j + 3))


def _parts(analysis: Analysis, function: Function, k: int, parts: tuple[Node, ...]) -> list[Rounded]:
    """The three parts, with what is known of their beginning; in std, 2^k - 1 has the factor 2."""
    nodes = named(function)
    fix(analysis, nodes["anchor"], exact_anchor(k))
    fix(analysis, nodes["change"], (arb(2) ** k - 1) * (2 if "squared" in nodes else 1))
    begin = nodes["start_head"].args[0]
    anchor, product = begin.args
    multiple_of = 1 / arb(max(Fraction(SHORT_LOG2_HEAD).denominator, 2 ** max(-k, 0)))
    if not analysis.number(product).size() <= arb(2) ** 52 * multiple_of:
        raise CheckFailed(f"rounding analysis: at k = {k} a fast_two_sum may have an error")
    exact_sum = node("two_sum", anchor, product)
    analysis.number(result(exact_sum, 0))
    analysis.known[begin] = analysis.known[exact_sum]
    return [analysis.number(part) for part in parts]


def _powers(order: int) -> Iterator[int]:
    """The k other than 0 of quotients to the n-th power; balance() is off by less than 1/2, so no other k occurs."""
    low, high = -(-SMALLEST_RATIO // order), LARGEST_RATIO // order
    return (order * k for k in range(low, high + 1) if k)


@dataclass(frozen=True)
class Quotient:
    """What a kernel's t, f and reciprocal of the second scale are, each divided by its exact value."""

    t: Pair
    f: Pair
    by: Rounded


def quotient_of(function: Function) -> Quotient:
    """t = d/b and f = d/(a + b) are only factors, so d and both divisors are set to 1."""
    nodes = named(function)
    given: dict[Node, Given] = {nodes["sum_head"].args[0]: head_and_tail(arb(1), arb(0))}
    if "by_s2" not in nodes:
        analysis = Analysis(given | {nodes["t"]: exactly(1)})
        return Quotient(
            (exactly(1), exactly(0)), (analysis.number(nodes["f"]), analysis.number(nodes["f_tail"])), exactly(1)
        )
    analysis = Analysis(given | {nodes["d"]: exactly(1), function.parameters[3]: exactly(1)})
    t, t_tail, f, f_tail = (analysis.number(nodes[name]) for name in ("t", "t_tail", "f", "f_tail"))
    return Quotient((t, t_tail), (f, f_tail), analysis.number(nodes["by_s2"]))


def _times(pair: Pair, by: arb) -> Pair:
    """A head and tail of 1, times ``by``: what matters is the error of their sum and the size of the tail."""
    return head_and_tail(by, error_of_sum(*pair), pair[1].size())


def _rest_of_atanh(f: arb, pair: Pair, by: arb) -> Pair:
    """ATANH_REST at a head and tail of f, as a multiple ``by`` of A: f^2 is a factor there, and the argument of A."""
    nodes = named(ATANH_REST)
    (polynomial,) = ATANH_REST.approximates
    w = f * f
    off = 2 * pair[0].error() + pair[0].error() ** 2 + UNIT  # of the head of f^2
    series = Analysis({nodes["w_head"]: exactly(w).disturbed(w.abs_upper() * off)}).number(polynomial)
    series = Rounded(atanh_series(f), series.noise, series.extra).disturbed(atanh_certificate().error)
    square = Analysis(dict(zip(ATANH_REST.parameters, pair, strict=True)))
    whole = error_of_sum(square.number(nodes["w_head"]), square.number(nodes["w_low"]))
    given: dict[Node, Given] = {polynomial: series}
    given[nodes["w_head"]], given[nodes["w_low"]] = head_and_tail(by, whole, off)
    head, tail = Analysis(given).results(ATANH_REST)
    return head, tail


def minus_log(function: Function, quotient: Quotient, f: arb) -> Proved:
    """t - log(1 + t) divided by t f, on a box of f, where t = 2 f/(1 - f): it is 1 - f (1 - f) A."""
    worst = Worst()
    *t, f_node, f_tail = function.parameters
    given: dict[Node, Given] = dict(zip((*t, f_node, f_tail), (*quotient.t[: len(t)], *quotient.f), strict=True))
    given[call_of(function, ATANH_REST)] = _rest_of_atanh(f, quotient.f, f * (1 - f) / 2)
    worst.add(Analysis(given).results(function), 1 - f * (1 - f) * atanh_series(f))
    return worst.proved()


class _MinusLog:
    """The errors of t - log(1 + t) by cells of f."""

    def __init__(self, function: Function, quotient: Quotient) -> None:
        self.cells = [(f, minus_log(function, quotient, f)) for f in subdivision(*REDUCED_F, 32)]

    def pair(self, f: arb, exact: arb) -> Pair:
        """Head and tail of a value whose f lies in this ball."""
        found = [proved for cell, proved in self.cells if cell.overlaps(f)]
        worst = max(p.total for p in found), max(p.tail for p in found)
        return head_and_tail(exact, UNIT * arb(worst[0]), UNIT * arb(worst[1]))


def excess_power(order: int, function: Function) -> Parts:
    """rho^n - 1 - n log(rho), n = 1 or 2. At k = 0 the first part vanishes, and the others are divided by t^2."""
    ctx.prec = PRECISION
    nodes, quotient = named(function), quotient_of(function)
    scale = nodes["scale"].args[0]
    logarithm = call_of(function, MINUS_LOG, MINUS_LOG_PAIR)
    assert logarithm.function is not None
    phi = _MinusLog(logarithm.function, quotient)
    parts = (nodes["start_head"], call_of(function, TOTAL).args[1], nodes["low"])
    worst: Parts | None = None

    def at(k: int, t: Pair, f: arb, value: arb) -> list[Rounded]:
        power = arb(2) ** (k // order)
        given: dict[Node, Given] = {
            scale: (exactly(power), exactly(1 / power), exactly(k // order)),
            logarithm: phi.pair(f, value),
            nodes["t"]: t[0],
        }
        if "t_tail" in nodes:
            given[nodes["t_tail"]] = t[1]
        return _parts(Analysis(given), function, k, parts)

    for f in subdivision(*REDUCED_F, 64):
        value = (1 - f) / 2 * (1 - f * (1 - f) * atanh_series(f))
        exact = value if order == 1 else 1 + 2 * value
        found = Parts.of(at(0, quotient.t, f, value), exact, arb(0))
        worst = found if worst is None else worst | found
    assert worst is not None
    rest = arb.const_log2() - arb(SHORT_LOG2_HEAD)
    reach = REDUCED_T if "by_s2" in nodes else UNIT_T
    for k in _powers(order):
        for t in (arb("-0.2"), arb("0.3"), *subdivision(*reach, boxes_for(k // order))):
            value = t - (1 + t).log()
            exact = arb(2) ** k * (1 + t) ** order - 1 - k * arb.const_log2() - order * (1 + t).log()
            method = abs(k) * rest * UNIT
            # f over the box from its ends: it grows with t.
            low, high = (t.lower() / (2 + t.lower()), t.upper() / (2 + t.upper()))
            parts_ = at(k, _times(quotient.t, t), box(low, high), value)
            worst |= Parts.of(parts_, exact, arb(method.abs_upper()))
    return worst
