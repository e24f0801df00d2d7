r"""LaTeX, as :mod:`derive.emit.latex` prints it and as reasons are written in proofs, to MathML.

Only the commands that occur there are known. One that is not raises an error with its name, so that nothing is left out
of a formula silently; a test converts every formula of the registry.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from derive.emit.latex.macros import MACROS
from derive.emit.latex.words import as_read

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\s+|.", re.DOTALL)
_ARGUMENTS = re.compile(r"\\providecommand\{(\\\w+)\}(?:\[(\d)\])?\{(.*)\}$")

#: The others choose between forms, for TeX.
_MATHEMATICAL = {r"\deriveKL", r"\deriveN", r"\deriveE", r"\deriveexpmomx", r"\derivelogopmx"}

_GREEK = dict(
    zip(
        "alpha beta gamma delta epsilon zeta eta theta lambda mu nu xi pi rho sigma tau phi chi psi omega ell".split(),
        "αβγδϵζηθλμνξπρστϕχψωℓ",
        strict=True,
    )
)
_IDENTIFIERS = {f"\\{name}": letter for name, letter in _GREEK.items()} | {r"\infty": "∞", r"\partial": "∂"}
_FUNCTIONS = {r"\log": "log", r"\exp": "exp"}
_OPERATORS = {
    r"\cdot": "⋅", r"\times": "×", r"\ge": "≥", r"\le": "≤", r"\ne": "≠", r"\iff": "⟺", r"\implies": "⟹",
    r"\to": "→", r"\in": "∈", r"\mid": "∣", r"\pm": "±", r"\dots": "…", r"\|": "‖", r"\mapsto": "↦",
    "-": "−", "+": "+", "=": "=", "<": "<", ">": ">", "/": "/", ",": ",", ";": ";", ":": ":", "!": "!", "'": "′",
    ".": ".", "*": "∗",
}  # fmt: skip
_OPENING = {"(": "(", "[": "[", r"\lvert": "|", r"\{": "{"}
_CLOSING = {")": ")", "]": "]", r"\rvert": "|", r"\}": "}"}
_DELIMITERS = {**_OPENING, **_CLOSING, "|": "|", r"\|": "‖", ".": ""}
_SPACES = {r"\quad": "1em", r"\qquad": "2em", r"\,": "0.167em", r"\;": "0.278em", r"\ ": "0.25em"}
_BIG = {r"\big", r"\bigl", r"\bigr", r"\Bigl", r"\Bigr"}
_NO_BREAK = "\u00a0"
_IN_TEXT = re.compile(r"(\$[^$]*\$)")
_THIN = '<mspace width="0.167em"/>'
#: Functions whose names are words: a space keeps them from what they are multiplied with.
_NAMED = {*_FUNCTIONS, r"\operatorname", r"\lim"}
#: An invisible sign, which screen readers say as "of".
_APPLY = "<mo>\u2061</mo>"
#: With its bounds above and below.
_LIMITS = {r"\sum": "<mo>∑</mo>", r"\lim": "<mi>lim</mi>"}
_ALPHABETS = {r"\mathcal": {"N": "𝒩"}, r"\mathbb": {"E": "𝔼"}}


def _macros() -> dict[str, tuple[int, str]]:
    """The macros of mathematics among those that fragments use: the number of arguments, and what they stand for."""
    found = {}
    for _, definition in MACROS:
        match = _ARGUMENTS.match(definition)
        if match is not None and match[1] in _MATHEMATICAL:
            found[match[1]] = (int(match[2] or 0), match[3])
    return found | {r"\derivesqueeze": (1, "#1")}


_MACROS = _macros()


def mathml(latex: str, *, display: bool = False) -> str:
    """One expression.

    Raises
    ------
    ValueError
        for a command that is not known, and where braces do not pair up.
    """
    kind = ' display="block"' if display else ""
    return f"<math{kind}><mrow>{_Reader(latex).whole()}</mrow></math>"


def aligned(lines: Sequence[str]) -> str:
    """Lines of an alignment, each ``left & right``, as one display."""
    rows = []
    for line in lines:
        cells = re.sub(r"\\\\$", "", line.strip()).split("&")
        rows.append("<mtr>" + "".join(f"<mtd><mrow>{_Reader(c).whole()}</mrow></mtd>" for c in cells) + "</mtr>")
    return f'<math display="block"><mtable class="aligned" displaystyle="true">{"".join(rows)}</mtable></math>'


def words(text: str) -> str:
    """Words with ``$mathematics$``, as HTML; what stands between straight quotes is quoted as in print."""
    parts = text.split("$")
    if len(parts) % 2 == 0:
        raise ValueError(f"dollar signs do not pair up in {text!r}")
    return "".join(mathml(part) if index % 2 else escape(part, quote=False) for index, part in enumerate(parts))


def _text(latex: str) -> str:
    """Words within a formula, with what of them is a formula in turn."""
    found = []
    for part in _IN_TEXT.split(latex):
        if _IN_TEXT.fullmatch(part):
            found.append(f"<mrow>{_Reader(part.strip('$')).whole()}</mrow>")
        elif part:
            found.append(f"<mtext>{escape(as_read(part), quote=False).replace(' ', _NO_BREAK)}</mtext>")
    return f"<mrow>{''.join(found)}</mrow>" if len(found) > 1 else "".join(found)


class _Reader:
    """Reads tokens from the left; each method returns the MathML of what it has read."""

    def __init__(self, latex: str) -> None:
        self.latex = latex
        self.rest = [token for token in _TOKEN.findall(latex) if not token.isspace()][::-1]

    def whole(self) -> str:
        found = self.row(())
        if self.rest:
            raise ValueError(f"a {self.rest[-1]} too many in {self.latex!r}")
        return found

    def row(self, ends: Sequence[str]) -> str:
        """Everything up to one of ``ends``, which stays."""
        found: list[str] = []
        begins = True  # where a sign is a sign and no difference
        while self.rest and self.rest[-1] not in ends:
            token = self.rest.pop()
            if token in ("}", r"\right"):
                self.rest.append(token)
                break
            if token in ("^", "_"):
                raise ValueError(f"a script on nothing in {self.latex!r}")
            if token in ("-", "+") and begins:
                found.append(f'<mo form="prefix">{_OPERATORS[token]}</mo>')
                continue
            if token in _NAMED and found and not begins:
                found.append(_THIN)
            found.append(self.scripted(token))
            begins = (token in _OPERATORS and token not in ("!", "'")) or token in _OPENING
        return "".join(found)

    def scripted(self, token: str) -> str:
        """An atom with its scripts."""
        base = self.atom(token)
        scripts: dict[str, str] = {}
        while self.rest and self.rest[-1] in ("^", "_"):
            place = self.rest.pop()
            scripts[place] = self.argument()
        if scripts:
            tag = {"_": "munder", "^": "mover", "_^": "munderover"} if token in _LIMITS else {}
            tag = {"_": "msub", "^": "msup", "_^": "msubsup"} | tag
            kind = tag["".join(sorted(scripts, reverse=True))]
            base = f"<{kind}>{base}{scripts.get('_', '')}{scripts.get('^', '')}</{kind}>"
        if token in _NAMED:
            base += self.applied()
        return base

    def applied(self) -> str:
        """What stands between a function and its argument: a space, unless the argument is in brackets."""
        following = self.rest[-1] if self.rest else ""
        if following in ("", "}") or following in _CLOSING or following in _OPERATORS:
            return ""
        bracketed = following in (*_OPENING, r"\left", r"\mathopen", *_BIG)
        return _APPLY + ("" if bracketed else _THIN)

    def atom(self, token: str) -> str:
        if token in _MACROS:
            self.expand(token)
            self.rest.pop()
            return f"<mrow>{self.group()}</mrow>"
        if token == "{":
            return f"<mrow>{self.group()}</mrow>"
        if token in _IDENTIFIERS or token in _FUNCTIONS:
            return f"<mi>{(_IDENTIFIERS | _FUNCTIONS)[token]}</mi>"
        if token in _LIMITS:
            return _LIMITS[token]
        if token == r"\int":
            return "<mo>∫</mo>"
        if token in (r"\frac", r"\tfrac"):
            above, below = self.argument(), self.argument()
            quotient = f"<mfrac>{above}{below}</mfrac>"
            return quotient if token == r"\frac" else f'<mstyle displaystyle="false">{quotient}</mstyle>'
        if token == r"\sqrt":
            return f"<msqrt>{self.argument()}</msqrt>"
        if token == r"\text":
            return _text(self.raw())
        if token in (r"\mathrm", r"\operatorname", *_ALPHABETS):
            name = self.raw()
            inner = re.fullmatch(r"(\\math(?:bb|cal))\{(\w)\}", name)
            letter = _ALPHABETS[inner[1]].get(inner[2], name) if inner else _ALPHABETS.get(token, {}).get(name, name)
            return f"<mi>{escape(letter)}</mi>"
        if token == r"\left":
            return self.fenced()
        if token in _BIG:
            return f'<mo minsize="1.2em" maxsize="1.2em">{_DELIMITERS[self.rest.pop()]}</mo>'
        if token in (r"\mathopen", r"\mathclose"):
            return self.argument() if self.rest[-1] != "{" else self.emptied()
        return self.sign(token)

    def sign(self, token: str) -> str:
        if token in _SPACES:
            return f'<mspace width="{_SPACES[token]}"/>'
        if token in _OPENING:
            return f'<mo form="prefix" stretchy="false">{_OPENING[token]}</mo>'
        if token in _CLOSING:
            return f'<mo form="postfix" stretchy="false">{_CLOSING[token]}</mo>'
        if token in _OPERATORS:
            return f"<mo>{escape(_OPERATORS[token])}</mo>"
        if token[0].isdigit():
            return f"<mn>{token}</mn>"
        if token.isalpha():
            return f"<mi>{token}</mi>"
        if token == "|":
            return '<mo stretchy="false">|</mo>'
        raise ValueError(f"no MathML for {token} in {self.latex!r}")

    def emptied(self) -> str:
        self.raw()
        return ""

    def fenced(self) -> str:
        opening = _DELIMITERS[self.rest.pop()]
        inside = self.row((r"\right",))
        if not self.rest:
            raise ValueError(f"a \\left without its \\right in {self.latex!r}")
        self.rest.pop()
        closing = _DELIMITERS[self.rest.pop()]
        return f'<mrow><mo form="prefix">{opening}</mo>{inside}<mo form="postfix">{closing}</mo></mrow>'

    def group(self) -> str:
        """What follows an opening brace, up to its closing one."""
        inside = self.row(("}",))
        if not self.rest:
            raise ValueError(f"a brace without its other in {self.latex!r}")
        self.rest.pop()
        return inside

    def argument(self) -> str:
        """A group, or the next token; of a number its first digit, as in \\tfrac12."""
        if not self.rest:
            raise ValueError(f"an argument is missing in {self.latex!r}")
        token = self.rest.pop()
        if token == "{":
            return f"<mrow>{self.group()}</mrow>"
        if token[0].isdigit() and len(token) > 1:
            self.rest.append(token[1:])
            token = token[0]
        return self.atom(token)

    def tokens(self) -> list[str]:
        """The tokens of a group, or the one token that stands for it."""
        token = self.rest.pop()
        if token != "{":
            return [token]
        found: list[str] = []
        depth = 1
        while self.rest:
            token = self.rest.pop()
            depth += {"{": 1, "}": -1}.get(token, 0)
            if not depth:
                return found
            found.append(token)
        raise ValueError(f"a brace without its other in {self.latex!r}")

    def raw(self) -> str:
        """The text of a group; its spaces are read off the LaTeX, since tokens have none."""
        inside = "".join(self.tokens())
        spaced = re.search(r"\{(" + r"\s*".join(map(re.escape, inside)) + r"\s*)\}", self.latex)
        return spaced[1] if spaced else inside

    def expand(self, macro: str) -> None:
        """Put what a macro stands for, with its arguments, before what is left to read."""
        count, body = _MACROS[macro]
        arguments = [self.tokens() for _ in range(count)]
        tokens = [token for token in re.findall(r"#\d|" + _TOKEN.pattern, body) if not token.isspace()]
        found: list[str] = []
        for token in tokens:
            found += ["{", *arguments[int(token[1]) - 1], "}"] if token[0] == "#" else [token]
        self.rest += ["}", *found[::-1], "{"]
