r"""Fragments: one expression for use inside any mathematics, or rows for use inside ``align``.

NAME                  a formula: ``head = expression``; NAME is ``definition-...`` for one
NAME-rhs              its right-hand side alone
statement-ID          the statement of a theorem, where it is one expression (a chain ``a = b = c`` is one)
statement-ID-K        otherwise each of its expressions, K = 1, 2, ...
statement-ID-align    the statement as rows, with ``&`` and ``\\``, cut to the width of a page

All are in ``formulas.tex``, for ``\deriveformula{NAME}``; those that stand alone are files of their own too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from derive.emit.latex.header import PACKAGES, citation, comment, domain, source_file
from derive.emit.latex.printer import Printer
from derive.emit.latex.rows import alone, chains, displayed, fitted
from derive.vocabulary.theorem import Formula, Row, Theorem


@dataclass(frozen=True)
class Fragment:
    """An emitted fragment: its name, without ``.tex``, its mathematics, and whether that is rows of an alignment."""

    name: str
    body: tuple[str, ...]
    what: tuple[str, ...]
    rows: bool = False

    @property
    def has_file(self) -> bool:
        """Whether it has a file of its own; right-hand sides and rows are in ``formulas.tex`` alone."""
        return not self.rows and not self.name.endswith("-rhs")

    def file(self) -> tuple[str, bytes]:
        """Its path under ``generated/`` and its content."""
        place = "inside align or aligned" if self.rows else "inside $...$, equation, align"
        needs = rf"{PACKAGES}, macros.tex. Use: \input{{{self.name}}} {place}"
        return f"latex/{self.name}.tex", source_file(self.what, self.body, fragment=True, needs=needs)


def formulas_file(fragments: Sequence[Fragment]) -> tuple[str, bytes]:
    """``formulas.tex``: a definition for each of the fragments."""
    body = []
    for fragment in fragments:
        body += comment(fragment.what[0])
        first, *rest = fragment.body
        body += [rf"\derivedefine{{{fragment.name}}}{{{first}", *rest]
        body[-1] += "}"
    what = (
        "formulas.tex: every formula, right-hand side and statement of this folder, for \\deriveformula{NAME}",
        r"Rows, which are named ...-align, stand inside align or aligned, all else inside any mathematics",
    )
    needs = rf"{PACKAGES}, macros.tex. Use: \input{{formulas}} in the preamble, behind \input{{macros}}"
    return "latex/formulas.tex", source_file(what, body, fragment=False, needs=needs)


def of_formula(
    formula: Formula, origin: str, digest: str, symbols: Mapping[str, str], prefix: str = ""
) -> tuple[Fragment, Fragment]:
    """The formula with and without its head; ``origin`` and ``digest`` say of which statement it is."""
    name = prefix + formula.name
    printer = Printer({**symbols, **{v.name: v.latex for v in formula.variables}})
    cited = f"formula {name} of {origin.partition(' (')[0]}"
    what = (
        f"{name}: {formula.meaning or origin}",
        f"From {origin}, statement digest {digest}. {domain(formula.variables)}.",
        citation(f"{cited}, statement {digest}"),
    )
    whole, right = (
        displayed(printer, [Row(formula.head, "=", formula.expr, where=formula.where)]),
        printer.latex(formula.expr),
    )
    return (
        Fragment(name, (whole,), what),
        Fragment(f"{name}-rhs", (right,), ("The right-hand side of " + what[0], *what[1:])),
    )


def of_statement(theorem: Theorem, digest: str, symbols: Mapping[str, str]) -> tuple[Fragment, ...]:
    """The statement of a theorem: each of its expressions, and all of it as rows."""
    printer = Printer({**symbols, **{v.name: v.latex for v in theorem.variables}})
    what = (
        f"{theorem.title}: the statement of theorem {theorem.id}",
        f"Statement digest {digest}. {domain(theorem.variables)}.",
        citation(f"theorem {theorem.id}, statement {digest}"),
    )
    # A statement is its rows and their conditions; the words belong to the proof.
    claimed = alone([replace(row, reason="") for row in theorem.statement])
    found = chains(claimed)
    names = (
        [f"statement-{theorem.id}"]
        if len(found) == 1
        else [f"statement-{theorem.id}-{k + 1}" for k in range(len(found))]
    )
    expressions = [Fragment(name, (displayed(printer, chain),), what) for name, chain in zip(names, found, strict=True)]
    rows = fitted(printer, claimed, tagged=False)
    return (*expressions, Fragment(f"statement-{theorem.id}-align", rows, what, rows=True))
