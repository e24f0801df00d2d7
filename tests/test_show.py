"""`derive list`, `show` and `prove` on the real registry."""

from __future__ import annotations

import json

import pytest

import derive
from derive import pipeline
from derive.cli import run

REGISTRY = derive.load()
CLAIMS = {claim.id: claim for claim in REGISTRY.claims}


@pytest.mark.parametrize("name", REGISTRY.theorems)
def test_a_theorem_is_shown_with_all_of_its_steps(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    theorem = REGISTRY.theorems[name]
    assert run(["show", name]) == 0
    page = capsys.readouterr().out
    assert page.startswith(f"{name}: ")
    for number, step in enumerate(theorem.steps, start=1):
        assert f"  {number}. {step.name}: " in page
    assert "$" not in page
    assert "\\" not in page.partition(" Coq")[0]  # Coq writes "and" with one
    record = pipeline.record(name)
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


def test_latex_is_the_emitted_proof(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", "same-optimum", "--latex"]) == 0
    assert r"\begin{align" in capsys.readouterr().out
    assert run(["show", "same-optimum", "--latex", "--json"]) == 2


def test_list_names_everything_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["list"]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line and not line.startswith(" ")]
    assert names == [*REGISTRY.theorems, *CLAIMS]
    assert run(["list", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [t["id"] for t in document["theorems"]] == list(REGISTRY.theorems)
    assert [c["verdict"] for c in document["claims"]] == [c.verdict.value for c in REGISTRY.claims]


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
