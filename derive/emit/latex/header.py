"""The comment that opens each emitted file: what it is, whence, what it needs, how to regenerate it."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from derive import DISTRIBUTION
from derive.vocabulary.theorem import Variable

PACKAGES = "amsmath, amssymb"


def comment(*paragraphs: str) -> list[str]:
    """Paragraphs as comment lines of at most 118 characters."""
    return [
        line
        for paragraph in paragraphs
        for line in textwrap.wrap(
            " ".join(paragraph.split()), 118, initial_indent="% ", subsequent_indent="%   ", break_on_hyphens=False
        )
    ]


def domain(variables: Sequence[Variable]) -> str:
    """``mu, logvar: real; std: positive`` of a formula or theorem."""
    kinds: dict[str, list[str]] = {}
    for variable in variables:
        kinds.setdefault(variable.domain.value, []).append(variable.name)
    return "; ".join(f"{', '.join(names)}: {kind}" for kind, names in kinds.items())


def citation(what: str) -> str:
    """How a paper cites what a file states: the id is permanent, the digest says which text of the statement it was."""
    return f"Cite as: {DISTRIBUTION}, {what} (BibTeX: docs/citing.md)."


def source_file(what: Sequence[str], body: Sequence[str], *, fragment: bool, needs: str) -> bytes:
    """A file of ``generated/latex``: header and body. A fragment ends with ``%`` and so leaves no space behind."""
    header = comment(
        *what,
        f"Needs: {needs}.",
        "Written by `derive all`, which also regenerates it: change the sources, not this file.",
    )
    lines = [*header, "% SPDX-License-Identifier: MIT", *body]
    return ("\n".join(lines) + ("%\n" if fragment else "\n")).encode()
