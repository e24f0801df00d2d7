"""PyTorch: the emitted divergences, the estimators k1, k2 and k3, a loss module, and torch.distributions made accurate.

Everything of ``generated/python/kl_torch.py`` can be imported from here. Where derive's compiled ufuncs are installed,
code that is not compiled by PyTorch has its values and first derivatives from them on a CPU; ``backend`` says so.
``register()`` gives `torch.distributions.kl_divergence` of two normal distributions these values and derivatives.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any

import torch
from torch import Tensor, nn
from torch.distributions import Normal
from torch.distributions import kl as _registry

from derive import generated
from derive.generated.python import kl_torch
from derive.generated.python.kl_torch import *  # noqa: F403
from derive.generated.python.kl_torch import Reduction, expm1mx, kl_normal_std

__all__ = ["KLDiagonalNormal", "Reduction", "backend", "k1", "k2", "k3", "register", "unregister", *kl_torch.__all__]


def _in_c(name: str, arity: int, results: int) -> Callable[..., Any]:
    """A compiled ufunc as an operator of PyTorch: of CPU tensors of one type and shape, with a rule for vmap."""
    ufunc = getattr(generated, name)
    taken = ", ".join(f"Tensor x{i}" for i in range(arity))
    given = "Tensor" if results == 1 else f"({', '.join(['Tensor'] * results)})"

    def run(*arguments: Tensor) -> Any:
        made = ufunc(*(a.detach().numpy() for a in arguments))
        found = [torch.as_tensor(one) for one in (made if results > 1 else (made,))]
        return found[0] if results == 1 else tuple(found)

    def batched(info: Any, in_dims: tuple[int | None, ...], *arguments: Tensor) -> Any:
        moved = [a if d is None else a.movedim(d, 0) for a, d in zip(arguments, in_dims, strict=True)]
        return operator(*torch.broadcast_tensors(*moved)), 0 if results == 1 else (0,) * results

    operator = torch.library.custom_op(f"derive::{name}", run, mutates_args=(), schema=f"({taken}) -> {given}")
    operator.register_vmap(batched)
    return operator  # type: ignore[no-any-return]


def _use_c() -> None:
    for name in kl_torch.__all__:
        kernel = getattr(kl_torch, f"_{name}")
        parameters = signature(getattr(kl_torch, name)).parameters.values()
        arity = sum(parameter.kind is parameter.POSITIONAL_ONLY for parameter in parameters)
        kernel.value_on_cpu = _in_c(name, arity, 1)
        if hasattr(generated, f"{name}_grad"):
            kernel.slopes_on_cpu = _in_c(f"{name}_grad", arity, arity)


#: What computes values and first derivatives on a CPU.
backend = "PyTorch: " + generated.backend
if generated.backend == "compiled ufuncs":
    backend = generated.backend
    _use_c()


def k1(logp: Tensor, ref_logp: Tensor) -> Tensor:
    """logp - ref_logp, of either sign: an estimate of KL(p ‖ ref) from samples of p, whose mean is the divergence."""
    return logp - ref_logp


def k2(logp: Tensor, ref_logp: Tensor) -> Tensor:
    """(logp - ref_logp)²/2, never negative, biased; the mean of its gradient is that of the divergence."""
    difference = logp - ref_logp
    return 0.5 * difference * difference


def k3(logp: Tensor, ref_logp: Tensor, *, clip: float | None = None) -> Tensor:
    """exp(r) - 1 - r at r = ref_logp - logp, without cancellation: never negative, with the divergence as its mean.

    Parameters
    ----------
    logp : log-probabilities of samples under the distribution that they were drawn from.
    ref_logp : their log-probabilities under the reference.
    clip : the most that r counts in either direction in the value. The gradient is that at the bound: it lives.

    Returns
    -------
    One value for each sample, in the type of the log-probabilities; float16 and bfloat16 are rounded once.
    """
    wide = torch.promote_types(torch.promote_types(logp.dtype, ref_logp.dtype), torch.float32)
    r = ref_logp.to(wide) - logp.to(wide)
    if clip is not None:
        if not clip > 0:
            raise ValueError(f"clip is {clip!r}; it bounds the size of the log-ratio and must be positive")
        largest = torch.finfo(wide).max
        finite = r.clamp(-largest, largest)
        through = finite - finite.detach()  # 0, with the gradient of r
        r = torch.where(r.abs() <= clip, r, r.detach().clamp(-clip, clip) + through)
    return expm1mx(r).to(torch.promote_types(logp.dtype, ref_logp.dtype))


class KLDiagonalNormal(nn.Module):  # type: ignore[misc]
    """KL of diagonal Gaussians, as a loss: against N(0, 1), or against a second Gaussian where one is given.

    Parameters
    ----------
    scale : what the second of a Gaussian's parameters is: ``"std"``, ``"var"``, ``"logstd"`` or ``"logvar"``.
    reduction : as the functions take them: ``reduction``, ``dim``, ``free_nats``, ``free_nats_mode``; by default the
        mean over the batch of the sum over the last dimension.
    """

    def __init__(self, scale: str = "logvar", **reduction: Any) -> None:
        super().__init__()
        names = [name.removeprefix("kl_unit_") for name in kl_torch.__all__ if name.startswith("kl_unit_")]
        if scale not in names:
            raise ValueError(f"scale is {scale!r}; it can be {', '.join(sorted(names))}")
        if unknown := reduction.keys() - Reduction.__annotations__.keys() | reduction.keys() & {"mask"}:
            raise TypeError(f"no option of the module: {', '.join(sorted(unknown))}; a mask is given with the tensors")
        self.scale = scale
        self.reduction = {"reduction": "mean", "dim": -1, **reduction}

    def forward(
        self,
        mu: Tensor,
        scale: Tensor,
        mu2: Tensor | None = None,
        scale2: Tensor | None = None,
        mask: Tensor | None = None,
    ) -> Tensor:
        """The loss; both or neither of ``mu2`` and ``scale2`` are given."""
        if (mu2 is None) != (scale2 is None):
            raise TypeError("a second Gaussian has both parameters: mu2 and scale2")
        second = () if mu2 is None else (mu2, scale2)
        function: Callable[..., Tensor] = getattr(kl_torch, f"kl_{'normal' if second else 'unit'}_{self.scale}")
        return function(mu, scale, *second, mask=mask, **self.reduction)

    def extra_repr(self) -> str:
        """What was chosen."""
        return ", ".join([f"{self.scale!r}", *(f"{k}={v!r}" for k, v in self.reduction.items())])


#: What `torch.distributions` has of its own, while ours is in its place.
_replaced: list[Callable[[Normal, Normal], Tensor]] = []


def _kl_normal_normal(p: Normal, q: Normal) -> Tensor:
    return kl_normal_std(p.loc, p.scale, q.loc, q.scale)


def register() -> None:
    """Let `torch.distributions.kl_divergence` compute two normal distributions' divergence without cancellation.

    `Independent` and `LogNormal` distributions follow. A second call changes nothing.
    """
    if not _replaced:
        _replaced.append(_registry._KL_REGISTRY[Normal, Normal])
        _registry.register_kl(Normal, Normal)(_kl_normal_normal)


def unregister() -> None:
    """Give `torch.distributions` back what it had before `register`."""
    if _replaced:
        _registry.register_kl(Normal, Normal)(_replaced.pop())
