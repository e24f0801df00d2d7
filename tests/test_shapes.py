"""The shape of a kernel is read off its rule by the normal form: no name has a say, and no spelling."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
import sympy as sp
from derive.proofs import REGISTRY
from sample_families import FURTHER, L1, L2, M1, M2, R1, R2, RAYLEIGH, divergence, registry
from sympy import Abs, exp, log

from derive.errors import CheckFailed
from derive.lower import _trees, analysed, lower
from derive.lower.meaning import check
from derive.lower.plans import twofold
from derive.lower.recognise import exact, gradient_shape, value_shape
from derive.lower.shape import ONE, Damped, Distance, Excess, Growth, Logarithm, Monomial, Offset, Quotient
from derive.lower.subjects import subjects
from derive.vocabulary.family import Divergence, Family
from derive.vocabulary.kernel import Function, Node
from derive.vocabulary.theorem import Formula, Registry, Theorem, Variable, expm1mx, log1pmx, written

a, b, x, y, m, n = (v.symbol for v in (R1, R2, L1, L2, M1, M2))
NORMAL = REGISTRY.families[0]


def rule(variables: tuple[Variable, ...], expr: sp.Expr) -> Formula:
    return Formula("rule", sp.Function("KL")(*(v.symbol for v in variables)), variables, expr)


# --- spellings ----------------------------------------------------------------------------------------------------

RATES, LOGS, LAPLACES, GAUSSIANS = (R1, R2), (L1, L2), (M1, R1, M2, R2), (M1, L1, M2, L2)
with written():
    SPELLINGS: list[tuple[tuple[Variable, ...], list[sp.Expr]]] = [
        (RATES, [-log1pmx((b - a) / a), -log1pmx(b / a - 1), expm1mx(log(b) - log(a)), -2 * log1pmx((b - a) / a) / 2]),
        (RATES, [a * -log1pmx((b - a) / a), -(a * log1pmx(b / a - 1)), a * expm1mx(log(b / a))]),
        (LOGS, [exp(x) * expm1mx(y - x), expm1mx(-(x - y)) / exp(-x), -exp(x) * log1pmx(exp(y) / exp(x) - 1)]),
        (RATES, [-log1pmx((a - b) * (a + b) / b**2) / 2, -log1pmx((a / b) ** 2 - 1) / 2, expm1mx(2 * log(a / b)) / 2]),
        (
            LAPLACES,
            [
                a / b * expm1mx(-Abs(m - n) / a) - log1pmx(a / b - 1),
                -log1pmx((a - b) / b) + expm1mx(-(Abs(n - m) / a)) * (a / b),
            ],
        ),
        (
            GAUSSIANS,
            [
                ((m - n) ** 2 * exp(-y) + expm1mx(x - y)) / 2,
                expm1mx(x - y) / 2 + (m**2 - 2 * m * n + n**2) / (2 * exp(y)),
                (-log1pmx(exp(x - y) - 1) + (n - m) ** 2 * exp(-2 * y) * exp(y)) / 2,
            ],
        ),
    ]


@pytest.mark.parametrize(("variables", "spellings"), SPELLINGS)
def test_rules_that_are_algebraically_the_same_have_the_same_shape(
    variables: tuple[Variable, ...], spellings: list[sp.Expr]
) -> None:
    shapes = {value_shape(rule(variables, expr)) for expr in spellings}
    assert len(shapes) == 1


def test_derivatives_that_are_algebraically_the_same_have_the_same_shape() -> None:
    with written():
        one_part = [(a - b) * (a + b) / b**2 / a, a / b**2 - 1 / a]
        two_parts = [
            -((exp(x - y) - 1) + (m - n) ** 2 * exp(-y)) / 2,
            (1 - exp(x - y)) / 2 - (n - m) ** 2 / (2 * exp(y)),
        ]
        r, d = a / b, Abs(m - n) / a
        damped = [
            ((a - b) / b - r * exp(-d) * expm1mx(d)) / a,
            (r * (1 + d) * exp(-d) - 1) / a,
            exp(-d) * (1 + Abs(n - m) / a) / b - 1 / a,
        ]
    for variables, spellings in ((RATES, one_part), (GAUSSIANS, two_parts), (LAPLACES, damped)):
        assert len({gradient_shape(rule(variables, expr)) for expr in spellings}) == 1
    (product,) = gradient_shape(rule(LAPLACES, damped[0])).products
    assert product.term == Growth(Damped(Quotient(1, 3, 1), Distance(Offset(0, 2), Monomial(powers=((1, -ONE),)))))


def test_another_coefficient_or_another_distance_is_no_damped_quotient() -> None:
    with written():
        r, d = a / b, Abs(m - n) / a
        others = [r * (1 + 2 * d) * exp(-d) - 1, r * (1 + d) * exp(-2 * d) - 1, r * (1 + d) * exp(-d) - 2]
    for expr in others:
        with pytest.raises(CheckFailed):
            gradient_shape(rule(LAPLACES, expr))


@pytest.mark.parametrize(
    ("variables", "expr", "what"),
    [
        (RATES, a * log1pmx(b / a - 1), "may be negative"),
        (RATES, -log1pmx(2 * b / a - 1), "multiple of a quotient"),
        (RATES, expm1mx(a * b), "neither a logarithm nor a distance"),
        (LOGS, expm1mx(x + 2 * y), "not of their difference or quotient"),
        (LAPLACES, (m + n) ** 2 / a, "no difference of two parameters"),
    ],
)
def test_what_is_no_sum_of_terms_is_refused_in_words(variables: tuple[Variable, ...], expr: sp.Expr, what: str) -> None:
    with pytest.raises(CheckFailed, match=what):
        value_shape(rule(variables, expr))


with written():
    BEYOND: list[tuple[tuple[Variable, ...], sp.Expr]] = [
        (LOGS, exp(x) - exp(x - x / 2**30)),
        (LOGS, exp(2**20 * x) * (exp(x - y) - 1)),
        (RATES, a ** (2**20) - b),
        (RATES, a ** sp.Rational(1, 2**20) - b),
    ]


@pytest.mark.parametrize(("variables", "expr"), BEYOND)
def test_an_exponent_that_is_out_of_reach_is_refused_in_words(variables: tuple[Variable, ...], expr: sp.Expr) -> None:
    for shape in (value_shape, gradient_shape):
        with pytest.raises(CheckFailed, match="is out of reach") as caught:
            shape(rule(variables, expr))
        assert "at most 64" in caught.value.hint


def waiting(factor: sp.Rational) -> Registry:
    """Exponential distributions by a multiple of the logarithm of the rate."""
    d = factor * (y - x)
    return registry("waiting", divergence("kl_waiting_lograte", (L1, L2), exp(d) - 1 - d, expm1mx(d)))


def count(factor: sp.Rational) -> Registry:
    """Poisson distributions by a multiple of the rate."""
    closed = factor * (a * log(a / b) + b - a)
    return registry("count", divergence("kl_count_multiple", (R1, R2), closed, factor * a * -log1pmx((b - a) / a)))


@pytest.mark.parametrize("family", [waiting, count])
@pytest.mark.parametrize("factor", ["3/10", "1/3", "9007199254740993"])
def test_a_factor_that_a_double_does_not_hold_is_refused_in_words(
    family: Callable[[sp.Rational], Registry], factor: str
) -> None:
    with pytest.raises(CheckFailed, match=rf"the factor {factor} in .* is no binary fraction") as caught:
        lower(family(sp.Rational(factor)))
    assert len(str(caught.value)) < 160
    assert "choose the scale" in caught.value.hint


@pytest.mark.parametrize("family", [waiting, count])
def test_a_factor_that_a_double_holds_is_lowered(family: Callable[[sp.Rational], Registry]) -> None:
    found = family(sp.Rational(3, 8))
    kernels = analysed(found)
    assert {kernel.target for kernel in kernels} >= {"c", "python"}
    for kernel in kernels:
        assert check(kernel, (found.families[0].divergences[0].value,))


with written():
    THIRDS: list[tuple[tuple[Variable, ...], sp.Expr]] = [
        (RATES, (a / b - 1) / 3),
        (LOGS, (x - y) / 3),
        (LAPLACES, (exp(-Abs(m - n) / (3 * a)) - 1) / b),
        (GAUSSIANS, (m - n) / (3 * exp(y))),
        (GAUSSIANS, ((exp(x - y) - 1) + (m - n) ** 2 * exp(-y) / 3) / 2),
    ]


@pytest.mark.parametrize(("variables", "expr"), THIRDS)
def test_such_a_factor_is_refused_in_derivatives(variables: tuple[Variable, ...], expr: sp.Expr) -> None:
    with pytest.raises(CheckFailed, match=r"the factor 1/[36] in"):
        exact(gradient_shape(slope := rule(variables, expr)), slope)


def test_terms_without_a_file_are_named() -> None:
    cubes = replace(
        RAYLEIGH, families=(replace(RAYLEIGH.families[0], divergences=(_cubed(RAYLEIGH.families[0].divergences[0]),)),)
    )
    with pytest.raises(CheckFailed, match="the power 3 of a quotient"):
        _trees(subjects(cubes)[0])


def _cubed(divergence: Divergence) -> Divergence:
    (formula,) = divergence.rule.formulas
    cubed = replace(formula, expr=-log1pmx(b**3 / a**3 - 1))
    return replace(divergence, rule=replace(divergence.rule, formulas=(cubed,)), gradient=(), gradient_rule=None)


# --- names --------------------------------------------------------------------------------------------------------


class Renaming:
    """Random names for the variables, formulas, rules, scales and the family of a registry."""

    def __init__(self, seed: int) -> None:
        self.random, self.known = random.Random(seed), dict[str, str]()

    def name(self, old: str) -> str:
        if old not in self.known:
            self.known[old] = "".join(self.random.choices(string.ascii_lowercase, k=9))
        return self.known[old]

    def variable(self, v: Variable) -> Variable:
        return replace(v, name=self.name(v.name))

    def formula(self, f: Formula) -> Formula:
        to = {v.symbol: self.variable(v).symbol for v in f.variables}
        variables = tuple(map(self.variable, f.variables))
        # an elementary head keeps its meaning, all else is a name
        return replace(f, name=self.name(f.name), variables=variables, head=_in(f.head, to), expr=_in(f.expr, to))

    def theorem(self, t: Theorem) -> Theorem:
        return replace(t, id=self.name(t.id), formulas=tuple(map(self.formula, t.formulas)))

    def divergence(self, d: Divergence) -> Divergence:
        rule_ = None if d.gradient_rule is None else self.theorem(d.gradient_rule)
        gradient = tuple(map(self.formula, d.gradient))
        return replace(
            d, value=self.formula(d.value), rule=self.theorem(d.rule), gradient=gradient, gradient_rule=rule_
        )

    def registry(self, registry: Registry, family: Family) -> Registry:
        scales = tuple(replace(s, name=self.name(s.name)) for s in family.scales)
        renamed = replace(
            family,
            name=self.name(family.name),
            scales=scales,
            divergences=tuple(map(self.divergence, family.divergences)),
        )
        homes = {id(t): self.theorem(t) for t in registry.theorems.values()}
        return Registry({t.id: t for t in homes.values()}, (), (renamed,))


def _in(expr: sp.Expr, to: Mapping[sp.Symbol, sp.Symbol]) -> sp.Expr:
    """The expression with other symbols, its operands in the order as written."""
    if expr in to:
        return to[expr]
    if not expr.args:
        return expr
    with sp.evaluate(False):
        return expr.func(*(_in(arg, to) for arg in expr.args))


def text(function: Function) -> list[str]:
    """A tree without its names: parameters by position."""
    position = {p: i for i, p in enumerate(function.parameters)}
    number: dict[Node, int] = {}
    lines: list[str] = []

    def visit(n: Node) -> int:
        if n not in number:
            inner = [visit(arg) for arg in n.args]
            what = f"argument {position[n]}" if n in position else f"{n.op} {n.value if n.op != 'arg' else ''}"
            callee = " ".join(text(n.function)) if n.function is not None else ""
            lines.append(f"{what} {inner} {callee}")
            number[n] = len(number)
        return number[n]

    for _, result in function.results:
        lines.append(str(visit(result)))
    return lines


def trees(registry: Registry) -> list[list[str]]:
    return [text(_trees(subject).careful) for subject in subjects(registry) if subject.function is None]


@pytest.mark.parametrize("registry", [REGISTRY, *FURTHER], ids=lambda r: r.families[0].name)
def test_every_name_replaced_at_random_gives_the_same_trees(registry: Registry) -> None:
    family = registry.families[0]
    alone = replace(registry, families=(family,))
    assert trees(Renaming(7).registry(alone, family)) == trees(alone)


def test_the_gaussians_are_what_the_plans_match_and_nothing_else_is() -> None:
    matched = [s.name for s in subjects(REGISTRY) if s.plan is not None and not s.name.endswith("_grad")]
    assert matched == [d.value.name for d in NORMAL.divergences]


def test_a_plan_asks_for_the_same_scale_in_both_products() -> None:
    with written():
        other_scale = ((m - n) ** 2 * exp(-x) + expm1mx(x - y)) / 2
        other_factor = (m - n) ** 2 * exp(-y) + expm1mx(x - y) / 2
    for expr in (other_scale, other_factor):
        assert twofold(value_shape(rule(GAUSSIANS, expr))) is None


def test_shapes_know_parameters_by_position() -> None:
    (product,) = value_shape(rule(RATES, -log1pmx(b / a - 1))).products
    assert product.term == Excess(Quotient(1, 0, 1))
    (product,) = value_shape(rule(LOGS, expm1mx(2 * (y - x)))).products
    assert product.term == Excess(Logarithm(1, 0, sp.Integer(2)))
