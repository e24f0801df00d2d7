"""A made-up Coq: a compiler and a checker that say what a script says, and two sources for them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from derive.judge.judgement import Judgement
from derive.judge.project import Source

A = Source("DeriveKL", "A", "Definition a := 1.\n")
B = Source("DeriveKL", "B", "From DeriveKL Require Import A.\nTheorem b : a = 1.\nProof. reflexivity. Qed.\n")

SUMMARY = """\
CONTEXT SUMMARY
===============

* Theory: Set is predicative

* Axioms:
    Coq.Logic.Classical_Prop.classic

* Constants/Inductives relying on type-in-type: <none>

* Constants/Inductives relying on unsafe (co)fixpoints: <none>

* Inductives whose positivity is assumed: <none>
"""


def tool(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.py").write_text(script, encoding="utf-8")
    file = folder / name
    file.write_text(f'#!/bin/sh\nexec {sys.executable} {folder / name}.py "$@"\n', encoding="utf-8")
    file.chmod(0o755)


def put(folder: Path, compiler: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Both tools in a folder of their own, where they are found first; the checker finds nothing."""
    tool(folder, "coqc", compiler)
    tool(folder, "coqchk", f"import sys; print({SUMMARY!r}, file=sys.stderr)")
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


def failed(judgement: Judgement) -> dict[str, str]:
    return {c.name: c.detail for c in judgement.report.failed}
