"""The rounding analysis for NumPy's trees: as :mod:`derive.lower.bounds.analyse`, on boxes where sizes are known.

A rounding is at most half a unit of the binade that the result is in, which is up to twice sharper than half a unit of
its size, and holds where numbers are what they are and not set to 1. A product is exact where the bits of its factors
are few: constants and table entries at a point are counted, leading bits are 18 or 26. A function of NumPy is off by
what is supposed of it, in ulp (:data:`SUPPOSED`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flint import arb

from derive.errors import CheckFailed
from derive.lower.bounds.analyse import (
    UNIT,
    Analysis,
    Given,
    Rounded,
    _around_zero,
    exactly,
)
from derive.lower.bounds.analyse import _product as product
from derive.lower.bounds.analyse import _quotient as quotient
from derive.lower.bounds.analyse import _sterbenz as sterbenz
from derive.lower.bounds.analyse import _sum as total
from derive.lower.bounds.analyse import _zero as is_zero
from derive.vocabulary.kernel import Function, Node

#: The largest error, in ulp, that is supposed of each function of NumPy; `derive verify` measures it.
SUPPOSED = {"exp": 0.9, "expm1": 1.0, "log": 1.0, "log1p": 1.0}

#: Bits that are left by the operations that take the others away.
_LEFT = {"upper": 26, "short": 18}
_DIGITS = 53


def half_unit(size: arb) -> arb:
    """Half a unit in the last place of the largest number that is not above a size."""
    mantissa, exponent = arb(size.abs_upper()).man_exp()
    return UNIT * arb(2) ** (int(exponent) + int(mantissa).bit_length() - 1) if mantissa else arb(0)


class BlockAnalysis(Analysis):
    """Evaluates a function of a NumPy kernel on a box of numbers that are neither huge nor tiny."""

    def __init__(self, given: Mapping[Node, Given], exact: Mapping[Node, arb] | None = None) -> None:
        super().__init__(given, exact)
        self.bits: dict[Node, int] = {}

    def rounded(self, a: Rounded) -> Rounded:
        """The result of an operation."""
        return a if is_zero(a) else a.disturbed(half_unit(a.size()))

    def _value(self, n: Node) -> Rounded | tuple[Rounded, ...]:
        if n.op in ("const", "result", "neg"):
            return super()._value(n)
        if n.op == "call":
            assert n.function is not None
            inner = type(self)(dict(zip(n.function.parameters, map(self.number, n.args), strict=True)))
            return tuple(inner.results(n.function))
        a = [self.number(x) for x in n.args]
        match n.op:
            case "exact_mul" | "mul":
                if is_zero(a[0]) or is_zero(a[1]):
                    return exactly(0)
                whole = product(a[0], a[1])
                bits = self._bits(n.args[0]) + self._bits(n.args[1])
                if n.op == "mul" and bits > _DIGITS and not self._power_of_two(n):
                    return self.rounded(whole)
                self.bits[n] = bits
                return whole
            case "add" | "sub":
                sign = 1 if n.op == "add" else -1
                if is_zero(a[1]):
                    return a[0]
                # leading bits are a number without error; what r is off, the rest is off
                if self._taken_apart(n) and not self._exact_point(a[0]):
                    return Rounded(_around_zero(self._cut(n.args[1], a[0])), a[0].noise, a[0].extra)
                whole = total(a[0], a[1], sign)
                if is_zero(a[0]) or sterbenz(a[0].hull(), -sign * a[1].hull()):
                    return whole
                if is_zero(whole) or self._exact_point(whole):
                    return whole
                return self.rounded(whole)
            case "div":
                return self.rounded(quotient(a[0], a[1]))
            case "upper" | "short":
                self.bits[n] = _LEFT[n.op]
                if self._exact_point(a[0]):
                    return exactly(_leading(a[0].exact, _LEFT[n.op]))
                return a[0] if is_zero(a[0]) else exactly(a[0].exact + _around_zero(self._cut(n, a[0])))
            case "two_sum":
                whole = total(a[0], a[1], 1)
                return self._transform(whole)
            case "exp" | "expm1" | "log" | "log1p":
                return of_numpy(n.op, a[0])
        raise CheckFailed(f"rounding analysis: the operation {n.op} is not covered; give its value")

    def _transform(self, whole: Rounded) -> tuple[Rounded, Rounded]:
        if is_zero(whole):
            return whole, exactly(0)
        head = self.rounded(whole)
        ((symbol, size),) = [(i, c) for i, c in head.noise.items() if i not in whole.noise]
        return head, Rounded(arb(0), {symbol: -size})

    def before_rounding(self, n: Node) -> Rounded:
        """A product, quotient or sum without the rounding of its own operation."""
        a, b = (self.number(x) for x in n.args)
        match n.op:
            case "mul":
                return product(a, b)
            case "div":
                return quotient(a, b)
            case "add":
                return total(a, b, 1)
        raise CheckFailed(f"rounding analysis: the operation {n.op} is no last one of a slope")

    def _bits(self, n: Node) -> int:
        if n in self.bits:
            return self.bits[n]
        value = self.known[n]
        if isinstance(value, Rounded) and self._exact_point(value):
            return _point_bits(value.exact)
        if n.op == "sub" and n.args[1].op in _LEFT and n.args[1].args[0] is n.args[0]:
            return _DIGITS - _LEFT[n.args[1].op]
        return _DIGITS + 1

    def _power_of_two(self, n: Node) -> bool:
        return any(
            isinstance(v := self.known[x], Rounded) and self._exact_point(v) and _point_bits(v.exact) <= 1
            for x in n.args
        )

    @staticmethod
    def _exact_point(a: Rounded) -> bool:
        return not a.noise and bool(a.extra == 0) and a.exact.is_exact() and _point_bits(a.exact) <= _DIGITS

    @staticmethod
    def _cut(n: Node, whole: Rounded) -> arb:
        """What taking the lower bits away from a number changes at most."""
        return whole.size() * arb(2) ** (1 - _LEFT[n.op])

    @staticmethod
    def _taken_apart(n: Node) -> bool:
        """A number without its leading bits."""
        return n.op == "sub" and n.args[1].op in _LEFT and n.args[1].args[0] is n.args[0]


class FactorAnalysis(BlockAnalysis):
    """The same where powers of 2 are set to 1: a rounding is relative."""

    def rounded(self, a: Rounded) -> Rounded:
        return a if is_zero(a) else a.disturbed(UNIT * a.size())

    def _value(self, n: Node) -> Rounded | tuple[Rounded, ...]:
        if n.op in SUPPOSED:
            raise CheckFailed(f"rounding analysis: np.{n.op} is not that of another number where powers of 2 are 1")
        return super()._value(n)


def _point_bits(point: arb) -> int:
    mantissa, _ = point.man_exp()
    return int(mantissa).bit_length()


def _leading(point: arb, bits: int) -> arb:
    """A point without the bits that are not leading ones."""
    mantissa, exponent = (int(part) for part in point.man_exp())
    cut = max(abs(mantissa).bit_length() - bits, 0)
    return (1 if mantissa > 0 else -1) * arb(abs(mantissa) >> cut << cut) * arb(2) ** exponent


def supposed(op: str, exact: arb) -> Rounded:
    """What a function of NumPy gives for an exact value on a box."""
    return exactly(exact).disturbed(2 * half_unit(arb(exact.abs_upper())) * arb(SUPPOSED[op]))


_FUNCTIONS: dict[str, tuple[Callable[[arb], arb], Callable[[arb], arb]]] = {
    "exp": (arb.exp, arb.exp),
    "expm1": (arb.expm1, arb.exp),
    "log": (arb.log, lambda x: 1 / x),
    "log1p": (arb.log1p, lambda x: 1 / (1 + x)),
}


def of_numpy(op: str, a: Rounded) -> Rounded:
    """A function of NumPy of a number with an error, which its slope magnifies."""
    value, slope = _FUNCTIONS[op]
    at = slope(a.hull())
    exact = Rounded(value(a.exact), {i: c * at for i, c in a.noise.items()}, (a.extra * at).abs_upper())
    return exact.disturbed(2 * half_unit(exact.size()) * arb(SUPPOSED[op]))


def results(function: Function, given: Mapping[Node, Given]) -> list[Rounded]:
    return BlockAnalysis(given).results(function)
