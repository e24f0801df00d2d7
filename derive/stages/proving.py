"""Theorems decided in a process of their own, which the system ends where a decision takes too much time or memory.

The prover has limits of its own, and says for each step which one was met (:mod:`derive.prove.budget`). But nothing
inside of a process interrupts one long operation of a library in C, the factoring of a polynomial for instance.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from derive.errors import CheckFailed, DeriveError
from derive.report import Progress

if TYPE_CHECKING:
    from derive.prove import CheckedTheorem
    from derive.vocabulary.theorem import Registry, Theorem

#: What a theorem may take: seconds of a processor, and bytes beyond an idle process. The longest takes 5, and 0.2 GB.
SECONDS, MEMORY = 120.0, 4 * 10**9

Load = Callable[["Path | None"], "Registry"]


def proved(
    load: Load, proofs: Path | None, ids: Sequence[str] | None, progress: Progress
) -> tuple[Registry, tuple[CheckedTheorem, ...]]:
    """The registry, and its named theorems decided, with those they cite; without names all, with the claims.

    Raises
    ------
    CheckFailed : a step is false or undecided, or its proof was ended at a limit.
    UsageError : an id that does not exist.
    """
    from derive.campaign.worker import Limits
    from derive.campaign.workers import WorkerEnded, Workers
    from derive.prove import CheckedTheorem, Evidence, prove

    registry = load(proofs)

    def check(registry: Registry, id: str) -> CheckedTheorem:
        theorem = registry.theorems[id]
        try:
            answer = workers.submit(_decided, load, proofs, id).result()
        except (WorkerEnded, RuntimeError) as error:
            raise CheckFailed(f"{id}: undecided: its proof {error}") from None
        if "message" in answer:
            raise CheckFailed(answer["message"], answer["hint"])
        if answer["fingerprint"] != _fingerprint(theorem):
            raise CheckFailed(f"{id}: its proof file says something else each time that it is read")
        return CheckedTheorem(theorem, tuple(Evidence(*step) for step in answer["evidence"]), theorem.digest)

    with Workers(1, Limits(SECONDS, MEMORY)) as workers:
        return registry, prove(registry, ids, progress, check)


def _decided(load: Load, proofs: Path | None, id: str) -> dict[str, Any]:
    """In the process that decides: the evidence and the theorem that it is for, or the failure."""
    from derive.prove import check

    try:
        registry = _registry(load, proofs)
        done = check(registry, id)
    except DeriveError as error:
        return {"message": error.message, "hint": error.hint}
    evidence = [[step.step, step.how] for step in done.evidence]
    return {"fingerprint": _fingerprint(done.theorem), "evidence": evidence}


@lru_cache(maxsize=1)
def _registry(load: Load, proofs: Path | None) -> Registry:
    return load(proofs)


def _fingerprint(theorem: Theorem) -> str:
    """Of all that the theorem says and all of its steps, as they are written and, where SymPy derives, derived."""
    return hashlib.sha256(repr((theorem, [step.rows() for step in theorem.steps])).encode()).hexdigest()
