"""From the formulas of a module to findings: what each is, whether its names and its sampler agree, what is
reported.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from derive.audit.candidates import Candidate, Scope, failure, scopes
from derive.audit.files import Found, Unreadable, parts
from derive.audit.finding import Finding
from derive.audit.reading import extents, identified, span, text_of
from derive.audit.reports import Report, partly, reports
from derive.audit.whole import Whole, whole
from derive.identify.answer.record import Identification
from derive.identify.read.limits import FILE_STEPS, NotUnderstood, Position, Spent, metered, spend
from derive.identify.read.python.distributions import GAUSSIAN, OTHER_CLASSES
from derive.identify.read.python.syntax import position
from derive.identify.read.reading import works_with_matrices
from derive.identify.read.source import Source
from derive.identify.read.text import PLAIN, Framework, framework
from derive.identify.read.tree import Node, walk
from derive.proofs import FAMILIES

#: What an audit makes of one file: the findings, a line for each part that could not be read, whether anything was
#: read, and how many formulas in it are KL terms, right or wrong.
Told = tuple[list[Finding], list[str], bool, int]


def audit_file(file: Found, codes: Collection[str]) -> Told:
    """The findings of one file, and what was read of it."""
    found: list[Finding] = []
    skipped: list[str] = []
    read, terms = False, 0
    try:
        module = whole(parts(file), skipped)
        try:
            for told in audit_module(module, codes, skipped) if module else ():
                found += told
                terms += 1
            read = module is not None
        except NotUnderstood as error:
            skipped.append(f"{file.path}: skipped: {error.message}")
    except Unreadable as error:
        skipped.append(f"{file.path}: skipped: {error}")
    return sorted(found), skipped, read, terms


def audit_module(module: Whole, codes: Collection[str], skipped: list[str]) -> Iterator[list[Finding]]:
    """The findings of each KL term in a module; a line is added for each formula that the reader fails on.

    Raises
    ------
    NotUnderstood : it is beyond the limits of the reader; what was found until then was given.
    """
    spent: NotUnderstood | None = None
    with metered(FILE_STEPS):
        found = scopes(module.module, module.source)
        fw = framework(module.source) if found else PLAIN
        lines = module.source.split("\n")
        told: list[_Told] = []
        try:
            for scope in found:
                if scope.failed:
                    place = module.place(scope.failed[0])
                    skipped.append(f"{place}: the rest of the function skipped: {scope.failed[1]}")
                for candidate, answer in _answers(scope, fw, module, skipped):
                    every = reports(answer, candidate, scope, found, fw, module)
                    wanted = [r for r in every if r.code in codes and not _silenced(r.code, candidate, lines)]
                    told.append(_Told(candidate, answer, wanted))
        except NotUnderstood as error:
            spent = error
        for one in _once(told):
            yield [_finding(one.candidate, report, module, lines) for report in one.reports]
    if spent is not None:
        raise spent


def _finding(candidate: Candidate, report: Report, module: Whole, lines: list[str]) -> Finding:
    """The finding of a report, in the part of the file that the formula is in."""
    label, number = module.at(candidate.source.lineno)
    above = candidate.source.lineno - number
    # Python counts the bytes before the formula, people and editors the letters
    before = lines[candidate.source.lineno - 1].encode()[: candidate.source.col_offset].decode(errors="replace")
    spans = [s for s in extents(candidate, *report.beside) if module.at(s[0])[0] == label]
    text = Source(module.source, lambda changed: None)
    changes = [(at, at.end, new) for at, new in report.repair if at.end is not None and module.at(at.line)[0] == label]
    kept = all(not _COMMENTED.search(text.at(at) or "") for at, _, _ in changes)  # no comment is lost
    repair = [(at.line - above, at.column, end[0] - above, end[1], new) for at, end, new in changes]
    return Finding(
        *(module.path, label, number, len(before) + 1, report.code, report.message),
        tuple((first - above, last - above) for first, last in spans),
        tuple(repair) if kept and len(repair) == len(report.repair) else (),
    )


@dataclass
class _Told:
    """A formula with what it is and what is reported of it."""

    candidate: Candidate
    answer: Identification
    reports: list[Report]

    @cached_property
    def held(self) -> frozenset[Position]:
        """Where the parts stand that it is made of, those of functions that it calls included."""
        places = {n.at for n in walk(self.candidate.tree) if n.at is not None}
        return frozenset(places - {position(self.candidate.source)})


def _once(told: list[_Told]) -> Iterator[_Told]:
    """The formulas, each thing reported once: a function is read by itself and where it is called. What is wrong in it
    is told there, and no factor of it where a caller makes it a divergence.
    """
    whole = [t for t in told if t.answer.verdict in ("kl", "affine_kl") and not partly(t.answer)]
    for one in told:
        own = position(one.candidate.source)
        if partly(one.answer) and any(own in t.held for t in whole):
            continue
        inner = [r for t in told if position(t.candidate.source) in one.held for r in t.reports]
        codes, repairs = {r.code for r in inner}, {r.repair for r in inner if r.repair}
        one.reports = [r for r in one.reports if r.code not in codes and r.repair not in repairs]
        yield one


def _answers(
    scope: Scope, fw: Framework, module: Whole, skipped: list[str]
) -> Iterator[tuple[Candidate, Identification]]:
    """The formulas that are identified, each once: a line that completes another one stands for it."""
    kept: dict[Node, tuple[Candidate, Identification]] = {}
    right: dict[Node, Identification] = {}
    for candidate in scope.candidates:
        inside = set(walk(candidate.tree))
        spend(len(inside))
        within = inside & right.keys()
        if any(not partly(right[node]) for node in within):
            continue
        try:
            answer = identified(candidate.tree, fw, text_of(candidate, scope, module.source), candidate.inside)
        except MemoryError:
            raise
        except NotUnderstood as error:
            if isinstance(error, Spent) and error.limit == FILE_STEPS:
                raise
            continue
        except Exception as error:  # of one formula: the others are read
            skipped.append(f"{module.place(candidate.source.lineno)}: skipped: {failure(error)}")
            continue
        if answer.verdict in ("kl", "affine_kl", "estimator"):
            if partly(answer) and (within or _of_anything(answer)):
                continue
            for node in inside & kept.keys():
                del kept[node]
            right[candidate.tree] = answer
            kept[candidate.tree] = (candidate, answer)
        elif answer.verdict == "not_kl" and not within and not _of_another_family(scope):
            begun = inside & kept.keys()
            if all(_cost(answer) < _cost(kept[node][1]) for node in begun):
                for node in begun:
                    del kept[node]
                kept[candidate.tree] = (candidate, answer)
    yield from kept.values()


def _of_anything(answer: Identification) -> bool:
    """Whether nothing says that a formula is about Gaussians: exp(z) - z has no mean, and no name of a scale."""
    return answer.roles.get("mu") == "0" and answer.name_agrees is None


def _cost(answer: Identification) -> float:
    """How far a wrong formula is from a divergence."""
    return answer.fixes[0].cost if answer.fixes else math.inf


def _as_words(name: str) -> str:
    """A class as it stands in the names of functions: half_normal and halfnormal for HalfNormal."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_?", name)


#: Names of distributions that are no Gaussian. A beta by itself is seldom one.
_FAMILIES = re.compile(
    "|".join(
        sorted(
            {_as_words(n) for f in FAMILIES if f is not GAUSSIAN for c in f.libraries for n in c.names}
            | {_as_words(name) for name in OTHER_CLASSES - {"Beta"}}
            | {"beta_?(kl|dist)", "kl_?beta", r"(?-i:Beta)(?!\w*vae|[hb]?loss)"}
        )
    ),
    re.IGNORECASE,
)


#: Arguments that are the weight of a divergence, more often than not.
_WEIGHTS = frozenset(["gamma"])


def _of_another_family(scope: Scope) -> bool:
    """Whether a function says by its name, its arguments or its matrices that it is about something else."""
    for statement in scope.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            words = [statement.name, *(ast.unparse(d) for d in statement.decorator_list)]
            words += [a.arg for a in statement.args.args if a.arg not in _WEIGHTS]
            words += [ast.unparse(a.annotation) for a in statement.args.args if a.annotation]
            if any(_FAMILIES.search(w) for w in words) or works_with_matrices(ast.unparse(statement)):
                return True
    return bool(_FAMILIES.search(scope.owner))


_COMMENTED = re.compile(r"#[^\n]*\n")
_NOQA = re.compile(r"#\s*noqa(?P<codes>:\s*[A-Z]+\d+(?:[\s,]+[A-Z]+\d+)*)?(?!\w)", re.IGNORECASE)


def _silenced(code: str, candidate: Candidate, lines: list[str]) -> bool:
    """Whether a ``# noqa`` on a line of the formula covers the code: all, or those that begin as it says."""
    first, last = span(candidate)
    for line in lines[first - 1 : last]:
        match = _NOQA.search(line)
        if match and (not match["codes"] or code.startswith(tuple(re.findall(r"[A-Z]+\d+", match["codes"].upper())))):
            return True
    return False
