"""The emitted C behind ctypes: array forms on columns, scalar forms point by point."""

from __future__ import annotations

import ctypes
import hashlib
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from derive.errors import CheckFailed
from derive.verify.emitted import Emitted
from derive.verify.families import families, subject_of
from derive.verify.families.record import Subject
from derive.verify.readers import c_part
from derive.verify.targets.record import Limits, Target, Use
from derive.verify.ulp import BINARY64, FloatArray, Precision

_REAL = {"binary64": ctypes.c_double, "binary32": ctypes.c_float}


class CLibrary:
    """A compiled copy of the emitted C, given as the bytes of a shared library."""

    language = "c"
    flushes = False
    forms = ("array", "scalar")

    def __init__(self, library: bytes) -> None:
        self._library = load(library)
        for pair in ("derive_kl", *(f"derive_kl_{family.name}" for family in families())):
            selftest = getattr(self._library, f"{pair}_selftest", None)
            failing = selftest() if selftest is not None else 0
            if failing:
                raise CheckFailed(
                    f"the compiled C does not compute as it is written: check {failing} of {pair}_selftest() fails",
                    "compile it without -ffast-math and its parts",
                )

    def has(self, function: str) -> bool:
        """All that is emitted is there."""
        return True

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
        if _results(function) == 1 and function != subject_of(function).gradient:
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

    def sum(self, name: str, precision: Precision, columns: Sequence[FloatArray]) -> float:
        """The sum form of a value, called by its own name."""
        call = self._symbol(f"derive_{name}{'' if precision is BINARY64 else 'f'}")
        call.restype = ctypes.c_double
        inputs = [np.ascontiguousarray(c, precision.dtype) for c in columns]
        pointers = [ctypes.c_void_p(a.ctypes.data) for a in inputs]
        return float(call(ctypes.c_size_t(len(inputs[0])), *pointers))

    def value_and_gradient(self, name: str, precision: Precision, columns: Sequence[FloatArray]) -> list[FloatArray]:
        """Value and partial derivatives from the form that computes both in one pass."""
        outputs = [np.full(len(columns[0]), 7.0, precision.dtype) for _ in range(1 + len(columns))]
        inputs = [np.ascontiguousarray(c, precision.dtype) for c in columns]
        self.call_array(f"{name}_value_grad", precision, len(columns[0]), [*inputs, *outputs])
        return outputs

    def _symbol(self, name: str) -> Any:
        try:
            return self._library[name]  # a new function object each time, so that its types are its own
        except AttributeError as error:
            raise CheckFailed(f"the compiled C has no function {name}", "run `derive all`") from error


def _results(function: str) -> int:
    return subject_of(function).results(function)


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


#: In a header without its comments, a name with the library's prefix before a bracket is a declaration.
_DECLARED = re.compile(r"\b(derive_\w+)\s*\(")
_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)


#: What every `CLibrary` calls when it is loaded.
_CALLED_AT_LOAD = "_selftest"


def _offers(emitted: Emitted) -> list[str]:
    declared = _DECLARED.findall(_COMMENT.sub("", emitted.texts(".h")))
    return [name for name in declared if not name.endswith(_CALLED_AT_LOAD)]


def _promised(subject: Subject) -> dict[str, tuple[Use, ...]]:
    found: dict[str, tuple[Use, ...]] = {}
    for precision, suffix in (("binary64", ""), ("binary32", "f")):
        for function in subject.functions:
            found[f"derive_{function}{suffix}"] = (Use(function, precision, "scalar"),)
            found[f"derive_{function}_array{suffix}"] = (Use(function, precision, "array"),)
        if subject.gradient:
            both = f"derive_{subject.name}_value_grad_array{suffix}"
            found[both] = (Use(subject.gradient, precision, "value_grad"),)
        if subject.sum:
            found[f"derive_{subject.sum}{suffix}"] = (Use(subject.name, precision, "sum"),)
    return found


def _part(files: Mapping[str, bytes], functions: Sequence[str]) -> Mapping[str, bytes]:
    """Of a pair of header and source, these functions and what they call."""
    header, source = (next(path for path in files if path.endswith(suffix)) for suffix in (".h", ".c"))
    texts = c_part.part(files[header].decode("utf-8"), files[source].decode("utf-8"), functions)
    return dict(zip((header, source), (text.encode() for text in texts), strict=True))


_LIMITS = {"binary64": Limits(1.0, 2.0, 2.5), "binary32": Limits(0.51, 2.0, 2.5)}

TARGET = Target("c", lambda path, content: path.startswith("c/"), _offers, _promised, _LIMITS, part=_part)
