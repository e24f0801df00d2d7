"""How a mathematician reads a SymPy expression: sums as signed terms, products as sign, numerator and denominator.

SymPy stores ``a/(2*b)`` as a product with a power of -1 and ``a - b`` as a sum with a product by -1. Every target that
prints for people first undoes that, here, in one place, and keeps the order in which the expression was written.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import sympy as sp

from derive.vocabulary.step import cost

HALF = sp.Rational(1, 2)
#: From this exponent on, a power of a number stands for its magnitude and is no quotient: 2^-538.
LARGE = 10


@dataclass(frozen=True)
class Term:
    """One summand: ``-body`` or ``+body``. ``expr`` is the summand with its sign."""

    negative: bool
    expr: sp.Expr


@dataclass(frozen=True)
class Product:
    """A product as it is printed: a sign, a numerical fraction in front, and a quotient; in written order,
    except that numbers come first below the bar.

    Where the order is SymPy's own it carries no intention, and the factors come in the order usual in papers.

    The value is ``± coefficient * prod(numerator) / prod(denominator)``. The coefficient is 1 unless it is a fraction
    that stands in front of something that is no fraction itself (``½ (1 + x)``).
    """

    negative: bool
    coefficient: sp.Rational
    numerator: tuple[sp.Expr, ...]
    denominator: tuple[sp.Expr, ...]


def terms(expr: sp.Add) -> tuple[Term, ...]:
    """The summands in the order in which they are to be read.

    A sum built under ``written()`` keeps its order. Where the order is SymPy's own (numbers first, then by an internal
    key) it carries no intention: there, a sum that would begin with a minus begins with its positive terms instead,
    and a number that is subtracted comes last.
    """
    found = [Term(is_negative(arg), arg) for arg in _leading(expr, sp.Add)]
    if found[0].negative and _has_sympys_order(expr):
        found.sort(key=lambda term: (term.negative, term.negative and bool(term.expr.is_number)))
    return tuple(found)


def is_negative(expr: sp.Expr) -> bool:
    """Whether ``expr`` is printed with a minus in front."""
    if expr.is_Number:
        return bool(expr < 0)
    return bool(expr.is_Mul) and product(expr).negative


def is_exponential(expr: sp.Expr) -> bool:
    """Whether ``expr`` is a power of e, as SymPy spells it: ``exp(x)``, or ``E**x`` where evaluation is off."""
    return isinstance(expr, sp.exp) or (expr.is_Pow and expr.args[0] == sp.E)


def distribution(expr: sp.Expr) -> str:
    """The LaTeX symbol of the family whose divergence ``expr`` is; empty for anything else."""
    return str(getattr(type(expr), "distribution", ""))


def is_density(expr: sp.Expr) -> bool:
    """Whether it is a density or a probability at a point."""
    return hasattr(type(expr), "density")


def applied(expr: sp.Expr) -> tuple[str, tuple[sp.Expr, ...]]:
    """The name of a function and the arguments that are printed: of a density p(x), its parameters not being told.

    What a cost computes first is printed as an equation.
    """
    if type(expr).__name__ == cost.__name__:
        said = (sp.Eq(*part, evaluate=False) if isinstance(part, sp.Tuple) else part for part in expr.args)
        return type(expr).__name__, tuple(said)
    if is_density(expr) and all(parameter.is_Symbol for parameter in expr.args[1:]):
        return type(expr).density, expr.args[:1]
    return getattr(type(expr), "density", type(expr).__name__), expr.args


def has_own_brackets(expr: sp.Expr) -> bool:
    """Whether it is printed with brackets of its own: a divergence or an expectation."""
    return type(expr).__name__ in ("KL", "E") or bool(distribution(expr))


def orders(expr: sp.Derivative) -> dict[sp.Symbol, int]:
    """By which symbols, and how often each, the derivative is taken."""
    found: dict[sp.Symbol, int] = {}
    for symbol, count in expr.args[1:]:
        # (x, 1 + 1) is how SymPy counts where evaluation is off
        found[symbol] = found.get(symbol, 0) + int(count.doit())
    return found


def reciprocal_of(expr: sp.Expr) -> sp.Expr | None:
    """``x**n`` for ``x**(-n)`` with a positive number n; None for anything else, powers of e and 2^-538 included."""
    if not expr.is_Pow or is_exponential(expr):
        return None
    base, exponent = expr.args
    if not (exponent.is_Number and exponent < 0) or (base.is_Integer and exponent <= -LARGE):
        return None
    return base if exponent == -1 else sp.Pow(base, -exponent, evaluate=False)


@cache
def product(expr: sp.Expr) -> Product:
    """Sign, coefficient, numerator and denominator of a product, each in written order."""
    negative = False
    numerator: list[sp.Expr] = []
    denominator: list[sp.Expr] = []
    factors = _factors(expr)
    if expr.is_Mul and _has_sympys_order(expr):
        factors.sort(key=_rank)
    for factor in factors:
        if factor.is_Rational and factor < 0:
            negative = not negative
            factor = -factor
        under = reciprocal_of(factor)
        if under is not None:
            denominator.extend(_factors(under) if _is_plain(under) else [under])
        elif factor != 1:
            numerator.append(factor)
    denominator.sort(key=lambda factor: not factor.is_Integer)
    coefficient = sp.Integer(1)
    if numerator and numerator[0].is_Rational and not numerator[0].is_Integer:
        front = numerator.pop(0)
        if not denominator and numerator and not (front.p == 1 and all(map(_may_be_numerator, numerator))):
            coefficient = front
        else:
            numerator[:0] = [sp.Integer(front.p)] if front.p != 1 else []
            denominator.insert(0, sp.Integer(front.q))
    return Product(negative, coefficient, tuple(numerator), tuple(denominator))


def _may_be_numerator(factor: sp.Expr) -> bool:
    """Half of it is printed as a quotient, x²/2; half of anything else with the fraction in front, ½ log x."""
    if factor.is_Pow:
        return not is_exponential(factor)
    return bool(factor.is_Symbol or factor.is_Integer)


def _factors(expr: sp.Expr) -> list[sp.Expr]:
    """Factors in written order. A quotient or a signed product on the right keeps its grouping: ``2·(a/b)``."""
    if not expr.is_Mul:
        return [expr]
    found: list[sp.Expr] = []
    for arg in expr.args:
        only_signs_before = all(f in (sp.S.One, sp.S.NegativeOne) for f in found)
        if arg.is_Mul and (only_signs_before or _is_plain(arg)):
            found.extend(_factors(arg))
        else:
            found.append(arg)
    return found


def _is_plain(expr: sp.Expr) -> bool:
    """Neither signed nor a quotient: safe to merge into the product around it."""
    if not expr.is_Mul:
        return True
    parts = product(expr)
    return not (parts.negative or parts.denominator or parts.coefficient != 1)


def _leading(expr: sp.Expr, kind: type[sp.Expr]) -> list[sp.Expr]:
    """Arguments with those nested on the left opened: ``(a + b) + c`` reads a, b, c; ``a + (b + c)`` stays grouped."""
    first, *rest = expr.args
    return [*(_leading(first, kind) if isinstance(first, kind) else [first]), *rest]


def _has_sympys_order(expr: sp.Add | sp.Mul) -> bool:
    return bool(expr.func(*expr.args, evaluate=True).args == expr.args)


def _rank(factor: sp.Expr) -> int:
    """The order usual in papers: numbers, letters, brackets, exponentials, logarithms, integrals."""
    if factor.is_number:
        return 0
    base = factor.args[0] if factor.is_Pow else factor
    if base.is_Symbol:
        return 1
    if is_exponential(factor):
        return 3
    if isinstance(base, sp.log):
        return 4
    return 5 if isinstance(base, sp.Integral | sp.Derivative | sp.Limit) else 2
