"""The shared table of hex-float vectors: every row recomputed, and both targets held to it.

A row is ``function, precision, arg1..arg4, expected...``: hex floats, ``nan``, ``inf`` or ``-inf``; arguments that a
function does not have are empty. The expected results are correctly rounded.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from derive.campaign.tasks import Task
from derive.errors import CheckFailed
from derive.report import Check, Status
from derive.verify.checks.sweep import Outcome, PointSet, conclude, judge_function
from derive.verify.emitted import C_VECTORS, Emitted
from derive.verify.exact import exact_columns
from derive.verify.families import subject_of
from derive.verify.targets.compiled import Compiled, implementations
from derive.verify.ulp import PRECISIONS, ExactValues, Precision, nearest


class Row(NamedTuple):
    """One line of the table."""

    line: int
    function: str
    precision: str
    arguments: tuple[float, ...]
    expected: tuple[float, ...]


def read_vectors(text: str) -> list[Row]:
    """The rows of vectors.csv.

    Raises
    ------
    CheckFailed
        naming the line that cannot be read.
    """
    lines = [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip() and not line.startswith("#")]
    if not lines:
        raise CheckFailed("vectors.csv is empty", "run `derive all`")
    rows = []
    for (number, _), cells in zip(
        lines[1:], csv.reader(io.StringIO("\n".join(line for _, line in lines[1:]))), strict=True
    ):
        try:
            subject = subject_of(cells[0])
            results = subject.results(cells[0])
            arguments = tuple(float.fromhex(cell) for cell in cells[2 : 2 + subject.arity])
            expected = tuple(float.fromhex(cell) for cell in cells[6 : 6 + results])
            complete = len(arguments) == subject.arity and len(expected) == results
            if not complete or cells[1] not in {p.name for p in PRECISIONS} or any(cells[6 + results :]):
                raise ValueError("wrong format or number of results")
        except (CheckFailed, ValueError, IndexError) as error:
            raise CheckFailed(f"vectors.csv, line {number}: cannot read {','.join(cells)!r} ({error!r})") from error
        rows.append(Row(number, cells[0], cells[1], arguments, expected))
    return rows


@dataclass(frozen=True)
class VectorSet:
    """The rows of one function and format, with what is wrong with their expected results."""

    function: str
    precision: Precision
    points: PointSet
    wrong: tuple[str, ...]


def vector_sets(rows: Sequence[Row], functions: Sequence[str]) -> list[VectorSet]:
    """The rows by function and format, every expected result recomputed.

    Raises
    ------
    CheckFailed
        when a function has no row in one of the formats.
    """
    return [_vector_set(rows, function, precision) for function in functions for precision in PRECISIONS]


def _vector_set(rows: Sequence[Row], function: str, precision: Precision) -> VectorSet:
    subject = subject_of(function)
    some = [row for row in rows if (row.function, row.precision) == (function, precision.name)]
    if not some:
        raise CheckFailed(f"vectors.csv has no row for {function} in {precision.name}", "run `derive all`")
    columns = tuple(np.array(column, precision.dtype) for column in zip(*(r.arguments for r in some), strict=True))
    outputs = exact_columns(subject, [column.tolist() for column in columns])
    wrong = []
    for row, exact in zip(some, zip(*outputs[subject.columns(function)], strict=True), strict=True):
        right = [nearest(value, precision) for value in exact]
        if not all(_same(a, b) for a, b in zip(right, row.expected, strict=True)):
            wrong.append(f"line {row.line}: {function} is {', '.join(value.hex() for value in right)}")
    exact_values = tuple(ExactValues.of(column, precision) for column in outputs)
    return VectorSet(function, precision, PointSet(subject, columns, {precision.name: exact_values}), tuple(wrong))


def vectors_chunk(emitted: Emitted, compiled: Compiled | None) -> tuple[list[Check], list[Outcome]]:
    """Recompute every expected result, then judge both targets on the arguments."""
    rows = read_vectors(emitted.text(C_VECTORS))
    sets = vector_sets(rows, emitted.functions)
    targets = implementations(emitted, compiled)
    outcomes = [
        judge_function(target, s.function, s.precision, s.points)
        for target in targets
        for s in sets
        if target.has(s.function)
    ]
    wrong = [fault for s in sets for fault in s.wrong]
    detail = f"{len(rows)} rows, each recomputed in balls" if not wrong else "; ".join(wrong[:3])
    status = Status.FAILED if wrong else Status.PASSED
    return [
        Check("expected results of vectors.csv", status, detail, {"rows": len(rows), "wrong": len(wrong)})
    ], outcomes


def _same(a: float, b: float) -> bool:
    return a == b or (math.isnan(a) and math.isnan(b))


def vectors_task(emitted: Emitted, compiled: Compiled | None) -> Task:
    """The whole table in one chunk."""
    chunk = partial(vectors_chunk, emitted, compiled)
    return Task("hex vectors", (chunk,), partial(_conclude, emitted))


def _conclude(emitted: Emitted, results: Sequence[Any]) -> list[Check]:
    ((recomputed, outcomes),) = results
    checks = list(recomputed)
    judged = conclude(emitted, [outcomes])
    for language in dict.fromkeys(outcome.language for outcome in outcomes):
        mine = [check for check in judged if check.name.split()[0] == language]
        bad = [check for check in mine if check.status is Status.FAILED]
        detail = f"{bad[0].name}: {bad[0].detail}" if bad else f"{len(mine)} functions within their bounds on every row"
        checks.append(Check(f"{language} against vectors.csv", Status.FAILED if bad else Status.PASSED, detail))
    return checks
