"""The divergences for JAX, with what a loss needs: reductions, masks, free nats; and estimators from log-probabilities.

>>> from derive.jax import kl_unit_logvar                                               # doctest: +SKIP
>>> kl_unit_logvar(mu, logvar, axis=-1, reduction="mean", free_nats=0.5)                # doctest: +SKIP

The functions are those of the emitted ``kl_jax.py``: jit, vmap, forward and reverse mode work, in every order. float64
needs ``jax_enable_x64``, as everywhere in JAX.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Protocol, Unpack

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


class Estimator(Protocol):
    """A function of log-probabilities of samples, sample by sample or reduced."""

    def __call__(
        self, logp: ArrayLike, ref_logp: ArrayLike, *, clip: ArrayLike | None = None, **options: Unpack[loss.Options]
    ) -> Array: ...


_OPERATIONS = loss.Operations(
    jnp, jnp.astype, jnp.asarray, functools.partial(jnp.result_type, float), jax.lax.stop_gradient
)


def _reducing(emitted: Callable[..., Array]) -> Divergence:
    return loss.reducing(_OPERATIONS, emitted, __name__)


def _estimating(name: str) -> Estimator:
    return loss.estimating(_OPERATIONS, name, expm1mx, __name__)


kl_unit_std = _reducing(kl_jax.kl_unit_std)
kl_unit_var = _reducing(kl_jax.kl_unit_var)
kl_unit_logstd = _reducing(kl_jax.kl_unit_logstd)
kl_unit_logvar = _reducing(kl_jax.kl_unit_logvar)
kl_normal_std = _reducing(kl_jax.kl_normal_std)
kl_normal_var = _reducing(kl_jax.kl_normal_var)
kl_normal_logstd = _reducing(kl_jax.kl_normal_logstd)
kl_normal_logvar = _reducing(kl_jax.kl_normal_logvar)
k1 = _estimating("k1")
k2 = _estimating("k2")
k3 = _estimating("k3")
