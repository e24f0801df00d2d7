"""The worst inputs that the headers name: at each, the error is the one that they state, and within the bound."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from derive.campaign.tasks import Task
from derive.report import Check, Status
from derive.verify.checks.hunt import error_of_sum, errors_at
from derive.verify.emitted import Emitted
from derive.verify.families import subject_of
from derive.verify.targets.c import CLibrary
from derive.verify.targets.compiled import Compiled, library
from derive.verify.ulp import PRECISIONS, Precision

_CONTRACT = re.compile(r"/\*((?:(?!\*/).)*)\*/\s*DERIVE_KL_API \w+ derive_(\w+)\(", re.DOTALL)
_LINE = re.compile(r"Worst (sum )?found: (.*?)\.(?= Worst| Theorem)")
_ENTRY = re.compile(r"(binary\d\d): ([\d.]+) ulp at (?:(\d+) copies of )?\(([^()]*)\)")

NAME = "the worst inputs that the headers name"


@dataclass(frozen=True)
class Named:
    """What a header says of a function in a format; its numbers as text."""

    function: str
    precision: Precision
    ulp: str
    at: tuple[str, ...]
    #: How many of these arguments a sum is of; None where it is the function's own value.
    copies: int | None

    def error(self, library: CLibrary) -> float:
        """The error that this library makes there; ValueError or OverflowError where no numbers are named."""
        subject, numbers = subject_of(self.function), [float.fromhex(x) for x in self.at]
        columns = [np.array([x]).astype(self.precision.dtype) for x in numbers]
        if self.copies is None:
            return float(errors_at(library, subject, self.function, self.precision, columns)[0])
        return error_of_sum(library, subject, self.precision, [float(c[0]) for c in columns], self.copies)

    @property
    def name(self) -> str:
        """The function that is called."""
        return self.function if self.copies is None else subject_of(self.function).sum


def named(header: str) -> Iterator[Named]:
    """All that a header names."""
    by_name = {p.name: p for p in PRECISIONS}
    for contract, function in _CONTRACT.findall(header):
        for of_sum, line in _LINE.findall(" ".join(contract.split())):
            for precision, ulp, copies, at in _ENTRY.findall(line):
                count = int(copies or 1) if of_sum else None
                yield Named(function, by_name[precision], ulp, tuple(at.split(", ")), count)


def _faults(emitted: Emitted, compiled: Compiled) -> tuple[int, tuple[str, ...]]:
    built, count = library(emitted, compiled), 0
    faults: list[str] = []
    for path in emitted.paths(".h"):
        found = list(named(emitted.text(path)))
        count += len(found)
        stated = " ".join(emitted.text(path).split()).count(" ulp at ")
        if stated != len(found):
            faults.append(f"{path} names {stated} worst inputs, of which {len(found)} can be read")
        for it in found:
            where = f"{it.name} in {it.precision.name} at ({', '.join(it.at)})"
            if len(it.at) != subject_of(it.function).arity:
                faults.append(f"{path} names {len(it.at)} arguments of {where}")
                continue
            try:
                error = it.error(built)
            except (ValueError, OverflowError) as wrong:
                faults.append(f"{path} names no arguments of {where}: {wrong}")
                continue
            if f"{error:.4f}" != it.ulp:
                faults.append(f"{path} says {it.ulp} ulp of {where}, it is {error:.4f}")
            if not error <= emitted.bound("c", it.precision.name, it.name):
                faults.append(f"{where} is {error:.4f} ulp off, beyond its bound")
    return count, tuple(faults)


def _conclude(results: Sequence[tuple[int, tuple[str, ...]]]) -> list[Check]:
    ((count, faults),) = results
    if faults:
        hint = "`derive verify --hunt 10 --record derive/emit/worst.csv` in a checkout finds them anew"
        return [Check(NAME, Status.FAILED, f"{'; '.join(faults[:3])}; {hint}")]
    return [Check(NAME, Status.PASSED, f"{count} with the errors as stated")]


def worst_task(emitted: Emitted, compiled: Compiled) -> Task:
    """The check, where the library was built. A header may name none: of a family that nobody searched."""
    return Task("worst inputs", (partial(_faults, emitted, compiled),), _conclude)
