"""exp(x) - 1 of a multiple of a real parameter or of a difference of two."""

from __future__ import annotations

from derive.lower.arithmetic.constants import SCALE
from derive.lower.arithmetic.exponential import EXPM1_SCALED_PAIR
from derive.lower.arithmetic.scaled import ONE, Arguments, Scaled, choose, scaled
from derive.lower.shape import Growth, Logarithm, Product
from derive.lower.terms.excess_of_logarithm import FAR, SMALLEST, logarithm
from derive.vocabulary.kernel import Builder, Function, Node, exact_mul, function, node

TERM, OF = Growth, Logarithm

#: Beyond -2^9 the growth is -1.
LARGEST = 9.0


def _growth(b: Builder, x: Node, x_tail: Node, exponent: Node) -> tuple[Node, ...]:
    scale = b.let("scale", node("pow2", node("max", node("min", exponent, LARGEST), SMALLEST)), "2^exponent, cut")
    head, tail = EXPM1_SCALED_PAIR(*(exact_mul(exact_mul(part, scale), SCALE) for part in (x, x_tail)))
    return head, tail, node("min", exponent - SMALLEST, 0.0) + 6.0


SCALED_EXPM1: Function = function(
    "scaled_expm1",
    ("x", "x_tail", "exponent"),
    ("head", "tail", "exponent"),
    _growth,
    "exp((x + x_tail) 2^exponent) - 1 as head, tail and exponent, |x| in [1, 2) or 0.",
)


def growth(x: Scaled) -> Scaled:
    return scaled(SCALED_EXPM1(x.head, x.tail, x.exponent))


def tree(at: Arguments, product: Product) -> Scaled:
    assert isinstance(product.term, Growth)
    of, factor = product.term.of, product.factor
    assert isinstance(of, Logarithm)
    x = logarithm(at, of)
    near = at.times_monomial(growth(x), factor)
    far = (x.head > 0.0) & (x.exponent > FAR)
    return choose(far, at.times_monomial(ONE, factor * of.rho), near)
