"""Rows of a statement or of a derivation: as one expression, and as lines of ``align`` that fit the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from derive.emit.latex.box import Binding, Box
from derive.emit.latex.names import RELATIONS
from derive.emit.latex.printer import Printer
from derive.emit.latex.words import text_latex, wrapped
from derive.vocabulary.theorem import Row

#: The width of a line, in the letters of :class:`Box`: a page of check.tex has room for about 70.
LINE = 64.0
#: The width of a letter of text, in those of mathematics; the longest reason, in letters, that is a tag.
LETTER = 0.85
LONGEST_TAG = 75
#: A left-hand side wider than this stands on a line of its own.
WIDEST_LEFT = 26.0


@dataclass(frozen=True)
class Line:
    """One line of an alignment, without its ``\\\\``: what stands left and right of its mark, and why."""

    left: str
    right: str
    start: float = 0.0  # the widths up to its mark and to its end
    end: float = 0.0
    reason: str = ""

    def latex(self) -> str:
        return f"{self.left}&{self.right}".strip()


def chained(rows: Sequence[Row]) -> tuple[Row, ...]:
    """``a = b`` followed by ``a = c`` as the chain ``a = b = c``; ``a = b = b`` as ``a = b``."""
    found: list[Row] = []
    head: sp.Expr | None = None
    only_equal = False
    for row in rows:
        if row.lhs is not None and row.lhs == head and only_equal and row.relation == "=":
            row = Row(None, row.relation, row.rhs, row.reason)
        elif row.lhs is not None:
            head, only_equal = row.lhs, True
        only_equal = only_equal and row.relation == "="
        if row.lhs is None and row.relation == "=" and found and found[-1].rhs == row.rhs:
            continue
        found.append(row)
    return tuple(found)


def chains(rows: Sequence[Row]) -> tuple[tuple[Row, ...], ...]:
    """Rows grouped into expressions: a row without a left-hand side continues the one above."""
    found: list[list[Row]] = []
    for row in chained(rows):
        if row.lhs is None and found:
            found[-1].append(row)
        else:
            found.append([row])
    return tuple(tuple(chain) for chain in found)


def expression(printer: Printer, chain: Sequence[Row]) -> str:
    """A chain as one expression: ``a = b = c``."""
    pieces = []
    for row in chain:
        if row.lhs is not None:
            pieces.append(printer.box(row.lhs).within(Binding.SUM).text)
        pieces.append(f"{RELATIONS[row.relation]} {printer.box(row.rhs).within(Binding.SUM).text}")
    return " ".join(pieces)


def alignment(printer: Printer, rows: Sequence[Row], *, tagged: bool) -> tuple[str, ...]:
    r"""The rows as lines of one alignment, with ``&`` and ``\\``, each no wider than a page.

    A long sum goes on below its first part. Reasons are tags at the right margin, which TeX sets below the row where
    they find no room beside it; or, for use inside ``aligned``, which takes no tags, words behind or below the row.
    """
    body: list[str] = []
    for line in lines(printer, rows):
        body.append(line.latex())
        reason = f"({line.reason})" if line.reason else ""
        if tagged and 0 < len(reason) <= LONGEST_TAG:
            body[-1] += rf" \tag*{{{text_latex(reason)}}}"
        elif 0 < LETTER * len(reason) <= LINE - line.end:
            body[-1] += rf" \quad\text{{{text_latex(reason)}}}"
        elif reason:
            room = int((LINE - line.start) / LETTER)
            body += [rf"&\quad\text{{{part}}}" for part in wrapped(reason, room)]
    return (*(line + r" \\" for line in body[:-1]), body[-1])


def lines(printer: Printer, rows: Sequence[Row]) -> tuple[Line, ...]:
    """The rows cut into lines."""
    rows = chained(rows)
    lefts = [None if row.lhs is None else printer.box(row.lhs).within(Binding.SUM) for row in rows]
    widest = max((left.width for left in lefts if left is not None), default=0.0)
    apart = widest > WIDEST_LEFT and any(widest + printer.box(row.rhs).width > LINE for row in rows)
    indent = r"\quad " if apart else ""
    start = 2.0 if apart else widest + 2.0
    found: list[Line] = []
    for row, left in zip(rows, lefts, strict=True):
        head = "" if left is None else left.text
        if apart and left is not None:
            found.append(Line("", head))
            head = ""
        parts = _parts(printer, row, LINE - start)
        for index, part in enumerate(parts):
            text = indent + (RELATIONS[row.relation] if index == 0 else r"\quad{}") + " " + part.text
            reason = row.reason if index == len(parts) - 1 else ""
            found.append(Line(head + " " if head and index == 0 else "", text, start, start + part.width, reason))
    return tuple(found)


def _parts(printer: Printer, row: Row, room: float) -> list[Box]:
    """The right-hand side, cut between its summands where it is wider than the room for it."""
    whole = printer.box(row.rhs).within(Binding.SUM)
    if whole.width <= room or not getattr(row.rhs, "is_Add", False):
        return [whole]
    parts: list[Box] = []
    for box in printer.summands(row.rhs):
        if parts and parts[-1].width + box.width <= room:
            before = parts.pop()
            height = max(before.height, box.height)
            box = Box(f"{before.text} {box.text}", Binding.SUM, height, before.width + box.width)
        parts.append(box)
    return parts
