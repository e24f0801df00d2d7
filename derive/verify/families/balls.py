"""Ball arithmetic that the records share."""

from __future__ import annotations

from flint import arb

#: exp(±2^17) is beyond 10^±56000: nothing that a float can hold distinguishes it from the limit.
EXPONENT_LIMIT = 1 << 17

HALF = arb(1) / 2


def exp(x: arb) -> arb:
    """exp(x), with arguments that over- or underflow every format moved to ±2^17."""
    if abs(x) < EXPONENT_LIMIT:
        return x.exp()
    return arb(EXPONENT_LIMIT if x > 0 else -EXPONENT_LIMIT).exp()
