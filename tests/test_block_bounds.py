"""The rounding analysis of NumPy's values: sound on single points, sharp enough, and refused where it does not hold."""

from __future__ import annotations

import random
from fractions import Fraction

import kernel_material
import pytest
from flint import arb, ctx

from derive.errors import CheckFailed
from derive.lower.blocks import analysis as block_analysis
from derive.lower.blocks import narrow_bounds as block_narrow_bounds
from derive.lower.blocks.analysis import BlockAnalysis, half_unit
from derive.lower.blocks.bounds import _ordinary, _supposed
from derive.lower.blocks.step_bounds import _entry, exponential_step, power_step
from derive.lower.blocks.steps import EXPM1MX, EXPM1MX_PAIR, STEP, STEP_MORE
from derive.lower.bounds.analyse import PRECISION, UNIT, exactly
from derive.lower.interpret import run
from derive.vocabulary.kernel import Builder, Function, Node, exact_mul, function, node, two_sum

VALUES = {k.name: k for k in kernel_material.lowered().kernels if k.target == "python" and k.narrow is not None}


def narrow(name: str) -> Function:
    found = VALUES[name].narrow
    assert found is not None
    return found


@pytest.fixture(autouse=True)
def _precision() -> None:
    ctx.prec = PRECISION


def test_half_a_unit_is_that_of_the_binade() -> None:
    assert half_unit(arb(1)) == UNIT
    assert half_unit(arb("1.99")) == UNIT
    assert half_unit(arb("0.999")) == UNIT / 2
    assert half_unit(-arb(2)) == 2 * UNIT


def _tree(b: Builder, x: Node, y: Node) -> tuple[Node, ...]:
    leading = node("short", x)
    rest = x - leading
    d = two_sum(x, -y)
    return ((leading * leading + (x + leading) * rest) / (y * 3.0) - d.head * y + (d.tail + exact_mul(x, 0.25) * y),)


def test_the_error_of_points_is_within_what_the_analysis_says_of_their_box() -> None:
    tree = function("tree", ("x", "y"), ("value",), _tree, "")
    generator = random.Random(1)
    for _ in range(200):
        x, y = generator.uniform(1, 8), generator.uniform(1, 8)
        (computed,) = run(tree, (x, y))
        (bound,) = BlockAnalysis(dict(zip(tree.parameters, map(exactly, map(arb, (x, y))), strict=True))).results(tree)
        a, b = Fraction(x), Fraction(y)
        exact = a * a / (3 * b) - (a - b) * b + a / 4 * b
        off = abs(Fraction(computed) - exact - _rest_of_two_sum(x, y) * (1 - b))
        assert arb(off.numerator) / off.denominator <= bound.error() + arb(2) ** -80


def _rest_of_two_sum(x: float, y: float) -> Fraction:
    return Fraction(x) - Fraction(y) - Fraction(x - y)


@pytest.mark.parametrize("bits", [1, 3])
def test_a_product_of_many_bits_is_rounded_and_of_few_is_not(bits: int) -> None:
    product = function("product", ("x",), ("value",), lambda _, x: (x * (1.0 + 2.0**-bits),), "")
    short = function("short", ("x",), ("value",), lambda _, x: (node("short", x) * (1.0 + 2.0**-bits),), "")
    at = exactly(arb(1.25, 2.0**-60))
    assert BlockAnalysis({product.parameters[0]: at}).results(product)[0].error() > 0
    assert BlockAnalysis({short.parameters[0]: at}).results(short)[0].error() == 0


def test_an_operation_that_is_not_covered_is_refused() -> None:
    root = function("root", ("x",), ("value",), lambda _, x: (node("sqrt", x),), "")
    with pytest.raises(CheckFailed, match="sqrt is not covered"):
        BlockAnalysis({root.parameters[0]: exactly(2)}).results(root)


def test_an_entry_at_a_point_is_the_nearest_number() -> None:
    third = _entry(arb(1) / 3)
    assert abs(third.error() - abs(arb(1) / 3 - arb(1 / 3))) < arb(2) ** -100
    tie = arb(1) + UNIT
    assert _entry(tie).error() > UNIT


@pytest.mark.parametrize("name", VALUES)
def test_every_value_is_proved_within_its_contract_and_no_better_than_its_roundings(name: str) -> None:
    found = _ordinary(VALUES[name].function)
    assert 1.0 < float(found.ulp) <= 4.0


def test_a_step_without_more_has_the_bits_of_the_step_with_nothing_more() -> None:
    generator = random.Random(2)
    for _ in range(100):
        y = generator.choice([-1, 1]) * 2.0 ** generator.uniform(-12, 12)
        assert run(EXPM1MX, (y,)) == run(EXPM1MX_PAIR, (y, 0.0, 0.0))
        c = 1.0 + generator.randrange(256) / 256
        arguments = (c, c - 1.0, generator.randrange(2**18) * 2.0**-26, generator.random() * 2.0**-26)
        for order in STEP:
            assert run(STEP[order], arguments) == run(STEP_MORE[order], (*arguments, 0.0))


def test_what_is_supposed_is_read_from_the_trees() -> None:
    assert set(_supposed(VALUES["kl_normal_logvar"].function)) == {"entries", "exp"}
    assert set(_supposed(VALUES["kl_normal_var"].function)) == {"entries"}


def test_a_worse_exponential_gives_a_worse_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    before = _ordinary(VALUES["kl_normal_logvar"].function)
    monkeypatch.setitem(block_analysis.SUPPOSED, "exp", 2.0)
    assert _ordinary(VALUES["kl_normal_logvar"].function).ulp > before.ulp + 1


def test_the_analyses_are_of_all_boxes() -> None:
    assert exponential_step(EXPM1MX_PAIR).boxes > 1000
    assert min(power_step(STEP_MORE[order], order).boxes for order in STEP_MORE) > 1000


@pytest.mark.parametrize("name", sorted(VALUES))
def test_every_value_in_binary32_is_proved_within_its_contract(name: str) -> None:
    ulp, figures = block_narrow_bounds.value(narrow(name))
    assert 0.5 < ulp <= 1.0
    assert figures["boxes"] > 500
    assert any(key.startswith("supposed_") for key in figures)


def test_a_difference_of_more_bits_than_binary64_has_is_not_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(block_narrow_bounds, "DIGITS", 40)  # s^2 is then rounded, and s^2 - 1 - 2 log(s) lost next to 1
    assert block_narrow_bounds.value(narrow("kl_unit_std"))[0] > 1.0


def test_a_worse_logarithm_gives_a_worse_bound_in_binary32(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(block_analysis.SUPPOSED, "log1p", 8.0)
    assert block_narrow_bounds.value(narrow("kl_normal_var"))[0] > 1.0
