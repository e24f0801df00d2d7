"""The decision procedure: is an expression in logarithms, exponentials, roots and erf identically zero?

An expression is read into the field Q(x1, ..., xn) of rational functions over independent *generators*:

    positive symbol v        w with v = w^D                 (D grows when a root of v is met)
    real symbol x            x
    exp of a term t          e with exp(t) = e^D            (t: one monomial over one denominator, so that exp of a sum
                                                             is a product, and exp(t/2), exp(t), exp(-3t) share e)
    log|P|, P irreducible    a symbol of its own            (log of a product, quotient or power is expanded into these;
                                                             rational numbers are factored into primes)
    P^(1/D), P >= 0          R with R^D = P
    erf(a)                   a symbol of its own            (one for a and -a: erf is odd)
    pi                       pi

and log(exp(t)) = t, exp(q log P) = P^q are applied on the way. In that field "is zero" is a decision, made by exact
polynomial arithmetic over Z (python-flint); nothing here is a heuristic of simplification.

*Zero is sound.* Every rewriting holds at each real point where the expression is defined (log of its argument as log of the
absolute value, roots with a base >= 0, and these signs used elsewhere in it), so a zero normal form means: the expression is 0 wherever it is defined.

*Non-zero is complete* where the generators are algebraically independent as functions. That is the case when the arguments
t of the exponentials are linearly independent over Q modulo constants and the P in the logarithms are multiplicatively
independent (Ax's theorem, the functional form of Schanuel's conjecture); both hold by construction for polynomial t, for
distinct irreducible P, and for towers of them such as softplus. They may fail for constants (log 2, exp 1, pi: Schanuel's
conjecture itself), for terms over different denominators such as 1/(x(x+1)) = 1/x - 1/(x+1) inside exp, and for erf next
to other erf. Therefore a non-zero normal form alone refutes nothing: :func:`is_zero` answers False only with a point at
which a ball excludes zero, and raises :class:`Undecided` otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import comb, lcm
from typing import Any

import flint
import sympy as sp

from derive.prove.ball import Undecided, defined_points, witness

__all__ = ["NormalForm", "Undecided", "equal", "is_zero", "normal_form"]

Poly = Any  # flint.fmpz_mpoly
Key = Any  # hashable identity of a polynomial or fraction within one field

_MANY = (24, 64)  # generators of a field: first try, last try
_MAX_TERMS, _MAX_FACTORED = 2000, 400  # terms of a polynomial, of one to be factored: beyond them Undecided, not a hang
_MAX_EXPONENT, _MAX_BITS = 10**6, 10**5
_MAX_REFINEMENTS = 16


class _Refine(Exception):
    """A root of generator ``index`` is needed: start again with its D multiplied."""

    def __init__(self, index: int, root: int) -> None:
        self.index, self.root = index, root


class _TooMany(Exception):
    """The field has no generator left."""


@dataclass
class _Generator:
    kind: str  # "symbol", "constant", "exp", "log", "root", "erf"
    meaning: Key
    root: int  # D
    positive: bool
    argument: Any = None  # exp: the fraction t; log: (factor kind, what); root: the polynomial P


@dataclass(frozen=True)
class Fraction:
    """An element of the field in lowest terms."""

    num: Poly
    den: Poly


def _key(poly: Poly) -> Key:
    return frozenset(poly.to_dict().items())


class Field:
    """The generators met so far and the arithmetic over them. One field serves one expression."""

    def __init__(self, size: int, roots: dict[int, int]) -> None:
        self.context = _context(size)
        self.gens = self.context.gens()
        self.one = self.context.constant(1)
        self.zero = self.context.constant(0)
        self.roots = roots
        self.table: list[_Generator] = []
        self.index: dict[tuple[str, Key], int] = {}
        self.memo: dict[sp.Basic, Fraction] = {}
        self.factors: dict[Key, tuple[int, list[tuple[Poly, int]]]] = {}
        self.signs: dict[Key, int] = {}  # of polynomials, where the domain of the expression fixes them

    # arithmetic

    def constant(self, p: int, q: int = 1) -> Fraction:
        return Fraction(self.context.constant(p), self.context.constant(q))

    def fraction(self, num: Poly, den: Poly) -> Fraction:
        """num/den in lowest terms, the leading coefficient of the denominator positive."""
        if len(num) > _MAX_TERMS or len(den) > _MAX_TERMS:
            raise Undecided("the normal form grows beyond bounds")
        if not den.is_one():
            common = num.gcd(den)
            if not common.is_one():
                num, den = num // common, den // common
            if den.leading_coefficient() < 0:
                num, den = -num, -den
        return Fraction(num, den)

    def add(self, a: Fraction, b: Fraction) -> Fraction:
        if a.den == b.den:
            return Fraction(a.num + b.num, a.den) if a.den.is_one() else self.fraction(a.num + b.num, a.den)
        common = a.den.gcd(b.den)
        left, right = a.den // common, b.den // common
        return self.fraction(a.num * right + b.num * left, left * b.den)

    def mul(self, a: Fraction, b: Fraction) -> Fraction:
        return self.fraction(a.num * b.num, a.den * b.den)

    def scale(self, a: Fraction, p: int, q: int) -> Fraction:
        return self.fraction(a.num * p, a.den * q)

    def inverse(self, a: Fraction, expr: sp.Expr) -> Fraction:
        if self.reduced(a.num).is_zero():
            raise Undecided("division by zero", expr)
        return self.fraction(a.den, a.num)

    def power(self, a: Fraction, n: int, expr: sp.Expr) -> Fraction:
        if n < 0:
            a, n = self.inverse(a, expr), -n
        for part in (a.num, a.den):
            bits = max((abs(int(c)).bit_length() for c in part.coeffs()), default=0)
            if n > _MAX_EXPONENT or bits * n > _MAX_BITS or (len(part) > 1 and comb(n + len(part) - 1, n) > _MAX_TERMS):
                raise Undecided("the power is too large to expand", expr)
        return self.fraction(a.num**n, a.den**n)

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
                total += self.context.term(coefficient, exponents) * generator.argument**whole
            poly = total
        return poly

    # generators

    def generator(self, kind: str, meaning: Key, positive: bool, argument: Any = None, root: int = 1) -> int:
        """The index of the generator with that meaning, made where it is new."""
        found = self.index.get((kind, meaning))
        if found is not None:
            return found
        i = len(self.table)
        if i >= len(self.gens):
            raise _TooMany
        self.table.append(_Generator(kind, meaning, self.roots.get(i, root), positive, argument))
        self.index[(kind, meaning)] = i
        return i

    def whole(self, i: int) -> Fraction:
        """What generator i is a root of, as an element of the field."""
        return Fraction(self.gens[i] ** self.table[i].root, self.one)

    def generator_power(self, i: int, p: int, q: int) -> Fraction:
        """(the whole that generator i is a root of) to the power p/q."""
        exponent, rest = divmod(p * self.table[i].root, q)
        if rest:
            raise _Refine(i, lcm(self.table[i].root, q))
        if abs(exponent) > _MAX_EXPONENT:
            raise Undecided(f"a power too large to expand of the generator {self.table[i].kind}")
        power = self.gens[i] ** abs(exponent)
        return Fraction(power, self.one) if exponent >= 0 else Fraction(self.one, power)

    def sign(self, poly: Poly) -> int:
        """1 where poly >= 0 and -1 where poly <= 0 all over the domain of the expression, 0 where that is not known.

        Known are positive coefficients with odd powers of positive generators alone, and what :meth:`restrict` recorded.
        """
        known = self.signs.get(_key(poly), 0)
        if known:
            return known
        for monomial, coefficient in poly.terms():
            if coefficient < 0 or any(e % 2 and not self.table[i].positive for i, e in enumerate(monomial) if e):
                return 0
        return 1

    def restrict(self, a: Fraction) -> None:
        """Record that a >= 0 on the domain: it fixes the sign of a factor of odd power if that is the only unknown one."""
        product, unknown = 1, []
        for poly in (self.reduced(a.num), a.den):
            content, factors = self.factor(poly)
            product = product if content > 0 else -product
            for factor, exponent in factors:
                if exponent % 2:
                    known = self.sign(factor)
                    product *= known or 1
                    if not known:
                        unknown.append(factor)
        if len(unknown) == 1:
            self.signs[_key(unknown[0])] = product

    def factor(self, poly: Poly) -> tuple[int, list[tuple[Poly, int]]]:
        """Content with sign, and irreducible factors with positive leading coefficient and their exponents."""
        key = _key(poly)
        found = self.factors.get(key)
        if found is None:
            if len(poly) > _MAX_FACTORED:
                raise Undecided("a polynomial with too many terms to factor")
            content, factors = poly.factor()
            sign, signed = int(content), []
            for factor, exponent in factors:
                if factor.leading_coefficient() < 0:
                    factor, sign = -factor, sign * (-1) ** int(exponent)
                signed.append((factor, int(exponent)))
            found = self.factors[key] = (sign, signed)
        return found

    def single(self, poly: Poly, whole: bool = False) -> int | None:
        """The index of the generator that the polynomial is (or is the whole of), if it is one."""
        if len(poly) != 1 or poly.is_constant() or poly.leading_coefficient() != 1:
            return None
        (i, exponent), *others = [(i, int(e)) for i, e in enumerate(poly.monoms()[0]) if e]
        return None if others or exponent != (self.table[i].root if whole else 1) else i

    # functions

    def log(self, a: Fraction, expr: sp.Expr) -> Fraction:
        """log|a| as a sum of logarithms of primes and irreducible polynomials."""
        if self.reduced(a.num).is_zero():
            raise Undecided("logarithm of zero", expr)
        total = Fraction(self.zero, self.one)
        for poly, sign in ((self.reduced(a.num), 1), (a.den, -1)):
            if poly.is_one():
                continue
            content, factors = self.factor(poly)
            for prime, exponent in _primes(abs(content), expr):
                term = self.whole(self.generator("log", ("prime", prime), True, ("prime", self.context.constant(prime))))
                total = self.add(total, self.scale(term, sign * exponent, 1))
            for factor, exponent in factors:
                total = self.add(total, self.scale(self.log_factor(factor, expr), sign * exponent, 1))
        return total

    def log_factor(self, poly: Poly, expr: sp.Expr) -> Fraction:
        i = self.single(poly)
        if i is None:
            above_one = self.sign(poly - 1) > 0
            return self.whole(self.generator("log", ("poly", _key(poly)), above_one, ("poly", poly)))
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
        denominator = self.reduced(a.den)
        for monomial, coefficient in self.reduced(a.num).terms():
            term = self.fraction(self.context.term(coefficient, monomial), denominator)
            p, q = int(term.num.leading_coefficient()), int(term.den.content())
            unit = Fraction(self.context.term(1, term.num.monoms()[0]), self.fraction(term.den, self.context.constant(q)).num)
            result = self.mul(result, self.exp_term(unit, p, q, expr))
        return result

    def exp_term(self, unit: Fraction, p: int, q: int, expr: sp.Expr) -> Fraction:
        i = self.single(unit.num, whole=True) if unit.den.is_one() else None
        if i is not None and self.table[i].kind == "log":
            kind, what = self.table[i].argument
            if kind == "generator" and self.table[what].positive:
                return self.generator_power(what, p, q)
            return self.absolute_power(self.gens[what] if kind == "generator" else what, p, q, expr)
        meaning = (_key(unit.num), _key(unit.den))
        return self.generator_power(self.generator("exp", meaning, True, unit, root=2), p, q)

    def rational_power(self, a: Fraction, p: int, q: int, expr: sp.Expr) -> Fraction:
        """a^(p/q) in lowest terms; for even q where a >= 0, which the expression's domain grants."""
        if q == 1:
            return self.power(a, p, expr)
        if self.reduced(a.num).is_zero():
            raise Undecided("a fractional power of zero", expr)
        self.restrict(a)
        result = Fraction(self.one, self.one)
        for poly, sign in ((self.reduced(a.num), 1), (a.den, -1)):
            content, factors = self.factor(poly)
            for prime, exponent in _primes(abs(content), expr):
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
            return Fraction(poly**p, self.one) if p >= 0 else Fraction(self.one, poly**-p)
        return self.generator_power(self.generator("root", _key(poly), True, poly), int(p), int(q))

    # reading

    def read(self, expr: sp.Expr) -> Fraction:
        found = self.memo.get(expr)
        if found is None:
            found = self.memo[expr] = self._read(expr)
        return found

    def _read(self, expr: sp.Expr) -> Fraction:
        if expr.is_Rational:
            return self.constant(int(expr.p), int(expr.q))
        if expr.is_Symbol:
            if not expr.is_real:
                raise Undecided("a symbol that is not known to be real", expr)
            return self.whole(self.generator("symbol", expr, bool(expr.is_positive)))
        if expr.is_Add:
            total = self.read(expr.args[0])
            for term in expr.args[1:]:
                total = self.add(total, self.read(term))
            return total
        if expr.is_Mul:
            product = self.read(expr.args[0])
            for factor in expr.args[1:]:
                product = self.mul(product, self.read(factor))
            return product
        if expr.is_Pow:
            return self._read_power(expr)
        if expr.is_Function and len(expr.args) == 1:
            return self._read_function(expr)
        if expr is sp.pi:
            return self.whole(self.generator("constant", expr, True))
        if expr is sp.E:
            return self.exp(self.constant(1), expr)
        if expr.is_Float:
            exact = sp.Rational(expr)
            return self.constant(int(exact.p), int(exact.q))
        raise Undecided("no normal form is known for this expression", expr)

    def _read_power(self, expr: sp.Expr) -> Fraction:
        base, exponent = expr.base, expr.exp
        if base is sp.E:
            return self.exp(self.read(exponent), expr)
        if exponent.is_Float:
            exponent = sp.Rational(exponent)
        if exponent.is_Integer:
            return self.power(self.read(base), int(exponent), expr)
        if exponent.is_Rational:
            return self.rational_power(self.read(base), int(exponent.p), int(exponent.q), expr)
        if not base.is_positive:
            raise Undecided("a symbolic power of a base not known to be positive", expr)
        return self.exp(self.mul(self.read(exponent), self._read_log(base)), expr)

    def _read_log(self, argument: sp.Expr) -> Fraction:
        """log of products and powers from the logs of their parts: cheaper than factoring what was multiplied out."""
        if argument.is_Mul and all(factor.is_positive for factor in argument.args):
            total = Fraction(self.zero, self.one)
            for factor in argument.args:
                total = self.add(total, self._read_log(factor))
            return total
        if isinstance(argument, sp.exp):
            return self.read(argument.args[0])
        if argument.is_Pow and argument.exp.is_Rational and not (argument.exp.is_even or argument.base is sp.E):
            return self.scale(self._read_log(argument.base), int(argument.exp.p), int(argument.exp.q))
        value = self.read(argument)
        if not self.reduced(value.num).is_zero():
            self.restrict(value)
        return self.log(value, argument)

    def _read_function(self, expr: sp.Expr) -> Fraction:
        name, (argument,) = type(expr).__name__, expr.args
        if name == "exp":
            return self.exp(self.read(argument), expr)
        if name == "log":
            return self._read_log(argument)
        if name == "erf":
            return self._read_erf(self.read(argument))
        if name in _UNFOLD:
            return self.read(_UNFOLD[name](argument))
        raise Undecided("no normal form is known for this function", expr)

    def _read_erf(self, a: Fraction) -> Fraction:
        num, sign = self.reduced(a.num), 1
        if num.is_zero():
            return Fraction(self.zero, self.one)
        if num.leading_coefficient() < 0:
            num, sign = -num, -1
        i = self.generator("erf", (_key(num), _key(a.den)), False)
        return self.scale(self.whole(i), sign, 1)


_UNFOLD: dict[str, Callable[[sp.Expr], sp.Expr]] = {
    "expm1mx": lambda x: sp.exp(x) - 1 - x,
    "log1pmx": lambda x: sp.log(1 + x) - x,
    "expm1": lambda x: sp.exp(x) - 1,
    "log1p": lambda x: sp.log(1 + x),
    "exp2": lambda x: sp.exp(x * sp.log(2)),
    "log2": lambda x: sp.log(x) / sp.log(2),
    "log10": lambda x: sp.log(x) / sp.log(10),
    "erfc": lambda x: 1 - sp.erf(x),
    "sinh": lambda x: (sp.exp(x) - sp.exp(-x)) / 2,
    "cosh": lambda x: (sp.exp(x) + sp.exp(-x)) / 2,
    "tanh": lambda x: (sp.exp(2 * x) - 1) / (sp.exp(2 * x) + 1),
    "atanh": lambda x: (sp.log(1 + x) - sp.log(1 - x)) / 2,
}


@lru_cache(maxsize=2)
def _context(size: int) -> Any:
    return flint.fmpz_mpoly_ctx.get([f"x{i}" for i in range(size)], flint.Ordering.lex)


@lru_cache(maxsize=1024)
def _primes(n: int, expr: sp.Expr) -> tuple[tuple[int, int], ...]:
    if n == 1:
        return ()
    if n.bit_length() > 128:
        raise Undecided("a number too large to factor", expr)
    return tuple((int(p), int(e)) for p, e in flint.fmpz(n).factor())


@dataclass(frozen=True)
class NormalForm:
    """An expression as a quotient of two polynomials in independent generators."""

    is_zero: bool
    generators: tuple[str, ...]
    text: str


def normal_form(expr: sp.Expr) -> NormalForm:
    """The normal form of an expression in real symbols.

    Raises
    ------
    Undecided : something in it has no normal form; the message names the subexpression.
    """
    return _normal_form(sp.sympify(expr))


@lru_cache(maxsize=4096)
def _normal_form(expr: sp.Expr) -> NormalForm:
    roots: dict[int, int] = {}
    size = _MANY[0]
    for _ in range(_MAX_REFINEMENTS):
        field = Field(size, roots)
        try:
            value = field.read(expr)
            num = field.reduced(value.num)
        except _Refine as refine:
            roots[refine.index] = refine.root
        except _TooMany:
            if size == _MANY[-1]:
                break
            size = _MANY[-1]
        except RecursionError:
            raise Undecided("the expression is nested too deeply") from None
        else:
            names = tuple(f"x{i} = {g.kind}" for i, g in enumerate(field.table))
            return NormalForm(bool(num.is_zero()), names, f"({num})/({value.den})")
    raise Undecided("too many generators or roots of generators", expr)


def is_zero(expr: sp.Expr) -> bool:
    """Whether the expression is 0 at every real point at which it is defined.

    Decided: True comes from a zero normal form, False from a point at which a ball excludes zero.

    Raises
    ------
    Undecided : neither could be had; the message names the subexpression or what was tried.
    """
    return _is_zero(sp.sympify(expr))


@lru_cache(maxsize=4096)
def _is_zero(expr: sp.Expr) -> bool:
    defined = 0
    for _, ball in defined_points(expr, 2):
        if not ball.contains(0):
            return False
        defined += 1
    if normal_form(expr).is_zero:
        if not defined:
            raise Undecided("the expression is defined at none of the points tried", expr)
        return True
    if witness(expr, 8, seed=1) is not None:
        return False
    raise Undecided("the normal form is not zero, yet no ball excludes zero", expr)


def equal(a: sp.Expr, b: sp.Expr) -> bool:
    """Whether a = b at every real point at which both are defined; raises :class:`Undecided` as :func:`is_zero` does."""
    with sp.evaluate(False):
        difference = sp.Add(sp.sympify(a), sp.Mul(sp.Integer(-1), sp.sympify(b)))
    return is_zero(difference)
