"""The proved errors of the excess of an exponential in one format's arithmetic, box by box.

The boxes run over the reduced argument, for each integer k by itself as long as all three parts of the excess count,
and for all further ones together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from flint import arb, ctx, fmpq

from derive.lower.approximation.certify import box
from derive.lower.arithmetic.constants import SCALE
from derive.lower.blocks.step_bounds import Approximation, approximation
from derive.lower.bounds.analyse import PRECISION, Given, Rounded, exactly
from derive.lower.bounds.exponential import inverse_factorial
from derive.lower.bounds.proved import named
from derive.lower.plain.analysis import PlainAnalysis, half_unit, known
from derive.lower.plain.formats import EXPONENTIAL_MIDDLE, SHIFT, WEIGHT_SHIFT, Format
from derive.lower.plain.pieces import Box, Piece, at_powers, below, octaves, piece, polynomial, scaled, sorted_, split
from derive.vocabulary.kernel import Function, Node

#: Boxes in a doubling next to the optimum and for the first k, and for a k further out, by the digits of a format: what
#: is asked of binary64 is less.
BOXES = {24: (64, 12), 53: (24, 6)}

#: The logarithm of 2, for the ends of boxes.
LOG2 = 0.6931471805599453

#: The reduced argument, with an allowance for the rounding of k.
REACH, WEIGHT_REACH = (
    ((shift - 0.5) * LOG2 - off, (shift + 0.5) * LOG2 + off) for shift, off in ((SHIFT, 4e-5), (WEIGHT_SHIFT, 1e-4))
)


def _hull(value: Callable[[arb], arb], ball: arb) -> arb:
    """Of a monotone function."""
    return box(*sorted_((value(arb(ball.lower())), value(arb(ball.upper())))))


# --- the polynomials ------------------------------------------------------------------------------------------------


@cache
def exponential_approximation(format_: Format) -> Approximation:
    """2 (exp(r) - 1 - r)/r^2 = 1 + r p(r)."""
    problem, powers = format_.problems["exponential"], list(format_.polynomials["exponential"])
    return approximation(problem, powers, lambda j: inverse_factorial(j + 3) * fmpq(2), expanded=True)


def log2_off(nodes: Mapping[str, Node], k: arb | int) -> arb:
    """What k log 2 is off in the reduction of an argument, which takes it away in two parts."""
    first, second = nodes["r"].args
    parts = [arb(known(product.args[1])) for product in (first.args[1], second)]
    return arb(abs(k * (arb.const_log2() - sum(parts, arb(0)))).abs_upper())


def limits(nodes: Mapping[str, Node]) -> tuple[float, float]:
    """The least and the largest argument of which the exponential is taken."""
    above, largest = nodes["x"].args
    return known(above.args[1]), known(largest)


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
        (least, _), (low, high) = limits(named(self.function)), EXPONENTIAL_MIDDLE
        lowest = round(least / LOG2 - SHIFT)
        for k in filter(None, range(lowest, self.format_.digits + 3)):
            start = max(REACH[0], high - k * LOG2 if k > 0 else least - k * LOG2)
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

    def _results(self, given: dict[Node, Given], r: Rounded, x: arb, exact: dict[Node, arb]) -> tuple[Rounded, Rounded]:
        nodes, digits = named(self.function), self.format_.digits
        given[nodes["r"]] = r
        found, series = polynomial(self.format_, self.function, nodes["r"], r, exponential_approximation(self.format_))
        given[found] = series
        if "kept" in nodes:  # the excess is that of x with its tail, which acts through the slope
            given[nodes["kept"]] = exactly(self._tail(x))
        analysis = PlainAnalysis(digits, given, exact)
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
        found = self._results(given, r, x, exact)
        method = SCALE * log2_off(nodes, k) * reduced.exp() * arb("1.01") + reduced.exp() * tail * tail
        head, low = (scaled(part, by) for part in found)
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
        nodes, digits = named(self.function), self.format_.digits
        _, largest = limits(nodes)
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
            method = SCALE * log2_off(nodes, k) * 2 + 2 * tail * tail
            for on in at_powers(Box(r.at, arb(r.low - most * nothing * SCALE), r.high)):
                exact = {nodes["linear"]: below(reach, on.high + 2 * abs(tail))}
                yield piece(on, *self._results(dict(given), computed, arb(largest), exact), method)

    def _far_below(self, lowest: int) -> Iterator[Piece]:
        """Where the excess is -1 - x, but for nothing; further below, 1 is less beside x than in the last doubling."""
        nodes = named(self.function)
        least, _ = limits(nodes)
        nothing = arb(2) ** (lowest + 2)
        for exponent in range(4, 14):
            start = max(2.0**exponent, -least)
            if start >= 2.0 ** (exponent + 1):
                continue
            for at in split(lambda y: (y - 1) * SCALE, start, 2.0 ** (exponent + 1), 12):
                x = -at.at + self._tail(at.at)
                given: dict[Node, Given] = {
                    nodes["u_cut"]: exactly(x * SCALE),
                    nodes["x"]: exactly(arb(least)),
                    nodes["k"]: exactly(lowest),
                    nodes["s"]: exactly(arb(2) ** (lowest - 6)),
                }
                r = PlainAnalysis(self.format_.digits, given).number(nodes["r"])
                yield piece(at, *self._results(given, r, x, {}), nothing * SCALE)
