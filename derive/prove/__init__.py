"""prove: theorem -> checked proof. Every step is decided, none is believed.

Decisions rest on two procedures that do not know of each other: :mod:`derive.prove.normal_form` (exact algebra) says
that something is zero, :mod:`derive.prove.ball` (ball arithmetic) that it is not. A step for which neither speaks fails
the run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derive.errors import CheckFailed, UsageError
from derive.prove.steps import decide
from derive.report import Progress, silent
from derive.vocabulary.theorem import Definition, Formula, Registry, Row, Step, Theorem

__all__ = ["CheckedTheorem", "Evidence", "check", "closure", "prove"]


@dataclass(frozen=True)
class Evidence:
    """How a step was decided."""

    step: str
    how: str


@dataclass(frozen=True)
class CheckedTheorem:
    """A theorem all of whose steps were decided, and whose statement and formulas they conclude."""

    theorem: Theorem
    evidence: tuple[Evidence, ...]
    digest: str


def prove(
    registry: Registry, ids: Sequence[str] | None = None, progress: Progress = silent
) -> tuple[CheckedTheorem, ...]:
    """Decide every step of the named theorems and of those they cite; without names of all, with the claims.

    Raises
    ------
    CheckFailed : a step is false or undecided; the message names theorem, step and counterexample.
    UsageError : an id that does not exist.
    """
    checked = []
    for id in closure(registry, ids):
        done = check(registry, id)
        progress(f"proved {id}: {len(done.evidence)} steps")
        checked.append(done)
    if ids is None:
        _check_claims(registry)
    return tuple(checked)


def closure(registry: Registry, ids: Sequence[str] | None = None) -> tuple[str, ...]:
    """The ids with everything they cite, in the order of proof. Each can be given to :func:`check` on its own."""
    if ids is None:
        return tuple(registry.theorems)
    needed: set[str] = set()
    waiting = list(ids)
    while waiting:
        id = waiting.pop()
        if id not in registry.theorems:
            raise UsageError(f"there is no theorem {id!r}", "`derive list` names them all")
        if id not in needed:
            needed.add(id)
            waiting += _cited(registry.theorems[id])
    return tuple(id for id in registry.theorems if id in needed)


def check(registry: Registry, id: str) -> CheckedTheorem:
    """Decide one theorem, taking what it cites as proved. A pure function: worker processes may share them out."""
    theorem = registry.theorems[id]
    _check_cites(registry, theorem)
    evidence = []
    for step in theorem.steps:
        try:
            _check_using(registry, theorem, step)
            _check_premises(registry, theorem, step)
            evidence.append(Evidence(step.name, decide(step)))
        except CheckFailed as failure:
            failure.message = f"{id}, step {step.name}: {failure.message}"
            failure.args = (failure.message,)
            raise
    _check_statement(theorem)
    return CheckedTheorem(theorem, tuple(evidence), theorem.digest)


# --- that the parts belong together ------------------------------------------------------------------------------


def _cited(theorem: Theorem) -> list[str]:
    cites = [*theorem.cites, *(cite for step in theorem.steps for cite in step.cites)]
    return sorted({cite.partition("/")[0] for cite in cites})


def _check_cites(registry: Registry, theorem: Theorem) -> None:
    """Only earlier theorems may be cited, and only steps that exist."""
    order = list(registry.theorems)
    for step in theorem.steps:
        for cite in step.cites:
            _find(registry, cite, f"{theorem.id}, step {step.name}")
    for id in _cited(theorem):
        if id not in registry.theorems or order.index(id) >= order.index(theorem.id):
            raise CheckFailed(f"{theorem.id} cites {id}, which is not proved before it")
    names = [step.name for step in theorem.steps]
    if len(set(names)) < len(names):
        raise CheckFailed(f"{theorem.id} has two steps of one name")


def _find(registry: Registry, cite: str, where: str) -> None:
    id, _, name = cite.partition("/")
    theorem = registry.theorems.get(id)
    if theorem is None or (name and name not in [step.name for step in theorem.steps]):
        raise CheckFailed(f"{where}: there is no {cite}")


def _check_using(registry: Registry, theorem: Theorem, step: Step) -> None:
    """What a step unfolds is a definition, or a formula of a theorem that it cites."""
    proved = {formula for id in _cited(theorem) for formula in registry.theorems[id].formulas}
    unfolded = (*step.using, step.formula) if isinstance(step, Definition) else step.using
    for formula in unfolded:
        if formula not in registry.definitions and formula not in proved:
            raise CheckFailed(f"it uses {formula.name}, neither a definition nor proved by a theorem it cites")


def _check_premises(registry: Registry, theorem: Theorem, step: Step) -> None:
    """What a step rests on was decided before it, here or in a theorem that is cited: the very same steps."""
    earlier = [*theorem.steps[: theorem.steps.index(step)]]
    earlier += [other for id in _cited(theorem) for other in registry.theorems[id].steps]
    for premise in step.premises:
        if not any(premise is decided for decided in earlier):
            raise CheckFailed(f"it rests on {premise.name}, which is no step decided before it")


def _check_statement(theorem: Theorem) -> None:
    """Every row of the statement and every formula is the conclusion of a step."""
    concluded = tuple(row for step in theorem.steps for row in step.conclusions())
    for row in (*theorem.statement, *(_as_row(formula) for formula in theorem.formulas)):
        said = f"{row.lhs} {row.relation} {row.rhs}"
        found = [c for c in concluded if (c.lhs, c.relation, c.rhs) == (row.lhs, row.relation, row.rhs)]
        if not found:
            raise CheckFailed(f"{theorem.id}: no step concludes {said}")
        if not any(set(c.where) <= set(row.where) and set(row.only_at) <= set(c.only_at) for c in found):
            proved = "; or ".join(", ".join(condition.text for condition in c.where) or "all values" for c in found)
            raise CheckFailed(
                f"{theorem.id}: {said} is concluded for {proved} only", "say so with where=, or leave out only_at="
            )


def _as_row(formula: Formula) -> Row:
    return Row(formula.head, "=", formula.expr, where=formula.where)


def _check_claims(registry: Registry) -> None:
    for claim in registry.claims:
        for evidence in claim.evidence:
            _find(registry, evidence, f"claim {claim.id}")
