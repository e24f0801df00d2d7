"""The Coq sources in the order of their dependencies: the library in proofs/coq, and the emitted files on top of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from derive.errors import UsageError

#: Logical names: of proofs/coq, of generated/coq, and of the file that asks for the axioms.
LIBRARY, EMITTED, QUERY = "DeriveKL", "DeriveKLEmitted", "DeriveKLQuery"

_REQUIRE = re.compile(r"^From (\w+) Require (?:Import |Export )?([\w\s]+)\.", re.MULTILINE)
_COMMENT = re.compile(r"\(\*.*?\*\)", re.DOTALL)
_THEOREM = re.compile(r"^(?:Theorem|Corollary) (\w+)", re.MULTILINE)
_WITH_PROOF = re.compile(r"^(?:Theorem|Corollary) (\w+).*?\b(?:Qed|Defined)\.$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^\(\*\* \*\* (\S+?): |^(?:Theorem|Corollary) (\w+)", re.MULTILINE)
_ASSUMING = re.compile(
    r"\b(?:Admitted|Axioms?|Parameters?|Conjecture|admit|give_up|Unset Guard Checking|bypass_check)\b"
)

_COVERED = re.compile(r"Of\s+the\s+\d+\s+sides\s+of\s+the\s+choices\s.*?(?=\s*Written\s+by)", re.DOTALL)

#: Libraries whose tactics compute with the machine's integers: what they prove rests on axioms about those.
_COMPUTING = {"Interval", "Gappa", "Flocq"}


@dataclass(frozen=True)
class Source:
    """One file: its logical folder, its name without ``.v``, its text."""

    library: str
    name: str
    text: str

    @cached_property
    def requires(self) -> tuple[tuple[str, str], ...]:
        """The modules it requires, as (library, name), Coq's own among them."""
        return tuple((library, name) for library, names in _REQUIRE.findall(self.text) for name in names.split())

    @cached_property
    def theorems(self) -> tuple[str, ...]:
        return tuple(_THEOREM.findall(_COMMENT.sub("", self.text)))

    @cached_property
    def by_heading(self) -> Mapping[str, tuple[str, ...]]:
        """Emitted theorems by the id in the heading above them; all under the name of the file where there is none."""
        found: dict[str, list[str]] = {}
        heading = self.name
        for id, theorem in _HEADING.findall(self.text):
            if id:
                heading = id
            else:
                found.setdefault(heading, []).append(theorem)
        return {name: tuple(theorems) for name, theorems in found.items()}

    @property
    def covered(self) -> str:
        """What a file of kernels says of the sides of the choices in their trees; empty where it says nothing."""
        found = _COVERED.search(self.text)
        return " ".join(found[0].split()) if found else ""

    @cached_property
    def with_proofs(self) -> Mapping[str, str]:
        """The text of each theorem by its name, from its first word to the end of its proof."""
        return {found[1]: found[0] for found in _WITH_PROOF.finditer(self.text)}

    @cached_property
    def around(self) -> str:
        """What is left without the theorems and their proofs: definitions, scopes, hints, lemmas."""
        return _WITH_PROOF.sub("", self.text)

    @property
    def assuming(self) -> tuple[str, ...]:
        """Words by which a file would assume what it does not prove."""
        return tuple(_ASSUMING.findall(_COMMENT.sub("", self.text)))


def read(library: Path, emitted: Mapping[str, bytes]) -> tuple[Source, ...]:
    """The sources in dependency order. ``emitted`` maps paths such as ``coq/Theorems.v`` to contents.

    Raises
    ------
    UsageError : where the library is not there, or a file requires what does not exist, or itself.
    """
    found = [Source(LIBRARY, path.stem, path.read_text(encoding="utf-8")) for path in sorted(library.glob("*.v"))]
    if not found:
        raise UsageError(f"there is no Coq library in {library}", "it is part of the checkout and of the wheel")
    found += [
        Source(EMITTED, Path(path).stem, content.decode())
        for path, content in sorted(emitted.items())
        if path.startswith("coq/") and path.endswith(".v")
    ]
    return ordered(found)


def ordered(sources: Sequence[Source]) -> tuple[Source, ...]:
    """What a file requires comes before it."""
    by_name = {(s.library, s.name): s for s in sources}
    done: dict[tuple[str, str], Source] = {}
    open_: set[tuple[str, str]] = set()

    def visit(key: tuple[str, str]) -> None:
        if key in done:
            return
        if key in open_ or key not in by_name:
            raise UsageError(f"{'.'.join(key)} requires itself or does not exist", "see the Require lines of the files")
        open_.add(key)
        for needed in own(by_name[key]):
            visit(needed)
        done[key] = by_name[key]

    for key in by_name:
        visit(key)
    return tuple(done.values())


def own(source: Source) -> Iterator[tuple[str, str]]:
    """The required modules that are ours."""
    return ((library, name) for library, name in source.requires if library in (LIBRARY, EMITTED))


def computing(sources: Sequence[Source]) -> frozenset[tuple[str, str]]:
    """The files that rest, directly or not, on computation with machine integers. ``sources`` are in order."""
    found: set[tuple[str, str]] = set()
    for source in sources:
        if any(library in _COMPUTING for library, _ in source.requires) or any(key in found for key in own(source)):
            found.add((source.library, source.name))
    return frozenset(found)
