"""The sums of values over arrays, against the exact sum of the exact values at the arguments as given."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from derive.campaign.tasks import Task
from derive.report import Check
from derive.verify.checks.sweep import Outcome, hexadecimal, points_of
from derive.verify.emitted import Emitted
from derive.verify.exact import exact_columns
from derive.verify.families import subject_of
from derive.verify.points.sampler import points, special_points
from derive.verify.targets.c import CLibrary
from derive.verify.targets.compiled import Compiled, library
from derive.verify.ulp import BINARY64, PRECISIONS, Dyadic, Exact, FloatArray, ulp_error

#: Elements in blocks and lanes, and what is left over.
_LENGTHS = (0, 1, 2, 31, 32, 33, 63, 64, 65, 1000)

#: Quick takes a tenth of the points of the values: each is added several times.
_SHARE = 10


def sums_chunk(
    emitted: Emitted, compiled: Compiled, name: str, precision_name: str, count: int, seed: tuple[int, ...]
) -> Outcome:
    """Sums of sampled points of every size, of every special point beside ordinary ones, and of equal arguments."""
    subject, precision = subject_of(name), next(p for p in PRECISIONS if p.name == precision_name)
    c = library(emitted, compiled)
    columns = points(subject, precision, count, seed)
    exact = exact_columns(subject, [column.tolist() for column in columns])[0]
    outcome = Outcome("c", precision.name, name, 0, -1.0, "", (), ("sum",))
    moderate = [i for i, value in enumerate(exact) if isinstance(value, Dyadic) and value.binade < 40]
    for length in _LENGTHS:
        chosen = np.resize(np.array(moderate, np.intp), length)
        outcome = outcome.merged(_judged(c, name, precision_name, columns, exact, chosen))
    # of terms that differ by up to the whole range, the largest decide
    for start in range(0, len(exact), 97):
        chosen = np.arange(start, min(start + 97, len(exact)))
        outcome = outcome.merged(_judged(c, name, precision_name, columns, exact, chosen))
    special = special_points(subject, precision)
    limits = exact_columns(subject, [column.tolist() for column in special])[0]
    for index in range(len(limits)):
        outcome = outcome.merged(_judged(c, name, precision_name, special, limits, np.full(3, index)))
    return outcome


def _judged(
    c: CLibrary, name: str, precision_name: str, columns: Sequence[FloatArray], exact: Sequence[Exact], chosen: Any
) -> Outcome:
    precision = next(p for p in PRECISIONS if p.name == precision_name)
    computed = c.sum(subject_of(name).sum, precision, [column[chosen] for column in columns])
    total = exact_sum([exact[i] for i in chosen])
    error = ulp_error(computed, total, BINARY64)
    where = hexadecimal(columns, int(chosen[0])) if len(chosen) else "()"
    at = f"{len(chosen)} elements from {where} on = {computed.hex()}"
    return Outcome("c", precision_name, name, len(chosen), error, at, (), ("sum",))


def exact_sum(values: Sequence[Exact]) -> Exact:
    """The sum of exact values: NaN or an infinity where one is, else a dyadic number."""
    floats = [value for value in values if isinstance(value, float) and not math.isfinite(value)]
    if floats:
        return sum(floats)
    total = sum((_fraction(value) for value in values), Fraction(0))
    exponent = 1 - total.denominator.bit_length()
    return Dyadic(total.numerator, exponent, total.numerator.bit_length() + exponent - 1) if total else 0.0


def _fraction(value: Exact) -> Fraction:
    return Fraction(value) if isinstance(value, float) else Fraction(value.mantissa) * Fraction(2) ** value.exponent


def sums_task(emitted: Emitted, compiled: Compiled, level: str, seed: int) -> Task:
    """All sums, in chunks."""
    chunks = tuple(
        partial(sums_chunk, emitted, compiled, s.name, p.name, min(points_of(level, s) // _SHARE, 10_000), (seed, 9))
        for s in emitted.subjects
        if s.sum
        for p in PRECISIONS
    )
    return Task("sums against exact sums", chunks, partial(_conclude, emitted))


def _conclude(emitted: Emitted, results: Sequence[Any]) -> list[Check]:
    checks = []
    for outcome in results:
        name = subject_of(outcome.function).sum
        declared = emitted.bounds["c"][outcome.precision].get(name, {})
        check = outcome.check(float(declared.get("ulp", 0.0)), str(declared.get("established", "")))
        checks.append(Check(f"c {outcome.precision} {name}", check.status, check.detail, check.figures))
    return checks
