"""The vocabulary in which `proofs/` is written: variables, formulas, steps, theorems, claims.

A proof file holds mathematics and no machinery. Everything in this module is a frozen record; what decides a step is
in :mod:`derive.prove`, what prints it in :mod:`derive.emit`. SymPy expressions are the mathematics; where the order
and grouping matter to a reader they are built inside ``with written():`` so that SymPy keeps them as they stand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

import sympy as sp

from derive.errors import UsageError
from derive.vocabulary.condition import Condition
from derive.vocabulary.formula import (
    KL,
    Coq,
    Domain,
    E,
    Formula,
    Reading,
    Scale,
    Variable,
    density_of,
    divergence_of,
    expm1mx,
    log1pmx,
    unfold,
    written,
)
from derive.vocabulary.moments import Antiderivative, Linear, Part, Series, SumOfParts, ThroughAbsolute
from derive.vocabulary.step import (
    Conclude,
    Counterexample,
    Definition,
    Differentiate,
    Expand,
    Expectation,
    GlobalMinimum,
    Identity,
    Inequality,
    Integrate,
    OperationCount,
    Row,
    Step,
)

if TYPE_CHECKING:
    from derive.vocabulary.family import Family

__all__ = [
    "KL",
    "Antiderivative",
    "Claim",
    "Conclude",
    "Condition",
    "Coq",
    "Counterexample",
    "Definition",
    "Differentiate",
    "Domain",
    "E",
    "Expand",
    "Expectation",
    "Formula",
    "GlobalMinimum",
    "Identity",
    "Inequality",
    "Integrate",
    "Linear",
    "OperationCount",
    "Part",
    "Reading",
    "Registry",
    "Row",
    "Scale",
    "Series",
    "Step",
    "SumOfParts",
    "Theorem",
    "ThroughAbsolute",
    "Variable",
    "Verdict",
    "density_of",
    "divergence_of",
    "expm1mx",
    "log1pmx",
    "unfold",
    "written",
]


@dataclass(frozen=True)
class Short:
    """A proof as a textbook has it: the idea, and the few steps of the full proof that carry it, by their names."""

    idea: str  # in words, with $...$
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Theorem:
    """A claim with a permanent id, and the steps that prove it."""

    id: str
    title: str
    variables: tuple[Variable, ...]
    assumptions: tuple[str, ...]  # in words, with $...$
    statement: tuple[Row, ...]
    steps: tuple[Step, ...]
    source: str  # where people make the claim
    formulas: tuple[Formula, ...] = ()
    cites: tuple[str, ...] = ()
    short: Short | None = None

    @property
    def to_decide(self) -> int:
        """How many of its steps claim something; a definition does not."""
        return sum(not isinstance(step, Definition) for step in self.steps)

    def outline(self) -> tuple[Row, ...]:
        """The lines of the short proof: of each of its steps what is proved last, with its reason.

        Raises
        ------
        UsageError
            where it names a step that the full proof does not have.
        """
        rows = []
        by_name = {step.name: step for step in self.steps}
        for name in self.short.steps if self.short else ():
            if name not in by_name:
                raise UsageError(f"theorem {self.id}: its short proof names {name!r}, which is no step of it")
            rows.append(replace(by_name[name].conclusions()[-1], reason=by_name[name].reason))
        return tuple(rows)

    @property
    def digest(self) -> str:
        """A digest of what is claimed: id, variables with their domains, assumptions, statement and formulas."""
        parts = [self.id, *(f"{v.name}:{v.domain.value}" for v in self.variables), *self.assumptions]
        for row in self.statement:
            parts.append(f"{sp.srepr(row.lhs)}{row.relation}{sp.srepr(row.rhs)}")
            parts += [condition.text for condition in (*row.where, *row.only_at)]
        parts += [formula.digest for formula in self.formulas]
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


class Verdict(Enum):
    PROVED = "proved"
    REFUTED = "refuted"
    IN_A_SENSE = "true only in a stated sense"
    UNTESTED = "empirical, untested"


@dataclass(frozen=True)
class Claim:
    """A claim people make in words, with its verdict and the evidence for it."""

    id: str
    text: str
    source: str
    verdict: Verdict
    because: str  # one or two sentences, with $...$
    evidence: tuple[str, ...] = ()  # theorem ids or theorem/step; every one must exist and be checked
    counterexample: Mapping[str, sp.Rational] | None = None


@dataclass(frozen=True)
class Registry:
    """All that is claimed, in the order in which it is proved."""

    theorems: Mapping[str, Theorem]
    claims: tuple[Claim, ...]
    families: tuple[Family, ...]
    definitions: tuple[Formula, ...] = ()

    @property
    def scales(self) -> tuple[Scale, ...]:
        """Of all families."""
        return tuple(scale for family in self.families for scale in family.scales)

    def formula(self, name: str) -> Formula:
        """The formula of that permanent name; KeyError where there is none."""
        for theorem in self.theorems.values():
            for formula in theorem.formulas:
                if formula.name == name:
                    return formula
        raise KeyError(name)

    def home(self, formula: Formula) -> Theorem:
        """The theorem that states the formula; KeyError where there is none."""
        for theorem in self.theorems.values():
            if formula in theorem.formulas:
                return theorem
        raise KeyError(formula.name)
