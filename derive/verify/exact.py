"""Exact values: a record's balls evaluated at doubled precision until the ball is far smaller than an ulp.

Closed forms cancel without mercy, which is what the balls are for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from flint import arb, ctx

from derive.errors import CheckFailed
from derive.verify.families.record import Balls, Subject
from derive.verify.ulp import BELOW_ALL, Dyadic, Exact

#: Bits below the last place of binary64 that every exact value has.
SPARE_BITS = 36
_FIRST_PRECISION = 192
_LAST_PRECISION = 1 << 15
_ENOUGH = 53 + SPARE_BITS
_SMALLEST = -1074 - SPARE_BITS


def balls(subject: Subject, arguments: Sequence[float]) -> Balls:
    """The closed form at an ordinary point, at the precision of flint's context."""
    return subject.balls(*(arb(a) for a in arguments))


def is_special(subject: Subject, arguments: Sequence[float]) -> bool:
    """Whether the record has a value of its own at this point: a limit, or outside of the domain."""
    return subject.special(arguments, _tight) is not None


def exact_point(subject: Subject, arguments: Sequence[float]) -> tuple[Exact, ...]:
    """Value and partial derivatives at any arguments, special ones included.

    Raises
    ------
    CheckFailed
        where no precision up to 32768 bits gives a ball small enough.
    """
    special = subject.special(arguments, _tight)
    return _tight(lambda: balls(subject, arguments)) if special is None else special


def _tight(evaluate: Callable[[], Balls]) -> tuple[Exact, ...]:
    """Evaluate at doubled precision until every output has at least 36 correct bits below the last place."""
    precision = _FIRST_PRECISION
    while precision <= _LAST_PRECISION:
        ctx.prec = precision
        outputs, parts = evaluate()
        ends = [_in_unit_of(ball, parts[i]) if i in parts else _dyadic(ball) for i, ball in enumerate(outputs)]
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


def exact_columns(subject: Subject, columns: Sequence[Iterable[float]]) -> list[list[Exact]]:
    """Exact values of whole columns of arguments: one list per output (value, then partial derivatives)."""
    rows = [exact_point(subject, point) for point in zip(*columns, strict=True)]
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in subject.outputs]
