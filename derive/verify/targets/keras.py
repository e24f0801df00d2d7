"""The emitted Keras file, on whichever of its backends is there: PyTorch sooner than JAX, which is slow without jit."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np

from derive.errors import CheckFailed
from derive.verify.families import subject_of
from derive.verify.targets.framework import FrameworkModule, framework
from derive.verify.ulp import FloatArray, Precision


class KerasModule(FrameworkModule):
    """The functions of the emitted file; derivatives from the backend."""

    language = "keras"

    def __init__(self, path: str, text: str) -> None:
        os.environ.setdefault("KERAS_BACKEND", "torch" if find_spec("torch") is not None else "jax")
        import keras

        self._backend: str = keras.backend.backend()
        if self._backend not in ("torch", "jax"):
            raise CheckFailed(f"Keras runs on {self._backend}", "KERAS_BACKEND=torch or KERAS_BACKEND=jax")
        self.flushes = self._backend == "jax"
        super().__init__(path, text)

    def __call__(self, function: str, precision: Precision, columns: Sequence[FloatArray]) -> list[FloatArray]:
        """Results on whole columns, one array each."""
        subject = subject_of(function)
        value, wants_value = self.function(subject.name), function == subject.name
        given = [np.ascontiguousarray(c, precision.dtype) for c in columns]
        return (self._with_torch if self._backend == "torch" else self._with_jax)(value, wants_value, given)

    @staticmethod
    def _with_torch(value: Any, wants_value: bool, given: list[FloatArray]) -> list[FloatArray]:
        import torch

        leaves = [torch.tensor(c, requires_grad=not wants_value) for c in given]
        made = value(*leaves)
        return [made.numpy()] if wants_value else [s.numpy() for s in torch.autograd.grad(made.sum(), leaves)]

    @staticmethod
    def _with_jax(value: Any, wants_value: bool, given: list[FloatArray]) -> list[FloatArray]:
        import jax

        with jax.enable_x64(True):
            if wants_value:
                return [np.asarray(value(*given))]
            total = jax.grad(lambda *leaves: value(*leaves).sum(), argnums=tuple(range(len(given))))
            return [np.asarray(slope) for slope in total(*map(jax.numpy.asarray, given))]


TARGET = framework("keras", KerasModule)
