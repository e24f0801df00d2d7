"""Minimax polynomials: the error alternates, rounding to binary64 costs little, and known figures are met."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import pytest
from flint import arb, ctx

from derive.lower.approximation.minimax import PRECISION, Problem, remez, round_jointly
from derive.lower.approximation.polynomials import (
    ATANH,
    EXPONENTIAL,
    STEP_EXPONENTIAL,
    STEP_LOGARITHM,
    WIDER_ATANH,
    atanh_rest,
    coefficients,
    exponential_rest,
)

OURS = (EXPONENTIAL, ATANH, STEP_EXPONENTIAL, STEP_LOGARITHM)


def by_square(x: arb) -> arb:
    """(exp(x) - 1 - x)/x^2."""
    return arb(1) / 2 + x * exponential_rest(x)


def log_by_square(t: arb) -> arb:
    """(t - log(1 + t))/t^2, by its series, of which |t| <= 1/4 needs no more than 90 terms."""
    total, power = arb(0), arb(1)
    for j in range(90):
        total += power * (-1) ** j / (j + 2)
        power *= t
    return total


HALF_LOG_2 = math.log(2) / 2


def relative(target, lower: float, upper: float, degree: int) -> Problem:
    return Problem("relative", target, lambda x: 1 / target(x), lower, upper, degree)


@cache
def best(problem: Problem) -> tuple[arb, ...]:
    return tuple(remez(problem))


def error(problem: Problem, polynomial: Sequence[arb | float], x: arb) -> float:
    value = arb(0)
    for c in reversed(polynomial):
        value = value * x + arb(c)
    return float(problem.weight(x) * (value - problem.target(x)))


def errors(problem: Problem, polynomial: Sequence[arb | float], count: int = 400) -> list[float]:
    """Weighted errors at points that crowd at the ends, where errors are steep."""
    ctx.prec = PRECISION
    middle, radius = (problem.lower + problem.upper) / 2, (problem.upper - problem.lower) / 2
    points = (middle - radius * math.cos(math.pi * i / count) for i in range(count + 1))
    return [error(problem, polynomial, arb(x)) for x in points]


def bits(problem: Problem, polynomial: Sequence[arb | float]) -> float:
    return math.log2(max(map(abs, errors(problem, polynomial))))


def extrema(values: Sequence[float]) -> list[float]:
    """The largest of each stretch of one sign."""
    found = [values[0]]
    for before, value in pairwise(values):
        if (before > 0) != (value > 0):
            found.append(value)
        elif abs(value) > abs(found[-1]):
            found[-1] = value
    return found


@pytest.mark.parametrize("problem", OURS, ids=lambda p: p.name)
def test_the_best_polynomial_errs_equally_often_to_both_sides(problem: Problem) -> None:
    peaks = [abs(e) for e in extrema(errors(problem, best(problem), 1200))]
    assert len(peaks) == problem.degree + 2
    assert max(peaks) <= 1.01 * min(peaks)


@pytest.mark.parametrize(("target", "radius", "degree", "expected"), [
    (by_square, HALF_LOG_2, 9, -52.0),
    (by_square, HALF_LOG_2, 10, -58.2),
    (by_square, HALF_LOG_2, 11, -60.2),
    (by_square, 1.0, 13, -55.7),
    (by_square, 1.0, 14, -58.7),
    (by_square, 1.0, 15, -59.2),
    (log_by_square, 0.25, 17, -55.7),
    (log_by_square, 0.25, 18, -58.3),
    (log_by_square, 0.25, 19, -60.1),
])  # fmt: skip
def test_rounded_errors_are_those_of_sollya_s_fpminimax(target, radius: float, degree: int, expected: float) -> None:
    problem = relative(target, -radius, radius, degree)
    assert bits(problem, round_jointly(problem, list(best(problem)))) == pytest.approx(expected, abs=0.06)


@pytest.mark.parametrize(("problem", "one_by_one"), [(EXPONENTIAL, 1.2), (relative(by_square, -1.0, 1.0, 13), 1.9)])
def test_rounding_jointly_costs_little_where_rounding_one_by_one_costs_bits(
    problem: Problem, one_by_one: float
) -> None:
    real = bits(problem, best(problem))
    jointly = bits(problem, round_jointly(problem, list(best(problem))))
    separately = bits(problem, [float(c) for c in best(problem)])
    assert jointly - real < (0.3 if problem is EXPONENTIAL else 0.6)
    assert separately - real > one_by_one


@pytest.mark.parametrize("problem", OURS, ids=lambda p: p.name)
def test_the_kernels_polynomials_are_good_to_more_than_their_results_need(problem: Problem) -> None:
    assert all(isinstance(c, float) and math.isfinite(c) for c in coefficients(problem))
    assert len(coefficients(problem)) == problem.degree + 1
    needed = {EXPONENTIAL: -58.0, ATANH: -55.5, STEP_EXPONENTIAL: -54.9, STEP_LOGARITHM: -54.5}
    assert bits(problem, coefficients(problem)) < needed[problem]


def test_an_even_target_on_a_symmetric_interval_is_found_too() -> None:
    problem = Problem("cosine", lambda x: x.cos(), lambda x: arb(1), -1.0, 1.0, 5)
    peaks = [abs(e) for e in extrema(errors(problem, best(problem), 1200))]
    assert max(peaks) <= 1.01 * min(peaks)


def test_a_polynomial_is_its_own_best_approximation_up_to_rounding() -> None:
    problem = Problem("one", lambda x: arb(1) / 3 + x + x**2 * 5 + x**4, lambda x: arb(1), 0.0, 1.0, 3)
    rounded = round_jointly(problem, list(best(problem)))
    # x^4 on [0, 1] is T4 of the shifted Chebyshev polynomials away from degree 3: error 2^-7.
    assert bits(problem, rounded) == pytest.approx(-7.0, abs=0.01)


def test_the_series_are_long_enough_for_the_intervals() -> None:
    ctx.prec = PRECISION
    x = arb(1)
    assert abs(float(exponential_rest(x) - ((x.exp() - 1 - x) / x**2 - arb(1) / 2) / x)) < 2.0**-150
    w = arb(WIDER_ATANH.upper)
    f = w.sqrt()
    assert abs(float(atanh_rest(w) - (f.atanh() - f) / f**3)) < 2.0**-150
    t = arb(0.25)
    assert abs(float(log_by_square(t) - (t - t.log1p()) / t**2)) < 2.0**-150


def test_coefficients_are_the_same_in_every_run_and_at_every_working_precision() -> None:
    program = (
        "from flint import ctx; ctx.prec = 64\n"
        "from derive.lower.approximation.polynomials import ATANH, EXPONENTIAL, coefficients\n"
        "print([c.hex() for p in (ATANH, EXPONENTIAL) for c in coefficients(p)])"
    )
    elsewhere = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "7"}
    ).stdout.strip()
    assert elsewhere == str([c.hex() for p in (ATANH, EXPONENTIAL) for c in coefficients(p)])
