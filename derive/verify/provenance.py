"""Where a result comes from: the code and libraries that computed it, the compilers, and the chunk in words."""

from __future__ import annotations

import hashlib
import platform
import shutil
import subprocess
from functools import cache, partial
from pathlib import Path
from typing import Any

import flint
import mpmath
import numpy as np

from derive import errors, report
from derive.verify.compilers import COMPILERS


@cache
def provenance() -> str:
    """The checks by the digest of their source, and the versions of all that they compute with.

    Two processes in which this is the same give the same results, up to their compilers.
    """
    found = hashlib.sha256()
    sources = sorted(path for path in Path(__file__).parent.iterdir() if path.suffix in (".py", ".c"))
    for path in (*sources, Path(errors.__file__), Path(report.__file__)):
        found.update(f"{path.name} {path.stat().st_size}\n".encode() + path.read_bytes())
    python = ".".join(platform.python_version_tuple()[:2])
    return (
        f"derive.verify {found.hexdigest()[:16]}, Python {python} on {platform.machine()}, "
        f"NumPy {np.__version__}, mpmath {mpmath.__version__}, python-flint {flint.__version__}"
    )


def tool_versions() -> str:
    """What the compilers and the TeX that are here say of their version."""
    said = []
    for name in (*COMPILERS, "cc", "pdflatex"):
        if path := shutil.which(name):
            done = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60, check=False)
            said.append(f"{name}: {done.stdout.partition(chr(10))[0]}")
    return "; ".join(said)


def key(chunk: partial[Any], origin: str) -> str:
    """Digest of what a chunk computes, function and arguments, and of the origin of its result."""
    function = f"{chunk.func.__module__}.{chunk.func.__qualname__}"
    described = f"{function} {chunk.args!r} {sorted(chunk.keywords.items())!r}"
    assert " at 0x" not in described, f"an argument of {function} prints as its address"
    return hashlib.sha256(f"{origin}\n{described}".encode()).hexdigest()
