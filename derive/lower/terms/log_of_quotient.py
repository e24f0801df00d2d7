"""log(rho) of a quotient of positive parameters, of a difference that is formed first."""

from __future__ import annotations

import sympy as sp

from derive.lower.arithmetic.constants import LOG2_HEAD, LOG2_TAIL
from derive.lower.arithmetic.logarithm import ATANH_REST, BALANCE, QUOTIENTS
from derive.lower.arithmetic.scaled import Arguments, Scaled
from derive.lower.bounds import factors
from derive.lower.shape import Log, Monomial, Product, Quotient
from derive.vocabulary.kernel import Builder, Function, Node, constant, exact_mul, fast_two_sum, fma, function, two_sum

TERM, OF = Log, Quotient


def _log(b: Builder, a: Node, i: Node, c: Node, j: Node) -> tuple[Node, ...]:
    balanced, shift = BALANCE(a, c)
    k = b.let("k", (i - j) + shift)
    d = b.let("d", balanced - c, "exact, since both are within a factor 2 of each other")
    s = b.pair("s", two_sum(balanced, c))
    _, _, f, f_tail = QUOTIENTS(d, c, s.head, s.tail)
    (rest,) = ATANH_REST(f, f_tail)
    twice = b.let("twice", exact_mul(f, 2.0), "log(m) = 2 f (1 + rest)")
    near = b.pair("near", fast_two_sum(twice, twice * rest))
    total = b.pair("total", two_sum(exact_mul(k, LOG2_HEAD), near.head))
    low = b.let("low", (near.tail + total.tail) + fma(2.0, f_tail, k * LOG2_TAIL))
    return total.head, low


LOG_OF_QUOTIENT: Function = function(
    "log_of_quotient",
    ("a", "i", "b", "j"),
    ("head", "tail"),
    _log,
    "log(2^(i - j) a/b) as head and tail, a and b in [1, 2).",
)


def tree(at: Arguments, product: Product) -> Scaled:
    assert isinstance(product.term, Log)
    of = product.term.of
    assert isinstance(of, Quotient)
    a, c = at.positive(of.first), at.positive(of.second)
    head, tail = LOG_OF_QUOTIENT(a.head, a.exponent, c.head, c.exponent)
    multiple = product.factor * Monomial(sp.Integer(of.order))
    log = Scaled(head, tail, constant(0.0), lambda: factors.logarithm(LOG_OF_QUOTIENT))
    return at.times_monomial(log, multiple)
