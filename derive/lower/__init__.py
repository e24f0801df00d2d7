"""Closed forms to kernels: ordered floating-point expression trees, by the rewriting rules among the theorems.

:mod:`derive.lower.subjects` says what is lowered, from the families' records; :mod:`derive.lower.shape` reads the
terms of each off its proved rule. What matches a plan gets the trees that are written for its shape
(:mod:`derive.lower.arithmetic.values`, :mod:`~derive.lower.arithmetic.gradients`,
:mod:`~derive.lower.arithmetic.ordinary`, :mod:`~derive.lower.arithmetic.narrow` for C,
:mod:`~derive.lower.blocks.kernels` for NumPy); everything else is composed of its terms
(:mod:`derive.lower.compose`). :mod:`derive.lower.meaning` proves that each tree, read in real numbers, is the formula
of its theorem.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import sympy as sp

from derive.errors import CheckFailed, UsageError
from derive.lower import compose
from derive.lower.approximation.polynomials import polynomials
from derive.lower.arithmetic import gradients, narrow, ordinary, values
from derive.lower.arithmetic.ordinary import bounds as ordinary_bounds
from derive.lower.blocks import bounds as block_bounds
from derive.lower.blocks import kernels as block_kernels
from derive.lower.blocks import narrow as block_narrow
from derive.lower.blocks import narrow_bounds as block_narrow_bounds
from derive.lower.blocks import slope_bounds as block_slope_bounds
from derive.lower.bounds import error_budget, ranges
from derive.lower.bounds import gradients as gradient_bounds
from derive.lower.bounds import narrow as narrow_bounds
from derive.lower.bounds import sums as sum_bounds
from derive.lower.bounds import values as value_bounds
from derive.lower.bounds.error_budget import Section
from derive.lower.bounds.proved import Proved, in_ulp, rounded_up
from derive.lower.bounds.scaled import Unproved
from derive.lower.forked import in_two
from derive.lower.meaning import check
from derive.lower.paths.cover import cover
from derive.lower.plain import kernels
from derive.lower.plans import Twofold
from derive.lower.shape import in_words
from derive.lower.subjects import Subject, subjects
from derive.lower.vectors import table
from derive.vocabulary.formula import Coverage, stated_for_coq
from derive.vocabulary.framework import FRAMEWORKS
from derive.vocabulary.kernel import Bound, Function, Kernel, Ordinary, Polynomial, Role, Vector
from derive.vocabulary.theorem import Reading, Registry, expm1mx

#: The most that may be declared, in ulp, by target and role; the only place where it is written. What is proved is
#: declared with the bounds of :mod:`derive.lower.bounds.values`, :mod:`derive.lower.bounds.narrow`,
#: :mod:`derive.lower.bounds.gradients`, :mod:`derive.lower.bounds.factors` and :mod:`derive.lower.plain.bounds`, which
#: must not be above this.
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
    # In the arithmetic of frameworks, float32 or float64 alone.
    **{
        target: {
            Role.UNARY: {"binary64": Bound(4.0, "tested"), "binary32": Bound(3.0, "tested")},
            Role.VALUE: {"binary64": Bound(4.0, "tested"), "binary32": Bound(3.0, "tested")},
            # The last rounding may count twice, for the sum of two parts may be twice the larger.
            Role.GRADIENT: {"binary64": Bound(2.0, "tested"), "binary32": Bound(2.0, "tested")},
        }
        for target in FRAMEWORKS
    },
}


@dataclass(frozen=True)
class Lowered:
    """The kernels of all targets, the test vectors they share, what each tree means, and the polynomials in them.

    ``coverage`` says which sides of the choices in the trees the readings take.
    """

    kernels: tuple[Kernel, ...]
    vectors: tuple[Vector, ...]
    readings: tuple[Reading, ...]
    polynomials: tuple[Polynomial, ...]
    coverage: tuple[Coverage, ...]


def as_text(expr: sp.Expr) -> str:
    """A formula for a comment in code: in its own order, with the parentheses that people would write."""
    text = str(sp.sstr(_in_one_row(expr), order="none")).replace("**", "^")
    text = re.sub(r"/\((\w+\^\d+)\)", r"/\1", _without_doubled(text))
    return re.sub(r"(?<![\w)])-1\*", "-", text)


def _in_one_row(expr: sp.Expr) -> sp.Expr:
    """``(a + b) - c`` as ``a + b - c``: sums that begin with a sum, and products with a product, without a bracket."""
    if not expr.args:
        return expr
    first, *rest = (_in_one_row(arg) for arg in expr.args)
    if isinstance(expr, sp.Add | sp.Mul) and type(first) is type(expr):
        return expr.func(*first.args, *rest, evaluate=False)
    if isinstance(expr, sp.Add | sp.Mul | sp.Pow):
        return expr.func(first, *rest, evaluate=False)
    return expr.func(first, *rest)


def _without_doubled(text: str) -> str:
    """``/((2*x))`` as ``/(2*x)``."""
    pairs, waiting = {}, []
    for place, letter in enumerate(text):
        if letter == "(":
            waiting.append(place)
        elif letter == ")":
            pairs[waiting.pop()] = place
    spare = {end for start, end in pairs.items() if pairs.get(start + 1) == end - 1}
    spare |= {start for start, end in pairs.items() if pairs.get(start + 1) == end - 1}
    return "".join(letter for place, letter in enumerate(text) if place not in spare)


#: By precision the proved error in ulp, and the figures of the proof.
_Proofs = dict[str, tuple[float, dict[str, float]]]


@dataclass(frozen=True)
class _Established:
    """What is found of the trees for C, and of those of NumPy, and the word for it."""

    in_c: _Proofs = field(default_factory=dict)
    in_python: _Proofs = field(default_factory=dict)
    word: str = "proved"


@dataclass(frozen=True)
class _Trees:
    """What there is for a subject: the tree for all arguments, the shorter ones, and what is proved of them."""

    careful: Function
    planned: bool = True  # whether the tree for all arguments is written for the shape, not composed
    ordinary: Ordinary | None = None
    narrow: Function | None = None
    block: Function | None = None
    block_narrow: Function | None = None
    proofs: Callable[[], _Established] = _Established

    @property
    def plans(self) -> tuple[str, ...]:
        """Which plans there are, in words."""
        found = {
            "all arguments": self.careful if self.planned else None,
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
        made = _Trees(
            values.parts(subject.name, values.UNARY[subject.function], names),
            block=block_kernels.block(subject.name, names, ("value",), block_kernels.UNARY[subject.function]),
            block_narrow=block_narrow.narrow(subject.name, names, block_narrow.UNARY[subject.function]),
        )
        return replace(made, proofs=partial(_proofs_of_function, subject.function, made))
    if role is Role.GRADIENT:
        name = subject.name.removesuffix("_grad")
        if plan is None:
            slopes = compose.gradient(name, names, subject.shapes, subject.limits)
            return _Trees(slopes.function, planned=False, proofs=partial(_proofs_of_composed_slopes, subject, slopes))
        made = _Trees(gradients.slopes(name, names, plan), block=block_kernels.gradient(subject.name, names, plan))
        return replace(made, proofs=partial(_proofs_of_slopes, plan, made))
    if plan is None:
        (shape,), (limits,) = subject.shapes, subject.limits
        composed = compose.value(subject.name, names, shape, limits)
        return _Trees(composed.function, planned=False, proofs=partial(_proofs_of_composed, subject, composed))
    made = _Trees(
        values.value(subject.name, names, plan),
        ordinary=ordinary.ordinary(subject.name, names, plan),
        narrow=narrow.narrow(subject.name, names, plan),
        block=block_kernels.value(subject.name, names, plan),
        block_narrow=block_narrow.value(subject.name, names, plan),
    )
    return replace(made, proofs=partial(_proofs_of_plans, plan, made))


def _proofs_of_function(function: type, trees: _Trees) -> _Established:
    proof, of_tiny, certificate = value_bounds.UNARY[function]
    found, tiny = proof(), of_tiny()
    proved = in_ulp(found, digits=53, tiny=tiny), found.figures(certificate(), tiny=tiny)
    return _Established({"binary64": proved}, _supposed(trees, found))


def _proofs_of_composed(subject: Subject, composed: compose.Composed) -> _Established:
    """The bounds are proved where the ranges are: the analysis of a composition sets scales to 1."""
    found = composed.proof()
    digits = {"binary64": 53, "binary32": 24}
    proved = {p: (in_ulp(found, digits=d), found.figures()) for p, d in digits.items()}
    word = "proved" if ranges.hold(composed.function, subject.parameters) else "tested"
    return _Established(proved, proved, word)  # the same tree for both, rounded by the same last operation


def _proofs_of_composed_slopes(subject: Subject, composed: compose.Composed) -> _Established:
    """A slope is rounded to binary64, where it is subnormal twice, and from there to binary32, whose ulp is 2^29."""
    slopes = [replace(composed.function, results=(slope,)) for slope in composed.function.results]
    try:
        found = composed.proof()
    except Unproved:
        return _Established()
    if not all(ranges.hold(slope, subject.parameters) for slope in slopes):
        return _Established()
    wide = in_ulp(found, digits=53)
    narrow = found.last + wide * 2.0**-29 * (1 + 2.0**-40)
    proved = {"binary64": (wide, found.figures()), "binary32": (narrow, found.figures())}
    return _Established(proved, proved)  # the same tree for both, rounded by the same last operations


def _proofs_of_slopes(plan: Twofold, trees: _Trees) -> _Established:
    in_c = gradient_bounds.slopes(plan, trees.careful)
    in_python = in_c if trees.block is None else block_slope_bounds.gradient(plan, trees.block, in_c)
    return _Established(in_c, in_python)


def _proofs_of_plans(plan: Twofold, trees: _Trees) -> _Established:
    assert trees.ordinary is not None and trees.narrow is not None
    proofs = value_bounds.value(plan, trees.careful), ordinary_bounds.value(plan, trees.ordinary.function)
    found = replace(max(proofs, key=lambda proved: proved.total), boxes=sum(proved.boxes for proved in proofs))
    tiny = value_bounds.tiny(plan, trees.careful)  # nothing ordinary is
    figures = found.figures(value_bounds.certificate(plan), ordinary_bounds.certificate(plan), tiny=tiny)
    relative = narrow_bounds.value(trees.narrow)
    proved = {
        "binary64": (in_ulp(found, digits=53, tiny=tiny), figures),
        "binary32": (relative.ulp, relative.figures()),
    }
    return _Established(proved, _supposed(trees, found))


def _supposed(trees: _Trees, careful: Proved) -> _Proofs:
    """What is proved of the blocks, where their elements that need it go through the careful tree."""
    assert trees.block is not None and trees.block_narrow is not None
    return {
        "binary64": block_bounds.value(trees.block, trees.careful, careful),
        "binary32": block_narrow_bounds.value(trees.block_narrow),
    }


def _kernel(subject: Subject, target: str, trees: _Trees, established: _Established) -> Kernel:
    in_c = target == "c"
    proofs = established.in_c if in_c else established.in_python
    declared = {p: _bound(subject, target, p, *proof, established.word) for p, proof in proofs.items()}
    bounds = BOUNDS[target][subject.role] | declared
    summed = in_c and subject.role is Role.VALUE
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
        bounds=bounds,
        ordinary=trees.ordinary if in_c else None,
        narrow=trees.narrow if in_c else trees.block_narrow,
        sums=dict.fromkeys(bounds, sum_bounds.of_values(bounds["binary64"]))
        if summed
        else {},  # float is added as double
        terms=tuple(in_words(shape, subject.formulas[0]) for shape in subject.shapes),
        plans=trees.plans,
    )


def _all_for_frameworks(found: Sequence[Subject]) -> list[Kernel]:
    plain = list(filter(kernels.served, found))
    pairs = zip(plain, kernels.proofs(plain), strict=True)
    return [kernel for subject, proofs in pairs for kernel in _for_frameworks(subject, proofs)]


def _for_frameworks(subject: Subject, proofs: _Proofs) -> list[Kernel]:
    """The same trees for all frameworks, with what is proved of them."""
    trees = kernels.slopes(subject) if subject.role is Role.GRADIENT else kernels.values(subject)
    own = subject.role is not Role.GRADIENT
    kernel = Kernel(
        name=subject.name,
        role=subject.role,
        target="",
        family=subject.family.name,
        title=subject.title,
        signature=subject.parameters,
        results=subject.results,
        function=list(trees.values())[-1],
        careful=None,
        formulas=tuple(as_text(f.expr) for f in subject.formulas),
        theorem=subject.theorem.id,
        rule=subject.rule,
        digest=subject.theorem.digest,
        domain=subject.domain,
        special=subject.special,
        bounds={},
        plain=trees,
        slopes=kernels.slopes(subject) if own else {},
        curvature=kernels.curvature(subject) if own else {},
    )
    check(kernel, subject.formulas)
    if own:
        check(replace(kernel, role=Role.GRADIENT, plain=kernel.curvature), kernels.curvature_formulas(subject))
    made = []
    for framework in FRAMEWORKS.values():
        holds, target = ({} if framework.flushes else proofs), framework.name
        declared = {p: _bound(subject, target, p, *proof, "proved") for p, proof in holds.items()}
        made.append(replace(kernel, target=target, bounds=BOUNDS[target][subject.role] | declared))
    return made


def _bound(
    subject: Subject, target: str, precision: str, error: float, figures: dict[str, float], established: str
) -> Bound:
    ulp, most = rounded_up(error), BOUNDS[target][subject.role][precision].ulp
    if ulp > most:
        raise CheckFailed(
            f"{subject.name} in {precision}: the rounding analysis proves {ulp} ulp, and {most} may be declared",
            "the tree in derive/lower loses more than its contract allows, or the analysis needs narrower boxes",
        )
    if established == "proved" and any(key.startswith("supposed_") for key in figures):
        established = block_bounds.ESTABLISHED
    return Bound(ulp, established, figures)


def lower(registry: Registry) -> Lowered:
    """All kernels, each proved to mean its formula, and the table of vectors.

    Raises :class:`derive.errors.CheckFailed` where a tree does not mean its formula.
    """
    found = subjects(registry)
    for_c, for_python = _analysed(found)
    readings = [r for s, kernel in for_c.items() for r in check(kernel, s.formulas)]
    readings += [r for s, kernel in for_python.items() for r in check(kernel, s.formulas)]
    for_frameworks = _all_for_frameworks(found)
    vectors = table([(kernel, s.formulas, s.samples) for s, kernel in for_c.items()])
    own = [(kernel, s.formulas) for of in (for_c, for_python) for s, kernel in of.items()]
    coverage, more = cover([(kernel, formulas) for kernel, formulas in own if all(map(stated_for_coq, formulas))])
    return Lowered(
        (*for_c.values(), *for_python.values(), *for_frameworks),
        vectors,
        _by_function((*readings, *more)),
        polynomials(),
        coverage,
    )


def _analysed(found: Sequence[Subject]) -> tuple[dict[Subject, Kernel], dict[Subject, Kernel]]:
    """The kernels of these for C and for NumPy, their bounds proved."""
    trees = {subject: _trees(subject) for subject in found}
    established = _established(trees)
    for_c, for_python = ({s: _kernel(s, t, trees[s], established[s]) for s in found} for t in ("c", "python"))
    return for_c, for_python


def analysed(registry: Registry, names: Sequence[str] = ()) -> tuple[Kernel, ...]:
    """The rounding analysis alone: the kernels of these names, or all, for every target, with the bounds it finds."""
    found = _named(registry, names)
    return (*(k for kernels in _analysed(found) for k in kernels.values()), *_all_for_frameworks(found))


def budget(registry: Registry, name: str) -> tuple[Section, ...]:
    """What each operation contributes to the proved error of a kernel for C in binary64, at all arguments."""
    (subject,) = _named(registry, (name,))
    if subject.function is not None:
        return error_budget.budget(value_bounds.UNARY[subject.function][0]())
    if subject.role is Role.GRADIENT or subject.plan is None:
        raise UsageError(
            f"there is no budget of {name} by lines", "there is one of each function and value of Gaussians"
        )
    return error_budget.budget(value_bounds.value(subject.plan, _trees(subject).careful))


def _named(registry: Registry, names: Sequence[str]) -> list[Subject]:
    every = {subject.name: subject for subject in subjects(registry)}
    for name in names:
        if name not in every:
            near = difflib.get_close_matches(name, every, n=3, cutoff=0.5)
            hint = f"did you mean {' or '.join(near)}?" if near else "`derive list --kernels` names them all"
            raise UsageError(f"there is no kernel {name!r}", hint)
    return [every[name] for name in names] if names else list(every.values())


def _by_function(readings: Sequence[Reading]) -> tuple[Reading, ...]:
    """The readings of a function of a target together, in the order in which the functions come first."""
    order = {key: i for i, key in reversed(list(enumerate((r.target, r.kernel) for r in readings)))}
    return tuple(sorted(readings, key=lambda r: order[r.target, r.kernel]))


def _established(trees: Mapping[Subject, _Trees]) -> dict[Subject, _Established]:
    """What is proved of each: of those of exponentials and of all others, at a time, since each kind shares proofs."""

    def of(subjects: Sequence[Subject]) -> list[_Established]:
        return [trees[subject].proofs() for subject in subjects]

    exponential = [s for s in trees if s.function is expm1mx or (s.plan is not None and s.plan.logarithmic)]
    others = [subject for subject in trees if subject not in exponential]
    proved = in_two(lambda: of(exponential), lambda: of(others))
    return dict(zip((*exponential, *others), (*proved[0], *proved[1]), strict=True))


@dataclass(frozen=True)
class Served:
    """Which terms and which plans serve a kernel, in words; without a plan it is composed of its terms."""

    kernel: str
    terms: tuple[str, ...]
    plans: tuple[str, ...]


def served(registry: Registry) -> list[Served]:
    """The same for every kernel. Nothing is proved here."""
    found = []
    for subject in subjects(registry):
        terms = tuple(in_words(shape, subject.formulas[0]) for shape in subject.shapes)
        found.append(Served(subject.name, terms, _trees(subject).plans))
    return found
