"""What is proved of derivatives of one product or two: each number that counts is in the bound, and the bound holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import kernel_material
import numpy as np
import pytest
import sympy as sp
from derive.proofs import REGISTRY
from kernel_material import kernel, replaced
from test_sums import build

from derive.errors import CheckFailed
from derive.lower import compose, terms
from derive.lower.arithmetic.gradients import DIFFERENCE, SCALE_BY
from derive.lower.arithmetic.scaled import MULTIPLY, SUM, Arguments, Scaled
from derive.lower.bounds import factors, ranges
from derive.lower.bounds import scaled as scaled_bounds
from derive.lower.bounds.proved import Proved, in_ulp, named
from derive.lower.bounds.ranges.numbers import UNDERFLOW, Range, of_parameter, ranged
from derive.lower.bounds.scaled import Unproved
from derive.lower.shape import Damped, Distance, Excess, Monomial, Offset, Product, Shape
from derive.lower.subjects import subjects
from derive.lower.terms import growth_of_damped
from derive.lower.terms.excess_of_distance import heads
from derive.lower.terms.growth_of_logarithm import RISING, SCALED_EXPM1
from derive.lower.terms.growth_of_quotient import DIFFERENCE_OF_POWERS
from derive.lower.terms.log_of_quotient import LOG_OF_QUOTIENT
from derive.verify.checks import hunt
from derive.verify.families import subject_of
from derive.verify.targets.c import CLibrary
from derive.verify.ulp import BINARY32, BINARY64, Precision
from derive.vocabulary.kernel import Builder, Function, Node, Role, constant, function, operands

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
def test_a_gradient_with_sums_is_proved_in_ulp_of_the_larger_part(name: str) -> None:
    for target in ("c", "python"):
        bounds = kernel(name, target).bounds
        assert {bound.established for bound in bounds.values()} == {"proved"}
        assert 1.2 < bounds["binary64"].ulp <= 1.5 and bounds["binary32"].ulp == 1.01


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> CLibrary:
    folder: Path = tmp_path_factory.mktemp("c")
    build(folder, kernel_material.files()["c/derive_kl.c"], "-O1")
    return CLibrary((folder / "kl.so").read_bytes())


@pytest.mark.parametrize("precision", [BINARY64, BINARY32], ids=lambda p: p.name)
@pytest.mark.parametrize("name", [*PRODUCTS, *SUMS])
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


# --- sums of parts of either sign -----------------------------------------------------------------------------------

SIGNED = scaled_bounds.sum_of_signed(SUM, EXACT, EXACT)


def test_a_sum_of_two_parts_is_as_good_as_both_and_its_tails() -> None:
    off = replace(EXACT, rounding=0.25)
    assert SIGNED.signed and SIGNED.total < 1e-10
    assert 0.5 < scaled_bounds.sum_of_signed(SUM, off, off).total < 0.501
    _, a_tail, _, _, c_tail, _ = SUM.parameters
    for tail in (a_tail, c_tail):
        poor = replace(nothing_in_place_of(SUM, tail), parameters=SUM.parameters)
        assert scaled_bounds.sum_of_signed(poor, EXACT, EXACT).total > 0.9
    (_, low) = SUM.results[1]
    assert scaled_bounds.sum_of_signed(nothing_in_place_of(SUM, low), EXACT, EXACT).total > 1.9


def test_what_is_measured_by_its_larger_part_enters_nothing_that_is_measured_by_itself() -> None:
    normal = scaled_bounds.normalised(SIGNED)
    assert in_ulp(SIGNED, digits=53) == pytest.approx(1.0) and in_ulp(EXACT, digits=53) == 0.75
    assert scaled_bounds.binary(MULTIPLY, normal, replace(EXACT, rounding=0.1)).total > 0.2  # of twice the larger part
    for refused in (
        lambda: scaled_bounds.sum_of_signed(SUM, SIGNED, EXACT),
        lambda: scaled_bounds.binary(MULTIPLY, SIGNED, EXACT),
        lambda: scaled_bounds.binary(MULTIPLY, EXACT, normal),
        lambda: scaled_bounds.worse(normal, EXACT),
        lambda: scaled_bounds.short(normal),
    ):
        with pytest.raises(Unproved):
            refused()


def made(name: str) -> compose.Composed:
    subject = next(s for s in GRADIENTS if s.name == name)
    return compose.gradient(name, [p.name for p in subject.parameters], subject.shapes, subject.limits)


@pytest.mark.parametrize("name", SUMS)
def test_a_worse_exponential_gives_a_worse_bound_and_its_distance_counts_once(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one number, whose error is magnified by 2: as two its exponentials would count it 500 times."""
    before, exponential = made(name).proof().total, scaled_bounds.exponential

    def worse(*of: object) -> Proved:
        found = exponential(*of)  # type: ignore[arg-type]
        return replace(found, rounding=found.rounding + 0.01)

    monkeypatch.setattr(scaled_bounds, "exponential", worse)
    assert before + 0.01 < made(name).proof().total < before + 0.1


def distance(power: int) -> Distance:
    return Distance(Offset(0, 2), Monomial(powers=((1, sp.Integer(power)),)))


def test_the_head_of_a_distance_is_known_by_its_factors() -> None:
    assert heads(distance(-1)) == (0.5, 2.0) and heads(distance(-2)) == (0.25, 2.0) and heads(distance(2)) == (1.0, 8.0)


@pytest.mark.parametrize(("power", "holds"), [(-1, True), (-5, False), (2, None)])
def test_a_distance_whose_cut_counts_has_a_poor_bound_or_none(power: int, holds: bool | None) -> None:
    """Its head may be so small that at the cut the exponential is not nothing, or so large that it overflows there."""
    of = distance(power)
    decay = replace(of, by=of.by * Monomial(sp.Integer(-1)))
    found: list[Scaled] = []

    def body(b: Builder, *at: Node) -> tuple[Node]:
        found.append(terms.tree(Arguments(b, at), Product(Monomial(), Excess(of), decay=decay)))
        return (found[0].head,)

    function("damping", ("m1", "b", "m2"), ("head",), body, "")
    if holds is None:
        with pytest.raises(Unproved, match="may overflow"):
            found[0].proof()
    else:
        assert (found[0].proof().total < 0.5) == holds


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


def test_two_that_cancel_in_an_exponential_leave_no_large_tail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between numbers beyond 2^53 what is left of equal heads is a tail above every bound that the exponential has."""
    name = next(n for n in SUMS if kernel(n).signature[1].support == "real")
    monkeypatch.setattr(growth_of_damped, "normalised", lambda a: a)
    whole = made(name).function
    with pytest.raises(CheckFailed, match="may overflow"):
        ranges.results(replace(whole, results=whole.results[1:2]), tuple(map(of_parameter, kernel(name).signature)))


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
        (Range(-4.0, 4.0, -1074, -1074, -600.0, False, part=-500), "an underflow may count"),
        (Range(-4.0, 4.0, -1074, -1074, part=-850), "beyond its last scaling"),
    ],
)
def test_a_derivative_that_lost_bits_or_is_beyond_its_scaling_is_refused(x: Range, why: str) -> None:
    with pytest.raises(CheckFailed, match=why):
        ranges.results(SCALE_BY, (x, ranged(0.0, 0.0)))


def test_what_underflows_in_a_sum_of_two_parts_is_compared_with_the_larger() -> None:
    ranges.results(SCALE_BY, (Range(-4.0, 4.0, -1074, -1074, -900.0, False, part=-500), ranged(0.0, 0.0)))


def test_the_growth_of_a_number_is_0_only_where_that_is() -> None:
    head, tail = ranged(1.0, 2.0, 0, -52), ranged(-(2.0**-53), 2.0**-53, -160, -160)
    exponent = ranged(-5000.0, 6.0, 0, 0)
    for low in (head, replace(head, low=-2.0, high=-1.0)):
        for (grown, *_), relations in ranges.results(SCALED_EXPM1, (low, tail, exponent), ((1, 0, -53),)):
            assert grown.nonzero and grown.least >= -208 and any(r[:2] == (1, 0) for r in relations)
    lossy = replace(tail, lost=-200.0)
    with pytest.raises(CheckFailed, match="whether a function is 0 may depend"):
        ranges.results(SCALED_EXPM1, (head, lossy, exponent), ((1, 0, -53),))
