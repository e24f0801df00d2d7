"""Which folders, and which files in them, an earlier run wrote: nothing else is ever replaced or removed.

An output folder says so itself: its ``manifest.json`` names the generator and lists every file. A file that it does not
list is somebody's own.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from derive import DISTRIBUTION
from derive.errors import UsageError
from derive.publish.changes import content, paths

MANIFEST = "manifest.json"
_ELSEWHERE = "give another folder with --out DIR"
#: More names than this make no clearer sentence.
_NAMED = 5


def check_target(folder: Path, *, ours: bool) -> None:
    """Refuse a folder that cannot or should not be replaced.

    ``ours``: the folder is known to be an output folder of this project. Any other must be absent, empty, or carry
    the mark of an earlier run in its manifest.
    """
    if folder.is_symlink():
        raise UsageError(f"{folder} is a symbolic link", f"give the folder it points to: --out {folder.resolve()}")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is not a folder", _ELSEWHERE)
    if not folder.parent.is_dir():
        raise UsageError(f"{folder.parent} is not a folder", f"make it first: mkdir -p {folder.parent}")
    if folder.exists() and not os.access(folder, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        raise UsageError(f"{folder} is read-only", _ELSEWHERE)
    if not ours and paths(folder) and not _marked(_manifest(folder)):
        raise UsageError(f"{folder} holds files that derive did not write, and all of it would be replaced", _ELSEWHERE)


def strangers(files: Mapping[str, bytes], folder: Path) -> tuple[str, ...]:
    """The files in a folder that no earlier run wrote, and that would be lost if ``files`` replaced it."""
    listed = _manifest(folder).get("files")
    known = {MANIFEST, *(listed if isinstance(listed, dict) else ())}
    return tuple(
        sorted(path for path in paths(folder) - known if path not in files or content(folder / path) != files[path])
    )


def check_strangers(files: Mapping[str, bytes], folder: Path) -> None:
    """Refuse to replace a folder that holds somebody's own files; they are named, and stay.

    Raises
    ------
    UsageError
        where there are any.
    """
    found = strangers(files, folder)
    if found:
        more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        raise UsageError(
            f"{folder} holds files that derive did not write: {', '.join(found[:_NAMED])}{more}",
            f"they are kept and nothing is replaced: move them elsewhere, or {_ELSEWHERE}",
        )


def _marked(manifest: Mapping[str, object]) -> bool:
    """Whether it is the manifest of a folder that ``derive all`` wrote: no other folder is replaced."""
    return manifest.get("generator") == DISTRIBUTION


def _manifest(folder: Path) -> Mapping[str, object]:
    """The manifest as data; empty where there is none that can be read."""
    try:
        data = json.loads(content(folder / MANIFEST) or b"{}")
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
