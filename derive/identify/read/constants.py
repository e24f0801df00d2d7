"""Decimals that stand for a constant: 0.6931471805599453 is log 2."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from derive.identify.read.closed_form import from_sympy
from derive.identify.read.limits import Position
from derive.identify.read.tree import Marked, Node, Number

#: So many digits are no accident.
_DIGITS = 12
#: With as many as a double keeps, it may be what doubles compute: log(2 pi) is printed as 1.8378770664093453, a double
#: beside the nearest one.
_DOUBLE = 15
_ERROR = Fraction(1, 2**52)


def decimal(text: str, at: Position) -> Node:
    """The number that a decimal is; where it is the rounding of a constant of the table at its own digits, that."""
    value = Fraction(text)
    written = re.sub(r"\D", "", text.lower().partition("e")[0]).lstrip("0")
    if len(written) >= _DIGITS:
        last = value / int(written)  # a unit of the last digit: people round, or cut
        for words, constant, tree in _table():
            computed = constant * _ERROR if len(written) >= _DOUBLE else 0
            if abs(value - constant) < max(last, computed):
                return Marked(at, text, tree, "constant", f"{text} is read as {words}")
    return Number(at, value)


@lru_cache(maxsize=1)
def _table() -> list[tuple[str, Fraction, Node]]:
    """The constants of Gaussian formulas: what they are called, their values to 40 digits, their trees."""
    import sympy as sp

    pi, e, log, root = sp.pi, sp.E, sp.log, sp.sqrt
    known = {
        "pi": pi,
        "2 pi": 2 * pi,
        "pi/2": pi / 2,
        "1/(2 pi)": 1 / (2 * pi),
        "e": e,
        "log 2": log(2),
        "log(2)/2": log(2) / 2,
        "1/log 2": 1 / log(2),
        "log 10": log(10),
        "1/log 10": 1 / log(10),
        "log pi": log(pi),
        "log(pi)/2": log(pi) / 2,
        "log(2 pi)": log(2 * pi),
        "log(2 pi)/2": log(2 * pi) / 2,
        "log(2 pi e)": log(2 * pi) + 1,
        "log(2 pi e)/2": log(2 * pi) / 2 + sp.Rational(1, 2),
        "sqrt 2": root(2),
        "1/sqrt 2": 1 / root(2),
        "sqrt pi": root(pi),
        "sqrt(2 pi)": root(2 * pi),
        "1/sqrt(2 pi)": 1 / root(2 * pi),
        "sqrt(pi/2)": root(pi / 2),
        "sqrt(2/pi)": root(2 / pi),
    }
    return [(words, Fraction(str(c.evalf(40))), from_sympy(c)) for words, c in known.items()]
