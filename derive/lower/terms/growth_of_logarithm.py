"""exp(x) - 1 of a multiple of a real parameter or of a difference of two."""

from __future__ import annotations

from functools import partial

from derive.lower.arithmetic.constants import SCALE
from derive.lower.arithmetic.exponential import EXPM1_SCALED_PAIR
from derive.lower.arithmetic.scaled import ONE, Arguments, Scaled, choose, scaled
from derive.lower.bounds import factors
from derive.lower.bounds import gradients as gradient_bounds
from derive.lower.shape import Growth, Logarithm, Product
from derive.lower.terms.excess_of_logarithm import FAR, SMALLEST, logarithm
from derive.vocabulary.kernel import Builder, Function, Node, exact_mul, function, node

TERM, OF = Growth, Logarithm

#: Beyond -2^9 the growth is -1.
LARGEST = 9.0

#: |x exp(x)| is at most |exp(x) - 1| for x <= 0, and 257 times that for x <= 256: so much an error of x is magnified.
FALLING, RISING = 1.0, 257.0


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


#: exp(x) - 1 is at least half of x, or of 1, and x at least 2^-200: over 64 its head is so large, in binades, times x
#: where that is below 1. And what is proved of its tail.
SIZED = {SCALED_EXPM1: (int(SMALLEST) - 8, 1, partial(gradient_bounds.growth, EXPM1_SCALED_PAIR))}


def growth(x: Scaled, condition: float = RISING) -> Scaled:
    """exp(x) - 1 of an x with a tail of half an ulp at most."""
    made = SCALED_EXPM1(x.head, x.tail, x.exponent)
    return scaled(made, lambda: factors.growth(SCALED_EXPM1, x.proof(), condition))


def tree(at: Arguments, product: Product) -> Scaled:
    assert isinstance(product.term, Growth)
    of, factor = product.term.of, product.factor
    assert isinstance(of, Logarithm)
    x = logarithm(at, of)
    near = at.times_monomial(growth(x), factor)
    far = (x.head > 0.0) & (x.exponent > FAR)
    return choose(far, at.times_monomial(ONE, factor * of.rho), near)
