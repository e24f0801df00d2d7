"""``claims.tex``: what people say about the two spellings, each with its verdict and the reason for it."""

from __future__ import annotations

from collections.abc import Sequence

from derive.emit.latex.header import PACKAGES, source_file
from derive.emit.latex.words import code, sentence
from derive.emit.remarks import OF_CLAIMS
from derive.vocabulary.theorem import Claim


def claims_file(claims: Sequence[Claim]) -> tuple[str, bytes]:
    """Its path under ``generated/`` and its content: a paragraph for each claim."""
    needs = rf"{PACKAGES}, macros.tex. Use: \input{{claims}} between paragraphs"
    what = ("The claims people make in words, with their verdicts",)
    return "latex/claims.tex", source_file(what, paragraphs(claims), fragment=False, needs=needs)


def paragraphs(claims: Sequence[Claim]) -> list[str]:
    """One for each claim, as LaTeX text."""
    # Ragged, because names of steps do not hyphenate.
    body = [r"\begingroup\raggedright", OF_CLAIMS]
    for claim in claims:
        evidence = ", ".join(code(name) for name in claim.evidence)
        body += [
            rf"\paragraph{{{sentence(claim.text)}}}",
            rf"\emph{{{sentence(claim.verdict.value)}}}",
            sentence(claim.because) + (f" Evidence: {evidence}." if evidence else ""),
            f"Source: {sentence(claim.source)}",
        ]
    return [*body, r"\par\endgroup"]
