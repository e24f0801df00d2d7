"""Errors near the optimum, in ulp, of the emitted C and of the usual formulas, against the closed form in balls."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from derive.bench.formulas import BY_ACCURACY
from derive.bench.speed import Case, Speed, compile_library
from derive.campaign.scratch import scratch
from derive.verify.exact import exact_columns
from derive.verify.families import subject_of
from derive.verify.targets.c import CLibrary
from derive.verify.targets.compilers import NO_CLONES
from derive.verify.ulp import PRECISIONS, ExactValues, FloatArray, Precision

KERNEL = "kl_unit_logvar"
OURS = f"derive: {KERNEL}"
_SEED = 20


@dataclass(frozen=True)
class Errors:
    """The largest error of each contestant at mu and logvar drawn from N(0, distance^2), and whether one was < 0."""

    precision: str
    distance: float
    worst: Mapping[str, float]
    negative: Mapping[str, bool]

    def as_json(self) -> dict[str, object]:
        return {"precision": self.precision, "distance": self.distance, "ulp": self.worst, "negative": self.negative}


def evaluated(expression: str, columns: Sequence[FloatArray]) -> FloatArray:
    """The value of one of the usual formulas, in the format of its columns."""
    names = {"mu": columns[0], "logvar": columns[1], "exp": np.exp, "log": np.log, "expm1": np.expm1}
    with np.errstate(all="ignore"):
        value: FloatArray = eval(expression, {}, names)
    return value


def _points(precision: Precision, distance: float, count: int) -> tuple[FloatArray, ...]:
    source = np.random.default_rng((_SEED, round(1000 * math.log10(distance)) + 10**6))
    return tuple((distance * source.standard_normal(count)).astype(precision.dtype) for _ in range(2))


def measure(folder: Path, distances: Sequence[float], count: int) -> list[Errors]:
    """Of ``count`` points at each distance from the optimum, in both formats."""
    with scratch() as name:
        library = name / "kl.so"
        compile_library(folder / "c" / "derive_kl.c", library, ("-O1", NO_CLONES))
        ours = CLibrary(library.read_bytes())
    found = []
    for precision, distance in itertools.product(PRECISIONS, distances):
        columns = _points(precision, distance, count)
        values = {u.name: evaluated(u.expression, columns) for u in BY_ACCURACY}
        values[OURS] = ours(KERNEL, precision, columns)[0]
        found.append(_errors(precision, distance, columns, values))
    return found


def _errors(
    precision: Precision, distance: float, columns: Sequence[FloatArray], values: Mapping[str, FloatArray]
) -> Errors:
    exact = exact_columns(subject_of(KERNEL), [c.tolist() for c in columns])[0]
    known = ExactValues.of(exact, precision)
    worst = {label: float(np.max(known.error(v.astype(precision.dtype)))) for label, v in values.items()}
    return Errors(precision.name, distance, worst, {label: bool(np.any(v < 0)) for label, v in values.items()})


def cases(distances: Sequence[float], count: int) -> list[Case]:
    """The points that :func:`measure` takes, for contestants of the race."""
    every = itertools.product(PRECISIONS, distances)
    return [Case(p.name, tuple(c.tolist() for c in _points(p, distance, count))) for p, distance in every]


def of_contestants(distances: Sequence[float], count: int, speed: Speed) -> list[Errors]:
    """The errors of the values that the contestants of a race gave at the :func:`cases`."""
    found = []
    for (precision, distance), values in zip(itertools.product(PRECISIONS, distances), speed.values, strict=True):
        arrays = {label: np.array(value, precision.dtype) for label, value in values.items()}
        found.append(_errors(precision, distance, _points(precision, distance, count), arrays))
    return found
