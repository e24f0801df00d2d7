"""The proved closed forms as trees: a SymPy expression of proofs/, operation by operation."""

from __future__ import annotations

from fractions import Fraction

import sympy as sp

from derive.identify.read.tree import Apply, Binary, Constant, Node, Number, Symbol


def from_sympy(expr: sp.Expr) -> Node:
    """The tree of a SymPy expression in symbols, rationals, pi, e, sums, products, powers, log and exp."""
    if isinstance(expr, sp.Symbol):
        return Symbol(None, expr.name)
    if isinstance(expr, sp.Rational):
        return Number(None, Fraction(int(expr.p), int(expr.q)))
    if expr is sp.pi:
        return Constant(None, "pi")
    if expr is sp.E:
        return Apply(None, "exp", Number(None, Fraction(1)))
    if isinstance(expr, sp.Add | sp.Mul):
        op = "+" if isinstance(expr, sp.Add) else "*"
        parts = [from_sympy(a) for a in expr.args]
        result = parts[0]
        for part in parts[1:]:
            result = Binary(None, op, result, part)
        return result
    if isinstance(expr, sp.exp | sp.log | sp.Abs):
        return Apply(None, type(expr).__name__.lower(), from_sympy(expr.args[0]))
    if isinstance(expr, sp.Pow):
        return Binary(None, "**", from_sympy(expr.base), from_sympy(expr.exp))
    raise TypeError(f"{type(expr).__name__} in a closed form")
