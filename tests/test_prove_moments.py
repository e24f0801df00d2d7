"""Moments on a half-line, over the natural numbers and past corners: what holds is decided, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
import sympy as sp
from derive.proofs import REGISTRY, exponential, laplace, poisson, stable

from derive.errors import CheckFailed
from derive.prove import check
from derive.prove.ground import Disproved, equality
from derive.prove.normal_form import Undecided
from derive.prove.steps import decide
from derive.vocabulary.theorem import Antiderivative, Domain, Part, Series, Step, SumOfParts, Theorem, Variable

N = Variable("n", "n", Domain.NATURAL, "")
X = Variable("x", "x", Domain.REAL, "")
a, b, c = sp.symbols("a b c", real=True)
k, m = sp.symbols("k m", positive=True)
n, x = N.symbol, X.symbol
LINE, HALF_LINE = (-sp.oo, sp.oo), (sp.Integer(0), sp.oo)

DECIDED: tuple[Step, ...] = (
    exponential.mass,
    exponential.mean,
    exponential.expectation,
    exponential.optimum,
    poisson.mass,
    poisson.mean,
    poisson.expectation,
    poisson.optimum,
    laplace.mass,
    laplace.own_distance,
    laplace.other_distance,
    laplace.expectation,
    laplace.optimum,
    *laplace.CONSEQUENCES[1].steps,
)


@pytest.mark.parametrize("step", DECIDED, ids=lambda step: f"{type(step).__name__}-{step.name}")
def test_the_steps_of_the_families_are_decided(step: Step) -> None:
    assert decide(step)


# --- each part of a step matters -------------------------------------------------------------------------------------

WRONG: tuple[tuple[Step, Mapping[str, Any]], ...] = (
    (exponential.mean, {"value": exponential.rate1}),
    (exponential.mean, {"primitive": exponential.from_mass}),
    (exponential.mean, {"interval": LINE}),
    (exponential.mean, {"interval": (sp.Integer(1), sp.oo)}),
    (exponential.mean, {"value": 1 / exponential.rate1 + exponential.x}),
    (exponential.expectation, {"weights": exponential.expectation.weights[::-1]}),
    (exponential.expectation, {"weights": (exponential.ratio_read, sp.Integer(0))}),
    (exponential.expectation, {"value": exponential.expectation.value + 1}),
    (exponential.expectation, {"moments": (replace(exponential.mass, interval=LINE), exponential.mean)}),
    (exponential.expectation, {"of": -exponential.ratio}),
    (exponential.expectation, {"moments": poisson.expectation.moments}),
    (exponential.optimum, {"parts": (replace(exponential.optimum.parts[0], weight=sp.Integer(-1)),)}),
    (exponential.optimum, {"parts": (replace(exponential.optimum.parts[0], at=(sp.Integer(1), exponential.rate2)),)}),
    (exponential.optimum, {"parts": ()}),
    (poisson.mass, {"shift": 1}),
    (poisson.mean, {"shift": 0}),
    (poisson.mean, {"shift": 2}),
    (poisson.mean, {"value": sp.Integer(1)}),
    (poisson.mean, {"factor": poisson.n}),
    (poisson.mean, {"base": poisson.rate2}),
    (laplace.mass, {"corners": ()}),
    (laplace.mass, {"corners": (laplace.mu2,)}),
    (laplace.own_distance, {"primitive": laplace.from_mass}),
    (laplace.other_distance, {"corners": (laplace.mu1,)}),
    (laplace.other_distance, {"value": laplace.b1}),
    (laplace.other_distance, {"value": laplace.mu1 - laplace.mu2 + laplace.b1 * sp.exp(-laplace.gap / laplace.b1)}),
    (laplace.CONSEQUENCES[1].steps[0], {"corner": sp.Integer(0)}),
    (laplace.CONSEQUENCES[1].steps[0], {"derivative": sp.Integer(0)}),
    (laplace.CONSEQUENCES[1].steps[0], {"absolute": sp.Abs(laplace.mu1)}),
)


@pytest.mark.parametrize(
    ("step", "change"), WRONG, ids=lambda part: part.name if isinstance(part, Step) else "-".join(part)
)
def test_a_step_with_one_part_wrong_is_not_decided(step: Step, change: Mapping[str, Any]) -> None:
    with pytest.raises(CheckFailed):
        decide(replace(step, **change))


# --- integrals that do not converge, antiderivatives that jump, series that are none ---------------------------------


def integral(integrand: sp.Expr, primitive: sp.Expr, value: sp.Expr, **more: Any) -> Antiderivative:
    interval = more.pop("interval", LINE)
    return Antiderivative("claim", "", integrand, more.pop("by", X), interval, primitive, value, **more)


TRAPS = (
    integral(1 / x**2, -1 / x, sp.Integer(0)),  # an antiderivative with a pole inside
    integral(1 / (1 + x**2), sp.atan(x), sp.pi),  # true, and outside of what is decided
    integral(sp.exp(x), sp.exp(x), sp.Integer(0)),  # diverges
    integral(x, x**2 / 2, sp.Integer(0)),  # diverges
    integral(sp.cos(x), sp.sin(x), sp.Integer(0)),
    integral(sp.Integer(0), sp.sign(x - a), sp.Integer(2), corners=(a,)),  # a jump is no mass
    integral(sp.Integer(0), sp.sign(x - a), sp.Integer(2)),
    integral(sp.sign(x) * x * sp.exp(-(x**2)), -sp.exp(-(x**2)) / 2, sp.Integer(0)),  # its corner forgotten
    integral(sp.exp(-sp.Abs(x**2 - 1)), x, sp.Integer(0)),
    integral(sp.exp(-x), -sp.exp(-x), sp.Integer(1), interval=HALF_LINE, by=N),
    integral(sp.Integer(0), sp.Integer(0), sp.Integer(0), corners=(a, b, c)),
    Series("claim", "", 1 / sp.factorial(n), N, 0, sp.Integer(1), sp.Integer(1), sp.Integer(3)),
    Series("claim", "", 1 / (n + 1), N, 0, sp.Integer(1), sp.Integer(1), sp.E),
    Series("claim", "", k**x, X, 0, sp.Integer(1), k, sp.exp(k)),
    Series("claim", "", k**n / sp.factorial(n), N, -1, sp.Integer(1), k, sp.exp(k)),
)


@pytest.mark.parametrize("step", TRAPS, ids=lambda step: str(getattr(step, "integrand", step)))
def test_traps(step: Step) -> None:
    with pytest.raises(CheckFailed):
        decide(step)


def test_a_zero_integrand_past_a_jump_has_the_integral_zero() -> None:
    assert decide(integral(sp.Integer(0), sp.sign(x - a), sp.Integer(0), corners=(a,)))


def test_a_part_lies_where_its_bound_holds() -> None:
    outside = Part(sp.Integer(1), stable.not_positive_log, exponential.rate2 - exponential.rate1 - 1, (a, b))
    with pytest.raises(CheckFailed):
        decide(replace(exponential.optimum, function=outside.expr, parts=(outside,), using=()))


@pytest.mark.parametrize(
    ("theorem", "change"),
    [
        (exponential.CLOSED_FORM, lambda t: replace(t, steps=tuple(s for s in t.steps if s != exponential.mean))),
        (exponential.CLOSED_FORM, lambda t: replace(t, steps=t.steps[:-2] + t.steps[:-3:-1])),
        (exponential.CONSEQUENCES[-1], lambda t: replace(t, cites=("kl-exponential",))),
    ],
    ids=["left-out", "later", "not-cited"],
)
def test_a_step_that_another_one_rests_on_is_decided(theorem: Theorem, change: Callable[[Theorem], Theorem]) -> None:
    changed = change(theorem)
    registry = replace(REGISTRY, theorems={**REGISTRY.theorems, theorem.id: changed})
    steps = [replace(s, cites=()) if isinstance(s, SumOfParts) else s for s in changed.steps]
    registry = replace(registry, theorems={**registry.theorems, theorem.id: replace(changed, steps=tuple(steps))})
    with pytest.raises(CheckFailed, match="it rests on"):
        check(registry, theorem.id)


# --- what the normal form knows of corners and factorials -----------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (sp.factorial(n + 2), (n + 2) * (n + 1) * sp.factorial(n)),
        ((n + 1) * sp.factorial(n), sp.factorial(n + 1)),
        (sp.Abs(a - b) + sp.Abs(b - a), 2 * sp.Abs(a - b)),
        (sp.sign(a - b), -sp.sign(b - a)),
        (sp.log(sp.exp(-sp.Abs(a) / k)), -sp.Abs(a) / k),
        (k ** (n + 1), k * k**n),
    ],
)
def test_equal(left: sp.Expr, right: sp.Expr) -> None:
    assert equality(left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (sp.factorial(n + 1), n * sp.factorial(n)),
        (sp.Abs(a), a),
        (sp.sign(a), sp.Integer(1)),
        (sp.Abs(a + b), sp.Abs(a) + sp.Abs(b)),
        (sp.factorial(2 * n), 2 * sp.factorial(n)),
    ],
)
def test_not_equal(left: sp.Expr, right: sp.Expr) -> None:
    with pytest.raises((Disproved, Undecided)):
        equality(left, right)
