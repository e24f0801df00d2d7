"""The proved error bounds of the C values: the rounding analysis applied to each shared function, then composed.

Every function of :mod:`derive.lower.exponential` and :mod:`derive.lower.logarithm` gives a head and a tail; what is
proved of it is a bound for the relative error of their unevaluated sum. Products and quotients do not care about
scale, so what enters only as a factor is set to 1 (``head_and_tail(1, ...)``): tiny arguments need no boxes of their
own. The boxes run over the reduced argument r or the quotient m, for each integer k up to 64 by itself and for all
larger ones together; nothing has more than one dimension, because the two terms of a divergence are not negative and
a relative bound of both is one of their sum.

Underflow. Arguments below 2^-300 are enlarged by 2^200 and their squares by 2^400, so that every product of a head is
above 2^-900 or belongs to a term below half the smallest subnormal beside the result; the last multiplication by a
power of two may round once more, where the result is subnormal: by a quarter of its unit after the half of the sum's,
and the error of the sum counts there half at most. That stays below the bound that is declared for normal results.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from flint import arb, ctx, fmpq

from derive.errors import CheckFailed
from derive.kernel import Function, Node, constant, operands
from derive.lower.analyse import (
    PRECISION,
    UNIT,
    Analysis,
    Given,
    Rounded,
    error_of_sum,
    exactly,
    head_and_tail,
)
from derive.lower.certify import Certificate, box, certify, subdivision
from derive.lower.constants import ABOVE_HALF_SUBNORMAL, LOG2_HEAD, LOG2_TAIL, SCALE
from derive.lower.exponential import EXPM1MX_REDUCED, EXPM1MX_SCALED, EXPM1MX_SCALED_PAIR
from derive.lower.logarithm import (
    ASSEMBLE,
    ATANH_REST,
    FIRST_POWER,
    LOG1PMX_SCALED,
    QUOTIENTS,
    SECOND_POWER,
)
from derive.lower.polynomials import (
    ATANH,
    EXPONENTIAL,
    REDUCED_EXPONENT,
    coefficients,
    exponential_rest,
)
from derive.lower.values import EXP_NEGATIVE, FINISH

#: Integers k that are analysed one by one; larger ones are analysed together.
SINGLE = 64


@dataclass(frozen=True)
class Proved:
    """Relative error of a head and tail in units of 2^-53, in two parts, and the size of the tail beside the head."""

    rounding: float
    approximation: float
    tail: float
    boxes: int

    @property
    def total(self) -> float:
        return self.rounding + self.approximation

    def figures(self, *certificates: Certificate) -> dict[str, float]:
        """Approximation error (log2), rounding error (units of 2^-53, without the last rounding), and boxes."""
        largest = max((c.error.log() / arb(2).log()).upper() for c in certificates)
        return {
            "approximation_log2": math.ceil(float(largest) * 100) / 100,
            "rounding_units": round(self.total + 0.0005, 3),
            "boxes": self.boxes + sum(c.boxes for c in certificates),
        }

    def pair(self, exact: arb) -> tuple[Rounded, Rounded]:
        """Such a head and tail of a number."""
        return head_and_tail(exact, UNIT * arb(self.total), UNIT * arb(self.tail))


def named(function: Function) -> dict[str, Node]:
    """The nodes of a function that have a name."""
    return {name: node for node, name in function.names.items()}


def _units(error: arb) -> float:
    """An upper bound of an error in units of 2^-53, as a float rounded up."""
    value = float((error / UNIT).abs_upper())
    return value * (1 + 2.0**-50) + 2.0**-1000


def inverse_factorial(n: int) -> fmpq:
    """1/n!, the Taylor coefficient of the exponential."""
    return fmpq(1, math.factorial(n))


@cache
def exponential_certificate() -> Certificate:
    """|r p(r) - r f(r)| relative to 1/2 + r f(r): the relative error that the polynomial causes in expm1mx(r)."""
    return certify(EXPONENTIAL, coefficients(EXPONENTIAL), lambda j: inverse_factorial(j + 3))


@cache
def atanh_certificate() -> Certificate:
    """|p(w) - f(w)| for f = 1/3 + w/5 + ...; relative to f it is at most three times that."""
    return certify(ATANH, coefficients(ATANH), lambda j: fmpq(1, 2 * j + 3))


class Worst:
    """The largest relative error and tail over boxes."""

    def __init__(self) -> None:
        self.error, self.tail, self.boxes = arb(0), arb(0), 0

    def add(self, results: list[Rounded], exact: arb, method: arb | None = None) -> None:
        """Head and tail computed for ``exact``, which the tree in real arithmetic misses by at most ``method``.

        That it misses by no more is seen on boxes that are points.
        """
        missed = sum((result.exact for result in results), -exact)
        if missed.abs_lower() > (0 if method is None else method.abs_upper()):
            raise CheckFailed("rounding analysis: in real arithmetic the results are not what they are computed for")
        least = arb(exact.abs_lower())
        if not least > 0:
            raise CheckFailed("rounding analysis: the exact value may be zero on a box; subdivide")
        error = error_of_sum(*results) + (arb(0) if method is None else method)
        if not (error.is_finite() and results[1].size().is_finite()):
            raise CheckFailed("rounding analysis: no finite bound on a box; subdivide")
        self.error = arb(max(self.error.abs_upper(), (error / least).abs_upper()))
        self.tail = arb(max(self.tail.abs_upper(), (results[1].size() / least).abs_upper()))
        self.boxes += 1

    def proved(self, approximation: float = 0.0) -> Proved:
        return Proved(_units(self.error), approximation, _units(self.tail), self.boxes)


# --- the exponential ---------------------------------------------------------------------------------------------


@cache
def expm1mx_reduced() -> Proved:
    """r^2 (1/2 + r p(r)): r^2 enters as a factor, so it is set to 1."""
    ctx.prec = PRECISION
    function, nodes = EXPM1MX_REDUCED, named(EXPM1MX_REDUCED)
    square = nodes["square_head"].args[0]
    tails = {nodes["factor_tail"]: arb(0)}  # r p(r) + 1/2 - factor
    worst = Worst()
    for r in subdivision(-REDUCED_EXPONENT, REDUCED_EXPONENT, 64):
        analysis = Analysis({function.parameters[0]: exactly(r), square: head_and_tail(arb(1), arb(0))}, tails)
        worst.add(analysis.results(function), arb(1) / 2 + r * exponential_rest(r))
    return worst.proved(_units(exponential_certificate().error))


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


def _rest_of_log2(k: arb) -> arb:
    return k * (arb.const_log2() - arb(LOG2_HEAD))


def _reduced_boxes() -> Iterator[Reduced]:
    """All arguments with k other than 0, by k."""
    log2, reach = arb.const_log2(), REDUCED_EXPONENT
    for size in range(1, SINGLE + 1):
        for k in (size, -size):
            count = 256 if size == 1 else 32 if size < 4 else 8
            for r in (arb("-0.2"), arb("0.3"), *subdivision(-reach, reach, count)):
                by, c = arb(2) ** k, _rest_of_log2(arb(k))
                x = (k * log2 + r) / by
                yield Reduced(r, c, arb(1), 1 / by, x, abs(x * by))
    whole = box(arb(-reach), arb(reach))
    small = arb(2) ** -SINGLE
    c = _rest_of_log2(box(arb(SINGLE), arb(1026)))
    x = box(arb(0), 712 * small)
    yield Reduced(whole, c, arb(1), box(arb(0), small), x, arb(712))
    c = _rest_of_log2(box(arb(-146), arb(-SINGLE)))
    yield Reduced(whole, c, box(arb(0), small), box(arb(0), arb(1) / 43), arb(-1), arb(1))


def _correction(c: arb) -> Rounded:
    """k times the rounded tail of log 2, rounded: two roundings away from the exact correction."""
    return exactly(c).disturbed(c.abs_upper() * UNIT * arb(2.01))


@cache
def expm1mx_scaled(function: Function = EXPM1MX_SCALED) -> Proved:
    """expm1mx(x)/64 for every x, or for every head and tail of x.

    At k = 0 the heads of -(1 + x) and 1 + r are each other's negatives, and so are their tails: what remains is 2^-6
    times expm1mx(r), and, for an x with a tail, its effect through the derivative.
    """
    ctx.prec = PRECISION
    nodes, e, worst = named(function), expm1mx_reduced(), Worst()
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

    for at in _reduced_boxes():
        growth = at.r.exp()
        given = {
            nodes["u_cut"]: exactly(at.x),
            constant(-SCALE): exactly(-at.one),
            constant(SCALE): exactly(at.one),
            nodes["s"]: exactly(at.power),
            nodes["r"]: exactly(at.r),
            nodes["c"]: _correction(at.c),
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
    return worst.proved()


@cache
def exp_negative() -> Proved:
    """exp(-x) without its power of 4."""
    nodes, e, worst = named(EXP_NEGATIVE), expm1mx_reduced(), Worst()
    call = next(n.args[0] for n in operands(r for _, r in EXP_NEGATIVE.results) if _is_result_of(n, EXPM1MX_REDUCED))
    c = _rest_of_log2(arb(0, 3400))
    for r in subdivision(-REDUCED_EXPONENT, REDUCED_EXPONENT, 64):
        given: dict[Node, Given] = {
            nodes["r"]: exactly(r),
            nodes["c"]: _correction(c),
            nodes["twice"]: exactly(1),
            call: e.pair(r.exp() - 1 - r),
        }
        analysis = Analysis(given)
        worst.add(analysis.first_results(EXP_NEGATIVE, 2), (r + c).exp(), arb((2 * c * c).abs_upper()))
    return worst.proved()


def _is_result_of(n: Node, function: Function) -> bool:
    return n.op == "result" and n.args[0].function is function


# --- the logarithm -----------------------------------------------------------------------------------------------

#: Largest |f| = |a - b| / (a + b) for a quotient in [sqrt(1/2), sqrt(2)], and the quotients' interval, with an
#: allowance.
REDUCED_F = 0.17158
REDUCED_QUOTIENT = (0.70710, 1.41422)


@dataclass(frozen=True)
class Quotients:
    """t and f as heads and tails, both divided by their exact values."""

    t: tuple[Rounded, Rounded]
    f: tuple[Rounded, Rounded]


@cache
def quotients() -> Quotients:
    """t = d/b and f = d/s: only factors, so d = b = s = 1."""
    d, b, s, s_tail = QUOTIENTS.parameters
    s_pair = head_and_tail(arb(1), arb(0))
    given = {d: exactly(1), b: exactly(1), s: s_pair[0], s_tail: s_pair[1]}
    t, t_tail, f, f_tail = Analysis(given).results(QUOTIENTS)
    return Quotients((t, t_tail), (f, f_tail))


@cache
def quotients_of_log1pmx() -> Quotients:
    """There t = d is exact, and f = d/(2 + d)."""
    nodes = named(LOG1PMX_SCALED)
    d, s = head_and_tail(arb(1), arb(0)), head_and_tail(arb(1), 2 * UNIT**2)
    given = {nodes["d"]: d[0], nodes["d_tail"]: d[1], nodes["s_head"]: s[0], nodes["s_low"]: s[1]}
    analysis = Analysis(given)
    return Quotients(d, (analysis.number(nodes["f_head"]), analysis.number(nodes["f_tail"])))


def _scaled(pair: tuple[Rounded, Rounded], by: arb) -> tuple[Rounded, Rounded]:
    """A head and tail of 1, times ``by``: what matters is the error of their sum and the size of the tail."""
    return head_and_tail(by, error_of_sum(*pair), pair[1].size())


def atanh_series(f: arb) -> arb:
    """(atanh(f) - f)/f^3, by its series; the rest of it is below 2^-200."""
    w = f * f
    total, power = arb(0), arb(1)
    for j in range(40):
        total += power / (2 * j + 3)
        power *= w
    return total


def _rest_of_atanh(f: arb, off: arb, by: arb) -> Rounded:
    """ATANH_REST at a head and tail of f that is off by the relative error ``off``, as a multiple ``by`` of f^2."""
    ((_, value),) = ATANH_REST.results
    nodes = named(ATANH_REST)
    w = f * f
    # Two roundings: of the correction, far below, and of the square.
    w_error = 2 * off + arb("1.01") * UNIT
    # w enters as a factor and as the polynomial's argument: as a factor it is set to ``by``.
    polynomial = value.args[1]
    at = {nodes["w"]: exactly(w).disturbed(w.abs_upper() * w_error)}
    series = Analysis(at).number(polynomial)
    series = Rounded(atanh_series(f), series.noise, series.extra).disturbed(atanh_certificate().error)
    factor = exactly(by).disturbed(by.abs_upper() * w_error)
    return Analysis({nodes["w"]: factor, polynomial: series}).number(value)


@cache
def power_excess(order: int, source: Callable[[], Quotients] = quotients) -> Proved:
    """m^n - 1 - n log m, divided by t f (n = 1) or t^2 (n = 2), where t = 2 f/(1 - f)."""
    function = (FIRST_POWER, SECOND_POWER)[order - 1]
    nodes = named(function)
    call = nodes["y_head"].args[0].args[1].args[0].args[0]
    q, worst = source(), Worst()
    off = error_of_sum(*q.f)
    for f in subdivision(-REDUCED_F, REDUCED_F, 128):
        # In units of t: the bracket y = t - 2 f^2 A is 1 - f (1 - f) A; f itself, a factor, is 1, or (1 - f)/2 beside
        # t.
        beside = arb(1) if order == 1 else (1 - f) / 2
        rest = _rest_of_atanh(f, off, f * (1 - f) / 2)
        t, t_tail, f_node, f_tail = function.parameters
        scaled = _scaled(q.f, beside)
        given: dict[Node, Given] = {t: q.t[0], t_tail: q.t[1], f_node: scaled[0], f_tail: scaled[1], call: (rest,)}
        bracket = 1 - f * (1 - f) * atanh_series(f)
        exact = bracket if order == 1 else 1 + (1 - f) * bracket
        worst.add(Analysis(given).first_results(function, 2), exact)
    return worst.proved()


@cache
def power_itself(order: int, source: Callable[[], Quotients] = quotients) -> Proved:
    """m^n from 1 + t."""
    function = (FIRST_POWER, SECOND_POWER)[order - 1]
    q, worst = source(), Worst()
    for m in subdivision(*REDUCED_QUOTIENT, 1024):
        t = _scaled(q.t, m - 1)
        given: dict[Node, Given] = {function.parameters[0]: t[0], function.parameters[1]: t[1]}
        analysis = Analysis(given)
        results = [analysis.number(node) for _, node in function.results[2:]]
        worst.add(results, m**order)
    return worst.proved()


@dataclass(frozen=True)
class Assembled:
    """A box of quotients 2^k m, everything divided by ``by``; the integer is that of the n-th power."""

    m: arb
    power: arb  # 2^k / by
    one: arb  # 1 / by
    integer: arb  # k / by


def _assembled_boxes(order: int) -> Iterator[Assembled]:
    for size in range(order, SINGLE + 1, order):
        for k in (size, -size):
            by = arb(2) ** max(k, 0)
            count = 256 if size <= 2 else 64 if size <= 4 else 16
            for m in (arb("0.8"), arb("1.3"), *subdivision(*REDUCED_QUOTIENT, count)):
                yield Assembled(m, arb(2) ** k / by, 1 / by, k / by)
    small = arb(2) ** -SINGLE
    for m in subdivision(*REDUCED_QUOTIENT, 16):
        yield Assembled(m, arb(1), box(arb(0), small), box(arb(0), SINGLE * small))
        yield Assembled(m, box(arb(0), small), box(arb(0), arb(1) / SINGLE), arb(-1))


@cache
def excess(order: int, source: Callable[[], Quotients] = quotients) -> Proved:
    """(x^n - 1 - n log x)/64. At k = 0 the two occurrences of m^n and the multiple of log 2 vanish exactly."""
    nodes, phi, power = named(ASSEMBLE), power_excess(order, source), power_itself(order, source)
    p_phi, p_phi_tail, p_power, p_power_tail, p_k = ASSEMBLE.parameters
    rest_of_log2 = arb.const_log2() - arb(LOG2_HEAD) - arb(LOG2_TAIL)
    worst = Worst()
    worst.error, worst.tail, worst.boxes = UNIT * arb(phi.total), UNIT * arb(phi.tail), phi.boxes
    for at in _assembled_boxes(order):
        value = at.m**order - 1 - order * at.m.log()
        head, tail = phi.pair(value)
        m_head, m_tail = power.pair(at.m**order)
        given: dict[Node, Given] = {
            p_phi: head,
            p_phi_tail: tail,
            p_power: m_head,
            p_power_tail: m_tail,
            p_k: exactly(at.integer),
            nodes["s"]: exactly(at.power),
            constant(SCALE): exactly(at.one),
            constant(-SCALE): exactly(-at.one),
            constant(-LOG2_HEAD * SCALE): exactly(-LOG2_HEAD),
            constant(-LOG2_TAIL * SCALE): exactly(-LOG2_TAIL),
        }
        exact = at.power * at.m**order - at.one - order * at.m.log() * at.one - at.integer * arb.const_log2()
        method = at.integer.abs_upper() * rest_of_log2.abs_upper() + arb(2) ** -200
        worst.add(Analysis(given).results(ASSEMBLE), exact, arb(method))
    return worst.proved()


# --- the values --------------------------------------------------------------------------------------------------


def _square_parts(function: Function) -> tuple[Node, Node]:
    """Head and tail of the second term of a divergence: the last two operands of the sum that ends it."""
    call = next(n for n in operands(r for _, r in function.results) if n.function is FINISH)
    return call.args[2], call.args[3]


def square_term(name: str, function: Function) -> Proved:
    """mu^2 or (mu1 - mu2)^2 / sigma2^2, over 64. An offset is an exact head and tail times a power of 2, set to 1."""
    nodes, worst = named(function), Worst()
    given: dict[Node, Given]
    if "unit" in name:
        given = {operand: exactly(1) for operand in nodes["square_head"].args[0].args}
    else:
        z, z_tail = head_and_tail(arb(1), arb(0))
        given = {nodes["z"]: z, nodes["z_tail"]: z_tail}
        if "log" in name:
            weight = next(n.args[0] for n in operands([nodes["offset_head"]]) if _is_result_of(n, EXP_NEGATIVE))
            given[weight] = (*exp_negative().pair(arb(1)), exactly(0))
        for n in operands(_square_parts(function), stop=given):
            if n.op == "div":  # by a significand of the second scale, or by it and a power of 2
                given[n.args[1]] = exactly(1)
    analysis = Analysis(given)
    worst.add([analysis.number(n) for n in _square_parts(function)], arb(1), UNIT**2 * 4)
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
    return Proved(worst.proved().rounding, 0.0, worst.proved().tail, boxes)


def value(name: str, function: Function) -> Proved:
    """The relative error of the head and tail that a C kernel of a value ends with."""
    if name == "expm1mx":
        return expm1mx_scaled()
    if name == "log1pmx":
        return excess(1, quotients_of_log1pmx)
    unit, scale = "_unit_" in name, name.rsplit("_", 1)[1]
    if scale.startswith("log"):
        first = expm1mx_scaled(EXPM1MX_SCALED if unit else EXPM1MX_SCALED_PAIR)
    else:
        first = excess(2 if scale == "std" else 1)
    return _sum_of(first, square_term(name, function))


def certificate(name: str) -> Certificate:
    """Of the polynomial in a kernel of a value."""
    scale = name.rsplit("_", 1)[-1]
    return exponential_certificate() if scale in ("expm1mx", "logstd", "logvar") else atanh_certificate()


def in_ulp(proved: Proved, *, digits: int) -> float:
    """Half an ulp for the last rounding, and the error before it: a relative 2^-53 is at most one ulp of binary64.

    The last rounding of a binary32 result is the one to binary32: rounding to odd before it makes the binary64 one
    harmless.
    """
    return 0.5 + proved.total * 2.0 ** (digits - 53) * (1 + 2.0**-40)


def rounded_up(bound: float) -> float:
    """To two decimals, as it is declared."""
    return math.ceil(bound * 100) / 100
