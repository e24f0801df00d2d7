"""How a folder differs from what it should hold."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from derive.errors import UsageError

_IGNORED = "__pycache__"
_COMPILED = ".pyc"


@dataclass(frozen=True)
class Changes:
    """How a folder differs from what it should hold; paths are relative, with forward slashes."""

    changed: tuple[str, ...] = ()  # there, with another content
    missing: tuple[str, ...] = ()  # not there
    orphan: tuple[str, ...] = ()  # there, and should not be

    def __bool__(self) -> bool:
        return bool(self.changed or self.missing or self.orphan)

    def as_json(self) -> dict[str, list[str]]:
        return {"changed": list(self.changed), "missing": list(self.missing), "orphan": list(self.orphan)}


def compare(files: Mapping[str, bytes], folder: Path) -> Changes:
    """What publishing ``files`` would change. The whole folder is compared, but for Python's compiled files."""
    there = paths(folder)
    return Changes(
        changed=tuple(sorted(p for p in there & files.keys() if content(folder / p) != files[p])),
        missing=tuple(sorted(files.keys() - there)),
        orphan=tuple(sorted(there - files.keys())),
    )


def diff(files: Mapping[str, bytes], folder: Path) -> str:
    """The same as one unified diff from the folder to the files; empty where nothing would change."""
    changes = compare(files, folder)
    pieces: list[str] = []
    for path in sorted((*changes.changed, *changes.missing, *changes.orphan)):
        before = None if path in changes.missing else content(folder / path)
        pieces += _diff_of(f"{folder.name}/{path}", before, files.get(path))
    return "".join(pieces)


def _diff_of(name: str, before: bytes | None, after: bytes | None) -> Iterator[str]:
    try:
        old, new = ((b or b"").decode().splitlines(keepends=True) for b in (before, after))
    except UnicodeDecodeError:
        yield f"Binary files a/{name} and b/{name} differ\n"
        return
    source = "/dev/null" if before is None else f"a/{name}"
    target = "/dev/null" if after is None else f"b/{name}"
    for line in difflib.unified_diff(old, new, source, target):
        yield line if line.endswith("\n") else line + "\n\\ No newline at end of file\n"


def paths(folder: Path) -> set[str]:
    """All that stands in a folder and is not a folder, links to folders included, but for Python's compiled files."""
    if not folder.is_dir():
        return set()
    found: set[str] = set()
    for top, folders, names in os.walk(folder, onerror=_unreadable):
        compiled = Path(top).name == _IGNORED
        names = [name for name in names if not (compiled and name.endswith(_COMPILED))]
        links = [name for name in folders if (Path(top) / name).is_symlink()]
        found.update((Path(top) / name).relative_to(folder).as_posix() for name in (*names, *links))
    return found


def content(path: Path) -> bytes | None:
    """The bytes of a regular file; None for anything that stands where one should."""
    if path.is_symlink() or not path.is_file():
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable_error(error) from error


def _unreadable(error: OSError) -> None:
    raise _unreadable_error(error) from error


def _unreadable_error(error: OSError) -> UsageError:
    return UsageError(f"cannot read {error.filename}: {error.strerror}")
