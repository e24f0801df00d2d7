"""The proved errors of what a derivative is a product of: differences of powers, logarithms, growths, of either sign.

Each vanishes where its argument does, and its error is relative to itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from flint import arb, ctx

from derive.lower.approximation.certify import box, subdivision
from derive.lower.arithmetic.constants import LOG2_HEAD, LOG2_TAIL, SCALE
from derive.lower.arithmetic.exponential import EXPM1_SCALED_PAIR
from derive.lower.arithmetic.logarithm import ATANH_REST, QUOTIENTS
from derive.lower.bounds import gradients
from derive.lower.bounds.analyse import PRECISION, Analysis, Given, Rounded, error_of_sum, exactly
from derive.lower.bounds.exponential import SINGLE
from derive.lower.bounds.logarithm import REDUCED_F, atanh_series, quotients, rest_of_atanh, scaled_pair
from derive.lower.bounds.proved import Proved, Worst, in_units, named
from derive.lower.bounds.scaled import approximated, exact, short
from derive.vocabulary.kernel import Function, Node, operands

#: What is cut off at exponents of 200 and more, in units of 2^-53 of the result.
_CUT = 2.0**-46


def _call(function: Function, called: Function) -> Node:
    (found,) = {n for n in operands(r for _, r in function.results) if n.op == "call" and n.function is called}
    return found


@cache
def difference(function: Function) -> Proved:
    """a^n - b^n, n = 1 or 2: a - b and a + b are exact as heads and tails, and 1 here."""
    ctx.prec = PRECISION
    sums = [n for n in operands(r for _, r in function.results[:2]) if n.op == "two_sum"]
    worst = Worst()
    worst.add(Analysis({n: exact().pair(arb(1)) for n in sums}).first_two(function), arb(1))
    return approximated(worst.proved(), _CUT)


@cache
def logarithm(function: Function) -> Proved:
    """k log 2 + log m of a quotient 2^k m, of which log m = 2 atanh(f). At k = 0 all is divided by f."""
    ctx.prec = PRECISION
    nodes, q, worst = named(function), quotients(), Worst()
    quotient, atanh, near = _call(function, QUOTIENTS), _call(function, ATANH_REST), nodes["near_head"].args[0]
    off, zero = error_of_sum(*q.f), exactly(0)
    for f in subdivision(-REDUCED_F, REDUCED_F, 128):
        given: dict[Node, Given] = {
            nodes["k"]: zero,
            quotient: (zero, zero, *scaled_pair(q.f, arb(1))),
            atanh: (rest_of_atanh(f, off, f * f),),
        }
        worst.add(Analysis(given).results(function), 2 * (1 + f * f * atanh_series(f)))
    log = worst.proved()

    for f, k, share in _logarithms():
        value = 2 * f * (1 + f * f * atanh_series(f)) * share
        # log m is proved with the tail of 2 f, which the tree adds apart.
        f_tail = zero.disturbed((q.f[1].size() * f * share).abs_upper())
        head, tail = log.pair(value)
        rest = Rounded(tail.exact, {**tail.noise, **{i: -2 * c for i, c in f_tail.noise.items()}}, tail.extra)
        given = {nodes["k"]: exactly(k), near: (head, rest), quotient: (zero, zero, zero, f_tail)}
        log2 = arb.const_log2()
        method = abs(k) * abs(log2 - arb(LOG2_HEAD) - arb(LOG2_TAIL))
        worst.add(Analysis(given).results(function), k * log2 + value, arb(method.abs_upper()))
    return worst.proved()


def _logarithms() -> Iterator[tuple[arb, arb, arb]]:
    """f and k other than 0, one by one, and all larger k together, divided by k."""
    for size in range(1, SINGLE + 1):
        for f in (arb("-0.1"), arb("0.15"), *subdivision(-REDUCED_F, REDUCED_F, 64 if size == 1 else 16)):
            yield from ((f, arb(k), arb(1)) for k in (size, -size))
    for f in subdivision(-REDUCED_F, REDUCED_F, 16):
        yield from ((f, arb(k), box(arb(0), 1 / arb(SINGLE))) for k in (1, -1))


@cache
def growth(function: Function, argument: Proved, condition: float) -> Proved:
    """exp(x) - 1 of a scaled x with a tail of half an ulp; an error of x is multiplied by ``condition`` at most."""
    ctx.prec = PRECISION
    x, x_tail, _ = function.parameters
    call, worst = _call(function, EXPM1_SCALED_PAIR), Worst()
    head, tail = exact().pair(arb(1))
    analysis = Analysis({x: head, x_tail: tail, named(function)["scale"]: exactly(1)})
    off = error_of_sum(*map(analysis.number, call.args)) / SCALE
    grown = gradients.growth(EXPM1_SCALED_PAIR)
    worst.add(Analysis({call: grown.pair(arb(1))}).first_two(function), arb(1))
    found = approximated(worst.proved(), condition * (short(argument).total + in_units(off)) + _CUT)
    return Proved(found.rounding, found.approximation, found.tail, grown.boxes + argument.boxes)
