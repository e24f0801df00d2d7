"""What a run has to find: the theorems of each file, and the axioms they rest on. Kept in proofs/coq/expected.txt."""

from __future__ import annotations

import difflib
import re
import textwrap
from collections.abc import Sequence

from derive.judge.project import EMITTED, LIBRARY, QUERY, Source, computing

_HEAD = """\
# What Coq checks, and what it rests on. `derive prove --coq` compares each run with this file, line by line.
# A line of theorems: the file or the theorem of proofs/ that they are the counterpart of, and their names in Coq.
"""
_GROUP = 25
_AXIOM = re.compile(r"^([A-Za-z_][\w.']*)(?=\s*:|$)", re.MULTILINE)

#: Sections, by whether the files rest on computation with machine integers.
SECTIONS = {False: "axioms of all theorems but the certificates", True: "axioms of the certificates"}


def query(sources: Sequence[Source], *, certificates: bool) -> Source:
    """A file that prints the axioms of all theorems of the sources, or of those that compute."""
    apart = computing(sources)
    chosen = [s for s in sources if ((s.library, s.name) in apart) == certificates and s.theorems]
    requires = [f"From {s.library} Require {s.name}." for s in chosen]
    names = [f"{s.library}.{s.name}.{theorem}" for s in chosen for theorem in s.theorems]
    # Tuples of tuples: one long tuple takes Coq seconds to type.
    groups = [", ".join(names[i : i + _GROUP]) for i in range(0, len(names), _GROUP)]
    lines = [*requires, *(f"Definition part{i} := (tt, {group})." for i, group in enumerate(groups))]
    lines.append(f"Definition all := (tt, {', '.join(f'part{i}' for i in range(len(groups)))}).")
    name = "Certificates" if certificates else "Theorems"
    return Source(QUERY, name, "\n".join((*lines, "Print Assumptions all.", "")))


def axioms(output: str) -> tuple[str, ...]:
    """The names in what ``Print Assumptions`` prints."""
    if "Closed under the global context" in output:
        return ()
    return tuple(sorted({name for name in _AXIOM.findall(output) if name != "Axioms"}))


def table(sources: Sequence[Source], found: dict[bool, tuple[str, ...]]) -> str:
    """The content of expected.txt for these sources and axioms."""
    lines = [_HEAD.rstrip("\n")]
    for certificates, title in SECTIONS.items():
        lines += ["", f"[{title}]", *found[certificates]]
    for library, title in ((LIBRARY, "theorems of proofs/coq"), (EMITTED, "theorems of generated/coq")):
        lines += ["", f"[{title}]"]
        for source in sources:
            if source.library == library:
                for heading, all_names in source.by_heading.items():
                    # How many paths a kernel has may change; that each result has one may not.
                    names = dict.fromkeys(re.sub(r"_path\d+$", "", name) for name in all_names)
                    lines += textwrap.wrap(
                        f"{heading}: {' '.join(names)}",
                        118,
                        subsequent_indent="  ",
                        break_long_words=False,
                        break_on_hyphens=False,
                    )
    return "\n".join(lines) + "\n"


def differences(expected: str, found: str) -> tuple[str, ...]:
    """Lines that one has and the other has not, marked - and +."""
    delta = difflib.unified_diff(expected.splitlines(), found.splitlines(), lineterm="", n=0)
    return tuple(line for line in delta if line[:1] in "+-" and line[:3] not in ("+++", "---"))
