"""The proved error bound of the C sums, from what is proved of one value.

With u = 2^-53: a value is a head and tail, off by a relative R u, and rounded, which is off by another u. Values are
not negative, so that their sum S is off by (R + 1) u S, whatever the signs of their errors. ``two_sum`` is exact; a
tail is at most u times its head, and what is lost is the rounding of the tails as they are added to each other. Heads
are partial sums, at most S but for their own roundings.

The last rounding is off by half a unit of its result. That may lie beyond the power of two above S, where a unit is two
of those of S, because what is rounded is off by more than one already: it counts as 1. The same covers a result below
the normal range, which is rounded twice: there the relative errors weigh half.

All this supposes that no head overflows. Where one does, the sum is formed once more of values 2^-64 times as large,
of which 2^29 have no sum above 2^989, and what is lost of values below the normal range is nothing beside it.
"""

from __future__ import annotations

import math
from fractions import Fraction

from derive.errors import CheckFailed
from derive.lower.bounds.proved import rounded_up
from derive.vocabulary.kernel import Bound
from derive.vocabulary.summation import GROWTH, LANES, MOST, SMALL_SUM

#: The most that may be declared of a sum, in ulp.
_MOST_DECLARED = 2.5

_SMALLEST = Fraction(2) ** -1074


def before_rounding(value: Fraction, unit: Fraction, most: int, lanes: int) -> Fraction:
    """Relative error of head and tail of a sum in units of ``unit``, of which a value's are off by so many at most."""
    each = -(-most // lanes)
    relative = value * unit + unit + value * unit**2  # R u, and the rounding
    heads = (1 + relative) / (1 - (each + lanes) * unit)  # (1 + u)^n is at most 1 / (1 - n u)
    in_lanes = unit**2 * heads * each * (each + 1) / 2
    of_lanes = unit**2 * heads * 2 * lanes * (each + lanes + 1)
    return (relative + (in_lanes + of_lanes) / (1 - each * unit)) / unit


def of_values(value: Bound) -> Bound:
    """The bound of a sum of values, established as theirs is.

    Parameters
    ----------
    value : Bound
        Of one value, in ulp of binary64: half an ulp for its rounding, and what is proved of its head and tail.

    Raises
    ------
    CheckFailed
        Where it is more than may be declared.
    """
    unit = Fraction(1, 2**53)
    own = value.proof.get("rounding_units", value.ulp - 0.5)
    error = before_rounding(Fraction(own), unit, MOST, LANES)
    # A value below the normal range is off by half the smallest number, beside the unit of a sum that is not small, or,
    # enlarged, beside the smallest number.
    error += MOST * _SMALLEST / 2 / (Fraction(SMALL_SUM) * 2 * unit)
    error += Fraction(MOST) / 2 / Fraction(GROWTH)
    ulp = rounded_up(float(error + 1))
    if ulp > _MOST_DECLARED:
        raise CheckFailed(
            f"the bound of a sum would be {ulp} ulp, and {_MOST_DECLARED} may be declared",
            f"a value that is off by {value.ulp} ulp is too coarse to be added",
        )
    figures = {"rounding_units": math.ceil(error * 1000) / 1000, "values": MOST}
    return Bound(ulp, value.established, figures if value.established == "proved" else {})
