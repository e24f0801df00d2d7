"""The mutation campaign: every mutant of the emitted code that breaks the contract must be caught by the quick checks.

`trial` says what becomes of one; here they are chosen, shared out as the chunks of a campaign, and counted.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from derive.campaign.journal import Journal
from derive.campaign.tasks import Campaign, Task
from derive.campaign.workers import Workers
from derive.errors import CheckFailed, UsageError
from derive.report import Advance, Check, Progress, Report, Status, silent, uncounted
from derive.verify.emitted import Emitted, Files
from derive.verify.mutants.mutate import Mutant, mutants_of
from derive.verify.mutants.trial import CAUGHT, EQUIVALENT, INVALID, SURVIVED, Verdict, trial
from derive.verify.targets import targets
from derive.verify.targets.compilers import NO_CLONES, Build, first_compiler, tool_versions

#: Mutants in a chunk: several, because each chunk carries the emitted files, and no more, because a stopped campaign
#: loses the chunk that it was at; one takes about two seconds.
_CHUNK = 4


def judge_some(emitted: Emitted, build: Build, some: Sequence[Mutant]) -> list[Verdict]:
    """A chunk of the campaign."""
    return [trial(emitted, emitted.family_of(mutant.path), build).judge(mutant) for mutant in some]


def mutants(
    folder: Path,
    *,
    sample: int | None = None,
    jobs: int | None = None,
    progress: Progress = silent,
    advance: Advance = uncounted,
    executor: Executor | None = None,
    journal: Path | None = None,
    records: Files | None = None,
) -> Report:
    """Mutate the emitted C and Python one token at a time and see that the quick checks catch what breaks the contract.

    Parameters
    ----------
    folder : the emitted ``generated/``.
    sample : this many mutants, spread evenly over the files; all of them when None.
    jobs : worker processes, where no executor is given; by default one for each core.
    progress : called with each survivor.
    advance : called with the number of finished chunks, of a few mutants each, and of all.
    executor : any executor of `concurrent.futures`; it is left open.
    journal : a file that keeps the verdicts; those that it has are not found again.
    records : the text of records of families that are not in `derive.verify.families`; it is run, here and by workers.

    Raises
    ------
    UsageError
        for fewer than one job or mutant, and for a journal that cannot be written or read.
    MissingTool
        without a C compiler.
    CheckFailed
        when an emitted file is missing, or the original itself fails the quick checks.
    """
    if sample is not None and sample < 1:
        raise UsageError(f"cannot judge {sample} mutants", "use 1 or more")
    emitted = Emitted.read(folder, records)
    build = Build(first_compiler(), "C99", ("-O1", NO_CLONES))
    with ExitStack() as stack:
        kept = stack.enter_context(Journal.open(journal, tool_versions())) if journal else None
        paths = _paths(emitted)
        for family in dict.fromkeys(map(emitted.family_of, paths)):
            original = trial(emitted, family, build)
            for library in (b"", original.library):
                if fault := original.quick_fault(family, library):
                    raise CheckFailed(f"the original fails: {fault}", "run `derive verify` first")
        pool = executor or stack.enter_context(Workers(jobs))
        campaign = Campaign(pool, progress, advance=advance, journal=kept)
        tasks = [_task(emitted, build, path, None if sample is None else -(-sample // len(paths))) for path in paths]
        return campaign.finish(*[campaign.start(task) for task in tasks])


def _paths(emitted: Emitted) -> list[str]:
    """The files of C and NumPy, a family after the other; a framework, loaded for each mutant, would take too long."""
    frameworks = [target for target in targets() if target.load is not None]
    paths = [path for path in emitted.code if not any(f.owns(path, emitted.files[path]) for f in frameworks)]
    families = {path: emitted.family_of(path).files.digest for path in paths}
    first = {digest: place for place, digest in reversed(list(enumerate(families.values())))}
    return sorted(paths, key=lambda path: first[families[path]])


def _task(emitted: Emitted, build: Build, path: str, count: int | None) -> Task:
    """The mutants of one file, so many of them."""
    every = mutants_of(emitted.text(path), path)
    chosen = every if count is None else spread(every, count)
    chunks = [tuple(chosen[start : start + _CHUNK]) for start in range(0, len(chosen), _CHUNK)]
    judged = tuple(partial(judge_some, emitted, build, chunk) for chunk in chunks)
    return Task(f"mutants of {path}", judged, partial(_score, path), _survivors)


def _survivors(verdicts: Sequence[Verdict]) -> list[str]:
    return [f"survived: {verdict.mutant}: {verdict.reason}" for verdict in verdicts if verdict.fate == SURVIVED]


def spread(every: Sequence[Mutant], count: int) -> list[Mutant]:
    """``count`` mutants at equal distances."""
    if count >= len(every):
        return list(every)
    return [every[math.floor((i + 0.5) * len(every) / count)] for i in range(count)]


def _score(path: str, results: Sequence[Sequence[Verdict]]) -> list[Check]:
    mine = [verdict for verdicts in results for verdict in verdicts]
    fates = Counter(verdict.fate for verdict in mine)
    counting = fates[CAUGHT] + fates[SURVIVED]
    survivors = [f"{verdict.mutant}: {verdict.reason}" for verdict in mine if verdict.fate == SURVIVED]
    hard = sorted({verdict.point for verdict in mine if verdict.point})
    score = 100.0 * fates[CAUGHT] / counting if counting else 100.0
    detail = (
        f"{fates[CAUGHT]} of {counting} mutants that break the contract are caught ({score:.1f}%); "
        f"{fates[EQUIVALENT]} do not break it, {fates[INVALID]} do not compile"
    )
    if survivors:
        detail += "; survived: " + "; ".join(survivors[:5])
    figures: dict[str, object] = {
        "mutants": len(mine),
        **{fate: fates[fate] for fate in (CAUGHT, SURVIVED, EQUIVALENT, INVALID)},
    }
    status = Status.FAILED if survivors or not counting else Status.PASSED
    figures |= {"score": score, "survivors": survivors, "points": hard}
    return [Check(f"mutants of {path}", status, detail, figures)]
