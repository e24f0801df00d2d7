"""The journal of a campaign: a line of JSON for each chunk that is finished, so that it is never computed again.

    {"key": "9f2c...", "task": "defining integral", "chunk": 3, "result": [...], "digest": "77ab..."}

The key says what was computed, from which files and by what (`provenance.key`), the digest that this is its result. A
line with a key that is not asked for is left alone, so one file may serve several campaigns. Lines are appended, each
by one write: whatever ends the command, at most the last line is torn, and a torn line counts for nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import Any

from derive.campaign.provenance import provenance
from derive.campaign.results import decode, encode
from derive.errors import UsageError

_GO_ON = "make room, and run the command again: it goes on from there"


class Journal:
    """An open journal; `Journal.open` gives it."""

    def __init__(self, path: Path, file: FileIO, tools: str) -> None:
        self.path = path
        self.origin = f"{provenance()}; {tools}"
        self._file = file
        self._results = _read(path, file)
        self._found: list[str] = []

    @staticmethod
    @contextmanager
    def open(path: Path, tools: str = "") -> Iterator[Journal]:
        """Open or begin a journal. ``tools``: versions of what the chunks call besides Python.

        Raises
        ------
        UsageError
            where it cannot be written, is no journal, or another process is writing it.
        """
        try:
            if os.path.lexists(path) and not path.is_file():
                raise UsageError(f"the journal {path} is no regular file", "name another file")
            file = path.open("a+b", buffering=0)
        except OSError as error:
            raise UsageError(f"cannot write the journal {path}: {error.strerror}", "name another file") from error
        with file:
            _claim(path, file)
            yield Journal(path, file, tools)

    def known(self, key: str) -> tuple[Any, ...]:
        """The result under a key, alone in a tuple; an empty one where there is none."""
        if key not in self._results:
            return ()
        self._found.append(key)
        try:
            return (decode(self._results[key]),)
        except ValueError as error:
            raise UsageError(f"{self.path}: {error}", "delete the line, or the file") from error

    def add(self, key: str, task: str, chunk: int, result: Any) -> None:
        """Append a finished chunk."""
        data = encode(result)
        record = {"key": key, "task": task, "chunk": chunk, "result": data, "digest": digest(key, data)}
        content = json.dumps(record, allow_nan=False).encode() + b"\n"
        try:
            written = self._file.write(content)
        except OSError as error:
            raise UsageError(f"cannot write the journal {self.path}: {error.strerror}", _GO_ON) from error
        if written != len(content):
            raise UsageError(f"cannot write the journal {self.path}: a line is cut off", _GO_ON)

    def summary(self, chunks: int) -> str:
        """In words: how much of a campaign of so many chunks is there, and how much belongs to others."""
        said = f"{self.path}: {len(self._found)} of {chunks} chunks are finished already"
        others = len(self._results.keys() - self._found)
        return f"{said}; {others} of other files, seeds, versions or campaigns are not used" if others else said


def _claim(path: Path, file: FileIO) -> None:
    """Lock the file for this process alone. A record lock, because workers that outlive it inherit any other."""
    with suppress(ImportError):
        import fcntl

        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise UsageError(f"another process is writing the journal {path}", "wait, or name another file") from error


def digest(key: str, data: object) -> str:
    """Binds a result, as data, to its key."""
    return hashlib.sha256(f"{key} {json.dumps(data, sort_keys=True)}".encode()).hexdigest()[:16]


def _read(path: Path, file: FileIO) -> dict[str, Any]:
    """The results by their keys. What follows the last line break is cut off."""
    file.seek(0)
    content = file.read()
    whole = content[: content.rfind(b"\n") + 1]
    results = {}
    for number, line in enumerate(whole.splitlines(), 1):
        try:
            record = json.loads(line)
            name, result, declared = str(record["key"]), record["result"], record["digest"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise UsageError(f"{path}, line {number}: no line of a journal", "name another file") from error
        if declared != digest(name, result):
            raise UsageError(
                f"{path}, line {number}: the result is not that of its key", "delete the line, or the file"
            )
        results[name] = result
    if whole != content:
        if not content[len(whole) :].startswith(b'{"key": "'[: len(content) - len(whole)]):
            raise UsageError(f"{path}: no journal", "name another file")
        os.truncate(file.fileno(), len(whole))
    return results
