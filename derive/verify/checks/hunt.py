"""A search for the worst case: climbing, from points where terms cancel, tails exceed heads, regimes meet, formats end.

Random points say little: where 4,000 of them show 0.5 to 1.1 ulp, a climb finds 2.5, 4.3 and 5.4. A chunk starts from a
pool of points of every kind below, keeps those with the largest errors, and tries neighbours of them, again and again:

    sampled, special and boundary points     of the other checks, and the worst inputs known so far
    equal but for the last bits              scales and means that differ by 2^-1 to the last place, or by units there
    balanced                                 the mean's term as large as the scales', of either sign, to a few bits
    the ends of the format                   all of it at sizes where results or squares become subnormal or infinite

The references are the closed form in balls. Everything is drawn from the seed: a chunk gives the same anywhere.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from derive.campaign.results import as_data
from derive.campaign.tasks import Task
from derive.report import Check, Status
from derive.verify.emitted import Emitted
from derive.verify.families.closed_form import exact_columns
from derive.verify.functions import FAMILIES, FAMILY_OF, LOG_SCALES, Family
from derive.verify.points.boundaries import boundaries, boundary_points
from derive.verify.points.hard import hard_points
from derive.verify.points.sampler import points, special_points
from derive.verify.targets.compiled import Compiled, Implementation, implementations
from derive.verify.targets.load_c import CLibrary
from derive.verify.ulp import BINARY64, PRECISIONS, Dyadic, ExactValues, FloatArray, Precision, ulp_error

#: Points of a pool at first, those that are kept, and neighbours of each that are tried in a generation.
_POOL, _KEPT, _CHILDREN, _GENERATIONS = 600, 24, 12, 8

#: Copies of the worst value that a sum is formed of.
_COPIES = (1, 63, 1000)

#: Exponents at which results, squares or the two formats end.
_ENDS = (-1060, -1022, -540, -538, -512, -200, -140, -126, -75, -64, 60, 120, 300, 510, 1000)

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

    @property
    def subject(self) -> tuple[str, str, str]:
        return self.language, self.precision, self.function


def chunk(emitted: Emitted, compiled: Compiled | None, name: str, precision_name: str, seed: int) -> list[Catch]:
    """One climb for every function, form and target of a family in a format."""
    family, precision = FAMILY_OF[name], next(p for p in PRECISIONS if p.name == precision_name)
    start = pool(family, precision, boundaries(emitted), np.random.default_rng([seed, 77]))
    catches = []
    for number, target in enumerate(implementations(emitted, compiled)):
        for function in family.functions:
            rng = np.random.default_rng([seed, number, len(function)])
            catch, best = climb(target, family, function, precision, start, rng)
            catches.append(catch)
            if isinstance(target, CLibrary) and family.pair and function == family.name:
                catches.append(of_sums(target, family, precision, best))
    return catches


def climb(
    target: Implementation, family: Family, function: str, precision: Precision, start: Columns, rng: Generator
) -> tuple[Catch, Columns]:
    """The worst point found from a pool, and all that were kept at the end."""
    columns, tried = start, 0
    errors = errors_at(target, family, function, precision, columns)
    for generation in range(_GENERATIONS + 1):
        tried += len(errors)
        kept = spread(errors)
        columns, errors = [c[kept] for c in columns], errors[kept]
        if generation == _GENERATIONS:
            break
        children = neighbours(family, columns, precision, rng)
        found = errors_at(target, family, function, precision, children)
        columns = [np.concatenate(pair) for pair in zip(columns, children, strict=True)]
        errors = np.concatenate([errors, found])
    at = tuple(float(c[0]).hex() for c in columns)
    return Catch(target.language, precision.name, function, tried, float(errors[0]), at), columns


def spread(errors: NDArray[np.float64]) -> NDArray[np.intp]:
    """The worst points, worst first."""
    order: NDArray[np.intp] = np.argsort(-errors, kind="stable")
    return order[:_KEPT]


def errors_at(
    target: Implementation, family: Family, function: str, precision: Precision, columns: Columns
) -> NDArray[np.float64]:
    """The largest error among a function's outputs, at each point."""
    exact = exact_columns(family, [c.tolist() for c in columns])[family.columns(function)]
    computed = target(function, precision, columns)
    each = [ExactValues.of(e, precision).error(c) for e, c in zip(exact, computed, strict=True)]
    worst: NDArray[np.float64] = np.max(each, axis=0)
    return worst


def of_sums(library: CLibrary, family: Family, precision: Precision, columns: Columns) -> Catch:
    """Sums of copies of the points that a climb has kept; their errors all have one sign."""
    worst, at, tried = -1.0, tuple(float(c[0]).hex() for c in columns), 0
    exact = exact_columns(family, [c.tolist() for c in columns])[0]
    for index, value in enumerate(exact):
        for copies in _COPIES:
            if isinstance(value, Dyadic):
                whole = Dyadic(value.mantissa * copies, value.exponent, 0)
                whole = whole._replace(binade=(value.mantissa * copies).bit_length() + value.exponent - 1)
            repeated = [np.full(copies, c[index], precision.dtype) for c in columns]
            computed = library.sum(family.name, precision, repeated)
            error = ulp_error(computed, whole if isinstance(value, Dyadic) else value, BINARY64)
            tried += 1
            if error > worst:
                worst, at = error, tuple(float(c[index]).hex() for c in columns)
    return Catch(library.language, precision.name, f"{family.name}_sum", tried, worst, at)


# --- where to begin ----------------------------------------------------------------------------------------------


def pool(family: Family, precision: Precision, at: Sequence[float], rng: Generator) -> Columns:
    """Points of every kind, of the format."""
    size = _POOL // 4
    sources = [points(family, precision, size, (int(rng.integers(1 << 30)),)), special_points(family, precision)]
    sources += [hard_points(family, precision), tuple(thinned(boundary_points(family, precision, at), size, rng))]
    if family.pair:
        sources += [tuple(kind(family, rng, size)) for kind in (near, balanced, at_the_ends)]
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        return [np.concatenate(c).astype(precision.dtype) for c in zip(*sources, strict=True)]


def thinned(columns: Sequence[FloatArray], count: int, rng: Generator) -> Columns:
    chosen = rng.permutation(len(columns[0]))[:count]
    return [c[chosen] for c in columns]


def _apart(rng: Generator, count: int) -> NDArray[np.float64]:
    """Relative differences, from 1/2 to far below the last bit."""
    small: NDArray[np.float64] = 2.0 ** -rng.integers(1, 60, count) * rng.uniform(1.0, 2.0, count)
    return small


def _scales(family: Family, rng: Generator, count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Two scales a little apart, in either order; for the logarithms also both next to 0."""
    apart = _apart(rng, count) * rng.choice([-1.0, 1.0], count)
    if family.scale in LOG_SCALES:
        second = np.where(rng.random(count) < 0.5, rng.normal(size=count), apart * rng.uniform(-1.5, 1.5, count))
        return second + apart, second
    second = np.ones(count) if family.pair == "unit" else rng.uniform(0.5, 4.0, count)
    return second * (1.0 + apart * 0.5), second


def _with_means(family: Family, mean: Any, first: Any, second: Any, rng: Generator) -> Columns:
    if family.pair == "unit":
        return [mean, first]
    other = mean * rng.choice([0.0, 1.0, -1.0, 100.0, 2.0**20, 2.0**26], len(mean))
    return [other + mean, first, other, second]


def near(family: Family, rng: Generator, count: int) -> Columns:
    """Scales and means that hardly differ."""
    first, second = _scales(family, rng, count)
    return _with_means(family, _apart(rng, count) * rng.choice([-1.0, 0.0, 1.0], count), first, second, rng)


def balanced(family: Family, rng: Generator, count: int) -> Columns:
    """The mean's term as large as that of the scales, in the value (a square) or in the slope (of first order)."""
    first, second = _scales(family, rng, count)
    order = 2.0 if family.scale in ("std", "logstd") else 1.0
    logarithmic = family.scale in LOG_SCALES
    if family.pair == "unit":
        second = np.zeros(count) if logarithmic else np.ones(count)
    change = np.abs(first - second) * order if logarithmic else np.abs(first - second) / second * order
    size = np.where(rng.random(count) < 0.5, np.sqrt(change), change)
    weight = np.exp(second * order / 2.0) if logarithmic else second ** (order / 2.0)
    nearly = 1.0 + rng.normal(0.0, 2.0 ** -rng.integers(0, 30, count), count)
    return _with_means(family, size * weight * nearly, first, second, rng)


def at_the_ends(family: Family, rng: Generator, count: int) -> Columns:
    """Means and, where it is no logarithm, scales by powers of two that end where the format does."""
    columns = balanced(family, rng, count)
    power = 2.0 ** rng.choice(
        [-1060, -1022, -540, -538, -512, -200, -140, -126, -75, -64, 60, 120, 300, 510, 1000], count
    )
    moved = range(0, family.arity, 2) if family.scale in LOG_SCALES or family.pair == "unit" else range(family.arity)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        return [c * power if i in moved else c for i, c in enumerate(columns)]


# --- how to go on ------------------------------------------------------------------------------------------------


def neighbours(family: Family, columns: Columns, precision: Precision, rng: Generator) -> Columns:
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
        shift = 2.0 ** rng.integers(-1, 2, count)  # all means by one power of two: the same balance elsewhere
        together = rng.random(count) < 0.1
        for position in range(0, len(parents), 2):
            parents[position] = np.where(together, parents[position] * shift, parents[position])
        children = [c.astype(precision.dtype) for c in parents]
    if family.pair and family.scale not in LOG_SCALES:
        for position in family.scale_positions:
            children[position] = np.abs(children[position])
    return children


# --- what a hunt amounts to --------------------------------------------------------------------------------------


def task(emitted: Emitted, compiled: Compiled | None, seed: int) -> Task:
    """A climb for each family and format."""
    chunks = tuple(
        partial(chunk, emitted, compiled, family.name, precision.name, seed)
        for family in FAMILIES
        for precision in PRECISIONS
    )
    return Task(f"hunt {seed}", chunks, lambda results: [])


def merged(catches: Sequence[Catch]) -> list[Catch]:
    """The worst of each function, format and target."""
    found: dict[tuple[str, str, str], Catch] = {}
    for catch in catches:
        known = found.get(catch.subject)
        if known is None or catch.worst > known.worst:
            known = Catch(*catch.subject, catch.tried + (known.tried if known else 0), catch.worst, catch.at)
        else:
            known = Catch(*known.subject, known.tried + catch.tried, known.worst, known.at)
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
    """Worst inputs as a table: target, format, function, error in ulp, arguments as hex floats."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("target", "format", "function", "ulp", "arguments"))
    for catch in merged(catches):
        rows.writerow((*catch.subject, f"{catch.worst:.4f}", " ".join(catch.at)))
    return text.getvalue()


def read_table(text: str) -> list[Catch]:
    """The catches of a table."""
    return [
        Catch(row["target"], row["format"], row["function"], 0, float(row["ulp"]), tuple(row["arguments"].split()))
        for row in csv.DictReader(io.StringIO(text))
    ]
