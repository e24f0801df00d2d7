"""The second derivatives in one format's arithmetic: sums of products of powers, each with its exponent apart.

A power such as 1/std^4 leaves the range of the format long before the derivative does, and two of them may be an
infinity beside its opposite. So a factor is a number near 1 and an exponent, that of 0 or of an infinity beyond all
others; the terms of a sum are added over their largest exponent, and the result is scaled once.

The exponents are constants of the text, and the numbers near 1 are products with powers of two, not bits: whoever
differentiates the text finds the third derivatives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from math import inf, nan

import sympy as sp

from derive.errors import CheckFailed
from derive.lower.arithmetic.values import finite
from derive.lower.plain.gradients import Gradients
from derive.vocabulary.kernel import (
    Builder,
    Function,
    Node,
    constant,
    equal,
    exact_mul,
    function,
    node,
    select,
    two_sum,
)


@dataclass(frozen=True)
class SecondDerivatives:
    """Those of a function by its variables, on and above the diagonal, row by row.

    They are sums of products of powers of variables, of 1 + a variable, of exponentials, and of the ``offset``, a
    symbol for the difference of two locations.
    """

    variables: tuple[sp.Symbol, ...]
    entries: Mapping[tuple[int, int], sp.Expr]
    offset: sp.Symbol
    locations: tuple[sp.Symbol, ...]


@dataclass(frozen=True)
class _Factor:
    """A number, near_one 2^exponent; ``special`` is 1 where it is neither 0 nor infinite, and there its size."""

    near_one: Node
    exponent: Node
    special: Node


def _product(factors: Iterable[Node]) -> Node:
    return reduce(lambda a, b: a * b, factors)


def _unless_one(x: Node) -> list[Node]:
    return [] if x == constant(1.0) else [x]


def _power(x: Node, exponent: int) -> Node:
    """By products, for exponents that are small."""
    product = _product([x] * abs(exponent))
    return product if exponent > 0 else 1.0 / product


@dataclass
class _Entries:
    """The entries of one function, whose factors are made once."""

    made: Gradients
    b: Builder
    of: SecondDerivatives
    names: Mapping[sp.Symbol, Node]
    factors: dict[sp.Expr, _Factor] = field(default_factory=dict)

    @property
    def _constants(self) -> Mapping[str, float]:
        return self.made.terms.format_.constants

    def entry(self, expr: sp.Expr) -> Node:
        """A sum of products, scaled once."""
        if expr.is_Number:
            return constant(float(expr))
        terms = [self._term(term) for term in sorted(sp.Add.make_args(expr), key=lambda x: (x.is_Number, str(x)))]
        if len(terms) == 1:
            return self.made.scale_by(*terms[0])[0]
        c, let = self._constants, self.b.let
        exponents = [
            exponent if x.op == "const" else let("exponent", select(equal(x, 0.0), c["far_below"], exponent))
            for x, exponent in terms
        ]
        common = let("common", reduce(lambda a, b: node("max", a, b), exponents))
        parts = [
            let("term", _product([node("pow2", node("max", exponent - common, c["negligible"])), *_unless_one(x)]))
            for (x, _), exponent in zip(terms, exponents, strict=True)
        ]
        return self.made.scale_by(reduce(lambda a, b: a + b, parts), common)[0]

    def _term(self, term: sp.Expr) -> tuple[Node, Node]:
        """A product as a number near 1 and an exponent; NaN where a factor is 0 and another infinite."""
        number, rest = term.as_coeff_Mul()
        if rest == 1:
            return constant(float(number)), constant(0.0)
        bases = [(x, 1) if isinstance(x, sp.exp) else x.as_base_exp() for x in sp.Mul.make_args(rest)]
        factors = [(self._factor(base), int(power)) for base, power in bases]
        powers = [_power(factor.near_one, power) for factor, power in factors]
        near_one = _product([*powers, *_unless_one(constant(float(number)))])
        multiples = [factor.exponent if n == 1 else exact_mul(factor.exponent, float(n)) for factor, n in factors]
        if len(factors) > 1:
            special = self.b.let("special", _product([_power(factor.special, n // abs(n)) for factor, n in factors]))
            near_one = select(equal(special, special), near_one, nan)
        return self.b.let("product", near_one), reduce(lambda a, b: a + b, multiples)

    def _factor(self, base: sp.Expr) -> _Factor:
        if base not in self.factors:
            if isinstance(base, sp.exp):
                made = self._exponential(base.args[0])
            else:
                made = self._distance() if base == self.of.offset else self._positive(base)
            self.factors[base] = made
        return self.factors[base]

    def _positive(self, base: sp.Expr) -> _Factor:
        """A variable, or a number and a variable: NaN where it is negative."""
        number, variable = base.as_coeff_Add()
        x = self.names[variable] if number == 0 else self.b.let("base", float(number) + self.names[variable])
        name, b, none = str(variable), self.b, constant(self._constants["no_exponent"])
        ordinary = b.let(f"{name}_ordinary", (x > 0.0) & (x < inf))
        _, power = self.made.terms.split(x)
        half = b.let("half", node("round", exact_mul(power, -0.5)))
        near_one = (x * node("pow2", half)) * node("pow2", -power - half)
        return _Factor(
            b.let(f"{name}_near_one", select(ordinary, near_one, select(x >= 0.0, 1.0, nan))),
            b.let(f"{name}_exponent", select(ordinary, power, select(x > 0.0, -none, none))),
            b.let(f"{name}_special", select(ordinary, 1.0, x)),
        )

    def _distance(self) -> _Factor:
        """The offset; where it is 0, a product with it is, whatever the others are."""
        b, (first, other) = self.b, (self.names[x] for x in self.of.locations)
        head, tail, power = self.made.difference(first, other)
        means = b.let("means", finite(first) & finite(other))
        offset = b.let("offset", exact_mul(first, 0.5) - exact_mul(other, 0.5))
        sign = select(offset > 0.0, 1.0, select(offset < 0.0, -1.0, nan))
        return _Factor(
            b.let("offset_near_one", select(means, head + tail, sign)),
            b.let("offset_exponent", select(means, power, -constant(self._constants["no_exponent"]))),
            b.let("offset_special", select(means, 1.0, node("abs", offset))),
        )

    def _exponential(self, exponent: sp.Expr) -> _Factor:
        """exp of a multiple of a variable, or of a multiple of the difference of two."""
        b, (first, *others) = self.b, [term.as_coeff_Mul() for term in sp.Add.make_args(exponent)]
        times, x, x_tail = -float(first[0]), self.names[first[1]], constant(0.0)
        if [float(number) for number, _ in others] == [times]:
            change = b.pair("change", two_sum(x, -self.names[others[0][1]]))
            known = node("abs", change.head) < self._constants["largest_weight"]
            x, x_tail = change.head, b.let("change_tail", select(known, change.tail, 0.0))
        elif others:
            raise CheckFailed(f"a second derivative has exp({exponent})", "one or the difference of two is computed")
        minus = b.let("minus", exact_mul(x, times))
        grown, power, half = self.made.terms.weight(minus)
        near_one = (1.0 + (grown - exact_mul(x_tail, times))) * power
        special = select(finite(minus), 1.0, select(minus > 0.0, 0.0, node("abs", minus)))
        return _Factor(b.let("near_one", near_one), exact_mul(half, 2.0), b.let("special", special))


def curvature(made: Gradients, name: str, of: SecondDerivatives) -> Function:
    """The second derivatives of a value."""
    names = [str(x) for x in of.variables]

    def body(b: Builder, *at: Node) -> list[Node]:
        entries = _Entries(made, b, of, dict(zip(of.variables, at, strict=True)))
        return [entries.entry(expr) for expr in of.entries.values()]

    results = [f"d_{names[i]}_{names[j]}" for i, j in of.entries]
    doc = f"The second derivatives of {name}, on and above the diagonal, row by row."
    return function(f"{name}_curvature", names, results, body, doc)
