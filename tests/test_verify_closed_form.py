"""The independent closed form: against the textbook formula at brute-force precision, and against itself."""

from __future__ import annotations

import math

import pytest
from emitted_subjects import SUBJECTS
from flint import arb
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp

from derive.verify.exact import balls, exact_point, is_special
from derive.verify.families import subject_of
from derive.verify.points.sampler import points
from derive.verify.ulp import BINARY64, Dyadic, nearest


def number(value: object) -> object:
    """An exact value as an mpmath number, without rounding."""
    if isinstance(value, Dyadic):
        return mp.mpf(value.mantissa) * mp.mpf(2) ** value.exponent
    return mp.mpf(value)


def near_the_optimum() -> list[tuple[str, tuple[float, ...]]]:
    family = subject_of("kl_normal_std")
    columns = points(family, BINARY64, 40, (3,))
    return [("kl_normal_std", point) for point in zip(*(c.tolist() for c in columns), strict=True)]


@pytest.mark.parametrize(("name", "point"), near_the_optimum())
def test_value_at_four_thousand_digits(name: str, point: tuple[float, ...]) -> None:
    """The textbook sum, with more digits than any cancellation can eat."""
    with mp.workdps(4000):
        mu1, s1, mu2, s2 = map(mp.mpf, point)
        true = mp.log(s2 / s1) + (s1**2 + (mu1 - mu2) ** 2) / (2 * s2**2) - mp.mpf(1) / 2
        got = number(exact_point(subject_of(name), point)[0])
        assert abs(got - true) <= abs(true) * mp.mpf(2) ** -88 + mp.mpf(2) ** -1109


def test_a_sum_of_either_sign_is_measured_in_the_unit_of_its_larger_part() -> None:
    measured = cancelled = 0
    for subject in SUBJECTS:
        for row in zip(*(c.tolist() for c in points(subject, BINARY64, 20, (5,))), strict=True):
            if is_special(subject, row):
                continue
            exact = exact_point(subject, row)  # leaves the precision that was enough
            for index, parts in balls(subject, row)[1].items():
                value, larger = exact[index], max(abs(part.mid()) for part in parts)
                if isinstance(value, Dyadic) and larger > 0:
                    assert arb(2) ** value.binade <= larger < arb(2) ** (value.binade + 1), (subject.name, row)
                    measured += 1
                    cancelled += bool(abs(value.mantissa) * arb(2) ** (value.exponent + 1) < larger)
    assert measured > cancelled > 0


@given(st.floats(-700, 700), st.floats(-1e100, 1e100))
def test_equal_distributions_diverge_by_exactly_nothing(logvar: float, mu: float) -> None:
    outputs = exact_point(subject_of("kl_normal_logvar"), (mu, logvar, mu, logvar))
    assert [nearest(value, BINARY64) for value in outputs] == [0.0] * 5


@given(st.floats(1e-100, 1e100), st.floats(-1e50, 1e50))
def test_the_unit_pair_is_the_general_one_with_a_unit_second(std: float, mu: float) -> None:
    unit = exact_point(subject_of("kl_unit_std"), (mu, std))
    normal = exact_point(subject_of("kl_normal_std"), (mu, std, 0.0, 1.0))
    assert [nearest(v, BINARY64) for v in unit] == [nearest(v, BINARY64) for v in normal[:3]]


@pytest.mark.parametrize("family", SUBJECTS, ids=lambda f: f.name)
def test_every_sampled_point_has_a_tight_value(family) -> None:  # type: ignore[no-untyped-def]
    columns = points(family, BINARY64, 300, (9,))
    for point in zip(*(c.tolist() for c in columns), strict=True):
        value = nearest(exact_point(family, point)[0], BINARY64)
        assert not math.isnan(value)
        if family.definition:
            assert value >= 0.0


def test_exponents_beyond_every_format_are_moved_without_changing_a_result() -> None:
    assert nearest(exact_point(subject_of("kl_unit_logvar"), (0.0, 1e300))[0], BINARY64) == math.inf
    assert nearest(exact_point(subject_of("kl_unit_logvar"), (0.0, -1e300))[0], BINARY64) == 5e299
    far = exact_point(subject_of("kl_normal_logvar"), (0.0, 1e300, 0.0, math.nextafter(1e300, math.inf)))
    assert nearest(far[0], BINARY64) == (math.nextafter(1e300, math.inf) - 1e300) / 2
