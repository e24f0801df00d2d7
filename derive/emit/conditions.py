"""What a row is said under, in the words of every target: ``for 0 < s < 1``, ``with equality only at s = 1``.

LaTeX, Unicode and Coq all take the conditions of a row from here, so that they state one theorem. What LaTeX has for
use in a paper is read without the list of its variables, and says the domains that it needs: :func:`domains`.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp
from sympy.core.function import AppliedUndef

from derive.emit.notation import is_exponential
from derive.vocabulary.step import cost
from derive.vocabulary.theorem import Condition, Row, expm1mx

#: A comparison as it is read: its sides and the relations between them, two of them where a value lies between two.
Comparison = tuple[tuple[sp.Expr, ...], tuple[str, ...]]

_TURNED = {">": "<", ">=": "<="}


def comparisons(conditions: Sequence[Condition]) -> tuple[Comparison, ...]:
    """The conditions in their order; a lower and an upper bound of the same become one: 0 < s < 1."""
    found: list[Comparison] = []
    left = list(conditions)
    while left:
        condition = left.pop(0)
        other = next(
            (c for c in left if c.lhs == condition.lhs and {c.relation[0], condition.relation[0]} == {"<", ">"}), None
        )
        if other is None:
            found.append(((condition.lhs, condition.rhs), (condition.relation,)))
            continue
        left.remove(other)
        lower, upper = (condition, other) if condition.relation[0] == ">" else (other, condition)
        found.append(((lower.rhs, lower.lhs, upper.rhs), (_TURNED[lower.relation], upper.relation)))
    return tuple(found)


def said_below(row: Row, following: Row | None) -> bool:
    """Whether the conditions of a row are said by the row that continues it."""
    return (
        following is not None
        and following.lhs is None
        and (following.where, following.only_at) == (row.where, row.only_at)
    )


def domains(chain: Sequence[Row]) -> tuple[Condition, ...]:
    """The domains, less than the real line, without which a chain, read alone, may be false: s > 0 for 2(s + 1) > 2.

    An order relation needs those of all its variables. An equation holds wherever both sides are defined, so that it
    needs them only where it takes a logarithm, a root or an absolute value apart: log(s^2) = 2 log s. The arguments of
    a named function, of a divergence KL(mu, s) for one, lie in the domain that its definition gives.
    """
    sides = [side for row in chain for side in (row.lhs, row.rhs) if side is not None]
    variables = dict.fromkeys(node for side in sides for node in sp.preorder_traversal(side) if node.is_Symbol)
    if all(row.relation == "=" for row in chain):
        named = {symbol for side in sides for head in side.atoms(AppliedUndef) for symbol in head.free_symbols}
        needed = set[sp.Symbol]().union(*map(_inside, sides)) - named
    else:
        needed = set[sp.Symbol]().union(*(side.free_symbols for side in sides))
    return tuple(condition for symbol in variables if symbol in needed for condition in _domain(symbol))


def _domain(symbol: sp.Symbol) -> tuple[Condition, ...]:
    if symbol.is_integer:
        return (Condition(symbol, "in", sp.S.Naturals0 if symbol.is_nonnegative else sp.S.Integers),)
    return (Condition(symbol, ">", sp.Integer(0)),) if symbol.is_positive else ()


def _inside(expr: sp.Expr) -> set[sp.Symbol]:
    """The variables inside of functions that are not defined, or are not one formula, on the whole real line."""
    if type(expr).__name__ == cost.__name__ or isinstance(expr, AppliedUndef):
        return set()
    if is_exponential(expr) or isinstance(expr, expm1mx):
        partial = False
    elif expr.is_Pow:
        base, exponent = expr.args
        partial = not exponent.is_Integer and not (base.is_number and base.is_positive)
    else:
        partial = expr.is_Function
    return set(expr.free_symbols) if partial else set[sp.Symbol]().union(*map(_inside, expr.args))


def implied(domain: Condition, conditions: Sequence[Condition]) -> bool:
    """Whether the conditions say what a domain says: v >= 1 says v > 0."""
    if domain.relation != ">":
        return False
    bounds = [c for c in conditions if c.lhs == domain.lhs and c.rhs.is_number]
    return any(c.rhs.is_positive if c.relation in (">=", "=") else c.relation == ">" and c.rhs >= 0 for c in bounds)
