"""Closed forms to kernels: ordered floating-point expression trees, by the rewriting rules among the theorems.

:mod:`derive.lower.values` and :mod:`derive.lower.gradients` build the trees for C, :mod:`derive.lower.blocks` and the
modules called ``block_`` those for NumPy. :mod:`derive.lower.meaning` proves that each tree, read in real numbers, is
the formula of its theorem.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import sympy as sp

from derive.errors import CheckFailed
from derive.lower import block_narrow, blocks, bounds, narrow_bounds
from derive.lower.gradients import gradient_functions
from derive.lower.meaning import check
from derive.lower.narrow import narrow_kernels
from derive.lower.ordinary import bounds as ordinary_bounds
from derive.lower.ordinary import ordinary_kernels
from derive.lower.polynomials import polynomials
from derive.lower.proved import in_ulp, rounded_up
from derive.lower.values import PLANS
from derive.lower.vectors import table
from derive.vocabulary.kernel import Bound, Function, Kernel, Ordinary, Polynomial, Role, Vector
from derive.vocabulary.theorem import Formula, Reading, Registry, Theorem, expm1mx, log1pmx

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


_DOMAINS = {
    "expm1mx": "every real x",
    "log1pmx": "x > -1",
    "std": "{0} >= 0",
    "var": "{0} >= 0",
    "logstd": "every real {0}",
    "logvar": "every real {0}",
}
_SPECIAL = {
    "expm1mx": ("expm1mx(-inf) = expm1mx(inf) = inf.",),
    "log1pmx": ("log1pmx(-1) = log1pmx(inf) = -inf; NaN below -1.",),
    "unit": ("inf where the scale is zero or infinite or the mean is infinite; NaN for a NaN or a negative scale.",),
    "normal": (
        "inf where one scale is zero or infinite (or one zero, one infinite), or the means are infinitely far apart;",
        "NaN for a NaN, a negative scale, both scales zero, both infinite, or both means the same infinity.",
    ),
    "unit log": ("inf where the {0} is -inf or inf or the mean is infinite; NaN for a NaN.",),
    "normal log": (
        "inf where one {0} is infinite, both are with opposite signs, or the means are infinitely far apart;",
        "NaN for a NaN, both {0}s the same infinity, or both means the same infinity.",
    ),
    "gradient": ("At special arguments the limits of the formulas, NaN where there is none.",),
}


@dataclass(frozen=True)
class _Subject:
    """What a kernel is of: its formulas, one per result, and the theorems they come from."""

    name: str
    role: Role
    formulas: tuple[Formula, ...]
    theorem: Theorem
    rule: str

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(v.name for v in self.formulas[0].variables)

    @property
    def results(self) -> tuple[str, ...]:
        if self.role is not Role.GRADIENT:
            return (self.name,)
        return tuple(f"d_{parameter}" for parameter in self.parameters)

    @property
    def domain(self) -> str:
        if self.role is Role.UNARY:
            return _DOMAINS[self.name]
        scale = self.name.removesuffix("_grad").rsplit("_", 1)[1]
        positions = self.parameters[1::2]
        return "every real mean; " + _DOMAINS[scale].format(" and ".join(positions))

    @property
    def special(self) -> tuple[str, ...]:
        if self.role is Role.UNARY:
            return _SPECIAL[self.name]
        if self.role is Role.GRADIENT:
            return _SPECIAL["gradient"]
        pair, scale = ("unit" if "_unit_" in self.name else "normal"), self.name.rsplit("_", 1)[1]
        if not scale.startswith("log"):
            return _SPECIAL[pair]
        return tuple(line.format(scale) for line in _SPECIAL[f"{pair} log"])


def _home(registry: Registry, formula: str) -> Theorem:
    return next(t for t in registry.theorems.values() if any(f.name == formula for f in t.formulas))


def _unary_subjects(registry: Registry) -> list[_Subject]:
    theorem = registry.theorems["stable-functions"]
    subjects = []
    for row in theorem.statement:
        if row.relation == "=" and isinstance(row.lhs, expm1mx | log1pmx) and row.lhs.args[0].is_Symbol:
            if row.rhs.has(expm1mx, log1pmx):
                continue
            x = theorem.variables[0]  # the kernels of both call their argument x
            renamed = {row.lhs.args[0]: x.symbol}
            expr, where = row.rhs.xreplace(renamed), tuple(condition.at(renamed) for condition in row.where)
            formula = Formula(type(row.lhs).__name__, row.lhs.func(x.symbol), (x,), expr, where=where)
            rule = "stable-range-exp" if isinstance(row.lhs, expm1mx) else "stable-atanh, stable-log-scale"
            subjects.append(_Subject(formula.name, Role.UNARY, (formula,), theorem, rule))
    return subjects


def _divergence_subjects(registry: Registry) -> list[_Subject]:
    values, gradients = [], []
    for pair in ("unit", "normal"):
        for scale in registry.scales:
            name = f"kl_{pair}_{scale.name}"
            formula = registry.formula(name)
            rule = f"stable-{pair}-{scale.name}"
            values.append(_Subject(name, Role.VALUE, (formula,), _home(registry, name), rule))
            ends = ("mu", "s") if pair == "unit" else ("mu1", "s1", "mu2", "s2")
            partial = tuple(registry.formula(f"{name}_grad_{end}") for end in ends)
            home = _home(registry, partial[-1].name)
            gradients.append(_Subject(f"{name}_grad", Role.GRADIENT, partial, home, f"stable-grad-{pair}-{scale.name}"))
    return values + gradients


def _kernel(subject: _Subject, target: str, function: Function, careful: Function | None) -> Kernel:
    ordinary = ordinary_kernels().get(subject.name) if target == "c" else None
    narrow = narrow_kernels().get(subject.name) if target == "c" else None
    return Kernel(
        name=subject.name,
        role=subject.role,
        target=target,
        parameters=subject.parameters,
        results=subject.results,
        function=function,
        careful=careful,
        formulas=tuple(as_text(f.expr) for f in subject.formulas),
        theorem=subject.theorem.id,
        rule=subject.rule,
        digest=subject.theorem.digest,
        domain=subject.domain,
        special=subject.special,
        bounds=BOUNDS[target][subject.role] | (_proved(subject, function, ordinary, narrow) if target == "c" else {}),
        ordinary=ordinary,
        narrow=narrow if target == "c" else block_narrow.NARROW.get(subject.name),
        sums=SUM_BOUNDS if target == "c" and subject.role is Role.VALUE else {},
    )


def _proved(
    subject: _Subject, function: Function, ordinary: Ordinary | None, narrow: Function | None
) -> dict[str, Bound]:
    """The proved bounds of a value in C. Raises :class:`CheckFailed` where one is above what may be declared."""
    if subject.role is Role.GRADIENT:
        return {}
    found, certificates = bounds.value(subject.name, function), [bounds.certificate(subject.name)]
    if ordinary is not None:
        short = ordinary_bounds.value(subject.name, ordinary.function)
        certificates.append(ordinary_bounds.certificate(subject.name))
        found = replace(max(found, short, key=lambda proved: proved.total), boxes=found.boxes + short.boxes)
    proved = {"binary64": (in_ulp(found, digits=53), found.figures(*certificates))}
    if narrow is not None:
        relative = narrow_bounds.value(narrow)
        proved["binary32"] = relative.ulp, relative.figures()
    return {precision: _bound(subject, precision, *proof) for precision, proof in proved.items()}


def _bound(subject: _Subject, precision: str, error: float, figures: dict[str, float]) -> Bound:
    ulp, most = rounded_up(error), BOUNDS["c"][subject.role][precision].ulp
    if ulp > most:
        raise CheckFailed(
            f"{subject.name} in {precision}: the rounding analysis proves {ulp} ulp, and {most} may be declared",
            "the tree in derive/lower loses more than its contract allows, or the analysis needs narrower boxes",
        )
    return Bound(ulp, "proved", figures)


def lower(registry: Registry) -> Lowered:
    """All kernels, each proved to mean its formula, and the table of vectors.

    Raises :class:`derive.errors.CheckFailed` where a tree does not mean its formula.
    """
    subjects = _unary_subjects(registry) + _divergence_subjects(registry)
    trees = {plan.name: plan.build() for plan in PLANS}
    trees |= {f.name.replace("_slopes", "_grad"): f for f in gradient_functions()}
    kernels = [_kernel(s, "c", trees[s.name], None) for s in subjects]
    short = {name: plan.build() for name, plan in blocks.PLANS.items()}
    kernels += [_kernel(s, "python", short.get(s.name, trees[s.name]), trees[s.name]) for s in subjects]
    formulas = {s.name: s.formulas for s in subjects}
    readings = tuple(reading for kernel in kernels for reading in check(kernel, formulas[kernel.name]))
    in_c = [k for k in kernels if k.target == "c"]
    return Lowered(tuple(kernels), table(in_c, formulas), readings, polynomials())
