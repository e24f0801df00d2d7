"""The two formats: their constants, each from the number of digits and the range, and their polynomials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from flint import arb, ctx

from derive.lower.approximation.minimax import PRECISION, Problem, remez
from derive.lower.approximation.polynomials import (
    exponential_by_square,
    exponential_rest,
    logarithm_cubic,
    logarithm_rest,
)
from derive.lower.arithmetic.constants import SCALE, inverse_log2
from derive.vocabulary.kernel import Arithmetic, Builder, Node, constant

#: Arguments of the exponential for which k = 0, and only the polynomial is left: beyond, what is added to it is
#: positive and at least half of the result.
EXPONENTIAL_MIDDLE = (-0.5, 0.609375)

#: k is rounded from x / log(2) less this: r is in [-0.194, 0.4999], where its last bit is small beside the excess, and
#: 2^k - 1 - x is seldom above the binade of the excess.
SHIFT = 0.2207

#: The same for a factor exp(r), where r is in log(3/4) to log(3/2): exp(r) - 1 is a third of exp(r) at most.
WEIGHT_SHIFT = 0.085

#: Quotients are 2^k m with m in [11/16, 11/8]: on either side of k = 0 at most 1.1 ulp go before the last rounding.
LEAST_QUOTIENT = 0.6875
LOGARITHM_MIDDLE = (LEAST_QUOTIENT - 1.0 - 1e-5, 2 * LEAST_QUOTIENT - 1.0 + 1e-5)


@dataclass(frozen=True)
class Format:
    """A binary format, and the degrees of the polynomials that serve it."""

    name: str
    digits: int
    most: int  # numbers are below 2^most
    degrees: tuple[int, int]  # of the exponential's and of the logarithm's polynomial
    problems: Mapping[str, Problem] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        exponential, logarithm = self.degrees
        made = (
            Problem(
                "exponential",
                lambda x: 2 * exponential_rest(x),
                lambda x: abs(x) / (2 * exponential_by_square(x)) + arb(2) ** -self.digits,
                *EXPONENTIAL_MIDDLE,
                exponential,
            ),
            Problem(
                "logarithm",
                lambda t: 2 * logarithm_cubic(t),
                lambda t: abs(t) / (2 * logarithm_rest(t)) + arb(2) ** -self.digits,
                *LOGARITHM_MIDDLE,
                logarithm,
            ),
        )
        object.__setattr__(self, "problems", {problem.name: problem for problem in made})

    @cached_property
    def arithmetic(self) -> Arithmetic:
        """What an emitter prints of it."""
        return Arithmetic(self.name, self.digits, self.constants, self.polynomials)

    @cached_property
    def polynomials(self) -> dict[str, tuple[float, ...]]:
        """Coefficients that are numbers of the format, lowest first."""
        return {
            name: tuple(_rounded(c, self.digits) for c in remez(problem)) for name, problem in self.problems.items()
        }

    @cached_property
    def constants(self) -> dict[str, float]:
        """What depends on the format, by name."""
        ctx.prec = PRECISION
        log2 = arb.const_log2()
        bits = self.digits - 12 if self.digits < 53 else 40  # k of the exponential and of quotients has up to 12 bits
        head = float((log2 * 2**bits).floor().unique_fmpz()) * 2.0**-bits
        largest = float(int((self.most + 3.5) * 0.6932))
        enlarged = 16 if self.digits < 53 else 250
        least = 3 - self.most - self.digits  # the exponent of the smallest subnormal
        return {
            "log2_head": head,
            "log2_tail": _rounded(log2 - head, self.digits),
            "inverse_log2": _rounded(arb(inverse_log2()), self.digits),
            # Half of exp(x) is infinite from here on; below, exp(x) decides nothing but a rounding.
            "largest_exponent": largest,
            "largest_exponent_scaled": largest * SCALE,
            "smallest_exponent": -float(int(self.digits * 1.4)),
            # Beyond, a weight exp(x) decides alone that a result is 0 or infinite.
            "largest_weight": 2.5 * self.most,
            # Smaller ones are enlarged: their squares lose bits, more where subnormal numbers are flushed.
            "tiny": 2.0 ** (-47 if self.digits < 53 else -400),
            # The same of an eighth, which is what a square is taken of.
            "tiny_offset": 2.0 ** (-50 if self.digits < 53 else -403),
            "enlarge": 2.0**enlarged,
            "enlarge_twice": 2.0 ** (2 * enlarged),
            "reduce_twice": 2.0 ** (-2 * enlarged),
            "unscale_tiny": 0.5 / SCALE * 2.0 ** (-2 * enlarged),
            # In the sum of enlarged squares, an ulp of half the smallest subnormal.
            "above_half_subnormal": SCALE * 2.0 ** (least + 2 * enlarged - (self.digits - 1)),
            # Smaller logarithms are enlarged before their difference is taken, so that subnormal ones keep their bits.
            "tiny_linear": 2.0 ** (-92 if self.digits < 53 else -600),
            "enlarge_linear": 2.0 ** (59 if self.digits < 53 else 300),
            "reduce_linear": 2.0 ** (-59 if self.digits < 53 else -300),
            "unscale_linear": 1 / SCALE * 2.0 ** (-59 if self.digits < 53 else -300),
            "unscale_twice": 1 / SCALE * 2.0 ** (-2 * enlarged),
            "tiny_difference": 2.0 ** (-93 if self.digits < 53 else -560),
            "smallest_normal": 2.0 ** (2 - self.most),
            "smallest_subnormal": 2.0**least,
            "make_normal": 2.0**self.digits,
            "normal_shift": float(self.digits),
            "largest_power": float(self.most - 3),
            "smallest_power": float(2 - self.most),
            "largest_mean": 2.0 ** (self.most - 24),
            "largest_offset": 2.0 ** (self.most // 2 - 1),
            "largest_unit_offset": 2.0 ** (self.most // 2 + 2),
            "largest_shift": float(2 * self.most - 8),
            "no_exponent": -5.0 * self.most,
            "negligible": -100.0 if self.digits < 53 else -900.0,
            "far_below": -32.0 * self.most,
        }


def _rounded(value: arb, digits: int) -> float:
    middle = arb(value.mid())
    man, exponent = middle.man_exp()
    shift = int(abs(man)).bit_length() - digits
    units = int(float((middle / arb(2) ** (int(exponent) + shift)).mid().floor()))
    rest = middle / arb(2) ** (int(exponent) + shift) - units
    return float(units + (1 if rest > arb("0.5") else 0)) * 2.0 ** (int(exponent) + shift)


BINARY32 = Format("binary32", 24, 128, (5, 9))
BINARY64 = Format("binary64", 53, 1024, (11, 20))
FORMATS = (BINARY32, BINARY64)


def horner(b: Builder, format_: Format, name: str, x: Node) -> Node:
    """A polynomial of the format at x, by a product and a sum for each coefficient."""
    ordered = format_.polynomials[name]
    value: Node = constant(ordered[-1])
    for c in reversed(ordered[:-1]):
        value = value * x + c
    b.approximates[value] = (f"plain_{name}", x)
    return value
