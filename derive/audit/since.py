"""What has changed since a commit: the lines of each Python file and of each notebook's cells, as git tells them."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

from derive.audit.files import SUFFIXES, Found, Unreadable, parts
from derive.errors import MissingTool, UsageError

#: First and last line of what changed; between two lines where some were taken out: (12.5, 12.5).
Lines = tuple[float, float]
_HUNK = re.compile(rb"@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@")
#: Nothing of the repository's own configuration is run: no other program that compares, converts or watches files.
_GIT = ("git", "-c", "core.fsmonitor=false", "-c", "core.quotePath=true")
_DIFF = ("diff", "--no-ext-diff", "--no-textconv", "--no-color", "--ignore-submodules", "--find-renames")


@dataclass
class Changes:
    """By file, and by cell of a notebook, the lines that changed; None where all of the file is new."""

    files: dict[Path, dict[str, list[Lines]] | None] = field(default_factory=dict)

    def of(self, path: Path) -> dict[str, list[Lines]] | None:
        """The changed lines of a file; {} where it is as it was."""
        return self.files.get(path.resolve(), {})

    def within(self, path: Path) -> Changes:
        """The changes of one file alone."""
        own = path.resolve()
        return Changes({own: self.files[own]} if own in self.files else {})

    def touch(self, path: Path, cell: str, extents: Iterable[Sequence[int]]) -> bool:
        """Whether a formula on these lines has changed."""
        lines = self.of(path)
        if lines is None:
            return True
        return any(a <= last and first <= b for a, b in lines.get(cell, ()) for first, last in extents)


def changes(paths: Iterable[Path], ref: str) -> Changes:
    """The changes since a commit in the repositories that hold the paths, what is not committed included.

    Raises
    ------
    MissingTool : there is no git. UsageError : no repository, or no such commit.
    """
    if shutil.which("git") is None:
        raise MissingTool("--since asks git what has changed, and there is none", "install git, or leave --since out")
    found = Changes()
    for root in dict.fromkeys(_root(path) for path in paths):
        commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
        if commit is None:
            raise UsageError(f"{root} has no commit {ref}", "name a branch, a tag or a commit that `git log` shows")
        _compared(root, commit.decode().strip(), found)
        for name in (_git(root, "ls-files", "--others", "--exclude-standard", "-z") or b"").split(b"\0"):
            path = root / _decoded(name)
            if path.suffix in SUFFIXES:
                found.files[path.resolve()] = None
    return found


def _root(path: Path) -> Path:
    folder = path if path.is_dir() else path.parent
    top = _git(folder, "rev-parse", "--show-toplevel") if folder.is_dir() else None
    if top is None:
        raise UsageError(f"{path} is in no git repository", "--since compares with a commit of one")
    return Path(_decoded(top.rstrip(b"\n")))


def _git(folder: Path, *arguments: str) -> bytes | None:
    done = subprocess.run([*_GIT, "-C", str(folder), *arguments], capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else None


def _decoded(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def _compared(root: Path, commit: str, found: Changes) -> None:
    wanted = [f"*{suffix}" for suffix in sorted(SUFFIXES)]
    text = _git(root, *_DIFF, "--unified=0", "--src-prefix=a/", "--dst-prefix=b/", commit, "--", *wanted)
    if text is None:
        raise UsageError(f"git cannot compare {root} with {commit}", f"see what `git diff {commit}` says there")
    old, inside = "", False
    lines: list[Lines] = []
    for row in text.split(b"\n"):
        if row.startswith(b"diff --git "):
            inside = False
        elif not inside and row.startswith(b"--- "):
            old = _name(row)
        elif not inside and row.startswith(b"+++ "):
            new, lines = _name(row), []
            if new:
                path = root / new
                whole = _cells(root, commit, old, path) if path.suffix == ".ipynb" and old else {"": lines}
                found.files[path.resolve()] = whole if old else None
        elif hunk := _HUNK.match(row):
            inside = True
            first, count = int(hunk[1]), int(hunk[2] or 1)
            lines.append((first, first + count - 1) if count else (first + 0.5, first + 0.5))


def _name(row: bytes) -> str:
    """The file of a line ``+++ b/name``, without its prefix; "" for none at all. Git quotes a name as C does."""
    name = row[4:].rstrip(b"\t")
    if name == b"/dev/null":
        return ""
    return _decoded((ast.literal_eval(f"b{name.decode('ascii')}") if name.startswith(b'"') else name)[2:])


def _cells(root: Path, commit: str, name: str, path: Path) -> dict[str, list[Lines]] | None:
    """The lines of each cell that are not in the notebook as it was; None where one of the two is no notebook."""
    before = _git(root, "show", f"{commit}:{name}")
    try:
        old = [line for part in parts(Found(path, before or b"")) for line in part.source.split("\n")]
        new = [
            (part.label, number, line)
            for part in parts(Found(path))
            for number, line in enumerate(part.source.split("\n"), 1)
        ]
    except Unreadable:
        return None
    found: dict[str, list[Lines]] = {}
    for tag, _, _, start, end in SequenceMatcher(None, old, [line for _, _, line in new], False).get_opcodes():
        if tag == "delete" and 0 < start < len(new):
            label, number, _ = new[start - 1]
            found.setdefault(label, []).append((number + 0.5, number + 0.5))
        for label, number, _ in new[start:end] if tag != "equal" else ():
            found.setdefault(label, []).append((number, number))
    return found
