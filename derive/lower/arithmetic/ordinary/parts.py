"""What is proved of an excess that is computed in parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, fmpq

from derive.errors import CheckFailed
from derive.lower.arithmetic.constants import SHORT_LOG2_HEAD
from derive.lower.bounds.analyse import Analysis, Rounded, error_of_sum, exactly
from derive.vocabulary.kernel import Function, Node, operands


@dataclass(frozen=True)
class Parts:
    """Relative error of an excess in parts, and bounds for the size of each part beside their sum."""

    error: arb
    sizes: tuple[arb, ...]
    boxes: int

    @staticmethod
    def of(parts: Sequence[Rounded], exact: arb, method: arb) -> Parts:
        """Parts computed for ``exact``, which the tree in real arithmetic misses by at most ``method``.

        That it misses by no more is seen on boxes that are points.
        """
        least = arb(exact.abs_lower())
        missed = sum((part.exact for part in parts), -exact)
        if missed.abs_lower() > method.abs_upper():
            raise CheckFailed("rounding analysis: in real arithmetic the parts are not what they are computed for")
        error = (error_of_sum(*parts) + method) / least
        if not (least > 0 and error.is_finite()):
            raise CheckFailed("rounding analysis: no finite relative error on a box; subdivide")
        return Parts(error.abs_upper(), tuple((part.size() / least).abs_upper() for part in parts), 1)

    def __or__(self, other: Parts) -> Parts:
        sizes = tuple(arb(max(a, b)) for a, b in zip(self.sizes, other.sizes, strict=True))
        return Parts(arb(max(self.error, other.error)), sizes, self.boxes + other.boxes)


def exact_anchor(k: int) -> arb:
    """2^k - 1 - k log 2 with log 2 cut. Raises :class:`CheckFailed` where it, or a part of it, is not a double."""
    linear = -1 - k * Fraction(SHORT_LOG2_HEAD)
    whole = Fraction(2) ** k + linear
    for number in (linear, whole, Fraction(2) ** k - 1):
        if Fraction(float(number)) != number:
            raise CheckFailed(f"rounding analysis: at k = {k} the beginning of the range reduction is not exact")
    return arb(fmpq(whole.numerator, whole.denominator))


def fix(analysis: Analysis, n: Node, value: arb) -> None:
    """Note that a node has no error, after a look that it is what the tree computes there."""
    if not analysis.number(n).hull().overlaps(value):
        raise CheckFailed("rounding analysis: a number that is taken as exact is not the one that the tree computes")
    analysis.known[n] = exactly(value)


def boxes_for(k: int) -> int:
    return 256 if abs(k) == 1 else 64 if abs(k) < 5 else 16


def call_of(function: Function, *callees: Function) -> Node:
    """The call of one of these functions, by name, in a function."""
    names = {callee.name for callee in callees}
    nodes = operands(r for _, r in function.results)
    return next(n for n in nodes if n.function is not None and n.function.name in names)
