"""``derive bench``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from derive.bench.formulas import NAIVE
from derive.cli.console import Console, with_console
from derive.errors import UsageError
from derive.report import Status

SIZES = (10_000, 1_000_000, 10_000_000)
PRECISIONS = ("binary64", "binary32")

python_option = click.option(
    "--python", type=click.Path(path_type=Path), metavar="PYTHON",
    help="A Python that has NumPy and the peers numba, numexpr, torch, jax; by default the one that runs this command.",
)  # fmt: skip
seconds_option = click.option(
    "--seconds", type=click.FloatRange(min=0.0), default=0.5, show_default=True,
    help="For each contestant, kernel, format and size.",
)  # fmt: skip


def emitted_folder(folder: Path | None) -> Path:
    """The folder that was named, or that of the checkout or working folder, else the one of the installed derive."""
    from derive import checkout, vendor

    here = Path.cwd()
    if folder is None:
        folder = checkout.default_folder(here)
        if not folder.is_dir() and checkout.find_checkout(here) is None:
            folder = vendor.emitted_folder()
    if not (folder / "c" / "derive_kl.c").is_file():
        raise UsageError(f"there is no {folder / 'c' / 'derive_kl.c'}", "`derive all` makes it")
    return folder


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--kernel", "kernels", multiple=True, type=click.Choice(list(NAIVE)), help="By default all of these.")
@click.option(
    "--size", "sizes", multiple=True, type=click.IntRange(min=1), help="Elements; by default 10^4, 10^6, 10^7."
)
@click.option("--precision", "precisions", multiple=True, type=click.Choice(PRECISIONS), help="By default both.")
@seconds_option
@python_option
@click.option("--loops", "only_loops", is_flag=True, help="Only whether the loops are vector code; nothing is timed.")
@click.option("--commands", is_flag=True, help="Instead: how long the command itself takes, beside what is promised.")
@with_console
def bench(
    console: Console,
    folder: Path | None,
    kernels: tuple[str, ...],
    sizes: tuple[int, ...],
    precisions: tuple[str, ...],
    seconds: float,
    python: Path | None,
    only_loops: bool,
    commands: bool,
) -> int:
    """Time the files in FOLDER beside NumPy and compilers of the naive formula; exit 1 where a loop is not vector code.

    In turns, in one process, on one core and one thread; the best time of each counts, by that of one pass over the
    same arrays. FOLDER is generated/ of the checkout one stands in, else ./generated.
    """
    from derive.bench import loops, speed

    if commands:
        return _commands(console)
    folder = emitted_folder(folder)
    found = loops.checks(folder)
    for check in found:
        console.result(f"{check.status.value}: {check.name}: {check.detail}")
    document: dict[str, object] = {"loops": [check.as_json() for check in found]}
    if not only_loops:
        made = speed.measure(
            folder,
            kernels=kernels or tuple(NAIVE),
            sizes=sizes or SIZES,
            precisions=precisions or PRECISIONS,
            seconds=seconds,
            python=python,
            progress=console.note,
        )
        console.result("\n" + "\n".join(speed.as_text(made)))
        document |= made.as_json()
    console.document(document)
    return 1 if any(check.status is Status.FAILED for check in found) else 0


def _commands(console: Console) -> int:
    from derive.bench.command_times import measure

    figures = measure()
    for figure in figures:
        console.result(f"{figure.seconds:8.3f} s   promised {figure.promised:g} s   {figure.name}")
    console.document({"figures": [asdict(figure) for figure in figures]})
    return 0
