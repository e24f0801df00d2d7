"""What a hostile formula costs: steps are counted, so these bounds are the same on every machine."""

from __future__ import annotations

import pytest

from derive.identify import identify
from derive.identify.match import form as f
from derive.identify.read import functions as table
from derive.identify.read.limits import MAX_FORM, NotUnderstood, Spent, metered, spend

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
