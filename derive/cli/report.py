"""``derive report``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from derive.cli.bench import PRECISIONS, SIZES, emitted_folder, python_option, seconds_option
from derive.cli.console import Console, with_console
from derive.errors import MissingTool, UsageError

if TYPE_CHECKING:
    from derive.bench.accuracy import Errors
    from derive.pictures.style import Width

_DISTANCES = tuple(10.0 ** (-k / 2) for k in range(17))


@click.command("report")
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option(
    "--html", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Write a page to cite: derivation, verdicts, kernels, pictures. About a minute.",
)  # fmt: skip
@click.option(
    "--pdf", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Write the same as a paper, where TeX is.",
)  # fmt: skip
@click.option(
    "--pictures", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="Write every picture into DIR, as vector PDF with TrueType fonts.",
)  # fmt: skip
@click.option(
    "--width", type=click.Choice(["column", "text"]), default="text", show_default=True,
    help="Of --pictures and --plot: a column of a paper, or its text.",
)  # fmt: skip
@click.option("--plot", type=click.Path(path_type=Path), metavar="FILE", help="Draw the errors; .svg, .png or .pdf.")
@click.option(
    "--worst", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="With --html or --pdf: worst inputs that `derive verify --hunt 5 --record FILE` found; by default, those that"
    " the headers name.",
)  # fmt: skip
@click.option("--count", type=click.IntRange(min=1), default=2000, show_default=True, help="Points at each distance.")
@click.option("--accuracy", "only_accuracy", is_flag=True, help="Only the errors; nothing is timed.")
@seconds_option
@python_option
@with_console
def report_command(
    console: Console,
    folder: Path | None,
    html: Path | None,
    pdf: Path | None,
    pictures: Path | None,
    width: Width,
    plot: Path | None,
    worst: Path | None,
    count: int,
    only_accuracy: bool,
    seconds: float,
    python: Path | None,
) -> int:
    """Tables of accuracy and speed as Markdown; a page to cite with --html or --pdf; pictures alone with --pictures.

    Nothing is timed for a page or for pictures.
    """
    documents = html is not None or pdf is not None
    if worst is not None and not documents:
        raise UsageError("--worst goes with --html or --pdf", "derive report --html FILE --worst FILE")
    folder = emitted_folder(folder)
    if documents or pictures is not None or plot is not None:
        from derive.pictures import style

        style.require()
    if pdf is not None:
        from derive.document import paper

        paper.require()
    if not documents and pictures is None:
        return _tables(console, folder, plot, width, count, only_accuracy, seconds, python)
    from derive import views

    made = views.pictures(_errors(console, folder, count))
    written = []
    if pictures is not None:
        for picture in made:
            written.append(pictures / f"{picture.name}.pdf")
            style.save(picture, written[-1], width)
    if documents:
        contents = views.report(folder, worst=worst, progress=console.note)
    if html is not None:
        html.parent.mkdir(parents=True, exist_ok=True)
        html.write_text(views.page(contents, made), encoding="utf-8")
        written.append(html)
    if pdf is not None:
        console.note("TeX sets the paper")
        pdf.parent.mkdir(parents=True, exist_ok=True)
        pdf.write_bytes(views.paper(contents, made))
        written.append(pdf)
    for path in written:
        console.result(f"wrote {path}")
    console.document({"ok": True, "written": [str(path) for path in written]})
    return 0


def _errors(console: Console, folder: Path, count: int) -> list[Errors]:
    """The errors of C; none where nothing compiles it, and that is said."""
    from derive.bench import accuracy

    console.note(f"errors of {accuracy.KERNEL} at {count} points for each distance and format")
    try:
        return accuracy.measure(folder, _DISTANCES, count)
    except MissingTool as error:
        console.note(f"not checked: the errors of the emitted C are not drawn: {error.message}")
        return []


def _tables(
    console: Console,
    folder: Path,
    plot: Path | None,
    width: Width,
    count: int,
    only_accuracy: bool,
    seconds: float,
    python: Path | None,
) -> int:
    from derive.bench import accuracy, report, speed

    console.note(f"errors of {accuracy.KERNEL} at {count} points for each distance and format")
    errors = accuracy.measure(folder, _DISTANCES, count)
    document: dict[str, object] = {"accuracy": [e.as_json() for e in errors]}
    if plot is not None:
        from derive.pictures import measured, style

        style.save(measured.error_picture(errors), plot, width)
        console.note(f"wrote {plot}")
    made = None
    if not only_accuracy:
        made = speed.measure(
            folder,
            kernels=(accuracy.KERNEL,),
            sizes=SIZES,
            precisions=PRECISIONS,
            seconds=seconds,
            python=python,
            progress=console.note,
            cases=accuracy.cases(report.SHOWN, count),
        )
        errors = accuracy.of_contestants(report.SHOWN, count, made) + report.formulas_alone(errors)
        document |= made.as_json()
    console.result("\n".join(report.table(errors, made)))
    console.document(document)
    return 0
