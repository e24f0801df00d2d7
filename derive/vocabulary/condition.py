"""For which values of its variables something holds: conditions, and intervals as conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sympy as sp


@dataclass(frozen=True)
class Condition:
    """``lhs relation rhs``, which has to hold of the variables for what is said with it: v >= 1, t > -1, x != 0.

    That a variable is real, positive or an integer is its domain's to say; a condition says what is asked besides.
    """

    lhs: sp.Expr
    relation: str  # ">", ">=", "<", "<=", "!=", and "=" for a place
    rhs: sp.Expr

    def at(self, values: Mapping[sp.Symbol, sp.Expr]) -> Condition:
        """The condition for these values of the variables."""
        return Condition(self.lhs.xreplace(values), self.relation, self.rhs.xreplace(values))

    @property
    def text(self) -> str:
        """The condition as SymPy writes it, for digests and messages."""
        return f"{self.lhs} {self.relation} {self.rhs}"


def within(
    by: sp.Symbol, interval: tuple[sp.Expr, sp.Expr], *, closed: tuple[bool, bool] = (False, False)
) -> tuple[Condition, ...]:
    """That ``by`` lies in the interval; nothing where the interval is all of its domain."""
    lower, upper = interval
    domain = (sp.Integer(0) if by.is_positive else -sp.oo, sp.oo)
    if interval == domain:
        return ()
    ends = (
        Condition(by, ">=" if closed[0] else ">", lower),
        Condition(by, "<=" if closed[1] else "<", upper),
    )
    return tuple(end for end in ends if end.rhs not in (-sp.oo, sp.oo))
