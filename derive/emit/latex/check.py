r"""``check.tex``: a document that inputs every file of the folder. It compiles without a warning and reads as a paper.

First the definitions and the theorems, each with its statement in ``align``, its proof, and its formulas in
``equation``; then the claims made in words. What would be shown twice is set into a box that is not shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derive.emit.latex.fragments import Fragment
from derive.emit.latex.header import comment
from derive.emit.latex.words import code, remark, text_latex
from derive.emit.remarks import IN_ITALICS
from derive.vocabulary.theorem import Theorem

_PREAMBLE = r"""
\documentclass[a4paper,10pt]{article}
\usepackage{amsmath, amssymb}
\usepackage[a4paper, margin=28mm]{geometry}
{\input{macros-web}}
\input{macros}
\input{formulas}
\allowdisplaybreaks
\raggedbottom
\setlength{\parindent}{0pt}
\AtBeginDocument{\abovedisplayshortskip=\abovedisplayskip \belowdisplayshortskip=\belowdisplayskip}
\setlength{\parskip}{4pt plus 2pt}
\title{Kullback--Leibler divergences of Gaussians and other distributions:\\ definitions, theorems and proofs}
\author{}
\date{}
\begin{document}
\maketitle
\tableofcontents
""".strip().split("\n")


@dataclass(frozen=True)
class Chapter:
    """A theorem with the fragments that were made from it."""

    theorem: Theorem
    statement: tuple[Fragment, ...]  # the rows last
    formulas: tuple[Fragment, ...]

    @property
    def fragments(self) -> tuple[Fragment, ...]:
        return (*self.statement, *self.formulas)


def check_file(definitions: Sequence[Fragment], chapters: Sequence[Chapter], *, claims: bool) -> tuple[str, bytes]:
    """Its path under ``generated/`` and its content."""
    lines = comment(
        "check.tex: inputs every file of this folder; a document to read, and the check that all of it compiles",
        "Compile: pdflatex check.tex, twice for the table of contents",
        "Written by `derive all`, which also regenerates it: change the sources, not this file.",
    )
    lines += ["% SPDX-License-Identifier: MIT", *_PREAMBLE]
    if definitions:
        lines += [r"\section{Definitions}", *_displayed(definitions)]
    lines += [r"\section{Theorems}", IN_ITALICS, ""]
    for chapter in chapters:
        lines += _chapter(chapter)
    if claims:
        lines += [r"\section{Claims made in words}", r"\input{claims}"]
    return "latex/check.tex", ("\n".join([*lines, r"\end{document}"]) + "\n").encode()


def _chapter(chapter: Chapter) -> list[str]:
    theorem = chapter.theorem
    lines = [
        rf"\subsection{{{text_latex(theorem.title)}}}\label{{derive:{theorem.id}}}",
        rf"\textbf{{Theorem}} {code(theorem.id)}.",
    ]
    if theorem.assumptions:
        assumed = " and that ".join(words.rstrip(".") for words in theorem.assumptions)
        lines.append(f"{remark(f'assume that {assumed}')} Then")
    lines += [rf"\sbox0{{$\input{{{fragment.name}}}$}}%" for fragment in chapter.statement if fragment.has_file]
    lines += [r"\begin{align*}", rf"\deriveformula{{{chapter.statement[-1].name}}}", r"\end{align*}"]
    if theorem.source:
        lines += [rf"\emph{{Source.}} {remark(theorem.source)}"]
    if theorem.short:
        lines += [r"\par\medskip", r"\textbf{In short.}\nopagebreak{}", rf"\input{{proof-{theorem.id}-short}}"]
    lines += [r"\par\medskip", r"\textbf{Proof.}\nopagebreak", rf"\input{{proof-{theorem.id}}}"]
    if chapter.formulas:
        lines += [r"\par\medskip", r"\textbf{Formulas}, with the names of their files.", *_displayed(chapter.formulas)]
    return lines


def _displayed(formulas: Sequence[Fragment]) -> list[str]:
    """Each whole formula as an equation, its name at the margin; its right-hand side in a box that is not shown."""
    return [
        line
        for fragment in formulas
        for line in (
            (
                r"\begin{equation}",
                rf"\input{{{fragment.name}}}",
                rf"\tag*{{{code(fragment.name)}}}",
                r"\end{equation}",
            )
            if fragment.has_file
            else (rf"\sbox0{{$\deriveformula{{{fragment.name}}}$}}%",)
        )
    ]
