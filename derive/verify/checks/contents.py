"""The folder against its manifest: every digest, no orphan, nothing that depends on the day or the machine."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator
from pathlib import Path

from derive.errors import CheckFailed
from derive.report import Check, Status
from derive.verify.emitted import MANIFEST, Emitted
from derive.verify.families import correctly_rounded, subject_of, subjects
from derive.verify.targets import targets
from derive.verify.targets.record import Limits

_MACHINE = re.compile(
    rb"(?<![\w./-])/(?:home|root|tmp|usr|var|opt|work|Users|private)/\w|[A-Z]:\\\\?Users|"
    rb"\b(?:19|20)\d\d-(?:0\d|1[0-2])-[0-3]\d\b|\b[0-2]\d:[0-5]\d:[0-5]\d\b"
)


#: For float in C, of the functions of which all arguments are taken.
CORRECTLY_ROUNDED = 0.5

#: The words for how a bound was established. That the check which they name was made is seen in `coverage`.
ESTABLISHED = ("proved", "proved under hypotheses", "tested", "exhaustive")

#: Of which a proof leaves at least one.
FIGURES = frozenset({"rounding_units", "boxes"})


def contents_checks(folder: Path) -> list[Check]:
    """Digests and orphans by the manifest, and a search for dates, times and absolute paths."""
    try:
        digests = dict(json.loads((folder / MANIFEST).read_bytes())["files"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        return [Check("manifest", Status.FAILED, f"cannot read {MANIFEST}: {error!r}; run `derive all`")]
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in _files(folder)}
    faults = [f"{path} is missing" for path in digests if path not in found]
    for path, content in found.items():
        if path == MANIFEST:
            continue
        if path not in digests:
            faults.append(f"{path} is not in the manifest")
        elif hashlib.sha256(content).hexdigest() != digests[path]:
            faults.append(f"{path} has another digest")
    mentions = [f"{path}: {hit[0].decode()!r}" for path, text in found.items() if (hit := _MACHINE.search(text))]
    return [
        _check("manifest", faults, f"{len(digests)} files as declared"),
        _check("no date or absolute path", mentions, f"{len(found)} files"),
    ]


def bound_checks(emitted: Emitted) -> list[Check]:
    """Declared bounds within the accuracy contract: a bound that is wide enough would pass any test."""
    contract = {(target.name, precision): of for target in targets() for precision, of in target.limits.items()}
    strangers = emitted.bounds.keys() - {language for language, _ in contract}
    faults, count = [f"there is no contract for {language}" for language in sorted(strangers)], 0
    for (language, precision), limits in contract.items():
        for name, declared in emitted.bounds.get(language, {}).get(precision, {}).items():
            count += 1
            try:
                limit = _limit(limits, (language, precision), name)
            except CheckFailed as error:
                faults.append(error.message)
                continue
            said, ulp = str(declared.get("established")), float(declared.get("ulp", math.inf))
            if said not in ESTABLISHED:
                faults.append(f"{language} {precision} {name} is declared {said!r}, and no check establishes that")
            if said == "exhaustive" and (precision != "binary32" or name not in correctly_rounded()):
                faults.append(f"{language} {precision} {name} is declared exhaustive, and nothing takes all arguments")
            if said.startswith("proved") and not declared.keys() & FIGURES:
                faults.append(f"{language} {precision} {name} is declared {said}, without the figures of a proof")
            if (said == "proved under hypotheses") != any(key.startswith("supposed_") for key in declared):
                faults.append(f"{language} {precision} {name} is declared {said}, and does not say what is supposed")
            if not ulp <= limit:
                faults.append(f"{language} {precision} {name} declares {ulp:g} ulp, the contract is {limit:g}")
    return [_check("declared bounds", faults, f"{count} within the accuracy contract")]


def _limit(limits: Limits, where: tuple[str, str], name: str) -> float:
    if name in {subject.sum for subject in subjects()}:
        return limits.total
    if where == ("c", "binary32") and name in correctly_rounded():
        return CORRECTLY_ROUNDED
    return limits.value if name == subject_of(name).name else limits.gradient


def _check(name: str, faults: list[str], good: str) -> Check:
    return Check(name, Status.FAILED if faults else Status.PASSED, "; ".join(faults[:3]) if faults else good)


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path
