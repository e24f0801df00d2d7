"""Expressions as they are written: built, replaced and differentiated without a rewriting of SymPy's own.

SymPy cancels (x^2 - 1)/(x - 1) when it rebuilds a quotient, and with the hole at 1 the condition is gone. What the
prover builds it therefore builds unevaluated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import sympy as sp

from derive.prove.ball import Undecided

_ONE, _TWO = sp.Integer(1), sp.Integer(2)


def rebuilt(expr: sp.Expr, args: Sequence[sp.Expr]) -> sp.Expr:
    """The same operation on other operands."""
    return expr if tuple(args) == expr.args else expr.func(*args, evaluate=False)


def difference(a: sp.Expr, b: sp.Expr) -> sp.Expr:
    """a - b, in which nothing has been cancelled."""
    return a if b == 0 else sp.Add(a, sp.Mul(sp.Integer(-1), b, evaluate=False), evaluate=False)


def replaced(expr: sp.Expr, values: Mapping[sp.Symbol, sp.Expr]) -> sp.Expr:
    """Symbols replaced, all at once; nothing is evaluated. For expressions without bound variables."""
    if not values or not expr.args:
        return values.get(expr, expr)
    return rebuilt(expr, [replaced(argument, values) for argument in expr.args])


def differentiated(expr: sp.Expr, x: sp.Symbol) -> sp.Expr:
    """The derivative by x, where expr is defined in a neighbourhood.

    Raises
    ------
    Undecided : a function that has no rule here; absolute values among them, which have none.
    """
    if x not in expr.free_symbols:
        return sp.Integer(0)
    if expr == x:
        return _ONE
    if expr.is_Add:
        return sp.Add(*(differentiated(term, x) for term in expr.args))
    if expr.is_Mul:
        return sp.Add(*(_factor_differentiated(expr.args, k, x) for k in range(len(expr.args))))
    if expr.is_Pow:
        return _power_differentiated(expr, x)
    rule = _RULES.get(type(expr).__name__) if len(expr.args) == 1 else None
    if rule is None:
        raise Undecided("no rule for the derivative of this", expr)
    (argument,) = expr.args
    return rule(argument) * differentiated(argument, x)


def _factor_differentiated(factors: Sequence[sp.Expr], k: int, x: sp.Symbol) -> sp.Expr:
    slope = differentiated(factors[k], x)
    return sp.Integer(0) if slope == 0 else sp.Mul(*factors[:k], slope, *factors[k + 1 :])


def _power_differentiated(expr: sp.Pow, x: sp.Symbol) -> sp.Expr:
    base, exponent = expr.args
    if base is sp.E:
        return expr * differentiated(exponent, x)
    if x not in exponent.free_symbols:
        return exponent * sp.Pow(base, exponent - 1) * differentiated(base, x)
    rest = differentiated(exponent, x) * sp.log(base)
    return expr * (rest + exponent * differentiated(base, x) / base)


#: The derivative of each function at its argument.
_RULES: Mapping[str, Callable[[sp.Expr], sp.Expr]] = {
    "exp": sp.exp,
    "log": lambda a: 1 / a,
    "erf": lambda a: _TWO / sp.sqrt(sp.pi) * sp.exp(-(a**2)),
    "erfc": lambda a: -_TWO / sp.sqrt(sp.pi) * sp.exp(-(a**2)),
    "expm1mx": lambda a: sp.exp(a) - 1,
    "log1pmx": lambda a: 1 / (1 + a) - 1,
}
