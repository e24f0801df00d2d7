"""One decision per kind of step: each accepts what is true and refuses what is false."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
import sympy as sp
from derive.proofs import REGISTRY, kl_normal
from derive.proofs.definitions import DIVERGENCE, MU1, P, Q, X

import derive.prove.ground as ground
import derive.prove.meaning as meaning
from derive.emit.unicode import row_lines
from derive.errors import CheckFailed, UsageError
from derive.prove import check, closure, prove
from derive.prove.ball import Undecided
from derive.prove.ground import Disproved, equality
from derive.prove.normal_form import NormalForm
from derive.prove.sign import definite_sign, sign_on
from derive.prove.steps import DECISIONS, decide
from derive.prove.steps.cost import count, total
from derive.prove.steps.limits import limit_at_infinity
from derive.vocabulary.theorem import (
    Conclude,
    Condition,
    Counterexample,
    Definition,
    Differentiate,
    Domain,
    Expand,
    Expectation,
    Formula,
    GlobalMinimum,
    Identity,
    Inequality,
    Integrate,
    OperationCount,
    Row,
    Step,
    Theorem,
    Variable,
    written,
)

V = Variable("v", "v", Domain.POSITIVE, "a positive number")
T = Variable("t", "t", Domain.REAL, "a real number")
v, t = V.symbol, T.symbol
x, mu1 = X.symbol, MU1.symbol
add, mul = sp.symbols("add mul", positive=True)
one, zero = sp.Integer(1), sp.Integer(0)
half_line = (zero, sp.oo)

p, q = P.head, Q.head
backwards = sp.Integral(q * sp.log(q / p), (x, -sp.oo, sp.oo))
reversed_divergence = dataclasses.replace(DIVERGENCE, expr=backwards)

steps = {step.name: step for step in REGISTRY.theorems["kl-normal"].steps}


def altered(step: Step, **values: object) -> Step:
    """A step whose derived values were tampered with."""
    copy = dataclasses.replace(step)
    for name, value in values.items():
        copy.__dict__[name] = value
    return copy


bowl = v - sp.log(v) + t**2


def minimum(at: sp.Expr, value: sp.Expr, function: sp.Expr = bowl) -> GlobalMinimum:
    whole = (-sp.oo, sp.oo)
    return GlobalMinimum("s", "", function, (T, V), (whole, half_line), (zero, at), value)


TRUE: list[Step] = [
    Identity("s", "", (sp.log(v**2), 2 * sp.log(v))),
    Differentiate("s", "", v * sp.log(v), V, 1 + sp.log(v)),
    Differentiate("s", "", sp.exp(2 * t), T, 4 * sp.exp(2 * t), 2),
    steps["log-ratio"],
    steps["mass"],
    steps["mean"],
    steps["variance"],
    steps["expectation"],
    steps["closed-form"],
    Inequality("s", "", v + 1, ">", one),
    Inequality("s", "", v**2, ">", v, V, (one, sp.oo)),
    Inequality("s", "", v - 1 - sp.log(v), ">=", zero, V, half_line, one),
    Inequality("s", "", sp.exp(t), ">", t, T, (-sp.oo, sp.oo), zero),
    Inequality("s", "", sp.log(2), "<", sp.Rational(7, 10)),
    Inequality("s", "", sp.log(4), "<=", 2 * sp.log(2)),
    minimum(one, one),
    Counterexample("s", "", v**2, ">=", v, {"v": sp.Rational(1, 2)}),
    Counterexample("s", "", sp.log(v), "=", v - 1, {"v": sp.Integer(2)}),
    OperationCount("s", "", v * t + 1, v * t + 1, add + mul),
]

FALSE: list[tuple[Step, str]] = [
    (Identity("s", "", (sp.log(v**2), 2 * sp.log(v), sp.log(v))), "is false at v = "),
    (Differentiate("s", "", v * sp.log(v), V, sp.log(v)), "is false at v = "),
    (Differentiate("s", "", sp.exp(2 * t), T, 2 * sp.exp(2 * t), 2), "is false at t = "),
    (altered(steps["log-ratio"], value=x), "is false at"),
    (altered(steps["mass"], primitive=sp.erf(x - mu1)), "is false at"),
    (altered(steps["variance"], value=sp.Integer(1)), "is false at"),
    (altered(steps["mean"], value=mu1), "is false at mu1"),
    (altered(steps["expectation"], value=zero), "is false at"),
    (dataclasses.replace(steps["expectation"], moments=kl_normal.moments[::-1]), "is false at"),
    (dataclasses.replace(steps["expectation"], using=(P, Q, reversed_divergence)), "is false at"),
    (dataclasses.replace(steps["closed-form"], textbook=kl_normal.kl_normal_std.expr + 1), "is false at"),
    (Inequality("s", "", v**2, ">", v, V, half_line), r"is false at v = "),
    (Inequality("s", "", v - 1 - sp.log(v), ">", zero, V, half_line, one), "too near zero"),
    (Inequality("s", "", v - 1 - sp.log(v), ">=", zero, V, half_line, sp.Integer(2)), "the derivative has sign"),
    (Inequality("s", "", v - 1 - sp.log(v), "<=", zero, V, half_line, one), "is false at v = "),
    (Inequality("s", "", v, ">", one), "is false at v = "),
    (Inequality("s", "", v, ">", sp.Rational(1, 10**6)), "does not follow from the domains"),
    (Inequality("s", "", (v - one) ** 2, ">", zero, V, half_line), "does not follow from the domains and the interval"),
    (Inequality("s", "", (v - 1) ** 2, ">=", sp.Rational(1, 10**9), V, half_line, one), "is false"),
    (Inequality("s", "", sp.log(2), ">", sp.Rational(7, 10)), "is false"),
    (minimum(sp.Integer(2), one), "is false at t = 0, v = 2"),
    (minimum(one, zero), "is false at t = 0, v = 1"),
    (minimum(one, one, v - sp.log(v) + t**3), "is false"),
    (minimum(one, zero, (v - 1) ** 2 * (v - 2) ** 2 + t**2), "the derivative has sign"),
    (minimum(one, one, v - sp.log(v) + t**2 * (v + 1)), "is false at"),
    (Counterexample("s", "", v**2, ">=", v, {"v": sp.Integer(2)}), "fails is false at v = 2"),
    (Counterexample("s", "", sp.log(v**2), "=", 2 * sp.log(v), {"v": sp.Integer(2)}), "no ball separates"),
    (OperationCount("s", "", v**2 * t, x * t, mul, ((x, v**2),)), "counted: 2\\*mul"),
    (OperationCount("s", "", v * t + 1, v * t + 1, add), "counted: add \\+ mul"),
    (OperationCount("s", "", v * t + 2, v * t + 1, add + mul), "is false at"),
]


@pytest.mark.parametrize("step", TRUE, ids=lambda step: type(step).__name__)
def test_a_true_step_is_decided(step: Step) -> None:
    assert decide(step)


@pytest.mark.parametrize(("step", "message"), FALSE, ids=lambda value: type(value).__name__)
def test_a_false_step_is_refused(step: Step, message: str) -> None:
    with pytest.raises(CheckFailed, match=message):
        decide(step)


def test_every_kind_of_step_has_a_decision_and_a_failing_example() -> None:
    every = {kind for kind in Step.__subclasses__() if kind.__module__.startswith("derive.vocabulary.")}
    assert set(DECISIONS) == every
    kinds = {kind for kind in every if kind.__module__ == "derive.vocabulary.step"}  # the rest: test_prove_moments
    assert {type(step) for step in TRUE} == kinds - {Definition}
    assert {type(step) for step, _ in FALSE} == kinds - {Definition}  # its failure: see the unproved formula below


# --- neither procedure is believed alone ---------------------------------------------------------------------------


def test_a_normal_form_that_says_zero_of_everything_is_caught_by_the_balls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ground, "normal_form", lambda _expr: NormalForm(True, "0"))
    with pytest.raises(Disproved, match="which the normal form accepts"):
        equality(sp.log(v), sp.log(v) / 2)


def test_balls_that_never_exclude_zero_leave_it_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ground, "witness", lambda *_, **__: None)
    with pytest.raises(Undecided):
        equality(sp.log(v), sp.log(v) / 2)


def test_a_wrong_rule_of_differentiation_is_caught_by_the_power_series(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meaning, "differentiated", lambda *_: sp.log(v))
    with pytest.raises(Disproved, match="the rules of differentiation accept"):
        decide(Differentiate("s", "", v * sp.log(v), V, sp.log(v)))


def test_the_counterexample_is_exact_and_carries_its_ball() -> None:
    with pytest.raises(Disproved) as failure:
        equality(sp.log(v), sp.log(v) / 2)
    (value,) = failure.value.point.values()
    assert isinstance(value, sp.Rational)
    assert not failure.value.ball.contains(0)


# --- signs and limits ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expr", "lower", "upper", "sign"),
    [
        (v - 1, one, sp.oo, 1),
        (v - 1, zero, one, -1),
        (v - 1, zero, sp.oo, 0),
        ((v - 1) ** 2, zero, sp.oo, 0),
        ((v - 1) ** 2 / v, one, sp.oo, 1),
        (v**3 - 3 * v + sp.Rational(21, 10), zero, sp.oo, 1),
        (v**3 - 3 * v + sp.Rational(19, 10), zero, sp.oo, 0),
        (sp.exp(t) - 1, zero, sp.oo, 1),
        (sp.exp(t) - 1, -sp.oo, zero, -1),
        (1 / (t**2 + 1), -sp.oo, sp.oo, 1),
        (t - t, -sp.oo, sp.oo, 0),
        (sp.Integer(-3) + 0 * t, -sp.oo, sp.oo, -1),
        (sp.sqrt(v) - 1, one, sp.oo, 1),
        (sp.sqrt(v) - 1, zero, one, -1),
        (sp.sqrt(v) + 1, zero, sp.oo, 1),
    ],
)
def test_signs_on_an_interval(expr: sp.Expr, lower: sp.Expr, upper: sp.Expr, sign: int) -> None:
    assert sign_on(sp.sympify(expr), v if expr.has(v) else t, lower, upper) == sign


def test_signs_that_are_not_told_by_the_rules_are_undecided() -> None:
    with pytest.raises(Undecided):
        sign_on(v - sp.log(v), v, zero, sp.oo)
    with pytest.raises(Undecided, match="ends at a root of order 2"):
        sign_on(sp.sqrt(v) - 3, v, sp.Integer(4), sp.oo)
    with pytest.raises(Undecided):
        definite_sign(v - 1)
    with pytest.raises(Undecided):
        definite_sign(t**2)  # may be zero
    assert definite_sign(-v / (1 + t**2)) == -1


@pytest.mark.parametrize(
    ("expr", "limit"),
    [
        (t**5 * sp.exp(-(t**2) / v) + 3, sp.Integer(3)),
        (v * sp.erf(t / v - 1), v),
        (-sp.erf(-2 * t), one),
        (sp.exp(-(t**2)) * sp.exp(100 * t), zero),
    ],
)
def test_limits_at_infinity(expr: sp.Expr, limit: sp.Expr) -> None:
    assert limit_at_infinity(expr, t, 1) == limit


@pytest.mark.parametrize("expr", [t, sp.exp(t**2), sp.exp(t), t * sp.erf(t), sp.erf(t**2), 1 / t, sp.log(t)])
def test_limits_outside_the_rules_are_undecided(expr: sp.Expr) -> None:
    with pytest.raises(Undecided):
        limit_at_infinity(expr, t, 1)


# --- theorems as wholes --------------------------------------------------------------------------------------------


def theorem(*steps: Step, statement: tuple[Row, ...] = (), **fields: object) -> Theorem:
    return Theorem("new", "A new theorem", (V,), (), statement, steps, "", **fields)  # type: ignore[arg-type]


def proved(new: Theorem) -> object:
    registry = dataclasses.replace(REGISTRY, theorems={**REGISTRY.theorems, "new": new})
    return check(registry, "new")


unproved = Formula("unproved", sp.Function("h")(v), (V,), v)
identity = Identity("s", "", (sp.log(v**2), 2 * sp.log(v)))

BROKEN: list[tuple[Callable[[], Theorem], str]] = [
    (lambda: theorem(identity, statement=(Row(sp.log(v), "=", v),)), r"no step concludes log\(v\) = v"),
    (lambda: theorem(identity, formulas=(unproved,)), r"no step concludes h\(v\) = v"),
    (lambda: theorem(identity, identity), "two steps of one name"),
    (lambda: theorem(dataclasses.replace(identity, cites=("nowhere",))), "there is no nowhere"),
    (lambda: theorem(dataclasses.replace(identity, cites=("kl-unit/nowhere",))), "there is no kl-unit/nowhere"),
    (lambda: theorem(identity, cites=("new",)), "not proved before it"),
    (lambda: theorem(dataclasses.replace(identity, using=(unproved,))), "uses unproved"),
    (lambda: theorem(Definition("s", "", unproved)), "uses unproved"),
    (lambda: theorem(dataclasses.replace(identity, using=(kl_normal.kl_normal_std,))), "uses kl_normal_std"),
]


@pytest.mark.parametrize(("new", "message"), BROKEN, ids=[message for _, message in BROKEN])
def test_a_theorem_whose_parts_do_not_belong_together_fails(new: Callable[[], Theorem], message: str) -> None:
    with pytest.raises(CheckFailed, match=message):
        proved(new())


def test_what_follows_an_inequality_in_a_chain_is_no_conclusion_about_its_start() -> None:
    class Chained(Identity):
        def rows(self) -> tuple[Row, ...]:
            return (Row(v, "<", v + 1), Row(None, "=", 1 + v))

    assert Chained("s", "", (v + 1, 1 + v)).conclusions() == (Row(v, "<", v + 1),)


def test_a_failure_names_theorem_and_step() -> None:
    wrong = dataclasses.replace(identity, chain=(sp.log(v), v))
    with pytest.raises(CheckFailed, match=r"^new, step s: log\(v\) = v is false at v = "):
        proved(theorem(wrong))


def test_an_id_proves_what_it_cites_as_well() -> None:
    assert closure(REGISTRY, ["kl-unit"]) == ("kl-normal", "kl-unit")
    lines: list[str] = []
    checked = prove(REGISTRY, ["kl-unit"], lines.append)
    assert [done.theorem.id for done in checked] == ["kl-normal", "kl-unit"]
    assert len(lines) == 2
    with pytest.raises(UsageError, match="no theorem 'kl-unity'"):
        prove(REGISTRY, ["kl-unity"])


def test_the_evidence_says_how_each_step_was_decided() -> None:
    done = check(REGISTRY, "kl-normal")
    assert [evidence.step for evidence in done.evidence] == [step.name for step in done.theorem.steps]
    how = {evidence.step: evidence.how for evidence in done.evidence}
    assert how["variance"].startswith("antiderivative by SymPy, differentiated: the sides cancel exactly; evaluated at")
    assert how["definition"] == "a definition"
    assert done.digest == done.theorem.digest


def test_the_primitive_and_the_moments_are_not_typed_in() -> None:
    for step in kl_normal.moments:
        assert isinstance(step, Integrate)
        assert {field.name for field in dataclasses.fields(step)}.isdisjoint({"primitive", "value"})
    for kind in (Expand, Expectation):
        assert "value" not in {field.name for field in dataclasses.fields(kind)}
    assert isinstance(steps["closed-form"], Conclude)
    assert P in kl_normal.moments[0].using


APART = tuple(Condition(symbol, "!=", zero) for symbol in (t, x))
with written():
    QUOTIENT = v / (t * x)
    ALIKE = {
        "a factor 1": (one * v * t, v * t),
        "two reciprocals": (v * sp.Pow(t, -1) * sp.Pow(x, -1), QUOTIENT),
        "a product in a product": (v * sp.Mul(sp.Pow(t, -1), sp.Pow(x, -1)), QUOTIENT),
        "a reciprocal of a number": (v * sp.Pow(sp.Integer(2), -1), v * sp.Rational(1, 2)),
        "a sum in a sum": (v + (t + x), v + t + x),
    }


@pytest.mark.parametrize(("written_so", "printed_so"), ALIKE.values(), ids=ALIKE.keys())
def test_what_is_printed_alike_costs_the_same(written_so: sp.Expr, printed_so: sp.Expr) -> None:
    assert count(written_so) == count(printed_so)
    decide(OperationCount("s", "", printed_so, written_so, total(count(printed_so)), where=APART))


def test_two_totals_of_one_function_are_of_two_computations() -> None:
    with written():
        squares, product = v**2 - t**2, (v - t) * (v + t)
    counts = [OperationCount("s", "", v**2 - t**2, expr, total(count(expr))) for expr in (squares, product)]
    assert [decide(step).partition(";")[0] for step in counts] == ["counted", "counted"]
    shown = row_lines(tuple(row for step in counts for row in step.rows()), (V, T))
    assert shown == ["cost(v² − t², v² − t²) = add + 2 mul", "cost(v² − t², (v−t)(v+t)) = mul + 2 add"]
    shared = OperationCount("s", "", v**2 + t, x + t, add + mul, ((x, v**2),))
    assert row_lines(shared.rows(), (V, T, X)) == ["cost(t + v², t + x, x = v²) = add + mul"]
