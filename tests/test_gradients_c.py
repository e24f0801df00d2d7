"""The gradients in C where the derivative in the second scale cancels and the tails of its parts exceed the heads."""

from __future__ import annotations

import ctypes
from pathlib import Path

import kernel_material
import numpy as np
import pytest
from test_sums import build

from derive.verify.exact import exact_columns
from derive.verify.families import subject_of
from derive.verify.targets.c import CLibrary
from derive.verify.ulp import BINARY64, ExactValues, FloatArray

#: Of the larger exact part: half an ulp for each of three roundings.
MOST = 1.5

#: Inputs at which the derivative in the second scale was 2.5 ulp off while e^x - 1 was formed as (1 + x) - 1.
ISSUED = (
    ("kl_normal_logvar", "-0x1.5a2667b189c3ap-2 0x1.78c6dc33796c4p-57 -0x1.5a266837dd924p-2 -0x1.d0e68c5feaaep-54"),
    ("kl_normal_logstd", "-0x1.772ada67b780bp-26 -0x1.fe9609a9a5f2ep-57 -0x1.b3e63d8cabdafp-27 -0x1.3fd1d4c7d26b7p-54"),
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> CLibrary:
    folder = tmp_path_factory.mktemp("gradients")
    build(folder, kernel_material.files()["c/derive_kl.c"], "-O1")
    return CLibrary((folder / "kl.so").read_bytes())


def errors(library: CLibrary, name: str, columns: list[FloatArray]) -> list[float]:
    """The largest error of each partial derivative, in ulp of what its contract says."""
    family = subject_of(name)
    exact = exact_columns(family, [c.tolist() for c in columns])[1:]
    computed = library(family.gradient, BINARY64, columns)
    return [float(ExactValues.of(e, BINARY64).error(c).max()) for e, c in zip(exact, computed, strict=True)]


@pytest.mark.parametrize(("name", "at"), ISSUED)
def test_the_second_scale_near_two_to_the_minus_53(library: CLibrary, name: str, at: str) -> None:
    assert max(errors(library, name, [np.array([float.fromhex(x)]) for x in at.split()])) <= MOST


def balanced(scale: str, pair: str, seed: int, count: int = 2000) -> list[FloatArray]:
    """Scales a little apart, from 1 down to the last bit, and means whose term is about as large, of either sign."""
    rng = np.random.default_rng(seed)
    order = 2.0 if scale.endswith("std") else 1.0
    apart = 2.0 ** -rng.integers(1, 60, count) * rng.uniform(1.0, 2.0, count)
    nearly = 1.0 + rng.normal(0.0, 2.0 ** -rng.integers(0, 20, count), count)
    if scale.startswith("log"):
        second = apart * rng.uniform(-1.2, 1.2, count) + np.where(rng.random(count) < 0.3, rng.normal(size=count), 0.0)
        first, weight = second - apart, np.exp(second * order / 2.0)
    else:
        second = rng.uniform(1.0, 2.0, count)
        first, weight = second * (1.0 - np.minimum(apart, 0.5)), second ** (order / 2.0)
    mean = np.sqrt(apart * order) * weight * nearly
    other = mean * rng.choice([0.0, 1.0, 100.0, 2.0**20], count)
    return [mean, first] if pair == "unit" else [other + mean, first, other, second]


@pytest.mark.parametrize("pair", ["unit", "normal"])
@pytest.mark.parametrize("scale", ["std", "var", "logstd", "logvar"])
def test_gradients_where_their_parts_balance(library: CLibrary, scale: str, pair: str) -> None:
    found = errors(library, f"kl_{pair}_{scale}", balanced(scale, pair, 1))
    assert max(found) <= MOST, found


def lost_bits() -> str:
    """The source with e^x - 1 as (1 + x) - 1, which has a head that is smaller than its tail."""
    source = kernel_material.files()["c/derive_kl.c"]
    order = "const pair change = two_sum(s, HEX(-0x1p-6, -0.015625));"
    assert source.count(order) == 2
    source = source.replace(order, "")
    spelling = "const pair change = fast_two_sum(s, product(s, r)); const pair first = two_sum(change.head, -0.015625);"
    return source.replace("const pair first = fast_two_sum(change.head, product(s, r));", spelling)


def test_the_spelling_that_lost_bits_is_found_out(tmp_path: Path) -> None:
    build(tmp_path, lost_bits(), "-O1")
    broken = CLibrary((tmp_path / "kl.so").read_bytes())
    name, at = ISSUED[0]
    assert max(errors(broken, name, [np.array([float.fromhex(x)]) for x in at.split()])) > MOST


def test_value_and_gradient_in_one_pass_have_the_bits_of_both(library: CLibrary) -> None:
    """For every length, also into arrays that are inputs."""
    columns = balanced("logvar", "normal", 2, 200)
    value, slopes = library("kl_normal_logvar", BINARY64, columns), library("kl_normal_logvar_grad", BINARY64, columns)
    for count in (0, 1, 12, 13, 63, 64, 65, 200):
        for aliased in (False, True):
            inputs = [c[:count].copy() for c in columns]
            outputs = inputs if aliased else [np.empty(count) for _ in columns]
            first = np.empty(count)
            arrays = [ctypes.c_void_p(a.ctypes.data) for a in (*inputs, first, *outputs)]
            library._symbol("derive_kl_normal_logvar_value_grad_array")(ctypes.c_size_t(count), *arrays)
            for got, right in zip([first, *outputs], [*value, *slopes], strict=True):
                assert np.array_equal(got, right[:count]), (count, aliased)
