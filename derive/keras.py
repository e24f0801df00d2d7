"""The divergences for Keras 3, on PyTorch or JAX, and a layer that adds one to the loss of a model.

>>> from derive.keras import KLDivergenceLoss                                           # doctest: +SKIP
>>> mu, logvar = KLDivergenceLoss("logvar", beta=1.0, free_nats=0.5)((mu, logvar))      # doctest: +SKIP

The functions are those of the emitted ``kl_keras.py``, with what a loss needs: reductions, masks, free nats.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from inspect import signature
from numbers import Real
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
from derive.reduction import FreeNats, Operations, Options, estimating, reduced, reducing, refuse_options

__all__ = [
    "FunctionLayer",
    "KLDivergenceLoss",
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

Scale = Literal["std", "var", "logstd", "logvar"]


class Divergence(Protocol):
    """A divergence of two Gaussians, element by element or reduced."""

    def __call__(self, *arguments: Any, **options: Unpack[Options]) -> Any: ...


class Estimator(Protocol):
    """A function of log-probabilities of samples, sample by sample or reduced."""

    def __call__(self, logp: Any, ref_logp: Any, *, clip: Any = None, **options: Unpack[Options]) -> Any: ...


@keras.saving.register_keras_serializable(package="derive")
class FunctionLayer(keras.layers.Layer):  # type: ignore[misc]  # Keras is not looked at
    """A function of this module in a functional model: it makes one of these of its call with symbolic tensors.

    Parameters
    ----------
    function : its name.
    numbers : its arguments, None where a tensor is given.
    choices : its options, but for the mask, which is a tensor.
    """

    def __init__(self, function: str, numbers: Sequence[Real | None], choices: dict[str, Any], **options: Any) -> None:
        super().__init__(autocast=False, **options)  # the types are the function's business
        self.function, self.numbers, self.choices = function, list(numbers), choices

    def call(self, *tensors: Any, where: Any = None) -> Any:
        """The function of tensors with numbers. A mask is not called so here: Keras would fill it in."""
        left = iter(tensors)
        arguments = [next(left) if number is None else number for number in self.numbers]
        masked = {} if where is None else {"mask": where}
        return globals()[self.function](*arguments, **self.choices, **masked)

    def get_config(self) -> dict[str, Any]:
        """For saving a model."""
        own = {"function": self.function, "numbers": self.numbers, "choices": self.choices}
        return {**super().get_config(), **own}


_OPERATIONS = Operations(ops, ops.cast, ops.convert_to_tensor, kl_keras._result_type, ops.stop_gradient)


def _also_symbolic(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, which becomes a layer of a functional model where it is given symbolic tensors."""

    names = [p.name for p in signature(function).parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]

    @functools.wraps(function)
    def either(*arguments: Any, **options: Any) -> Any:
        if not any(isinstance(a, keras.KerasTensor) for a in (*arguments, *options.values())):
            return function(*arguments, **options)
        arguments = (*arguments, *(options.pop(name) for name in names[len(arguments) :] if name in options))
        where = options.pop("mask", None)
        numbers = [a if isinstance(a, Real) else None for a in arguments]
        tensors = [a for a, number in zip(arguments, numbers, strict=True) if number is None]
        return FunctionLayer(function.__name__, numbers, options)(*tensors, where=where)

    either.__module__ = __name__
    return either


def _reducing(emitted: Callable[..., Any]) -> Divergence:
    return _also_symbolic(reducing(_OPERATIONS, emitted, __name__))


def _estimating(name: str) -> Estimator:
    return _also_symbolic(estimating(_OPERATIONS, name, kl_keras.expm1mx, __name__))


expm1mx = _also_symbolic(kl_keras.expm1mx)
log1pmx = _also_symbolic(kl_keras.log1pmx)

kl_unit_std = _reducing(kl_keras.kl_unit_std)
kl_unit_var = _reducing(kl_keras.kl_unit_var)
kl_unit_logstd = _reducing(kl_keras.kl_unit_logstd)
kl_unit_logvar = _reducing(kl_keras.kl_unit_logvar)
kl_normal_std = _reducing(kl_keras.kl_normal_std)
kl_normal_var = _reducing(kl_keras.kl_normal_var)
kl_normal_logstd = _reducing(kl_keras.kl_normal_logstd)
kl_normal_logvar = _reducing(kl_keras.kl_normal_logvar)

k1 = _estimating("k1")
k2 = _estimating("k2")
k3 = _estimating("k3")


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
        # a divergence in a shorter type would lose the digits of its inputs
        super().__init__(autocast=False, **options)
        if scale not in get_args(Scale):
            raise ValueError(f"scale must be one of {', '.join(get_args(Scale))}, not {scale!r}")
        refuse_options(free_nats=free_nats, free_nats_mode=free_nats_mode)
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
            _OPERATIONS,
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
