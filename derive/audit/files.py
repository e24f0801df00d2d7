"""Which files an audit reads: Python files and notebooks below the paths, .gitignore respected; and what they hold."""

from __future__ import annotations

import codecs
import json
import os
import re
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pathspec

from derive.errors import UsageError
from derive.identify.read.limits import MAX_FILE, NotUnderstood
from derive.identify.read.python.parse import parse

SUFFIXES = frozenset([".py", ".pyw", ".ipynb"])
#: Folders that hold other people's files, never read.
SKIPPED = frozenset(
    ".git .hg .svn __pycache__ .venv node_modules .tox .nox .mypy_cache .ruff_cache .pytest_cache"
    " .ipynb_checkpoints".split()
)


#: What is written for standard input instead of a path.
STANDARD_INPUT = "-"
_RULES_SIZE = 200_000


@dataclass(frozen=True)
class Part:
    """A piece of Python: a file, or a cell of a notebook (``label`` names it)."""

    path: str
    label: str
    source: str


@dataclass(frozen=True)
class Found:
    """A file to read, or why it is not read. What is no regular file is read at once: it may be there only once."""

    path: Path
    data: bytes | None = None
    unread: str = ""


class Unreadable(Exception):
    """A file that is skipped, and why."""


#: Whether a project excludes a file, or a folder where the second argument is "/".
Excludes = Callable[[Path, str], bool]


def found(
    paths: Iterable[Path], excludes: Excludes = lambda path, slash: False, seen: set[tuple[int, int]] | None = None
) -> Iterator[Found]:
    """The files to read, each once, in a stable order: a file that is named is always read, a folder gives what is not
    ignored or excluded. ``seen`` are files that were found before.

    Raises
    ------
    UsageError : a path that does not exist, or that cannot be looked at.
    """
    seen = set() if seen is None else seen
    for path in paths:
        for file in _named(path, excludes):
            try:
                status = file.path.stat()
            except OSError:
                yield file
                continue
            if (status.st_dev, status.st_ino) not in seen or file.data is not None:
                seen.add((status.st_dev, status.st_ino))
                yield file


def _named(path: Path, excludes: Excludes) -> Iterator[Found]:
    if str(path) == STANDARD_INPUT:
        if sys.stdin is None:
            raise UsageError("standard input is closed", "give the name of a file")
        yield Found(path, sys.stdin.buffer.read(_most(path) + 1))
        return
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise UsageError(f"there is no file or folder {path}") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"cannot look at {path}: {_why(error)}") from None
    if stat.S_ISDIR(mode):
        yield from _below(path, _above(path), excludes)
    elif stat.S_ISREG(mode):
        yield Found(path)
    else:
        try:
            with path.open("rb") as file:
                yield Found(path, file.read(_most(path) + 1))
        except OSError as error:
            yield Found(path, unread=_why(error))


Rules = list[tuple[Path, pathspec.GitIgnoreSpec]]


def _above(folder: Path) -> Rules:
    """The rules of the folders between the repository's root and this one."""
    folder = folder.resolve()
    above = [folder, *folder.parents]
    root = next((k for k, p in enumerate(above) if os.path.lexists(p / ".git")), 0)
    return [rule for p in reversed(above[1 : root + 1]) for rule in _rules(p)]


def _rules(folder: Path) -> Rules:
    path = folder / ".gitignore"
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would let the reader wait for ever
            return []
        with path.open(encoding="utf-8", errors="replace") as file:
            return [(folder, pathspec.GitIgnoreSpec.from_lines(file.read(_RULES_SIZE).splitlines()))]
    except (OSError, ValueError):
        return []


def _below(folder: Path, rules: Rules, excludes: Excludes) -> Iterator[Found]:
    try:
        rules = [*rules, *_rules(folder.resolve())]
        entries = sorted(folder.iterdir())
    except (OSError, RuntimeError) as error:
        yield Found(folder, unread=_why(error))
        return
    for entry in entries:
        try:
            yield from _entry(entry, rules, excludes)
        except (OSError, RuntimeError) as error:
            yield Found(entry, unread=_why(error))


def _entry(entry: Path, rules: Rules, excludes: Excludes) -> Iterator[Found]:
    """An entry of a folder. Folders that are links are not entered: they may lead anywhere, and round in circles."""
    if entry.is_dir():
        if (
            entry.name not in SKIPPED
            and not entry.is_symlink()
            and not os.path.lexists(entry / "pyvenv.cfg")
            and not _ignored(entry, rules, "/")
            and not excludes(entry, "/")
        ):
            yield from _below(entry, rules, excludes)
    elif entry.suffix in SUFFIXES and not _ignored(entry, rules, "") and not excludes(entry, ""):
        yield Found(entry, unread="" if stat.S_ISREG(entry.stat().st_mode) else "no regular file")


def _ignored(entry: Path, rules: Rules, slash: str) -> bool:
    path = entry.parent.resolve() / entry.name
    for base, spec in reversed(rules):
        verdict = spec.check_file(path.relative_to(base).as_posix() + slash).include
        if verdict is not None:
            return verdict
    return False


def _why(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__


_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")


#: Encodings that a file may declare; looking up any other name would import a module of the file's choosing.
ENCODINGS = re.compile(
    r"utf-?8(-sig)?|(us-)?ascii|latin-?1|iso-?8859-\d{1,2}|cp125\d|gbk|gb2312|big5|shift-jis|euc-jp|koi8-r"
)


def parts(file: Found) -> list[Part]:
    """The Python in a file.

    Raises
    ------
    Unreadable : too large, not text, or no notebook.
    """
    data = content(file)
    if file.path.suffix == ".ipynb":
        return [Part(str(file.path), label, _without_magics(_unix(text))) for label, text in _labelled(data)]
    return [Part(str(file.path), "", _unix(decoded(data)[0]))]


def content(file: Found) -> bytes:
    """The bytes of a file.

    Raises
    ------
    Unreadable : it cannot be read, or is too large.
    """
    path, most = file.path, _most(file.path)
    if file.unread:
        raise Unreadable(file.unread)
    try:
        data = _content(path, most) if file.data is None else file.data
    except (OSError, ValueError) as error:
        raise Unreadable(_why(error)) from None
    if len(data) > most:
        raise Unreadable(f"larger than {most // 10**6} MB")
    return data


def decoded(data: bytes) -> tuple[str, str]:
    """The text of a Python file, and the encoding that it declares.

    Raises
    ------
    Unreadable : another encoding than those of programs, or none of its texts.
    """
    first = re.split(rb"\r\n?|\n", data[:4000], maxsplit=2)[:2]
    declared = next((m[1].decode().lower().replace("_", "-") for row in first if (m := _CODING.match(row))), "utf-8")
    if not ENCODINGS.fullmatch(declared):
        raise Unreadable(f"its encoding is {declared[:40]}")
    if declared in ("utf-8", "utf8") and data.startswith(codecs.BOM_UTF8):
        declared = "utf-8-sig"
    try:
        return data.decode(declared), declared
    except (UnicodeDecodeError, LookupError) as error:
        raise Unreadable(f"not text: {error}") from None


def _content(path: Path, most: int) -> bytes:
    # without waiting: what was a regular file a moment ago may be a pipe by now
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
    with os.fdopen(descriptor, "rb") as file:
        return file.read(most + 1)


def _most(path: Path) -> int:
    """Bytes of the largest file that is read. A notebook holds its pictures too."""
    return MAX_FILE * 4 if path.suffix == ".ipynb" else MAX_FILE


def _unix(text: str) -> str:
    """The text with one kind of line ends, as Python itself reads it."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _labelled(data: bytes) -> Iterator[tuple[str, str]]:
    """The cells of a notebook that hold code, numbered."""
    try:
        for number, (cell, key) in enumerate(code_cells(json.loads(data)), 1):
            yield f"cell {number}", cell_text(cell[key])
    except (ValueError, AttributeError, TypeError, KeyError, RecursionError) as error:
        raise Unreadable(f"not a notebook: {type(error).__name__}") from None


def code_cells(document: Any) -> list[tuple[Any, str]]:
    """The code cells of a notebook, each with the key that its text has."""
    cells = document.get("cells") or [c for sheet in document.get("worksheets", []) for c in sheet.get("cells", [])]
    return [(c, "source" if "source" in c else "input") for c in cells if c.get("cell_type") == "code"]


def cell_text(text: Any) -> str:
    return "".join(text) if isinstance(text, list) else str(text)


#: Magics of a cell that is Python all the same, and of a line that runs a statement.
_OF_PYTHON = re.compile(r"\s*%%(time|timeit|capture|prun|memit|wandb|px|writefile[^\n]*\.py)\b")
_RUNS = re.compile(r"(\s*)(%(?:time|timeit|memit)(?:\s+-\w+(?:\s+\d+)?)*\s+)(?=\S)")


def _run(line: str) -> str:
    """The statement that a magic runs, at its column; the line as it is where there is none."""
    magic = _RUNS.match(line)
    if not magic:
        return line
    run = f"0{';':>{len(magic[2]) - 2}} {line[magic.end() :]}"
    try:
        parse(run)
    except NotUnderstood:
        return line
    return magic[1] + run


def _without_magics(source: str) -> str:
    """The cell with IPython's own lines blanked; a cell of another language is empty."""
    if source.lstrip().startswith("%%") and not _OF_PYTHON.match(source):
        return ""
    lines, depth, continued, shell = [], 0, False, False
    for line in source.split("\n"):
        if shell:  # the rest of a command
            shell = line.rstrip().endswith("\\")
            lines.append("")
            continue
        if depth <= 0 and not continued:
            line = _run(line)
        if depth <= 0 and not continued and re.match(r"\s*([%!?]|\w+\s*=\s*[!%])|.*\?\s*$", line):
            shell = line.rstrip().endswith("\\")
            line = re.sub(r"\S.*", "pass", line)
        bare = re.sub(r"(['\"]).*?\1|#.*", "", line)  # in open brackets, a line may begin with the operator %
        depth += sum(bare.count(c) for c in "([{") - sum(bare.count(c) for c in ")]}")
        continued = line.endswith("\\")
        lines.append(line)
    return "\n".join(lines)
