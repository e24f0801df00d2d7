"""The closed forms, typed independently of the proofs, evaluated in balls until the ball is far smaller than an ulp.

With sigma, v = sigma^2 and c = d(log sigma)/ds for the scale s at hand, m = mu1 - mu2, R = v1/v2, W = m^2/v2:

    unit      value = -log sigma + (v + mu^2)/2 - 1/2          d_mu = mu         d_s = (v - 1) c
    normal    value = log(sigma2/sigma1) + (R + W)/2 - 1/2     d_mu1 = m/v2      d_s1 = (R - 1) c1
                                                               d_mu2 = -m/v2     d_s2 = -((R - 1) + W) c2
    expm1mx   exp(x) - 1 - x
    log1pmx   log(1 + x) - x

They cancel without mercy, which is what the balls are for: the precision is doubled until it no longer matters.
The derivative in the second scale is measured in ulp of the larger of |R - 1| c2 and W c2.

Source: Kullback and Leibler, On Information and Sufficiency, 1951; the closed form is textbook knowledge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from flint import arb, ctx

from derive.errors import CheckFailed
from derive.verify.families.scales import HALF, SCALE, Scale, exp
from derive.verify.families.special_values import is_special, special_values
from derive.verify.functions import Family
from derive.verify.ulp import BELOW_ALL, Dyadic, Exact

#: Bits below the last place of binary64 that every exact value has.
SPARE_BITS = 36
_FIRST_PRECISION = 128
_LAST_PRECISION = 1 << 15
_ENOUGH = 53 + SPARE_BITS
_SMALLEST = -1074 - SPARE_BITS

#: The outputs (value, partial derivatives) and the parts of the last one, whose larger sets its unit (empty: itself).
Balls = tuple[tuple[arb, ...], tuple[arb, ...]]


def unit(scale: Scale, mu: arb, s: arb) -> Balls:
    """Value and gradient of KL(N(mu, s) ‖ N(0, 1))."""
    variance = scale.variance(s)
    value = -scale.log_sigma(s) + (variance + mu * mu) * HALF - HALF
    return (value, mu, (variance - 1) * scale.chain(s)), ()


def normal(scale: Scale, mu1: arb, s1: arb, mu2: arb, s2: arb) -> Balls:
    """Value and gradient of KL(N(mu1, s1) ‖ N(mu2, s2))."""
    m, variance2 = mu1 - mu2, scale.variance(s2)
    ratio, mean_term, slope = scale.variance_ratio(s1, s2), m * m / variance2, m / variance2
    value = -scale.log_ratio(s1, s2) + (ratio + mean_term) * HALF - HALF
    chain2 = scale.chain(s2)
    first, second = (ratio - 1) * chain2, mean_term * chain2
    return (value, slope, (ratio - 1) * scale.chain(s1), -slope, -(first + second)), (first, second)


def _unary(name: str, x: arb) -> Balls:
    if name == "expm1mx":
        return (exp(x) - 1 - x,), ()
    return ((1 + x).log() - x,), ()


def balls(family: Family, arguments: Sequence[float]) -> Balls:
    """The closed form at finite arguments with positive scales, at the precision of flint's context."""
    point = [arb(a) for a in arguments]
    if not family.pair:
        return _unary(family.name, point[0])
    scale = SCALE[family.scale]
    return unit(scale, *point) if family.pair == "unit" else normal(scale, *point)


def exact_point(family: Family, arguments: Sequence[float]) -> tuple[Exact, ...]:
    """Value and partial derivatives at any arguments, special ones included.

    Raises
    ------
    CheckFailed
        where no precision up to 32768 bits gives a ball small enough.
    """
    if is_special(family, arguments):
        return special_values(family, arguments, _tight)
    return _tight(lambda: balls(family, arguments))


def _tight(evaluate: Callable[[], Balls]) -> tuple[Exact, ...]:
    """Evaluate at doubled precision until every output has at least 36 correct bits below the last place."""
    precision = _FIRST_PRECISION
    while precision <= _LAST_PRECISION:
        ctx.prec = precision
        outputs, parts = evaluate()
        ends = [_dyadic(ball) for ball in outputs[:-1]]
        ends.append(_in_unit_of(outputs[-1], parts) if parts else _dyadic(outputs[-1]))
        if None not in ends:
            return tuple(end for end in ends if end is not None)
        precision *= 2
    raise CheckFailed(f"the closed form has no tight ball at {_LAST_PRECISION} bits: {evaluate()[0]}")


def _dyadic(ball: arb) -> Dyadic | None:
    """The midpoint, or None where the radius is not small relative to the ulp."""
    if ball.rel_accuracy_bits() < _ENOUGH and not (ball.is_finite() and _top(ball.rad()) < _SMALLEST):
        return None
    mantissa, exponent = ball.mid().man_exp()
    m, e = int(mantissa), int(exponent)
    return Dyadic(m, e, m.bit_length() + e - 1 if m else BELOW_ALL)


def _in_unit_of(total: arb, parts: Iterable[arb]) -> Dyadic | None:
    """The midpoint of a sum, in the unit of the binade of its larger part."""
    binade = max(_top(part.mid()) for part in parts)
    if not total.is_finite() or _top(total.rad()) >= max(binade - 52, -1074) - SPARE_BITS:
        return None
    mantissa, exponent = total.mid().man_exp()
    return Dyadic(int(mantissa), int(exponent), binade)


def _top(number: arb) -> int:
    """Exponent of the leading bit of an exact ball; far below every format for zero."""
    mantissa, exponent = number.man_exp()
    m = int(mantissa)
    return m.bit_length() + int(exponent) - 1 if m else BELOW_ALL


def exact_columns(family: Family, columns: Sequence[Iterable[float]]) -> list[list[Exact]]:
    """Exact values of whole columns of arguments: one list per output (value, then partial derivatives)."""
    rows = [exact_point(family, point) for point in zip(*columns, strict=True)]
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in family.outputs]
