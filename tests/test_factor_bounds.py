"""What is proved of derivatives that are one product: each number that counts is in the bound, and the bound holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import kernel_material
import numpy as np
import pytest
from derive.proofs import REGISTRY
from kernel_material import kernel, replaced
from test_sums import build

from derive.errors import CheckFailed
from derive.lower.arithmetic.gradients import DIFFERENCE, SCALE_BY
from derive.lower.arithmetic.scaled import MULTIPLY
from derive.lower.bounds import factors, ranges
from derive.lower.bounds import scaled as scaled_bounds
from derive.lower.bounds.proved import named
from derive.lower.bounds.ranges.numbers import UNDERFLOW, Range, of_parameter, ranged
from derive.lower.bounds.scaled import Unproved
from derive.lower.shape import Damped, Shape
from derive.lower.subjects import subjects
from derive.lower.terms.growth_of_logarithm import RISING, SCALED_EXPM1
from derive.lower.terms.growth_of_quotient import DIFFERENCE_OF_POWERS
from derive.lower.terms.log_of_quotient import LOG_OF_QUOTIENT
from derive.verify.checks import hunt
from derive.verify.families import subject_of
from derive.verify.targets.c import CLibrary
from derive.verify.ulp import BINARY32, BINARY64, Precision
from derive.vocabulary.kernel import Function, Node, Role, constant, operands

GRADIENTS = [s for s in subjects(REGISTRY) if s.role is Role.GRADIENT and s.plan is None]


def is_product(shape: Shape) -> bool:
    (product, *others) = shape.products
    return not others and not isinstance(getattr(product.term, "of", None), Damped)


PRODUCTS = [s.name for s in GRADIENTS if all(map(is_product, s.shapes))]
SUMS = [s.name for s in GRADIENTS if not all(map(is_product, s.shapes))]
#: Of logarithms: the first derivative of one that takes a difference and its growth.
OF_LOGARITHMS = next(s.name for s in GRADIENTS if s.parameters[0].support == "real" and s.name in PRODUCTS)
EXACT = scaled_bounds.exact()


@pytest.mark.parametrize("name", PRODUCTS)
def test_a_gradient_of_products_is_proved_within_the_contract(name: str) -> None:
    assert len(PRODUCTS) == 5 and len(SUMS) == 2
    for target in ("c", "python"):
        bounds = kernel(name, target).bounds
        assert {bound.established for bound in bounds.values()} == {"proved"}
        assert 0.75 < bounds["binary64"].ulp <= 0.78 and bounds["binary32"].ulp == 0.51


@pytest.mark.parametrize("name", SUMS)
def test_a_sum_of_parts_of_either_sign_stays_tested(name: str) -> None:
    assert {bound.established for bound in kernel(name).bounds.values()} == {"tested"}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> CLibrary:
    folder: Path = tmp_path_factory.mktemp("c")
    build(folder, kernel_material.files()["c/derive_kl.c"], "-O1")
    return CLibrary((folder / "kl.so").read_bytes())


@pytest.mark.parametrize("precision", [BINARY64, BINARY32], ids=lambda p: p.name)
@pytest.mark.parametrize("name", PRODUCTS)
def test_a_climb_stays_within_the_bound(name: str, precision: Precision, library: CLibrary) -> None:
    subject, rng = subject_of(name.removesuffix("_grad")), np.random.default_rng([1, 77])
    start = hunt.pool(subject, precision, (2.0**-600, 2.0**-300, 128.0, 710.6), rng)
    catch, _ = hunt.climb(library, subject, name, precision, start, rng)
    assert 0.49 < catch.worst <= kernel(name).bounds[precision.name].ulp


# --- changes of the trees -------------------------------------------------------------------------------------------


def nothing_in_place_of(function: Function, n: Node) -> Function:
    return replaced(function, n, constant(0.0))


@pytest.mark.parametrize("order", [1, 2])
def test_a_difference_without_its_tail_is_seen(order: int) -> None:
    whole = DIFFERENCE_OF_POWERS[order]
    assert factors.difference(whole).total < 1e-10
    assert factors.difference(nothing_in_place_of(whole, named(whole)["d_tail"])).total > 0.9


def test_a_logarithm_without_any_of_its_tails_is_seen() -> None:
    names, whole = named(LOG_OF_QUOTIENT), factors.logarithm(LOG_OF_QUOTIENT).total
    assert 0.0 < whole < 0.06
    for n in (names["near_tail"], names["total_tail"], factor_of_fma(names["low"])):
        assert factors.logarithm(nothing_in_place_of(LOG_OF_QUOTIENT, n)).total > whole + 0.2


def factor_of_fma(low: Node) -> Node:
    """The tail of the quotient f, which is added with that of k log 2."""
    return low.args[1].args[1]


def test_a_logarithm_without_the_rest_of_log_2_is_no_logarithm() -> None:
    low = named(LOG_OF_QUOTIENT)["low"]
    with pytest.raises(CheckFailed, match="not what they are computed for"):
        factors.logarithm(nothing_in_place_of(LOG_OF_QUOTIENT, low.args[1].args[2]))


def test_a_growth_without_the_tail_of_its_argument_is_seen() -> None:
    whole = factors.growth(SCALED_EXPM1, EXACT, RISING).total
    assert 0.0 < whole < 0.05
    poor = nothing_in_place_of(SCALED_EXPM1, SCALED_EXPM1.parameters[1])
    assert factors.growth(replace(poor, parameters=SCALED_EXPM1.parameters), EXACT, RISING).total > RISING
    (_, tail) = SCALED_EXPM1.results[1]
    assert factors.growth(nothing_in_place_of(SCALED_EXPM1, tail), EXACT, RISING).total > 1000


def test_an_error_of_the_argument_of_a_growth_is_magnified_and_a_long_tail_refused() -> None:
    off = replace(EXACT, rounding=0.01)
    assert factors.growth(SCALED_EXPM1, off, RISING).total > 0.01 * RISING
    with pytest.raises(Unproved, match="above half an ulp"):
        factors.growth(SCALED_EXPM1, scaled_bounds.binary(MULTIPLY, EXACT, scaled_bounds.rounded_pair()), RISING)


# --- ranges ---------------------------------------------------------------------------------------------------------


def refused(name: str, old: Function, new: Function, why: str) -> None:
    """The ranges of the gradient with one function in place of another."""
    made = kernel(name)
    (slope, *_), changed = made.function.results, made.function
    changed = replace(changed, results=(slope,))
    for call in {n for n in operands([slope[1]]) if n.function is old}:
        changed = replaced(changed, call, replace(call, function=new))
    with pytest.raises(CheckFailed, match=why):
        ranges.results(changed, tuple(map(of_parameter, made.signature)))


def test_a_difference_that_overflows_is_refused_in_a_gradient() -> None:
    unguarded = replaced(DIFFERENCE, named(DIFFERENCE)["guard"], constant(1.0))
    refused(OF_LOGARITHMS, DIFFERENCE, unguarded, "may overflow")


def test_a_growth_whose_scale_is_not_cut_is_refused_in_a_gradient() -> None:
    uncut = replaced(SCALED_EXPM1, named(SCALED_EXPM1)["scale"].args[0], SCALED_EXPM1.parameters[2])
    refused(OF_LOGARITHMS, SCALED_EXPM1, uncut, "may leave the format")


ORDINARY = ranged(1.0, 2.0, 0, -52)


def test_a_derivative_that_is_scaled_at_once_is_refused() -> None:
    exponent = ranged(-1500.0, 1500.0, 0, 0)
    ranges.results(SCALE_BY, (ORDINARY, exponent))
    half, cut = named(SCALE_BY)["half"], named(SCALE_BY)["cut"]
    with pytest.raises(CheckFailed, match="may leave the format"):
        ranges._scaled_once(replaced(SCALE_BY, half, cut), (ORDINARY, exponent))


@pytest.mark.parametrize(
    ("x", "why"),
    [
        (Range(2.0**-850, 1.0, -850, -1000, -900.0, True), "an underflow may count"),
        (Range(-1.0, 1.0, -100, -200, UNDERFLOW, False), "an underflow may count"),
        (ranged(2.0**-950, 1.0, -950, -1002), "beyond its last scaling"),
        (ranged(1.0, 2.0**950, 0, -52), "beyond its last scaling"),
    ],
)
def test_a_derivative_that_lost_bits_or_is_beyond_its_scaling_is_refused(x: Range, why: str) -> None:
    with pytest.raises(CheckFailed, match=why):
        ranges.results(SCALE_BY, (x, ranged(0.0, 0.0)))


def test_the_growth_of_a_number_is_0_only_where_that_is() -> None:
    head, tail = ranged(1.0, 2.0, 0, -52), ranged(-(2.0**-53), 2.0**-53, -160, -160)
    exponent = ranged(-5000.0, 6.0, 0, 0)
    for low in (head, replace(head, low=-2.0, high=-1.0)):
        for (grown, *_), relations in ranges.results(SCALED_EXPM1, (low, tail, exponent), ((1, 0, -53),)):
            assert grown.nonzero and grown.least >= -208 and any(r[:2] == (1, 0) for r in relations)
    lossy = replace(tail, lost=-200.0)
    with pytest.raises(CheckFailed, match="whether a growth is 0 may depend"):
        ranges.results(SCALED_EXPM1, (head, lossy, exponent), ((1, 0, -53),))
