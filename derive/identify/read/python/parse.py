"""``ast.parse`` under limits, and Python 2, which is rewritten for it."""

from __future__ import annotations

import ast
import re
import warnings

from derive.identify.read.limits import MAX_TEXT, NotUnderstood, Position, check_text


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
