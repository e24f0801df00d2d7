"""Coq as an independent judge: compiles proofs/coq and the emitted statements, and says which axioms they rest on.

Knows nothing of SymPy: it takes files and gives a report. Without ``coqc`` everything is "not checked".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from derive.judge import checker, control, expected, memory
from derive.judge.compiler import Compiled, cache_folder, compile_all, locked
from derive.judge.judgement import Judgement
from derive.judge.project import EMITTED, Source, read
from derive.judge.tools import coqc
from derive.report import Check, Progress, Report, Status, silent

INSTALL = "apt install coq libcoq-coquelicot libcoq-interval gappa libcoq-gappa"
EXPECTED = "expected.txt"


def check(
    library: Path,
    emitted: Mapping[str, bytes],
    *,
    jobs: int = 2,
    cache: Path | None = None,
    progress: Progress = silent,
    without: Mapping[str, str] | None = None,
    whole: bool = False,
    require_tools: bool = False,
) -> Judgement:
    """Compile the library and the emitted files, and compare theorems and axioms with expected.txt.

    What is compiled is checked again by ``coqchk``, with ``whole`` down to the axioms. ``without`` names what has no
    counterpart in Coq, and says why. Where ``coqc`` is missing the one check is "not checked", or failed where the
    tools are required.
    """
    sources = read(library, emitted)
    if coqc() is None:
        status = Status.FAILED if require_tools else Status.NOT_CHECKED
        return Judgement(Report.of([Check("coq", status, f"there is no coqc: {INSTALL}")]), without=without or {})
    folder = cache or cache_folder(library)
    with locked(folder):
        compiled = compile_all(sources, folder, jobs=jobs, progress=progress)
        checks = [_assumes_nothing(sources), *map(_check, compiled), *_paths(sources)]
        good = all(not c.error for c in compiled)
        found = _axioms(sources, folder, jobs, progress) if good else {}
        if good:
            checks.append(_as_expected(library, sources, found, folder))
            files = [c.file for c in compiled]
            checks += _every_time(files, folder, progress, whole=whole, require_tools=require_tools)
    report = Report.of(checks)
    if not report.ok:
        return _refusal(report, without or {}, progress)
    return Judgement(
        report,
        {id: names for s in sources if s.library == EMITTED for id, names in s.by_heading.items()},
        {expected.SECTIONS[certificates]: names for certificates, names in found.items()},
        without or {},
        frozenset(digest for _, digest in memory.statements(sources)),
        {c.file: c.digest for c in compiled},
    )


def again(
    judgement: Judgement,
    folder: Path,
    *,
    progress: Progress = silent,
    whole: bool = False,
    require_tools: bool = False,
) -> Judgement:
    """A judgement that still holds, with what is checked in every run checked anew."""
    with locked(folder):
        anew = _every_time(tuple(judgement.compiled), folder, progress, whole=whole, require_tools=require_tools)
    names = {check.name for check in anew}
    report = Report.of([*(c for c in judgement.report.checks if c.name not in names), *anew])
    return replace(judgement, report=report) if report.ok else _refusal(report, judgement.without, progress)


def _refusal(report: Report, without: Mapping[str, str], progress: Progress) -> Judgement:
    """One failed check, and nothing is said of any theorem."""
    for outcome in report.failed:
        progress(f"{outcome.status.value}: {outcome.name}: {outcome.detail}")
    return Judgement(report, without=without)


def _every_time(
    files: Sequence[str], folder: Path, progress: Progress, *, whole: bool, require_tools: bool
) -> tuple[Check, ...]:
    """That the compiler can say no, and that the compiled files hold what it said yes to."""
    progress("coq: a false statement")
    refused = control.check(folder)
    progress(f"coq: coqchk{' of everything: minutes' if whole else ''}")
    return refused, checker.check(files, folder, whole=whole, require_tools=require_tools)


def _check(compiled: Compiled) -> Check:
    name = f"coq: {compiled.source.library}.{compiled.source.name}"
    if compiled.error:
        return Check(name, Status.FAILED, compiled.error)
    detail = f"{len(compiled.source.theorems)} theorems"
    return Check(name, Status.PASSED, detail, {"seconds": round(compiled.seconds, 2)})


def _assumes_nothing(sources: tuple[Source, ...]) -> Check:
    faults = [f"{s.library}.{s.name}: {', '.join(s.assuming)}" for s in sources if s.assuming]
    status = Status.FAILED if faults else Status.PASSED
    return Check("coq: nothing is assumed", status, "; ".join(faults) or f"{len(sources)} files")


def _paths(sources: tuple[Source, ...]) -> list[Check]:
    """What the files of kernels say of the paths that they are read along."""
    return [Check(f"coq: paths in {s.library}.{s.name}", Status.PASSED, s.covered) for s in sources if s.covered]


def _axioms(sources: tuple[Source, ...], folder: Path, jobs: int, progress: Progress) -> dict[bool, tuple[str, ...]]:
    queries = [expected.query(sources, certificates=certificates) for certificates in expected.SECTIONS]
    answers = compile_all((*sources, *queries), folder, jobs=jobs, progress=_only(progress, "DeriveKLQuery"))
    return {
        certificates: expected.axioms(answer.output) if not answer.error else (f"not known: {answer.error}",)
        for certificates, answer in zip(expected.SECTIONS, answers[-len(queries) :], strict=True)
    }


def _only(progress: Progress, word: str) -> Progress:
    return lambda line: progress(line) if word in line else None


def _as_expected(library: Path, sources: tuple[Source, ...], found: dict[bool, tuple[str, ...]], folder: Path) -> Check:
    text = expected.table(sources, found)
    (folder / EXPECTED).write_text(text, encoding="utf-8")
    path = library / EXPECTED
    lines = expected.differences(path.read_text(encoding="utf-8") if path.exists() else "", text)
    if not lines:
        count = sum(len(s.theorems) for s in sources)
        return Check("coq: theorems and axioms as expected", Status.PASSED, f"{count} theorems")
    detail = f"{'; '.join(lines[:3])}; if that is right: cp {folder / EXPECTED} {path}"
    return Check("coq: theorems and axioms as expected", Status.FAILED, detail)
