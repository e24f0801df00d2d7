"""The emitted functions against the closed form in balls, on sampled and special points.

For each subject and format: the error in ulp of every value and partial derivative stays within the bound that the
manifest declares; a divergence is never negative, is 0 at equal arguments, and otherwise only where the exact value
is at most half the smallest subnormal; the C scalar form gives the very bits of the array form.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from derive.campaign.results import as_data
from derive.campaign.tasks import Task
from derive.report import Check, Status
from derive.verify.emitted import Emitted
from derive.verify.exact import exact_columns
from derive.verify.families import subject_of
from derive.verify.families.record import Subject
from derive.verify.points.boundaries import boundaries, boundary_points
from derive.verify.points.hard import hard_points
from derive.verify.points.sampler import points, special_points
from derive.verify.targets.c import CLibrary
from derive.verify.targets.compiled import Compiled, implementations
from derive.verify.targets.record import Implementation
from derive.verify.ulp import BINARY32, BINARY64, PRECISIONS, ExactValues, FloatArray, Precision

#: Points per format: quick spends about the same time on every subject, whatever its number of arguments.
QUICK = {1: 10_000, 2: 8000}
QUICK_OF_MORE = 6000
FULL = 100_000
CHUNK = 10_000
_SCALAR_POINTS = 1000


def points_of(level: str, subject: Subject) -> int:
    """How many points a level takes of a subject in a format."""
    return FULL if level == "full" else QUICK.get(subject.arity, QUICK_OF_MORE)


@dataclass(frozen=True)
class PointSet:
    """Arguments of a subject with the exact outputs in the formats that are to be tested on them."""

    subject: Subject
    columns: tuple[FloatArray, ...]
    exact: Mapping[str, tuple[ExactValues, ...]]

    @staticmethod
    def of(subject: Subject, precision: Precision, columns: tuple[FloatArray, ...]) -> PointSet:
        """Exact outputs at points of a format; points of binary32 serve binary64 as well."""
        outputs = exact_columns(subject, [column.tolist() for column in columns])
        tested = (BINARY64,) if precision is BINARY64 else (BINARY32, BINARY64)
        exact = {p.name: tuple(ExactValues.of(column, p) for column in outputs) for p in tested}
        return PointSet(subject, columns, exact)

    def take(self, indices: NDArray[np.intp]) -> PointSet:
        """Some of the points."""
        exact = {name: tuple(values.take(indices) for values in outputs) for name, outputs in self.exact.items()}
        return PointSet(self.subject, tuple(column[indices] for column in self.columns), exact)

    def without_flushed(self, precision: Precision) -> PointSet:
        """The points by which a target that flushes subnormal numbers is judged."""
        return self.take(np.flatnonzero(~flushed_points(self.columns, precision)))


@as_data
@dataclass(frozen=True)
class Outcome:
    """What the points said about one function in one language and format."""

    language: str
    precision: str
    function: str
    points: int
    worst: float
    at: str
    faults: tuple[str, ...] = field(default=())
    forms: tuple[str, ...] = ("array",)

    def merged(self, other: Outcome) -> Outcome:
        """Both together; the earlier one where they tie."""
        worse = other if other.worst > self.worst else self
        faults = (self.faults + other.faults)[:3]
        points = self.points + other.points
        forms = tuple(dict.fromkeys(self.forms + other.forms))
        return replace(self, points=points, worst=worse.worst, at=worse.at, faults=faults, forms=forms)

    def check(self, bound: float, established: str) -> Check:
        """The outcome against the declared bound."""
        good = self.worst <= bound and not self.faults
        worst = f"{self.worst:.3f}" if self.worst < 1e4 else f"{self.worst:.1e}"
        detail = f"{worst} ulp at worst of {bound:g} declared, {self.points} points"
        if self.worst > bound:
            detail += f"; exceeded at {self.at}"
        if self.faults:
            detail += "; " + "; ".join(self.faults)
        measured = self.worst if math.isfinite(self.worst) else "infinite"  # JSON has no infinity
        figures: dict[str, object] = {"points": self.points, "worst_ulp": measured, "at": self.at, "bound_ulp": bound}
        figures["established"] = established
        judged = {"language": self.language, "precision": self.precision, "function": self.function}
        figures |= {**judged, "forms": list(self.forms)}
        name = f"{self.language} {self.precision} {self.function}"
        return Check(name, Status.PASSED if good else Status.FAILED, detail, figures)


def flushed_points(columns: Sequence[FloatArray], precision: Precision) -> NDArray[np.bool_]:
    """The points of which an argument is so small that a difference from its like may be no normal number."""
    least = precision.smallest_normal * 2.0 ** (precision.digits + 2)
    small = [(c != 0) & (np.abs(c.astype(np.float64)) < least) for c in columns]
    found: NDArray[np.bool_] = np.any(small, axis=0)
    return found


def judge(implementation: Implementation, points: PointSet) -> list[Outcome]:
    """Every function of the subject, in every format for which the points have exact outputs."""
    outcomes = []
    for precision in PRECISIONS:
        if precision.name in points.exact:
            for function in filter(implementation.has, points.subject.functions):
                outcomes.append(judge_function(implementation, function, precision, points))
    return outcomes


def judge_function(implementation: Implementation, function: str, precision: Precision, points: PointSet) -> Outcome:
    """One function in one format on a set of points."""
    if implementation.flushes:
        points = points.without_flushed(precision)
    subject, columns = points.subject, points.columns
    count, wanted = len(columns[0]), points.exact[precision.name][subject.columns(function)]
    names = subject.outputs[subject.columns(function)]
    try:
        computed = implementation(function, precision, columns)
    except Exception as problem:
        fault = f"{type(problem).__name__} on valid arguments: {problem}"
        return Outcome(implementation.language, precision.name, function, count, np.inf, "", (fault,))
    faults = _shape_faults(computed, wanted, precision)
    worst, at = -1.0, ""
    forms: tuple[str, ...] = ("array",)
    if not faults:
        for name, got, true in zip(names, computed, wanted, strict=True):
            error = of_target(implementation, true, got)
            index = int(np.argmax(error)) if count else 0
            if count and error[index] > worst:
                worst, at = float(error[index]), f"{name}{hexadecimal(columns, index)} = {float(got[index]).hex()}"
        if subject.definition and function == subject.name:
            flushed = wanted[0].subnormal if implementation.flushes else np.zeros(count, np.bool_)
            faults += _sign_faults(computed[0], wanted[0], columns, flushed)
        if isinstance(implementation, CLibrary):
            faults += _scalar_faults(implementation, function, precision, columns, computed)
            forms = implementation.forms
            if function == subject.gradient:
                faults += _one_pass_faults(implementation, subject, precision, columns, computed)
                forms = (*forms, "value_grad")
    return Outcome(implementation.language, precision.name, function, count, worst, at, tuple(faults), forms)


def _shape_faults(computed: Sequence[FloatArray], wanted: Sequence[ExactValues], precision: Precision) -> list[str]:
    if len(computed) != len(wanted):
        return [f"{len(computed)} results instead of {len(wanted)}"]
    for got, true in zip(computed, wanted, strict=True):
        if got.dtype != precision.dtype or got.shape != (len(true),):
            return [f"a result of type {got.dtype} and shape {got.shape}"]
    return []


def of_target(implementation: Implementation, true: ExactValues, got: FloatArray) -> NDArray[np.float64]:
    """In ulp; a 0 in the place of a subnormal number is none where the target flushes these."""
    error = true.error(got)
    return np.where(true.subnormal & (got == 0), 0.0, error) if implementation.flushes else error


def _sign_faults(
    got: FloatArray, exact: ExactValues, columns: Sequence[FloatArray], flushed: NDArray[np.bool_]
) -> list[str]:
    """KL >= 0; 0 at equal arguments; otherwise 0 only where the exact value is at most half the smallest subnormal."""
    rules = (
        ("negative", got < 0),
        ("not 0 at equal arguments", exact.zero & (got != 0)),
        ("0 where the exact value is not", (got == 0) & ~exact.vanishing & (exact.limit == 0) & ~flushed),
    )
    return [f"{rule} at {hexadecimal(columns, int(np.argmax(bad)))}" for rule, bad in rules if bad.any()]


def _scalar_faults(
    library: CLibrary,
    function: str,
    precision: Precision,
    columns: Sequence[FloatArray],
    computed: Sequence[FloatArray],
) -> list[str]:
    step = max(1, -(-len(columns[0]) // _SCALAR_POINTS))
    some = [column[::step] for column in columns]
    for scalar, array in zip(library.scalar(function, precision, some), computed, strict=True):
        different = bits(scalar) != bits(array[::step])
        if different.any():
            return [f"scalar and array form differ at {hexadecimal(some, int(np.argmax(different)))}"]
    return []


def _one_pass_faults(
    library: CLibrary, subject: Subject, precision: Precision, columns: Sequence[FloatArray], gradient: list[FloatArray]
) -> list[str]:
    """The form that gives value and gradient in one pass has the bits of the two others."""
    apart = [*library(subject.name, precision, columns), *gradient]
    for both, one in zip(library.value_and_gradient(subject.name, precision, columns), apart, strict=True):
        different = bits(both) != bits(one)
        if different.any():
            return [f"value and gradient in one pass differ at {hexadecimal(columns, int(np.argmax(different)))}"]
    return []


def bits(values: FloatArray) -> FloatArray:
    """The bit patterns, all NaNs alike."""
    canonical = np.where(np.isnan(values), np.array(np.nan, values.dtype), values).astype(values.dtype)
    return canonical.view(np.uint64 if values.dtype == np.float64 else np.uint32)


def hexadecimal(columns: Sequence[FloatArray], index: int) -> str:
    """A point as (0x1.8p+0, ...)."""
    return "(" + ", ".join(float(column[index]).hex() for column in columns) + ")"


def sweep_chunk(
    emitted: Emitted,
    compiled: Compiled | None,
    name: str,
    precision_name: str,
    count: int,
    seed: tuple[int, ...],
    special: bool,
) -> list[Outcome]:
    """Judge both targets on one set of points."""
    subject, precision = subject_of(name), next(p for p in PRECISIONS if p.name == precision_name)
    sets = point_sets(subject, precision, count, seed, boundaries(emitted) if special else None)
    return [outcome for target in implementations(emitted, compiled) for s in sets for outcome in judge(target, s)]


def point_sets(
    subject: Subject, precision: Precision, count: int, seed: tuple[int, ...], at: Sequence[float] | None
) -> list[PointSet]:
    """Sampled points; where boundaries of regimes are given, points around these, the special and the hard ones too."""
    columns = [points(subject, precision, count, seed)]
    if at is not None:
        columns += [special_points(subject, precision), hard_points(subject, precision)]
        columns.append(boundary_points(subject, precision, at))
    return [PointSet.of(subject, precision, c) for c in columns if len(c[0])]


def sweep_task(emitted: Emitted, compiled: Compiled | None, level: str, seed: int) -> Task:
    """All subjects and formats, in chunks."""
    chunks = tuple(
        partial(sweep_chunk, emitted, compiled, subject.name, precision.name, size, (seed, part), part == 0)
        for subject in emitted.subjects
        for precision in PRECISIONS
        for size in [min(CHUNK, points_of(level, subject))]
        for part in range(points_of(level, subject) // size)
    )
    return Task("emitted functions against the closed form", chunks, partial(conclude, emitted))


def conclude(emitted: Emitted, results: Sequence[Any]) -> list[Check]:
    """One check per language, format and function, in the order of the records."""
    merged: dict[tuple[str, str, str], Outcome] = {}
    for outcome in (o for result in results for o in result):
        key = (outcome.language, outcome.precision, outcome.function)
        merged[key] = merged[key].merged(outcome) if key in merged else outcome
    checks = []
    for (language, precision, function), outcome in sorted(merged.items(), key=partial(_order, emitted.functions)):
        declared = emitted.bounds[language][precision][function]
        checks.append(outcome.check(float(declared["ulp"]), str(declared.get("established", ""))))
    return checks


def _order(names: Sequence[str], item: tuple[tuple[str, str, str], Outcome]) -> tuple[str, str, int]:
    language, precision, function = item[0]
    return language, precision, names.index(function)
