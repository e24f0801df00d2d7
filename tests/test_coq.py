"""Coq itself: everything compiles, rests on the expected axioms, and wrong statements do not compile.

Compiled files are kept in the user's cache folder under a digest of what they are made from; a cold run takes about
half a minute on two idle cores. The whole mutation campaign is `derive prove --coq --mutants`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from test_coq_statements import FILES, LIBRARY, SOURCES

from derive import pipeline
from derive.cli import run
from derive.judge import check, compiler, expected, mutants, project, tools
from derive.judge.judgement import Judgement
from derive.judge.project import Source
from derive.report import Check, Report, Status, silent

#: What the theorems rest on: the axioms of the classical real numbers.
CLASSICAL = (
    "ClassicalDedekindReals.sig_forall_dec",
    "ClassicalDedekindReals.sig_not_dec",
    "Classical_Prop.classic",
    "FunctionalExtensionality.functional_extensionality_dep",
)

_judgements: list[Judgement] = []


@pytest.fixture
def coq(need: Callable[..., None]) -> None:
    need("coqc", "gappa")


@pytest.fixture
def judgement(coq: None) -> Judgement:
    if not _judgements:
        _judgements.append(check(LIBRARY, FILES))
    return _judgements[0]


def test_everything_compiles_and_is_as_expected(judgement: Judgement) -> None:
    assert [(c.name, c.detail) for c in judgement.report.checks if c.status is not Status.PASSED] == []
    assert len(judgement.report.checks) == len(SOURCES) + 6


def test_the_report_says_which_paths_of_the_kernels_are_covered(judgement: Judgement) -> None:
    said = {c.name: c.detail for c in judgement.report.checks if " paths in " in c.name}
    assert set(said) == {"coq: paths in DeriveKLEmitted.KernelsC", "coq: paths in DeriveKLEmitted.KernelsPython"}
    for text in said.values():
        sides, read, never, rounded = map(int, re.findall(r"\d+(?= sides| are taken| by no| a tree)", text))
        assert sides == read + never + rounded
        assert "offset (not abs(head) < 2^511)" in text


def test_the_axioms_are_those_of_the_classical_reals(judgement: Judgement) -> None:
    theorems, certificates = (judgement.axioms[title] for title in expected.SECTIONS.values())
    assert theorems == CLASSICAL
    assert set(CLASSICAL) <= set(certificates)
    # The certificates compute with Coq's machine integers, of which the operations and their meaning are axioms.
    assert {name.split(".")[0] for name in set(certificates) - set(CLASSICAL)} == {"PrimInt63", "Uint63"}


def test_another_list_is_a_failure_that_names_the_difference(judgement: Judgement, tmp_path: Path) -> None:
    text = (LIBRARY / "expected.txt").read_text(encoding="utf-8")
    assert expected.differences(text, text) == ()
    assert expected.differences(text, text.replace("Classical_Prop.classic\n", "", 1)) == ("-Classical_Prop.classic",)


def test_no_mutant_of_a_fixed_sample_is_proved(coq: None) -> None:
    report = mutants.campaign(LIBRARY, FILES, sample=40, progress=silent)
    assert [(c.name, c.detail) for c in report.checks if c.status is not Status.PASSED] == []


WRONG = {
    "a coefficient": ("1 + 2 * ln std - std ^ 2 - mu ^ 2", "1 + ln std - std ^ 2 - mu ^ 2"),
    "a sign": ("1 + 2 * ln std - std ^ 2 - mu ^ 2", "1 + 2 * ln std - std ^ 2 + mu ^ 2"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_emitted_formula_does_not_compile(wrong: str, coq: None, tmp_path: Path) -> None:
    """The definition of f: the file of definitions compiles, the theorems about it do not."""
    before, after = WRONG[wrong]
    texts = {s.name: s for s in SOURCES}
    assert before in texts["Definitions"].text
    changed = [
        Source(s.library, s.name, s.text.replace(before, after)) if s.name == "Definitions" else s
        for s in SOURCES
        if s.name in {"Formulas", "Improper", "GaussianIntegral", "Normal", "KL", "Tactics", "Statements"}
        or s.name in {"Definitions", "Theorems"}
    ]
    done = compiler.compile_all(changed, tmp_path_with_library(tmp_path), jobs=2, progress=silent)
    assert {c.source.name: c.error.partition(",")[0] for c in done if c.error} == {"Theorems": "kl_unit_spelling"}


def test_a_coefficient_off_by_one_unit_is_not_certified(coq: None, tmp_path: Path) -> None:
    certificate = next(s for s in SOURCES if (s.library, s.name) == ("DeriveKLEmitted", "Approximation"))
    number = certificate.text.partition("Definition c0 : R := ")[2].split(" ")[0]
    wrong = Source(certificate.library, certificate.name, certificate.text.replace(number, str(int(number) + 1)))
    needed = [s for s in SOURCES if s.library == "DeriveKL" and s.name in {"Formulas", "ExpTaylor", "Approximation"}]
    done = compiler.compile_all([*needed, wrong], tmp_path_with_library(tmp_path), jobs=2, progress=silent)
    assert [c.source.name for c in done if c.error] == ["Approximation"]
    assert done[-1].error.startswith("expm1mx_approximated")


def _refused(name: str, before: str, after: str, tmp_path: Path) -> str:
    """What is said where a file has one thing changed; all that it requires compiles."""
    source = next(s for s in SOURCES if name in ("", s.name) and before in s.text)
    wrong = Source(source.library, source.name, source.text.replace(before, after, 1))
    done = compiler.compile_all(_with_required(wrong), tmp_path_with_library(tmp_path), jobs=2, progress=silent)
    assert [c.source.name for c in done if c.error] == [source.name]
    return done[-1].error


def _with_required(source: Source) -> list[Source]:
    """The sources that a file requires, in order, and the file."""
    needed, stack = set(), [source]
    while stack:
        for key in project.own(stack.pop()):
            needed.add(key)
            stack += [s for s in SOURCES if (s.library, s.name) == key]
    return [*(s for s in SOURCES if (s.library, s.name) in needed), source]


#: The file, empty where one alone has the text, what is changed and into what, and the theorem that is refused.
CHANGED = {
    "a series with a coefficient off by one unit": (
        "Approximation",
        "Definition a0 : R := 6004799503160661",
        "Definition a0 : R := 6004799503160662",
        "log1pmx_approximated",
    ),
    "a bound of the logarithm that is too small": (
        "Rounding",
        "/ 2 ^ 54 * - log1pmx x",
        "/ 2 ^ 57 * - log1pmx x",
        "log1pmx_near_0_rounded",
    ),
    "a quotient whose remainder has the other sign": (
        "Rounding",
        "(fma (- rough) s_head x)",
        "(fma rough s_head x)",
        "log1pmx_near_0_rounded",
    ),
    "a distance that rises at its corner": (
        "",
        "is_derive (laplace_distance b) t (sign t * (1 - exp (- (Rabs t / b))))",
        "is_derive (laplace_distance b) t (sign t + 1 - exp (- (Rabs t / b)))",
        "distance_derive",
    ),
    "a density of another mass": (
        "Theorems",
        "/ (sqrt (2 * PI) * std1).",
        "/ (sqrt PI * std1).",
        "density_p",
    ),
    "an integrand below a multiple of the density": (
        "Absolute",
        "(fun x => normal_density mu1 s1 x * (a + 0 * x + c * x ^ 2))",
        "(fun x => normal_density mu1 s1 x * (a + 0 * x + 0 * x ^ 2))",
        "kl_absolutely",
    ),
    "an integral that vanishes between equal means": (
        "Absolute",
        "(v = 0 <-> mu1 = mu2 /\\ s1 = s2)",
        "(v = 0 <-> mu1 = mu2)",
        "kl_integral_optimum",
    ),
}


@pytest.mark.parametrize("what", CHANGED)
def test_what_is_changed_in_the_stronger_statements_does_not_compile(what: str, coq: None, tmp_path: Path) -> None:
    name, before, after, theorem = CHANGED[what]
    assert _refused(name, before, after, tmp_path).startswith(theorem)


def tmp_path_with_library(tmp_path: Path) -> Path:
    """A build folder of its own, with what the cache has of the library."""
    cache = compiler.cache_folder(LIBRARY) / "DeriveKL"
    if cache.is_dir():
        subprocess.run(["cp", "-r", str(cache), str(tmp_path)], check=True)
    return tmp_path


# --- the driver --------------------------------------------------------------------------------------------------

TRIVIAL = [
    Source("DeriveKL", "A", "Definition a := 1.\n"),
    Source("DeriveKL", "B", "From DeriveKL Require Import A.\nTheorem b : a = 1.\nProof. reflexivity. Qed.\n"),
    Source("DeriveKL", "C", "Definition c := 2.\n"),
]


def test_only_what_changed_and_what_requires_it_is_compiled_again(coq: None, tmp_path: Path) -> None:
    def run(sources: list[Source]) -> dict[str, bool]:
        return {c.source.name: c.cached for c in compiler.compile_all(sources, tmp_path, jobs=2, progress=silent)}

    assert run(TRIVIAL) == {"A": False, "B": False, "C": False}
    assert run(TRIVIAL) == {"A": True, "B": True, "C": True}
    changed = [Source("DeriveKL", "A", "Definition a := 0 + 1.\n"), *TRIVIAL[1:]]
    assert run(changed) == {"A": False, "B": False, "C": True}


def test_a_failure_names_the_theorem_and_stops_what_requires_it(coq: None, tmp_path: Path) -> None:
    wrong = Source("DeriveKL", "A", "Definition a := 1.\nTheorem no : a = 2.\nProof. reflexivity. Qed.\n")
    lines: list[str] = []
    done = compiler.compile_all([wrong, *TRIVIAL[1:]], tmp_path, jobs=1, progress=lines.append)
    assert done[0].error.startswith("no, line 3: ")
    assert done[1].error == "needs A, which does not compile"
    assert not done[2].error
    assert [line.split()[1] for line in lines] == ["DeriveKL.A", "DeriveKL.B", "DeriveKL.C"]


def test_without_coq_nothing_is_checked_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools.shutil, "which", lambda _name: None)
    for required, status in ((False, Status.NOT_CHECKED), (True, Status.FAILED)):
        (only,) = check(LIBRARY, FILES, require_tools=required).report.checks
        assert only.status is status
        assert "apt install coq" in only.detail


def test_the_command_reports_and_a_run_without_a_change_compiles_nothing(judgement: Judgement) -> None:
    command = [sys.executable, "-m", "derive", "prove", "--coq"]
    first, second = (
        subprocess.run(command, capture_output=True, text=True, timeout=900, env={**os.environ, "NO_COLOR": "1"})
        for _ in range(2)
    )
    assert first.returncode == second.returncode == 0, first.stdout + first.stderr
    assert re.search(r"^checked by Coq  kl-normal  .*\bkl_normal_std\b", first.stdout, re.MULTILINE)
    assert "not for Coq     cost  it counts the operations of programs\n" in first.stdout
    assert ", ".join(CLASSICAL[:2]) in first.stdout
    assert first.stdout == second.stdout
    assert second.stderr == ("coq: nothing has changed since the last run\ncoq: a false statement\ncoq: coqchk\n")


@pytest.mark.parametrize("says", [Status.PASSED, Status.FAILED])
def test_all_publishes_only_what_coq_accepts_and_asks_it_only_if_told(
    says: Status, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[object] = []
    made = SimpleNamespace(checked=(), read=Report(), files={"coq/Theorems.v": b"", "manifest.json": b"{}\n"})

    def judge(files: object, **_options: object) -> Judgement:
        asked.append(files)
        return Judgement(Report.of([Check("coq: X", says)]), {"kl-unit": ("kl_unit_std",)}, {"axioms": ("classic",)})

    monkeypatch.setattr(pipeline, "build", lambda proofs, progress: made)
    monkeypatch.setattr(pipeline, "verify_files", lambda _files, **_options: Report())
    monkeypatch.setattr(pipeline, "judge", judge)
    monkeypatch.chdir(tmp_path)
    assert run(["all", "--out", "without"]) == 0
    assert not asked
    assert run(["all", "--coq", "--out", "with"]) == (0 if says is Status.PASSED else 1)
    assert asked == [made.files]
    assert (tmp_path / "with").exists() == (says is Status.PASSED)
    out = capsys.readouterr().out
    assert "checked by Coq  kl-unit  kl_unit_std\n" in out
    assert "axioms:\n  classic\n" in out


@pytest.mark.parametrize(
    "arguments", [["--mutants"], ["--coq", "--sample", "3"], ["--whole"], ["--coq", "--mutants", "--whole"]]
)
def test_options_that_need_another_are_refused(arguments: list[str]) -> None:
    assert run(["prove", *arguments]) == 2
