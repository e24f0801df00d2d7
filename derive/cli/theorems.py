"""``derive list``, ``derive show`` and ``derive prove``."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Literal

import click

from derive.cli.console import Console, complain, with_console, with_proofs
from derive.errors import UsageError
from derive.report import silent


def _width() -> int | None:
    """That of the terminal; None where the output goes elsewhere."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _served(entry: dict[str, object]) -> str:
    """A kernel, its terms, a line for each result, and its plans."""
    terms, plans = entry["terms"], entry["plans"]
    assert isinstance(terms, list) and isinstance(plans, list)
    how = f"plans: {', '.join(plans)}" if plans else "composed of its terms"
    return "\n".join([str(entry["kernel"]), *(f"  {line}" for line in terms), f"  {how}"])


@click.command("list")
@click.option("--markdown", is_flag=True, help="The tables of the README.")
@click.option("--kernels", is_flag=True, help="The kernels instead: the terms and the plans that serve each.")
@with_proofs
@with_console
def list_theorems(console: Console, markdown: bool, kernels: bool, proofs: Path | None) -> int:
    """What people claim, each with its verdict, and the theorems in the order of their proof."""
    from derive import pipeline, views

    if kernels and markdown:
        raise UsageError("--kernels and --markdown exclude each other", "ask for one of them")
    if kernels:
        entries = views.kernels(proofs=proofs)
        console.result("\n".join(map(_served, entries)))
        console.document({"kernels": entries})
        return 0
    if markdown and console.as_json:
        raise UsageError("--markdown and --json exclude each other", "ask for one of them")
    if markdown:
        console.result(views.tables().rstrip("\n"))
        return 0
    registry = pipeline.load(proofs)
    theorems, claims = registry.theorems.values(), registry.claims
    console.result(views.listing(proofs=proofs, width=_width()).rstrip("\n"))
    console.document(
        {
            "theorems": [{"id": t.id, "title": t.title, "source": t.source, "steps": len(t.steps)} for t in theorems],
            "claims": [
                {
                    "id": c.id,
                    "text": c.text,
                    "source": c.source,
                    "verdict": c.verdict.value,
                    "evidence": list(c.evidence),
                }
                for c in claims
            ],
        }
    )
    return 0


def _completed(incomplete: str, *, claims: bool) -> list[str]:
    """The ids that begin so, for a shell that completes words."""
    from derive import pipeline

    registry = pipeline.load()
    ids = [*registry.theorems, *(claim.id for claim in registry.claims if claims)]
    return [name for name in ids if name.startswith(incomplete)]


@click.command()
@click.argument("name", metavar="ID", shell_complete=lambda _context, _parameter, word: _completed(word, claims=True))
@click.option("--latex", is_flag=True, help="The proof as in generated/latex.")
@click.option("--plain", is_flag=True, help="For a screen reader: names instead of signs, a line for each thing said.")
@click.option("--coq", is_flag=True, help="What of a theorem is stated for Coq, in its language.")
@with_proofs
@with_console
def show(console: Console, name: str, latex: bool, plain: bool, coq: bool, proofs: Path | None) -> int:
    """One theorem with its assumptions, statement and steps, or one claim with its verdict and evidence.

    On a terminal it is as wide as that; elsewhere, 110 letters.
    """
    from derive import views

    if latex + plain + coq + console.as_json > 1:
        raise UsageError("--latex, --plain, --coq and --json exclude each other", "ask for one of them")
    form: Literal["latex", "plain", "coq"] | None = "latex" if latex else "plain" if plain else "coq" if coq else None
    if form:
        console.result(views.show(name, form, proofs=proofs).rstrip("\n"))
    else:
        console.result(views.show(name, proofs=proofs, width=_width()).rstrip("\n"))
        console.document(views.record(name, proofs=proofs))
    return 0


@click.command()
@click.argument(
    "names", metavar="[ID]...", nargs=-1,
    shell_complete=lambda _context, _parameter, word: _completed(word, claims=False),
)  # fmt: skip
@click.option("--coq", is_flag=True, help="Let Coq check them instead: compile the library and the emitted statements.")
@click.option("--whole", is_flag=True, help="With --coq: let coqchk check Coq's own libraries too. Minutes.")
@click.option("--mutants", is_flag=True, help="With --coq: change each statement; is one still proved? Minutes.")
@click.option("--sample", type=click.IntRange(min=1), help="With --mutants: this many of them, drawn evenly.")
@click.option("--jobs", type=click.IntRange(min=1), default=2, show_default=True, help="With --coq: compilers at once.")
@with_proofs
@with_console
def prove(
    console: Console,
    names: tuple[str, ...],
    coq: bool,
    whole: bool,
    mutants: bool,
    sample: int | None,
    jobs: int,
    proofs: Path | None,
) -> int:
    """Check the proofs of the named theorems, and of those that a named claim rests on; of all, where none is named."""
    from derive import pipeline, views

    if (mutants and not coq) or (sample is not None and not mutants):
        raise UsageError("--sample goes with --mutants, and --mutants with --coq", "derive prove --coq --mutants")
    if coq and proofs is not None:
        raise UsageError("--proofs and --coq exclude each other here", "derive all --proofs DIR --out OUT --coq")
    if whole and (mutants or not coq):
        raise UsageError("--whole goes with --coq, and not with --mutants", "derive prove --coq --whole")
    if mutants:
        return _coq_mutants(console, sample, jobs)
    if coq:
        return _by_coq(console, names, jobs, whole)
    # Without names it takes a while: each result is printed when it is there, and once.
    said = console.note if console.as_json else silent if names else console.result
    checked = pipeline.prove(names or None, proofs=proofs, progress=said)
    for theorem in checked if names else ():
        console.result(views.told(theorem))
    steps = sum(item.theorem.to_decide for item in checked)
    console.result(f"{len(checked)} theorem{'s' if len(checked) > 1 else ''} proved, {steps} steps decided")
    console.document(
        {
            "ok": True,
            "theorems": [
                {"id": c.theorem.id, "digest": c.digest, "steps": {e.step: e.how for e in c.evidence}} for c in checked
            ],
        }
    )
    return 0


def _by_coq(console: Console, names: tuple[str, ...], jobs: int, whole: bool) -> int:
    from derive import pipeline
    from derive.cli import coq

    for name in names:
        pipeline.known(name, pipeline.load().theorems)
    judgement = pipeline.judge(jobs=jobs, whole=whole, progress=console.note)
    coq.say(console, judgement, names)
    console.report(judgement.report)
    console.document(judgement.as_json())
    if not judgement.report.ok:
        coq.fail(judgement)
    return 0 if judgement.report.ok else 1


def _coq_mutants(console: Console, sample: int | None, jobs: int) -> int:
    from derive import pipeline

    report = pipeline.coq_mutants(sample=sample, jobs=jobs, progress=console.note)
    console.report(report)
    console.document(report.as_json())
    if not report.ok:
        complain("a changed statement is still proved", "the lines above say which")
    return 0 if report.ok else 1
