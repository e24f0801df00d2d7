"""Special arguments: the contract's table typed out once more, case by case."""

from __future__ import annotations

import math

import pytest
from emitted_subjects import SUBJECTS

from derive.verify.exact import exact_point
from derive.verify.families import subject_of
from derive.verify.families.record import Kind
from derive.verify.ulp import BINARY64, nearest

INF, NAN = math.inf, math.nan
SCALES = ("std", "var", "logstd", "logvar")
ZERO = {scale: -INF if scale.startswith("log") else 0.0 for scale in SCALES}
ONE = {scale: 0.0 if scale.startswith("log") else 1.0 for scale in SCALES}
#: The derivative in the scale where the scale (unit) or the first scale (normal) is zero.
AT_ZERO = {"std": -INF, "var": -INF, "logstd": -1.0, "logvar": -0.5}
AT_INFINITY = {"std": 0.0, "var": 0.0, "logstd": 1.0, "logvar": 0.5}


def outputs(name: str, *arguments: float) -> list[float]:
    return [nearest(value, BINARY64) for value in exact_point(subject_of(name), arguments)]


def same(got: list[float], wanted: list[float]) -> bool:
    return all(a == b or (math.isnan(a) and math.isnan(b)) for a, b in zip(got, wanted, strict=True))


@pytest.mark.parametrize(
    ("name", "x", "wanted"),
    [
        ("expm1mx", INF, INF),
        ("expm1mx", -INF, INF),
        ("expm1mx", NAN, NAN),
        ("expm1mx", 0.0, 0.0),
        ("expm1mx", 1e300, INF),
        ("expm1mx", -1e300, 1e300),
        ("log1pmx", -1.0, -INF),
        ("log1pmx", math.nextafter(-1.0, -2.0), NAN),
        ("log1pmx", -INF, NAN),
        ("log1pmx", INF, -INF),
        ("log1pmx", NAN, NAN),
        ("log1pmx", 1e300, -1e300),
    ],
)
def test_unary(name: str, x: float, wanted: float) -> None:
    assert same(outputs(name, x), [wanted])


@pytest.mark.parametrize("family", [f for f in SUBJECTS if f.definition], ids=lambda f: f.name)
def test_nan_and_negative_widths_make_everything_nan(family) -> None:  # type: ignore[no-untyped-def]
    good = list(family.beside)
    for position in range(family.arity):
        point = good.copy()
        point[position] = NAN
        assert all(map(math.isnan, outputs(family.name, *point)))
        if family.parameters[position].kind is Kind.POSITIVE:
            for negative in (-1.0, -5e-324, -INF):
                point[position] = negative
                assert all(map(math.isnan, outputs(family.name, *point)))


#: Where a parameter ends, and a place so near that every component has come to its limit, or is on its way there.
ENDS = {
    Kind.POSITIVE: ((0.0, 1e-290), (INF, 1e290)),
    Kind.LOGARITHM: ((-INF, -640.0), (INF, 640.0)),
    Kind.REAL: ((-INF, -1e140), (INF, 1e140)),
}


@pytest.mark.parametrize("family", [f for f in SUBJECTS if f.definition], ids=lambda f: f.name)
def test_where_one_parameter_ends_everything_has_its_limit(family) -> None:  # type: ignore[no-untyped-def]
    for position, parameter in enumerate(family.parameters):
        for end, near in ENDS[parameter.kind]:
            there, beside = (
                outputs(family.name, *family.beside[:position], x, *family.beside[position + 1 :]) for x in (end, near)
            )
            for limit, value in zip(there, beside, strict=True):
                if math.isinf(limit):
                    assert abs(value) > 100 and value * limit > 0
                else:
                    assert value == pytest.approx(limit, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("scale", SCALES)
def test_unit(scale: str) -> None:
    name = f"kl_unit_{scale}"
    at_infinity = 0.5 if scale == "var" else INF
    assert same(outputs(name, 3.0, ZERO[scale]), [INF, 3.0, AT_ZERO[scale]])
    assert same(outputs(name, 3.0, INF), [INF, 3.0, at_infinity])
    assert same(outputs(name, -INF, ONE[scale]), [INF, -INF, 0.0])
    assert same(outputs(name, INF, ZERO[scale]), [INF, INF, AT_ZERO[scale]])
    assert same(outputs(name, INF, INF), [INF, INF, at_infinity])
    assert same(outputs(name, 0.0, ONE[scale]), [0.0, 0.0, 0.0])


@pytest.mark.parametrize("scale", SCALES)
def test_normal_undefined(scale: str) -> None:
    name, zero, one = f"kl_normal_{scale}", ZERO[scale], ONE[scale]
    for point in (
        (0.0, zero, 1.0, zero),
        (0.0, INF, 1.0, INF),
        (INF, one, INF, one),
        (-INF, one, -INF, one),
        (INF, zero, INF, one),
        (INF, zero, -INF, zero),
    ):
        assert all(map(math.isnan, outputs(name, *point)))


@pytest.mark.parametrize("scale", SCALES)
def test_normal_limits(scale: str) -> None:
    """Value, d_mu1, d_s1, d_mu2, d_s2 where one argument, or two, are at an end of their range."""
    name, zero, one, at_zero, at_infinity = (
        f"kl_normal_{scale}",
        ZERO[scale],
        ONE[scale],
        AT_ZERO[scale],
        AT_INFINITY[scale],
    )
    chain = {"std": 1.0, "var": 0.5, "logstd": 1.0, "logvar": 0.5}[scale]
    grows = 0.5 if scale == "var" else INF  # (R - 1) c1 for sigma1 -> infinity: 1/(2 v2) for var
    assert same(outputs(name, 3.0, zero, 1.0, one), [INF, 2.0, at_zero, -2.0, 3.0 * -chain])
    assert same(outputs(name, 3.0, INF, 1.0, one), [INF, 2.0, grows, -2.0, -INF])
    assert same(outputs(name, 3.0, one, 1.0, zero), [INF, INF, INF, -INF, -INF])
    assert same(outputs(name, 1.0, one, 3.0, zero), [INF, -INF, INF, INF, -INF])
    assert same(outputs(name, 3.0, one, 1.0, INF), [INF, 0.0, -chain, 0.0, at_infinity])
    assert same(outputs(name, 3.0, zero, 1.0, INF), [INF, 0.0, at_zero, 0.0, at_infinity])
    assert same(outputs(name, 3.0, INF, 1.0, zero), [INF, INF, INF, -INF, -INF])
    assert same(outputs(name, INF, one, 1.0, one), [INF, INF, 0.0, -INF, -INF])
    assert same(outputs(name, 1.0, one, INF, one), [INF, -INF, 0.0, INF, -INF])
    assert same(outputs(name, -INF, one, INF, one), [INF, -INF, 0.0, INF, -INF])
    assert same(outputs(name, INF, one, 1.0, INF), [INF, NAN, -chain, NAN, NAN])
    assert same(outputs(name, INF, one, 1.0, zero), [INF, INF, INF, -INF, -INF])


@pytest.mark.parametrize("scale", SCALES)
def test_where_the_limit_depends_on_the_way_there_is_none(scale: str) -> None:
    """m/v2 for m = 0 and v2 -> 0 tends to anything."""
    got = outputs(f"kl_normal_{scale}", 1.0, ONE[scale], 1.0, ZERO[scale])
    assert same(got, [INF, NAN, INF, NAN, -INF])
