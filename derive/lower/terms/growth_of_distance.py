"""exp(-d) - 1 of a distance d = |offset| by; for a tiny d it is -d, and an exponential ``by`` goes to the factor."""

from __future__ import annotations

import math
from dataclasses import replace

from derive.errors import CheckFailed
from derive.lower.arithmetic.scaled import Arguments, Scaled, choose
from derive.lower.bounds import scaled as scaled_bounds
from derive.lower.shape import Distance, Growth, Product
from derive.lower.terms.excess_of_distance import NEAR, heads
from derive.lower.terms.growth_of_logarithm import FALLING, LARGEST, growth
from derive.vocabulary.kernel import node

TERM, OF = Growth, Distance


def tree(at: Arguments, product: Product) -> Scaled:
    assert isinstance(product.term, Growth)
    of, factor = product.term.of, product.factor
    assert isinstance(of, Distance)
    if of.by.coefficient > 0:
        raise CheckFailed("exp(d) - 1 of a distance has no tree", "write it as exp(d) (1 - exp(-d))")
    d = at.distance(of)
    cut = replace(d, head=-d.head, tail=-d.tail, exponent=node("min", d.exponent, LARGEST))
    grown = growth(cut, FALLING)
    beyond = 2.0**53 * math.exp(-math.ldexp(heads(of)[0], int(LARGEST)))
    grown = replace(grown, proof=lambda proof=grown.proof: scaled_bounds.approximated(proof(), beyond))  # type: ignore[misc]
    middle = at.times_monomial(grown, factor)
    if not of.by.exponents:
        return middle
    near = at.times_monomial(at.absolute(of.offset), factor * of.by)
    near = replace(near, proof=lambda proof=near.proof: scaled_bounds.approximated(proof(), 2.0**-45))  # type: ignore[misc]
    return choose(d.exponent < NEAR, near, middle)
