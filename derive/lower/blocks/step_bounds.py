"""The proved error of the excesses in NumPy: the steps of :mod:`derive.lower.blocks.steps` from the entries of tables.

They are analysed entry by entry next to the optimum, in groups of entries further out, on boxes of the step. The
entries are supposed to be good to :data:`ENTRY` ulp, which `derive verify` measures, all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import pairwise

from flint import arb, ctx, fmpq

from derive.errors import CheckFailed
from derive.lower.approximation.certify import Certificate, box, certify
from derive.lower.approximation.minimax import Problem
from derive.lower.approximation.polynomials import STEP_EXPONENTIAL, STEP_LOGARITHM, STEPS, coefficients
from derive.lower.blocks.analysis import BlockAnalysis, half_unit
from derive.lower.blocks.steps import LARGEST_EXPONENT
from derive.lower.bounds.analyse import PRECISION, UNIT, Given, Rounded, exactly
from derive.lower.bounds.exponential import inverse_factorial
from derive.lower.bounds.proved import named
from derive.vocabulary.kernel import Function, Node, operands

#: An entry of a table is rounded once, and computed with a tail before that.
ENTRY = arb("0.53")

#: Entries up to this many steps from the optimum are looked at one by one; so many boxes are in a doubling.
NEAR = 24
BOXES = 32

#: In a doubling below the first entry, where the error is half of what it is above.
FEW = 8

#: As many entries at most are looked at together: an exponential grows by an 8th.
FURTHEST = 32

#: Below such a step from the optimum, all beyond the square of it is nothing.
TINY = arb(2) ** -10

#: The relative error of u as leading bits and rest. The difference x - c y is exact: it is a multiple of the unit of
#: the last of the 9 bits of c times that of y, and the cell is so short that it is below 2^53 of them. The rest is a
#: 2^17th of u; what its own roundings, at most four, make of u is below this.
OFF = UNIT * arb(2) ** -14

#: The noise symbol of the rounding of a difference of logarithms, which its tail knows.
_TAIL = -2

#: What is added to an excess is below this part of it, or the excess is nothing beside the square that it belongs to.
MORE = arb(2) ** -10


def _entry(exact: arb) -> Rounded:
    """An entry, good to ENTRY ulp: at a point the number next to the exact value, unless it is next to a tie."""
    if exact == 0:
        return exactly(0)
    half = half_unit(exact)
    if exact.rad() < half * arb(2) ** -40:
        off = abs(exact - arb(float(exact.mid())))
        if off < half * (2 - 2 * ENTRY):
            return exactly(exact).disturbed(arb(off.abs_upper()))
    return exactly(exact).disturbed(2 * half * ENTRY)


def split(low: arb, high: arb, count: int, value: Callable[[arb], arb]) -> Iterator[arb]:
    """So many boxes, and one more where an increasing value passes a power of two."""
    ends = [low + (high - low) * i / count for i in range(count + 1)]
    for left, right in pairwise(ends):
        least, most = value(left), value(right)
        power = 2 * half_unit(most) / UNIT / 2
        if not (least < power < most):
            yield box(left, right)
            continue
        inner, outer = left, right
        for _ in range(PRECISION // 2):
            middle = arb(((inner + outer) / 2).mid())
            inner, outer = (middle, outer) if value(middle) < power else (inner, middle)
        yield from (box(left, outer), box(inner, right))


def _doublings(high: arb, value: Callable[[arb], arb]) -> Iterator[arb]:
    """Boxes that cover all from TINY times the highest on, so many in each doubling."""
    top = high
    while top > TINY * high:
        yield from split(top / 2, top, FEW, value)
        top = top / 2


@dataclass(frozen=True)
class Approximation:
    """How far a polynomial p(x) is from its function: |p - f| at most, and |x| |p - f| relative to 1 + x f at most."""

    distance: Certificate
    share: Certificate

    def at(self, step: arb, share: arb) -> arb:
        """A bound of |p - f| on a box, 1 + x f being at most ``share`` there."""
        least = arb(step.abs_lower())
        weighted = self.share.error * share / least if least > 0 else self.distance.error
        return arb(min(weighted.abs_upper(), self.distance.error.abs_upper()))


def approximation(
    problem: Problem, powers: list[float], series: Callable[[int], fmpq], *, expanded: bool = False
) -> Approximation:
    plain, weighted = (
        certify(replace(problem, weight=weight), powers, series, expanded=expanded)
        for weight in (lambda _: arb(1), problem.weight)
    )
    return Approximation(plain, weighted)


@cache
def exponential_approximation() -> Approximation:
    """In h = r/256, where the series is far within its radius."""
    scaled = Problem(
        STEP_EXPONENTIAL.name,
        lambda h: STEP_EXPONENTIAL.target(h * STEPS),
        lambda h: STEP_EXPONENTIAL.weight(h * STEPS),
        -1 / STEPS,
        1 / STEPS,
        STEP_EXPONENTIAL.degree,
    )
    powers = [c * STEPS**j for j, c in enumerate(coefficients(STEP_EXPONENTIAL))]
    return approximation(scaled, powers, lambda j: inverse_factorial(j + 3) * fmpq(2, int(STEPS)))


@cache
def logarithm_approximation() -> Approximation:
    """Mirrored, where the series has positive coefficients."""
    mirrored = Problem(
        STEP_LOGARITHM.name,
        lambda t: -STEP_LOGARITHM.target(-t),
        lambda t: STEP_LOGARITHM.weight(-t),
        STEP_LOGARITHM.lower,
        STEP_LOGARITHM.upper,
        STEP_LOGARITHM.degree,
    )
    opposite = [-c * (-1) ** j for j, c in enumerate(coefficients(STEP_LOGARITHM))]
    return approximation(mirrored, opposite, lambda j: fmpq(2, j + 3))


def series_of(function: Function, at: Node, ball: arb, exact: arb) -> tuple[Node, Rounded]:
    """The polynomial of a function, on all its arguments: its share is so small that one box serves."""
    (polynomial,) = function.approximates
    computed = BlockAnalysis({at: exactly(ball)}).number(polynomial)
    return polynomial, exactly(exact).disturbed(computed.error())


def _more(function: Function, size: arb) -> dict[Node, Given]:
    """What is added to the excess, as a number around zero."""
    return {n: exactly(arb(0, (size * MORE).abs_upper())) for n in function.parameters if n.value == "more"}


@dataclass(frozen=True)
class Measured:
    """An error relative to the value in units of 2^-53, and in ulp of the value, each at its worst."""

    relative: arb
    ulp: arb
    boxes: int

    @staticmethod
    def of(value: Rounded) -> Measured:
        """On a box whose exact values are in one binade, but for the balls' own roundings."""
        least, middle = arb(value.exact.abs_lower()), arb(value.exact.mid())
        error = value.error()
        if not (least > 0 and error.is_finite()):
            raise CheckFailed("rounding analysis: no finite relative error on a box; subdivide")
        return Measured((error / least / UNIT).abs_upper(), (error / half_unit(abs(middle)) / 2).abs_upper(), 1)

    def __or__(self, other: Measured) -> Measured:
        relative, ulp = max(self.relative, other.relative), max(self.ulp, other.ulp)
        return Measured(arb(relative), arb(ulp), self.boxes + other.boxes)


NOTHING = Measured(arb(0), arb(0), 0)


@cache
def exponential_step(function: Function) -> Measured:
    """The error of an excess of logarithms."""
    ctx.prec = PRECISION
    nodes, parameters = named(function), {n.value: n for n in function.parameters}
    ((_, value),) = function.results
    entry = next(n for n in operands([value]) if n.op == "call")
    r = nodes["r"]
    ends = [STEP_EXPONENTIAL.target(arb(sign)) for sign in (-1, 1)]
    series_node, series = series_of(function, r, box(arb(-1), arb(1)), box(*ends))

    def at(k: arb, sign: int, step: arb) -> arb:
        return 2**17 * _excess(sign * (k + step) / STEPS)

    def look(k: arb, step: arb, series: Rounded) -> Measured:
        c = k / STEPS
        off = exponential_approximation().at(step, arb("1.01"))
        given: dict[Node, Given] = {r: exactly(step), series_node: series.disturbed(off)}
        given[entry] = (_entry(2**17 * _excess(c)), _entry(2**9 * c.expm1()))
        given |= _more(function, 2**17 * _excess((k + step) / STEPS))
        if "y_tail" in parameters:
            tail = half_unit(k + step)
            given[r] = Rounded(step, {_TAIL: -tail})
            given[parameters["y_tail"]] = Rounded(arb(0), {_TAIL: tail})
        return Measured.of(BlockAnalysis(given).number(value))

    found = NOTHING
    for sign in (1, -1):
        # the doubling from 1 stands for all below TINY: but for the cubic term, all is scaled by powers of two
        vanishing = exactly(arb(0, (series.size() * TINY * 2).abs_upper()))
        for step in split(arb(1), arb(2), FEW, lambda x: x**2):
            found |= look(arb(0), sign * step, vanishing)
        for step in _doublings(arb(1), partial(at, arb(0), sign)):
            found |= look(arb(0), sign * step, series)
        for k in range(1, NEAR):
            for step in split(arb(0), arb(1), max(2, 4 * BOXES // k), partial(at, arb(k), sign)):
                found |= look(arb(sign * k), sign * step, series)
        k = NEAR
        while k < LARGEST_EXPONENT * STEPS:
            far = min(k + max(1, min(k // BOXES, FURTHEST)), int(LARGEST_EXPONENT * STEPS))
            found |= look(sign * box(arb(k), arb(far)), sign * box(arb(0), arb(1)), series)
            k = far + 1
    return found


def _excess(x: arb) -> arb:
    """exp(x) - 1 - x of a box, whose ends are the least and the greatest or nearly so."""
    if x == 0:
        return arb(0)
    least, most, sign = arb(abs(x).lower()), arb(abs(x).upper()), 1 if x.mid() > 0 else -1
    at = [(sign * e).exp() - 1 - sign * e for e in (least, most)]
    return box(arb(at[0].lower()), arb(at[1].upper()))


def _scaled_excess(order: int, x: arb) -> arb:
    """In the unit of the steps, at a point."""
    return 2 * (x - 1 - x.log()) if order == 1 else x * x - 1 - 2 * x.log()


def _cells() -> Iterator[tuple[arb, arb]]:
    """Entries, above 1 and below, as points next to 1 and in groups further out, with the furthest u of their cells."""
    slack = 1 + arb(2) ** -40
    for first, last in _groups():
        above = 1 + box(arb(first), arb(last)) / STEPS if first < last else 1 + arb(first) / STEPS
        below = 1 - box(arb(first), arb(last)) / STEPS / 2 if first < last else 1 - arb(first) / STEPS / 2
        yield above, slack / STEPS / above
        yield below, -slack / STEPS / 2 / below
    for binade in range(1, 16):
        for first in range(0, int(STEPS), 16):
            parts = 1 + box(arb(first), arb(first + 16)) / STEPS
            yield parts * 2**binade, slack / STEPS / parts
            yield parts / 2 ** (binade + 1), -slack / STEPS / parts


def _groups() -> Iterator[tuple[int, int]]:
    for j in range(NEAR):
        yield j, j
    first = NEAR
    while first < STEPS:
        last = min(first + max(1, first // BOXES), int(STEPS))
        yield first, last
        first = last + 1


@cache
def power_step(function: Function, order: int) -> Measured:
    """The error of an excess of powers of scales, from a u that is off by OFF."""
    ctx.prec = PRECISION
    nodes, parameters = named(function), {n.value: n for n in function.parameters}
    ((_, value),) = function.results
    reach = arb(STEP_LOGARITHM.upper)
    ends = [STEP_LOGARITHM.target(sign * reach) for sign in (-1, 1)]
    series_node, series = series_of(function, nodes["u"], box(-reach, reach), box(*ends))

    def at(c: arb, sign: int, step: arb) -> arb:
        return _scaled_excess(order, c * (1 + sign * step))

    def look(c: arb, step: arb, series: Rounded) -> Measured:
        cut = arb(0, (abs(step) * arb(2) ** -17).abs_upper())
        rest = exactly(cut).disturbed((abs(step) * OFF).abs_upper())
        start = _scaled_excess(order, c) if c.is_exact() else box(*(_scaled_excess(order, e) for e in _ends(c)))
        given: dict[Node, Given] = {
            parameters["c"]: exactly(c),
            parameters["start"]: _entry(start),
            parameters["leading"]: exactly(step + cut),
            parameters["rest"]: rest,
            series_node: series.disturbed(logarithm_approximation().at(step, arb("1.01"))),
        }
        size = start + step * step + abs((c - 1) * step)
        given |= _more(function, size)
        return Measured.of(BlockAnalysis(given).number(value))

    found = NOTHING
    for c, most in _cells():
        sign = 1 if most > 0 else -1

        if c == 1:
            vanishing = exactly(arb(0, (series.size() * TINY * abs(most)).abs_upper()))
            for step in split(arb(1), arb(2), FEW, lambda x: order * x**2):
                found |= look(c, sign * step, vanishing)
            for step in _doublings(abs(most), partial(at, c, sign)):
                found |= look(c, sign * step, series)
        elif c.is_exact():
            steps = abs(c - 1) * STEPS * (1 if c > 1 else 2)
            for step in split(arb(0), abs(most), max(2, int(4 * BOXES / float(steps))), partial(at, c, sign)):
                found |= look(c, sign * step, series)
        else:
            found |= look(c, sign * box(arb(0), abs(most).upper()), series)
    return found


def _ends(ball: arb) -> tuple[arb, arb]:
    return arb(ball.lower()), arb(ball.upper())
