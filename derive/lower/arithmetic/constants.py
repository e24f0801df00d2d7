"""The constants of the kernels, each computed, with the reason for its value."""

from __future__ import annotations

from flint import arb, ctx

#: Kernels work on KL / 32 and expm1mx / 64, so that no sum overflows before the last, exact multiplication.
SCALE = 2.0**-6

#: Squares of numbers below TINY lose bits to underflow; they are computed from arguments times TINY_SCALE instead.
TINY = 2.0**-300
TINY_SCALE = 2.0**200
TINY_UNSCALE = 2.0**-400

#: In the scaled sum, half the smallest subnormal result is 2^-680 and 2^-732 is the last place there: added to the
#: tail, it keeps a value above half the smallest subnormal from being rounded to it, and then to zero.
ABOVE_HALF_SUBNORMAL = 2.0**-732

#: The scaled mean offset is cut here: its square still fits, and 32 times it does not.
LARGEST_OFFSET = 2.0**511

#: exp(x)/2 overflows from 710.48 on, so nothing is lost by cutting x here, and 2^k stays a normal number.
LARGEST_EXPONENT = 710.6

#: Beyond, a weight exp(x) decides alone that a result is zero or infinite: its other factors are within 2^±2200.
LARGEST_WEIGHT = 2300.0

#: exp(-100) is below 2^-144: beside 1 + x it only decides the direction of rounding.
SMALLEST_EXPONENT = -100.0

#: |k| log 2 must be exact in the first part: 12 bits of k and 40 of log 2.
LOG2_BITS = 40


#: For arguments of ordinary size: k log 2 and 2^k - 1 - k log 2 are exact in the first part for k from -46 to 20.
SHORT_LOG2_BITS = 32


def _rounded(value: arb) -> float:
    return float(value.mid())


def log2_parts(bits: int) -> tuple[float, float]:
    """log 2 as a head of so many bits and the binary64 number nearest to the rest."""
    ctx.prec = 200
    log2 = arb.const_log2()
    head = float((log2 * 2**bits).floor().unique_fmpz()) * 2.0**-bits
    return head, _rounded(log2 - head)


def rounded_log2() -> float:
    """The binary64 number nearest to log 2."""
    ctx.prec = 200
    return _rounded(arb.const_log2())


def inverse_log2() -> float:
    """The binary64 number nearest to 1 / log 2."""
    ctx.prec = 200
    return _rounded(1 / arb.const_log2())


LOG2_HEAD, LOG2_TAIL = log2_parts(LOG2_BITS)
SHORT_LOG2_HEAD, SHORT_LOG2_TAIL = log2_parts(SHORT_LOG2_BITS)
LOG2 = rounded_log2()
INVERSE_LOG2 = inverse_log2()
SQRT2 = 2.0**0.5
