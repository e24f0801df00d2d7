"""Proof files put together into one registry: what is incomplete or said twice is refused in words.

A file that is half written is the ordinary case while somebody writes one. So each refusal names the file and what is
missing in it, and shows what a minimal one looks like.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from derive.errors import UsageError
from derive.vocabulary.family import Divergence, Family
from derive.vocabulary.formula import Formula, Variable, all_told, is_divergence
from derive.vocabulary.theorem import Claim, Registry, Theorem

T = TypeVar("T")

_RECORD = (
    'FAMILY = Family(name="rayleigh", title="Rayleigh distribution", plural="Rayleigh distributions", scales=(SIGMA,), '
    "divergences=DIVERGENCES)"
)
_DIVERGENCE = 'for instance Divergence(kl_rayleigh_sigma, rule, "(sigma1) from (sigma2)")'


def assemble(parts: Sequence[ModuleType], claims: tuple[Claim, ...] = (), base: Registry | None = None) -> Registry:
    """What the modules hold in THEOREMS, DEFINITIONS and FAMILY, each where there is one, added to what ``base`` holds.

    Raises :class:`UsageError` where an id or a name is there already, or a family is incomplete.
    """
    theorems = dict(base.theorems) if base is not None else {}
    definitions = list(base.definitions) if base is not None else []
    families = list(base.families) if base is not None else []
    for part in parts:
        file = _file(part)
        for theorem in _all(part, "THEOREMS", Theorem):
            _check_fields(file, theorem)
            if theorem.id in theorems:
                raise UsageError(f"{file}: there is a theorem {theorem.id!r} already", "give it an id of its own")
            theorems[theorem.id] = theorem
        definitions += _all(part, "DEFINITIONS", Formula)
        family = getattr(part, "FAMILY", None)
        if family is not None:
            if type(family) is not Family:
                raise UsageError(f"{file}: FAMILY is a {type(family).__name__}, no Family", f"for instance {_RECORD}")
            families.append(family)
            _check_names(file, families)
            _check_family(file, family, theorems)
    kept = claims if base is None else (*base.claims, *claims)
    return Registry(theorems, kept, tuple(families), tuple(definitions))


def require_family(part: ModuleType) -> None:
    """Raise :class:`UsageError` unless the module holds theorems and the record of a family."""
    file = _file(part)
    if not hasattr(part, "THEOREMS"):
        raise UsageError(
            f"{file} has no THEOREMS: nothing of it is proved",
            "end it with THEOREMS = (CLOSED_FORM, *CONSEQUENCES); a file that others import begins with an underscore",
        )
    if not hasattr(part, "FAMILY"):
        raise UsageError(f"{file} has no FAMILY: nothing is emitted of it", f"for instance {_RECORD}")


#: Fields that are looked into before a theorem is decided, with what they are.
_OF_THEOREMS: Mapping[str, type] = {
    **dict.fromkeys(("id", "title", "source"), str),
    **dict.fromkeys(("variables", "assumptions", "statement", "steps", "formulas", "cites"), tuple),
}
_OF_STEPS: Mapping[str, type] = {"name": str, "reason": str, "cites": tuple, "using": tuple, "where": tuple}


def _check_fields(file: str, theorem: Theorem) -> None:
    """The theorem and its steps hold text and tuples where these belong."""
    steps = theorem.steps if isinstance(theorem.steps, tuple) else ()
    for record, kinds in ((theorem, _OF_THEOREMS), *((step, _OF_STEPS) for step in steps)):
        for name, kind in kinds.items():
            value = getattr(record, name, None)
            if not isinstance(value, kind):
                what = f"{name} of a {type(record).__name__} is a {type(value).__name__}"
                raise UsageError(f"{file}: theorem {theorem.id}: {what}", f"it is a {kind.__name__}")


def _file(part: ModuleType) -> str:
    return Path(part.__file__ or part.__name__).name


def _all(part: ModuleType, name: str, kind: type[T]) -> tuple[T, ...]:
    found = getattr(part, name, ())
    wrong = [type(item).__name__ for item in found if not isinstance(item, kind)] if isinstance(found, tuple) else [""]
    if wrong:
        what = f"holds a {wrong[0]}" if wrong[0] else f"is a {type(found).__name__}"
        raise UsageError(f"{_file(part)}: {name} {what}", f"it is a tuple of {kind.__name__}: {name} = (one, another)")
    return tuple(found)


def _check_names(file: str, families: Sequence[Family]) -> None:
    """Names that become those of files and functions are there once, and can be such names."""
    *others, family = families
    for what, name, taken in (
        ("family", family.name, [other.name for other in others]),
        ("NumPy module", family.module, [other.module for other in others]),
        ("pair of C files", family.pair, [other.pair for other in others]),
        *(("kernel", kernel, list(_kernels(others))) for kernel in _kernels([family])),
    ):
        if not name.isidentifier() or not name.islower() or keyword.iskeyword(name):
            raise UsageError(f"{file}: {name!r} cannot be the name of a {what}", "small letters, digits, underscores")
        if name in taken:
            raise UsageError(f"{file}: there is a {what} {name!r} already", "give it a name of its own")


def _kernels(families: Iterable[Family]) -> Iterator[str]:
    for family in families:
        yield from (divergence.value.name for divergence in family.divergences)
        yield from (function.formula.name for function in family.functions)


def _check_family(file: str, family: Family, theorems: dict[str, Theorem]) -> None:
    if not family.divergences:
        raise UsageError(
            f"{file}: the family {family.name} has no divergences", "divergences=DIVERGENCES of its theorems"
        )
    proved = {formula: formula for theorem in theorems.values() for formula in theorem.formulas}
    for divergence in family.divergences:
        if type(divergence) is not Divergence:
            raise UsageError(
                f"{file}: a divergence of the family {family.name} is a {type(divergence).__name__}", _DIVERGENCE
            )
        if not is_divergence(divergence.value.head):
            raise UsageError(
                f"{file}: {divergence.value.name} is of {divergence.value.head}, which is no divergence",
                "the head of its value is that of divergence_of, at the parameters of both",
            )
        _check_variables(file, divergence.value.variables)
        _check_rules(file, divergence, theorems)
        for formula in (divergence.value, *divergence.gradient):
            if formula not in proved:
                raise UsageError(
                    f"{file}: no theorem in THEOREMS proves {formula.name}, which the family {family.name} emits",
                    "a theorem with formulas=(...) that holds it, and with a step that concludes it",
                )
            _check_conditions(file, formula)
            _check_print(file, formula, proved[formula])


def _check_conditions(file: str, formula: Formula) -> None:
    """It holds for all values of its variables: the functions that are emitted know no other domain."""
    if formula.where:
        said = ", ".join(condition.text for condition in formula.where)
        raise UsageError(
            f"{file}: {formula.name} holds for {said} alone, and the function computes it for all arguments",
            "emit what holds all over the domains of its variables; another scale may be positive there",
        )


def _check_print(file: str, formula: Formula, proved: Formula) -> None:
    """Its head prints as the one that is proved; SymPy compares functions by their names alone."""
    if all_told(formula.head) != all_told(proved.head):
        raise UsageError(
            f"{file}: the head of {formula.name} prints as another one than in the theorem that proves it",
            "take the formula, or its head, from the theorem",
        )


def _check_rules(file: str, divergence: Divergence, theorems: dict[str, Theorem]) -> None:
    """The gradient is one, in order; the rules are theorems that are proved, and speak of what they are to evaluate."""
    name = divergence.value.name
    for formula, variable in zip(divergence.gradient, divergence.value.variables, strict=False):
        if formula.head.args != (divergence.value.head, (variable.symbol, 1)):
            raise UsageError(
                f"{file}: {formula.name} is of {formula.head}, and stands where the derivative of {name} by "
                f"{variable.name} belongs",
                "gradient=(...) has one formula for each variable of the value, in their order",
            )
    pairs = [(divergence.rule, (divergence.value,)), (divergence.gradient_rule, divergence.gradient)]
    for rule, evaluated in pairs:
        if rule is None:
            continue
        if theorems.get(rule.id) != rule:
            raise UsageError(
                f"{file}: the rule {rule.id} of {name} is not in THEOREMS", "what is not there is not proved"
            )
        for formula, closed in zip(rule.formulas, evaluated, strict=True):
            _check_conditions(file, formula)
            if (formula.head, formula.variables) != (closed.head, closed.variables):
                raise UsageError(
                    f"{file}: the rule {rule.id} is of {formula.head}, and {closed.name} of {closed.head}",
                    "a rule is another expression of the same head in the same variables, in the same order",
                )


def _check_variables(file: str, variables: Sequence[Variable]) -> None:
    """Each has a letter of its own: what is printed says which parameter is meant."""
    letters: dict[str, str] = {}
    for variable in variables:
        other = letters.setdefault(variable.latex, variable.name)
        if not any(letter.isalpha() for letter in variable.latex) or other != variable.name:
            lacks = f"the letter of {other}" if other != variable.name else "no letter for LaTeX"
            raise UsageError(
                f"{file}: the variable {variable.name} has {lacks}",
                rf'for instance Variable("{variable.name}", r"\theta", Domain.{variable.domain.name}, "what it is")',
            )
