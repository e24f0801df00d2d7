"""The macros that fragments use: each may be defined otherwise by a paper, before it inputs ``macros.tex``."""

from __future__ import annotations

import re

from derive.emit.latex.header import comment

MACROS: tuple[tuple[str, str], ...] = (
    (
        "the divergence of its first argument from its second",
        r"\providecommand{\deriveKL}[2]{\mathrm{KL}\bigl(#1\,\big\|\,#2\bigr)}",
    ),
    ("the normal distribution of this mean and this variance", r"\providecommand{\deriveN}[2]{\mathcal{N}(#1, #2)}"),
    ("the expectation under the first distribution", r"\providecommand{\deriveE}{\operatorname{\mathbb{E}}}"),
    ("exp(x) - 1 - x", r"\providecommand{\deriveexpmomx}{\operatorname{expm1mx}}"),
    ("log(1 + x) - x", r"\providecommand{\derivelogopmx}{\operatorname{log1pmx}}"),
    (
        "the head of a step of a proof: its number and its name",
        r"\providecommand{\derivestep}[2]{\par\smallskip\noindent\emergencystretch=3em"
        r"\textbf{Step~#1} (#2).\enspace\ignorespaces}",
    ),
    (
        "the author's words, in which nothing but relations in formulas is checked, beside formulas that were decided",
        r"\providecommand{\deriveremark}[1]{\textit{#1}}",
    ),
    ("the width below which what is made for a column is chosen", r"\providecommand{\derivewidth}{430pt}"),
    (
        "rows of an alignment for a page, and for a column; \\renewcommand it to #1 or #2 to choose one yourself",
        r"\providecommand{\derivefit}[2]{\ifdim\linewidth<\derivewidth\relax\expandafter\derivesecond"
        r"\else\expandafter\derivefirst\fi{#1}{#2}}",
    ),
    (
        "an expression on a line, and over several for a display in a column, also in a cell of align, which to TeX is "
        "within a line; within a line of text the first",
        r"\providecommand{\deriveform}[2]{\expandafter\ifx\csname if@display\endcsname\iftrue\expandafter\derivefit"
        r"\else\expandafter\derivefirst\fi{#1}{#2}}",
    ),
    (
        "the same for what is too wide for a page as well: within a line of text, on a page, in a column",
        r"\providecommand{\derivewide}[3]{\expandafter\ifx\csname if@display\endcsname\iftrue\derivefit{#2}{#3}"
        r"\else#1\fi}",
    ),
    (
        "a line that has no place to be broken, in a column: smaller where it is too wide for that",
        r"\providecommand{\derivesqueeze}[1]{\setbox0\hbox{$\displaystyle#1$}\ifdim\wd0>0.98\linewidth"
        r"\setbox0\hbox{$\textstyle#1$}\ifdim\wd0>0.98\linewidth\scriptstyle\else\textstyle\fi\fi#1}",
    ),
    (
        "a formula of formulas.tex by its name; the word that defines one there",
        r"\providecommand{\deriveformula}[1]{\ifcsname derive:#1\endcsname\expandafter\derivefirst"
        r"\else\expandafter\derivesecond\fi{\csname derive:#1\endcsname}"
        r"{\PackageError{derive}{no formula is named #1}{formulas.tex has the names, and has to be input first}}}",
    ),
    ("", r"\providecommand{\derivedefine}[2]{\expandafter\def\csname derive:#1\endcsname{#2}}"),
    (
        "an earlier theorem, #1, as a number where the paper has \\label{derive:#1}, else by its name, #2; "
        "\\renewcommand it to #2 to switch numbers off, or to \\cref{derive:#1}",
        r"\providecommand{\derivecite}[2]{\ifcsname r@derive:#1\endcsname\expandafter\derivefirst"
        r"\else\expandafter\derivesecond\fi{Theorem~\ref{derive:#1}}{#2}}",
    ),
    (
        "the end of a proof, on its last line; within amsthm's proof \\renewcommand it to \\qedhere, or to nothing",
        r"\providecommand{\deriveqed}{\ifmmode\tag*{$\square$}\else\hfill$\square$\fi}",
    ),
    ("the first and the second of two", r"\providecommand{\derivefirst}[2]{#1}"),
    ("", r"\providecommand{\derivesecond}[2]{#2}"),
)

#: For KaTeX and MathJax, which have no boxes to measure: the number of arguments and the form that is shown.
_ON_THE_WEB = {
    r"\deriveform": (2, "#1"),
    r"\derivefit": (2, "#1"),
    r"\derivewide": (3, "#2"),
    r"\derivesqueeze": (1, "#1"),
}

#: What is of use in a document of TeX alone.
_IN_TEX_ALONE = re.compile(r"\\derive(?:step|remark|width|first|second|formula|define|cite|qed)\b")


def web_macros() -> list[str]:
    """The lines of ``macros-web.tex``: the macros of mathematics, in what KaTeX and MathJax understand."""
    found = []
    for meaning, definition in MACROS:
        name = re.findall(r"\\derive\w+", definition)[0]
        if _IN_TEX_ALONE.match(name):
            continue
        count, shown = _ON_THE_WEB.get(name, (0, ""))
        line = rf"\newcommand{{{name}}}[{count}]{{{shown}}}" if count else definition.replace("provide", "new", 1)
        found += [*comment(meaning.partition(";")[0]), line]
    return found


def macros() -> list[str]:
    """The lines of ``macros.tex`` below its header."""
    return [line for meaning, definition in MACROS for line in (*comment(meaning), definition)]
