"""Temporary folders that a killed run leaves are removed by the next one.

A folder carries a mark, on which its process holds a lock while it lives: the system drops the lock of a process that
dies. A folder without the mark is nobody's to remove.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

try:
    import fcntl
except ImportError:  # not a POSIX system
    fcntl = None  # type: ignore[assignment]

_PREFIX = "derive-"
_MARK = ".derive-temporary"


@contextmanager
def scratch() -> Iterator[Path]:
    """A new temporary folder, removed at the end with all that is in it; the first one sweeps up after killed runs."""
    sweep_once(tempfile.gettempdir())
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    try:
        with _owned(folder):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _owned(folder: Path) -> Iterator[None]:
    # The mark is locked before it has its name: a mark that nobody holds is one of a dead process.
    descriptor = os.open(folder / ".new", os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.rename(folder / ".new", folder / _MARK)
        yield
    finally:
        os.close(descriptor)


@cache
def sweep_once(place: str) -> int:
    """Remove what dead processes of this user left in ``place``; how many folders that were."""
    return sum(_remove_if_dead(path) for path in sorted(Path(place).glob(f"{_PREFIX}*")))


def _remove_if_dead(folder: Path) -> bool:
    if fcntl is None or folder.is_symlink() or not folder.is_dir():
        return False
    try:
        if folder.stat().st_uid != os.getuid():
            return False
        descriptor = os.open(folder / _MARK, os.O_RDWR | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False  # its process is alive
    else:
        with suppress(OSError):
            shutil.rmtree(folder)
        return not folder.exists()
    finally:
        os.close(descriptor)
