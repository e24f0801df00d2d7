"""What a kernel tree means in real numbers, and the proof that it means its formula.

A tree is followed along the path that a sample point takes. There every operation is read in real arithmetic: roundings
and tails of error-free transforms are nothing, log 2's head is log 2 and its tail nothing, the guard against a false
zero is nothing, a polynomial is the function that it approximates, exponents are integer symbols, anchors symbols for
any positive number. The expression that results is decided to equal the formula of the theorem by the same normal form
as the proofs. A dropped term, a wrong sign or a lost factor in a tree is found here, exactly; what roundings and
approximations add is the business of the error bounds.

Which sides of the choices in the trees these paths take, and which none can take, is for
:mod:`derive.lower.paths.cover`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import sympy as sp

from derive.errors import CheckFailed
from derive.lower.approximation import polynomials
from derive.lower.arithmetic import narrow
from derive.lower.arithmetic.constants import (
    ABOVE_HALF_SUBNORMAL,
    INVERSE_LOG2,
    LOG2,
    LOG2_HEAD,
    LOG2_TAIL,
    SHORT_LOG2_HEAD,
    SHORT_LOG2_TAIL,
)
from derive.lower.interpret import Value, trace
from derive.lower.plain.formats import FORMATS
from derive.prove.normal_form import is_zero
from derive.vocabulary.kernel import Function, Kernel, Node, Role, operands
from derive.vocabulary.theorem import Condition, Formula, Reading

#: One point per path: the middle, k = 0 and not, both balances of a quotient, near and far branches of the NumPy trees.
_UNARY = (0.125, 3.0, -0.4375, 0.5625)
_LOGS = (0.125, -0.1875, 3.0)
_POWERS = (1.125, 7.75, 0.15625, 0.46875)
_MEANS = (2.25, -0.5)

#: A power of two below this exponent is a guard that keeps a value from being rounded to zero.
_GUARD = -1000


_EVERYWHERE: Mapping[sp.Symbol, sp.Expr] = MappingProxyType({})


@dataclass
class _Path:
    """The symbols met so far, one per integer or anchor that the point determines."""

    symbols: dict[tuple[str, sp.Expr], sp.Symbol] = field(default_factory=dict)

    def integer(self, kind: str, of: sp.Expr) -> sp.Symbol:
        key = (kind, of)
        if key not in self.symbols:
            self.symbols[key] = sp.Symbol(f"k{len(self.symbols)}", integer=True, real=True)
        return self.symbols[key]

    def anchor(self, of: sp.Expr) -> sp.Symbol:
        key = ("anchor", of)
        if key not in self.symbols:
            self.symbols[key] = sp.Symbol(f"c{len(self.symbols)}", positive=True)
        return self.symbols[key]


_PARTS = (
    *((format_.constants["log2_head"], sp.log(2)) for format_ in FORMATS),
    *((format_.constants["log2_tail"], sp.Integer(0)) for format_ in FORMATS),
    *((format_.constants["inverse_log2"], 1 / sp.log(2)) for format_ in FORMATS),
    (LOG2_HEAD, sp.log(2)),
    (LOG2_TAIL, sp.Integer(0)),
    (SHORT_LOG2_HEAD, sp.log(2)),
    (SHORT_LOG2_TAIL, sp.Integer(0)),
    (LOG2, sp.log(2)),
    (INVERSE_LOG2, 1 / sp.log(2)),
)


def _constant(value: float) -> sp.Expr:
    """The real number that a constant stands for."""
    if value in (ABOVE_HALF_SUBNORMAL, narrow.ABOVE_HALF_SUBNORMAL):
        return sp.Integer(0)
    mantissa, exponent = math.frexp(value)
    for part, meaning in _PARTS:
        part_mantissa, part_exponent = math.frexp(part)
        if abs(mantissa) == part_mantissa:
            return sp.sign(sp.Rational(mantissa)) * meaning * sp.Integer(2) ** (exponent - part_exponent)
    return sp.Rational(*value.as_integer_ratio())


def _meanings(function: Function, given: Sequence[sp.Expr], at: Sequence[float], path: _Path) -> list[sp.Expr]:
    """The results of a function as expressions, along the path of the point ``at``."""
    values = trace(function, at)
    known: dict[Node, sp.Expr | tuple[sp.Expr, ...]] = dict(zip(function.parameters, given, strict=True))
    for n in operands(r for _, r in function.results):
        if n in known:
            continue
        if n in function.approximates:
            name, argument = function.approximates[n]
            # At 0 its function is a quotient 0/0; nothing may depend on what the polynomial is there.
            at_zero = known[argument] == 0
            known[n] = path.anchor(sp.Symbol(name)) if at_zero else polynomials.MEANINGS[name](known[argument])
        else:
            known[n] = _meaning(n, known, values, path)
    return [known[r] for _, r in function.results]


def _meaning(
    n: Node, known: dict[Node, sp.Expr | tuple[sp.Expr, ...]], values: dict[Node, Value], path: _Path
) -> object:
    if n.op == "const":
        assert isinstance(n.value, float)
        return _constant(n.value) if math.isfinite(n.value) else sp.nan
    if n.op == "result":
        assert isinstance(n.value, int)
        return known[n.args[0]][n.value]
    if n.op == "call":
        assert n.function is not None
        at = [float(values[a]) for a in n.args]  # type: ignore[arg-type]
        return tuple(_meanings(n.function, [known[a] for a in n.args], at, path))
    operands_ = [known[a] for a in n.args]
    if n.op in ("select", "min", "max"):
        return _chosen(n, known, values)
    if n.op in ("lt", "le", "eq", "outside", "and", "or", "not"):
        return sp.nan  # which way it goes is read off the point
    return _operation(n, operands_, values, path)


def _chosen(n: Node, known: dict[Node, sp.Expr | tuple[sp.Expr, ...]], values: dict[Node, Value]) -> object:
    if n.op == "select":
        return known[n.args[1] if values[n.args[0]] else n.args[2]]
    first, second = n.args
    return known[first if values[n] == values[first] else second]


def _operation(n: Node, a: list[sp.Expr], values: dict[Node, Value], path: _Path) -> sp.Expr | tuple[sp.Expr, ...]:
    match n.op:
        case "add":
            return a[0] + a[1]
        case "sub":
            return a[0] - a[1]
        case "mul" | "exact_mul":
            return a[0] * a[1]
        case "div":
            return a[0] / a[1]
        case "fma":
            return a[0] * a[1] + a[2]
        case "neg":
            return -a[0]
        case "abs":
            value = values[n.args[0]]
            assert isinstance(value, float)
            return -a[0] if value < 0 else a[0]
        case "two_sum" | "fast_two_sum":
            return a[0] + a[1], sp.Integer(0)
        case "two_prod":
            return a[0] * a[1], sp.Integer(0)
        case "two_fma" | "fast_two_fma":
            return a[0] * a[1] + a[2], sp.Integer(0)
        case "nearest_power":
            k = path.integer("round", a[0] * a[1])
            return k, sp.Integer(2) ** k
        case "balance":
            k = path.integer("exponent", a[0] / a[1])
            return sp.Integer(2) ** k, sp.Integer(2) ** -k, k
        case "round" | "trunc":
            return path.integer(n.op, a[0])
        case "upper" | "short":
            return a[0]
        case "anchor":
            return path.anchor(a[0])
        case "exponent":
            return path.integer("exponent", a[0])
        case "significand":
            return a[0] * sp.Integer(2) ** -path.integer("exponent", a[0])
        case "pow2":
            # The guard against a false zero is nothing.
            return sp.Integer(0) if a[0].is_number and a[0] < _GUARD else sp.Integer(2) ** a[0]
        case "exp":
            return sp.exp(a[0])
        case "expm1":
            return sp.exp(a[0]) - 1
        case "log":
            return sp.log(a[0])
        case "log1p":
            return sp.log(1 + a[0])
    raise ValueError(f"no meaning in real numbers is known for the operation {n.op}")


def samples(kernel: Kernel) -> list[tuple[float, ...]]:
    if kernel.role is Role.UNARY:
        return [(x,) for x in _UNARY]
    sets = [_POWERS if p.support == "positive" else _LOGS for p in kernel.signature if not p.location]
    points = []
    for turn in range(max(map(len, sets), default=1)):
        scales = iter([of[(turn + n) % len(of)] for n, of in enumerate(sets)])
        means = iter(_MEANS)
        points.append(tuple(next(means) if p.location else next(scales) for p in kernel.signature))
    return points


def _signed(formula: Formula, at: Sequence[float]) -> sp.Expr:
    """The formula where the signs of sizes and of sign(x) are those at a point."""
    values = {v.symbol: sp.Rational(*x.as_integer_ratio()) for v, x in zip(formula.variables, at, strict=True)}
    signs = {n: sp.sign(n.args[0].subs(values).doit()) for n in formula.expr.atoms(sp.Abs, sp.sign)}
    return formula.expr.xreplace({n: s * n.args[0] if isinstance(n, sp.Abs) else s for n, s in signs.items()})


def functions(kernel: Kernel) -> Iterator[tuple[Function, Callable[..., sp.Expr]]]:
    """The functions of a kernel, each with how its results make up the value."""

    def parts(head: sp.Expr, tail: sp.Expr, unscale: sp.Expr) -> sp.Expr:
        return (head + tail) * unscale

    def first(value: sp.Expr, *_: sp.Expr) -> sp.Expr:
        return value

    if kernel.plain:
        yield from ((function, first) for function in kernel.plain.values())
    elif kernel.function is not kernel.careful:
        yield kernel.function, parts if kernel.target == "c" else first
    if kernel.careful is not None:
        yield kernel.careful, parts
    if kernel.ordinary is not None:
        yield kernel.ordinary.function, lambda head, tail: (head + tail) / 2
    if kernel.narrow is not None:
        yield kernel.narrow, first


def _combined(expr: sp.Expr) -> sp.Expr:
    """Powers of 2 that cancel in an exponent, cancelled: SymPy keeps them side by side, and Coq's tactics do, too."""
    return expr.replace(
        lambda e: isinstance(e, sp.exp), lambda e: sp.exp(sp.powsimp(e.args[0], combine="exp", deep=True))
    )


def readings(kernel: Kernel, formulas: Sequence[Formula]) -> Iterator[Reading]:
    """What the kernel computes in real numbers, along the path of each sample point, result by result."""
    points = samples(kernel)
    if any(f.expr.has(sp.Abs, sp.sign) for f in formulas):
        mirrored = [-x if p.location else x for p, x in zip(kernel.signature, points[0], strict=True)]
        points.append(tuple(mirrored))
    for function, value in functions(kernel):
        for at in points:
            yield from read(kernel, function, value, formulas, at)


def read(
    kernel: Kernel,
    function: Function,
    value: Callable[..., sp.Expr],
    formulas: Sequence[Formula],
    at: Sequence[float],
    where: Mapping[sp.Symbol, sp.Expr] = _EVERYWHERE,
) -> Iterator[Reading]:
    """What one function of the kernel computes along the path of a point, result by result.

    ``where`` gives some variables the values that they have all along the path: the formulas are read there.
    """
    given = [where.get(v.symbol, v.symbol) for v in formulas[0].variables]
    results = _meanings(function, given, at, _Path())
    if kernel.role is not Role.GRADIENT:
        results = [value(*results)]
    under = tuple(Condition(symbol, "=", expr) for symbol, expr in where.items())
    for formula, result in zip(formulas, results[: len(formulas)], strict=True):
        restricted = replace(formula, where=(*formula.where, *under))
        yield Reading(function.name, kernel.target, restricted, _combined(result), tuple(at))


def is_its_formula(reading: Reading) -> bool:
    """Whether the tree means the formula there, decided by the normal form."""
    known = {c.lhs: c.rhs for c in reading.formula.where if c.relation == "="}
    return is_zero(reading.expr - _signed(reading.formula, reading.at).xreplace(known))


def check(kernel: Kernel, formulas: Sequence[Formula]) -> tuple[Reading, ...]:
    """The readings of the kernel, each decided to be its formula; :class:`CheckFailed` where one is not."""
    found = tuple(readings(kernel, formulas))
    for reading in found:
        if not is_its_formula(reading):
            raise CheckFailed(
                f"{reading.kernel}: on the path of {reading.at} the tree is {reading.expr}, not {reading.formula.name}",
                "the tree in derive/lower does not follow its rewriting rule",
            )
    return found
