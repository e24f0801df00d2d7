"""exp(-d) - 1 + d, and exp(-d) (exp(d) - 1 - d), of a distance d = |offset| by.

Where ``by`` is an exponential, d may be any number although the product is not: then the factor is multiplied with what
the excess is for a large or a tiny d before anything is computed, d itself or half its square.
"""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from derive.errors import CheckFailed
from derive.lower.arithmetic.scaled import Arguments, Scaled, choose, exponential, power, times
from derive.lower.bounds import scaled as scaled_bounds
from derive.lower.shape import Distance, Excess, Monomial, Product
from derive.lower.terms.excess_of_logarithm import FALLING, excess
from derive.vocabulary.kernel import node

TERM, OF = Excess, Distance
DECAYS = True

#: Beyond 2^100, exp(-d) - 1 + d is d up to 2^-99; below 2^-100 it is d^2/2 up to 2^-101.
FAR, NEAR = 100.5, -100.5

#: From 0.7 * 2^7 on, exp(-d) (exp(d) - 1 - d) is 1 up to 2^-122; a head is below 3, and exp(3 * 2^7) is in the range.
LARGEST_DECAY = 7.0


def _negative(x: Scaled) -> Scaled:
    return replace(x, head=-x.head, tail=-x.tail)


def tree(at: Arguments, product: Product) -> Scaled:
    assert isinstance(product.term, Excess)
    of, factor = product.term.of, product.factor
    assert isinstance(of, Distance)
    d = at.distance(of)
    if of.by.coefficient > 0:
        if product.decay != replace(of, by=of.by * Monomial(sp.Integer(-1))):
            raise CheckFailed("the excess of a distance that grows has a tree beside exp(-distance) alone")
        d = replace(d, exponent=node("min", d.exponent, LARGEST_DECAY))
        return at.times_monomial(times(excess(d), exponential(at.b, _negative(d))), factor)
    middle = at.times_monomial(excess(_negative(d), FALLING), factor)
    if not of.by.exponents:
        return middle
    by, m = replace(of.by, coefficient=abs(of.by.coefficient)), at.absolute(of.offset)
    far = at.times_monomial(m, factor * by)
    near = at.times_monomial(power(m, 2), factor * by * by * Monomial(sp.Rational(1, 2)))
    far, near = (
        replace(x, proof=lambda x=x: scaled_bounds.approximated(x.proof(), 2.0**-45))  # type: ignore[misc]
        for x in (far, near)
    )
    return choose(d.exponent > FAR, far, choose(d.exponent < NEAR, near, middle))
