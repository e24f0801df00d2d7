"""Repairs applied to files: those that were read again and evaluated, and after which the whole file is audited again.

A file is left as it is where a part of it cannot be read, where it is not Python 3, or where a repair brings a finding
that was not there.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import stat
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import unified_diff
from io import StringIO
from pathlib import Path

from derive import untrusted
from derive.audit.files import Found, Unreadable, cell_text, code_cells, content, decoded, parts
from derive.audit.finding import Finding
from derive.campaign.results import as_data
from derive.errors import UsageError
from derive.identify.read.limits import Position
from derive.identify.read.source import Source

#: How many repairs of one file are tried one by one, where they do not go together.
_MOST = 20


@as_data
@dataclass(frozen=True)
class Rewritten:
    """A file with repairs in it: the new bytes, each as one letter, and the digest of those that they replace."""

    path: str
    letters: str
    digest: str
    repaired: tuple[Finding, ...]

    @property
    def data(self) -> bytes:
        return self.letters.encode("latin-1")


def repaired(file: Found, wanted: Sequence[Finding], before: Sequence[Finding]) -> tuple[Rewritten | None, str]:
    """The file with the repairs of findings in it, as far as they are sure; and what is to be said of the others.

    ``before`` is all that is found in the file as it is.
    """
    if file.data is not None or file.path.is_symlink():
        return None, f"{file.path}: not repaired: {'a link' if file.data is None else 'no regular file'}"
    try:
        data = content(file)
        if not file.path.stat().st_mode & stat.S_IWUSR:
            return None, f"{file.path}: not repaired: it may not be written to"
        if not _whole(file):
            return None, f"{file.path}: not repaired: a part of it is not Python 3"
        done, left = _accepted(file, data, wanted, before)
    except (Unreadable, OSError) as error:
        return None, f"{file.path}: not repaired: {error}"
    if not done:
        laid = _applied(file.path, data, wanted[:1]) is not None
        why = "the repair brings another finding" if laid else "its layout is none that is known"
        return None, f"{file.path}: not repaired: {why}"
    rewritten = Rewritten(str(file.path), left.decode("latin-1"), hashlib.sha256(data).hexdigest(), tuple(done))
    missed = len(wanted) - len(done)
    return rewritten, f"{file.path}: {missed} repaired by hand only: the repairs do not go together" if missed else ""


def _whole(file: Found) -> bool:
    try:
        for part in parts(file):
            ast.parse(part.source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _accepted(
    file: Found, data: bytes, wanted: Sequence[Finding], before: Sequence[Finding]
) -> tuple[list[Finding], bytes]:
    """All repairs at once, if the file is right after them; else those that are, one by one."""
    done: list[Finding] = []
    best = data
    single = [[finding] for finding in wanted[:_MOST]] if len(wanted) > 1 else []
    for some in [list(wanted), *single]:
        text = _applied(file.path, data, [*done, *some])
        if text is not None and _only_gone(Found(file.path, text), [*done, *some], before):
            done, best = [*done, *some], text
            if len(done) == len(wanted):
                break
    return done, best


def _only_gone(file: Found, gone: Sequence[Finding], before: Sequence[Finding]) -> bool:
    """Whether a repaired file has the findings that it had, without those that were repaired."""
    from derive.audit.codes import CODES
    from derive.audit.findings import audit_file

    def kinds(findings: Sequence[Finding]) -> Counter[tuple[str, str]]:
        return Counter((f.cell, f.code) for f in findings if CODES[f.code].default or f.code == "DK001")

    repairs = {f.repair for f in gone}
    gone = [f for f in before if f.repair in repairs]  # several may have the same one
    after, unread, read, _ = audit_file(file, frozenset(CODES))
    return read and not unread and _whole(file) and kinds(after) == kinds(before) - kinds(gone)


def _applied(path: Path, data: bytes, findings: Sequence[Finding]) -> bytes | None:
    """The bytes of a file with repairs in them; None where two of them overlap, or the layout is unknown."""
    try:
        if path.suffix != ".ipynb":
            text, encoding = decoded(data)
            changed = _patched(text, findings)
            return None if changed is None else changed.encode(encoding)
        return _notebook(data.decode("utf-8"), findings)
    except UnicodeError:
        return None


def _notebook(text: str, findings: Sequence[Finding]) -> bytes | None:
    """The notebook, written as it was: where no usual layout gives back its bytes, it is left alone."""
    document = json.loads(text)
    end = "\n" if text.endswith("\n") else ""
    layouts = [(indent, ascii_only) for indent in (1, 2, 4, "\t", None) for ascii_only in (False, True)]
    layout = next((k for k in layouts if json.dumps(document, indent=k[0], ensure_ascii=k[1]) + end == text), None)
    if layout is None:
        return None
    for number, (cell, key) in enumerate(code_cells(document), 1):
        own = [f for f in findings if f.cell == f"cell {number}"]
        if own:
            changed = _patched(cell_text(cell[key]), own)
            if changed is None:
                return None
            cell[key] = changed.splitlines(keepends=True) if isinstance(cell[key], list) else changed
    return (json.dumps(document, indent=layout[0], ensure_ascii=layout[1]) + end).encode()


def _patched(text: str, findings: Sequence[Finding]) -> str | None:
    line_end = next((m[0] for m in re.finditer(r"\r\n|\r|\n", text)), "\n")
    places = [(Position(a, b, (c, d)), new.replace("\n", line_end)) for f in findings for a, b, c, d, new in f.repair]
    return Source(text, lambda changed: None).patched(places)


def write(file: Rewritten) -> None:
    """Put the new bytes in the place of the old ones, at once or not at all.

    Raises
    ------
    UsageError : the file has changed in the meantime, or cannot be written.
    """
    path = Path(file.path)
    try:
        if hashlib.sha256(path.read_bytes()).hexdigest() != file.digest:
            raise UsageError(f"{file.path} has changed while it was read", "run it again")
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(file.data)
                stream.flush()
                os.fsync(stream.fileno())
            os.chmod(name, path.stat().st_mode & 0o7777)
            os.replace(name, path)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(name)
    except OSError as error:
        raise UsageError(f"cannot write {file.path}: {error.strerror or error}") from None


def difference(file: Rewritten, old: bytes) -> bytes:
    """What a repair changes, as a patch; as for the programs that apply it, lines end at line feeds alone."""
    path = Path(file.path)
    here = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    name = untrusted.line(str(here)).lstrip("/")
    name += "\t" * (" " in name)  # which ends it
    before, after = (list(StringIO(data.decode("utf-8", "surrogateescape"), newline="\n")) for data in (old, file.data))
    text = "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for line in unified_diff(before, after, f"a/{name}", f"b/{name}")
    )
    shown = untrusted.lines(text) if sys.stdout.isatty() else untrusted.patch(text)
    return shown.encode("utf-8", "surrogateescape")
