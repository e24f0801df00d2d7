"""Long statements of the emitted Python over several lines, as a formatter would lay them out."""

from __future__ import annotations

import re

#: The line length that the emitted file is formatted for, as `ruff format` would.
_WIDTH = 120

_OPERATORS = (" + ", " - ", " & ", " | ")

#: What a statement begins with: the names that are assigned to, a plain or an augmented assignment, or ``return``.
_OPENING = re.compile(r"return |.*? [-+*/&|]?= ")


def wrapped(line: str, indent: str = "    ") -> list[str]:
    """A statement over several lines: one result, one term or one argument on each."""
    if len(indent) + len(line) <= _WIDTH or line.startswith("#"):
        return [indent + line]
    found = _OPENING.match(line)
    assert found is not None
    opening, value = found[0], line[found.end() :]
    if len(_split(value, (", ",))) == 1 and _is_call(value):
        return _laid_out(value, indent, opening, "")
    pieces = _split(value, (", ",))
    comma = "," if len(pieces) > 1 else ""
    body = [text for piece in pieces for text in _laid_out(piece, indent + "    ", "", comma)]
    return [f"{indent}{opening}(", *body, f"{indent})"]


def _is_call(text: str) -> bool:
    return text.endswith(")") and len(_split(text, _OPERATORS)) == 1 and text.index("(") > 0


def _laid_out(text: str, indent: str, before: str, after: str) -> list[str]:
    """An expression, over as many lines as it needs."""
    if len(indent) + len(before) + len(text) + len(after) <= _WIDTH:
        return [indent + before + text + after]
    if _is_call(text):
        head = text.index("(") + 1
        arguments = _split(text[head:-1], (", ",))
        body = [line for a in arguments for line in _laid_out(a, indent + "    ", "", ",")]
        return [indent + before + text[:head], *body, f"{indent}){after}"]
    pieces = _split(text, _OPERATORS)
    return [*(indent + piece for piece in pieces[:-1]), indent + pieces[-1] + after]


def _split(text: str, at: tuple[str, ...]) -> list[str]:
    """Pieces of an expression between the separators outside of all brackets; an operator begins its piece."""
    depth, pieces, piece = 0, [], ""
    for position, c in enumerate(text):
        found = next((s for s in at if depth == 0 and text.startswith(s, position)), None)
        if found is not None:
            pieces.append(piece)
            piece = ""
        depth += (c in "([") - (c in ")]")
        piece += "" if found == ", " else c
    return [p.strip() for p in [*pieces, piece]]
