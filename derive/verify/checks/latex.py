"""The emitted LaTeX compiles: ``check.tex`` inputs every file, and TeX finds nothing to complain of."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from functools import partial
from pathlib import Path

from derive.campaign.scratch import scratch
from derive.campaign.tasks import Task
from derive.errors import MissingTool
from derive.report import Check, Status
from derive.verify.emitted import Files

NAME = "latex"
PACKAGES = "texlive-latex-base"
#: Once for the text, once for the table of contents, once for the page numbers that the table moves.
RUNS = 3
_SECONDS = 120
_COMPLAINT = re.compile(r"^(?:!.*|.*(?:Warning:|Overfull|Underfull|Missing character|undefined).*)$", re.MULTILINE)
_WRITTEN = re.compile(r"Output written on check\.pdf \((\d+) pages?, (\d+) bytes\)")


def latex_task(folder: Path) -> Task:
    """The files of ``folder/latex`` in one chunk."""
    return Task(NAME, (partial(check_latex, Files.of_folder(folder / "latex", "*.tex")),), list)


def check_latex(files: Files) -> Check:
    """Compile ``check.tex`` among the files of the folder ``latex``.

    Passed: every file is input by ``check.tex``, TeX reports no error, no warning and no overfull or underfull box, and
    the PDF has pages.

    Raises
    ------
    MissingTool
        where there is no pdflatex.
    """
    if "check.tex" not in files:
        return Check(NAME, Status.FAILED, "latex/check.tex is missing")
    forgotten = files_not_input(files)
    if forgotten:
        return Check(NAME, Status.FAILED, f"check.tex does not input {', '.join(forgotten)}")
    pdflatex = shutil.which("pdflatex")
    if pdflatex is None:
        raise MissingTool(f"there is no pdflatex; Debian and Ubuntu have it in the package {PACKAGES}")
    with scratch() as place:
        files.write(place)
        try:
            log = compile_check(pdflatex, place)
        except subprocess.TimeoutExpired:
            return Check(NAME, Status.FAILED, f"pdflatex did not end within {_SECONDS} s")
        return _judged(log, place / "check.pdf")


def files_not_input(files: Files) -> list[str]:
    """Names of the files that ``check.tex`` does not input."""
    asked = set(re.findall(r"\\input\{([^}]+)\}", files["check.tex"].decode("utf-8")))
    return sorted({name.removesuffix(".tex") for name in files} - asked - {"check"})


def compile_check(pdflatex: str, folder: Path) -> str:
    """Run TeX on ``check.tex`` in ``folder`` and return the log of the last run, its lines unbroken."""
    command = [pdflatex, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "check.tex"]
    environment = {**os.environ, "max_print_line": "10000"}
    for _ in range(RUNS):
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=_SECONDS, check=False)
        if done.returncode != 0:
            break
    log = folder / "check.log"
    return log.read_text(encoding="utf-8", errors="replace") if log.is_file() else done.stdout.decode(errors="replace")


def complaints(log: str) -> list[str]:
    """The lines of a log that say error, warning, overfull or underfull box, missing character."""
    return _COMPLAINT.findall(log)


def _judged(log: str, pdf: Path) -> Check:
    found = complaints(log)
    if found:
        return Check(NAME, Status.FAILED, f"{found[0]} ({len(found)} in all)", {"complaints": found})
    written = _WRITTEN.search(log)
    if written is None or not pdf.is_file() or not pdf.read_bytes().startswith(b"%PDF-"):
        return Check(NAME, Status.FAILED, "TeX wrote no PDF")
    pages = int(written[1])
    return Check(NAME, Status.PASSED, f"check.tex compiles without a warning, {pages} pages", {"pages": pages})
