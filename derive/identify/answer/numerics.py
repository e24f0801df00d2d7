"""How many digits a formula, evaluated as written, loses near its optimum, and how to write it so that it loses none.

The tree is evaluated operation by operation in binary64 and binary32 at points a distance 1e-3 and 1e-6 from the
optimum, and compared with the exact value of the divergence at the same floating-point arguments, enclosed in a ball.
The stable spelling rests on the proved rule KL = (expm1mx(x) + mean term)/2 with x = log(variance1/variance2) formed
without cancellation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from derive.identify.answer.spelling import spread_source
from derive.identify.match import form as f
from derive.identify.match.decide import Algebra, decided
from derive.identify.match.estimators import Estimate
from derive.identify.match.expand import Expander
from derive.identify.match.match import Match, unmarked
from derive.identify.match.parameterisations import PARAMETERISATIONS
from derive.identify.match.readings import Reading
from derive.identify.match.shown import show, show_generator
from derive.identify.read.limits import NotUnderstood
from derive.identify.read.text import Framework, around, source
from derive.identify.read.tree import (
    Apply,
    Binary,
    Clamp,
    Constant,
    Named,
    Negate,
    Node,
    Number,
    Reduce,
    Symbol,
    symbols,
)
from derive.prove.ball import Undecided, evaluate

DISTANCES = (1e-3, 1e-6)
PRECISIONS = {"binary64": (np.float64, 2.0**-53), "binary32": (np.float32, 2.0**-24)}
_DIRECTIONS = ((1.0, 0.7), (-0.6, 1.0), (0.3, -0.9), (0.8, 0.55))


@dataclass(frozen=True)
class Loss:
    """Decimal digits lost at worst, of those that the precision has."""

    precision: str
    distance: float
    digits: float
    available: float


def rounded(node: Node, values: Mapping[str, Any], dtype: type) -> Any:
    """The value of a tree with every operation rounded to ``dtype``; one entry, so reductions do nothing."""
    match node:
        case Number(value=value):
            return dtype(float(value))
        case Symbol(name=name):
            return values[name]
        case Constant():
            return dtype(math.pi)
        case Named(value=value):
            return rounded(value, values, dtype)
        case Negate(part=part):
            return -rounded(part, values, dtype)
        case Reduce(arg=arg) | Clamp(arg=arg):
            return rounded(arg, values, dtype)
        case Binary(op=op, left=left, right=right):
            a, b = rounded(left, values, dtype), rounded(right, values, dtype)
            return a + b if op == "+" else a - b if op == "-" else a * b if op == "*" else a / b if op == "/" else a**b
        case Apply(fn=fn, arg=arg):
            x = rounded(arg, values, dtype)
            one = dtype(1)
            table: dict[str, Callable[[Any], Any]] = {
                "exp": np.exp,
                "log": np.log,
                "expm1": np.expm1,
                "log1p": np.log1p,
                "sqrt": np.sqrt,
                "square": np.square,
                "abs": np.abs,
                "rsqrt": lambda y: one / np.sqrt(y),
                "reciprocal": lambda y: one / y,
                "softplus": lambda y: np.logaddexp(dtype(0), y),
                "log10": np.log10,
                "log2": np.log2,
                "expm1mx": lambda y: dtype(_expm1mx(float(y))),
                "log1pmx": lambda y: dtype(_log1pmx(float(y))),
            }
            return table[fn](x)
    raise KeyError(type(node).__name__)


def _expm1mx(x: float) -> float:
    """exp(x) - 1 - x; near 0 by its series."""
    return math.fsum(x**k / math.factorial(k) for k in range(2, 20)) if abs(x) < 0.5 else math.expm1(x) - x


def _log1pmx(x: float) -> float:
    """log(1 + x) - x; near 0 by its series."""
    return -math.fsum((-x) ** k / k for k in range(2, 40)) if abs(x) < 0.25 else math.log1p(x) - x


def _optimum(scale: str) -> float:
    return {"softplus": math.log(math.e - 1)}.get(scale, 1.0 if PARAMETERISATIONS[scale].positive else 0.0)


def _points(reading: Reading, distance: float) -> Iterator[dict[str, float]]:
    """Arguments at this distance from the optimum: (0, 1) for the unit pair, two nearly equal Gaussians otherwise."""
    a, b = reading.first, reading.second
    for towards_mean, towards_scale in _DIRECTIONS:
        point: dict[str, float] = {}
        both = a.spread is not None and b.spread is not None
        apart = both and not reading.relative
        for index, gaussian in enumerate((a, b)):
            step = distance if index == 0 or not both else 0.0
            if gaussian.mean is not None:
                point[str(gaussian.mean[1])] = (0.7 if a.mean and b.mean else 0.0) + step * towards_mean
            if gaussian.spread is not None and gaussian.scale is not None:
                base = _optimum(gaussian.scale)
                base = base * 1.25 + (0.5 if base == 0 else 0.0) if apart else base
                point[str(gaussian.spread[1])] = base + step * towards_scale * (base if apart and base else 1.0)
        yield point


def optimum(reading: Reading) -> dict[str, float]:
    """The arguments at which the divergence is 0."""
    return next(_points(reading, 0.0))


#: A formula cancels where at this distance from its minimum it has a larger relative error than this in float32.
_NEAR = 1e-4


def cancels(node: Node, match: Match) -> bool:
    """Whether a formula loses its digits near its minimum, evaluated as it is written."""
    if any(g[0] != "var" for g in match.reading.roles):
        return False

    def exact(values: Mapping[str, float]) -> float:
        value = form_value(match.reading.form, values) * form_value(unmarked(match.factor), values)
        return value + form_value(unmarked(match.offset), values)

    return any(_far(node, values, exact) for values in _points(match.reading, _NEAR))


def difference_cancels(node: Node, estimate: Estimate) -> bool:
    """The same for a k3 estimator."""
    point = dict.fromkeys(estimate.variables, 0.5)
    point[estimate.variables[0]] = 0.5 + _NEAR if len(point) == 2 else 1 + _NEAR if estimate.ratio else _NEAR
    return _far(node, point, lambda values: _of_the_difference(estimate, values))


def _of_the_difference(estimate: Estimate, values: Mapping[str, float]) -> float:
    assert estimate.argument is not None
    x = float(rounded(estimate.argument, {n: np.float64(v) for n, v in values.items()}, np.float64))
    return _expm1mx(x) * form_value(unmarked(estimate.factor), values)


def stable_difference(node: Node, estimate: Estimate, fw: Framework) -> str:
    """A k3 estimator without cancellation, in its reductions; "" where none is known to be right."""
    if fw.foreign or estimate.argument is None:
        return ""
    factor = show(unmarked(estimate.factor))
    lead = {"1": "", "-1": "-"}.get(factor, f"({factor})*")
    line = around(node, f"{lead}expm1mx({source(estimate.argument, fw)})", fw)
    tree = _again(line)
    if tree is None:
        return ""
    expander = Expander()
    exact = expander.form(Apply(None, "expm1mx", estimate.argument))
    right = unmarked(expander.form(tree)) == unmarked(f.multiply(estimate.factor, exact))
    return f"{expm1mx_source(fw)}{line}" if right else ""


def _far(node: Node, point: Mapping[str, float], exact: Callable[[Mapping[str, float]], float]) -> bool:
    given = {name: np.float32(point.get(name, 1.0)) for name in symbols(node)}
    try:
        with np.errstate(all="ignore"):
            got = float(rounded(node, given, np.float32))
        want = exact({name: float(value) for name, value in given.items()})
    except (KeyError, ValueError, ZeroDivisionError, OverflowError):
        return True
    return not abs(got - want) <= _NEAR * abs(want)


def losses(node: Node, algebra: Algebra, match: Match) -> list[Loss]:
    """Digits lost as written; [] where the formula has other parameters, an offset, or a fixed second Gaussian, or a
    value that no format has at any point.
    """
    reading = match.reading
    names = {str(g[1]) for g in reading.roles}
    if match.offset or reading.fixed_variance is not None or any(g[0] != "var" for g in reading.roles):
        return []
    if len({scale for _, scale in reading.scales}) != 1 and not reading.relative:
        return []
    others = f.variables(tuple(match.factor)) | {s.name for s in algebra.tree(node).free_symbols} - names
    if others - f.variables(tuple(match.factor)) - names:
        return []
    exact = algebra.divergence(reading) * algebra.form(unmarked(match.factor))
    found = []
    with np.errstate(all="ignore"):
        for precision, (dtype, unit) in PRECISIONS.items():
            for distance in DISTANCES:
                lost = []
                for point in _points(reading, distance):
                    values = {name: dtype(v) for name, v in point.items()} | {name: dtype(1) for name in others}
                    try:
                        got = float(rounded(node, values, dtype))
                        ball = evaluate(exact, {algebra.symbol(n): Fraction(float(v)) for n, v in values.items()}, 256)
                    except (KeyError, Undecided, ZeroDivisionError):
                        return []
                    truth = float(ball.mid())
                    if truth == 0 or not math.isfinite(truth):
                        continue
                    error = abs((got - truth) / truth) if math.isfinite(got) else 1.0
                    lost.append(math.log10(max(error, unit) / unit))
                if not lost:
                    return []
                available = -math.log10(unit)
                found.append(Loss(precision, distance, min(max(lost), available), available))
    return found


def log_ratio(reading: Reading, fw: Framework) -> tuple[str, str]:
    """x = log(variance1/variance2) without cancellation, and the reciprocal of variance2 as a factor: in source
    text.
    """
    a, b = reading.first, reading.second
    (log1, _, _), (log2, _, over) = spread_source(a, fw), spread_source(b, fw)
    if not log2 or reading.relative:
        return log1, over
    if not log1:
        return (f"-({log2})" if "-" in log2 or "+" in log2 else f"-{log2}"), over
    if a.scale != b.scale:
        return f"{log1} - {log2}", over
    one, two = (show_generator(g.spread) for g in (a, b) if g.spread)
    if a.scale == "softplus":
        one, two = map(fw.softplus.format, (one, two))
    log1p = fw.call("log1p", "{}")
    return {
        "var": log1p.format(f"({one} - {two})/{two}"),
        "logstd": f"2*({one} - {two})",
        "logvar": f"{one} - {two}",
        "precision": log1p.format(f"({two} - {one})/{one}"),
        "logprecision": f"{two} - {one}",
    }.get(a.scale or "", f"2*{log1p.format(f'({one} - {two})/{two}')}"), over


def expm1mx_source(fw: Framework) -> str:
    """exp(x) - 1 - x without cancellation, as a function to paste: the Taylor polynomial near 0, the definition
    elsewhere; nothing goes through ``expm1``, which compilers turn into exp(x) - 1.
    """
    near, low = fw.limited("x", "-0.5", "0.5"), fw.limited("x", None, "80.0")
    polynomial = "1/20922789888000"
    for k in range(15, 1, -1):
        polynomial = (
            f"1/{math.factorial(k)} + t*({polynomial})" if k < 15 else f"1/{math.factorial(k)} + t*{polynomial}"
        )
    return (
        "def expm1mx(x):  # exp(x) - 1 - x, no cancellation\n"
        f"    t = {near}\n"
        f"    near = t*t*({polynomial})\n"
        f"    return {fw.call(fw.where, f'{fw.prefix}abs(x) < 0.5', 'near', f'{fw.prefix}exp(x) - 1 - {low}')}\n"
    )


def stable(match: Match, node: Node, fw: Framework) -> str:
    """The divergence without cancellation in the author's names, framework and reductions; "" where there is none that
    is known to be right, or the framework is not one whose functions are known.
    """
    reading = match.reading
    if reading.fixed_variance is not None or reading.fixed_mean is not None or fw.foreign:
        return ""
    if reading.shared or any(g[0] != "var" for g in reading.roles):
        return ""
    x, over = log_ratio(reading, fw)
    means = " - ".join(map(show_generator, reading.means))
    square = "" if not means else f" + {means}**2{over}" if " - " not in means else f" + ({means})**2{over}"
    factor = f.scale(unmarked(match.factor), Fraction(1, 2))
    lead = "0.5" if show(factor) == "1/2" else "-0.5" if show(factor) == "-1/2" else f"({show(factor)})"
    line = around(node, f"{lead}*(expm1mx({x}){square})", fw)

    tree, expander = _again(line), Expander()
    right = tree is not None and decided(tree, expander, expander.form(tree), Match(reading, match.factor, {}))
    return f"{expm1mx_source(fw)}{line}" if right else ""


def _again(line: str | None) -> Node | None:
    """The tree of a text, as it is read again."""
    from derive.identify.read.reading import read

    try:
        return None if line is None else read(line).trees[-1]
    except NotUnderstood:
        return None


def form_value(form: f.Form, values: Mapping[str, float]) -> float:
    """The value of an expanded form, reductions taken entry by entry. Raises KeyError where a generator has none."""

    def value(generator: f.Generator) -> float:
        match generator[0]:
            case "var":
                return values[generator[1]]
            case "pi":
                return math.pi
            case "mark":
                return 1.0
            case "log":
                return math.log(value(generator[1]))
            case "exp":
                return math.exp(form_value({generator[1]: Fraction(1)}, values))
            case "sum":
                return form_value(dict(generator[1]), values)
            case "fn" if generator[1] == "abs":
                return abs(form_value(dict(generator[2]), values))
        raise KeyError(generator.spelling)

    return math.fsum(float(v) * math.prod(value(g) ** float(e) for g, e in t) for t, v in form.items())
