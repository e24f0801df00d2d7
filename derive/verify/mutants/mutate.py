"""Token-level mutations of C and Python: one token, or one operand, changed at a time.

Comments, strings and preprocessor lines are left alone, except strings that hold a hex float: those are Python's
coefficients.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from derive.campaign.results import as_data


class Token(NamedTuple):
    """A token of either language with its place in the text."""

    kind: str  # "number", "name", "operator" or "skipped"
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@as_data
@dataclass(frozen=True)
class Mutant:
    """One change: ``before`` at ``start`` becomes ``after``."""

    path: str
    line: int
    kind: str
    start: int
    before: str
    after: str

    def apply(self, text: str) -> str:
        """The text with the change made."""
        return text[: self.start] + self.after + text[self.start + len(self.before) :]

    def __str__(self) -> str:
        shown = " ".join(self.before.split())
        return f"{self.path}:{self.line}: {self.kind}: {shown!r} -> {' '.join(self.after.split())!r}"


_NUMBER = r"0[xX][0-9a-fA-F]*\.?[0-9a-fA-F]*(?:[pP][+-]?\d+)?[fFlLuU]*|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFlLuU]*"
_NAME = r"[A-Za-z_]\w*"
_OPERATOR = r"<<=|>>=|\*\*|//|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[-+*/%<>=!&|^~?:,;.(){}\[\]@]"
_SKIPPED = {
    "c": r'/\*.*?\*/|//[^\n]*|^[ \t]*\#(?:\\\n|[^\n])*|"(?:\\.|[^"\\])*"' + r"|'(?:\\.|[^'\\])*'",
    "python": r'\#[^\n]*|[rRbBfFuU]{0,2}"""(?:\\.|.)*?"""'
    + r"|[rRbBfFuU]{0,2}(?:'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\")",
}
_HEX_FLOAT = re.compile(r"0x(?P<mantissa>[01]\.?[0-9a-f]*)p(?P<exponent>[+-]?\d+)", re.IGNORECASE)

#: operator -> what it becomes. Each is also tried the other way round.
_REPLACED = {
    "+": ("-",), "-": ("+",), "*": ("/",), "/": ("*",),
    "<": ("<=", ">"), ">": (">=", "<"), "<=": ("<", ">="), ">=": (">", "<="), "==": ("!=",), "!=": ("==",),
    "&": ("|",), "|": ("&",), "&&": ("||",), "||": ("&&",), "^": ("&",), "<<": (">>",), ">>": ("<<",),
    "+=": ("-=",), "-=": ("+=",), "*=": ("/=",), "/=": ("*=",),
}  # fmt: skip
_BEFORE_UNARY = frozenset(
    {"(", ",", "=", "?", ":", "[", "{", ";", "return", "*", "/", "+", "-", "<", ">", "&&", "||", "=="}
)
_TYPES = frozenset(
    "void char int long unsigned float double const restrict static size_t int64_t uint64_t uint32_t".split()
)
#: Functions of which exchanging the first arguments changes nothing: how many exchanges that are.
_SYMMETRIC = {"product": 1, "two_sum": 1, "two_prod": 1, "equal": 1, "fma": 1, "two_fma": 1, "fast_two_fma": 1}
_LANGUAGE_WORDS = frozenset(
    {"if", "while", "for", "return", "sizeof", "switch", "def", "in", "and", "or", "not", "else"}
)


#: A constant in C, of which the second spelling is for compilers that none of the checks uses.
_TWO_SPELLINGS = re.compile(r"(HEX\([^,()]*)(,[^()]*)\)")


def tokens(text: str, language: str) -> list[Token]:
    """The tokens of a text in C or Python."""
    text = _TWO_SPELLINGS.sub(lambda found: f"{found[1]}{' ' * len(found[2])})", text)
    pattern = re.compile(
        f"(?P<skipped>{_SKIPPED[language]})|(?P<number>(?<![\\w.])(?:{_NUMBER}))|(?P<name>{_NAME})|(?P<operator>{_OPERATOR})",
        re.DOTALL | re.MULTILINE,
    )
    found = [Token(str(match.lastgroup), match.group(), match.start()) for match in pattern.finditer(text)]
    return [
        token for token in found if token.kind != "skipped" or (language == "python" and _is_coefficient(token.text))
    ]


def _is_coefficient(text: str) -> bool:
    return _HEX_FLOAT.fullmatch(text.strip("\"'").lstrip("-+")) is not None


def mutants_of(text: str, path: str) -> list[Mutant]:
    """Every mutant of a file, in the order of the text."""
    language = "python" if path.endswith(".py") else "c"
    every = tokens(text, language)
    found: dict[tuple[int, str, str], Mutant] = {}
    for start, before, after, kind in _changes(text, every):
        line = text.count("\n", 0, start) + 1
        if before != after:
            found.setdefault((start, before, after), Mutant(path, line, kind, start, before, after))
    return sorted(found.values(), key=lambda m: (m.start, m.before, m.after))


def _changes(text: str, every: list[Token]) -> Iterator[tuple[int, str, str, str]]:
    closing = _matching(every)
    for index, token in enumerate(every):
        if token.kind in ("number", "skipped"):
            for changed in _numbers(token.text):
                yield token.start, token.text, changed, "digit"
        elif token.kind == "operator":
            yield from _operators(text, every, index, closing)
        if (
            token.text == "("
            and index
            and every[index - 1].kind == "name"
            and every[index - 1].text not in _LANGUAGE_WORDS
        ):
            yield from _swapped(text, every, index, closing)


def _numbers(text: str) -> Iterator[str]:
    """A digit of the mantissa (every third, and the last), an exponent one up and one down."""
    match = _HEX_FLOAT.search(text)
    if match:
        start, end = match.span("mantissa")
        digits = [i for i in range(start, end) if text[i] != "."]
        for position in dict.fromkeys([*digits[1::3], digits[-1]]):
            digit = int(text[position], 16)
            yield text[:position] + f"{digit + 1 if digit < 15 else digit - 1:x}" + text[position + 1 :]
        for step in (1, -1):
            exponent = int(match["exponent"]) + step
            yield text[: match.start("exponent")] + f"{exponent:+d}" + text[match.end("exponent") :]
    elif text[:2].lower() == "0x":
        position = len(text.rstrip("uUlL")) - 1
        yield text[:position] + f"{(int(text[position], 16) + 1) % 16:x}" + text[position + 1 :]
    else:
        digits = [i for i, c in enumerate(re.split("[eE]", text)[0]) if c.isdigit()]
        for position in dict.fromkeys([digits[0], digits[-1]]):
            digit = int(text[position])
            yield text[:position] + str(digit + 1 if digit < 9 else digit - 1) + text[position + 1 :]


def _matching(every: list[Token]) -> dict[int, int]:
    """Index of the bracket that closes each opening one."""
    closing, stack = {}, []
    for index, token in enumerate(every):
        if token.kind == "operator" and token.text in "([{":
            stack.append(index)
        elif token.kind == "operator" and token.text in ")]}" and stack:
            closing[stack.pop()] = index
    return closing


def _operators(
    text: str, every: list[Token], index: int, closing: dict[int, int]
) -> Iterator[tuple[int, str, str, str]]:
    token = every[index]
    previous = every[index - 1].text if index else ";"
    unary = previous in _BEFORE_UNARY
    if token.text == "-" and unary:
        yield token.start, "-", "", "sign"
        return
    if unary or (token.text in "*&" and _declares(every, index)):
        return
    for other in _REPLACED.get(token.text, ()):
        yield token.start, token.text, other, "operator"
    if token.text in "+-" and index + 1 < len(every):
        end = _operand_end(every, index + 1, closing)
        yield token.start, text[token.start : end], "", "dropped term"


def _defines(every: list[Token], index: int) -> bool:
    """Whether the bracket opens the parameters of a Python function."""
    return index >= 2 and every[index - 2].text == "def"


def _declares(every: list[Token], index: int) -> bool:
    """Whether a star makes a pointer: it follows a type, not an operand."""
    return every[index - 1].text in _TYPES


def _operand_end(every: list[Token], index: int, closing: dict[int, int]) -> int:
    """End of the product that starts at a token: factors joined by * and /, with their brackets."""
    while True:
        while every[index].text in ("-", "+", "!", "~"):
            index += 1
        if index in closing:
            index = closing[index]
        while index + 1 < len(every) and every[index + 1].text in ("(", "[", "."):
            index = closing.get(index + 1, index + 2)
        if index + 2 >= len(every) or every[index + 1].text not in ("*", "/"):
            return every[index].end
        index += 2


def _swapped(text: str, every: list[Token], index: int, closing: dict[int, int]) -> Iterator[tuple[int, str, str, str]]:
    """Each argument of a call exchanged with the next; and a fused multiply-add without its addend."""
    if index not in closing or every[index + 1].text in _TYPES or _defines(every, index):
        return
    cuts, position = [index], index + 1
    while position < closing[index]:
        position = closing.get(position, position)
        if every[position].text == ",":
            cuts.append(position)
        position += 1
    cuts.append(closing[index])
    spans = [(every[a + 1].start, every[b - 1].end) for a, b in itertools.pairwise(cuts) if b > a + 1]
    name = every[index - 1].text.lstrip("_")
    for position, ((a, b), (c, d)) in enumerate(itertools.pairwise(spans)):
        if text[a:b] != text[c:d] and position >= _SYMMETRIC.get(name, 0):
            yield a, text[a:d], text[c:d] + text[b:c] + text[a:b], "swapped arguments"
    if "fma" in every[index - 1].text and len(spans) == 3:
        a, b = spans[2]
        yield a, text[a:b], "0.0", "dropped term"
