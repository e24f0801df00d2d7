"""Which files an audit reads: Python files and notebooks below the paths, .gitignore respected; and what they hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pathspec

from derive.errors import UsageError
from derive.identify.read.limits import MAX_FILE

SUFFIXES = frozenset([".py", ".pyw", ".ipynb"])
#: Folders that hold other people's files, never read.
SKIPPED = frozenset(
    [
        ".git",
        ".hg",
        ".svn",
        "__pycache__",
        ".venv",
        "node_modules",
        ".tox",
        ".nox",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
        ".ipynb_checkpoints",
    ]
)


@dataclass(frozen=True)
class Part:
    """A piece of Python: a file, or a cell of a notebook (``label`` names it)."""

    path: str
    label: str
    source: str


class Unreadable(Exception):
    """A file that is skipped, and why."""


def found(paths: Iterable[Path]) -> Iterator[Path]:
    """The files to read, in a stable order: a file that is named is always read, a folder gives what is not ignored.

    Raises
    ------
    UsageError : a path that does not exist.
    """
    seen: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise UsageError(f"there is no file or folder {path}")
        for file in [path] if path.is_file() else _below(path, _above(path)):
            if file not in seen:
                seen.add(file)
                yield file


Rules = list[tuple[Path, pathspec.GitIgnoreSpec]]


def _above(folder: Path) -> Rules:
    """The rules of the folders between the repository's root and this one."""
    folder = folder.resolve()
    above = [folder, *folder.parents]
    root = next((k for k, p in enumerate(above) if (p / ".git").exists()), 0)
    return [rule for p in reversed(above[1 : root + 1]) for rule in _rules(p)]


def _rules(folder: Path) -> Rules:
    try:
        with (folder / ".gitignore").open(encoding="utf-8", errors="replace") as file:
            return [(folder, pathspec.GitIgnoreSpec.from_lines(file.read(200_000).splitlines()))]
    except (OSError, ValueError):
        return []


def _below(folder: Path, rules: Rules) -> Iterator[Path]:
    rules = [*rules, *_rules(folder.resolve())]
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return
    for entry in entries:
        if entry.is_dir():
            if (
                entry.name not in SKIPPED
                and not entry.is_symlink()
                and not (entry / "pyvenv.cfg").exists()
                and not _ignored(entry, rules, "/")
            ):
                yield from _below(entry, rules)
        elif entry.suffix in SUFFIXES and entry.is_file() and not _ignored(entry, rules, ""):
            yield entry


def _ignored(entry: Path, rules: Rules, slash: str) -> bool:
    path = entry.parent.resolve() / entry.name
    for base, spec in reversed(rules):
        verdict = spec.check_file(path.relative_to(base).as_posix() + slash).include
        if verdict is not None:
            return verdict
    return False


_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")


#: Encodings that a file may declare; looking up any other name would import a module of the file's choosing.
ENCODINGS = re.compile(
    r"utf-?8(-sig)?|(us-)?ascii|latin-?1|iso-?8859-\d{1,2}|cp125\d|gbk|gb2312|big5|shift_jis|euc-jp|koi8-r"
)


def parts(path: Path) -> list[Part]:
    """The Python in a file.

    Raises
    ------
    Unreadable : too large, not text, or no notebook.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE * 4 + 1)
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from None
    notebook = path.suffix == ".ipynb"
    if len(data) > (MAX_FILE * 4 if notebook else MAX_FILE):
        raise Unreadable(f"larger than {MAX_FILE // 10**6 * (4 if notebook else 1)} MB")
    if notebook:
        return list(_cells(str(path), data))
    declared = next((m[1].decode().lower() for line in data.split(b"\n")[:2] if (m := _CODING.match(line))), "utf-8")
    if not ENCODINGS.fullmatch(declared):
        raise Unreadable(f"its encoding is {declared[:40]}")
    try:
        return [Part(str(path), "", data.decode("utf-8-sig" if declared in ("utf-8", "utf8") else declared))]
    except (UnicodeDecodeError, LookupError) as error:
        raise Unreadable(f"not text: {error}") from None


def _cells(path: str, data: bytes) -> Iterator[Part]:
    try:
        document = json.loads(data)
        cells = document.get("cells") or [c for sheet in document.get("worksheets", []) for c in sheet.get("cells", [])]
        number = 0
        for cell in cells:
            if cell.get("cell_type") != "code":
                continue
            number += 1
            text = cell.get("source", cell.get("input", ""))
            yield Part(path, f"cell {number}", _without_magics("".join(text) if isinstance(text, list) else str(text)))
    except (ValueError, AttributeError, TypeError, KeyError, RecursionError) as error:
        raise Unreadable(f"not a notebook: {type(error).__name__}") from None


def _without_magics(source: str) -> str:
    """The cell with IPython's own lines blanked; a cell of another language is empty."""
    if source.lstrip().startswith("%%") and not re.match(r"\s*%%(time|timeit|capture|prun)\b", source):
        return ""
    return "\n".join(
        re.sub(r"\S.*", "pass", line) if re.match(r"\s*([%!?]|\w+\s*=\s*[!%])|.*\?\s*$", line) else line
        for line in source.split("\n")
    )
