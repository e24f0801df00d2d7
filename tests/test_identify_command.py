"""`derive identify` as people call it: exit status, output, files, formulas that begin with a minus sign."""

from __future__ import annotations

import json

import pytest

from derive.cli import run

RIGHT = "-0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())"
WRONG = "-0.5 * torch.sum(1 + log_sigma - mu.pow(2) - torch.exp(2 * log_sigma))"


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ([RIGHT], 0),
        ([WRONG], 1),
        (["x + 1"], 1),
        (["2 * (" + RIGHT + ")"], 1),
        ([RIGHT, "--sampler", "mu + torch.exp(0.5*logvar)*eps"], 0),
        ([RIGHT, "--sampler", "mu + torch.exp(logvar)*eps"], 1),
        ([RIGHT.replace("logvar", "log_sigma")], 1),
        (["torch.foo(x)"], 2),
        (["1 +"], 2),
        ([], 2),
        ([RIGHT, "--file", "x.py"], 2),
        (["--file", "/nowhere/x.py"], 2),
        (["--file", "/"], 2),
        (["--table", "/"], 2),
    ],
)
def test_exit_status(arguments, status, capsys):
    assert run(["identify", *arguments]) == status
    assert "defect of derive" not in capsys.readouterr().err


def test_json_is_one_document_on_standard_output(capsys):
    assert run(["identify", "--json", WRONG]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["verdict"] == "not_kl"
    assert answer["fix"].startswith("multiply the log term by 2")
    assert answer["minimum"]["at"]["log_sigma"] == pytest.approx(-0.34657359)
    assert answer["counterexample"]["formula"] != answer["counterexample"]["kl"]


def test_the_answer_for_people(capsys):
    run(["identify", WRONG])
    out = capsys.readouterr().out
    assert out.startswith("✗ not a KL divergence: multiply the log term by 2\n")
    assert "a divergence is never negative" in out
    assert "if log_sigma is the logarithm of the variance (rename it)" in out
    run(["identify", "0.5*(x + mu**2 - 1 + log(x))"])
    assert capsys.readouterr().out.startswith("✗ not a KL divergence\n")  # what is x? the change has a condition
    run(["identify", "-v", RIGHT])
    out = capsys.readouterr().out
    assert out.startswith("✓ exactly KL(N(mu, exp(logvar)) ‖ N(0, 1))\n")
    assert "def expm1mx(x)" in out
    assert "torch.clamp" in out  # in the author's framework


def test_functions_of_one_line_are_known_as_in_an_audit(tmp_path, capsys):
    file = tmp_path / "m.py"
    file.write_text(
        "class A:\n"
        "    def loss(self, mu, logvar):\n"
        "        return -0.5 * torch.sum(1 + logvar - self.twice(mu) - variance(logvar))\n"
        "    def twice(self, x):\n"
        "        return x * x\n"
        "def variance(x):\n"
        "    return torch.exp(x)\n"
    )
    for options in (["--function", "A.loss"], ["--function", "loss"], []):
        assert run(["identify", "--file", str(file), *options]) == 0
        assert "exactly KL(N(mu, exp(logvar)) ‖ N(0, 1))" in capsys.readouterr().out


def test_a_function_of_a_file(tmp_path, capsys):
    file = tmp_path / "model.py"
    file.write_text(
        "class VAE:\n    def loss(self, x, mu, logvar):\n        recon = self.mse(x)\n"
        f"        kld = {RIGHT}\n        return recon + kld\n"
    )
    for name in ("loss", "VAE.loss"):
        assert run(["identify", "--file", str(file), "--function", name]) == 0
    assert run(["identify", "--file", str(file), "--function", "los"]) == 2
    assert "did you mean 'loss'" in capsys.readouterr().err


def test_errors_are_one_line_with_the_position(capsys):
    assert run(["identify", "mu**2 + torch.foo(x)"]) == 2
    err = capsys.readouterr().err
    assert "line 1, column 9" in err
    assert "torch.foo" in err
    assert "Traceback" not in err


def test_a_divergence_of_something_else_is_told_from_this_one(capsys):
    assert run(["identify", "F.kl_div(log_p, q)"]) == 2
    assert "hint: it compares tables of probabilities; of Gaussians:" in capsys.readouterr().err
