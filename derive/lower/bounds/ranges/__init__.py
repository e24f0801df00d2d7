"""Ranges of a composed tree: that nothing in it overflows, and that what underflows does not count.

The rounding analysis (:mod:`derive.lower.bounds.analyse`) reads every operation as exact but for a relative 2^-53.
Here that is shown for all ordinary arguments. Of every number it is known

    low <= x <= high,    x = 0 or |x| >= 2^least,    x is a multiple of 2^grid,

and by how much underflows have put it off: an operation whose exact result may be a subnormal number between two of
the format adds half the smallest one, which is carried along as an absolute error. Where a condition, or the larger of
two numbers, is not decided by the ranges, each of its sides is taken for itself: what holds on a side is known on it.
At the end the error is compared with the result, by binades of its scale.

That an excess is not negative, and its tail small beside it, is what the rounding analysis shows of its function.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache, reduce
from operator import or_

from derive.errors import CheckFailed
from derive.lower.arithmetic.gradients import SCALE_BY
from derive.lower.arithmetic.logarithm import BALANCE
from derive.lower.arithmetic.scaled import CLOSE
from derive.lower.bounds.proved import Proved, named
from derive.lower.bounds.ranges.conditions import Nowhere
from derive.lower.bounds.ranges.numbers import (
    LARGEST,
    NOTHING,
    SMALLEST,
    Range,
    Relations,
    Results,
    of_parameter,
    ranged,
    together,
)
from derive.lower.bounds.ranges.side import Side
from derive.lower.terms import terms
from derive.vocabulary.kernel import Function, Parameter

#: In units of the result an error of 2^-60 is nothing, also of the smallest subnormal one.
_COUNTS = -60

#: Scales of a result that are looked at together.
_SCALES = 8

#: A relative error of so many binades below 1 is nothing to whatever a head and a tail are the argument of.
_SETTLED = 400

#: The size of a derivative before its last scaling, and its inverse, in binades; and sizes that are looked at together.
_SIZE, _SIZES = 800, 100


def results(function: Function, given: tuple[Range, ...], beside: Relations = ()) -> list[Results]:
    """What a function makes of its arguments: where its first result is 0, and where it is not."""
    if function is SCALE_BY:
        return [_scaled_once(function, given)]
    return [_closed(function, given, beside)] if function is CLOSE else _joined(function, given, beside)


def _called(function: Function, given: tuple[Range, ...], beside: Relations) -> list[Results]:
    """The same as another function takes it: of one whose parts belong together, each side for itself."""
    return _sides(function, given, ()) if function is BALANCE else results(function, given, beside)


@cache
def _sides(function: Function, given: tuple[Range, ...], beside: Relations) -> list[Results]:
    """What a function makes of its arguments, side by side."""
    found: list[Results] = []
    taken: list[int] = []
    while True:
        side = Side(function, given, beside, taken, _called)
        with suppress(Nowhere):
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
    if function in _sized() and given[0].nonzero:
        least, order, proof = _sized()[function]
        sides = [_of_size(side, least + order * min(given[0].least, 0), proof().tail) for side in sides]
    sides = [_settled(side) for side in sides]
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
    return (replace(head, low=max(head.low, 0.0)), *others), (*relations, (1, 0, _binades(tail)))


@cache
def _sized() -> Mapping[Function, tuple[int, int, Callable[[], Proved]]]:
    """The functions that are not 0 where their argument is not: how large they are at 1 or more, and to which order."""
    return {f: known for module in terms().values() for f, known in getattr(module, "SIZED", {}).items()}


def _of_size(side: Results, least: int, tail: float) -> Results:
    (head, low, *others), relations = side
    share = _binades(tail)
    if together(head.lost, low.lost) - _COUNTS > least + share:
        raise CheckFailed("range analysis: whether a function is 0 may depend on an underflow")
    known = ranged(head.low, head.high, max(head.least, least), head.grid, head.lost, nonzero=True)
    return (known, low, *others), (*relations, (1, 0, share))


def _settled(side: Results) -> Results:
    """Without what a head and its tail have lost, where that is far below every rounding, whatever is made of them."""
    found, relations = list(side[0]), side[1]
    for i, j, _ in relations:
        tail, head = found[i], found[j]
        if head.measure is not None and together(tail.lost, head.lost) < head.measure - _SETTLED:
            found[i], found[j] = replace(tail, lost=NOTHING), replace(head, lost=NOTHING)
    return tuple(found), relations


def _binades(tail: float) -> int:
    """A bound for the size of a tail beside its head, from what is proved of it."""
    return math.ceil(math.log2(tail)) - 52


def _union(sides: Sequence[Results]) -> Results:
    ranges = tuple(reduce(or_, several) for several in zip(*(ranges for ranges, _ in sides), strict=True))
    known = [{(i, j): k for i, j, k in relations} for _, relations in sides]
    common = [pair for pair in known[0] if all(pair in of for of in known)]
    return ranges, tuple((i, j, max(of[i, j] for of in known)) for i, j in common)


def _closed(function: Function, given: tuple[Range, ...], beside: Relations) -> Results:
    """The last scaling, some binades at a time: what underflows is nothing beside the result, or beside its last place.

    A result that is beyond the format is an infinity, and one far below it a zero, whatever happens inside: also with
    the exponent that the scaling is cut to.
    """
    head, tail, exponent = given
    most, least = (known.args[1].value for known in (named(CLOSE)["cut"].args[0], named(CLOSE)["cut"]))
    assert isinstance(most, float) and isinstance(least, float)
    found: list[Results] = []
    for first in range(int(exponent.low), int(exponent.high) + 1, _SCALES):
        last = min(first + _SCALES - 1, int(exponent.high))
        if min(first, most) + head.least > 1025 or max(last, least) + head.most < SMALLEST + _COUNTS:
            continue
        if last > most or first < least:
            raise CheckFailed(f"range analysis: the exponent 2^{first} of a result that may count is cut")
        # a head that overflows when it is scaled by half of a positive exponent is that of an infinite result
        end = math.ldexp(1.0, 1021 - last // 2) if first >= 4 * _SCALES else LARGEST
        if head.low > end:
            continue
        fits = replace(head, high=min(head.high, end))
        for side in _joined(function, (fits, tail, ranged(float(first), float(last), 0, 0)), beside):
            (scaled, low, unscale), _ = side
            lost = together(scaled.lost, low.lost)
            if lost > scaled.least - 53 + _COUNTS and lost + unscale.most > SMALLEST + _COUNTS:
                raise CheckFailed(f"range analysis: an underflow may count in results of the size 2^{first}")
            found.append(side)
    return _union(found) if found else (given, ())


def _scaled_once(function: Function, given: tuple[Range, ...]) -> Results:
    """The last scaling of a derivative, a binade at a time: of what is infinite, or rounds to 0, nothing is asked.

    A number within 2^+-800 whose result counts is normal when it is scaled by the first half of the exponent, and the
    exponent is not cut: 2^-1134 <= |x| 2^j and |x| >= 2^-800 give |x| 2^(j/2) >= 2^-967, and |j| <= 1934. A sum of two
    parts may be smaller: what it loses then is at most 2^(j/2 - 1075), j < 0, beside a part above 2^(j - 800) or half
    the smallest number: nothing.
    """
    x, exponent = given
    if x.point != 0.0:
        measure = x.least if x.part is None else x.part
        if x.lost > NOTHING and (x.measure is None or x.lost - _COUNTS > measure - 53):
            raise CheckFailed("range analysis: an underflow may count in a derivative")
        if measure < -_SIZE or x.most > _SIZE:
            raise CheckFailed("range analysis: a derivative may be beyond its last scaling")
        first = max(int(exponent.low), SMALLEST + _COUNTS - x.most)
        last = min(int(exponent.high), 1024 - measure)
        # of all numbers about as large, with exponents about as large: most of them have been looked at before
        _scaled_by_each(function, -(-x.most // _SIZES), x.least // _SIZES, first // _SIZES, -(-last // _SIZES))
    return (ranged(-LARGEST, LARGEST),), ()


@cache
def _scaled_by_each(function: Function, most: int, least: int, first: int, last: int) -> None:
    """The same of numbers and exponents between these multiples of a hundred: 2^most or less, 2^least or more."""
    for j in range(first * _SIZES, last * _SIZES + 1):
        end = min(math.ldexp(1.0, most * _SIZES), math.ldexp(math.nextafter(1.0, 0.0), min(1024 - j, 1024)))
        size = min(max(least * _SIZES, SMALLEST, SMALLEST + _COUNTS - j), math.frexp(end)[1] - 1)
        if end >= 2.0**SMALLEST:
            _joined(function, (ranged(-end, end, size), ranged(float(j), float(j), 0, 0)), ())


def hold(function: Function, parameters: Sequence[Parameter]) -> bool:
    """Whether it can be shown for all ordinary arguments of a composed function.

    Ends of ranges beyond binary64 itself, and trees too deep to be followed, show nothing either.
    """
    try:
        results(function, tuple(map(of_parameter, parameters)))
    except (CheckFailed, OverflowError, RecursionError):
        return False
    return True
