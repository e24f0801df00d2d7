"""The one error metric: |computed - exact| in units in the last place of the exact value.

The rules, stated once:

- ulp(v) = 2^(e - digits + 1) where 2^e <= |v| < 2^(e+1), never less than the smallest subnormal, and unbounded above:
  a value beyond the largest float is measured in the ulp of the binade it would have.
- A computed infinity stands for 2^most (the first power of two beyond the largest float) and everything beyond it.
  So it has error 0 against an exact value from there on, and a finite result far below such a value has a huge error.
- Exact NaN: error 0 for a NaN, infinity for anything else. Exact infinity: error 0 for the same infinity, infinity for
  anything else. A computed NaN for any other exact value has error infinity.
- The sign of zero is not looked at.

An exact value reaches the metric as an integer times a power of two with at least 32 correct bits below the last place
(`Dyadic`), and is split into whole ulps and a fraction by integer arithmetic, so nothing is rounded twice.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Precision:
    """A binary interchange format of IEEE 754."""

    name: str
    dtype: type[np.floating[Any]]
    digits: int
    least: int
    most: int

    @property
    def largest(self) -> float:
        return float(np.finfo(self.dtype).max)

    @property
    def smallest(self) -> float:
        return math.ldexp(1.0, self.least)

    @property
    def smallest_normal(self) -> float:
        return math.ldexp(1.0, self.least + self.digits - 1)


BINARY64 = Precision("binary64", np.float64, 53, -1074, 1024)
BINARY32 = Precision("binary32", np.float32, 24, -149, 128)
PRECISIONS = (BINARY64, BINARY32)


class Dyadic(NamedTuple):
    """The exact value ``mantissa * 2**exponent``, measured in the ulp of the binade 2^``binade``.

    ``binade`` is that of the value itself, or of the larger part of a sum whose contract is stated in ulp of that part.
    """

    mantissa: int
    exponent: int
    binade: int


#: The binade of zero: below that of every float.
BELOW_ALL = -(1 << 40)

#: What the closed form returns: a tight dyadic number, or a float (exact as it stands; NaN and infinities are
#: themselves).
Exact = Dyadic | float


def dyadic(value: float) -> Dyadic:
    """The finite float as a dyadic number."""
    numerator, denominator = value.as_integer_ratio()
    exponent = 1 - denominator.bit_length()
    return Dyadic(numerator, exponent, numerator.bit_length() + exponent - 1 if numerator else BELOW_ALL)


@dataclass(frozen=True)
class ExactValues:
    """Exact values in a format, ready for comparison with arrays of computed ones.

    value = (whole + part) * 2^exponent where 2^exponent is the ulp; ``limit`` is 0 for these, and NaN or an infinity
    where that is the exact value. ``beyond`` marks values from 2^most on, ``vanishing`` those of which the absolute
    value is at most half the smallest subnormal, ``zero`` those which are exactly zero.
    """

    precision: Precision
    whole: NDArray[np.float64]
    part: NDArray[np.float64]
    exponent: NDArray[np.int32]
    limit: NDArray[np.float64]
    beyond: NDArray[np.bool_]
    vanishing: NDArray[np.bool_]
    zero: NDArray[np.bool_]

    @staticmethod
    def of(values: Sequence[Exact], precision: Precision) -> ExactValues:
        """Split exact values into whole ulps and fractions of an ulp of ``precision``."""
        rows = [_split(value, precision) for value in values]
        whole, part, exponent, limit, beyond, vanishing, zero = zip(*rows, strict=True) if rows else ((),) * 7
        return ExactValues(
            precision,
            np.array(whole, np.float64),
            np.array(part, np.float64),
            np.array(exponent, np.int32),
            np.array(limit, np.float64),
            np.array(beyond, np.bool_),
            np.array(vanishing, np.bool_),
            np.array(zero, np.bool_),
        )

    def __len__(self) -> int:
        return len(self.whole)

    def take(self, indices: NDArray[np.intp]) -> ExactValues:
        """Those at some positions."""
        kept = {field.name: getattr(self, field.name)[indices] for field in fields(self) if field.name != "precision"}
        return ExactValues(self.precision, **kept)

    @property
    def subnormal(self) -> NDArray[np.bool_]:
        """Where the exact value is smaller than every normal number."""
        with np.errstate(over="ignore", under="ignore"):
            size = np.abs(np.ldexp(self.whole + self.part, self.exponent))
        small: NDArray[np.bool_] = (self.limit == 0.0) & ~self.beyond & (size < self.precision.smallest_normal)
        return small

    def error(self, computed: FloatArray) -> NDArray[np.float64]:
        """Error in ulp of each computed value, by the rules at the head of this file."""
        given = computed.astype(np.float64)
        infinite = np.isinf(given)
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            base = np.where(infinite, np.copysign(1.0, given), given)
            scaled = np.ldexp(base, np.where(infinite, self.precision.most, 0) - self.exponent)
            error = np.abs((scaled - self.whole) - self.part)
            error[infinite & self.beyond & (np.sign(given) == np.sign(self.whole))] = 0.0
            error[np.isnan(error)] = np.inf
        special = self.limit != 0.0
        same = (given == self.limit) | (np.isnan(given) & np.isnan(self.limit))
        return np.where(special, np.where(same, 0.0, np.inf), error)


def _split(value: Exact, precision: Precision) -> tuple[float, float, int, float, bool, bool, bool]:
    if isinstance(value, float):
        if not math.isfinite(value):
            return 0.0, 0.0, 0, value, False, False, False
        value = dyadic(value)
    mantissa, exponent, binade = value
    if mantissa == 0:
        return 0.0, 0.0, max(binade - precision.digits + 1, precision.least), 0.0, False, True, True
    size = abs(mantissa)
    top = size.bit_length() + exponent - 1
    if top > 2 * precision.most:
        return 0.0, 0.0, 0, math.inf if mantissa > 0 else -math.inf, False, False, False
    ulp = max(binade - precision.digits + 1, precision.least)
    half = precision.least - 1
    vanishing = top < half or (top == half and size & (size - 1) == 0)
    whole, part = _in_ulps(size, exponent - ulp)
    if mantissa < 0:
        whole, part = -whole, -part
    return whole, part, ulp, 0.0, top >= precision.most, vanishing, False


def _in_ulps(size: int, shift: int) -> tuple[float, float]:
    """size * 2^shift as a float holding (almost) the whole number of ulps and the exact rest rounded to a float."""
    if shift >= 0:
        units = size << shift
        whole = float(units)
        return whole, float(units - int(whole))
    if -shift > size.bit_length() + 128:
        return 0.0, 0.0
    units = size >> -shift
    whole = float(units)
    rest = size - (int(whole) << -shift)
    return whole, rest / (1 << -shift)


def ulp_error(computed: float, exact: Exact, precision: Precision) -> float:
    """Error of one computed value; the same metric as `ExactValues.error`."""
    return float(ExactValues.of([exact], precision).error(np.array([computed], precision.dtype))[0])


def nearest(exact: Exact, precision: Precision) -> float:
    """The float nearest to the exact value, ties to even; beyond the largest float by half an ulp or more, infinity."""
    if isinstance(exact, float):
        if not math.isfinite(exact):
            return exact
        exact = dyadic(exact)
    size = abs(exact.mantissa)
    if size == 0:
        return 0.0
    top = size.bit_length() + exact.exponent - 1
    sign = 1.0 if exact.mantissa > 0 else -1.0
    if top >= precision.most:
        return sign * math.inf
    if top < precision.least - 1:
        return sign * 0.0
    ulp = max(top - precision.digits + 1, precision.least)
    shift = ulp - exact.exponent
    units = size << -shift if shift <= 0 else _half_even(size, shift)
    if units.bit_length() + ulp > precision.most:
        return sign * math.inf
    return sign * math.ldexp(units, ulp)


def _half_even(size: int, shift: int) -> int:
    units, rest = size >> shift, size & ((1 << shift) - 1)
    half = 1 << (shift - 1)
    return units + (1 if rest > half or (rest == half and units & 1) else 0)
