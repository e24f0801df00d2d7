"""The polynomials of the kernels: what each approximates, where, and its certified coefficients."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import factorial

import sympy as sp
from flint import arb

from derive.lower.approximation.minimax import Problem, remez, round_jointly
from derive.vocabulary.kernel import Builder, Node, Polynomial, constant, fma

#: log 2 / 2, and a little more for arguments that a rounded quotient sends to the neighbouring integer.
REDUCED_EXPONENT = 0.34658

#: ((sqrt 2 - 1) / (sqrt 2 + 1))^2 with the same allowance.
REDUCED_ATANH_SQUARED = 0.02945


def exponential_rest(x: arb) -> arb:
    """((exp(x) - 1 - x) / x^2 - 1/2) / x, by its Taylor series (40 terms: the rest is below 2^-200 for |x| < 1)."""
    total, power = arb(0), arb(1)
    for j in range(40):
        total += power / factorial(j + 3)
        power *= x
    return total


def atanh_rest(w: arb) -> arb:
    """(log((1 + f)/(1 - f)) - 2 f) / (2 f^3) at w = f^2, by its series.

    100 terms: the rest is below 2^-170 for w < 0.3.
    """
    total, power = arb(0), arb(1)
    for j in range(100):
        total += power / (2 * j + 3)
        power *= w
    return total


#: Its error is seen in expm1mx(x) = x^2 (1/2 + x p(x)), relative to the bracket.
EXPONENTIAL = Problem(
    "exponential_rest",
    exponential_rest,
    lambda x: abs(x) / (arb(1) / 2 + x * exponential_rest(x)) + arb(2) ** -40,
    -REDUCED_EXPONENT,
    REDUCED_EXPONENT,
    9,
)

#: Where k is rounded from (x - SHIFT) / log 2, the reduced argument of x = k log 2 + r is in [log 2 - 1, 2 log 2 - 1],
#: with the same allowance: 2^k - 1 - k log 2 + (2^k - 1) r is then never negative.
SHIFT = 0.0397
SHIFTED_EXPONENT = (-0.30688, 0.38630)

#: Its error is seen in expm1mx(x) = x^2/2 (1 + x p(x)), relative to the bracket.
SHIFTED_EXPONENTIAL = Problem(
    "exponential_rest_shifted",
    lambda x: 2 * exponential_rest(x),
    lambda x: abs(x) / (1 + 2 * x * exponential_rest(x)) + arb(2) ** -40,
    *SHIFTED_EXPONENT,
    9,
)

#: Its error is seen in t f - 2 f^3 p(f^2), of which the second term is at most 5%.
ATANH = Problem("atanh_rest", atanh_rest, lambda w: arb(1), 0.0, REDUCED_ATANH_SQUARED, 7)

#: For quotients in [2/3, 3/2], where no square root of 2 is compared with: |f| <= 1/5.
WIDER_ATANH = Problem("atanh_rest_wider", atanh_rest, lambda w: arb(1), 0.0, 0.04 + 1e-9, 7)


def logarithm_rest(t: arb) -> arb:
    """(t - log(1 + t))/t^2, by its series (260 terms: the rest is below 2^-250 for |t| <= 1/2)."""
    total, power = arb(0), arb(1)
    for j in range(260):
        total += power / (j + 2)
        power *= -t
    return total


def logarithm_cubic(t: arb) -> arb:
    """((t - log(1 + t))/t^2 - 1/2)/t, by its series (260 terms: the rest is below 2^-250 for |t| <= 1/2)."""
    total, power = arb(0), arb(1)
    for j in range(260):
        total -= power / (j + 3)
        power *= -t
    return total


def exponential_by_square(x: arb) -> arb:
    """(exp(x) - 1 - x) / x^2."""
    return arb(1) / 2 + x * exponential_rest(x)


#: For binary32 results, computed in binary64: errors relative to the function.
NARROW_EXPONENTIAL = Problem(
    "expm1mx_by_square_narrow",
    exponential_by_square,
    lambda x: 1 / exponential_by_square(x),
    -REDUCED_EXPONENT,
    REDUCED_EXPONENT,
    6,
)
NARROW_LOGARITHM = Problem(
    "minus_log_by_square", logarithm_rest, lambda t: 1 / logarithm_rest(t), -0.33334, 0.50001, 13
)

#: For NumPy, between two entries of a table: in steps of 1/256 for exponentials, of a 256th of a binade for logarithms.
#: Steps so short that the polynomials are short, so long that the entries in use stay in the cache.
STEPS = 256.0
STEP_EXPONENTIAL = Problem(
    "exponential_rest_step",
    lambda r: exponential_rest(r / STEPS) * 2 / STEPS,
    lambda r: abs(r) / (2 * exponential_by_square(r / STEPS)) + arb(2) ** -40,
    -1.0,
    1.0,
    3,
)
STEP_LOGARITHM = Problem(
    "logarithm_rest_step",
    lambda t: 2 * logarithm_cubic(t),
    lambda t: abs(t) / (2 * logarithm_rest(t)) + arb(2) ** -40,
    -1.0 / STEPS - 2.0**-40,
    1.0 / STEPS + 2.0**-40,
    4,
)


@cache
def coefficients(problem: Problem) -> tuple[float, ...]:
    """Binary64 coefficients, lowest first."""
    return tuple(round_jointly(problem, remez(problem)))


def horner(b: Builder, problem: Problem, x: Node, note: str) -> Node:
    """The polynomial at x, by fused Horner steps, one statement each."""
    ordered = coefficients(problem)
    value: Node = constant(ordered[-1])
    for degree in range(len(ordered) - 2, -1, -1):
        value = b.let(f"p{degree}", fma(value, x, ordered[degree]), note)
        note = ""
    b.approximates[value] = (problem.name, x)
    return value


def plain_horner(b: Builder, problem: Problem, x: Node, note: str) -> Node:
    """The polynomial at x, by Horner steps of a product and a sum each: NumPy has no FMA."""
    ordered = coefficients(problem)
    value: Node = constant(ordered[-1])
    for degree in range(len(ordered) - 2, -1, -1):
        value = b.let(f"p{degree}", value * x + ordered[degree], note)
        note = ""
    b.approximates[value] = (problem.name, x)
    return value


def _odd_rest(f: sp.Expr) -> sp.Expr:
    return (sp.log((1 + f) / (1 - f)) - 2 * f) / (2 * f**3)


#: What each polynomial stands for, as an expression. The atanh ones are given f through w = f^2.
MEANINGS: dict[str, Callable[[sp.Expr], sp.Expr]] = {
    EXPONENTIAL.name: lambda x: ((sp.exp(x) - 1 - x) / x**2 - sp.Rational(1, 2)) / x,
    SHIFTED_EXPONENTIAL.name: lambda x: (2 * (sp.exp(x) - 1 - x) / x**2 - 1) / x,
    NARROW_EXPONENTIAL.name: lambda x: (sp.exp(x) - 1 - x) / x**2,
    NARROW_LOGARITHM.name: lambda t: (t - sp.log(1 + t)) / t**2,
    STEP_EXPONENTIAL.name: lambda r: (2**17 * (sp.exp(r / 256) - 1 - r / 256) / r**2 - 1) / r,
    STEP_LOGARITHM.name: lambda t: (2 * (t - sp.log(1 + t)) / t**2 - 1) / t,
    "plain_exponential": lambda x: (2 * (sp.exp(x) - 1 - x) / x**2 - 1) / x,
    "plain_logarithm": lambda t: (2 * (t - sp.log(1 + t)) / t**2 - 1) / t,
    WIDER_ATANH.name: lambda w: _odd_rest(_root(w)),
    ATANH.name: lambda w: _odd_rest(_root(w)),
}


def _root(square: sp.Expr) -> sp.Expr:
    """f of f^2, where the square is seen as such; either sign serves, the function is even."""
    if square.is_Pow and (square.exp / 2).is_integer:
        return square.base ** (square.exp / 2)
    return sp.Mul(*(_root(factor) for factor in square.args)) if square.is_Mul else sp.sqrt(square)


def polynomials() -> tuple[Polynomial, ...]:
    """All of them, with the coefficients that the kernels have."""
    exponential = (EXPONENTIAL, SHIFTED_EXPONENTIAL, NARROW_EXPONENTIAL, STEP_EXPONENTIAL)
    problems = (*exponential, ATANH, WIDER_ATANH, NARROW_LOGARITHM, STEP_LOGARITHM)
    return tuple(Polynomial(p.name, coefficients(p), p.lower, p.upper) for p in problems)
