"""True formulas in all spellings, broken by one edit that people make: the repair offered first is right in every case,
and nearly always undoes that edit.
"""

from __future__ import annotations

import random

import pytest
from broken_spellings import broken
from spellings import right, textbook

from derive.identify import identify


def _what(text: str) -> tuple[object, ...]:
    answer = identify(text)
    roles = tuple(answer.roles.values())
    return answer.verdict, answer.scale, answer.pair, answer.direction, answer.factor, answer.offset, roles


@pytest.mark.parametrize(
    ("written", "seeds"), [(lambda rng: right(rng).text, range(1_000, 1_060)), (textbook, range(2_000, 2_080))]
)
def test_the_first_repair_is_right_and_undoes_the_edit(written, seeds):
    tried = undone = 0
    for seed in seeds:
        rng = random.Random(seed)
        text = written(rng)
        slip = broken(text, rng)
        answer = identify(slip[0]) if slip else None
        if slip is None or answer is None or answer.verdict in ("kl", "affine_kl"):
            continue  # a sign before a square that stands alone, a weight: still a divergence, of something else
        tried += 1
        if answer.fixes:
            repaired = _what(answer.fixes[0].corrected)
            assert repaired[0] in ("kl", "affine_kl"), (slip, answer.fixes[0])
            undone += repaired == _what(text)
    assert tried > 0.8 * len(seeds)
    assert undone >= 0.9 * tried


ONE = "-0.5 * torch.sum(1 + {0} - {1}**2 - torch.exp({0}))"
TWO = "torch.log(std_p{0}/std_q{0}) + (std_q{0}**2 + (mu_q{0} - mu_p{0})**2)/(2*std_p{0}**2) - 0.5"


@pytest.mark.parametrize(
    ("right", "old", "new"),
    [
        (f"{ONE.format('lv1', 'mu1')} + {ONE.format('lv2', 'mu2')}", "mu2**2", "mu2"),
        (f"{ONE.format('lv1', 'mu1')} + {ONE.format('lv2', 'mu2')}", "torch.exp(lv2)", "lv2"),
        (f"{ONE.format('lv1', 'mu1')} + {ONE.format('lv2', 'mu2')}", "torch.exp(lv2)", "torch.exp(lv1)"),
        (f"kl1 = {ONE.format('lv1', 'mu1')}\nkl2 = {ONE.format('lv2', 'mu2')}\nkl1 + kl2", "mu2", "mu1"),
        (f"{TWO.format(1)} + {TWO.format(2)}", "(2*std_p2**2)", "(2*std_p2)"),
        (f"{TWO.format(1)} + {ONE.format('lv_z', 'mu_z')}", "std_p1/std_q1", "std_q1/std_p1"),
    ],
)
def test_the_wrong_one_of_two_divergences_is_named_and_repaired(right, old, new):
    assert identify(right).verdict == "kl"
    answer = identify(right.replace(old, new))
    assert answer.verdict == "not_kl"
    assert answer.fixes[0].corrected.replace(" ", "") == right.replace(" ", "")
    assert any(note.startswith("the rest is right: KL(") for note in answer.notes)
    assert answer.fixes[0].edit.startswith("in KL(N(mu")


def test_a_repair_drops_no_other_loss():
    wrong = "rec + 0.5*(torch.exp(lv) + mu - 1 - 3*lv)"
    assert all("rec" in fix.corrected for fix in identify(wrong).fixes)


def test_a_wrong_line_beside_a_right_one_is_told():
    lines = [f"kl1 = {ONE.format('lv1', 'mu1')}", f"kl2 = {ONE.format('lv2', 'mu2')}", "loss = bce(x, y) + kl1 + kl2"]
    assert identify("\n".join(lines)).verdict in ("kl", "affine_kl")
    assert identify("\n".join(lines).replace("mu2**2", "mu2")).verdict == "not_kl"
