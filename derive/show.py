"""A theorem or a claim as a page of text, as LaTeX, or as data."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from derive.emit.unicode import Printer, letters, words
from derive.theorem import Claim, Registry, Row, Theorem, Variable

_WIDTH = 110


def as_text(entry: Theorem | Claim, registry: Registry) -> str:
    """The page that ``derive show`` prints."""
    return _claim(entry, registry) if isinstance(entry, Claim) else _theorem(entry)


def as_latex(entry: Theorem | Claim) -> str:
    """The proof of a theorem as in generated/latex, or a claim as a sentence."""
    if isinstance(entry, Claim):
        return f"{entry.text}\n{entry.because}\n"
    from derive.emit.latex import proof

    return proof(entry)


def as_record(entry: Theorem | Claim) -> dict[str, object]:
    """The same as data, formulas as the text of :func:`as_text`."""
    if isinstance(entry, Claim):
        point = {name: str(value) for name, value in (entry.counterexample or {}).items()}
        return {
            "id": entry.id,
            "text": entry.text,
            "source": entry.source,
            "verdict": entry.verdict.value,
            "because": words(entry.because),
            "evidence": list(entry.evidence),
            "counterexample": point or None,
        }
    printer = _printer(entry.variables)
    return {
        "id": entry.id,
        "title": entry.title,
        "source": entry.source,
        "variables": [{"name": v.name, "domain": v.domain.value, "meaning": v.meaning} for v in entry.variables],
        "assumptions": [words(text) for text in entry.assumptions],
        "statement": _lines(printer, entry.statement),
        "steps": [
            {
                "name": step.name,
                "kind": type(step).__name__,
                "reason": words(step.reason),
                "cites": list(step.cites),
                "rows": _lines(printer, step.rows()),
            }
            for step in entry.steps
        ],
        "formulas": [{"name": f.name, "digest": f.digest, "formula": _formula(f.head, f.expr)} for f in entry.formulas],
        "cites": list(entry.cites),
    }


def _theorem(theorem: Theorem) -> str:
    printer = _printer(theorem.variables)
    page = [f"{theorem.id}: {words(theorem.title)}", ""]
    for variable in theorem.variables:
        page.append(f"  {letters(variable.latex)}  {variable.domain.value}; {words(variable.meaning)}")
    page += [f"  Assume {words(text)}" for text in theorem.assumptions]
    page += ["", "Statement", *_indented(_lines(printer, theorem.statement)), "", "Proof"]
    for number, step in enumerate(theorem.steps, start=1):
        cites = f" [{', '.join(step.cites)}]" if step.cites else ""
        page += _wrapped(f"{number}. {step.name}: {words(step.reason)}{cites}", "  ")
        page += _indented(_lines(printer, step.rows()), "       ")
    page += ["", *_wrapped(f"Source: {words(theorem.source)}", "")]
    return "\n".join(page) + "\n"


def _claim(claim: Claim, registry: Registry) -> str:
    page = [f"{claim.id}: {claim.verdict.value}", "", *_wrapped(f"“{words(claim.text)}”", "  "), ""]
    page += _wrapped(words(claim.because), "  ")
    if claim.counterexample:
        point = ", ".join(f"{name} = {value}" for name, value in claim.counterexample.items())
        page += ["", f"  Counterexample: {point}"]
    for name in claim.evidence:
        theorem = registry.theorems.get(name.partition("/")[0])
        page.append(f"  Evidence: {name}" + (f", {words(theorem.title)}" if theorem else ""))
    page += ["", *_wrapped(f"Source: {words(claim.source)}", "")]
    return "\n".join(page) + "\n"


def _printer(variables: Sequence[Variable]) -> Printer:
    return Printer({v.name: letters(v.latex) for v in variables})


def _lines(printer: Printer, rows: Sequence[Row]) -> list[str]:
    found = []
    for row in rows:
        left = "" if row.lhs is None else printer.line(row.lhs) + " "
        why = f"    ({words(row.reason)})" if row.reason else ""
        found.append(f"{left}{printer.relation(row.relation)} {printer.line(row.rhs)}{why}")
    return found


def _formula(head: object, expr: object) -> str:
    printer = Printer()
    return f"{printer.line(head)} = {printer.line(expr)}"


def _indented(lines: Sequence[str], indent: str = "  ") -> list[str]:
    return [indent + line for line in lines]


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=indent + "   ")
