"""Which sides of the choices in the trees are read in real numbers: every one, or it is named with the reason.

A side (a choice and the way that its condition goes) is one of three:

- *read*: a sample point takes it, and there the tree is its formula, decided by the normal form; the reading is stated
  for Coq. Where scales or means are equal, or a scale is that of the unit Gaussian, the formula is read for such.
- *never taken*: no finite argument in the domain reaches it, by intervals (:mod:`derive.lower.paths.reach`).
- *rounded*: a point takes it, but there the tree is the formula up to less than a rounding only: it cuts, or scales
  what is tiny. The threshold that its condition compares with says which, and why.

What is none of these fails the run. Formulas that are not stated for Coq are left out. The points are made of the
thresholds that the tree compares with, on either side of each: by one parameter alone, by all locations, all scales,
and by both at once.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import sympy as sp

from derive.errors import CheckFailed
from derive.lower.arithmetic.constants import (
    LARGEST_EXPONENT,
    LARGEST_OFFSET,
    LARGEST_WEIGHT,
    SCALE,
    SMALLEST_EXPONENT,
    TINY,
)
from derive.lower.arithmetic.gradients import TINY_DIFFERENCE, TINY_LINEAR
from derive.lower.blocks.steps import LARGEST_EXPONENT as LAST_ENTRY
from derive.lower.blocks.steps import LARGEST_QUOTIENT
from derive.lower.interpret import Side, run
from derive.lower.meaning import functions, is_its_formula, read, samples
from derive.lower.paths.reach import LARGEST, LEAST, domain, reachable
from derive.lower.terms.excess_of_logarithm import FAR
from derive.prove.normal_form import Undecided
from derive.vocabulary.formula import Coverage, Formula, Reading, UnreadSide
from derive.vocabulary.kernel import Function, Kernel, Kind, Node, Parameter, functions_below, operands

#: How the results of a function make up the value.
Value = Callable[..., sp.Expr]

_TINY = (
    "a tiny argument is multiplied by a power of two and stays tiny: the leading term is the value but for 2^-90 of it"
)
_CUT = "an argument is cut where the result is 0, infinite, or no longer changed by it"
_TABLE = "a table ends there: the element goes through the tree for all arguments, and this result is not used"
_BEYOND = "an intermediate result is beyond the format, and so is the value"

#: Why a tree may be its formula only up to a rounding, by the threshold that the condition compares with.
REASONS: Mapping[float, str] = {
    TINY: _TINY,
    TINY_LINEAR: _TINY,
    TINY_DIFFERENCE: _TINY,
    LARGEST_OFFSET: _CUT,
    LARGEST_WEIGHT: _CUT,
    LARGEST_EXPONENT * SCALE: _CUT,
    SMALLEST_EXPONENT * SCALE: _CUT,
    FAR: "the exponential stands for its excess, of which it is all but 2^-170",
    LAST_ENTRY: _TABLE,
    LARGEST_QUOTIENT: _TABLE,
    math.inf: _BEYOND,
}

#: How many points are read for a side in a kernel before the side counts as rounded there, and how many points in a row
#: may show nothing new where every side that is left has been taken.
_TRIES, _PATIENCE = 3, 60


@dataclass
class _Search:
    """What is known so far, of the trees of all targets: many of their functions are the same."""

    read: set[Side] = field(default_factory=set)
    taken: dict[Side, tuple[float, ...]] = field(default_factory=dict)
    tries: Counter[tuple[str, Side]] = field(default_factory=Counter)  # by kernel
    readings: list[Reading] = field(default_factory=list)


def sides(roots: Iterable[Function]) -> dict[Side, None]:
    """Every side of every choice in these functions and in those that they call, in the order of the trees."""
    every = ((f, n) for f in functions_below(list(roots)) for n in operands(r for _, r in f.results))
    return {(f, n, way): None for f, n in every if n.op == "select" for way in (True, False)}


def cover(
    kernels: Sequence[tuple[Kernel, Sequence[Formula]]],
) -> tuple[tuple[Coverage, ...], tuple[Reading, ...]]:
    """The coverage of each target, and the readings beyond those at the sample points of the kernels.

    Raises
    ------
    CheckFailed : where a side is neither read, nor never taken, nor one that a known threshold explains.
    """
    search, trees = _Search(), {}
    for kernel, formulas in kernels:
        made = [function for function, _ in functions(kernel)]
        trees[kernel] = {f: reachable(f, domain(kernel, formulas[0])) for f in made}
        for at in samples(kernel):
            for function in made:
                run(function, at, search.read)
    for kernel, formulas in kernels:
        _extend(search, kernel, formulas, trees[kernel])
    found = []
    for target in dict.fromkeys(kernel.target for kernel, _ in kernels):
        own = [trees[kernel] for kernel, _ in kernels if kernel.target == target]
        every = sides(function for tree in own for function in tree)
        possible = set().union(*(ways for tree in own for ways in tree.values()))
        named = [_named(side, search) for side in every if side in possible and side not in search.read]
        read_ = sum(side in search.read for side in every)
        found.append(Coverage(target, len(every), read_, len(every) - read_ - len(named), tuple(named)))
    return tuple(found), tuple(search.readings)


def _extend(search: _Search, kernel: Kernel, formulas: Sequence[Formula], trees: Mapping[Function, set[Side]]) -> None:
    """Read the kernel at points that take sides which are not read yet."""
    missing = {s for s in set().union(*trees.values()) - search.read if search.tries[kernel.name, s] < _TRIES}
    idle = 0
    for at in _points(kernel, formulas[0], list(trees)):
        if not missing or (idle > _PATIENCE and missing <= search.taken.keys()):
            return
        idle += 1
        for function, value in functions(kernel):
            taken: set[Side] = set()
            run(function, at, taken)
            new = missing & taken
            if not new:
                continue
            idle = 0
            found = _read(kernel, function, value, formulas, at)
            if found:
                search.readings += found
                search.read |= new
            for side in new:
                search.taken.setdefault(side, at)
                search.tries[kernel.name, side] += 1
            missing -= {side for side in new if found or search.tries[kernel.name, side] >= _TRIES}


def _read(
    kernel: Kernel, function: Function, value: Value, formulas: Sequence[Formula], at: tuple[float, ...]
) -> list[Reading]:
    """The readings at a point, where all are their formulas and say something: in general, or for such arguments."""
    scales, every = (_equalities(kernel, formulas[0], at, scales=alone) for alone in (True, False))
    for where in ({}, *([scales] if scales else ()), *([every] if every != scales else ())):
        found = list(read(kernel, function, value, formulas, at, where))
        try:
            if any(r.expr.free_symbols for r in found) and all(map(is_its_formula, found)):
                return found
        except (Undecided, ValueError):
            continue  # no number, or an infinity, along this path
    return []


def _equalities(
    kernel: Kernel, formula: Formula, at: Sequence[float], *, scales: bool = False
) -> dict[sp.Symbol, sp.Expr]:
    """What a point has in common with its like: the same mean, the same scale, or the scale of the unit Gaussian.

    With ``scales`` of the scales alone.
    """
    found: dict[sp.Symbol, sp.Expr] = {}
    first: dict[bool, tuple[sp.Symbol, float]] = {}
    for parameter, variable, x in zip(kernel.signature, formula.variables, at, strict=True):
        symbol, value = first.setdefault(parameter.location, (variable.symbol, x))
        if parameter.location and scales:
            continue
        if symbol != variable.symbol and value == x:
            found[variable.symbol] = symbol
        neutral = 1 if parameter.support == "positive" else 0
        if len(first) == len(at) == 2 and not parameter.location and x == neutral:
            found[variable.symbol] = sp.Integer(neutral)
    return found


# --- points ----------------------------------------------------------------------------------------------------------


def _thresholds(roots: Sequence[Function]) -> list[float]:
    """The positive numbers that the trees compare with."""
    found: set[float] = set()
    for f in functions_below(roots):
        for n in operands(r for _, r in f.results):
            if n.op in ("lt", "le", "outside", "min", "max"):
                found |= {abs(a.value) for a in n.args if a.op == "const" and isinstance(a.value, float)}
    return sorted(x for x in found if 2.0**-1022 <= x < math.inf)


def _points(kernel: Kernel, formula: Formula, roots: Sequence[Function]) -> Iterator[tuple[float, ...]]:
    """Finite arguments in the domain on either side of each threshold, first those that are read most often."""
    inside = domain(kernel, formula)
    for at in _tried(kernel, roots):
        if all(interval.low <= x <= interval.high for interval, x in zip(inside, at, strict=True)):
            yield at


def _tried(kernel: Kernel, roots: Sequence[Function]) -> Iterator[tuple[float, ...]]:
    base, signature = samples(kernel)[0], kernel.signature
    means = [i for i, p in enumerate(signature) if p.location]
    scales = [i for i, p in enumerate(signature) if not p.location]
    alike = {i: base[group[0]] for group in (means, scales) for i in group}
    yield tuple(alike[i] for i in range(len(base)))
    magnitudes = [t * by for t in (*_thresholds(roots), 1.0) for by in (0.75, 1.5)]
    groups = [group for group in (scales, means) if len(group) > 1]
    for x in (*magnitudes, LEAST * 8.0, LARGEST * 2.0**-48):
        if means and scales:
            yield from _together(signature, x)
        for group in groups:
            yield from _moved(base, signature, group, x)
    for x in magnitudes:
        for i in range(len(base)):
            yield from _moved(base, signature, [i], x)
            yield from _moved(base, signature, [i], -x)


def _moved(
    base: Sequence[float], signature: Sequence[Parameter], group: Sequence[int], x: float
) -> Iterator[tuple[float, ...]]:
    """The parameters of a group at x, the last of several apart, or all equal; the scales beside as they are, or 1."""
    neutral = {
        i: 1.0 if p.support == "positive" else 0.0 for i, p in enumerate(signature) if not p.location and i not in group
    }
    for others in ({}, neutral) if neutral else ({},):
        for last in (1.25, 1.0) if len(group) > 1 else (1.0,):
            at = {**dict(enumerate(base)), **others, **dict.fromkeys(group, x)}
            at[group[-1]] *= last
            yield tuple(at[i] for i in range(len(base)))


def _together(signature: Sequence[Parameter], x: float) -> Iterator[tuple[float, ...]]:
    """Means about x, apart by little or by a quarter, and scales about as large: then their quotient is of no size."""
    for power in (2.0, 1.0):
        logarithm = power * math.log(x)
        for apart in (1.0 + 2.0**-46, 1.25):
            shift, at = {True: 0.0, False: 0.0}, []
            for p in signature:
                if p.location:
                    at.append(x * apart ** shift[True])
                elif p.support == "positive":
                    at.append(math.exp(min(logarithm, 709.0) + shift[False]) or LEAST)
                else:
                    at.append(logarithm + shift[False])
                shift[p.location] += 1.0 if p.location else 0.25
            if all(map(math.isfinite, at)):
                yield tuple(at)


# --- names -----------------------------------------------------------------------------------------------------------


def _named(side: Side, search: _Search) -> UnreadSide:
    function, n, way = side
    condition = n.args[0]
    said = f"{'' if way else 'not '}{_text(condition, function)}"
    known = [REASONS[t] for t in sorted(_compared(condition)) if t in REASONS]
    if side not in search.taken:
        why = "no sample point that takes it was found, and intervals do not exclude it"
    elif not known:
        why = f"at {search.taken[side]} the tree is not its formula, and none of REASONS explains that"
    else:
        return UnreadSide(function.name, said, known[0])
    raise CheckFailed(f"{function.name}: the side {said} of a choice is not read: {why}", f"see {__name__}")


def _compared(condition: Node) -> set[float]:
    """The numbers that a condition depends on by comparisons, cuts before them included."""
    found: set[float] = set()
    stack = [condition]
    while stack:
        n = stack.pop()
        if n.op in ("lt", "le", "eq", "outside", "min", "max"):
            found |= {abs(a.value) for a in n.args if a.op == "const" and isinstance(a.value, float)}
        stack += [a for a in n.args if n.kind is Kind.MASK or n.op in ("min", "max", "abs")]
    return found


_SIGNS = {"lt": "<", "le": "<=", "eq": "=", "and": "and", "or": "or"}


def _text(n: Node, function: Function, top: bool = True) -> str:
    if not top and n in function.names:
        return function.names[n]
    if n.op == "const":
        assert isinstance(n.value, float)
        mantissa, exponent = math.frexp(n.value)
        return f"2^{exponent - 1}" if mantissa == 0.5 and abs(exponent) > 9 else f"{n.value:g}"
    if n.op == "arg":
        return str(n.value)
    parts = [_text(a, function, top=False) for a in n.args]
    if n.op in _SIGNS:
        text = f"{parts[0]} {_SIGNS[n.op]} {parts[1]}"
        return text if top else f"({text})"
    if n.op == "result":
        return f"{parts[0]}"
    name = n.function.name if n.op == "call" and n.function is not None else n.op
    return f"{name}({', '.join(parts)})"
