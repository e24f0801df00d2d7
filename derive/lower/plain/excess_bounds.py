"""The proved errors of the excess of an exponential in one format's arithmetic, box by box.

The boxes run over the reduced argument, for each integer k by itself as long as all three parts of the excess count,
and for all further ones together. None passes a power of two, so
that the unit of the last place of the excess is known on it. Near the optimum the boxes of one doubling stand for all
smaller arguments: but for the polynomial's share, which is given as anything from 0 on there, all is scaled by powers
of two.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from flint import arb, ctx, fmpq

from derive.errors import CheckFailed
from derive.lower.approximation.certify import box
from derive.lower.arithmetic.constants import SCALE
from derive.lower.blocks.step_bounds import Approximation, approximation
from derive.lower.bounds.analyse import PRECISION, Given, Rounded, error_of_sum, exactly
from derive.lower.bounds.exponential import inverse_factorial
from derive.lower.bounds.proved import named
from derive.lower.plain.analysis import PlainAnalysis, half_unit
from derive.lower.plain.formats import EXPONENTIAL_MIDDLE, SHIFT, WEIGHT_SHIFT, Format
from derive.vocabulary.kernel import Function, Node


@dataclass(frozen=True)
class Piece:
    """An excess on a box, times a power of two: its range, the error of head + tail, and the largest of them."""

    low: float
    high: float
    error: float
    head: float
    tail: float


def piece(on: Box, head: Rounded, tail: Rounded, method: arb) -> Piece:
    """What the results on a box are, which in real arithmetic miss the excess by at most ``method``."""
    sizes = [_up(x) for x in (on.high, error_of_sum(head, tail) + method, head.size(), tail.size())]
    if not (on.low > 0 and math.isfinite(sum(sizes))):
        raise CheckFailed("rounding analysis: no finite bound on a box; subdivide")
    return Piece(-_up(-on.low), *sizes)


def _up(x: arb) -> float:
    """A float that is not below."""
    most = arb(x.upper())
    found = float(most)
    return found if most <= found else math.nextafter(found, math.inf)


# --- boxes ----------------------------------------------------------------------------------------------------------

#: Of arguments below this, the polynomial's share is nothing.
TINY = 2.0**-12

#: Boxes in a doubling next to the optimum and for the first k, and for a k further out, by the digits of a format: what
#: is asked of binary64 is less.
BOXES = {24: (64, 12), 53: (24, 6)}

#: The logarithm of 2, for the ends of boxes.
LOG2 = 0.6931471805599453

#: The reduced argument, with an allowance for the rounding of k.
REACH, WEIGHT_REACH = (
    ((shift - 0.5) * LOG2 - off, (shift + 0.5) * LOG2 + off) for shift, off in ((SHIFT, 4e-5), (WEIGHT_SHIFT, 1e-4))
)


@dataclass(frozen=True)
class Box:
    """Numbers, and the range of a monotone value there, which passes no power of two."""

    at: arb
    low: arb
    high: arb


def split(value: Callable[[arb], arb], low: arb | float, high: arb | float, count: int) -> Iterator[Box]:
    """So many boxes, and one more where the value passes a power of two: there they overlap a little."""
    low, high = arb(low), arb(high)
    ends = [low + (high - low) * i / count for i in range(count)] + [high]
    for left, right in pairwise(ends):
        least, most = sorted_((value(left), value(right)))
        low_end, high_end = (left, right) if value(left) < value(right) else (right, left)
        power = arb(2) ** (math.frexp(float(most))[1] - 1)
        if not least < power < most:
            yield Box(box(left, right), least, most)
            continue
        inner, outer = low_end, high_end
        for _ in range(100):
            middle = arb(((inner + outer) / 2).mid())
            inner, outer = (middle, outer) if value(middle) < power else (inner, middle)
        yield Box(box(*sorted_((low_end, outer))), least, power)
        yield Box(box(*sorted_((inner, high_end))), power, most)


def sorted_(of: tuple[arb, arb]) -> tuple[arb, arb]:
    a, b = of
    return (a, b) if a < b else (b, a)


def octaves(value: Callable[[arb], arb], end: float, count: int) -> Iterator[Box]:
    """Boxes of numbers between TINY, within the last doubling, and an end, so many in each doubling."""
    top = end
    while abs(top) > TINY:
        low, high = sorted((top / 2, top))
        yield from split(value, low, high, count)
        top /= 2


def _hull(value: Callable[[arb], arb], ball: arb) -> arb:
    """Of a monotone function."""
    return box(*sorted_((value(arb(ball.lower())), value(arb(ball.upper())))))


# --- the polynomials ------------------------------------------------------------------------------------------------


@cache
def exponential_approximation(format_: Format) -> Approximation:
    """2 (exp(r) - 1 - r)/r^2 = 1 + r p(r)."""
    problem, powers = format_.problems["exponential"], list(format_.polynomials["exponential"])
    return approximation(problem, powers, lambda j: inverse_factorial(j + 3) * fmpq(2))


def polynomial(
    format_: Format, function: Function, at: Node, r: Rounded, approximates: Approximation
) -> tuple[Node, Rounded]:
    """The polynomial of a function at a computed number; at a tiny one, it and all that it is at smaller ones."""
    (found,) = function.approximates
    name = function.approximates[found][0].removeprefix("plain_")
    computed = PlainAnalysis(format_.digits, {at: r}).number(found)
    exact = format_.problems[name].target(r.exact)
    off = approximates.at(r.hull(), arb((1 + r.exact * exact).abs_upper()))
    if r.exact.abs_upper() <= 2 * TINY:
        exact = arb(0, exact.abs_upper())
    return found, exactly(exact).disturbed((computed.error() + off).abs_upper())


def reduction_error(format_: Format, nodes: Mapping[str, Node], r: arb, most: int) -> arb:
    """Of a reduced argument on a box, for all k up to the largest: the difference from k times the head is exact."""
    r_node, found = nodes["r"], arb(0)
    for k in (1, -1, 2, most // 2, -most, most):
        argument = r_node.args[0].args[0]
        given: dict[Node, Given] = {argument: exactly(k * arb.const_log2() + r), nodes["k"]: exactly(k)}
        found = max(found, PlainAnalysis(format_.digits, given).number(r_node).error())
    return arb(found)


# --- the exponential ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Exponential:
    """The excess of an exponential; of two parameters, that of a difference that was rounded."""

    format_: Format
    function: Function

    def pieces(self) -> Iterator[Piece]:
        """All of it, that of large arguments over a power of two."""
        ctx.prec = PRECISION
        near, further = BOXES[self.format_.digits]
        for end in EXPONENTIAL_MIDDLE:
            for x in octaves(self.value(0), end, near):
                yield self._look(0, x, x.at)
        c, (low, high) = self.format_.constants, EXPONENTIAL_MIDDLE
        lowest = round(c["smallest_exponent"] / LOG2 - SHIFT)
        for k in filter(None, range(lowest, self.format_.digits + 3)):
            start = max(REACH[0], high - k * LOG2 if k > 0 else c["smallest_exponent"] - k * LOG2)
            stop = min(REACH[1], low - k * LOG2 if k < 0 else REACH[1])
            for r in split(self.value(k), start, stop, near if abs(k) < 5 else further):
                yield self._look(k, r, k * arb.const_log2() + r.at)
        yield from self._far_above()
        yield from self._far_below(lowest)

    @staticmethod
    def value(k: int) -> Callable[[arb], arb]:
        """The excess at k log 2 + r, times 2^-k."""

        def value(r: arb) -> arb:
            x = k * arb.const_log2() + r
            return arb((r.exp() - (1 + x) * arb(2) ** -k) * SCALE)

        return value

    def _rest(self, k: arb | int) -> arb:
        """What k log 2 is off in the tree."""
        c = self.format_.constants
        return arb(abs(k * (arb.const_log2() - arb(c["log2_head"]) - arb(c["log2_tail"]))).abs_upper())

    def _results(
        self, given: dict[Node, Given], r: Rounded, x: arb, near: bool, exact: dict[Node, arb]
    ) -> tuple[Rounded, Rounded]:
        nodes, digits = named(self.function), self.format_.digits
        given[nodes["r"]] = r
        found, series = polynomial(self.format_, self.function, nodes["r"], r, exponential_approximation(self.format_))
        given[found] = series
        if "kept" in nodes:  # the excess is that of x with its tail, which acts through the slope
            given[nodes["kept"]] = exactly(self._tail(x))
        analysis = PlainAnalysis(digits, given, exact, {nodes["near"]: near})
        (_, head), (_, tail) = self.function.results
        return analysis.number(head), analysis.number(tail)

    def _tail(self, x: arb) -> arb:
        """What an argument and its tail differ by."""
        return arb(0, half_unit(x, self.format_.digits) if len(self.function.parameters) == 2 else 0)

    def _look(self, k: int, on: Box, x: arb) -> Piece:
        nodes, digits = named(self.function), self.format_.digits
        by, tail = arb(2) ** -k, self._tail(x)
        x, reduced = x + tail, on.at + tail
        given: dict[Node, Given] = {
            nodes["u_cut"]: exactly(x * SCALE),
            nodes["x"]: exactly(x),
            nodes["k"]: exactly(k),
            nodes["s"]: exactly(arb(2) ** (k - 6)),
        }
        r = exactly(x) if k == 0 else PlainAnalysis(digits, given).number(nodes["r"])
        linear = _hull(lambda r: (arb(2) ** k * (1 + r) - (1 + k * arb.const_log2() + r)) * SCALE, reduced)
        exact = {nodes["linear"]: arb(0) if k == 0 else linear}
        if k == digits + 1:
            given[nodes["linear"].args[0]] = self._ending_even(k, x)
        found = self._results(given, r, x, k == 0, exact)
        method = SCALE * self._rest(k) * reduced.exp() * arb("1.01") + reduced.exp() * tail * tail
        if abs(x).upper() <= 2 * TINY:  # smaller ones are not quite scaled by powers of two
            on = Box(on.at, on.low * (1 - arb(TINY)), on.high)
        head, low = (_scaled(part, by) for part in found)
        return piece(on, head, low, method)

    def _ending_even(self, k: int, x: arb) -> Rounded:
        """(2^k - 1) - x where 2^k - 1 is rounded to 2^k: an even integer, for the next binade has no others."""
        exact, worst = arb(2) ** k - 1 - x, arb(0)
        for even in range(2 * int(float(x.lower()) / 2) - 2, int(float(x.upper())) + 4, 2):
            rounded_to = box(arb(even - 1), arb(even + 1))
            if rounded_to.overlaps(x):
                ends = (max(arb(x.lower()), arb(even - 1)), min(arb(x.upper()), arb(even + 1)))
                worst = max(worst, *(abs(arb(even) - 1 - arb(e)).abs_upper() for e in ends))
        return exactly(exact * SCALE).disturbed(arb(worst) * SCALE)

    def _far_above(self) -> Iterator[Piece]:
        """All k beyond, over 2^k: there x is nothing, and 1 less."""
        nodes, digits, largest = named(self.function), self.format_.digits, self.format_.constants["largest_exponent"]
        nothing, k, most = arb(2) ** -(digits + 3), round(largest / LOG2), arb(digits + 4)
        less, tail = nodes["linear"].args[0].args[0], self._tail(arb(largest))
        for r in split(lambda r: r.exp() * SCALE, arb(REACH[0]), arb(REACH[1]), 48):
            reduced = r.at + tail
            given: dict[Node, Given] = {
                less: exactly(SCALE * box(1 - 2 * nothing, arb(1))).disturbed(SCALE * nothing),
                nodes["u_cut"]: exactly(box(arb(0), most * nothing * SCALE)),
                nodes["s"]: exactly(SCALE),
            }
            computed = exactly(reduced).disturbed(reduction_error(self.format_, nodes, reduced, k))
            reach = _hull(lambda r: (1 + r) * SCALE, reduced) - box(arb(0), most * nothing) * SCALE
            method = SCALE * self._rest(k) * 2 + 2 * tail * tail
            for on in _at_powers(Box(r.at, arb(r.low - most * nothing * SCALE), r.high)):
                exact = {nodes["linear"]: _below(reach, on.high + 2 * abs(tail))}
                yield piece(on, *self._results(dict(given), computed, arb(largest), False, exact), method)

    def _far_below(self, lowest: int) -> Iterator[Piece]:
        """Where the excess is -1 - x, but for nothing; further below, 1 is less beside x than in the last doubling."""
        nodes, c = named(self.function), self.format_.constants
        least = arb(c["smallest_exponent"])
        nothing = arb(2) ** (lowest + 2)
        for exponent in range(4, 14):
            start = max(2.0**exponent, -c["smallest_exponent"])
            if start >= 2.0 ** (exponent + 1):
                continue
            for at in split(lambda y: (y - 1) * SCALE, start, 2.0 ** (exponent + 1), 12):
                x = -at.at + self._tail(at.at)
                given: dict[Node, Given] = {
                    nodes["u_cut"]: exactly(x * SCALE),
                    nodes["x"]: exactly(least),
                    nodes["k"]: exactly(lowest),
                    nodes["s"]: exactly(arb(2) ** (lowest - 6)),
                }
                r = PlainAnalysis(self.format_.digits, given).number(nodes["r"])
                yield piece(at, *self._results(given, r, x, False, {}), nothing * SCALE)


def _at_powers(on: Box) -> Iterator[Box]:
    """The same in two, where a power of two is in the range."""
    power = arb(2) ** (math.frexp(float(on.high))[1] - 1)
    yield from ([Box(on.at, on.low, power), Box(on.at, power, on.high)] if on.low < power < on.high else [on])


def _below(range_: arb, most: arb) -> arb:
    return box(arb(range_.lower()), min(arb(range_.upper()), most))


def _scaled(a: Rounded, by: arb) -> Rounded:
    return Rounded(a.exact * by, {i: c * by for i, c in a.noise.items()}, a.extra * by)
