"""Is it a proof? The structure of definitions, theorems and claims, apart from what the decisions say.

This file trusts nobody: not the authors of proofs, not the decisions, whose evidence it looks through when they are
done. It decides no mathematics. What it checks, of everything that is printed or used:

- records and expressions are what proofs are written in (:mod:`derive.prove.written.language`), nothing added;
- a symbol is that of a declared variable, with its domain; no two things are printed alike
  (:mod:`derive.prove.written.names`);
- a definition says what a new function of independent variables is, all of its parameters among them, and is the only
  one that does; a divergence is one of two densities of a family; no formula gives another meaning to a function;
- premises are steps that were decided before, citations are of what was proved before, formulas are definitions or
  proved by what is cited;
- what is stated is what a decided step concludes, under the same conditions; and nothing is empty.

With the decisions (the rest of this folder), SymPy's expressions and python-flint it is all that has to be trusted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

import sympy as sp
from sympy.core.function import AppliedUndef

from derive.errors import CheckFailed
from derive.prove.written.language import (
    RELATIONS,
    exact,
    expressions,
    has_relation,
    held,
    of_conditions,
    of_row,
    plain,
)
from derive.prove.written.names import TAKEN, as_defined, name_of_formula, told_apart, variables
from derive.vocabulary.formula import NORMAL_DENSITY, Formula, is_divergence
from derive.vocabulary.step import Counterexample, Definition, Row, Step, cost
from derive.vocabulary.theorem import Claim, Registry, Theorem, Verdict

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")  # of theorems, claims and steps: what is permanent says nothing


# --- before the decisions --------------------------------------------------------------------------------------------


def check_theorem(registry: Registry, theorem: Theorem) -> None:
    """Raise :class:`CheckFailed` unless the parts of the theorem belong together."""
    exact(theorem, Theorem)
    with named(theorem.id):
        plain(theorem)
    _citations(registry, theorem)
    with named(theorem.id):
        known = variables(theorem.variables)
        said: list[sp.Basic] = []
        for step in theorem.steps:
            with named(f"{theorem.id}, step {step.name}"):
                _formulas(registry, theorem, step)
                _premises(registry, theorem, step)
                mine = list(_of_step(step))
                expressions(mine, known)
                said += mine
        stated = [expr for row in theorem.statement for expr in of_row(row)]
        expressions(stated, known)
        said += stated
        for formula in theorem.formulas:
            _formula(formula, known)
            said += (formula.head, formula.expr)
        as_defined((*held(theorem), *said), registry.definitions)
        told_apart(theorem.variables, said, registry.definitions)


def _citations(registry: Registry, theorem: Theorem) -> None:
    """Only earlier theorems are cited, and only steps that exist; each step has a name of its own."""
    order = list(registry.theorems)
    for step in theorem.steps:
        with named(f"{theorem.id}, step {step.name}"):
            for cite in step.cites:
                find(registry, cite)
    for id in cited(theorem):
        if id not in registry.theorems or order.index(id) >= order.index(theorem.id):
            raise CheckFailed(f"{theorem.id} cites {id}, which is not proved before it")
    names = [step.name for step in theorem.steps]
    for name in names:
        if not _ID.fullmatch(name):
            raise CheckFailed(f"{name!r} is no name of a step", "small letters, digits and hyphens, as in an id")
    if len(set(names)) < len(names):
        raise CheckFailed(f"{theorem.id} has two steps of one name")


def cited(theorem: Theorem) -> list[str]:
    """The ids of the theorems that it and its steps cite."""
    cites = [*theorem.cites, *(cite for step in theorem.steps for cite in step.cites)]
    return sorted({cite.partition("/")[0] for cite in cites})


def find(registry: Registry, cite: str) -> None:
    """Raise unless there is a theorem of this id, and where one is named, a step of this name in it."""
    id, _, name = cite.partition("/")
    theorem = registry.theorems.get(id)
    if theorem is None or (name and name not in [step.name for step in theorem.steps]):
        raise CheckFailed(f"there is no {cite}")


def _formulas(registry: Registry, theorem: Theorem, step: Step) -> None:
    """What a step unfolds is a definition, or a formula of a theorem that it cites."""
    proved = [formula for id in cited(theorem) for formula in registry.theorems[id].formulas]
    unfolded = (*step.using, step.formula) if isinstance(step, Definition) else step.using
    for formula in unfolded:
        exact(formula, Formula)
        if formula not in registry.definitions and formula not in proved:
            raise CheckFailed(f"it uses {formula.name}, neither a definition nor proved by a theorem it cites")
    if isinstance(step, Definition) and step.formula not in registry.definitions:
        raise CheckFailed(f"it uses {step.formula.name}, which is no definition")


def _premises(registry: Registry, theorem: Theorem, step: Step) -> None:
    """What a step rests on was decided before it, here or in a theorem that is cited: the very same steps."""
    earlier = [*theorem.steps[: [other is step for other in theorem.steps].index(True)]]
    earlier += [other for id in cited(theorem) for other in registry.theorems[id].steps]
    for premise in step.premises:
        if not any(premise is decided for decided in earlier):
            raise CheckFailed(f"it rests on {premise.name}, which is no step decided before it")


def _of_step(step: Step) -> Iterator[sp.Basic]:
    """All that a step says: its rows, its conditions, and the expressions it was given."""
    yield from chain.from_iterable(of_row(row) for row in step.rows())
    yield from of_conditions(step.where, RELATIONS - {"="})
    for name, value in vars(step).items():
        if name in step.__dataclass_fields__ and isinstance(value, sp.Basic):
            yield value


# --- definitions and formulas ----------------------------------------------------------------------------------------


def check_definitions(registry: Registry) -> None:
    """Each definition explains a new function of independent variables by what is explained before it."""
    explained: set[str] = set()
    for formula in registry.definitions:
        with named(f"definition {formula.name}"):
            exact(formula, Formula)
            plain(formula)
            head = type(formula.head).__name__
            if not formula.defines:
                raise CheckFailed(f"{formula.head} is no function of independent variables")
            if head in TAKEN:
                raise CheckFailed(f"{head} has a meaning already")
            if head in explained:
                raise CheckFailed(f"{head} is defined a second time")
            known = variables(formula.variables)
            if tuple(known.values()) != formula.head.args:
                raise CheckFailed(f"its variables are not those of {formula.head}, in order")
            hidden = {str(symbol) for symbol in formula.expr.free_symbols - set(formula.head.args)}
            if hidden:
                raise CheckFailed(f"{formula.head} hides that it depends on {', '.join(sorted(hidden))}")
            bound = {
                symbol.name: symbol for node in formula.expr.atoms(sp.Integral, sp.Sum) for symbol in node.bound_symbols
            }
            if set(bound) & set(known):
                raise CheckFailed(f"{', '.join(sorted(set(bound) & set(known)))} is bound in it and free")
            expressions((formula.head, formula.expr, *of_conditions(formula.where, RELATIONS)), {**known, **bound})
            unexplained = {type(node).__name__ for node in formula.expr.atoms(AppliedUndef)} - explained
            if unexplained:
                raise CheckFailed(f"{', '.join(sorted(unexplained))} is not defined before it")
            as_defined(held(formula), registry.definitions)
            if is_divergence(formula.head):
                _divergence(formula, {type(known.head).__name__: known for known in registry.definitions})
            explained.add(head)
    for what in ("distribution", "coq"):
        named_so = [getattr(type(formula.head), what, None) for formula in registry.definitions]
        told = [NORMAL_DENSITY, *(getattr(name, "density", name) for name in named_so if name is not None)]
        twice = sorted({name for name in told if told.count(name) > 1})
        if twice:
            raise CheckFailed(f"two families are called {', '.join(twice)}")


def _divergence(formula: Formula, explained: Mapping[str, Formula]) -> None:
    """The integral, or the sum, of p log(p/q), where the first half of the arguments is that of p, the second of q.

    Both are densities of one family: q is p with the other parameters.
    """
    half = len(formula.head.args) // 2
    first, second = formula.head.args[:half], formula.head.args[half:]
    whole = formula.expr
    densities = sorted(whole.atoms(AppliedUndef), key=lambda node: node.args[1:] != first)
    if isinstance(whole, sp.Integral | sp.Sum) and len(densities) == 2:
        p, q = densities
        by = whole.args[1][0]
        wanted = sp.Mul(p, sp.log(sp.Mul(p, sp.Pow(q, -1))))
        if (p.args, q.args) == ((by, *first), (by, *second)) and whole.args[0].doit(deep=True) == wanted:
            of_p, of_q = (explained[type(density).__name__] for density in densities)
            if of_p.expr.doit().xreplace(dict(zip(of_p.head.args, of_q.head.args, strict=True))) == of_q.expr.doit():
                return
            raise CheckFailed(f"{formula.head} is of densities of two families: {of_p.head} and {of_q.head} differ")
    raise CheckFailed(f"{formula.head} is no integral or sum of p log(p/q) for the densities p and q of its arguments")


def _formula(formula: Formula, known: Mapping[str, sp.Symbol]) -> None:
    """A formula that is proved: of declared variables, and no new meaning for a function."""
    with named(f"formula {formula.name}"):
        exact(formula, Formula)
        name_of_formula(formula.name)
        mine = variables(formula.variables)
        if not set(mine.values()) <= set(known.values()):
            raise CheckFailed("its variables are not among those of the theorem")
        if type(formula.head).__name__ == cost.__name__ or not (isinstance(formula.head, AppliedUndef | sp.Derivative)):
            raise CheckFailed(f"{formula.head} is no function or derivative that it could be a formula for")
        expressions((formula.head, formula.expr, *of_conditions(formula.where, RELATIONS - {"="})), mine)


# --- after the decisions ---------------------------------------------------------------------------------------------


def check_evidence(theorem: Theorem, decided: Sequence[tuple[str, str]]) -> None:
    """Every step was decided, in order, and what is stated is what they conclude. Nothing is empty.

    ``decided`` names the steps, each with how it was decided.
    """
    if [name for name, _ in decided] != [step.name for step in theorem.steps] or not all(how for _, how in decided):
        raise CheckFailed(f"{theorem.id}: a step is without evidence")
    concluded = [row for step in theorem.steps for row in step.conclusions()]
    for row in (*theorem.statement, *(Row(f.head, "=", f.expr, where=f.where) for f in theorem.formulas)):
        _is_concluded(theorem.id, row, concluded)
    if not theorem.title.strip():
        raise CheckFailed(f"{theorem.id} has no title")
    if has_relation(theorem.title):
        raise CheckFailed(f"{theorem.id}: a title names a claim, and its statement makes it: {theorem.title}")
    if not theorem.steps or not theorem.statement:
        raise CheckFailed(f"{theorem.id} has no {'statement' if theorem.steps else 'steps'}")


def _is_concluded(id: str, row: Row, concluded: Sequence[Row]) -> None:
    said = f"{row.lhs} {row.relation} {row.rhs}"
    found = [c for c in concluded if (c.lhs, c.relation, c.rhs) == (row.lhs, row.relation, row.rhs)]
    if row.lhs is None or not found:
        raise CheckFailed(f"{id}: no step concludes {said}")
    for conclusion in found:
        same = set(conclusion.where) == set(row.where)
        if set(conclusion.where) <= set(row.where) and (
            not row.only_at or (same and row.only_at == conclusion.only_at)
        ):
            return
    under = "; or ".join(", ".join(c.text for c in (*row.where, *row.only_at)) or "all values" for row in found)
    raise CheckFailed(f"{id}: {said} is concluded for {under} only", "say so with where=, or leave out only_at=")


def check_claims(registry: Registry) -> None:
    """A verdict rests on evidence that exists; what is refuted or shown by a counterexample, on that counterexample."""
    for claim in registry.claims:
        with named(f"claim {claim.id}"):
            exact(claim, Claim)
            plain(claim)
            for evidence in claim.evidence:
                find(registry, evidence)
            if claim.verdict is not Verdict.UNTESTED and not claim.evidence:
                raise CheckFailed(f"it is said to be {claim.verdict.value}, without evidence")
            if not (claim.text.strip() and claim.because.strip()):
                raise CheckFailed("a claim says something, and why its verdict is what it is")
            if claim.counterexample is not None:
                _shown(registry, claim)


def _shown(registry: Registry, claim: Claim) -> None:
    cited = (evidence.partition("/") for evidence in claim.evidence)
    steps = (s for id, _, name in cited for s in registry.theorems[id].steps if not name or s.name == name)
    if not any(isinstance(s, Counterexample) and dict(s.at) == dict(claim.counterexample or {}) for s in steps):
        raise CheckFailed("its counterexample is that of no step in its evidence")


def check_names(registry: Registry) -> None:
    """Ids and names of formulas are permanent, so there is one thing for each."""
    ids = [(id, theorem.id) for id, theorem in registry.theorems.items()]
    for place, id in (*ids, *((claim.id, claim.id) for claim in registry.claims)):
        if id != place or not _ID.fullmatch(id):
            raise CheckFailed(f"{id!r} is no id, or stands under another one, {place!r}")
    formulas = [f.name for theorem in registry.theorems.values() for f in theorem.formulas]
    for names in (formulas, [claim.id for claim in registry.claims], [f.name for f in registry.definitions]):
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise CheckFailed(f"the name {', '.join(twice)} is given twice")


# --- how failures are told -------------------------------------------------------------------------------------------


class named:  # noqa: N801 - used as a statement
    """Failures inside say where they are."""

    def __init__(self, where: str) -> None:
        self.where = where

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, failure: BaseException | None, _trace: object) -> None:
        if isinstance(failure, CheckFailed) and not getattr(failure, "placed", False):
            failure.message = f"{self.where}: {failure.message}"
            failure.args, failure.placed = (failure.message,), True  # type: ignore[attr-defined]
