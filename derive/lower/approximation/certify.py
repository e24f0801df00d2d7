"""A proved bound for the error of a polynomial: exact rational arithmetic for what cancels, balls for the rest.

The difference of polynomial and Taylor series is itself a polynomial with rational coefficients, formed exactly; only
then is it evaluated, box by box, in mean value form. The series' own rest is bounded by a geometric series.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flint import arb, arb_poly, ctx, fmpq

from derive.lower.approximation.minimax import Problem

_PRECISION = 160
_TERMS = 64
_BOXES = 512


@dataclass(frozen=True)
class Certificate:
    """``weight |p - f| <= error`` on the problem's interval, shown on this many boxes."""

    error: arb
    boxes: int


def box(lower: arb, upper: arb) -> arb:
    """The ball with these ends."""
    return (lower + upper) / 2 + arb(0, ((upper - lower) / 2).abs_upper())


def subdivision(lower: float, upper: float, count: int) -> list[arb]:
    """``count`` balls that cover the interval."""
    low, width = arb(lower), (arb(upper) - arb(lower)) / count
    return [box(low + i * width, low + (i + 1) * width) for i in range(count)]


def certify(
    problem: Problem,
    coefficients: Sequence[float],
    series: Callable[[int], fmpq],
    boxes: int = _BOXES,
    *,
    expanded: bool = False,
) -> Certificate:
    """Bound the weighted error of the polynomial against sum_j series(j) x^j, of positive decreasing coefficients.

    ``expanded`` takes the whole Taylor polynomial on a box: of a degree of 20, the slope on a box is known too badly.
    """
    ctx.prec = _PRECISION
    exact = [fmpq(*c.as_integer_ratio()) for c in coefficients] + [fmpq(0)] * (_TERMS - len(coefficients))
    difference = arb_poly([c - series(j) for j, c in enumerate(exact)])
    slope = difference.derivative()
    reach = arb(max(abs(problem.lower), abs(problem.upper)))
    rest = arb(series(_TERMS)) * reach**_TERMS / (1 - reach)
    worst = arb(0)
    for piece in subdivision(problem.lower, problem.upper, boxes):
        middle = arb(piece.mid())
        if expanded:
            error = difference(arb_poly([middle, 1]))(piece - middle)
        else:
            error = difference(middle) + slope(piece) * (piece - middle)
        error += arb(0, rest.abs_upper())
        worst = arb(max(worst.abs_upper(), (error * problem.weight(piece)).abs_upper()))
    return Certificate(worst, boxes)
