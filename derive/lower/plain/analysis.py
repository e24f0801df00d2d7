"""The rounding analysis in one format's arithmetic: as :mod:`derive.lower.bounds.analyse`, with contraction allowed.

A product that is added to something may be fused with the sum: its own rounding is there or is not. The noise symbol of
it covers both, for it stands for any number between -1 and 1. What a fused sum lacks is that its operand is a number of
the format, so that nothing is concluded from that: a sum of a rounded product is never read as exact, and an error-free
transform of one is refused. A rounding is at most half a unit of the binade that the result is in, and a sum of numbers
of the format is off by no more than the smaller of them.

Leading bits are a number without error, whatever it is; what is left of their number is small and has its error. What a
tree is in real arithmetic does not depend on them, which :mod:`derive.lower.meaning` decides.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flint import arb

from derive.errors import CheckFailed
from derive.lower.bounds.analyse import Analysis, Given, Rounded, _around_zero, exactly
from derive.lower.bounds.analyse import _product as product
from derive.lower.bounds.analyse import _quotient as quotient
from derive.lower.bounds.analyse import _sum as total
from derive.lower.bounds.analyse import _zero as is_zero
from derive.vocabulary.kernel import Node


def half_unit(size: arb, digits: int) -> arb:
    """What the rounding of a number of at most this size changes at most.

    Next to a power of two, which is a number of the format, a number above it is not off by more than its distance.
    """
    mantissa, exponent = arb(size.abs_upper()).man_exp()
    if not mantissa:
        return arb(0)
    power = arb(2) ** (int(exponent) + int(mantissa).bit_length() - 1)
    above = power * arb(2) ** -digits
    return arb(max(above / 2, min(above, arb((size - power).abs_upper()))).abs_upper())


def known(n: Node) -> float:
    """The constant that a node is: a limit or a factor is read off the tree that is analysed."""
    if n.op != "const" or not isinstance(n.value, float):
        raise CheckFailed("rounding analysis: a limit or a factor is no constant in the tree")
    return n.value


class PlainAnalysis(Analysis):
    """Evaluates a function of a format on a box of numbers that are neither huge nor tiny."""

    def __init__(
        self,
        digits: int,
        given: Mapping[Node, Given],
        exact: Mapping[Node, arb] | None = None,
        powers: Collection[Node] = (),
    ) -> None:
        """Of the nodes in ``powers`` it is known that they are powers of two, whichever."""
        super().__init__(given, exact)
        self.digits, self.given, self.powers = digits, frozenset(given), powers

    def _value(self, n: Node) -> Rounded | tuple[Rounded, ...]:
        if n.op in ("const", "result", "neg"):
            return super()._value(n)
        if n.op == "call":
            assert n.function is not None
            if not all(map(self._of_the_format, n.args)):
                raise CheckFailed("rounding analysis: a call with a product that may be fused inside")
            arguments = dict(zip(n.function.parameters, map(self.number, n.args), strict=True))
            return tuple(type(self)(self.digits, arguments).results(n.function))
        if n.op == "select":
            return self._chosen(n)
        a = [self.number(x) for x in n.args]
        match n.op:
            case "exact_mul":
                return product(a[0], a[1])
            case "mul":
                whole = product(a[0], a[1])
                return whole if self._exact_product(n) else self._rounded(whole)
            case "add" | "sub":
                if self._taken_apart(n):
                    return Rounded(_around_zero(self._cut(a[0])), a[0].noise, a[0].extra)
                return self._sum(n, a[0], a[1], 1 if n.op == "add" else -1)
            case "div":
                return self._rounded(quotient(a[0], a[1]))
            case "min" | "max":
                first_is_it = self._below(a[0], a[1], "a minimum or maximum") == (n.op == "min")
                return a[0] if first_is_it else a[1]
            case "pow2" if self._point(a[0]):
                return exactly(arb(2) ** int(float(a[0].exact)))
            case "upper":
                return a[0] if is_zero(a[0]) else exactly(a[0].hull() + _around_zero(self._cut(a[0])))
            case "two_sum":
                if not all(map(self._of_the_format, n.args)):
                    raise CheckFailed("rounding analysis: a two_sum of a product that may be fused with it")
                whole = total(a[0], a[1], 1)
                return self._transform(whole, self._rounding_of_sum(whole, a[0], a[1]))
        raise CheckFailed(f"rounding analysis: the operation {n.op} is not covered; give its value")

    def _chosen(self, n: Node) -> Rounded:
        mask, first, second = n.args
        return self.number(first if self._holds(mask) else second)

    def _holds(self, mask: Node) -> bool:
        a, b = map(self.number, mask.args)
        if mask.op == "lt":
            return self._below(a, b, "a choice")
        if mask.op == "eq" and not a.hull().overlaps(b.hull()):
            return False
        if mask.op == "eq" and self._point(a) and self._point(b):
            return bool(a.exact == b.exact)
        raise CheckFailed("rounding analysis: a choice that the box does not decide")

    @staticmethod
    def _below(a: Rounded, b: Rounded, what: str) -> bool:
        if not (a.hull() < b.hull() or a.hull() >= b.hull()):
            raise CheckFailed(f"rounding analysis: {what} that the box does not decide")
        return bool(a.hull() < b.hull())

    def _rounded(self, a: Rounded) -> Rounded:
        return a if is_zero(a) else a.disturbed(half_unit(a.size(), self.digits))

    def _rounding_of_sum(self, whole: Rounded, a: Rounded, b: Rounded) -> arb:
        size = half_unit(whole.size(), self.digits)
        return arb(min(size.abs_upper(), a.size(), b.size()))

    def _sum(self, n: Node, a: Rounded, b: Rounded, sign: int) -> Rounded:
        whole = total(a, b, sign)
        if n in self.exact:
            whole = Rounded(self.exact[n], whole.noise, whole.extra)
        if not all(map(self._of_the_format, n.args)):
            return self._rounded(whole)
        if is_zero(whole) or whole.size() <= arb(2) ** self.digits * min(self._grid(a), self._grid(b)):
            return whole
        return whole.disturbed(self._rounding_of_sum(whole, a, b))

    def _grid(self, a: Rounded) -> arb:
        """A power of two of which a number of the format is a multiple."""
        if self._point(a):
            return arb(2) ** int(a.exact.man_exp()[1]) if a.exact != 0 else arb(2) ** 9999
        least = arb(a.hull().abs_lower())
        if not least > 0:
            return arb(0)
        mantissa, exponent = least.man_exp()
        return arb(2) ** (int(exponent) + int(mantissa).bit_length() - self.digits)

    @staticmethod
    def _transform(whole: Rounded, size: arb) -> tuple[Rounded, Rounded]:
        if size == 0:
            return whole, exactly(0)
        head = whole.disturbed(size)
        (symbol,) = head.noise.keys() - whole.noise.keys()
        return head, Rounded(arb(0), {symbol: -size})

    def _of_the_format(self, n: Node) -> bool:
        """Whether an operand is what it is, however it is compiled: no product, or one that is not rounded."""
        while n.op == "neg":
            (n,) = n.args
        return n.op != "mul" or (n not in self.given and self._exact_product(n))

    def _exact_product(self, n: Node) -> bool:
        x, y = n.args
        a, b = self.number(x), self.number(y)
        if is_zero(a) or is_zero(b):
            return True
        if x.op == y.op == "upper" or x in self.powers or y in self.powers:
            return True
        few = [_bits(v.exact) for v in (a, b) if self._point(v)]
        return (len(few) == 2 and sum(few) <= self.digits) or 1 in few

    def _point(self, a: Rounded) -> bool:
        """A number of the format that is known."""
        return not a.noise and bool(a.extra == 0) and a.exact.is_exact() and _bits(a.exact) <= self.digits

    def _cut(self, whole: Rounded) -> arb:
        """What taking the lower half of the bits away from a number changes at most."""
        return whole.size() * arb(2) ** (1 - self.digits // 2)

    @staticmethod
    def _taken_apart(n: Node) -> bool:
        """A number without its leading bits."""
        return n.op == "sub" and n.args[1].op == "upper" and n.args[1].args[0] is n.args[0]


def _bits(point: arb) -> int:
    mantissa, _ = point.man_exp()
    return int(mantissa).bit_length()
