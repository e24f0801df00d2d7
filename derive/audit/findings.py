"""From the formulas of a module to findings: what each is, whether its names and its sampler agree, what is
reported.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial

from derive.audit.candidates import Candidate, Function, Scope, failure, scopes
from derive.audit.files import Found, Part, Unreadable, parts
from derive.audit.finding import Finding
from derive.audit.samplers import Report, of_the_sampler
from derive.identify.answer.identification import identify_tree
from derive.identify.answer.record import Identification
from derive.identify.match.views import views_of
from derive.identify.read.limits import FILE_STEPS, MAX_FILE, NotUnderstood, Position, Spent, metered, spend
from derive.identify.read.python.distributions import GAUSSIAN, OTHER_CLASSES
from derive.identify.read.python.expression import Reader
from derive.identify.read.python.parse import parse, parsed
from derive.identify.read.python.syntax import position
from derive.identify.read.python.text import COMPOUND, values
from derive.identify.read.reading import works_with_matrices
from derive.identify.read.source import Source
from derive.identify.read.text import Framework, framework
from derive.identify.read.tree import Node, walk
from derive.proofs import FAMILIES
from derive.proofs.scales import SCALES

#: The most that a change may cost for an audit to call a formula wrong: one factor, sign, power or operation.
_CERTAIN = 1.25
#: Scales for which derive emits a divergence without cancellation.
_EMITTED = frozenset(scale.name for scale in SCALES)
#: What can be meant, a weight of a term's own: never repaired.
_MEANT = "DK001"
_KINDS = {"factor": "DK002", "power": "DK003", "sign": "DK004", "operation": "DK005"}


#: What an audit makes of one file: the findings, a line for each part that could not be read, whether anything was
#: read, and how many formulas in it are KL terms, right or wrong.
Told = tuple[list[Finding], list[str], bool, int]


def audit_file(file: Found, codes: Collection[str]) -> Told:
    """The findings of one file, and what was read of it."""
    found: list[Finding] = []
    skipped: list[str] = []
    read, terms = False, 0
    try:
        for part in parts(file):
            try:
                for told in audit_part(part, codes, skipped):
                    found += told
                    terms += 1
                read = True
            except NotUnderstood as error:
                skipped.append(f"{_place(part)}: skipped: {error.message}")
    except Unreadable as error:
        skipped.append(f"{file.path}: skipped: {error}")
    return sorted(found), skipped, read, terms


def _place(part: Part, *line: int) -> str:
    return ":".join(filter(None, (part.path, part.label, *map(str, line))))


def audit_part(part: Part, codes: Collection[str], skipped: list[str]) -> Iterator[list[Finding]]:
    """The findings of each KL term in one piece of Python; a line is added for each formula that the reader fails on.

    Raises
    ------
    NotUnderstood : it is not Python, or beyond the limits of the parser.
    """
    module, text = parsed(part.source, MAX_FILE)
    part = replace(part, source=text)
    with metered(FILE_STEPS):
        found = scopes(module, part.source)
        if not found:
            return
        fw = framework(part.source)
        lines = part.source.split("\n")
        told: list[_Told] = []
        for scope in found:
            if scope.failed:
                skipped.append(f"{_place(part, scope.failed[0])}: the rest of the function skipped: {scope.failed[1]}")
            for candidate, answer in _answers(scope, fw, part, skipped):
                reports = [
                    report for report in _reports(answer, candidate, scope, found)
                    if report[0] in codes and not _silenced(report[0], candidate, lines)
                ]  # fmt: skip
                told.append(_Told(candidate, answer, reports))
        for one in _once(told):
            number = one.candidate.source.lineno
            # Python counts the bytes before the formula, people and editors the letters
            before = lines[number - 1].encode()[: one.candidate.source.col_offset].decode(errors="replace")
            place = (part.path, part.label, number, len(before) + 1)
            places = _repair(one.answer)
            yield [
                Finding(*place, code, message, _extents(one.candidate, *others), places if code != _MEANT else ())
                for code, message, others in one.reports
            ]


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
    whole = [t for t in told if t.answer.verdict in ("kl", "affine_kl") and not _partial(t.answer)]
    repaired: set[object] = set()
    for one in told:
        own, places = position(one.candidate.source), _repair(one.answer)
        if (places and places in repaired) or (_partial(one.answer) and any(own in t.held for t in whole)):
            continue
        repaired.add(places)
        inner = [t for t in told if position(t.candidate.source) in one.held]
        one.reports = [r for r in one.reports if all(r[0] != other[0] for t in inner for other in t.reports)]
        yield one


def _extents(*candidates: Candidate) -> tuple[tuple[int, int], ...]:
    """The lines of formulas, those of the names that they are made of included."""
    spans = {_span(c) for c in candidates}
    nodes = (n.at for c in candidates for n in walk(c.tree))
    return tuple(sorted(spans | {(at.line, at.end[0]) for at in nodes if at is not None and at.end is not None}))


def _span(candidate: Candidate) -> tuple[int, int]:
    """The lines of a formula: those of its statement, but of one with a body its own alone."""
    around = candidate.source if isinstance(candidate.statement, COMPOUND) else candidate.statement
    return around.lineno, _last_line(around)


def _last_line(part: ast.stmt | ast.expr) -> int:
    assert part.end_lineno is not None  # the parser has said where each of them ends
    return part.end_lineno


def _repair(answer: Identification) -> tuple[tuple[int, int, int, int, str], ...]:
    """The change that makes a formula right, if the names say which of several is meant."""
    if answer.verdict != "not_kl" or answer.name_agrees is not True:
        return ()
    return tuple((at.line, at.column, *at.end, new) for at, new in answer.fixes[0].places if at.end is not None)


def _answers(scope: Scope, fw: Framework, part: Part, skipped: list[str]) -> Iterator[tuple[Candidate, Identification]]:
    """The formulas that are identified, each once: a line that completes another one stands for it."""
    kept: dict[Node, tuple[Candidate, Identification]] = {}
    right: dict[Node, Identification] = {}
    for candidate in scope.candidates:
        inside = set(walk(candidate.tree))
        spend(len(inside))
        within = inside & right.keys()
        if any(not _partial(right[node]) for node in within):
            continue
        try:
            answer = _identified(candidate, scope, fw, part.source)
        except MemoryError:
            raise
        except NotUnderstood as error:
            if isinstance(error, Spent) and error.limit == FILE_STEPS:
                raise
            continue
        except Exception as error:  # of one formula: the others are read
            skipped.append(f"{_place(part, candidate.source.lineno)}: skipped: {failure(error)}")
            continue
        if answer.verdict in ("kl", "affine_kl", "estimator"):
            if within and _partial(answer):
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


def _cost(answer: Identification) -> float:
    """How far a wrong formula is from a divergence."""
    return answer.fixes[0].cost if answer.fixes else math.inf


def _identified(candidate: Candidate, scope: Scope, fw: Framework, source: str) -> Identification:
    text = Source(source, partial(_again, candidate=candidate, scope=scope), scope.assigned)
    seen = views_of(candidate.tree)
    return identify_tree(candidate.tree, fw, text=text, seen=seen, inside=candidate.inside)


def _again(text: str, candidate: Candidate, scope: Scope) -> Node | None:
    """The formula in a changed copy of its file, of which only the statements of its function that it is made of are
    read again.
    """
    first = scope.body[0]
    body = first.body if isinstance(first, Function) else scope.body
    beside = [(n.at.line, n.at.end[0]) for n in scope.assigned.values() if n.at is not None and n.at.end is not None]
    spans = (*_extents(candidate), *beside)
    wanted = set(range(first.lineno, body[0].lineno))
    for statement in body:
        last = _last_line(statement)
        if any(start <= last and statement.lineno <= end for start, end in spans):
            wanted.update(range(statement.lineno, last + 1))
    spend(len(wanted))
    lines, numbers = text.split("\n"), sorted(wanted)
    own = ["if 1:" if first.col_offset else "", *(lines[number - 1] for number in numbers)]
    place = numbers.index(candidate.source.lineno) + 2, candidate.source.col_offset
    for value in values(parse("\n".join(own), MAX_FILE).body, scope.reader(Reader(strict=False))):
        if (value.source.lineno, value.source.col_offset) == place and value.name == candidate.name:
            return value.tree
    return None


def _as_words(name: str) -> str:
    """A class as it stands in the names of functions: half_normal and halfnormal for HalfNormal."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_?", name)


#: Names of distributions that are no Gaussian. A beta by itself is the weight of a divergence, more often than not.
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


def _of_another_family(scope: Scope) -> bool:
    """Whether a function says by its name, its arguments or its matrices that it is about something else."""
    for statement in scope.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            words = [statement.name, *(ast.unparse(d) for d in statement.decorator_list)]
            words += [a.arg for a in statement.args.args] + [
                ast.unparse(a.annotation) for a in statement.args.args if a.annotation
            ]
            if any(_FAMILIES.search(w) for w in words) or works_with_matrices(ast.unparse(statement)):
                return True
    return bool(_FAMILIES.search(scope.owner))


def _reports(answer: Identification, candidate: Candidate, scope: Scope, everything: list[Scope]) -> Iterator[Report]:
    for code, message in _of_the_formula(answer):
        yield code, message, ()
    if answer.verdict in ("kl", "affine_kl"):
        yield from of_the_sampler(answer, candidate, scope, everything)


def _of_the_formula(answer: Identification) -> Iterator[tuple[str, str]]:
    if answer.verdict == "not_kl":
        if answer.fixes:
            fix = answer.fixes[0]
            code = _KINDS.get(fix.kind, _MEANT) if fix.cost <= _CERTAIN else _MEANT
            if code == _MEANT and answer.name_agrees is None:
                return  # a formula in x and y that is far from a divergence is about something else
            yield code, f"{answer.headline}: {fix.edit}; write: {fix.changed}"
        return
    if answer.verdict == "estimator" and answer.name_agrees is False:
        yield "DK014", f"{answer.headline}: {answer.fix}"
    if answer.verdict == "estimator" and answer.cancels:
        yield "DK030", "exp(x) - 1 - x loses its digits near x = 0; expm1mx(x) of derive keeps them"
    if answer.verdict not in ("kl", "affine_kl"):
        return
    if answer.cancels and answer.pair is not None and answer.scale in _EMITTED:
        name = f"kl_{answer.pair}_{answer.scale}"
        yield "DK030", f"near its minimum this form loses its digits; {name} of derive keeps them"
    for note in answer.name_notes:
        yield "DK010", note
    for doubt in answer.doubts:
        yield "DK013", doubt
    if _shifted(answer):
        yield "DK020", f"shifted by the constant {answer.offset}"
    if _scaled(answer):
        yield "DK021", f"{answer.factor} times the KL divergence"
    if "epsilon" in answer.modifiers:
        yield "DK022", next(n for n in answer.notes if n.startswith("epsilon"))
    if "clamp" in answer.modifiers:
        yield "DK023", next(n for n in answer.notes if n.startswith("clamp"))
    if answer.reductions and not any(r.startswith("sum") for r in answer.reductions):
        yield "DK024", "averaged, not summed, over the latent dimensions"
    wrong = next((note for note in answer.notes if note.startswith("summed over the batch")), None)
    if wrong:
        yield "DK025", wrong


_NUMBER = re.compile(r"-?\d+(/\d+)?")


def _shifted(answer: Identification) -> bool:
    """Whether a constant is added, by itself or for each of the n entries that are summed."""
    parts = re.split(r" [+-] ", answer.offset or "0")
    return any(part != "0" and re.fullmatch(r"-?(\d+\*)?(\d+|entries)(/\d+)?", part) for part in parts)


def _partial(answer: Identification) -> bool:
    """Whether a factor or a constant may be completed further on."""
    return _shifted(answer) or _scaled(answer)


def _scaled(answer: Identification) -> bool:
    return answer.factor not in ("1", "-1", None) and bool(_NUMBER.fullmatch(answer.factor or ""))


_NOQA = re.compile(r"#\s*noqa(?P<codes>:\s*[A-Z]+\d+(?:[\s,]+[A-Z]+\d+)*)?(?!\w)", re.IGNORECASE)


def _silenced(code: str, candidate: Candidate, lines: list[str]) -> bool:
    """Whether a ``# noqa`` on a line of the formula covers the code: all, or those that begin as it says."""
    first, last = _span(candidate)
    for line in lines[first - 1 : last]:
        match = _NOQA.search(line)
        if match and (not match["codes"] or code.startswith(tuple(re.findall(r"[A-Z]+\d+", match["codes"].upper())))):
            return True
    return False
