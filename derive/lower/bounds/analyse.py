"""Rounding analysis of a kernel tree: a rigorous bound for |computed - exact| on a box of arguments.

Every number of the tree is carried as

    computed = exact + sum_i c_i e_i + extra,    |e_i| <= 1,  |extra| <= a bound,

where ``exact`` is a ball for the value in real arithmetic and each rounding has a noise symbol e_i of its own. The
symbols make error-free transforms exact: head = a + b - tau and tail = tau share the symbol tau, so that it cancels
in every sum in which head and tail meet again. Products add a second-order term to ``extra``. Coefficients and bounds
are balls (python-flint), so the analysis itself does not round. Differences within a factor of 2 are exact
(Sterbenz).

Rounding is to nearest, and nothing over- or underflows: the kernels scale their arguments so that it is so, which
:mod:`derive.lower.bounds.values` argues where it uses this.

Source: Comba and Stolfi, "Affine arithmetic", 1993; Daumas and Melquiond, "Certification of bounds on expressions
involving rounded operators", 2010, for the standard model with exact transforms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count

from flint import arb, ctx

from derive.errors import CheckFailed
from derive.vocabulary.kernel import Function, Node

#: Half an ulp of 1: the relative error of one rounding.
UNIT = arb(2) ** -53

#: Bits of the balls: errors of errors are far below this.
PRECISION = 160

#: Where there is no FMA, Dekker's product by halves of 26 and 27 bits stands for it: its tail is off by this, relative
#: to the product. It is counted everywhere, so that a bound holds for either.
EMULATED = 4 * UNIT**2

_SYMBOLS = count()


_EXACT: Mapping[int, arb] = {}
_ZERO = arb(0)


class Rounded:
    """A computed number: its exact value, its named roundings, and a bound for the rest of its error.

    It is not changed once made. (There are millions: a frozen dataclass takes twice as long.)
    """

    __slots__ = ("_error", "exact", "extra", "noise")

    def __init__(self, exact: arb, noise: Mapping[int, arb] = _EXACT, extra: arb = _ZERO) -> None:
        self.exact, self.noise, self.extra = exact, noise, extra
        self._error: arb | None = None

    def error(self) -> arb:
        """An upper bound for |computed - exact|."""
        if self._error is None:
            self._error = sum(map(abs, self.noise.values()), self.extra).abs_upper()
        return self._error

    def size(self) -> arb:
        """An upper bound for |computed|."""
        return (_size(self.exact) + self.error()).abs_upper()

    def hull(self) -> arb:
        """A ball that contains the computed value."""
        return self.exact + _around_zero(self.error())

    def disturbed(self, bound: arb) -> Rounded:
        """The same number with one more, independent error of at most ``bound``."""
        if bound == 0:
            return self
        return Rounded(self.exact, {**self.noise, next(_SYMBOLS): bound}, self.extra)


#: A number, or the several results of a transform or a call.
Given = Rounded | tuple[Rounded, ...]


def _size(ball: arb) -> arb:
    return ball.abs_upper()


def _around_zero(radius: arb) -> arb:
    return arb(0, radius.abs_upper())


def exactly(value: arb | int | float) -> Rounded:
    """A number without error."""
    return Rounded(arb(value))


def error_of_sum(*parts: Rounded) -> arb:
    """An upper bound for the error of the unevaluated sum of the parts."""
    total = parts[0]
    for part in parts[1:]:
        total = _sum(total, part, 1)
    return total.error()


def head_and_tail(exact: arb, relative_error: arb, relative_tail: arb = UNIT) -> tuple[Rounded, Rounded]:
    """What is known of a head and tail: their sum is ``exact`` up to a relative error, and the tail is small."""
    tail = next(_SYMBOLS)
    size = _size(exact) * relative_tail * (1 + relative_error)
    head = Rounded(exact, {tail: -size}).disturbed(_size(exact) * relative_error)
    return head, Rounded(arb(0), {tail: size})


def _combined(a: Mapping[int, arb], b: Mapping[int, arb], by_a: arb | int, by_b: arb | int) -> dict[int, arb]:
    noise = {i: c * by_a for i, c in a.items()}
    for i, c in b.items():
        noise[i] = noise[i] + c * by_b if i in noise else c * by_b
    return noise


def _sum(a: Rounded, b: Rounded, sign: int) -> Rounded:
    noise = dict(a.noise)
    for i, c in b.noise.items():
        noise[i] = noise.get(i, _ZERO) + c if sign == 1 else noise.get(i, _ZERO) - c
    return Rounded(a.exact + b.exact if sign == 1 else a.exact - b.exact, noise, a.extra + b.extra)


def _product(a: Rounded, b: Rounded) -> Rounded:
    first = _combined(a.noise, b.noise, b.exact, a.exact)
    extra = a.extra * _size(b.exact) + b.extra * _size(a.exact) + a.error() * b.error()
    return Rounded(a.exact * b.exact, first, extra.abs_upper())


def _quotient(a: Rounded, b: Rounded) -> Rounded:
    exact, inverse = a.exact / b.exact, 1 / b.exact
    first = _combined(a.noise, b.noise, inverse, -exact * inverse)
    off = b.error() / (arb(b.exact.abs_lower()) - b.error())
    extra = (a.extra + _size(exact) * b.extra + off * (a.error() + _size(exact) * b.error())) * _size(inverse)
    if not extra.is_finite():
        raise CheckFailed("rounding analysis: a divisor may be zero on the box")
    return Rounded(exact, first, extra.abs_upper())


def _sterbenz(a: arb, b: arb) -> bool:
    """Whether a - b is exact: both of one sign and within a factor of 2."""
    return bool((a > 0 and b > 0 and 2 * a >= b and 2 * b >= a) or (a < 0 and b < 0 and 2 * a <= b and 2 * b <= a))


class Analysis:
    """Evaluates a function of a kernel on a box.

    ``given`` fixes nodes: the parameters, and whatever the analysis knows better than operation by operation (a reduced
    argument that is exact, an integer, the results of a function that was analysed before). ``exact`` tells exact
    values that follow from algebra and that ball arithmetic, which forgets dependencies, would only enclose.
    """

    def __init__(self, given: Mapping[Node, Given], exact: Mapping[Node, arb] | None = None) -> None:
        ctx.prec = PRECISION
        self.known: dict[Node, Given] = dict(given)
        self.exact = exact or {}

    def results(self, function: Function) -> list[Rounded]:
        """The results of the function. Raises :class:`CheckFailed` where an operation is not covered."""
        return self._of(function, [n for _, n in function.results])

    def first_two(self, function: Function) -> list[Rounded]:
        """Head and tail; what only the other results need is left alone."""
        (_, head), (_, tail), *_ = function.results
        return self._of(function, [head, tail])

    def _of(self, function: Function, nodes: Sequence[Node]) -> list[Rounded]:
        return Results(map(self.number, nodes), function, self)

    def number(self, n: Node) -> Rounded:
        """One node, and whatever it needs."""
        found = self.known.get(n)
        if found is None:
            found = self.known[n] = self._known_exactly(n, self._value(n))
        if not isinstance(found, Rounded):
            raise CheckFailed(f"rounding analysis: no value for the operation {n.op}")
        return found

    def several(self, n: Node) -> tuple[Rounded, ...]:
        """The results of a transform or of a call."""
        found = self.known.get(n)
        if found is None:
            found = self.known[n] = self._value(n)
        assert isinstance(found, tuple)
        return found

    def _known_exactly(self, n: Node, value: Given) -> Given:
        if n not in self.exact or not isinstance(value, Rounded):
            return value
        if not value.exact.overlaps(self.exact[n]):
            raise CheckFailed(f"rounding analysis: {value.exact} is not {self.exact[n]}, as was claimed")
        return Rounded(self.exact[n], value.noise, value.extra)

    def _value(self, n: Node) -> Rounded | tuple[Rounded, ...]:
        if n.op == "const":
            assert isinstance(n.value, float)
            return exactly(n.value)
        if n.op == "result":
            assert isinstance(n.value, int)
            return self.several(n.args[0])[n.value]
        if n.op == "call":
            assert n.function is not None
            inner = Analysis(dict(zip(n.function.parameters, map(self.number, n.args), strict=True)))
            return tuple(inner.results(n.function))
        a = [self.number(x) for x in n.args]
        match n.op:
            case "neg":
                return Rounded(-a[0].exact, {i: -c for i, c in a[0].noise.items()}, a[0].extra)
            case "exact_mul":
                return _product(a[0], a[1])
            case "mul":
                return _rounded(_product(a[0], a[1]))
            case "add":
                return _rounded_sum(a[0], a[1], 1)
            case "sub":
                return _rounded_sum(a[0], a[1], -1)
            case "fma":
                product = _product(a[0], a[1])
                total = _rounded(_sum(product, a[2], 1))
                emulated = EMULATED * (product.size() + a[2].size())
                return Rounded(total.exact, total.noise, total.extra + emulated)
            case "div":
                return _rounded(_quotient(a[0], a[1]))
            case "two_sum":
                return _transform_sum(a[0], a[1])
            case "fast_two_sum":
                if not (_zero(a[0]) or a[0].hull().abs_lower() >= a[1].size()):
                    raise CheckFailed("rounding analysis: a fast_two_sum whose first operand may be the smaller")
                return _transform_sum(a[0], a[1])
            case "two_prod":
                head, tail = _transform(_product(a[0], a[1]))
                return head, Rounded(tail.exact, tail.noise, tail.extra + EMULATED * head.size())
            case "two_fma":
                return _two_fma(a[0], a[1], a[2])
        raise CheckFailed(f"rounding analysis: the operation {n.op} is not covered; give its value")


class Results(list[Rounded]):
    """The results of a function on a box, with all numbers that led to them."""

    def __init__(self, numbers: Iterable[Rounded], function: Function, analysis: Analysis) -> None:
        super().__init__(numbers)
        self.function, self.analysis = function, analysis


def _zero(a: Rounded) -> bool:
    return bool(a.exact == 0) and not a.noise and bool(a.extra == 0)


def _rounded(a: Rounded) -> Rounded:
    return a if _zero(a) else a.disturbed(UNIT * a.size())


def _rounded_sum(a: Rounded, b: Rounded, sign: int) -> Rounded:
    if _zero(b):
        return a
    total = _sum(a, b, sign)
    if _zero(a):
        return total
    exact = _sterbenz(a.hull(), -sign * b.hull())
    return total if exact else _rounded(total)


def _transform_sum(a: Rounded, b: Rounded) -> tuple[Rounded, Rounded]:
    if _zero(a) or _zero(b):
        return _sum(a, b, 1), exactly(0)
    return _transform(_sum(a, b, 1))


def _two_fma(a: Rounded, b: Rounded, c: Rounded) -> tuple[Rounded, Rounded]:
    """Head and tail of p + c, p = a b, neither negative.

    With s = head and part = s - c rounded: where c >= p, part is exact by Sterbenz, and so is s - part = c; where
    p > c, s/2 <= part <= s, so that s - part is exact, and c - (s - part) is the error of part, a number of the format.
    Hence only p - part, at most 2 u s, and the last sum, at most u s, are rounded.
    """
    product = _product(a, b)
    # A ball from 0 on reaches below it by the rounding of its radius.
    if not all(x.exact.lower() >= -_size(x.exact) * arb(2) ** -25 for x in (product, c)):
        raise CheckFailed("rounding analysis: a two_fma of which an operand may be negative")
    return transform_with_rounded_tail(_sum(product, c, 1), 3)


def transform_with_rounded_tail(whole: Rounded, roundings: int) -> tuple[Rounded, Rounded]:
    """Head and tail of a sum, the tail off by so many squares of the unit, relative to the sum."""
    head, tail = _transform(whole)
    return head, tail.disturbed(arb("1.001") * roundings * UNIT**2 * whole.size())


def _transform(whole: Rounded) -> tuple[Rounded, Rounded]:
    """Head and tail of an exact result: the tail is at most half an ulp of it."""
    if _zero(whole):
        return whole, exactly(0)
    size, tail = UNIT * whole.size(), next(_SYMBOLS)
    return Rounded(whole.exact, {**whole.noise, tail: -size}, whole.extra), Rounded(arb(0), {tail: size})
