"""1, an offset or its square: a difference of parameters is exact as head and tail."""

from __future__ import annotations

from derive.lower.arithmetic.scaled import ONE, Arguments, Scaled, power
from derive.lower.shape import Power, Product

TERM, OF = Power, None


def tree(at: Arguments, product: Product) -> Scaled:
    term = product.term
    assert isinstance(term, Power)
    whole = ONE if term.offset is None else power(at.difference(term.offset), term.order)
    return at.times_monomial(whole, product.factor)
