"""The emitted C behind ctypes: array forms on columns, scalar forms point by point."""

from __future__ import annotations

import ctypes
import hashlib
import os
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from derive.errors import CheckFailed
from derive.verify.functions import FAMILY_OF
from derive.verify.ulp import BINARY64, FloatArray, Precision

_REAL = {"binary64": ctypes.c_double, "binary32": ctypes.c_float}


class CLibrary:
    """A compiled copy of the emitted C, given as the bytes of a shared library."""

    language = "c"

    def __init__(self, library: bytes) -> None:
        self._library = load(library)

    def __call__(self, function: str, precision: Precision, columns: Sequence[FloatArray]) -> list[FloatArray]:
        """Results of the array form, one array each."""
        count = len(columns[0])
        inputs = [np.ascontiguousarray(c, precision.dtype) for c in columns]
        outputs = [np.full(count, 7.0, precision.dtype) for _ in range(_results(function))]
        self.call_array(function, precision, count, [*inputs, *outputs])
        return outputs

    def call_array(self, function: str, precision: Precision, count: int, arrays: Sequence[FloatArray | None]) -> None:
        """The array form on buffers as they are (aliased, offset); None is a null pointer."""
        suffix = "_array" if precision is BINARY64 else "_arrayf"
        call = self._symbol(f"derive_{function}{suffix}")
        call.restype = None
        pointers = [ctypes.c_void_p(None if a is None else a.ctypes.data) for a in arrays]
        call(ctypes.c_size_t(count), *pointers)

    def pointer(self, function: str, precision: Precision) -> ctypes.c_void_p:
        """Address of the array form."""
        suffix = "_array" if precision is BINARY64 else "_arrayf"
        return ctypes.cast(self._symbol(f"derive_{function}{suffix}"), ctypes.c_void_p)

    def scalar(self, function: str, precision: Precision, columns: Sequence[FloatArray]) -> list[FloatArray]:
        """Results of the scalar form, called point by point."""
        real = _REAL[precision.name]
        call = self._symbol(f"derive_{function}" if precision is BINARY64 else f"derive_{function}f")
        points = zip(*(c.astype(precision.dtype).tolist() for c in columns), strict=True)
        if not function.endswith("_grad"):
            call.restype, call.argtypes = real, [real] * len(columns)
            return [np.array([call(*point) for point in points], precision.dtype)]
        cells = [real() for _ in columns]
        references = [ctypes.byref(cell) for cell in cells]
        call.restype, call.argtypes = None, [real] * len(columns) + [ctypes.c_void_p] * len(columns)
        rows = []
        for point in points:
            call(*point, *references)
            rows.append([cell.value for cell in cells])
        return [np.array(column, precision.dtype) for column in zip(*rows, strict=True)]

    def _symbol(self, name: str) -> Any:
        try:
            return self._library[name]  # a new function object each time, so that its types are its own
        except AttributeError as error:
            raise CheckFailed(f"the compiled C has no function {name}", "run `derive all`") from error


def _results(function: str) -> int:
    family = FAMILY_OF[function]
    return family.arity if function == family.gradient else 1


@lru_cache(maxsize=64)
def load(library: bytes) -> ctypes.CDLL:
    """A shared library from its bytes, through a temporary file that is gone as soon as it is mapped."""
    descriptor, name = tempfile.mkstemp(prefix=f"derive-{hashlib.sha256(library).hexdigest()[:12]}-", suffix=".so")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(library)
        return ctypes.CDLL(name, use_errno=True)
    finally:
        Path(name).unlink()
