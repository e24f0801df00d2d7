"""The shape of a kernel, read off the expression of its proved rule.

A value is a sum of products, each a factor that is positive and a term that is never negative; a derivative is a
difference of at most two parts, each a factor and a term, which the rule names by how it is written. What the terms are
is decided by the normal form (:mod:`derive.lower.recognise`). Parameters are known by their position in the signature.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass

import sympy as sp

from derive.vocabulary.theorem import Formula

#: The number, as SymPy has it.
ONE = sp.Integer(1)

Powers = tuple[tuple[int, sp.Rational], ...]  # by position, of nonzero exponents


@dataclass(frozen=True)
class Offset:
    """The difference of two real parameters, or one of them; the first in the signature comes first."""

    first: int
    second: int | None = None


@dataclass(frozen=True)
class Monomial:
    """coefficient times powers of positive parameters times exp(a linear combination of real ones)."""

    coefficient: sp.Rational = ONE
    powers: Powers = ()
    exponents: Powers = ()

    def __mul__(self, other: Monomial) -> Monomial:
        return Monomial(
            self.coefficient * other.coefficient,
            _added(self.powers, other.powers),
            _added(self.exponents, other.exponents),
        )

    @property
    def inverse(self) -> Monomial:
        powers, exponents = (tuple((i, -e) for i, e in p) for p in (self.powers, self.exponents))
        return Monomial(1 / self.coefficient, powers, exponents)


def _added(a: Powers, b: Powers) -> Powers:
    total = dict(a)
    for position, exponent in b:
        total[position] = total.get(position, sp.Integer(0)) + exponent
    return tuple(sorted((i, e) for i, e in total.items() if e != 0))


@dataclass(frozen=True)
class Quotient:
    """log(rho) of a power of a quotient of positive parameters; None stands for 1."""

    first: int | None
    second: int | None
    order: int

    @property
    def rho(self) -> Monomial:
        return Monomial(powers=_signed(self.first, self.second, sp.Integer(self.order)))


@dataclass(frozen=True)
class Logarithm:
    """log(rho) = multiple (first - second), of real parameters; None stands for 0."""

    first: int | None
    second: int | None
    multiple: sp.Rational

    @property
    def rho(self) -> Monomial:
        return Monomial(exponents=_signed(self.first, self.second, self.multiple))


def _signed(first: int | None, second: int | None, size: sp.Rational) -> Powers:
    return tuple(sorted((i, c) for i, c in ((first, size), (second, -size)) if i is not None))


@dataclass(frozen=True)
class Distance:
    """log(rho) = |offset| by, where the coefficient of ``by`` has either sign."""

    offset: Offset
    by: Monomial


@dataclass(frozen=True)
class Damped:
    """log(rho) = log(base) + log1pmx(distance), or rho = base (1 + distance) exp(-distance)."""

    base: Quotient | Logarithm
    distance: Distance


Simple = Quotient | Logarithm | Distance
Argument = Simple | Damped


@dataclass(frozen=True)
class Excess:
    """rho - 1 - log(rho), never negative."""

    of: Argument


@dataclass(frozen=True)
class Growth:
    """rho - 1, of either sign."""

    of: Argument


@dataclass(frozen=True)
class Log:
    """log(rho), of either sign."""

    of: Argument


@dataclass(frozen=True)
class Power:
    """An offset to a power, 1 or 2 or 0."""

    offset: Offset | None = None
    order: int = 0


@dataclass(frozen=True)
class Sign:
    """1, -1 or 0: the sign of an offset."""

    offset: Offset


Term = Excess | Growth | Log | Power


@dataclass(frozen=True)
class Product:
    """factor times term, times the sign of an offset and exp(-distance) where there are such."""

    factor: Monomial
    term: Term
    sign: Sign | None = None
    decay: Distance | None = None


@dataclass(frozen=True)
class Shape:
    """A sum of products, in an order that no name decides."""

    arity: int
    products: tuple[Product, ...]


def numbers(part: object) -> Iterator[sp.Rational]:
    """The coefficients and exponents in a shape or in a part of one."""
    if isinstance(part, sp.Rational):
        yield part
    elif is_dataclass(part):
        for name in (f.name for f in fields(part)):
            yield from numbers(getattr(part, name))
    elif isinstance(part, tuple):
        for item in part:
            yield from numbers(item)


_KINDS = (Excess, Growth, Log, Power)


def order(product: Product) -> tuple[object, ...]:
    return _KINDS.index(type(product.term)), str(product)


# --- in words ---------------------------------------------------------------------------------------------------------


def in_words(shape: Shape, formula: Formula) -> str:
    """A shape as a reader writes it, with the names of a formula."""
    names = [variable.name for variable in formula.variables]
    return " + ".join(_product(product, names) for product in shape.products).replace("+ -", "- ")


def _product(product: Product, names: Sequence[str]) -> str:
    words = [*_factor(product.factor, names), _term(product.term, names)]
    if product.sign is not None:
        words.append(f"sign({_difference(product.sign.offset, names)})")
    if product.decay is not None:
        words.append(f"exp({_argument(product.decay, names)})")
    return _joined(words)


def _joined(words: Sequence[str]) -> str:
    found = " ".join(word for word in words if word) or "1"
    return found.replace("- ", "-", 1) if found.startswith("- ") else found


def _times(coefficient: sp.Rational, what: str) -> str:
    """The coefficient in front, left out where it is 1."""
    return {1: what, -1: f"-{what}"}.get(coefficient, f"{coefficient} {what}")


def _factor(factor: Monomial, names: Sequence[str]) -> list[str]:
    front = {1: [], -1: ["-"]}.get(factor.coefficient, [str(factor.coefficient)])
    powers = [names[i] if e == 1 else f"{names[i]}^{e}" for i, e in factor.powers]
    exponents = " + ".join(_times(e, names[i]) for i, e in factor.exponents).replace("+ -", "- ")
    return [*front, *powers, *([f"exp({exponents})"] if exponents else [])]


def _difference(offset: Offset, names: Sequence[str]) -> str:
    return names[offset.first] if offset.second is None else f"{names[offset.first]} - {names[offset.second]}"


def _term(term: Term, names: Sequence[str]) -> str:
    if isinstance(term, Power):
        if term.offset is None:
            return ""
        difference = _difference(term.offset, names)
        inner = f"({difference})" if term.offset.second is not None else difference
        return inner if term.order == 1 else f"{inner}^{term.order}"
    argument = _argument(term.of, names)
    return argument if isinstance(term, Log) else f"{type(term).__name__.lower()}({argument})"


def _argument(of: Argument, names: Sequence[str]) -> str:
    """log(rho)."""
    if isinstance(of, Damped):
        return f"{_argument(of.base, names)} + log1pmx({_argument(of.distance, names)})"
    if isinstance(of, Distance):
        return _joined([*_factor(of.by, names), f"|{_difference(of.offset, names)}|"])
    first, second = (None if i is None else names[i] for i in (of.first, of.second))
    if isinstance(of, Quotient):
        return _times(sp.Integer(of.order), f"log({first or 1}{f'/{second}' if second else ''})")
    if first is None:
        return _times(-of.multiple, str(second))
    if second is None:
        return _times(of.multiple, first)
    return f"{first} - {second}" if of.multiple == 1 else f"{of.multiple} ({first} - {second})"
