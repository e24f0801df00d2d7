"""The climb towards the worst case: it finds what sampling does not, and what it found is a table."""

from __future__ import annotations

import json
import math
from pathlib import Path

import kernel_material
import numpy as np
import pytest
from test_gradients_c import lost_bits
from test_sums import build

from derive import cli
from derive.report import Status
from derive.verify import families
from derive.verify.checks import hunt
from derive.verify.emitted import MANIFEST, Emitted, Files
from derive.verify.families import subject_of
from derive.verify.families.record import Kind, Subject
from derive.verify.points import extreme
from derive.verify.targets.c import CLibrary
from derive.verify.ulp import BINARY32, BINARY64, Precision

#: Boundaries of regimes, as they are read off the emitted text.
BOUNDARIES = (2.0**-600, 2.0**-300, 31.5, 13.5, 710.6)


def climbed(library: CLibrary, function: str, seed: int) -> float:
    rng = np.random.default_rng([seed, 77])
    start = hunt.pool(subject_of(function), BINARY64, BOUNDARIES, rng)
    catch, _ = hunt.climb(library, subject_of(function), function, BINARY64, start, rng)
    return catch.worst


def test_a_few_seeds_find_the_gradient_that_lost_bits(tmp_path: Path) -> None:
    """Of the spelling that was emitted once: 2.5 ulp off at worst, and more than 1.5 next to where a climb ends."""
    build(tmp_path, lost_bits(), "-O1")
    library = CLibrary((tmp_path / "kl.so").read_bytes())
    assert max(climbed(library, "kl_normal_logvar_grad", seed) for seed in (1, 2, 3)) > 1.5


@pytest.mark.parametrize("function", ["kl_normal_logvar_grad", "kl_normal_std", "kl_unit_logstd"])
def test_what_is_emitted_keeps_its_bound(function: str, tmp_path: Path) -> None:
    build(tmp_path, kernel_material.files()["c/derive_kl.c"], "-O1")
    library = CLibrary((tmp_path / "kl.so").read_bytes())
    assert climbed(library, function, 1) <= (1.5 if function.endswith("_grad") else 1.0)


def test_the_worst_of_each_is_kept_and_the_table_reads_back() -> None:
    small = hunt.Catch("c", "binary64", "expm1mx", 10, 0.5, ("0x1p-1",))
    large = hunt.Catch("c", "binary64", "expm1mx", 20, 0.75, ("0x1.8p-1",))
    other = hunt.Catch("python", "binary32", "kl_unit_std", 5, 0.25, ("0x0p+0", "0x1p+0"), 63)
    merged = hunt.merged([small, other, large])
    assert [(c.worst, c.tried) for c in merged] == [(0.75, 30), (0.25, 5)]
    back = hunt.read_table(hunt.table(merged))
    assert [(*c.subject, c.worst, c.at, c.copies) for c in back] == [
        (*c.subject, c.worst, c.at, c.copies) for c in merged
    ]


@pytest.mark.parametrize(("worst", "status"), [(0.5, Status.PASSED), (0.75, Status.FAILED), (math.nan, Status.FAILED)])
def test_a_catch_beyond_its_bound_fails(worst: float, status: Status) -> None:
    bounds = {"c": {"binary64": {"expm1mx": {"ulp": 0.5, "established": "proved"}}}}
    emitted = Emitted(Files({MANIFEST: json.dumps({"bounds": bounds}).encode()}))
    (check,) = hunt.checks(emitted, [hunt.Catch("c", "binary64", "expm1mx", 10, worst, ("0x1p-1",))])
    assert (check.name, check.status) == ("hunt: c binary64 expm1mx", status)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--hunt", "0"], "cannot hunt for 0 minutes"),
        (["--hunt", "1", "--full"], "four runs"),
        (["--record", "x.csv"], "--record goes with --hunt"),
    ],
)
def test_what_cannot_be_hunted_is_said(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["verify", *arguments]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("precision", [BINARY32, BINARY64], ids=lambda p: p.name)
@pytest.mark.parametrize("subject", families.subjects(), ids=lambda s: s.name)
def test_results_below_the_normal_range_are_looked_for(subject: Subject, precision: Precision) -> None:
    """Where there are any: the excess of a quotient of two numbers is 0, or above 2^-110."""
    columns = extreme.below_normal(subject, precision, np.random.default_rng(1), 50)
    values = [value for value in extreme._sizes(subject, columns) if np.isfinite(value)]
    low = np.log2(precision.smallest_normal)
    quotients = {parameter.kind for parameter in subject.parameters} == {Kind.POSITIVE}
    assert sum(low - 9 < value < low for value in values) > 10 or (quotients and not values)
