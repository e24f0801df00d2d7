"""The proved bounds in one format's arithmetic: within the contract, sound where measured, broken by a broken tree."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flint import arb
from kernel_material import plans, replaced

from derive.errors import CheckFailed
from derive.lower.arithmetic.constants import SCALE
from derive.lower.bounds.analyse import error_of_sum, exactly
from derive.lower.bounds.proved import named
from derive.lower.interpret import run
from derive.lower.plain import bounds, exponential_bounds, quotient_bounds
from derive.lower.plain.analysis import PlainAnalysis, half_unit, known
from derive.lower.plain.ends import excess_of
from derive.lower.plain.formats import BINARY32, BINARY64, Format
from derive.lower.plain.terms import Terms
from derive.lower.plain.values import Values
from derive.verify.exact import exact_point, is_special
from derive.verify.families import subject_of
from derive.verify.points.sampler import points
from derive.verify.ulp import BINARY64 as BINARY64_NUMBERS
from derive.verify.ulp import Dyadic, ulp_error
from derive.vocabulary.kernel import Function, argument, constant, node, select, two_sum
from derive.vocabulary.theorem import expm1mx, log1pmx

LOGARITHMIC = [name for name, (_, plan) in plans().items() if plan.logarithmic]


def tree(name: str, format_: Format) -> Function:
    parameters, plan = plans()[name]
    return Values(Terms(format_)).divergence(name, parameters, plan)


@pytest.fixture
def few_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is shown on wide boxes is worse, and quick."""
    monkeypatch.setattr(exponential_bounds, "BOXES", {24: (8, 2), 53: (8, 2)})
    monkeypatch.setattr(quotient_bounds, "BOXES", {24: (8, 4, 2, 1), 53: (8, 4, 2, 1)})


@pytest.mark.parametrize(("format_", "contract"), [(BINARY32, 3.0), (BINARY64, 4.0)])
def test_every_value_is_proved_within_the_contract(format_: Format, contract: float) -> None:
    for name in plans():
        ulp, figures = bounds.value(format_, tree(name, format_))
        assert 2 < ulp < contract and figures["boxes"] > 500
    for name, of in (("expm1mx", expm1mx), ("log1pmx", log1pmx)):
        assert 2 < bounds.unary(format_, Values(Terms(format_)).unary(name, ("x",), of))[0] < contract


@pytest.mark.parametrize("name", plans())
def test_no_measured_error_is_above_the_proof(name: str) -> None:
    """Without contraction, over all of binary64: ordinary, tiny, huge, and near the optimum."""
    proved, _ = bounds.value(BINARY64, tree(name, BINARY64))
    subject, worst = subject_of(name), 0.0
    columns = points(subject, BINARY64_NUMBERS, 2000, (4,))
    for point in zip(*(c.tolist() for c in columns), strict=True):
        exact = exact_point(subject, point)[0]
        if not is_special(subject, point) and isinstance(exact, Dyadic):
            (computed,) = run(tree(name, BINARY64), list(point))
            worst = max(worst, ulp_error(computed, exact, BINARY64_NUMBERS))
    assert 0.5 < worst < proved


# --- the arithmetic -------------------------------------------------------------------------------------------------


def test_half_a_unit_next_to_a_power_of_two_is_no_more_than_the_distance_from_it() -> None:
    assert half_unit(arb(1.5), 24) == arb(2) ** -24
    assert half_unit(arb(1), 24) == arb(2) ** -25
    just_above = 1 + arb(2) ** -30
    assert half_unit(just_above, 24) == arb(2) ** -25


def test_a_sum_of_a_rounded_product_is_never_exact() -> None:
    x, y = argument("x"), argument("y")
    near = {x: exactly(arb(1) / 3 + arb(0, 2.0**-40)), y: exactly(arb(3))}
    assert PlainAnalysis(24, near).number(x * y - 1.0).error() > 2.0**-26
    assert PlainAnalysis(24, near).number(x * 2.0 - 0.6640625).error() == 0


def test_an_error_free_transform_of_a_rounded_product_is_refused() -> None:
    x = argument("x")
    given = {x: exactly(arb(1) / 3 + arb(0, 2.0**-40))}
    with pytest.raises(CheckFailed, match="may be fused"):
        PlainAnalysis(24, given).number(two_sum(x * 3.0, x).head)
    analysis, pair = PlainAnalysis(24, given), two_sum(x * 2.0, x)
    head, tail = analysis.number(pair.head), analysis.number(pair.tail)
    assert head.error() > 0 and error_of_sum(head, tail) == 0


def test_a_choice_that_the_box_does_not_decide_is_refused() -> None:
    x = argument("x")
    chosen = select(x < 1.0, x, -x)
    with pytest.raises(CheckFailed, match="does not decide"):
        PlainAnalysis(24, {x: exactly(arb(1, 1))}).number(chosen)
    assert PlainAnalysis(24, {x: exactly(arb(2))}).number(chosen).exact == -2


# --- sabotage: what the proof must notice ---------------------------------------------------------------------------


def excess(kind: str, format_: Format) -> float:
    """The largest error of an excess relative to it, in half units."""
    terms = Terms(format_)
    made = exponential_bounds.Exponential(format_, terms.exponential) if kind == "exponential" else None
    pieces = (made or quotient_bounds.Quotient(format_, terms.excess(1), 0.0)).pieces()
    return max(p.error / p.low for p in pieces) * 2.0**format_.digits


@pytest.mark.usefixtures("few_boxes")
@pytest.mark.parametrize("kind", ["exponential", "logarithm"])
def test_a_coefficient_that_was_moved_costs_the_bound(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    first, *others = BINARY32.polynomials[kind]
    moved = Format("moved", 24, 128, BINARY32.degrees)
    monkeypatch.setitem(vars(moved), "polynomials", moved.polynomials | {kind: (first + 2.0**-14, *others)})
    assert excess(kind, moved) > excess(kind, BINARY32) + 1


@pytest.mark.usefixtures("few_boxes")
@pytest.mark.parametrize("kind", ["exponential", "logarithm"])
def test_a_logarithm_of_2_without_its_tail_costs_the_bound(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    shorter = Format("shorter", 24, 128, BINARY32.degrees)
    monkeypatch.setitem(vars(shorter), "constants", shorter.constants | {"log2_tail": 3.2e-5})
    assert excess(kind, shorter) > excess(kind, BINARY32) + 1


def test_a_sum_in_another_order_is_not_the_one_that_is_analysed() -> None:
    made = tree("kl_unit_logvar", BINARY32)
    names = {name: n for n, name in made.names.items()}
    total = names["total"]
    swapped = replaced(made, total, total.args[1] + total.args[0])
    with pytest.raises((CheckFailed, KeyError)):
        bounds.value(BINARY32, swapped)


def retold(function: Function, format_: Format) -> float:
    return bounds.value(format_, function)[0]


@pytest.mark.parametrize("name", ["kl_unit_logvar", "kl_unit_var", "kl_normal_std"])
def test_numbers_that_are_not_enlarged_and_underflow_cost_the_bound(name: str) -> None:
    made = tree(name, BINARY32)
    tiny = named(made)["tiny"]
    assert retold(replaced(made, tiny, tiny.args[0] < 2.0**-65), BINARY32) > retold(made, BINARY32) + 1


@pytest.mark.parametrize("factor", [2.0**-4, 2.0**4])
def test_a_limit_in_the_tree_decides_whether_something_overflows(factor: float) -> None:
    """Cut too early, a finite result is wrong; too late, a square overflows beside a finite result."""
    made = tree("kl_unit_var", BINARY32)
    cut = named(made)["offset"].args[0]
    assert isinstance(cut.args[1].value, float)
    with pytest.raises(CheckFailed, match="may overflow"):
        retold(replaced(made, cut, node("min", cut.args[0], cut.args[1].value * factor)), BINARY32)


def test_a_quotient_without_its_remainder_is_refused() -> None:
    made = tree("kl_normal_std", BINARY32)
    with pytest.raises(CheckFailed, match="remainder"):
        retold(replaced(made, named(made)["t_tail"], constant(0.0)), BINARY32)


def test_the_tail_of_a_quotient_is_far_better_than_its_rounding() -> None:
    nodes = named(tree("kl_normal_std", BINARY32))
    off = quotient_bounds.tail_of_quotient(BINARY32, nodes["t"], nodes["t_tail"])
    assert 0 < off < 2.0**-32


@pytest.mark.parametrize("name", LOGARITHMIC)
def test_numbers_that_are_enlarged_too_far_cost_the_bound(name: str) -> None:
    """Where a 64th of a difference was compared with 2^-47, 3.157 ulp were seen in float32."""
    made = tree(name, BINARY32)
    tiny = named(made)["tiny"]
    further = replaced(made, tiny, tiny.args[0] < tiny.args[1].value * 2.0**10)
    assert retold(further, BINARY32) > retold(made, BINARY32) + 1


def test_what_is_enlarged_has_been_compared() -> None:
    made = tree("kl_unit_logvar", BINARY32)
    tiny = named(made)["tiny"]
    with pytest.raises(CheckFailed, match="was not compared"):
        retold(replaced(made, tiny, tiny.args[0].args[0] < tiny.args[1].value), BINARY32)


def quotient_excess() -> Function:
    function = excess_of(Values(Terms(BINARY32)).unary("log1pmx", ("x",), log1pmx)).function
    assert function is not None
    return function


def test_a_quotient_that_is_not_of_the_size_of_its_power_of_two_is_refused() -> None:
    function = quotient_excess()
    units = quotient_bounds._units(function)
    assert {known(c) / SCALE for c in units} == {0.5, 1.0}
    *front, (name, tail) = function.results
    for change in (tail + 1.0, tail * named(function)["s"], node("pow2", tail)):
        with pytest.raises(CheckFailed, match=r"homogeneous|size of its power"):
            quotient_bounds._units(replace(function, results=(*front, (name, change))))


def test_a_head_of_the_logarithm_of_2_with_too_many_digits_is_refused() -> None:
    function = quotient_excess()
    head = named(function)["log2_first"].args[1]
    longer = replaced(function, head, constant(known(head) * (1 + 2.0**-20)))
    with pytest.raises(CheckFailed, match="not exact in its head"):
        list(quotient_bounds.Quotient(BINARY32, longer, 0.0)._far_below(arb(0)))


def test_one_box_for_many_powers_of_two_holds_what_each_has(monkeypatch: pytest.MonkeyPatch) -> None:
    quotient = quotient_bounds.Quotient(BINARY32, quotient_excess(), 2.0**-40)
    together = list(quotient.pieces())
    monkeypatch.setattr(quotient_bounds.Quotient, "_far", 100)
    alone = list(quotient.pieces())
    assert len(alone) > len(together) + 300
    for piece in alone:
        # above, where all is over the power of two, ranges differ by what is nothing there
        assert any(
            g.low <= piece.low * (1 + 2.0**-30)
            and piece.high <= g.high * (1 + 2.0**-30)
            and piece.error <= g.error * (1 + 2.0**-10)
            and piece.head <= g.head * (1 + 2.0**-20)
            for g in together
        ), piece
