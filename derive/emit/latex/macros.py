"""The macros that fragments use: each may be defined otherwise by a paper, before it inputs ``macros.tex``."""

from __future__ import annotations

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
    ("the width below which what is made for a column is chosen", r"\providecommand{\derivewidth}{430pt}"),
    (
        "rows of an alignment for a page, and for a column; \\renewcommand it to #1 or #2 to choose one yourself",
        r"\providecommand{\derivefit}[2]{\ifdim\linewidth<\derivewidth\relax\expandafter\derivesecond"
        r"\else\expandafter\derivefirst\fi{#1}{#2}}",
    ),
    (
        "an expression on a line, and over several for a display in a column; within a line of text the first",
        r"\providecommand{\deriveform}[2]{\ifinner\expandafter\derivefirst\else\expandafter\derivefit\fi{#1}{#2}}",
    ),
    (
        "the same for what is too wide for a page as well: within a line of text, on a page, in a column",
        r"\providecommand{\derivewide}[3]{\ifinner#1\else\derivefit{#2}{#3}\fi}",
    ),
    (
        "a line that has no place to be broken, in a column: smaller where it is too wide for that",
        r"\providecommand{\derivesqueeze}[1]{\setbox0\hbox{$\displaystyle#1$}\ifdim\wd0>0.98\linewidth"
        r"\setbox0\hbox{$\textstyle#1$}\ifdim\wd0>0.98\linewidth\scriptstyle\else\textstyle\fi\fi#1}",
    ),
    ("the first and the second of two", r"\providecommand{\derivefirst}[2]{#1}"),
    ("", r"\providecommand{\derivesecond}[2]{#2}"),
)


def macros() -> list[str]:
    """The lines of ``macros.tex`` below its header."""
    return [line for meaning, definition in MACROS for line in (f"% {meaning}", definition) if line != "% "]
