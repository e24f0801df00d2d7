"""The divergences for Keras 3, on PyTorch or JAX, and a layer that adds one to the loss of a model.

>>> from derive.keras import KLDivergenceLoss                                           # doctest: +SKIP
>>> mu, logvar = KLDivergenceLoss("logvar", beta=1.0, free_nats=0.5)((mu, logvar))      # doctest: +SKIP

The functions are those of the emitted ``kl_keras.py``, with what a loss needs: reductions, masks, free nats.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, Protocol, Unpack, get_args

try:
    import keras
except ModuleNotFoundError as error:
    if (error.name or "").partition(".")[0] != "tensorflow":
        raise
    raise ModuleNotFoundError(
        "Keras looks for TensorFlow and does not find it: set KERAS_BACKEND=torch or KERAS_BACKEND=jax before keras is "
        "imported",
        name=error.name,
    ) from None
from keras import ops

from derive.generated.python import kl_keras
from derive.generated.python.kl_keras import expm1mx, log1pmx
from derive.reduction import FreeNats, Options, reduced, reducing, refuse_free_nats

__all__ = [
    "KLDivergenceLoss",
    "expm1mx",
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

Scale = Literal["std", "var", "logstd", "logvar"]


class Divergence(Protocol):
    """A divergence of two Gaussians, element by element or reduced."""

    def __call__(self, *arguments: Any, **options: Unpack[Options]) -> Any: ...


def _reducing(emitted: Callable[..., Any]) -> Divergence:
    return reducing(ops, ops.cast, emitted, __name__)


kl_unit_std = _reducing(kl_keras.kl_unit_std)
kl_unit_var = _reducing(kl_keras.kl_unit_var)
kl_unit_logstd = _reducing(kl_keras.kl_unit_logstd)
kl_unit_logvar = _reducing(kl_keras.kl_unit_logvar)
kl_normal_std = _reducing(kl_keras.kl_normal_std)
kl_normal_var = _reducing(kl_keras.kl_normal_var)
kl_normal_logstd = _reducing(kl_keras.kl_normal_logstd)
kl_normal_logvar = _reducing(kl_keras.kl_normal_logvar)


@keras.saving.register_keras_serializable(package="derive")
class KLDivergenceLoss(keras.layers.Layer):  # type: ignore[misc]  # Keras is not looked at
    """Adds beta times the divergence of N(mu, scale) from N(0, 1) to the loss, and passes (mu, scale) on.

    The divergence is summed over the last axis and averaged over the others, in nats.

    Parameters
    ----------
    scale : what the second input is: "std", "var", "logstd" or "logvar". There is no default: taking one for another is
        the usual mistake.
    beta : the weight in the loss.
    free_nats : the sum over the last axis counts as so much where it is less, with gradient 0.
    free_nats_mode : "element", or "batch": averaged over the first axis before it is compared.

    Raises
    ------
    ValueError : for a scale or a mode that does not exist, or a beta or free nats that are negative.
    """

    def __init__(
        self,
        scale: Scale,
        *,
        beta: float = 1.0,
        free_nats: float = 0.0,
        free_nats_mode: FreeNats = "element",
        **options: Any,
    ) -> None:
        super().__init__(**options)
        if scale not in get_args(Scale):
            raise ValueError(f"scale must be one of {', '.join(get_args(Scale))}, not {scale!r}")
        refuse_free_nats(free_nats, free_nats_mode)
        if beta < 0:
            raise ValueError(f"beta must not be negative: {beta}")
        self.scale, self.beta = scale, beta
        self.free_nats, self.free_nats_mode = free_nats, free_nats_mode

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """The layer takes one pair; what else it is given is told by this name, not by those of Keras."""
        if arguments and not (
            len(arguments) == 1 and isinstance(arguments[0], tuple | list) and len(arguments[0]) == 2
        ):
            raise TypeError("KLDivergenceLoss takes one pair: layer((mu, scale))")
        return super().__call__(*arguments, **options)

    def call(self, inputs: tuple[Any, Any]) -> tuple[Any, Any]:
        """Add the loss of (mu, scale), and give them back."""
        mu, scale = inputs
        self.add_loss(self.beta * self.divergence(mu, scale))
        return mu, scale

    def divergence(self, mu: Any, scale: Any) -> Any:
        """The mean divergence, without beta."""
        return reduced(
            ops,
            ops.cast,
            getattr(kl_keras, f"kl_unit_{self.scale}"),
            (mu, scale),
            reduction="mean",
            axis=-1,
            free_nats=self.free_nats,
            free_nats_mode=self.free_nats_mode,
        )

    def compute_output_shape(self, input_shape: Any) -> Any:
        """That of the inputs."""
        return tuple(input_shape)

    def get_config(self) -> dict[str, Any]:
        """For saving a model."""
        own = {
            "scale": self.scale,
            "beta": self.beta,
            "free_nats": self.free_nats,
            "free_nats_mode": self.free_nats_mode,
        }
        return {**super().get_config(), **own}
