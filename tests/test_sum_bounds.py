"""The bound of sums against sums of short numbers in exact arithmetic, each value off as far as it may be."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from derive.errors import CheckFailed
from derive.lower.bounds.sums import before_rounding, of_values
from derive.vocabulary.kernel import Bound

BITS, LANES, MOST = 9, 2, 12
UNIT = Fraction(1, 2**BITS)
VALUE = Fraction(97, 100)
#: Without its last rounding.
OWN = VALUE - Fraction(1, 2)


def unit_of(exact: Fraction) -> Fraction:
    """One unit in the last of so many bits."""
    power = exact.numerator.bit_length() - exact.denominator.bit_length()
    power -= exact < Fraction(2) ** power
    return Fraction(2) ** (power + 1 - BITS)


def rounded(exact: Fraction) -> Fraction:
    return round(exact / unit_of(exact)) * unit_of(exact) if exact else exact


def two_sum(a: Fraction, b: Fraction) -> tuple[Fraction, Fraction]:
    return rounded(a + b), a + b - rounded(a + b)


def summed(values: list[Fraction]) -> Fraction:
    """What the C does: heads and tails of the lanes, then of their heads."""
    heads, tails = [Fraction(0)] * LANES, [Fraction(0)] * LANES
    for i, value in enumerate(values):
        heads[i % LANES], tail = two_sum(heads[i % LANES], value)
        tails[i % LANES] = rounded(tails[i % LANES] + tail)
    head = rest = Fraction(0)
    for lane in range(LANES):
        head, tail = two_sum(head, heads[lane])
        rest = rounded(rest + rounded(tail + tails[lane]))
    return rounded(head + rest)


def error(exact: list[Fraction], sign: int) -> Fraction:
    """In units of the last place of the exact sum, where all values are off in one direction as far as they may be."""
    off = (OWN) * UNIT * sign
    return abs(summed([rounded(x * (1 + off)) for x in exact]) - sum(exact)) / unit_of(sum(exact))


def just_below_a_power_of_two() -> list[Fraction]:
    """Each is rounded up by the most that may be; what is rounded in the end lies beyond 2, and the exact sum below."""
    off_most = 1 + (1 - OWN) * UNIT + UNIT**2
    return [off_most / 2**i for i in range(BITS)] + [UNIT / 16]


def test_no_sum_is_off_by_more_and_half_a_unit_is_not_enough_for_the_last_rounding() -> None:
    before = before_rounding(OWN, UNIT, MOST, LANES)
    draw = random.Random(1)
    worst = error(just_below_a_power_of_two(), 1)
    assert worst > before + Fraction(1, 2)
    for start in range(40):  # climbs, a few bits of one element at a time
        sign, most = draw.choice((1, -1)), draw.randrange(1, MOST + 1)
        exact = just_below_a_power_of_two() if start % 2 else [1 + draw.random() * UNIT for _ in range(most)]
        exact = [Fraction(x).limit_denominator(2**24) for x in exact]
        here = error(exact, sign)
        for _ in range(40):
            i, step = draw.randrange(len(exact)), draw.choice((1, -1)) * UNIT ** draw.choice((1, 2))
            moved = [*exact[:i], (exact[i] * (1 + step)).limit_denominator(2**24), *exact[i + 1 :]]
            if (there := error(moved, sign)) >= here:
                exact, here = moved, there
        worst = max(worst, here)
    assert worst <= before + 1


def test_more_elements_and_worse_values_have_a_larger_bound() -> None:
    assert before_rounding(OWN, UNIT, 2 * MOST, LANES) > before_rounding(OWN, UNIT, MOST, LANES)
    assert of_values(Bound(0.8, "proved")).ulp < of_values(Bound(0.97, "proved")).ulp <= 2.5


def test_what_is_tested_of_a_value_is_not_proved_of_a_sum() -> None:
    assert of_values(Bound(0.97, "tested")).established == "tested"


def test_a_sum_beyond_the_contract_is_refused() -> None:
    with pytest.raises(CheckFailed, match="sum"):
        of_values(Bound(1.2, "proved"))
