"""The emitted kernels with their error bounds, from the manifest of a folder."""

from __future__ import annotations

import csv
import io
import json
from html import escape
from pathlib import Path
from typing import Any

from derive.errors import UsageError

_LANGUAGES = {"c": "C", "python": "NumPy"}


def bounds(folder: Path) -> str:
    """A table for each target: the bound of every function in ulp, by format, and how it was established.

    Raises
    ------
    UsageError
        where the folder has no manifest of derive's.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return "".join(_table(target, formats) for target, formats in manifest["bounds"].items())
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise UsageError(f"{folder} has no manifest.json of derive's: {error}", "`derive all` makes it") from error


def _table(target: str, formats: dict[str, dict[str, dict[str, Any]]]) -> str:
    names = list(dict.fromkeys(name for functions in formats.values() for name in functions))
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in formats)
    rows = "".join(
        f'<tr><th scope="row"><code>{escape(name)}</code></th>'
        + "".join(f"<td>{_bound(functions.get(name))}</td>" for functions in formats.values())
        + "</tr>"
        for name in names
    )
    title = _LANGUAGES.get(target, target)
    return (
        f'<div class="scroll"><table><caption>{escape(title)}: largest error in units in the last place, and how it was'
        f' established</caption><thead><tr><th scope="col">function</th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _bound(entry: dict[str, Any] | None) -> str:
    return "none" if entry is None else f"{float(entry['ulp']):g}, {escape(str(entry['established']))}"


def worst_inputs(path: Path) -> str:
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
    columns = "".join(f'<th scope="col">{name}</th>' for name in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return (
        '<div class="scroll"><table><caption>Worst inputs found by climbing, as hexadecimal floats</caption>'
        f"<thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table></div>"
    )
