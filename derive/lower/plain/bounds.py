"""The proved errors of the values in one format's arithmetic, under contraction.

A divergence is the sum of an excess and a square, neither of them negative. The pieces of the excess
(:mod:`derive.lower.plain.excess_bounds`) are combined with squares of every size beside them: on each the binade of the
sum is known, so that its three roundings are halves of known units. Where what was rounded before may carry the sum
over a power of two, where the units double, the last rounding counts by as much as that may be.

What underflows, gradually, is nothing beside the least sum whose result is a normal number; a smaller result is rounded
once more, where its unit is twice as large at least, so that its error is not above the bound. Nothing overflows but
infinite results.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cache, reduce
from operator import or_

from flint import arb, ctx

from derive.errors import CheckFailed
from derive.lower.approximation.certify import subdivision
from derive.lower.arithmetic.constants import SCALE
from derive.lower.bounds.analyse import PRECISION, Given, error_of_sum, exactly
from derive.lower.bounds.proved import named
from derive.lower.plain.analysis import PlainAnalysis, half_unit
from derive.lower.plain.excess_bounds import (
    WEIGHT_REACH,
    Exponential,
    Piece,
    exponential_approximation,
    polynomial,
    reduction_error,
)
from derive.lower.plain.formats import Format
from derive.lower.plain.terms import Terms
from derive.lower.plans import Twofold
from derive.vocabulary.kernel import Function, Node, functions_below, operands

#: In ulp and the number of boxes it is from.
Established = tuple[float, dict[str, float]]

#: Ranges of a sum within a binade, where the square is less than 16 times the excess, and beyond.
PARTS, FEW = 8, 2


@dataclass(frozen=True)
class Square:
    """What is known of a square: its relative error, and the sizes of its tail and its further part beside it."""

    error: float
    tail: float = 0.0
    change: float = 0.0

    def __or__(self, other: Square) -> Square:
        return Square(*(max(getattr(self, f.name), getattr(other, f.name)) for f in fields(self)))


@cache
def exponential(format_: Format, pair: bool) -> tuple[Piece, ...]:
    """The pieces of the excess of an exponential."""
    terms = Terms(format_)
    return tuple(Exponential(format_, terms.exponential_pair if pair else terms.exponential).pieces())


# --- functions of one number ----------------------------------------------------------------------------------------


def expm1mx(format_: Format, function: Function) -> Established:
    """The sum of the head and the tail of an excess is rounded once."""
    pieces = exponential(format_, pair=False)
    lost = _lost(format_, function)
    worst = max(_rounded(p.error / _ulp(p.low, format_), p.high * (1 + 2.0**-20) > 2 * _binade(p.low)) for p in pieces)
    return worst + lost, {"boxes": len(pieces)}


# --- divergences ----------------------------------------------------------------------------------------------------


def value(format_: Format, shape: Twofold, function: Function) -> Established:
    """A divergence of logarithms of scales."""
    ctx.prec = PRECISION
    lost = _lost(format_, function)
    pieces = exponential(format_, shape.pair)
    squares = _weighted(format_, function) if shape.pair else (_plain(format_, function),)
    worst = max(_sums(format_, pieces, square) for square in squares)
    return worst + lost, {"boxes": len(pieces)}


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
                before, low = p.error + square.error * beside, min(p.head, ulp)
                for more in (beside * square.tail, p.tail, beside * square.change):
                    before += min(_binade(low + more) * half, low, more)
                    low = (low + more) * (1 + 2.0**-20)
                before /= ulp
                worst = max(worst, _rounded(before, i == parts - 1))
            base *= 2
    return worst


def _parts(function: Function) -> tuple[Node, Node, Node | None]:
    """Head, small tail and further part of the square, from the sum that ends a divergence."""
    nodes = named(function)
    heads, small, total = nodes["heads_head"].args[0], nodes["small"], nodes["total"]
    excess_tail, (both, _) = small.args[0], small.args[1].args
    offset_tail, heads_tail = both.args
    low = nodes.get("low", small)
    ((_, result),) = function.results
    closed = (
        total.args == (nodes["heads_head"], low) and result.args[1].args[0] is total and small in (low, low.args[1])
    )
    if not (closed and heads.op == "two_sum" and heads_tail.args[0] is heads and excess_tail.op == "result"):
        raise CheckFailed("rounding analysis: a divergence does not end with the sum that is analysed")
    return heads.args[1], offset_tail, low.args[0] if low is not small else None


def _square(format_: Format, function: Function, given: dict[Node, Given], exact: arb, method: arb | int = 0) -> Square:
    """On a box, of a square that is ``exact`` and that the tree in real arithmetic misses by at most ``method``."""
    analysis = PlainAnalysis(format_.digits, given)
    parts = [analysis.number(n) for n in _parts(function) if n is not None]
    least = arb(exact.abs_lower())
    error = (error_of_sum(*parts) + method) / least
    if not error.is_finite():
        raise CheckFailed("rounding analysis: no finite bound of a square on a box; subdivide")
    return Square(float(error.abs_upper()), *(float((part.size() / least).abs_upper()) for part in parts[1:]))


def _plain(format_: Format, function: Function) -> Square:
    """Of a number without error, in [1, 2)."""
    offset = named(function)["offset"]
    return reduce(or_, (_square(format_, function, {offset: exactly(x)}, x * x) for x in subdivision(1.0, 2.0, 8)))


@cache
def _weighted(format_: Format, function: Function) -> tuple[Square, ...]:
    """Of a difference with its tail, divided by the square of a scale: its weight by parts of the reduced argument."""
    c, digits, nodes = format_.constants, format_.digits, named(function)
    unit = arb(2) ** -digits
    weight = next(n for n in operands([nodes["low"]]) if n.op == "call" and n.function is Terms(format_).weight)
    inner = named(Terms(format_).weight)
    (_, change), _, _ = Terms(format_).weight.results
    k = int(c["largest_weight"] / math.log(2)) + 1
    wrong = arb(abs(k * (arb.const_log2() - arb(c["log2_head"]) - arb(c["log2_tail"]))).abs_upper())
    found_: list[Square] = []
    for part in subdivision(*WEIGHT_REACH, 3):
        worst = Square(0.0)
        for r in subdivision(float(part.lower()) - 1e-9, float(part.upper()) + 1e-9, 8):
            off = reduction_error(format_, inner, r, k)
            at: dict[Node, Given] = {inner["r"]: exactly(r).disturbed(off)}
            found, series = polynomial(
                format_,
                Terms(format_).weight,
                inner["r"],
                exactly(r).disturbed(off),
                exponential_approximation(format_),
            )
            at[found] = series
            by = PlainAnalysis(digits, at).number(change)
            for z in subdivision(1.0, 2.0, 48):
                size = half_unit(z, digits)
                given: dict[Node, Given] = {
                    nodes["z"]: exactly(z),
                    nodes["z_tail"]: exactly(arb(0, size)),
                    weight: (by, exactly(1), exactly(0)),
                }
                exact = z * z * r.exp()
                worst |= _square(format_, function, given, exact, exact * wrong * 2 + 16 * unit**2)
        found_.append(worst)
    return tuple(found_)


# --- the ends of the format -----------------------------------------------------------------------------------------


def _lost(format_: Format, function: Function) -> float:
    """What underflows and the cubes of enlarged numbers may add, in ulp.

    Raises :class:`CheckFailed` where something may overflow beside a finite result.
    """
    c, digits = format_.constants, format_.digits
    called = (function, *functions_below([function]))
    # a sum of numbers of the format is exact where it is subnormal
    operations = sum(n.op in ("mul", "exact_mul", "div") for f in called for n in operands(n for _, n in f.results))
    smallest, log2, enlarging = c["smallest_subnormal"], math.log2, _enlarging(function)
    # exp(x) - 1 - x = x^2/2 (1 + x/3 + ...)
    lost = enlarging.argument * 2.0**digits / 2
    for least, scale in ((enlarging.least_kept, 1.0), (c["smallest_normal"] / enlarging.back, enlarging.scale)):
        # of the operations, of the arguments that are multiplied before they are enlarged, and of what is added there
        of_arguments, guard = 16 * smallest * scale * math.sqrt(least), c["above_half_subnormal"] * (scale > 1.0)
        lost += (4 * operations * smallest + of_arguments + guard) * 2.0**digits / least
    # Where arguments are cut, 2^-6 exp(x) and a square times 2 exp(r) are finite together, and 32 times each is not.
    excess = c["largest_exponent"] / math.log(2) - 6 - format_.most
    square = 2 * max(log2(c["largest_offset"]), log2(c["largest_unit_offset"]) - 3) - format_.most
    if 2.0**excess + 2.0**square * 2 * math.exp(WEIGHT_REACH[1]) >= 1 or min(excess, square) + 5 <= 0:
        raise CheckFailed(
            f"rounding analysis: in {format_.name} {function.name} may overflow where its result does not"
        )
    return lost


@dataclass(frozen=True)
class Enlarging:
    """What a tree makes of small numbers: the factor, that of the result, and what follows from them.

    ``argument`` is the largest of the exponential for numbers that are enlarged, ``least_kept`` the least sum of those
    that are not.
    """

    scale: float
    back: float
    argument: float
    least_kept: float


def _enlarging(function: Function) -> Enlarging:
    nodes = named(function)
    tiny, scale = nodes["tiny"], nodes["scale"]
    largest, below = tiny.args
    ((_, result),) = function.results
    back = result.args[1].args[1]
    compared = {}
    for n in _greatest(largest):
        base, times = _linear(n, tiny, small=False)
        compared[base] = _constant(below) / times

    def factor(n: Node, small: bool) -> float:
        base, times = _linear(n, tiny, small)
        if base not in compared:
            raise CheckFailed("rounding analysis: a number is enlarged that was not compared")
        return times * compared[base]

    called = {n.function.name: n for n in operands([result]) if n.function is not None}
    (exponential_of,) = (n.args[0] for name, n in called.items() if name.startswith("excess_of_exponential"))
    squares = [nodes[name] for name in ("offset", "z") if name in nodes]
    kept = factor(exponential_of, small=False) ** 2 / SCALE / 4
    return Enlarging(
        _constant(scale.args[1]),
        _constant(back.args[1]),
        factor(exponential_of, small=True) / SCALE,
        min(kept, *(factor(n, small=False) ** 2 / 2 for n in squares)) if squares else kept,
    )


def _greatest(n: Node) -> list[Node]:
    return [x for of in n.args for x in _greatest(of)] if n.op == "max" else [n]


def _linear(n: Node, tiny: Node, small: bool) -> tuple[Node, float]:
    """What a small number is a multiple of, and the factor, where the mask holds and where it does not."""
    match n.op:
        case "mul" | "exact_mul":
            parts = [_linear(x, tiny, small) for x in n.args]
            (base,) = [base for base, _ in parts if base.op != "const"] or [parts[0][0]]
            return base, math.prod(times for _, times in parts)
        case "select" if n.args[0] is tiny:
            return _linear(n.args[1 if small else 2], tiny, small)
        case "abs" | "min":  # of a small number and a limit
            return _linear(n.args[0], tiny, small)
        case "const":
            return n, _constant(n)
    return n, 1.0


def _constant(n: Node) -> float:
    if not isinstance(n.value, float):
        raise CheckFailed("rounding analysis: small numbers are compared with a number that is not known")
    return n.value
