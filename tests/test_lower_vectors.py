"""The shared test table: correctly rounded, for every function, in both formats."""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction

import kernel_material
import mpmath
import numpy as np
import pytest
from flint import arb, ctx
from hypothesis import given
from hypothesis import strategies as st

from derive.lower.vectors import rounded
from derive.verify.exact import exact_point, is_special
from derive.verify.families import subject_of
from derive.verify.ulp import Dyadic, Exact
from derive.vocabulary.kernel import Role, Vector

ROWS = kernel_material.lowered().vectors
IN_C = [k for k in kernel_material.lowered().kernels if k.target == "c"]

# --- the formulas, typed again for mpmath -------------------------------------------------------------------------

TO_VARIANCE = {"std": lambda s: s**2, "var": lambda s: s, "logstd": lambda s: mpmath.exp(2 * s), "logvar": mpmath.exp}
#: d variance / d scale, over the variance.
CHAIN = {"std": lambda s: 2 / s, "var": lambda s: 1 / s, "logstd": lambda s: 2, "logvar": lambda s: 1}


def divergence(m1, v1, m2, v2):
    return (mpmath.log(v2 / v1) + (v1 + (m1 - m2) ** 2) / v2 - 1) / 2


def gradient(m1, v1, m2, v2):
    """In the means and the logarithms of the variances."""
    d_mean = (m1 - m2) / v2
    return d_mean, (v1 / v2 - 1) / 2, -d_mean, (1 - (v1 + (m1 - m2) ** 2) / v2) / 2


def exact(row: Vector) -> tuple[mpmath.mpf, ...]:
    at = [mpmath.mpf(a) for a in row.arguments]
    if row.function == "expm1mx":
        return (mpmath.exp(at[0]) - 1 - at[0],)
    if row.function == "log1pmx":
        return (mpmath.log(1 + at[0]) - at[0],)
    scale = row.function.removesuffix("_grad").rsplit("_", 1)[1]
    if scale not in TO_VARIANCE:
        subject = subject_of(row.function)
        return tuple(map(number, exact_point(subject, row.arguments)[subject.columns(row.function)]))
    mu1, s1, mu2, s2 = at if len(at) == 4 else (*at, mpmath.mpf(0), None)
    v1, v2 = TO_VARIANCE[scale](s1), mpmath.mpf(1) if s2 is None else TO_VARIANCE[scale](s2)
    if not row.function.endswith("_grad"):
        return (divergence(mu1, v1, mu2, v2),)
    d_mu1, d_log1, d_mu2, d_log2 = gradient(mu1, v1, mu2, v2)
    first = (d_mu1, d_log1 * CHAIN[scale](s1))
    return first if s2 is None else (*first, d_mu2, d_log2 * CHAIN[scale](s2))


def number(value: Exact) -> mpmath.mpf:
    """What a record says."""
    return mpmath.ldexp(value.mantissa, value.exponent) if isinstance(value, Dyadic) else mpmath.mpf(value)


def ordinary(row: Vector) -> bool:
    finite = all(map(math.isfinite, (*row.arguments, *row.expected)))
    return finite and not is_special(subject_of(row.function), row.arguments)


def is_nearest(value: float, wanted: mpmath.mpf, precision: str) -> bool:
    """Whether no neighbour of the format is nearer."""
    kind = np.float64 if precision == "binary64" else np.float32
    assert kind(value) == value
    neighbours = (np.nextafter(kind(value), kind(-np.inf)), np.nextafter(kind(value), kind(np.inf)))
    off = abs(wanted - mpmath.mpf(value))
    return all(off <= abs(wanted - mpmath.mpf(float(n))) for n in neighbours)


@pytest.mark.parametrize("kernel", IN_C, ids=lambda k: k.name)
def test_every_ordinary_result_is_the_nearest_number_of_the_format(kernel) -> None:
    rows = [row for row in ROWS if row.function == kernel.name and ordinary(row)]
    assert len(rows) >= 18
    with mpmath.workdps(200):  # 60 digits beyond what 1e-60 / 2 of the optimum cancels
        for row in rows:
            for value, wanted in zip(row.expected, exact(row), strict=True):
                assert is_nearest(value, wanted, row.precision), row


def test_every_function_is_there_in_both_formats_with_special_arguments() -> None:
    count = Counter((row.function, row.precision) for row in ROWS)
    assert set(count) == {(k.name, p) for k in IN_C for p in ("binary64", "binary32")}
    assert min(count.values()) >= 12
    special = {(row.function, row.precision) for row in ROWS if not all(map(math.isfinite, row.arguments))}
    assert special == set(count)


def test_rows_have_as_many_cells_as_the_function_has_arguments_and_results() -> None:
    by_name = {k.name: k for k in IN_C}
    for row in ROWS:
        kernel = by_name[row.function]
        assert len(row.arguments) == len(kernel.parameters)
        assert len(row.expected) == (len(kernel.results) if kernel.role is Role.GRADIENT else 1)


def test_binary32_rows_hold_binary32_numbers() -> None:
    for row in ROWS:
        if row.precision == "binary32":
            for x in (*row.arguments, *row.expected):
                assert math.isnan(x) or float(np.float32(x)) == x, row


def test_no_row_is_there_twice() -> None:
    seen = Counter((r.function, r.precision, tuple(a.hex() for a in r.arguments)) for r in ROWS)
    assert [key for key, n in seen.items() if n > 1] == []


def test_special_rows_follow_the_contract() -> None:
    table = {(r.function, r.arguments): r.expected for r in ROWS if r.precision == "binary64"}
    inf = math.inf
    assert table["expm1mx", (-inf,)] == (inf,)
    assert table["log1pmx", (-1.0,)] == (-inf,)
    assert math.isnan(table["log1pmx", (-2.0,)][0])
    assert table["kl_unit_std", (0.5, 0.0)] == (inf,)
    assert table["kl_normal_logvar", (0.5, -inf, 0.0, 1.0)] == (inf,)
    assert math.isnan(table["kl_normal_var", (0.5, 0.0, 0.0, 0.0)][0])
    assert table["kl_unit_logvar_grad", (0.5, -inf)] == (0.5, -0.5)
    assert table["kl_unit_std_grad", (0.5, 0.0)] == (0.5, -inf)


# --- rounding ----------------------------------------------------------------------------------------------------


def ball(value: Fraction) -> arb:
    ctx.prec = 3000
    return arb(value.numerator) / arb(value.denominator)


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(-3, 3))
def test_rounded_is_to_nearest_ties_to_even_as_python_divides(x: float, eighths: int) -> None:
    unit = Fraction(math.ulp(x))
    wanted = Fraction(x) + unit * eighths / 4
    try:
        expected = wanted.numerator / wanted.denominator
    except OverflowError:
        expected = math.copysign(math.inf, x)
    assert rounded(ball(wanted), "binary64") == expected


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_number_of_the_format_is_its_own_rounding(x: float) -> None:
    assert rounded(ball(Fraction(x)), "binary32") == x


@pytest.mark.parametrize(("value", "expected"), [
    (Fraction(2) ** -150, 0.0),  # a tie with zero, which is even
    (Fraction(2) ** -150 * Fraction(257, 256), 2.0**-149),
    (Fraction(3) * Fraction(2) ** -150, 2.0**-148),
    (Fraction(2) ** 128 - Fraction(2) ** 103, math.inf),
    (Fraction(2) ** 128 - Fraction(2) ** 103 - 1, 2.0**128 - 2.0**104),
    (-(Fraction(2) ** 128), -math.inf),
])  # fmt: skip
def test_rounding_at_the_ends_of_the_range(value: Fraction, expected: float) -> None:
    assert rounded(ball(value), "binary32") == expected


def test_a_ball_over_a_midpoint_is_not_rounded() -> None:
    ctx.prec = 200
    assert rounded(arb(1 + 2.0**-30, 2.0**-29), "binary64") is None
