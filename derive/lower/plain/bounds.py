"""The proved errors of the values in one format's arithmetic, under contraction.

A divergence is the sum of an excess and a square, neither of them negative. The pieces of the excess
(:mod:`derive.lower.plain.exponential_bounds`, :mod:`derive.lower.plain.quotient_bounds`) are combined with squares of
every size beside them (:mod:`derive.lower.plain.square_bounds`): on each the binade of the
sum is known, so that its three roundings are halves of known units. Where what was rounded before may carry the sum
over a power of two, where the units double, the last rounding counts by as much as that may be.

What underflows, gradually, is nothing beside the least sum whose result is a normal number; a smaller result is rounded
once more, where its unit is twice as large at least, so that its error is not above the bound. Nothing overflows but
infinite results (:mod:`derive.lower.plain.ends`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache

from flint import ctx

from derive.lower.bounds.analyse import PRECISION
from derive.lower.plain.ends import excess_of, lost
from derive.lower.plain.exponential_bounds import Exponential
from derive.lower.plain.formats import Format
from derive.lower.plain.pieces import Piece
from derive.lower.plain.quotient_bounds import Quotient, tail_of_argument
from derive.lower.plain.square_bounds import Square, squares
from derive.vocabulary.kernel import Function

#: In ulp and the number of boxes it is from.
Established = tuple[float, dict[str, float]]

#: Ranges of a sum within a binade, where the square is less than 16 times the excess, and beyond.
PARTS, FEW = 8, 2


def unary(format_: Format, function: Function) -> Established:
    """A function of one number: the sum of the head and the tail of an excess is rounded once."""
    pieces = _pieces(format_, function)
    worst = max(_rounded(p.error / _ulp(p.low, format_), p.high * (1 + 2.0**-20) > 2 * _binade(p.low)) for p in pieces)
    return worst + lost(format_, function), {"boxes": len(pieces)}


def value(format_: Format, function: Function) -> Established:
    """A divergence."""
    pieces = _pieces(format_, function)
    worst = max(_sums(format_, pieces, square) for square in squares(format_, function))
    return worst + lost(format_, function), {"boxes": len(pieces)}


def _pieces(format_: Format, function: Function) -> tuple[Piece, ...]:
    ctx.prec = PRECISION
    call = excess_of(function)
    made, arguments = call.function, call.args
    assert made is not None
    if len(arguments) < 3:
        return _exponential(format_, made)
    off = tail_of_argument(format_, *arguments[:2])
    return _quotient(format_, made, float(off.abs_upper()) * (1 + 2.0**-50))


@cache
def _exponential(format_: Format, made: Function) -> tuple[Piece, ...]:
    return tuple(Exponential(format_, made).pieces())


@cache
def _quotient(format_: Format, made: Function, off: float) -> tuple[Piece, ...]:
    return tuple(Quotient(format_, made, off).pieces())


def _binade(x: float) -> float:
    return 2.0 ** (math.frexp(x)[1] - 1)


def _ulp(x: float, format_: Format) -> float:
    return _binade(x) * 2.0 ** (1 - format_.digits)


def _rounded(before: float, top: bool) -> float:
    """An error in ulp and the last rounding; at the top of a binade what was off may carry into the next."""
    return (before + (max(0.5, min(1.0, before)) if top else 0.5)) * (1 + 2.0**-40)


def _sums(format_: Format, pieces: Iterable[Piece], square: Square) -> float:
    """The largest error in ulp of a sum of an excess and a square."""
    half = 2.0**-format_.digits
    # further out the square is nearly all of the sum, and the excess a 256th at most
    worst = _rounded(square.error / half + square.change + 2.0**-5, top=True)
    for p in pieces:
        base = _binade(p.low)
        for j in range(9):
            ulp, parts = 2 * half * base, PARTS if j < 4 else FEW
            for i in range(parts):
                most = base * (1 + (i + 1) / parts)
                if most <= p.low:
                    continue
                beside = most - p.low
                # the heads are at most a little more than their sum and the tails
                before, low = p.error + square.error * beside, min(p.head, half * _binade(p.head + beside * 1.25))
                for more in (beside * square.tail, p.tail, beside * square.change):
                    before += min(_binade(low + more) * half, low, more)
                    low = (low + more) * (1 + 2.0**-20)
                before /= ulp
                worst = max(worst, _rounded(before, i == parts - 1))
            base *= 2
    return worst
