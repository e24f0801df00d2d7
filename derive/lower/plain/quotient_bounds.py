"""The proved errors of the excess of a quotient in one format's arithmetic, box by box, for every integer k by itself.

The boxes run over t, the quotient being 2^k (1 + t). What is computed of t is a number of the format and a tail of half
a unit of it at most, which is off by a little: so it is for the quotient of two scales, for a scale alone, whose t has
no tail, and for 1 + x.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

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
from derive.lower.plain.pieces import Box, Piece, octaves, piece, polynomial, scaled, split
from derive.lower.plain.terms import REMAINDER
from derive.vocabulary.kernel import Function, Node, operands

#: Boxes in a doubling next to the optimum, and for a k next to it, not far from it and far above; far below, where 2^k
#: is nothing and t little beside k log 2, there is one.
BOXES = {24: (24, 24, 12, 8), 53: (8, 8, 6, 4)}

#: A k next to the optimum is below the first in size, one not far from it below the second.
NEXT, NOT_FAR = 4, 12


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
                yield self._look(0, on, self._series(on.at))
        series = [[(at, self._series(at)) for at in subdivision(low, high, count)] for count in counts]
        for k in filter(None, self.powers()):
            for at, found in series[(abs(k) >= NEXT) + (abs(k) >= NOT_FAR) + (k <= -NOT_FAR)]:
                for on in split(self.value(k), arb(at.lower()), arb(at.upper()), 1):
                    yield self._look(k, on, found)

    def powers(self) -> range:
        """Of quotients of two numbers of the format, up to where the excess is cut."""
        least = 2 * self.format_.most + self.format_.digits
        return range(-least, (round(known(named(self.function)["s"].args[0].args[1])) + 6) // self.order + 1)

    def value(self, k: int) -> Callable[[arb], arb]:
        """The excess at 2^k (1 + t), over the power of two where that is above 1."""
        n = self.order * k

        def value(t: arb) -> arb:
            found = (1 + t) ** self.order * arb(2) ** n - 1 - n * arb.const_log2() - self.order * (1 + t).log()
            return arb(found * SCALE * self._by(k))

        return value

    def _by(self, k: int) -> arb:
        return arb(2) ** -max(self.order * k, 0)

    def _series(self, t: arb) -> tuple[Node, Rounded]:
        at = self.function.parameters[0]
        return polynomial(self.format_, self.function, at, exactly(t), logarithm_approximation(self.format_))

    def _look(self, k: int, on: Box, series: tuple[Node, Rounded]) -> Piece:
        n, size, nodes = self.order * k, half_unit(on.at, self.format_.digits), named(self.function)
        t, t_tail, k_node = self.function.parameters
        tail, off = arb(0, size), abs(on.at).abs_upper() * self.off
        at, s, log2 = on.at + tail, arb(2) ** (n - 6), arb.const_log2()
        given: dict[Node, Given] = {
            t: exactly(at),
            t_tail: exactly(tail).disturbed(off),
            k_node: exactly(k),
            series[0]: series[1],
        }
        first, second = (arb(known(nodes[name].args[1])) for name in ("log2_first", "log2_second"))
        # the linear part is below the excess, but for what the tails of t and of log(2) are
        most = on.high / self._by(k) + 4 * (s + SCALE) * size + abs(n * SCALE * second)
        start = s - SCALE - n * SCALE * first
        exact = {nodes["linear"]: _below(start + self.order * (s - SCALE) * at, most)}
        analysis = PlainAnalysis(self.format_.digits, given, exact)
        (_, head), (_, rest) = self.function.results
        cut = abs(analysis.number(nodes["s"]).exact - s)
        method = abs(n * (log2 - first - second)) * SCALE + 2 * cut + 4 * size * size * (s + SCALE)
        head_part, rest_part = (scaled(analysis.number(x), self._by(k)) for x in (head, rest))
        return piece(on, head_part, rest_part, method * self._by(k))


def _below(ball: arb, most: arb) -> arb:
    return box(arb(ball.lower()), min(arb(ball.upper()), arb(most.upper())))
