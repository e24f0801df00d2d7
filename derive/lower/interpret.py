"""A kernel function evaluated node by node in Python, with the bits that the printed code has.

Used where the tree itself is to be looked at: which regime a point takes, what the special values are, and whether the
rounding analysis is sound. An FMA is exact rational arithmetic, rounded once; exp and log are this platform's.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache

from derive.vocabulary.kernel import Function, Kernel, Node, Role, operands

Value = float | bool | tuple[float, ...]

#: A side of a choice: the function, its select node, and which way the condition went.
Side = tuple[Function, Node, bool]


def fused(a: float, b: float, c: float) -> float:
    """a b + c, rounded once."""
    if not (math.isfinite(a) and math.isfinite(b) and math.isfinite(c)):
        return a * b + c
    exact = Fraction(a) * Fraction(b) + Fraction(c)
    if exact == 0:
        return a * b + c
    return _nearest(exact)


def _nearest(exact: Fraction) -> float:
    try:
        return exact.numerator / exact.denominator
    except OverflowError:
        return math.inf if exact > 0 else -math.inf


def _divide(a: float, b: float) -> float:
    if b == 0.0:
        return math.nan if a == 0.0 or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1.0, b)
    return a / b


def _two_sum(a: float, b: float) -> tuple[float, float]:
    s = a + b
    part = s - a
    return s, (a - (s - part)) + (b - part)


def _fast_two_sum(a: float, b: float) -> tuple[float, float]:
    s = a + b
    return s, b - (s - a)


def _two_prod(a: float, b: float) -> tuple[float, float]:
    p = a * b
    return p, fused(a, b, -p)


def _two_fma(a: float, b: float, c: float) -> tuple[float, float]:
    s = fused(a, b, c)
    part = s - c
    return s, fused(a, b, -part) + (c - (s - part))


def _fast_two_fma(a: float, b: float, c: float) -> tuple[float, float]:
    s = fused(a, b, c)
    return s, fused(a, b, c - s)


def _round(a: float) -> float:
    return (a + 1.5 * 2.0**52) - 1.5 * 2.0**52


def _trunc(a: float) -> float:
    return float(math.trunc(a)) if math.isfinite(a) else a


def _bits(a: float) -> int:
    (bits,) = struct.unpack("<q", struct.pack("<d", a))
    return int(bits)


def _from_bits(bits: int) -> float:
    (a,) = struct.unpack("<d", struct.pack("<q", bits))
    return float(a)


def _upper(a: float) -> float:
    return _from_bits(_bits(a) & -(1 << 27))


def _short(a: float) -> float:
    return _from_bits(_bits(a) & -(1 << 35))


def _anchor(a: float) -> float:
    if not 0.0 < a < math.inf:
        return math.nan
    cell = _bits(a) >> 44
    return _from_bits((cell if a >= 1.0 else cell + 1) << 44)


def _exponent(a: float) -> float:
    return float(math.frexp(a)[1] - 1) if a > 0.0 and math.isfinite(a) else -1023.0


def _significand(a: float) -> float:
    return math.frexp(a)[0] * 2.0 if a > 0.0 and math.isfinite(a) else 1.0


def _pow2(a: float) -> float:
    return math.ldexp(1.0, int(a)) if -1022 <= a <= 1023 else math.nan


def _nearest_power(a: float, b: float) -> tuple[float, float]:
    k = fused(a, b, 1.5 * 2.0**52) - 1.5 * 2.0**52
    return k, _pow2(k)


def _balance(a: float, b: float) -> tuple[float, float, float]:
    k = float((_bits(a) - _bits(b) + (1 << 51)) >> 52)
    return _pow2(k), _pow2(-k), k


def _exp(a: float) -> float:
    try:
        return math.exp(a)
    except OverflowError:
        return math.inf


def _log(a: float) -> float:
    return math.log(a) if a > 0.0 else math.nan


_MEANING: dict[str, Callable[..., Value]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "exact_mul": lambda a, b: a * b,
    "div": _divide,
    "fma": fused,
    "sqrt": math.sqrt,
    "exp": _exp,
    "expm1": lambda a: _exp(a) - 1.0 if a > 1.0 else math.expm1(a),
    "log": _log,
    "log1p": lambda a: _log(1.0 + a) if not -1.0 < a <= 1.0 else math.log1p(a),
    "neg": lambda a: -a,
    "abs": abs,
    "min": lambda a, b: a if a < b else b,
    "max": lambda a, b: a if a > b else b,
    "select": lambda m, a, b: a if m else b,
    "round": _round,
    "trunc": _trunc,
    "upper": _upper,
    "short": _short,
    "anchor": _anchor,
    "pow2": _pow2,
    "exponent": _exponent,
    "significand": _significand,
    "nearest_power": _nearest_power,
    "balance": _balance,
    "two_sum": _two_sum,
    "fast_two_sum": _fast_two_sum,
    "two_prod": _two_prod,
    "two_fma": _two_fma,
    "fast_two_fma": _fast_two_fma,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "eq": lambda a, b: a == b,
    "outside": lambda a, b, c: not b <= a <= c,
    "and": lambda a, b: a and b,
    "or": lambda a, b: a or b,
    "not": lambda a: not a,
}


@cache
def _ordered(function: Function) -> tuple[Node, ...]:
    return tuple(operands(r for _, r in function.results))


def trace(function: Function, arguments: Sequence[float], taken: set[Side] | None = None) -> dict[Node, Value]:
    """The value of every node of the function at these arguments; a call's value is the tuple of its results.

    The sides that the choices take, in the function and in those that it calls, are added to ``taken``.
    """
    known: dict[Node, Value] = {}
    given = dict(zip(function.parameters, arguments, strict=True))
    for n in _ordered(function):
        if n.op == "arg":
            known[n] = given[n]
        elif n.op == "const":
            assert isinstance(n.value, float)
            known[n] = n.value
        elif n.op == "result":
            several = known[n.args[0]]
            assert isinstance(several, tuple) and isinstance(n.value, int)
            known[n] = several[n.value]
        elif n.op == "call":
            assert n.function is not None
            known[n] = run(n.function, [_number(known[a]) for a in n.args], taken)
        else:
            known[n] = _MEANING[n.op](*(known[a] for a in n.args))
            if taken is not None and n.op == "select":
                taken.add((function, n, bool(known[n.args[0]])))
    return known


def run(function: Function, arguments: Sequence[float], taken: set[Side] | None = None) -> tuple[float, ...]:
    """The results of the function at these arguments; ``taken`` as in :func:`trace`."""
    known = trace(function, arguments, taken)
    return tuple(_number(known[r]) for _, r in function.results)


def evaluate(kernel: Kernel, arguments: Sequence[float]) -> tuple[float, ...]:
    """What the printed binary64 C gives at these arguments."""
    if kernel.role is Role.GRADIENT:
        return run(kernel.function, arguments)
    if kernel.ordinary is not None and run(kernel.ordinary.outside, arguments) == (0.0,):
        head, tail = run(kernel.ordinary.function, arguments)
        return (0.5 * (head + tail),)
    head, tail, unscale = run(kernel.function, arguments)
    return ((head + tail) * unscale,)


def _number(value: Value) -> float:
    assert not isinstance(value, tuple)
    return float(value)
