"""Which Coq there is: the compiler, the checker, and the digest of what they bring with them."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

#: What a library is at work: what is proved in it, and the code of its tactics.
_ENDINGS = (".vo", ".cmxs")


def coqc() -> str | None:
    """The compiler's path; None where there is none."""
    return shutil.which("coqc")


def coqchk() -> str | None:
    """The path of the checker of compiled files, a kernel of its own; None where there is none."""
    return shutil.which("coqchk")


def identity() -> str:
    """Digest of the compiler and of every library it can load; those of Coquelicot, Flocq, Interval, Gappa among them.

    Of the contents: a library that is replaced by another version, or by one that proves something else, gives another.
    """
    path = coqc()
    return _identity(path, os.environ.get("COQPATH", "")) if path is not None else ""


@lru_cache
def _identity(path: str, extra: str) -> str:
    found = hashlib.sha256(Path(path).resolve().read_bytes())
    try:
        where = subprocess.run([path, "-where"], capture_output=True, text=True, timeout=60).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        where = ""
    for folder in (where, *extra.split(os.pathsep)):
        # A folder of a library may be a link; all files are found under the names by which Coq finds them.
        for top, folders, files in os.walk(folder, followlinks=True) if folder else ():
            folders.sort()
            for name in sorted(n for n in files if n.endswith(_ENDINGS)):
                file = Path(top) / name
                found.update(f"{file.relative_to(folder)} ".encode())
                found.update(hashlib.sha256(file.read_bytes()).digest())
    return found.hexdigest()
