"""What the functions promise besides accuracy: how arrays, types and outputs are handled."""

from __future__ import annotations

import ctypes
import warnings
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from derive.campaign.tasks import Chunk, Task, checks_as_they_are
from derive.errors import CheckFailed
from derive.report import Check, Status
from derive.verify.checks.sweep import bits
from derive.verify.emitted import Emitted
from derive.verify.families.record import Subject
from derive.verify.points.sampler import points
from derive.verify.targets.c import CLibrary
from derive.verify.targets.compiled import Compiled, library, python
from derive.verify.targets.python import PythonModules
from derive.verify.ulp import BINARY32, PRECISIONS, FloatArray, Precision

_SEED = (5,)
_COUNT = 37  # odd, so that every vector width leaves a remainder


def behaviour_task(emitted: Emitted, compiled: Compiled | None) -> Task:
    """Both targets, one chunk each."""
    chunks: list[Chunk] = [partial(_python_chunk, emitted)]
    if compiled is not None:
        chunks.append(partial(_c_chunk, emitted, compiled))
    return Task("calling conventions", tuple(chunks), checks_as_they_are)


def _python_chunk(emitted: Emitted) -> list[Check]:
    return python_checks(python(emitted), emitted.subjects)


def _c_chunk(emitted: Emitted, compiled: Compiled) -> list[Check]:
    return c_checks(library(emitted, compiled), emitted.subjects)


def _check(name: str, subjects: Sequence[Subject], rule: Callable[[Subject, Precision], None]) -> Check:
    """A rule for every subject and format; it raises where it is broken."""
    for subject in subjects:
        for precision in PRECISIONS:
            try:
                rule(subject, precision)
            except Exception as error:
                said = error.message if isinstance(error, CheckFailed) else f"{type(error).__name__}: {error}"
                return Check(name, Status.FAILED, f"{subject.name} in {precision.name}: {said}")
    return Check(name, Status.PASSED, f"{len(subjects)} subjects, both formats")


def _demand(holds: bool, otherwise: str) -> None:
    if not holds:
        raise CheckFailed(otherwise)


def c_checks(c: CLibrary, subjects: Sequence[Subject]) -> list[Check]:
    """Rules of the C array forms."""
    return [
        _check("c: n = 0 touches nothing", subjects, partial(_c_empty, c)),
        _check("c: any aligned array, nothing written outside", subjects, partial(_c_unaligned, c)),
        _check("c: out may be an input", subjects, partial(_c_aliased, c)),
        _check("c: errno is left alone", subjects, partial(_c_errno, c)),
    ]


def _c_empty(c: CLibrary, subject: Subject, precision: Precision) -> None:
    c.call_array(subject.name, precision, 0, [None] * (subject.arity + 1))
    if subject.gradient:
        c.call_array(subject.gradient, precision, 0, [None] * (2 * subject.arity))


def _c_unaligned(c: CLibrary, subject: Subject, precision: Precision) -> None:
    """Buffers one element off a vector boundary, every length up to the sample's, a guard element on either side."""
    columns = points(subject, precision, _COUNT, _SEED)
    for function in subject.functions:
        whole = c(function, precision, columns)
        for count in range(1, _COUNT):
            inputs = [_offset(column[:count], precision) for column in columns]
            buffers = [np.full(count + 2, 3.0, precision.dtype) for _ in whole]
            c.call_array(function, precision, count, [*inputs, *(buffer[1:] for buffer in buffers)])
            for buffer, full in zip(buffers, whole, strict=True):
                _demand(buffer[0] == 3.0 and buffer[-1] == 3.0, f"{function} writes outside its output at n = {count}")
                _demand(
                    bool((bits(buffer[1:-1]) == bits(full[:count])).all()), f"{function}: other bits at n = {count}"
                )


def _offset(column: FloatArray, precision: Precision) -> FloatArray:
    buffer = np.zeros(len(column) + 1, precision.dtype)
    buffer[1:] = column
    return buffer[1:]


def _c_aliased(c: CLibrary, subject: Subject, precision: Precision) -> None:
    columns = points(subject, precision, _COUNT, _SEED)
    wanted = c(subject.name, precision, columns)[0]
    for position in range(subject.arity):
        inputs = [column.copy() for column in columns]
        c.call_array(subject.name, precision, _COUNT, [*inputs, inputs[position]])
        _demand(bool((bits(inputs[position]) == bits(wanted)).all()), f"other bits with out = argument {position + 1}")
    if subject.gradient:
        inputs = [column.copy() for column in columns]
        c.call_array(subject.gradient, precision, _COUNT, [*inputs, *inputs])
        for got, right in zip(inputs, c(subject.gradient, precision, columns), strict=True):
            _demand(bool((bits(got) == bits(right)).all()), "other bits of the gradient with outputs = inputs")


def _c_errno(c: CLibrary, subject: Subject, precision: Precision) -> None:
    columns = points(subject, precision, _COUNT, _SEED)
    for function in subject.functions:
        ctypes.set_errno(0)
        c.scalar(function, precision, columns)
        _demand(ctypes.get_errno() == 0, f"{function} sets errno")


def python_checks(module: PythonModules, subjects: Sequence[Subject]) -> list[Check]:
    """Rules of the NumPy file."""
    return [
        _check("python: scalars give NumPy scalars", subjects, partial(_python_scalars, module)),
        _check("python: all float32 gives float32, anything else float64", subjects, partial(_python_types, module)),
        _check("python: broadcasting by NumPy's rules", subjects, partial(_python_shapes, module)),
        _check("python: out= is filled and returned", subjects, partial(_python_out, module)),
    ]


def _results(module: PythonModules, function: str, subject: Subject, arguments: object) -> tuple[FloatArray, ...]:
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        result = module.function(function)(*arguments)  # type: ignore[misc]
    return tuple(result) if function == subject.gradient else (result,)


def _python_scalars(module: PythonModules, subject: Subject, precision: Precision) -> None:
    columns = points(subject, precision, _COUNT, _SEED)
    for function in subject.functions:
        whole = module(function, precision, columns)
        for index in range(_COUNT):
            results = _results(module, function, subject, [column[index] for column in columns])
            for got, array in zip(results, whole, strict=True):
                _demand(isinstance(got, precision.dtype), f"{function} of scalars returns {type(got).__name__}")
                pair = np.array([got, array[index]], precision.dtype)
                _demand(
                    pair[0] == pair[1] or bool(np.isnan(pair).all()), f"{function}: scalar and array results differ"
                )


def _python_types(module: PythonModules, subject: Subject, precision: Precision) -> None:
    columns = points(subject, BINARY32, _COUNT, _SEED)
    for function in subject.functions:
        for result in _results(module, function, subject, columns):
            _demand(result.dtype == np.float32, f"{function} of float32 gives {result.dtype}")
        for position in range(subject.arity):
            mixed = [c.astype(np.float64) if i == position else c for i, c in enumerate(columns)]
            for result in _results(module, function, subject, mixed):
                _demand(result.dtype == np.float64, f"{function} with one float64 argument gives {result.dtype}")
        for result in _results(module, function, subject, [1] * subject.arity):
            _demand(result.dtype == np.float64, f"{function} of integers gives {result.dtype}")


def _python_shapes(module: PythonModules, subject: Subject, precision: Precision) -> None:
    columns = points(subject, precision, 6, _SEED)
    for function in subject.functions:
        for shape in ((2, 3), (6, 1), (0,)):
            some = [column.reshape(shape) if shape != (0,) else column[:0] for column in columns]
            for result in _results(module, function, subject, some):
                _demand(result.shape == shape, f"{function} of shape {shape} gives {result.shape}")
        if subject.arity == 1:
            continue
        mixed = [column.reshape((6, 1) if i % 2 else (1, 6)) for i, column in enumerate(columns)]
        grid = [np.broadcast_to(column, (6, 6)).reshape(36) for column in mixed]
        for result, flat in zip(
            _results(module, function, subject, mixed), module(function, precision, grid), strict=True
        ):
            _demand(result.shape == (6, 6), f"{function} of (1, 6) and (6, 1) gives {result.shape}")
            _demand(
                bool((bits(result.reshape(36)) == bits(flat)).all()), f"{function}: broadcasting changes the results"
            )
        try:
            _results(module, function, subject, [np.ones(2 + i % 2, precision.dtype) for i in range(subject.arity)])
        except ValueError:
            continue
        raise CheckFailed(f"{function} of shapes (2,) and (3,) raises no ValueError")


def _python_out(module: PythonModules, subject: Subject, precision: Precision) -> None:
    if not subject.definition:
        return
    columns = points(subject, precision, _COUNT, _SEED)
    wanted = module(subject.name, precision, columns)[0]
    out = np.full(_COUNT, 3.0, precision.dtype)
    result = module.function(subject.name)(*columns, out=out)
    _demand(result is out, "the result is not the array given as out=")
    _demand(bool((bits(out) == bits(wanted)).all()), "out= holds other bits")
    aliased = [column.copy() for column in columns]
    module.function(subject.name)(*aliased, out=aliased[0])
    _demand(bool((bits(aliased[0]) == bits(wanted)).all()), "other bits with out= an argument")
