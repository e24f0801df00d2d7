"""Closed forms to kernels: ordered floating-point expression trees, by the rewriting rules among the theorems.

:mod:`derive.lower.subjects` says what is lowered, from the families' records; :mod:`derive.lower.shape` reads the terms
of each off its proved rule. What matches a plan gets the trees that are written for its shape
(:mod:`derive.lower.values`, :mod:`~derive.lower.gradients`, :mod:`~derive.lower.ordinary`, :mod:`~derive.lower.narrow`
for C, :mod:`~derive.lower.blocks` for NumPy); everything else is composed of its terms (:mod:`derive.lower.compose`).
:mod:`derive.lower.meaning` proves that each tree, read in real numbers, is the formula of its theorem.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import sympy as sp

from derive.errors import CheckFailed
from derive.lower import (
    block_bounds,
    block_narrow,
    block_narrow_bounds,
    blocks,
    bounds,
    compose,
    gradients,
    narrow,
    narrow_bounds,
    ordinary,
    values,
)
from derive.lower.meaning import check
from derive.lower.ordinary import bounds as ordinary_bounds
from derive.lower.polynomials import polynomials
from derive.lower.proved import Proved, in_ulp, rounded_up
from derive.lower.shape import in_words
from derive.lower.subjects import Subject, subjects
from derive.lower.vectors import table
from derive.vocabulary.kernel import Bound, Function, Kernel, Ordinary, Polynomial, Role, Vector
from derive.vocabulary.theorem import Reading, Registry

#: The most that may be declared, in ulp, by target and role; the only place where it is written. The values in C are
#: declared with the bounds that :mod:`derive.lower.bounds` and :mod:`derive.lower.narrow_bounds` prove, which must not
#: be above this.
BOUNDS = {
    "c": {
        Role.UNARY: {"binary64": Bound(1.0, "tested"), "binary32": Bound(0.5, "exhaustive")},
        Role.VALUE: {"binary64": Bound(1.0, "tested"), "binary32": Bound(0.51, "tested")},
        Role.GRADIENT: {"binary64": Bound(2.0, "tested"), "binary32": Bound(2.0, "tested")},
    },
    "python": {
        Role.UNARY: {"binary64": Bound(4.0, "tested"), "binary32": Bound(1.0, "tested")},
        Role.VALUE: {"binary64": Bound(4.0, "tested"), "binary32": Bound(1.0, "tested")},
        # In ulp of its larger term, the derivative in the second scale is off by 1 even where it is correctly rounded.
        Role.GRADIENT: {"binary64": Bound(4.0, "tested"), "binary32": Bound(1.01, "tested")},
    },
}


#: Of a sum in C, as a double, in ulp of the exact sum of the exact values at the given numbers, by their format. The
#: values are those of binary64 and added without loss; all off in one direction by what is proved of one, at most 1.47
#: units of 2^-53, they put the sum off by as many ulp at most, and its own rounding by a half.
SUM_BOUNDS = {"binary64": Bound(2.0, "tested"), "binary32": Bound(2.0, "tested")}


@dataclass(frozen=True)
class Lowered:
    """The kernels of all targets, the test vectors they share, what each tree means, and the polynomials in them."""

    kernels: tuple[Kernel, ...]
    vectors: tuple[Vector, ...]
    readings: tuple[Reading, ...]
    polynomials: tuple[Polynomial, ...]


def as_text(expr: sp.Expr) -> str:
    """A formula for a comment in code."""
    return str(sp.sstr(expr, order="none")).replace("**", "^")


@dataclass(frozen=True)
class _Trees:
    """What there is for a subject: the tree for all arguments, the shorter ones, and what is proved of them."""

    careful: Function
    ordinary: Ordinary | None = None
    narrow: Function | None = None
    block: Function | None = None
    block_narrow: Function | None = None
    proved: dict[str, tuple[float, dict[str, float]]] | None = None
    supposed: dict[str, tuple[float, dict[str, float]]] | None = None  # of the blocks, under hypotheses

    @property
    def plans(self) -> tuple[str, ...]:
        """Which plans there are, in words."""
        found = {
            "ordinary": self.ordinary,
            "binary32": self.narrow,
            "blocks": self.block,
            "blocks of binary32": self.block_narrow,
        }
        return tuple(name for name, plan in found.items() if plan is not None)


def _trees(subject: Subject) -> _Trees:
    names = tuple(parameter.name for parameter in subject.parameters)
    plan, role = subject.plan, subject.role
    if role is Role.UNARY:
        assert subject.function is not None
        careful = values.parts(subject.name, values.UNARY[subject.function], names)
        proof, certificate = bounds.UNARY[subject.function]
        found = proof()
        made = _Trees(
            careful,
            block=blocks.block(subject.name, names, ("value",), blocks.UNARY[subject.function]),
            block_narrow=block_narrow.narrow(subject.name, names, block_narrow.UNARY[subject.function]),
            proved={"binary64": (in_ulp(found, digits=53), found.figures(certificate()))},
        )
        return replace(made, supposed=_supposed(made, found))
    if role is Role.GRADIENT:
        name = subject.name.removesuffix("_grad")
        if plan is None:
            return _Trees(compose.gradient(name, names, subject.shapes, subject.limits))
        return _Trees(gradients.slopes(name, names, plan), block=blocks.gradient(subject.name, names, plan))
    if plan is None:
        (shape,), (limits,) = subject.shapes, subject.limits
        composed = compose.value(subject.name, names, shape, limits)
        found = composed.proof
        figures = found.figures()
        proved = {p: (in_ulp(found, digits=digits), figures) for p, digits in (("binary64", 53), ("binary32", 24))}
        return _Trees(composed.function, proved=proved)
    made = _Trees(
        values.value(subject.name, names, plan),
        ordinary.ordinary(subject.name, names, plan),
        narrow.narrow(subject.name, names, plan),
        blocks.value(subject.name, names, plan),
        block_narrow.value(subject.name, names, plan),
    )
    assert made.ordinary is not None and made.narrow is not None
    found, short = bounds.value(plan, made.careful), ordinary_bounds.value(plan, made.ordinary.function)
    found = replace(max(found, short, key=lambda proved: proved.total), boxes=found.boxes + short.boxes)
    figures = found.figures(bounds.certificate(plan), ordinary_bounds.certificate(plan))
    relative = narrow_bounds.value(made.narrow)
    proved = {"binary64": (in_ulp(found, digits=53), figures), "binary32": (relative.ulp, relative.figures())}
    return replace(made, proved=proved, supposed=_supposed(made, found))


def _supposed(trees: _Trees, careful: Proved) -> dict[str, tuple[float, dict[str, float]]]:
    """What is proved of the blocks, where their elements that need it go through the careful tree."""
    assert trees.block is not None and trees.block_narrow is not None
    return {
        "binary64": block_bounds.value(trees.block, trees.careful, careful),
        "binary32": block_narrow_bounds.value(trees.block_narrow),
    }


def _kernel(subject: Subject, target: str, trees: _Trees) -> Kernel:
    in_c = target == "c"
    proved, said = (trees.proved, "proved") if in_c else (trees.supposed, block_bounds.ESTABLISHED)
    declared = {p: _bound(subject, target, p, *proof, said) for p, proof in (proved or {}).items()}
    return Kernel(
        name=subject.name,
        role=subject.role,
        target=target,
        family=subject.family.name,
        title=subject.title,
        signature=subject.parameters,
        results=subject.results,
        function=trees.careful if in_c or trees.block is None else trees.block,
        careful=None if in_c else trees.careful,
        formulas=tuple(as_text(f.expr) for f in subject.formulas),
        theorem=subject.theorem.id,
        rule=subject.rule,
        digest=subject.theorem.digest,
        domain=subject.domain,
        special=subject.special,
        bounds=BOUNDS[target][subject.role] | declared,
        ordinary=trees.ordinary if in_c else None,
        narrow=trees.narrow if in_c else trees.block_narrow,
        sums=SUM_BOUNDS if in_c and subject.role is Role.VALUE else {},
        terms=tuple(in_words(shape, subject.formulas[0]) for shape in subject.shapes),
        plans=trees.plans,
    )


def _bound(
    subject: Subject, target: str, precision: str, error: float, figures: dict[str, float], established: str
) -> Bound:
    ulp, most = rounded_up(error), BOUNDS[target][subject.role][precision].ulp
    if ulp > most:
        raise CheckFailed(
            f"{subject.name} in {precision}: the rounding analysis proves {ulp} ulp, and {most} may be declared",
            "the tree in derive/lower loses more than its contract allows, or the analysis needs narrower boxes",
        )
    return Bound(ulp, established, figures)


def lower(registry: Registry) -> Lowered:
    """All kernels, each proved to mean its formula, and the table of vectors.

    Raises :class:`derive.errors.CheckFailed` where a tree does not mean its formula.
    """
    found = subjects(registry)
    trees = {subject: _trees(subject) for subject in found}
    kernels = {s: _kernel(s, "c", trees[s]) for s in found}
    readings = [r for s, kernel in kernels.items() for r in check(kernel, s.formulas)]
    for_python = {s: _kernel(s, "python", trees[s]) for s in found}
    readings += [r for s, kernel in for_python.items() for r in check(kernel, s.formulas)]
    vectors = table([(kernel, s.formulas) for s, kernel in kernels.items()])
    return Lowered((*kernels.values(), *for_python.values()), vectors, tuple(readings), polynomials())
