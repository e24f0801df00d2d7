"""base (1 + d) exp(-d) - 1, of a distance d and a quotient, or the exponential of a difference, as the base.

For a small d it is the sum of base - 1 and -base exp(-d) (exp(d) - 1 - d), of which neither is needed where the other
one decides. For others the base may be beyond every exponent although the product is not: then exp(-d) joins the base
before anything is computed, and -1 is added last; where the product is near 1, the base is at least e/2, so that
nothing of it is lost.

The error is relative to the larger of the two summands, L. With h = 1 - (1 + d) exp(-d), which rises, it is
max(|base - 1|, base h), so that neither the product, base (1 - h), nor 1 is more than 1 + 1/h times L.
"""

from __future__ import annotations

import math
from dataclasses import replace

import sympy as sp

from derive.lower import terms
from derive.lower.arithmetic.scaled import (
    EXPONENTIAL,
    ONE,
    Arguments,
    Proof,
    Scaled,
    choose,
    exponential,
    normalised,
    plus,
    times,
)
from derive.lower.bounds import scaled as scaled_bounds
from derive.lower.bounds.proved import Proved
from derive.lower.bounds.scaled import Unproved
from derive.lower.shape import Damped, Distance, Excess, Growth, Logarithm, Monomial, Product
from derive.lower.terms.excess_of_distance import DECAYING, heads
from derive.lower.terms.excess_of_logarithm import logarithm
from derive.vocabulary.kernel import constant, node

TERM, OF = Growth, Damped

#: Distances with a larger exponent than this, of 1 or more, are not small.
SMALL = 0.5

#: Against a quotient of two parameters, at most 2^2098, exp(-d) is nothing from 2^12 on; against exp(x), |x| < 2^1025,
#: it is from 2^1100 on, and 1 + d is no more than that.
LARGEST_BESIDE_QUOTIENT, LARGEST_BESIDE_LOGARITHM = 12.0, 1100.0

#: Logarithms and distances with larger exponents cancel where the base alone is infinite; the tails of others are below
#: 3/2 of 2^(15 - 53), which is less than 32 times what the exponential supposes of a tail.
HUGE, TAILS = 12.5, 32

MINUS = Monomial(sp.Integer(-1))


def tree(at: Arguments, product: Product) -> Scaled:
    assert isinstance(product.term, Growth)
    of, factor = product.term.of, product.factor
    assert isinstance(of, Damped)
    d, base = at.distance(of.distance), of.base
    falling = Distance(of.distance.offset, of.distance.by * MINUS)
    bend = Product(factor * base.rho * MINUS, Excess(of.distance), decay=falling)
    near = plus(terms.tree(at, Product(factor, Growth(base))), terms.tree(at, bend), signed=True)

    most = LARGEST_BESIDE_LOGARITHM if isinstance(base, Logarithm) else LARGEST_BESIDE_QUOTIENT
    cut = Scaled(d.head, d.tail, node("min", d.exponent, most))
    minus_d = replace(cut, head=-cut.head, tail=-cut.tail)
    if isinstance(base, Logarithm):
        # exact but for the tails: where two that are huge cancel, what is left of them is these, and no tail
        log = plus(logarithm(at, base), minus_d, signed=True)
        log = choose(log.exponent > HUGE, normalised(log), log)
        damped = replace(exponential(at.b, log), proof=_of_logarithm)
    else:
        damped = at.times_monomial(exponential(at.b, minus_d), base.rho)
    whole = plus(times(damped, plus(ONE, cut)), replace(ONE, head=constant(-1.0)), signed=True)
    far = normalised(replace(whole, proof=_relative_to_parts(whole.proof, d.proof, of, factor)))
    return choose(d.exponent > SMALL, at.times_monomial(far, factor), near)


def _of_logarithm() -> Proved:
    return scaled_bounds.normalised(scaled_bounds.exponential(EXPONENTIAL, scaled_bounds.exact(), TAILS))


def _relative_to_parts(whole: Proof, distance: Proof, of: Damped, factor: Monomial) -> Proof:
    """Of the product less 1, computed at the distance as it is computed, relative to the larger summand."""

    def proof() -> Proved:
        least, _ = heads(of.distance)
        if isinstance(of.base, Logarithm) and (factor.exponents or sum(abs(e) for _, e in factor.powers) > 2):
            raise Unproved("a factor beside an exponential that is cut")
        d = 2 * least
        h = 1 - (1 + d) * math.exp(-d)
        own = whole()
        # The logarithm that enters the exponential has an error of 2^13 at most in units of 2^-106.
        total = (own.total + 2.0**-39) * (1 + 1 / h) * 1.001
        # d^2 exp(-d) is at most twice h, and the product changes by d^2/(1 + d) times as much as d, relatively.
        return Proved(total, DECAYING * scaled_bounds.short(distance()).total, own.tail, own.boxes, signed=True)

    return proof
