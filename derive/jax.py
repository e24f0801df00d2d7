"""The divergences for JAX, with what a loss needs: reductions, masks, free nats; and estimators from log-probabilities.

>>> from derive.jax import kl_unit_logvar                                               # doctest: +SKIP
>>> kl_unit_logvar(mu, logvar, axis=-1, reduction="mean", free_nats=0.5)                # doctest: +SKIP

The functions are those of the emitted ``kl_jax.py``: jit, vmap, forward and reverse mode work, in every order. float64
needs ``jax_enable_x64``, as everywhere in JAX.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, Unpack

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

    def __call__(self, *arguments: ArrayLike, **options: Unpack[loss.Options]) -> Array: ...


def _reducing(emitted: Callable[..., Array]) -> Divergence:
    return loss.reducing(jnp, jnp.astype, emitted, __name__)


kl_unit_std = _reducing(kl_jax.kl_unit_std)
kl_unit_var = _reducing(kl_jax.kl_unit_var)
kl_unit_logstd = _reducing(kl_jax.kl_unit_logstd)
kl_unit_logvar = _reducing(kl_jax.kl_unit_logvar)
kl_normal_std = _reducing(kl_jax.kl_normal_std)
kl_normal_var = _reducing(kl_jax.kl_normal_var)
kl_normal_logstd = _reducing(kl_jax.kl_normal_logstd)
kl_normal_logvar = _reducing(kl_jax.kl_normal_logvar)


def _estimate(
    name: str,
    of_ratio: Callable[[Array], Any],
    logp: ArrayLike,
    ref_logp: ArrayLike,
    clip: float | None,
    options: loss.Options,
) -> Array:
    """The function of r = ref_logp - logp, masked and reduced as the divergences are."""
    loss.refuse_unknown(name, options, loss.Options.__annotations__)
    if clip is not None and not isinstance(clip, jax.core.Tracer):
        loss.refuse_clip(clip)

    def value(logp: ArrayLike, ref_logp: ArrayLike) -> Array:
        given = jnp.result_type(float, logp, ref_logp)
        wide = jnp.promote_types(given, jnp.float32)
        r = jnp.asarray(ref_logp, wide) - jnp.asarray(logp, wide)
        if clip is not None:
            finite = jnp.where(jnp.isfinite(r), r, 0.0)
            # 0 with the gradient of r
            r = (finite - jax.lax.stop_gradient(finite)) + jax.lax.stop_gradient(jnp.clip(r, -clip, clip))
        made: Array = of_ratio(r).astype(given)
        return made

    made: Array = loss.reduced(jnp, jnp.astype, value, (logp, ref_logp), **options)
    return made


def k1(logp: ArrayLike, ref_logp: ArrayLike, *, clip: float | None = None, **options: Unpack[loss.Options]) -> Array:
    """logp - ref_logp, of either sign: an estimate of KL(p ‖ ref) from samples of p, whose mean is the divergence.

    Parameters
    ----------
    logp : log-probabilities of samples under the distribution that they were drawn from.
    ref_logp : their log-probabilities under the reference.
    clip : the most that the difference counts in either direction in the value. Its gradient stays.
    reduction, axis, mask, free_nats, free_nats_mode : as :func:`kl_unit_std` takes them. What the mask leaves out has
        no part in value and gradient, also where a log-probability is -inf or NaN.
    """
    return _estimate("k1", lambda r: 0.0 - r, logp, ref_logp, clip, options)


def k2(logp: ArrayLike, ref_logp: ArrayLike, *, clip: float | None = None, **options: Unpack[loss.Options]) -> Array:
    """(logp - ref_logp)²/2, never negative, biased; the mean of its gradient is that of the divergence.

    Parameters as of :func:`k1`.
    """
    return _estimate("k2", lambda r: r * r / 2, logp, ref_logp, clip, options)


def k3(logp: ArrayLike, ref_logp: ArrayLike, *, clip: float | None = None, **options: Unpack[loss.Options]) -> Array:
    """exp(r) - 1 - r at r = ref_logp - logp, without cancellation: never negative, with the divergence as its mean.

    Parameters as of :func:`k1`.
    """
    return _estimate("k3", expm1mx, logp, ref_logp, clip, options)
