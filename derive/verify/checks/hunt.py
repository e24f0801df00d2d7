"""A search for the worst case: climbing, from points where terms cancel, tails exceed heads, regimes meet, formats end.

Random points say little: where 4,000 of them show 0.5 to 1.1 ulp, a climb finds 2.5, 4.3 and 5.4. A chunk starts from a
pool of points of every kind below, keeps those with the largest errors, and tries neighbours of them, again and again:

    sampled, special and boundary points     of the other checks, and the worst inputs known so far
    near                                     parameters of the two members that differ by 2^-1 to the last place
    balanced                                 the means' term as large as the scales', of either sign, to a few bits
    the ends of the format                   all of it at sizes where results or squares become subnormal or infinite
    below the normal range                   results that are rounded twice, where they are scaled

The references are the closed form in balls. Everything is drawn from the seed: a chunk gives the same anywhere.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from derive.campaign.results import as_data
from derive.campaign.tasks import Task
from derive.report import Check, Status
from derive.verify.checks.sweep import flushed_points, of_target
from derive.verify.emitted import Emitted
from derive.verify.exact import exact_columns, exact_point
from derive.verify.families import subject_of
from derive.verify.families.record import Kind, Subject
from derive.verify.points.boundaries import boundaries, boundary_points
from derive.verify.points.extreme import at_the_ends, balanced, below_normal, near
from derive.verify.points.hard import hard_points
from derive.verify.points.sampler import points, special_points
from derive.verify.targets.c import CLibrary
from derive.verify.targets.compiled import Compiled, implementations
from derive.verify.targets.record import Implementation
from derive.verify.ulp import BINARY64, PRECISIONS, Dyadic, ExactValues, FloatArray, Precision, ulp_error

#: Points of a pool at first, those that are kept, and neighbours of each that are tried in a generation.
_POOL, _KEPT, _CHILDREN, _GENERATIONS = 1200, 64, 8, 8

#: Points are alike where the logarithms of their differences are equal but for this; so many alike are kept.
_ALIKE, _OF_A_KIND = 4, 2

#: Copies of the worst value that a sum is formed of.
_COPIES = (1, 63, 1000)

Generator = np.random.Generator
Columns = list[FloatArray]


@as_data
@dataclass(frozen=True)
class Catch:
    """The largest error found of one output of a function in a format, and where."""

    language: str
    precision: str
    function: str
    tried: int
    worst: float
    at: tuple[str, ...]
    #: Of a sum: how many of these arguments were summed.
    copies: int = 1

    @property
    def subject(self) -> tuple[str, str, str]:
        return self.language, self.precision, self.function


def chunk(emitted: Emitted, compiled: Compiled | None, name: str, precision_name: str, seed: int) -> list[Catch]:
    """One climb for every function, form and target of a family in a format."""
    subject, precision = subject_of(name), next(p for p in PRECISIONS if p.name == precision_name)
    start = pool(subject, precision, boundaries(emitted), np.random.default_rng([seed, 77]))
    catches = []
    for number, target in enumerate(implementations(emitted, compiled)):
        for function in filter(target.has, subject.functions):
            rng = np.random.default_rng([seed, number, len(function)])
            catch, best = climb(target, subject, function, precision, start, rng)
            catches.append(catch)
            if isinstance(target, CLibrary) and subject.sum and function == subject.name:
                catches.append(of_sums(target, subject, precision, best))
    return catches


def climb(
    target: Implementation, subject: Subject, function: str, precision: Precision, start: Columns, rng: Generator
) -> tuple[Catch, Columns]:
    """The worst point found from a pool, and all that were kept at the end."""
    columns, tried = start, 0
    errors = errors_at(target, subject, function, precision, columns)
    for generation in range(_GENERATIONS + 1):
        tried += len(errors)
        kept = spread(errors, columns)
        columns, errors = [c[kept] for c in columns], errors[kept]
        if generation == _GENERATIONS:
            break
        children = neighbours(subject, columns, precision, rng)
        found = errors_at(target, subject, function, precision, children)
        columns = [np.concatenate(pair) for pair in zip(columns, children, strict=True)]
        errors = np.concatenate([errors, found])
    at = tuple(float(c[0]).hex() for c in columns)
    return Catch(target.language, precision.name, function, tried, float(errors[0]), at), columns


def spread(errors: NDArray[np.float64], columns: Columns) -> list[int]:
    """The worst points, worst first, but only so many of those whose members are apart by alike amounts."""
    half = len(columns) // 2
    wide = [c.astype(np.float64) for c in columns]
    with np.errstate(all="ignore"):
        apart = [a - b for a, b in zip(wide[:half], wide[half:], strict=False)]
        sizes = [np.floor(np.log2(np.abs(d)) / _ALIKE) for d in [*apart, wide[-1]]]
    kept: list[int] = []
    seen: Counter[tuple[float, ...]] = Counter()
    for index in np.argsort(-errors, kind="stable"):
        kind = tuple(float(size[index]) for size in sizes)
        seen[kind] += 1
        if seen[kind] <= _OF_A_KIND:
            kept.append(int(index))
        if len(kept) == _KEPT:
            break
    return kept


def errors_at(
    target: Implementation, subject: Subject, function: str, precision: Precision, columns: Columns
) -> NDArray[np.float64]:
    """The largest error among a function's outputs, at each point."""
    exact = exact_columns(subject, [c.tolist() for c in columns])[subject.columns(function)]
    computed = target(function, precision, columns)
    each = [of_target(target, ExactValues.of(e, precision), c) for e, c in zip(exact, computed, strict=True)]
    worst: NDArray[np.float64] = np.max(each, axis=0)
    if target.flushes:
        worst[flushed_points(columns, precision)] = 0.0
    return worst


def of_sums(library: CLibrary, subject: Subject, precision: Precision, columns: Columns) -> Catch:
    """Sums of copies of the points that a climb has kept; their errors all have one sign."""
    points = list(zip(*(c.tolist() for c in columns), strict=True))
    errors = [
        (error_of_sum(library, subject, precision, at, copies), at, copies) for at in points for copies in _COPIES
    ]
    worst, at, copies = max(errors, key=lambda found: found[0])
    hexadecimal = tuple(x.hex() for x in at)
    return Catch(library.language, precision.name, subject.sum, len(errors), worst, hexadecimal, copies)


def error_of_sum(library: CLibrary, subject: Subject, precision: Precision, at: Sequence[float], copies: int) -> float:
    """The error of the sum over arrays that hold so many copies of the arguments ``at``."""
    value = exact_point(subject, at)[0]
    if isinstance(value, Dyadic):
        whole = value.mantissa * copies
        value = Dyadic(whole, value.exponent, whole.bit_length() + value.exponent - 1)
    computed = library.sum(subject.sum, precision, [np.full(copies, x, precision.dtype) for x in at])
    return ulp_error(computed, value, BINARY64)


# --- where to begin ----------------------------------------------------------------------------------------------


def pool(subject: Subject, precision: Precision, at: Sequence[float], rng: Generator) -> Columns:
    """Points of every kind, of the format."""
    size = _POOL // 4
    sources = [points(subject, precision, size, (int(rng.integers(1 << 30)),)), special_points(subject, precision)]
    sources += [hard_points(subject, precision), tuple(thinned(boundary_points(subject, precision, at), size, rng))]
    sources += [tuple(kind(subject, rng, size)) for kind in (near, balanced, at_the_ends)]
    sources += [tuple(below_normal(subject, precision, rng, size))]
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        return [np.concatenate(c).astype(precision.dtype) for c in zip(*sources, strict=True)]


def thinned(columns: Sequence[FloatArray], count: int, rng: Generator) -> Columns:
    chosen = rng.permutation(len(columns[0]))[:count]
    return [c[chosen] for c in columns]


# --- how to go on ------------------------------------------------------------------------------------------------


def neighbours(subject: Subject, columns: Columns, precision: Precision, rng: Generator) -> Columns:
    """Children of the points: one or all arguments moved by units in the last place, or by more, or made alike."""
    parents = [np.repeat(c, _CHILDREN).astype(np.float64) for c in columns]
    count = len(parents[0])
    moves: list[Callable[[NDArray[np.float64]], NDArray[np.float64]]] = [
        lambda x: x * (1.0 + rng.integers(-4, 5, count) * 2.0 ** (1 - precision.digits)),
        lambda x: x * (1.0 + rng.normal(0.0, 2.0 ** -rng.integers(1, 50, count), count)),
        lambda x: x * 2.0 ** rng.integers(-2, 3, count),
        lambda x: x + rng.normal(0.0, 2.0 ** -rng.integers(1, 60, count), count),
    ]
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        for position in range(len(parents)):
            chosen = rng.integers(0, len(moves) + 2, count)
            for number, move in enumerate(moves):
                parents[position] = np.where(chosen == number, move(parents[position]), parents[position])
        children = [c.astype(precision.dtype) for c in parents]
    for position, parameter in enumerate(subject.parameters):
        if parameter.kind is Kind.POSITIVE:
            children[position] = np.abs(children[position])
    return children


# --- what a hunt amounts to --------------------------------------------------------------------------------------


def task(emitted: Emitted, compiled: Compiled | None, seed: int) -> Task:
    """A climb for each family and format."""
    chunks = tuple(
        partial(chunk, emitted, compiled, subject.name, precision.name, seed)
        for subject in emitted.subjects
        for precision in PRECISIONS
    )
    return Task(f"hunt {seed}", chunks, lambda results: [])


def merged(catches: Sequence[Catch]) -> list[Catch]:
    """The worst of each function, format and target."""
    found: dict[tuple[str, str, str], Catch] = {}
    for catch in catches:
        known = found.get(catch.subject)
        if known is None or catch.worst > known.worst:
            known = replace(catch, tried=catch.tried + (known.tried if known else 0))
        else:
            known = replace(known, tried=known.tried + catch.tried)
        found[catch.subject] = known
    return [found[subject] for subject in sorted(found)]


def checks(emitted: Emitted, catches: Sequence[Catch]) -> list[Check]:
    """The worst found beside the bound, one check for each function, format and target."""
    made = []
    for catch in merged(catches):
        bound = emitted.bound(*catch.subject)
        good = catch.worst <= bound
        detail = (
            f"{catch.worst:.4f} ulp at worst of {bound:g} declared, {catch.tried} points, at ({', '.join(catch.at)})"
        )
        figures = {"worst_ulp": catch.worst, "bound_ulp": bound, "at": list(catch.at), "points": catch.tried}
        name = f"hunt: {' '.join(catch.subject)}"
        made.append(Check(name, Status.PASSED if good else Status.FAILED, detail, figures))
    return made


def table(catches: Sequence[Catch]) -> str:
    """Worst inputs as a table: target, format, function, error in ulp, arguments as hex floats, copies in a sum."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("target", "format", "function", "ulp", "arguments", "copies"))
    for catch in merged(catches):
        rows.writerow((*catch.subject, f"{catch.worst:.4f}", " ".join(catch.at), catch.copies))
    return text.getvalue()


def read_table(text: str) -> list[Catch]:
    """The catches of a table."""
    return [
        Catch(target, form, function, 0, float(ulp), tuple(arguments.split()), int(copies))
        for target, form, function, ulp, arguments, copies in list(csv.reader(io.StringIO(text)))[1:]
    ]
