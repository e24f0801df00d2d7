"""What a row is said under, in the words of every target: ``for 0 < s < 1``, ``with equality only at s = 1``.

LaTeX, Unicode and Coq all take the conditions of a row from here, so that they state one theorem.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from derive.vocabulary.theorem import Condition, Row

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
