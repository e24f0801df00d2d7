"""The parts of the emitted NumPy file that do not depend on any kernel."""

#: Among the imports, for the tables alone.
CACHE = "from functools import cache\n"

IMPORTS = f"""\
from __future__ import annotations

from collections.abc import Callable, Sequence
{CACHE}from typing import Any

import numpy as np
from numpy.typing import ArrayLike

Array = np.ndarray[Any, np.dtype[Any]]
Number = np.floating[Any]

#: Elements handled at a time: so many that a call costs little beside them, so few that temporaries stay in the cache.
_BLOCK = 16384
"""

OPERATIONS = '''\
# --- the operations the kernels are written in ---


def _two_sum(a, b):
    """a + b as head and tail."""
    head = a + b
    part = head - a
    return head, (a - (head - part)) + (b - part)


def _two_difference(a, b):
    """a - b as head and tail."""
    head = a - b
    part = head - a
    tail = head - part
    tail = np.subtract(a, tail, out=tail)
    part += b
    tail -= part
    return head, tail


def _fast_two_sum(a, b):
    """a + b as head and tail, where |a| >= |b| or a = 0."""
    head = a + b
    return head, b - (head - a)


def _split_bits(a):
    """a as the sum of its upper 26 bits and the rest; unlike Veltkamp's splitting this cannot overflow."""
    a = np.asarray(a, dtype=np.float64)
    upper = (a.view(np.uint64) & np.uint64(0xFFFFFFFFF8000000)).view(np.float64)
    return upper, a - upper


def _two_prod(a, b):
    """a b as head and tail (Dekker)."""
    head = a * b
    a_upper, a_lower = _split_bits(a)
    b_upper, b_lower = _split_bits(b)
    return head, ((a_upper * b_upper - head) + a_upper * b_lower + a_lower * b_upper) + a_lower * b_lower


def _fma(a, b, c):
    """a b + c with the product's tail: NumPy has no FMA."""
    head, tail = _two_prod(a, b)
    total, rest = _two_sum(head, c)
    return np.where(np.isfinite(head), total + (rest + tail), total)


def _polynomial(x, first, *others, out=None):
    """The polynomial with these coefficients, the highest first, by Horner's rule in one array."""
    value = np.multiply(x, first, out=out)
    for coefficient in others[:-1]:
        value += coefficient
        value *= x
    value += others[-1]
    return value


def _upper_bits(a):
    """a without the lowest 27 bits of its significand."""
    return (a.view(np.int64) & np.int64(-(2**27))).view(np.float64)


def _leading_bits(a):
    """a without the lowest 35 bits of its significand: the square of what is left is exact."""
    return (a.view(np.int64) & np.int64(-(2**35))).view(np.float64)


def _anchor(a):
    """Of the 256th of a binade that a > 0 is in, the end nearer to 1."""
    part = a.view(np.int64) >> 44
    return np.where(a > 0.0, ((part + (a < 1.0)) << 44).view(np.float64), np.nan)


def _power_of_two(k):
    """2^k for an integer k."""
    return np.ldexp(1.0, np.asarray(k).astype(np.int32))


def _exponent_of(x):
    """floor(log2 x) of a positive x."""
    return np.frexp(x)[1] - 1.0


def _significand_of(x):
    """x / 2^floor(log2 x), in [1, 2), of a positive x."""
    return np.frexp(x)[0] * 2.0
'''

TABLES = '''\
# --- tables ---


def _tabulated(numbers, index_of):
    """Makes a function of one number a look-up in a table, made when it is first needed; the ends serve all beyond."""

    def decorate(function):
        @cache
        def table():
            return function(numbers)

        def look_up(x):
            index = index_of(x)
            return tuple(column.take(index, mode="clip") for column in table())

        return look_up

    return decorate


def _integers(low, high):
    """The integers from low to high, and which of them a number is."""

    def index_of(k):
        index = k.astype(np.intp)
        index -= int(low)
        return index

    return np.arange(low, high + 1.0), index_of


def _binade_parts(low, high):
    """A number of each 256th of a binade with an anchor from low < 1 to high > 1, and in which of them a number is."""
    first, last = (int(part) for part in np.array([low, high]).view(np.int64) >> 44)
    first -= 1

    def index_of(x):
        index = x.view(np.int64) >> 44
        index -= first
        return index

    return (np.arange(first, last + 1) << 44).view(np.float64), index_of
'''

DRIVER = '''\
# --- how the kernels are applied to arrays ---


def _above_zero(values):
    """What rounds to half of float32's smallest number in binary64 may be more, and must not become 0."""
    return [np.where(value == 2.0**-150, 2.0**-149, value) for value in values]


def _pieces(shape):
    """Indices that cut an array of this shape into pieces of at most _BLOCK elements."""
    axis, inner = len(shape), 1
    while axis and inner * shape[axis - 1] <= _BLOCK:
        axis -= 1
        inner *= shape[axis]
    if axis == 0:
        yield ...
        return
    length = shape[axis - 1]
    step = -(-length // -(-length * inner // _BLOCK))
    for outer in np.ndindex(shape[: axis - 1]):
        for first in range(0, length, step):
            yield (*outer, slice(first, first + step))


def _doubles(array, shape):
    """The elements, broadcast to this shape, in a row: NumPy's exp and log have other bits on strided numbers."""
    if array.dtype == np.float64 and array.shape == shape and array.flags.c_contiguous and array.flags.aligned:
        return array.reshape(-1)
    row = np.empty(shape)
    row[...] = array
    return row.reshape(-1)


def _writable(out, arrays, result):
    """Checks ``out``, and says whether it may be written to while the arguments are still read."""
    if not isinstance(out, np.ndarray):
        raise TypeError(f"out must be an array, not {type(out).__name__}")
    if not np.can_cast(result, out.dtype, "same_kind"):
        raise TypeError(f"results of dtype {result} could not be cast to out, of dtype {out.dtype}")
    if not out.flags.writeable:
        raise ValueError("out is read-only")
    place = (out.__array_interface__["data"], out.shape, out.strides, out.dtype)
    others = [a for a in arrays if (a.__array_interface__["data"], a.shape, a.strides, a.dtype) != place]
    return not any(np.may_share_memory(out, a) for a in others)


def _apply(
    block: Callable[..., Any] | None,
    narrow: Callable[..., Any] | None,
    careful: Callable[..., Any],
    arguments: Sequence[Any],
    results: int,
    out: Any = None,
) -> tuple[Any, ...]:
    """The kernel on broadcast arguments, piece by piece: ``narrow`` for float32, else ``block``.

    Elements that these do not hold for go through ``careful``; without them all do. A ``narrow`` that is not ``block``
    gives no tiny numbers.
    """
    arrays = [np.asarray(a) for a in arguments]
    for position, array in enumerate(arrays, 1):
        if array.dtype.kind not in "fiub":
            raise TypeError(f"argument {position} has dtype {array.dtype}; real numbers are needed")
    # Numbers of Python's own have no say in the type of the result, and are of that type, as NumPy has it.
    weak = [type(x) in (bool, int, float) for x in arguments]
    single = {a.dtype.type for own, a in zip(weak, arrays, strict=True) if not own} == {np.float32}
    if single:
        with np.errstate(all="ignore"):
            arrays = [a.astype(np.float32) if own else a for own, a in zip(weak, arrays, strict=True)]
    numbers, tiny = (narrow, narrow is block) if single else (block, False)
    result = np.dtype(np.float32 if single else np.float64)
    direct = out is not None and _writable(out, arrays, result)
    shape = np.broadcast(*arrays, *([] if out is None else [out])).shape
    if out is not None and out.shape != shape:
        raise ValueError(f"out has shape {out.shape}, and the arguments broadcast to {shape}")
    # An array in Fortran's order is gone through, and answered, in its own order.
    turned = len(shape) > 1 and all(a.flags.fnc for a in arrays if a.ndim)
    made = [out] if direct else [np.empty(shape, result, "F" if turned else "C") for _ in range(results)]
    sources, targets = arrays, made
    if turned or made[0].size > _BLOCK:
        sources = [np.broadcast_to(a, shape) for a in arrays]
    if turned:
        sources, targets = [source.T for source in sources], [target.T for target in made]
    with np.errstate(all="ignore"):
        for index in _pieces(targets[0].shape):
            goals = [target[index] for target in targets]
            inputs = [_doubles(source[index], goals[0].shape) for source in sources]
            if numbers is None:
                *values, ordinary = *careful(*inputs), np.True_
            else:
                *values, ordinary = numbers(*inputs)
            rare = None if ordinary.all() else ~ordinary
            others = () if rare is None else careful(*(x[rare] for x in inputs))
            # From here on an input may be overwritten: it may be the place of the result.
            for goal, value in zip(goals, _above_zero(values) if tiny else values, strict=True):
                goal[...] = value.reshape(goal.shape)
            if rare is not None:
                place = rare.reshape(goals[0].shape)
                for goal, value in zip(goals, _above_zero(others) if single else others, strict=True):
                    goal[place] = value
    if out is not None and not direct:
        out[...] = made[0]
    return (out,) if out is not None else tuple(array[()] for array in made)
'''
