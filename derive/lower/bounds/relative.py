"""A relative error before the rounding to binary32, in two parts: of the approximation, and of the roundings."""

from __future__ import annotations

import math
from dataclasses import dataclass

from flint import arb

from derive.errors import CheckFailed
from derive.lower.bounds.analyse import UNIT, Rounded

#: The noise symbol of the polynomial's distance from its function, which is reported apart from the roundings.
APPROXIMATION = -1


@dataclass(frozen=True)
class Relative:
    """A bound for a relative error in two parts, from this many boxes."""

    rounding: arb
    approximation: arb
    boxes: int

    @staticmethod
    def of(value: Rounded, exact: arb, method: arb | int = 0) -> Relative:
        """Of a number computed for ``exact``, which its tree in real arithmetic misses by at most ``method``."""
        least = arb(exact.abs_lower())
        if not (least > 0 and value.error().is_finite()):
            raise CheckFailed("rounding analysis: no finite relative error on a box; subdivide")
        if not (value.exact + arb(0, arb(method).abs_upper())).overlaps(exact):
            raise CheckFailed(f"rounding analysis: {value.exact} is not {exact}, as was claimed")
        noise = dict(value.noise)
        approximation = abs(noise.pop(APPROXIMATION, arb(0)))
        rounding = Rounded(value.exact, noise, value.extra).error() + method
        return Relative(arb((rounding / least).abs_upper()), arb((approximation / least).abs_upper()), 1)

    def __or__(self, other: Relative) -> Relative:
        rounding, approximation = max(self.rounding, other.rounding), max(self.approximation, other.approximation)
        return Relative(arb(rounding), arb(approximation), self.boxes + other.boxes)

    def rounded(self, by: arb) -> Relative:
        """The same with further roundings, of this relative error."""
        more = (1 + self.rounding + self.approximation) * by
        return Relative((self.rounding + more).abs_upper(), self.approximation, self.boxes)

    @property
    def ulp(self) -> float:
        """Of a result rounded to binary32: a relative 2^-24 is at most one ulp, and half an ulp is the rounding."""
        total = ((self.rounding + self.approximation) * arb(2) ** 24 + arb(2) ** -53).abs_upper()
        return 0.5 + float(total) * (1 + 2.0**-40)

    def figures(self) -> dict[str, float]:
        """Approximation error (log2), the whole error before the last rounding (units of 2^-53), and boxes."""
        log2 = float((self.approximation.log() / arb(2).log()).abs_lower())
        units = float(((self.rounding + self.approximation) / UNIT).abs_upper())
        return {
            "approximation_log2": -math.floor(log2 * 100) / 100,
            "rounding_units": math.ceil(units * 1000) / 1000,
            "boxes": self.boxes,
        }
