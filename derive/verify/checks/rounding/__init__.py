"""expm1mx and log1pmx of binary32 are correctly rounded: full takes all 2^32 arguments, quick the hard and a sample.

`rounding.c` compares the results of the compiled kernel, float by float, with the polynomials of `between_floats`.
What it leaves undecided is too near to a tie for binary64, and is decided by the closed form in balls of rising
precision. No tie is exact but where x^2/2 or -1 - x are ties, and there the side is known: exp and log of a rational
number other than 0 and 1 are transcendental.
"""

from __future__ import annotations

import ctypes
import hashlib
from collections.abc import Sequence
from functools import lru_cache, partial
from importlib.resources import files
from typing import Any

import numpy as np
from flint import arb, ctx
from numpy.typing import NDArray

from derive.campaign.scratch import scratch
from derive.campaign.tasks import Task
from derive.errors import CheckFailed
from derive.report import Check, Status
from derive.verify.checks.rounding.between_floats import FIXED, FLOATING, SIGN, Segments, as_float, segments
from derive.verify.checks.rounding.near_ties import hard_ranges
from derive.verify.emitted import Emitted
from derive.verify.exact import balls
from derive.verify.families import subject_of
from derive.verify.points.sampler import SEED
from derive.verify.targets.c import CLibrary, load
from derive.verify.targets.compiled import Compiled, library
from derive.verify.targets.compilers import Build, compile_files, first_line
from derive.verify.ulp import BELOW_ALL, BINARY32, Dyadic, FloatArray, nearest

#: All floats in this many ranges, each a chunk.
_RANGES = 64
_SAMPLES, _SAMPLE = 1024, 128
_ROOM = 1 << 16
_NEAREST = 8
_LAST_PRECISION = 1 << 14

#: What is added up over chunks: arguments, wrong results, and the arguments by what decided them.
_COUNTS = ("inputs", "misrounded", "special_values", "by_side", "by_polynomial", "by_balls")

#: Runs of floats: the bits of the first, and how many.
Ranges = tuple[tuple[int, int], ...]


class _Tally(ctypes.Structure):
    """The struct ``tally`` of rounding.c."""

    _fields_ = (
        ("wrong", ctypes.c_uint64),
        ("undecided", ctypes.c_uint64),
        ("wrong_first", ctypes.c_uint32),
        ("padding", ctypes.c_uint32),
    )


@lru_cache(maxsize=4)
def judge_library(build: Build) -> bytes:
    """rounding.c as a shared library.

    Raises
    ------
    CheckFailed
        when it does not compile.
    """
    with scratch() as folder:
        (folder / "rounding.c").write_bytes(files(__name__).joinpath("rounding.c").read_bytes())
        done = compile_files(build, ("-fPIC", "-shared", "-o", "rounding.so", "rounding.c"), folder)
        if done.returncode:
            raise CheckFailed(f"{build.name} does not compile rounding.c: {first_line(done.stderr)}")
        return (folder / "rounding.so").read_bytes()


def compare(kernel: ctypes.c_void_p, judge: bytes, name: str, rows: Segments) -> tuple[int, list[float], FloatArray]:
    """How many results of a kernel are wrong, one argument where one is, and the arguments that are left undecided."""
    tally, undecided = _Tally(), np.zeros(_ROOM, np.uint32)
    load(judge)["derive_judge_rounding"](
        ctypes.c_void_p(rows.ctypes.data),
        ctypes.c_size_t(len(rows)),
        kernel,
        ctypes.c_uint32(SIGN[name]),
        ctypes.byref(tally),
        ctypes.c_void_p(undecided.ctypes.data),
        ctypes.c_size_t(_ROOM),
    )
    if tally.undecided > _ROOM:
        raise CheckFailed(
            f"{name}: rounding.c leaves {tally.undecided} results undecided; its polynomials are too coarse"
        )
    at = [as_float(tally.wrong_first)] if tally.wrong else []
    return int(tally.wrong), at, undecided[: tally.undecided].view(np.float32)


def rounding_chunk(emitted: Emitted, compiled: Compiled, name: str, ranges: Ranges) -> dict[str, Any]:
    """A chunk of the task."""
    return judged(library(emitted, compiled), judge_library(compiled.build), name, ranges)


def judged(kernel: CLibrary, judge: bytes, name: str, ranges: Ranges) -> dict[str, Any]:
    """How many results on these ranges are wrong, and what decided it; ``judge`` is rounding.c compiled."""
    rows = np.concatenate([segments(name, first, count) for first, count in ranges])
    wrong, wrong_at, hard = compare(kernel.pointer(name, BINARY32), judge, name, rows)
    (results,) = kernel(name, BINARY32, [hard])
    near = []
    for x, got in zip(hard.tolist(), results.tolist(), strict=True):
        right, distance = correctly_rounded(name, x)
        near.append((distance, x.hex()))
        if got != right:
            wrong, wrong_at = wrong + 1, [*wrong_at, x]
    curve = np.isin(rows["kind"], (FLOATING, FIXED))
    side = curve & (rows["below"] + rows["above"] == 1)

    def inputs(mask: NDArray[np.bool_]) -> int:
        return int(rows["count"][mask].sum(dtype=np.int64))

    return {
        "function": name,
        "inputs": inputs(curve | ~curve),
        "misrounded": wrong,
        "special_values": inputs(~curve),
        "by_side": inputs(side),
        "by_polynomial": inputs(curve & ~side) - len(hard),
        "by_balls": len(hard),
        "wrong_at": [x.hex() for x in wrong_at[:1]],
        "near_ties": [[x, distance] for distance, x in sorted(near)[:_NEAREST]],
    }


def correctly_rounded(name: str, x: float) -> tuple[float, float]:
    """The float nearest to the exact value, and how far that is from a tie, as log2 of ulps.

    Raises
    ------
    CheckFailed
        where 16384 bits do not tell, as near -2^24.
    """
    subject, precision = subject_of(name), 128
    while precision <= _LAST_PRECISION:
        ctx.prec = precision
        ((value,), _) = balls(subject, [x])
        low, high = (nearest(_dyadic(end), BINARY32) for end in (value.lower(), value.upper()))
        if low == high:
            return low, _distance(value)
        precision *= 2
    raise CheckFailed(f"{name}({x.hex()}) is nearer to a tie than {_LAST_PRECISION} bits tell")


def _dyadic(end: arb) -> Dyadic:
    mantissa, exponent = (int(part) for part in end.man_exp())
    return Dyadic(mantissa, exponent, mantissa.bit_length() + exponent - 1 if mantissa else BELOW_ALL)


def _distance(value: arb) -> float:
    """log2 of the distance from the nearest tie in ulps of binary32, to a tenth."""
    binade = _dyadic(arb(value.abs_lower())).binade
    ulps = abs(value) / arb(2) ** max(binade - BINARY32.digits + 1, BINARY32.least)
    off = abs(ulps - ulps.mid().floor() - arb("0.5"))
    return round(float((off.log() / arb(2).log()).mid()), 1)


def rounding_check(name: str) -> str:
    """What the check of a function is called."""
    return f"c binary32 {name} is correctly rounded"


def rounding_task(emitted: Emitted, compiled: Compiled, level: str, seed: int) -> Task:
    """Both functions, in chunks."""
    chunks = tuple(
        partial(rounding_chunk, emitted, compiled, name, ranges)
        for name in _there(emitted)
        for ranges in (_everything() if level == "full" else [_quick(name, seed)])
    )
    return Task("correct rounding of binary32", chunks, partial(conclude, _digest(emitted)))


def quick_checks(emitted: Emitted, kernel: CLibrary, build: Build) -> list[Check]:
    """What the task of quick concludes for a library that is loaded already."""
    results = [judged(kernel, judge_library(build), name, _quick(name, SEED)) for name in _there(emitted)]
    return conclude(_digest(emitted), results)


def _there(emitted: Emitted) -> list[str]:
    """A folder of one family need not have them."""
    return [name for name in SIGN if name in emitted.functions]


def _digest(emitted: Emitted) -> str:
    return hashlib.sha256(emitted.texts(".c").encode()).hexdigest()


def _everything() -> list[Ranges]:
    size = (1 << 32) // _RANGES
    return [((part * size, size),) for part in range(_RANGES)]


def _quick(name: str, seed: int) -> Ranges:
    """The hard cases, and runs of floats drawn with equal odds from all bit patterns."""
    drawn = np.random.default_rng([seed, 32]).integers(0, (1 << 32) // _SAMPLE, _SAMPLES) * _SAMPLE
    return (*hard_ranges(name), *((int(first), _SAMPLE) for first in drawn))


def conclude(digest: str, results: Sequence[dict[str, Any]]) -> list[Check]:
    """One check for each function, with what decided how many arguments."""
    checks = []
    for name in SIGN:
        mine = [result for result in results if result["function"] == name]
        if not mine:
            continue
        sums = {key: sum(result[key] for result in mine) for key in _COUNTS}
        wrong = [x for result in mine for x in result["wrong_at"]][:1]
        near = sorted((distance, x) for result in mine for x, distance in result["near_ties"])[:_NEAREST]
        figures = {**sums, "near_ties": [[x, distance] for distance, x in near], "sha256": digest}
        share = "all" if sums["inputs"] == 1 << 32 else "hard and sampled"
        detail = f"{sums['misrounded']} of {sums['inputs']} misrounded, {share}"
        detail += f", the first at {wrong[0]}" if wrong else f"; {sums['by_balls']} near ties decided in balls"
        status = Status.FAILED if sums["misrounded"] else Status.PASSED
        checks.append(Check(rounding_check(name), status, detail, figures))
    return checks
