"""``derive verify``."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from derive.cli.console import Console, complain, some, with_console
from derive.errors import UsageError


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--quick", "level", flag_value="quick", default="quick", help="What `derive all` runs; the default.")
@click.option("--full", "level", flag_value="full", help="Every point set, every integral, every compiler option.")
@click.option("--mutants", "level", flag_value="mutants", help="Break the files token by token: is every break caught?")
@click.option("--sample", type=click.IntRange(min=1), help="With --mutants: this many of them, drawn evenly.")
@click.option("--jobs", type=click.IntRange(min=1), default=2, show_default=True, help="Worker processes.")
@click.option("--seed", type=click.IntRange(min=0), help="Of the random points; by default the one of `derive all`.")
@with_console
def verify(
    console: Console,
    folder: Path | None,
    level: Literal["quick", "full", "mutants"],
    sample: int | None,
    jobs: int,
    seed: int | None,
) -> int:
    """Load the emitted files in FOLDER and check them, without the code that emitted them.

    FOLDER is generated/ of the checkout one stands in, else ./generated.
    """
    from derive import checkout, pipeline, publish

    folder = folder or checkout.default_folder(Path.cwd())
    publish.recover(folder)
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}", "`derive all` makes it; or name another: derive verify FOLDER")
    if sample is not None and level != "mutants":
        raise UsageError("--sample goes with --mutants", "derive verify --mutants --sample 50")
    if level == "mutants":
        report = pipeline.mutants(folder, sample=sample, jobs=jobs, progress=console.note)
    else:
        report = pipeline.verify(folder, level, jobs=jobs, seed=seed, progress=console.note)
    console.report(report)
    console.document({"folder": str(folder), "level": level, **report.as_json()})
    if not report.ok:
        complain(f"{folder} fails: {some([c.name for c in report.failed])}", "`derive all` writes the folder anew")
        return 1
    return 0
