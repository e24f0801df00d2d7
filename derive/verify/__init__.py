"""verify: the emitted files against high-precision integrals, exact closed forms, and what they promise to compilers
and callers.

It loads what was emitted and knows nothing of how it came about: the densities (`densities`) and the closed form in
ball arithmetic (`closed_form`) are typed here a second time, so that a mistake cannot be inherited.

    verify     contents   the folder against its manifest
               matrix     compilers, warnings, refusals, selftest; in full all builds, bit for bit, and the sanitizers
               vectors    the shared table, recomputed
               behaviour  n = 0, aliasing, alignment, types, shapes, out=
               integral   quadrature of p log(p/q)
               sweep      closed form in balls, on sampled and special points
               rounding   expm1mx and log1pmx of float: correctly rounded, in full for all 2^32 arguments
    mutation   token-level mutants of the emitted code, each caught by the quick checks
"""

from __future__ import annotations

from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Literal

from derive.errors import CheckFailed, MissingTool, UsageError
from derive.report import Check, Progress, Report, Status, silent
from derive.verify import matrix
from derive.verify.behaviour import behaviour_task
from derive.verify.campaign import Campaign, Task
from derive.verify.compilers import NO_CLONES, Build, first_compiler, shared_library
from derive.verify.contents import bound_checks, contents_checks
from derive.verify.emitted import Emitted
from derive.verify.integral import integral_task
from derive.verify.latex import check_latex
from derive.verify.mutation import mutants
from derive.verify.points import SEED
from derive.verify.rounding import judge_library, rounding_task
from derive.verify.sweep import sweep_task
from derive.verify.vectors import vectors_task

__all__ = ["SEED", "mutants", "verify"]

_COMPILING = "the emitted C compiles"
#: The build under test. Quick does without clones, of which full shows that they give the same bits; full has vectors,
#: or all floats would take ten times as long.
_FLAGS = {"quick": ("-O1", NO_CLONES), "full": ("-O3",)}


def verify(
    folder: Path,
    level: Literal["quick", "full"],
    *,
    jobs: int = 2,
    seed: int = SEED,
    progress: Progress = silent,
    require_tools: bool = False,
    executor: Executor | None = None,
) -> Report:
    """Check the emitted files in ``folder``; the same seed gives the same report, byte for byte.

    Parameters
    ----------
    folder
        the emitted ``generated/``.
    level
        ``"quick"`` is part of every build; ``"full"`` draws 10^5 points per function and format, takes all floats where
        results are correctly rounded, and compiles with everything.
    jobs
        worker processes, where no executor is given.
    seed
        of the sampler.
    progress
        called with each finished check in words.
    require_tools
        a missing compiler or sanitizer fails instead of being reported as not checked.
    executor
        any executor of `concurrent.futures` to run the chunks on; it is left open.

    Raises
    ------
    UsageError
        for a level that is neither of the two, or fewer than one job.
    CheckFailed
        when an emitted file is missing or its manifest declares no bounds.
    """
    if level not in _FLAGS:
        raise UsageError(f"no level of verification is called {level!r}", 'use "quick" or "full"')
    if jobs < 1:
        raise UsageError(f"cannot run {jobs} jobs", "use 1 or more")
    emitted = Emitted.read(folder)
    with ExitStack() as stack:
        pool = executor or ProcessPoolExecutor(jobs)
        if executor is None:
            stack.callback(pool.shutdown, cancel_futures=True)
        campaign = Campaign(pool, progress, require_tools)
        try:
            reference = Build(first_compiler(), "C99", _FLAGS[level])
        except MissingTool as error:
            compiled, library, early = campaign.missing(_COMPILING, error), None, []
        else:
            early = [campaign.start(task) for task in matrix.tasks(emitted, level, reference)]
            compiled, library = _compile(emitted, reference)
        late = [campaign.start(task) for task in _tasks(emitted, library, level, seed)]
        if library is not None:
            task = rounding_task(emitted, library, judge_library(reference), level, seed)
            late.append(campaign.start(task))
        if level == "full":
            late.append(campaign.start(_latex_task(folder, require_tools)))
        progress(f"{compiled.status.value}: {compiled.name}: {compiled.detail}")
        report = Report.of([*contents_checks(folder), *bound_checks(emitted), compiled])
        for running in (*early, *late):
            report += running.finish()
        return report


def _compile(emitted: Emitted, build: Build) -> tuple[Check, bytes | None]:
    try:
        return Check(_COMPILING, Status.PASSED, build.name), shared_library(emitted, build)
    except CheckFailed as error:
        return Check(_COMPILING, Status.FAILED, error.message), None


def _tasks(emitted: Emitted, library: bytes | None, level: str, seed: int) -> list[Task]:
    """What the functions compute. Without a library only Python is judged."""
    return [
        vectors_task(emitted, library),
        behaviour_task(emitted, library),
        integral_task(emitted, library, level),
        sweep_task(emitted, library, level, seed),
    ]


def _latex_task(folder: Path, require_tools: bool) -> Task:
    return Task("latex", (partial(check_latex, folder, require_tools),), list)
