"""Conditions, limits and stopped gradients in a formula: what is told where it is the divergence in part alone."""

from __future__ import annotations

import pytest

from derive.audit.codes import CODES
from derive.audit.files import Found
from derive.audit.findings import audit_file
from derive.identify import identify
from derive.identify.read.limits import NotUnderstood

KL = "0.5*(mu**2 + exp(l) - 1 - l)"


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        (f"torch.where(mu > 0, {KL}, 0)", "(mu > 0)"),
        (f"{KL} if mu > 0 else 0", "(mu > 0)"),
        (f"torch.where(~mask, 0.0, {KL})", "mask"),
        (f"torch.where(mask, torch.zeros_like(mu), {KL}).sum()", "(~mask)"),
        (f"kl = {KL}\nkl.masked_fill(pad, 0)", "(~pad)"),
        (f"kl = {KL}\nkl = np.where(mask, kl, 0)", "mask"),
        ("-0.5*torch.sum(torch.where(mu > 0, 1 + l - mu**2 - l.exp(), 0))", "(mu > 0)"),
    ],
)
def test_a_condition_beside_0_is_a_mask(text, factor):
    answer = identify(text)
    assert (answer.verdict, answer.factor, answer.offset) == ("affine_kl", factor, "0")
    assert f"the formula holds where {factor.strip('()')}, elsewhere it is 0" in answer.notes


def test_a_condition_is_a_weight_of_a_masked_mean():
    answer = identify(f"torch.where(mask, {KL}, 0).sum()/mask.sum()")
    assert (answer.verdict, answer.reductions) == (
        "kl",
        ("sum over the entries that mask keeps, divided by the sum of mask",),
    )


@pytest.mark.parametrize(
    "text",
    [
        f"torch.where(mu > 0, {KL}, 7)",
        f"torch.where(mu > 0, {KL}, mu)",
        f"{KL} if mu > 0 else 1",
        f"({KL}).masked_fill(mask, 3)",
        f"0.5*(mu**2 + torch.where(mask, exp(l), 0) - 1 - l)",
    ],
)
def test_a_condition_beside_anything_else_is_refused(text):
    with pytest.raises(NotUnderstood, match="a condition is not part of a formula"):
        identify(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("torch.where(torch.isnan({0}), 0, {0})", "0 stands where torch.isnan(kl) holds"),
        ("np.where(np.isfinite({0}), {0}, 100)", "100 stands where np.isfinite(kl) fails"),
        ("{0}.masked_fill(~torch.isfinite({0}), 0)", "0 stands where ~torch.isfinite(kl) holds"),
    ],
)
def test_a_guard_against_what_is_no_number_is_told(text, said):
    answer = identify(f"kl = {KL}\n{text.format('kl')}")
    assert answer.verdict == "kl" and f"guard: {said}" in answer.notes


def test_a_mask_is_no_finding(tmp_path):
    file = tmp_path / "model.py"
    file.write_text(
        "def f(mu, logvar):\n    return torch.where(mu > 0, 0.5*(logvar.exp() + mu**2 - 1 - logvar), 0).sum()\n"
    )
    findings, skipped, _, terms = audit_file(Found(file), frozenset(CODES) - {"DK030"})
    assert (findings, skipped, terms) == ([], [], 1)
