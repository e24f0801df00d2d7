"""The kernels of the frameworks: what a subject whose shape has a plan is in each format's arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, partial

import sympy as sp

from derive.lower.forked import in_two
from derive.lower.plain import bounds, curvatures
from derive.lower.plain.curvatures import SecondDerivatives
from derive.lower.plain.formats import FORMATS, Format
from derive.lower.plain.gradients import Gradients
from derive.lower.plain.terms import Terms
from derive.lower.plain.values import Values
from derive.lower.subjects import Subject
from derive.vocabulary.kernel import Arithmetic, Function, Role
from derive.vocabulary.theorem import Formula

Trees = Mapping[Arithmetic, Function]


@cache
def _makers() -> tuple[tuple[Arithmetic, Values, Gradients], ...]:
    terms = [(format_.arithmetic, Terms(format_)) for format_ in FORMATS]
    return tuple((arithmetic, Values(made), Gradients(made)) for arithmetic, made in terms)


def served(subject: Subject) -> bool:
    """Whether there are trees for its shape."""
    return subject.role is Role.UNARY or subject.plan is not None


def values(subject: Subject) -> Trees:
    """The trees of a value or of a function of one number."""
    names = tuple(p.name for p in subject.parameters)
    if subject.plan is None:
        assert subject.function is not None
        return {a: made.unary(subject.name, names, subject.function) for a, made, _ in _makers()}
    return {a: made.divergence(subject.name, names, subject.plan) for a, made, _ in _makers()}


def proofs(subjects: Sequence[Subject]) -> list[dict[str, bounds.Established]]:
    """By format, what is proved of the value or the function of each, both formats at a time; nothing of some."""

    def of(format_: Format) -> list[bounds.Established | None]:
        return [_proof(subject, format_) for subject in subjects]

    found = in_two(*(partial(of, format_) for format_ in FORMATS))
    return [
        {format_.name: proof for format_, proof in zip(FORMATS, both, strict=True) if proof is not None}
        for both in zip(*found, strict=True)
    ]


def _proof(subject: Subject, format_: Format) -> bounds.Established | None:
    if subject.role is Role.GRADIENT:
        return None
    function = values(subject)[format_.arithmetic]
    return (bounds.unary if subject.plan is None else bounds.value)(format_, function)


def slopes(subject: Subject) -> Trees:
    """The trees of the derivatives of the same; of a gradient, its own."""
    names = tuple(p.name for p in subject.parameters)
    if subject.plan is None:
        assert subject.function is not None
        return {a: made.unary(subject.name, names, subject.function) for a, _, made in _makers()}
    name = subject.name.removesuffix("_grad")
    return {a: made.gradient(name, names, subject.plan) for a, _, made in _makers()}


def curvature(subject: Subject) -> Trees:
    """The trees of the second derivatives of a value or of a function of one number."""
    of = _second_derivatives(subject)
    return {a: curvatures.curvature(made, subject.name, of) for a, _, made in _makers()}


def curvature_formulas(subject: Subject) -> tuple[Formula, ...]:
    """What these trees compute, in their order."""
    (formula,) = subject.formulas
    symbols = [variable.symbol for variable in formula.variables]
    expr = formula.expr.doit()
    return tuple(
        replace(formula, name=f"d_{x}_{y} of {formula.name}", expr=sp.diff(expr, x, y))
        for i, x in enumerate(symbols)
        for y in symbols[i:]
    )


def _second_derivatives(subject: Subject) -> SecondDerivatives:
    """Sums of products, in which the offset of two locations stands as it is."""
    symbols = tuple(variable.symbol for variable in subject.formulas[0].variables)
    locations = tuple(x for x, p in zip(symbols, subject.parameters, strict=True) if p.location)
    offset = sp.Symbol("offset", real=True)

    def terms(expr: sp.Expr) -> sp.Expr:
        found = sp.factor(expr)
        if len(locations) != 2:
            return sp.expand_mul(found)
        first, other = locations
        return sp.powsimp(sp.expand(found.subs(first, offset + other)))

    pairs = [(i, j) for i in range(len(symbols)) for j in range(i, len(symbols))]
    formulas = curvature_formulas(subject)
    entries = {pair: terms(formula.expr) for pair, formula in zip(pairs, formulas, strict=True)}
    return SecondDerivatives(symbols, entries, offset, locations)
