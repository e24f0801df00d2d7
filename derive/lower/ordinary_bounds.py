"""The proved error of the values for ordinary arguments: the rounding analysis of :mod:`derive.lower.ordinary`.

The three parts of the excess are analysed for each k by itself, on boxes of the reduced argument; the square of the
offset on one box, since nothing in it depends on size. Of the sum of the two only the roundings of its tail are left:
both terms are not negative, so their relative errors average, and the heads are summed exactly.

``start`` is a fast_two_sum of any order of sizes. It has no error where its first operand is a multiple of the unit
in the last place of its second (Boldo, Graillat and Muller, "On the robustness of the 2Sum and Fast2Sum algorithms",
2017). Its first operand is 2^k - 1 - k log 2 with log 2 cut, a number of at most 53 bits; that, and that it is such a
multiple, is checked for each k. Nothing over- or underflows: that is what the mask of ordinary arguments is for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache

from flint import arb, ctx, fmpq

from derive.errors import CheckFailed
from derive.kernel import Function, Node, node, operands, result
from derive.lower.analyse import PRECISION, UNIT, Analysis, Given, Rounded, error_of_sum, exactly, head_and_tail
from derive.lower.bounds import Proved, Worst, atanh_series, expm1mx_reduced, exponential_certificate, named
from derive.lower.certify import Certificate, box, certify, subdivision
from derive.lower.constants import LOG2_HEAD, SHORT_LOG2_HEAD
from derive.lower.ordinary import (
    ATANH_REST,
    EXCESS_LOG,
    EXCESS_LOG_PAIR,
    LARGEST_POWER,
    LARGEST_RATIO,
    MINUS_LOG,
    MINUS_LOG_PAIR,
    SMALLEST_POWER,
    SMALLEST_RATIO,
    TOTAL,
    WEIGHT,
)
from derive.lower.polynomials import REDUCED_EXPONENT, WIDER_ATANH, coefficients, exponential_rest

#: t of a quotient 1 + t in [2/3, 3/2], and f = t / (2 + t), with an allowance for rounding.
REDUCED_T = (-0.33334, 0.50001)
UNIT_T = (-0.25001, 0.50001)
REDUCED_F = (-0.20001, 0.20001)

#: |x| <= 200 and its k in exp(-x).
_WEIGHT_POWER = 290

Pair = tuple[Rounded, Rounded]


@cache
def atanh_certificate() -> Certificate:
    """|p(w) - f(w)| for f = 1/3 + w/5 + ... on |w| <= 1/25."""
    return certify(WIDER_ATANH, coefficients(WIDER_ATANH), lambda j: fmpq(1, 2 * j + 3))


@dataclass(frozen=True)
class Parts:
    """Relative error of an excess in three parts, and bounds for the size of each part beside their sum."""

    error: arb
    sizes: tuple[arb, arb, arb]
    boxes: int

    @staticmethod
    def of(parts: list[Rounded], exact: arb, method: arb) -> Parts:
        """Parts computed for ``exact``, which the tree in real arithmetic misses by at most ``method``."""
        least = arb(exact.abs_lower())
        error = (error_of_sum(*parts) + method) / least
        if not (least > 0 and error.is_finite()):
            raise CheckFailed("rounding analysis: no finite relative error on a box; subdivide")
        start, curved, low = ((part.size() / least).abs_upper() for part in parts)
        return Parts(error.abs_upper(), (start, curved, low), 1)

    def __or__(self, other: Parts) -> Parts:
        sizes = tuple(arb(max(a, b)) for a, b in zip(self.sizes, other.sizes, strict=True))
        return Parts(arb(max(self.error, other.error)), sizes, self.boxes + other.boxes)  # type: ignore[arg-type]


# --- the beginning --------------------------------------------------------------------------------------------------


def _exact_anchor(k: int) -> arb:
    """2^k - 1 - k log 2 with log 2 cut. Raises :class:`CheckFailed` where it, or a part of it, is not a double."""
    linear = -1 - k * Fraction(SHORT_LOG2_HEAD)
    whole = Fraction(2) ** k + linear
    for number in (linear, whole, Fraction(2) ** k - 1):
        if Fraction(float(number)) != number:
            raise CheckFailed(f"rounding analysis: at k = {k} the beginning of the range reduction is not exact")
    return arb(fmpq(whole.numerator, whole.denominator))


def _parts(analysis: Analysis, function: Function, k: int, parts: tuple[Node, ...]) -> list[Rounded]:
    """The three parts, with what is known of their beginning; in std, 2^k - 1 has the factor 2."""
    nodes = named(function)
    analysis.known[nodes["anchor"]] = exactly(_exact_anchor(k))
    analysis.known[nodes["change"]] = exactly((arb(2) ** k - 1) * (2 if "squared" in nodes else 1))
    begin = nodes["start_head"].args[0]
    anchor, product = begin.args
    multiple_of = 1 / arb(max(Fraction(SHORT_LOG2_HEAD).denominator, 2 ** max(-k, 0)))
    if not analysis.number(product).size() <= arb(2) ** 52 * multiple_of:
        raise CheckFailed(f"rounding analysis: at k = {k} a fast_two_sum may have an error")
    exact_sum = node("two_sum", anchor, product)
    analysis.number(result(exact_sum, 0))
    analysis.known[begin] = analysis.known[exact_sum]
    return [analysis.number(part) for part in parts]


def _count(k: int) -> int:
    return 256 if abs(k) == 1 else 64 if abs(k) < 5 else 16


def _powers(order: int) -> Iterator[int]:
    """The k other than 0 of quotients to the n-th power; balance() is off by less than 1/2, so no other k occurs."""
    low, high = -(-SMALLEST_RATIO // order), LARGEST_RATIO // order
    return (order * k for k in range(low, high + 1) if k)


# --- the exponential ------------------------------------------------------------------------------------------------


@cache
def excess_log(function: Function = EXCESS_LOG) -> Parts:
    """exp(x) - 1 - x. At k = 0 it is expm1mx(r), and, for an x with a tail, its effect through the derivative."""
    ctx.prec = PRECISION
    nodes, e = named(function), expm1mx_reduced()
    scale, reduced, parts = nodes["scale"].args[0], nodes["e"].args[0], tuple(n for _, n in function.results)
    with_tail = function is EXCESS_LOG_PAIR
    given: dict[Node, Given] = {
        scale: (exactly(0), exactly(1)),
        nodes["r"]: exactly(1),
        reduced: e.pair(arb(1)),
    }
    if with_tail:
        # |tail| <= u |x|, and |x (exp(x) - 1)| <= 2.5 expm1mx(x) for |x| <= log(2)/2.
        given[nodes["slope"]] = exactly(box(arb(-1), arb(1))).disturbed(4 * UNIT)
        given[function.parameters[1]] = exactly(box(arb("-2.5"), arb("2.5")) * UNIT)
    worst = Parts.of(_parts(Analysis(given), function, 0, parts), arb(1), 4 * UNIT**2 if with_tail else arb(0))
    for k in filter(None, range(SMALLEST_POWER, LARGEST_POWER + 1)):
        power, head = arb(2) ** k, arb(SHORT_LOG2_HEAD)
        c = k * (arb.const_log2() - head)
        for r in subdivision(-REDUCED_EXPONENT, REDUCED_EXPONENT, _count(k)):
            given = {
                scale: (exactly(k), exactly(power)),
                nodes["r"]: exactly(r),
                nodes["c"]: exactly(-c).disturbed(c.abs_upper() * UNIT * arb("2.01")),
                reduced: e.pair(r.exp() - 1 - r),
            }
            x = k * head + r
            # exp(c) is read as 1 + c, and the effect of the tail of x as linear in it.
            method = power * c * c
            if with_tail:
                given[function.parameters[1]] = exactly(arb(0, (x.abs_upper() * UNIT).abs_upper()))
                method += 2 * (power + 1) * (x.abs_upper() * UNIT) ** 2
            analysis = Analysis(given)
            worst |= Parts.of(
                _parts(analysis, function, k, parts), power * (r - c).exp() - 1 - x, arb(method.abs_upper())
            )
    return replace(worst, boxes=worst.boxes + e.boxes)


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


# --- the logarithm --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Quotient:
    """What a kernel's t, f and reciprocal of the second scale are, each divided by its exact value."""

    t: Pair
    f: Pair
    by: Rounded


def _quotient(function: Function) -> Quotient:
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
    given[_call_of(function, ATANH_REST)] = _rest_of_atanh(f, quotient.f, f * (1 - f) / 2)
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


def _is_log(name: str) -> bool:
    return name.rsplit("_", 1)[1].startswith("log")


def _call_of(function: Function, *callees: Function) -> Node:
    return next(n for n in operands(r for _, r in function.results) if n.op == "call" and n.function in callees)


def excess_power(name: str, function: Function) -> Parts:
    """rho^n - 1 - n log(rho), n = 1 or 2. At k = 0 the first part vanishes, and the others are divided by t^2."""
    ctx.prec = PRECISION
    order = 2 if name.endswith("std") else 1
    nodes, quotient = named(function), _quotient(function)
    scale = nodes["scale"].args[0]
    logarithm = _call_of(function, MINUS_LOG, MINUS_LOG_PAIR)
    assert logarithm.function is not None
    phi = _MinusLog(logarithm.function, quotient)
    parts = _call_of(function, TOTAL).args[:3]
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
        for t in subdivision(*reach, _count(k // order)):
            value = t - (1 + t).log()
            exact = arb(2) ** k * (1 + t) ** order - 1 - k * arb.const_log2() - order * (1 + t).log()
            method = abs(k) * rest * UNIT
            # f over the box from its ends: it grows with t.
            low, high = (t.lower() / (2 + t.lower()), t.upper() / (2 + t.upper()))
            parts_ = at(k, _times(quotient.t, t), box(low, high), value)
            worst |= Parts.of(parts_, exact, arb(method.abs_upper()))
    return worst


# --- the values -----------------------------------------------------------------------------------------------------


def square_term(name: str, function: Function) -> Proved:
    """mu^2 or (mu1 - mu2)^2 / sigma2^2: offset and divisor are factors, set to 1."""
    worst, nodes = Worst(), named(function)
    parts = _call_of(function, TOTAL).args[3:]
    given: dict[Node, Given]
    if "_unit_" in name:
        given = {operand: exactly(1) for operand in parts[0].args[0].args}
    else:
        given = {nodes["m_head"].args[0]: head_and_tail(arb(1), arb(0)), function.parameters[3]: exactly(1)}
        if _is_log(name):
            given[_call_of(function, WEIGHT)] = weight().pair(arb(1))
        else:
            given[nodes["by_s2"]] = _quotient(function).by
    analysis = Analysis(given)
    worst.add([analysis.number(n) for n in parts], arb(1), UNIT**2 * 4)
    return worst.proved()


def value(name: str, function: Function) -> Proved:
    """The relative error of the head and tail of a function for ordinary arguments."""
    if _is_log(name):
        excess = excess_log(EXCESS_LOG if "_unit_" in name else EXCESS_LOG_PAIR)
    else:
        excess = excess_power(name, function)
    square, worst = square_term(name, function), Worst()
    for theta in subdivision(0.0, 1.0, 16):
        share = 1 - theta
        start, curved, low = (exactly(arb(0, (size * share).abs_upper())) for size in excess.sizes)
        given: dict[Node, Given] = dict(zip(TOTAL.parameters, (start, curved, low, *square.pair(theta)), strict=True))
        # Of the parts of the excess only the sizes are given here; all together are 1.
        head, tail = Analysis(given).results(TOTAL)
        tail = tail.disturbed((excess.error * share).abs_upper())
        worst.add([Rounded(arb(1), head.noise, head.extra), Rounded(arb(0), tail.noise, tail.extra)], arb(1))
    found = worst.proved()
    return replace(found, boxes=excess.boxes + square.boxes)
