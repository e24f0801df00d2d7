"""A compiler, a checker or a compiled file that lies is found out. Nothing here needs Coq: the tools are made up."""

from __future__ import annotations

from pathlib import Path

import pytest
from coq_stand_in import SUMMARY, A, B, failed, put, tool
from test_coq_statements import LIBRARY, SOURCES

from derive.judge import again, check, checker, compiler, control, memory, tools
from derive.judge.judgement import Judgement
from derive.judge.project import Source
from derive.report import Check, Report, Status, silent

#: Prints, for a file that asks for axioms, those that are expected, and "compiles" everything to a file of its name.
ECHO = f"""\
import pathlib, re, sys
file = pathlib.Path(sys.argv[-1])
if sys.argv[1:] == ["-where"]:
    print(file.parent)
    sys.exit()
text = pathlib.Path({str(LIBRARY / "expected.txt")!r}).read_text(encoding="utf-8")
title = "of the certificates" if file.stem == "Certificates" else "of all theorems"
print("Axioms:")
print(re.search(rf"\\[axioms {{title}}[^\\n]*\\n(.*?)\\n\\n", text, re.DOTALL)[1])
file.with_suffix(".vo").write_text(file.stem)
"""


@pytest.fixture
def bin_(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return put(tmp_path / "bin", ECHO, monkeypatch)


def test_a_compiler_that_echoes_what_is_expected_is_caught_by_the_false_statement(bin_: Path, tmp_path: Path) -> None:
    emitted = {f"coq/{s.name}.v": s.text.encode() for s in SOURCES if s.library == "DeriveKLEmitted"}
    judgement = check(LIBRARY, emitted, cache=tmp_path / "cache")
    assert failed(judgement) == {control.NAME: "coqc accepts a false statement: nothing that it says counts"}
    assert judgement.theorems == {}
    assert judgement.statements == frozenset()


def test_one_that_is_put_in_place_after_a_good_run_is_caught_in_the_next(bin_: Path, tmp_path: Path) -> None:
    """Nothing has changed, so nothing is compiled: the false statement is tried all the same."""
    good = Judgement(Report.of([Check(control.NAME, Status.PASSED)]), {"kl-unit": ("kl_unit_std",)})
    judgement = again(good, tmp_path / "cache")
    assert set(failed(judgement)) == {control.NAME}
    assert judgement.theorems == {}


@pytest.mark.parametrize(
    ("complaint", "fault"),
    [
        ('File "Control.v", line 8, characters 0-18:\nError: Unable to prove it.', ""),
        ('File "Control.v", line 3, characters 0-9:\nError: Cannot find DeriveKL.Statements.', "for another reason"),
        ("", "for another reason"),
    ],
)
def test_a_refusal_counts_where_it_is_the_proof_that_fails(complaint: str, fault: str) -> None:
    says = control._refused(1, complaint)
    assert fault in says if fault else not says


def test_a_compiler_that_refuses_everything_is_caught_by_the_true_statement(bin_: Path, tmp_path: Path) -> None:
    tool(bin_, "coqc", "import sys; sys.exit('File \"x\", line 8, characters 0-1:\\nError: no.')")
    assert control.check(tmp_path).detail.startswith("the true one is refused: ")


def compiled(folder: Path, *sources: Source) -> dict[str, bool]:
    return {c.source.name: c.cached for c in compiler.compile_all(sources, folder, jobs=1, progress=silent)}


@pytest.mark.parametrize("content", [b"", b"something else", None], ids=["empty", "other", "none"])
def test_a_compiled_file_that_is_not_what_was_compiled_is_compiled_again(
    content: bytes | None, bin_: Path, tmp_path: Path
) -> None:
    assert compiled(tmp_path, A, B) == {"A": False, "B": False}
    assert compiled(tmp_path, A, B) == {"A": True, "B": True}
    file = tmp_path / "DeriveKL" / "A.vo"
    file.unlink() if content is None else file.write_bytes(content)
    assert compiled(tmp_path, A, B) == {"A": False, "B": True}


def test_what_stands_on_a_file_that_compiles_to_something_else_is_compiled_again(bin_: Path, tmp_path: Path) -> None:
    compiled(tmp_path, A, B)
    (tmp_path / "DeriveKL" / "A.vo").unlink()
    tool(bin_, "coqc", ECHO.replace("write_text(file.stem)", "write_text('otherwise ' + file.stem)"))
    tools._identity.cache_clear()
    assert compiled(tmp_path, A, B) == {"A": False, "B": False}


def test_a_compiler_that_compiles_nothing_is_not_believed(bin_: Path, tmp_path: Path) -> None:
    tool(bin_, "coqc", "")
    (only,) = compiler.compile_all([A], tmp_path, jobs=1, progress=silent)
    assert only.error == "coqc says yes, and has compiled nothing"


@pytest.mark.parametrize("name", ["user-contrib/Coquelicot/Hierarchy.vo", "theories/Reals/RIneq.vo", "x/plugin.cmxs"])
def test_another_library_is_another_compiler(name: str, bin_: Path) -> None:
    tool(bin_, "coqc", f"print({str(bin_ / 'lib')!r})")
    file = bin_ / "lib" / name
    file.parent.mkdir(parents=True)
    found = set()
    for content in ("3.2.0", "3.4.0"):
        file.write_text(content)
        tools._identity.cache_clear()
        found |= {tools.identity(), memory.digest([], [])}
    assert len(found) == 4


def test_a_compiler_that_does_not_end_has_refused(bin_: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool(bin_, "coqc", "import sys, time; sys.argv[1:] == ['-where'] or time.sleep(60)")
    monkeypatch.setattr(compiler, "LIMIT", 0.5)
    (only,) = compiler.compile_all([A], tmp_path, jobs=1, progress=silent)
    assert only.error == "no answer in 0.5 s"


FAULTS = {
    "an exit status": ("import sys; sys.exit('Fatal Error: inconsistent assumptions')", "inconsistent assumptions"),
    "silence": ("", "coqchk does not say that there are no constants/inductives relying on type-in-type"),
    "an axiom": (
        f"print({SUMMARY!r}.replace('Coq.Logic', 'DeriveKL.KL.trust_me\\n    Coq.Logic'))",
        "assumed in the project's own files: DeriveKL.KL.trust_me",
    ),
    **{
        f"a kernel weakened by {weakness}": (
            f"print({SUMMARY!r}.replace('{weakness}: <none>', '{weakness}: DeriveKL.KL.paradox'))",
            "coqchk does not say that there are no ",
        )
        for weakness in ("type-in-type", "unsafe (co)fixpoints", "positivity is assumed")
    },
    "no end": ("import time; time.sleep(60)", "no answer in 0.5 s"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_the_checker_finds_is_a_failure(
    fault: str, bin_: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert checker.check(["DeriveKL/KL.vo"], tmp_path).status is Status.PASSED
    script, says = FAULTS[fault]
    tool(bin_, "coqchk", script)
    if fault == "no end":
        monkeypatch.setattr(checker, "_LIMIT", 0.5)
    outcome = checker.check(["DeriveKL/KL.vo"], tmp_path)
    assert outcome.status is Status.FAILED
    assert says in outcome.detail


def test_without_the_checker_that_is_said(bin_: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert checker.check(["DeriveKL/KL.vo"], tmp_path).status is Status.NOT_CHECKED
    assert checker.check(["DeriveKL/KL.vo"], tmp_path, require_tools=True).status is Status.FAILED


def test_the_whole_is_checked_where_that_is_asked_for(bin_: Path, tmp_path: Path) -> None:
    tool(bin_, "coqchk", f"import sys; print({SUMMARY!r}); open({str(tmp_path / 'said')!r}, 'w').write(str(sys.argv))")
    for whole in (False, True):
        assert checker.check(["DeriveKL/KL.vo"], tmp_path, whole=whole).status is Status.PASSED
        said = (tmp_path / "said").read_text()
        assert ("'-norec', 'DeriveKL.KL'" in said) is not whole
        assert "'DeriveKL.KL'" in said
