"""Points on both sides of every boundary between regimes, read off the emitted text.

A boundary is a number that the emitted code compares something with: an argument, its square, a quotient or a
difference of arguments. So each is tried as each of these, a few units in the last place around it. Regimes that are
added or moved are followed by themselves.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

import numpy as np

from derive.verify.emitted import Emitted
from derive.verify.families.record import Kind, Subject
from derive.verify.ulp import BINARY64, FloatArray, Precision

_C_COMPARISON = re.compile(r"\b(?:less|less_equal|outside|smaller|larger)\(")
_C_NUMBER = re.compile(r"-?(?:0x[0-9a-f.]+p[+-]?\d+|\b\d+\.\d+\b)")
_PYTHON_NUMBER = re.compile(r"[<>]=? (-?\(?2\.0\*\*-?\d+\)?|-?\d+\.\d+(?:e-?\d+)?)")

#: Units in the last place around a boundary.
_STEPS = (-2, -1, 0, 1, 2)


@lru_cache(maxsize=4)
def boundaries(emitted: Emitted) -> tuple[float, ...]:
    """The absolute values of what the C and the Python compare with, ascending; 0 and infinity are special points."""
    found = []
    for comparison in _C_COMPARISON.split(emitted.texts(".c"))[1:]:
        numbers = _C_NUMBER.findall(comparison.partition(";")[0])
        values = [float.fromhex(number) if "x" in number else float(number) for number in numbers]
        # |x - a| <= b has the boundaries a + b and a - b.
        found += values + [a + b for a, b in itertools.combinations(values, 2)]
        found += [a - b for a, b in itertools.combinations(values, 2)]
    for number in _PYTHON_NUMBER.findall(emitted.texts(".py")):
        base, _, exponent = number.strip("-()").partition("**")
        found.append(math.ldexp(1.0, int(exponent)) if exponent else float(base))
    return tuple(sorted({abs(value) for value in found} - {0.0, math.inf}))


def boundary_points(subject: Subject, precision: Precision, at: Sequence[float]) -> tuple[FloatArray, ...]:
    """Arguments of the format at and around these boundaries, one array per argument.

    One argument at a time; the others are those of the neutral point, where its term stands alone, or beside it.
    """
    logarithms = [sign * y for y in _each(at, lambda c: (c, c / 2, abs(math.log(c)))) for sign in (1.0, -1.0)]
    sizes = _around(_each(at, lambda c: (c, math.sqrt(c))), precision)
    values = {
        Kind.REAL: [sign * x for x in sizes for sign in (1.0, -1.0)],
        Kind.LOGARITHM: _around(logarithms, precision),
        Kind.POSITIVE: [s for s in _around([*at, *map(_exp, logarithms)], precision) if s > 0.0],
    }
    rows = {
        (*start[:position], value, *start[position + 1 :])
        for position, parameter in enumerate(subject.parameters)
        for start in (subject.neutral, subject.beside)
        for value in values[parameter.kind]
    }
    return tuple(np.array([row[i] for row in sorted(rows)], precision.dtype) for i in range(subject.arity))


def _exp(x: float) -> float:
    return math.exp(x) if x < 709.0 else math.inf


def _each(at: Iterable[float], forms: Callable[[float], Iterable[float]]) -> list[float]:
    return [value for c in at for value in forms(c)]


def _around(values: Iterable[float], precision: Precision) -> list[float]:
    """Each value, rounded to the format, and its neighbours; what does not fit is left out."""
    with np.errstate(over="ignore", under="ignore"):
        rounded = np.array(sorted(set(values)), np.float64).astype(precision.dtype)
    rounded = np.unique(rounded[np.isfinite(rounded) & (rounded != 0)])
    bits = rounded.view(np.int64 if precision is BINARY64 else np.int32)
    moved = [(bits + step).astype(bits.dtype).view(rounded.dtype) for step in _STEPS]
    every = np.unique(np.concatenate(moved)).astype(np.float64)
    return [float(x) for x in every[np.isfinite(every) & (every != 0)]]
