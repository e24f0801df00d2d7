"""The proved bounds of binary32: sound on random arguments, near to what is measured, and broken by a broken kernel."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from flint import arb, ctx
from kernel_material import plans, replaced

from derive.errors import CheckFailed
from derive.lower.arithmetic.constants import LOG2
from derive.lower.arithmetic.narrow import ABOVE_HALF_SUBNORMAL, EXCESS, EXPM1MX, WEIGHT, narrow
from derive.lower.bounds import narrow as narrow_bounds
from derive.lower.bounds.analyse import PRECISION, UNIT
from derive.lower.interpret import run
from derive.verify.exact import exact_point, is_special
from derive.verify.families import subject_of
from derive.verify.points.sampler import points
from derive.verify.ulp import BINARY32, Dyadic
from derive.vocabulary.kernel import Function, Node, constant, fma, operands

KERNELS = {name: narrow(name, parameters, plan) for name, (parameters, plan) in plans().items()}


# --- what is proved -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", KERNELS)
def test_every_value_is_proved_within_a_hundredth_of_an_ulp_and_its_rounding(name: str) -> None:
    proved = narrow_bounds.value(KERNELS[name])
    assert 0.5 < proved.ulp < 0.505
    figures = proved.figures()
    assert figures["approximation_log2"] < -32 and figures["boxes"] > 1000
    # in binary32 it counts 2^29 times less, and is all but the half of the last rounding
    assert proved.ulp == pytest.approx(0.5 + figures["rounding_units"] * 2.0**-29, abs=1e-9)


@pytest.mark.parametrize("name", KERNELS)
def test_no_measured_error_is_above_the_proof(name: str) -> None:
    """Before the rounding to binary32, over the whole format: ordinary, tiny, huge, and near the optimum."""
    proved = narrow_bounds.value(KERNELS[name])
    family, worst = subject_of(name), arb(0)
    columns = points(family, BINARY32, 1500, (3,))
    for point in zip(*(c.tolist() for c in columns), strict=True):
        if is_special(family, point):
            continue
        exact = exact_point(family, point)[0]
        (computed,) = run(KERNELS[name], list(point))
        if isinstance(exact, Dyadic) and exact.mantissa and exact.binade < 130:
            ctx.prec = 200
            value = arb(exact.mantissa) * arb(2) ** exact.exponent
            error = abs(arb(computed) - value) - ABOVE_HALF_SUBNORMAL * (1 + 2.0**-50)
            worst = arb(max(worst, (error / value).mid()))
    assert worst < proved.rounding + proved.approximation
    assert worst > (proved.rounding + proved.approximation) / 8


# --- sabotage: what the proof must notice ---------------------------------------------------------------------------


def constant_in(polynomial: Node, degree: int) -> Node:
    """The step of Horner's rule that adds this coefficient."""
    for _ in range(degree):
        polynomial = polynomial.args[0]
    return polynomial


def moved(of: Function, degree: int, by: float) -> Function:
    """The function with one coefficient of its polynomial multiplied by 1 + by."""
    (polynomial,) = of.approximates
    step = constant_in(polynomial, degree)
    value = step.args[2].value
    assert isinstance(value, float)
    return replaced(of, step, fma(step.args[0], step.args[1], value * (1 + by)))


@pytest.mark.parametrize("analysis", [(narrow_bounds.expm1mx, EXPM1MX), (narrow_bounds.excess, EXCESS)])
@pytest.mark.parametrize(("degree", "by"), [(0, 2.0**-29), (1, 2.0**-26), (3, 2.0**-20)])
def test_a_coefficient_that_was_moved_costs_the_bound(
    analysis: tuple[Callable[[Function], narrow_bounds.Relative], Function], degree: int, by: float
) -> None:
    of, function = analysis
    assert of(function).ulp < 0.51
    assert of(moved(function, degree, by)).ulp > 0.51


def test_a_coefficient_moved_by_few_ulps_is_seen_in_the_approximation() -> None:
    honest = narrow_bounds.exponential_certificate(WEIGHT).error
    assert narrow_bounds.exponential_certificate(moved(WEIGHT, 0, 2.0**-36)).error > 1.1 * honest


def named(of: Function, name: str) -> Node:
    return next(n for n, given in of.names.items() if given == name)


@pytest.mark.parametrize("function", [EXPM1MX, EXCESS])
def test_a_dropped_term_fails_the_proof(function: Function) -> None:
    """(2^k - 1) r, or (2^k - 1) t."""
    analysis = narrow_bounds.expm1mx if function is EXPM1MX else narrow_bounds.excess
    change = named(function, "change")
    term = next(n for n in operands(r for _, r in function.results) if n.op == "fma" and n.args[0] is change)
    with pytest.raises(CheckFailed, match="as was claimed"):
        analysis(replaced(function, term, term.args[2]))


def test_a_shorter_log_2_costs_the_bound() -> None:
    shorter = constant(float(np.float32(LOG2)))
    reduction = named(EXPM1MX, "r")
    assert reduction.args[1] is constant(LOG2)
    sabotaged = replaced(EXPM1MX, reduction, fma(reduction.args[0], shorter, reduction.args[2]))
    assert narrow_bounds.expm1mx(sabotaged).ulp > 0.51


@pytest.mark.parametrize("name", ["kl_normal_std", "kl_normal_logvar"])
def test_an_argument_that_is_rounded_more_often_fails_the_proof(name: str) -> None:
    kernel = KERNELS[name]
    nodes = operands(r for _, r in kernel.results)
    call = next(n for n in nodes if n.op == "call" and n.function in (EXPM1MX, EXCESS))
    argument = call.args[0] if call.function is EXPM1MX else call.args[2]
    with pytest.raises(CheckFailed, match="more often"):
        narrow_bounds.value(replaced(kernel, argument, (argument * (1 / 3)) * 3.0))


def sum_of_terms(kernel: Function) -> Node:
    """Square plus excess."""
    nodes = operands(r for _, r in kernel.results)
    return next(n for n in nodes if n.op == "fma" and n.args[2].op == "result" and n.args[2].args[0].function is EXCESS)


def test_roundings_of_the_square_and_of_the_end_are_counted() -> None:
    kernel = KERNELS["kl_normal_var"]
    total, value = sum_of_terms(kernel), named(kernel, "value")
    honest = narrow_bounds.value(kernel).rounding
    later = narrow_bounds.value(replaced(kernel, value, fma(total, 0.25, ABOVE_HALF_SUBNORMAL) * 2.0))
    assert honest + UNIT / 2 < later.rounding < honest + 2 * UNIT
    squares = replaced(kernel, total.args[1], total.args[1] * 4.0 * 0.25)
    assert narrow_bounds._square(sum_of_terms(squares)).rounding > narrow_bounds._square(total).rounding + UNIT


def test_another_end_fails_the_proof() -> None:
    kernel = KERNELS["kl_unit_logvar"]
    ((_, end),) = kernel.results
    with pytest.raises(CheckFailed, match="as was claimed"):
        narrow_bounds.value(replaced(kernel, end, fma(end.args[0], 0.25, ABOVE_HALF_SUBNORMAL)))


def test_the_certificate_needs_its_boxes() -> None:
    """The mean value form loses the square of a box's width where series and polynomial cancel."""
    ctx.prec = PRECISION
    fine = narrow_bounds.logarithm_certificate(EXCESS)
    assert fine.boxes == 4096 and fine.error < arb(2) ** -33
