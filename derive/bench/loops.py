"""Whether the compilers turn the loops over arrays into vector code, by their own reports.

A loop that a compiler reports as vectorised has neither a call nor a branch in its body. What is looked for besides is
a call of fma(), which a compiler makes where it was not allowed the instruction.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from derive.campaign.scratch import scratch
from derive.errors import CheckFailed, MissingTool
from derive.report import Check, Status
from derive.verify.targets.compilers import COMPILERS, find

#: How each compiler is asked, and how it answers: file:line, and the width in bytes or elements.
_REPORTS = {
    "gcc": (
        ("-fopt-info-vec-optimized",),
        re.compile(r"derive_kl\.c:(\d+):\d+: optimized:\s+loop vectorized using (\d+) byte"),
    ),
    "clang": (
        ("-Rpass=loop-vectorize",),
        re.compile(r"derive_kl\.c:(\d+):\d+: remark: vectorized loop \(vectorization width: (\d+)"),
    ),
}
_FLAGS = ("-std=c99", "-O3", "-march=native")


@dataclass(frozen=True)
class Loops:
    """The loops over elements in the source, by line, and those that were vectorised, with their widest vectors."""

    hot: tuple[int, ...]
    vectorised: dict[int, int]
    calls: int

    @property
    def scalar(self) -> list[int]:
        return [line for line in self.hot if line not in self.vectorised]


def hot_loops(source: str) -> tuple[int, ...]:
    """Line numbers of the loops over elements: what computes, what looks for unusual arguments, and what adds."""
    lines = source.splitlines()
    return tuple(number for number, line in enumerate(lines, 2) if line.strip() == "INDEPENDENT")


def look(folder: Path, compiler: str) -> Loops:
    """Compile ``folder``/c/derive_kl.c and read the report and the assembly."""
    flags, pattern = _REPORTS[compiler]
    source = folder / "c" / "derive_kl.c"
    with scratch() as name:
        assembly = name / "derive_kl.s"
        command = [find(compiler), *_FLAGS, *flags, "-S", "-o", str(assembly), str(source)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode or not assembly.is_file():
            said = (done.stderr.splitlines() or ["no message"])[0]
            raise CheckFailed(f"{compiler} does not compile derive_kl.c: {said}")
        calls = len(re.findall(r"\bcall[a-z]*\s+fmaf?\b", assembly.read_text()))
    widths: dict[int, int] = {}
    for line, width in pattern.findall(done.stderr + done.stdout):
        widths[int(line)] = max(widths.get(int(line), 0), int(width))
    return Loops(hot_loops(source.read_text()), widths, calls)


def checks(folder: Path) -> list[Check]:
    """One check per compiler; a compiler that is not there is not checked."""
    found = []
    for compiler in COMPILERS:
        name = f"{compiler}: the loops over arrays are vector code"
        try:
            loops = look(folder, compiler)
        except MissingTool as error:
            found.append(Check(name, Status.NOT_CHECKED, error.message))
            continue
        except CheckFailed as error:
            found.append(Check(name, Status.FAILED, error.message))
            continue
        faults = [f"line {line} is not vectorised" for line in loops.scalar[:3]]
        faults += [f"{loops.calls} calls of fma()"] if loops.calls else []
        good = f"{len(loops.hot)} loops, no call of fma()"
        found.append(Check(name, Status.FAILED if faults else Status.PASSED, "; ".join(faults) or good))
    return found
