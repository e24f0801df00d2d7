"""The worst inputs that the headers name: at each, the error is the one that they state, and within the bound."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from derive.campaign.tasks import Task
from derive.report import Check, Status
from derive.verify.checks.hunt import errors_at
from derive.verify.emitted import Emitted
from derive.verify.families import subject_of
from derive.verify.targets.compiled import Compiled, library
from derive.verify.ulp import PRECISIONS, Precision

_CONTRACT = re.compile(r"/\*((?:(?!\*/).)*)\*/\s*DERIVE_KL_API \w+ derive_(\w+)\(", re.DOTALL)
_LINE = re.compile(r"Worst found: (.*?)\. Theorem")
_ENTRY = re.compile(r"(binary\d\d): ([\d.]+) ulp at \(([^()]*)\)")

NAME = "the worst inputs that the headers name"


@dataclass(frozen=True)
class Named:
    """What a header says of a function in a format; its numbers as text."""

    function: str
    precision: Precision
    ulp: str
    at: tuple[str, ...]


def named(header: str) -> Iterator[Named]:
    """All that a header names."""
    by_name = {p.name: p for p in PRECISIONS}
    for contract, function in _CONTRACT.findall(header):
        for line in _LINE.findall(" ".join(contract.split())):
            for precision, ulp, at in _ENTRY.findall(line):
                yield Named(function, by_name[precision], ulp, tuple(at.split(", ")))


def _faults(emitted: Emitted, compiled: Compiled) -> tuple[int, tuple[str, ...]]:
    built, count = library(emitted, compiled), 0
    faults: list[str] = []
    for path in emitted.paths(".h"):
        found = list(named(emitted.text(path)))
        count += len(found)
        stated = " ".join(emitted.text(path).split()).count(" ulp at (")
        if stated != len(found):
            faults.append(f"{path} names {stated} worst inputs, of which {len(found)} can be read")
        for it in found:
            where = f"{it.function} in {it.precision.name} at ({', '.join(it.at)})"
            if len(it.at) != subject_of(it.function).arity:
                faults.append(f"{path} names {len(it.at)} arguments of {where}")
                continue
            try:
                columns = [np.array([float.fromhex(x)]).astype(it.precision.dtype) for x in it.at]
                (error,) = errors_at(built, subject_of(it.function), it.function, it.precision, columns)
            except (ValueError, OverflowError) as wrong:
                faults.append(f"{path} names no arguments of {where}: {wrong}")
                continue
            if f"{error:.4f}" != it.ulp:
                faults.append(f"{path} says {it.ulp} ulp of {where}, it is {error:.4f}")
            if not error <= emitted.bound("c", it.precision.name, it.function):
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
