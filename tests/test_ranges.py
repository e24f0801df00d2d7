"""Ranges of composed trees: what is computed lies in them, and a tree that leaves the format is refused."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest
from kernel_material import replaced

from derive.errors import CheckFailed
from derive.lower.arithmetic.gradients import DIFFERENCE, MULTIPLY
from derive.lower.arithmetic.logarithm import SPLIT
from derive.lower.arithmetic.scaled import CLOSE, EXPONENTIAL, NORMALISED, POSITIVE, QUOTIENT, SUM
from derive.lower.bounds import ranges
from derive.lower.bounds.ranges import numbers
from derive.lower.bounds.ranges.numbers import Range, Relations, Results, ranged
from derive.lower.interpret import run
from derive.lower.terms.excess_of_logarithm import SCALED_EXPM1MX
from derive.lower.terms.excess_of_quotient import SCALED_EXCESS
from derive.lower.terms.growth_of_logarithm import SCALED_EXPM1
from derive.lower.terms.growth_of_quotient import DIFFERENCE_OF_POWERS
from derive.lower.terms.log_of_quotient import LOG_OF_QUOTIENT
from derive.vocabulary.kernel import Function, Node, constant, operands

REAL = ranged(-ranges.LARGEST, ranges.LARGEST)
POSITIVE_NUMBER = ranged(2.0**-1074, ranges.LARGEST)
SIGNIFICAND = ranged(1.0, math.nextafter(2.0, 0.0), 0, -52)
TAIL = ranged(-(2.0**-53), 2.0**-53, -160, -160)
EXPONENT = ranged(-1074.0, 1023.0, 0, 0)
PAIR: Relations = ((1, 0, -53),)
GIVEN: dict[Function, tuple[tuple[Range, ...], Relations]] = {
    SPLIT: ((POSITIVE_NUMBER,), ()),
    POSITIVE: ((POSITIVE_NUMBER,), ()),
    DIFFERENCE: ((REAL, REAL), ()),
    MULTIPLY: ((SIGNIFICAND, TAIL, SIGNIFICAND, TAIL), ((1, 0, -53), (3, 2, -53))),
    QUOTIENT: ((SIGNIFICAND, TAIL, SIGNIFICAND, TAIL), ((1, 0, -53), (3, 2, -53))),
    NORMALISED: ((SIGNIFICAND, TAIL), PAIR),
    SUM: ((SIGNIFICAND, TAIL, EXPONENT, SIGNIFICAND, TAIL, EXPONENT), ((1, 0, -53), (4, 3, -53))),
    EXPONENTIAL: ((ranged(-4000.0, 4000.0, -200, -252), ranged(-(2.0**-41), 2.0**-41, -300, -300)), PAIR),
    SCALED_EXPM1MX: ((SIGNIFICAND, TAIL, ranged(-900.0, 6.0, 0, 0)), PAIR),
    SCALED_EXPM1: ((SIGNIFICAND, TAIL, ranged(-900.0, 6.0, 0, 0)), PAIR),
    LOG_OF_QUOTIENT: ((SIGNIFICAND, EXPONENT, SIGNIFICAND, EXPONENT), ()),
    DIFFERENCE_OF_POWERS[1]: ((SIGNIFICAND, EXPONENT, SIGNIFICAND, EXPONENT), ()),
    DIFFERENCE_OF_POWERS[2]: ((SIGNIFICAND, EXPONENT, SIGNIFICAND, EXPONENT), ()),
    SCALED_EXCESS[1]: ((SIGNIFICAND, EXPONENT, SIGNIFICAND, EXPONENT), ()),
    SCALED_EXCESS[2]: ((SIGNIFICAND, EXPONENT, SIGNIFICAND, EXPONENT), ()),
}


def drawn(x: Range, source: random.Random) -> float:
    """A number of the range: at an end, near 0, or anywhere."""
    if x.low.is_integer() and x.grid >= 0:
        return float(source.choice([x.low, x.high, source.randint(int(x.low), int(x.high))]))
    kind = source.random()
    if kind < 0.2:
        value = source.choice([x.low, x.high])
    elif kind < 0.6:
        size = 2.0 ** source.uniform(max(x.least, -1074), min(x.most, 1023)) * (1 + source.choice([0, 2.0**-52]))
        value = source.choice([-1, 1]) * size
    else:
        value = x.low / 2 + source.random() * (x.high / 2 - x.low / 2) + x.low / 2
    step = Fraction(2) ** x.grid
    value = float(round(Fraction(value) / step) * step)
    return value if x.low <= value <= x.high and (value == 0.0 or abs(value) >= 2.0**x.least) else x.high


def inside(value: float, x: Range) -> bool:
    sized = value == 0.0 or (math.frexp(value)[1] - 1 >= x.least and (Fraction(value) / Fraction(2) ** x.grid) % 1 == 0)
    return x.low <= value <= x.high and sized and not (x.nonzero and value == 0.0)


def related(values: list[float], relations: Relations) -> bool:
    return all(abs(values[i]) <= abs(values[j]) * 2.0 ** max(k, -1000) for i, j, k in relations)


def points(function: Function) -> Iterator[list[float]]:
    given, beside = GIVEN[function]
    source = random.Random(function.name)
    for _ in range(400):
        point = [drawn(x, source) for x in given]
        for i, j, k in beside:
            if abs(point[i]) > abs(point[j]) * 2.0**k:
                point[i] = math.ldexp(point[j], k)
        if function is DIFFERENCE and source.random() < 0.5:
            point[1] = math.nextafter(point[0], 0.0)
        yield point


@pytest.mark.parametrize("function", GIVEN, ids=lambda f: f.name)
def test_what_is_computed_lies_in_its_range(function: Function) -> None:
    given, beside = GIVEN[function]
    found: list[Results] = ranges.results(function, given, beside)
    for point in points(function):
        values = list(run(function, point))
        assert any(all(map(inside, values, several)) and related(values, relations) for several, relations in found), (
            point,
            values,
        )


def test_a_sum_is_nearly_its_larger_part_only_where_that_is_not_zero() -> None:
    perhaps, surely = (ranged(-2.0, 2.0, 0, -52, nonzero=nonzero) for nonzero in (False, True))
    assert numbers.total(surely, TAIL).least == -1 and numbers.total(surely, TAIL).nonzero
    assert numbers.total(perhaps, TAIL).least == TAIL.grid and not numbers.total(perhaps, TAIL).nonzero


def test_an_underflow_is_counted_unless_it_is_exact() -> None:
    small = ranged(2.0**-600, 2.0**-590)
    assert numbers.product(small, small).lost >= numbers.UNDERFLOW
    assert numbers.quotient(small, ranged(2.0**590, 2.0**600)).lost >= numbers.UNDERFLOW
    assert numbers.product(numbers.exactly(3 * 2.0**-1000), numbers.exactly(2.0**-74)).lost == numbers.NOTHING


def test_no_underflow_counts_where_scales_are_kept_apart() -> None:
    for function in (SCALED_EXCESS[1], SCALED_EXCESS[2], POSITIVE, SPLIT):
        given, beside = GIVEN[function]
        for several, _ in ranges.results(function, given, beside):
            assert all(x.lost == numbers.NOTHING for x in several)


def test_a_sum_of_either_sign_is_measured_by_its_larger_part() -> None:
    either = ranged(-2.0, 2.0, 0, -52, nonzero=True)
    given, beside = GIVEN[SUM]
    for (head, tail, _), _ in ranges.results(SUM, (either, *given[1:3], either, *given[4:]), beside):
        if head.point == 0.0:
            continue
        assert head.part == tail.part == 0 and head.measure == 0 and not head.nonzero
        whole = numbers.total(head, tail)
        assert whole.part == 0 and numbers.product(whole, ranged(0.25, 0.5)).part == -2
        assert numbers.quotient(whole, ranged(2.0, 4.0)).part == -3
        assert numbers.total(whole, numbers.exactly(1.0)).part is None  # that is no head with its tail


def test_what_a_head_and_tail_have_lost_far_below_their_last_place_is_nothing() -> None:
    for lost, left in ((-1071.0, numbers.NOTHING), (-300.0, -300.0)):
        (pair, _) = ranges._settled(((SIGNIFICAND, replace(TAIL, lost=lost)), PAIR))
        assert pair[1].lost == left


def test_the_rest_of_a_division_is_small_beside_the_quotient_of_any_number() -> None:
    wide, tail = ranged(-1.0, 1.0, -210, -262, nonzero=True), ranged(-(2.0**-53), 2.0**-53, -1074, -1074)
    for _, relations in ranges.results(QUOTIENT, (wide, tail, *GIVEN[QUOTIENT][0][2:]), GIVEN[QUOTIENT][1]):
        assert any(relation[:2] == (1, 0) and relation[2] <= -49 for relation in relations)


# --- sabotage -------------------------------------------------------------------------------------------------------


def named(function: Function, name: str) -> Node:
    return next(n for n, called in function.names.items() if called == name)


def argument_of_power(function: Function, name: str) -> tuple[Node, Node]:
    """The exponent of a power of two, and the same without its cut."""
    cut = named(function, name).args[0]
    return cut, next(n for n in operands([cut]) if n in function.parameters)


def refused(function: Function, given: tuple[Range, ...], beside: Relations, why: str) -> None:
    with pytest.raises(CheckFailed, match=f"range analysis: .*{why}"):
        ranges.results(function, given, beside)


def test_a_difference_without_its_guard_may_overflow() -> None:
    refused(replaced(DIFFERENCE, named(DIFFERENCE, "guard"), constant(1.0)), *GIVEN[DIFFERENCE], "may overflow")


def test_an_argument_that_is_not_cut_leaves_the_format() -> None:
    given, beside = GIVEN[SCALED_EXPM1MX]
    wide = (*given[:2], ranged(-5000.0, 1030.0, 0, 0))
    ranges.results(SCALED_EXPM1MX, wide, beside)
    whole = replaced(SCALED_EXPM1MX, *argument_of_power(SCALED_EXPM1MX, "scale"))
    refused(whole, wide, beside, "may leave the format")


def test_a_share_that_is_not_cut_leaves_the_format() -> None:
    share = named(SUM, "right").args[0]
    refused(replaced(SUM, share, share.args[0]), *GIVEN[SUM], "may leave the format")


def test_a_result_that_is_scaled_at_once_is_refused() -> None:
    given = (SIGNIFICAND, TAIL, ranged(-1500.0, 1500.0, 0, 0))
    ranges.results(CLOSE, given, PAIR)
    refused(replaced(CLOSE, named(CLOSE, "half"), named(CLOSE, "cut")), given, PAIR, "may leave the format")


def test_an_underflow_beside_a_normal_result_is_refused() -> None:
    """A head of 2^-1060 has lost bits before it is scaled to be an ordinary number."""
    tiny = Range(2.0**-1060, 2.0**-1050, -1060, -1074, numbers.UNDERFLOW, True)
    with pytest.raises(CheckFailed, match="an underflow may count"):
        ranges.results(CLOSE, (tiny, ranged(0.0, 0.0), ranged(1000.0, 1050.0, 0, 0)))


def test_an_exponent_that_is_cut_where_the_result_counts_is_refused() -> None:
    """2^-1070 2^2100 is infinite, and 2^1000 2^-2110 rounds to 0; with exponents of 2040 in size neither does."""
    for head, exponent in ((ranged(2.0**-1070, 2.0**-1069), 2100.0), (ranged(2.0**1000, 2.0**1001), -2110.0)):
        with pytest.raises(CheckFailed, match="is cut"):
            ranges.results(CLOSE, (head, ranged(0.0, 0.0), ranged(exponent, exponent + 7, 0, 0)))


def test_a_divisor_that_may_be_zero_is_refused() -> None:
    given, beside = GIVEN[QUOTIENT]
    refused(QUOTIENT, (*given[:2], ranged(-1.0, 1.0), given[3]), beside, "may be zero")
