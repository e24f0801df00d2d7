"""Points around the boundaries between regimes: read off the text, on both sides, for every kernel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from emitted_subjects import SUBJECTS

from derive.lower.arithmetic.constants import TINY
from derive.lower.arithmetic.ordinary.log_scales import LARGEST_LOGARITHM, SMALLEST_LOGARITHM
from derive.verify.emitted import Emitted
from derive.verify.families import subject_of
from derive.verify.families.record import Subject
from derive.verify.points.boundaries import boundaries, boundary_points
from derive.verify.ulp import BINARY32, BINARY64, PRECISIONS, Precision

GENERATED = Path(__file__).resolve().parent.parent / "generated"


@pytest.fixture(scope="module")
def emitted() -> Emitted:
    return Emitted.read(GENERATED)


def test_the_boundaries_of_the_trees_are_found_in_the_text(emitted: Emitted) -> None:
    found = boundaries(emitted)
    assert {TINY, -SMALLEST_LOGARITHM, LARGEST_LOGARITHM, 2.0**200} <= set(found)
    assert list(found) == sorted(set(found)) and found[0] > 0.0


def test_a_new_boundary_is_found_in_either_language(emitted: Emitted) -> None:
    in_c = emitted.with_text(
        "c/derive_kl.c", emitted.text("c/derive_kl.c") + "\nstatic int f(double x) { return less(x, 0x1.23p-7); }"
    )
    in_python = emitted.with_text(
        "python/kl_normal.py", emitted.text("python/kl_normal.py") + "\nflag = x <= 0.1875\nother = x > 2.0**-77\n"
    )
    assert float.fromhex("0x1.23p-7") in boundaries(in_c)
    assert {0.1875, 2.0**-77} <= set(boundaries(in_python))


@pytest.mark.parametrize("precision", PRECISIONS, ids=lambda p: p.name)
@pytest.mark.parametrize("family", SUBJECTS, ids=lambda f: f.name)
def test_every_kernel_is_taken_on_both_sides(family: Subject, precision: Precision) -> None:
    at = 13.5
    columns = boundary_points(family, precision, [at])
    assert len(columns) == family.arity and all(c.dtype == precision.dtype for c in columns)
    edge = precision.dtype(at)
    below, above = np.nextafter(edge, precision.dtype(0)), np.nextafter(edge, precision.dtype(99))
    for position in range(min(family.arity, 2)):
        assert {below, edge, above} <= set(columns[position].tolist())


def test_what_does_not_fit_the_format_is_left_out() -> None:
    (x,) = boundary_points(subject_of("expm1mx"), BINARY32, [2.0**500, 2.0**-500])
    assert np.isfinite(x).all() and len(x) == 0
    assert len(boundary_points(subject_of("expm1mx"), BINARY64, [2.0**500])[0]) == 20
