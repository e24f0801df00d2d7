"""Wrong claims, all refused: one change away from a theorem each, and whatever a hostile author would try.

The first are refuted at a point that shows it. The second are kept, by kind, in the files hostile_*.py:
each is refused with a message that says why, and none hangs or ends in a traceback. For changes
by the thousand see falsify_proofs.py.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import replace

import hostile_analysis
import hostile_families
import hostile_proofs
import hostile_records
import hostile_values
import hostile_words
import pytest
import sympy as sp
from derive.proofs import REGISTRY
from hostile_proofs import Hostile, hostile, identity, theorem_of

from derive.errors import CheckFailed
from derive.prove import check, check_claims, checker
from derive.prove.ball import Undecided
from derive.prove.ground import Disproved
from derive.vocabulary.theorem import (
    Conclude,
    Counterexample,
    Differentiate,
    GlobalMinimum,
    Identity,
    Inequality,
    Integrate,
    OperationCount,
    Registry,
    Step,
    SumOfParts,
    Theorem,
)

Change = Callable[[sp.Expr], sp.Expr]


def drop_factor_two(expr: sp.Expr) -> sp.Expr:
    """2*log(sigma) -> log(sigma), 2*rho -> rho, 1/(2*v) -> 1/v: the first factor 2 is lost."""
    for node in sp.preorder_traversal(expr):
        if node.is_Mul and sp.Integer(2) in node.args:
            rest = [factor for factor in node.args if factor != 2]
            return expr.xreplace({node: sp.Mul(*rest)})
    return expr / 2


def flip_sign(expr: sp.Expr) -> sp.Expr:
    """The last term of the first sum changes its sign."""
    for node in sp.preorder_traversal(expr):
        if node.is_Add:
            *terms, last = node.args
            return expr.xreplace({node: sp.Add(*terms, -last)})
    return -expr


def lose_square(expr: sp.Expr) -> sp.Expr:
    """sigma^2 -> sigma: the standard deviation where the variance belongs."""
    for node in sp.preorder_traversal(expr):
        if node.is_Pow and node.exp == 2:
            return expr.xreplace({node: node.base})
    return expr**2


CHANGES: dict[str, Change] = {
    "factor 2 dropped": drop_factor_two,
    "sign flipped": flip_sign,
    "sigma for sigma^2": lose_square,
    "off by a little": lambda expr: expr + sp.Rational(1, 10**6),
}

REVERSED = {">": "<", "<": ">", ">=": "<=", "<=": ">="}


def wrong(step: Step) -> Iterator[tuple[str, Step]]:
    """The step with one thing made wrong, in every way that applies to its kind."""
    for name, change in CHANGES.items():
        if isinstance(step, Identity):
            yield name, dataclasses.replace(step, chain=(*step.chain[:-1], change(step.chain[-1])))
        elif isinstance(step, Differentiate):
            yield f"wrong gradient, {name}", dataclasses.replace(step, derivative=change(step.derivative))
        elif isinstance(step, Conclude):
            yield name, dataclasses.replace(step, textbook=change(step.textbook))
        elif isinstance(step, Integrate):
            copy = dataclasses.replace(step)
            copy.__dict__.update(primitive=step.primitive, value=change(step.value))
            yield f"wrong moment, {name}", copy
        elif isinstance(step, OperationCount):
            yield name, dataclasses.replace(step, total=change(step.total))
    if isinstance(step, Inequality):
        yield "reversed inequality", dataclasses.replace(step, relation=REVERSED[step.relation])
        if step.lowest is not None:
            yield "wrong optimum", dataclasses.replace(step, lowest=step.lowest + sp.Rational(1, 100))
    if isinstance(step, GlobalMinimum):
        off = (step.at[0], step.at[1] + sp.Rational(1, 2))
        yield "wrong optimum", dataclasses.replace(step, at=off)
        yield "wrong minimum", dataclasses.replace(step, value=sp.Rational(1, 10))
        yield "wrong mean", dataclasses.replace(step, at=(sp.Integer(1), step.at[1]))
    if isinstance(step, Counterexample):
        agreeing = {name: sp.Integer(0 if name.startswith("mu") else 1) for name in step.at}
        yield "no counterexample", dataclasses.replace(step, at=agreeing)


def harmless(right: Step, changed: Step) -> bool:
    """A change that says the same again (a square of 1, a sign of 0) is no false claim."""

    def values(step: Step) -> list[sp.Expr]:
        return [sp.expand(side) for row in step.rows() for side in (row.lhs, row.rhs) if side is not None]

    return (not isinstance(right, Counterexample) and right.rows() == changed.rows()) or (
        isinstance(right, Identity | Differentiate | Integrate) and values(right) == values(changed)
    )


def false_claims() -> Iterator[tuple[str, str, int, Step]]:
    for theorem in REGISTRY.theorems.values():
        for position, step in enumerate(theorem.steps):
            for what, changed in wrong(step):
                if not harmless(step, changed):
                    yield f"{theorem.id}/{step.name}: {what}", theorem.id, position, changed


def with_step(id: str, position: int, step: Step) -> tuple[Registry, Theorem]:
    """The registry with the theorem proved by that one step and what it rests on, so that what fails is the step."""
    before = REGISTRY.theorems[id].steps[:position] if step.premises else ()
    theorem = dataclasses.replace(REGISTRY.theorems[id], steps=(*before, step), statement=(), formulas=())
    return dataclasses.replace(REGISTRY, theorems={**REGISTRY.theorems, id: theorem}), theorem


CLAIMS = list(false_claims())


@pytest.mark.parametrize(("id", "position", "step"), [c[1:] for c in CLAIMS], ids=[c[0] for c in CLAIMS])
def test_a_wrong_claim_is_refuted(id: str, position: int, step: Step) -> None:
    registry, _ = with_step(id, position, step)
    with pytest.raises(CheckFailed, match=f"^{id}, step {step.name}: ") as failure:
        check(registry, id)
    assert isinstance(failure.value, Disproved | Undecided)
    if isinstance(step, Identity | Differentiate | Conclude | Integrate):
        undefined = "this asks that" in failure.value.message  # and the step does not say so
        assert isinstance(failure.value, Disproved) or undefined, "refuted, not merely undecided"
        assert undefined or all(isinstance(value, sp.Rational) for value in failure.value.point.values())


def test_there_are_many_and_of_every_sort() -> None:
    assert len(CLAIMS) > 250
    for what in (*CHANGES, "reversed inequality", "wrong optimum", "wrong moment", "wrong gradient"):
        assert sum(what in name for name, *_ in CLAIMS) >= 3, what
    assert sum("wrong minimum" in name for name, *_ in CLAIMS) == 2  # of f and of g
    # every part of a sum of parts is changed in tests/test_prove_moments.py
    here = {t.id for t in REGISTRY.theorems.values() if not all(isinstance(step, SumOfParts) for step in t.steps)}
    assert {theorem for _, theorem, *_ in CLAIMS} == here


# --- hostile authors -------------------------------------------------------------------------------------------------

FILES = (hostile_proofs, hostile_records, hostile_families, hostile_analysis, hostile_values, hostile_words)
KINDS = {kind: members for file in FILES for kind, members in file.KINDS.items()}
HOSTILE = list(hostile(KINDS))


def prove_all(case: Hostile) -> None:
    if case.ids is None:
        checker.check_names(case.registry)
        check_claims(case.registry)
    for id in case.registry.theorems:
        if id not in REGISTRY.theorems:
            check(case.registry, id)


@pytest.mark.parametrize("case", HOSTILE, ids=[f"{case.kind}: {case.name}" for case in HOSTILE])
def test_a_hostile_proof_is_refused_with_a_message_that_says_why(case: Hostile) -> None:
    with pytest.raises(CheckFailed) as failure:
        prove_all(case)
    assert case.message in failure.value.message
    assert len(failure.value.message) > 15


def test_every_kind_has_several_members() -> None:
    assert len(KINDS) == sum(len(file.KINDS) for file in FILES)
    assert len(HOSTILE) > 360
    for kind in KINDS:
        assert sum(case.kind == kind for case in HOSTILE) >= 3, kind


@pytest.mark.parametrize("said", hostile_words.TRUE)
def test_words_may_say_what_is_so(said: str) -> None:
    check(hostile_words.registry(hostile_words.theorem(replace(hostile_words.true, reason=said))), "new")


def test_a_factorial_is_of_what_is_made_of_integers() -> None:
    """A factorial is written down where its argument is an integer for all values of the symbols."""
    n, factorial = hostile_proofs.n, sp.factorial
    for whole in (n + 1, 2 * n + 1, 3 * n):
        check(theorem_of(identity(factorial(whole + 1), (whole + 1) * factorial(whole))), "new")
    for broken in (n / 2, n + sp.Rational(1, 2), hostile_proofs.t + n):
        with pytest.raises(Undecided, match="not known to be an integer"):
            check(theorem_of(identity(factorial(broken) * n, n * factorial(broken))), "new")
