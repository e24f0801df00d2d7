"""The divergences for JAX, with what a loss needs: reductions, masks, free nats; and estimators from log-probabilities.

>>> from derive.jax import kl_unit_logvar                                               # doctest: +SKIP
>>> kl_unit_logvar(mu, logvar, axis=-1, reduction="mean", free_nats=0.5)                # doctest: +SKIP

The functions are those of the emitted ``kl_jax.py``: jit, vmap, forward and reverse mode work, in every order. float64
needs ``jax_enable_x64``, as everywhere in JAX.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from inspect import signature
from typing import Any, Protocol

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from derive import reduction as loss
from derive.generated.python import kl_jax
from derive.generated.python.kl_jax import expm1mx, log1pmx

__all__ = [
    "expm1mx",
    "k1",
    "k2",
    "k3",
    "kl_normal_logstd",
    "kl_normal_logvar",
    "kl_normal_std",
    "kl_normal_var",
    "kl_unit_logstd",
    "kl_unit_logvar",
    "kl_unit_std",
    "kl_unit_var",
    "log1pmx",
]


class Divergence(Protocol):
    """A divergence of two Gaussians, element by element or reduced."""

    def __call__(
        self,
        *arguments: ArrayLike,
        reduction: loss.Reduction = "none",
        axis: int | tuple[int, ...] | None = None,
        mask: ArrayLike | None = None,
        free_nats: float = 0.0,
        free_nats_mode: loss.FreeNats = "element",
    ) -> Array: ...


def _reducing(emitted: Callable[..., Array]) -> Divergence:
    @functools.wraps(emitted)
    def divergence(
        *arguments: ArrayLike,
        reduction: loss.Reduction = "none",
        axis: int | tuple[int, ...] | None = None,
        mask: ArrayLike | None = None,
        free_nats: float = 0.0,
        free_nats_mode: loss.FreeNats = "element",
    ) -> Array:
        made: Array = loss.reduced(
            jnp,
            emitted(*arguments),
            reduction=reduction,
            axis=axis,
            mask=None if mask is None else jnp.asarray(mask),
            free_nats=free_nats,
            free_nats_mode=free_nats_mode,
        )
        return made

    divergence.__doc__ = (emitted.__doc__ or "").replace("\n    Returns\n", f"{loss.PARAMETERS}\n    Returns\n", 1)
    del divergence.__wrapped__
    # help() shows the arguments by name, and the options
    options = [p for p in signature(divergence).parameters.values() if p.kind is p.KEYWORD_ONLY]
    shown = signature(emitted).replace(parameters=[*signature(emitted).parameters.values(), *options])
    divergence.__signature__ = shown  # type: ignore[attr-defined]
    return divergence


kl_unit_std = _reducing(kl_jax.kl_unit_std)
kl_unit_var = _reducing(kl_jax.kl_unit_var)
kl_unit_logstd = _reducing(kl_jax.kl_unit_logstd)
kl_unit_logvar = _reducing(kl_jax.kl_unit_logvar)
kl_normal_std = _reducing(kl_jax.kl_normal_std)
kl_normal_var = _reducing(kl_jax.kl_normal_var)
kl_normal_logstd = _reducing(kl_jax.kl_normal_logstd)
kl_normal_logvar = _reducing(kl_jax.kl_normal_logvar)


def _log_ratio(logp: ArrayLike, ref_logp: ArrayLike, clip: float | None) -> Array:
    """log(ref/p); with ``clip`` bounded in its value, while its derivatives stay those of the difference."""
    ratio = jnp.asarray(ref_logp) - jnp.asarray(logp)
    if clip is None:
        return ratio
    finite = jnp.where(jnp.isfinite(ratio), ratio, 0.0)
    bounded: Array = (finite - jax.lax.stop_gradient(finite)) + jax.lax.stop_gradient(jnp.clip(ratio, -clip, clip))
    return bounded


def k1(logp: ArrayLike, ref_logp: ArrayLike, *, clip: float | None = None) -> Array:
    """logp - ref_logp: at a sample of p, an estimate of KL(p ‖ ref); it can be negative.

    Parameters
    ----------
    logp, ref_logp : logarithms of the probability of the sample under p and under the reference.
    clip : the log-ratio is bounded by this in absolute value; the gradient at the bound passes.
    """
    return -_log_ratio(logp, ref_logp, clip)


def k2(logp: ArrayLike, ref_logp: ArrayLike, *, clip: float | None = None) -> Array:
    """(logp - ref_logp)²/2: never negative, but no unbiased estimate. Parameters as of :func:`k1`."""
    ratio = _log_ratio(logp, ref_logp, clip)
    return ratio * ratio / 2


def k3(logp: ArrayLike, ref_logp: ArrayLike, *, clip: float | None = None) -> Array:
    """exp(r) - 1 - r with r = ref_logp - logp, without cancellation: never negative. Parameters as of :func:`k1`."""
    made: Any = expm1mx(_log_ratio(logp, ref_logp, clip))
    checked: Array = made
    return checked
