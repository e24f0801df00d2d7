"""What is known of a number: its ends, how small it may be where it is not 0, of what it is a multiple, what it lost.

Rounding is monotone: the ends of a range, computed in binary64 themselves, contain what is computed inside.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from derive.errors import CheckFailed
from derive.lower.interpret import fused
from derive.vocabulary.kernel import Node, Parameter

LARGEST = 1.7976931348623157e308
SMALLEST = -1074  # exponents: of the smallest number, and of the smallest normal one
NORMAL = -1022

#: log2 of what an underflow loses at most: half the smallest number, and where an FMA is made of halves up to eight.
UNDERFLOW = -1072.0
NOTHING = -math.inf

#: Of zero, which is a multiple of every power of two.
ANY = 1 << 20


@dataclass(frozen=True)
class Range:
    """What is known of a computed number."""

    low: float
    high: float
    least: int
    grid: int
    lost: float = NOTHING
    nonzero: bool = False
    part: int | None = None  # of a sum of two numbers: one of them is 2^part or more

    @property
    def measure(self) -> int | None:
        """What an error is compared with is 2^measure or more: the number itself, or the larger part of a sum."""
        exact_zero = self.point == 0.0 and self.lost == NOTHING
        return self.part if self.part is not None else self.least if self.nonzero or exact_zero else None

    @property
    def most(self) -> int:
        """|x| <= 2^most."""
        size = max(abs(self.low), abs(self.high))
        return math.frexp(size)[1] if size else -ANY

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
            self._part_of_either(other),
        )

    def _part_of_either(self, other: Range) -> int | None:
        if self.part is None and other.part is None:
            return None
        return None if self.measure is None or other.measure is None else min(self.measure, other.measure)


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
        return Range(0.0, 0.0, ANY, ANY, lost)
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


def together(*lost: float) -> float:
    return max(lost) + (math.ceil(math.log2(len(lost))) if len(lost) > 1 else 0)


def _lost_by_product(a: Range, b: Range) -> float:
    return together(a.lost + b.most, b.lost + a.most, a.lost + b.lost)


def _perhaps_subnormal(low: float, high: float, least: int, grid: int, lost: float, nonzero: bool = False) -> Range:
    """A result that is rounded: exact where it is subnormal and a multiple of the smallest number."""
    if grid < SMALLEST and least < NORMAL and not (low >= 2.0**NORMAL or high <= -(2.0**NORMAL)):
        return ranged(low, high, SMALLEST, SMALLEST, together(lost, UNDERFLOW))
    return ranged(low, high, least, grid, lost, nonzero)


def _ends(a: Range, b: Range) -> list[tuple[float, float]]:
    return [(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]


def product(a: Range, b: Range) -> Range:
    if 0.0 in (a.point, b.point):
        return ranged(0.0, 0.0, lost=_lost_by_product(a, b))
    ends = [x * y for x, y in _ends(a, b)]
    nonzero, lost = a.nonzero and b.nonzero, _lost_by_product(a, b)
    found = _perhaps_subnormal(min(ends), max(ends), a.least + b.least, a.grid + b.grid, lost, nonzero)
    return replace(found, part=_part_of_product(a, b))


def _part_of_product(a: Range, b: Range) -> int | None:
    """Of a sum of two parts and a factor."""
    (whole, factor) = (b, a) if a.part is None else (a, b)
    return None if whole.part is None or factor.part is not None else whole.part + factor.least


def quotient(a: Range, b: Range) -> Range:
    if not b.of_one_sign:
        raise CheckFailed("range analysis: a divisor may be zero")
    ends = [x / y for x, y in _ends(a, b)]
    lost = together(a.lost - b.least, b.lost + a.most - 2 * b.least + 1, NOTHING)
    if a.point == 0.0:
        return ranged(0.0, 0.0, lost=lost)
    least = a.least - b.most
    grid = least - 52 if least >= NORMAL else SMALLEST - 1
    found = _perhaps_subnormal(min(ends), max(ends), least, grid, lost, a.nonzero)
    return replace(found, part=None if a.part is None or b.part is not None else a.part - b.most)


def _decides(a: Range, most: int) -> bool:
    """Whether a sum with what is at most 2^most is at least half of this."""
    return a.nonzero and a.least - 1 > most


def _common(a: int | None, b: int | None) -> int | None:
    """Of a head and a tail, which are measured by one number; a sum with anything else is no such pair."""
    return None if a is None or b is None else max(a, b)


def total(a: Range, b: Range) -> Range:
    """A sum is exact where it is subnormal."""
    if 0.0 in (a.point, b.point):
        return replace(b if a.point == 0.0 else a, lost=together(a.lost, b.lost))
    grid = min(a.grid, b.grid)
    decided = [x.least - 1 for x, y in ((a, b), (b, a)) if _decides(x, y.most)]
    lost, least = together(a.lost, b.lost), max(decided, default=SMALLEST)
    found = ranged(a.low + b.low, a.high + b.high, least, grid, lost, bool(decided))
    return replace(found, part=_common(a.part, b.part))


def negative(a: Range) -> Range:
    return replace(a, low=-a.high, high=-a.low)


def multiply_add(a: Range, b: Range, c: Range) -> Range:
    if 0.0 in (a.point, b.point):
        return replace(c, lost=together(c.lost, _lost_by_product(a, b)))
    ends = [(fused(x, y, c.low), fused(x, y, c.high)) for x, y in _ends(a, b)]
    grid = min(a.grid + b.grid, c.grid)
    whole = Range(0.0, 1.0, a.least + b.least, grid, nonzero=a.nonzero and b.nonzero)
    decided = [c.least - 1] if _decides(c, a.most + b.most) else [whole.least - 1] if _decides(whole, c.most) else []
    lost, least = together(_lost_by_product(a, b), c.lost), max(decided, default=grid)
    low, high = min(low for low, _ in ends), max(high for _, high in ends)
    found = _perhaps_subnormal(low, high, least, grid, lost, bool(decided))
    return replace(found, part=_common(_part_of_product(a, b), c.part))


def _tail(head: Range, grid: int) -> Range:
    """Half an ulp of the head at most."""
    size = math.ldexp(1.0, head.most - 53) if head.most > -ANY else 0.0
    lost = head.lost if grid >= SMALLEST else together(head.lost, UNDERFLOW)
    return replace(ranged(-size, size, max(grid, SMALLEST), max(grid, SMALLEST), lost), part=head.part)


def transform(n: Node, a: Sequence[Range]) -> tuple[Range, Range]:
    if n.op == "two_prod":
        head, grid = product(a[0], a[1]), a[0].grid + a[1].grid
    else:
        head, grid = total(a[0], a[1]), min(a[0].grid, a[1].grid)
        if 0.0 in (a[0].point, a[1].point):
            return head, ranged(0.0, 0.0)
    return head, _tail(head, grid)


#: Which results, or arguments, are tails of which: |x_i| <= 2^k |x_j|.
Relations = tuple[tuple[int, int, int], ...]
Results = tuple[tuple[Range, ...], Relations]
