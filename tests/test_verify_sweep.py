"""Each rule of the comparison with the closed form fails a function that breaks this rule alone, within its bound."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from derive.report import Status
from derive.verify.checks.sweep import PointSet, _scalar_faults, judge_function
from derive.verify.exact import exact_columns
from derive.verify.families import subject_of
from derive.verify.targets.c import CLibrary
from derive.verify.ulp import BINARY32, BINARY64, FloatArray, Precision, nearest

SUBJECT = subject_of("kl_unit_std")
#: KL is 0 at the first, 0.9 and 0.4 of the smallest subnormal number at the next two, and ordinary at the last.
POINTS = (np.array([0.0, 3e-162, 2e-162, 0.5]), np.array([1.0, 1.0, 1.0, 1.5]))
LEAST = 5e-324

Change = Callable[[list[FloatArray]], list[FloatArray]]


def as_it_is(results: list[FloatArray]) -> list[FloatArray]:
    return results


class Right(CLibrary):
    """The floats that are nearest to the exact values; each form may be changed."""

    def __init__(self, array: Change = as_it_is, scalar: Change = as_it_is, one_pass: Change = as_it_is) -> None:
        self._array, self._scalar, self._one_pass = array, scalar, one_pass

    def __call__(self, function: str, precision: Precision, columns: Sequence[FloatArray]) -> list[FloatArray]:
        return self._array(self._right(function, precision, columns))

    def scalar(self, function: str, precision: Precision, columns: Sequence[FloatArray]) -> list[FloatArray]:
        return self._scalar(self._right(function, precision, columns))

    def value_and_gradient(self, name: str, precision: Precision, columns: Sequence[FloatArray]) -> list[FloatArray]:
        return self._one_pass(
            self._right(SUBJECT.name, precision, columns) + self._right(SUBJECT.gradient, precision, columns)
        )

    def _right(self, function: str, precision: Precision, columns: Sequence[FloatArray]) -> list[FloatArray]:
        exact = exact_columns(SUBJECT, [column.tolist() for column in columns])[SUBJECT.columns(function)]
        return [np.array([nearest(value, precision) for value in column], precision.dtype) for column in exact]


def judged(library: Right, function: str, precision: Precision = BINARY64) -> tuple[Status, str]:
    check = judge_function(library, function, precision, PointSet.of(SUBJECT, precision, POINTS)).check(2.0, "tested")
    return check.status, check.detail


def with_(index: int, value: float) -> Change:
    def changed(results: list[FloatArray]) -> list[FloatArray]:
        first = results[0].copy()
        first[index] = value
        return [first, *results[1:]]

    return changed


def last_off(results: list[FloatArray]) -> list[FloatArray]:
    return [*results[:-1], np.nextafter(results[-1], np.inf)]


def refusing(results: list[FloatArray]) -> list[FloatArray]:
    raise ZeroDivisionError("by 0")


@pytest.mark.parametrize("precision", [BINARY64, BINARY32], ids=str)
def test_what_is_right_passes(precision: Precision) -> None:
    for function in SUBJECT.functions:
        assert judged(Right(), function, precision)[0] is Status.PASSED


@pytest.mark.parametrize(
    ("changes", "function", "said"),
    [
        ({"array": refusing}, SUBJECT.name, "ZeroDivisionError on valid arguments: by 0"),
        ({"array": lambda results: results[:1]}, SUBJECT.gradient, "1 results instead of 2"),
        ({"array": lambda results: [r.astype(np.float32) for r in results]}, SUBJECT.name, "a result of type float32"),
        ({"array": lambda results: [r[:-1] for r in results]}, SUBJECT.name, "and shape (3,)"),
        (
            {"array": with_(0, LEAST), "scalar": with_(0, LEAST)},
            SUBJECT.name,
            "; not 0 at equal arguments at (0x0.0p+0",
        ),
        ({"array": with_(1, 0.0), "scalar": with_(1, 0.0)}, SUBJECT.name, "; 0 where the exact value is not at ("),
        ({"array": with_(2, -LEAST), "scalar": with_(2, -LEAST)}, SUBJECT.name, "; negative at ("),
        ({"scalar": last_off}, SUBJECT.name, "; scalar and array form differ at ("),
        ({"scalar": last_off}, SUBJECT.gradient, "; scalar and array form differ at ("),
        ({"one_pass": with_(3, 0.0)}, SUBJECT.gradient, "; value and gradient in one pass differ at ("),
        ({"one_pass": last_off}, SUBJECT.gradient, "; value and gradient in one pass differ at ("),
    ],
)
def test_each_rule_is_seen_to_fail(changes: dict[str, Change], function: str, said: str) -> None:
    status, detail = judged(Right(**changes), function)
    assert status is Status.FAILED
    assert said in detail
    assert "exceeded" not in detail or "inf ulp" in detail


@pytest.mark.parametrize(("there", "called"), [(0, 0), (1, 1), (1000, 1000), (1001, 501), (9999, 1000)])
def test_the_scalar_form_is_called_at_a_thousand_points_at_most(there: int, called: int) -> None:
    """A call of it takes a hundred times as long as an element of an array."""
    taken = []

    class Counted(Right):
        def scalar(self, function: str, precision: Precision, columns: Sequence[FloatArray]) -> list[FloatArray]:
            taken.append(len(columns[0]))
            return [columns[0]]

    column = np.arange(there, dtype=np.float64)
    assert not _scalar_faults(Counted(), SUBJECT.name, BINARY64, [column, column], [column])
    assert taken == [called]
