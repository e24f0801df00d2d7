"""Words with $mathematics$ in them, as proofs and claims hold them, to LaTeX text."""

from __future__ import annotations

import re
from collections.abc import Collection

_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "%": r"\%",
        "&": r"\&",
        "#": r"\#",
        "_": r"\_",
        "{": r"\{",
        "}": r"\}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "–": "--",
        "—": "---",
        "’": "'",
        "‘": "`",
        "“": "``",
        "”": "''",
        "…": r"\dots{}",
        "é": r"\'e",
        "ö": r"\"o",
        "‖": r"\(\|\)",
        "−": r"\(-\)",
        "×": r"\(\times\)",
        "≥": r"\(\ge\)",
        "≤": r"\(\le\)",
        ">": r"\(>\)",
        "<": r"\(<\)",
    }
)


_READ = {latex: chr(letter) for letter, latex in _ESCAPES.items()}
_MADE = re.compile("|".join(map(re.escape, sorted(_READ, key=len, reverse=True))))


def text_latex(words: str) -> str:
    """The words as LaTeX text: what stands between dollar signs is mathematics already, the rest is escaped.

    Raises
    ------
    ValueError : where the dollar signs do not pair up, or a letter outside of mathematics has no LaTeX here.
    """
    parts = " ".join(words.split()).split("$")
    if len(parts) % 2 == 0:
        raise ValueError(f"dollar signs do not pair up in {words!r}")
    return "".join(f"${part}$" if index % 2 else _plain(part) for index, part in enumerate(parts))


def as_read(latex: str) -> str:
    """The words, apart from mathematics, of which :func:`text_latex` has made this."""
    return _MADE.sub(lambda made: _READ[made[0]], latex)


def without(words: str, said: Collection[str]) -> str:
    """A reason less the parts, between semicolons, that have been said elsewhere."""
    return "; ".join(part for part in words.split("; ") if part not in said) if words not in said else ""


def letters(words: str) -> int:
    """How many letters are seen of the words, where ``$\\mu_1$`` shows two."""
    parts = words.split("$")
    seen = (re.sub(r"[{}_^\s]", "", re.sub(r"\\[A-Za-z]+", "x", p.replace(r"\operatorname", ""))) for p in parts[1::2])
    return sum(map(len, [*parts[::2], *seen]))


def wrapped(words: str, width: int) -> list[str]:
    """The words cut into lines of about that many letters, never within $mathematics$; each as LaTeX text."""
    lines = [""]
    for word in re.findall(r"(?:\$[^$]*\$|[^\s$])+", words):
        if lines[-1] and letters(lines[-1]) + letters(word) >= width:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + word
    return [text_latex(line) for line in lines]


def sentence(words: str) -> str:
    """The same, with a capital and a full stop; a letter that stands for a function stays as it is."""
    text = text_latex(words).strip()
    letter_of_mathematics = len(text.split(" ")[0]) == 1 and not text.startswith("a ")
    text = text if letter_of_mathematics else text[:1].upper() + text[1:]
    return text if not text or text[-1] in ".!?:" else text + "."


def remark(words: str) -> str:
    r"""A sentence of the author's, set off from what was decided; nothing where there are no words."""
    said = sentence(words)
    return rf"\deriveremark{{{said}}}" if said else ""


def code(name: str) -> str:
    """A permanent name: an id, a file. It may be broken after a slash or a hyphen."""
    breakable = re.sub(r"(?<=[/-])(?=.)", lambda _: r"\allowbreak{}", _plain(name))
    return rf"\texttt{{{breakable}}}"


def _plain(text: str) -> str:
    pieces = text.split('"')
    text = "".join(
        piece + ("" if i == len(pieces) - 1 else "“" if i % 2 == 0 else "”") for i, piece in enumerate(pieces)
    )
    text = text.translate(_ESCAPES)
    strange = sorted({letter for letter in text if ord(letter) > 126})
    if strange:
        raise ValueError(f"no LaTeX for {' '.join(strange)} in the words {text!r}: write it between dollar signs")
    return text
