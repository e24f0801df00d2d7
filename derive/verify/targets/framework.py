"""What the targets of frameworks have in common: one emitted file, which imports the framework, run from its text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from derive.errors import CheckFailed
from derive.verify.emitted import Emitted
from derive.verify.families import subject_of
from derive.verify.families.record import Subject
from derive.verify.targets.python import foreign, public
from derive.verify.targets.record import Implementation, Limits, Target, Use
from derive.verify.ulp import FloatArray, Precision

_LIMITS = {"binary64": Limits(4.0, 2.0), "binary32": Limits(3.0, 2.0)}


class FrameworkModule:
    """The functions of the emitted file: values, whose derivatives the framework is asked for."""

    language: str
    flushes = False
    forms = ("array",)

    def __init__(self, path: str, text: str) -> None:
        module = ModuleType(f"kl_{self.language}")
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
        raise NotImplementedError


def framework(name: str, module: Callable[[str, str], Implementation]) -> Target:
    """The record of a framework by the name of its module, and the class that loads its emitted file."""

    def owns(path: str, content: bytes) -> bool:
        """A module of the folder ``python`` that imports the framework and nothing else but the standard library."""
        return path.startswith("python/") and path.endswith(".py") and foreign(content) == {name}

    def paths(emitted: Emitted) -> list[str]:
        return [path for path in emitted.files if owns(path, emitted.files[path])]

    def load(emitted: Emitted) -> Implementation:
        (path,) = paths(emitted)
        return module(path, emitted.text(path))

    def offers(emitted: Emitted) -> list[str]:
        return [function for path in paths(emitted) for function in public(emitted.text(path))]

    def promised(subject: Subject) -> dict[str, tuple[Use, ...]]:
        uses = [Use(function, p, "array") for function in subject.functions for p in ("binary64", "binary32")]
        return {subject.name: tuple(uses)}

    return Target(name, owns, offers, promised, _LIMITS, load=load)
