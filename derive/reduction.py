"""How the divergences of many elements become a loss: what the options of the frameworks' functions mean.

The emitted ``kl_torch.py`` reduces by itself, with the functions of :data:`COPIED` as they stand here;
:func:`reduced` gives the same numbers where functions have the names of NumPy.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from inspect import Parameter, signature
from itertools import zip_longest
from numbers import Real
from typing import Any, Literal, TypedDict

Reduction = Literal["none", "sum", "mean", "batchmean"]
FreeNats = Literal["element", "batch"]
Axes = int | tuple[int, ...] | None


class Options(TypedDict, total=False):
    """What becomes of the elements; see :data:`PARAMETERS`."""

    reduction: Reduction
    axis: Axes
    mask: Any
    free_nats: Any  # a number, or one in an array
    free_nats_mode: FreeNats


#: For the docstrings of the functions that take these options.
PARAMETERS = """\
    {axis} : what is summed over first, such as a latent vector: an int or a tuple.
    mask : booleans of the shape of the elements, or of what the sum over `{axis}` leaves; an element for which it is
        false counts for nothing, whatever stands there. Axes of size 1 are stretched, none is added.
    reduction : of what the sum over `{axis}` leaves: "none"; "sum"; "mean", without `{axis}` that of all elements,
        those of a latent vector too; "batchmean", the sum divided by the size of the first axis. Both means divide by
        the number of what the mask leaves something of, and are NaN where that is nothing.
    free_nats : a divergence, after the sum over `{axis}`, counts as so much where it is less, with gradient 0. It is a
        number, or one in an array, which may be traced.
    free_nats_mode : "element", or "batch": averaged over the first axis first, as in Kingma et al. 2016.
"""


@dataclass(frozen=True)
class Operations:
    """What the losses need of a framework.

    Attributes
    ----------
    ops : functions with the names of NumPy.
    cast : an array in another type.
    array : a number or an array as an array of a type.
    result_type : the floating-point type that arguments have together.
    stop_gradient : an array that is a constant to those who differentiate.
    """

    ops: Any
    cast: Callable[[Any, Any], Any]
    array: Callable[[Any, Any], Any]
    result_type: Callable[..., Any]
    stop_gradient: Callable[[Any], Any]


@dataclass(frozen=True)
class Estimator:
    """A function of r = ref_logp - logp at samples of p, and what it is; exp(r) - 1 - r is given to it."""

    of: Callable[[Any, Callable[[Any], Any]], Any]
    summary: str

    def described(self, axis: str) -> str:
        """A docstring, for a framework that says so for axis."""
        return f"""{self.summary}

    Parameters
    ----------
    logp : log-probabilities of samples under the distribution that they were drawn from.
    ref_logp : their log-probabilities under the reference.
    clip : the most that the difference counts in either direction in the value; its gradient stays. A positive number,
        or one in an array.
{PARAMETERS.format(axis=axis)}
    Returns
    -------
    One value for each sample, or reduced, in the type of the log-probabilities; float16 and bfloat16 are computed in
    float32 and rounded once.
    """


ESTIMATORS = {
    "k1": Estimator(
        lambda r, _: 0.0 - r,
        "logp - ref_logp, of either sign: an estimate of KL(p ‖ ref) from samples of p, whose mean is the divergence.",
    ),
    "k2": Estimator(
        lambda r, _: 0.5 * r * r,
        "(logp - ref_logp)²/2, never negative, biased; the mean of its gradient is that of the divergence.",
    ),
    "k3": Estimator(
        lambda r, expm1mx: expm1mx(r),
        "exp(r) - 1 - r at r = ref_logp - logp, without cancellation: never negative, with the divergence as its mean.",
    ),
}


def described(doc: str, axis: str) -> str:
    """An emitted docstring with :data:`PARAMETERS`, in place of a line that names them."""
    return re.sub(
        r"(    reduction, .*\n)?\n    Returns\n", lambda _: f"{PARAMETERS.format(axis=axis)}\n    Returns\n", doc
    )


def parameters(function: Callable[..., Any]) -> list[str]:
    """What the function takes by position only."""
    return [p.name for p in signature(function).parameters.values() if p.kind is p.POSITIONAL_ONLY]


def refuse_unknown(name: str, given: Collection[str], taken: Collection[str], positional: Sequence[str] = ()) -> None:
    """Raise TypeError for an option that a function does not take, and say what it takes."""
    for option in given:
        if option in positional:
            raise TypeError(f"{name}() takes {option} by position: {name}({', '.join(positional)})")
        if option not in taken:
            same = [other for other in ("axis", "dim") if other in taken]
            instead = same[0] if option in ("axis", "dim") and same else ", ".join(taken)
            raise TypeError(f"{name}() takes {instead}, not {option}")


def _may_be(x: Any, holds: Callable[[Any], bool]) -> bool:
    """Whether x is a number of which this holds, or one in an array, which is known only when the code runs."""
    return holds(x) if isinstance(x, Real) else getattr(x, "ndim", None) == 0


def refuse_clip(clip: Any) -> None:
    """Raise ValueError unless a log-ratio can be bounded by it."""
    if not _may_be(clip, lambda x: x > 0):
        raise ValueError(f"clip is {clip!r}; it bounds the log-ratio in both directions: one positive number")


def refuse_options(reduction: str = "none", free_nats: Any = 0.0, free_nats_mode: str = "element") -> None:
    """Raise ValueError for what the options cannot be; of a number in an array nothing is known until the code runs."""
    if reduction not in ("none", "sum", "mean", "batchmean"):
        raise ValueError(f"reduction must be 'none', 'sum', 'mean' or 'batchmean', not {reduction!r}")
    if free_nats_mode not in ("element", "batch"):
        raise ValueError(f"free_nats_mode must be 'element' or 'batch', not {free_nats_mode!r}")
    if not (free_nats >= 0 if isinstance(free_nats, (int, float)) else getattr(free_nats, "ndim", None) == 0):
        raise ValueError(f"free_nats is {free_nats!r}; it must be a number and not negative")


def summed_axes(axis: Any, count: int, name: str = "axis") -> tuple[int, ...]:
    """The axes that are summed over, of so many, counted from the first.

    Raises
    ------
    TypeError : for what is no integer.
    ValueError : for an axis that is not there, or is named twice.
    """
    given = () if axis is None else tuple(axis) if getattr(axis, "ndim", 1) and hasattr(axis, "__iter__") else (axis,)
    if not all(hasattr(i, "__index__") and not isinstance(i, bool) for i in given):
        raise TypeError(f"{name} is {axis!r}; it must be an integer or a tuple of them")
    numbers = [i.__index__() for i in given]
    if not all(-count <= i < count for i in numbers):
        raise ValueError(f"{name} is {axis!r}; it must name one of the {count} axes of the elements")
    found = tuple(i % count for i in numbers)
    if len(set(found)) < len(found):
        raise ValueError(f"{name} is {axis!r}; it names an axis twice")
    return found


def shape_beside(mask: Any, elements: Sequence[int], summed: Sequence[int]) -> tuple[int, ...]:
    """The shape in which a mask lies beside the elements, each axis of their size or 1.

    Raises
    ------
    TypeError : for a mask that is not of booleans.
    ValueError : for one that has neither the shape of the elements nor that of their sums.
    """
    if not str(mask.dtype).endswith("bool"):
        raise TypeError(f"mask is of {mask.dtype}; it must be of booleans: mask != 0, and weights multiply the result")
    left = [size for i, size in enumerate(elements) if i not in summed]
    shape = list(mask.shape)
    if len(shape) == len(left):
        for i in sorted(summed):
            shape.insert(i, 1)
    if len(shape) != len(elements) or any(m not in (1, n) for m, n in zip(shape, elements, strict=True)):
        sums = f", or that of the sums, {tuple(left)}" if summed else ""
        raise ValueError(
            f"mask has the shape {tuple(mask.shape)}; it must have that of the elements, {tuple(elements)}{sums}, "
            "where an axis may have the size 1"
        )
    return tuple(shape)


#: What the emitted file for PyTorch holds too, word for word.
COPIED = (refuse_options, summed_axes, shape_beside)


def _broadcast(shapes: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """The shape of all together; whether they fit, the function says."""
    sizes = zip_longest(*(reversed(shape) for shape in shapes), fillvalue=1)
    return tuple(next((n for n in each if n != 1), 1) for each in sizes)[::-1]


def _half_precision(arguments: Sequence[Any]) -> Any:
    """The one type of 16 bits that floating-point arguments have; None where they have another, or several."""
    types = {str(a.dtype): a.dtype for a in arguments if "float" in str(getattr(a, "dtype", ""))}
    name, kind = types.popitem() if len(types) == 1 else ("", None)
    return kind if name.endswith("float16") else None


def reduced(
    operations: Operations,
    function: Callable[..., Any],
    arguments: Sequence[Any],
    *,
    reduction: Reduction = "none",
    axis: Axes = None,
    mask: Any = None,
    free_nats: Any = 0.0,
    free_nats_mode: FreeNats = "element",
) -> Any:
    """The loss of a function's values.

    Raises
    ------
    ValueError : for what does not exist or fit, and for what needs a batch where there is none.
    """
    refuse_options(reduction, free_nats, free_nats_mode)
    ops, cast = operations.ops, operations.cast
    elements = _broadcast([(a if hasattr(a, "shape") else ops.array(a)).shape for a in arguments])
    summed = summed_axes(axis, len(elements))
    if mask is not None:
        mask = ops.array(mask)
        mask = mask.reshape(shape_beside(mask, elements, summed))
        # what is masked has no gradient, whatever stands there; a plain number has no say in the type
        arguments = [a if isinstance(a, int | float) else ops.where(mask, a, ops.ones_like(a)) for a in arguments]
    half = _half_precision(arguments)
    if half is not None:  # reduced in float32 and rounded once, at the end
        arguments = [cast(a, "float32") if "float" in str(getattr(a, "dtype", "")) else a for a in arguments]
    value = function(*arguments)
    given = value.dtype if half is None else half
    kept = None
    if mask is not None:
        kept = ops.broadcast_to(mask, value.shape)
        value = ops.where(kept, value, ops.zeros_like(value))
    if summed:
        value = ops.sum(value, axis=summed)
        kept = None if kept is None else ops.any(kept, axis=summed)
    by_batch = free_nats_mode == "batch"
    if (by_batch or reduction == "batchmean") and len(value.shape) == 0:
        raise ValueError("there is no batch: the divergence, after the sum over axis, is one number")
    if by_batch:
        size = value.shape[0] if kept is None else ops.maximum(cast(ops.sum(kept, axis=0), value.dtype), 1)
        value = ops.sum(value, axis=0) / size
        kept = None if kept is None else ops.any(kept, axis=0)
    known = isinstance(free_nats, Real)
    if not known or free_nats > 0:
        least = float(free_nats) if known else free_nats
        below = value < least if known else (value < least) & (least > 0)
        value = ops.where(below, least * ops.ones_like(value), value)
        value = value if kept is None else ops.where(kept, value, ops.zeros_like(value))
    if reduction != "none":
        number: Any = 1
        if reduction == "mean":
            number = math.prod(value.shape) if kept is None else ops.sum(kept)
        elif reduction == "batchmean" and not by_batch:
            others = tuple(range(1, len(value.shape)))
            number = value.shape[0] if kept is None else ops.sum(ops.any(kept, axis=others) if others else kept)
        value = ops.sum(value) / (number if isinstance(number, int) else cast(number, value.dtype))
    return cast(value, given)


def reducing(operations: Operations, emitted: Callable[..., Any], module: str) -> Callable[..., Any]:
    """An emitted function of elements, with the options of :func:`reduced`, for a module to have under its name."""
    name, positional = emitted.__name__, parameters(emitted)

    @functools.wraps(emitted, assigned=("__name__", "__qualname__"))
    def divergence(*arguments: Any, **options: Any) -> Any:
        refuse_unknown(name, options, Options.__annotations__, positional)
        return reduced(operations, emitted, arguments, **options)

    divergence.__module__ = module
    divergence.__doc__ = described(emitted.__doc__ or "", "axis")
    # help() shows the arguments by name, and the options
    options = [p for p in signature(reduced).parameters.values() if p.kind is Parameter.KEYWORD_ONLY]
    shown = signature(emitted)
    divergence.__signature__ = shown.replace(parameters=[*shown.parameters.values(), *options])  # type: ignore[attr-defined]
    return divergence


def estimating(operations: Operations, name: str, expm1mx: Callable[[Any], Any], module: str) -> Callable[..., Any]:
    """An estimator of log-probabilities, with the options of :func:`reduced`, for a module to have under its name."""
    of, ops, constant = ESTIMATORS[name].of, operations.ops, operations.stop_gradient

    def estimate(logp: Any, ref_logp: Any, *, clip: Any = None, **options: Any) -> Any:
        refuse_unknown(name, options, Options.__annotations__)
        if clip is not None:
            refuse_clip(clip)

        def value(logp: Any, ref_logp: Any) -> Any:
            given = operations.result_type(logp, ref_logp)
            wide = "float64" if "float64" in str(given) else "float32"
            r = operations.array(ref_logp, wide) - operations.array(logp, wide)
            if clip is not None:
                finite = ops.where(ops.isfinite(r), r, ops.zeros_like(r))
                cut = operations.cast(ops.clip(constant(r), -clip, clip), wide)
                r = (finite - constant(finite)) + cut  # 0 with the gradient of r
            return operations.cast(of(r, expm1mx), given)

        return reduced(operations, value, (logp, ref_logp), **options)

    return named_as(estimate, name, module, ESTIMATORS[name].described("axis"))


def named_as(function: Callable[..., Any], name: str, module: str, doc: str) -> Callable[..., Any]:
    """The function as a module has it: what help() and pickle ask."""
    function.__name__ = function.__qualname__ = name
    function.__module__, function.__doc__ = module, doc
    return function
