"""The emitted LaTeX compiles without a warning, as a document and fragment by fragment in every context."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zlib
from collections.abc import Mapping
from pathlib import Path

import pytest
from latex_sample import MATERIAL
from test_latex_files import REAL

from derive.emit.latex import emit, emitted_fragments
from derive.errors import MissingTool
from derive.report import Status
from derive.verify.checks import latex
from derive.verify.emitted import Files

CONTEXTS = r"""
\documentclass{article}
\usepackage{amsmath, amssymb}
\usepackage[paperwidth=60cm, paperheight=80cm, margin=1cm]{geometry}
\input{macros}
\input{formulas}
\raggedbottom \allowdisplaybreaks
\begin{document}
"""


@pytest.fixture(scope="module")
def pdflatex() -> str:
    found = shutil.which("pdflatex")
    if found is None:
        missing = f"not checked: there is no pdflatex to compile the LaTeX with ({latex.PACKAGES})"
        if os.environ.get("DERIVE_REQUIRE_TOOLS", "") not in ("", "0"):
            pytest.fail(missing)
        pytest.skip(missing)
    return found


@pytest.fixture(params=["sample", "proofs"])
def files(request: pytest.FixtureRequest) -> dict[str, bytes]:
    return emit(MATERIAL if request.param == "sample" else REAL)


def written(files: Mapping[str, bytes], folder: Path) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def emitted(folder: Path) -> Files:
    return Files.of_folder(folder / "latex", "*.tex")


def pages_of(pdf: bytes) -> int:
    """Page objects of a PDF, those in compressed streams included; counted without any PDF program."""
    parts = [pdf]
    for match in re.finditer(rb"stream\r?\n", pdf):
        try:
            parts.append(zlib.decompressobj().decompress(pdf[match.end() :]))
        except zlib.error:
            continue
    return sum(len(re.findall(rb"/Type\s*/Page\b(?!s)", part)) for part in parts)


def test_check_compiles_without_a_warning_and_the_pdf_holds_its_pages(
    files: dict[str, bytes], pdflatex: str, tmp_path: Path
) -> None:
    written(files, tmp_path)
    check = latex.check_latex(emitted(tmp_path))
    assert check.status is Status.PASSED, check.detail
    log = latex.compile_check(pdflatex, tmp_path / "latex")
    assert not latex.complaints(log)
    pdf = (tmp_path / "latex" / "check.pdf").read_bytes()
    assert pages_of(pdf) == check.figures["pages"]
    assert check.figures["pages"] >= 2
    if shutil.which("pdftotext"):
        text = subprocess.run(
            ["pdftotext", tmp_path / "latex" / "check.pdf", "-"], capture_output=True, text=True, check=True
        )
        for item in (MATERIAL if "latex/sample_normal.tex" in files else REAL).checked:
            assert item.theorem.id in text.stdout


def test_every_fragment_compiles_in_line_in_equation_and_in_align(
    files: dict[str, bytes], pdflatex: str, tmp_path: Path
) -> None:
    written(files, tmp_path)
    lines = [CONTEXTS.strip()]
    for fragment in emitted_fragments(MATERIAL if "latex/sample_normal.tex" in files else REAL):
        asked = rf"\input{{{fragment.name}}}" if fragment.has_file else rf"\deriveformula{{{fragment.name}}}"
        if fragment.rows:
            lines += [rf"\begin{{align}} {asked} \end{{align}}"]
            lines += [rf"\begin{{equation}} \begin{{aligned}} {asked} \end{{aligned}} \end{{equation}}"]
        else:
            lines += [rf"In line ${asked}$, and \({asked}\)."]
            lines += [rf"\begin{{equation}} {asked} \end{{equation}}", rf"\[ {asked}, \]"]
            lines += [rf"\begin{{align}} y &= {asked} \\ &\le {asked}, & z &= x^2 \end{{align}}"]
            lines += [rf"\begin{{gather}} {asked} \\ {asked} \end{{gather}}"]
    (tmp_path / "latex" / "check.tex").write_text("\n".join([*lines, r"\end{document}", ""]))
    log = latex.compile_check(pdflatex, tmp_path / "latex")
    assert latex.complaints(log) == []
    assert "Output written" in log


def test_a_paper_keeps_its_own_macros(files: dict[str, bytes], pdflatex: str, tmp_path: Path) -> None:
    written(files, tmp_path)
    paper = r"""
\documentclass{article}
\usepackage{amsmath, amssymb}
\newcommand{\deriveKL}[2]{D(#1 : #2)}
\input{macros}
\begin{document}
\typeout{MEANING: \meaning\deriveKL}
\end{document}
"""
    (tmp_path / "latex" / "check.tex").write_text(paper.strip())
    assert "MEANING: \\long macro:#1#2->D(#1 : #2)" in latex.compile_check(pdflatex, tmp_path / "latex")


@pytest.mark.parametrize(
    ("damage", "detail"),
    [
        (rb"\frac{1", "!"),
        (rb"\undefinedmacro", "!"),
        (rb"\rule{30cm}{1pt}", "Overfull"),
        (rb"\text{\ref{nowhere}}", "Warning"),
    ],
)
def test_damage_is_found(damage: bytes, detail: str, pdflatex: str, tmp_path: Path) -> None:
    files = emit(MATERIAL)
    files["latex/sample_normal.tex"] = b"% damaged\n" + damage + b"%\n"
    check = latex.check_latex(emitted(written(files, tmp_path)))
    assert check.status is Status.FAILED
    assert detail in check.detail


def test_forgotten_and_missing_files_are_named(tmp_path: Path) -> None:
    files = emit(MATERIAL)
    files["latex/orphan.tex"] = b"x%\n"
    assert "orphan" in latex.check_latex(emitted(written(files, tmp_path))).detail
    assert latex.check_latex(emitted(tmp_path / "nowhere")).status is Status.FAILED


@pytest.mark.parametrize(
    ("script", "detail"),
    [
        ("printf %%PDF-1 > check.pdf; echo 'Output written on check.pdf (2 pages, 6 bytes)' > check.log", ""),
        ("echo 'Output written on check.pdf (2 pages, 6 bytes)' > check.log", "TeX wrote no PDF"),
        ("printf PDF > check.pdf; echo 'Output written on check.pdf (2 pages, 3 bytes)' > check.log", "wrote no PDF"),
        ("printf %%PDF-1 > check.pdf; echo > check.log", "TeX wrote no PDF"),
        ("echo '! Emergency stop.'; exit 1", "! Emergency stop. (1 in all)"),
        ("exec sleep 60", "pdflatex did not end within 0.5 s"),
    ],
)
def test_what_tex_leaves_undone_is_a_failure(
    script: str, detail: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pdflatex").write_text(f"#!/bin/sh\n{script}\n")
    (tmp_path / "pdflatex").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    if "sleep" in script:
        monkeypatch.setattr(latex, "_SECONDS", 0.5)
    check = latex.check_latex(Files({"check.tex": b""}))
    assert (check.status is Status.FAILED) is bool(detail)
    assert detail in check.detail


def test_without_pdflatex_nothing_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingTool, match="pdflatex"):
        latex.check_latex(emitted(written(emit(MATERIAL), tmp_path)))
