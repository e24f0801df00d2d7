"""How the divergences of many elements become a loss, for every framework whose functions have NumPy's names."""

from __future__ import annotations

from typing import Any, Literal

Reduction = Literal["none", "sum", "mean", "batchmean"]
FreeNats = Literal["element", "batch"]

#: For the docstrings of the functions that take these arguments.
PARAMETERS = """
    reduction : "none", "sum", "mean" (with a mask: the sum divided by the sum of the mask), or "batchmean" (the sum
        divided by the size of the first axis).
    axis : axes over which the divergence is summed first, such as those of a latent vector.
    mask : truth or weight of each divergence, after that sum; what has the weight 0 has no part, whatever its value.
    free_nats : the divergence, after the sum over `axis`, counts as so much where it is less, with gradient 0.
    free_nats_mode : "element", or "batch": averaged over the first axis first, as in Kingma et al. 2016.
"""


def reduced(
    ops: Any,
    value: Any,
    *,
    reduction: Reduction,
    axis: int | tuple[int, ...] | None,
    mask: Any,
    free_nats: float,
    free_nats_mode: FreeNats,
) -> Any:
    """The loss of divergences; ``ops`` has ``sum``, ``where``, ``ones_like`` and ``zeros_like``.

    Raises
    ------
    ValueError : for a reduction or a mode that does not exist, and for what needs a batch where there is none.
    """
    if reduction not in ("none", "sum", "mean", "batchmean"):
        raise ValueError(f"reduction must be 'none', 'sum', 'mean' or 'batchmean', not {reduction!r}")
    if free_nats_mode not in ("element", "batch"):
        raise ValueError(f"free_nats_mode must be 'element' or 'batch', not {free_nats_mode!r}")
    if axis is not None:
        value = ops.sum(value, axis=axis)
    by_batch = free_nats > 0 and free_nats_mode == "batch"
    if (by_batch or reduction == "batchmean") and len(value.shape) == 0:
        raise ValueError("there is no batch: the divergence, after the sum over axis, is one number")
    if free_nats > 0 and not by_batch:
        value = _at_least(ops, value, free_nats)
    weight = ops.ones_like(value) if mask is None else ops.ones_like(value) * mask
    value = ops.where(weight != 0, value, ops.zeros_like(value)) * weight
    if by_batch:
        value = _at_least(ops, ops.sum(value, axis=0) / ops.sum(weight, axis=0), free_nats)
        weight = ops.ones_like(value)
        return {"none": value, "mean": ops.sum(value) / ops.sum(weight)}.get(reduction, ops.sum(value))
    if reduction == "none":
        return value
    total = ops.sum(value)
    if reduction == "mean":
        return total / ops.sum(weight)
    return total / value.shape[0] if reduction == "batchmean" else total


def _at_least(ops: Any, value: Any, least: float) -> Any:
    return ops.where(value > least, value, least * ops.ones_like(value))
