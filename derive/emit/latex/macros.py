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
        r"\providecommand{\derivestep}[2]{\par\smallskip\noindent\textbf{Step~#1} (#2).\enspace\ignorespaces}",
    ),
)


def macros() -> list[str]:
    """The lines of ``macros.tex`` below its header."""
    return [line for meaning, definition in MACROS for line in (f"% {meaning}", definition)]
