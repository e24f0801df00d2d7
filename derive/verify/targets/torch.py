"""The emitted PyTorch file: derivatives through autograd."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from derive.verify.families import subject_of
from derive.verify.targets.framework import FrameworkModule, framework
from derive.verify.ulp import FloatArray, Precision


class TorchModule(FrameworkModule):
    """The functions of the emitted file."""

    language = "torch"

    def __init__(self, path: str, text: str) -> None:
        import torch

        self._torch: Any = torch
        super().__init__(path, text)

    def __call__(self, function: str, precision: Precision, columns: Sequence[FloatArray]) -> list[FloatArray]:
        """Results on whole columns, one array each."""
        subject = subject_of(function)
        arguments = [self._torch.tensor(np.ascontiguousarray(c, precision.dtype)) for c in columns]
        if function == subject.name:
            return [self.function(subject.name)(*arguments).numpy()]
        leaves = [argument.requires_grad_() for argument in arguments]
        total = self.function(subject.name)(*leaves).sum()
        return [slope.numpy() for slope in self._torch.autograd.grad(total, leaves)]


TARGET = framework("torch", TorchModule)
