"""Each check of the judge fails, by itself, for the fault that it is there for. The compiler is made up."""

from __future__ import annotations

from pathlib import Path

import pytest
from coq_stand_in import A, B, failed, put, tool

from derive.judge import check, control, expected, mutants
from derive.judge.project import Source
from derive.report import Status, silent

#: Computes what is false in the control; says of all else what it should say.
HONEST = r"""
import pathlib, re, sys
file = pathlib.Path(sys.argv[-1])
if sys.argv[1:] == ["-where"]:
    sys.exit(print(file.parent))
text = file.read_text(encoding="utf-8")
control = re.search(r"\((\d+) \* (\d+) - (\d+)\)", text)
if control and int(control[1]) * int(control[2]) != int(control[3]):
    sys.exit('File "Control.v", line 8, characters 0-18:\nError: Unable to prove it.')
if "Print Assumptions" in text:
    print('Axioms:\nclassic : forall P : Prop, P \\/ ~ P')
for number in re.findall(r'"UNPROVED (\w+)"', text):
    print("UNPROVED" if number.isdigit() else "PROVED", number)
file.with_suffix(".vo").write_text(file.stem)
"""
STATED = "Open Scope R_scope.\nTheorem t :\n  forall x : R,\n  x + 1 = x + 1.\nProof. reflexivity. Qed.\n"
EMITTED = {"coq/T.v": STATED.encode()}
TABLE = expected.table((A, B, Source("DeriveKLEmitted", "T", STATED)), dict.fromkeys((False, True), ("classic",)))
AS_EXPECTED = "coq: theorems and axioms as expected"


@pytest.fixture
def bin_(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return put(tmp_path / "bin", HONEST, monkeypatch)


def library(folder: Path, b: str = B.text) -> Path:
    folder.mkdir()
    for name, text in (("A.v", A.text), ("B.v", b), ("expected.txt", TABLE)):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def compiler(folder: Path, before: str, after: str) -> None:
    assert before in HONEST
    tool(folder, "coqc", HONEST.replace(before, after, 1))


@pytest.mark.parametrize(
    ("before", "after", "b", "name", "says"),
    [
        ("", "", B.text, "", ""),
        ("Axioms:", r"Axioms:\nT.trust_me", B.text, AS_EXPECTED, "+T.trust_me"),
        ("print('Axioms", "sys.exit('no answer') or ('Axioms", B.text, AS_EXPECTED, "+not known: no answer"),
        ("", "", f"{B.text}Theorem c : a = a.\nProof. reflexivity. Qed.\n", AS_EXPECTED, "+B: b c"),
        ("control =", "file.stem == 'B' and sys.exit('no.')\ncontrol =", B.text, "coq: DeriveKL.B", "no."),
        ("", "", B.text.replace("Qed", "Admitted"), "coq: nothing is assumed", "DeriveKL.B: Admitted"),
    ],
    ids=["nothing", "an axiom", "no answer", "a theorem", "a refusal", "an assumption"],
)
def test_each_fault_fails_the_check_that_is_there_for_it(
    before: str, after: str, b: str, name: str, says: str, bin_: Path, tmp_path: Path
) -> None:
    compiler(bin_, before, after)
    judgement = check(library(tmp_path / "library", b), EMITTED, cache=tmp_path / "cache")
    assert list(failed(judgement)) == ([name] if name else [])
    assert says in failed(judgement).get(name, "")
    assert bool(judgement.theorems) is not bool(name)


def test_the_false_statement_is_false_whatever_is_drawn_and_nothing_of_it_stays(
    bin_: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for least, off in ((0, "1"), (8, "9")):
        monkeypatch.setattr(control.secrets, "randbelow", lambda most, least=least: least)
        for position in (0, -1):
            monkeypatch.setattr(control.secrets, "choice", lambda options, position=position: options[position])
            found = control.check(tmp_path)
            assert (found.status, found.detail) == (Status.PASSED, f"off by {off}")
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and "bin" not in path.parts]


@pytest.mark.parametrize(
    ("before", "after", "status", "says"),
    [
        ("", "", Status.PASSED, "none of 3 is proved"),
        ("number.isdigit()", "number in '12'", Status.FAILED, "proved: t with + -> - at "),
        ("number.isdigit()", "number", Status.FAILED, "not even the statement itself is proved: t"),
        ("UNPROVED (", "UNPROVED (?!1)(", Status.FAILED, "2 of 3 were tried: "),
        ("file.with_suffix", "'Mutants' in file.stem and sys.exit('a syntax error')\nfile.with_suffix", Status.FAILED,
         "3 of 3 were tried: a syntax error"),
        ("control =", "sys.exit('no.')\ncontrol =", Status.FAILED, "A: no."),
    ],
    ids=["nothing", "a mutant", "the statement", "a mutant that is not tried", "the file", "the library"],
)  # fmt: skip
def test_a_campaign_fails_unless_each_mutant_is_tried_and_none_proved(
    before: str, after: str, status: Status, says: str, bin_: Path, tmp_path: Path
) -> None:
    compiler(bin_, before, after)
    requiring = {"coq/T.v": f"From DeriveKL Require Import B.\n{STATED}".encode()}
    report = mutants.campaign(library(tmp_path / "library"), requiring, cache=tmp_path / "cache", progress=silent)
    (found,) = report.checks
    assert (found.status, says in found.detail) == (status, True), found.detail


def test_a_campaign_without_the_compiler_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for required, status in ((False, Status.NOT_CHECKED), (True, Status.FAILED)):
        report = mutants.campaign(
            library(tmp_path / f"library{required}"), EMITTED, progress=silent, require_tools=required
        )
        assert [(found.status, found.detail) for found in report.checks] == [(status, "there is no coqc")]


@pytest.mark.parametrize("defined", ["", "Definition y := 1.\n"])
def test_a_file_of_mutants_is_compiled_itself_where_its_statements_speak_of_what_it_defines(
    defined: str, bin_: Path, tmp_path: Path
) -> None:
    said: list[str] = []
    emitted = {"coq/T.v": f"From DeriveKL Require Import B.\n{defined}{STATED}".encode()}
    mutants.campaign(library(tmp_path / "library"), emitted, cache=tmp_path / "cache", progress=said.append)
    compiled = [line.split()[1] for line in said if line.startswith("coq: ")]
    assert compiled == ["DeriveKL.A", "DeriveKL.B"] + ["DeriveKLEmitted.T"] * bool(defined)


@pytest.mark.parametrize(
    ("token", "before", "others"),
    [
        ("2", "x ^ ", ["3"]),
        ("-", "x ", ["+"]),
        ("-", "(", [""]),
        ("ln", "", ["exp"]),
        ("x", "", ["y"]),
        ("n", "", []),
    ],
)
def test_what_takes_the_place_of_a_number_an_operator_and_a_variable_of_its_kind(
    token: str, before: str, others: list[str]
) -> None:
    assert list(mutants._others(token, before, {"x": "R", "y": "R", "n": "nat"})) == others
