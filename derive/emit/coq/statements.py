"""Rows of theorems and readings of kernels as Coq statements, each with the one call that proves it.

A row whose one side is KL(...) becomes ``is_kl``: the integral converges to the other side. A derivative on the left
becomes ``is_derive`` or ``is_derive_n``: it exists and has that value. Where a step says more than its row (a minimum
is attained at one point only, an inequality holds on an interval), the statement says it too.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sympy as sp
from sympy.core.function import AppliedUndef

from derive.emit import notation
from derive.emit.conditions import comparisons
from derive.emit.coq.printer import argument, coq, derivative
from derive.emit.notation import orders
from derive.vocabulary.formula import NORMAL_DENSITY, is_divergence
from derive.vocabulary.step import cost
from derive.vocabulary.theorem import (
    KL,
    Definition,
    Domain,
    Formula,
    GlobalMinimum,
    Identity,
    Inequality,
    Registry,
    Row,
    Step,
    Theorem,
    Variable,
    unfold,
)

#: Relations that Coq writes otherwise.
_RELATIONS = {"!=": "<>"}

WIDTH = 100


@dataclass(frozen=True)
class Statement:
    """A theorem of Coq. ``head`` and ``value`` are the conclusion: ``value`` is what is claimed of the head."""

    name: str
    theorem: str  # the id of the theorem that it is the counterpart of
    variables: tuple[sp.Symbol, ...]
    hypotheses: tuple[str, ...]
    head: str
    value: str
    tactic: str
    note: str = ""

    @property
    def claim(self) -> str:
        """The statement on one line."""
        return f"{' -> '.join((*self.hypotheses, self.head))} {self.value}"

    def text(self) -> str:
        note = _wrapped(f"(** {self.note} *)", "") if self.note else []
        return "\n".join((*note, self.theorem_text, ""))

    @property
    def theorem_text(self) -> str:
        """The theorem and its proof, without the note above them."""
        lines = [f"Theorem {self.name} :"]
        lines += [f"  forall {names} : {kind}," for kind, names in self._binders()]
        lines += [f"  {hypothesis} ->" for hypothesis in self.hypotheses]
        lines += _wrapped(self.head, "  ")
        lines += _wrapped(f"{self.value}.", "    ")
        lines += _wrapped(f"Proof. {self.tactic}. Qed.", "")
        return "\n".join(lines)

    def _binders(self) -> Iterator[tuple[str, str]]:
        for kind, is_integer in (("R", False), ("Z", True)):
            names = [v.name for v in self.variables if bool(v.is_integer) == is_integer]
            if names:
                yield kind, " ".join(names)


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def of_registry(registry: Registry) -> tuple[Statement, ...]:
    """The statements of all theorems that have a counterpart, in the order of their proof."""
    return tuple(s for theorem in registry.theorems.values() for s in of_theorem(theorem))


def no_counterpart(theorem: Theorem) -> str:
    """Why a theorem has no counterpart in Coq; empty where it has one."""
    return _counterpart(theorem)[1]


def _counterpart(theorem: Theorem) -> tuple[tuple[Statement, ...], str]:
    """The statements, or why there are none: what the theorem holds is not known to Coq."""
    sides = [side for row in theorem.statement for side in (row.lhs, row.rhs) if side is not None]
    if any(side.has(cost) for side in sides):
        return (), "it counts the operations of programs"
    heads = {type(head) for row in theorem.statement for head in divergences(row)}
    missing = sorted(head.__name__.removeprefix("KL_") for head in heads if head.coq is None)
    if missing:
        return (), f"proofs/coq has no density for the family {', '.join(missing)}"
    try:
        for formula in (formula for step in theorem.steps for formula in step.using if is_function(formula)):
            coq(formula.expr)
        return tuple(_statements(theorem)), ""
    except NotImplementedError as error:
        return (), f"there is {error}"


def is_function(formula: Formula) -> bool:
    """Whether it says what a function of real numbers is; the densities and the integral are in the library."""
    head = formula.head
    return (
        formula.defines
        and not (notation.has_own_brackets(head) or notation.is_density(head))
        and formula.expr.free_symbols <= set(head.args)
        and not formula.expr.has(sp.Integral, sp.Sum)
    )


def library(registry: Registry) -> tuple[str, ...]:
    """The files of proofs/coq that define the densities of further families."""
    rows = [row for theorem in registry.theorems.values() for row in theorem.statement]
    known = {head.func.coq for row in rows for head in divergences(row)} - {None}
    return tuple(sorted(coq_of.file for coq_of in known))


def without_counterpart(registry: Registry) -> dict[str, str]:
    """The theorems without a counterpart, each with the reason."""
    reasons = {theorem.id: no_counterpart(theorem) for theorem in registry.theorems.values()}
    return {id: reason for id, reason in reasons.items() if reason}


def divergences(row: Row) -> set[sp.Expr]:
    """The divergences of further families that a row speaks of."""
    nodes = {node for side in (row.lhs, row.rhs) if side is not None for node in sp.preorder_traversal(side)}
    return {node for node in nodes if notation.distribution(node)}


def of_theorem(theorem: Theorem) -> tuple[Statement, ...]:
    """A statement per row, and per inequality on an interval that is only a step; none without a counterpart."""
    return _counterpart(theorem)[0]


def _statements(theorem: Theorem) -> Iterator[Statement]:
    rows = [(row, step, _name(row, step, theorem)) for row in theorem.statement for step in (_step_of(row, theorem),)]
    for step in theorem.steps:
        if isinstance(step, Inequality) and step.by is not None and step.rows()[-1].rhs is not None:
            rows.append((step.conclusion, step, _identifier(f"{theorem.id}_{step.name}")))
    yield from _densities(theorem)
    said: set[str] = set()
    for row, of, name in rows:
        made = of_row(name, row, theorem, of)
        if made.claim not in said:
            said.add(made.claim)
            yield made


def _densities(theorem: Theorem) -> Iterator[Statement]:
    """That the densities of the library are those that the theorem defines; a natural number has another type there."""
    defined = [step.formula for step in theorem.steps if isinstance(step, Definition)]
    for whole in (formula for formula in defined if is_divergence(formula.head)):
        known = getattr(whole.head.func, "coq", None)
        density = NORMAL_DENSITY if whole.head.func == KL else known and known.density
        for formula in (formula for formula in defined if formula.head in whole.expr.atoms(AppliedUndef)):
            point, *parameters = formula.head.args
            if density is None or point.is_integer:
                continue
            yield Statement(
                formula.name,
                theorem.id,
                formula.head.args,
                _hypotheses(formula.variables, Row(formula.head, "=", formula.expr, where=formula.where)),
                f"{' '.join((density, *map(argument, (*parameters, point))))} =",
                coq(formula.expr),
                f"solve_kl_density {density}",
            )


def of_reading(name: str, formula: Formula, meaning: sp.Expr, theorem: str, note: str) -> Statement:
    """That a kernel, read in real numbers along one path, is its formula."""
    meaning = sp.powsimp(_without_removable(meaning), combine="exp")
    row = Row(formula.head, "=", meaning, where=formula.where)
    variables = tuple(v.symbol for v in formula.variables)
    integers = sorted((s for s in meaning.free_symbols if s.is_integer), key=lambda s: s.name)
    anchors = sorted(meaning.free_symbols - {*variables, *integers}, key=lambda s: s.name)
    hypotheses = (*_hypotheses(formula.variables, row), *(f"0 < {anchor.name}" for anchor in anchors))
    return _equation(name, row, theorem, (*variables, *anchors, *integers), hypotheses, note=note)


def _without_removable(expr: sp.Expr) -> sp.Expr:
    """d (a + b/d) as d a + b: a polynomial approximates a quotient, and the tree multiplies it out again."""

    def multiplied_out(product: sp.Mul) -> sp.Expr:
        bases = [base for base, exponent in (f.as_base_exp() for f in product.args) if base.is_Add and exponent > 0]
        for base in bases:
            for bracket in product.args:
                if bracket.is_Add and any(base in _divisors(term) for term in bracket.args):
                    rest = product / bracket / base
                    return sp.Add(*(rest * (base * term) for term in bracket.args))
        return product

    def cancelled(product: sp.Mul) -> sp.Expr:
        """512 x - 2 k, which SymPy makes of 2 (256 x - k), does not cancel with 256 x - k by itself."""
        for divisor in _divisors(product):
            for base in product.args:
                if base.is_Add and (ratio := sp.cancel(base / divisor)).is_Rational:
                    return product / base * ratio * divisor
        return product

    expr = expr.replace(lambda node: bool(node.is_Mul), multiplied_out)
    return expr.replace(lambda node: bool(node.is_Mul), cancelled)


def _divisors(term: sp.Expr) -> list[sp.Expr]:
    powers = (factor.as_base_exp() for factor in sp.Mul.make_args(term))
    return [base for base, exponent in powers if exponent.is_negative]


def of_row(name: str, row: Row, theorem: Theorem, step: Step | None) -> Statement:
    """One row of a theorem; ``step`` is the step that it is the conclusion of, where that says more."""
    assert row.lhs is not None
    present = row.lhs.free_symbols | row.rhs.free_symbols
    if isinstance(step, GlobalMinimum):
        present |= {v.symbol for v in step.variables} if row.relation != "=" else set()
    variables = [v for v in theorem.variables if v.symbol in present]
    known = {v.symbol for v in variables}
    bound = tuple(v.symbol for v in variables)
    hypotheses = _hypotheses(variables, row)
    if present - known:
        raise ValueError(f"{theorem.id}: {sorted(map(str, present - known))} are no variables of the theorem")
    if row.relation == "=":
        return _equation(name, row, theorem.id, bound, hypotheses, using=step.using if step else ())
    claim = f"{coq(row.lhs)} {_RELATIONS.get(row.relation, row.relation)} {coq(row.rhs)}"
    if row.only_at:
        at = " /\\ ".join(f"{coq(place.lhs)} = {coq(place.rhs)}" for place in row.only_at)
        claim = f"{claim} /\\ ({coq(row.lhs)} = {coq(row.rhs)} <-> {at})"
        tactic = f"solve_{row.lhs.func}_optimum" if notation.distribution(row.lhs) else "solve_kl_minimum"
        return Statement(name, theorem.id, bound, hypotheses, "", claim, tactic)
    tactic = "solve_kl_slopes" if variables else "solve_kl_number"
    return Statement(name, theorem.id, bound, hypotheses, "", claim, tactic)


def _equation(
    name: str,
    row: Row,
    theorem: str,
    variables: tuple[sp.Symbol, ...],
    hypotheses: tuple[str, ...],
    *,
    using: Sequence[Formula] = (),
    note: str = "",
) -> Statement:
    lhs, rhs = row.lhs, row.rhs
    assert lhs is not None
    if rhs.func == KL:
        lhs, rhs = rhs, lhs
    if notation.distribution(lhs):
        head, value, tactic = _of_family(lhs), f"({coq(rhs)})", f"solve_{lhs.func}_value"
    elif lhs.func == KL:
        first, second = (" ".join(map(argument, lhs.args[i : i + 2])) for i in (0, 2))
        head = f"is_kl ({NORMAL_DENSITY} {first}) ({NORMAL_DENSITY} {second})"
        tactic = "solve_kl_integral"
        value = f"({coq(rhs)})"
    elif isinstance(lhs, sp.Subs):
        head, value, tactic = _at_point(lhs, rhs, using)
    elif isinstance(lhs, sp.Derivative) and not rhs.has(sp.Derivative):
        head, value, tactic = " ".join(("is_derive", *derivative(lhs))), f"({coq(rhs)})", _gradient(lhs.args[0])
    else:
        head, value = f"{coq(lhs)} =", coq(rhs)
        tactic = "solve_kl_slopes" if rhs.has(sp.Derivative) else "solve_kl_rule"
    if isinstance(lhs, sp.Subs):
        variables = tuple(v for v in variables if v in lhs.free_symbols)
    return Statement(name, theorem, variables, hypotheses, head, value, tactic, note)


def _of_family(divergence: sp.Expr) -> str:
    """``is_kl_half_line (exponential_density rate1) (exponential_density rate2)``."""
    known, half = divergence.func.coq, len(divergence.args) // 2
    both = (divergence.args[:half], divergence.args[half:])
    densities = (f"({known.density} {' '.join(map(argument, parameters))})" for parameters in both)
    return " ".join((known.relation, *densities))


def _at_point(lhs: sp.Subs, rhs: sp.Expr, using: Sequence[Formula]) -> tuple[str, str, str]:
    """A derivative at a point. Of a second one the first, at any, is a hint to the tactic, which proves it."""
    inner, symbols, point = lhs.args
    (by, order), *more = orders(inner).items()
    at = dict(zip(symbols, point, strict=True))
    body = inner.args[0].subs({s: v for s, v in at.items() if s != by})
    function, place = f"(fun {by.name} => {coq(body)})", argument(at[by])
    if order == 1 and not more:
        return f"is_derive {function} {place}", argument(rhs), _gradient(body)
    if order != 2 or more:
        raise NotImplementedError(f"no Coq for a derivative that is no first or second one by one variable: {inner}")
    first = sp.factor(sp.diff(unfold(body, using), by))
    return f"is_derive_n {function} 2 {place}", argument(rhs), f"solve_kl_second (fun {by.name} => {coq(first)})"


def _gradient(differentiated: sp.Expr) -> str:
    """The tactic for a first derivative, which a family has its own of."""
    return f"solve_{differentiated.func if notation.distribution(differentiated) else 'kl'}_gradient"


def _hypotheses(variables: Sequence[Variable], row: Row) -> tuple[str, ...]:
    """Positive and natural variables, and what the row is said under."""
    known = {Domain.POSITIVE: "0 < {}", Domain.NATURAL: "(0 <= {})%Z"}
    found = [known[v.domain].format(v.name) for v in variables if v.domain in known]
    for sides, relations in comparisons(row.where):
        for left, relation, right in zip(sides, relations, sides[1:], strict=False):
            found.append(_comparison(left, relation, right))
    return tuple(dict.fromkeys(found))


def _comparison(left: sp.Expr, relation: str, right: sp.Expr) -> str:
    """With the smaller side on the left."""
    if relation[0] == ">":
        left, relation, right = right, relation.replace(">", "<"), left
    return f"{coq(left)} {_RELATIONS.get(relation, relation)} {coq(right)}"


def _step_of(row: Row, theorem: Theorem) -> Step | None:
    """The step whose conclusion the row is; an identity may be said by several, the first counts."""
    for step in theorem.steps:
        if isinstance(step, GlobalMinimum):
            claims: Sequence[Row] = step.conclusion
        elif isinstance(step, Inequality):
            claims = (step.conclusion,)
        else:
            claims = step.rows()
        if any((c.lhs, c.relation, c.rhs) == (row.lhs, row.relation, row.rhs) for c in claims):
            return step
        if isinstance(step, Identity) and row.lhs == step.chain[0] and row.rhs in step.chain[1:]:
            return step
    return None


def _name(row: Row, step: Step | None, theorem: Theorem) -> str:
    """The permanent name of the formula that the row is, else the id of the theorem with the step's name."""
    for formula in theorem.formulas:
        if (formula.head, formula.expr) == (row.lhs, row.rhs):
            return formula.name
    if step is None:
        return _identifier(f"{theorem.id}_{theorem.statement.index(row) + 1}")
    at_value = "_value" if isinstance(step, GlobalMinimum) and row.relation == "=" else ""
    return _identifier(f"{theorem.id}_{step.name}{at_value}")


def _identifier(text: str) -> str:
    return text.replace("-", "_")
