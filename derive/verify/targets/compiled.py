"""The targets as a chunk gets them, on whatever machine it runs: the NumPy file from its text, the C compiled there.

A compiled library may not run on another machine, so none travels. A chunk names the build; where it runs, the library
that the campaign compiled is taken if it is within reach, else the worker compiles it for itself, once.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from derive.verify.emitted import Emitted
from derive.verify.targets.c import CLibrary
from derive.verify.targets.compilers import Build, shared_library
from derive.verify.targets.python import PythonModules
from derive.verify.targets.record import Implementation


@dataclass(frozen=True)
class Compiled:
    """A build of the emitted C; ``place`` and ``digest`` say where a copy may lie, and are no part of what it is."""

    build: Build
    place: str = field(default="", repr=False, compare=False)
    digest: str = field(default="", repr=False, compare=False)

    @staticmethod
    def of(emitted: Emitted, build: Build, folder: Path) -> Compiled:
        """Compile and leave the library in a folder, for workers that can read it.

        Raises
        ------
        CheckFailed
            when it does not compile.
        MissingTool
            when the compiler is not there.
        """
        library = shared_library(emitted, build)
        path = folder / "derive_kl.so"
        path.write_bytes(library)
        return Compiled(build, str(path), hashlib.sha256(library).hexdigest())


def implementations(emitted: Emitted, compiled: Compiled | None) -> list[Implementation]:
    """The loaded targets: NumPy and, where a compiler was found, C."""
    return [python(emitted)] if compiled is None else [python(emitted), library(emitted, compiled)]


@lru_cache(maxsize=4)
def python(emitted: Emitted) -> PythonModules:
    """The NumPy files."""
    return PythonModules.of(emitted)


@lru_cache(maxsize=4)
def library(emitted: Emitted, compiled: Compiled) -> CLibrary:
    """The C. Raises what `shared_library` raises."""
    try:
        content = Path(compiled.place).read_bytes()
    except OSError:
        content = b""
    if hashlib.sha256(content).hexdigest() != compiled.digest:
        content = shared_library(emitted, compiled.build)
    return CLibrary(content)
