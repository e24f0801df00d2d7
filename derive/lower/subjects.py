"""What kernels are of: the divergences, gradients and functions that the families' records name."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan

from derive.lower.limits import HIGH, LOW, Limits, Partial, limits
from derive.lower.plans import Twofold, twofold
from derive.lower.recognise import exact, gradient_shape, value_shape
from derive.lower.shape import Damped, Distance, Offset, Power, Shape, Simple
from derive.vocabulary.family import Divergence, Elementary, Family
from derive.vocabulary.kernel import Parameter, Role
from derive.vocabulary.theorem import Domain, Formula, Registry, Theorem


@dataclass(frozen=True, eq=False)
class Subject:
    """A kernel to be: its formulas, one per result, the theorem they come from, the rule and the shapes read off it."""

    name: str
    title: str
    role: Role
    family: Family
    formulas: tuple[Formula, ...]
    theorem: Theorem
    rule: str
    shapes: tuple[Shape, ...]
    whole: Shape | None  # of the divergence; None for a function of one number
    domain: str
    special: tuple[str, ...]
    limits: tuple[Limits, ...] = ()
    samples: tuple[float, ...] = ()  # of a function of one number, for the table of test vectors

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """By what each is to the divergence: a location enters by differences, a scale by quotients or logarithms."""
        at = locations(self.whole) if self.whole is not None else frozenset()
        return tuple(
            Parameter(v.name, v.meaning, v.domain.value, i in at) for i, v in enumerate(self.formulas[0].variables)
        )

    @property
    def results(self) -> tuple[str, ...]:
        if self.role is not Role.GRADIENT:
            return (self.name,)
        return tuple(f"d_{parameter.name}" for parameter in self.parameters)

    @property
    def plan(self) -> Twofold | None:
        return None if self.whole is None else twofold(self.whole)

    @property
    def function(self) -> type | None:
        """The function of one number that this is."""
        return None if self.whole is not None else type(self.formulas[0].head)


def _arguments(shape: Shape) -> list[Simple | Offset]:
    found: list[Simple | Offset] = []
    for term in (product.term for product in shape.products):
        of = term.offset if isinstance(term, Power) else term.of
        if of is not None:
            found += [of.base, of.distance] if isinstance(of, Damped) else [of]
    return found


def locations(shape: Shape) -> frozenset[int]:
    """The parameters that enter by a difference whose square or size is a term."""
    return frozenset(i for meeting in meetings(shape) for i in meeting if i is not None)


def meetings(shape: Shape) -> frozenset[tuple[int, int | None]]:
    """The locations, in pairs or alone, whose difference is a term by its square or size."""
    offsets = [of.offset if isinstance(of, Distance) else of for of in _arguments(shape)]
    return frozenset((o.first, o.second) for o in offsets if isinstance(o, Offset))


def pairs(shape: Shape) -> frozenset[tuple[int, int]]:
    """The pairs of parameters of which the divergence has a difference or a quotient."""
    ends = [of.offset if isinstance(of, Distance) else of for of in _arguments(shape)]
    return frozenset((of.first, of.second) for of in ends if of.first is not None and of.second is not None)


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _domain(formula: Formula) -> str:
    positive = [v.name for v in formula.variables if v.domain is Domain.POSITIVE]
    real = [v.name for v in formula.variables if v.domain is not Domain.POSITIVE]
    return "; ".join(
        [*([f"every real {_listed(real)}"] if real else []), *([f"{_listed(positive)} >= 0"] if positive else [])]
    )


def _words(formula: Formula, found: Limits) -> tuple[str, ...]:
    """Special arguments in words: what leads to which outcome, the rest last."""
    lines = []
    for outcome, partials in found.outcomes.items():
        lines.append(f"{_outcome(outcome)} where {', or '.join(_place(formula, p) for p in partials)};")
    if found.computed:
        places = ", or ".join(_place(formula, p) for p in found.computed)
        lines.append(f"the limit of the formula where {places};")
    otherwise = "elsewhere where" if lines else "where"
    lines.append(f"{_outcome(found.default)} {otherwise} {_ends(formula)};")
    outside = " or outside of its domain" if any(d is Domain.POSITIVE for d in found.domains) else ""
    return (*lines, f"NaN where an argument is NaN{outside}.")


def _ends(formula: Formula) -> str:
    """mu is infinite, or std is 0 or infinite: the ends of the domain."""
    ends: dict[bool, list[str]] = {False: [], True: []}
    for variable in formula.variables:
        ends[variable.domain is Domain.POSITIVE].append(variable.name)
    return ", or ".join(
        f"{' or '.join(names)} is {'0 or ' if positive else ''}infinite" for positive, names in ends.items() if names
    )


def _outcome(outcome: float) -> str:
    return "NaN" if isnan(outcome) else f"{outcome:g}"


def _place(formula: Formula, partial: Partial) -> str:
    """mu1 = mu2 = inf, or rate1 = 0 and rate2 is positive and finite."""
    ends: dict[str, list[str]] = {}
    for i, side in sorted(partial):
        variable = formula.variables[i]
        low = "0" if variable.domain is Domain.POSITIVE else "-inf"
        inside = "positive and finite" if variable.domain is Domain.POSITIVE else "finite"
        ends.setdefault({LOW: low, HIGH: "inf"}.get(side, inside), []).append(variable.name)
    return " and ".join(
        f"{_listed(names)} {'is' if len(names) == 1 else 'are'} {end}"
        if end.endswith("finite")
        else " = ".join([*names, end])
        for end, names in ends.items()
    )


_GRADIENT = ("At special arguments the limits of the formulas, NaN where there is none.",)


def _of_divergence(registry: Registry, family: Family, divergence: Divergence) -> tuple[Subject, Subject | None]:
    value, (rule,) = divergence.value, divergence.rule.formulas
    shape = exact(value_shape(rule), rule)
    found = limits(value, pairs(shape))
    home = registry.home(value)
    domain = _domain(value)
    title = f"KL divergence, in nats, of the {family.title} {divergence.title}."
    subject = Subject(
        value.name, title, Role.VALUE, family, (value,), home, divergence.rule.id, (shape,), shape, domain,
        _words(value, found), (found,),
    )  # fmt: skip
    if divergence.gradient_rule is None:
        return subject, None
    shapes = tuple(exact(gradient_shape(rule), rule) for rule in divergence.gradient_rule.formulas)
    gradient = Subject(
        f"{value.name}_grad",
        f"Partial derivatives of {value.name}, in the order of its arguments.",
        Role.GRADIENT,
        family,
        divergence.gradient,
        registry.home(divergence.gradient[-1]),
        divergence.gradient_rule.id,
        shapes,
        shape,
        domain,
        _GRADIENT,
        () if twofold(shape) else tuple(limits(f, pairs(shape), found, meetings(shape)) for f in divergence.gradient),
    )
    return subject, gradient


def _of_function(family: Family, function: Elementary) -> Subject:
    formula, name = function.formula, function.formula.name
    (x,) = formula.variables
    return Subject(
        name,
        f"{name}({x.name}), without cancellation.",
        Role.UNARY,
        family,
        (formula,),
        function.theorem,
        ", ".join(function.rules),
        (),
        None,
        function.domain,
        function.special,
        samples=function.samples,
    )


def subjects(registry: Registry) -> list[Subject]:
    """All kernels to be, family by family: functions, values, gradients."""
    found = []
    for family in registry.families:
        made = [_of_divergence(registry, family, divergence) for divergence in family.divergences]
        found += [_of_function(family, function) for function in family.functions]
        found += [value for value, _ in made]
        found += [gradient for _, gradient in made if gradient is not None]
    return found
