"""log, exp and powers of elements of the field: products of generators, new or known ones."""

from __future__ import annotations

from functools import lru_cache

import flint
import sympy as sp

from derive.prove.ball import Undecided
from derive.prove.field import Field, Fraction, Poly, key


class ElementaryField(Field):
    """The field with the elementary functions."""

    def log(self, a: Fraction, expr: sp.Expr) -> Fraction:
        """log|a| as a sum of logarithms of primes and irreducible polynomials."""
        a = self.canonical(a)
        if a.num.is_zero():
            raise Undecided("logarithm of zero", expr)
        total = Fraction(self.zero, self.one)
        for poly, sign in ((a.num, 1), (a.den, -1)):
            if poly.is_one():
                continue
            content, factors = self.factor(poly)
            for prime, exponent in primes(abs(content), expr):
                term = self.whole(
                    self.generator("log", ("prime", prime), True, ("prime", self.context.constant(prime)))
                )
                total = self.add(total, self.scale(term, sign * exponent, 1))
            for factor, exponent in factors:
                total = self.add(total, self.scale(self.log_factor(factor, expr), sign * exponent, 1))
        return total

    def log_factor(self, poly: Poly, expr: sp.Expr) -> Fraction:
        i = self.single(poly)
        if i is None:
            above_one = self.sign(poly - 1) > 0
            return self.whole(self.generator("log", ("poly", key(poly)), above_one, ("poly", poly)))
        generator = self.table[i]
        if generator.kind == "exp":
            return self.scale(generator.argument, 1, generator.root)
        if generator.kind == "root":
            return self.scale(self.log(Fraction(generator.argument, self.one), expr), 1, generator.root)
        j = self.generator("log", ("generator", i), False, ("generator", i))
        return self.scale(self.whole(j), 1, generator.root)

    def exp(self, a: Fraction, expr: sp.Expr) -> Fraction:
        """exp(a) as a product of powers, one for each term of a."""
        result = Fraction(self.one, self.one)
        a = self.canonical(a)
        for monomial, coefficient in a.num.terms():
            term = self.fraction(self.context.term(coefficient, monomial), a.den)
            p, q = int(term.num.leading_coefficient()), int(term.den.content())
            unit = Fraction(
                self.context.term(1, term.num.monoms()[0]), self.fraction(term.den, self.context.constant(q)).num
            )
            result = self.mul(result, self.exp_term(unit, p, q, expr))
        return result

    def exp_term(self, unit: Fraction, p: int, q: int, expr: sp.Expr) -> Fraction:
        i = self.single(unit.num, whole=True) if unit.den.is_one() else None
        if i is not None and self.table[i].kind == "log":
            kind, what = self.table[i].argument
            if kind == "generator" and self.table[what].positive:
                return self.generator_power(what, p, q)
            return self.absolute_power(self.gens[what] if kind == "generator" else what, p, q, expr)
        meaning = (key(unit.num), key(unit.den))
        return self.generator_power(self.generator("exp", meaning, True, unit, root=2), p, q)

    def rational_power(self, a: Fraction, p: int, q: int, expr: sp.Expr) -> Fraction:
        """a^(p/q) in lowest terms; for even q where a >= 0, which the expression's domain grants."""
        if q == 1:
            return self.power(a, p, expr)
        a = self.canonical(a)
        if a.num.is_zero():
            raise Undecided("a fractional power of zero", expr)
        self.restrict(a, strict=p < 0)
        result = Fraction(self.one, self.one)
        for poly, sign in ((a.num, 1), (a.den, -1)):
            content, factors = self.factor(poly)
            for prime, exponent in primes(abs(content), expr):
                result = self.mul(result, self.root(self.context.constant(prime), sign * exponent * p, q))
            for factor, exponent in factors:
                result = self.mul(result, self.absolute_power(factor, sign * exponent * p, q, expr))
        return result

    def absolute_power(self, poly: Poly, p: int, q: int, expr: sp.Expr) -> Fraction:
        """|poly|^(p/q) for an irreducible polynomial or a prime."""
        i = self.single(poly)
        if i is not None and self.table[i].positive:
            return self.generator_power(i, p, q * self.table[i].root)
        sign = self.sign(poly)
        if sign:
            return self.root(poly if sign > 0 else -poly, p, q)
        if p % (2 * q) == 0:
            return self.power(Fraction(poly, self.one), p // q, expr)
        raise Undecided("an absolute value of unknown sign", expr)

    def root(self, poly: Poly, p: int, q: int) -> Fraction:
        """poly^(p/q) for an irreducible polynomial >= 0 or a prime."""
        divisor = sp.igcd(p, q)
        p, q = p // divisor, q // divisor
        if q == 1:
            power = self.raised(poly, abs(p))
            return Fraction(power, self.one) if p >= 0 else Fraction(self.one, power)
        return self.generator_power(self.generator("root", key(poly), True, poly), int(p), int(q))


@lru_cache(maxsize=1024)
def primes(n: int, expr: sp.Expr) -> tuple[tuple[int, int], ...]:
    if n == 1:
        return ()
    if n.bit_length() > 128:
        raise Undecided("a number too large to factor", expr)
    return tuple((int(p), int(e)) for p, e in flint.fmpz(n).factor())
