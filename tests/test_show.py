"""`derive list`, `show` and `prove` on the real registry."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import sympy as sp

import derive
from derive import views
from derive.cli import PURPOSES, run
from derive.emit.letters import spelled
from derive.lower import as_text
from derive.views import theorems

REGISTRY = derive.load()
CLAIMS = {claim.id: claim for claim in REGISTRY.claims}


@pytest.mark.parametrize("name", REGISTRY.theorems)
def test_a_theorem_is_shown_with_all_of_its_steps(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    theorem = REGISTRY.theorems[name]
    assert run(["show", name]) == 0
    page = capsys.readouterr().out
    assert page.startswith(f"{name}: ")
    assert max(map(len, page.splitlines())) <= 110
    for number, step in enumerate(theorem.steps, start=1):
        assert f"  {number}. {step.name}: " in page
    assert "$" not in page
    assert "\\" not in page and "forall" not in page
    record = views.record(name)
    assert [step["name"] for step in record["steps"]] == [step.name for step in theorem.steps]
    json.dumps(record)


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_is_shown_with_its_verdict_and_evidence(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", name]) == 0
    page = capsys.readouterr().out
    assert page.startswith(f"{name}: {CLAIMS[name].verdict.value}\n")
    for evidence in CLAIMS[name].evidence:
        assert f"  Evidence: {evidence}, " in page
    assert "$" not in page
    assert run(["show", name, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == CLAIMS[name].verdict.value


def test_the_closed_form_reads_as_mathematics(capsys: pytest.CaptureFixture[str]) -> None:
    run(["show", "kl-unit"])
    assert "KL(N(μ, σ²) ‖ N(0, 1)) = −½ (1 + 2 log σ − σ² − μ²)\n" in capsys.readouterr().out


def test_what_is_stated_for_coq_is_shown_where_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", "kl-unit"]) == 0
    assert "  kl_unit_spelling, kl_unit_std\n" in capsys.readouterr().out
    assert run(["show", "kl-unit", "--coq"]) == 0
    page = capsys.readouterr().out
    assert "  Theorem kl_unit_std :\n    forall mu std : R,\n" in page and page.count("Theorem ") == 2
    assert run(["show", "first-is-correct", "--coq"]) == 2
    assert "is a claim" in capsys.readouterr().err


def test_latex_is_the_emitted_proof(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", "same-optimum", "--latex"]) == 0
    assert r"\begin{align" in capsys.readouterr().out
    assert run(["show", "same-optimum", "--latex", "--json"]) == 2


def test_list_names_everything_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["list"]) == 0
    entries = re.findall(r"^  (\S+)  ", capsys.readouterr().out, re.MULTILINE)
    assert entries == [*CLAIMS, *REGISTRY.theorems]
    assert run(["list", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [t["id"] for t in document["theorems"]] == list(REGISTRY.theorems)
    assert [c["verdict"] for c in document["claims"]] == [c.verdict.value for c in REGISTRY.claims]


def test_the_list_is_as_wide_as_it_is_asked_to_be_and_loses_no_word() -> None:
    pages = {width: views.listing(width=width) for width in (40, 80, 10_000)}
    for width, page in pages.items():
        assert max(map(len, page.splitlines())) <= width
        assert page.split() == pages[10_000].split()


@pytest.mark.parametrize("name", ["same-function", "first-is-correct"])
def test_a_page_is_as_wide_as_it_is_asked_to_be_and_loses_no_word(name: str) -> None:
    pages = {width: views.show(name, width=width) for width in (60, 110, 10_000)}
    for width, page in pages.items():
        assert max(map(len, page.splitlines())) <= width
        assert page.split() == pages[10_000].split()


@pytest.mark.parametrize("name", [*REGISTRY.theorems, *CLAIMS])
def test_the_plain_page_says_everything_in_letters_of_a_keyboard(name: str) -> None:
    page = theorems.as_plain(REGISTRY.theorems.get(name) or CLAIMS[name], REGISTRY)
    assert {letter for letter in page if ord(letter) > 126} <= set("’–é…ö±")
    assert not any(line.startswith(" ") or not line for line in page.splitlines())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("σ₁²", "sigma_1^2"),
        ("½ (2ρ − logσ)", "1/2 (2 rho - log sigma)"),
        ("KL(N(μ, σ²) ‖ N(0, 1)) ≥ 0", "KL(N(mu, sigma^2) from N(0, 1)) >= 0"),
        ("(x−μ₁)²p(x)/√(2π)", "(x-mu_1)^2 p(x)/sqrt (2 pi)"),
    ],
)
def test_signs_become_words(text: str, said: str) -> None:
    assert spelled(text) == said


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("derive show kl-uni", {"kl-unit"}),
        ("derive show first-", {"first-is-correct"}),
        ("derive prove first-", set()),
        ("derive ident", {"identify"}),
    ],
)
def test_a_shell_completes_ids(words: str, found: set[str]) -> None:
    asked = {"_DERIVE_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1)}
    code = "from derive.cli import run; import sys; sys.exit(run([]))"
    done = subprocess.run([sys.executable, "-c", code], env=asked, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert set(re.findall(r"^plain,(.*)$", done.stdout, re.MULTILINE)) == found


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_lines_for_shells_that_are_shown_are_understood(shell: str) -> None:
    page = (Path(__file__).resolve().parent.parent / "docs" / "terminal.md").read_text(encoding="utf-8")
    assert f"_DERIVE_COMPLETE={shell}_source derive" in page
    code = "from derive.cli import run; import sys; sys.exit(run([]))"
    asked = {"_DERIVE_COMPLETE": f"{shell}_source", "PATH": os.environ["PATH"]}
    done = subprocess.run([sys.executable, "-c", code], env=asked, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0
    assert f"{shell}_complete" in done.stdout


def test_help_begins_with_what_people_come_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    page = capsys.readouterr().out
    headings = re.findall(r"^(.+):$", page, re.MULTILINE)
    assert headings == ["Options", *PURPOSES]
    assert next(iter(next(iter(PURPOSES.values())))) == "identify"


def test_prove_says_each_thing_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prove", "gradient-f"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.count("proved gradient-f") == 1
    said = re.search(r"^\d+ theorems? proved, (\d+) steps decided$", out, re.MULTILINE)
    assert said is not None
    assert int(said[1]) == len(re.findall(r"^  [\w-]+: (?!a definition$)", out, re.MULTILINE))


FORMULAS = {formula.name: formula for theorem in REGISTRY.theorems.values() for formula in theorem.formulas}


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_in_a_comment_of_code_means_what_it_stands_for(name: str) -> None:
    formula = FORMULAS[name]
    text = as_text(formula.expr)
    assert not re.search(r"\(\([^()]*\)\)|\+ -|- -|-1\*", text)
    symbols = {variable.name: variable.symbol for variable in formula.variables}
    functions = {type(call).__name__: type(call) for call in formula.expr.atoms(sp.Function)}
    read = sp.sympify(text.replace("^", "**"), locals={**functions, **symbols})
    difference = (read - formula.expr).doit()
    point = {symbol: sp.Rational(3 + index, 7) for index, symbol in enumerate(symbols.values())}
    assert abs(sp.N(difference.subs(point), 30)) < 1e-20


def test_a_claim_is_proved_by_what_it_rests_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prove", "factor-is-cosmetic"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert re.findall(r"^proved (.+)$", out, re.MULTILINE) == ["factor-dropped"]


@pytest.mark.parametrize("command", ["show", "prove"])
def test_an_unknown_id_is_answered_with_a_suggestion(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([command, "kl-unti"]) == 2
    message, hint = capsys.readouterr().err.splitlines()[-2:]
    assert message.startswith("derive: there is no theorem")
    assert hint.startswith("hint: did you mean kl-unit")


def test_prove_says_how_each_step_was_decided(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prove", "curvature", "--json"]) == 0
    proved = json.loads(capsys.readouterr().out)["theorems"][-1]
    theorem = REGISTRY.theorems["curvature"]
    assert proved["id"] == "curvature"
    assert proved["digest"] == theorem.digest
    assert list(proved["steps"]) == [step.name for step in theorem.steps]
    assert all(proved["steps"].values())


def test_the_kernels_are_listed_with_their_terms_and_plans(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["list", "--kernels", "--json"]) == 0
    found = {entry["kernel"]: entry for entry in json.loads(capsys.readouterr().out)["kernels"]}
    assert found["kl_normal_var"]["terms"] == ["1/2 excess(log(var1/var2)) + 1/2 var2^-1 (mu1 - mu2)^2"]
    assert found["kl_normal_var"]["plans"] == ["all arguments", "ordinary", "binary32", "blocks", "blocks of binary32"]
    assert found["kl_normal_std_grad"]["terms"][1] == "std1^-1 growth(2 log(std1/std2))"
    assert run(["list", "--kernels", "--markdown"]) == 2
