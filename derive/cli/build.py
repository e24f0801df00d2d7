"""``derive all``."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from derive import __version__
from derive.cli.console import Console, complain, some, with_console, with_proofs
from derive.cli.coq import say
from derive.errors import UsageError
from derive.report import Report

if TYPE_CHECKING:
    from derive.pipeline import Build
    from derive.publish import Changes

#: What no run of this command checks, whatever tools the machine has.
NOT_CHECKED = (
    "the full point sets, all floats, the integrals beyond a dozen, the compiler matrix; `derive verify --full` does",
    'roundings where a header says "tested" are not proved; nor are the loops and the dispatch',
)

#: What a run checks too in which Coq accepts the statements.
NOT_WITHOUT_COQ = (
    "the Gaussian integral itself is quoted, not derived; `--coq` derives it",
    "SymPy's word is taken for the algebra; `--coq` checks the emitted statements by an independent kernel",
)


@click.command("all")
@click.option("--check", is_flag=True, help="Write nothing; fail if the folder would change.")
@click.option("--diff", is_flag=True, help="Like --check, and print what would change as a unified diff.")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR",
    help="Write here; by default generated/ of the checkout one stands in, else ./generated.",
)  # fmt: skip
@click.option(
    "--jobs", type=click.IntRange(min=1), default=2, show_default=True, help="Worker processes of the verification."
)
@click.option("--coq", is_flag=True, help="Compile the emitted Coq statements too; without it they are only emitted.")
@with_proofs
@with_console
def build(
    console: Console, check: bool, diff: bool, out: Path | None, jobs: int, coq: bool, proofs: Path | None
) -> int:
    """Prove every theorem, emit every file, verify the files, and replace the folder: all of it, or nothing.

    The files are verified as `derive verify --quick` does, before anything is replaced.
    """
    from derive import checkout, pipeline, publish

    here = Path.cwd()
    if proofs is not None and out is None:
        raise UsageError(
            "--proofs needs --out", "derive all --proofs DIR --out OUT: the checkout's own files stay as they are"
        )
    if out is None:
        checkout.require_own_checkout(here)
    folder = here / (out or checkout.default_folder(here))
    publish.check_target(folder, ours=checkout.is_generated(folder))
    publish.recover(folder)
    dry = check or diff
    with nullcontext() if dry else publish.claim(folder):
        console.note(f"derive {__version__}: building {folder}")
        made = pipeline.build(proofs=proofs, progress=console.note)
        if not dry:
            publish.check_strangers(made.files, folder)
        console.note("verifying the files, before they are published")
        report = made.read + pipeline.verify_files(made.files, proofs=proofs, jobs=jobs, progress=console.note)
        judgement = pipeline.judge(made.files, jobs=jobs, progress=console.note) if coq else None
        if judgement is not None:
            report += judgement.report
        changes = publish.compare(made.files, folder)
        if report.ok and not dry:
            pipeline.publish(made, report, folder)
            if changes and folder in (here, *here.parents):
                console.note('the working folder was replaced: enter the new one with cd "$PWD"')
    if diff and changes:
        console.result(publish.diff(made.files, folder).rstrip("\n"))
    else:
        _say(
            console, changes, ("stale", "missing", "orphan") if dry or not report.ok else ("written", "new", "removed")
        )
    if judgement is not None:
        say(console, judgement)
    accepted = judgement is not None and bool(judgement.theorems)
    not_checked = NOT_CHECKED if accepted else (*NOT_CHECKED, *NOT_WITHOUT_COQ)
    _summary(console, made, report, changes, not_checked)
    stale = bool(changes) and dry
    document = _document(made, report, changes, folder, not_checked, ok=report.ok and not stale)
    console.document(document | ({"coq": judgement.as_json()} if judgement is not None else {}))
    if not report.ok:
        complain(f"verification failed: {some([c.name for c in report.failed])}", f"{folder} is as it was")
    elif stale:
        again = "derive all" if out is None else f"derive all --out {out}"
        kept = publish.strangers(made.files, folder)
        first = f"move {some(kept)} elsewhere, which derive did not write, and " if kept else ""
        complain(f"{folder} is stale: {_counts(changes)}", f"{first}mend it with `{again}`")
    return 0 if report.ok and not stale else 1


def _say(console: Console, changes: Changes, words: tuple[str, str, str]) -> None:
    for word, paths in zip(words, (changes.changed, changes.missing, changes.orphan), strict=True):
        for path in paths:
            console.result(f"{word:<8} {path}")


def _counts(changes: Changes) -> str:
    parts = {"changed": changes.changed, "missing": changes.missing, "orphan": changes.orphan}
    return ", ".join(f"{len(paths)} {word} ({some(paths)})" for word, paths in parts.items() if paths)


def _summary(console: Console, made: Build, report: Report, changes: Changes, not_checked: Sequence[str]) -> None:
    console.report(report)
    steps = sum(len(c.theorem.steps) for c in made.checked)
    console.result(f"{len(made.checked)} theorems proved in {steps} steps; {len(made.files)} files" + (
        "" if changes else ", none of which changed"
    ))  # fmt: skip
    for line in not_checked:
        console.result(f"not checked: {line}")


def _document(
    made: Build, report: Report, changes: Changes, folder: Path, not_checked: Sequence[str], *, ok: bool
) -> dict[str, object]:
    return {
        "ok": ok,
        "version": __version__,
        "folder": str(folder),
        "theorems": [{"id": c.theorem.id, "digest": c.digest, "steps": len(c.theorem.steps)} for c in made.checked],
        "files": sorted(made.files),
        "changes": changes.as_json(),
        "verification": report.as_json(),
        "not_checked": [*(f"{c.name}: {c.detail}" for c in report.not_checked), *not_checked],
    }
