"""Compiled files checked once more by ``coqchk``, which shares no code with the tactics and believes no stamp."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from derive.judge.project import EMITTED, LIBRARY
from derive.judge.tools import coqchk
from derive.report import Check, Status

NAME = "coq: the compiled files, by coqchk"

#: Seconds after which the checker counts as one that does not end: the project's files take it ten, everything below
#: them five to ten minutes.
_LIMIT, _WHOLE_LIMIT = 600, 3600

#: Ways to weaken the kernel; the checker's summary has to say that there is nothing of the kind.
_NONE = (
    "Constants/Inductives relying on type-in-type",
    "Constants/Inductives relying on unsafe (co)fixpoints",
    "Inductives whose positivity is assumed",
)


def check(files: Sequence[str], folder: Path, *, whole: bool = False, require_tools: bool = False) -> Check:
    """Check the compiled files, given relative to ``folder``; with ``whole`` also all that they stand on."""
    program = coqchk()
    if program is None:
        return Check(
            NAME, Status.FAILED if require_tools else Status.NOT_CHECKED, "there is no coqchk: apt install coq"
        )
    modules = [".".join(Path(file).with_suffix("").parts) for file in files]
    # Certificates compute with machine integers: step by step they take the checker minutes, compiled a second.
    command = [program, "-o", "-silent", "-bytecode-compiler", "yes"]
    for library in (LIBRARY, EMITTED):
        command += ["-Q", str(folder / library), library]
    command += modules if whole else [word for module in modules for word in ("-norec", module)]
    limit = _WHOLE_LIMIT if whole else _LIMIT
    try:
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=limit)
    except subprocess.TimeoutExpired:
        return Check(NAME, Status.FAILED, f"no answer in {limit} s")
    fault = _fault(done.returncode, f"{done.stdout}\n{done.stderr}")
    below = "and all that they stand on" if whole else "what they stand on is taken as it is"
    return Check(NAME, Status.FAILED if fault else Status.PASSED, fault or f"{len(modules)} files; {below}")


def _fault(code: int, output: str) -> str:
    """What is wrong, empty where nothing is. The summary is printed where errors are."""
    if code:
        return " ".join(output.split())[-300:] or f"coqchk ends with exit status {code}"
    for title in _NONE:
        if f"* {title}: <none>" not in output:
            return f"coqchk does not say that there are no {title.lower()}"
    own = sorted(set(re.findall(rf"^\s+((?:{LIBRARY}|{EMITTED})\.\S+)", output, re.MULTILINE)))
    return f"assumed in the project's own files: {', '.join(own)}" if own else ""
