"""Formulas in words: LaTeX as people write it in a sentence, to an expression.

A grammar for a line of an author, and for nothing else: letters, numbers, sums, products without a sign, quotients,
powers, fractions, roots, logarithms, exponentials, and functions that are defined. What is not in it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import sympy as sp

from derive.errors import CheckFailed

_LONGEST, _DEEPEST = 400, 20  # letters between two dollar signs, brackets in each other
_INDEX = r"(?:_[A-Za-z0-9]|_\{[A-Za-z0-9]+\})?"
_TOKEN = re.compile(rf"\\mathrm\{{[A-Za-z]+\}}{_INDEX}|\\[A-Za-z]+{_INDEX}|[A-Za-z]{_INDEX}|\d+|\S")
_SPACES = re.compile(r"\\[,; ]|\\(?:left|right|quad)(?![A-Za-z])")
_BARE_DIGITS = re.compile(r"\\tfrac\s*(\d)\s*(\d)")
_FUNCTIONS = {r"\log": sp.log, r"\exp": sp.exp, r"\sqrt": sp.sqrt}
_CONSTANTS: Mapping[str, sp.Expr] = {"e": sp.E, r"\pi": sp.pi}


def tokens(text: str) -> list[str]:
    """Letters with their indices, numbers, commands and signs.

    Raises
    ------
    CheckFailed : it is longer than a line.
    """
    if len(text) > _LONGEST:
        raise CheckFailed(f"words with a formula of more than {_LONGEST} letters: ${text[:40]}...$")
    return _TOKEN.findall(_SPACES.sub(" ", _BARE_DIGITS.sub(r"\\tfrac{\1}{\2}", text)))


def read(
    tokens: Sequence[str], letters: Mapping[str, sp.Expr], functions: Mapping[str, Callable[..., sp.Expr]]
) -> sp.Expr:
    """The expression of these tokens. Nothing is evaluated: a hole of x/x remains one.

    Raises
    ------
    CheckFailed : the grammar does not know it, or a letter has no meaning here.
    """
    return _Reader(tokens, letters, functions).whole()


def _sum(*terms: sp.Expr) -> sp.Expr:
    return sp.Add(*terms, evaluate=False)


def _times(*factors: sp.Expr) -> sp.Expr:
    return sp.Mul(*factors, evaluate=False)


def _power(base: sp.Expr, exponent: sp.Expr) -> sp.Expr:
    return sp.exp(exponent) if base is sp.E else sp.Pow(base, exponent, evaluate=False)


class _Reader:
    """A descent: sum, product, power, atom."""

    def __init__(
        self, tokens: Sequence[str], letters: Mapping[str, sp.Expr], functions: Mapping[str, Callable[..., sp.Expr]]
    ) -> None:
        self.tokens, self.letters, self.functions = [*tokens], letters, functions
        self.place = self.depth = 0

    def whole(self) -> sp.Expr:
        value = self.sum()
        if self.peek():
            raise self.unknown()
        return value

    def unknown(self) -> CheckFailed:
        what = f"{self.peek()} in it" if self.peek() else "its end"
        return CheckFailed(f"words with a formula that cannot be read, for {what}: ${' '.join(self.tokens)}$")

    def peek(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self, expected: str) -> bool:
        found = self.peek() == expected
        self.place += found
        return found

    def sum(self) -> sp.Expr:
        terms = [_times(sp.Integer(-1), self.product()) if self.take("-") else self.product()]
        while self.peek() in ("+", "-"):
            terms.append(self.product() if self.take("+") else self._less())
        return _sum(*terms) if terms[1:] else terms[0]

    def _less(self) -> sp.Expr:
        self.take("-")
        return _times(sp.Integer(-1), self.product())

    def product(self) -> sp.Expr:
        value = self.power()
        while self.peek() not in ("", "+", "-", ")", "}", ","):
            if self.take("/"):
                value = _times(value, _power(self.power(), sp.Integer(-1)))
            else:
                self.take(r"\cdot")
                value = _times(value, self.power())
        return value

    def power(self) -> sp.Expr:
        base = self.atom()
        if not self.take("^"):
            return base
        return _power(base, self.argument())

    def argument(self) -> sp.Expr:
        """Of a command or an exponent: a group, or one atom."""
        return self.bracketed("{", "}") if self.peek() == "{" else self.atom()

    def bracketed(self, opening: str, closing: str) -> sp.Expr:
        self.depth += 1
        if not self.take(opening) or self.depth > _DEEPEST:
            raise self.unknown()
        value = self.sum()
        if not self.take(closing):
            raise self.unknown()
        self.depth -= 1
        return value

    def atom(self) -> sp.Expr:
        token = self.peek()
        self.place += 1
        if token.isdecimal() and token.isascii():
            return sp.Integer(token)
        if token in self.functions and self.peek() == "(":
            return self.applied(token)
        if token in self.letters:
            return self.letters[token]
        if token in _CONSTANTS:
            return _CONSTANTS[token]
        if token in (r"\frac", r"\tfrac"):
            return _times(self.argument(), _power(self.argument(), sp.Integer(-1)))
        if token in _FUNCTIONS:
            return _FUNCTIONS[token](self.argument() if token == r"\sqrt" else self.power())
        self.place -= 1
        if token == "(":
            return self.bracketed("(", ")")
        raise self.unknown()

    def applied(self, name: str) -> sp.Expr:
        self.depth += 1
        self.take("(")
        arguments = [self.sum()]
        while self.take(","):
            arguments.append(self.sum())
        if not self.take(")") or self.depth > _DEEPEST:
            raise self.unknown()
        self.depth -= 1
        return self.functions[name](*arguments)
