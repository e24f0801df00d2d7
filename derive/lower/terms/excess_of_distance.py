"""exp(-d) - 1 + d, and exp(-d) (exp(d) - 1 - d), of a distance d = |offset| by.

Where ``by`` is an exponential, d may be any number although the product is not: then the factor is multiplied with what
the excess is for a large or a tiny d before anything is computed, d itself or half its square.
"""

from __future__ import annotations

import math
from dataclasses import replace

import sympy as sp

from derive.errors import CheckFailed
from derive.lower.arithmetic.constants import LARGEST_EXPONENT
from derive.lower.arithmetic.scaled import Arguments, Scaled, choose, exponential, power, times
from derive.lower.bounds import scaled as scaled_bounds
from derive.lower.bounds.proved import Proved
from derive.lower.bounds.scaled import Unproved
from derive.lower.shape import Distance, Excess, Monomial, Product
from derive.lower.terms.excess_of_logarithm import FALLING, excess
from derive.vocabulary.kernel import node

TERM, OF = Excess, Distance
DECAYS = True

#: Beyond 2^100, exp(-d) - 1 + d is d up to 2^-99; below 2^-100 it is d^2/2 up to 2^-101.
FAR, NEAR = 100.5, -100.5

#: exp(-d) (exp(d) - 1 - d) is nearly 1 where d has a larger exponent, if its head is 1/2 or more: up to 2^-85.
LARGEST_DECAY = 7.0

#: d^2 exp(-d) is at most twice 1 - (1 + d) exp(-d): so much an error of d is magnified.
DECAYING = 2.0


def _negative(x: Scaled) -> Scaled:
    return replace(x, head=-x.head, tail=-x.tail)


def heads(of: Distance) -> tuple[float, float]:
    """Between what numbers the head of a distance is: significands are in [1, 2], exponentials in [0.7, 1.5]."""
    above = sum((e for _, e in of.by.powers if e > 0), sp.Integer(of.by.coefficient not in (1, -1)))
    below = -sum((e for _, e in of.by.powers if e < 0), sp.Integer(0))
    least, most = (0.7, 1.5) if of.by.exponents else (1.0, 1.0)
    return least * 2.0 ** -int(below), most * 2.0 ** int(1 + above)


def tree(at: Arguments, product: Product) -> Scaled:
    assert isinstance(product.term, Excess)
    of, factor = product.term.of, product.factor
    assert isinstance(of, Distance)
    d = at.distance(of)
    if of.by.coefficient > 0:
        if product.decay != replace(of, by=of.by * Monomial(sp.Integer(-1))):
            raise CheckFailed("the excess of a distance that grows has a tree beside exp(-distance) alone")
        cut = Scaled(d.head, d.tail, node("min", d.exponent, LARGEST_DECAY))
        whole = times(excess(cut), exponential(at.b, _negative(cut)))  # of one and the same d, whose error counts once

        def proof() -> Proved:
            least, most = (math.ldexp(end, int(LARGEST_DECAY)) for end in heads(of))
            if most > LARGEST_EXPONENT:
                raise Unproved("an exponential of a distance that may overflow")
            own = scaled_bounds.approximated(whole.proof(), 2.0**53 * (1 + least) * math.exp(-least))
            return scaled_bounds.magnified(d.proof(), DECAYING, own)

        return at.times_monomial(replace(whole, proof=proof), factor)
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
