"""Evaluation in ball arithmetic: a number and a bound for its error, at exact rational points.

A ball that excludes zero is a proof that a difference is not zero; a ball that contains zero proves nothing. This is
the second opinion on every decision of :mod:`derive.prove.normal_form`, and the only thing that may refute a claim.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

import flint
import sympy as sp

from derive.errors import CheckFailed

Point = Mapping[sp.Symbol, sp.Rational]

# At 128 bits a cancellation of 30 digits still leaves a ball that excludes zero; the last is for the hopeless.
_PRECISIONS = (128, 512, 2048)


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
            return _ball(sp.sympify(expr), {symbol: flint.arb(q) for symbol, q in values.items()})
        except RecursionError:
            raise Undecided("the expression is nested too deeply") from None


def _pow(base: sp.Expr, exponent: sp.Expr, known: dict[sp.Basic, flint.arb]) -> flint.arb:
    if base is sp.E:
        return _ball(exponent, known).exp()
    if exponent.is_Integer:
        ball, n = _ball(base, known), int(exponent)
        if ball.contains(0) and n <= 0:
            return flint.arb.nan()
        return ball**n
    if exponent == sp.Rational(1, 2):
        return _ball(base, known).sqrt()
    if exponent == sp.Rational(-1, 2):
        return _ball(base, known).rsqrt()
    return (_ball(exponent, known) * _ball(base, known).log()).exp()


_FUNCTIONS = {
    "exp": flint.arb.exp,
    "log": flint.arb.log,
    "erf": flint.arb.erf,
    "erfc": flint.arb.erfc,
    "sinh": flint.arb.sinh,
    "cosh": flint.arb.cosh,
    "tanh": flint.arb.tanh,
    "atanh": flint.arb.atanh,
    "expm1": flint.arb.expm1,
    "log1p": flint.arb.log1p,
    "expm1mx": lambda x: x.expm1() - x,
    "log1pmx": lambda x: x.log1p() - x,
    "exp2": lambda x: (x * flint.arb.const_log2()).exp(),
    "log2": lambda x: x.log() / flint.arb.const_log2(),
    "log10": lambda x: x.log() / flint.arb.const_log10(),
    "Abs": abs,
}


def _ball(expr: sp.Expr, known: dict[sp.Basic, flint.arb]) -> flint.arb:
    found = known.get(expr)
    if found is not None:
        return found
    if expr.is_Add:
        value = flint.arb(0)
        for term in expr.args:
            value += _ball(term, known)
    elif expr.is_Mul:
        value = flint.arb(1)
        for factor in expr.args:
            value *= _ball(factor, known)
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
        argument = _ball(expr.args[0], known)
        value = _FUNCTIONS[type(expr).__name__](argument)
    elif expr.is_Symbol:
        raise Undecided("no value was given for this symbol", expr)
    else:
        raise Undecided("no enclosure is known for this expression", expr)
    known[expr] = value
    return value


# --- points ------------------------------------------------------------------------------------------------------


def _coordinate(symbol: sp.Symbol, rng: random.Random, spread: int) -> sp.Rational:
    if symbol.is_integer:
        low = 1 if symbol.is_positive else -8
        return sp.Integer(rng.randint(low, 8))
    magnitude = sp.Rational(rng.randint(1, 96 * spread), 32)
    return magnitude if symbol.is_positive or rng.random() < 0.5 else -magnitude


def points(symbols: Iterable[sp.Symbol], seed: int = 0, spread: int = 1) -> Iterator[dict[sp.Symbol, sp.Rational]]:
    """Random rational points, each symbol in its domain (positive, integer, real); the same for the same seed."""
    ordered = sorted(symbols, key=lambda symbol: str(symbol.name))
    rng = random.Random(seed)
    while True:
        yield {symbol: _coordinate(symbol, rng, spread) for symbol in ordered}


def defined_points(
    expr: sp.Expr, count: int, seed: int = 0
) -> Iterator[tuple[dict[sp.Symbol, sp.Rational], flint.arb]]:
    """Up to ``count`` random points at which ``expr`` is a real number, each with its ball at the first precision.

    Points outside the domain are passed over; after eight times as many tries as were asked for there are no more.
    """
    symbols = expr.free_symbols
    tries = 8 * count if symbols else 1
    for point, _ in zip(points(symbols, seed), range(tries), strict=False):
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


def witness(expr: sp.Expr, count: int = 8, seed: int = 0) -> tuple[dict[sp.Symbol, sp.Rational], flint.arb] | None:
    """A point at which a ball excludes zero, with that ball; None where none of ``count`` points gives one."""
    for point, ball in defined_points(expr, count, seed):
        if not ball.contains(0):
            return point, ball
        if excludes_zero(expr, point):
            return point, evaluate(expr, point, _PRECISIONS[-1])
    return None
