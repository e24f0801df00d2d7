"""One writer of a folder at a time, and the place beside it where the new folder is written.

Beside the folder ``NAME`` stands ``.NAME.derive`` while it is written. It holds a lock and, for moments, whole folders;
the system drops the lock of a process that dies, so one that is left behind locks nobody out.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from derive.errors import UsageError

try:
    import fcntl
except ImportError:  # not a POSIX system
    fcntl = None  # type: ignore[assignment]

#: The folders that may stand in the place; see :mod:`derive.publish`.
KINDS = ("staging", "new", "old", "trash")
_LOCK = "lock"


def beside(folder: Path, kind: str) -> Path:
    """Where a folder of this kind stands while ``folder`` is written."""
    return _place(folder) / kind


def lock(folder: Path) -> int:
    """Make the place, and take its lock.

    Raises
    ------
    UsageError
        where another process holds it, or the name is taken by something that no run of derive left.
    """
    place, path = _place(folder), beside(folder, _LOCK)
    while True:
        with suppress(FileExistsError):
            place.mkdir()
        _refuse_what_is_not_ours(place)
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
        except FileNotFoundError:
            continue  # its holder removed the place in between
        try:
            if fcntl is not None:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.exists(path) and os.path.samestat(os.fstat(descriptor), os.stat(path)):
                return descriptor
        except BlockingIOError:
            os.close(descriptor)
            raise UsageError(
                f"another derive is writing {folder}", "wait until it has ended, and run this again"
            ) from None
        except FileNotFoundError:
            pass
        os.close(descriptor)  # its holder removed it in between: the lock would be on a file that nobody else sees


def unlock(folder: Path, descriptor: int) -> None:
    """Give the lock back and remove the place."""
    beside(folder, _LOCK).unlink(missing_ok=True)
    with suppress(OSError):  # another process has made its lock there already
        _place(folder).rmdir()
    os.close(descriptor)


def _place(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.derive")


def _refuse_what_is_not_ours(place: Path) -> None:
    """A run makes the lock first and nothing but folders of the kinds beside it."""
    try:
        found = set() if place.is_symlink() else set(os.listdir(place))
    except FileNotFoundError:
        return
    except NotADirectoryError:
        found = {""}
    if place.is_symlink() or (found and (_LOCK not in found or found - {_LOCK, *KINDS})):
        raise UsageError(f"{place} is in the way: derive did not make it", "move it elsewhere, and run this again")
