"""rho^n - 1 - n log(rho) of a quotient of positive parameters, n = 1 or 2; -log1pmx(rho^n - 1) is another spelling."""

from __future__ import annotations

from functools import partial

from derive.errors import CheckFailed
from derive.lower.arithmetic.logarithm import BALANCE, EXCESS
from derive.lower.arithmetic.scaled import Arguments, Scaled, scaled
from derive.lower.bounds import logarithm as logarithm_bounds
from derive.lower.bounds import scaled as scaled_bounds
from derive.lower.shape import Excess, Product, Quotient
from derive.vocabulary.kernel import Builder, Function, Node, exact_mul, function, node

TERM, OF = Excess, Quotient

#: Beyond 2^100 the excess is the power itself up to 2^-93, and its exponent is kept apart.
LARGEST_POWER = 100.0


def _excess(order: int) -> Function:
    def body(b: Builder, a: Node, i: Node, c: Node, j: Node) -> tuple[Node, ...]:
        balanced, shift = BALANCE(a, c)
        k = b.let("k", (i - j) + shift)
        near = b.let("near", node("min", k, LARGEST_POWER), "beyond, the excess is the power itself")
        head, tail = EXCESS[order](balanced, c, near)
        return head, tail, exact_mul(k - near, float(order)) + 6.0

    log, power = ("log(rho)", "rho") if order == 1 else ("2 log(rho)", "rho^2")
    return function(
        f"scaled_excess_{order}",
        ("a", "i", "b", "j"),
        ("head", "tail", "exponent"),
        body,
        f"{power} - 1 - {log} = (head + tail) 2^exponent at rho = 2^(i - j) a/b, a and b in [1, 2).",
    )


SCALED_EXCESS = {order: _excess(order) for order in EXCESS}
NEVER_NEGATIVE = {made: partial(logarithm_bounds.excess, order) for order, made in SCALED_EXCESS.items()}


def tree(at: Arguments, product: Product) -> Scaled:
    assert isinstance(product.term, Excess)
    of = product.term.of
    assert isinstance(of, Quotient)
    if of.order not in SCALED_EXCESS:
        raise CheckFailed(f"the excess of the power {of.order} of a quotient has no tree", "1 and 2 have one")
    a, c = at.positive(of.first), at.positive(of.second)
    made = SCALED_EXCESS[of.order](a.head, a.exponent, c.head, c.exponent)
    term = scaled(made, lambda: scaled_bounds.approximated(logarithm_bounds.excess(of.order), 2.0**-39))
    return at.times_monomial(term, product.factor)
