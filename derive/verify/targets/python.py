"""The emitted NumPy files, run from their text: no import path, no cache; a mutant is a string like any other."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from derive.errors import CheckFailed
from derive.verify.emitted import Emitted
from derive.verify.families import subject_of
from derive.verify.families.record import Subject
from derive.verify.readers.source import parsed
from derive.verify.targets.record import Limits, Target, Use
from derive.verify.ulp import FloatArray, Precision


class PythonModules:
    """The functions of the emitted NumPy files. Warnings and NumPy's floating-point signals are errors in a call."""

    language = "python"
    flushes = False
    forms = ("array",)

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._functions: dict[str, Any] = {}
        for path, text in texts.items():
            module = ModuleType(path.rpartition("/")[2].removesuffix(".py"))
            try:
                exec(compile(text, path, "exec"), module.__dict__)
            except Exception as error:
                raise CheckFailed(f"{path} does not load: {type(error).__name__}: {error}") from error
            found = {name: value for name, value in vars(module).items() if callable(value)}
            self._functions = found | self._functions

    @staticmethod
    def of(emitted: Emitted) -> PythonModules:
        """All NumPy files among the emitted ones."""
        return PythonModules({path: emitted.text(path) for path in emitted.files if _owns(path, emitted.files[path])})

    def function(self, name: str) -> Any:
        """The function itself.

        Raises
        ------
        CheckFailed
            when no file has one of this name.
        """
        if name not in self._functions:
            raise CheckFailed(f"the emitted Python has no function {name}", "run `derive all`")
        return self._functions[name]

    def has(self, function: str) -> bool:
        """All that is emitted is there."""
        return True

    def __call__(self, function: str, precision: Precision, columns: Sequence[FloatArray]) -> list[FloatArray]:
        """Results on whole columns, one array each."""
        arguments = [c.astype(precision.dtype) for c in columns]
        with warnings.catch_warnings(), np.errstate(all="raise"):
            warnings.simplefilter("error")
            result = self.function(function)(*arguments)
        results = result if function == subject_of(function).gradient else (result,)
        return [np.asarray(r) for r in results]


def public(text: str) -> list[str]:
    """Names of the functions that a file offers: those of ``__all__``, else those without a leading underscore."""
    tree = parsed(text)
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "__all__":
            return [str(name) for name in ast.literal_eval(statement.value)]
    return [s.name for s in tree.body if isinstance(s, ast.FunctionDef) and not s.name.startswith("_")]


def _owns(path: str, content: bytes) -> bool:
    """A module of the folder ``python`` that imports nothing but the standard library and NumPy."""
    return path.startswith("python/") and path.endswith(".py") and foreign(content) <= {"numpy"}


def foreign(content: bytes) -> set[str]:
    """What a module imports besides the standard library."""
    imported: set[str] = set()
    for node in ast.walk(parsed(content)):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            imported.add(str(node.module).partition(".")[0])
    return imported - set(sys.stdlib_module_names)


def _offers(emitted: Emitted) -> list[str]:
    return [name for path in emitted.files if _owns(path, emitted.files[path]) for name in public(emitted.text(path))]


def _promised(subject: Subject) -> dict[str, tuple[Use, ...]]:
    return {
        function: tuple(Use(function, precision, "array") for precision in ("binary64", "binary32"))
        for function in subject.functions
    }


#: A derivative in the second scale is up to 1 ulp of its larger part away from the exact sum of both, where it is
#: correctly rounded: hence the last entry.
_LIMITS = {"binary64": Limits(4.0, 4.0), "binary32": Limits(1.0, 1.01)}

TARGET = Target("python", _owns, _offers, _promised, _LIMITS, called="numpy")
