"""rho^n - 1 of a quotient of positive parameters, n = 1 or 2: the difference of the parameters is formed first."""

from __future__ import annotations

import sympy as sp

from derive.errors import CheckFailed
from derive.lower.arithmetic.gradients import MULTIPLY
from derive.lower.arithmetic.scaled import Arguments, Scaled, scaled
from derive.lower.bounds import factors
from derive.lower.shape import Growth, Monomial, Product, Quotient
from derive.vocabulary.kernel import Builder, Function, Node, exact_mul, function, node, two_sum

TERM, OF = Growth, Quotient

#: A parameter that much smaller than the other does not count in their difference.
SMALLEST_SHARE = -200.0


def _difference(order: int) -> Function:
    def body(b: Builder, a: Node, i: Node, c: Node, j: Node) -> tuple[Node, ...]:
        top = b.let("top", node("max", i, j))
        first = b.let("first", exact_mul(a, node("pow2", node("max", i - top, SMALLEST_SHARE))))
        second = b.let("second", exact_mul(c, node("pow2", node("max", j - top, SMALLEST_SHARE))))
        d = b.pair("d", two_sum(first, -second))
        if order == 1:
            return d.head, d.tail, top
        s = b.pair("s", two_sum(first, second))
        return *MULTIPLY(d.head, d.tail, s.head, s.tail), exact_mul(top, 2.0)

    power = "" if order == 1 else "^2"
    return function(
        f"difference_of_powers_{order}",
        ("a", "i", "b", "j"),
        ("head", "tail", "exponent"),
        body,
        f"(a 2^i){power} - (b 2^j){power} = (head + tail) 2^exponent.",
    )


DIFFERENCE_OF_POWERS = {order: _difference(order) for order in (1, 2)}


def tree(at: Arguments, product: Product) -> Scaled:
    assert isinstance(product.term, Growth)
    of = product.term.of
    assert isinstance(of, Quotient)
    if of.order not in DIFFERENCE_OF_POWERS:
        raise CheckFailed(f"the growth of the power {of.order} of a quotient has no tree", "1 and 2 have one")
    a, c = at.positive(of.first), at.positive(of.second)
    made = DIFFERENCE_OF_POWERS[of.order]
    difference = scaled(made(a.head, a.exponent, c.head, c.exponent), lambda: factors.difference(made))
    below = Monomial() if of.second is None else Monomial(powers=((of.second, sp.Integer(-of.order)),))
    return at.times_monomial(difference, product.factor * below)
