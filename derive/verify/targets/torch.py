"""The emitted PyTorch file, run from its text: values from its functions, derivatives through autograd."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Any

import numpy as np

from derive.errors import CheckFailed
from derive.verify.emitted import Emitted
from derive.verify.families import subject_of
from derive.verify.families.record import Subject
from derive.verify.targets.python import foreign, public
from derive.verify.targets.record import Target, Use
from derive.verify.ulp import FloatArray, Precision


class TorchModule:
    """The functions of the emitted file."""

    language = "torch"
    forms = ("array",)

    def __init__(self, path: str, text: str) -> None:
        import torch

        self._torch: Any = torch
        module = ModuleType("kl_torch")
        try:
            exec(compile(text, path, "exec"), module.__dict__)
        except Exception as error:
            raise CheckFailed(f"{path} does not load: {type(error).__name__}: {error}") from error
        self._functions = {name: vars(module).get(name) for name in public(text)}

    def has(self, function: str) -> bool:
        """Whether it is one of the file's values, or the gradient of one."""
        return subject_of(function).name in self._functions

    def function(self, name: str) -> Any:
        """The function itself."""
        return self._functions[name]

    def __call__(self, function: str, precision: Precision, columns: Sequence[FloatArray]) -> list[FloatArray]:
        """Results on whole columns, one array each."""
        subject = subject_of(function)
        arguments = [self._torch.tensor(np.ascontiguousarray(c, precision.dtype)) for c in columns]
        if function == subject.name:
            return [self.function(subject.name)(*arguments).numpy()]
        leaves = [argument.requires_grad_() for argument in arguments]
        total = self.function(subject.name)(*leaves).sum()
        return [slope.numpy() for slope in self._torch.autograd.grad(total, leaves)]


def _owns(path: str, content: bytes) -> bool:
    """A module of the folder ``python`` that imports PyTorch and nothing else but the standard library."""
    return path.startswith("python/") and path.endswith(".py") and foreign(content) == {"torch"}


def _load(emitted: Emitted) -> TorchModule:
    paths = [path for path in emitted.files if _owns(path, emitted.files[path])]
    return TorchModule(paths[0], emitted.text(paths[0]))


def _offers(emitted: Emitted) -> list[str]:
    return [name for path in emitted.files if _owns(path, emitted.files[path]) for name in public(emitted.text(path))]


def _promised(subject: Subject) -> dict[str, tuple[Use, ...]]:
    uses = [Use(function, p, "array") for function in subject.functions for p in ("binary64", "binary32")]
    return {subject.name: tuple(uses)}


TARGET = Target("torch", _owns, _offers, _promised, load=_load)
