"""The emitted JAX file, compiled by XLA: derivatives in reverse mode."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from derive.verify.families import subject_of
from derive.verify.targets.framework import FrameworkModule, framework
from derive.verify.ulp import FloatArray, Precision

#: XLA compiles anew for every shape: columns are given to it in pieces of this length.
_PIECE = 1024


class JaxModule(FrameworkModule):
    """The functions of the emitted file, under 64-bit types, which JAX has only on request."""

    language = "jax"
    flushes = True  # XLA does, on a CPU

    def __init__(self, path: str, text: str) -> None:
        import jax

        self._jax: Any = jax
        self._compiled = cache(self._compile)
        super().__init__(path, text)

    def _compile(self, function: str) -> Any:
        subject = subject_of(function)
        value = self.function(subject.name)
        if function == subject.name:
            return self._jax.jit(lambda *columns: (value(*columns),))
        total = self._jax.grad(lambda *columns: value(*columns).sum(), argnums=tuple(range(subject.arity)))
        return self._jax.jit(total)

    def __call__(self, function: str, precision: Precision, columns: Sequence[FloatArray]) -> list[FloatArray]:
        """Results on whole columns, one array each."""
        if not len(columns[0]):
            return [np.zeros(0, precision.dtype) for _ in range(subject_of(function).results(function))]
        given = [np.ascontiguousarray(c, precision.dtype) for c in columns]
        pieces = []
        with self._jax.enable_x64(True):
            for start in range(0, len(given[0]), _PIECE):
                piece = [c[start : start + _PIECE] for c in given]
                whole = [np.concatenate([p, np.repeat(p[-1:], _PIECE - len(p))]) for p in piece]
                pieces.append([np.asarray(r)[: len(piece[0])] for r in self._compiled(function)(*whole)])
        return [np.concatenate(parts) for parts in zip(*pieces, strict=True)]


TARGET = framework("jax", JaxModule)
