"""Changed theorems: what is accepted is true, and a prover that accepts too much is caught."""

from __future__ import annotations

import random

import pytest
import sympy as sp
from derive.proofs import REGISTRY
from falsify_proofs import false_at, falsify

from derive.prove.facts import Facts
from derive.prove.ground import Ground
from derive.vocabulary.theorem import Row


def test_no_changed_theorem_that_is_false_is_accepted() -> None:
    outcome = falsify(150, seed=7)
    assert outcome.false == ()
    assert outcome.tried.total() == 150
    assert len(outcome.tried) >= 5
    assert 0 < outcome.accepted.total() < 120


def test_a_prover_that_takes_every_equation_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Ground, "equal", lambda *_: "believed")
    assert falsify(60, seed=7).false


def test_a_prover_that_takes_every_condition_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Facts, "holds", lambda *_: True)
    monkeypatch.setattr("derive.prove.steps.order._no_counterexample", lambda *_: 8)
    assert falsify(150, seed=7).false


@pytest.mark.parametrize("theorem", REGISTRY.theorems.values(), ids=lambda theorem: theorem.id)
def test_the_theorems_themselves_are_true_at_random_points(theorem: object) -> None:
    rng = random.Random(3)
    for row in theorem.statement:  # type: ignore[attr-defined]
        if type(row.lhs).__name__ != "cost":
            assert false_at(row, theorem, rng) is None  # type: ignore[arg-type]
            assert false_at(Row(row.lhs, row.relation, sp.Integer(7)), theorem, rng) or row.relation != "="  # type: ignore[arg-type]
