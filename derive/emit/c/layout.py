"""Long lines of the emitted C: comments and declarations over several lines."""

from __future__ import annotations

import re
import textwrap

#: The widest line of the emitted files.
_WIDTH = 118


def comment(text: str, indent: str = "") -> str:
    """A C comment, wrapped."""
    width = _WIDTH - len(indent) - len("/* ")
    lines = [piece for line in text.splitlines() for piece in textwrap.wrap(line, width) or [""]]
    lines[-1:] = textwrap.wrap(lines[-1], width - len(" */"))
    if len(lines) == 1:
        return f"{indent}/* {lines[0]} */"
    return "\n".join([f"{indent}/* {lines[0]}", *(f"{indent}   {line}".rstrip() for line in lines[1:])]) + " */"


def prose(text: str) -> str:
    """A C comment of paragraphs, which blank lines part: wherever their lines end, they are filled anew."""
    return comment("\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n")))


def wrap(line: str, indent: str = "") -> str:
    """A declaration or a call, over several lines where it is long: broken after commas."""
    code = line.lstrip()
    indent += " " * (len(line) - len(code))
    lines = [indent]
    for piece in re.split("(?<=, )", code):
        if len(lines[-1] + piece.rstrip()) > _WIDTH:
            lines.append(indent + "    ")
        lines[-1] += piece
    return "\n".join(line.rstrip() for line in lines)
