"""Plans: trees that are written for a shape, where a composition of its terms would be slower.

There is one shape with plans: half the excess of one quotient or logarithm, and half a squared offset over the same
scale. That it is the Gaussian's nobody asks; what matches it gets the plans, what does not is composed of its terms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import sympy as sp

from derive.lower.shape import Excess, Logarithm, Monomial, Power, Quotient, Shape
from derive.vocabulary.kernel import Builder, Function, Node, function

#: A tree as a function of the builder and the parameters.
Body = Callable[..., tuple[Node, ...]]

_HALF = Monomial(sp.Rational(1, 2))


@dataclass(frozen=True)
class Twofold:
    """An excess and a squared offset: how the scale enters, whether it is one of a pair, and where the parameters are.

    ``order`` is the power of the scale that divides the square, or the multiple of the logarithm.
    """

    logarithmic: bool
    order: int
    positions: tuple[int, ...]  # of the first location and scale, and of the second where there are such

    @property
    def pair(self) -> bool:
        return len(self.positions) == 4

    def choose(self, unit: Sequence[Callable[[int], Body]], pair: Sequence[Callable[[int], Body]]) -> Body:
        """Of the makers for powers and for logarithms, alone and in pairs, the one for this shape, made."""
        return (pair if self.pair else unit)[self.logarithmic](self.order)

    def build(self, name: str, parameters: Sequence[str], results: Sequence[str], body: Body, doc: str) -> Function:
        """The function of a body that takes first location and scale first."""

        def placed(b: Builder, *at: Node) -> tuple[Node, ...]:
            return body(b, *(at[position] for position in self.positions))

        return function(name, parameters, results, placed, doc)


@cache
def twofold(shape: Shape) -> Twofold | None:
    """The shape as a :class:`Twofold`; None where it is another."""
    if len(shape.products) != 2:
        return None
    first, second = (product.term for product in shape.products)
    if not (isinstance(first, Excess) and isinstance(second, Power) and second.offset is not None):
        return None
    of, offset = first.of, second.offset
    if second.order != 2 or not isinstance(of, Quotient | Logarithm) or of.first is None:
        return None
    order = of.order if isinstance(of, Quotient) else of.multiple
    below = () if of.second is None else ((of.second, sp.Integer(-order)),)
    weight = Monomial(powers=below) if isinstance(of, Quotient) else Monomial(exponents=below)
    factors = tuple(product.factor for product in shape.products)
    if order not in (1, 2) or factors != (_HALF, _HALF * weight) or (offset.second is None) != (of.second is None):
        return None
    positions = (offset.first, of.first, offset.second, of.second)
    return Twofold(isinstance(of, Logarithm), int(order), tuple(i for i in positions if i is not None))
