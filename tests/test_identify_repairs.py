"""True formulas in all spellings, broken by one edit that people make: the repair offered first is right in every case,
and nearly always undoes that edit.
"""

from __future__ import annotations

import random

from broken_spellings import broken
from spellings import right

from derive.identify import identify

SEEDS = range(1_000, 1_110)


def _what(text: str) -> tuple[object, ...]:
    answer = identify(text)
    roles = tuple(answer.roles.values())
    return answer.verdict, answer.scale, answer.pair, answer.direction, answer.factor, answer.offset, roles


def test_the_first_repair_is_right_and_undoes_the_edit():
    tried = undone = 0
    for seed in SEEDS:
        rng = random.Random(seed)
        spelled = right(rng)
        slip = broken(spelled.text, rng)
        answer = identify(slip[0]) if slip else None
        if slip is None or answer is None or answer.verdict in ("kl", "affine_kl"):
            continue  # a sign before a square that stands alone, a weight: still a divergence, of something else
        tried += 1
        if answer.fixes:
            repaired = _what(answer.fixes[0].corrected)
            assert repaired[0] in ("kl", "affine_kl"), (slip, answer.fixes[0])
            undone += repaired == _what(spelled.text)
    assert tried > 80
    assert undone >= 0.9 * tried
