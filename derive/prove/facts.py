"""What holds for all values of the variables: domains, and the conditions that a step is under.

The region is cut into *charts*: in each, a bounded symbol is written in a positive symbol of its own (v > 1 as 1 + w,
0 < s < 1 as w/(1 + w), an end that belongs to it as that number), so that a sign on the region is a sign for all
positive symbols, which :mod:`derive.prove.sign` reads off exactly. Nothing here guesses: a sign that does not follow
is undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice, product

import sympy as sp

from derive.prove.ball import Point, Undecided, evaluate, points
from derive.prove.expressions import difference, replaced
from derive.prove.normal_form import normal_form
from derive.prove.sign import nonnegative_sign, sign_on, strict_sign
from derive.vocabulary.condition import Condition

Chart = Mapping[sp.Symbol, sp.Expr]

_MOST_CHARTS, _MOST_MISSES, _TRIES = 64, 64, 16
_SMALL = tuple(map(sp.Integer, (0, 1, -1, 2)))  # where expressions like to be undefined
_ZERO = sp.Integer(0)


class Facts:
    """The conditions of one step, with what follows from them.

    Raises
    ------
    Undecided : no point satisfies the conditions, so that everything would follow from them.
    """

    def __init__(self, conditions: Iterable[Condition] = ()) -> None:
        self.conditions = tuple(dict.fromkeys(conditions))
        self.charts = _charts(self.conditions)
        if self.conditions and next(self.points(()), None) is None:
            said = ", ".join(condition.text for condition in self.conditions)
            raise Undecided("no point was found that satisfies the conditions", said)

    def holds(self, condition: Condition) -> bool:
        """Whether the condition is decided to hold all over the region."""
        above = difference(condition.lhs, condition.rhs)
        if condition.relation in ("<", "<="):
            above = difference(condition.rhs, condition.lhs)
        wanted = {"<": ">", "<=": ">="}.get(condition.relation, condition.relation)
        return any(self._says(given, above, wanted) for given in self.conditions) or self._decides(above, wanted)

    def positive(self, expr: sp.Expr) -> bool:
        """Whether expr > 0 is decided all over the region."""
        return self.holds(Condition(expr, ">", _ZERO))

    def nonnegative(self, expr: sp.Expr) -> bool:
        """Whether expr >= 0 is decided all over the region."""
        return self.holds(Condition(expr, ">=", _ZERO))

    def _says(self, given: Condition, above: sp.Expr, wanted: str) -> bool:
        """Whether the condition is one of those given, up to algebra."""
        left, right = (given.rhs, given.lhs) if given.relation[0] == "<" else (given.lhs, given.rhs)
        said = difference(left, right)
        relation = given.relation.replace("<", ">")
        if said.free_symbols != above.free_symbols or not _implies(relation, wanted):
            return False
        try:
            same = normal_form(difference(above, said)).is_zero
            if not same and wanted == "!=":
                same = normal_form(sp.Add(above, said, evaluate=False)).is_zero
        except Undecided:
            return False
        return same

    def _decides(self, above: sp.Expr, wanted: str) -> bool:
        decide = {">": _is_positive, ">=": _is_nonnegative, "!=": _is_nonzero}[wanted]
        try:
            return all(decide(replaced(above, chart)) for chart in self.charts)
        except Undecided:
            return False

    # --- points ----------------------------------------------------------------------------------------------------

    def points(self, symbols: Iterable[sp.Symbol], seed: int = 0) -> Iterator[dict[sp.Symbol, sp.Rational]]:
        """Random rational points of the region, with values for these symbols; the same for the same seed."""
        mine = {symbol for condition in self.conditions for symbol in _symbols(condition)}
        symbols, misses = set(symbols) | mine, 0
        for chart, place in self._places(symbols, seed):
            point = {symbol: replaced(chart.get(symbol, symbol), place).doit() for symbol in symbols}
            if all(value.is_Rational for value in point.values()) and all(map(self._test(point), self.conditions)):
                yield point
                misses = 0
            elif (misses := misses + 1) == _MOST_MISSES:
                return

    def _places(self, symbols: set[sp.Symbol], seed: int) -> Iterator[tuple[Chart, Point]]:
        free = {s for chart in self.charts for value in chart.values() for s in value.free_symbols} | symbols
        for number, place in enumerate(points(free, seed)):
            yield self.charts[number % len(self.charts)], place

    @staticmethod
    def _test(point: Point) -> Callable[[Condition], bool]:
        def holds(condition: Condition) -> bool:
            ball = evaluate(difference(condition.lhs, condition.rhs), point)
            if not ball.is_finite():
                return False
            return {
                ">": ball > 0,
                ">=": ball >= 0,
                "<": ball < 0,
                "<=": ball <= 0,
                "!=": not ball.contains(0),
            }[condition.relation]

        return holds

    def _has(self, point: Point) -> bool:
        """Whether the point lies in the domains and satisfies the conditions, if it gives values for all of them."""
        outside = (s for s, q in point.items() if (s.is_positive and q <= 0) or (s.is_nonnegative and q < 0))
        known = all(_symbols(condition) <= set(point) for condition in self.conditions)
        return known and not any(True for _ in outside) and all(map(self._test(point), self.conditions))

    def violated(self, condition: Condition) -> dict[sp.Symbol, sp.Rational] | None:
        """A point of the region at which the condition fails, if one is met."""
        symbols = sorted(_symbols(condition), key=str)
        small = (dict(zip(symbols, values, strict=True)) for values in product(_SMALL, repeat=len(symbols)))
        inside = (p for p in islice(small, _MOST_CHARTS) if self._has(p))
        for point in chain(inside, islice(self.points(symbols), _TRIES)):
            ball = evaluate(difference(condition.lhs, condition.rhs), point)
            holds_not = {">": ball <= 0, ">=": ball < 0, "<": ball >= 0, "<=": ball > 0, "!=": ball == 0}
            if ball.is_finite() and holds_not[condition.relation]:
                return point
        return None


def _symbols(condition: Condition) -> set[sp.Symbol]:
    return {*condition.lhs.free_symbols, *condition.rhs.free_symbols}


def _implies(given: str, wanted: str) -> bool:
    return given == wanted or (given == ">" and wanted in (">=", "!="))


# --- signs in a chart, where every symbol has all of its domain -----------------------------------------------------


def _is_positive(expr: sp.Expr) -> bool:
    return _sign(expr) == 1


def _is_nonzero(expr: sp.Expr) -> bool:
    return _sign(expr) != 0


def _is_nonnegative(expr: sp.Expr) -> bool:
    return nonnegative_sign(expr) or _sign(expr) == 1


def _sign(expr: sp.Expr) -> int:
    """1 or -1 where the expression has that sign everywhere, 0 where that is not decided."""
    if not expr.free_symbols:
        ball = evaluate(expr, {}, 2048)
        return 1 if ball > 0 else -1 if ball < 0 else 0
    sign = strict_sign(expr)
    if not sign and len(expr.free_symbols) == 1:
        (symbol,) = expr.free_symbols
        try:
            sign = sign_on(expr, symbol, _ZERO if symbol.is_positive else -sp.oo, sp.oo)
        except Undecided:
            return 0
    return sign


# --- charts -----------------------------------------------------------------------------------------------------------


def _charts(conditions: Sequence[Condition]) -> tuple[Chart, ...]:
    """For each way in which the bounded symbols lie, what they are in positive symbols; without bounds, one way."""
    bounds = [c for c in conditions if c.lhs.is_Symbol and not c.rhs.has(c.lhs) and c.rhs not in (sp.oo, -sp.oo)]
    ways: list[list[tuple[sp.Symbol, sp.Expr]]] = []
    settled: set[sp.Symbol] = set()
    for symbol in dict.fromkeys(c.lhs for c in bounds):
        mine = [c for c in bounds if c.lhs == symbol]
        if any(c.rhs.free_symbols & (settled | {b.lhs for b in bounds}) for c in mine):
            continue  # bounds that depend on each other are left as they are said
        found = _ways(symbol, mine)
        if found:
            ways.append([(symbol, value) for value in found])
            settled.add(symbol)
    charts = tuple(dict(chosen) for chosen in islice(product(*ways), _MOST_CHARTS + 1))
    if len(charts) > _MOST_CHARTS:
        raise Undecided("too many conditions")
    return charts


def _ways(symbol: sp.Symbol, conditions: Sequence[Condition]) -> list[sp.Expr]:
    """The symbol as it lies between its bounds, in a positive symbol; one way for each part of the region."""
    w = sp.Dummy(f"{symbol.name}_", positive=True)
    lower = [c for c in conditions if c.relation in (">", ">=")]
    upper = [c for c in conditions if c.relation in ("<", "<=")]
    apart = [c.rhs for c in conditions if c.relation == "!="]
    if symbol.is_integer or len(lower) > 1 or len(upper) > 1 or len(apart) > 1 or (apart and (lower or upper)):
        return []
    if apart:
        (hole,) = apart
        if not symbol.is_positive:
            return [hole + w, hole - w]
        return [hole + w, hole * w / (1 + w)] if _sign(hole) == 1 else []
    ends = [c.rhs for c in (*lower, *upper) if len(c.relation) == 2]
    if not lower and symbol.is_positive:
        lower = [Condition(symbol, ">", _ZERO)]
    if lower and symbol.is_positive and not _known_nonnegative(lower[0].rhs):
        return []
    if lower and upper:
        a, b = lower[0].rhs, upper[0].rhs
        return [*ends, (a + b * w) / (1 + w)]
    if lower:
        return [*ends, lower[0].rhs + w]
    return [*ends, upper[0].rhs - w] if upper else []


def _known_nonnegative(expr: sp.Expr) -> bool:
    try:
        return _is_nonnegative(expr)
    except Undecided:
        return False
