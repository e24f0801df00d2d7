"""The sampler: deterministic, inside the domain, and present where kernels go wrong."""

from __future__ import annotations

import math

import numpy as np
import pytest
from emitted_subjects import SUBJECTS

from derive.verify.families import subject_of
from derive.verify.families.record import Kind
from derive.verify.points.hard import HARD_POINTS, hard_points
from derive.verify.points.sampler import points, special_points
from derive.verify.ulp import BINARY32, BINARY64, PRECISIONS

COUNT = 20_000


@pytest.mark.parametrize("precision", PRECISIONS, ids=lambda p: p.name)
@pytest.mark.parametrize("family", SUBJECTS, ids=lambda f: f.name)
def test_same_seed_same_points_all_finite_and_valid(family, precision) -> None:  # type: ignore[no-untyped-def]
    one, same, other = (points(family, precision, 500, seed) for seed in ((1, 2), (1, 2), (1, 3)))
    assert len(one) == family.arity
    for column, again, different in zip(one, same, other, strict=True):
        assert column.dtype == precision.dtype
        assert np.isfinite(column).all()
        assert (column == again).all()
        assert (column != different).any()
    for column, parameter in zip(one, family.parameters, strict=True):
        assert parameter.kind is not Kind.POSITIVE or (column > 0).all()
    if family.name == "log1pmx":
        assert (one[0] >= -1).all()


@pytest.mark.parametrize("name", ["kl_normal_std", "kl_normal_var"])
def test_pairs_meet_every_regime(name: str) -> None:
    mu1, s1, mu2, s2 = points(subject_of(name), BINARY64, COUNT, (1,))
    ratio = np.abs(np.log(s1) - np.log(s2))
    assert ((s1 == s2) & (mu1 == mu2)).any()
    apart = np.abs(s1.view(np.int64) - s2.view(np.int64))
    assert ((apart > 0) & (apart <= 4)).sum() > 100
    assert ((ratio > 1e-9) & (ratio < 1e-6)).sum() > 100
    assert (ratio > 570).any()
    assert (s1 < 2.3e-308).any()
    assert (s2 > 1e300).any()
    with np.errstate(over="ignore"):
        assert np.isinf(mu1 - mu2).any()
    assert (np.frexp(s2)[0] == 0.5).sum() > 100
    if name == "kl_normal_std":
        with np.errstate(all="ignore"):
            surface = np.abs((s1 / s2) ** 2 + ((mu1 - mu2) / s2) ** 2 - 1)
        assert ((surface < 1e-6) & (ratio > 1e-3)).sum() > 50


def test_log_scales_reach_beyond_the_format_and_down_to_subnormals() -> None:
    mu, logvar = points(subject_of("kl_unit_logvar"), BINARY64, COUNT, (1,))
    assert (np.abs(logvar) > 1e300).any()
    assert ((np.abs(logvar) < 2.3e-308) & (logvar != 0)).any()
    assert ((logvar > 709.0) & (logvar < 711.0)).sum() > 20
    assert ((logvar == 0) & (mu != 0)).any()
    steps = logvar[np.abs(logvar) < 2000] / (math.log(2) / 2)
    assert (np.abs(steps - np.round(steps)) < 1e-14).sum() > 1000


@pytest.mark.parametrize("family", SUBJECTS, ids=lambda f: f.name)
def test_special_points_are_a_cross_product(family) -> None:  # type: ignore[no-untyped-def]
    columns = special_points(family, BINARY32)
    for column in columns:
        assert np.isnan(column).any()
        assert (column == np.inf).any()
        assert (column == -np.inf).any()
        assert (column == 0).any()
    if family.arity > 1:
        assert np.isnan(np.stack(columns)).all(axis=0).any()
        assert np.isinf(np.stack(columns)).all(axis=0).any()


def test_every_hard_point_is_read_into_its_family() -> None:
    taken = [hard_points(family, precision) for family in SUBJECTS for precision in PRECISIONS]
    assert sum(len(columns[0]) for columns in taken) == len(HARD_POINTS) > 0
    assert all(len(columns) == family.arity for columns, family in zip(taken[::2], SUBJECTS, strict=True))
    for name, form, point in HARD_POINTS:
        precision = next(p for p in PRECISIONS if p.name == form)
        assert all(precision.dtype(float.fromhex(cell)) == float.fromhex(cell) for cell in point.split()), name
