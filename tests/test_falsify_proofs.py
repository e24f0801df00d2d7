"""Changed theorems: what is accepted is true, and a prover that accepts too much is caught."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest
import sympy as sp
from derive.proofs import REGISTRY
from executors import Here
from falsify_proofs import FAULTS, false_at, falsify, tried

from derive.campaign.worker import Limits
from derive.campaign.workers import Workers
from derive.prove.facts import Facts
from derive.prove.ground import Ground
from derive.vocabulary.theorem import Row


def became(count: int) -> Counter[str]:
    return Counter(one.became for one in falsify(range(count), 7, Here()))


def test_no_changed_theorem_that_is_false_is_accepted() -> None:
    outcomes = list(falsify(range(150), 7, Here()))
    assert [one for one in outcomes if one.became in FAULTS] == []
    assert [one.number for one in outcomes] == list(range(150))
    assert len({one.what for one in outcomes}) >= 5
    assert {"refused", "true", "unchanged"} <= {one.became for one in outcomes}


def test_a_case_is_repeated_by_its_number() -> None:
    assert list(falsify([3, 8], 7, Here())) == [tried(7, 3), tried(7, 8)]


@pytest.mark.parametrize(
    ("limits", "said"), [(Limits(seconds=0.05), "computes for|finish"), (Limits(memory=0), "memory")]
)
def test_a_case_that_takes_too_much_is_ended_and_is_no_fault(limits: Limits, said: str) -> None:
    with Workers(1, limits) as workers:
        (one,) = falsify([0], 7, workers)
    assert one.became == "limit"
    assert re.search(said, one.said)


def test_a_prover_that_takes_every_equation_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Ground, "equal", lambda *_: "believed")
    assert became(60)["false"]


def test_a_prover_that_takes_every_condition_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Facts, "holds", lambda *_: True)
    monkeypatch.setattr("derive.prove.steps.order._no_counterexample", lambda *_: 8)
    assert became(150)["false"]


@pytest.mark.parametrize("theorem", REGISTRY.theorems.values(), ids=lambda theorem: theorem.id)
def test_the_theorems_themselves_are_true_at_random_points(theorem: object) -> None:
    rng = random.Random(3)
    for row in theorem.statement:  # type: ignore[attr-defined]
        if type(row.lhs).__name__ != "cost":
            assert false_at(row, theorem, rng) is None  # type: ignore[arg-type]
            assert false_at(Row(row.lhs, row.relation, sp.Integer(7)), theorem, rng) or row.relation != "="  # type: ignore[arg-type]
