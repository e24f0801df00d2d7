"""The shared test table: a few arguments of every function, and what the results are, correctly rounded.

Ordinary results come from the closed forms of the theorems in ball arithmetic; special ones from the kernels' own tree,
and `derive verify` recomputes all of them by rules of its own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product

import flint
import numpy as np
import sympy as sp

from derive.lower.interpret import run
from derive.prove.ball import evaluate
from derive.vocabulary.kernel import Kernel, Role, Vector
from derive.vocabulary.theorem import Formula

_DIGITS = {"binary64": (53, -1074, 971), "binary32": (24, -149, 104)}

_MEANS = (0.0, 1.0, -0.75, 1e-5)
_MEANS2 = (0.0, -0.75, 1.25)
_LOGS = (0.0, 1e-3, -1e-6, 0.375, -0.25, 3.0, -40.0)
_POWERS = (1.0, 1.0009765625, 0.999999, 1.375, 0.75, 20.0, 1e-9)
_FEW = 16


def _samples(kernel: Kernel) -> list[tuple[float, ...]]:
    """The values that each parameter takes."""
    locations = iter((_MEANS, _MEANS2))
    scales = {"positive": _POWERS, "real": _LOGS}
    return [next(locations) if p.location else scales[p.support] for p in kernel.signature]


def _arguments(kernel: Kernel, samples: Sequence[float]) -> list[tuple[float, ...]]:
    if kernel.role is Role.UNARY:
        return [(x,) for x in samples]
    every = list(product(*_samples(kernel)))
    return every if len(kernel.signature) <= 2 else every[:: len(every) // (3 * _FEW) + 1]


def _special(kernel: Kernel) -> list[tuple[float, ...]]:
    """Each parameter at each end and as a NaN, two of a kind at the same end, and one outside of its domain."""
    inf, nan = math.inf, math.nan
    if kernel.role is Role.UNARY:
        return [(x,) for x in (-1.0, -2.0, inf, -inf, nan)]
    ends = {"positive": (0.0, inf), "real": (-inf, inf)}
    locations = iter((0.5, 0.0))
    plain = [next(locations) if p.location else 1.0 for p in kernel.signature]
    points = []
    for i, parameter in enumerate(kernel.signature):
        outside = -1.0 if parameter.support == "positive" else nan
        kind = (parameter.support, parameter.location)
        alike = [j for j, other in enumerate(kernel.signature) if (other.support, other.location) == kind]
        for end in (*ends[parameter.support], outside):
            points.append(tuple(end if j == i else x for j, x in enumerate(plain)))
            if i == alike[0] and len(alike) > 1 and end == end:
                points.append(tuple(end if j in alike else x for j, x in enumerate(plain)))
    return points


def rounded(exact: flint.arb, precision: str) -> float | None:
    """The number of the format nearest to the ball's contents, None where the ball is not small enough to tell."""
    if not exact.is_finite():
        return None
    low, high = (_nearest(end, precision) for end in (exact.lower(), exact.upper()))
    return low if low == high else None


def _nearest(exact: flint.arb, precision: str) -> float:
    digits, smallest, largest = _DIGITS[precision]
    mantissa, exponent = (int(part) for part in exact.man_exp())
    if mantissa == 0:
        return 0.0
    unit = max(abs(mantissa).bit_length() + exponent - digits, smallest)
    if unit >= exponent:
        quotient, rest = divmod(abs(mantissa), 1 << (unit - exponent))
        half = 1 << (unit - exponent) >> 1
        quotient += rest > half or (rest == half and rest != 0 and quotient & 1)
    else:
        quotient = abs(mantissa) << (exponent - unit)
    if quotient.bit_length() + unit > digits + largest:
        return math.copysign(math.inf, mantissa)
    return math.copysign(math.ldexp(float(quotient), unit), mantissa)


def _exact(formula: Formula, point: Sequence[float], precision: str) -> float:
    values = {v.symbol: sp.Rational(*p.as_integer_ratio()) for v, p in zip(formula.variables, point, strict=True)}
    bits = 128
    while bits <= 1 << 14:
        found = rounded(evaluate(formula.expr, values, bits), precision)
        if found is not None:
            return found
        bits *= 2
    raise ArithmeticError(f"{formula.name} at {tuple(point)} cannot be rounded at {bits // 2} bits")


def _cancels(results: Sequence[float], role: Role) -> bool:
    """Whether a derivative in the second scale is so small beside its terms that its own ulp measures nothing."""
    return role is Role.GRADIENT and len(results) == 4 and abs(results[3]) < 0.5 * abs(results[1])


def _plain(result: float, arguments: Sequence[float]) -> bool:
    """Whether a special result needs no rounding: not finite, an argument, or a small fraction."""
    return not math.isfinite(result) or result in arguments or result in (0.0, 0.5, -0.5, 1.0, -1.0)


def table(kernels: Sequence[tuple[Kernel, Sequence[Formula], Sequence[float]]]) -> tuple[Vector, ...]:
    """Rows for each kernel of the C target in both formats; they come with one formula per result, and with samples.

    The samples are the arguments of a function of one number; for all others they are found here.
    """
    rows = []
    for kernel, formulas, samples in kernels:
        for precision in kernel.bounds:
            for wanted in _arguments(kernel, samples):
                point = tuple(float(np.float32(x)) if precision == "binary32" else x for x in wanted)
                expected = tuple(_exact(f, point, precision) for f in formulas)
                if not _cancels(expected, kernel.role):
                    rows.append(Vector(kernel.name, precision, point, expected))
            for point in _special(kernel):
                results = run(kernel.function, point)
                if kernel.role is not Role.GRADIENT:
                    head, tail, unscale = results
                    results = ((head + tail) * unscale,)
                if all(_plain(r, point) for r in results):
                    rows.append(Vector(kernel.name, precision, point, results))
    return tuple(rows)
