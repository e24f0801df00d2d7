"""Symbols, scales and formulas: the nouns of a proof."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import Enum

import sympy as sp

from derive.vocabulary.condition import Condition


def written() -> AbstractContextManager[None]:
    """Keep expressions as they are written: no reordering, no evaluation."""
    return sp.evaluate(False)  # type: ignore[no-any-return]


# --- functions with a name of their own --------------------------------------------------------------------------


class expm1mx(sp.Function):  # type: ignore[misc]  # noqa: N801 - the field's name
    """expm1mx(x) = exp(x) - 1 - x, for every real x."""

    nargs = 1

    def doit(self, **_hints: object) -> sp.Expr:
        (x,) = self.args
        return sp.exp(x) - 1 - x

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return sp.exp(self.args[0]) - 1


class log1pmx(sp.Function):  # type: ignore[misc]  # noqa: N801 - the field's name
    """log1pmx(x) = log(1 + x) - x, for x > -1."""

    nargs = 1

    def doit(self, **_hints: object) -> sp.Expr:
        (x,) = self.args
        return sp.log(1 + x) - x

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return 1 / (1 + self.args[0]) - 1


#: Heads of formulas; what they mean is said by the formula whose head they are.
KL = sp.Function("KL")  # KL(mu1, sigma1, mu2, sigma2): of N(mu1, sigma1^2) from N(mu2, sigma2^2)
E = sp.Function("E")  # expectation under the first Gaussian


#: The density of the Gaussian in proofs/coq, which no other family has.
NORMAL_DENSITY = "normal_density"


@dataclass(frozen=True)
class Coq:
    """What the library in proofs/coq knows of a family whose divergence is called KL_NAME.

    ``file`` defines the density and KL_NAME, and the tactics solve_KL_NAME_value, solve_KL_NAME_gradient and
    solve_KL_NAME_optimum, each the whole proof of a statement.
    """

    file: str  # Exponential, for proofs/coq/Exponential.v
    relation: str  # is_kl_half_line: says that the divergence of p from q converges to a value
    density: str  # exponential_density: a function of the parameters, then of the point


def divergence_of(family: str, distribution: str, *, coq: Coq | None = None) -> type[sp.Function]:
    r"""The head of a family's divergence: a function of the parameters of the first, then those of the second member.

    ``distribution`` is the LaTeX of the family's symbol, ``\mathrm{Exp}``. Without ``coq`` theorems that speak of it
    have no counterpart in Coq, and say so.
    """
    known = {"distribution": distribution, "coq": coq}
    head: type[sp.Function] = sp.core.function.UndefinedFunction(f"KL_{family}", __dict__=known)
    return head


def is_divergence(head: sp.Expr) -> bool:
    """Whether it is that of a divergence, which its name says."""
    name = type(head).__name__
    return name == "KL" or name.startswith("KL_")


def told_of(function: type | None) -> tuple[object, ...]:
    """What print and Coq are told of a function besides its name, by which alone SymPy compares functions."""
    return tuple(getattr(function, what, None) for what in ("distribution", "coq", "density"))


def all_told(expr: sp.Expr) -> set[tuple[object, ...]]:
    """The same of all functions in an expression."""
    return {told_of(type(node)) for node in sp.preorder_traversal(expr)}


def density_of(family: str, letter: str) -> type[sp.Function]:
    """The head of a density or probability: a function of the point, then of the parameters.

    What depends on the parameters says so, but print leaves them out where they are letters: p(x).
    """
    head: type[sp.Function] = sp.core.function.UndefinedFunction(f"{letter}_{family}", __dict__={"density": letter})
    return head


# --- records -----------------------------------------------------------------------------------------------------


class Domain(Enum):
    REAL = "real"
    POSITIVE = "positive"
    INTEGER = "integer"
    NATURAL = "natural"  # 0, 1, 2, ...

    @property
    def assumptions(self) -> dict[str, bool]:
        """What SymPy is told of a symbol of this domain."""
        if self is Domain.NATURAL:
            return {"integer": True, "nonnegative": True}
        return {"real": True, self.value: True}


@dataclass(frozen=True)
class Variable:
    """A symbol with its domain, its LaTeX and what it means."""

    name: str  # as in code: mu1, logvar
    latex: str  # as in a paper: \mu_1, \ell
    domain: Domain
    meaning: str

    @property
    def symbol(self) -> sp.Symbol:
        return sp.Symbol(self.name, **self.domain.assumptions)


@dataclass(frozen=True)
class Scale:
    """One of the parameterisations of a family: the parameter that its density is written in, as a function of s."""

    name: str  # std, var, logstd, logvar
    latex: str  # the letter used for it, without index
    domain: Domain
    meaning: str
    to_standard: sp.Lambda  # s -> sigma

    def variable(self, index: str = "") -> Variable:
        """The scale of the distribution with this index: ``var2``, printed ``v_2``."""
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
    where: tuple[Condition, ...] = ()  # asked of the variables besides their domains

    @property
    def digest(self) -> str:
        """A digest of the statement; the headers of emitted files carry it."""
        parts = [self.name, *(v.name + ":" + v.domain.value for v in self.variables), sp.srepr(self.expr)]
        text = "|".join([*parts, *(condition.text for condition in self.where)])
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def defines(self) -> bool:
        """Whether the head is a function of independent symbols, so that the formula says what the function is."""
        arguments = self.head.args
        return (
            isinstance(self.head, sp.core.function.AppliedUndef)
            and all(argument.is_Symbol for argument in arguments)
            and len(set(arguments)) == len(arguments)
        )


def stated_for_coq(formula: Formula) -> bool:
    """Whether what kernels compute for a formula is stated for Coq: it knows the densities, and there is no corner.

    Along a path a formula with a corner is another formula on either side of it.
    """
    heads = (node.func for node in sp.preorder_traversal(formula.head))
    known = all(getattr(head, "coq", True) is not None for head in heads)
    return known and not formula.expr.has(sp.Abs, sp.sign)


@dataclass(frozen=True)
class Reading:
    """What a kernel computes in real numbers, roundings aside, along the path that a sample point takes."""

    kernel: str
    target: str
    formula: Formula  # what it has to be
    expr: sp.Expr
    at: tuple[float, ...]


@dataclass(frozen=True)
class UnreadSide:
    """A way that a choice in a kernel function may go of which there is no reading, and why there is none."""

    function: str
    condition: str
    reason: str


@dataclass(frozen=True)
class Coverage:
    """How many sides the choices in the trees of a target have: those read, those never taken, the others by name."""

    target: str
    sides: int
    read: int
    never: int
    unread: tuple[UnreadSide, ...]


def unfold(expr: sp.Expr, using: Iterable[Formula]) -> sp.Expr:
    """``expr`` with the heads of ``using`` replaced by what they stand for, later formulas first, derivatives taken.

    A formula whose head is f(x, y) replaces f at any arguments; another head (a derivative) is replaced as it stands.
    """
    for formula in reversed(tuple(using)):
        if formula.defines:
            meaning = sp.Lambda(formula.head.args, formula.expr)
            expr = expr.replace(formula.head.func, meaning)
        else:
            expr = expr.xreplace({formula.head: formula.expr})
    derivatives = {node: node.doit() for node in expr.atoms(sp.Derivative)}
    return expr.xreplace(derivatives)
