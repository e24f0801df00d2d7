"""The vocabulary in which `proofs/` is written: variables, formulas, steps, theorems, claims.

A proof file holds mathematics and no machinery. Everything in this module is a frozen record; what decides a step is
in :mod:`derive.prove`, what prints it in :mod:`derive.emit`. SymPy expressions are the mathematics; where the order
and grouping matter to a reader they are built inside ``with written():`` so that SymPy keeps them as they stand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import Enum

import sympy as sp


def written() -> AbstractContextManager[None]:
    """Keep expressions as they are written: no reordering, no evaluation."""
    return sp.evaluate(False)  # type: ignore[no-any-return]


# --- functions with a name of their own --------------------------------------------------------------------------


class expm1mx(sp.Function):  # noqa: N801 - the field's name
    """expm1mx(x) = exp(x) - 1 - x, for every real x."""

    nargs = 1

    def doit(self, **_hints: object) -> sp.Expr:
        (x,) = self.args
        return sp.exp(x) - 1 - x

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return sp.exp(self.args[0]) - 1


class log1pmx(sp.Function):  # noqa: N801 - the field's name
    """log1pmx(x) = log(1 + x) - x, for x > -1."""

    nargs = 1

    def doit(self, **_hints: object) -> sp.Expr:
        (x,) = self.args
        return sp.log(1 + x) - x

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return 1 / (1 + self.args[0]) - 1


#: Heads of formulas; they carry no definition and stand on the left of an equation.
KL = sp.Function("KL")  # KL(mu1, sigma1, mu2, sigma2): of N(mu1, sigma1^2) from N(mu2, sigma2^2)
E = sp.Function("E")  # expectation under the first Gaussian


# --- records -----------------------------------------------------------------------------------------------------


class Domain(Enum):
    REAL = "real"
    POSITIVE = "positive"
    INTEGER = "integer"


@dataclass(frozen=True)
class Variable:
    """A symbol with its domain, its LaTeX and what it means."""

    name: str  # as in code: mu1, logvar
    latex: str  # as in a paper: \mu_1, \ell
    domain: Domain
    meaning: str

    @property
    def symbol(self) -> sp.Symbol:
        return sp.Symbol(self.name, **{"real": True, self.domain.value: True})


@dataclass(frozen=True)
class Scale:
    """One of the parameterisations of the spread of a Gaussian: the standard deviation as a function of s."""

    name: str  # std, var, logstd, logvar
    latex: str  # the letter used for it, without index
    domain: Domain
    meaning: str
    to_std: sp.Lambda  # s -> sigma

    def variable(self, index: str = "") -> Variable:
        """The scale of the Gaussian with this index: ``var2``, printed ``v_2``."""
        latex = f"{self.latex}_{index}" if index else self.latex
        return Variable(self.name + index, latex, self.domain, self.meaning)


@dataclass(frozen=True)
class Formula:
    """``head = expr`` as a function of its variables, in the order of the emitted signature.

    ``expr`` is in written form. ``name`` is permanent: it names the LaTeX fragment, and, for those that are lowered,
    the kernels (``kl_unit_logvar``; a gradient has one formula per component, ``kl_unit_logvar_grad_mu``).
    """

    name: str
    head: sp.Expr
    variables: tuple[Variable, ...]
    expr: sp.Expr
    meaning: str = ""

    @property
    def digest(self) -> str:
        """A digest of the statement; the headers of emitted files carry it."""
        text = "|".join([self.name, *(v.name + ":" + v.domain.value for v in self.variables), sp.srepr(self.expr)])
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Row:
    """One line of a proof as a reader sees it: ``lhs relation rhs`` with a reason. An empty lhs continues the row above."""

    lhs: sp.Expr | None
    relation: str  # "=", ">=", "<=", ">", "<", "!="
    rhs: sp.Expr
    reason: str = ""  # plain words; may hold $...$ maths


@dataclass(frozen=True)
class Step:
    """A step of a proof. Subclasses say what is claimed; :mod:`derive.prove` holds one decision per subclass."""

    name: str  # unique within its theorem
    reason: str  # why, in words
    cites: tuple[str, ...] = field(default=(), kw_only=True)  # ids of earlier theorems, or theorem/step

    def rows(self) -> tuple[Row, ...]:
        """The step as lines of mathematics, for LaTeX and the terminal."""
        raise NotImplementedError


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
    scales: tuple[Scale, ...]

    def formula(self, name: str) -> Formula:
        """The formula of that permanent name; KeyError where there is none."""
        for theorem in self.theorems.values():
            for formula in theorem.formulas:
                if formula.name == name:
                    return formula
        raise KeyError(name)
