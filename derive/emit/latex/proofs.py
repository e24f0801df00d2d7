r"""``proof-ID.tex``: the steps of a proof, to be input as text, for instance inside a ``proof`` environment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from derive.emit.latex.header import PACKAGES, citation, source_file
from derive.emit.latex.printer import Printer
from derive.emit.latex.rows import alone, fitted
from derive.emit.latex.words import code, remark, text_latex, without
from derive.emit.remarks import IN_ITALICS
from derive.vocabulary.theorem import Step, Theorem

#: The mark on the last line of a proof.
_QED = r"\deriveqed"


def proof(theorem: Theorem, symbols: Mapping[str, str], decided: Mapping[str, str] | None = None) -> list[str]:
    """The lines of the proof: for each step its number, name, reason and what it rests on, then its rows.

    ``decided`` says in a sentence, for each step by its name, how it was decided.
    """
    printer = Printer({**symbols, **{v.name: v.latex for v in theorem.variables}})
    body: list[str] = []
    for number, step in enumerate(theorem.steps, 1):
        said = None if decided is None else decided[step.name]
        body += _step(number, step, printer, said, last=number == len(theorem.steps))
    return body


def proof_file(theorem: Theorem, digest: str, symbols: Mapping[str, str]) -> tuple[str, bytes]:
    """Its path under ``generated/`` and its content."""
    name = f"proof-{theorem.id}"
    what = (
        f"{theorem.title}: the proof of theorem {theorem.id}, step by step",
        f"Statement digest {digest}. Each step was decided by `derive prove {theorem.id}`.",
        IN_ITALICS,
        citation(f"proof of theorem {theorem.id}, statement {digest}"),
    )
    needs = rf"{PACKAGES}, macros.tex. Use: \input{{{name}}} between paragraphs"
    return f"latex/{name}.tex", source_file(what, proof(theorem, symbols), fragment=False, needs=needs)


def short_proof_file(theorem: Theorem, digest: str, symbols: Mapping[str, str]) -> tuple[str, bytes]:
    """The same of the short proof: its idea, and one line for each step that carries it."""
    name = f"proof-{theorem.id}-short"
    body = outline(theorem, Printer({**symbols, **{v.name: v.latex for v in theorem.variables}}))
    what = (
        f"{theorem.title}: the proof of theorem {theorem.id}, in short",
        f"Statement digest {digest}. Each line is a step that `derive prove {theorem.id}` decided.",
        IN_ITALICS,
        citation(f"proof of theorem {theorem.id}, statement {digest}"),
    )
    needs = rf"{PACKAGES}, macros.tex. Use: \input{{{name}}} between paragraphs"
    return f"latex/{name}.tex", source_file(what, body, fragment=False, needs=needs)


def outline(theorem: Theorem, printer: Printer) -> list[str]:
    """The lines of the short proof: its idea, and a row for each step that carries it."""
    assert theorem.short is not None
    rows = fitted(printer, alone(theorem.outline()), tagged=True, end=_QED)
    return [remark(theorem.short.idea), r"\begin{align*}", *rows, r"\end{align*}"]


def _step(number: int, step: Step, printer: Printer, said: str | None, *, last: bool) -> list[str]:
    small = "" if said is None else rf"{{\small {text_latex(said)}.}}"
    words = " ".join(part for part in (remark(step.reason), _cited(step.cites), small) if part)
    lines = [rf"\derivestep{{{number}}}{{{text_latex(step.name)}}}", words]
    # The reason of the step stands above its rows already.
    rows = alone([replace(row, reason=without(row.reason, {step.reason})) for row in step.rows()])
    if rows:
        shown = fitted(printer, rows, tagged=True, end=_QED if last else "")
        lines += [r"\begin{align*}", *shown, r"\end{align*}"]
    elif last:
        lines.append(_QED)
    return lines


def _cited(ids: Sequence[str]) -> str:
    """``By kl-normal and moments, step second.``"""
    if not ids:
        return ""
    names = [
        rf"\derivecite{{{theorem}}}{{{code(theorem)}}}" + (f" (step {code(step)})" if step else "")
        for theorem, _, step in (i.partition("/") for i in ids)
    ]
    listed = names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
    return f"By {listed}."
