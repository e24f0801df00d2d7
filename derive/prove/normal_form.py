"""The decision procedure: is an expression in logarithms, exponentials, roots and erf identically zero?

An expression is read into the field Q(x1, ..., xn) of rational functions over independent *generators*:

    positive symbol v        w with v = w^D                 (D grows when a root of v is met)
    real symbol x            x
    exp of a term t          e with exp(t) = e^D            (t: one monomial over one denominator, so that exp of a sum
                                                             is a product, and exp(t/2), exp(t), exp(-3t) share e)
    log|P|, P irreducible    a symbol of its own            (log of a product, quotient or power is expanded into these;
                                                             rational numbers are factored into primes)
    P^(1/D), P >= 0          R with R^D = P
    erf(a), |a|, sign a      a symbol of its own            (one for a and -a)
    (u + c)!, c an integer   u! times what lies between     (u! a symbol of its own)
    pi                       pi

and log(exp(t)) = t, exp(q log P) = P^q are applied on the way. In that field "is zero" is a decision, made by exact
polynomial arithmetic over Z (python-flint); nothing here is a heuristic of simplification.

*Zero is sound.* Every rewriting holds at each real point where the expression is defined (log of its argument as log
of the absolute value, roots with a base >= 0, and these signs used elsewhere in it), so a zero normal form means: the
expression is 0 wherever it is defined.

*Non-zero is complete* where the generators are algebraically independent as functions. That is the case when the
arguments t of the exponentials are linearly independent over Q modulo constants and the P in the logarithms are
multiplicatively independent (Ax's theorem, the functional form of Schanuel's conjecture); both hold by construction
for polynomial t, for distinct irreducible P, and for towers of them such as softplus. They may fail for constants
(log 2, exp 1, pi: Schanuel's conjecture itself), for terms over different denominators such as 1/(x(x+1)) = 1/x -
1/(x+1) inside exp, and for erf next to other erf. Therefore a non-zero normal form alone refutes nothing:
:func:`is_zero` answers False only with a point at which a ball excludes zero, and raises :class:`Undecided`
otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import sympy as sp

from derive.prove.ball import Undecided, defined_points, witness
from derive.prove.elementary import ElementaryField
from derive.prove.field import Field, Fraction, Refine, TooManyGenerators, key

__all__ = ["NormalForm", "Undecided", "equal", "is_zero", "normal_form"]

_MANY = (24, 64)  # generators of a field: first try, last try
_MAX_REFINEMENTS = 16
_MAX_SHIFT = 32  # of a factorial: moments of a series shift by their order
_LAST_POINTS = 24  # tried for a refutation before an expression is called undecided


class Reader(ElementaryField):
    """A field into which an expression is read, generator by generator."""

    def __init__(self, size: int, roots: dict[int, int]) -> None:
        super().__init__(size, roots)
        self.memo: dict[sp.Basic, Fraction] = {}

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
            return self.whole(self.generator("symbol", expr, bool(expr.is_nonnegative)))
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
        if argument.is_Pow and argument.exp.is_Rational and argument.base is not sp.E:
            even = argument.exp.is_even  # then the base may have either sign
            log = self.log(self.read(argument.base), argument) if even else self._read_log(argument.base)
            return self.scale(log, int(argument.exp.p), int(argument.exp.q))
        value = self.canonical(self.read(argument))
        if not value.num.is_zero():
            self.restrict(value, strict=True)
        return self.log(value, argument)

    def _read_function(self, expr: sp.Expr) -> Fraction:
        name, (argument,) = type(expr).__name__, expr.args
        if name == "exp":
            return self.exp(self.read(argument), expr)
        if name == "log":
            return self._read_log(argument)
        if name == "erf":
            return self._read_erf(self.read(argument))
        if name in ("Abs", "sign"):
            return self._read_corner(name, self.read(argument))
        if name == "factorial":
            return self._read_factorial(self.read(argument), expr)
        if name in _UNFOLD:
            return self.read(_UNFOLD[name](argument))
        raise Undecided("no normal form is known for this function", expr)

    def _read_corner(self, name: str, a: Fraction) -> Fraction:
        """|a| or sign a as a generator, one for a and -a; |a| = R is R >= 0, and that R^2 = a^2 is not used."""
        a, sign = self.canonical(a), 1
        num = a.num
        if num.is_zero():
            return Fraction(self.zero, self.one)
        if num.leading_coefficient() < 0:
            num, sign = -num, -1
        i = self.generator(name, (key(num), key(a.den)), name == "Abs")
        return self.scale(self.whole(i), 1 if name == "Abs" else sign, 1)

    def _read_factorial(self, a: Fraction, expr: sp.Expr) -> Fraction:
        """(u + c)! with an integer c as u! times or by the factors between: u and u + c share a generator."""
        if not expr.args[0].is_integer or not a.den.is_one():
            raise Undecided("a factorial of what is not known to be an integer", expr)
        shift = int(a.num.to_dict().get((0,) * len(self.gens), 0))
        if abs(shift) > _MAX_SHIFT:
            raise Undecided("a factorial shifted too far", expr)
        u = Fraction(a.num - shift, self.one)
        value = self.whole(self.generator("factorial", key(u.num), True))
        for k in range(min(shift, 0) + 1, max(shift, 0) + 1):
            factor = self.add(u, self.constant(k))
            value = self.mul(value, factor if shift > 0 else self.inverse(factor, expr))
        return value

    def _read_erf(self, a: Fraction) -> Fraction:
        a, sign = self.canonical(a), 1
        num = a.num
        if num.is_zero():
            return Fraction(self.zero, self.one)
        if num.leading_coefficient() < 0:
            num, sign = -num, -1
        i = self.generator("erf", (key(num), key(a.den)), False)
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


@dataclass(frozen=True)
class NormalForm:
    """An expression as a quotient of two polynomials in independent generators."""

    is_zero: bool
    text: str


@lru_cache(maxsize=4096)
def normal_form(expr: sp.Expr) -> NormalForm:
    """The normal form of an expression in real symbols.

    Raises
    ------
    Undecided : something in it has no normal form; the message names the subexpression.
    """
    field, value = read(expr)
    num = field.reduced(value.num)
    return NormalForm(bool(num.is_zero()), f"({num})/({value.den})")


def read(expr: sp.Expr) -> tuple[Field, Fraction]:
    """The expression as an element of a field of its own; raises :class:`Undecided` as :func:`normal_form` does."""
    expr = sp.sympify(expr)
    roots: dict[int, int] = {}
    size = _MANY[0]
    for _ in range(_MAX_REFINEMENTS):
        field = Reader(size, roots)
        try:
            return field, field.read(expr)
        except Refine as refine:
            roots[refine.index] = refine.root
        except TooManyGenerators:
            if size == _MANY[-1]:
                break
            size = _MANY[-1]
        except RecursionError:
            raise Undecided("the expression is nested too deeply") from None
    raise Undecided("too many generators or roots of generators", expr)


def is_zero(expr: sp.Expr) -> bool:
    """Whether the expression is 0 at every real point at which it is defined.

    Decided: True comes from a zero normal form, False from a point at which a ball excludes zero.

    Raises
    ------
    Undecided : neither could be had; the message names the subexpression or what was tried.
    """
    try:
        return _is_zero(sp.sympify(expr))
    except RecursionError:  # SymPy's own walks over the tree
        raise Undecided("the expression is nested too deeply") from None


@lru_cache(maxsize=4096)
def _is_zero(expr: sp.Expr) -> bool:
    defined = 0
    for _, ball in defined_points(expr, 2):
        if not ball.contains(0):
            return False
        defined += 1
    try:
        zero = normal_form(expr).is_zero
    except Undecided:
        if witness(expr, _LAST_POINTS, seed=1) is not None:
            return False
        raise
    if zero:
        if not defined:
            raise Undecided("the expression is defined at none of the points tried", expr)
        return True
    if witness(expr, _LAST_POINTS, seed=1) is not None:
        return False
    raise Undecided("the normal form is not zero, yet no ball excludes zero", expr)


def equal(a: sp.Expr, b: sp.Expr) -> bool:
    """Whether a = b at every real point at which both are defined; :class:`Undecided` as :func:`is_zero`."""
    with sp.evaluate(False):
        difference = sp.Add(sp.sympify(a), sp.Mul(sp.Integer(-1), sp.sympify(b)))
    return is_zero(difference)
