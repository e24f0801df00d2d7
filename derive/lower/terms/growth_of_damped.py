"""base (1 + d) exp(-d) - 1, of a distance d and a quotient, or the exponential of a difference, as the base.

For a small d it is the sum of base - 1 and -base exp(-d) (exp(d) - 1 - d), of which neither is needed where the other
one decides. For others the base may be beyond every exponent although the product is not: then exp(-d) joins the base
before anything is computed, and -1 is added last; where the product is near 1, the base is at least e/2, so that
nothing of it is lost.
"""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from derive.lower import terms
from derive.lower.arithmetic.scaled import ONE, Arguments, Scaled, choose, exponential, normalised, plus, times
from derive.lower.bounds import scaled as scaled_bounds
from derive.lower.shape import Damped, Distance, Excess, Growth, Logarithm, Monomial, Product
from derive.lower.terms.excess_of_logarithm import logarithm
from derive.vocabulary.kernel import constant, node

TERM, OF = Growth, Damped

#: Distances with a larger exponent than this, of 1 or more, are not small.
SMALL = 0.5

#: Against a quotient of two parameters, at most 2^2098, exp(-d) is nothing from 2^12 on; against exp(x), |x| < 2^1025,
#: it is from 2^1100 on, and 1 + d is no more than that.
LARGEST_BESIDE_QUOTIENT, LARGEST_BESIDE_LOGARITHM = 12.0, 1100.0

MINUS = Monomial(sp.Integer(-1))


def tree(at: Arguments, product: Product) -> Scaled:
    assert isinstance(product.term, Growth)
    of, factor = product.term.of, product.factor
    assert isinstance(of, Damped)
    d, base = at.distance(of.distance), of.base
    falling = Distance(of.distance.offset, of.distance.by * MINUS)
    bend = Product(factor * base.rho * MINUS, Excess(of.distance), decay=falling)
    near = plus(terms.tree(at, Product(factor, Growth(base))), terms.tree(at, bend))

    most = LARGEST_BESIDE_LOGARITHM if isinstance(base, Logarithm) else LARGEST_BESIDE_QUOTIENT
    cut = replace(d, exponent=node("min", d.exponent, most))
    minus_d = replace(cut, head=-cut.head, tail=-cut.tail)
    if isinstance(base, Logarithm):
        damped = exponential(at.b, plus(logarithm(at, base), minus_d))
    else:
        damped = at.times_monomial(exponential(at.b, minus_d), base.rho)
    whole = plus(times(damped, plus(ONE, cut)), replace(ONE, head=constant(-1.0)))
    chosen = choose(d.exponent > SMALL, at.times_monomial(normalised(whole), factor), near)
    return replace(chosen, proof=scaled_bounds.unproved)
