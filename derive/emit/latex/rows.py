"""Rows of a statement or of a derivation: as one expression, and as lines of ``align`` that fit the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

import sympy as sp

from derive.emit.conditions import comparisons, domains, implied, said_below
from derive.emit.latex.box import Binding, Box, join
from derive.emit.latex.names import RELATIONS
from derive.emit.latex.printer import Printer
from derive.emit.latex.words import letters, text_latex, wrapped
from derive.vocabulary.theorem import Row

#: The width of a line, in the letters of :class:`Box`: a page of check.tex, 438 pt wide, has room for about 70.
LINE = 64.0
#: And of one in a column of a paper: 229 pt in article, 252 pt in IEEEtran.
NARROW = 28.0
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

    def latex(self, *, squeezed: bool = False) -> str:
        right = rf"\derivesqueeze{{{self.right}}}" if squeezed else self.right
        return f"{self.left}&{right}".strip()


def chained(rows: Sequence[Row]) -> tuple[Row, ...]:
    """``a = b`` followed by ``a = c`` as the chain ``a = b = c``; ``a = b = b`` as ``a = b``."""
    found: list[Row] = []
    head: sp.Expr | None = None
    only_equal = False
    for row in rows:
        same = row.lhs is not None and row.lhs == head and only_equal and row.relation == "="
        if same and found[-1].where == row.where:
            row = replace(row, lhs=None)
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


def alone(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows as a paper has them, apart from the list of their variables: with the domains that they need."""
    return tuple(
        replace(row, where=(*(domain for domain in domains(chain) if not implied(domain, row.where)), *row.where))
        for chain in chains(rows)
        for row in chain
    )


def expression(printer: Printer, chain: Sequence[Row]) -> str:
    """A chain as one expression: ``a = b = c``."""
    pieces = []
    for row, following in zip_longest(chain, chain[1:]):
        if row.lhs is not None:
            pieces.append(printer.box(row.lhs).within(Binding.SUM).text)
        pieces.append(f"{RELATIONS[row.relation]} {printer.box(row.rhs).within(Binding.SUM).text}")
        if not said_below(row, following):
            pieces += [r"\quad" + part.text for part in condition(printer, row)]
    return " ".join(pieces)


def displayed(printer: Printer, chain: Sequence[Row]) -> str:
    r"""A chain as one expression; where that is too wide for a column, and for a page, as lines too.

    ``\deriveform`` chooses between the first and the last, ``\derivewide`` between all three.
    """
    whole = expression(printer, chain)
    if len(chain) == 1 and all(line.end <= NARROW for line in lines(printer, chain)):
        return whole
    narrow, page = (_aligned(printer, chain, line) for line in (NARROW, LINE))
    if len(lines(printer, chain, LINE)) > len(chain):
        return rf"\derivewide{{{whole}}}{{{page}}}{{{narrow}}}"
    return rf"\deriveform{{{whole}}}{{{narrow}}}"


def _aligned(printer: Printer, chain: Sequence[Row], line: float) -> str:
    return rf"\begin{{aligned}}{' '.join(alignment(printer, chain, tagged=False, line=line))}\end{{aligned}}"


def condition(printer: Printer, row: Row, *, apart: bool = False) -> list[Box]:
    r"""``\text{for } 0 < s < 1`` and ``\text{with equality only at } s = 1``, for use after the row.

    With ``apart`` each comparison is a piece of its own, for use in a column.
    """
    found = []
    for words, conditions in (("for", row.where), ("with equality only at", row.only_at)):
        read = [_comparison(printer, *parts) for parts in comparisons(conditions)]
        if apart and read:
            found.append(replace(read[0], text=rf"\text{{{words} }}{read[0].text}", width=read[0].width + len(words)))
            for box in read[1:]:
                found[-1] = replace(found[-1], text=found[-1].text + ",")
                found.append(box)
        elif read:
            width = LETTER * (len(words) + 1) + sum(box.width + 1 for box in read)
            text = rf"\text{{{words} }}{', '.join(box.text for box in read)}"
            found.append(Box(text, Binding.LOGIC, max(box.height for box in read), width))
    return found


def _comparison(printer: Printer, sides: Sequence[sp.Expr], relations: Sequence[str]) -> Box:
    first, *others = (printer.box(side).within(Binding.SUM) for side in sides)
    text = first.text + "".join(f" {RELATIONS[r]} {box.text}" for r, box in zip(relations, others, strict=True))
    width = first.width + sum(box.width + 2 for box in others)
    return Box(text, Binding.RELATION, max(box.height for box in (first, *others)), width)


def fitted(printer: Printer, rows: Sequence[Row], *, tagged: bool, end: str = "") -> tuple[str, ...]:
    r"""The rows as lines for a page, and, where those are too wide for it, as others for a column: ``\derivefit``.

    ``end`` stands at the margin of the last line.
    """
    wide = alignment(printer, rows, tagged=tagged, end=end)
    if not tagged and all(line.end <= NARROW for line in lines(printer, rows)):
        return wide
    narrow = alignment(printer, rows, tagged=False, line=NARROW, end=end)
    return (r"\derivefit{%", *wide, "}{%", *narrow, "}") if narrow != wide else wide


def alignment(
    printer: Printer, rows: Sequence[Row], *, tagged: bool, line: float = LINE, end: str = ""
) -> tuple[str, ...]:
    r"""The rows as lines of one alignment, with ``&`` and ``\\``, each no wider than ``line``.

    A long sum goes on below its first part. Reasons are tags at the right margin, which TeX sets below the row where
    they find no room beside it; or, for use inside ``aligned``, which takes no tags, words behind or below the row.
    """
    body: list[str] = []
    pieces = lines(printer, rows, line)
    for index, piece in enumerate(pieces):
        # A line takes one tag: where the mark of the end is to stand, the reason goes below.
        tagged = tagged and not (end and index == len(pieces) - 1)
        body.append(piece.latex(squeezed=line == NARROW and piece.end > line))
        reason = _bracketed(piece.reason)
        if tagged and 0 < letters(reason) <= LONGEST_TAG:
            body[-1] += rf" \tag*{{{text_latex(reason)}}}"
        elif 0 < LETTER * letters(reason) <= line - piece.end:
            body[-1] += rf" \quad\text{{{text_latex(reason)}}}"
        elif reason:
            room = int((line - piece.start) / LETTER)
            body += [rf"&\quad\text{{{part}}}" for part in wrapped(reason, room)]
    return (*(text + r" \\" for text in body[:-1]), f"{body[-1]} {end}".rstrip())


def _bracketed(reason: str) -> str:
    return f"({reason})" if reason else ""


def lines(printer: Printer, rows: Sequence[Row], line: float = LINE) -> tuple[Line, ...]:
    """The rows cut into lines no wider than ``line``."""
    rows = chained(rows)
    lefts = [None if row.lhs is None else printer.box(row.lhs).within(Binding.SUM) for row in rows]
    widest = max((left.width for left in lefts if left is not None), default=0.0)
    apart = widest > WIDEST_LEFT * line / LINE and any(
        widest + 2 + printer.box(row.rhs).width > line
        or (line < LINE and (condition(printer, row) or widest + 2 + LETTER * letters(_bracketed(row.reason)) > line))
        for row in rows
    )
    indent = r"\quad " if apart else ""
    start = 2.0 if apart else widest + 2.0
    found: list[Line] = []
    for row, left, following in zip_longest(rows, lefts, rows[1:]):
        head = "" if left is None else left.text
        if apart and left is not None:
            found.append(Line("", head, end=left.width))
            head = ""
        parts = _parts(printer, row, line - start)
        for index, part in enumerate(parts):
            text = indent + (RELATIONS[row.relation] if index == 0 else r"\quad{}") + " " + part.text
            reason = row.reason if index == len(parts) - 1 else ""
            found.append(Line(head + " " if head and index == 0 else "", text, start, start + part.width, reason))
        if not said_below(row, following):
            found[-1:] = _under(condition(printer, row, apart=line < LINE), found[-1], line)
    return tuple(found)


def _under(conditions: Sequence[Box], last: Line, line: float) -> list[Line]:
    """The line with its conditions behind it, or below it where there is no room; the reason comes last."""
    found = [replace(last, reason="")]
    for box in conditions:
        text, above = join(r"\quad", box.text), found[-1]
        if above.end + 2 + box.width <= line:
            found[-1] = replace(above, right=above.right + " " + text, end=above.end + 2 + box.width)
        else:
            found.append(Line("", text, last.start, last.start + 2 + box.width))
    found[-1] = replace(found[-1], reason=last.reason)
    return found


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
