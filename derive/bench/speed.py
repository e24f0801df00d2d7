"""The emitted files beside the stream pass over the same arrays, NumPy and compilers of the naive formula."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from derive.bench import race
from derive.bench.formulas import NAIVE
from derive.campaign.scratch import scratch
from derive.errors import CheckFailed, UsageError
from derive.report import Progress
from derive.verify.targets.compilers import first_compiler

#: One pass over the arrays that a kernel reads and writes, and as little arithmetic as there can be.
_STREAM = """\
#include <stddef.h>
#define STREAM(real, suffix) \\
    void stream2##suffix(size_t n, const real *a, const real *b, real *out) \\
    { \\
        for (size_t i = 0; i < n; i++) out[i] = a[i] + b[i]; \\
    } \\
    void stream4##suffix(size_t n, const real *a, const real *b, const real *c, const real *d, real *out) \\
    { \\
        for (size_t i = 0; i < n; i++) out[i] = (a[i] + b[i]) + (c[i] + d[i]); \\
    }
STREAM(double, )
STREAM(float, f)
"""

#: How a user may compile the emitted C.
BUILDS = {"C, cc -O3": ("-O3",), "C, -march=native": ("-O3", "-march=native")}


@dataclass(frozen=True)
class Row:
    """Nanoseconds per element of every contestant."""

    kernel: str
    precision: str
    size: int
    ns: Mapping[str, float]

    def ratio(self, of: str, to: str) -> float:
        return self.ns[of] / self.ns[to]


@dataclass(frozen=True)
class Case:
    """Arguments at which the contestants' values are wanted, a column per parameter of the first kernel."""

    precision: str
    columns: tuple[list[float], ...]


@dataclass(frozen=True)
class Speed:
    """All rows, the values at the cases by contestant, and which peers were not measured and why."""

    rows: tuple[Row, ...]
    values: tuple[Mapping[str, list[float]], ...]
    missing: Mapping[str, str]
    one_core: bool

    def as_json(self) -> dict[str, object]:
        rows = [{**asdict(row), "by_stream": {c: row.ratio(c, "stream") for c in row.ns}} for row in self.rows]
        return {"rows": rows, "not_measured": dict(self.missing), "one_core": self.one_core}


def compile_library(source: Path, library: Path, flags: Sequence[str]) -> None:
    """A shared library of one C file, as a user compiles it."""
    command = [first_compiler(), *flags, "-fPIC", "-shared", "-o", str(library), str(source), "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode or not library.is_file():
        said = (done.stderr.splitlines() or ["no message"])[0]
        raise CheckFailed(f"{source.name} does not compile: {said}", " ".join(command))


def last_core() -> int | None:
    """The last core this process may use, where the system lets a process choose."""
    return max(os.sched_getaffinity(0)) if hasattr(os, "sched_setaffinity") else None


def measure(
    folder: Path,
    *,
    kernels: Sequence[str],
    sizes: Sequence[int],
    precisions: Sequence[str],
    seconds: float,
    python: Path | None,
    progress: Progress,
    cases: Sequence[Case] = (),
) -> Speed:
    """Race the emitted files in ``folder``; peers run where ``python``, by default this interpreter, has them."""
    with scratch() as place:
        (place / "stream.c").write_text(_STREAM)
        compile_library(place / "stream.c", place / "stream.so", ("-O3", "-march=native"))
        libraries = {}
        for index, (label, flags) in enumerate(BUILDS.items()):
            progress(f"compiling derive_kl.c: {label}")
            compile_library(folder / "c" / "derive_kl.c", place / f"kl{index}.so", flags)
            libraries[label] = str(place / f"kl{index}.so")
        job: dict[str, Any] = {
            "stream": str(place / "stream.so"),
            "libraries": libraries,
            "module": str(folder / "python" / "kl_normal.py"),
            "usual": [asdict(NAIVE[kernel]) for kernel in kernels],
            "sizes": list(sizes),
            "precisions": list(precisions),
            "cases": [asdict(case) for case in cases],
            "peers": list(race.PEERS),
            "seconds": seconds,
            "core": last_core(),
            "answer": str(place / "answer.json"),
        }
        document = _run(job, python or Path(sys.executable), progress)
    rows = tuple(Row(r["kernel"], r["precision"], r["size"], r["ns"]) for r in document["rows"])
    return Speed(rows, tuple(document["values"]), document["missing"], document["one_core"])


def _run(job: Mapping[str, Any], python: Path, progress: Progress) -> dict[str, Any]:
    command = [str(python), race.__file__]
    environment, pipe = {**os.environ, **race.ONE_THREAD}, subprocess.PIPE
    nowhere = subprocess.DEVNULL
    try:
        process = subprocess.Popen(command, stdin=pipe, stdout=nowhere, stderr=pipe, text=True, env=environment)
    except OSError as error:
        raise UsageError(f"cannot run {python}: {error.strerror}", "--python names a Python that has NumPy") from error
    with process:
        assert process.stdin is not None and process.stderr is not None
        process.stdin.write(json.dumps(job))
        process.stdin.close()
        said = []
        for line in process.stderr:
            said.append(line.rstrip())
            if line.startswith("timing "):
                progress(line.rstrip())
    if process.returncode:
        raise CheckFailed(f"the race ended early: {said[-1] if said else 'no message'}")
    answer = Path(job["answer"])
    if not answer.is_file():
        raise UsageError(f"{python} ran and gave no answer", "--python names a Python that has NumPy")
    document: dict[str, Any] = json.loads(answer.read_text())
    return document


def as_text(speed: Speed) -> list[str]:
    """A block per kernel and format: a line per contestant, nanoseconds per element and times the stream pass."""
    lines: list[str] = []
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in speed.rows:
        groups.setdefault((row.kernel, row.precision), []).append(row)
    for (kernel, precision), rows in groups.items():
        lines.append(f"{kernel}, {precision}: ns per element (times the stream pass)")
        lines.append("  " + " " * 22 + "".join(f"{row.size:>18,}" for row in rows))
        for contestant in rows[0].ns:
            cells = (f"{row.ns[contestant]:.2f} ({row.ratio(contestant, 'stream'):.2f})" for row in rows)
            lines.append(f"  {contestant:<22}" + "".join(f"{cell:>18}" for cell in cells))
        lines.append("")
    lines += [f"not measured: {peer}: {why}" for peer, why in speed.missing.items()]
    if not speed.one_core:
        lines.append("not bound to one core: this system does not let a process choose")
    return lines
