"""PyTorch: the emitted divergences, the estimators k1, k2 and k3, a loss module, and torch.distributions made accurate.

Everything of ``generated/python/kl_torch.py`` can be imported from here. Where derive's compiled ufuncs are installed,
code that is not compiled by PyTorch has its values and first derivatives from them on a CPU; ``backend`` says so.
``register()`` gives `torch.distributions.kl_divergence` of two normal distributions these values and derivatives.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from numbers import Real as Number
from typing import Any, ParamSpec, Protocol, Unpack

import torch
from torch import Tensor, nn
from torch.distributions import Normal
from torch.distributions import kl as _registry

from derive import generated, reduction
from derive.generated.python import kl_torch
from derive.generated.python.kl_torch import *  # noqa: F403
from derive.generated.python.kl_torch import Real, Reduction, expm1mx

P = ParamSpec("P")

__all__ = ["KLDiagonalNormal", "Reduction", "backend", "k1", "k2", "k3", "register", "unregister", *kl_torch.__all__]


def _in_c(name: str, arity: int, results: int) -> Callable[..., Any]:
    """A compiled ufunc as an operator of PyTorch: of CPU tensors of one type and shape, with a rule for vmap."""
    ufunc = getattr(generated, name)
    taken = ", ".join(f"Tensor x{i}" for i in range(arity))
    given = "Tensor" if results == 1 else f"({', '.join(['Tensor'] * results)})"

    def empty(*arguments: Tensor) -> Any:
        made = tuple(torch.empty_like(arguments[0]) for _ in range(results))
        return made if results > 1 else made[0]

    def run(*arguments: Tensor) -> Any:
        made = empty(*arguments)
        out = made if results > 1 else (made,)
        ufunc(*(a.detach().numpy() for a in arguments), out=tuple(one.numpy() for one in out))
        return made

    def batched(info: Any, in_dims: tuple[int | None, ...], *arguments: Tensor) -> Any:
        moved = [a if d is None else a.movedim(d, 0) for a, d in zip(arguments, in_dims, strict=True)]
        return operator(*torch.broadcast_tensors(*moved)), 0 if results == 1 else (0,) * results

    operator = torch.library.custom_op(f"derive::{name}", run, mutates_args=(), schema=f"({taken}) -> {given}")
    operator.register_fake(empty)
    operator.register_vmap(batched)
    return operator  # type: ignore[no-any-return]


def _use_c() -> None:
    for name in kl_torch.__all__:
        kernel = getattr(kl_torch, f"_{name}")
        arity = len(reduction.parameters(getattr(kl_torch, name)))
        kernel.value_on_cpu = _in_c(name, arity, 1)
        if hasattr(generated, f"{name}_grad"):
            kernel.slopes_on_cpu = _in_c(f"{name}_grad", arity, arity)


#: What computes values and first derivatives on a CPU.
backend = "PyTorch: " + generated.backend
if generated.backend == "compiled ufuncs":
    backend = generated.backend
    _use_c()


def _checked(
    name: str, positional: Sequence[str], arguments: Sequence[Any], options: Mapping[str, Any]
) -> dict[str, Any]:
    """The options of a function, where they and its arguments are such as it takes."""
    reduction.refuse_unknown(name, options, Reduction.__annotations__, positional)
    for parameter, a in zip(positional, arguments, strict=False):
        if not isinstance(a, Tensor | Number):
            kind = f"{type(a).__module__}.{type(a).__qualname__}".removeprefix("builtins.")
            raise TypeError(f"{parameter} is a {kind}; it must be a torch.Tensor, or a number beside one")
    return dict(options)


def _reducing(emitted: Callable[P, Tensor]) -> Callable[P, Tensor]:
    """An emitted divergence, with a mask of the elements or of their sums."""
    positional = reduction.parameters(emitted)

    @functools.wraps(emitted, assigned=("__name__", "__qualname__"))
    def divergence(*arguments: P.args, **options: P.kwargs) -> Tensor:
        return emitted(*arguments, **_checked(emitted.__name__, positional, arguments, options))

    divergence.__doc__ = reduction.described(emitted.__doc__ or "", "dim")
    return divergence


kl_unit_std = _reducing(kl_torch.kl_unit_std)
kl_unit_var = _reducing(kl_torch.kl_unit_var)
kl_unit_logstd = _reducing(kl_torch.kl_unit_logstd)
kl_unit_logvar = _reducing(kl_torch.kl_unit_logvar)
kl_normal_std = _reducing(kl_torch.kl_normal_std)
kl_normal_var = _reducing(kl_torch.kl_normal_var)
kl_normal_logstd = _reducing(kl_torch.kl_normal_logstd)
kl_normal_logvar = _reducing(kl_torch.kl_normal_logvar)


class Estimator(Protocol):
    """A function of log-probabilities of samples, sample by sample or reduced."""

    def __call__(
        self,
        logp: Real,
        ref_logp: Real,
        *,
        clip: Real | None = None,
        **options: Unpack[Reduction],  # type: ignore[misc]
    ) -> Tensor: ...


def _estimating(name: str) -> Estimator:
    """The function of r = ref_logp - logp, masked and reduced as the divergences are."""
    estimator = reduction.ESTIMATORS[name]

    def estimate(logp: Real, ref_logp: Real, *, clip: Real | None = None, **options: Unpack[Reduction]) -> Tensor:  # type: ignore[misc]
        if clip is not None:
            reduction.refuse_clip(clip)

        def value(logp: Tensor, ref_logp: Tensor) -> Tensor:
            r = ref_logp - logp
            if clip is not None:
                largest = torch.finfo(r.dtype).max
                finite = r.clamp(-largest, largest)
                r = (finite - finite.detach()) + r.detach().clamp(-clip, clip)  # 0 with the gradient of r
            return estimator.of(r, expm1mx)

        kernel = kl_torch._Value()
        kernel.eager = kernel.compiled = value
        checked = _checked(name, ("logp", "ref_logp"), (logp, ref_logp), options)
        made: Tensor = kl_torch._applied(kernel, logp, ref_logp, **checked)
        return made

    return reduction.named_as(estimate, name, __name__, estimator.described("dim"))


k1 = _estimating("k1")
k2 = _estimating("k2")
k3 = _estimating("k3")


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
        self._unit: Callable[..., Tensor] = globals()[f"kl_unit_{scale}"]
        self._normal: Callable[..., Tensor] = globals()[f"kl_normal_{scale}"]

    def forward(
        self,
        mu: Tensor,
        scale: Tensor,
        mu2: Tensor | None = None,
        scale2: Tensor | None = None,
        mask: Tensor | None = None,
    ) -> Tensor:
        """The loss; both or neither of ``mu2`` and ``scale2`` are given. The mask is that of :func:`kl_unit_std`."""
        if (mu2 is None) != (scale2 is None):
            raise TypeError("a second Gaussian has both parameters: mu2 and scale2")
        if mu2 is None:
            return self._unit(mu, scale, mask=mask, **self.reduction)
        return self._normal(mu, scale, mu2, scale2, mask=mask, **self.reduction)

    def extra_repr(self) -> str:
        """What was chosen."""
        return ", ".join([f"{self.scale!r}", *(f"{k}={v!r}" for k, v in self.reduction.items())])


#: What `torch.distributions` had in the place where ours is.
_replaced: list[Callable[[Normal, Normal], Tensor]] = []


def _kl_normal_normal(p: Normal, q: Normal) -> Tensor:
    return kl_normal_std(p.loc, p.scale, q.loc, q.scale)


def register() -> None:
    """Let `torch.distributions.kl_divergence` compute two normal distributions' divergence without cancellation.

    `Independent` normal distributions, `LogNormal` and other transformed ones follow. `HalfNormal`,
    `MultivariateNormal` and `LowRankMultivariateNormal` stay as they are: for a diagonal covariance, take
    `Independent(Normal(...), 1)`. A second call changes nothing, unless something else was registered meanwhile.
    """
    there = _registry._KL_REGISTRY[Normal, Normal]
    if there is not _kl_normal_normal:
        _replaced[:] = [there]
        _registry.register_kl(Normal, Normal)(_kl_normal_normal)


def unregister() -> None:
    """Give `torch.distributions` back what it had when `register` was called, its own or somebody else's.

    What was registered since then stays; without `register`, nothing changes.
    """
    if _registry._KL_REGISTRY[Normal, Normal] is _kl_normal_normal:
        _registry.register_kl(Normal, Normal)(_replaced.pop())
