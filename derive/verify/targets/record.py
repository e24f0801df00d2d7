"""What is known of a target language: which files are its own, which functions they offer, and what each has to be.

A target's file in this folder has a ``TARGET``; nothing else names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import NamedTuple, Protocol

from derive.verify.emitted import Emitted
from derive.verify.families.record import Subject
from derive.verify.ulp import FloatArray, Precision


class Use(NamedTuple):
    """One way to get at results: a function in a format and a form (``array``, ``scalar``, ``sum``)."""

    function: str
    precision: str
    form: str


class Implementation(Protocol):
    """A loaded target: results of a function on columns in a format."""

    language: str
    #: Whether subnormal numbers are 0 to it: arguments, results, and differences.
    flushes: bool

    def has(self, function: str) -> bool:
        """Whether the target has this function at all; what it should have and has not is a fault of its own."""
        ...

    def __call__(self, function: str, precision: Precision, columns: Sequence[FloatArray]) -> list[FloatArray]: ...


class Limits(NamedTuple):
    """The most that may be declared in a format, in ulp; 0 for what there is not."""

    value: float
    gradient: float
    total: float = 0.0


#: Files by path, and functions in them -> these files with as little else as the language allows.
Part = Callable[[Mapping[str, bytes], Sequence[str]], Mapping[str, bytes]]


def whole(files: Mapping[str, bytes], functions: Sequence[str]) -> Mapping[str, bytes]:
    """The files as they are."""
    return files


@dataclass(frozen=True)
class Target:
    """A target language.

    Attributes
    ----------
    name : as the manifest's bounds have it.
    owns : whether a file of the emitted folder, by its path and content, is this target's.
    offers : the public functions of these files, read off their text.
    promised : the public functions of a subject, and the uses that each has.
    limits : by format, the accuracy contract.
    others : public functions that compute nothing of a subject, and the name of the check that calls each.
    load : of a framework, the module of the target's name, which may not be installed: its emitted file, loaded. It may
        lack subjects.
    part : what ``derive vendor`` copies where only some functions are wanted.
    called : what users call the target, where that is not its name.
    """

    name: str
    owns: Callable[[str, bytes], bool]
    offers: Callable[[Emitted], Iterable[str]]
    promised: Callable[[Subject], Mapping[str, tuple[Use, ...]]]
    limits: Mapping[str, Limits]
    others: Mapping[str, str] = field(default_factory=dict)
    load: Callable[[Emitted], Implementation] | None = None
    part: Part = whole
    called: str = ""

    @property
    def vendored_as(self) -> str:
        return self.called or self.name

    @property
    def installed(self) -> bool:
        """Whether what it takes to load it is there; for what is no framework, others look after that."""
        return self.load is None or find_spec(self.name) is not None
