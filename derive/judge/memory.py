"""The last good judgement, kept with a digest of all that it depends on: a run without a change answers at once.

It is also the one record from which the words "checked by Coq" are printed: of a statement whose text, with all that it
is said in, has a digest in it, while the compiled files are those of the run.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from derive.judge.compiler import content
from derive.judge.judgement import Judgement
from derive.judge.project import Source, own
from derive.judge.tools import identity

_FILE = "judgement.json"
_ENDINGS = (".py", ".v", ".txt")


def digest(folders: Sequence[Path], distributions: Sequence[str]) -> str:
    """Of the sources in the folders, the versions of the distributions, the interpreter and the compiler."""
    found = hashlib.sha256(f"{sys.version} {identity()}".encode())
    for name in distributions:
        found.update(f"{name} {metadata.version(name)}".encode())
    for folder in folders:
        for path in sorted(p for p in folder.rglob("*") if p.suffix in _ENDINGS):
            found.update(f"{path.relative_to(folder)} {path.stat().st_size}\n".encode())
            found.update(path.read_bytes())
    return found.hexdigest()


def recall(cache: Path, key: str) -> Judgement | None:
    """The judgement that was kept under this key; None where it was another, or none."""
    kept, judgement = _kept(cache)
    return judgement if kept == key else None


def keep(cache: Path, key: str, judgement: Judgement) -> None:
    """Only good judgements are kept: a failure is worth looking at again, and ends what was said before it."""
    if not judgement.report.ok:
        (cache / _FILE).unlink(missing_ok=True)
    elif not judgement.report.not_checked:
        cache.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"key": key, "judgement": judgement.as_json()})
        (cache / _FILE).write_text(text, encoding="utf-8")


def accepted(cache: Path, sources: Sequence[Source]) -> frozenset[str]:
    """The texts of those theorems of the sources that the last good judgement accepted, exactly as they stand here."""
    _, judgement = _kept(cache)
    if judgement is None:
        return frozenset()
    pairs = statements(sources)
    refused = {text for text, digest in pairs if digest not in judgement.statements}
    return frozenset(text for text, _ in pairs) - refused


def statements(sources: Sequence[Source]) -> tuple[tuple[str, str], ...]:
    """Theorems with their proofs, and for each the digest of that and of the definitions of all files below it.

    The sources are in dependency order.
    """
    below: dict[tuple[str, str], str] = {}
    found: list[tuple[str, str]] = []
    for source in sources:
        around = _of(source.around, *(below[key] for key in own(source)))
        below[source.library, source.name] = around
        found += [(text, _of(source.library, source.name, around, text)) for text in source.with_proofs.values()]
    return tuple(found)


def _of(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _kept(cache: Path) -> tuple[str, Judgement | None]:
    """The key and the judgement that was kept, unless a compiled file is no longer what it was then."""
    try:
        record = json.loads((cache / _FILE).read_text(encoding="utf-8"))
        judgement = Judgement.of_json(record["judgement"])
        key = str(record["key"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return "", None
    same = all(content(cache / name) == digest for name, digest in judgement.compiled.items())
    return (key, judgement) if same and judgement.compiled and judgement.report.ok else ("", None)
