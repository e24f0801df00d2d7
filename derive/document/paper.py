"""``derive report --pdf``: the page as a paper, from the LaTeX of the statements and of the proofs."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from derive import DISTRIBUTION, __version__
from derive.document.contents import ABSTRACT, TITLE, Contents
from derive.document.theorems import coq, decided
from derive.emit.latex import claims, symbols_of
from derive.emit.latex.macros import macros
from derive.emit.latex.printer import Printer
from derive.emit.latex.proofs import outline, proof
from derive.emit.latex.rows import fitted
from derive.emit.latex.words import code, remark, sentence, text_latex
from derive.emit.remarks import IN_ITALICS
from derive.errors import CheckFailed, MissingTool

if TYPE_CHECKING:
    from derive.prove import CheckedTheorem

#: In the typewriter's font, which has no stretch, an underscore is a letter, no rule: names of functions can be found.
_PREAMBLE = r"""
\documentclass[a4paper,10pt]{article}
\usepackage{amsmath, amssymb, graphicx, longtable}
\usepackage[a4paper, margin=28mm]{geometry}
\usepackage[hidelinks, pdfusetitle]{hyperref}
\allowdisplaybreaks[1]
\raggedbottom
\DeclareTextCommand{\textunderscore}{OT1}{\ifdim\fontdimen3\font=0pt\char95 \else\leavevmode\vbox{\hrule width.3em}\fi}
\setcounter{tocdepth}{2}
\setlength{\parindent}{0pt}
\setlength{\parskip}{4pt plus 2pt}
\setlength{\LTleft}{0pt}
\AtBeginDocument{\abovedisplayshortskip=\abovedisplayskip \belowdisplayshortskip=\belowdisplayskip}
""".strip().split("\n")

#: Once for the text, once for the table of contents and the references, once for the pages that the table moves.
_RUNS = 3
_SECONDS = 300


def require() -> str:
    """The path of pdflatex; :class:`MissingTool` at once, not after minutes of work, where there is none."""
    found = shutil.which("pdflatex")
    if found is None:
        raise MissingTool("there is no pdflatex", "Debian and Ubuntu have it in the package texlive-latex-base")
    return found


def source(contents: Contents, pictures: Mapping[str, str]) -> str:
    """The document in LaTeX; ``pictures`` are files ``NAME.pdf`` beside it, each with its caption."""
    said = f"The run that wrote it decided {contents.steps} steps of {len(contents.checked)} theorems."
    symbols = symbols_of(contents.registry.theorems.values())
    lines = [*_PREAMBLE, *macros()]
    lines += [rf"\title{{{text_latex(TITLE)}}}", r"\author{}", rf"\date{{{DISTRIBUTION} {__version__}}}"]
    lines += [r"\begin{document}", r"\maketitle", r"\begin{abstract}\noindent", text_latex(ABSTRACT), said]
    lines += [r"\end{abstract}", r"\tableofcontents", r"\section{What people claim}"]
    lines += claims.paragraphs(contents.registry.claims)
    lines += [r"\clearpage", r"\section{Pictures}"]
    for name, caption in pictures.items():
        lines += [r"\begin{figure}[!htbp]\centering", rf"\includegraphics[width=\linewidth]{{{name}.pdf}}"]
        lines += [rf"\caption{{{text_latex(caption)}}}", r"\end{figure}"]
    lines += [r"\clearpage", r"\section{The derivation, step by step}"]
    lines += [IN_ITALICS, ""]
    for item in contents.checked:
        lines += _chapter(item, symbols, coq(item.theorem, contents.judged))
    lines += [r"\section{The emitted kernels}", r"\begingroup\footnotesize\exhyphenpenalty=10000"]
    for table in contents.tables:
        lines += table.latex()
    lines += [r"\endgroup", r"\section{How to cite}"]
    lines += [
        rf"{DISTRIBUTION}, version {__version__}, theorem {code('kl-unit')}, statement and its digest: the id of a"
    ]
    lines += [
        "theorem is permanent, and the digest says which text of the statement it was. Both stand under its title."
    ]
    return "\n".join([*lines, r"\end{document}"]) + "\n"


def _chapter(item: CheckedTheorem, symbols: Mapping[str, str], judged: str) -> list[str]:
    """A theorem: its variables and what is assumed of them, its statement, the proofs, and who has checked it."""
    theorem = item.theorem
    printer = Printer({**symbols, **{v.name: v.latex for v in theorem.variables}})
    given = "; ".join(
        rf"${v.latex}$ {v.domain.value}, \deriveremark{{{text_latex(v.meaning)}}}" for v in theorem.variables
    )
    lines = [rf"\subsection{{{text_latex(theorem.title)}}}\label{{derive:{theorem.id}}}"]
    lines.append(rf"{{\small theorem {code(theorem.id)}, statement \texttt{{{item.digest}}}}}\par")
    lines += [f"With {given}."] if given else []
    lines += [remark(f"assume that {words.rstrip('.')}") for words in theorem.assumptions]
    rows = fitted(printer, [replace(row, reason="") for row in theorem.statement], tagged=False)
    lines += [r"\begin{align*}", *rows, r"\end{align*}"]
    if theorem.short:
        lines += [r"\textbf{In short.}\nopagebreak{}", *outline(theorem, printer), r"\par\medskip"]
    lines.append(r"\textbf{Proof.}\nopagebreak")
    how = {evidence.step: evidence.how for evidence in item.evidence}
    lines += proof(theorem, symbols, {step.name: decided(step, how[step.name]) for step in theorem.steps})
    lines.append(rf"\par{{\small {sentence(judged)}}}\par")
    return [*lines, rf"{{\small Source: {remark(theorem.source)}}}\par"] if theorem.source else lines


def typeset(text: str, folder: Path) -> bytes:
    """Let TeX set it in ``folder``, where its pictures are: the PDF.

    Raises
    ------
    MissingTool
        where there is no pdflatex.
    CheckFailed
        where TeX finds a fault: its first complaint.
    """
    pdflatex = require()
    (folder / "report.tex").write_text(text, encoding="ascii")
    command = [pdflatex, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "report.tex"]
    for _ in range(_RUNS):
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=_SECONDS, check=False)
        if done.returncode != 0:
            said = done.stdout.decode(errors="replace").splitlines()
            raise CheckFailed(
                f"TeX: {next((line for line in said if line.startswith('!')), 'no PDF')}", " ".join(command)
            )
    return (folder / "report.pdf").read_bytes()
