"""The rounding analysis of NumPy's values: sound on single points, sharp enough, and refused where it does not hold."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from fractions import Fraction

import kernel_material
import pytest
from flint import arb, ctx

from derive.errors import CheckFailed
from derive.lower.blocks import analysis as block_analysis
from derive.lower.blocks import narrow_bounds as block_narrow_bounds
from derive.lower.blocks import slope_bounds, slopes
from derive.lower.blocks.analysis import BlockAnalysis, FactorAnalysis, half_unit
from derive.lower.blocks.bounds import _ordinary, _supposed
from derive.lower.blocks.step_bounds import _entry, exponential_step, power_step
from derive.lower.blocks.steps import EXPM1MX, EXPM1MX_PAIR, STEP, STEP_MORE
from derive.lower.bounds.analyse import PRECISION, UNIT, Rounded, exactly
from derive.lower.interpret import run
from derive.lower.plans import Twofold
from derive.vocabulary.kernel import Builder, Function, Node, Pair, Role, exact_mul, function, node, two_sum

VALUES = {k.name: k for k in kernel_material.lowered().kernels if k.target == "python" and k.narrow is not None}


def narrow(name: str) -> Function:
    found = VALUES[name].narrow
    assert found is not None
    return found


@pytest.fixture(autouse=True)
def _precision() -> None:
    ctx.prec = PRECISION


def gaps(boxes: Iterable[arb]) -> list[float]:
    """The least number of the boxes, the ends of what is between them, the largest."""
    ends = sorted(((box.lower(), box.upper()) for box in boxes), key=lambda end: float(end[0]))
    found, reached = [float(ends[0][0])], ends[0][1]
    for low, high in ends:
        if low > reached:
            found += [float(reached), float(low)]
        reached = high if high > reached else reached
    return [*found, float(reached)]


def test_the_boxes_of_the_arguments_leave_out_no_number_of_binary32() -> None:
    low, high = gaps(x for x, _ in block_narrow_bounds._exponents())
    assert low <= -(2.0**128) and high >= 2.0**7
    smallest, below, above, largest = gaps(x for _, x, _ in block_narrow_bounds._quotients(1, arb(2) ** -149))
    assert smallest <= 2.0**-149 and largest >= 2.0**278
    assert below >= 1 - 2.0**-24 and above <= 1 + 2.0**-23  # between them no number but 1, where nothing is computed


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


# --- gradients -----------------------------------------------------------------------------------------------------

SLOPES = {
    k.name: k
    for k in kernel_material.lowered().kernels
    if k.target == "python" and k.role is Role.GRADIENT and "all arguments" in k.plans
}
UNIT_STD, UNIT_LOGVAR = Twofold(False, 2, (0, 1)), Twofold(True, 1, (0, 1))
VAR, LOGVAR, LOGSTD = Twofold(False, 1, (0, 1, 2, 3)), Twofold(True, 1, (0, 1, 2, 3)), Twofold(True, 2, (0, 1, 2, 3))
CAREFUL: slope_bounds.Proofs = {"binary64": (0.5, {"boxes": 1})}


def proved(shape: Twofold, body: Callable[..., tuple[Node, ...]] | None = None) -> float:
    """In ulp, of a block function."""
    own = (slopes.of_logarithm if shape.logarithmic else slopes.of_power)(shape.order)[shape.pair]
    parameters = ("mu1", "s1", "mu2", "s2")[: len(shape.positions)]
    results = (*(f"d_{p}" for p in parameters), "ordinary")
    made = function("slopes", parameters, results, body or own, "")
    return slope_bounds.gradient(shape, made, CAREFUL)["binary64"][0]


def test_every_gradient_of_a_plan_is_proved_within_its_contract_under_what_it_calls() -> None:
    assert len(SLOPES) == 8
    for name, kernel in SLOPES.items():
        for precision, bound in kernel.bounds.items():
            supposed = {key for key in bound.proof if key.startswith("supposed_")}
            assert supposed == ({"supposed_expm1_ulp"} if "log" in name else set())
            assert bound.established == ("proved under hypotheses" if supposed else "proved")
            assert 0.5 < bound.ulp <= (3.3 if precision == "binary64" else 1.01)


def test_a_worse_function_of_numpy_gives_a_worse_gradient(monkeypatch: pytest.MonkeyPatch) -> None:
    before = proved(UNIT_LOGVAR), proved(LOGVAR)
    monkeypatch.setitem(block_analysis.SUPPOSED, "expm1", 1.5)
    assert proved(UNIT_LOGVAR) >= before[0] + 0.5
    assert proved(LOGVAR) > before[1] + 0.4


def test_a_sum_of_two_parts_that_is_too_far_off_before_its_last_rounding_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(block_analysis.SUPPOSED, "expm1", 2.0)
    with pytest.raises(CheckFailed, match="off by 3 ulp"):
        proved(LOGSTD)


def test_a_slope_of_another_size_than_its_boxes_is_refused() -> None:
    def twice(_: Builder, mu: Node, s: Node) -> tuple[Node, ...]:
        d = exact_mul(s - 1.0, 2.0)
        return mu, d + d / s, s > 0.0

    with pytest.raises(CheckFailed, match="not what it is computed for"):
        proved(UNIT_STD, twice)
    with pytest.raises(CheckFailed, match="slope on a box"):
        slope_bounds._own(Rounded(arb(3), {1: UNIT}), arb(1), arb(2))


def test_a_weight_without_the_growth_of_its_rest_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """What tails are multiplied with is nothing in real arithmetic: that it is there is seen on points of 53 bits."""
    good = slopes._weight

    def poor(b: Builder, y: Node) -> tuple[Node, ...]:
        upper, low = good(b, y)
        grown, lower = low.args
        return upper, upper * grown.args[1] + lower

    made = function("weight", ("y",), ("upper", "low"), poor, "")
    monkeypatch.setattr(slope_bounds, "WEIGHT", made)
    slope_bounds.weight.cache_clear()
    with pytest.raises(CheckFailed, match="in real arithmetic"):
        slope_bounds.weight()
    slope_bounds.weight.cache_clear()


def test_a_square_without_its_rest_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def poor(b: Builder, m: Pair) -> tuple[Node, Node]:
        leading = b.let("m_leading", node("short", m.head))
        return leading * leading, m.head * (m.head - leading)

    monkeypatch.setattr(slopes, "squared", poor)
    with pytest.raises(CheckFailed, match="in real arithmetic"):
        proved(VAR)


def test_where_powers_of_two_are_one_a_rounding_is_relative_and_no_function_of_numpy_is_read() -> None:
    product = function("product", ("x",), ("value",), lambda _, x: (x * 1.1,), "")
    at = exactly(arb(1.75, 2.0**-60))
    (in_binade,) = BlockAnalysis({product.parameters[0]: at}).results(product)
    (relative,) = FactorAnalysis({product.parameters[0]: at}).results(product)
    assert in_binade.error() == UNIT and abs(relative.error() - UNIT * arb(1.925)) < UNIT * arb(2) ** -40
    grown = function("grown", ("x",), ("value",), lambda _, x: (node("expm1", x),), "")
    with pytest.raises(CheckFailed, match=r"np\.expm1"):
        FactorAnalysis({grown.parameters[0]: at}).results(grown)


def test_leading_bits_of_a_point_are_a_point() -> None:
    apart = function("apart", ("x",), ("short", "rest"), lambda _, x: (node("short", x), x - node("short", x)), "")
    for x in (1.3718281828459045, -0.1, 2.0**-40):
        short, rest = BlockAnalysis({apart.parameters[0]: exactly(x)}).results(apart)
        assert (float(short.exact), float(rest.exact)) == run(apart, (x,))
        assert short.exact.is_exact() and rest.error() == 0
