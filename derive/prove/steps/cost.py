"""The cost model: what evaluating an expression as it is written costs, in operations.

add    an addition or a subtraction; a sum of n terms costs n - 1, and signs are free
mul    a multiplication, also by a constant; a square is one; a product of n factors costs n - 1
div    a division by something that is no constant
exp, log, sqrt    one call each

Numbers and symbols are free. The model says nothing of the relative price of these, which depends on the machine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import sympy as sp
from sympy.core.function import AppliedUndef

from derive.prove.ball import Undecided
from derive.prove.expressions import replaced
from derive.prove.ground import Disproved, Ground
from derive.vocabulary.theorem import OperationCount

#: The head of what a function costs; no other says it, and no formula may.
HEAD = "cost"


def operation_count(step: OperationCount, ground: Ground) -> str:
    quantity = step.quantity
    if not (isinstance(quantity, AppliedUndef) and type(quantity).__name__ == HEAD and len(quantity.args) == 1):
        raise Disproved(f"{quantity}, which should be {HEAD} of a function, is a number of operations")
    counted = total(count(step.expr, step.shared))
    ground.equal(counted, step.total, f"{quantity} = {step.total} (counted: {counted})")
    computed = step.expr
    for symbol, part in reversed(step.shared):
        computed = replaced(computed, {symbol: part})
    how = ground.equal(ground.read(quantity.args[0]), ground.read(computed))
    return f"counted; it computes what it should: {how}"


def count(expr: sp.Expr, shared: Iterable[tuple[sp.Symbol, sp.Expr]] = ()) -> Counter[str]:
    """The operations of ``expr``, with what it shares computed once."""
    total = _count(expr)
    for _, part in shared:
        total += _count(part)
    return total


def total(counts: Counter[str]) -> sp.Expr:
    """The counts as a sum of unit prices, in which two costs can be compared as expressions."""
    return sp.Add(*(n * sp.Symbol(kind, positive=True) for kind, n in counts.items()))


def _count(expr: sp.Expr) -> Counter[str]:
    counts: Counter[str] = Counter()
    if expr.is_Symbol or expr.is_Rational:
        return counts
    if expr.is_Add:
        counts["add"] = len(expr.args) - 1
    elif expr.is_Mul:
        factors = [factor for factor in expr.args if factor != -1]
        divisors = [factor for factor in factors if factor.is_Pow and factor.exp == -1]
        if len(divisors) < len(factors):
            counts["mul"] = len(factors) - len(divisors) - 1
            counts["div"] = len(divisors)
            for divisor in divisors:
                counts += _count(divisor.base)
            return +sum((_count(factor) for factor in factors if factor not in divisors), counts)
        counts["mul"] = len(factors) - 1
    elif expr.is_Pow and expr.exp == 2:
        counts["mul"] = 1
        return counts + _count(expr.base)
    elif expr.is_Pow and expr.exp == -1:
        counts["div"] = 1
        return counts + _count(expr.base)
    elif expr.is_Pow and expr.exp == sp.Rational(1, 2):
        counts["sqrt"] = 1
        return counts + _count(expr.base)
    elif isinstance(expr, sp.exp | sp.log):
        counts[type(expr).__name__] = 1
    else:
        raise Undecided("the cost model has no price for this", expr)
    return +sum((_count(argument) for argument in expr.args), counts)
