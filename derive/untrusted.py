"""Text that somebody else chose - names of files, formulas, what a tool said - as each format of output takes it.

A name may hold line breaks, the sequences that a terminal obeys, letters that turn the direction of writing, or the
beginning of a command to the machine that reads a log. Written through these functions it is text, and all of it is
seen.
"""

from __future__ import annotations

import json
import os
import re
from urllib.parse import quote

#: A line that begins so is a command to GitHub's runner, on either stream; the second form wherever it stands.
_COMMAND = re.compile(r"(?m)^(\s*):(?=:)|##(?=\[)")

#: What a terminal or a runner obeys: controls, but for tabulators, form feeds and the ends of lines.
_CONTROLS = re.compile(r"\r(?!\n)|[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")


def line(text: str) -> str:
    """One line for a terminal or a log: what is not printable is shown as its number."""
    return _disarmed("".join(c if c.isprintable() else _number(c) for c in text))


def lines(text: str) -> str:
    """The same for a text of several lines, whose breaks and tabulators stay."""
    return _disarmed("".join(c if c.isprintable() or c in "\n\t" else _number(c) for c in text))


def patch(text: str) -> str:
    """The same for a program that applies a patch: the bytes are those of the file, but for what a terminal obeys."""
    return _disarmed(_CONTROLS.sub(lambda found: _number(found[0]), text))


def _disarmed(text: str) -> str:
    return _COMMAND.sub(lambda m: r"#\x23" if m[0] == "##" else m[1] + r"\x3a", text)


def _number(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def github_value(text: str) -> str:
    """A property of a command to GitHub's runner, such as the file of an annotation."""
    return github_message(text).replace(":", "%3A").replace(",", "%2C")


def github_message(text: str) -> str:
    """The message of a command to GitHub's runner; its line breaks are kept, as the runner writes them."""
    shown = "".join(c if c.isprintable() or c in "\r\n" else _number(c) for c in text)
    return _disarmed(shown.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def as_json(document: object) -> str:
    """A document, indented. Letters stay; what is not printable, or half of a letter, is written as its number."""
    text = json.dumps(document, ensure_ascii=False, indent=2, default=str)
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text).replace("##[", r"#\u0023[")


def uri(path: str) -> str:
    """A path as a reference in SARIF: relative as it is given, or absolute with its scheme."""
    name = path.replace(os.sep, "/")
    try:
        octets = os.fsencode(name)
    except UnicodeEncodeError:  # half of a letter, which a file's name cannot hold, but a notebook's cell can
        octets = name.encode(errors="surrogatepass")
    quoted = quote(octets, safe="/~")
    return f"file://{quoted}" if quoted.startswith("/") else quoted
