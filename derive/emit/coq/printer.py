"""SymPy to Coq's real numbers, in written order.

One method per kind of node, found through the table at the end; a node without a method is an error. Sign, numerator
and denominator come from :mod:`derive.emit.notation`, as for LaTeX. An integer symbol is of type Z: ``IZR k`` as a
number, ``k`` in the exponent of 2. Coq's division, logarithm and square root are total; what a formula needs in order
to mean what it says stands in the hypotheses of its statement.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

import sympy as sp
from sympy.core.function import AppliedUndef

from derive.emit import notation
from derive.vocabulary.formula import NORMAL_DENSITY
from derive.vocabulary.theorem import expm1mx, log1pmx


class Level(IntEnum):
    """How tightly a printed term binds."""

    SUM = 0
    PRODUCT = 1
    SIGN = 2
    POWER = 3
    CALL = 4
    ATOM = 5


Printed = tuple[str, Level]


def coq(expr: sp.Expr) -> str:
    """The expression as a term of type R.

    Raises
    ------
    NotImplementedError : for a node that no method prints.
    """
    return _term(expr)[0]


def has_coq(expr: sp.Expr) -> bool:
    """Whether every node is printed by some method."""
    try:
        coq(expr)
    except NotImplementedError:
        return False
    return True


def argument(expr: sp.Expr) -> str:
    """The same as an argument of a function: in brackets where it needs them."""
    return _within(expr, Level.ATOM)


def integer(expr: sp.Expr) -> str:
    """An expression in integer symbols as a term of type Z."""
    text, level = _sum(expr, _integer_term) if expr.is_Add else _integer_term(expr)
    return text if level == Level.ATOM else f"({text})"


def _term(expr: sp.Expr) -> Printed:
    if notation.is_exponential(expr):
        return f"exp {argument(expr.args[-1])}", Level.CALL
    for kind in type(expr).__mro__:
        if kind in _METHODS:
            return _METHODS[kind](expr)
    raise NotImplementedError(f"no Coq for {type(expr).__name__}: {expr}")


def _within(expr: sp.Expr, least: Level) -> str:
    text, level = _term(expr)
    return text if level >= least else f"({text})"


def _number(expr: sp.Number) -> Printed:
    if not expr.is_Rational:
        raise NotImplementedError(f"no Coq for the rounded number {expr}")
    if expr.is_Integer and abs(expr) < _LONG:
        return (str(expr), Level.ATOM) if expr >= 0 else (f"({expr})", Level.ATOM)
    text = _fraction(abs(expr))
    if expr < 0:
        return f"- ({text})", Level.PRODUCT
    return text, Level.CALL if text.startswith("powerRZ") else Level.PRODUCT


#: From here on, powers of two in numbers are written as such.
_LONG = 2**64


def _fraction(number: sp.Rational) -> str:
    """``3 / 4``, and a long power of two in either part as ``3 * powerRZ 2 (-400)``."""
    for whole, sign in ((number.p, ""), (number.q, "-")):
        power = (whole & -whole).bit_length() - 1
        if abs(whole) >= _LONG and power:
            rest = number / sp.Integer(2) ** (power if not sign else -power)
            return f"{f'{_fraction(rest)} * ' if rest != 1 else ''}powerRZ 2 ({sign}{power})"
    return f"{number.p}" if number.is_Integer else f"{number.p} / {number.q}"


#: Names that a variable or a function of that name would hide in a statement: words of Coq, and what is printed here.
_MEANT = frozenset(
    "as at cofix else end exists exists2 fix for forall fun if in let match mod return then using where with Prop Set "
    "SProp Type Theorem Proof Qed Definition R Z nat PI exp ln sqrt Rabs sign powerRZ IZR Derive is_derive is_derive_n "
    f"expm1mx log1pmx is_kl {NORMAL_DENSITY}".split()
)


def _name(expr: sp.Symbol | AppliedUndef) -> str:
    name = expr.name if expr.is_Symbol else expr.func.__name__
    if name in _MEANT:
        raise NotImplementedError(f"no Coq for the name {name}, which means something else there")
    return str(name)


def _symbol(expr: sp.Symbol) -> Printed:
    name = _name(expr)
    return (f"IZR {name}", Level.CALL) if expr.is_integer else (name, Level.ATOM)


def _sum(expr: sp.Add, term: Callable[[sp.Expr], Printed]) -> Printed:
    text = ""
    for part in notation.terms(expr):
        if text and part.negative:
            piece, level = term(_negated(part.expr))
            text += f" - {piece}" if level > Level.SUM else f" - ({piece})"
        else:
            piece, level = term(part.expr)
            piece = piece if level > Level.SUM else f"({piece})"
            text += f" + {piece}" if text else piece
    return text, Level.SUM


def _negated(expr: sp.Expr) -> sp.Expr:
    """A negative summand without its sign, in the order in which it is written."""
    if expr.is_Number:
        return -expr
    signs = [a for a in expr.args if a.is_Number and a < 0]
    if not signs:  # the sign is inside of a factor
        first = next(i for i, a in enumerate(expr.args) if notation.is_negative(a))
        return sp.Mul(*(_negated(a) if i == first else a for i, a in enumerate(expr.args)), evaluate=False)
    rest = [-a if a is signs[0] else a for a in expr.args]
    kept = [a for a in rest if a != 1]
    if len(kept) == 1:
        return kept[0]
    return sp.Mul(*kept, evaluate=False) if kept else sp.Integer(1)


def _product(expr: sp.Mul) -> Printed:
    parts = notation.product(expr)
    numerator = [_within(factor, Level.SIGN) for factor in parts.numerator]
    if parts.coefficient != 1:
        numerator.insert(0, _fraction(parts.coefficient))
    text = " * ".join(numerator) if numerator else "1"
    if parts.denominator:
        below = " * ".join(_within(factor, Level.SIGN) for factor in parts.denominator)
        single = len(parts.denominator) == 1
        text += f" / {_within(parts.denominator[0], Level.POWER)}" if single else f" / ({below})"
    if parts.negative:
        alone = len(numerator) == 1 and not parts.denominator
        text = f"- {text}" if alone else f"- ({text})"
    return text, Level.PRODUCT


def _power(expr: sp.Pow) -> Printed:
    base, exponent = expr.args
    if base == 2 and exponent.free_symbols and exponent.is_integer:
        return f"powerRZ 2 {integer(exponent)}", Level.CALL
    if base.is_Integer and exponent.is_Integer:
        return f"powerRZ {_within(base, Level.ATOM)} ({exponent})", Level.CALL
    under = notation.reciprocal_of(expr)
    if under is not None:
        return f"1 / {_within(under, Level.POWER)}", Level.PRODUCT
    if exponent == notation.HALF:
        return f"sqrt {argument(base)}", Level.CALL
    if not exponent.is_Integer:
        raise NotImplementedError(f"no Coq for the exponent {exponent}")
    return f"{_within(base, Level.CALL)} ^ {exponent}", Level.POWER


def _integer_term(expr: sp.Expr) -> Printed:
    if expr.is_Symbol and expr.is_integer:
        return _name(expr), Level.ATOM
    if expr.is_Integer:
        return (str(expr), Level.ATOM) if expr >= 0 else (f"({expr})", Level.ATOM)
    if expr.is_Mul and len(expr.args) == 2 and expr.args[0] == -1:
        return f"- {integer(expr.args[1])}", Level.SIGN
    if expr.is_Mul:
        return " * ".join(integer(factor) for factor in expr.args), Level.PRODUCT
    if expr.is_Add:
        return _sum(expr, _integer_term)
    raise NotImplementedError(f"no Coq for the integer {expr}")


def _call(name: str) -> Callable[[sp.Expr], Printed]:
    def printed(expr: sp.Expr) -> Printed:
        return " ".join([name or _name(expr), *map(argument, expr.args)]), Level.CALL

    return printed


def derivative(expr: sp.Derivative) -> tuple[str, str]:
    """The function, as ``fun x => ...``, and the point of a first derivative."""
    (variable, order), *more = notation.orders(expr).items()
    if order != 1 or more:
        raise NotImplementedError(f"no Coq for a derivative that is no first one: {expr}")
    return f"(fun {variable.name} => {coq(expr.args[0])})", variable.name


def _substituted(expr: sp.Subs) -> Printed:
    """``(fun x => ...) a``."""
    inner, variables, point = expr.args
    if len(variables) > 1:
        raise NotImplementedError(f"no Coq for values put in at once: {expr}")
    return f"(fun {variables[0].name} => {coq(inner)}) {argument(point[0])}", Level.CALL


def _derivative(expr: sp.Derivative) -> Printed:
    return " ".join(("Derive", *derivative(expr))), Level.CALL


_METHODS: dict[type, Callable[..., Printed]] = {
    sp.Number: _number,
    sp.Symbol: _symbol,
    type(sp.pi): lambda _expr: ("PI", Level.ATOM),
    sp.Add: lambda expr: _sum(expr, _term),
    sp.Mul: _product,
    sp.Pow: _power,
    sp.log: _call("ln"),
    sp.Abs: _call("Rabs"),
    sp.sign: _call("sign"),
    expm1mx: _call("expm1mx"),
    log1pmx: _call("log1pmx"),
    AppliedUndef: _call(""),
    sp.Derivative: _derivative,
    sp.Subs: _substituted,
}
