"""The proved errors of the squared offset in one format's arithmetic, relative to it, on boxes of its parts.

All is scaled by powers of two, so that parts in [1, 2) stand for all.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache, reduce
from operator import or_

from flint import arb, ctx

from derive.errors import CheckFailed
from derive.lower.approximation.certify import subdivision
from derive.lower.bounds.analyse import PRECISION, Given, error_of_sum, exactly
from derive.lower.bounds.proved import named
from derive.lower.plain.analysis import PlainAnalysis, half_unit, known
from derive.lower.plain.exponential_bounds import (
    LOG2,
    WEIGHT_REACH,
    exponential_approximation,
    log2_off,
    reduction_error,
)
from derive.lower.plain.formats import Format
from derive.lower.plain.pieces import polynomial
from derive.lower.plain.quotient_bounds import tail_of_quotient
from derive.lower.plain.terms import Terms
from derive.vocabulary.kernel import Function, Node, operands


@dataclass(frozen=True)
class Square:
    """What is known of a square: its relative error, and the sizes of its tail and its further part beside it."""

    error: float
    tail: float = 0.0
    change: float = 0.0

    def __or__(self, other: Square) -> Square:
        return Square(*(max(getattr(self, f.name), getattr(other, f.name)) for f in fields(self)))


@dataclass(frozen=True)
class Ending:
    """What a divergence ends with: the call of the excess, and head, small tail and further part of the square."""

    excess: Node
    head: Node
    tail: Node
    change: Node | None

    @classmethod
    def of(cls, function: Function) -> Ending:
        """Raises CheckFailed where the function ends with another sum than the one that is analysed."""
        nodes = named(function)
        heads, small, total = nodes["heads_head"].args[0], nodes["small"], nodes["total"]
        excess_tail, (both, _) = small.args[0], small.args[1].args
        offset_tail, heads_tail = both.args
        low = nodes.get("low", small)
        ((_, result),) = function.results
        closed = (
            total.args == (nodes["heads_head"], low) and result.args[1].args[0] is total and small in (low, low.args[1])
        )
        of_one = excess_tail.op == heads.args[0].op == "result" and excess_tail.args == heads.args[0].args
        if not (closed and of_one and heads.op == "two_sum" and heads_tail.args[0] is heads):
            raise CheckFailed("rounding analysis: a divergence does not end with the sum that is analysed")
        return cls(excess_tail.args[0], heads.args[1], offset_tail, low.args[0] if low is not small else None)

    @property
    def parts(self) -> list[Node]:
        return [n for n in (self.head, self.tail, self.change) if n is not None]


def squares(format_: Format, function: Function) -> tuple[Square, ...]:
    """The square of a divergence, of one parameter or of a difference that is divided by a scale or has its weight."""
    ctx.prec = PRECISION
    nodes = named(function)
    if "offset" in nodes:
        return (_plain(format_, function),)
    return (_divided(format_, function),) if "q" in nodes else _weighted(format_, function)


def _square(format_: Format, function: Function, given: dict[Node, Given], exact: arb, method: arb | int = 0) -> Square:
    """On a box, of a square that is ``exact`` and that the tree in real arithmetic misses by at most ``method``."""
    analysis = PlainAnalysis(format_.digits, given)
    parts = [analysis.number(n) for n in Ending.of(function).parts]
    least = arb(exact.abs_lower())
    error = (error_of_sum(*parts) + method) / least
    if not error.is_finite():
        raise CheckFailed("rounding analysis: no finite bound of a square on a box; subdivide")
    return Square(float(error.abs_upper()), *(float((part.size() / least).abs_upper()) for part in parts[1:]))


def _plain(format_: Format, function: Function) -> Square:
    """Of a number without error."""
    offset = named(function)["offset"]
    return reduce(or_, (_square(format_, function, {offset: exactly(x)}, x * x) for x in subdivision(1.0, 2.0, 8)))


@cache
def _divided(format_: Format, function: Function) -> Square:
    """Of a difference with its tail over a scale, or times its quotient by a variance."""
    digits, nodes, worst = format_.digits, named(function), Square(0.0)
    unit, z, q = arb(2) ** -digits, nodes["z"], nodes["q"]
    if q.args[0] is not z:
        raise CheckFailed("rounding analysis: the quotient of a square is not that of the difference")
    off = tail_of_quotient(format_, q, nodes["q_tail"], nodes["z_tail"])
    alone = z not in operands(Ending.of(function).parts, stop={q, nodes["q_tail"]})
    for x in subdivision(1.0, 2.0, 1 if alone else 8):
        for y in subdivision(1.0, 2.0, 16):
            # the tail of a quotient holds that of its dividend too
            given: dict[Node, Given] = {
                z: exactly(x),
                nodes["z_tail"]: exactly(arb(0, half_unit(x, digits))),
                q: exactly(y),
                nodes["q_tail"]: exactly(arb(0, (half_unit(y, digits) + unit * y * arb("1.01")))).disturbed(off * y),
            }
            exact = y * (y if alone else x)
            worst |= _square(format_, function, given, exact, 16 * unit**2 * exact)
    return worst


@cache
def _weighted(format_: Format, function: Function) -> tuple[Square, ...]:
    """Of a difference with its tail, divided by the square of a scale: its weight by parts of the reduced argument."""
    digits, nodes, made = format_.digits, named(function), Terms(format_).weight
    unit = arb(2) ** -digits
    weight = next(n for n in operands([nodes["low"]]) if n.op == "call" and n.function is made)
    inner, (_, change) = named(made), made.results[0]
    k = int(known(inner["cut_x"].args[0].args[1]) / LOG2) + 1
    wrong = log2_off(inner, k)
    found_: list[Square] = []
    for part in subdivision(*WEIGHT_REACH, 3):
        worst = Square(0.0)
        for r in subdivision(float(part.lower()) - 1e-9, float(part.upper()) + 1e-9, 8):
            reduced = exactly(r).disturbed(reduction_error(format_, inner, r, k))
            found, series = polynomial(format_, made, inner["r"], reduced, exponential_approximation(format_))
            by = PlainAnalysis(digits, {inner["r"]: reduced, found: series}).number(change)
            for z in subdivision(1.0, 2.0, 48):
                given: dict[Node, Given] = {
                    nodes["z"]: exactly(z),
                    nodes["z_tail"]: exactly(arb(0, half_unit(z, digits))),
                    weight: (by, exactly(1), exactly(0)),
                }
                exact = z * z * r.exp()
                worst |= _square(format_, function, given, exact, exact * wrong * 2 + 16 * unit**2)
        found_.append(worst)
    return tuple(found_)
