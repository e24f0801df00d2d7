"""The sums of the values against exact rational sums, and that they depend on the elements and their order alone."""

from __future__ import annotations

import ctypes
import itertools
import math
import subprocess
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import kernel_material
import numpy as np
import pytest

from derive.errors import MissingTool
from derive.pipeline import tools_required
from derive.verify.exact import exact_columns
from derive.verify.families import subject_of
from derive.verify.points.sampler import points, special_points
from derive.verify.targets.compilers import NO_CLONES, first_compiler
from derive.verify.ulp import BINARY32, BINARY64, Dyadic, FloatArray, Precision, ulp_error
from derive.vocabulary.kernel import Role

KERNELS = {k.name: k for k in kernel_material.lowered().kernels if k.target == "c" and k.role is Role.VALUE}
NAMES = list(KERNELS)
SOURCE = kernel_material.files()[kernel_material.paths("c")[0]]
Columns = tuple[FloatArray, ...]


def build(folder: Path, source: str, *flags: str) -> ctypes.CDLL:
    """The C as a library, its first source as given; without a compiler the tests that need it are skipped in words."""
    try:
        compiler = first_compiler()
    except MissingTool as error:
        (pytest.fail if tools_required() else pytest.skip)(f"NOT CHECKED: {error.message}")
    sources = kernel_material.write_c(folder)
    (folder / sources[0]).write_text(source)
    arguments = ["-std=c99", "-shared", "-fPIC", *flags, "-o", "kl.so", *sources, "-lm"]
    subprocess.run([compiler, *arguments], cwd=folder, check=True)
    return ctypes.CDLL(str(folder / "kl.so"))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    return build(tmp_path_factory.mktemp("sums"), SOURCE, "-O2")


def sum_of(library: ctypes.CDLL, name: str, columns: Columns, precision: Precision = BINARY64) -> float:
    call = library[f"derive_{name}_sum{'' if precision is BINARY64 else 'f'}"]
    call.restype = ctypes.c_double
    arrays = [np.ascontiguousarray(c, precision.dtype) for c in columns]
    return float(call(ctypes.c_size_t(len(arrays[0])), *[ctypes.c_void_p(a.ctypes.data) for a in arrays]))


def rational(value: object) -> Fraction:
    if isinstance(value, Dyadic):
        return Fraction(value.mantissa) * Fraction(2) ** value.exponent
    assert isinstance(value, float)
    return Fraction(value)


def terms(name: str, precision: Precision) -> tuple[Columns, list[Fraction]]:
    """Points of every size with a finite value, none of them so large that the others do not count."""
    columns = points(subject_of(name), precision, 1500, (3,))
    exact = exact_columns(subject_of(name), [c.tolist() for c in columns])[0]
    moderate = [i for i, v in enumerate(exact) if isinstance(v, Dyadic) and v.binade < 20]
    return tuple(c[moderate] for c in columns), [rational(exact[i]) for i in moderate]


def in_ulp(computed: float, exact: Fraction) -> float:
    unit = Fraction(2) ** max(math.frexp(float(exact))[1] - 53, -1074)
    return float(abs(Fraction(computed) - exact) / unit)


@pytest.mark.parametrize("precision", [BINARY64, BINARY32], ids=lambda p: p.name)
@pytest.mark.parametrize("name", NAMES)
def test_a_million_terms_are_within_the_bound_of_the_exact_sum(
    library: ctypes.CDLL, name: str, precision: Precision
) -> None:
    columns, exact = terms(name, precision)
    repeated = 1_000_000 // len(exact)
    order = np.random.default_rng(7).permutation(np.tile(np.arange(len(exact)), repeated))
    computed = sum_of(library, name, tuple(c[order] for c in columns), precision)
    assert in_ulp(computed, sum(exact) * repeated) <= KERNELS[name].sums[precision.name].ulp


def arity_of_one(name: str) -> int:
    """How many parameters the first distribution has: half of them, or all beside a fixed one."""
    parameters = KERNELS[name].parameters
    return len(parameters) // 2 if parameters[-1].endswith("2") else len(parameters)


@pytest.mark.parametrize("name", NAMES)
def test_terms_near_the_optimum(library: ctypes.CDLL, name: str) -> None:
    """Where a term's own error would be seen: all of one size, and all rounded the same way, since they are equal."""
    neutral, member = subject_of(name).neutral, KERNELS[name].signature[: arity_of_one(name)]
    moved = [x + (3e-7 if p.location else 2.0**-20) for x, p in zip(neutral, member, strict=False)]
    at = (*moved, *neutral[len(moved) :])
    ((exact,), *_) = exact_columns(subject_of(name), [[a] for a in at])
    columns = tuple(np.full(100_003, a) for a in at)
    assert in_ulp(sum_of(library, name, columns), rational(exact) * 100_003) <= KERNELS[name].sums["binary64"].ulp


@pytest.mark.parametrize("count", [0, 1, 31, 32, 33, 63, 64, 65, 1023, 1025, 4097])
@pytest.mark.parametrize("name", ["kl_unit_std", "kl_normal_logvar"])
def test_every_length(library: ctypes.CDLL, name: str, count: int) -> None:
    columns, exact = terms(name, BINARY64)
    chosen = np.arange(count) % len(exact)
    computed = sum_of(library, name, tuple(c[chosen] for c in columns))
    total = sum((exact[i] for i in chosen), Fraction(0))
    assert computed == 0.0 if count == 0 else in_ulp(computed, total) <= KERNELS[name].sums["binary64"].ulp


@pytest.mark.parametrize("name", NAMES)
def test_the_bits_depend_on_neither_alignment_nor_instruction_set(
    library: ctypes.CDLL, name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    plain = _plain(tmp_path_factory)
    for precision in (BINARY64, BINARY32):
        columns = points(subject_of(name), precision, 3001, (4,))
        columns = tuple(np.where((np.abs(c) > 0.01) & (np.abs(c) < 30.0), c, 1.0) for c in columns)
        expected = sum_of(library, name, columns, precision)
        assert math.isfinite(expected)
        assert sum_of(plain, name, columns, precision) == expected
        for offset in (1, 3):
            shifted = []
            for column in columns:
                buffer = np.zeros(len(column) + 8, precision.dtype)
                buffer[offset : offset + len(column)] = column
                shifted.append(buffer[offset : offset + len(column)])
            assert sum_of(library, name, tuple(shifted), precision) == expected


_PLAIN: list[ctypes.CDLL] = []


def _plain(factory: pytest.TempPathFactory) -> ctypes.CDLL:
    if not _PLAIN:
        _PLAIN.append(build(factory.mktemp("plain"), SOURCE, "-O1", NO_CLONES))
    return _PLAIN[0]


LOG_SCALES = [k.name for k in KERNELS.values() if any(p.support == "real" and not p.location for p in k.signature)]


@pytest.mark.parametrize("far", [0.0, 100.0, 300.0, 700.0, 1e6, 3e38, math.inf])
@pytest.mark.parametrize("name", LOG_SCALES)
def test_a_sum_from_float_is_cut_nowhere(library: ctypes.CDLL, name: str, far: float) -> None:
    """Far beyond what is finite in float, or infinite there, with either sign and in either scale."""
    signature = KERNELS[name].signature
    scales = [i for i, p in enumerate(signature) if not p.location]
    for i, s, mean in itertools.product(scales, (far, -far), (0.0, 2.0)):
        row = [s if j == i else mean if j == 0 and p.location else 0.0 for j, p in enumerate(signature)]
        point = tuple(np.array([x], np.float32) for x in row)
        ((exact,), *_) = exact_columns(subject_of(name), [c.astype(np.float64).tolist() for c in point])
        computed = sum_of(library, name, point, BINARY32)
        assert ulp_error(computed, exact, BINARY64) <= KERNELS[name].sums["binary32"].ulp, (row, computed)


@pytest.mark.parametrize("precision", [BINARY64, BINARY32], ids=lambda p: p.name)
@pytest.mark.parametrize("name", NAMES)
def test_a_sum_of_one_is_the_value_of_the_scalar_and_of_the_array_form(
    library: ctypes.CDLL, name: str, precision: Precision
) -> None:
    """From float, the value for the same numbers as doubles; at special arguments too."""
    family = subject_of(name)
    pairs = zip(points(family, precision, 300, (9,)), special_points(family, precision), strict=True)
    columns = tuple(np.concatenate(pair).astype(np.float64) for pair in pairs)
    values = np.empty(len(columns[0]))
    library[f"derive_{name}_array"](
        ctypes.c_size_t(len(values)), *[ctypes.c_void_p(a.ctypes.data) for a in (*columns, values)]
    )
    scalar = library[f"derive_{name}"]
    scalar.restype, scalar.argtypes = ctypes.c_double, [ctypes.c_double] * len(columns)
    for i, value in enumerate(values):
        one = sum_of(library, name, tuple(c[i : i + 1] for c in columns), precision)
        assert np.array_equal([one, scalar(*(float(c[i]) for c in columns))], [value, value], equal_nan=True)


@pytest.mark.parametrize("precision", [BINARY64, BINARY32], ids=lambda p: p.name)
@pytest.mark.parametrize("name", NAMES)
def test_equal_arguments_sum_to_nothing(library: ctypes.CDLL, name: str, precision: Precision) -> None:
    drawn = np.abs(np.random.default_rng(3).normal(size=1000)) + 0.1
    one = [drawn / (i + 1.0) for i in range(arity_of_one(name))]
    both = len(one) < len(KERNELS[name].parameters)
    columns = tuple(one + one if both else [np.full(1000, x) for x in subject_of(name).neutral])
    assert sum_of(library, name, columns, precision) == 0.0


@pytest.mark.parametrize("name", [k.name for k in KERNELS.values() if k.plans])
def test_a_sum_keeps_what_single_values_lose_below_the_normal_range(library: ctypes.CDLL, name: str) -> None:
    """A hundred thousand values of a tenth of the smallest subnormal each, and of some that it is too coarse for."""
    for mean in (1e-162, 5e-162, 3e-160, 1e-140):
        at = (mean, *subject_of(name).neutral[1:])
        exact = Fraction(mean) ** 2 / 2 * 100_000
        assert in_ulp(sum_of(library, name, tuple(np.full(100_000, a) for a in at)), exact) <= 2.0


@pytest.mark.parametrize("count", [32, 2048, 32768])
def test_a_sum_below_the_largest_number_is_finite(library: ctypes.CDLL, count: int) -> None:
    """Heads that are rounded up one after another overflow before the sum with its tails does."""
    mean, spread = np.zeros(count), np.full(count, 1.5 * 2.0**969)
    spread[0] = float.fromhex("0x1.fffffffffffe4p1022") - (count - 32) * 1.5 * 2.0**969
    columns = (mean, spread, mean, np.full(count, 0.25))
    exact = sum(rational(v) for v in exact_columns(subject_of("kl_normal_var"), [c.tolist() for c in columns])[0])
    computed = sum_of(library, "kl_normal_var", columns)
    assert in_ulp(computed, exact) <= KERNELS["kl_normal_var"].sums["binary64"].ulp
    spread[0] *= 2
    assert sum_of(library, "kl_normal_var", columns) == math.inf


@pytest.mark.parametrize("precision", [BINARY64, BINARY32], ids=lambda p: p.name)
def test_infinite_and_undefined_terms(library: ctypes.CDLL, precision: Precision) -> None:
    mu, logvar = np.full(100, 0.5), np.full(100, 0.25)
    mu[70] = math.inf
    assert sum_of(library, "kl_unit_logvar", (mu, logvar), precision) == math.inf
    logvar[3] = math.nan
    assert math.isnan(sum_of(library, "kl_unit_logvar", (mu, logvar), precision))


@pytest.mark.parametrize(
    "change",
    [
        ("sum->tail[lane] += total.tail;", "sum->tail[lane] += 0.0;"),
        ("            values[i] = 0.0;", "            values[i] = values[0];"),
    ],
    ids=["the tails of the lanes are dropped", "what fills up a run is added"],
)
def test_a_broken_sum_is_found_out(tmp_path: Path, change: tuple[str, str]) -> None:
    assert change[0] in SOURCE
    broken = build(tmp_path, SOURCE.replace(*change), "-O1", NO_CLONES)
    checks: list[Callable[[], None]] = [
        lambda: test_terms_near_the_optimum(broken, "kl_unit_logvar"),
        lambda: test_every_length(broken, "kl_unit_std", 33),
        lambda: test_a_million_terms_are_within_the_bound_of_the_exact_sum(broken, "kl_unit_logvar", BINARY64),
    ]

    def caught(check: Callable[[], None]) -> bool:
        try:
            check()
        except AssertionError:
            return True
        return False

    assert any(map(caught, checks))
