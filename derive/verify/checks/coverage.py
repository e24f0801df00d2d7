"""What was emitted against what was judged: a file, function, format or form that nothing checks fails the run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from derive.report import Check, Status
from derive.verify.checks.hypotheses import hypotheses_of
from derive.verify.checks.rounding import rounding_check
from derive.verify.emitted import MANIFEST, Emitted
from derive.verify.families import families
from derive.verify.targets import targets
from derive.verify.targets.record import Target, Use

#: Files that no target owns, by the start of their path, and what looks at them.
_BESIDE = {
    "latex/": "TeX, in `verify --full`",
    "coq/": "Coq, in `prove --coq`",
    "__init__.py": "the import of the package",
    "python/__init__.py": "the import of the package",
    ".gitattributes": "git",
}


def coverage_checks(folder: Path, emitted: Emitted, checks: Sequence[Check], missing: Iterable[str]) -> list[Check]:
    """Hold the files, the public functions and the declared bounds against the finished checks.

    ``missing`` names the targets that could not be loaded for want of a tool: theirs is "not checked", not a fault.
    """
    judged = _judged(checks)
    found = [_files(folder, emitted), *(_functions(t, emitted, checks, judged, t.name in missing) for t in targets())]
    return [*found, _records(emitted), _words(emitted, checks, judged, set(missing))]


def _judged(checks: Sequence[Check]) -> set[tuple[str, Use]]:
    """(target, use) of every check that compared results at one point at least."""
    found = set()
    for check in checks:
        figures: Mapping[str, object] = check.figures or {}
        forms = figures.get("forms")
        if isinstance(forms, list) and figures.get("points"):
            for form in forms:
                use = Use(str(figures["function"]), str(figures["precision"]), str(form))
                found.add((str(figures["language"]), use))
    return found


def _files(folder: Path, emitted: Emitted) -> Check:
    declared = json.loads(emitted.files[MANIFEST]).get("files", {})
    faults = []
    for path in declared:
        content = emitted.files.get(path, b"")
        owners = [target.name for target in targets() if target.owns(path, content)]
        beside = [prefix for prefix in _BESIDE if path.startswith(prefix)]
        if len(owners) + bool(beside) == 0:
            faults.append(f"{path}: no target's record owns it, so that nothing checks it")
        if len(owners) > 1:
            faults.append(f"{path}: the targets {' and '.join(owners)} own it")
    return _check("every file has a checker", faults, f"{len(declared)} files")


def _functions(
    target: Target, emitted: Emitted, checks: Sequence[Check], judged: set[tuple[str, Use]], missing: bool
) -> Check:
    name = f"{target.name}: every public function is judged in every format and form"
    offered = list(dict.fromkeys(target.offers(emitted)))
    promised: dict[str, tuple[Use, ...]] = {}
    for subject in emitted.subjects:
        if target.load is None or subject.name in emitted.bounds.get(target.name, {}).get("binary64", {}):
            promised |= target.promised(subject)
    faults, uses, others = [], 0, {check.name for check in checks}
    for symbol in offered:
        if symbol in target.others:
            if not any(target.others[symbol] in other for other in others):
                faults.append(f"{symbol}: the check {target.others[symbol]!r} was not made")
        elif symbol not in promised:
            faults.append(f"{symbol}: no family's record says what it should compute, so that nothing checks it")
        else:
            uses += len(promised[symbol])
            for use in promised[symbol]:
                if (target.name, use) not in judged and not missing:
                    faults.append(f"{symbol} ({use.precision}, {use.form}): nothing judged it")
    faults += [f"{symbol}: promised, and not there" for symbol in promised if symbol not in offered]
    if missing and not faults:
        return Check(name, Status.NOT_CHECKED, f"{len(offered)} functions: a tool is missing")
    return _check(name, faults, f"{len(offered)} functions, {uses} uses")


def _records(emitted: Emitted) -> Check:
    """Of a family of which something is emitted, everything is."""
    there = {subject.name for subject in emitted.subjects}
    faults = [
        f"{subject.name}: the record of {family.name} has it, and it is not emitted"
        for family in families()
        if there & {subject.name for subject in family.subjects}
        for subject in family.subjects
        if subject.name not in there
    ]
    return _check("every subject of an emitted family is emitted", faults, f"{len(there)} subjects")


def _words(emitted: Emitted, checks: Sequence[Check], judged: set[tuple[str, Use]], missing: set[str]) -> Check:
    """A bound that is declared as tested was tested in this run, one on all arguments by the check that takes them."""
    faults, count = [], 0
    made = {check.name for check in checks}
    sums = {subject.sum: subject.name for subject in emitted.subjects if subject.sum}
    for language, formats in emitted.bounds.items():
        for precision, functions in formats.items():
            for function, declared in functions.items():
                count += 1
                if language in missing:
                    continue
                use = Use(sums.get(function, function), precision, "sum" if function in sums else "array")
                said = f"{language} {precision} {function} is declared {declared['established']}"
                if (language, use) not in judged:
                    faults.append(f"{said}, and nothing tried it")
                faults += [
                    f"{said}, and nothing measured {what}" for what in hypotheses_of(declared) if what not in made
                ]
                if declared["established"] == "exhaustive" and rounding_check(function) not in made:
                    faults.append(f"{said}, and the check that takes all arguments was not made")
    return _check("every declared bound was tried", faults, f"{count} bounds")


def _check(name: str, faults: list[str], good: str) -> Check:
    return Check(name, Status.FAILED if faults else Status.PASSED, "; ".join(faults[:5]) if faults else good)
