"""The emitted NumPy file, run from its text: no import path, no cache, so that a mutant is a string like any other."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from types import ModuleType
from typing import Any

import numpy as np

from derive.errors import CheckFailed
from derive.verify.functions import FAMILY_OF
from derive.verify.ulp import FloatArray, Precision


class PythonModule:
    """The functions of the emitted NumPy file. Warnings and NumPy's floating-point signals are errors during a call."""

    language = "python"

    def __init__(self, text: str) -> None:
        self._module = ModuleType("kl_normal")
        try:
            exec(compile(text, "kl_normal.py", "exec"), self._module.__dict__)
        except Exception as error:
            raise CheckFailed(f"kl_normal.py does not load: {type(error).__name__}: {error}") from error

    def function(self, name: str) -> Any:
        """The function itself.

        Raises
        ------
        CheckFailed
            when the file has none of this name.
        """
        found = getattr(self._module, name, None)
        if found is None:
            raise CheckFailed(f"kl_normal.py has no function {name}", "run `derive all`")
        return found

    def __call__(self, function: str, precision: Precision, columns: Sequence[FloatArray]) -> list[FloatArray]:
        """Results on whole columns, one array each."""
        arguments = [c.astype(precision.dtype) for c in columns]
        with warnings.catch_warnings(), np.errstate(all="raise"):
            warnings.simplefilter("error")
            result = self.function(function)(*arguments)
        results = result if function == FAMILY_OF[function].gradient else (result,)
        return [np.asarray(r) for r in results]
