"""Conditions that ranges do not decide: each side is taken for itself, and what holds on it is known there."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace

from derive.errors import CheckFailed
from derive.lower.bounds.ranges.numbers import ANY, SMALLEST, Range, Relations, ranged
from derive.vocabulary.kernel import Function, Node


class Nowhere(Exception):
    """A side of a condition that no argument takes."""


class Conditions(ABC):
    """What is known on one side of each condition that the ranges do not decide: those of ``taken``, then the first."""

    def __init__(self, function: Function, given: Sequence[Range], beside: Relations, taken: list[int]) -> None:
        self.function, self.taken, self.counts = function, taken, list[int]()
        self.known: dict[Node, Range | tuple[Range, ...]] = dict(zip(function.parameters, given, strict=True))
        self.masks: dict[Node, bool] = {}
        self.same: dict[Node, Node] = {}  # what a choice or the larger of two is
        #: |x| <= 2^k |y|, of a tail x and its head y.
        self.beside = {function.parameters[i]: (function.parameters[j], k) for i, j, k in beside}

    def tail_of(self, x: Node, y: Node) -> int | None:
        tail, head = self.number(x), self.number(y)
        if tail.point == 0.0:
            return -ANY
        partner, k = self.beside.get(self.itself(x), (None, 0))
        if partner is not None and self.of_one_size(partner, y):
            return k
        return tail.most - head.least if head.nonzero else None

    def chosen(self, n: Node) -> Node:
        while n in self.same:
            n = self.same[n]
        return n

    def itself(self, n: Node) -> Node:
        """Without signs, and what was chosen in place of a choice."""
        while n.op in ("neg", "abs") or n in self.same:
            n = self.same[n] if n in self.same else n.args[0]
        return n

    def of_one_size(self, x: Node, y: Node) -> bool:
        """Whether two nodes are the same but for their signs."""
        x, y = self.itself(x), self.itself(y)
        multiples = x.op == y.op == "exact_mul"
        return x is y or (multiples and all(map(self.of_one_size, x.args, y.args)))

    def choose(self, count: int) -> int:
        position = len(self.counts)
        self.counts.append(count)
        if position == len(self.taken):
            self.taken.append(0)
        return self.taken[position]

    def number(self, n: Node) -> Range:
        found = self.known.get(n)
        if found is None:
            self.known[n] = found = self.value(n)
        assert isinstance(found, Range)
        head, k = self.beside.get(n, (None, 0))
        if head is None or found.point is not None:
            return found
        most = self.number(head).most + k
        if most >= found.most:
            return found
        end = math.ldexp(1.0, most) if most >= SMALLEST else 0.0
        bounded = ranged(max(found.low, -end), min(found.high, end), found.least, found.grid, found.lost)
        return replace(bounded, part=found.part)

    def narrowed(self, n: Node, low: float, high: float, size: int | None = None) -> None:
        """What holds of a number on this side; with a ``size``, that it is not 0, but 2^size or more."""
        x, least = self.number(n), SMALLEST if size is None else size
        low, high = max(x.low, low), min(x.high, high)
        if low > high or (x.least != ANY and max(x.least, least) > math.frexp(max(abs(low), abs(high)) or 1.0)[1]):
            raise Nowhere
        known = ranged(low, high, max(x.least, least), x.grid, x.lost, x.nonzero or size is not None)
        self.known[n] = replace(known, part=x.part)
        if n.op == "abs" and low > 0.0:
            self.narrowed(n.args[0], -high, high, math.frexp(low)[1] - 1)
        elif n.op == "abs":
            self.narrowed(n.args[0], -high, high)
        elif n in self.same:
            self.narrowed(self.same[n], low, high)
            for other in n.args if n.op == "max" else ():
                self.narrowed(other, -math.inf, high)

    @abstractmethod
    def value(self, n: Node) -> Range | tuple[Range, ...]:
        """The range of a node whose operands are known, or of each result where it has several."""

    def holds(self, mask: Node) -> bool:
        if mask not in self.masks:
            self.masks[mask] = self._decided(mask)
        return self.masks[mask]

    def _decided(self, mask: Node) -> bool:
        match mask.op:
            case "and":
                return self.holds(mask.args[0]) and self.holds(mask.args[1])
            case "or":
                return self.holds(mask.args[0]) or self.holds(mask.args[1])
            case "not":
                return not self.holds(mask.args[0])
            case "lt" | "le":
                return self._less(mask)
            case "eq":
                return self._equal(mask)
        raise CheckFailed(f"range analysis: the condition {mask.op} is not covered")

    def _bound(self, n: Node) -> Range:
        """A side of a comparison: infinity is allowed."""
        if n.op == "const" and isinstance(n.value, float) and math.isinf(n.value):
            return Range(n.value, n.value, ANY, ANY)
        return self.number(n)

    def _largest_is_more(self, mask: Node) -> bool:
        """Whether a number is below the larger of two: below the first, the second alone, or none."""
        least, (first, second) = self.number(mask.args[0]).high, mask.args[1].args
        above, place = math.nextafter(least, math.inf), self.choose(3)
        self.narrowed(first, *((above, math.inf) if place == 0 else (-math.inf, least)))
        if place:
            self.narrowed(second, *((above, math.inf) if place == 1 else (-math.inf, least)))
        return place < 2

    def _less(self, mask: Node) -> bool:
        least, most = mask.args
        if (mask.op, least.op, most.op) == ("lt", "const", "max") and "const" not in (x.op for x in most.args):
            return self._largest_is_more(mask)
        a, b = (self._bound(n) for n in mask.args)
        strict = mask.op == "lt"
        if a.high < b.low or (not strict and a.high == b.low):
            return True
        if a.low > b.high or (strict and a.low == b.high):
            return False
        yes = self.choose(2) == 0
        first, second = mask.args
        if b.point is not None:
            end = math.nextafter(b.point, -math.inf) if strict == yes else b.point
            self.narrowed(
                first,
                *((-math.inf, end) if yes else (b.point if strict else math.nextafter(b.point, math.inf), math.inf)),
            )
        elif a.point is not None:
            above = math.nextafter(a.point, math.inf) if strict else a.point
            below = a.point if strict else math.nextafter(a.point, -math.inf)
            self.narrowed(second, *((above, math.inf) if yes else (-math.inf, below)))
        return yes

    def _equal(self, mask: Node) -> bool:
        first, second = mask.args
        a, b = self._bound(first), self._bound(second)
        if first is second or (a.point is not None and a.point == b.point):
            return True
        if a.high < b.low or b.high < a.low:
            return False
        yes = self.choose(2) == 0
        if yes:
            self.narrowed(first, b.low, b.high)
            self.narrowed(second, a.low, a.high)
        elif b.point == 0.0:
            if a.lost + 10 > a.least:
                raise CheckFailed("range analysis: whether a number is 0 depends on an underflow")
            self.narrowed(first, a.low, a.high, min(a.least, 1000))
        return yes
