"""The error metric: its rules as a table, and its defining properties."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.verify.ulp import BINARY32, BINARY64, Dyadic, Exact, ExactValues, dyadic, nearest, ulp_error

INF, NAN = math.inf, math.nan
TINY, MAX = 5e-324, math.ldexp(2 - 2.0**-52, 1023)
# 1 + 2^-100, 2^1024, 2^1024 - 2^970 (halfway from the largest float), 2^-1075, 3 * 2^-1076, 2^5000
BESIDE_ONE, BEYOND, MIDWAY = Dyadic(2**100 + 1, -100, 0), Dyadic(1, 1024, 1024), Dyadic(2**54 - 1, 970, 1023)
HALF_TINY, MORE_THAN_HALF, FAR_BEYOND = Dyadic(1, -1075, -1075), Dyadic(3, -1076, -1075), Dyadic(1, 5000, 5000)


@pytest.mark.parametrize(
    ("computed", "exact", "error"),
    [
        (1.0, 1.0, 0.0),
        (1.0 + 2.0**-52, 1.0, 1.0),
        (1.0 - 2.0**-53, 1.0, 0.5),  # the ulp is that of the exact value's binade
        (1.0, 1.0 - 2.0**-53, 1.0),
        (1.0, BESIDE_ONE, 2.0**-48),  # a difference that no float shows
        (-3.0, 3.0, 6.0 * 2**51),
        (0.0, -0.0, 0.0),
        (0.0, TINY, 1.0),
        (3 * TINY, 0.0, 3.0),
        (0.0, HALF_TINY, 0.5),
        (TINY, MORE_THAN_HALF, 0.25),
        (MAX, MIDWAY, 0.5),
        (INF, MIDWAY, 0.5),
        (INF, MAX, 1.0),
        (INF, BEYOND, 0.0),
        (-INF, BEYOND, 2.0**53),
        (MAX, BEYOND, 0.5),
        (INF, FAR_BEYOND, 0.0),
        (MAX, FAR_BEYOND, INF),
        (INF, INF, 0.0),
        (MAX, INF, INF),
        (-INF, INF, INF),
        (NAN, NAN, 0.0),
        (NAN, 1.0, INF),
        (NAN, INF, INF),
        (0.0, NAN, INF),
        (INF, NAN, INF),
    ],
)
def test_rules_of_the_metric(computed: float, exact: Exact, error: float) -> None:
    got = ulp_error(computed, exact, BINARY64)
    assert got == error


def test_infinity_is_wrong_by_the_whole_distance_to_the_end_of_the_format() -> None:
    assert ulp_error(INF, 2.0**1000, BINARY64) == (2**1024 - 2**1000) / 2**948


def test_a_unit_of_its_own_scales_the_error() -> None:
    """A sum that cancelled is measured in the ulp of its larger part: here 2^-52 instead of 2^-62."""
    small = dyadic(2.0**-10)._replace(binade=0)
    assert ulp_error(2.0**-10 + 2.0**-52, small, BINARY64) == 1.0
    assert ulp_error(2.0**-52, Dyadic(0, 0, 0), BINARY64) == 1.0


@given(st.integers(-(2**200), 2**200), st.integers(-1300, 900))
def test_the_nearest_float_is_within_half_an_ulp_and_no_float_is_nearer(mantissa: int, exponent: int) -> None:
    exact = Dyadic(mantissa, exponent, mantissa.bit_length() + exponent - 1)
    for precision in (BINARY64, BINARY32):
        rounded = nearest(exact, precision)
        assert precision.dtype(rounded) == rounded or math.isinf(rounded)
        error = ulp_error(rounded, exact, precision)
        if not (math.isinf(rounded) or mantissa == 0):
            assert error <= 0.5
            for direction in (-math.inf, math.inf):
                neighbour = float(np.nextafter(precision.dtype(rounded), precision.dtype(direction)))
                assert ulp_error(neighbour, exact, precision) >= error


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, allow_infinity=False))
def test_the_metric_is_exact_arithmetic(computed: float, exact: float) -> None:
    unit = max(Fraction(2) ** (math.frexp(exact)[1] - 53 if exact else -1074), Fraction(TINY))
    true = abs(Fraction(computed) - Fraction(exact)) / unit
    got = ulp_error(computed, exact, BINARY64)
    assert got == pytest.approx(float(true), rel=1e-15) if true < 10**300 else got > 1e290


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_float_is_its_own_nearest(value: float) -> None:
    assert nearest(value, BINARY32) == value == nearest(value, BINARY64)


def test_zero_and_vanishing_values_are_marked() -> None:
    values = ExactValues.of([0.0, HALF_TINY, MORE_THAN_HALF, TINY, NAN, INF], BINARY64)
    assert values.zero.tolist() == [True, False, False, False, False, False]
    assert values.vanishing.tolist() == [True, True, False, False, False, False]
    assert ExactValues.of([], BINARY64).error(np.array([])).shape == (0,)
