"""Points where an error may be worst, for any subject: members a little apart, terms that balance, ends of a format."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from derive.verify.exact import exact_columns
from derive.verify.families.record import Kind, Subject
from derive.verify.ulp import Dyadic, Exact, FloatArray, Precision

#: Exponents at which results, squares or the two formats end.
_ENDS = (-1060, -1022, -540, -538, -512, -200, -140, -126, -75, -64, 60, 120, 300, 510, 1000)

#: By how much what decides the size of a result is changed to see how it does.
_PROBE = -32.0

Generator = np.random.Generator
Columns = list[FloatArray]


def _apart(rng: Generator, count: int) -> NDArray[np.float64]:
    """Relative differences, from 1/2 to far below the last bit; half of them about there."""
    exponent = np.where(rng.random(count) < 0.5, rng.integers(1, 60, count), rng.integers(50, 57, count))
    small: NDArray[np.float64] = 2.0**-exponent * rng.uniform(1.0, 2.0, count)
    return small


def near(subject: Subject, rng: Generator, count: int) -> Columns:
    """The parameters of the two members, or those of one and the neutral ones, a little apart."""
    half = subject.arity // 2 if len(subject.neutral) > 1 and _alike(subject) else 0
    columns: Columns = [np.full(count, value) for value in subject.neutral]
    for position in range(half):
        other = rng.normal(size=count) * rng.choice([0.0, 1.0, 8.0], count)
        columns[half + position] = np.exp(other) if _positive(subject, position) else other
        columns[position] = columns[half + position].copy()
    for position in range(half or subject.arity):
        apart = _apart(rng, count) * rng.choice([-1.0, 0.0, 1.0, 1.0, -1.0], count)
        columns[position] += apart * (columns[position] / 2.0 if _positive(subject, position) else 1.0)
    return columns


def _alike(subject: Subject) -> bool:
    """Whether the first half of the parameters is of one member and the second of another."""
    half = subject.arity // 2
    kinds = [p.kind for p in subject.parameters]
    return subject.arity % 2 == 0 and kinds[:half] == kinds[half:] and subject.neutral[:half] == subject.neutral[half:]


def _positive(subject: Subject, position: int) -> bool:
    return subject.parameters[position].kind is Kind.POSITIVE


def balanced(subject: Subject, rng: Generator, count: int) -> Columns:
    """Real parameters so far apart that their term is about as large as the others': of first or of second order."""
    columns = near(subject, rng, count)
    two = _alike(subject)
    half = subject.arity // 2 if two else 0
    for position, parameter in enumerate(subject.parameters[: half or None]):
        scale = (position + 1) % (half or subject.arity)
        if parameter.kind is not Kind.REAL or scale == position:
            continue
        second = columns[half + scale] if two else np.full(count, subject.neutral[scale])
        logarithm = not _positive(subject, scale)
        change = np.abs(columns[scale] - second) * rng.choice([1.0, 2.0], count) / (1.0 if logarithm else second)
        power = rng.choice([0.5, 1.0], count)
        weight = np.exp(np.clip(second, -300, 300) * power) if logarithm else second**power
        mean = np.where(rng.random(count) < 0.7, np.sqrt(change), change) * weight
        mean *= 1.0 + rng.normal(0.0, 2.0 ** -rng.integers(0, 30, count), count)
        if two:
            columns[half + position] = mean * rng.choice([0.0, 1.0, -1.0, 100.0, 2.0**20, 2.0**26], count)
            mean = columns[half + position] + mean
        columns[position] = mean
    return columns


def at_the_ends(subject: Subject, rng: Generator, count: int) -> Columns:
    """Parameters that are no logarithms, by powers of two that end where the format does."""
    columns = balanced(subject, rng, count)
    power = 2.0 ** rng.choice(_ENDS, count)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        return [c if p.kind is Kind.LOGARITHM else c * power for c, p in zip(columns, subject.parameters, strict=True)]


def below_normal(subject: Subject, precision: Precision, rng: Generator, count: int) -> Columns:
    """Points whose value is in the first binades below the normal range.

    Locations, scales or what the members are apart by are made smaller. The exponent of a value is nearly linear in
    theirs: from two of them follows how much smaller is enough.
    """
    start = near(subject, rng, count)
    wanted = math.log2(precision.smallest_normal) - rng.choice([0.0, 1.0, 2.0, 8.0], count) * rng.random(count)
    found: list[Columns] = []
    with np.errstate(all="ignore"):
        for make in (_locations, _scales, _apart_by):
            none = np.zeros(count)
            first, second = (_sizes(subject, make(subject, start, none + power)) for power in (0.0, _PROBE))
            power = (wanted - first) * _PROBE / (second - first)
            made = make(subject, start, power)
            good = np.isfinite(power) & np.all([np.isfinite(c) for c in made], axis=0)
            found.append([c[good] for c in made])
    return [np.concatenate(c) for c in zip(*found, strict=True)]


def _locations(subject: Subject, columns: Columns, power: FloatArray) -> Columns:
    pairs = zip(columns, subject.parameters, strict=True)
    return [c * 2.0**power if p.kind is Kind.REAL else c for c, p in pairs]


def _scales(subject: Subject, columns: Columns, power: FloatArray) -> Columns:
    change = {Kind.POSITIVE: lambda c: c * 2.0**power, Kind.LOGARITHM: lambda c: c + power * math.log(2.0)}
    pairs = zip(columns, subject.parameters, strict=True)
    return [change[p.kind](c) if p.kind in change else c for c, p in pairs]


def _apart_by(subject: Subject, columns: Columns, power: FloatArray) -> Columns:
    """The second member made neutral, the first as far from it as it was, times a power of two."""
    half = subject.arity // 2 if _alike(subject) else 0
    second = [np.full(len(c), n) for c, n in zip(columns, subject.neutral, strict=True)]
    first = range(half or subject.arity)
    others = columns[half:] if half else second
    return [second[i] + (columns[i] - others[i]) * 2.0**power for i in first] + second[len(first) :]


def _sizes(subject: Subject, columns: Columns) -> NDArray[np.float64]:
    """The logarithms of the exact values to base 2, as far as they are numbers above 0."""
    return np.array([_log2(value) for value in exact_columns(subject, [c.tolist() for c in columns])[0]])


def _log2(value: Exact) -> float:
    if isinstance(value, Dyadic):
        size = abs(value.mantissa)
        shift = max(size.bit_length() - 60, 0)
        return math.log2(size >> shift) + shift + value.exponent if size else math.nan
    return math.log2(value) if 0.0 < value < math.inf else math.nan
