"""Ranges of a composed tree: that nothing in it overflows, and that what underflows does not count.

The rounding analysis (:mod:`derive.lower.analyse`) reads every operation as exact but for a relative 2^-53. Here that
is shown for all ordinary arguments. Of every number it is known

    low <= x <= high,    x = 0 or |x| >= 2^least,    x is a multiple of 2^grid,

and by how much underflows have put it off: an operation whose exact result may be a subnormal number between two of
the format adds half the smallest one, which is carried along as an absolute error. Where a condition, or the larger of
two numbers, is not decided by the ranges, each of its sides is taken for itself: what holds on a side is known on it.
At the end the error is compared with the result, by binades of its scale.

Rounding is monotone: the ends of a range, computed in binary64 themselves, contain what is computed inside. That an
excess is not negative, and its tail small beside it, is what the rounding analysis shows of its function.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, reduce
from operator import or_

from derive.errors import CheckFailed
from derive.lower.interpret import fused
from derive.lower.logarithm import BALANCE, SPLIT
from derive.lower.proved import Proved
from derive.lower.scaled import CLOSE
from derive.lower.terms import terms
from derive.vocabulary.kernel import Function, Node, Parameter, node, result

LARGEST = 1.7976931348623157e308
SMALLEST = -1074  # exponents: of the smallest number, and of the smallest normal one
NORMAL = -1022

#: log2 of what an underflow loses at most: half the smallest number, and where an FMA is made of halves up to eight.
UNDERFLOW = -1072.0
NOTHING = -math.inf

#: Of zero, which is a multiple of every power of two.
_ANY = 1 << 20

#: In units of the result an error of 2^-60 is nothing, also of the smallest subnormal one.
_COUNTS = -60

#: Scales of a result that are looked at together.
_SCALES = 8


#: Significands whose quotient is to be near 1 are looked at in so many parts.
_PARTS = 16


#: Exponents up to this one, and above it, are looked at apart: exponentials of larger numbers are 0 or infinite.
_LARGE = 12.0

#: A number is the tail of another where it is that small beside it.
_TAIL = -20


class _Nowhere(Exception):
    """A side of a condition that no argument takes."""


@dataclass(frozen=True)
class Range:
    """What is known of a computed number."""

    low: float
    high: float
    least: int
    grid: int
    lost: float = NOTHING
    nonzero: bool = False

    @property
    def most(self) -> int:
        """|x| <= 2^most."""
        size = max(abs(self.low), abs(self.high))
        return math.frexp(size)[1] if size else -_ANY

    @property
    def point(self) -> float | None:
        return self.low if self.low == self.high else None

    @property
    def of_one_sign(self) -> bool:
        return self.low > 0.0 or self.high < 0.0

    def __or__(self, other: Range) -> Range:
        return Range(
            min(self.low, other.low),
            max(self.high, other.high),
            min(self.least, other.least),
            min(self.grid, other.grid),
            max(self.lost, other.lost),
            self.nonzero and other.nonzero,
        )


def ranged(
    low: float,
    high: float,
    least: int = SMALLEST,
    grid: int = SMALLEST,
    lost: float = NOTHING,
    nonzero: bool = False,
) -> Range:
    """A number of the format in an interval, with what follows of its size and its last place."""
    if not (-math.inf < low <= high < math.inf):
        raise CheckFailed(f"range analysis: a number between {low} and {high} may overflow")
    if low == high == 0.0:
        return Range(0.0, 0.0, _ANY, _ANY, lost)
    if low > 0.0 or high < 0.0:
        least = max(least, math.frexp(min(abs(low), abs(high)))[1] - 1)
    least = max(least, grid, SMALLEST)
    if nonzero and low >= 0.0:
        low = max(low, 2.0 ** min(least, 1023))
    if nonzero and high <= 0.0:
        high = min(high, -(2.0 ** min(least, 1023)))
    return Range(low, high, least, max(grid, least - 52, SMALLEST), lost, nonzero or low > 0.0 or high < 0.0)


def exactly(value: float) -> Range:
    if value == 0.0:
        return ranged(0.0, 0.0)
    numerator, denominator = value.as_integer_ratio()
    grid = (numerator & -numerator).bit_length() - denominator.bit_length()
    return ranged(value, value, math.frexp(value)[1] - 1, grid)


def of_parameter(parameter: Parameter) -> Range:
    """Every ordinary argument."""
    low = 2.0**SMALLEST if parameter.support == "positive" else -LARGEST
    return ranged(low, LARGEST)


def _together(*lost: float) -> float:
    return max(lost) + (math.ceil(math.log2(len(lost))) if len(lost) > 1 else 0)


def _lost_by_product(a: Range, b: Range) -> float:
    return _together(a.lost + b.most, b.lost + a.most, a.lost + b.lost)


def _perhaps_subnormal(low: float, high: float, least: int, grid: int, lost: float, nonzero: bool = False) -> Range:
    """A result that is rounded: exact where it is subnormal and a multiple of the smallest number."""
    if grid < SMALLEST and least < NORMAL and not (low >= 2.0**NORMAL or high <= -(2.0**NORMAL)):
        return ranged(low, high, SMALLEST, SMALLEST, _together(lost, UNDERFLOW))
    return ranged(low, high, least, grid, lost, nonzero)


def _ends(a: Range, b: Range) -> list[tuple[float, float]]:
    return [(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]


def product(a: Range, b: Range) -> Range:
    if 0.0 in (a.point, b.point):
        return ranged(0.0, 0.0, lost=_lost_by_product(a, b))
    ends = [x * y for x, y in _ends(a, b)]
    nonzero = a.nonzero and b.nonzero
    return _perhaps_subnormal(min(ends), max(ends), a.least + b.least, a.grid + b.grid, _lost_by_product(a, b), nonzero)


def quotient(a: Range, b: Range) -> Range:
    if not b.of_one_sign:
        raise CheckFailed("range analysis: a divisor may be zero")
    ends = [x / y for x, y in _ends(a, b)]
    lost = _together(a.lost - b.least, b.lost + a.most - 2 * b.least + 1, NOTHING)
    if a.point == 0.0:
        return ranged(0.0, 0.0, lost=lost)
    least = a.least - b.most
    grid = least - 52 if least >= NORMAL else SMALLEST - 1
    return _perhaps_subnormal(min(ends), max(ends), least, grid, lost, a.nonzero)


def _decides(a: Range, most: int) -> bool:
    """Whether a sum with what is at most 2^most is at least half of this."""
    return a.nonzero and a.least - 1 > most


def total(a: Range, b: Range) -> Range:
    """A sum is exact where it is subnormal."""
    if 0.0 in (a.point, b.point):
        return replace(b if a.point == 0.0 else a, lost=_together(a.lost, b.lost))
    grid = min(a.grid, b.grid)
    decided = [x.least - 1 for x, y in ((a, b), (b, a)) if _decides(x, y.most)]
    lost, least = _together(a.lost, b.lost), max(decided, default=SMALLEST)
    return ranged(a.low + b.low, a.high + b.high, least, grid, lost, bool(decided))


def negative(a: Range) -> Range:
    return replace(a, low=-a.high, high=-a.low)


def _fma(a: Range, b: Range, c: Range) -> Range:
    if 0.0 in (a.point, b.point):
        return replace(c, lost=_together(c.lost, _lost_by_product(a, b)))
    ends = [(fused(x, y, c.low), fused(x, y, c.high)) for x, y in _ends(a, b)]
    grid = min(a.grid + b.grid, c.grid)
    whole = Range(0.0, 1.0, a.least + b.least, grid, nonzero=a.nonzero and b.nonzero)
    decided = [c.least - 1] if _decides(c, a.most + b.most) else [whole.least - 1] if _decides(whole, c.most) else []
    lost, least = _together(_lost_by_product(a, b), c.lost), max(decided, default=grid)
    low, high = min(low for low, _ in ends), max(high for _, high in ends)
    return _perhaps_subnormal(low, high, least, grid, lost, bool(decided))


def _tail(head: Range, grid: int) -> Range:
    """Half an ulp of the head at most."""
    size = math.ldexp(1.0, head.most - 53) if head.most > -_ANY else 0.0
    lost = head.lost if grid >= SMALLEST else _together(head.lost, UNDERFLOW)
    return ranged(-size, size, max(grid, SMALLEST), max(grid, SMALLEST), lost)


def _transform(n: Node, a: Sequence[Range]) -> tuple[Range, Range]:
    if n.op == "two_prod":
        head, grid = product(a[0], a[1]), a[0].grid + a[1].grid
    else:
        head, grid = total(a[0], a[1]), min(a[0].grid, a[1].grid)
    return head, _tail(head, grid)


#: Which results, or arguments, are tails of which: |x_i| <= 2^k |x_j|.
Relations = tuple[tuple[int, int, int], ...]
Results = tuple[tuple[Range, ...], Relations]


class _Side:
    """A function on one side of each condition that the ranges do not decide: those of ``taken``, then the first."""

    def __init__(self, function: Function, given: Sequence[Range], beside: Relations, taken: list[int]) -> None:
        self.function, self.taken, self.counts = function, taken, list[int]()
        self.known: dict[Node, Range | tuple[Range, ...]] = dict(zip(function.parameters, given, strict=True))
        self.masks: dict[Node, bool] = {}
        self.same: dict[Node, Node] = {}  # what a choice or the larger of two is
        #: |x| <= 2^k |y|, of a tail x and its head y.
        self.beside = {function.parameters[i]: (function.parameters[j], k) for i, j, k in beside}

    def results(self) -> Results:
        nodes = [n for _, n in self.function.results]
        for n in nodes:
            self.number(n)
        found = tuple(self.number(n) for n in nodes)
        return found, self.relations(nodes)

    def relations(self, nodes: Sequence[Node]) -> Relations:
        """Which of some numbers are tails of others."""
        found = []
        for i, x in enumerate(nodes):  # a tail comes after its head
            for j, y in enumerate(nodes[:i]):
                k = self._beside(x, y)
                if k is not None and k <= _TAIL:
                    found.append((i, j, k))
        return tuple(found)

    def _beside(self, x: Node, y: Node) -> int | None:
        tail, head = self.number(x), self.number(y)
        if tail.point == 0.0:
            return -_ANY
        partner, k = self.beside.get(self._itself(x), (None, 0))
        if partner is not None and self._itself(partner) is self._itself(y):
            return k
        return tail.most - head.least if head.nonzero else None

    def _chosen(self, n: Node) -> Node:
        while n in self.same:
            n = self.same[n]
        return n

    def _itself(self, n: Node) -> Node:
        """Without signs, and what was chosen in place of a choice."""
        while n.op in ("neg", "abs") or n in self.same:
            n = self.same[n] if n in self.same else n.args[0]
        return n

    def choose(self, count: int) -> int:
        position = len(self.counts)
        self.counts.append(count)
        if position == len(self.taken):
            self.taken.append(0)
        return self.taken[position]

    def number(self, n: Node) -> Range:
        found = self.known.get(n)
        if found is None:
            self.known[n] = found = self._value(n)
        assert isinstance(found, Range)
        head, k = self.beside.get(n, (None, 0))
        if head is None or found.point is not None:
            return found
        most = self.number(head).most + k
        if most >= found.most:
            return found
        end = math.ldexp(1.0, most) if most >= SMALLEST else 0.0
        return ranged(max(found.low, -end), min(found.high, end), found.least, found.grid, found.lost)

    def narrowed(self, n: Node, low: float, high: float, size: int | None = None) -> None:
        """What holds of a number on this side; with a ``size``, that it is not 0, but 2^size or more."""
        x, least = self.number(n), SMALLEST if size is None else size
        low, high = max(x.low, low), min(x.high, high)
        if low > high or (x.least != _ANY and max(x.least, least) > math.frexp(max(abs(low), abs(high)) or 1.0)[1]):
            raise _Nowhere
        self.known[n] = ranged(low, high, max(x.least, least), x.grid, x.lost, x.nonzero or size is not None)
        if n.op == "abs" and low > 0.0:
            self.narrowed(n.args[0], -high, high, math.frexp(low)[1] - 1)
        elif n.op == "abs":
            self.narrowed(n.args[0], -high, high)
        elif n in self.same:
            self.narrowed(self.same[n], low, high)
            for other in n.args if n.op == "max" else ():
                self.narrowed(other, -math.inf, high)

    # --- conditions ---------------------------------------------------------------------------------------------------

    def holds(self, mask: Node) -> bool:
        if mask not in self.masks:
            self.masks[mask] = self._holds(mask)
        return self.masks[mask]

    def _holds(self, mask: Node) -> bool:
        match mask.op:
            case "and":
                return self.holds(mask.args[0]) and self.holds(mask.args[1])
            case "or":
                return self.holds(mask.args[0]) or self.holds(mask.args[1])
            case "not":
                return not self.holds(mask.args[0])
            case "lt" | "le":
                return self._less(mask)
            case "eq":
                return self._equal(mask)
        raise CheckFailed(f"range analysis: the condition {mask.op} is not covered")

    def _bound(self, n: Node) -> Range:
        """A side of a comparison: infinity is allowed."""
        if n.op == "const" and isinstance(n.value, float) and math.isinf(n.value):
            return Range(n.value, n.value, _ANY, _ANY)
        return self.number(n)

    def _largest_is_more(self, mask: Node) -> bool:
        """Whether a number is below the larger of two: below the first, the second alone, or none."""
        least, (first, second) = self.number(mask.args[0]).high, mask.args[1].args
        above, place = math.nextafter(least, math.inf), self.choose(3)
        self.narrowed(first, *((above, math.inf) if place == 0 else (-math.inf, least)))
        if place:
            self.narrowed(second, *((above, math.inf) if place == 1 else (-math.inf, least)))
        return place < 2

    def _less(self, mask: Node) -> bool:
        least, most = mask.args
        if (mask.op, least.op, most.op) == ("lt", "const", "max") and "const" not in (x.op for x in most.args):
            return self._largest_is_more(mask)
        a, b = (self._bound(n) for n in mask.args)
        strict = mask.op == "lt"
        if a.high < b.low or (not strict and a.high == b.low):
            return True
        if a.low > b.high or (strict and a.low == b.high):
            return False
        yes = self.choose(2) == 0
        first, second = mask.args
        if b.point is not None:
            end = math.nextafter(b.point, -math.inf) if strict == yes else b.point
            self.narrowed(
                first,
                *((-math.inf, end) if yes else (b.point if strict else math.nextafter(b.point, math.inf), math.inf)),
            )
        elif a.point is not None:
            above = math.nextafter(a.point, math.inf) if strict else a.point
            below = a.point if strict else math.nextafter(a.point, -math.inf)
            self.narrowed(second, *((above, math.inf) if yes else (-math.inf, below)))
        return yes

    def _equal(self, mask: Node) -> bool:
        first, second = mask.args
        a, b = self._bound(first), self._bound(second)
        if first is second or (a.point is not None and a.point == b.point):
            return True
        if a.high < b.low or b.high < a.low:
            return False
        yes = self.choose(2) == 0
        if yes:
            self.narrowed(first, b.low, b.high)
            self.narrowed(second, a.low, a.high)
        elif b.point == 0.0:
            if a.lost + 10 > a.least:
                raise CheckFailed("range analysis: whether a number is 0 depends on an underflow")
            if a.low >= 0.0:
                self.narrowed(first, 2.0 ** min(a.least, 1000), math.inf)
        return yes

    # --- numbers ------------------------------------------------------------------------------------------------------

    def _value(self, n: Node) -> Range | tuple[Range, ...]:
        match n.op:
            case "const":
                assert isinstance(n.value, float)
                return exactly(n.value)
            case "result":
                whole = self.known.get(n.args[0])
                if whole is None:
                    self.known[n.args[0]] = whole = self._several(n.args[0])
                assert isinstance(whole, tuple) and isinstance(n.value, int)
                return whole[n.value]
            case "select":
                self.same[n] = n.args[1] if self.holds(n.args[0]) else n.args[2]
                return self.number(self.same[n])
            case "min" | "max":
                return self._extreme(n)
            case "exact_mul":
                return self._multiple(n)
        return self._operation(n, self._numbers(n))

    def _numbers(self, n: Node) -> list[Range]:
        """The operands: what is chosen for a later one may narrow an earlier one."""
        for x in n.args:
            self.number(x)
        return [self.number(x) for x in n.args]

    def _several(self, n: Node) -> tuple[Range, ...]:
        if n.op == "call":
            assert n.function is not None
            if n.function is SPLIT and n.args[0].op == "abs":
                self._in_a_binade(n.args[0])
            if n.function is BALANCE:
                for x in n.args:
                    self._in_a_part(x)
                return self._one_of(n, _sides(n.function, tuple(self._numbers(n)), ()))
            numbers = tuple(self._numbers(n))
            return self._one_of(n, results(n.function, numbers, self.relations(n.args)))
        if n.op in ("two_sum", "fast_two_sum", "two_prod"):
            head, tail = _transform(n, self._numbers(n))
            if head.least >= NORMAL or n.op != "two_prod":
                self.beside[result(n, 1)] = (result(n, 0), -53)
            return head, tail
        raise CheckFailed(f"range analysis: the operation {n.op} is not covered")

    def _one_of(self, n: Node, sides: list[Results]) -> tuple[Range, ...]:
        if not sides:
            raise _Nowhere
        ranges, relations = sides[self.choose(len(sides)) if len(sides) > 1 else 0]
        self.beside |= {result(n, i): (result(n, j), k) for i, j, k in relations}
        return ranges

    def _in_a_binade(self, size: Node) -> None:
        """Of a number that is to be scaled by its own exponent, a binade at a time."""
        (x,) = size.args
        known = self.number(x)
        self.number(size)
        exponents = range(max(known.least, SMALLEST), min(known.most, 1023) + 1)
        place = self.choose(len(exponents) + (not known.nonzero))
        zero, e = place == len(exponents), exponents[min(place, len(exponents) - 1)]
        end = 0.0 if zero else math.nextafter(2.0 ** (e + 1), 0.0) if e < 1023 else LARGEST
        self.narrowed(size, 0.0 if zero else 2.0**e, end)

    def _in_a_part(self, x: Node) -> None:
        """Of two numbers whose quotient counts, a part of each."""
        known = self.number(x)
        if known.point is None:
            place, width = self.choose(_PARTS), (known.high - known.low) / _PARTS
            end = known.high if place == _PARTS - 1 else known.low + (place + 1) * width
            self.narrowed(x, known.low + place * width, end)

    def _extreme(self, n: Node) -> Range:
        a, b = self._numbers(n)
        larger = n.op == "max"
        if "const" in (n.args[0].op, n.args[1].op):
            for x, other in ((n.args[0], a), (n.args[1], b)):
                if n.op == "min" and other.grid >= 0 and other.low < _LARGE < other.high:
                    large = self.choose(2)
                    self.narrowed(x, *((_LARGE + 1.0, math.inf) if large else (-math.inf, _LARGE)))
            a, b = self._numbers(n)
            pick = max if larger else min
            return ranged(
                pick(a.low, b.low),
                pick(a.high, b.high),
                min(a.least, b.least),
                min(a.grid, b.grid),
                max(a.lost, b.lost),
            )
        self.same[n] = first = n.args[self.choose(2)]
        other = self.number(n.args[1] if first is n.args[0] else n.args[0])
        self.narrowed(first, *((other.low, math.inf) if larger else (-math.inf, other.high)))
        return self.number(first)

    def _multiple(self, n: Node) -> Range:
        """By a power of two: where that may underflow, of the arguments for which it may by themselves."""
        a, b = self._numbers(n)
        whole = n.args[0].args[0] if n.args[0].op == "neg" else n.args[0]
        if (
            whole in self.function.parameters
            and b.point is not None
            and a.grid + b.grid < SMALLEST
            and a.least + b.least < NORMAL
        ):
            least = NORMAL - b.least
            if a.most > least:
                if self.choose(2):
                    end = math.ldexp(1.0, least)
                    self.narrowed(n.args[0], -end, end)
                else:
                    self.narrowed(n.args[0], a.low, a.high, least)
                a = self.number(n.args[0])
        head, k = self.beside.get(self._itself(n.args[0]), (None, 0))
        if head is not None:
            both = node("exact_mul", head, n.args[1])
            if self.number(both).least >= NORMAL:
                self.beside[n] = (both, k)
        return product(a, b)

    def _operation(self, n: Node, a: list[Range]) -> Range:
        match n.op:
            case "neg":
                return negative(a[0])
            case "abs":
                size = max(abs(a[0].low), abs(a[0].high))
                low = min(abs(a[0].low), abs(a[0].high)) if a[0].of_one_sign else 0.0
                return ranged(low, size, a[0].least, a[0].grid, a[0].lost, a[0].nonzero)
            case "add":
                self._tail_of_sum(n)
                return total(a[0], a[1])
            case "sub":
                return self._difference(n, a)
            case "mul":
                return product(a[0], a[1])
            case "div":
                return quotient(a[0], a[1])
            case "fma":
                self._tail_of_product(n)
                found, bound = _fma(*a), self._rest(n, a[2])
                if bound is None or found.point is not None:
                    return found
                return ranged(max(found.low, -bound), min(found.high, bound), found.grid, found.grid, found.lost)
            case "pow2":
                return self._power(a[0])
            case "round":
                return ranged(float(round(a[0].low)), float(round(a[0].high)), 0, 0)
            case "exponent":
                low, high = (math.frexp(x)[1] - 1 if x >= 2.0**NORMAL else NORMAL - 1 for x in (a[0].low, a[0].high))
                return ranged(float(low), float(high), 0, 0)
            case "significand":
                lost = a[0].lost - min(a[0].least, 1023)
                return ranged(1.0, math.nextafter(2.0, 0.0), 0, -52, lost)
        raise CheckFailed(f"range analysis: the operation {n.op} is not covered")

    def _difference(self, n: Node, a: list[Range]) -> Range:
        first, second = n.args
        if self._chosen(first) is self._chosen(second):
            return ranged(0.0, 0.0)
        found = total(a[0], negative(a[1]))
        if second.op in ("min", "max") and first in second.args:
            low, high = (found.low, min(found.high, 0.0)) if second.op == "max" else (max(found.low, 0.0), found.high)
            return ranged(low, high, found.least, found.grid, found.lost)
        return found

    def _rest(self, n: Node, x: Range) -> float | None:
        """A bound for fma(-q, y, x) that the ranges do not see, where q is nearly x/y.

        That is the remainder of a division, q = x/y, and what is left of a reduction, q = round(x c) with c near 1/y.
        """
        q, y = n.args[0].args[0] if n.args[0].op == "neg" else n.args[0], n.args[1]
        size = max(abs(x.low), abs(x.high))
        if q.op == "div" and q.args == (n.args[2], y):
            return math.ldexp(size, -52) if self.number(q).least >= NORMAL else None
        if q.op != "round" or q.args[0].op != "mul" or q.args[0].args[0] is not n.args[2]:
            return None
        step, inverse = y.value, q.args[0].args[1].value
        if not (isinstance(step, float) and isinstance(inverse, float)):
            return None
        off = step * (0.5 + size * inverse * 2.0**-52) + size * abs(1.0 - step * inverse) + size * 2.0**-51
        return off * (1 + 2.0**-40)

    def _tail_of_sum(self, n: Node) -> None:
        """Two tails of one head, and the tails of two that are not negative beside their sum."""
        (first, i), (second, j) = (self.beside.get(x, (None, 0)) for x in n.args)
        if first is None or second is None:
            return
        if first is not second:
            if min(self.number(first).low, self.number(second).low) < 0.0:
                return
            first = result(node("two_sum", first, second), 0)
        self.beside[n] = (first, max(i, j) + 1)

    def _tail_of_product(self, n: Node) -> None:
        """a c_tail + rest, and a_tail c + rest, are tails of a c where the rest is one."""
        x, y, rest = n.args
        head, k = self.beside.get(rest, (None, 0))
        if head is None or head.args[0].op != "two_prod" or self.number(head).least < NORMAL:
            return
        for factor, tail in ((x, y), (y, x)):
            partner, share = self.beside.get(tail, (None, 0))
            if partner is not None and {factor, partner} == set(head.args[0].args):
                self.beside[n] = (head, max(k, share) + 2)

    def _power(self, k: Range) -> Range:
        if not (k.low >= NORMAL and k.high <= 1023 and k.grid >= 0):
            raise CheckFailed(f"range analysis: 2^k for k between {k.low:g} and {k.high:g} may leave the format")
        return ranged(2.0**k.low, 2.0**k.high, int(k.low), int(k.low))


def results(function: Function, given: tuple[Range, ...], beside: Relations = ()) -> list[Results]:
    """What a function makes of its arguments: where its first result is 0, and where it is not."""
    return [_closed(function, given, beside)] if function is CLOSE else _joined(function, given, beside)


@cache
def _sides(function: Function, given: tuple[Range, ...], beside: Relations) -> list[Results]:
    """The same, side by side."""
    found: list[Results] = []
    taken: list[int] = []
    while True:
        side = _Side(function, given, beside, taken)
        with suppress(_Nowhere):
            found.append(side.results())
        taken = taken[: len(side.counts)]
        while taken and taken[-1] == side.counts[len(taken) - 1] - 1:
            taken.pop()
        if not taken:
            return list(dict.fromkeys(found))
        taken[-1] += 1


@cache
def _joined(function: Function, given: tuple[Range, ...], beside: Relations) -> list[Results]:
    sides = _sides(function, given, beside)
    if function in _never_negative():
        sides = [_not_negative(side, _never_negative()[function]().tail) for side in sides]
    zero = [side for side in sides if side[0][0].point == 0.0]
    return [_union(some) for some in (zero, [side for side in sides if side not in zero]) if some]


@cache
def _never_negative() -> Mapping[Function, Callable[[], Proved]]:
    """The functions that are an excess, and what the rounding analysis shows of their heads and tails."""
    return {f: proof for module in terms().values() for f, proof in getattr(module, "NEVER_NEGATIVE", {}).items()}


def _not_negative(side: Results, tail: float) -> Results:
    (head, *others), relations = side
    if head.lost - _COUNTS > head.least:
        raise CheckFailed("range analysis: the sign of an excess may depend on an underflow")
    return (replace(head, low=max(head.low, 0.0)), *others), (*relations, (1, 0, math.ceil(math.log2(tail)) - 52))


def _union(sides: Sequence[Results]) -> Results:
    ranges = tuple(reduce(or_, several) for several in zip(*(ranges for ranges, _ in sides), strict=True))
    known = [{(i, j): k for i, j, k in relations} for _, relations in sides]
    common = [pair for pair in known[0] if all(pair in of for of in known)]
    return ranges, tuple((i, j, max(of[i, j] for of in known)) for i, j in common)


def _closed(function: Function, given: tuple[Range, ...], beside: Relations) -> Results:
    """The last scaling, some binades at a time: what underflows is nothing beside the result, or beside its last place.

    A result that is beyond the format is an infinity, and one far below it a zero, whatever happens inside.
    """
    head, tail, exponent = given
    found: list[Results] = []
    for first in range(int(exponent.low), int(exponent.high) + 1, _SCALES):
        last = min(first + _SCALES - 1, int(exponent.high))
        if first + head.least > 1025 or last + head.most < SMALLEST + _COUNTS:
            continue
        # a head that overflows when it is scaled by half of a positive exponent is that of an infinite result
        end = math.ldexp(1.0, 1021 - last // 2) if first >= 4 * _SCALES else LARGEST
        if head.low > end:
            continue
        fits = replace(head, high=min(head.high, end))
        for side in _joined(function, (fits, tail, ranged(float(first), float(last), 0, 0)), beside):
            (scaled, low, unscale), _ = side
            lost = _together(scaled.lost, low.lost)
            if lost > scaled.least - 53 + _COUNTS and lost + unscale.most > SMALLEST + _COUNTS:
                raise CheckFailed(f"range analysis: an underflow may count in results of the size 2^{first}")
            found.append(side)
    return _union(found) if found else (given, ())


def hold(function: Function, parameters: Sequence[Parameter]) -> bool:
    """Whether it can be shown for all ordinary arguments of a composed function.

    Ends of ranges beyond binary64 itself, and trees too deep to be followed, show nothing either.
    """
    try:
        results(function, tuple(map(of_parameter, parameters)))
    except (CheckFailed, OverflowError, RecursionError):
        return False
    return True
