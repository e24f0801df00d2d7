"""What becomes of a mutant of the emitted code.

A mutant *counts* where it breaks the contract on the points of quick or on a fixed set up to twenty times as large. The
quick checks come first: what they catch counts and is caught. What they miss is compared bit for bit with the
original on the large set, and where bits differ held to the exact values: a broken bound there is a survivor.
Survivors also get the rest of the quick checks (warnings, selftest). The others are equivalent, or differ within the
contract.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from derive.campaign.isolation import isolated
from derive.campaign.results import as_data
from derive.errors import CheckFailed
from derive.report import Status
from derive.verify.checks import matrix
from derive.verify.checks.behaviour import c_checks, python_checks
from derive.verify.checks.integral import COUNT as INTEGRAL_COUNT
from derive.verify.checks.integral import integral_set
from derive.verify.checks.rounding import judge_library, quick_checks
from derive.verify.checks.sweep import Outcome, PointSet, bits, judge, judge_function, point_sets, points_of
from derive.verify.checks.vectors import read_vectors, vector_sets
from derive.verify.emitted import C_VECTORS, Emitted
from derive.verify.families import subject_of
from derive.verify.mutants.mutate import Mutant
from derive.verify.points.boundaries import boundaries
from derive.verify.points.sampler import SEED, points
from derive.verify.targets.c import CLibrary
from derive.verify.targets.compiled import Compiled
from derive.verify.targets.compilers import Build, shared_library
from derive.verify.targets.python import PythonModules
from derive.verify.targets.record import Implementation
from derive.verify.ulp import PRECISIONS, FloatArray, Precision

#: Points per subject and format of the set that decides whether a mutant counts.
LARGE = 120_000
_LARGE_SEED = (SEED, 1 << 20)
_FEW = 50

CAUGHT, SURVIVED, EQUIVALENT, INVALID = "caught", "survived", "equivalent", "does not compile"


@as_data
@dataclass(frozen=True)
class Verdict:
    """What became of a mutant, and by what."""

    mutant: Mutant
    fate: str
    reason: str
    point: str = ""


class Trial:
    """The emitted files of a family with the point sets of quick, shared by all mutants of it."""

    def __init__(self, everything: Emitted, emitted: Emitted, build: Build) -> None:
        self.everything = everything
        self.emitted = emitted
        self.build = build
        self.library = shared_library(emitted, self.build)
        judge_library(self.build)  # once, before processes are forked that need it
        self.quick: list[PointSet] = []
        at = boundaries(emitted)
        for subject in self.emitted.subjects:
            for precision in PRECISIONS:
                self.quick += point_sets(subject, precision, points_of("quick", subject), (SEED, 0), at)
            if subject.definition:
                self.quick.append(integral_set(subject, 0, INTEGRAL_COUNT["quick"]))
        self.vectors = vector_sets(read_vectors(emitted.text(C_VECTORS)), emitted.functions)
        self.original: dict[tuple[str, str, bool], list[FloatArray]] = {}

    def judge(self, mutant: Mutant) -> Verdict:
        """The fate of one mutant; whatever its code does happens in a process of its own."""
        text = self.emitted.text(mutant.path)
        changed = self.emitted.with_text(mutant.path, mutant.apply(text))
        library = b""
        if mutant.path.endswith(".c"):
            try:
                library = shared_library(changed, self.build)
            except CheckFailed:
                return Verdict(mutant, INVALID, "")
            if library == self.library:
                return Verdict(mutant, EQUIVALENT, "the same machine code")
        fault = isolated(lambda: self.quick_fault(changed, library))
        if fault:
            return Verdict(mutant, CAUGHT, fault)
        self.know_the_original(bool(library))
        different = isolated(lambda: self._different(changed, library))
        if isinstance(different, str):
            return Verdict(mutant, SURVIVED, different)
        parts = [large_part(name, precision, indices) for name, precision, indices in different]
        found = isolated(lambda: self._first_fault(self._target(changed, library), parts))
        fault, point = found if isinstance(found, tuple) else (found, "")
        if not fault:
            return Verdict(mutant, EQUIVALENT, "within the contract" if different else "the same results")
        original = self._target(self.emitted, self.library if library else b"")
        if before := self._first_fault(original, parts)[0]:
            return Verdict(mutant, SURVIVED, f"undecided, because the original fails as well: {before}")
        caught = mutant.path.endswith(".c") and self._rest_of_quick(mutant)
        return Verdict(mutant, CAUGHT, caught) if caught else Verdict(mutant, SURVIVED, fault, point)

    def _target(self, changed: Emitted, library: bytes) -> CLibrary | PythonModules:
        return CLibrary(library) if library else PythonModules.of(changed)

    def quick_fault(self, changed: Emitted, library: bytes) -> str:
        """The first of the quick checks that fails, or nothing."""
        try:
            target = self._target(changed, library)
        except CheckFailed as error:
            return error.message
        for vector in self.vectors:
            if fault := self._fault(judge_function(target, vector.function, vector.precision, vector.points)):
                return f"vectors.csv: {fault}"
        if fault := self._first_fault(target, self.quick)[0]:
            return fault
        if isinstance(target, CLibrary):
            checks = c_checks(target, changed.subjects) + quick_checks(changed, target, self.build)
        else:
            checks = python_checks(target, changed.subjects)
        for check in checks:
            if check.status is Status.FAILED:
                return f"{check.name}: {check.detail}"
        return ""

    def _fault(self, outcome: Outcome) -> str:
        bound = self.emitted.bound(outcome.language, outcome.precision, outcome.function)
        check = outcome.check(bound, "")
        return f"{check.name}: {check.detail}" if check.status is Status.FAILED else ""

    def _different(self, changed: Emitted, library: bytes) -> list[tuple[str, str, NDArray[np.intp]]]:
        """Where on the large set, by subject and format, some result has other bits than the original's."""
        target = self._target(changed, library)
        found = []
        for subject in self.emitted.subjects:
            for precision in PRECISIONS:
                columns = large_columns(subject.name, precision.name)
                other = np.zeros(len(columns[0]), np.bool_)
                for function in subject.functions:
                    wanted = self._original_bits(function, precision, bool(library))
                    for got, right in zip(target(function, precision, columns), wanted, strict=True):
                        other |= bits(got) != right
                if other.any():
                    found.append((subject.name, precision.name, np.flatnonzero(other)))
        return found

    def _original_bits(self, function: str, precision: Precision, compiled: bool) -> list[FloatArray]:
        """Results of the unchanged code on the large set, computed once in every worker."""
        key = (function, precision.name, compiled)
        if key not in self.original:
            target = self._target(self.emitted, self.library if compiled else b"")
            columns = large_columns(subject_of(function).name, precision.name)
            self.original[key] = [bits(result) for result in target(function, precision, columns)]
        return self.original[key]

    def know_the_original(self, compiled: bool) -> None:
        """Compute the results of the unchanged code before a process is forked that needs them."""
        for function in self.emitted.functions:
            for precision in PRECISIONS:
                self._original_bits(function, precision, compiled)

    def _first_fault(self, target: Implementation, sets: Sequence[PointSet]) -> tuple[str, str]:
        """The first broken bound or rule, and its point as a row of the table of hard points."""
        for point_set in sets:
            for outcome in judge(target, point_set):
                if fault := self._fault(outcome):
                    return fault, _row(outcome)
        return "", ""

    def _rest_of_quick(self, mutant: Mutant) -> str:
        text = self.everything.text(mutant.path)
        changed = self.everything.with_text(mutant.path, mutant.apply(text))
        selftest = matrix.linked_selftest_task(changed, Compiled(self.build))
        for task in (*matrix.tasks(changed, "quick", self.build), selftest):
            for check in task.conclude([chunk() for chunk in task.chunks]):
                if check.status is Status.FAILED:
                    return f"{check.name}: {check.detail}"
        return ""


def _row(outcome: Outcome) -> str:
    """The point of a fault as (subject, format, arguments)."""
    arguments = re.search(r"\(([^()]*)\)", outcome.faults[0] if outcome.faults else outcome.at)
    cells = arguments[1].replace(",", "") if arguments else ""
    return f'("{subject_of(outcome.function).name}", "{outcome.precision}", "{cells}")'


@cache
def large_columns(name: str, precision_name: str) -> tuple[FloatArray, ...]:
    """Arguments of the large set of a subject in a format."""
    precision = next(p for p in PRECISIONS if p.name == precision_name)
    return points(subject_of(name), precision, LARGE, _LARGE_SEED)


@cache
def large_set(name: str, precision_name: str) -> PointSet:
    """The large set with its exact values."""
    precision = next(p for p in PRECISIONS if p.name == precision_name)
    return PointSet.of(subject_of(name), precision, large_columns(name, precision_name))


def large_part(name: str, precision_name: str, indices: NDArray[np.intp]) -> PointSet:
    """Some points of the large set. The exact values of a few are found at once, those of the whole set once."""
    if len(indices) > LARGE // _FEW:
        return large_set(name, precision_name).take(indices)
    columns = tuple(column[indices] for column in large_columns(name, precision_name))
    return PointSet.of(subject_of(name), next(p for p in PRECISIONS if p.name == precision_name), columns)


@lru_cache(maxsize=1)
def trial(everything: Emitted, family: Emitted, build: Build) -> Trial:
    """The trial of a worker for a family, prepared once as long as its mutants come one after the other."""
    return Trial(everything, family, build)
