"""The trees for NumPy: cells of the tables, steps from their entries, and both sides of every boundary."""

from __future__ import annotations

import math
from fractions import Fraction

import kernel_material
import numpy as np
import pytest
from emitted_subjects import SUBJECTS
from flint import arb, ctx
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import Generator

from derive.lower.approximation.polynomials import STEPS
from derive.lower.blocks.slopes import WEIGHT_BITS, WEIGHT_ENTRY
from derive.lower.blocks.steps import EXPONENTIAL_ENTRY, LARGEST_EXPONENT, LARGEST_QUOTIENT, QUOTIENT_ENTRY
from derive.lower.interpret import run
from derive.verify.checks.hunt import errors_at
from derive.verify.checks.sweep import PointSet, judge_function
from derive.verify.families import subject_of
from derive.verify.families.record import Kind, Subject
from derive.verify.targets.python import PythonModules
from derive.verify.ulp import BINARY64, PRECISIONS, FloatArray, Precision
from derive.vocabulary.kernel import Function, Grid, function, node

VALUES = {k.name: k for k in kernel_material.lowered().kernels if k.target == "python" and not k.name.endswith("_grad")}


#: Whose arrays go through a function of their own, which has tables.
BLOCKS = [f for f in SUBJECTS if VALUES[f.name].function is not VALUES[f.name].careful]


@pytest.fixture(scope="module")
def kl() -> PythonModules:
    return PythonModules({"python/kl_normal.py": kernel_material.files()["python/kl_normal.py"]})


def single(op: str, x: float) -> float:
    (value,) = run(function(op, ("x",), ("value",), lambda _, x: (node(op, x),), ""), (x,))
    return value


# --- cells -------------------------------------------------------------------------------------------------------

positive = st.floats(min_value=2.0**-1000, max_value=2.0**1000)


@given(positive)
def test_an_anchor_is_a_short_number_next_to_x_towards_1(x: float) -> None:
    anchor = single("anchor", x)
    assert min(x, 1.0) <= anchor <= max(x, 1.0)
    assert abs(x - anchor) <= anchor / STEPS
    assert (math.frexp(anchor)[0] * 2.0**9).is_integer()


@given(positive | positive.map(lambda x: -x))
def test_the_upper_bits_times_an_anchor_are_exact_and_so_are_the_others(x: float) -> None:
    upper, anchor = single("upper", x), 1.0 + 255 / 256
    for part in (upper, x - upper):
        assert Fraction(part) * Fraction(anchor) == Fraction(part * anchor)
    assert Fraction(upper) + Fraction(x - upper) == Fraction(x)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_trunc_takes_the_fraction_away(x: float) -> None:
    assert single("trunc", x) == math.trunc(x)


def same(a: np.ndarray, b: np.ndarray) -> bool:
    return np.array_equal(a, b, equal_nan=True)


@pytest.mark.parametrize("tree", [EXPONENTIAL_ENTRY, WEIGHT_ENTRY, *QUOTIENT_ENTRY.values()], ids=lambda f: f.name)
def test_what_is_looked_up_is_what_the_tree_computes(kl: PythonModules, tree: Function) -> None:
    assert tree.table is not None
    generator, integers = np.random.default_rng(3), tree.table.grid is Grid.INTEGERS
    if integers:
        most = LARGEST_EXPONENT * STEPS
        x = np.concatenate(
            [np.arange(-9.0, 10.0), [-most, 1 - most, most - 1, most], generator.integers(-most, most, 40)]
        )
        beyond = np.array([-most - 1, most + 1, 1e300, -1e300, np.inf, -np.inf, np.nan])
    else:
        cells = 1.0 + np.arange(-9, 10) / np.where(np.arange(-9, 10) < 0, 512, 256)
        ends = np.array([1 / LARGEST_QUOTIENT, LARGEST_QUOTIENT])
        x = np.concatenate([cells, ends, np.exp(generator.normal(size=40) * 4)])
        x = np.concatenate([np.nextafter(x, 0), x, np.nextafter(x, np.inf)])
        beyond = np.array([5e-324, 0.0, -0.0, -1.0, 1e300, -1e-300, np.inf, -np.inf, np.nan, -np.nan])
    with np.errstate(all="ignore"):
        looked_up = kl.function(f"_{tree.name}")(x)
        assert np.isnan(kl.function(f"_{tree.name}")(beyond)[0 if integers else -1]).all()
    computed = np.array([run(tree, (value,)) for value in x.tolist()]).T
    inside = ~np.isnan(computed[0 if integers else -1])
    assert inside.sum() > len(x) / 2
    for got, expected in zip(looked_up, computed, strict=True):
        assert same(got[inside], expected[inside])
    assert same(np.isnan(looked_up[0 if integers else -1]), ~inside)


def test_an_entry_of_the_weights_is_a_short_number_and_all_that_is_left(kl: PythonModules) -> None:
    k = np.arange(-8191.0, 8192.0)
    upper, lower = kl.function("_weight_entry")(k)
    ctx.prec = 200
    assert (np.ldexp(np.frexp(upper)[0], WEIGHT_BITS) % 1 == 0).all()
    assert (abs(lower) <= upper * 2.0**-15).all()
    for i, *parts in zip(k.tolist(), upper.tolist(), lower.tolist(), strict=True):
        weight = (-arb(i) / 256).exp()
        assert abs(sum(map(arb, parts)) - weight) < weight * 2.0**-55


def test_the_worst_gradient_in_variances_that_a_hunt_had_found(kl: PythonModules) -> None:
    """3.13 ulp, where the square of the second variance was rounded."""
    at = ("-0x1.e6f9003239bafp-1", "0x1.0ad4e89f752e2p+0", "-0x1.e82e52669c8cdp-3", "0x1.0ad4e89f752e2p-1")
    columns = [np.array([float.fromhex(x)]) for x in at]
    assert errors_at(kl, subject_of("kl_normal_var"), "kl_normal_var_grad", BINARY64, columns) <= 2.5


# --- boundaries --------------------------------------------------------------------------------------------------


def nudged(generator: Generator, x: np.ndarray, precision: Precision) -> FloatArray:
    """At most two numbers of the format up or down."""
    real = precision.dtype
    x, steps = x.astype(real), generator.integers(-2, 3, len(x))
    for step in (1, 2):
        towards = np.where(steps > 0, np.inf, -np.inf).astype(real)
        x = np.where(abs(steps) >= step, np.nextafter(x, towards), x)
    return x


def boundaries(family: Subject, precision: Precision, count: int, seed: int) -> tuple[FloatArray, ...]:
    """Arguments where one cell ends and the next begins, near the optimum and anywhere, and where the tables end."""
    generator, real = np.random.default_rng(seed), precision.dtype
    near, linear = generator.random(count) < 0.6, family.parameters[-1].kind is Kind.POSITIVE
    if linear or family.name == "log1pmx":
        cell = np.where(near, generator.integers(-6, 7, count), generator.integers(-16 * 256 - 3, 16 * 256 + 4, count))
        edge = ((cell + (1023 << 8)) << 44).view(np.float64)
        distance = abs(np.log(edge))
    else:
        k = np.where(near, generator.integers(-6, 7, count), generator.integers(-8200, 8201, count))
        edge = k / STEPS / (2.0 if family.name.endswith("logstd") else 1.0)
        distance = abs(edge)
    scale = nudged(generator, edge, precision)
    if not family.definition:
        return ((scale.astype(np.float64) - 1.0).astype(real) if family.name == "log1pmx" else scale,)
    mu = (distance * np.exp(2 * generator.normal(size=count)) * (generator.random(count) < 0.5)).astype(real)
    if family.arity == 2:
        return mu, scale
    second = generator.normal(size=count) * (generator.random(count) < 0.7) * 2
    wide = scale.astype(np.float64)
    second, first = (np.exp(second), np.exp(second) * wide) if linear else (second, second + wide)
    return mu, nudged(generator, first, precision), np.zeros(count, real), second.astype(real)


@pytest.mark.parametrize("precision", PRECISIONS, ids=lambda p: p.name)
@pytest.mark.parametrize("family", BLOCKS, ids=lambda f: f.name)
def test_both_sides_of_every_boundary_meet_the_bound(kl: PythonModules, family: Subject, precision: Precision) -> None:
    points = PointSet.of(family, precision, boundaries(family, precision, 3000, 11))
    outcome = judge_function(kl, family.name, precision, points)
    assert outcome.faults == ()
    assert outcome.worst <= VALUES[family.name].bounds[precision.name].ulp, outcome.at


@pytest.mark.parametrize("scale", ["logvar", "logstd"])
def test_a_binary32_exponent_so_small_that_expm1_cancels_is_handed_on(kl: PythonModules, scale: str) -> None:
    sizes = np.exp2(np.linspace(-149, -18, 3000)).astype(np.float32)
    for name in (f"kl_unit_{scale}", f"kl_normal_{scale}"):
        family = next(f for f in SUBJECTS if f.name == name)
        zero = np.zeros_like(sizes)
        columns = (zero, sizes) if family.arity == 2 else (zero, sizes, zero, zero)
        outcome = judge_function(kl, name, PRECISIONS[1], PointSet.of(family, PRECISIONS[1], columns))
        assert (outcome.faults, outcome.worst <= 1.0) == ((), True), outcome


@pytest.mark.parametrize(("scale", "small"), [("logvar", -240.0), ("logstd", -120.0), ("var", 1e-100), ("std", 1e-50)])
def test_an_offset_whose_square_underflows_counts_where_it_is_weighted(
    kl: PythonModules, scale: str, small: float
) -> None:
    family = next(f for f in SUBJECTS if f.name == f"kl_normal_{scale}")
    offsets = np.exp2(np.linspace(-600, -500, 200))
    scales = np.full(200, small)
    points = PointSet.of(family, PRECISIONS[0], (offsets, scales, np.zeros(200), scales))
    outcome = judge_function(kl, family.name, PRECISIONS[0], points)
    assert (outcome.faults, outcome.worst <= 4.0) == ((), True), outcome


# --- what was beyond the contract ----------------------------------------------------------------------------------

#: Found by climbing: 4.32, 4.17, 4.15 and, of the derivative in the second variance, 5.42 ulp before.
BEYOND = [
    (
        "kl_normal_std",
        "-0x1.647dc76b4f7dbp-5 0x1.6a1e11f1d31cp+1 -0x1.647d4bd38ca58p-5 0x1.6a9e0ef5fcad8p+1",
        0,
    ),
    (
        "kl_normal_logstd",
        "0x1.043006748158dp-24 0x1.224f3046bbp-25 0x1.0831928a467dap-24 -0x1.6542a86b480d3p-12",
        0,
    ),
    (
        "kl_normal_var",
        "-0x1.29394ed491459p+4 0x1.625aae4cebcc5p-1 -0x1.29390c756fce8p+4 0x1.62d79c26c7a8ep-1",
        0,
    ),
    (
        "kl_normal_var_grad",
        "0x0.0017031df3e32p-1022 0x1.16bca5aaff771p+1 -0x1.8110ce614adcep-14 0x1.16bca599601afp+1",
        3,
    ),
]


def exact_and_unit(name: str, x: list[Fraction]) -> tuple[arb, arb]:
    """The result, and the part of it of which an ulp is counted."""
    ctx.prec = 200
    mu1, s1, mu2, s2 = (arb(v.numerator) / v.denominator for v in x)
    m = mu1 - mu2
    if name == "kl_normal_logstd":
        d = 2 * (s1 - s2)
        value = (d.expm1() - d + m * m * (-2 * s2).exp()) / 2
        return value, value
    if name == "kl_normal_var_grad":
        parts = (s1 - s2) / (2 * s2 * s2), m * m / (2 * s2 * s2)
        return -(parts[0] + parts[1]), max(abs(parts[0]), abs(parts[1]))
    order = 2 if name == "kl_normal_std" else 1
    q = s1 / s2
    value = (q**order - 1 - order * q.log() + m * m / s2**order) / 2
    return value, value


@pytest.mark.parametrize(("name", "arguments", "which"), BEYOND, ids=[case[0] for case in BEYOND])
def test_what_was_beyond_the_contract_is_well_within(kl: PythonModules, name: str, arguments: str, which: int) -> None:
    numbers = [float.fromhex(text) for text in arguments.split()]
    columns = [np.array([number]) for number in numbers]
    got = float(kl(name, PRECISIONS[0], columns)[which][0])
    exact, part = exact_and_unit(name, [Fraction(number) for number in numbers])
    unit = arb(2) ** (math.frexp(float(part.mid()))[1] - 53)
    assert abs(arb(got) - exact) / unit <= 1.5
