"""The proved errors of the excess of a quotient in one format's arithmetic, box by box.

The boxes run over t, the quotient being 2^k (1 + t), for every integer k by itself as long as 2^k and k log 2 both
count. Further up all k are one: an excess over 2^k is that of a smaller unit, as the tree is homogeneous. Further down
those are one between which it passes no power of two. What is computed of t is a number of the format and a tail of
half a unit of it at most, which is off by a little: so it is for the quotient of two scales, for a scale alone, whose t
has no tail, and for 1 + x.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from flint import arb, ctx, fmpq

from derive.errors import CheckFailed
from derive.lower.approximation.certify import box, subdivision
from derive.lower.approximation.minimax import Problem
from derive.lower.arithmetic.constants import SCALE
from derive.lower.blocks.step_bounds import Approximation, approximation
from derive.lower.bounds.analyse import PRECISION, Given, Rounded, exactly
from derive.lower.bounds.proved import named
from derive.lower.plain.analysis import PlainAnalysis, half_unit, known
from derive.lower.plain.formats import LEAST_QUOTIENT, Format
from derive.lower.plain.pieces import Box, Piece, at_powers, below, octaves, piece, polynomial, scaled, sorted_, split
from derive.lower.plain.terms import REMAINDER
from derive.vocabulary.kernel import Function, Node, operands

#: Boxes in a doubling next to the optimum, and for a k next to it, not far from it and far above; far below, where t is
#: little beside k log 2, there is one.
BOXES = {24: (24, 24, 12, 8), 53: (8, 8, 6, 4)}

#: A k next to the optimum is below the first in size, one not far from it below the second.
NEXT, NOT_FAR = 4, 12

UNIT = arb(SCALE)


@cache
def logarithm_approximation(format_: Format) -> Approximation:
    """2 (t - log(1 + t))/t^2 = 1 + t p(t); mirrored, where the series has positive coefficients."""
    problem = format_.problems["logarithm"]
    mirrored = Problem(
        problem.name,
        lambda t: -problem.target(-t),
        lambda t: problem.weight(-t),
        -problem.upper,
        -problem.lower,
        problem.degree,
    )
    opposite = [-c * (-1) ** j for j, c in enumerate(format_.polynomials[problem.name])]
    return approximation(mirrored, opposite, lambda j: fmpq(2, j + 3), expanded=True)


# --- quotients as a number and a tail -------------------------------------------------------------------------------


def tail_of_quotient(format_: Format, quotient: Node, tail: Node, more: Node | None = None) -> arb:
    """What the tail of a quotient is off, relative to the quotient; ``more`` is the tail of the dividend.

    All is scaled by powers of two, so that dividends and divisors in [1, 2) stand for all.
    """
    dividend, divisor = quotient.args
    stop = {dividend, divisor, quotient} | ({more} if more is not None else set())
    calls = [n for n in operands([tail], stop) if n.op == "call"]
    if [(n.function, n.args) for n in calls] != [(REMAINDER, (dividend, quotient, divisor))]:
        raise CheckFailed("rounding analysis: the tail of a quotient is not made of its remainder")
    worst = arb(0)
    for x in subdivision(1.0, 2.0, 8):
        for y in subdivision(1.0, 2.0, 8):
            given: dict[Node, Given] = {dividend: exactly(x), divisor: exactly(y), quotient: exactly(x / y)}
            given[calls[0]] = (_remainder(format_, x, x / y, y),)
            if more is not None:
                given[more] = exactly(arb(0, half_unit(x, format_.digits)))
            worst = max(worst, (PlainAnalysis(format_.digits, given).number(tail).error() * y / x).abs_upper())
    return arb(worst)


def _remainder(format_: Format, dividend: arb, quotient: arb, divisor: arb) -> Rounded:
    """x - q y, which is half a unit of q times y at most; from leading bits a and b and rests c and d of q and y.

    What is left of x - a b are the products with rests, and q y misses x by no more than the remainder.
    """
    nodes, (x, q, y) = named(REMAINDER), REMAINDER.parameters
    analysis = PlainAnalysis(format_.digits, {x: exactly(dividend), q: exactly(quotient), y: exactly(divisor)})
    a, b, c, d = (analysis.number(nodes[name]) for name in ("q", "d", "q_low", "d_low"))
    whole = arb(0, half_unit(quotient, format_.digits)) * divisor
    last, without_first = c.exact * d.exact, nodes["rest_of_both"].args[0]
    exact = {
        nodes["rest"]: whole + a.exact * d.exact + c.exact * b.exact + last,
        without_first: whole + c.exact * b.exact + last,
        nodes["rest_of_both"]: whole + last,
    }
    (_, result) = REMAINDER.results[0]
    exact[result] = whole
    given = {x: exactly(dividend), q: exactly(quotient), y: exactly(divisor)}
    return PlainAnalysis(format_.digits, given, exact).number(result)


def tail_of_argument(format_: Format, t: Node, tail: Node) -> arb:
    """What t and its tail are off together, relative to t. Raises CheckFailed where t is not made as is known.

    The tail of 1 + x is a part of 1, so that it is nothing beside the largest x, where its power of two is cut.
    """
    if t.op == "div":
        return tail_of_quotient(format_, t, tail)
    head = t.args[0].args[0] if t.op == "result" and tail.op == "result" and t.args == tail.args else t
    alone = head is t and tail.op == "const" and known(tail) == 0
    (balanced, one), ball = head.args, box(arb(LEAST_QUOTIENT), arb(2 * LEAST_QUOTIENT))
    with_rest = head is not t and (t.value, tail.value) == (0, 1) and t.args[0].op == "two_sum"
    if not (alone or with_rest) or head.op != "sub" or known(one) != 1:
        raise CheckFailed("rounding analysis: the argument of an excess is made in a way that is not known")
    return PlainAnalysis(format_.digits, {balanced: exactly(ball)}).number(head).error()


# --- the excess -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Quotient:
    """The excess rho^n - 1 - n log(rho) of a t that is off by so much, relatively."""

    format_: Format
    function: Function
    off: float

    @property
    def order(self) -> int:
        """The power whose excess it is: that of a square has a factor which is no constant."""
        return 2 if "by" in named(self.function) else 1

    def pieces(self) -> Iterator[Piece]:
        """All of it, that of large quotients over a power of two."""
        ctx.prec = PRECISION
        doubling, *counts = (*BOXES[self.format_.digits], 1)
        low, high = LEAST_QUOTIENT - 1, 2 * LEAST_QUOTIENT - 1
        for end in (low, high):
            for on in octaves(self.value(0), end, doubling):
                yield self._look(range(1), on, self._series(on.at))
        series = [[(at, self._series(at)) for at in subdivision(low, high, count)] for count in counts]
        for k in filter(None, range(1 - self._far, self._far)):
            for at, found in series[(abs(k) >= NEXT) + (abs(k) >= NOT_FAR) + (k <= -NOT_FAR)]:
                for on in split(self.value(k), arb(at.lower()), arb(at.upper()), 1):
                    yield self._look(range(k, k + 1), on, found)
        for at, found in series[2]:
            for on in split(lambda t: (1 + t) ** self.order * SCALE, arb(at.lower()), arb(at.upper()), 1):
                yield from self._far_above(on, found)
        ((at, found),) = series[3]
        for ks, on in self._far_below(at):
            yield self._look(ks, on, found)

    @property
    def _far(self) -> int:
        """The least k of which 2^k or k log 2 is nothing beside the other."""
        return -(-(self.format_.digits + 17) // self.order)

    @property
    def _least(self) -> int:
        """The k of the least quotient of two numbers of the format."""
        return -2 * self.format_.most - self.format_.digits

    def value(self, k: int) -> Callable[[arb], arb]:
        """The excess at 2^k (1 + t), over the power of two where that is above 1."""
        n = self.order * k

        def value(t: arb) -> arb:
            found = (1 + t) ** self.order * arb(2) ** n - 1 - n * arb.const_log2() - self.order * (1 + t).log()
            return arb(found * SCALE * arb(2) ** -max(n, 0))

        return value

    def _series(self, t: arb) -> tuple[Node, Rounded]:
        at = self.function.parameters[0]
        return polynomial(self.format_, self.function, at, exactly(t), logarithm_approximation(self.format_))

    def _far_above(self, on: Box, series: tuple[Node, Rounded]) -> Iterator[Piece]:
        """All k up to where the excess is cut, over 2^k, which scales SCALE down; k times it is largest here."""
        below = arb(SCALE * (self.order * self._far + 2)) * arb(2) ** -(self.order * self._far)
        for part in at_powers(Box(on.at, arb(on.low - below), on.high)):
            yield self._look(range(self._far, self._far + 1), part, series, box(arb(0), arb(SCALE)))

    def _far_below(self, at: arb) -> Iterator[tuple[range, Box]]:
        """All further k: those together between which the excess passes no power of two, each alone where it does."""
        self._check_base()

        def reach(k: int) -> tuple[arb, arb]:
            return sorted_((self.value(k)(arb(at.lower())), self.value(k)(arb(at.upper()))))

        def within(k: int) -> tuple[int, int]:
            low, high = (math.frexp(float(end))[1] for end in reach(k))
            return (low, 0) if low == high else (0, k)

        for _, group in groupby(range(-self._far, self._least - 1, -1), within):
            first, *rest = group
            if rest:
                yield range(rest[-1], first + 1), Box(at, reach(first)[0], reach(rest[-1])[1])
            else:
                for on in split(self.value(first), arb(at.lower()), arb(at.upper()), 1):
                    yield range(first, first + 1), on

    def _check_base(self) -> None:
        """Far below, 1 + n log(2) is exact: its size is largest, and its last digit least, at an odd k beyond all."""
        base = named(self.function)["base"]
        k = self._least - 1 + self._least % 2
        found = PlainAnalysis(self.format_.digits, {self.function.parameters[2]: exactly(k)}).number(base)
        if found.noise or found.extra != 0:
            raise CheckFailed("rounding analysis: far below, the logarithm of a power of two is not exact in its head")

    def _look(self, ks: range, on: Box, series: tuple[Node, Rounded], unit: arb = UNIT) -> Piece:
        """One k, or several of which 2^k is nothing, in a unit that is SCALE, or anything below."""
        several, nodes, size = len(ks) > 1, named(self.function), half_unit(on.at, self.format_.digits)
        n = arb(self.order) * (box(arb(ks[0]), arb(ks[-1])) if several else ks[0])
        s, by = arb(2) ** (self.order * ks[-1] - 6), arb(2) ** -max(self.order * ks[-1], 0)
        t, t_tail, k_node = self.function.parameters
        tail, off = arb(0, size), abs(on.at).abs_upper() * self.off
        given: dict[Node, Given] = {
            t: exactly(on.at + tail),
            t_tail: exactly(tail).disturbed(off),
            k_node: exactly(n / self.order),
            series[0]: series[1],
        }
        log2, (first, second) = arb.const_log2(), self._parts_of_log2()
        cut = 2 * s if several else abs(PlainAnalysis(self.format_.digits, given).number(nodes["s"]).exact - s)
        if several:
            s = box(arb(0), s)
            given |= {nodes["s"]: exactly(s), nodes["base"]: exactly(unit + n * unit * first)}
        scaled_down = {c: exactly(unit * (known(c) / SCALE)) for c in _units(self.function)} if unit is not UNIT else {}
        given |= scaled_down
        # the linear part is below the excess, but for what the tails of t and of log(2) are
        most = on.high / by + 4 * (s + SCALE) * size + abs(n * SCALE * second)
        linear = s - unit - n * unit * first + self.order * (s - unit) * (on.at + tail)
        exact = {nodes["linear"]: below(linear, arb(most.upper()))}
        analysis = PlainAnalysis(self.format_.digits, given, exact, scaled_down)
        head, rest = (scaled(analysis.number(x), by) for _, x in self.function.results)
        method = abs(n * (log2 - first - second)) * SCALE + 2 * cut + 4 * size * size * (s + SCALE)
        return piece(on, head, rest, method * by)

    def _parts_of_log2(self) -> list[arb]:
        return [arb(known(named(self.function)[name].args[1])) for name in ("log2_first", "log2_second")]


@cache
def _units(function: Function) -> tuple[Node, ...]:
    """The constants that are of the size of SCALE. With the power of two, whatever they are is a factor of the results.

    Raises CheckFailed where the tree is not so.
    """
    s, units = named(function)["s"], set()

    @cache
    def degree(n: Node) -> int | None:
        """In the power of two and the units; None of zero, which has every one."""
        if n is s:
            return 1
        match n.op:
            case "arg":
                return 0
            case "const":
                size = abs(known(n))
                if size in (SCALE / 2, SCALE, 2 * SCALE):
                    units.add(n)
                    return 1
                return 0 if size else None
            case "mul" | "exact_mul" | "div":
                first, second = map(degree, n.args)
                return None if first is None else first + (second or 0) * (-1 if n.op == "div" else 1)
            case "neg" | "upper" | "result" | "abs":
                return degree(n.args[0])
            case "add" | "sub" | "min" | "max" | "two_sum" | "lt" | "eq":
                return agreed(n.args)
            case "select":
                degree(n.args[0])
                return agreed(n.args[1:])
        raise CheckFailed(f"rounding analysis: a tree with {n.op} is not known to be homogeneous")

    def agreed(nodes: Iterable[Node]) -> int | None:
        found = set(map(degree, nodes)) - {None}
        if len(found) > 1:
            raise CheckFailed("rounding analysis: an excess is not homogeneous in its power of two and its unit")
        return found.pop() if found else None

    if agreed(result for _, result in function.results) != 1:
        raise CheckFailed("rounding analysis: an excess is not of the size of its power of two")
    return tuple(units)
