"""Evaluation in ball arithmetic: a number and a bound for its error, at exact rational points.

A ball that excludes zero is a proof that a difference is not zero; a ball that contains zero proves nothing. This is
the second opinion on every decision of :mod:`derive.prove.normal_form`, and the only thing that may refute a claim.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from math import factorial
from typing import Any

import flint
import sympy as sp

from derive.errors import CheckFailed

Point = Mapping[sp.Symbol, sp.Rational]
Ball = flint.arb
#: Points with values for these symbols, the same for the same seed.
Source = Callable[[Iterable[sp.Symbol], int], Iterator[dict[sp.Symbol, sp.Rational]]]

# At 128 bits a cancellation of 30 digits still leaves a ball that excludes zero; the last is for the hopeless.
_PRECISIONS = (128, 512, 2048)
_LARGEST = flint.arb(2) ** 40  # argument of an exponential


class Undecided(CheckFailed):
    """What could not be decided, and at which subexpression. Neither a proof nor a refutation."""

    def __init__(self, why: str, expr: object = None) -> None:
        super().__init__(f"undecided: {why}" + ("" if expr is None else f": {expr}"))
        self.why = why
        self.expr = expr


def evaluate(expr: sp.Expr, point: Mapping[sp.Symbol, sp.Rational | int | Fraction], prec: int = 128) -> flint.arb:
    """A ball that contains the value of ``expr`` at ``point``, computed with ``prec`` bits.

    A value that is not a real number (log of a negative number, 0/0) gives a ball that is not finite.

    Raises
    ------
    Undecided : a symbol without a value, or a function without an enclosure; the message names it.
    """
    values = {symbol: flint.fmpq(int(q.numerator), int(q.denominator)) for symbol, q in point.items()}
    with flint.ctx.workprec(prec):
        try:
            value: flint.arb = _ball(sp.sympify(expr), {symbol: flint.arb(q) for symbol, q in values.items()})
        except RecursionError:
            raise Undecided("the expression is nested too deeply") from None
    return value


def derivative(expr: sp.Expr, by: sp.Symbol, order: int, point: Point, prec: int = 128) -> flint.arb:
    """A ball for the derivative at ``point``, from the power series of ``expr`` there: no formula is differentiated."""
    with flint.ctx.workprec(prec):
        known: dict[sp.Basic, Any] = {symbol: flint.arb(flint.fmpq(int(q.p), int(q.q))) for symbol, q in point.items()}
        known[by] = flint.arb_series([known[by], 1], prec=order + 1)
        series = _ball(expr, known)
        if isinstance(series, flint.arb):
            return flint.arb(0) if series.is_finite() else series
        coefficient: flint.arb = series[order]
        return coefficient * factorial(order)


def _pow(base: sp.Expr, exponent: sp.Expr, known: dict[sp.Basic, Any]) -> Any:
    if base is sp.E:
        return _exponential(_ball(exponent, known))
    if exponent.is_Integer:
        value, n = _ball(base, known), int(exponent)
        return value**n if n >= 0 else 1 / value**-n
    if exponent == sp.Rational(1, 2):
        return _ball(base, known).sqrt()
    if exponent == sp.Rational(-1, 2):
        return _ball(base, known).rsqrt()
    return _exponential(_ball(exponent, known) * _ball(base, known).log())


def _exponential(x: Any) -> Any:
    """exp(x) where its exponent can be held; no number otherwise: exp(exp(exp(exp(3)))) ends at once."""
    size = abs(x if isinstance(x, flint.arb) else x[0])
    if isinstance(x, flint.arb) and x < -_LARGEST:
        return flint.arb(0, (-_LARGEST).exp().upper())  # between 0 and that
    return x.exp() if size < _LARGEST else x * flint.arb("nan")


def _exp_minus_one(x: Any) -> Any:
    return x.expm1() if isinstance(x, flint.arb) and abs(x) < _LARGEST else _exponential(x) - 1


def _log_of_one_plus(x: Any) -> Any:
    return x.log1p() if isinstance(x, flint.arb) else (1 + x).log()


#: Each works on balls, and, but for absolute value and sign, on power series with balls as coefficients.
_FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "exp": _exponential,
    "log": lambda x: x.log(),
    "erf": lambda x: x.erf(),
    "erfc": lambda x: x.erfc(),
    "sin": lambda x: x.sin(),
    "cos": lambda x: x.cos(),
    "sinh": lambda x: (_exponential(x) - _exponential(-x)) / 2,
    "cosh": lambda x: (_exponential(x) + _exponential(-x)) / 2,
    "tanh": lambda x: _exp_minus_one(2 * x) / (_exp_minus_one(2 * x) + 2),
    "atanh": lambda x: (_log_of_one_plus(x) - _log_of_one_plus(-x)) / 2,
    "expm1": _exp_minus_one,
    "log1p": _log_of_one_plus,
    "expm1mx": lambda x: _exp_minus_one(x) - x,
    "log1pmx": lambda x: _log_of_one_plus(x) - x,
    "exp2": lambda x: _exponential(x * flint.arb.const_log2()),
    "log2": lambda x: x.log() / flint.arb.const_log2(),
    "log10": lambda x: x.log() / flint.arb.const_log10(),
    "Abs": abs,
    "sign": lambda x: x.sgn(),
    "factorial": lambda x: (x + 1).gamma(),
}


def _ball(expr: sp.Expr, known: dict[sp.Basic, Any]) -> Any:
    found = known.get(expr)
    if found is not None:
        return found
    if expr.is_Add:
        value = sum((_ball(term, known) for term in expr.args), flint.arb(0))
    elif expr.is_Mul:
        value = flint.arb(1)
        for factor in expr.args:
            value = value * _ball(factor, known)
    elif expr.is_Pow:
        value = _pow(expr.base, expr.exp, known)
    elif expr.is_Rational:
        return flint.arb(flint.fmpq(int(expr.p), int(expr.q)))
    elif expr.is_Float:
        exact = sp.Rational(expr)
        return flint.arb(flint.fmpq(int(exact.p), int(exact.q)))
    elif expr is sp.pi:
        return flint.arb.pi()
    elif expr is sp.E:
        return flint.arb.const_e()
    elif expr.is_Function and len(expr.args) == 1 and type(expr).__name__ in _FUNCTIONS:
        value = _FUNCTIONS[type(expr).__name__](_ball(expr.args[0], known))
    elif expr.is_Symbol:
        raise Undecided("no value was given for this symbol", expr)
    else:
        raise Undecided("no enclosure is known for this expression", expr)
    known[expr] = value
    return value


# --- points ------------------------------------------------------------------------------------------------------


def _coordinate(symbol: sp.Symbol, rng: random.Random) -> sp.Rational:
    if symbol.is_integer:
        low = 1 if symbol.is_positive else 0 if symbol.is_nonnegative else -8
        return sp.Integer(rng.randint(low, 8))
    near_zero = 16 if rng.random() < 0.25 else 1
    magnitude = sp.Rational(rng.randint(1, 96), 32 * near_zero)
    return magnitude if symbol.is_positive or rng.random() < 0.5 else -magnitude


def points(symbols: Iterable[sp.Symbol], seed: int = 0) -> Iterator[dict[sp.Symbol, sp.Rational]]:
    """Random rational points, each symbol in its domain ; the same for the same seed."""
    ordered = sorted(symbols, key=lambda symbol: str(symbol.name))
    rng = random.Random(seed)
    while True:
        yield {symbol: _coordinate(symbol, rng) for symbol in ordered}


def defined_points(
    expr: sp.Expr, count: int, seed: int = 0, among: Source = points
) -> Iterator[tuple[dict[sp.Symbol, sp.Rational], flint.arb]]:
    """Up to ``count`` random points at which ``expr`` is a real number, each with its ball at the first precision.

    Points outside the domain are passed over; after eight times as many tries as were asked for there are no more.
    """
    symbols = expr.free_symbols
    tries = 8 * count if symbols else 1
    for point, _ in zip(among(symbols, seed), range(tries), strict=False):
        ball = evaluate(expr, point, _PRECISIONS[0])
        if ball.is_finite():
            yield point, ball
            count -= 1
            if count == 0:
                return


def excludes_zero(expr: sp.Expr, point: Point) -> bool:
    """Whether, at some precision up to 2048 bits, the ball of ``expr`` at ``point`` excludes zero."""
    for prec in _PRECISIONS:
        ball = evaluate(expr, point, prec)
        if ball.is_finite() and not ball.contains(0):
            return True
    return False


def witness(
    expr: sp.Expr, count: int = 8, seed: int = 0, among: Source = points
) -> tuple[dict[sp.Symbol, sp.Rational], flint.arb] | None:
    """A point at which a ball excludes zero, with that ball; None where none of ``count`` points gives one."""
    for point, ball in defined_points(expr, count, seed, among):
        if not ball.contains(0):
            return point, ball
        if excludes_zero(expr, point):
            return point, evaluate(expr, point, _PRECISIONS[-1])
    return None
