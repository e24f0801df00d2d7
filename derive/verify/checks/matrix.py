"""The emitted C under every compiler, language, optimisation and contraction: clean, and the same bits everywhere."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from derive.campaign.results import as_data
from derive.campaign.scratch import scratch
from derive.campaign.tasks import Chunk, Task, checks_as_they_are
from derive.errors import CheckFailed, MissingTool
from derive.report import Check, Status
from derive.verify.checks.sweep import bits
from derive.verify.emitted import Emitted
from derive.verify.points.sampler import points, special_points
from derive.verify.targets.c import CLibrary
from derive.verify.targets.compiled import Compiled, library_bytes
from derive.verify.targets.compilers import (
    COMPILERS,
    LANGUAGES,
    NO_CLONES,
    WARNINGS,
    Build,
    compile_files,
    first_line,
    shared_library,
    sources,
    write_sources,
)
from derive.verify.ulp import PRECISIONS

OPTIMISATIONS = (("-O0",), ("-O2",), ("-O3", "-march=native"))
#: With every language one side of contraction, so that each optimisation is built with it and without.
CONTRACTION = {"C99": "-ffp-contract=fast", "C++17": "-ffp-contract=off"}
SANITIZERS = ("-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", NO_CLONES)
_SEED = (11,)
_COUNT = 400
_TIME_LIMIT = 120


@as_data
@dataclass(frozen=True)
class Fingerprint:
    """A digest of the results of each function on the fixed points."""

    build: str
    digests: Mapping[str, str]


def builds(compiler: str) -> list[Build]:
    """All builds of one compiler."""
    return [
        Build(compiler, language, (*optimisation, CONTRACTION[language], *WARNINGS))
        for language in LANGUAGES
        for optimisation in OPTIMISATIONS
    ]


def fingerprint(emitted: Emitted, build: Build) -> Fingerprint:
    """Compile with warnings as errors, then digest the results of scalar and array forms."""
    library = CLibrary(shared_library(emitted, build))
    digests = {}
    for subject in emitted.subjects:
        for precision in PRECISIONS:
            sampled, special = points(subject, precision, _COUNT, _SEED), special_points(subject, precision)
            columns = [np.concatenate(pair) for pair in zip(sampled, special, strict=True)]
            for function in subject.functions:
                results = library(function, precision, columns)
                scalars = library.scalar(function, precision, sampled)
                data = b"".join(bits(column).tobytes() for column in (*results, *scalars))
                digests[f"{function} in {precision.name}"] = hashlib.sha256(data).hexdigest()
    return Fingerprint(build.name, digests)


def matrix_task(emitted: Emitted, compiler: str, reference: Build) -> Task:
    """All builds of a compiler, each compared with the same reference build."""
    every = [reference, *(build for build in builds(compiler) if build != reference)]
    chunks = tuple(partial(fingerprint, emitted, build) for build in every)
    return Task(f"builds with {compiler}", chunks, partial(_compare, compiler))


def _compare(compiler: str, results: Sequence[Any]) -> list[Check]:
    reference: Fingerprint = results[0]
    for other in results[1:]:
        different = [name for name, digest in reference.digests.items() if other.digests[name] != digest]
        if different:
            detail = (
                f"{different[0]} (and {len(different) - 1} more): {other.build} gives other bits than {reference.build}"
            )
            return [Check(f"builds with {compiler}", Status.FAILED, detail)]
    detail = f"{len(results) - 1} builds without a warning, the same bits as {reference.build}"
    return [Check(f"builds with {compiler}", Status.PASSED, detail, {"builds": [r.build for r in results]})]


def clean_task(emitted: Emitted, compiler: str) -> Task:
    """What is compiled but not run: warnings in both languages, and flags that must be refused."""
    chunks: list[Chunk] = [partial(_warnings, emitted, compiler, language) for language in LANGUAGES]
    chunks.append(partial(_refused, emitted, compiler))
    return Task(f"{compiler}: warnings and refusals", tuple(chunks), checks_as_they_are)


def _warnings(emitted: Emitted, compiler: str, language: str) -> list[Check]:
    name = f"{compiler}: {language} without a warning"
    with scratch() as folder:
        write_sources(emitted, folder)
        build = Build(compiler, language, ("-fsyntax-only", *WARNINGS))
        for file in (*sources(emitted), "selftest.c"):
            done = compile_files(build, (file,), folder)
            if done.returncode:
                return [Check(name, Status.FAILED, first_line(done.stderr))]
    return [Check(name, Status.PASSED, " ".join(WARNINGS))]


def _refused(emitted: Emitted, compiler: str) -> list[Check]:
    """-ffast-math by the #error that says so, not by chance."""
    name = f"{compiler}: -ffast-math is refused"
    with scratch() as folder:
        write_sources(emitted, folder)
        build = Build(compiler, "C99", ("-O2", "-ffast-math", "-fsyntax-only"))
        for file in sources(emitted):
            done = compile_files(build, (file,), Path(folder))
            if done.returncode == 0:
                return [Check(name, Status.FAILED, f"{file} compiles")]
            if "#error" not in done.stderr and 'error: "' not in done.stderr:
                return [Check(name, Status.FAILED, f"{file}, for another reason: {first_line(done.stderr)}")]
    return [Check(name, Status.PASSED, "by #error")]


def selftest_task(emitted: Emitted, compiler: str, sanitized: bool) -> Task:
    """selftest.c on vectors.csv, plain or under the address and undefined-behaviour sanitizers."""
    flags = SANITIZERS if sanitized else ("-O1", NO_CLONES)
    name = f"{compiler}: selftest.c" + (" under ASan and UBSan" if sanitized else "")
    return Task(
        name, (partial(_selftest, emitted, Build(compiler, "C99", flags), name, sanitized),), checks_as_they_are
    )


def linked_selftest_task(emitted: Emitted, compiled: Compiled) -> Task:
    """selftest.c with the library that everything else is judged by, which is not compiled again."""
    name = f"{compiled.build.compiler}: selftest.c"
    return Task(name, (partial(_linked_selftest, emitted, compiled, name),), checks_as_they_are)


def _linked_selftest(emitted: Emitted, compiled: Compiled, name: str) -> list[Check]:
    with scratch() as folder:
        write_sources(emitted, folder)
        (folder / "derive_kl.so").write_bytes(library_bytes(emitted, compiled))
        return _run_selftest(compiled.build, ("selftest.c", "-x", "none", "./derive_kl.so", "-lm"), folder, name)


def _selftest(emitted: Emitted, build: Build, name: str, sanitized: bool) -> list[Check]:
    with scratch() as folder:
        if sanitized:
            _demand_sanitizers(build, folder)
        write_sources(emitted, folder)
        return _run_selftest(build, (*sources(emitted), "selftest.c", "-lm"), folder, name)


def _run_selftest(build: Build, made_of: Sequence[str], folder: Path, name: str) -> list[Check]:
    done = compile_files(build, ("-o", "selftest", *made_of), folder)
    if done.returncode:
        return [Check(name, Status.FAILED, f"does not compile: {first_line(done.stderr)}")]
    run = _run(folder / "selftest")
    if run.returncode:
        return [Check(name, Status.FAILED, f"exit code {run.returncode}: {first_line(run.stderr + run.stdout)}")]
    return [Check(name, Status.PASSED, "vectors.csv holds")]


def _demand_sanitizers(build: Build, folder: Path) -> None:
    """An empty program with the sanitizers; without their run-time libraries it does not link or start."""
    (folder / "empty.c").write_text("int main(void) { return 0; }\n")
    done = compile_files(build, ("-o", "empty", "empty.c"), folder)
    if done.returncode or _run(folder / "empty").returncode:
        raise MissingTool(f"the sanitizers of {build.compiler} are not on this machine")


def _run(program: Path) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            [program, "vectors.csv"],
            cwd=program.parent,
            capture_output=True,
            text=True,
            timeout=_TIME_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CheckFailed(f"{program.name} did not finish within {_TIME_LIMIT} s") from error


def tasks(emitted: Emitted, level: str, reference: Build) -> list[Task]:
    """Quick: warnings and refusals of the first compiler. Full: all builds of both, their selftests, the sanitizers."""
    if level == "quick":
        return [clean_task(emitted, reference.compiler)]
    every = []
    for compiler in COMPILERS:
        every += [clean_task(emitted, compiler), matrix_task(emitted, compiler, reference)]
        every += [selftest_task(emitted, compiler, sanitized) for sanitized in (False, True)]
    return every
