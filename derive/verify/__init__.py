"""verify: the emitted files against high-precision integrals, exact closed forms, and what they promise to compilers
and callers.

It loads what was emitted and knows nothing of how it came about: the densities (`densities`) and the closed form in
ball arithmetic (`closed_form`) are typed here a second time, so that a mistake cannot be inherited.

    verify     contents   the folder against its manifest
               matrix     compilers, warnings, refusals, selftest; in full all builds, bit for bit, and the sanitizers
               vectors    the shared table, recomputed
               hypotheses what the proofs of the NumPy file suppose of NumPy, measured
               behaviour  n = 0, aliasing, alignment, types, shapes, out=
               integral   quadrature of p log(p/q)
               sweep      closed form in balls, on sampled and special points
               sums       sums over arrays, against exact sums
               rounding   expm1mx and log1pmx of float: correctly rounded, in full for all 2^32 arguments
               worst      the worst inputs that the headers name, evaluated again
               coverage   what was emitted, against what the others have judged
    mutation   token-level mutants of the emitted code, each caught by the quick checks
    campaign   runs the chunks of both on any executor; a `journal` keeps what a stopped run had finished
"""

from __future__ import annotations

from concurrent.futures import Executor
from contextlib import ExitStack
from pathlib import Path
from typing import Literal

from derive.campaign.journal import Journal
from derive.campaign.scratch import scratch
from derive.campaign.tasks import Campaign, Task
from derive.campaign.workers import Workers
from derive.errors import CheckFailed, MissingTool, UsageError
from derive.report import Advance, Check, Progress, Report, Status, silent, uncounted
from derive.verify.checks import matrix
from derive.verify.checks.behaviour import behaviour_task
from derive.verify.checks.contents import bound_checks, contents_checks
from derive.verify.checks.coverage import coverage_checks
from derive.verify.checks.hypotheses import hypotheses_task
from derive.verify.checks.integral import integral_task
from derive.verify.checks.latex import latex_task
from derive.verify.checks.rounding import rounding_task
from derive.verify.checks.sums import sums_task
from derive.verify.checks.sweep import sweep_task
from derive.verify.checks.vectors import vectors_task
from derive.verify.checks.worst import worst_task
from derive.verify.emitted import Emitted, Files
from derive.verify.points.sampler import SEED
from derive.verify.targets.compiled import Compiled, missing
from derive.verify.targets.compilers import NO_CLONES, Build, first_compiler, tool_versions

__all__ = ["SEED", "verify"]

_COMPILING = "the emitted C compiles"
#: The build under test. Quick does without clones, of which full shows that they give the same bits; full has vectors,
#: or all floats would take ten times as long.
_FLAGS = {"quick": ("-O1", NO_CLONES), "full": ("-O3",)}


def verify(
    folder: Path,
    level: Literal["quick", "full"],
    *,
    jobs: int | None = None,
    seed: int = SEED,
    progress: Progress = silent,
    advance: Advance = uncounted,
    require_tools: bool = False,
    executor: Executor | None = None,
    journal: Path | None = None,
    records: Files | None = None,
) -> Report:
    """Check the emitted files in ``folder``; the same seed gives the same report, byte for byte.

    Parameters
    ----------
    folder : the emitted ``generated/``.
    level : ``"quick"`` is part of every build; ``"full"`` draws 10^5 points per function and format, takes all floats
        where results are correctly rounded, and compiles with everything.
    jobs : worker processes, where no executor is given; by default one for each core.
    seed : of the sampler.
    progress : called with each finished check in words.
    advance : called with the number of finished chunks and of all.
    require_tools : a missing compiler or sanitizer fails instead of being reported as not checked.
    executor : any executor of `concurrent.futures` to run the chunks on; it is left open. Its workers may be on other
        machines, where the same derive is installed; they compile the C for themselves.
    journal : a file that keeps the results of chunks; those that it has are not computed again.
    records : the text of records of families that are not in `derive.verify.families`; it is run, here and by workers.

    Raises
    ------
    UsageError
        for a level that is neither of the two, fewer than one job, a journal that cannot be written or read.
    CheckFailed
        when an emitted file is missing or its manifest declares no bounds.
    """
    if level not in _FLAGS:
        raise UsageError(f"no level of verification is called {level!r}", 'use "quick" or "full"')
    emitted = Emitted.read(folder, records)
    with ExitStack() as stack:
        kept = stack.enter_context(Journal.open(journal, tool_versions())) if journal else None
        place = stack.enter_context(scratch())
        pool = executor or stack.enter_context(Workers(jobs))
        campaign = Campaign(pool, progress, require_tools, advance, kept)
        try:
            reference: Build | None = Build(first_compiler(), "C99", _FLAGS[level])
        except MissingTool as error:
            reference, check, compiled = None, campaign.missing(_COMPILING, error), None
        builds = matrix.tasks(emitted, level, reference) if reference else []
        # what needs no library, while it is compiled
        early = [campaign.start(task) for task in (*builds, hypotheses_task(emitted, level, seed))]
        if reference:
            check, compiled = _compile(emitted, reference, place)
        late = [campaign.start(task) for task in _tasks(emitted, compiled, level, seed)]
        if level == "full":
            late.append(campaign.start(latex_task(folder)))
        absent = missing(emitted)
        tools = [check, *(campaign.missing(f"{name}: the emitted file loads", error) for name, error in absent.items())]
        for found in tools:
            progress(f"{found.status.value}: {found.name}: {found.detail}")
        report = Report.of([*contents_checks(folder), *bound_checks(emitted), *tools]) + campaign.finish(*early, *late)
        unseen = [*absent, *([] if compiled is not None or check.status is Status.FAILED else ["c"])]
        return report + Report.of(coverage_checks(folder, emitted, report.checks, unseen))


def _compile(emitted: Emitted, build: Build, place: Path) -> tuple[Check, Compiled | None]:
    try:
        return Check(_COMPILING, Status.PASSED, build.name), Compiled.of(emitted, build, place)
    except CheckFailed as error:
        return Check(_COMPILING, Status.FAILED, error.message), None


def _tasks(emitted: Emitted, compiled: Compiled | None, level: str, seed: int) -> list[Task]:
    """What the functions compute. Without a library only Python is judged."""
    return [
        vectors_task(emitted, compiled),
        behaviour_task(emitted, compiled),
        integral_task(emitted, compiled, level),
        sweep_task(emitted, compiled, level, seed),
        *(
            [
                sums_task(emitted, compiled, level, seed),
                rounding_task(emitted, compiled, level, seed),
                worst_task(emitted, compiled),
                *([matrix.linked_selftest_task(emitted, compiled)] if level == "quick" else []),
            ]
            if compiled
            else []
        ),
    ]
