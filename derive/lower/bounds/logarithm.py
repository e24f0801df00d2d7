"""The proved errors of x^n - 1 - n log(x) as the C kernels compute it for all arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from flint import arb, fmpq

from derive.lower.approximation.certify import Certificate, box, certify, subdivision
from derive.lower.approximation.polynomials import (
    ATANH,
    coefficients,
)
from derive.lower.arithmetic.constants import LOG2_HEAD, LOG2_TAIL, SCALE
from derive.lower.arithmetic.logarithm import (
    ASSEMBLE,
    ATANH_REST,
    FIRST_POWER,
    LOG1PMX_SCALED,
    QUOTIENTS,
    SECOND_POWER,
)
from derive.lower.bounds.analyse import (
    UNIT,
    Analysis,
    Given,
    Rounded,
    error_of_sum,
    exactly,
    head_and_tail,
)
from derive.lower.bounds.exponential import SINGLE
from derive.lower.bounds.proved import Proved, Worst, named
from derive.vocabulary.kernel import Node, constant


@cache
def atanh_certificate() -> Certificate:
    """|p(w) - f(w)| for f = 1/3 + w/5 + ...; relative to f it is at most three times that."""
    return certify(ATANH, coefficients(ATANH), lambda j: fmpq(1, 2 * j + 3))


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


def scaled_pair(pair: tuple[Rounded, Rounded], by: arb) -> tuple[Rounded, Rounded]:
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


def rest_of_atanh(f: arb, off: arb, by: arb) -> Rounded:
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
def power_excess(
    order: int, source: Callable[[], Quotients] = quotients, reach: float = REDUCED_F, count: int = 128
) -> Proved:
    """m^n - 1 - n log m, divided by t f (n = 1) or t^2 (n = 2), where t = 2 f/(1 - f)."""
    function = (FIRST_POWER, SECOND_POWER)[order - 1]
    nodes = named(function)
    call = nodes["y_head"].args[0].args[1].args[0].args[0]
    q, worst = source(), Worst()
    off = error_of_sum(*q.f)
    for f in subdivision(-reach, reach, count):
        # In units of t: the bracket y = t - 2 f^2 A is 1 - f (1 - f) A; f itself, a factor, is 1, or (1 - f)/2 beside
        # t.
        beside = arb(1) if order == 1 else (1 - f) / 2
        rest = rest_of_atanh(f, off, f * (1 - f) / 2)
        t, t_tail, f_node, f_tail = function.parameters
        scaled = scaled_pair(q.f, beside)
        given: dict[Node, Given] = {t: q.t[0], t_tail: q.t[1], f_node: scaled[0], f_tail: scaled[1], call: (rest,)}
        bracket = 1 - f * (1 - f) * atanh_series(f)
        exact = bracket if order == 1 else 1 + (1 - f) * bracket
        worst.add(Analysis(given).first_two(function), exact)
    return worst.proved()


@cache
def power_itself(order: int, source: Callable[[], Quotients] = quotients) -> Proved:
    """m^n from 1 + t."""
    function = (FIRST_POWER, SECOND_POWER)[order - 1]
    q, worst = source(), Worst()
    for m in subdivision(*REDUCED_QUOTIENT, 1024):
        t = scaled_pair(q.t, m - 1)
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
