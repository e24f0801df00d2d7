"""The conventions of calls: each promise that is broken, by itself, is found and named."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from derive.report import Status
from derive.verify.checks.behaviour import c_checks, python_checks
from derive.verify.families import subject_of
from derive.verify.targets.python import PythonModules
from derive.verify.ulp import FloatArray, Precision

SUBJECT = subject_of("kl_unit_std")
#: Keeps every promise about arrays and types, and none about values.
PYTHON = """
import numpy as np

def kl_unit_std(mu, std, /, *, out=None):
    single = np.asarray(mu).dtype == np.asarray(std).dtype == np.float32
    result = np.add(mu, std, dtype=np.float32 if single else np.float64)
    if out is None:
        return result
    out[...] = result
    return out

def kl_unit_std_grad(mu, std, /):
    return kl_unit_std(mu, std), kl_unit_std(std, mu)
"""


def failed(checks: Sequence[Any]) -> dict[str, str]:
    return {check.name.partition(": ")[2]: check.detail for check in checks if check.status is Status.FAILED}


def of_python(source: str) -> dict[str, str]:
    return failed(python_checks(PythonModules({"python/kl.py": source}), [SUBJECT]))


@pytest.mark.parametrize(
    ("promise", "before", "after", "said"),
    [
        ("scalars give NumPy scalars", "return result\n", "return np.asarray(result)\n", "of scalars returns ndarray"),
        ("scalars give NumPy scalars", "if out is None", "result += not result.ndim\n    if out is None", "differ"),
        ("all float32 gives float32", "np.float32 if single", "np.float64 if single", "of float32 gives float64"),
        ("all float32 gives float32", "np.asarray(mu).dtype ==", "", "with one float64 argument gives float32"),
        ("all float32 gives float32", "== np.float32\n", "!= np.float64\n", "of integers gives float32"),
        ("broadcasting", "return result\n", "return result.T[()]\n", "of shape (2, 3) gives (3, 2)"),
        ("broadcasting", "return result\n", "return result[:1] if result.shape == (6, 6) else result\n", "(1, 6) and"),
        ("broadcasting", "if out is None", "result += result.shape == (6, 6)\n    if out is None", "changes"),
        ("broadcasting", "result = np", "mu, std = (np.ravel(c)[0] if np.shape(c) == (2,) else c for c in (mu, std))\n"
         "    result = np", "raises no ValueError"),
        ("out= is filled", "return out", "return out.copy()", "not the array given"),
        ("out= is filled", "out[...] = result", "out[...] = 2 * result", "out= holds other bits"),
        ("out= is filled", "out[...] = result", "out[...] = 0\n    np.add(mu, std, out)", "with out= an argument"),
    ],
)  # fmt: skip
def test_a_broken_promise_of_a_python_file_is_found(promise: str, before: str, after: str, said: str) -> None:
    assert of_python(PYTHON) == {}
    assert PYTHON.count(before) == 1
    found = of_python(PYTHON.replace(before, after))
    (named,) = (name for name in found if name.startswith(promise))
    assert said in found[named]


class Library:
    """Keeps every promise of the C arrays but one."""

    def __init__(self, fault: str = "") -> None:
        self.fault = fault

    def __call__(self, function: str, precision: Precision, columns: Sequence[FloatArray]) -> list[FloatArray]:
        total = np.add(*columns)
        return [column + total for column in columns] if function == SUBJECT.gradient else [total]

    def scalar(self, function: str, precision: Precision, columns: Sequence[FloatArray]) -> None:
        ctypes.set_errno(33 if self.fault == "errno" else 0)

    def call_array(self, function: str, precision: Precision, count: int, arrays: Sequence[Any]) -> None:
        if self.fault == ("gradient of nothing" if function == SUBJECT.gradient else "nothing") and not count:
            raise MemoryError("a null pointer is followed")
        if not count:
            return
        inputs, outputs = arrays[: SUBJECT.arity], arrays[SUBJECT.arity :]
        for output, result in zip(outputs, self(function, precision, inputs), strict=True):
            if self.fault == ("gradient over inputs" if function == SUBJECT.gradient else "over inputs"):
                output[:count] = 0  # before the inputs are read
                result = self(function, precision, inputs)[0]
            output[:count] = result
            if self.fault == "remainder" and count % 4:
                output[count - 1] += 1
            if self.fault in ("before", "behind") and output.base is not None:
                output.base[0 if self.fault == "before" else -1] = 9.0


@pytest.mark.parametrize(
    ("fault", "promise", "said"),
    [
        ("nothing", "n = 0 touches nothing", "null pointer"),
        ("gradient of nothing", "n = 0 touches nothing", "null pointer"),
        ("before", "any aligned array", "writes outside its output at n = 1"),
        ("behind", "any aligned array", "writes outside its output at n = 1"),
        ("remainder", "any aligned array", "other bits at n = 1"),
        ("over inputs", "out may be an input", "with out = argument 1"),
        ("gradient over inputs", "out may be an input", "with outputs = inputs"),
        ("errno", "errno is left alone", "sets errno"),
    ],
)
def test_a_broken_promise_of_a_c_library_is_found(fault: str, promise: str, said: str) -> None:
    assert failed(c_checks(Library(), [SUBJECT])) == {}  # type: ignore[arg-type]
    found = failed(c_checks(Library(fault), [SUBJECT]))  # type: ignore[arg-type]
    (named,) = (name for name in found if name.startswith(promise))
    assert said in found[named]
