"""Every statement, proof and formula fits a page and a column: no overfull box, in one column or in two."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from derive.proofs import REGISTRY
from test_latex_files import REAL

from derive.emit.latex import emit, emitted_fragments, symbols_of
from derive.emit.latex.printer import Printer
from derive.emit.latex.rows import NARROW, alignment
from derive.emit.latex.words import letters
from derive.pipeline import tools_required
from derive.verify.checks import latex

CLASSES = {
    "one column": r"\documentclass{article}",
    "two columns": r"\documentclass[twocolumn]{article}",
    "IEEEtran": r"\documentclass{IEEEtran}",
}
FILES = {Path(path).stem: data for path, data in emit(REAL).items()}  # type: ignore[arg-type]
SHOWN = [name for name in FILES if name.startswith("proof-")]
SHOWN += [f.name for f in emitted_fragments(REAL) if f.rows or f.has_file]  # type: ignore[arg-type]


def document(head: str, names: list[str], display: str = "equation") -> str:
    lines = [head, r"\usepackage{amsmath, amssymb, amsthm}", r"\usepackage{hyperref}"]
    lines += [r"\IfFileExists{cleveref.sty}{\usepackage{cleveref}}{}", r"\input{macros}\input{formulas}"]
    lines += [r"\allowdisplaybreaks \raggedbottom \hbadness=10000", r"\begin{document}"]
    for name in names:
        if name.startswith("proof-"):
            lines += [rf"\input{{{name}}}", ""]
        elif name.endswith("-align"):
            lines.append(rf"\begin{{align*}}\deriveformula{{{name}}}\end{{align*}}")
        else:
            lines.append(rf"\begin{{{display}}}\input{{{name}}}\end{{{display}}}")
    return "\n".join([*lines, r"\end{document}", ""])


def overfull(folder: Path, text: str) -> list[str]:
    for name, data in FILES.items():
        (folder / f"{name}.tex").write_bytes(data)
    (folder / "check.tex").write_text(text, encoding="utf-8")
    log = latex.compile_check(shutil.which("pdflatex") or "pdflatex", folder)
    assert "Output written" in log, log[-2000:]
    return [line for line in latex.complaints(log) if "Overfull" in line or line.startswith("!")]


def test_a_reason_below_its_row_has_room_in_a_column() -> None:
    for theorem in REGISTRY.theorems.values():
        printer = Printer({**symbols_of(REGISTRY.theorems.values()), **{v.name: v.latex for v in theorem.variables}})
        for step in theorem.steps:
            body = alignment(printer, step.rows(), tagged=False, line=NARROW)
            begun = [line.removesuffix(r" \\") for line in body if line.startswith(r"&\quad\text{(")]
            for line in begun:  # a reason was cut word by word
                assert line.endswith(")}") or letters(line.removeprefix(r"&\quad\text{(")) > 10, (theorem.id, step.name)


@pytest.mark.parametrize("name", CLASSES)
def test_nothing_is_too_wide(name: str, need: object, tmp_path: Path) -> None:
    assert callable(need)
    need("pdflatex")
    style = CLASSES[name].partition("{")[2].rstrip("}")
    found = subprocess.run(["kpsewhich", f"{style}.cls"], capture_output=True, text=True, check=False).stdout.strip()
    if not found:
        missing = f"NOT CHECKED: there is no {style}.cls (texlive-publishers, texlive-fonts-recommended)"
        (pytest.fail if tools_required() else pytest.skip)(missing)
    assert overfull(tmp_path, document(CLASSES[name], sorted(SHOWN))) == []
    alone = sorted(name for name in SHOWN if not name.startswith("proof-") and not name.endswith("-align"))
    for display in ("align", "gather"):
        assert overfull(tmp_path, document(CLASSES[name], alone, display)) == []


@pytest.mark.parametrize("place", [r"\section{%s}", r"\begin{figure}\caption{%s}\end{figure}", "Text %s text."])
def test_a_name_works_in_headings_captions_and_text(place: str, need: object, tmp_path: Path) -> None:
    assert callable(need)
    need("pdflatex")
    head = [r"\documentclass{article}", r"\usepackage{amsmath, amssymb}", r"\input{macros}\input{formulas}"]
    text = [*head, r"\begin{document}", place % r"$\deriveformula{kl_unit_std}$", r"\end{document}", ""]
    assert overfull(tmp_path, "\n".join(text)) == []


def test_what_is_too_wide_is_found(need: object, tmp_path: Path) -> None:
    """The page's form in a column: many boxes are overfull, which is why there is another."""
    assert callable(need)
    need("pdflatex")
    text = document(CLASSES["two columns"], sorted(SHOWN))
    wide = text.replace(r"\begin{document}", r"\renewcommand{\derivefit}[2]{#1}\begin{document}")
    assert len(overfull(tmp_path, wide)) > 20
