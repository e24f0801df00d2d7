r"""The LaTeX target: a fragment for each formula and statement, a proof for each theorem, macros, and a check document.

``\input{macros}`` once, then ``\input`` any fragment inside mathematics. :mod:`derive.emit.latex.fragments` lists the
files. :mod:`derive.emit.latex.printer` prints expressions, :mod:`derive.emit.latex.rows` lays out lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import TYPE_CHECKING

from derive.emit.latex import check, claims, fragments, macros, proofs
from derive.emit.latex.header import PACKAGES, source_file
from derive.vocabulary.theorem import Registry, Theorem

if TYPE_CHECKING:
    from derive.emit import Material

__all__ = ["emit", "emitted_fragments", "proof", "symbols_of"]


def emit(material: Material) -> dict[str, bytes]:
    """All files of ``generated/latex``: path under ``generated/`` -> content."""
    registry = material.registry
    symbols = symbols_of(registry.theorems.values())
    definitions, chapters = _contents(material)
    every = emitted_fragments(material)
    files = dict(fragment.file() for fragment in every if fragment.has_file)
    files.update(proofs.proof_file(item.theorem, item.digest, symbols) for item in material.checked)
    files.update(
        proofs.short_proof_file(item.theorem, item.digest, symbols) for item in material.checked if item.theorem.short
    )
    files.update([_macros_file(), _web_macros_file(), fragments.formulas_file(every), *_claims_files(registry)])
    files.update([check.check_file(definitions, chapters, claims=bool(registry.claims))])
    return files


def emitted_fragments(material: Material) -> tuple[fragments.Fragment, ...]:
    """All fragments: the definitions, then those of each theorem."""
    definitions, chapters = _contents(material)
    return (*definitions, *chain.from_iterable(chapter.fragments for chapter in chapters))


def _contents(material: Material) -> tuple[tuple[fragments.Fragment, ...], list[check.Chapter]]:
    registry = material.registry
    symbols = symbols_of(registry.theorems.values())
    definitions = tuple(
        fragment
        for formula in registry.definitions
        for fragment in fragments.of_formula(formula, "the definitions", formula.digest, symbols, "definition-")
    )
    chapters = []
    for item in material.checked:
        theorem = item.theorem
        origin = f"theorem {theorem.id} ({theorem.title})"
        formulas = tuple(
            fragment
            for formula in theorem.formulas
            for fragment in fragments.of_formula(formula, origin, item.digest, symbols)
        )
        chapters.append(check.Chapter(theorem, fragments.of_statement(theorem, item.digest, symbols), formulas))
    return definitions, chapters


def proof(theorem: Theorem) -> str:
    """The steps of a proof as LaTeX text, as in ``proof-ID.tex``."""
    return "\n".join(proofs.proof(theorem, symbols_of([theorem]))) + "\n"


def _macros_file() -> tuple[str, bytes]:
    what = ("macros.tex: the macros of the fragments in this folder", r"\providecommand keeps a definition of your own")
    return "latex/macros.tex", source_file(what, macros.macros(), fragment=False, needs=PACKAGES)


def _web_macros_file() -> tuple[str, bytes]:
    what = ("macros-web.tex: the macros of the fragments in this folder, for KaTeX and MathJax",)
    needs = "nothing; put it in front of the mathematics, or in the page once"
    return "latex/macros-web.tex", source_file(what, macros.web_macros(), fragment=False, needs=needs)


def _claims_files(registry: Registry) -> list[tuple[str, bytes]]:
    return [claims.claims_file(registry.claims)] if registry.claims else []


def symbols_of(theorems: Iterable[Theorem]) -> dict[str, str]:
    """The LaTeX of every variable that some theorem declares: a proof may speak of those of another one."""
    return {
        variable.name: variable.latex
        for theorem in theorems
        for group in (theorem.variables, *(formula.variables for formula in theorem.formulas))
        for variable in group
    }
