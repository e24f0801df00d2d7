"""Compilers found on this machine, and building the emitted C with them."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from derive.campaign.scratch import scratch
from derive.errors import CheckFailed, MissingTool
from derive.verify.emitted import Emitted

WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror")
#: language -> flags; both compilers read either language from the same file.
LANGUAGES = {"C99": ("-x", "c", "-std=c99"), "C++17": ("-x", "c++", "-std=c++17")}
COMPILERS = ("gcc", "clang")
#: The emitted file leaves function multiversioning out when this is defined: quicker to compile, same bits.
NO_CLONES = "-DDERIVE_KL_NO_CLONES"
_TIME_LIMIT = 300
#: Process numbers, addresses and names of temporary files, as sanitizers and linkers print them.
_OF_THE_RUN = re.compile(r"==\d+==|\b0x[0-9a-f]{8,}\b|(?:/[\w.-]+)*/cc\w+\.o\b")


@dataclass(frozen=True)
class Build:
    """One way of compiling: a compiler, a language and further flags."""

    compiler: str
    language: str
    flags: tuple[str, ...]

    @property
    def name(self) -> str:
        return " ".join((self.compiler, self.language, *self.flags))


def find(name: str) -> str:
    """Path of a compiler.

    Raises
    ------
    MissingTool
        when it is not on the PATH.
    """
    path = shutil.which(name)
    if path is None:
        raise MissingTool(f"{name} is not on this machine", f"install {name} to have the emitted C checked with it")
    return path


def first_compiler() -> str:
    """Name of the compiler that the environment variable CC names, else of the first there is: gcc, clang, ``cc``.

    Raises
    ------
    MissingTool
        when there is none, or not the one that is asked for.
    """
    if asked := os.environ.get("CC", "").strip():
        if shutil.which(asked) is None:
            raise MissingTool(
                f"CC is {asked}, which is no program on this machine", "set CC to a compiler, or to nothing"
            )
        return asked
    for name in (*COMPILERS, "cc"):
        if shutil.which(name):
            return name
    raise MissingTool("no C compiler (gcc, clang or cc) is on this machine", "install gcc or clang")


def write_sources(emitted: Emitted, folder: Path) -> None:
    """The C files, flat in a folder."""
    for path, content in emitted.files.items():
        if path.startswith("c/"):
            (folder / Path(path).name).write_bytes(content)


def sources(emitted: Emitted) -> tuple[str, ...]:
    """Names of the C files of the library."""
    return tuple(Path(path).name for path in emitted.c_sources)


def compile_files(build: Build, arguments: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the compiler in a folder, where its own temporary files lie too; the caller judges the exit code.

    Raises
    ------
    CheckFailed
        when it does not finish, or says that all is well and has not written what it was asked for.
    """
    command = [find(build.compiler), *LANGUAGES[build.language], *build.flags, *arguments]
    environment = {**os.environ, "TMPDIR": str(folder)}
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, errors="replace",
            timeout=_TIME_LIMIT, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise CheckFailed(f"{build.name} did not finish within {_TIME_LIMIT} s") from error
    except OSError as error:
        raise CheckFailed(f"{build.name} cannot be run: {error.strerror}") from error
    wanted = [name for option, name in itertools.pairwise(arguments) if option == "-o"]
    if done.returncode == 0 and not all((folder / name).is_file() for name in wanted):
        raise CheckFailed(f"{build.name} ends with exit code 0 and has written no {wanted[0]}")
    return done


def first_line(text: str) -> str:
    """The first line that names an error, or the first line, without what differs from one run to the next."""
    lines = [line.strip() for line in _OF_THE_RUN.sub("", text).splitlines() if line.strip()]
    return next((line for line in lines if "error" in line), lines[0] if lines else "no message")


def shared_library(emitted: Emitted, build: Build) -> bytes:
    """The emitted C as a shared library.

    Raises
    ------
    CheckFailed
        when it does not compile, with the compiler's first error.
    MissingTool
        when the compiler is not there.
    """
    with scratch() as folder:
        write_sources(emitted, folder)
        arguments = ("-fPIC", "-shared", "-o", "derive_kl.so", *sources(emitted), "-lm")
        done = compile_files(build, arguments, folder)
        if done.returncode:
            raise CheckFailed(f"{build.name} does not compile {' '.join(sources(emitted))}: {first_line(done.stderr)}")
        return (folder / "derive_kl.so").read_bytes()


def tool_versions() -> str:
    """What the compilers and the TeX that are here say of their version."""
    said = []
    for name in (*COMPILERS, "cc", "pdflatex"):
        if path := shutil.which(name):
            done = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60, check=False)
            said.append(f"{name}: {done.stdout.partition(chr(10))[0]}")
    return "; ".join(said)
