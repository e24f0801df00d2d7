"""The field of rational functions over the generators of one expression, with log, exp and powers.

What the generators are, and why arithmetic here decides equality, is said in :mod:`derive.prove.normal_form`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import comb, lcm
from typing import Any

import flint
import sympy as sp

from derive.prove.ball import Undecided

Poly = Any  # flint.fmpz_mpoly
Key = Any  # hashable identity of a polynomial or fraction within one field

# Beyond these Undecided, and no hang: one operation of python-flint's is interrupted by nothing.
_MAX_TERMS, _MAX_FACTORED = 2000, 400  # terms of a polynomial, of one to be factored
_MAX_PRODUCT = 200_000  # terms of a product before they are collected
_MAX_DEGREE = 1000  # of a polynomial of several terms, to be divided or factored
_MAX_EXPONENT, _MAX_BITS = 10**6, 10**5


class Refine(Exception):
    """A root of generator ``index`` is needed: start again with its D multiplied."""

    def __init__(self, index: int, root: int) -> None:
        self.index, self.root = index, root


class TooManyGenerators(Exception):
    """The field has no generator left."""


@dataclass
class Generator:
    kind: str  # "symbol", "constant", "exp", "log", "root", "erf", "Abs", "sign", "factorial"
    meaning: Key
    root: int  # D
    positive: bool
    argument: Any = None  # exp: the fraction t; log: (factor kind, what); root: the polynomial P

    @property
    def never_zero(self) -> bool:
        """A positive symbol, pi, an exponential, a root of a prime: positive as a function, not only >= 0."""
        of_prime = self.kind == "root" and self.argument.is_constant()
        positive_symbol = self.kind == "symbol" and bool(self.meaning.is_positive)
        return self.positive and (of_prime or positive_symbol or self.kind in ("constant", "exp", "factorial"))


@dataclass(frozen=True)
class Fraction:
    """An element of the field in lowest terms."""

    num: Poly
    den: Poly


def key(poly: Poly) -> Key:
    return frozenset(poly.to_dict().items())


class Field:
    """The generators met so far and the arithmetic over them. One field serves one expression."""

    def __init__(self, size: int, roots: dict[int, int]) -> None:
        self.context = _context(size)
        self.gens = self.context.gens()
        self.one = self.context.constant(1)
        self.zero = self.context.constant(0)
        self.roots = roots
        self.table: list[Generator] = []
        self.index: dict[tuple[str, Key], int] = {}
        self.factors: dict[Key, tuple[int, list[tuple[Poly, int]]]] = {}
        self.signs: dict[Key, tuple[int, bool]] = {}  # of polynomials, as the domain fixes them; whether strictly

    # arithmetic

    def constant(self, p: int, q: int = 1) -> Fraction:
        return Fraction(self.context.constant(p), self.context.constant(q))

    def fraction(self, num: Poly, den: Poly) -> Fraction:
        """num/den in lowest terms, the leading coefficient of the denominator positive."""
        if len(num) > _MAX_TERMS or len(den) > _MAX_TERMS:
            raise Undecided("the normal form grows beyond bounds")
        if not den.is_one():
            common = self.gcd(num, den)
            if not common.is_one():
                num, den = num // common, den // common
            if den.leading_coefficient() < 0:
                num, den = -num, -den
        return Fraction(num, den)

    def add(self, a: Fraction, b: Fraction) -> Fraction:
        if a.den == b.den:
            return Fraction(a.num + b.num, a.den) if a.den.is_one() else self.fraction(a.num + b.num, a.den)
        common = self.gcd(a.den, b.den)
        left, right = a.den // common, b.den // common
        return self.fraction(self.times(a.num, right) + self.times(b.num, left), self.times(left, b.den))

    def mul(self, a: Fraction, b: Fraction) -> Fraction:
        return self.fraction(self.times(a.num, b.num), self.times(a.den, b.den))

    def scale(self, a: Fraction, p: int, q: int) -> Fraction:
        return self.fraction(a.num * p, a.den * q)

    def inverse(self, a: Fraction, expr: sp.Expr) -> Fraction:
        if self.reduced(a.num).is_zero():
            raise Undecided("division by zero", expr)
        return self.fraction(a.den, a.num)

    def power(self, a: Fraction, n: int, expr: sp.Expr) -> Fraction:
        if n < 0:
            a, n = self.inverse(a, expr), -n
        return self.fraction(self.raised(a.num, n, expr), self.raised(a.den, n, expr))

    # what the library computes in one go, within limits

    def times(self, a: Poly, b: Poly) -> Poly:
        if len(a) * len(b) > _MAX_PRODUCT:
            raise Undecided("a product of too many terms")
        return a * b

    def raised(self, poly: Poly, n: int, expr: object = None) -> Poly:
        bits = max((abs(int(c)).bit_length() for c in poly.coeffs()), default=0)
        if n > _MAX_EXPONENT or bits * n > _MAX_BITS or (len(poly) > 1 and comb(n + len(poly) - 1, n) > _MAX_TERMS):
            raise Undecided("the power is too large to expand", expr)
        return poly**n

    def gcd(self, a: Poly, b: Poly) -> Poly:
        if len(a) > 1 and len(b) > 1:
            self.check_degree(a)
            self.check_degree(b)
        return a.gcd(b)

    def check_degree(self, poly: Poly) -> None:
        if max(poly.degrees()) > _MAX_DEGREE:
            raise Undecided(f"a polynomial of a degree above {_MAX_DEGREE}")

    def reduced(self, poly: Poly) -> Poly:
        """The polynomial with R^D = P applied, latest roots first, because a P may hold earlier roots."""
        for i in range(len(self.table) - 1, -1, -1):
            generator = self.table[i]
            if generator.kind != "root" or poly.degrees()[i] < generator.root:
                continue
            total = self.zero
            for monomial, coefficient in poly.terms():
                whole, rest = divmod(monomial[i], generator.root)
                exponents = list(monomial)
                exponents[i] = rest
                total += self.times(self.context.term(coefficient, exponents), self.raised(generator.argument, whole))
            poly = total
        return poly

    def canonical(self, a: Fraction) -> Fraction:
        """The fraction with R^D = P applied above and below, and no R as a factor below: 1/sqrt(3) is sqrt(3)/3."""
        num, den = self.reduced(a.num), self.reduced(a.den)
        for i, generator in enumerate(self.table):
            if generator.kind == "root" and den.degrees()[i]:
                missing = -min(int(monomial[i]) for monomial in den.monoms()) % generator.root
                num, den = (self.reduced(part * self.gens[i] ** missing) for part in (num, den))
        if den.is_zero():
            raise Undecided("division by zero")
        return a if num == a.num and den == a.den else self.fraction(num, den)

    # generators

    def generator(self, kind: str, meaning: Key, positive: bool, argument: Any = None, root: int = 1) -> int:
        """The index of the generator with that meaning, made where it is new."""
        found = self.index.get((kind, meaning))
        if found is not None:
            return found
        i = len(self.table)
        if i >= len(self.gens):
            raise TooManyGenerators
        self.table.append(Generator(kind, meaning, self.roots.get(i, root), positive, argument))
        self.index[(kind, meaning)] = i
        return i

    def whole(self, i: int) -> Fraction:
        """What generator i is a root of, as an element of the field."""
        return Fraction(self.gens[i] ** self.table[i].root, self.one)

    def generator_power(self, i: int, p: int, q: int) -> Fraction:
        """(the whole that generator i is a root of) to the power p/q."""
        exponent, rest = divmod(p * self.table[i].root, q)
        if rest:
            raise Refine(i, lcm(self.table[i].root, q))
        if abs(exponent) > _MAX_EXPONENT:
            raise Undecided(f"a power too large to expand of the generator {self.table[i].kind}")
        power = self.gens[i] ** abs(exponent)
        return Fraction(power, self.one) if exponent >= 0 else Fraction(self.one, power)

    def sign(self, poly: Poly) -> int:
        """1 where poly >= 0 and -1 where poly <= 0 all over the domain of the expression, 0 where that is not known.

        Known are positive coefficients with odd powers of positive generators alone, and what :meth:`restrict` saw.
        """
        known, _ = self.signs.get(key(poly), (0, False))
        return known or int(self._adds_up(poly))

    def strict_sign(self, poly: Poly) -> int:
        """The same for > 0 and < 0: a sum of what is never negative, one summand of which is never zero."""
        known, strict = self.signs.get(key(poly), (0, False))
        if known and strict:
            return known
        for sign in (1, -1):
            if self._adds_up(poly * sign) and any(
                all(self.table[i].never_zero for i, e in enumerate(monomial) if e) for monomial in poly.monoms()
            ):
                return sign
        return 0

    def _adds_up(self, poly: Poly) -> bool:
        return all(
            coefficient > 0 and all(e % 2 == 0 or self.table[i].positive for i, e in enumerate(monomial) if e)
            for monomial, coefficient in poly.terms()
        )

    def restrict(self, a: Fraction, *, strict: bool) -> None:
        """Record that a >= 0 on the domain: it fixes the sign of an odd factor if that is the only unknown one.

        But where another factor above may be zero, a >= 0 says nothing there: x^4 (x - 1) >= 0 holds at 0 too.
        ``strict`` says that a > 0, and no factor vanishes.
        """
        product, unknown = 1, []
        for poly, below in ((a.num, False), (a.den, True)):
            content, factors = self.factor(poly)
            product = product if content > 0 else -product
            for factor, exponent in factors:
                known = self.sign(factor)
                if exponent % 2 and not known:
                    unknown.append((factor, strict or below))
                elif not (strict or below or self.strict_sign(factor)):
                    return
                elif exponent % 2:
                    product *= known
        if len(unknown) == 1:
            ((factor, nowhere_zero),) = unknown
            self.signs[key(factor)] = (product, nowhere_zero)

    def factor(self, poly: Poly) -> tuple[int, list[tuple[Poly, int]]]:
        """Content with sign, and irreducible factors with positive leading coefficient and their exponents."""
        identity = key(poly)
        found = self.factors.get(identity)
        if found is None:
            if len(poly) > _MAX_FACTORED:
                raise Undecided("a polynomial with too many terms to factor")
            if len(poly) > 1:
                self.check_degree(poly)
            content, factors = poly.factor()
            sign, signed = int(content), []
            for factor, exponent in factors:
                if factor.leading_coefficient() < 0:
                    factor, sign = -factor, sign * (-1) ** int(exponent)
                signed.append((factor, int(exponent)))
            found = self.factors[identity] = (sign, signed)
        return found

    def single(self, poly: Poly, whole: bool = False) -> int | None:
        """The index of the generator that the polynomial is (or is the whole of), if it is one."""
        if len(poly) != 1 or poly.is_constant() or poly.leading_coefficient() != 1:
            return None
        (i, exponent), *others = [(i, int(e)) for i, e in enumerate(poly.monoms()[0]) if e]
        return None if others or exponent != (self.table[i].root if whole else 1) else i


@lru_cache(maxsize=2)
def _context(size: int) -> Any:
    return flint.fmpz_mpoly_ctx.get([f"x{i}" for i in range(size)], flint.Ordering.lex)
