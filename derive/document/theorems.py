"""Theorems with their steps, and claims with their verdicts, as parts of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from derive.document.mathml import aligned, mathml, words
from derive.emit.coq.statements import no_counterpart, of_theorem
from derive.emit.latex.printer import Printer
from derive.emit.latex.rows import NARROW, alignment
from derive.emit.latex.words import without
from derive.vocabulary.theorem import Claim, Definition, Row, Step, Theorem, Verdict

if TYPE_CHECKING:
    from derive.prove import CheckedTheorem

#: The width of a line of the page, in the letters of :mod:`derive.emit.latex.rows`.
_PAGE = 54.0

_COLOURS = {Verdict.PROVED: "yes", Verdict.REFUTED: "no", Verdict.IN_A_SENSE: "partly", Verdict.UNTESTED: "open"}


def anchor(name: str) -> str:
    """The id on the page of a theorem, a claim, or a step ``theorem/step``."""
    return "t-" + name.replace("/", "--")


def claim(entry: Claim, anchors: Set[str]) -> str:
    """A claim with its verdict, the reason, and links to the evidence."""
    evidence = ", ".join(_link(name, anchors) for name in entry.evidence)
    point = ", ".join(f"{escape(name)} = {value}" for name, value in (entry.counterexample or {}).items())
    return (
        f'<section class="claim" id="{anchor(entry.id)}"><h3>“{words(entry.text)}”</h3>'
        f'<p><strong class="verdict {_COLOURS[entry.verdict]}">{entry.verdict.value}</strong>'
        f" {_said(entry.because)}</p>"
        + (f"<p>Counterexample: {point}.</p>" if point else "")
        + (f"<p>Evidence: {evidence}.</p>" if evidence else "")
        + _source(entry)
        + "</section>"
    )


def _source(entry: Claim | Theorem) -> str:
    return f'<p class="source">Source: {_said(entry.source)}</p>' if entry.source else ""


def theorem(item: CheckedTheorem, symbols: Mapping[str, str], judged: Set[str] | None, anchors: Set[str]) -> str:
    """A theorem: what is assumed, what is claimed, every step with how it was decided, and what Coq has accepted.

    ``judged`` are the statements that Coq has accepted here; None says nothing of Coq.
    """
    entry = item.theorem
    printer = Printer({**symbols, **{v.name: v.latex for v in entry.variables}})
    how = {evidence.step: evidence.how for evidence in item.evidence}
    given = "".join(
        f"<li>{mathml(v.latex)}: {escape(v.domain.value)}; {_said(v.meaning)}</li>" for v in entry.variables
    ) + "".join(f"<li>Assume {_said(text)}</li>" for text in entry.assumptions)
    steps = "".join(_step(entry, step, how[step.name], printer, anchors) for step in entry.steps)
    return (
        f'<section class="theorem" id="{anchor(entry.id)}"><h3>{words(entry.title)}</h3>'
        f'<p class="id">theorem <code>{escape(entry.id)}</code>, statement <code>{item.digest}</code></p>'
        + (f'<ul class="given">{given}</ul>' if given else "")
        + f'<div class="statement">{_rows(tuple(replace(row, reason="") for row in entry.statement), printer)}</div>'
        + _short(entry, printer)
        + f"<ol>{steps}</ol>"
        + ("" if judged is None else f'<p class="how">{escape(coq(entry, judged))}</p>')
        + _source(entry)
        + "</section>"
    )


def _short(entry: Theorem, printer: Printer) -> str:
    """The proof as a textbook has it, where there is one."""
    if entry.short is None:
        return ""
    rows = tuple(replace(row, reason="") for row in entry.outline())
    return f"<p><strong>In short.</strong> {_said(entry.short.idea)}</p>{_rows(rows, printer)}<p>Step by step:</p>"


def _step(entry: Theorem, step: Step, how: str, printer: Printer, anchors: Set[str]) -> str:
    cites = ", ".join(_link(name, anchors) for name in step.cites)
    rows = tuple(replace(row, reason=without(row.reason, {step.reason})) for row in step.rows())
    return (
        f'<li id="{anchor(f"{entry.id}/{step.name}")}"><p><strong>{escape(step.name)}</strong>: {_said(step.reason)}'
        + (f"; by {cites}" if cites else "")
        + f'</p>{_rows(rows, printer)}<p class="how">{escape(decided(step, how))}</p></li>'
    )


def decided(step: Step, how: str) -> str:
    """How a step was decided, as a sentence; a definition has nothing to decide."""
    return "A definition" if isinstance(step, Definition) else f"Decided by: {how}"


def _rows(rows: Sequence[Row], printer: Printer) -> str:
    """An alignment for a page and, where it is another, one for a phone."""
    if not rows:
        return ""
    wide, narrow = (alignment(printer, rows, tagged=False, line=line) for line in (_PAGE, NARROW))
    if len(wide) == len(narrow):
        return f'<div class="rows">{aligned(wide)}</div>'
    return f'<div class="rows wide">{aligned(wide)}</div><div class="rows narrow">{aligned(narrow)}</div>'


def coq(entry: Theorem, judged: Set[str]) -> str:
    """What Coq has accepted of a theorem, in a sentence."""
    statements = of_theorem(entry)
    if not statements:
        return f"No counterpart in Coq: {no_counterpart(entry)}"
    accepted = [s for s in statements if s.theorem_text in judged]
    number = "1 statement" if len(statements) == 1 else f"{len(statements)} statements"
    if not accepted:
        return f"Stated for Coq ({number}), not judged on this machine."
    some = "" if len(accepted) == len(statements) else f"{len(accepted)} of "
    return f"Checked by Coq on this machine: {some}{number}."


def _said(text: str) -> str:
    """The author's words, in quotation marks."""
    return f"<q>{words(text)}</q>"


def _link(name: str, anchors: Set[str]) -> str:
    target, text = anchor(name), f"<code>{escape(name)}</code>"
    return f'<a href="#{target}">{text}</a>' if target in anchors else text
