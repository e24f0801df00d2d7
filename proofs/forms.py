"""What every family has, once its closed form is proved: other scales, gradients, cancellation-free forms, the optimum.

A family's file holds the mathematics: its density, its moments, its closed form, and the expressions in the spellings
that it gives to :func:`theorems`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sympy import Derivative, Expr

from derive.vocabulary.family import Divergence
from derive.vocabulary.theorem import (
    Differentiate,
    Formula,
    Identity,
    Row,
    Step,
    SumOfParts,
    Theorem,
    ThroughAbsolute,
    Variable,
)


@dataclass(frozen=True)
class Spelling:
    """A divergence in one scale: closed form and gradient, and both again in the forms that are evaluated."""

    value: Formula
    stable: Expr
    gradient: tuple[Expr, ...]  # one for each variable
    stable_gradient: tuple[Expr, ...]

    @property
    def name(self) -> str:
        """``exponential_rate``."""
        return self.value.name.removeprefix("kl_")

    @property
    def title(self) -> str:
        names = [variable.name for variable in self.value.variables]
        half = len(names) // 2
        return f"({', '.join(names[:half])}) from ({', '.join(names[half:])})"

    @property
    def components(self) -> tuple[Formula, ...]:
        """One formula per variable: the derivative of the head is the component."""
        return self._partial("kl", self.gradient)

    @property
    def rule(self) -> Formula:
        return Formula(f"stable_{self.name}", self.value.head, self.value.variables, self.stable, "no cancellation")

    @property
    def gradient_rule(self) -> tuple[Formula, ...]:
        return self._partial("stable", self.stable_gradient)

    def _partial(self, prefix: str, exprs: tuple[Expr, ...]) -> tuple[Formula, ...]:
        value = self.value
        return tuple(
            Formula(f"{prefix}_{self.name}_grad_{v.name}", Derivative(value.head, v.symbol), value.variables, expr)
            for v, expr in zip(value.variables, exprs, strict=True)
        )


Derive = Callable[[Formula, Variable, Formula], Step]


def differentiated(closed: Formula, variable: Variable, component: Formula) -> Step:
    """That a component of the gradient is the derivative of the closed form."""
    return Differentiate(
        identifier(component),
        f"the closed form differentiated by ${variable.latex}$",
        component.head.args[0],
        variable,
        component.expr,
        using=(closed,),
    )


def theorems(
    family: str,
    closed: Formula,
    spellings: Sequence[Spelling],
    optimum: SumOfParts,
    assumption: str,
    by: Derive = differentiated,
) -> tuple[tuple[Theorem, ...], tuple[Divergence, ...]]:
    """What follows ``kl-FAMILY``, which proves ``closed``: the theorems, and the divergences for the family's record.

    The first spelling is that of the closed form. ``by`` gives the step that differentiates by a variable.
    """
    home, of = f"kl-{family.lower()}", f"divergence of {family} distributions"
    values = [spelling.value for spelling in spellings[1:]]
    components = [component for spelling in spellings for component in spelling.components]
    by_variable = [variable for spelling in spellings for variable in spelling.value.variables]
    scales = Theorem(
        id=f"same-function-{family.lower()}",
        title=f"The {of} in its other scales",
        variables=variables(values),
        assumptions=(assumption,),
        statement=rows(values),
        steps=tuple(_reparameterised(value, closed) for value in values),
        source="libraries that hold the same distribution in another scale",
        formulas=tuple(values),
        cites=(home,),
    )
    steps = tuple(by(closed, *pair) for pair in zip(by_variable, components, strict=True))
    corners = tuple(step.conclusion[1] for step in steps if isinstance(step, ThroughAbsolute))
    gradients = Theorem(
        id=f"gradients-{family.lower()}",
        title=f"Gradients of the {of} in every scale",
        variables=variables(components),
        assumptions=(assumption,),
        statement=(*rows(components), *corners),
        steps=steps,
        source="hand-written backward passes",
        formulas=tuple(components),
        cites=(home,),
    )
    at_equal = Theorem(
        id=f"optimum-{family.lower()}",
        title=f"The {of} is never negative, and zero between equal ones alone",
        variables=closed.variables,
        assumptions=(assumption,),
        statement=(optimum.conclusion,),
        steps=(optimum,),
        source="Gibbs' inequality",
        cites=(home, "stable-functions"),
    )
    rules = [_rule(spelling, closed, of, home, assumption) for spelling in spellings]
    gradient_rules = [_gradient_rule(spelling, of, gradients.id, assumption) for spelling in spellings]
    divergences = tuple(
        Divergence(spelling.value, rule, spelling.title, spelling.components, gradient_rule)
        for spelling, rule, gradient_rule in zip(spellings, rules, gradient_rules, strict=True)
    )
    return (*((scales,) if values else ()), gradients, *rules, *gradient_rules, at_equal), divergences


def _reparameterised(value: Formula, closed: Formula) -> Identity:
    reason = "the closed form, its parameters expressed in this scale"
    return Identity(identifier(value), reason, (value.head, value.expr), using=(closed,))


def _rule(spelling: Spelling, closed: Formula, of: str, home: str, assumption: str) -> Theorem:
    """``stable-FAMILY-SCALE``."""
    value, formula = spelling.value, spelling.rule
    chain = (value.head, value.expr, formula.expr)
    return Theorem(
        id=f"stable-{identifier(value)}",
        title=f"Cancellation-free form of the {of}, {value.meaning}",
        variables=value.variables,
        assumptions=(assumption,),
        statement=rows([formula]),
        steps=(Identity("rewritten", "the terms that cancel, collected", chain, using=(closed,)),),
        source="frameworks that take the difference after the logarithm or the quotient, and lose it",
        formulas=(formula,),
        cites=(home, "stable-functions"),
    )


def _gradient_rule(spelling: Spelling, of: str, home: str, assumption: str) -> Theorem:
    """``stable-grad-FAMILY-SCALE``."""
    formulas = spelling.gradient_rule
    reason = "the difference that vanishes at equal parameters, as a factor or by itself"
    pairs = zip(spelling.value.variables, spelling.components, formulas, strict=True)
    return Theorem(
        id=f"stable-grad-{identifier(spelling.value)}",
        title=f"Cancellation-free gradient of the {of}, {spelling.value.meaning}",
        variables=spelling.value.variables,
        assumptions=(assumption,),
        statement=rows(formulas),
        steps=tuple(Identity(v.name, reason, (c.head, c.expr, f.expr), using=(c,)) for v, c, f in pairs),
        source="backward passes that subtract two large terms",
        formulas=formulas,
        cites=(home,),
    )


def identifier(formula: Formula) -> str:
    """``rayleigh-scale`` of ``kl_rayleigh_scale``."""
    return formula.name.removeprefix("kl_").replace("_", "-")


def rows(formulas: Sequence[Formula]) -> tuple[Row, ...]:
    return tuple(Row(formula.head, "=", formula.expr) for formula in formulas)


def variables(formulas: Sequence[Formula]) -> tuple[Variable, ...]:
    """The variables of all, each once."""
    return tuple(dict.fromkeys(variable for formula in formulas for variable in formula.variables))
