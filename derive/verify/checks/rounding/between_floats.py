"""What is known of expm1mx and -log1pmx between floats that follow each other, for `rounding.c` to compare with.

A segment is a run of floats of one sign and exponent, with a polynomial that binary64 evaluates and, in ulps of that
value, how far below and above it the exact value may be. Where an open side is known, no tie is left open:

- |x| < 2^-53: x^2/2 is exact, and expm1mx(x) is less than an ulp from it, on the side of x's sign (the next term is
  x^3/6, and all terms after it are together less than half of that); -log1pmx(x) on the other side (-x^3/3).
- expm1mx at x <= -64: above -1 - x, by less than 2^-92. Up to 2^53 that is exact, and an ulp is 2^-47 or more; from
  there on -x is exact, and -1 - x is no further below it than the number before it.

Elsewhere it is a Taylor polynomial about the segment's middle. Its coefficients are balls, rounded; to that come the
roundings of Horner's rule (a coefficient of degree i goes through 2 i + 1, contracted or not), and Lagrange's
remainder in a ball over the segment, which is halved until all that is a few ulps. Both functions fall where x < 0 and
rise where x > 0, so that the smallest value on a segment, whose ulp is counted in, is that of its first float.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from flint import arb, ctx
from numpy.typing import NDArray

DEGREE = 8

#: The struct ``segment`` of rounding.c.
SEGMENT = np.dtype(
    [
        ("center", np.float64),
        ("coefficient", np.float64, (DEGREE + 1,)),
        ("below", np.int64),
        ("above", np.int64),
        ("first", np.uint32),
        ("count", np.uint32),
        ("kind", np.uint32),
        ("value", np.uint32),
    ],
    align=True,
)
KNOWN, NOT_A_NUMBER, FLOATING, FIXED = range(4)

Segments = NDArray[np.void]

_INFINITY = 0x7F800000
_MINUS_ONE = 0xBF800000
_MANTISSA = 23
_PRECISION = 320

#: A segment whose polynomial is known to this many ulps is not halved; one in 2^24 of its floats stays undecided.
_CLOSE = 16

#: So many ulps of binary64 hold more than two ulps of binary32: nothing is decided.
_UNKNOWN = 1 << 32

#: Terms below this part of the value are left out; their size, and whatever underflows, is counted with its tenfold.
_NEGLIGIBLE = arb(2) ** -80


def _exponential(x: arb) -> Iterator[arb]:
    power = x.exp()
    yield power - 1 - x
    yield power - 1
    for degree in range(2, DEGREE + 2):
        power /= degree
        yield power


def _logarithm(x: arb) -> Iterator[arb]:
    yield x - (1 + x).log()
    yield x / (1 + x)
    power = -1 / (1 + x)
    for degree in range(2, DEGREE + 2):
        power /= -(1 + x)
        yield power / degree


#: Taylor coefficients, about a ball, of the function or its opposite, whichever is not negative.
TAYLOR: dict[str, Callable[[arb], Iterator[arb]]] = {"expm1mx": _exponential, "log1pmx": _logarithm}

#: The sign bit of what a kernel computes.
SIGN = {"expm1mx": 0, "log1pmx": 0x80000000}


def as_float(bits: int) -> float:
    """The float with these bits."""
    return float(np.array(bits, np.uint32).view(np.float32))


def segments(name: str, first: int, count: int) -> Segments:
    """All floats whose bits are ``first``, ``first + 1``, ... in order."""
    ctx.prec = _PRECISION
    rows: list[tuple[object, ...]] = []
    end = first + count
    while first < end:
        binade = min(end, (first >> _MANTISSA) + 1 << _MANTISSA)
        rows += _binade(name, first, binade - first)
        first = binade
    return np.array(rows, SEGMENT)


def _binade(name: str, first: int, count: int) -> Iterator[tuple[object, ...]]:
    """Floats of one sign and exponent."""
    magnitude, negative = first & 0x7FFFFFFF, first >> 31 == 1
    whole = first >> _MANTISSA << _MANTISSA
    if magnitude >= _INFINITY:
        infinite = _INFINITY if name == "expm1mx" or not negative else None
        yield from _first_apart(first, count, whole, infinite, None)
    elif negative and whole >= _MINUS_ONE and name == "log1pmx":
        yield from _first_apart(first, count, whole, _INFINITY if whole == _MINUS_ONE else None, None)
    elif magnitude < 127 - 53 << _MANTISSA:
        above = negative == (name == "log1pmx")
        kind = FIXED if magnitude < 127 - 62 << _MANTISSA else FLOATING
        if first & 0x7FFFFFFF == 0:
            yield _known(first, 1, 0)
            first, count = first + 1, count - 1
        if count:
            yield _tangent(first, count, kind, (0.0, 0.0, 0.5), above)
    elif name == "expm1mx" and not negative and magnitude >= 127 + 7 << _MANTISSA:
        yield _known(first, count, _INFINITY)  # exp(128) is beyond 2^128
    elif name == "expm1mx" and negative and magnitude >= 127 + 6 << _MANTISSA:
        exact = magnitude < 127 + 53 << _MANTISSA
        yield _tangent(first, count, FLOATING, (-1.0 if exact else 0.0, -1.0), exact)
    else:
        yield from _halved(TAYLOR[name], first, count)


def _known(first: int, count: int, value: int | None) -> tuple[object, ...]:
    """The same result everywhere; None for a NaN."""
    kind = NOT_A_NUMBER if value is None else KNOWN
    return (0.0, (0.0,) * (DEGREE + 1), 0, 0, first, count, kind, value or 0)


def _first_apart(
    first: int, count: int, whole: int, at_first: int | None, otherwise: int | None
) -> Iterator[tuple[object, ...]]:
    """One value for the first float of a binade, another for the rest."""
    if first == whole:
        yield _known(first, 1, at_first)
        first, count = first + 1, count - 1
    if count:
        yield _known(first, count, otherwise)


def _tangent(first: int, count: int, kind: int, polynomial: tuple[float, ...], above: bool) -> tuple[object, ...]:
    """Between a polynomial in x that does not round and the next number on one side."""
    padded = polynomial + (0.0,) * (DEGREE + 1 - len(polynomial))
    return (0.0, padded, int(not above), int(above), first, count, kind, 0)


def _halved(curve: Callable[[arb], Iterator[arb]], first: int, count: int) -> Iterator[tuple[object, ...]]:
    """Taylor polynomials, on halves where one does not do."""
    center, polynomial, margin = taylor(curve, first, count)
    if margin <= _CLOSE or count == 1:
        yield (center, polynomial, margin, margin, first, count, FLOATING, 0)
        return
    half = count // 2
    yield from _halved(curve, first, half)
    yield from _halved(curve, first + half, count - half)


def taylor(curve: Callable[[arb], Iterator[arb]], first: int, count: int) -> tuple[float, tuple[float, ...], int]:
    """Middle, coefficients, and a bound for the distance, in ulps, of the exact values from what binary64 computes."""
    near, far = as_float(first), as_float(first + count - 1)
    center = (near + far) / 2
    reach = arb(abs(far - near)) / 2
    at_center = list(curve(arb(center)))
    over_all = list(curve(arb(center, reach)))
    least = next(curve(arb(near)))
    unit, error = arb(2) ** -53, 10 * _NEGLIGIBLE * abs(at_center[0])
    polynomial = []
    power = arb(1)
    for degree, coefficient in enumerate(at_center[:-1]):
        size = abs(coefficient) * power
        kept = bool(size > _NEGLIGIBLE * least)
        polynomial.append(float(coefficient.mid()) if kept else 0.0)
        error += size * (2 * degree + 3) * unit if kept else size
        error += coefficient.rad() * power
        power *= reach
    error += abs(over_all[-1]) * power
    # Half an ulp of the least value: numbers below a power of two are that close.
    mantissa, exponent = least.lower().man_exp()
    margin = (error / arb(2) ** (int(mantissa).bit_length() + int(exponent) - 54)).abs_upper()
    return center, tuple(polynomial), int(float(margin)) + 1 if margin < _UNKNOWN else _UNKNOWN
