"""The mutation campaign: is every emitted statement with one thing changed left unproved by the call that proves it?

Changed is the conclusion, one token at a time: an integer by one, a sign, a variable or a function swapped for another.
Left as they are: hypotheses, because a stronger one leaves a true statement; what is differentiated, because another
function may have the same derivative; and inequalities, because many changes keep them true, but not their cases of
equality.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from derive.judge.compiler import cache_folder, compile_all, locked, run
from derive.judge.project import EMITTED, QUERY, Source, read
from derive.judge.tools import coqc
from derive.report import Check, Progress, Report, Status

#: Seconds for one mutant: the statements themselves take 0.1 to 0.5.
LIMIT = 20
#: Mutants in one file.
BATCH = 100

_STATEMENT = re.compile(r"^Theorem (\w+) :\n(.*?)\nProof\. (.*?)\. Qed\.", re.MULTILINE | re.DOTALL)
#: A hypothesis that two variables are equal: one in the place of the other changes nothing.
_EQUATION = re.compile(r"^  (\w+) = (\w+) ->$", re.MULTILINE)
_BINDER = re.compile(r"forall ([\w ]+) : ([RZ]),")


@dataclass(frozen=True)
class Mutant:
    """A changed statement: of which theorem, what was changed, the statement, and the call that must fail."""

    file: str
    theorem: str
    change: str
    statement: str
    tactic: str
    original: str


def mutants(source: Source) -> Iterator[Mutant]:
    """All mutants of the statements of an emitted file."""
    for name, statement, tactic in _STATEMENT.findall(source.text):
        before, conclusion = _split(statement)
        kinds = {v: kind for names, kind in _BINDER.findall(before) for v in names.split()}
        if tactic in ("solve_kl_number", "solve_kl_horner", "solve_kl_series") or re.search(r" [<>] ", conclusion):
            continue
        equal = {frozenset(names) for names in _EQUATION.findall(before)}
        for change, mutated in _changes(conclusion, kinds, equal):
            yield Mutant(source.name, name, change, (before + mutated).rstrip("."), tactic, statement.rstrip("."))


def _split(statement: str) -> tuple[str, str]:
    """What stays, and what is changed: the value of a derivative, the case of equality, else the whole conclusion."""
    lines = statement.split("\n")
    start = max((i + 1 for i, line in enumerate(lines) if line.endswith("->") or _BINDER.search(line)), default=0)
    if lines[start].lstrip().startswith("is_derive"):
        start = next(i for i, line in enumerate(lines) if i > start and line.startswith("    "))
    before, conclusion = "\n".join(lines[:start]) + "\n", "\n".join(lines[start:])
    inequality, conjunction, equality = conclusion.partition(" /\\ (")
    return before + inequality + conjunction if equality else before, equality or conclusion


_TOKEN = re.compile(r"(?<![\w.])\d+(?![\w.])|[+-](?=\s)|\b[A-Za-z]\w*\b")
_SWAPPED = {"ln": "exp", "exp": "ln", "expm1mx": "log1pmx", "log1pmx": "expm1mx", "+": "-"}


def _changes(text: str, kinds: dict[str, str], equal: set[frozenset[str]]) -> Iterator[tuple[str, str]]:
    for match in _TOKEN.finditer(text):
        token = match[0]
        for other in _others(token, text[: match.start()], kinds):
            if frozenset((token, other)) in equal:
                continue
            changed = text[: match.start()] + other + text[match.end() :]
            yield f"{token} -> {other or 'nothing'} at {match.start()}", changed


def _others(token: str, before: str, kinds: dict[str, str]) -> Sequence[str]:
    if token.isdigit():
        return (str(int(token) + 1),)
    if token == "-":
        binary = re.search(r"[\w)]\s*$", before)
        return ("+" if binary else "",)
    if token in _SWAPPED:
        return (_SWAPPED[token],)
    return [v for v, kind in kinds.items() if v != token and kind == kinds.get(token)]


def campaign(
    library: Path,
    emitted: dict[str, bytes],
    *,
    sample: int | None = None,
    jobs: int = 2,
    cache: Path | None = None,
    progress: Progress,
    require_tools: bool = False,
) -> Report:
    """Try all mutants, or ``sample`` of them drawn evenly; a check per file, failed where a mutant is proved."""
    if coqc() is None:
        status = Status.FAILED if require_tools else Status.NOT_CHECKED
        return Report.of([Check("coq mutants", status, "there is no coqc")])
    sources = read(library, emitted)
    found = [m for s in sources if s.library == EMITTED for m in mutants(s)]
    if sample is not None and sample < len(found):
        found = [found[i * len(found) // sample] for i in range(sample)]
    batches = [
        batch
        for name in dict.fromkeys(m.file for m in found)
        for batch in _batches([m for m in found if m.file == name])
    ]
    folder = cache or cache_folder(library)
    heads = {s.name: s for s in sources if s.library == EMITTED}
    with locked(folder):
        wanted = _needed(sources, {batch[0].file for batch in batches})
        broken = [c for c in compile_all(wanted, folder, jobs=jobs, progress=progress) if c.error]
        if broken:
            return Report.of([Check("coq mutants", Status.FAILED, f"{broken[0].source.name}: {broken[0].error}")])
        with ThreadPoolExecutor(max_workers=jobs) as pool:
            made = [
                pool.submit(_try, batch, heads[batch[0].file], i, folder, progress) for i, batch in enumerate(batches)
            ]
            return Report.of(future.result() for future in made)


def _batches(found: Sequence[Mutant]) -> list[Sequence[Mutant]]:
    return [found[i : i + BATCH] for i in range(0, len(found), BATCH)]


def _needed(sources: Sequence[Source], files: set[str]) -> tuple[Source, ...]:
    """What the mutated files require, and those of them that define what their statements speak of."""
    by_key = {(s.library, s.name): s for s in sources}
    keys: set[tuple[str, str]] = set()

    def add(source: Source) -> None:
        for key in source.requires:
            if key in by_key and key not in keys:
                keys.add(key)
                add(by_key[key])

    for name in files:
        add(by_key[EMITTED, name])
        if _defines(by_key[EMITTED, name]):
            keys.add((EMITTED, name))
    return tuple(s for s in sources if (s.library, s.name) in keys)


def _try(batch: Sequence[Mutant], source: Source, number: int, folder: Path, progress: Progress) -> Check:
    """One file of mutants: each is asserted, by the call that proves the statement, and must not be proved.

    The statements themselves are asserted in the same way, and must be: else nothing would follow from a failure.
    """
    head = source.text[: source.text.index("Open Scope R_scope.")]
    lines = [head, "Open Scope R_scope."]
    if _defines(source):
        lines.append(f"From {EMITTED} Require Import {source.name}.")
    originals = {m.theorem: m for m in batch}
    for i, mutant in enumerate(batch):
        lines.append(_attempt(mutant.statement, mutant.tactic, str(i)))
    lines += [_attempt(m.original, m.tactic, name) for name, m in originals.items()]
    place = folder / QUERY / f"Mutants{number}.v"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("\n".join(lines) + "\n", encoding="utf-8")
    code, output, errors = run(place, folder)
    proved = [batch[int(i)] for i in re.findall(r"^PROVED (\d+)$", output, re.MULTILINE)]
    tried = len(proved) + len(re.findall(r"^UNPROVED \d+$", output, re.MULTILINE))
    controls = re.findall(r"^UNPROVED ([A-Za-z_]\w*)$", output, re.MULTILINE)
    name = f"coq mutants of {source.name}, batch {number}"
    if code or tried != len(batch):
        check = Check(name, Status.FAILED, f"{tried} of {len(batch)} were tried: {' '.join(errors.split())[:200]}")
    elif controls:
        check = Check(name, Status.FAILED, f"not even the statement itself is proved: {', '.join(controls)}")
    elif proved:
        check = Check(name, Status.FAILED, "proved: " + "; ".join(f"{m.theorem} with {m.change}" for m in proved[:5]))
    else:
        check = Check(name, Status.PASSED, f"none of {len(batch)} is proved")
    progress(f"{check.status.value}: {check.name}: {check.detail}")
    return check


def _defines(source: Source) -> bool:
    return re.search(r"^Definition ", source.text, re.MULTILINE) is not None


def _attempt(statement: str, tactic: str, name: str) -> str:
    return (
        f"Goal True.\nfirst [ assert ({statement}) by (timeout {LIMIT} ({tactic}));"
        f' idtac "PROVED {name}" | idtac "UNPROVED {name}" ].\nAbort.'
    )
