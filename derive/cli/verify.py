"""``derive verify``."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any, Literal

import click

from derive.cli.console import Console, complain, some, with_console, with_proofs
from derive.cli.counter import counter
from derive.errors import UsageError

_AGAIN = "`derive all` writes the folder anew"
_UNSEEN = "a check is missing where a break survived; where none breaks the contract, ask for a larger --sample"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--quick", is_flag=True, help="What `derive all` runs; the default.")
@click.option("--full", is_flag=True, help="Every point set, every float, every integral, every compiler option.")
@click.option("--mutants", is_flag=True, help="Break the files token by token: is every break caught?")
@click.option("--hunt", type=float, metavar="MINUTES", help="Climb towards the worst case of every function.")
@click.option(
    "--record", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="With --hunt: write the worst inputs found to FILE, as hex floats.",
)  # fmt: skip
@click.option("--sample", type=click.IntRange(min=1), help="With --mutants: this many of them, drawn evenly.")
@click.option("--jobs", type=click.IntRange(min=1), help="Worker processes; by default one for each core.")
@click.option(
    "--scheduler", metavar="ADDRESS", help="Work on the Dask cluster of this scheduler, e.g. tcp://HOST:8786."
)
@click.option(
    "--journal", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Append what is finished to FILE, and do not compute again what it has: a stopped run goes on.",
)  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), help="Of the random points; by default the one of `derive all`.")
@with_proofs
@with_console
def verify(
    console: Console,
    folder: Path | None,
    quick: bool,
    full: bool,
    mutants: bool,
    hunt: float | None,
    record: Path | None,
    sample: int | None,
    jobs: int | None,
    scheduler: str | None,
    journal: Path | None,
    seed: int | None,
    proofs: Path | None,
) -> int:
    """Load the emitted files in FOLDER and check them, without the code that emitted them.

    FOLDER is generated/ of the checkout one stands in, else ./generated.
    """
    from derive import checkout, pipeline, publish
    from derive.campaign import cluster

    if quick + full + mutants + (hunt is not None) > 1:
        raise UsageError("--quick, --full, --mutants and --hunt are four runs", "give one of them")
    if record is not None and hunt is None:
        raise UsageError("--record goes with --hunt", "derive verify --hunt 5 --record FILE")
    level: Literal["quick", "full", "mutants"] = "mutants" if mutants else "full" if full else "quick"
    folder = folder or checkout.default_folder(Path.cwd())
    publish.recover(folder)
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}", "`derive all` makes it; or name another: derive verify FOLDER")
    if sample is not None and level != "mutants":
        raise UsageError("--sample goes with --mutants", "derive verify --mutants --sample 50")
    if scheduler is not None and jobs is not None:
        raise UsageError("--jobs counts processes on this machine; with --scheduler there are none", "leave one out")
    with ExitStack() as stack:
        count = stack.enter_context(counter(console))
        work: dict[str, Any] = {"jobs": jobs, "journal": journal, "progress": count.note, "advance": count.advance}
        work["proofs"] = proofs
        if scheduler is not None:
            work["executor"] = stack.enter_context(cluster.executor(scheduler, progress=count.note))
        if hunt is not None:
            report = pipeline.hunt(folder, hunt, seed=seed, record=record, **work)
        elif level == "mutants":
            report = pipeline.mutants(folder, sample=sample, **work)
        else:
            report = pipeline.verify(folder, level, seed=seed, **work)
    console.report(report)
    console.document({"folder": str(folder), "level": level if hunt is None else "hunt", **report.as_json()})
    if not report.ok:
        unknown = proofs is None and any("no family's record" in c.detail for c in report.failed)
        hint = _UNSEEN if level == "mutants" else _AGAIN
        hint = "for families of your own: --proofs DIR, where their proofs lie" if unknown else hint
        complain(f"{folder} fails: {some([c.name for c in report.failed])}", hint)
        return 1
    return 0
