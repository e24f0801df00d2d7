"""Coq as an independent judge: compiles proofs/coq and the emitted statements, and says which axioms they rest on.

Knows nothing of SymPy: it takes files and gives a report. Without ``coqc`` everything is "not checked".
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from derive.judge import expected, memory
from derive.judge.compiler import Compiled, cache_folder, compile_all, coqc, locked
from derive.judge.judgement import Judgement
from derive.judge.project import EMITTED, Source, read
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
    require_tools: bool = False,
) -> Judgement:
    """Compile the library and the emitted files, and compare theorems and axioms with expected.txt.

    ``without`` names what has no counterpart in Coq, and says why.
    Where ``coqc`` is missing the one check is "not checked", or failed where the tools are required.
    """
    sources = read(library, emitted)
    if coqc() is None:
        status = Status.FAILED if require_tools else Status.NOT_CHECKED
        return Judgement(Report.of([Check("coq", status, f"there is no coqc: {INSTALL}")]), without=without or {})
    folder = cache or cache_folder(library)
    with locked(folder):
        compiled = compile_all(sources, folder, jobs=jobs, progress=progress)
        checks = [_assumes_nothing(sources), *map(_check, compiled)]
        good = all(not c.error for c in compiled)
        found = _axioms(sources, folder, jobs, progress) if good else {}
        if good:
            checks.append(_as_expected(library, sources, found, folder))
    for outcome in (checks[0], checks[-1]):
        if outcome.status is Status.FAILED:
            progress(f"{outcome.status.value}: {outcome.name}: {outcome.detail}")
    report = Report.of(checks)
    if not report.ok:
        return Judgement(report, without=without or {})
    return Judgement(
        report,
        {id: names for s in sources if s.library == EMITTED for id, names in s.by_heading.items()},
        {expected.SECTIONS[certificates]: names for certificates, names in found.items()},
        without or {},
        frozenset(digest for _, digest in memory.statements(sources)),
        {c.file: c.digest for c in compiled},
    )


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
