"""``ast.parse`` under limits, and the dialects that are rewritten for it: Python 2, and the signs of papers."""

from __future__ import annotations

import ast
import re
import warnings

from derive.identify.read.limits import MAX_TEXT, NotUnderstood, Position, check_text

#: Typography of papers that people paste into a program's text.
_TYPOGRAPHY = {
    "−": "-",
    "–": "-",
    "·": "*",
    "×": "*",
    "²": "**2",
    "³": "**3",
    "½": "(1/2)",
    "⁻¹": "**-1",
    "∗": "*",
    "⋅": "*",
}


#: Brackets and operators in the width of Chinese letters, and comments, which stay as they are.
_FULL_WIDTH = re.compile("#[^\n]*|[\uff01-\uff5e]")

_BROADCAST = re.compile(r"\w\.\(|\s\.[-+*/^]|\.\^|@\.")


def parse(text: str | bytes, limit: int = MAX_TEXT) -> ast.Module:
    """``ast.parse`` under the limits, without its warnings; what only Python 2 understands is rewritten line by line.

    Raises
    ------
    NotUnderstood : not Python, or too large or too deeply nested for the parser.
    """
    if isinstance(text, bytes):
        return _parsed(text)
    return parsed(text, limit)[0]


def parsed(text: str, limit: int = MAX_TEXT) -> tuple[ast.Module, str]:
    """What :func:`parse` gives, and the text that its lines and columns are of."""
    check_text(text, limit)
    try:
        return _parsed(text), text
    except NotUnderstood:
        older = python3(text)
        if older == text:
            raise
        try:
            return _parsed(older), older
        except NotUnderstood:
            pass
        raise


def _parsed(text: str | bytes) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        at = Position(error.lineno or 1, max(error.offset or 1, 1))
        raise NotUnderstood(f"this is not Python: {error.msg}", at) from None
    except (RecursionError, MemoryError):
        raise NotUnderstood("too deeply nested for Python's parser") from None
    except (ValueError, UnicodeError, OverflowError) as error:
        raise NotUnderstood(f"this is not Python text: {error}") from None


#: Statements of Python 2 and what stands for them; no formula is in them, and no column before a formula moves.
_PYTHON2 = tuple(
    (re.compile(pattern, re.MULTILINE), new)
    for pattern, new in (
        (r"^([^#\n'\"]*?(?:^|[\s:;]))print[ \t]*>>", r"\1print_ ="),
        (r"^([^#\n'\"]*?(?:^|[\s:;]))print(?=[ \t]*[\w'\"(`\[{-])", r"\1print_ ="),
        (r"^([ \t]*)exec(?=[ \t]+[\w'\"])", r"\1exec_ ="),
        (r"^([ \t]*except\b[^:\n]*?),([ \t]*\w+[ \t]*:)", r"\1 as\2"),
        (r"^([ \t]*raise[ \t]+[\w.]+),", r"\1; raise_ ="),
        (r"`([^`\n]+)`", r"(\1)"),
        (r"<>", r"!="),
        (r"\b(\d+)[lL]\b", r"\1"),
        (r"\b0(\d+)\b(?!\.)", r"0o\1"),
        (r"\b[uU][rR](?=['\"])", r"r"),
        (r"^([ \t]*def[ \t]+\w+[ \t]*\([^()\n]*)\(([\w, \t]+)\)", r"\1 \2 "),
        (r"\blambda([ \t\w,]*)\(([\w, \t]+)\)", r"lambda\1 \2 "),
    )
)


def python3(text: str) -> str:
    """Python 2 as Python 3 reads it: prints, exceptions, old literals."""
    for pattern, new in _PYTHON2:
        text = pattern.sub(new, text)
    return text.expandtabs(8)


def narrow(text: str) -> str:
    """Signs as Chinese keyboards type them in ASCII."""
    return _FULL_WIDTH.sub(lambda sign: sign[0] if sign[0][0] == "#" else chr(ord(sign[0]) - 0xFEE0), text)


def broadcast(text: str, written: str) -> str:
    """A changed text with the dots that :func:`typography` left out of the one that was written, of functions too where
    that is Julia's.
    """
    if not _BROADCAST.search(written):
        return text
    text = re.sub(r" ?(\*\*|[*/]) ?", lambda found: ".^" if found[1] == "**" else f" .{found[1]} ", text)
    if not re.search(r"\w\.\(|@\.", written):
        return text
    text = re.sub(r"(?<=[\w)\]])(?<!\de) ?([-+]) ?", r" .\1 ", text)
    return re.sub(r"\b(exp|log|sqrt|abs)\(", r"\1.(", text)


def typography(text: str) -> str:
    """Superscripts, minus signs and one half as Python spells them; ``^`` is a power, since a formula holds no xor;
    the dots of Julia's broadcasts, which Python does not know, are left out.
    """
    if _BROADCAST.search(text):
        text = re.sub(r"@\.\s*|\.(?=[-+*/^(])|(?<=\d)f0\b", "", text)
    for sign, spelling in _TYPOGRAPHY.items():
        text = text.replace(sign, spelling)
    return text.replace("^", "**")
