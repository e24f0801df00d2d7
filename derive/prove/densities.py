"""A divergence is one of densities: positive on their support, of mass one, under a name that is theirs alone.

That it is the integral or the sum of p log(p/q) is not enough: with weights that are no probabilities the same
integral is negative, or twice what it should be, and print would call it a divergence all the same.
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp
from sympy.core.function import AppliedUndef

from derive.errors import CheckFailed
from derive.prove.checker import cited
from derive.prove.ground import Ground
from derive.vocabulary.condition import within
from derive.vocabulary.formula import Formula, is_divergence
from derive.vocabulary.theorem import Registry, Theorem


def check_densities(registry: Registry, theorem: Theorem) -> None:
    """Raise :class:`CheckFailed` unless what the theorem calls divergences and densities are such."""
    divergences = [definition for definition in registry.definitions if is_divergence(definition.head)]
    densities = {type(p) for whole in divergences for p in _both(whole)}
    said = set(_heads(theorem))
    for head in sorted(said, key=str):
        if hasattr(head, "density") and head not in densities:
            raise CheckFailed(f"{head.__name__} is printed as a density, and no divergence is one of it")
    for whole in divergences:
        if said & {type(whole.head), *map(type, _both(whole))}:
            _is_positive(registry, whole)
            _has_mass_one(registry, theorem, whole)


def _heads(theorem: Theorem) -> Iterator[type]:
    rows = [row for step in theorem.steps for row in step.rows()]
    sides = (side for row in (*rows, *theorem.statement) for side in (row.lhs, row.rhs) if side is not None)
    for side in (*sides, *(formula.head for formula in theorem.formulas)):
        yield from map(type, side.atoms(AppliedUndef))


def _both(whole: Formula) -> tuple[sp.Expr, ...]:
    """p and q, the densities that the divergence is one of, that of its first arguments first."""
    first = whole.head.args[: len(whole.head.args) // 2]
    return tuple(sorted(whole.expr.atoms(AppliedUndef), key=lambda node: node.args[1:] != first))


def _is_positive(registry: Registry, whole: Formula) -> None:
    """p is; q is the same with other parameters."""
    p, _ = _both(whole)
    by, *ends = whole.expr.args[1]
    support = within(by, (ends[0], ends[1])) if isinstance(whole.expr, sp.Integral) else ()
    inside = Ground(registry.definitions).under(support)
    if not inside.facts.positive(inside.read(p)):
        raise CheckFailed(f"{p} > 0 is not decided on the support, so {whole.head} is no divergence of densities")


def _has_mass_one(registry: Registry, theorem: Theorem, whole: Formula) -> None:
    """A step concludes it, here or in a theorem that this one rests on."""
    p, _ = _both(whole)
    mass = whole.expr.func(p, *whole.expr.args[1:])
    waiting, seen = [theorem], set[str]()
    while waiting:
        rests_on = waiting.pop()
        rows = (row for step in rests_on.steps for row in step.conclusions())
        if any((row.lhs, row.relation, row.rhs, row.where) == (mass, "=", 1, ()) for row in rows):
            return
        seen.add(rests_on.id)
        waiting += [registry.theorems[id] for id in cited(rests_on) if id not in seen]
    raise CheckFailed(
        f"no step concludes that {mass} = 1, so {whole.head} is no divergence of densities",
        "conclude it, or cite the theorem that does",
    )
