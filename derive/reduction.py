"""How the divergences of many elements become a loss: what the options of the frameworks' functions mean.

The emitted ``kl_torch.py`` reduces by itself, with :func:`shape_beside` as it stands here; :func:`reduced` gives the
same numbers where functions have the names of NumPy.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Collection, Sequence
from inspect import Parameter, signature
from itertools import zip_longest
from numbers import Real
from typing import Any, Literal, TypedDict, get_args

Reduction = Literal["none", "sum", "mean", "batchmean"]
FreeNats = Literal["element", "batch"]
Axes = int | tuple[int, ...] | None


class Options(TypedDict, total=False):
    """What becomes of the elements; see :data:`PARAMETERS`."""

    reduction: Reduction
    axis: Axes
    mask: Any
    free_nats: float
    free_nats_mode: FreeNats


#: For the docstrings of the functions that take these options.
PARAMETERS = """\
    {axis} : what is summed over first, such as a latent vector: an int or a tuple.
    mask : booleans of the shape of the elements, or of what the sum over `{axis}` leaves; an element for which it is
        false counts for nothing, whatever stands there. Axes of size 1 are stretched, none is added.
    reduction : of what the sum over `{axis}` leaves: "none"; "sum"; "mean", without `{axis}` that of all elements,
        those of a latent vector too; "batchmean", the sum divided by the size of the first axis. Both means divide by
        the number of what the mask leaves something of, and are NaN where that is nothing.
    free_nats : a divergence, after the sum over `{axis}`, counts as so much where it is less, with gradient 0.
    free_nats_mode : "element", or "batch": averaged over the first axis first, as in Kingma et al. 2016.
"""


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


def _is_number(x: Any) -> bool:
    return isinstance(x, Real) or getattr(x, "ndim", None) == 0


def refuse_clip(clip: Any) -> None:
    """Raise ValueError unless a log-ratio can be bounded by it."""
    if not _is_number(clip) or not clip > 0:
        raise ValueError(f"clip is {clip!r}; it bounds the log-ratio in both directions: one positive number")


def refuse_free_nats(free_nats: float, mode: str = "element") -> None:
    """Raise ValueError unless a divergence can be bounded by them, and for a mode that does not exist."""
    if mode not in get_args(FreeNats):
        raise ValueError(f"free_nats_mode must be 'element' or 'batch', not {mode!r}")
    if not _is_number(free_nats) or not free_nats >= 0:
        raise ValueError(f"free_nats is {free_nats!r}; it must be a number and not negative")


def shape_beside(mask: Any, elements: Sequence[int], axis: int | tuple[int, ...] | None) -> tuple[int, ...]:
    """The shape in which a mask lies beside the elements, each axis of their size or 1.

    Raises
    ------
    TypeError : for a mask that is not of booleans.
    ValueError : for one that has neither the shape of the elements nor that of their sums.
    """
    if not str(mask.dtype).endswith("bool"):
        raise TypeError(f"mask is of {mask.dtype}; it must be of booleans: mask != 0, and weights multiply the result")
    given = () if axis is None else (axis,) if isinstance(axis, int) else axis
    summed = [i % len(elements) for i in given] if len(elements) else []
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
    ops: Any,
    cast: Callable[[Any, str], Any],
    function: Callable[..., Any],
    arguments: Sequence[Any],
    *,
    reduction: Reduction = "none",
    axis: Axes = None,
    mask: Any = None,
    free_nats: float = 0.0,
    free_nats_mode: FreeNats = "element",
) -> Any:
    """The loss of a function's values; ``ops`` has functions with the names of NumPy.

    Raises
    ------
    ValueError : for what does not exist or fit, and for what needs a batch where there is none.
    """
    if reduction not in get_args(Reduction):
        raise ValueError(f"reduction must be 'none', 'sum', 'mean' or 'batchmean', not {reduction!r}")
    refuse_free_nats(free_nats, free_nats_mode)
    if mask is not None:
        mask = ops.array(mask)
        shapes = [(a if hasattr(a, "shape") else ops.array(a)).shape for a in arguments]
        mask = mask.reshape(shape_beside(mask, _broadcast(shapes), axis))
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
    if axis is not None:
        value = ops.sum(value, axis=axis)
        kept = None if kept is None else ops.any(kept, axis=axis)
    by_batch = free_nats_mode == "batch"
    if (by_batch or reduction == "batchmean") and len(value.shape) == 0:
        raise ValueError("there is no batch: the divergence, after the sum over axis, is one number")
    if by_batch:
        size = value.shape[0] if kept is None else ops.maximum(cast(ops.sum(kept, axis=0), value.dtype), 1)
        value = ops.sum(value, axis=0) / size
        kept = None if kept is None else ops.any(kept, axis=0)
    if free_nats > 0:
        value = ops.where(value < free_nats, free_nats * ops.ones_like(value), value)
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


def reducing(ops: Any, cast: Callable[[Any, str], Any], emitted: Callable[..., Any], module: str) -> Callable[..., Any]:
    """An emitted function of elements, with the options of :func:`reduced`, for a module to have under its name."""
    name, positional = emitted.__name__, parameters(emitted)

    @functools.wraps(emitted, assigned=("__name__", "__qualname__"))
    def divergence(*arguments: Any, **options: Any) -> Any:
        refuse_unknown(name, options, Options.__annotations__, positional)
        return reduced(ops, cast, emitted, arguments, **options)

    divergence.__module__ = module
    divergence.__doc__ = described(emitted.__doc__ or "", "axis")
    # help() shows the arguments by name, and the options
    options = [p for p in signature(reduced).parameters.values() if p.kind is Parameter.KEYWORD_ONLY]
    shown = signature(emitted)
    divergence.__signature__ = shown.replace(parameters=[*shown.parameters.values(), *options])  # type: ignore[attr-defined]
    return divergence
