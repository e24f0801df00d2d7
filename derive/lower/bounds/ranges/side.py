"""A function on one side of each of its conditions: the ranges of all its numbers, operation by operation."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from derive.errors import CheckFailed
from derive.lower.arithmetic.logarithm import BALANCE, SPLIT
from derive.lower.arithmetic.scaled import SUM
from derive.lower.bounds.ranges.conditions import Conditions, Nowhere
from derive.lower.bounds.ranges.numbers import (
    LARGEST,
    NORMAL,
    SMALLEST,
    Range,
    Relations,
    Results,
    exactly,
    multiply_add,
    negative,
    product,
    quotient,
    ranged,
    total,
    transform,
)
from derive.vocabulary.kernel import Function, Node, node, result

#: Significands whose quotient is to be near 1 are looked at in so many parts.
_PARTS = 16

#: Exponents up to this one, and above it, are looked at apart: exponentials of larger numbers are 0 or infinite.
_LARGE = 12.0

#: A number is the tail of another where it is that small beside it.
TAIL = -20

Called = Callable[[Function, tuple[Range, ...], Relations], list[Results]]


class Side(Conditions):
    """The results of a function, and which of them are tails of others; ``called`` gives those of one that it calls."""

    def __init__(
        self, function: Function, given: Sequence[Range], beside: Relations, taken: list[int], called: Called
    ) -> None:
        super().__init__(function, given, beside, taken)
        self.called = called

    def results(self) -> Results:
        nodes = [n for _, n in self.function.results]
        for n in nodes:
            self.number(n)
        found = tuple(self.number(n) for n in nodes)
        return self._measured(found) if self.function is SUM else found, self.relations(nodes)

    def _measured(self, found: tuple[Range, ...]) -> tuple[Range, ...]:
        """A sum is measured by the larger of its parts: by one that has the common exponent, since a zero has none."""
        a, _, _, c, _, _ = (self.number(n) for n in self.function.parameters)
        parts = [x for x in (a, c) if x.point != 0.0]
        if not any(x.nonzero for x in parts):
            return found
        part = min(x.least for x in parts)
        head, tail, exponent = found
        return replace(head, part=part), replace(tail, part=part), exponent

    def relations(self, nodes: Sequence[Node]) -> Relations:
        """Which of some numbers are tails of others."""
        found = []
        for i, x in enumerate(nodes):  # a tail comes after its head
            for j, y in enumerate(nodes[:i]):
                k = self.tail_of(x, y)
                if k is not None and k <= TAIL:
                    found.append((i, j, k))
        return tuple(found)

    def value(self, n: Node) -> Range | tuple[Range, ...]:
        match n.op:
            case "const":
                assert isinstance(n.value, float)
                return exactly(n.value)
            case "result":
                whole = self.known.get(n.args[0])
                if whole is None:
                    self.known[n.args[0]] = whole = self._several(n.args[0])
                assert isinstance(whole, tuple) and isinstance(n.value, int)
                return whole[n.value]
            case "select":
                self.same[n] = n.args[1] if self.holds(n.args[0]) else n.args[2]
                return self.number(self.same[n])
            case "min" | "max":
                return self._extreme(n)
            case "exact_mul":
                return self._multiple(n)
        return self._operation(n, self._numbers(n))

    def _numbers(self, n: Node) -> list[Range]:
        """The operands: what is chosen for a later one may narrow an earlier one."""
        for x in n.args:
            self.number(x)
        return [self.number(x) for x in n.args]

    def _several(self, n: Node) -> tuple[Range, ...]:
        if n.op == "call":
            assert n.function is not None
            if n.function is SPLIT and n.args[0].op == "abs":
                self._in_a_binade(n.args[0])
            for x in n.args if n.function is BALANCE else ():
                self._in_a_part(x)
            numbers = tuple(self._numbers(n))
            return self._one_of(n, self.called(n.function, numbers, self.relations(n.args)))
        if n.op in ("two_sum", "fast_two_sum", "two_prod"):
            operands = self._numbers(n)
            head, tail = transform(n, operands)
            for x, other in zip(n.args, reversed(operands), strict=True):
                if n.op == "two_sum" and other.point == 0.0:
                    self.same[result(n, 0)] = x
            if head.least >= NORMAL or n.op != "two_prod":
                self.beside[result(n, 1)] = (result(n, 0), -53)
            return head, tail
        raise CheckFailed(f"range analysis: the operation {n.op} is not covered")

    def _one_of(self, n: Node, sides: list[Results]) -> tuple[Range, ...]:
        if not sides:
            raise Nowhere
        ranges, relations = sides[self.choose(len(sides)) if len(sides) > 1 else 0]
        self.beside |= {result(n, i): (result(n, j), k) for i, j, k in relations}
        return ranges

    def _in_a_binade(self, size: Node) -> None:
        """Of a number that is to be scaled by its own exponent, a binade at a time."""
        (x,) = size.args
        known = self.number(x)
        self.number(size)
        exponents = range(max(known.least, SMALLEST), min(known.most, 1023) + 1)
        place = self.choose(len(exponents) + (not known.nonzero))
        zero, e = place == len(exponents), exponents[min(place, len(exponents) - 1)]
        end = 0.0 if zero else math.nextafter(2.0 ** (e + 1), 0.0) if e < 1023 else LARGEST
        self.narrowed(size, 0.0 if zero else 2.0**e, end)

    def _in_a_part(self, x: Node) -> None:
        """Of two numbers whose quotient counts, a part of each."""
        known = self.number(x)
        if known.point is None:
            place, width = self.choose(_PARTS), (known.high - known.low) / _PARTS
            end = known.high if place == _PARTS - 1 else known.low + (place + 1) * width
            self.narrowed(x, known.low + place * width, end)

    def _extreme(self, n: Node) -> Range:
        a, b = self._numbers(n)
        larger = n.op == "max"
        if "const" in (n.args[0].op, n.args[1].op):
            for x, other in ((n.args[0], a), (n.args[1], b)):
                if n.op == "min" and other.grid >= 0 and other.low < _LARGE < other.high:
                    large = self.choose(2)
                    self.narrowed(x, *((_LARGE + 1.0, math.inf) if large else (-math.inf, _LARGE)))
            a, b = self._numbers(n)
            pick = max if larger else min
            return ranged(
                pick(a.low, b.low),
                pick(a.high, b.high),
                min(a.least, b.least),
                min(a.grid, b.grid),
                max(a.lost, b.lost),
            )
        self.same[n] = first = n.args[self.choose(2)]
        other = self.number(n.args[1] if first is n.args[0] else n.args[0])
        self.narrowed(first, *((other.low, math.inf) if larger else (-math.inf, other.high)))
        return self.number(first)

    def _multiple(self, n: Node) -> Range:
        """By a power of two: where that may underflow, of the arguments for which it may by themselves."""
        a, b = self._numbers(n)
        whole = n.args[0].args[0] if n.args[0].op == "neg" else n.args[0]
        if (
            whole in self.function.parameters
            and b.point is not None
            and a.grid + b.grid < SMALLEST
            and a.least + b.least < NORMAL
        ):
            least = NORMAL - b.least
            if a.most > least:
                if self.choose(2):
                    end = math.ldexp(1.0, least)
                    self.narrowed(n.args[0], -end, end)
                else:
                    self.narrowed(n.args[0], a.low, a.high, least)
                a = self.number(n.args[0])
        head, k = self.beside.get(self.itself(n.args[0]), (None, 0))
        if head is not None:
            both = node("exact_mul", head, n.args[1])
            if b.least >= 0 or self.number(both).least >= NORMAL:
                self.beside[n] = (both, k)
        return product(a, b)

    def _operation(self, n: Node, a: list[Range]) -> Range:
        match n.op:
            case "neg":
                return negative(a[0])
            case "abs":
                size = max(abs(a[0].low), abs(a[0].high))
                low = min(abs(a[0].low), abs(a[0].high)) if a[0].of_one_sign else 0.0
                return ranged(low, size, a[0].least, a[0].grid, a[0].lost, a[0].nonzero)
            case "add":
                self._tail_of_sum(n)
                return self._with_its_tail(n, total(a[0], a[1]))
            case "sub":
                return self._difference(n, a)
            case "mul":
                return product(a[0], a[1])
            case "div":
                self._tail_of_quotient(n)
                return quotient(a[0], a[1])
            case "fma":
                self._tail_of_product(n)
                self._remainder(n)
                found, bound = multiply_add(*a), self._rest(n, a[2])
                if bound is None or found.point is not None:
                    return found
                cut = ranged(max(found.low, -bound), min(found.high, bound), found.grid, found.grid, found.lost)
                return replace(cut, part=found.part)
            case "pow2":
                return self._power(a[0])
            case "round":
                return ranged(float(round(a[0].low)), float(round(a[0].high)), 0, 0)
            case "exponent":
                low, high = (math.frexp(x)[1] - 1 if x >= 2.0**NORMAL else NORMAL - 1 for x in (a[0].low, a[0].high))
                return ranged(float(low), float(high), 0, 0)
            case "significand":
                lost = a[0].lost - min(a[0].least, 1023)
                return ranged(1.0, math.nextafter(2.0, 0.0), 0, -52, lost)
        raise CheckFailed(f"range analysis: the operation {n.op} is not covered")

    def _difference(self, n: Node, a: list[Range]) -> Range:
        first, second = n.args
        if self.chosen(first) is self.chosen(second):
            return ranged(0.0, 0.0)
        found = total(a[0], negative(a[1]))
        if second.op in ("min", "max") and first in second.args:
            low, high = (found.low, min(found.high, 0.0)) if second.op == "max" else (max(found.low, 0.0), found.high)
            return ranged(low, high, found.least, found.grid, found.lost)
        return found

    def _rest(self, n: Node, x: Range) -> float | None:
        """A bound for fma(-q, y, x) that the ranges do not see, where q is nearly x/y.

        That is the remainder of a division, q = x/y, and what is left of a reduction, q = round(x c) with c near 1/y.
        """
        q, y = n.args[0].args[0] if n.args[0].op == "neg" else n.args[0], n.args[1]
        size = max(abs(x.low), abs(x.high))
        if q.op == "div" and q.args == (n.args[2], y):
            return math.ldexp(size, -52) if self.number(q).least >= NORMAL else None
        if q.op != "round" or q.args[0].op != "mul" or q.args[0].args[0] is not n.args[2]:
            return None
        step, inverse = y.value, q.args[0].args[1].value
        if not (isinstance(step, float) and isinstance(inverse, float)):
            return None
        off = step * (0.5 + size * inverse * 2.0**-52) + size * abs(1.0 - step * inverse) + size * 2.0**-51
        return off * (1 + 2.0**-40)

    def _with_its_tail(self, n: Node, found: Range) -> Range:
        """A head and its own tail are at least half of the head."""
        head, tail = n.args
        k = self.tail_of(tail, head)
        if k is None or k >= -1 or found.point is not None:
            return found
        x = self.number(head)
        nonzero = found.nonzero or x.nonzero
        whole = ranged(found.low, found.high, max(found.least, x.least - 1), found.grid, found.lost, nonzero)
        return replace(whole, part=found.part)

    def _tail_of_sum(self, n: Node) -> None:
        """Two tails of one head, and the tails of two that are not negative beside their sum."""
        parts = [self.beside.get(x, (None, 0)) for x in n.args if self.number(x).point != 0.0]
        if len(parts) == 1 and parts[0][0] is not None:
            self.beside[n] = parts[0]
        if len(parts) < 2:
            return
        (first, i), (second, j) = parts
        if first is None or second is None:
            return
        if first is not second:
            if min(self.number(first).low, self.number(second).low) < 0.0:
                return
            first = result(node("two_sum", first, second), 0)
        self.beside[n] = (first, max(i, j) + 1)

    def _tail_of_product(self, n: Node) -> None:
        """a c_tail + rest, and a_tail c + rest, are tails of a c where the rest is one."""
        x, y, rest = n.args
        head, k = self.beside.get(rest, (None, 0))
        if head is None or head.op != "result" or head.args[0].op != "two_prod" or self.number(head).least < NORMAL:
            return
        for factor, tail in ((x, y), (y, x)):
            partner, share = self.beside.get(tail, (None, 0))
            if partner is not None and {factor, partner} == set(head.args[0].args):
                self.beside[n] = (head, max(k, share) + 2)

    def _remainder(self, n: Node) -> None:
        """fma(-q, c, a) at q = a/c, and what is left of it without q times the tail of c, beside a."""
        q = n.args[0].args[0] if n.args[0].op == "neg" else n.args[0]
        if q.op != "div" or self.number(q).least < NORMAL:
            return
        a, c = q.args
        if n.args[1:] == (c, a):
            self.beside[n] = (a, -52)
        head, k = self.beside.get(n.args[2], (None, 0))
        share = self.tail_of(n.args[1], c)
        if head is a and share is not None:
            self.beside[n] = (a, max(k, share) + 1)

    def _tail_of_quotient(self, n: Node) -> None:
        """What is left of a, divided by c, beside a/c."""
        head, k = self.beside.get(n.args[0], (None, 0))
        whole = None if head is None else node("div", head, n.args[1])
        if whole in self.known and self.number(whole).least >= NORMAL:
            self.beside[n] = (whole, max(k, -52) + 1)

    def _power(self, k: Range) -> Range:
        if not (k.low >= NORMAL and k.high <= 1023 and k.grid >= 0):
            raise CheckFailed(f"range analysis: 2^k for k between {k.low:g} and {k.high:g} may leave the format")
        return ranged(2.0**k.low, 2.0**k.high, int(k.low), int(k.low))
