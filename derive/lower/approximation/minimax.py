"""Minimax polynomials with binary64 coefficients.

:func:`remez` finds the real polynomial of least weighted maximum error. :func:`round_jointly` then chooses binary64
coefficients *together*, as a closest-vector problem (LLL and Babai's nearest plane): rounding them one by one costs 1
to 4 bits. What comes out is only a proposal; :mod:`derive.lower.approximation.certify` proves its error.

Source: Brisebarre and Chevillard, "Efficient polynomial L-infinity approximations", ARITH 2007.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flint import arb, arb_mat, ctx, fmpz, fmpz_mat

Real = Callable[[arb], arb]

#: Working precision in bits: the answers need about 70.
PRECISION = 240


@dataclass(frozen=True)
class Problem:
    """Approximate ``target`` on [lower, upper] by a polynomial of this degree; errors are multiplied by ``weight``."""

    name: str
    target: Real
    weight: Real
    lower: float
    upper: float
    degree: int


def _chebyshev_points(problem: Problem, count: int) -> list[arb]:
    middle, radius = arb(problem.lower + problem.upper) / 2, arb(problem.upper - problem.lower) / 2
    return [(middle - radius * (arb(i) / (count - 1) * arb.pi()).cos()).mid() for i in range(count)]


def _horner(coefficients: list[arb], x: arb) -> arb:
    value = coefficients[-1]
    for c in reversed(coefficients[:-1]):
        value = value * x + c
    return value


def remez(problem: Problem) -> list[arb]:
    """Coefficients, lowest first, of the polynomial with the least maximum of weight |p - target|."""
    ctx.prec = PRECISION
    n = problem.degree + 2
    nodes = _chebyshev_points(problem, n)
    grid = _chebyshev_points(problem, 24 * n)
    values = [(x, problem.target(x).mid(), problem.weight(x).mid()) for x in grid]
    for _ in range(12):
        system = arb_mat([[x**j for j in range(n - 1)] + [(-1) ** i / problem.weight(x)] for i, x in enumerate(nodes)])
        solution = system.solve(arb_mat([[problem.target(x)] for x in nodes]))
        coefficients = [solution[j, 0].mid() for j in range(n - 1)]
        level = abs(solution[n - 1, 0].mid())
        errors = [((_horner(coefficients, x) - f) * w).mid() for x, f, w in values]
        extrema = _alternating_extrema(errors, n)
        nodes = [values[i][0] for i in extrema]
        worst = max(abs(errors[i]) for i in extrema)
        if worst < level * arb(1.001):
            break
    return coefficients


def _alternating_extrema(errors: list[arb], count: int) -> list[int]:
    """Where the error is largest on each stretch of one sign; ``count`` of them, the smallest ends dropped."""
    extrema = [0]
    for i in range(1, len(errors)):
        same_sign = (errors[i] > 0) == (errors[extrema[-1]] > 0)
        if not same_sign:
            extrema.append(i)
        elif abs(errors[i]) > abs(errors[extrema[-1]]):
            extrema[-1] = i
    while len(extrema) > count:
        extrema.pop(0 if abs(errors[extrema[0]]) < abs(errors[extrema[-1]]) else -1)
    if len(extrema) < count:
        raise ArithmeticError(f"the error curve has {len(extrema)} extrema where {count} are needed")
    return extrema


def _exponent(value: arb) -> int:
    """The e with 2^e <= |value| < 2^(e+1)."""
    mantissa, exponent = value.mid().man_exp()
    return int(exponent) + abs(int(mantissa)).bit_length() - 1


def round_jointly(problem: Problem, coefficients: list[arb]) -> list[float]:
    """Binary64 coefficients close to the best in the maximum norm.

    The lattice is spanned by the columns (weight(x_i) x_i^j 2^(e_j)) at Chebyshev points x_i, where 2^(e_j) is the unit
    in the last place of the j-th real coefficient; the vector nearest to the real polynomial's values is sought.
    """
    ctx.prec = PRECISION
    points = _chebyshev_points(problem, 2 * len(coefficients) + 1)
    units = [_exponent(c) - 52 for c in coefficients]
    scale = arb(2) ** (90 - min(units))
    weights = [problem.weight(x) for x in points]

    def column(j: int) -> list[fmpz]:
        return [_nearest(w * x**j * arb(2) ** units[j] * scale) for x, w in zip(points, weights, strict=True)]

    # Carried along, the identity tells which integer combination each reduced vector is.
    size = len(coefficients)
    basis = fmpz_mat([column(j) + [fmpz(int(i == j)) for i in range(size)] for j in range(size)]).lll()
    rows = [[basis[i, c] for c in range(len(points))] for i in range(size)]
    combination = [[int(basis[i, len(points) + c]) for c in range(size)] for i in range(size)]
    wanted = [w * _horner(coefficients, x) * scale for x, w in zip(points, weights, strict=True)]
    integers = _nearest_plane(rows, combination, wanted)
    return [float(m) * 2.0 ** units[j] for j, m in enumerate(integers)]


def _nearest(value: arb) -> fmpz:
    integer = (value.mid() + arb(0.5)).mid().floor().unique_fmpz()
    assert integer is not None  # the midpoint of a ball is exact
    return integer


def _nearest_plane(rows: list[list[fmpz]], combination: list[list[int]], wanted: list[arb]) -> list[int]:
    """Babai's nearest plane: the lattice vector near ``wanted``, as integer coordinates."""
    orthogonal: list[list[arb]] = []
    for row in rows:
        vector = [arb(x) for x in row]
        for other in orthogonal:
            factor = (_dot([arb(x) for x in row], other) / _dot(other, other)).mid()
            vector = [(v - factor * o).mid() for v, o in zip(vector, other, strict=True)]
        orthogonal.append(vector)
    remainder, answer = list(wanted), [0] * len(rows)
    for row, plane, made_of in reversed(list(zip(rows, orthogonal, combination, strict=True))):
        multiple = int(_nearest(_dot(remainder, plane) / _dot(plane, plane)))
        remainder = [(r - multiple * arb(x)).mid() for r, x in zip(remainder, row, strict=True)]
        answer = [a + multiple * m for a, m in zip(answer, made_of, strict=True)]
    return answer


def _dot(a: list[arb], b: list[arb]) -> arb:
    total = arb(0)
    for x, y in zip(a, b, strict=True):
        total += x * y
    return total.mid()
