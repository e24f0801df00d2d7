"""The last judgement, kept with a digest of all that it depends on, so that a run without a change answers at once."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from derive.judge.compiler import identity
from derive.judge.judgement import Judgement

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
    try:
        record = json.loads((cache / _FILE).read_text(encoding="utf-8"))
        return Judgement.of_json(record["judgement"]) if record["key"] == key else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep(cache: Path, key: str, judgement: Judgement) -> None:
    """Only good judgements are kept: a failure is worth looking at again."""
    if judgement.report.ok and not judgement.report.not_checked:
        cache.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"key": key, "judgement": judgement.as_json()})
        (cache / _FILE).write_text(text, encoding="utf-8")
