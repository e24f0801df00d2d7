"""Small inputs from public code, each with its right answer, for `identify` and `audit`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from derive.audit.codes import chosen
from derive.audit.files import Found
from derive.audit.findings import audit_file
from derive.identify.answer.identification import given_sampler, identify_text
from derive.identify.answer.record import Identification
from derive.identify.read.limits import MAX_FILE
from derive.identify.read.reading import read, read_function

CASES = json.loads((Path(__file__).parent / "identify_cases.json").read_text())


def answered(case: dict[str, object]) -> Identification:
    text = str(case["text"])
    function, sampler = case.get("function"), case.get("sampler")
    source = read_function(text, str(function), MAX_FILE) if function else read(text, MAX_FILE)
    return identify_text(source, given_sampler(str(sampler)) if sampler else None)


@pytest.mark.parametrize("case", [c for c in CASES if "verdict" in c["truth"]], ids=lambda c: c["id"])
def test_the_answer_is_the_true_one(case):
    answer = answered(case).as_json()
    asked = ("verdict", "scale", "pair", "direction", "factor", "offset", "roles")
    assert {k: answer[k] for k in asked if k in case["truth"]} == {
        k: case["truth"][k] for k in asked if k in case["truth"]
    }


@pytest.mark.parametrize("case", [c for c in CASES if c["truth"].get("fix")], ids=lambda c: c["id"])
def test_the_first_repair_keeps_what_is_right(case):
    corrected = answered(case).fixes[0].corrected
    assert identify_text(read(corrected)).verdict == "kl"
    for reduction in ("torch.sum(", "dim=1", ".mean()"):
        assert (reduction in corrected) == (reduction in case["text"])


@pytest.mark.parametrize("case", [c for c in CASES if "audit_codes" in c["truth"]], ids=lambda c: c["id"])
def test_an_audit_reports_what_is_wrong_and_nothing_else(case, tmp_path):
    file = tmp_path / "model.py"
    sampler = f"\nz = {case['sampler']}\n" if case.get("sampler") else "\n"
    file.write_text(case["text"] + sampler)
    findings, skipped, _, _ = audit_file(Found(file), chosen())
    found = {f.code for f in findings}
    assert not skipped
    wanted = set(case["truth"]["audit_codes"])
    assert found & wanted if wanted else not found
