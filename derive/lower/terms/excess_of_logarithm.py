"""exp(x) - 1 - x of a multiple of a real parameter or of a difference of two; -log1pmx(exp(x) - 1) is another spelling.

Where x is large the product is the factor times exp(x), of which the exponents are added before anything is computed:
exp(l1) expm1mx(l2 - l1) is then exp(l2), and no zero meets an infinity.
"""

from __future__ import annotations

from functools import partial

from derive.lower.arithmetic.constants import SCALE
from derive.lower.arithmetic.exponential import EXPM1MX_SCALED_PAIR
from derive.lower.arithmetic.scaled import ONE, Arguments, Scaled, choose, scaled, scaled_multiple
from derive.lower.bounds import scaled as scaled_bounds
from derive.lower.bounds.exponential import expm1mx_scaled
from derive.lower.bounds.proved import Proved
from derive.lower.shape import Excess, Logarithm, Offset, Product
from derive.vocabulary.kernel import Builder, Function, Node, exact_mul, function, node

TERM, OF = Excess, Logarithm

#: Below 2^-200 the excess is the half square, from -2^100 on the argument itself: both are taken at the end and scaled.
SMALLEST, LARGEST = -200.0, 100.0

#: From 128 = 2^7 on, exp(x) is the excess up to 2^-170.
FAR = 6.5

#: |x (exp(x) - 1)| is at most 2 expm1mx(x) for x <= 0, and 514 for x <= 512: so much an error of x is magnified.
FALLING, RISING = 2.0, 514.0


def _excess(b: Builder, x: Node, x_tail: Node, exponent: Node) -> tuple[Node, ...]:
    scale = b.let("scale", node("pow2", node("max", node("min", exponent, LARGEST), SMALLEST)), "2^exponent, cut")
    u, u_tail = (exact_mul(exact_mul(part, scale), SCALE) for part in (x, x_tail))
    head, tail = EXPM1MX_SCALED_PAIR(u, u_tail)
    below = b.let("below", exact_mul(node("min", exponent - SMALLEST, 0.0), 2.0), "a tiny excess is a square")
    return head, tail, (below + node("max", exponent - LARGEST, 0.0)) + 6.0


SCALED_EXPM1MX: Function = function(
    "scaled_expm1mx",
    ("x", "x_tail", "exponent"),
    ("head", "tail", "exponent"),
    _excess,
    "expm1mx((x + x_tail) 2^exponent) as head, tail and exponent, |x| in [1, 2) or 0, below 710.",
)


NEVER_NEGATIVE = {SCALED_EXPM1MX: partial(expm1mx_scaled, EXPM1MX_SCALED_PAIR)}

#: exp(x) - 1 - x is at least a third of x^2, or of 1, and x at least 2^-200; the same with its square.
SIZED = {SCALED_EXPM1MX: (2 * int(SMALLEST) - 9, 2, NEVER_NEGATIVE[SCALED_EXPM1MX])}


def excess(x: Scaled, condition: float = RISING) -> Scaled:
    """expm1mx(x) of an x with a tail of half an ulp at most."""
    made = SCALED_EXPM1MX(x.head, x.tail, x.exponent)

    def proof() -> Proved:
        return scaled_bounds.magnified(x.proof(), condition, expm1mx_scaled(EXPM1MX_SCALED_PAIR))

    return scaled(made, lambda: scaled_bounds.approximated(proof(), 2.0**-46))


def logarithm(at: Arguments, of: Logarithm) -> Scaled:
    """log(rho), exact as head and tail."""
    if of.first is None:
        assert of.second is not None
        return scaled_multiple(at.difference(Offset(of.second)), -of.multiple)
    return scaled_multiple(at.difference(Offset(of.first, of.second)), of.multiple)


def tree(at: Arguments, product: Product) -> Scaled:
    assert isinstance(product.term, Excess)
    of, factor = product.term.of, product.factor
    assert isinstance(of, Logarithm)
    x = logarithm(at, of)
    near = at.times_monomial(excess(x), factor)
    far = (x.head > 0.0) & (x.exponent > FAR)
    return choose(far, at.times_monomial(ONE, factor * of.rho), near)
