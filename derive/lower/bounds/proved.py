"""What the rounding analysis proves of a head and a tail, and how boxes add up to it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from flint import arb

from derive.errors import CheckFailed
from derive.lower.approximation.certify import Certificate
from derive.lower.bounds.analyse import (
    UNIT,
    Rounded,
    error_of_sum,
    head_and_tail,
)
from derive.vocabulary.kernel import Function, Node


@dataclass(frozen=True)
class Box:
    """The results on a box, a lower bound for the exact value there, and by how much real arithmetic misses it."""

    results: Sequence[Rounded]
    least: arb
    method: arb


@dataclass(frozen=True)
class Proved:
    """Relative error of a head and tail in units of 2^-53, in two parts, and the size of the tail beside the head.

    Of a sum of two parts of either sign, which is ``signed``, the error is relative to the larger part. ``at`` is the
    box with the largest rounding error, ``parts`` what was proved of the functions that are called: from them
    :mod:`derive.lower.bounds.error_budget` says what each operation contributes.
    """

    rounding: float
    approximation: float
    tail: float
    boxes: int
    at: Box | None = field(default=None, compare=False, repr=False)
    parts: tuple[Proved, ...] = field(default=(), compare=False, repr=False)
    signed: bool = False

    @property
    def total(self) -> float:
        return self.rounding + self.approximation

    @property
    def last(self) -> float:
        """The last rounding, in ulp: a sum of two parts may reach the binade above that of the larger."""
        return 1.0 if self.signed else 0.5

    def figures(self, *certificates: Certificate, tiny: Proved | None = None) -> dict[str, float]:
        """Approximation error (log2), rounding error (units of 2^-53, without the last rounding), and boxes.

        And what the rounding error is of results below the normal range, where that is another.
        """
        errors = [float((c.error.log() / arb(2).log()).upper()) for c in certificates]
        return {
            **({"approximation_log2": math.ceil(max(errors) * 100) / 100} if errors else {}),
            "rounding_units": round(self.total + 0.0005, 3),
            **({} if tiny is None else {"subnormal_rounding_units": round(tiny.total + 0.0005, 3)}),
            "boxes": self.boxes + sum(c.boxes for c in certificates),
        }

    def pair(self, exact: arb) -> tuple[Rounded, Rounded]:
        """Such a head and tail of a number."""
        return head_and_tail(exact, UNIT * arb(self.total), UNIT * arb(self.tail))


def named(function: Function) -> dict[str, Node]:
    """The nodes of a function that have a name."""
    return {name: node for node, name in function.names.items()}


def in_units(error: arb) -> float:
    """An upper bound of an error in units of 2^-53, as a float rounded up."""
    value = float((error / UNIT).abs_upper())
    return value * (1 + 2.0**-50) + 2.0**-1000


class Worst:
    """The largest relative error and tail over boxes."""

    def __init__(self) -> None:
        self.error, self.tail, self.boxes = arb(0), arb(0), 0
        self.at: Box | None = None

    def add(self, results: list[Rounded], exact: arb, method: arb | None = None) -> None:
        """Head and tail computed for ``exact``, which the tree in real arithmetic misses by at most ``method``.

        That it misses by no more is seen on boxes that are points.
        """
        missed = sum((result.exact for result in results), -exact)
        if missed.abs_lower() > (0 if method is None else method.abs_upper()):
            raise CheckFailed("rounding analysis: in real arithmetic the results are not what they are computed for")
        least = arb(exact.abs_lower())
        if not least > 0:
            raise CheckFailed("rounding analysis: the exact value may be zero on a box; subdivide")
        error = error_of_sum(*results) + (arb(0) if method is None else method)
        if not (error.is_finite() and results[1].size().is_finite()):
            raise CheckFailed("rounding analysis: no finite bound on a box; subdivide")
        if self.at is None or (error / least).abs_upper() > self.error.abs_upper():
            self.at = Box(results, least, arb(0) if method is None else method)
        self.error = arb(max(self.error.abs_upper(), (error / least).abs_upper()))
        self.tail = arb(max(self.tail.abs_upper(), (results[1].size() / least).abs_upper()))
        self.boxes += 1

    def proved(self, approximation: float = 0.0, *parts: Proved) -> Proved:
        return Proved(in_units(self.error), approximation, in_units(self.tail), self.boxes, self.at, parts)


def in_ulp(proved: Proved, *, digits: int, tiny: Proved | None = None) -> float:
    """Half an ulp for the last rounding, and the error before it: a relative 2^-53 is at most one ulp of binary64.

    A binary64 result below the normal range is rounded once more, when it is scaled. What was off before counts half
    there, or less: half an ulp for the first rounding, and the error before, which is that of ``tiny`` where less than
    in general is known of such results.

    The last rounding of a binary32 result is the one to binary32: rounding to odd before it makes the binary64 one
    harmless.
    """
    ordinary = proved.last + proved.total * 2.0 ** (digits - 53) * (1 + 2.0**-40)
    twice = 0.5 + (proved.last + (tiny or proved).total * (1 + 2.0**-40)) / 2
    return max(ordinary, twice) if digits == 53 else ordinary


def rounded_up(bound: float) -> float:
    """To two decimals, as it is declared."""
    return math.ceil(bound * 100) / 100
