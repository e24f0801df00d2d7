"""The emitted kernels with their error bounds, from the manifest of a folder, as tables."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from derive.emit.latex.words import code, text_latex
from derive.errors import UsageError

_LANGUAGES = {"c": "C", "python": "NumPy", "torch": "PyTorch", "jax": "JAX", "keras": "Keras"}


@dataclass(frozen=True)
class Table:
    """A caption, the heads of the columns, and rows whose first cell names a function."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def html(self) -> str:
        head = "".join(f'<th scope="col">{escape(name)}</th>' for name in self.head)
        rows = "".join(
            f'<tr><th scope="row"><code>{escape(name)}</code></th>'
            + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
            + "</tr>"
            for name, *cells in self.rows
        )
        return (
            f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(self.caption)}"><table>'
            f"<caption>{escape(self.caption)}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        )

    def latex(self) -> list[str]:
        """The lines of a ``longtable``, whose last column is broken where it is long."""
        columns = "l" * (len(self.head) - 1) + r"p{0.42\linewidth}"
        lines = [rf"\begin{{longtable}}[l]{{@{{}}{columns}@{{}}}}"]
        lines += [rf"\caption*{{{text_latex(self.caption)}}}\\", " & ".join(map(text_latex, self.head)) + r"\\\hline"]
        lines.append(r"\endhead")
        lines += [" & ".join([code(name), *map(text_latex, cells)]) + r"\\" for name, *cells in self.rows]
        return [*lines, r"\end{longtable}"]


def bounds(folder: Path) -> tuple[Table, ...]:
    """A table for each target: the bound of every function in ulp, by format, and how it was established.

    Raises
    ------
    UsageError
        where the folder has no manifest of derive's.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return tuple(_table(target, formats) for target, formats in manifest["bounds"].items())
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise UsageError(f"{folder} has no manifest.json of derive's: {error}", "`derive all` makes it") from error


def _table(target: str, formats: dict[str, dict[str, dict[str, Any]]]) -> Table:
    names = list(dict.fromkeys(name for functions in formats.values() for name in functions))
    return Table(
        f"{_LANGUAGES.get(target, target)}: largest error in units in the last place, and how it was established",
        ("function", *formats),
        tuple((name, *(_bound(functions.get(name)) for functions in formats.values())) for name in names),
    )


def _bound(entry: dict[str, Any] | None) -> str:
    if entry is None:
        return "none"
    if entry["established"] == "exhaustive":
        return "correctly rounded, tested on all arguments"
    return f"{float(entry['ulp']):g}, {entry['established']}"


def worst_inputs(path: Path) -> Table:
    """The table that ``derive verify --hunt MINUTES --record FILE`` wrote: for each function the worst input found.

    Raises
    ------
    UsageError
        where the file is no such table.
    """
    hint = "derive verify --hunt 5 --record FILE writes one"
    try:
        head, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, csv.Error) as error:
        raise UsageError(f"{path} cannot be read as a table of worst inputs: {error}", hint) from error
    if head != ["target", "format", "function", "ulp", "arguments"] or any(len(row) != len(head) for row in rows):
        raise UsageError(f"{path} is no table of worst inputs", hint)
    return Table(
        "Worst inputs found by climbing, as hexadecimal floats",
        ("function", "target", "format", "ulp", "arguments"),
        tuple((row[2], row[0], row[1], row[3], row[4]) for row in rows),
    )
