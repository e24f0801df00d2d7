"""An independent reading of printed formulas: LaTeX or Unicode text to its value at a point.

Knows nothing of SymPy and of the printers. Quotients with a slash and products are read from left to right, a function
without parentheses takes the next letter, number, fraction or bracket. What the grammar does not know is an error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from mpmath import mp, mpf

FUNCTIONS = {
    "log": mp.log,
    "exp": mp.exp,
    "sqrt": mp.sqrt,
    "expm1mx": lambda x: mp.exp(x) - 1 - x,
    "log1pmx": lambda x: mp.log(1 + x) - x,
    "erf": mp.erf,
    "abs": abs,
    "sgn": mp.sign,
    "sign": mp.sign,
}
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_UNICODE = {
    "½": "(1/2)",
    "¼": "(1/4)",
    "¾": "(3/4)",
    "⅓": "(1/3)",
    "⅔": "(2/3)",
    "⅛": "(1/8)",
    "−": "-",
    "·": "*",
    "√": " sqrt ",
}


def read_latex(text: str, values: Mapping[str, mpf]) -> mpf:
    """The value of LaTeX mathematics; ``values`` is keyed by the LaTeX of each letter (``\\sigma_1``)."""
    text = text.replace(r"\mathopen{}", "").replace(r"\,", " ").replace(r"\cdot", "*")
    text = (
        text.replace(r"\deriveexpmomx", r"\expm1mx ")
        .replace(r"\derivelogopmx", r"\log1pmx ")
        .replace(r"\operatorname{erf}", r"\erf ")
        .replace(r"\operatorname{sgn}", r"\sgn ")
    )
    text = re.sub(r"\\(?:left|right|[bB]igg?[lr])(?=[()\\])", "", text)
    text = text.replace(r"\lvert", r"\abs(").replace(r"\rvert", ")")
    text = re.sub(r"\\tfrac(\d)(\d)", r"\\tfrac{\1}{\2}", text)
    letters = sorted(values, key=len, reverse=True)
    token = re.compile(
        "|".join(
            [r"\\expm1mx|\\log1pmx", *map(re.escape, letters), r"\\[A-Za-z]+", r"\d+", r"[-+*/^(){}e]", r"\s+", "."]
        )
    )
    tokens = [t for t in token.findall(text) if not t.isspace()]
    return _Reader(tokens, values).all()


def read_unicode(text: str, values: Mapping[str, mpf]) -> mpf:
    """The value of a printed line; ``values`` is keyed by the letters (``σ₁``)."""
    text = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", lambda m: "^(" + m[0].translate(_SUPERSCRIPT) + ")", text)
    text = re.sub(r"\|([^|]*)\|", r"abs(\1)", text)
    for letter, meaning in _UNICODE.items():
        text = text.replace(letter, meaning)
    letters = sorted(values, key=len, reverse=True)
    token = re.compile(
        "|".join(
            [
                r"expm1mx|log1pmx|log|exp|sqrt|erf|abs|sign",
                *map(re.escape, letters),
                r"\d+",
                r"[-+*/^()eπ]",
                r"\s+",
                ".",
            ]
        )
    )
    tokens = [t for t in token.findall(text) if not t.isspace()]
    return _Reader(tokens, values).all()


class _Reader:
    def __init__(self, tokens: list[str], values: Mapping[str, mpf]) -> None:
        self.tokens, self.values, self.place = tokens, values, 0

    def all(self) -> mpf:
        value = self.sum()
        assert self.peek() is None, f"unread: {self.tokens[self.place :]} of {self.tokens}"
        return value

    def peek(self) -> str | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def take(self, expected: str | None = None) -> str:
        token = self.peek()
        assert token is not None, f"ends too early: {self.tokens}"
        assert expected in (None, token), f"{token} for {expected} at {self.place} in {self.tokens}"
        self.place += 1
        return token

    def sum(self) -> mpf:
        negative = self.peek() == "-" and bool(self.take())
        value = -self.product() if negative else self.product()
        while self.peek() in ("+", "-"):
            minus = self.take() == "-"
            assert self.peek() not in ("+", "-"), f"two signs in a row: {self.tokens}"
            value += -self.product() if minus else self.product()
        return value

    def product(self) -> mpf:
        value = self.power()
        while self.peek() not in (None, "+", "-", ")", "}"):
            if self.peek() == "/":
                self.take()
                value /= self.power()
            else:
                if self.peek() == "*":
                    self.take()
                value *= self.power()
        return value

    def power(self) -> mpf:
        start = self.place
        value = self.atom()
        if self.peek() != "^":
            return value
        name = self.tokens[start].removeprefix("\\")
        assert name not in FUNCTIONS or name == "sqrt", f"a power of a function without parentheses: {self.tokens}"
        self.take()
        exponent = self.group() if self.peek() == "{" else self.atom()
        assert self.peek() != "^", f"a double superscript: {self.tokens}"
        return mp.power(value, exponent)

    def group(self) -> mpf:
        self.take("{")
        value = self.sum()
        self.take("}")
        return value

    def atom(self) -> mpf:
        token = self.take()
        if token.isdigit():
            assert not (self.peek() or "").isdigit(), f"two numbers in a row: {self.tokens}"
            return mpf(int(token))
        if token in self.values:
            return self.values[token]
        if token == "(":
            value = self.sum()
            self.take(")")
            return value
        name = token.removeprefix("\\")
        if name in ("frac", "tfrac"):
            above = self.group()
            return above / self.group()
        if name in FUNCTIONS:
            return FUNCTIONS[name](self.group() if self.peek() == "{" else self.atom())
        if name in ("pi", "π"):
            return mp.pi
        assert token == "e", f"{token} is not understood in {self.tokens}"
        return mp.e
