"""PyTorch: the parts of kl_torch.py that do not depend on any kernel."""

from __future__ import annotations

import inspect

from derive import reduction
from derive.emit.python.framework_file import FrameworkText
from derive.emit.python.framework_printer import Spelling

_ABOUT = """\
The Kullback-Leibler divergence of Gaussians for PyTorch, with derivatives of every order in reverse mode.

Emitted by `derive all`; edit proofs/ or derive/, not this file. It needs PyTorch and nothing else: copy it anywhere.

KL is that of the first Gaussian from the second, in nats, element by element. The names say what the scale is, because
confusing a scale with another or with its logarithm is the usual mistake. The value is never negative, and 0 for equal
arguments. No function of the framework is trusted with a formula: all is sums, products, quotients and the bits of
numbers, in the format of the arguments, so that eager, compiled and contracted code stay within the bounds. Errors are
in units of the last place of the exact result; `derive verify` measures them. Bounds that are proved suppose that every
operation rounds to nearest, underflow is gradual and sums are not reordered; products may be fused with sums.

Gradients, vmap, torch.func, forward mode and torch.compile(fullgraph=True) work, but for two things that PyTorch does
not pass on through an autograd.Function, and answers with 0: forward mode inside forward mode (jacfwd of jacfwd; take
torch.func.hessian, or jacrev inside), and in compiled code anything but values and first derivatives in reverse mode.
float16 and bfloat16 are computed in float32 and rounded once.
"""

_BEFORE = '''\
from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, TypedDict, Unpack

import torch
from torch import Tensor

__all__ = [
{names}
]

Real = Tensor | float

_INF = float("inf")
_NAN = float("nan")


class _Format(NamedTuple):
    """What depends on the format in a kernel."""

    real: torch.dtype
    integer: torch.dtype
    digits: int
    bias: int
{fields}


# --- the operations the kernels are written in ---


def _two_sum(a, b):
    """a + b as head and tail."""
    head = a + b
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
    return torch.where(mask, torch.scalar_tensor(a, dtype=f.real, device=mask.device), b)


def _divided(f, a, x):
    """a / x for a plain number a, of which PyTorch would multiply the reciprocal."""
    return torch.scalar_tensor(a, dtype=f.real, device=x.device) / x


def _positive(f, x):
    """Whether x is a positive number or inf, subnormal numbers included, by the order of the bits."""
    bits = x.view(f.integer)
    return (bits > 0) & (bits <= (2 * f.bias + 1) << (f.digits - 1))


def _upper_bits(f, x):
    """x without the lower half of its significand: the square of what is left is exact."""
    return (x.view(f.integer) & -(1 << (f.digits + 1) // 2)).view(f.real)


def _power_of_two(f, k):
    """2^k for an integer k, where that is a normal number."""
    return ((k.to(f.integer) + f.bias) << (f.digits - 1)).view(f.real)


def _exponent_of(f, x):
    """floor(log2 x) of a positive normal x."""
    return ((x.view(f.integer) >> (f.digits - 1)) - f.bias).to(f.real)


def _significand_of(f, x):
    """x / 2^floor(log2 x), in [1, 2), of a positive normal x."""
    fraction = x.view(f.integer) & ((1 << (f.digits - 1)) - 1)
    return (fraction | (f.bias << (f.digits - 1))).view(f.real)


# --- the formats ---
'''

_MACHINERY = '''\
# --- values and their derivatives ---


def _format_of(x: Tensor) -> _Format:
    return _BINARY64 if x.dtype == torch.float64 else _BINARY32


def _times(weight, factor):
    """The product, which is 0 for the weight 0 also where the factor is infinite; linear in the weight."""
    if isinstance(factor, float):
        return weight * factor
    most = torch.finfo(factor.dtype).max
    return (weight * factor.clamp(-most, most)) * _scalars(_format_of(factor), factor.abs() > most, most, 1.0)


def _weighted(weights, factors, times=_times):
    """The sum of the products, of those that are there: a plain 0 is 0 by its theorem."""
    total = None
    for weight, factor in zip(weights, factors, strict=True):
        if weight is not None and not (isinstance(factor, float) and factor == 0):
            product = times(weight, factor)
            total = product if total is None else total + product
    return total


def _rows(entries, count):
    """The rows of a symmetric matrix whose entries on and above the diagonal these are."""
    upper = iter(entries if isinstance(entries, tuple) else (entries,))
    found = {(i, j): next(upper) for i in range(count) for j in range(i, count)}
    return [[found[min(i, j), max(i, j)] for j in range(count)] for i in range(count)]


class _Value:
    """A value for code that runs now and for code that is compiled, which has neither vmap nor forward mode.

    What runs now on a CPU may be left to other functions of the same results: derive.torch puts compiled C there.
    """

    def __init__(self) -> None:
        self.eager = self.compiled = self.value_on_cpu = self.slopes_on_cpu = None


def _differentiable(value, slopes, curvature) -> _Value:
    """A function of tensors of one format and shape with its first derivatives, and theirs."""
    made = _Value()

    def first(*arguments):
        found = slopes(_format_of(arguments[0]), *arguments)
        return found if isinstance(found, tuple) else (found,)

    def second(*arguments):
        return _rows(curvature(_format_of(arguments[0]), *arguments), len(arguments))

    class Slopes(torch.autograd.Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(*arguments):
            on_cpu = made.slopes_on_cpu if arguments[0].device.type == "cpu" else None
            return (on_cpu or first)(*arguments)

        @staticmethod
        def setup_context(ctx, inputs, output):
            ctx.save_for_backward(*inputs)
            ctx.save_for_forward(*inputs)
            ctx.set_materialize_grads(False)

        @staticmethod
        def backward(ctx, *upstream):
            return tuple(_weighted(upstream, column) for column in second(*ctx.saved_tensors))

        @staticmethod
        def jvp(ctx, *tangents):
            zero = torch.zeros_like(ctx.saved_tensors[0])
            rows = second(*ctx.saved_tensors)
            return tuple(zero if (sum_ := _weighted(tangents, row)) is None else sum_ for row in rows)

    class Eager(torch.autograd.Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(*arguments):
            if made.value_on_cpu is not None and arguments[0].device.type == "cpu":
                return made.value_on_cpu(*arguments)
            return value(_format_of(arguments[0]), *arguments)

        @staticmethod
        def setup_context(ctx, inputs, output):
            ctx.save_for_backward(*inputs)
            ctx.save_for_forward(*inputs)

        @staticmethod
        def backward(ctx, upstream):
            return tuple(upstream * slope for slope in Slopes.apply(*ctx.saved_tensors))

        @staticmethod
        def jvp(ctx, *tangents):
            return _weighted(tangents, Slopes.apply(*ctx.saved_tensors), operator.mul)

    class Compiled(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, *others):
            ctx.save_for_backward(x, *others)
            return value(_format_of(x), x, *others)

        @staticmethod
        def backward(ctx, upstream):
            return tuple(upstream * slope for slope in first(*ctx.saved_tensors))

    made.eager, made.compiled = Eager.apply, Compiled.apply
    return made


class Reduction(TypedDict, total=False):
    """What becomes of the divergences of the elements.

    ``dim`` names the dimensions that are summed first: those of one sample's latent variables. Then ``reduction``
    takes what is left as it is (``"none"``), or its ``"sum"``, its ``"mean"``, or its sum divided by the size of the
    first dimension (``"batchmean"``). Elements where ``mask`` is false count for nothing, whatever they are: a mean
    divides by the number of those that remain, or of the sums over ``dim`` that have one. It is of booleans, in the
    shape of the elements or of what the sum over ``dim`` leaves; dimensions of size 1 are stretched, none is added.
    ``free_nats`` is the least that a divergence (summed over ``dim``) counts; below, its gradient is 0. With
    ``free_nats_mode="batch"`` the divergences are averaged over the first dimension before.
    """

    reduction: Literal["none", "sum", "mean", "batchmean"]
    dim: int | tuple[int, ...] | None
    mask: Tensor | None
    free_nats: float | Tensor
    free_nats_mode: Literal["element", "batch"]


{summed_axes}


{shape_beside}


{refuse_options}


def _applied(value: _Value, *arguments: Any, dim: Any = None, mask: Tensor | None = None, **reduction: Any) -> Tensor:
    """The value at broadcast arguments, in their common floating-point type, reduced."""
    tensors = [a for a in arguments if isinstance(a, Tensor)]
    if not tensors:
        kinds = ", ".join(type(a).__name__ for a in arguments)
        raise TypeError(f"one argument at least must be a torch.Tensor, not {kinds}; for arrays there is kl_normal.py")
    if any(t.is_complex() for t in tensors):
        raise TypeError("an argument is complex; real numbers are needed")
    real = [t.dtype for t in tensors if t.is_floating_point() and t.ndim]
    real = real or [t.dtype for t in tensors if t.is_floating_point()]  # without dimensions: no say beside others
    result = functools.reduce(torch.promote_types, real) if real else torch.get_default_dtype()
    format_ = result if result in (torch.float32, torch.float64) else torch.float32
    device = tensors[0].device
    numbers = {"dtype": format_, "device": device}
    same = [a.to(format_) if isinstance(a, Tensor) else torch.full((), a, **numbers) for a in arguments]
    elements = torch.broadcast_shapes(*(a.shape for a in same))
    summed = _summed_axes(dim, len(elements), "dim")
    if mask is not None:
        if not isinstance(mask, Tensor):
            raise TypeError(f"mask is a {type(mask).__name__}; it must be a torch.Tensor of booleans")
        mask = mask.reshape(_shape_beside(mask, elements, summed)).to(device)
        same = [torch.where(mask, a, 1.0) for a in same]  # what is masked has no gradient, whatever stands there
    apply = value.compiled if torch.compiler.is_compiling() else value.eager
    values = apply(*torch.broadcast_tensors(*same))
    return _reduced(values if mask is None else torch.where(mask, values, 0.0), mask, summed, **reduction).to(result)


def _reduced(values, mask=None, dims=(), reduction="none", free_nats=0.0, free_nats_mode="element"):
    """What :class:`Reduction` says, of divergences that are 0 where the mask is false."""
    _refuse_options(reduction, free_nats, free_nats_mode)
    kept = None if mask is None else mask.expand_as(values)
    if dims:  # over none of them PyTorch would sum over all
        values = values.sum(dims)
        kept = None if kept is None else kept.sum(dims) > 0
    if (reduction == "batchmean" or free_nats_mode == "batch") and values.ndim == 0:
        raise ValueError("there is no batch: after the sum over dim no dimension is left")
    batch = values.shape[0] if values.ndim else 1
    if kept is not None and values.ndim:
        batch = kept.flatten(1).any(1).sum() if kept.ndim > 1 else kept.sum()
    if free_nats_mode == "batch":
        values = values.sum(0) / (batch if kept is None else kept.sum(0).clamp(min=1))
        kept, batch = None if kept is None else kept.any(0), 1
    if isinstance(free_nats, Tensor):  # whether it is positive, no code can ask that is compiled
        values = torch.where((values < free_nats) & (free_nats > 0), free_nats, values)
    elif free_nats > 0:
        values = torch.where(values < float(free_nats), float(free_nats), values)
    values = values if kept is None else torch.where(kept, values, 0.0)
    if reduction == "none":
        return values
    total = values.sum()
    if reduction == "mean":
        return total / (values.numel() if kept is None else kept.sum())
    return total / batch if reduction == "batchmean" else total
'''
for _shared in reduction.COPIED:
    _own = inspect.getsource(_shared).replace("def ", "def _", 1).rstrip()
    _MACHINERY = _MACHINERY.replace(f"{{{_shared.__name__}}}", _own)


TEXT = FrameworkText(
    spelling=Spelling(
        {
            "abs": "torch.abs",
            "min": "torch.minimum",
            "max": "torch.maximum",
            "select": "torch.where",
            "round": "torch.round",
        },
        {"min": "torch.clamp({}, max={})", "max": "torch.clamp({}, min={})"},
    ),
    about=_ABOUT,
    before=_BEFORE,
    types="torch.{}",
    machinery=_MACHINERY,
    array="Tensor",
    rules=(
        "A tensor of the broadcast shape and the common floating-point type; Python's own numbers have no say in it.",
    ),
    options="Reduction",
    options_are=("reduction, dim, mask, free_nats, free_nats_mode : what becomes of the elements; see Reduction",),
)
