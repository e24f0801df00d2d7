"""Sums that a loop adds up: ``kl += …`` from a number on, read as the sum over the loop's index."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from derive.identify.read.limits import Position
from derive.identify.read.python.syntax import names_in, spelled
from derive.identify.read.tree import NOISE, Binary, Named, Negate, Node, Number, Reduce


@dataclass(frozen=True)
class Running:
    """What a sum starts from, and of each loop around it the index and the names that change with it."""

    start: Fraction
    loops: tuple[tuple[str, frozenset[str]], ...] = ()

    def added(self, at: Position, sign: str, value: Node, source: ast.expr) -> Node | None:
        """The sum behind the loops of what is added to it; None where it is the same each time, or is drawn anew."""
        names = names_in(source)
        if sign not in ("+", "-") or value.traits & NOISE or any(names.isdisjoint(own) for _, own in self.loops):
            return None
        entry = Negate(at, value) if sign == "-" else value
        whole = Reduce(at, "sum", entry, ", ".join(over for over, _ in self.loops))
        return Binary(at, "+", Number(None, self.start), whole) if self.start else whole


def running(
    loop: ast.stmt, assigned: Sequence[str], values: Mapping[str, Node | None], outer: Mapping[str, Running]
) -> dict[str, Running]:
    """The names that a loop adds to once each time, and that were numbers before it."""
    if not isinstance(loop, ast.For):
        return {}
    found: dict[str, Running] = {}
    for name in (n for n in assigned if assigned.count(n) == 1):
        value = values.get(name)
        number = value.value if isinstance(value, Named) else None
        before = outer.get(name) or (Running(number.value) if isinstance(number, Number) else None)
        if before is not None:
            changing = names_in(loop.target) | {n.partition(".")[0].partition("[")[0] for n in assigned} - {name}
            found[name] = Running(before.start, (*before.loops, (spelled(loop.target), frozenset(changing))))
    return found
