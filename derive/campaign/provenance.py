"""Where a result comes from: the code and libraries that computed it, the compilers, and the chunk in words."""

from __future__ import annotations

import hashlib
import platform
from functools import cache, partial
from pathlib import Path
from typing import Any

import flint
import mpmath
import numpy as np

from derive import errors, report


@cache
def provenance() -> str:
    """The checks by the digest of their source, and the versions of all that they compute with.

    Two processes in which this is the same give the same results, up to their compilers.
    """
    found = hashlib.sha256()
    home = Path(errors.__file__).parent
    folders = (home / "campaign", home / "verify")
    sources = sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in (".py", ".c"))
    for path in (*sources, Path(errors.__file__), Path(report.__file__)):
        name = path.relative_to(home).as_posix()
        found.update(f"{name} {path.stat().st_size}\n".encode() + path.read_bytes())
    python = ".".join(platform.python_version_tuple()[:2])
    return (
        f"derive.verify {found.hexdigest()[:16]}, Python {python} on {platform.machine()}, "
        f"NumPy {np.__version__}, mpmath {mpmath.__version__}, python-flint {flint.__version__}"
    )


def key(chunk: partial[Any], origin: str) -> str:
    """Digest of what a chunk computes, function and arguments, and of the origin of its result."""
    function = f"{chunk.func.__module__}.{chunk.func.__qualname__}"
    described = f"{function} {chunk.args!r} {sorted(chunk.keywords.items())!r}"
    assert " at 0x" not in described, f"an argument of {function} prints as its address"
    return hashlib.sha256(f"{origin}\n{described}".encode()).hexdigest()
