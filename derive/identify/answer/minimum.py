"""Where a formula that is no divergence has its minimum, whether it has one, and a point at which it differs from the
divergence.

A sum of one quadratic in the mean, one multiple of log(std) and one power of std is minimised in closed form;
anything else numerically, which is said. The value at the counterexample is enclosed in a ball that excludes
equality.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import sympy as sp

from derive.identify.answer.numerics import form_value
from derive.identify.match import form as f
from derive.identify.match.decide import Algebra
from derive.identify.match.match import unmarked
from derive.identify.match.parameterisations import PARAMETERISATIONS
from derive.identify.match.readings import Gaussian, Reading
from derive.prove.ball import Undecided, evaluate


@dataclass(frozen=True)
class Minimum:
    """Where and how small; ``at`` None says that there is none, for the reason in ``words``."""

    at: Mapping[str, float] | None
    value: float | None
    words: str

    def as_json(self) -> dict[str, object] | None:
        return None if self.at is None else {"at": dict(self.at), "value": self.value}


def minimum(form: f.Form, reading: Reading) -> Minimum | None:
    """The minimum of a formula in one mean and one spread; None for other shapes."""
    gaussian = reading.first if reading.first.spread is not None else reading.second
    if reading.pair != "unit" or gaussian.spread is None or gaussian.scale is None:
        return None
    plain = unmarked(form)
    if any(g is not None and g[0] != "var" for g in (gaussian.mean, gaussian.spread)):
        return None
    if f.depends(plain) - f.variables((gaussian.mean, gaussian.spread)):
        return None
    parts = _separated(plain, gaussian.mean, gaussian.spread, PARAMETERISATIONS[gaussian.scale].positive)
    if parts is None or len(parts[3]) != 1:
        return _numerical(plain, gaussian)
    quadratic, linear, slope, powers, constant = parts
    name, mean = str(gaussian.spread[1]), str(gaussian.mean[1]) if gaussian.mean else None
    if quadratic < 0 or (quadratic == 0 and linear != 0):
        return Minimum(None, None, f"it has no minimum: it falls without bound in {mean}")
    ((rate, weight),) = powers.items()
    if weight <= 0 or slope * rate >= 0:
        falls = weight < 0 or slope != 0
        return Minimum(None, None, f"it has no minimum: it {'falls without bound' if falls else 'is flat'} in {name}")
    optimum = math.log(float(-slope / (weight * rate))) / float(rate)
    value = float(slope) * optimum + float(-slope / rate) + float(constant)
    if quadratic:
        value -= float(linear**2 / (4 * quadratic))
    at = {name: math.exp(optimum) if PARAMETERISATIONS[gaussian.scale].positive else optimum}
    if mean is not None:
        at = {mean: float(-linear / (2 * quadratic)) if quadratic else 0.0, **at}
    place = ", ".join(f"{k} = {v:.6g}" for k, v in at.items())
    return Minimum(at, value, f"its minimum is {value:.6g}, at {place}")


def _separated(
    form: f.Form, mean: f.Generator | None, spread: f.Generator, positive: bool
) -> tuple[Fraction, Fraction, Fraction, dict[Fraction, Fraction], Fraction] | None:
    """A m^2 + B m + C l + sum of D_k exp(k l) + E with l = log(spread) for positive spreads, else the spread itself."""
    log_place = f.generator("log", spread) if positive else spread
    exp_place = spread if positive else f.generator("exp", frozenset([(spread, Fraction(1))]))
    quadratic, linear, slope = ((mean, Fraction(2)), (mean, Fraction(1)), (log_place, Fraction(1)))
    found: dict[tuple[f.Generator | None, Fraction], Fraction] = {}
    powers: dict[Fraction, Fraction] = {}
    for term, value in form.items():
        place = next(iter(term), None)
        if place in (quadratic, linear, slope) and len(term) == 1:
            found[place] = value
        elif place is not None and place[0] == exp_place and len(term) == 1:
            powers[place[1]] = value
        elif place is not None:
            return None
    zero = Fraction(0)
    first, second, third = (found.get(place, zero) for place in (quadratic, linear, slope))
    return first, second, third, powers, form.get(f.ONE, zero)


#: What a sum of a few numbers near 1 may be off, as computed: a minimum below is told as 0.
ROUNDING = 1e-12
#: Steps of the search for a minimum: a tenth of them is enough where it is no long valley.
_MOVES = 1_000


def _numerical(form: f.Form, gaussian: Gaussian) -> Minimum | None:
    """A search on a grid, then by halving steps; a formula still falling at the edge of a wide box is taken to have
    no minimum.
    """
    assert gaussian.spread is not None and gaussian.scale is not None
    positive = PARAMETERISATIONS[gaussian.scale].positive
    names = [str(g[1]) for g in (gaussian.mean, gaussian.spread) if g is not None]

    def value(point: list[float]) -> float:
        at = dict(zip(names, point, strict=True))
        if positive:
            at[names[-1]] = math.exp(at[names[-1]])
        try:
            result = form_value(form, at)
        except (OverflowError, ValueError, ZeroDivisionError, KeyError, TypeError):
            return math.inf
        return math.inf if math.isnan(result) else result

    axis = [k / 2 for k in range(-16, 17)]
    grid = [[m, s] for m in axis for s in axis] if len(names) == 2 else [[s] for s in axis]
    best = min(grid, key=value)
    if math.isinf(value(best)):
        return None
    step = 0.5
    ways = list(product((-1, 0, 1), repeat=len(best)))
    for _ in range(_MOVES):
        if step <= 1e-9:
            break
        candidate = min(([x + step * way for x, way in zip(best, each, strict=True)] for each in ways), key=value)
        if value(candidate) < value(best):
            best = candidate
            if max(map(abs, best)) > 60:
                k = max(range(len(best)), key=lambda i: abs(best[i]))
                return Minimum(
                    None, None, f"it has no minimum within reach: it keeps falling in {names[k]} (found numerically)"
                )
        else:
            step /= 2
    else:
        return None  # a valley too long to be walked through
    at = dict(zip(names, best, strict=True))
    if positive:
        at[names[-1]] = math.exp(at[names[-1]])
    place = ", ".join(f"{k} = {v:.6g}" for k, v in at.items())
    lowest = value(best) if abs(value(best)) > ROUNDING else 0.0
    return Minimum(at, lowest, f"its minimum is {lowest:.6g}, at {place} (found numerically)")


_TRIALS = (Fraction(1), Fraction(1, 2), Fraction(2), Fraction(3, 2))


def counterexample(formula: sp.Expr, algebra: Algebra, reading: Reading) -> dict[str, object] | None:
    """A point at which the formula and the divergence differ for certain: ``{"point", "formula", "kl"}``."""
    divergence = algebra.divergence(reading)
    symbols = sorted((formula.free_symbols | divergence.free_symbols), key=lambda s: s.name)
    for shift in range(len(_TRIALS)):
        point = {s: sp.Rational(*_TRIALS[(i + shift) % len(_TRIALS)].as_integer_ratio()) for i, s in enumerate(symbols)}
        try:
            got, truth = evaluate(formula, point, 128), evaluate(divergence, point, 128)
        except (Undecided, ZeroDivisionError):
            continue
        difference = got - truth
        if got.is_finite() and truth.is_finite() and not difference.contains(0) and abs(float(difference.mid())) > 1e-3:
            return {
                "point": {s.name: float(v) for s, v in point.items()},
                "formula": float(got.mid()),
                "kl": float(truth.mid()),
            }
    return None
