"""prove: theorem -> checked proof. Every step is decided, none is believed.

Decisions rest on two procedures that do not know of each other: :mod:`derive.prove.normal_form` (exact algebra) says
that something is zero, :mod:`derive.prove.ball` (ball arithmetic) that it is not. A step for which neither speaks fails
the run. What a step asks of the variables has to follow from their domains and from what it says (:mod:`derive.prove.
facts`). That the decided steps make a proof of what is stated is looked through by :mod:`derive.prove.checker`, which
decides nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from derive.errors import UsageError
from derive.prove import budget, checker, densities
from derive.prove.ground import Ground
from derive.prove.steps import decide
from derive.prove.written import language, words
from derive.report import Progress, silent
from derive.vocabulary.theorem import Registry, Row, Theorem, Variable

__all__ = ["CheckedTheorem", "Conclusion", "Evidence", "check", "closure", "prove"]


@dataclass(frozen=True)
class Evidence:
    """How a step was decided."""

    step: str
    how: str


@dataclass(frozen=True)
class Conclusion:
    """What a decided step proves: its row, for all values of the variables in their domains that satisfy ``where``."""

    step: str
    row: Row
    variables: tuple[Variable, ...]


@dataclass(frozen=True)
class CheckedTheorem:
    """A theorem all of whose steps were decided, and whose statement and formulas they conclude."""

    theorem: Theorem
    evidence: tuple[Evidence, ...]
    digest: str

    @property
    def conclusions(self) -> tuple[Conclusion, ...]:
        """All that was proved, in the order of the steps."""
        return tuple(
            Conclusion(step.name, row, tuple(v for v in self.theorem.variables if v.symbol in row.free_symbols))
            for step in self.theorem.steps
            for row in step.conclusions()
        )


def prove(
    registry: Registry,
    ids: Sequence[str] | None = None,
    progress: Progress = silent,
    decided: Callable[[Registry, str], CheckedTheorem] | None = None,
) -> tuple[CheckedTheorem, ...]:
    """Decide every step of the named theorems and of those they cite; without names of all, with the claims.

    ``decided`` is :func:`check`, or that in a process which ends at limits of its own (:mod:`derive.stages.proving`).

    Raises
    ------
    CheckFailed : a step is false or undecided; the message names theorem, step and counterexample.
    UsageError : an id that does not exist.
    """
    checker.check_names(registry)
    checked = []
    for id in closure(registry, ids):
        done = (decided or check)(registry, id)
        progress(f"proved {id}: {len(done.evidence)} steps")
        checked.append(done)
    if ids is None:
        check_claims(registry)
    return tuple(checked)


def check_claims(registry: Registry) -> None:
    """Look through the claims: their evidence exists, and their words state nothing that it does not decide."""
    checker.check_claims(registry)
    for claim in registry.claims:
        with checker.named(f"claim {claim.id}"), budget.ends():
            words.check_claim_words(registry, claim)


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
            waiting += checker.cited(registry.theorems[id])
    return tuple(id for id in registry.theorems if id in needed)


def check(registry: Registry, id: str) -> CheckedTheorem:
    """Decide one theorem, taking what it cites as proved. A pure function: worker processes may share them out.

    Each step has the limits of :mod:`derive.prove.budget`, in the main thread of a process, and between two operations
    of Python. One long call of a library in C is beyond them, and so is any call in another thread: whoever decides
    proofs of somebody else calls ``derive.prove([id])``, which does so in a process that the system ends
    (:mod:`derive.stages.proving`), or starts such a process.
    """
    theorem = registry.theorems[id]
    with checker.named(id), budget.ends():
        for expr in language.held((theorem, *registry.definitions)):
            budget.check_size(expr)
        for step in theorem.steps:
            budget.check_step(step)
        checker.check_definitions(registry)
        checker.check_theorem(registry, theorem)
    evidence = []
    for step in theorem.steps:
        with checker.named(f"{id}, step {step.name}"):
            evidence.append(Evidence(step.name, decide(step)))
    with budget.ends(id):
        checker.check_evidence(theorem, [(done.step, done.how) for done in evidence])
    with checker.named(id), budget.ends():
        densities.check_densities(registry, theorem)
        words.check_words(registry, theorem)
        for where in (*(row.where for row in theorem.statement), *(formula.where for formula in theorem.formulas)):
            Ground(registry.definitions, where)  # narrower than what is concluded, but not of nothing at all
    return CheckedTheorem(theorem, tuple(evidence), theorem.digest)
