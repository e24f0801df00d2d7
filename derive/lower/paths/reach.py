"""Which sides of the choices in a tree a finite argument can reach, by intervals: what is not found is never taken.

Every node gets the interval of its values for all finite arguments in the domain, and whether it may be no number.
Sums, differences and products are monotone and so is rounding: the ends of the intervals, rounded, are ends. What has
no rule may be anything. A condition may hold, fail, or both; a choice has the sides that its condition has.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from derive.lower.interpret import Side
from derive.vocabulary.kernel import Function, Kernel, Node, operands
from derive.vocabulary.theorem import Formula

LARGEST, LEAST = sys.float_info.max, 5e-324


@dataclass(frozen=True)
class Interval:
    """From ``low`` to ``high``, both included; ``nan`` where the value may be no number."""

    low: float
    high: float
    nan: bool = False

    def __or__(self, other: Interval) -> Interval:
        return Interval(min(self.low, other.low), max(self.high, other.high), self.nan or other.nan)

    @property
    def infinite(self) -> bool:
        return math.isinf(self.low) or math.isinf(self.high)


ANYTHING = Interval(-math.inf, math.inf, nan=True)

#: Which way a condition may go.
Ways = frozenset[bool]
EITHER: Ways = frozenset((True, False))
_Known = Interval | Ways | tuple[Interval, ...]


def domain(kernel: Kernel, formula: Formula) -> tuple[Interval, ...]:
    """The finite arguments in the domain of a formula, that of the kernel."""
    found = []
    for parameter, variable in zip(kernel.signature, formula.variables, strict=True):
        low = LEAST if parameter.support == "positive" else -LARGEST
        for condition in formula.where:
            if condition.lhs == variable.symbol and condition.relation == ">" and condition.rhs.is_Rational:
                low = max(low, math.nextafter(float(condition.rhs), math.inf))
        found.append(Interval(low, LARGEST))
    return tuple(found)


def reachable(function: Function, arguments: Sequence[Interval]) -> set[Side]:
    """The sides that may be taken, in the function and in those that it calls."""
    sides: set[Side] = set()
    _analysed(function, tuple(arguments), sides, {})
    return sides


def _analysed(
    function: Function,
    arguments: tuple[Interval, ...],
    sides: set[Side],
    calls: dict[tuple[Function, tuple[Interval, ...]], tuple[Interval, ...]],
) -> tuple[Interval, ...]:
    key = (function, arguments)
    if key in calls:
        return calls[key]
    known: dict[Node, _Known] = dict(zip(function.parameters, arguments, strict=True))
    for n in operands(r for _, r in function.results):
        if n in known:
            continue
        if n.op == "call":
            assert n.function is not None
            known[n] = _analysed(n.function, tuple(_interval(known[a]) for a in n.args), sides, calls)
        elif n.op == "select":
            ways, *of = (known[a] for a in n.args)
            assert isinstance(ways, frozenset)
            sides |= {(function, n, way) for way in ways}
            first, second = map(_interval, of)
            known[n] = first | second if len(ways) == 2 else first if True in ways else second
        else:
            known[n] = _value(n, known)
    results = [known[r] for _, r in function.results]
    calls[key] = tuple(result if isinstance(result, Interval) else ANYTHING for result in results)
    return calls[key]


def _interval(found: _Known) -> Interval:
    assert isinstance(found, Interval)
    return found


def _value(n: Node, known: Mapping[Node, _Known]) -> _Known:
    if n.op == "const":
        assert isinstance(n.value, float)
        return ANYTHING if math.isnan(n.value) else Interval(n.value, n.value)
    if n.op == "result":
        several = known[n.args[0]]
        assert isinstance(n.value, int)
        return several[n.value] if isinstance(several, tuple) else ANYTHING
    of = [known[a] for a in n.args]
    if n.op in _LOGIC:
        return frozenset(_LOGIC[n.op](*ways) for ways in _pairs(of))
    if n.op in _COMPARED:
        if n.op in ("eq", "le") and n.args[0] is n.args[1]:
            return EITHER if _interval(of[0]).nan else frozenset((True,))
        ways = _COMPARED[n.op](*map(_interval, of))
        return ways | {n.op == "outside"} if any(_interval(a).nan for a in of) else ways
    return _NUMBERS[n.op](*map(_interval, of)) if n.op in _NUMBERS else ANYTHING


def _pairs(of: Sequence[_Known]) -> list[tuple[bool, ...]]:
    found: list[tuple[bool, ...]] = [()]
    for ways in of:
        assert isinstance(ways, frozenset)
        found = [(*before, way) for before in found for way in ways]
    return found


def _lt(a: Interval, b: Interval) -> Ways:
    return frozenset(([True] if a.low < b.high else []) + ([False] if a.high >= b.low else []))


def _le(a: Interval, b: Interval) -> Ways:
    return frozenset(([True] if a.low <= b.high else []) + ([False] if a.high > b.low else []))


def _eq(a: Interval, b: Interval) -> Ways:
    if a.low > b.high or b.low > a.high:
        return frozenset((False,))
    return frozenset((True,)) if a.low == a.high == b.low == b.high else EITHER


def _outside(a: Interval, b: Interval, c: Interval) -> Ways:
    return frozenset(not (above and below) for above in _le(b, a) for below in _le(a, c))


def _add(a: Interval, b: Interval) -> Interval:
    undefined = (a.high == math.inf and b.low == -math.inf) or (a.low == -math.inf and b.high == math.inf)
    return ANYTHING if undefined else Interval(a.low + b.low, a.high + b.high, a.nan or b.nan)


def _mul(a: Interval, b: Interval) -> Interval:
    if a.nan or b.nan or a.infinite or b.infinite:
        return ANYTHING  # zero times infinity is no number
    ends = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    return Interval(min(ends), max(ends))


def _div(a: Interval, b: Interval) -> Interval:
    if a.nan or b.nan or not (b.low > 0.0 or b.high < 0.0) or (a.infinite and b.infinite):
        return ANYTHING
    ends = [x / y for x in (a.low, a.high) for y in (b.low, b.high)]
    return Interval(min(ends), max(ends))


def _neg(a: Interval) -> Interval:
    return Interval(-a.high, -a.low, a.nan)


def _abs(a: Interval) -> Interval:
    low = 0.0 if a.low <= 0.0 <= a.high else min(abs(a.low), abs(a.high))
    return Interval(low, max(abs(a.low), abs(a.high)), a.nan)


def _least(a: Interval, b: Interval) -> Interval:
    # of a and no number it is the second: either may be what comes out
    return a | b if a.nan or b.nan else Interval(min(a.low, b.low), min(a.high, b.high))


def _greatest(a: Interval, b: Interval) -> Interval:
    return a | b if a.nan or b.nan else Interval(max(a.low, b.low), max(a.high, b.high))


_LOGIC: Mapping[str, Callable[..., bool]] = {
    "and": lambda a, b: a and b,
    "or": lambda a, b: a or b,
    "not": lambda a: not a,
}
_COMPARED: Mapping[str, Callable[..., Ways]] = {"lt": _lt, "le": _le, "eq": _eq, "outside": _outside}
_NUMBERS: Mapping[str, Callable[..., Interval]] = {
    "add": _add,
    "sub": lambda a, b: _add(a, _neg(b)),
    "mul": _mul,
    "exact_mul": _mul,
    "div": _div,
    "neg": _neg,
    "abs": _abs,
    "min": _least,
    "max": _greatest,
}
