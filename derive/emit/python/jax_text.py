"""JAX: the parts of kl_jax.py that do not depend on any kernel."""

from __future__ import annotations

from derive.emit.python.framework_file import FrameworkText
from derive.emit.python.framework_printer import Spelling

_ABOUT = """\
The Kullback-Leibler divergence of Gaussians for JAX, with derivatives of every order.

Emitted by `derive all`; edit proofs/ or derive/, not this file. It needs JAX and nothing else: copy it anywhere.

KL is that of the first Gaussian from the second, in nats, element by element. The names say what the scale is, because
confusing a scale with another or with its logarithm is the usual mistake. The value is never negative, and 0 for equal
arguments. No function of the framework is trusted with a formula: all is sums, products, quotients and the bits of
numbers, in the format of the arguments. Errors are in units of the last place of the exact result; `derive verify`
measures them. Bounds that are proved suppose that every operation rounds to nearest, underflow is gradual and sums are
not reordered; products may be fused with sums. Where XLA flushes subnormal numbers, as on a CPU, these are 0: results,
arguments, and differences of arguments that are smaller than 1e-30, in float64 1e-290.

jit, vmap, forward and reverse mode and their compositions work: first and second derivatives have forms of their own.
float16 and bfloat16 are computed in float32 and rounded once. Without jax_enable_x64, JAX makes float32 of all numbers.
"""

_BEFORE = '''\
from __future__ import annotations

import operator
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array
from jax.custom_derivatives import SymbolicZero
from jax.typing import ArrayLike

__all__ = [
{names}
]

#: What stands for a real number or for many.
Real = ArrayLike

_INF = float("inf")
_NAN = float("nan")


class _Format(NamedTuple):
    """What depends on the format in a kernel."""

    real: Any
    integer: Any
    digits: int
    bias: int
{fields}


# --- the operations the kernels are written in ---


def _two_sum(a, b):
    """a + b as head and tail. For a plain number a, XLA would take (a + b) - a for b: it must not look through."""
    head = jax.lax.optimization_barrier(a + b) if isinstance(a, float) else a + b
    part = head - a
    return head, (a - (head - part)) + (b - part)


def _polynomial(x, first, *others):
    """The polynomial with these coefficients, the highest first, by Horner's rule."""
    value = x * first
    for coefficient in others[:-1]:
        value = (value + coefficient) * x
    return value + others[-1]


def _scalars(f, mask, a, b):
    """a where the mask holds, else b, for two plain numbers."""
    return jnp.where(mask, jnp.asarray(a, f.real), jnp.asarray(b, f.real))


def _divided(f, a, x):
    """a / x for a plain number a."""
    return a / x


def _bits(f, x):
    return jax.lax.bitcast_convert_type(x, f.integer)


def _real(f, bits):
    return jax.lax.bitcast_convert_type(bits, f.real)


def _positive(f, x):
    """Whether x is a positive number or inf, subnormal numbers included, by the order of the bits."""
    return (_bits(f, x) > 0) & (_bits(f, x) <= (2 * f.bias + 1) << (f.digits - 1))


def _upper_bits(f, x):
    """x without the lower half of its significand: the square of what is left is exact."""
    return _real(f, _bits(f, x) & -(1 << (f.digits + 1) // 2))


def _power_of_two(f, k):
    """2^k for an integer k, where that is a normal number."""
    return _real(f, (k.astype(f.integer) + f.bias) << (f.digits - 1))


def _exponent_of(f, x):
    """floor(log2 x) of a positive normal x."""
    return ((_bits(f, x) >> (f.digits - 1)) - f.bias).astype(f.real)


def _significand_of(f, x):
    """x / 2^floor(log2 x), in [1, 2), of a positive normal x."""
    fraction = _bits(f, x) & ((1 << (f.digits - 1)) - 1)
    return _real(f, fraction | (f.bias << (f.digits - 1)))


# --- the formats ---
'''

_MACHINERY = '''\
# --- values and their derivatives ---


def _format_of(x: Array) -> _Format:
    return _BINARY64 if x.dtype == jnp.float64 else _BINARY32


def _times(tangent, factor):
    """The product, which is 0 for the tangent 0 also where the factor is infinite; linear in the tangent."""
    if isinstance(factor, float):
        return tangent * factor
    most = float(jnp.finfo(factor.dtype).max)
    return (tangent * jnp.clip(factor, -most, most)) * _scalars(_format_of(factor), jnp.isinf(factor), most, 1.0)


def _weighted(tangents, factors, like, times=_times):
    """The sum of the products, of those that are there: what does not change has no part, nor a plain 0."""
    total = jnp.zeros_like(like)
    for tangent, factor in zip(tangents, factors, strict=True):
        if not isinstance(tangent, SymbolicZero) and not (isinstance(factor, float) and factor == 0):
            total = total + times(tangent, factor)
    return total


def _rows(entries, count):
    """The rows of a symmetric matrix whose entries on and above the diagonal these are."""
    upper = iter(entries if isinstance(entries, tuple) else (entries,))
    found = {(i, j): next(upper) for i in range(count) for j in range(i, count)}
    return [[found[min(i, j), max(i, j)] for j in range(count)] for i in range(count)]


def _differentiable(value, slopes, curvature):
    """A function of arrays of one format and shape with its first derivatives, and theirs."""

    @jax.custom_jvp
    def gradient(*arguments):
        made = slopes(_format_of(arguments[0]), *arguments)
        return made if isinstance(made, tuple) else (made,)

    def gradient_jvp(primals, tangents):
        made = gradient(*primals)
        rows = _rows(curvature(_format_of(primals[0]), *primals), len(primals))
        return made, tuple(_weighted(tangents, row, slope) for row, slope in zip(rows, made, strict=True))

    gradient.defjvp(gradient_jvp, symbolic_zeros=True)

    @jax.custom_jvp
    def whole(*arguments):
        return value(_format_of(arguments[0]), *arguments)

    def whole_jvp(primals, tangents):
        made = whole(*primals)
        return made, _weighted(tangents, gradient(*primals), made, operator.mul)

    whole.defjvp(whole_jvp, symbolic_zeros=True)
    return jax.jit(whole)


def _applied(value: Any, *arguments: Any) -> Array:
    """The value at broadcast arguments, in the type to which JAX promotes them."""
    for a in arguments:
        if type(a).__module__.partition(".")[0] in ("torch", "tensorflow"):
            raise TypeError(f"a {type(a).__module__}.{type(a).__qualname__} was given; arrays of JAX are needed here")
    result = jnp.result_type(float, *arguments)
    if jnp.issubdtype(result, jnp.complexfloating):
        raise TypeError("an argument is complex; real numbers are needed")
    format_ = result if result in (jnp.float32, jnp.float64) else jnp.dtype(jnp.float32)
    same = jnp.broadcast_arrays(*(jnp.asarray(a).astype(format_) for a in arguments))
    made: Array = value(*same)
    return made.astype(result)
'''


TEXT = FrameworkText(
    spelling=Spelling(
        {
            "abs": "jnp.abs",
            "min": "jnp.minimum",
            "max": "jnp.maximum",
            "select": "jnp.where",
            "round": "jnp.round",
        },
        {"min": "jnp.minimum({}, {})", "max": "jnp.maximum({}, {})"},
    ),
    about=_ABOUT,
    before=_BEFORE,
    types="jnp.{}",
    machinery=_MACHINERY,
    array="Array",
    rules=("An array of the broadcast shape, in the type to which JAX promotes the arguments.",),
)
