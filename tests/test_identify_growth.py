"""What a hostile formula costs: steps are counted, so these bounds are the same on every machine."""

from __future__ import annotations

import pytest

from derive.identify import identify
from derive.identify.answer import repair
from derive.identify.match import form as f
from derive.identify.match import match
from derive.identify.match.match import Match, matches, squares
from derive.identify.read import functions as table
from derive.identify.read.limits import MAX_FORM, NotUnderstood, Spent, metered, spend
from derive.identify.read.python import expression
from derive.identify.read.python.syntax import leaves

FUNCTIONS = sorted({*table.UNARY, *table.OPAQUE})
OPENINGS = [f"torch.{name}(" for name in FUNCTIONS]
OPENINGS += ["log(1 + ", "sqrt(1 + ", "exp(1 + ", "logaddexp(0, ", "x + log(1 + ", "1/(1 + ", "x*sigmoid("]


def answered(text: str) -> str:
    try:
        return identify(text).verdict
    except NotUnderstood as error:
        return str(error)


def steps(text: str) -> int:
    with metered(10**9) as meter:
        assert "\n" not in answered(text)
    return meter.steps


@pytest.mark.parametrize("opening", OPENINGS)
def test_a_nested_chain_costs_in_proportion_to_its_length(opening):
    costs = [steps(opening * n + "x" + ")" * n + " + mu**2") for n in (12, 24, 48)]
    assert costs[1] <= 2.3 * costs[0] + 50
    assert costs[2] <= 2.3 * costs[1] + 50


@pytest.mark.parametrize(
    "line",
    ["x = 1/(x + x**2)", "x = log(x + x**2)", "x = softplus(x) + exp(x)", "x = (x + 1)**3", "x = sum(x) + x"],
)
def test_a_chain_of_assignments_stays_bounded(line):
    """Each line doubles the formula; what is too large is refused, nothing grows with the power of the lines."""
    costs = [steps(f"{line}\n" * n + "x + mu**2 + log(x)") for n in (8, 16, 32)]
    assert max(costs) < 200_000


def test_an_expanded_form_has_a_bound_of_its_own():
    def nested(levels: int) -> f.Form:
        form = f.single(f.variable("x")) if levels == 0 else nested(levels - 1)
        return f.power(f.add(form, f.multiply(form, form), f.constant(1)), -1)

    assert max(g.size for t in nested(4) for g, _ in t) <= MAX_FORM
    with pytest.raises(NotUnderstood, match="too large"):
        nested(40)


def test_equal_generators_are_one_object():
    def nested() -> f.Generator:
        inner = f.add(f.single(f.variable("a")), f.constant(2))
        return f.generator("log", f.generator("sum", f.key(inner)))

    assert nested() is nested()


@pytest.mark.parametrize(
    "text",
    [
        "torch.sigmoid(" * 90 + "x" + ")" * 90,
        f"0.5*(mu**2 + exp({'l' * 300}) - 1 - {'l' * 300})",
        "sqrt(100000000000001000000000000002379) + mu**2",
        "-0.5*(1 + log(100000000000001000000000000002379*s**2) - mu**2 - s**2)",
    ],
    ids=["nested", "name", "root", "logarithm"],
)
def test_extremes_are_answered_in_words(text):
    assert answered(text).count("\n") == 0


def test_a_spent_meter_says_so():
    with pytest.raises(Spent, match="more than 5 steps"), metered(5):
        spend(6)
    spend(10**9)  # nothing counts outside


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("torch.log(s2 / s1) + (s1**2 + (m1 - m2)**2) / (2*s2) - 0.5", 32_000),
        ("0.5*(l2 - l1 + exp(l1 - l2) + (m1 - m2)*exp(-l2) - 1)", 26_000),
    ],
)
def test_a_wrong_formula_is_mended_in_few_steps(text, most):
    assert steps(text) < most


def test_changes_that_come_to_one_form_are_matched_once(monkeypatch):
    matched: list[object] = []

    def counted(form: f.Form, fixed: bool = True) -> list[Match]:
        matched.append(f.key(form))
        return matches(form, fixed)

    monkeypatch.setattr(repair, "matches", counted)
    assert answered("torch.log(s2 / s1) + (s1**2 + (m1 - m2)**2) / (2*s2) - 0.5") == "not_kl"
    assert 40 < len(matched) == len(set(matched))


def test_two_means_under_one_scale_are_sought_in_three_terms_only(monkeypatch):
    sought: list[int] = []

    def counted(form: f.Form, excluded: frozenset[str]) -> list[f.Generator]:
        sought.append(len(form)) if not excluded else None
        return squares(form, excluded)

    monkeypatch.setattr(match, "squares", counted)
    assert answered("0.5*(l2 - l1 + exp(l1 - l2) + (m1 - m2)*exp(-l2) - 1)") == "not_kl"
    assert answered("(m1 - m2)**2 / (2*sigma**2)") == "kl"
    assert set(sought) == {3}


def test_the_names_of_each_term_are_asked_for_once(monkeypatch):
    asked = []
    monkeypatch.setattr(expression, "leaves", lambda *terms: asked.append(terms) or leaves(*terms))
    identify(" + ".join(f"f(x{k})" for k in range(60)) + " + 0.5*(exp(lv) + mu**2 - 1 - lv)")
    assert len(asked) < 2 * 61
