"""Repairs of `derive audit` at an assignment: a name that was given another scale than it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from derive.audit.codes import CODES, chosen
from derive.audit.files import Found
from derive.audit.finding import Finding
from derive.audit.findings import audit_file
from derive.audit.repairs import repaired

UNIT = "kl = -0.5 * torch.sum(1 + logvar - mu**2 - {})"
OF_VAR = "kl = 0.5 * torch.sum(mu**2 + var - 1 - torch.log(var))"


def audited(source: str, codes: frozenset[str] = chosen()) -> list[Finding]:
    findings, unread, read, _ = audit_file(Found(Path("m.py"), source.encode()), codes)
    assert read and not unread
    return findings


def after(source: str, tmp_path: Path, codes: frozenset[str] = chosen()) -> str:
    """The file with its repairs."""
    file = Found(tmp_path / "m.py")
    file.path.write_text(source)
    before, *_ = audit_file(file, frozenset(CODES))
    wanted = [f for f in before if f.repair and f.code in codes]
    assert wanted
    rewritten, said = repaired(file, wanted, before)
    assert rewritten is not None and not said
    return rewritten.data.decode()


@pytest.mark.parametrize(
    ("assigned", "formula", "code", "right"),
    [
        ("var = logvar.exp() ** 0.5", UNIT.format("var"), "DK003", "var = torch.exp(logvar)"),
        ("std = torch.exp(logvar)", UNIT.format("std**2"), "DK003", "std = torch.exp(0.5 * logvar)"),
        ("std = logvar.exp()\nvar = std**2", UNIT.format("var"), "DK003",
         "std = torch.exp(0.5 * logvar)\nvar = std**2"),
        ("logvar = torch.log(std)", UNIT.format("std**2"), "DK003", "logvar = 2 * torch.log(std)"),
        ("sigma = torch.exp(2*log_sigma)", "kl = 0.5 * (mu**2 + sigma**2 - 1) - log_sigma", "DK003",
         "sigma = torch.exp(log_sigma)"),
        ("var = std", "kl = 0.5 * (mu**2 + var - 1 - torch.log(std**2))", "DK003", "var = std**2"),
        ("var = logvar.exp() ** 0.5", OF_VAR, "DK010", "var = torch.exp(logvar)"),
        ("v1, var = 0, torch.sqrt(logvar.exp())", OF_VAR, "DK010", "v1, var = 0, torch.exp(logvar)"),
        ("var1 = torch.exp(0.5*logvar1)\nvar2 = torch.exp(0.5*logvar2)",
         "kl = 0.5 * (logvar2 - logvar1 + (var1 + (m1 - m2)**2)/var2 - 1)", "DK003",
         "var1 = torch.exp(logvar1)\nvar2 = torch.exp(logvar2)"),
        ("std = torch.exp(logvar)\nz = mu + std * torch.randn_like(std)", UNIT.format("logvar.exp()"), "DK011",
         "std = torch.exp(0.5 * logvar)\nz = mu + std * torch.randn_like(std)"),
    ],
)  # fmt: skip
def test_a_name_gets_the_scale_that_it_says(assigned: str, formula: str, code: str, right: str, tmp_path: Path) -> None:
    (finding,) = audited(f"{assigned}\n{formula}\n")
    assert finding.code == code
    assert right.split("\n")[0].split(", ")[-1].removeprefix("0, ").split(" = ")[-1] in finding.message
    assert after(f"{assigned}\n{formula}\n", tmp_path) == f"{right}\n{formula}\n"
    assert audited(f"{right}\n{formula}\n") == []


@pytest.mark.parametrize(
    ("assigned", "formula", "found"),
    [
        # either of the two may be misnamed
        ("std = torch.exp(logvar)", "kl = 0.5 * (mu**2 + std**2 - 1) - torch.log(std)", ["DK010"]),
        ("logvar = torch.log(std)", UNIT.format("logvar.exp()"), ["DK010"]),
        # what is assigned is a statement
        ("var = logvar.exp()\nvar **= 0.5", UNIT.format("var"), ["DK003"]),
        # of two quantities
        ("var = logvar1.exp() ** 0.5 * logvar2.exp() ** 0.5", OF_VAR, []),
        ("std = softplus(logvar)", UNIT.format("logvar.exp()"), []),
    ],
)
def test_where_the_names_leave_a_doubt_nothing_is_offered(assigned: str, formula: str, found: list[str]) -> None:
    findings = audited(f"import torch\n{assigned}\n{formula}\n")
    assert [f.code for f in findings] == found
    assert all(not f.repair or f.repair[0][0] == formula.count("\n") + assigned.count("\n") + 3 for f in findings)


def test_an_assignment_on_the_line_of_the_formula(tmp_path: Path) -> None:
    line = "std = torch.exp({}logvar); kl = -0.5 * torch.sum(1 + logvar - mu**2 - std**2)\n"
    assert after(line.format(""), tmp_path) == line.format("0.5 * ")


def test_one_repair_of_two_findings_is_made_once(tmp_path: Path) -> None:
    source = f"var = logvar.exp() ** 0.5\n{UNIT.format('var')}\n{OF_VAR}\n"
    assert [f.code for f in audited(source)] == ["DK003", "DK010"]
    right = source.replace("logvar.exp() ** 0.5", "torch.exp(logvar)")
    assert after(source, tmp_path) == after(source, tmp_path, frozenset(["DK003"])) == right
