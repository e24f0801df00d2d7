"""Keras 3: the parts of kl_keras.py that do not depend on any kernel."""

from __future__ import annotations

from derive.emit.python.framework_file import FrameworkText
from derive.emit.python.framework_printer import Spelling

_ABOUT = """\
The Kullback-Leibler divergence of Gaussians for Keras 3, with first and second derivatives.

Emitted by `derive all`; edit proofs/ or derive/, not this file. It needs Keras and its backend, PyTorch or JAX, and
nothing else: copy it anywhere.

KL is that of the first Gaussian from the second, in nats, element by element. The names say what the scale is, because
confusing a scale with another or with its logarithm is the usual mistake. The value is never negative, and 0 for equal
arguments. No function of the framework is trusted with a formula: all is sums, products, quotients and the bits of
numbers, in the format of the arguments. Errors are in units of the last place of the exact result; `derive verify`
measures them. Bounds that are proved suppose that every operation rounds to nearest, underflow is gradual and sums are
not reordered; products may be fused with sums. Where the backend flushes subnormal numbers, as XLA does, these are 0:
results, arguments, and differences of arguments that are smaller than 1e-30.

float16 and bfloat16 are computed in float32 and rounded once. For symbolic tensors put the call in a layer.
"""

_BEFORE = '''\
from __future__ import annotations

from typing import Any, NamedTuple

import keras
from keras import ops

__all__ = [
{names}
]

#: What stands for a real number or for many: whatever Keras takes for a tensor. The tensors are those of its backend.
Real = Any
Tensor = Any

_INF = float("inf")
_NAN = float("nan")


class _Format(NamedTuple):
    """What depends on the format in a kernel."""

    real: str
    integer: str
    digits: int
    bias: int
{fields}


# --- the operations the kernels are written in ---


def _two_sum(a, b):
    """a + b as head and tail. A plain number a is hidden in a tensor, where XLA would take (a + b) - a for b."""
    whole = _where(b == b, a, b) if isinstance(a, float) else a
    head = whole + b
    part = head - whole
    return head, (whole - (head - part)) + (b - part)


def _polynomial(x, first, *others):
    """The polynomial with these coefficients, the highest first, by Horner's rule."""
    value = x * first
    for coefficient in others[:-1]:
        value = (value + coefficient) * x
    return value + others[-1]


def _like(x, other):
    """A plain number in the type of a tensor: Keras, with PyTorch, would make float32 of a float64 beside a number."""
    plain = isinstance(x, (int, float)) and not isinstance(other, (int, float))
    return ops.convert_to_tensor(x, other.dtype) if plain else x


def _where(mask, a, b):
    return ops.where(mask, _like(a, b), _like(b, a))


def _minimum(a, b):
    """ops.minimum makes float32 of float64; a NaN stays one."""
    return _where((a < b) | (a != a), a, b)


def _maximum(a, b):
    return _where((a > b) | (a != a), a, b)


def _scalars(f, mask, a, b):
    """a where the mask holds, else b, for two plain numbers."""
    return ops.where(mask, ops.convert_to_tensor(a, f.real), ops.convert_to_tensor(b, f.real))


def _divided(f, a, x):
    """a / x for a plain number a, of which PyTorch would multiply the reciprocal."""
    return ops.convert_to_tensor(a, f.real) / x


def _bits(f, x):
    return ops.view(x, f.integer)


def _real(f, bits):
    return ops.view(bits, f.real)


def _positive(f, x):
    """Whether x is a positive number or inf, subnormal numbers included, by the order of the bits."""
    return (_bits(f, x) > 0) & (_bits(f, x) <= (2 * f.bias + 1) << (f.digits - 1))


def _upper_bits(f, x):
    """x without the lower half of its significand: the square of what is left is exact."""
    return _real(f, _bits(f, x) & -(1 << (f.digits + 1) // 2))


def _power_of_two(f, k):
    """2^k for an integer k, where that is a normal number."""
    return _real(f, (ops.cast(k, f.integer) + f.bias) << (f.digits - 1))


def _exponent_of(f, x):
    """floor(log2 x) of a positive normal x."""
    return ops.cast((_bits(f, x) >> (f.digits - 1)) - f.bias, f.real)


def _significand_of(f, x):
    """x / 2^floor(log2 x), in [1, 2), of a positive normal x."""
    fraction = _bits(f, x) & ((1 << (f.digits - 1)) - 1)
    return _real(f, fraction | (f.bias << (f.digits - 1)))


# --- the formats ---
'''

_MACHINERY = '''\
# --- values and their derivatives ---


def _format_of(x: Any) -> _Format:
    return _BINARY64 if keras.backend.standardize_dtype(x.dtype) == "float64" else _BINARY32


def _times(f, weight, factor):
    """The product, which is 0 for the weight 0 also where the factor is infinite; linear in the weight."""
    if isinstance(factor, float):
        return weight * factor
    most = 2.0**f.bias
    infinite = ops.abs(factor) == _INF
    return (weight * _where(infinite, ops.sign(factor) * most, factor)) * _scalars(f, infinite, most, 1.0)


def _weighted(f, weights, factors):
    """The sum of the products with what is not 0 by its theorem, and 0 where all are."""
    pairs = zip(weights, factors, strict=True)
    terms = [_times(f, weight, factor) for weight, factor in pairs if not (isinstance(factor, float) and factor == 0)]
    return sum(terms[1:], terms[0]) if terms else ops.zeros_like(weights[0])


def _rows(entries, count):
    """The rows of a symmetric matrix whose entries on and above the diagonal these are."""
    upper = iter(entries if isinstance(entries, tuple) else (entries,))
    found = {(i, j): next(upper) for i in range(count) for j in range(i, count)}
    return [[found[min(i, j), max(i, j)] for j in range(count)] for i in range(count)]


def _differentiable(value, slopes, curvature):
    """A function of tensors of one format and shape with its first derivatives, and theirs."""

    @ops.custom_gradient
    def gradient(*arguments):
        made = slopes(_format_of(arguments[0]), *arguments)

        def of_gradient(*given, upstream=None):
            saved, weights = (given, upstream) if upstream is not None else (arguments, given[0])
            f = _format_of(saved[0])
            return tuple(_weighted(f, list(weights), column) for column in _rows(curvature(f, *saved), len(saved)))

        return ops.stack(made if isinstance(made, tuple) else (made,)), of_gradient

    @ops.custom_gradient
    def whole(*arguments):
        def of_value(*given, upstream=None):
            saved, weight = (given, upstream) if upstream is not None else (arguments, given[0])
            return tuple(weight * slope for slope in gradient(*saved))

        return value(_format_of(arguments[0]), *arguments), of_value

    return whole


def _result_type(*arguments: Any) -> str:
    """The common floating-point type of the arguments."""
    kinds = [keras.backend.standardize_dtype(a.dtype) if hasattr(a, "dtype") else type(a) for a in arguments]
    if any(kind in (complex, "complex64", "complex128") for kind in kinds):
        raise TypeError("an argument is complex; real numbers are needed")
    # Keras would make float32 of a float64 beside a number
    return "float64" if "float64" in kinds else keras.backend.result_type(float, *kinds)


def _applied(value: Any, *arguments: Any) -> Any:
    """The value at broadcast arguments, in their common floating-point type."""
    if any(isinstance(a, keras.KerasTensor) for a in arguments):
        raise TypeError("an argument is a keras.KerasTensor, which has no numbers: put the call in a layer")
    result = _result_type(*arguments)
    format_ = "float64" if result == "float64" else "float32"
    tensors = [ops.cast(a, format_) if hasattr(a, "dtype") else ops.convert_to_tensor(a, format_) for a in arguments]
    like = ops.zeros_like(tensors[0])
    for t in tensors[1:]:
        like = like + ops.zeros_like(t)
    same = [ops.broadcast_to(t, ops.shape(like)) for t in tensors]
    return ops.cast(value(*same), result)
'''


TEXT = FrameworkText(
    spelling=Spelling(
        {
            "abs": "ops.abs",
            "min": "_minimum",
            "max": "_maximum",
            "select": "_where",
            "round": "ops.round",
        },
        {"min": "_minimum({}, {})", "max": "_maximum({}, {})"},
    ),
    about=_ABOUT,
    before=_BEFORE,
    types='"{}"',
    machinery=_MACHINERY,
    array="Tensor",
    rules=("A tensor of the broadcast shape, in the type to which Keras promotes the arguments.",),
)
