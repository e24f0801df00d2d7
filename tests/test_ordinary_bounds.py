"""The proved errors of the short path of the C loops: sound at random points, and lost with a sabotaged tree."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from fractions import Fraction
from functools import cache

import pytest
from flint import arb, ctx
from kernel_material import plans, replaced

from derive.errors import CheckFailed
from derive.lower.approximation.certify import box
from derive.lower.arithmetic.ordinary import bounds, log_bounds, ordinary
from derive.lower.arithmetic.ordinary.log_scales import EXCESS_LOG, EXCESS_LOG_PAIR
from derive.lower.arithmetic.ordinary.parts import call_of
from derive.lower.arithmetic.ordinary.total import TOTAL, TOTAL_LOG
from derive.lower.bounds.analyse import UNIT, Analysis, exactly
from derive.lower.bounds.proved import Proved, in_ulp, named
from derive.lower.interpret import fused, run
from derive.vocabulary.kernel import constant

KERNELS = {name: ordinary(name, parameters, plan) for name, (parameters, plan) in plans().items()}
LOGS = [name for name in KERNELS if name.endswith(("logstd", "logvar"))]


@cache
def proved(name: str) -> Proved:
    return bounds.value(plans()[name][1], KERNELS[name].function)


def test_every_short_path_is_proved_within_one_ulp() -> None:
    assert len(KERNELS) == 8
    for name in KERNELS:
        assert 0.5 < in_ulp(proved(name), digits=53) <= 1.0, name


# --- soundness -----------------------------------------------------------------------------------------------------


def twice(name: str, at: list[float]) -> arb:
    """Twice the divergence, from its closed form in balls."""
    ctx.prec = 800
    mu, s, *second = map(arb, at)
    other, t = second or (arb(0), None)
    if name.endswith("logstd"):
        s, t = 2 * s, None if t is None else 2 * t
    if name.endswith(("logstd", "logvar")):
        log_ratio, var2 = s - (0 if t is None else t), arb(1) if t is None else t.exp()
    else:
        power = 2 if name.endswith("std") else 1
        var2 = arb(1) if t is None else t**power
        log_ratio = (s**power / var2).log()
    return log_ratio.exp() - 1 - log_ratio + (mu - other) ** 2 / var2


def arguments(name: str, source: random.Random) -> list[float]:
    """Ordinary arguments: near the boundaries of range reduction, near the optimum, and anywhere."""
    logarithmic = name in LOGS
    second = source.gauss(0, 2)
    near = source.choice([0.0, 0.3466, -0.3069, 0.3863, 1.0397, 0.69, source.gauss(0, 3), 10 ** source.uniform(-15, 0)])
    difference = near * (1 + 10 ** source.uniform(-16, -2)) * source.choice([1, -1])
    mean = source.choice([0.0, source.gauss(0, 1), 10 ** source.uniform(-16, 3)])
    if "_unit_" in name:
        return [mean, difference if logarithmic else math.exp(difference)]
    if logarithmic:
        return [second + mean, second + difference, second, second]
    return [second + mean, math.exp(second + difference), second, math.exp(second)]


@pytest.mark.parametrize("name", KERNELS)
def test_no_measured_error_is_above_the_proof_and_the_worst_comes_near_it(name: str) -> None:
    source, worst, count = random.Random(7), 0.0, 0
    for _ in range(4000):
        at = arguments(name, source)
        if run(KERNELS[name].outside, at) != (0.0,):
            continue
        head, tail = run(KERNELS[name].function, at)
        exact = twice(name, at)
        worst, count = max(worst, float(abs((arb(head) + arb(tail) - exact) / exact) / UNIT)), count + 1
    assert count > 2500
    assert 0.1 * proved(name).total < worst <= proved(name).total


def test_the_tail_of_a_two_fma_is_off_by_what_is_said() -> None:
    """In units of 2^-106, relative to the head: the analysis says 3, and 1 where the difference is exact."""
    source, worst = random.Random(5), Fraction(0)
    tree = named(TOTAL)["curved_head"].args[0]
    assert tree.op == "two_fma"
    for _ in range(20000):
        a, b = source.uniform(0, 1), source.uniform(0, 1)
        c = source.uniform(0, 2) ** source.choice([1, 8, 30])
        head, tail = run(TOTAL_LOG, [0.0, c, 0.0, 0.0, a, b])
        assert head == fused(a, b, c)
        error = abs(Fraction(a) * Fraction(b) + Fraction(c) - Fraction(head) - Fraction(tail))
        worst = max(worst, error / Fraction(head) * 2**106)
    assert Fraction(1, 2) < worst <= 3


# --- what the proof must notice --------------------------------------------------------------------------------------


DROPPED = (
    "anchor",
    "change",
    "start_tail",
    "half_square_tail",
    "rest",
    "growth",
    "c",
    "correction",
    "square_low",
    "slope",
)


@pytest.mark.parametrize("name", DROPPED)
def test_a_term_dropped_from_the_excess_raises_its_bound_or_fails(name: str) -> None:
    honest = log_bounds.excess_log(EXCESS_LOG_PAIR).error
    node = named(EXCESS_LOG_PAIR)[name]
    try:
        sabotaged = log_bounds.excess_log(replaced(EXCESS_LOG_PAIR, node, constant(0.0))).error
    except CheckFailed:
        return
    assert sabotaged > 1.2 * honest


def test_a_derivative_that_is_formed_beside_1_fails() -> None:
    """exp(r) - 1 from 1 + r loses the digits of a small r: the effect of the tail of x would be lost."""
    growth = named(EXCESS_LOG_PAIR)["growth"]
    sabotaged = replaced(EXCESS_LOG_PAIR, growth, (growth + 1.0) - 1.0)
    with pytest.raises(CheckFailed, match="derivative"):
        log_bounds.excess_log(sabotaged)


@pytest.mark.parametrize("degree", [0, 2, 5])
def test_a_coefficient_moved_by_some_ulp_raises_the_bound(degree: int, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = log_bounds.excess_log(EXCESS_LOG).error
    moved = list(log_bounds.coefficients(log_bounds.SHIFTED_EXPONENTIAL))
    moved[degree] *= 1 + 2.0 ** (-50 + 4 * degree)
    monkeypatch.setattr(log_bounds, "coefficients", lambda problem: tuple(moved))
    log_bounds.shifted_certificate.cache_clear()
    log_bounds.excess_log.cache_clear()
    try:
        assert log_bounds.excess_log(EXCESS_LOG).error > 1.1 * honest
    finally:
        log_bounds.shifted_certificate.cache_clear()
        log_bounds.excess_log.cache_clear()


def test_without_the_shift_a_difference_is_not_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """At k = 2 and r below -1/3 the head less the anchor has one bit more than a number of the format."""
    log_bounds.excess_log.cache_clear()
    monkeypatch.setattr(log_bounds, "SHIFTED_EXPONENT", (-0.34658, 0.34658))
    with pytest.raises(CheckFailed, match="k = 2 the difference"):
        log_bounds.excess_log(EXCESS_LOG)


@pytest.mark.parametrize("tail", ["total_tail", "curved_tail"])
@pytest.mark.parametrize("kernel", ["kl_unit_var", "kl_unit_logvar"])
def test_a_tail_dropped_from_the_sum_raises_the_bound(kernel: str, tail: str) -> None:
    function = KERNELS[kernel].function
    call = call_of(function, TOTAL, TOTAL_LOG)
    assert call.function is not None
    dropped = replaced(call.function, named(call.function)[tail], constant(0.0))
    sabotaged = replaced(function, call, replace(call, function=dropped))
    assert bounds.value(plans()[kernel][1], sabotaged).total > proved(kernel).total + 0.3


def test_a_two_fma_of_both_signs_is_not_accepted() -> None:
    tree = TOTAL_LOG
    given = dict(zip(tree.parameters, map(exactly, (0, 1, 0, 0)), strict=False))
    given |= {tree.parameters[4]: exactly(box(arb(-1), arb(1))), tree.parameters[5]: exactly(1)}
    with pytest.raises(CheckFailed, match="two_fma"):
        Analysis(given).results(tree)
