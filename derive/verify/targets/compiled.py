"""The targets as a chunk gets them, on whatever machine it runs: the NumPy file from its text, the C compiled there.

A compiled library may not run on another machine, so none travels. A chunk names the build; where it runs, the library
that the campaign compiled is taken if it is within reach, else the worker compiles it for itself, once.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from derive.errors import MissingTool
from derive.verify.emitted import Emitted
from derive.verify.targets import targets
from derive.verify.targets.c import CLibrary
from derive.verify.targets.compilers import Build, shared_library
from derive.verify.targets.python import PythonModules
from derive.verify.targets.record import Implementation, Target


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
        return Compiled(build, str(path), _digest(library))


def implementations(emitted: Emitted, compiled: Compiled | None) -> list[Implementation]:
    """The loaded targets: NumPy, C where a compiler was found, and the frameworks that are installed."""
    found: list[Implementation] = [python(emitted)]
    if compiled is not None:
        found.append(library(emitted, compiled))
    return [*found, *frameworks(emitted)]


@lru_cache(maxsize=4)
def frameworks(emitted: Emitted) -> tuple[Implementation, ...]:
    """Those of which there is a file, and which are installed."""
    return tuple(t.load(emitted) for t in targets() if t.load is not None and t.installed and _has_file(t, emitted))


def missing(emitted: Emitted) -> dict[str, MissingTool]:
    """Those of which there is a file, and which are not installed, with what to do."""
    return {
        t.name: MissingTool(f"{t.name} is not installed", f"pip install 'derive-kl[{t.name}]' to have its file checked")
        for t in targets()
        if not t.installed and _has_file(t, emitted)
    }


def _has_file(target: Target, emitted: Emitted) -> bool:
    """Whether there is a file, and the manifest has bounds for what is in it."""
    return target.name in emitted.bounds and any(target.owns(path, content) for path, content in emitted.files.items())


@lru_cache(maxsize=4)
def python(emitted: Emitted) -> PythonModules:
    """The NumPy files."""
    return PythonModules.of(emitted)


@lru_cache(maxsize=4)
def library(emitted: Emitted, compiled: Compiled) -> CLibrary:
    """The C, loaded. Raises what `shared_library` raises."""
    return CLibrary(library_bytes(emitted, compiled))


def library_bytes(emitted: Emitted, compiled: Compiled) -> bytes:
    """The C, compiled: the copy within reach, if it is that one. Raises what `shared_library` raises."""
    try:
        content = Path(compiled.place).read_bytes()
    except OSError:
        content = b""
    return content if _digest(content) == compiled.digest else shared_library(emitted, compiled.build)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
