"""Publication of a folder of files: all of it at once, or nothing.

The new files are written to ``.NAME.staging`` beside the folder ``NAME`` and flushed to the disk. Then they change
places with the old ones in one system call where the system has it (``renameat2`` on Linux, ``renamex_np`` on macOS):
at every moment the folder is the old one or the new one, whole. Elsewhere two renames do it, and their names are the
journal::

    .NAME.staging -> .NAME.new      from here on the new folder is known to be complete
    NAME          -> .NAME.old
    .NAME.new     -> NAME

A run that was killed between the last two leaves no folder; :func:`recover`, which every command that looks at the
folder calls first, finishes the exchange. What else a killed run leaves is removed by the next one.
"""

from __future__ import annotations

import ctypes
import difflib
import errno
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from derive.errors import UsageError

try:
    import fcntl
except ImportError:  # not a POSIX system
    fcntl = None  # type: ignore[assignment]

_IGNORED = "__pycache__"


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


# --- comparing ---------------------------------------------------------------------------------------------------


def compare(files: Mapping[str, bytes], folder: Path) -> Changes:
    """What :func:`publish` would change. The whole folder is compared; only ``__pycache__`` is passed over."""
    there = _paths(folder)
    return Changes(
        changed=tuple(sorted(p for p in there & files.keys() if _content(folder / p) != files[p])),
        missing=tuple(sorted(files.keys() - there)),
        orphan=tuple(sorted(there - files.keys())),
    )


def diff(files: Mapping[str, bytes], folder: Path) -> str:
    """The same as one unified diff from the folder to the files; empty where nothing would change."""
    changes = compare(files, folder)
    pieces: list[str] = []
    for path in sorted((*changes.changed, *changes.missing, *changes.orphan)):
        before = None if path in changes.missing else _content(folder / path)
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


def _paths(folder: Path) -> set[str]:
    if not folder.is_dir():
        return set()
    found: set[str] = set()
    for top, folders, names in os.walk(folder, onerror=_unreadable):
        folders[:] = [name for name in folders if name != _IGNORED]
        links = [name for name in folders if (Path(top) / name).is_symlink()]
        found.update((Path(top) / name).relative_to(folder).as_posix() for name in (*names, *links))
    return found


def _content(path: Path) -> bytes | None:
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


# --- publishing --------------------------------------------------------------------------------------------------


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
                staging = _beside(folder, "staging")
                _write(files, staging)
                _replace(staging, folder)
        return changes


def check_target(folder: Path, *, ours: bool) -> None:
    """Refuse a folder that :func:`publish` could not or should not replace.

    ``ours``: the folder is known to be an output folder of this project. Any other must be absent, empty, or hold
    the ``manifest.json`` of an earlier run, because everything in it is replaced.
    """
    hint = "give another folder with --out DIR"
    if folder.is_symlink():
        raise UsageError(f"{folder} is a symbolic link", f"give the folder it points to: --out {folder.resolve()}")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is not a folder", hint)
    if not folder.parent.is_dir():
        raise UsageError(f"{folder.parent} is not a folder", f"make it first: mkdir -p {folder.parent}")
    if folder.exists() and not os.access(folder, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        raise UsageError(f"{folder} is read-only", hint)
    if not ours and _paths(folder) and not (folder / "manifest.json").is_file():
        raise UsageError(f"{folder} holds files that derive did not write, and all of it would be replaced", hint)


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
        lock = _lock(folder)
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
            _unlock(folder, lock)


_claimed: set[Path] = set()


def recover(folder: Path) -> None:
    """Finish or roll back a publication that was killed half-way; does nothing where there was none."""
    folder = Path(os.path.abspath(folder))
    if not os.path.lexists(folder) and any(_beside(folder, kind).exists() for kind in ("new", "old")):
        with claim(folder):
            pass


def _mend(folder: Path) -> None:
    """Bring the folder to a whole state, and remove what a dead process left. The claim is held: no other is alive."""
    if not os.path.lexists(folder):
        for whole in (_beside(folder, "new"), _beside(folder, "old")):
            if whole.exists():
                os.rename(whole, folder)
                break
    for kind in ("staging", "new", "old", "trash"):
        _discard(_beside(folder, kind), folder)


def _discard(path: Path, folder: Path) -> None:
    # A whole folder is renamed before it is taken apart: half of one is never found under a name that means whole.
    if path.exists():
        trash = _beside(folder, "trash")
        if path != trash:
            if trash.exists():
                shutil.rmtree(trash)
            os.rename(path, trash)
        shutil.rmtree(trash)


def _beside(folder: Path, kind: str) -> Path:
    return folder.with_name(f".{folder.name}.{kind}")


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
            new, old = _beside(folder, "new"), _beside(folder, "old")
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


# --- one writer at a time ----------------------------------------------------------------------------------------


def _lock(folder: Path) -> int:
    """Lock ``.NAME.lock``. The system drops the lock of a process that dies, so a file left behind locks nobody out."""
    path = _beside(folder, "lock")
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
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


def _unlock(folder: Path, descriptor: int) -> None:
    _beside(folder, "lock").unlink(missing_ok=True)
    os.close(descriptor)


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(f"cannot write {folder}: {error.strerror}", "give another folder with --out DIR") from error
