"""Closed form and emitted functions against quadrature of the defining integral."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import islice
from typing import Any

import numpy as np
from flint import arb, ctx

from derive.campaign.tasks import Task
from derive.errors import CheckFailed
from derive.report import Check, Status
from derive.verify.checks.oracle import AGREEMENT, as_dyadic, divergence
from derive.verify.checks.sweep import Outcome, PointSet, conclude, judge
from derive.verify.emitted import Emitted
from derive.verify.exact import balls, exact_point
from derive.verify.families import subject_of
from derive.verify.families.record import POINTS, Subject
from derive.verify.targets.compiled import Compiled, implementations
from derive.verify.ulp import BINARY64, Dyadic, ExactValues

#: Points of each subject.
COUNT = {"quick": 6, "full": POINTS}
_CHUNK = 25
_BITS = 110  # a little more than 30 digits, relative to the result


def integral_chunk(emitted: Emitted, compiled: Compiled | None, name: str, start: int, stop: int) -> list[Outcome]:
    """Rows of the table: the closed form must agree to 30 digits, the emitted functions to their bounds."""
    points = integral_set(subject_of(name), start, stop)
    return [outcome for target in implementations(emitted, compiled) for outcome in judge(target, points)]


def integral_set(subject: Subject, start: int, stop: int) -> PointSet:
    """Rows of the table with the integrals as the exact values, after comparison with the closed form."""
    assert subject.definition is not None
    rows = list(islice(subject.definition.table(), start, stop))
    exact: list[list[Dyadic]] = [[] for _ in subject.outputs]
    for row in rows:
        integrals = divergence(subject, row)
        compare(subject, row, [as_dyadic(value) for value in integrals])
        for column, value, closed in zip(exact, integrals, exact_point(subject, row), strict=True):
            integral = as_dyadic(value)
            column.append(integral._replace(binade=closed.binade) if isinstance(closed, Dyadic) else integral)
    columns = tuple(np.array(column, np.float64) for column in zip(*rows, strict=True))
    values = tuple(ExactValues.of(column, BINARY64) for column in exact)
    return PointSet(subject, columns, {BINARY64.name: values})


def compare(subject: Subject, row: Sequence[float], integrals: Sequence[Dyadic]) -> None:
    """The closed form in balls against the integrals.

    Raises
    ------
    CheckFailed
        naming the point and the output where they differ by more than 10^-30 of the result.
    """
    precision = 256
    while True:
        ctx.prec = precision
        outputs, _ = balls(subject, row)
        if all(output.rel_accuracy_bits() >= _BITS for output in outputs):
            break
        precision *= 2
    for name, output, integral in zip(subject.outputs, outputs, integrals, strict=True):
        difference = abs(arb(integral.mantissa) * arb(2) ** integral.exponent - output)
        if not difference < abs(output) * arb(10) ** -AGREEMENT:
            where = f"{subject.name}({', '.join(float(a).hex() for a in row)})"
            off = (difference / abs(output)).str(3, radius=False)
            raise CheckFailed(f"{name} of {where}: the closed form of its record is off the integral by {off}")


def integral_task(emitted: Emitted, compiled: Compiled | None, level: str) -> Task:
    """The head of the table of every divergence."""
    count = COUNT[level]
    chunks = tuple(
        partial(integral_chunk, emitted, compiled, subject.name, start, min(start + _CHUNK, count))
        for subject in emitted.subjects
        if subject.definition
        for start in range(0, count, _CHUNK)
    )
    divergences = len({chunk.args[2] for chunk in chunks})
    return Task("defining integral", chunks, partial(_conclude, emitted, count, divergences))


def _conclude(emitted: Emitted, count: int, subjects: int, results: Sequence[Any]) -> list[Check]:
    agreed = f"{count} points of each of {subjects} divergences, values and gradients: agreed to {AGREEMENT} digits"
    checks = [Check("closed form against the defining integral", Status.PASSED, agreed, {"points": subjects * count})]
    for check in conclude(emitted, results):
        checks.append(Check(f"{check.name} against the defining integral", check.status, check.detail, check.figures))
    return checks
