"""``derive verify --hunt``: climbs towards the worst case until the time is over, on any executor, with a journal."""

from __future__ import annotations

import time
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from derive.campaign.journal import Journal
from derive.campaign.scratch import scratch
from derive.campaign.tasks import Campaign
from derive.campaign.workers import Workers
from derive.errors import UsageError
from derive.report import Advance, Progress, Report, silent, uncounted
from derive.verify.checks import hunt
from derive.verify.emitted import Emitted, Files
from derive.verify.points.sampler import SEED
from derive.verify.targets.compiled import Compiled
from derive.verify.targets.compilers import Build, first_compiler, tool_versions

#: Vector code, as users have it.
_FLAGS = ("-O2",)


def hunt_folder(
    folder: Path,
    minutes: float,
    *,
    jobs: int | None = None,
    seed: int = SEED,
    progress: Progress = silent,
    advance: Advance = uncounted,
    executor: Executor | None = None,
    journal: Path | None = None,
    record: Path | None = None,
    records: Files | None = None,
) -> Report:
    """Search the emitted files in ``folder`` for inputs beyond their bounds.

    A round is a climb for every function, form, format and target; rounds with seeds that count up follow each other
    until the minutes are over, and at least one is run. A journal keeps what was finished. ``record`` is a file to
    which the worst inputs are written as a table, ``records`` the text of further families' records, which is run.

    Raises
    ------
    UsageError
        for a time that is not positive.
    MissingTool
        where there is no C compiler.
    """
    if not minutes > 0:
        raise UsageError(f"cannot hunt for {minutes:g} minutes", "give a positive number")
    emitted, end = Emitted.read(folder, records), time.monotonic() + 60.0 * minutes
    catches: list[Any] = []
    with ExitStack() as stack:
        kept = stack.enter_context(Journal.open(journal, tool_versions())) if journal else None
        place = stack.enter_context(scratch())
        pool = executor or stack.enter_context(Workers(jobs))
        campaign = Campaign(pool, progress, False, advance, kept)
        compiled = Compiled.of(emitted, Build(first_compiler(), "C99", _FLAGS), place)
        failed = Report.of([])
        while not catches or time.monotonic() < end:
            found: list[Any] = []

            def keep(results: Any, found: list[Any] = found) -> list[Any]:
                found.extend(catch for result in results for catch in result)
                return []

            failed += campaign.finish(campaign.start(replace(hunt.task(emitted, compiled, seed), conclude=keep)))
            if not found:
                return failed
            catches, seed = hunt.merged([*catches, *found]), seed + 1
    if record is not None:
        record.write_text(hunt.table(catches))
    return failed + Report.of(hunt.checks(emitted, catches))
