"""What the proved bounds of the NumPy file suppose, measured on this machine: NumPy's own functions, and the tables.

The functions are read from the emitted text: every NumPy function that it calls is either exact or correctly rounded by
IEEE 754, or one of :data:`_EXACT_VALUE`, of which the manifest says what is supposed. Of the tables every entry is
measured, against balls.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TypeAlias

import numpy as np
from flint import arb, ctx

from derive.campaign.tasks import Chunk, Task, checks_as_they_are
from derive.report import Check, Status
from derive.verify.emitted import Emitted
from derive.verify.readers.source import parsed
from derive.verify.targets.compiled import python
from derive.verify.targets.python import TARGET
from derive.verify.ulp import FloatArray

Table: TypeAlias = Callable[[FloatArray], tuple[FloatArray, ...]]
Entries: TypeAlias = Iterator[tuple[float | arb, arb]]

_PRECISION = 200
_COUNT = {"quick": 20_000, "full": 400_000}

#: NumPy's functions that IEEE 754 says nothing of, and their exact values.
_EXACT_VALUE: dict[str, Callable[[arb], arb]] = {
    "exp": arb.exp,
    "expm1": arb.expm1,
    "log": arb.log,
    "log1p": arb.log1p,
}

#: Attributes of numpy in the text that round at most as IEEE 754 does, or do not compute at all.
_DEFINED = frozenset(
    """True_ abs add arange array asarray broadcast broadcast_to can_cast divide dtype empty errstate float32 float64
    floating frexp inf int32 int64 intp isfinite isnan ldexp may_share_memory maximum minimum multiply nan ndarray
    ndindex rint subtract trunc uint64 where""".split()
)


def hypotheses_task(emitted: Emitted, level: str, seed: int) -> Task:
    """A chunk for each function, and one for the tables."""
    chunks: list[Chunk] = [partial(_function, emitted, name, level, seed) for name in sorted(_EXACT_VALUE)]
    return Task("hypotheses", (partial(_named, emitted), *chunks, partial(_tables, emitted)), checks_as_they_are)


def _trees(emitted: Emitted) -> list[ast.Module]:
    """The NumPy files, parsed."""
    return [parsed(content) for path, content in emitted.files.items() if TARGET.owns(path, content)]


def _numpy_names(emitted: Emitted) -> set[str]:
    """The attributes of numpy that the files use."""
    attributes = [n for tree in _trees(emitted) for n in ast.walk(tree) if isinstance(n, ast.Attribute)]
    return {n.attr for n in attributes if isinstance(n.value, ast.Name) and n.value.id == "np"}


def _title(what: str) -> str:
    return f"hypotheses: {'entries of the tables' if what == 'entries' else f'np.{what}'}"


def hypotheses_of(declared: Mapping[str, object]) -> list[str]:
    """Names of the checks that measure what a declared bound supposes."""
    keys = [key.removeprefix("supposed_").removesuffix("_ulp") for key in declared if key.startswith("supposed_")]
    return [_title(what) for what in keys]


def supposed(emitted: Emitted, what: str) -> float | None:
    """The largest error, in ulp, that the bounds in the manifest suppose of a function, or of the ``entries``."""
    key = f"supposed_{what}_ulp"
    found = [b[key] for formats in emitted.bounds["python"].values() for b in formats.values() if key in b]
    return max(map(float, found), default=None)


def _named(emitted: Emitted) -> list[Check]:
    unknown = _numpy_names(emitted) - _DEFINED - set(_EXACT_VALUE)
    name = "hypotheses: every NumPy function that is used is known"
    if unknown:
        return [
            Check(name, Status.FAILED, f"np.{', np.'.join(sorted(unknown))}: neither defined by IEEE 754 nor measured")
        ]
    used = sorted(_numpy_names(emitted) & set(_EXACT_VALUE))
    return [Check(name, Status.PASSED, f"measured: {', '.join(used)}")]


def _function(emitted: Emitted, name: str, level: str, seed: int) -> list[Check]:
    limit = supposed(emitted, name)
    if name not in _numpy_names(emitted):
        return []
    generator = np.random.default_rng((seed, *name.encode()))
    x = _points(name, generator, _COUNT[level])
    with np.errstate(all="ignore"):
        computed = getattr(np, name)(x)
    worst, at = _worst(computed, x, _EXACT_VALUE[name])
    title = _title(name)
    figures = {"ulp": round(worst, 3), "supposed": limit, "at": float(at).hex()}
    if limit is None:
        return [Check(title, Status.PASSED, f"{worst:.3f} ulp measured; no proved bound rests on it", figures)]
    status = Status.PASSED if worst <= limit else Status.FAILED
    return [Check(title, status, f"{worst:.3f} ulp at {float(at).hex()}, {limit:g} supposed", figures)]


def _points(name: str, generator: np.random.Generator, count: int) -> FloatArray:
    """Arguments in the domain, of all sizes, and others with results next to a power of two, where an ulp is least."""
    sizes = np.exp2(generator.uniform(-60, 8, count))
    signed = sizes * generator.choice([-1.0, 1.0], count)
    near = generator.integers(-300, 300, count) * (1 + generator.normal(size=count) * 2.0**-20)
    if name in ("exp", "expm1"):
        mixed: FloatArray = np.where(generator.random(count) < 0.5, signed, near * np.log(2.0))
        return mixed
    x = np.where(generator.random(count) < 0.5, np.exp(generator.uniform(-300, 300, count)), 1 + signed * 2.0**-8)
    positive: FloatArray = x[x > 0]
    if name == "log":
        return positive
    shifted: FloatArray = positive - 1.0
    return shifted[shifted > -1.0]  # at -1 the logarithm is -inf, which is no number of ulp from anything


def _worst(computed: FloatArray, arguments: FloatArray, exact: Callable[[arb], arb]) -> tuple[float, float]:
    ctx.prec = _PRECISION
    worst, at = 0.0, float("nan")
    for value, x in zip(computed.tolist(), arguments.tolist(), strict=True):
        error = _ulp(value, exact(arb(x)))
        if not error <= worst:
            worst, at = error, x
    return worst, at


def _ulp(value: float | arb, exact: arb) -> float:
    if exact == 0:
        return 0.0 if value == 0 else float("inf")
    exponent = int(np.frexp(float(exact.abs_upper()))[1])
    return float(((arb(value) - exact) / arb(2) ** max(exponent - 53, -1074)).abs_upper())


# --- tables ---------------------------------------------------------------------------------------------------------


def _exponential(c: arb) -> tuple[arb, arb]:
    return 2**17 * (c.exp() - 1 - c), 2**9 * c.expm1()


def _quotient(order: int, x: arb) -> arb:
    return 2 * (x - 1 - x.log()) if order == 1 else x * x - 1 - 2 * x.log()


def _tables(emitted: Emitted) -> list[Check]:
    """Every entry of the tables that are there; one that is not known here fails."""
    functions = [n for tree in _trees(emitted) for n in tree.body if isinstance(n, ast.FunctionDef)]
    found = [n.name for n in functions if _is_tabulated(n)]
    title, limit = _title("entries"), supposed(emitted, "entries")
    unknown = [name for name in found if name not in _ENTRIES]
    if unknown or (found and limit is None):
        return [Check(title, Status.FAILED, f"{', '.join(unknown) or 'the manifest'}: nothing is known of it")]
    if limit is None or not found:
        return []
    ctx.prec = _PRECISION
    errors = {name: [_ulp(*entry) for entry in _ENTRIES[name](python(emitted).function(name))] for name in found}
    if empty := [name for name, of in errors.items() if not of]:
        return [Check(title, Status.FAILED, f"{', '.join(empty)}: no entry was measured")]
    worst, count = max(map(max, errors.values())), sum(map(len, errors.values()))
    status = Status.PASSED if worst <= limit else Status.FAILED
    return [Check(title, status, f"{worst:.3f} ulp, {limit:g} supposed, all {count} of them", {"ulp": round(worst, 4)})]


def _exponential_entries(table: Table) -> Entries:
    k = np.arange(-8191.0, 8192.0)
    start, slope = table(k)
    for i, first, second in zip(k.tolist(), start.tolist(), slope.tolist(), strict=True):
        yield from zip((first, second), _exponential(arb(i) / 256), strict=True)


def _weight_entries(table: Table) -> Entries:
    """Each is a sum of two."""
    k = np.arange(-8191.0, 8192.0)
    for i, upper, lower in zip(k.tolist(), *(column.tolist() for column in table(k)), strict=True):
        yield arb(upper) + arb(lower), (-arb(i) / 256).exp()


def _quotient_entries(order: int, table: Table) -> Entries:
    # the numbers between 2^-16 and 2^16 with eight bits behind the point of their significands
    cells = (np.arange(((1023 - 16) << 8) + 1, (1023 + 16) << 8) << 44).view(np.float64)
    c, start = table(np.where(cells < 1, np.nextafter(cells, 0), cells))
    for at, value in zip(c.tolist(), start.tolist(), strict=True):
        yield value, _quotient(order, arb(at))


#: A function that is tabulated -> its entries as they are, each beside the exact value.
_ENTRIES: dict[str, Callable[[Table], Entries]] = {
    "_exponential_entry": _exponential_entries,
    "_weight_entry": _weight_entries,
    "_quotient_entry_1": partial(_quotient_entries, 1),
    "_quotient_entry_2": partial(_quotient_entries, 2),
}


def _is_tabulated(n: ast.FunctionDef) -> bool:
    made_by = [d.func for d in n.decorator_list if isinstance(d, ast.Call)]
    return any(isinstance(f, ast.Name) and f.id == "_tabulated" for f in made_by)
