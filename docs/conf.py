"""The documentation site: ``sphinx-build -W -b html docs FOLDER`` after ``pip install -e '.[docs]'``.

It loads nothing from elsewhere when it is read: formulas are MathML, fonts are those of the reader. What changes with
the code is written by two directives from the registry and from the table of the audit, and no page repeats it.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive

import derive
from derive import generated

project = "derive"
author = "the derive authors"
copyright = author
version = release = derive.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["examples"]
myst_heading_anchors = 3
suppress_warnings = ["myst.header"]  # a page may begin below a title of its own

html_theme = "furo"
html_title = "derive"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False

autodoc_member_order = "bysource"
autodoc_typehints = "none"
autodoc_preserve_defaults = True
napoleon_google_docstring = False


class Theorems(Directive):
    """Every theorem with its steps, as ``derive report --html`` has it, and what decides a step of its kind."""

    def run(self) -> list[nodes.Node]:
        from derive import pipeline
        from derive.document import theorems
        from derive.emit.latex import symbols_of
        from derive.views.theorems import DECIDED_BY

        registry = pipeline.load()
        names = symbols_of(registry.theorems.values())
        anchors = frozenset(map(theorems.anchor, registry.theorems))
        found: list[nodes.Node] = []
        for theorem in registry.theorems.values():
            evidence = [
                SimpleNamespace(step=step.name, how=DECIDED_BY.get(type(step).__name__, "")) for step in theorem.steps
            ]
            item = SimpleNamespace(theorem=theorem, digest=theorem.digest, evidence=evidence)
            text = theorems.theorem(item, names, None, anchors)
            found.append(nodes.raw("", text, format="html"))
        return found


class Codes(Directive):
    """The codes of ``derive audit``, each with its reason and its repair."""

    def run(self) -> list[nodes.Node]:
        from derive.audit.codes import CODES

        found: list[nodes.Node] = []
        for code in CODES.values():
            off = "" if code.default else "<p>Off unless it is selected: it can be meant.</p>"
            text = (
                f'<section id="{code.id.lower()}"><h2>{code.id}: {escape(code.title)}</h2><p>{escape(code.why)}</p>'
                f"{_listing(code.bad)}<p>Better:</p>{_listing(code.good)}{off}</section>"
            )
            found.append(nodes.raw("", text, format="html"))
        return found


def _listing(text: str) -> str:
    return f'<div class="highlight"><pre>{escape(text)}</pre></div>'


def emitted(app: Any, page: str, source: list[str]) -> None:
    """Puts the functions of every NumPy file that was emitted, a section for each file, in the place of a mark."""
    sections = []
    for path in sorted((Path(generated.__file__).parent / "python").glob("kl_*.py")):
        if "\nimport numpy as np\n" in path.read_text(encoding="utf-8"):
            module = f".. automodule:: derive.generated.python.{path.stem}\n   :members:"
            sections.append(f"### `{path.name}`\n\n```{{eval-rst}}\n{module}\n```\n")
    source[0] = source[0].replace("<!-- emitted functions -->", "\n".join(sections))


def formulas(app: Any, what: str, name: str, item: object, options: Any, lines: list[str]) -> None:
    """Keeps the lines of an indented formula of a docstring apart, which reStructuredText would join as a quotation."""
    end = next((n for n, line in enumerate(lines) if line.startswith("---")), len(lines))
    for n in reversed(range(1, end)):
        if lines[n].startswith("    ") and not lines[n - 1].strip():
            lines[n:n] = ["::", ""]


def setup(app: Any) -> None:
    app.connect("autodoc-process-docstring", formulas, priority=400)  # before the sections are read, at 500
    app.connect("source-read", emitted)
    app.add_directive("derive-theorems", Theorems)
    app.add_directive("derive-codes", Codes)
