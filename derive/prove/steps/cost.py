"""The cost model: what evaluating an expression as it is written costs, in operations.

``cost(f, c, v = d, ...)`` is what it costs to evaluate f as c, once v = d and so on are computed in this order.

add    an addition or a subtraction; a sum of n terms costs n - 1, and signs are free
mul    a multiplication, also by a constant; a square is one; a product of n factors costs n - 1
div    a division by something that is no constant; a quotient is one, however many factors stand below its bar
exp, log, sqrt    one call each

Numbers and symbols are free, and so is a factor 1, which a print leaves out.
The model says nothing of the relative price of these, which depends on the machine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import sympy as sp

from derive.prove.ball import Undecided
from derive.prove.expressions import replaced
from derive.prove.ground import Disproved, Ground
from derive.vocabulary.theorem import OperationCount


def operation_count(step: OperationCount, ground: Ground) -> str:
    known = set(step.function.free_symbols)
    for symbol, part in step.shared:
        known |= part.free_symbols
        if symbol in known:
            raise Disproved(f"{symbol}, which names what is computed, is a name that is free before")
        known.add(symbol)
    counted = total(count(step.expr, step.shared))
    ground.equal(counted, step.total, f"{step.quantity} = {step.total} (counted: {counted})")
    computed = step.expr
    for symbol, part in reversed(step.shared):
        computed = replaced(computed, {symbol: part})
    how = ground.equal(ground.read(step.function), ground.read(computed))
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
    if expr.is_Symbol or expr.is_Rational or (expr.is_Pow and expr.exp == -1 and expr.base.is_Rational):
        return counts
    if expr.is_Add:
        counts["add"] = len(expr.args) - 1
    elif expr.is_Mul:
        factors = [factor for factor in _factors(expr) if factor not in (1, -1)]
        below = [factor.base for factor in factors if _is_reciprocal(factor)]
        above = len(factors) - len(below)
        counts["mul"] = max(above - 1, 0) + max(len(below) - 1, 0)
        counts["div"] = min(len(below), 1)
        return +sum((_count(factor.base if _is_reciprocal(factor) else factor) for factor in factors), counts)
    elif expr.is_Pow and expr.exp == 2:
        counts["mul"] = 1
        return counts + _count(expr.base)
    elif _is_reciprocal(expr):
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


def _factors(product: sp.Expr) -> Iterator[sp.Expr]:
    """Those of the products in it too: a print shows one product, and one bar."""
    for factor in product.args:
        yield from _factors(factor) if factor.is_Mul else (factor,)


def _is_reciprocal(expr: sp.Expr) -> bool:
    """1/a where a is no constant."""
    return bool(expr.is_Pow and expr.exp == -1 and not expr.base.is_Rational)
