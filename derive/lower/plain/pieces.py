"""Boxes of an argument, and the pieces of an excess that stand for them.

No box passes a power of two of the excess, so that the unit of the last place is known on it. Near the optimum the
boxes of one doubling stand for all smaller arguments: but for the polynomial's share, which is given as anything from
0 on there, all is scaled by powers of two.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from flint import arb

from derive.errors import CheckFailed
from derive.lower.approximation.certify import box
from derive.lower.blocks.step_bounds import Approximation
from derive.lower.bounds.analyse import Rounded, error_of_sum, exactly
from derive.lower.plain.analysis import PlainAnalysis
from derive.lower.plain.formats import Format
from derive.vocabulary.kernel import Function, Node

#: Of arguments below this, the polynomial's share is nothing.
TINY = 2.0**-12


@dataclass(frozen=True)
class Piece:
    """An excess on a box, times a power of two: its range, the error of head + tail, and the largest of them."""

    low: float
    high: float
    error: float
    head: float
    tail: float


@dataclass(frozen=True)
class Box:
    """Numbers, and the range of a monotone value there, which passes no power of two."""

    at: arb
    low: arb
    high: arb

    @property
    def tiny(self) -> bool:
        """Whether it stands for all smaller arguments."""
        return bool(abs(self.at).upper() <= 2 * TINY)


def piece(on: Box, head: Rounded, tail: Rounded, method: arb) -> Piece:
    """What the results on a box are, which in real arithmetic miss the excess by at most ``method``."""
    low = on.low * (1 - arb(TINY)) if on.tiny else on.low  # smaller ones are not quite scaled by powers of two
    sizes = [_up(x) for x in (on.high, error_of_sum(head, tail) + method, head.size(), tail.size())]
    if not (low > 0 and math.isfinite(sum(sizes))):
        raise CheckFailed("rounding analysis: no finite bound on a box; subdivide")
    return Piece(-_up(-low), *sizes)


def _up(x: arb) -> float:
    """A float that is not below."""
    most = arb(x.upper())
    found = float(most)
    return found if most <= found else math.nextafter(found, math.inf)


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


def at_powers(on: Box) -> Iterator[Box]:
    """The same in two, where a power of two is in the range."""
    power = arb(2) ** (math.frexp(float(on.high))[1] - 1)
    yield from ([Box(on.at, on.low, power), Box(on.at, power, on.high)] if on.low < power < on.high else [on])


def below(range_: arb, most: arb) -> arb:
    """The part of a range up to there."""
    return box(arb(range_.lower()), min(arb(range_.upper()), most))


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


def scaled(a: Rounded, by: arb) -> Rounded:
    """The same, times a power of two."""
    return Rounded(a.exact * by, {i: c * by for i, c in a.noise.items()}, a.extra * by)


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
