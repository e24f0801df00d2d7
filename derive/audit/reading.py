"""A formula in its file: the lines that it is made of, what it is, and the formula in a changed copy of the file."""

from __future__ import annotations

import ast
from functools import partial

from derive.audit.candidates import Candidate, Function, Scope
from derive.identify.answer.identification import identify_tree
from derive.identify.answer.record import Identification
from derive.identify.match.views import views_of
from derive.identify.read.limits import MAX_FILE, spend
from derive.identify.read.python.expression import Reader
from derive.identify.read.python.parse import parse
from derive.identify.read.python.text import COMPOUND, values
from derive.identify.read.source import Source
from derive.identify.read.text import Framework
from derive.identify.read.tree import Node, walk


def extents(*candidates: Candidate) -> tuple[tuple[int, int], ...]:
    """The lines of formulas, those of the names that they are made of included."""
    spans = {span(c) for c in candidates}
    nodes = (n.at for c in candidates for n in walk(c.tree))
    return tuple(sorted(spans | {(at.line, at.end[0]) for at in nodes if at is not None and at.end is not None}))


def span(candidate: Candidate) -> tuple[int, int]:
    """The lines of a formula: those of its statement, but of one with a body its own alone."""
    around = candidate.source if isinstance(candidate.statement, COMPOUND) else candidate.statement
    return around.lineno, _last_line(around)


def _last_line(part: ast.stmt | ast.expr) -> int:
    assert part.end_lineno is not None  # the parser has said where each of them ends
    return part.end_lineno


def text_of(candidate: Candidate, scope: Scope, source: str) -> Source:
    """The text of a formula's file with the way back to the formula."""
    return Source(source, partial(_again, candidate=candidate, scope=scope), scope.assigned)


def identified(tree: Node, fw: Framework, text: Source, inside: bool) -> Identification:
    """What a formula is, as far as an audit tells."""
    return identify_tree(tree, fw, text=text, seen=views_of(tree), inside=inside)


def _again(text: str, candidate: Candidate, scope: Scope) -> Node | None:
    """The formula in a changed copy of its file, of which only the statements of its function that it is made of are
    read again.
    """
    first = scope.body[0]
    body = first.body if isinstance(first, Function) else scope.body
    beside = [(n.at.line, n.at.end[0]) for n in scope.assigned.values() if n.at is not None and n.at.end is not None]
    spans = (*extents(candidate), *beside)
    wanted = set(range(first.lineno, body[0].lineno))
    for statement in body:
        last = _last_line(statement)
        if any(start <= last and statement.lineno <= end for start, end in spans):
            wanted.update(range(statement.lineno, last + 1))
    spend(len(wanted))
    lines, numbers = text.split("\n"), sorted(wanted)
    own = ["if 1:" if first.col_offset else "", *(lines[number - 1] for number in numbers)]
    number = numbers.index(candidate.source.lineno) + 2
    read = values(parse("\n".join(own), MAX_FILE).body, scope.reader(Reader(strict=False)))
    near = [v for v in read if v.source.lineno == number and v.name == candidate.name]
    same = [v for v in near if v.source.col_offset == candidate.source.col_offset]
    found = same or near  # behind a change of its own line it stands elsewhere
    return found[0].tree if same or len(near) == 1 else None
