"""The values for binary32 arguments in NumPy, in plain binary64 arithmetic.

29 bits more than the result has pay for the cancellation of expm1(x) - x and of x - 1 - log(x) wherever binary32 has
numbers but next to 0: the relative error of the first is below 2^-52/|x|, of the second below 2^-51/|x - 1|, and
x - 1 is 0 or 2^-24 at least. Squares and quotients of binary32 numbers neither over- nor underflow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derive.lower.plans import Body, Twofold
from derive.vocabulary.kernel import Builder, Function, Node, equal, exact_mul, function, node
from derive.vocabulary.theorem import expm1mx, log1pmx

#: Above, the cancellation of expm1(x) - x leaves an error below 2^-28 of the value: |x| is at least 2^-22, or the
#: square of the mean's offset is so much larger.
SMALL_VALUE = 2.0**-45

#: Below, a result is rounded to binary32 with care.
SMALL_RESULT = 2.0**-120

#: Below, 1 + t is rounded where log(1 + t) needs it.
SMALL_QUOTIENT = 2.0**-20


def _half(b: Builder, excess: Node, square: Node) -> Node:
    return b.let("value", exact_mul(excess + b.let("square", square), 0.5))


def _expm1mx(x: Node) -> Node:
    return node("expm1", x) - x


def _unit_log(multiple: int) -> Body:
    def body(b: Builder, mu: Node, s: Node) -> tuple[Node, ...]:
        x = s if multiple == 1.0 else b.let("x", exact_mul(s, multiple))
        value = _half(b, _expm1mx(x), mu * mu)
        return value, (value >= SMALL_VALUE) | (equal(s, 0.0) & equal(mu, 0.0))

    return body


def _unit_power(order: int) -> Body:
    def body(b: Builder, mu: Node, s: Node) -> tuple[Node, ...]:
        var, log = (s, node("log", s)) if order == 1 else (s * s, exact_mul(node("log", s), 2.0))
        value = _half(b, (var - 1.0) - log, mu * mu)
        return value, (value >= SMALL_RESULT) | (equal(s, 1.0) & equal(mu, 0.0))

    return body


def _normal_log(multiple: int) -> Body:
    def body(b: Builder, mu1: Node, s1: Node, mu2: Node, s2: Node) -> tuple[Node, ...]:
        m, d = b.let("m", mu1 - mu2), b.let("d", s1 - s2)
        x = d if multiple == 1.0 else b.let("x", exact_mul(d, multiple))
        value = _half(b, _expm1mx(x), (m * m) * node("exp", -s2 if multiple == 1.0 else exact_mul(s2, -multiple)))
        return value, (value >= SMALL_VALUE) | (equal(value, 0.0) & equal(d, 0.0) & equal(m, 0.0))

    return body


def _normal_power(order: int) -> Body:
    def body(b: Builder, mu1: Node, s1: Node, mu2: Node, s2: Node) -> tuple[Node, ...]:
        m, by = b.let("m", mu1 - mu2), b.let("by", 1.0 / s2)
        t = b.let("t", (s1 - s2) * by)
        if order == 1:
            value = _half(b, t - node("log1p", t), (m * m) * by)
        else:
            z = b.let("z", m * by)
            squares = b.let("squares", exact_mul(t * t + z * z, 0.5))
            value = b.let("value", (t - node("log1p", t)) + squares)
        near = (value >= SMALL_RESULT) & (t >= SMALL_QUOTIENT - 1.0) & (s2 > 0.0)
        return value, near | (equal(s1, s2) & equal(m, 0.0) & (s2 > 0.0))

    return body


def _expm1mx_value(b: Builder, x: Node) -> tuple[Node, ...]:
    value = b.let("value", _expm1mx(x))
    return value, value >= SMALL_VALUE


def _log1pmx_value(b: Builder, x: Node) -> tuple[Node, ...]:
    value = b.let("value", node("log1p", x) - x)
    return value, value <= -SMALL_VALUE


#: The two functions of one number.
UNARY: dict[type, Body] = {expm1mx: _expm1mx_value, log1pmx: _log1pmx_value}


def narrow(name: str, parameters: Sequence[str], body: Body, build: Callable[..., Function] = function) -> Function:
    """The value, and the mask of the elements for which it holds."""
    doc = f"{name} of binary32 arguments, and where it holds."
    return build(f"{name}_narrow", parameters, ("value", "ordinary"), body, doc)


def value(name: str, parameters: Sequence[str], shape: Twofold) -> Function:
    """A divergence of binary32 arguments."""
    body = shape.choose((_unit_power, _unit_log), (_normal_power, _normal_log))
    return narrow(name, parameters, body, shape.build)
