"""A printed piece of mathematics with what its surroundings must know: binding, height and width."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum


class Binding(IntEnum):
    """What binds more tightly than what. A piece is put in parentheses where its surroundings bind more tightly."""

    LOGIC = 0  # a and b
    RELATION = 1  # a = b
    SUM = 2  # a + b
    PRODUCT = 3  # ab
    PREFIX = 4  # log a, an integral: reaches to the right, so it stands last in a product
    CALL = 5  # log(a), closed by its own parentheses
    FRACTION = 6  # a quotient with its bar
    POWER = 7  # a^b
    ATOM = 8  # a letter, a number, anything in brackets


class Height(IntEnum):
    """Which parentheses fit around it."""

    FLAT = 0
    PARENTHESES = 1  # holds a pair of parentheses or a small fraction
    BIG = 2  # holds a big pair
    TALL = 3  # holds a displayed fraction or an integral


#: Pairs of delimiters by the height of what they hold.
_PARENTHESES = {
    Height.FLAT: ("(", ")"),
    Height.PARENTHESES: (r"\bigl(", r"\bigr)"),
    Height.BIG: (r"\Bigl(", r"\Bigr)"),
    Height.TALL: (r"\left(", r"\right)"),
}


@dataclass(frozen=True)
class Box:
    """A piece of LaTeX mathematics.

    ``width`` is an estimate in letters of the width in a display; it decides where rows are broken, nothing else.
    """

    text: str
    binding: Binding = Binding.ATOM
    height: Height = Height.FLAT
    width: float = 1.0

    def within(self, least: Binding) -> Box:
        """This piece, in parentheses unless it binds at least that tightly."""
        return self if self.binding >= least else self.parenthesised()

    def parenthesised(self) -> Box:
        left, right = _PARENTHESES[self.height]
        height = Height(min(self.height + 1, Height.TALL))
        taken = 2.0 if self.height is Height.TALL else 1.2
        return Box(join(left, self.text, right), Binding.ATOM, height, self.width + taken)


def applied(head: str, inner: Box) -> str:
    """A function to its parenthesised argument. ``\\mathopen{}`` keeps TeX from a space between the two."""
    return join(head, r"\mathopen{}" if inner.text.startswith(r"\left") else "", inner.text)


def join(*pieces: str) -> str:
    """Pieces of LaTeX side by side, with a space only where a control word would run into a letter."""
    text = ""
    for piece in pieces:
        if piece[:1].isalpha() and re.search(r"\\[A-Za-z]+$", text):
            text += " "
        text += piece
    return text


def braced(text: str) -> str:
    """The argument of ``^``, ``_`` or ``\\tfrac``: a single character needs no braces."""
    return text if len(text) == 1 else "{" + text + "}"
