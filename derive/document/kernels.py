"""The emitted kernels with their error bounds, from the manifest of a folder, and their worst inputs, as tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from derive.emit.latex.words import code, text_latex
from derive.emit.worst import RECORD, recorded
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
            + "".join(f"<td>{' '.join(map(_whole, cell.split(' ')))}</td>" for cell in cells)
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
        lines.append(r"\noalign{\vskip 2pt}\endhead")
        for name, *cells, last in self.rows:
            lines.append(
                " & ".join([code(name), *map(text_latex, cells), rf"\raggedright {text_latex(last)}\tabularnewline"])
            )
        return [*lines, r"\end{longtable}"]


def _whole(word: str) -> str:
    """A word that no browser breaks after its minus sign: half of a hexadecimal float is another number."""
    return f"<span>{escape(word)}</span>" if "-" in word else escape(word)


def bounds(folder: Path) -> tuple[Table, ...]:
    """A table for each target: the bound of every function in ulp, by format, and how it was established.

    Raises
    ------
    UsageError
        where the folder has no manifest of derive's.
    """
    return tuple(_table(target, formats) for target, formats in _declared(folder).items())


def _declared(folder: Path) -> dict[str, dict[str, dict[str, dict[str, Any]]]]:
    """By target, format and function, what the manifest of the folder says of a bound."""
    try:
        bounds = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["bounds"]
        return {
            target: {precision: dict(functions) for precision, functions in formats.items()}
            for target, formats in bounds.items()
        }
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise UsageError(f"{folder} has no manifest.json of derive's: {error}", "`derive all` makes it") from error


def _functions(formats: Mapping[str, Mapping[str, object]]) -> list[str]:
    """Every function of a target once, in the order of the manifest."""
    return list(dict.fromkeys(name for functions in formats.values() for name in functions))


def _table(target: str, formats: Mapping[str, Mapping[str, dict[str, Any]]]) -> Table:
    return Table(
        f"{_LANGUAGES.get(target, target)}: largest error in units in the last place, and how it was established",
        ("function", *formats),
        tuple((name, *(_bound(functions.get(name)) for functions in formats.values())) for name in _functions(formats)),
    )


def _bound(entry: dict[str, Any] | None) -> str:
    if entry is None:
        return "none"
    if entry["established"] == "exhaustive":
        return "correctly rounded, tested on all arguments"
    return f"{float(entry['ulp']):g}, {entry['established']}"


def worst_inputs(folder: Path, path: Path | None = None) -> tuple[Table, ...]:
    """A table for each target: the worst input that a search found for each function in ``folder``, with its error.

    ``path`` is what ``derive verify --hunt MINUTES --record FILE`` wrote; by default, what the headers are made from.

    Raises
    ------
    UsageError
        where the folder has no manifest of derive's, or the file is no such table.
    """
    hint = "derive verify --hunt 5 --record FILE writes one"
    try:
        found = recorded(path or RECORD)
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read as a table of worst inputs: {error}", hint) from error
    tables = []
    for target, formats in _declared(folder).items():
        rows = tuple(
            (name, precision, worst.ulp, worst.where)
            for name in _functions(formats)
            for precision in formats
            if (worst := found.get((target, precision, name))) is not None
        )
        caption = f"{_LANGUAGES.get(target, target)}: worst inputs found by climbing, as hexadecimal floats"
        tables += [Table(caption, ("function", "format", "ulp", "arguments"), rows)] if rows else []
    return tuple(tables)
