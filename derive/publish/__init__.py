"""Publication of a folder of files: all of it at once, or nothing.

The new files are written to ``.NAME.derive/staging`` beside the folder ``NAME`` and flushed to the disk. Then they
change places with the old ones in one system call where the system has it (``renameat2`` on Linux, ``renamex_np`` on
macOS): at every moment the folder is the old one or the new one, whole. Elsewhere two renames do it, and their names
are the journal, all of them in ``.NAME.derive``::

    staging -> new      from here on the new folder is known to be complete
    NAME    -> old
    new     -> NAME

A run that was killed between the last two leaves no folder; :func:`recover`, which every command that looks at the
folder calls first, finishes the exchange. What else a killed run leaves is removed by the next one.

    changes      how a folder differs from what it should hold
    ownership    what an earlier run wrote, and may be replaced; somebody else's files are refused
    lock         one writer at a time, and the place where it writes
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from derive.errors import UsageError
from derive.publish.changes import Changes, compare, diff
from derive.publish.lock import KINDS, beside, lock, unlock
from derive.publish.ownership import check_strangers, check_target, strangers

__all__ = [
    "Changes",
    "check_strangers",
    "check_target",
    "claim",
    "compare",
    "diff",
    "exchange",
    "publish",
    "recover",
    "strangers",
]


def publish(files: Mapping[str, bytes], folder: Path) -> Changes:
    """Make ``folder`` hold exactly ``files``, atomically, and return what that changed.

    Nothing is written when nothing changes. Raises :class:`UsageError` where the folder cannot be replaced (a symbolic
    link, a file, a read-only or missing parent) and leaves it as it was.
    """
    folder = Path(os.path.abspath(folder))
    with claim(folder):
        changes = compare(files, folder)
        if changes:
            with _explained(folder):
                staging = beside(folder, "staging")
                _write(files, staging)
                _replace(staging, folder)
        return changes


@contextmanager
def claim(folder: Path) -> Iterator[None]:
    """Hold the right to replace ``folder``: one process at a time, and first mend what a killed one left.

    Nested claims of one process are one claim.
    """
    folder = Path(os.path.abspath(folder))
    if folder in _claimed:
        yield
        return
    with _explained(folder):
        descriptor = lock(folder)
    _claimed.add(folder)
    try:
        with _explained(folder):
            _mend(folder)
        yield
    finally:
        try:
            with _explained(folder):
                _mend(folder)
        finally:
            _claimed.discard(folder)
            unlock(folder, descriptor)


_claimed: set[Path] = set()


def recover(folder: Path) -> None:
    """Finish or roll back a publication that was killed half-way; does nothing where there was none."""
    folder = Path(os.path.abspath(folder))
    if not os.path.lexists(folder) and any(beside(folder, kind).exists() for kind in ("new", "old")):
        with claim(folder):
            pass


def _mend(folder: Path) -> None:
    """Bring the folder to a whole state, and remove what a dead process left. The claim is held: no other is alive."""
    if not os.path.lexists(folder):
        for whole in (beside(folder, "new"), beside(folder, "old")):
            if whole.exists():
                os.rename(whole, folder)
                break
    for kind in KINDS:
        _discard(beside(folder, kind), folder)


def _discard(path: Path, folder: Path) -> None:
    # A whole folder is renamed before it is taken apart: half of one is never found under a name that means whole.
    if path.exists():
        trash = beside(folder, "trash")
        if path != trash:
            if trash.exists():
                shutil.rmtree(trash)
            os.rename(path, trash)
        shutil.rmtree(trash)


def _write(files: Mapping[str, bytes], staging: Path) -> None:
    staging.mkdir()
    folders = {staging}
    for path, content in files.items():
        target = staging / path
        target.parent.mkdir(parents=True, exist_ok=True)
        folders.update(p for p in target.parents if p.is_relative_to(staging))
        with target.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    for directory in folders:
        _flush(directory)


def _flush(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _replace(staging: Path, folder: Path) -> None:
    if not folder.exists():
        os.rename(staging, folder)
    else:
        shutil.copymode(folder, staging)
        if not exchange(staging, folder):
            new, old = beside(folder, "new"), beside(folder, "old")
            os.rename(staging, new)
            os.rename(folder, old)
            os.rename(new, folder)
    _flush(folder.parent)


def exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; False where this system or file system cannot."""
    call = _exchange_call()
    if call is None:
        return False
    if call(os.fsencode(one), os.fsencode(other)) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(code, os.strerror(code), str(other))


def _exchange_call() -> Callable[[bytes, bytes], int] | None:
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            swap = libc.renamex_np
            return lambda one, other: int(swap(one, other, ctypes.c_uint(2)))  # RENAME_SWAP
        renameat2 = libc.renameat2
    except (AttributeError, OSError, TypeError):
        return None
    here = ctypes.c_int(-100)  # AT_FDCWD
    return lambda one, other: int(renameat2(here, one, here, other, ctypes.c_uint(2)))  # RENAME_EXCHANGE


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(f"cannot write {folder}: {error.strerror}", "give another folder with --out DIR") from error
