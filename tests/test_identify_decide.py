"""No verdict rests on the search alone: what it finds is decided by the proofs' procedure."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from identify_corpus import CASES

from derive.identify import identify
from derive.identify.match import form as f
from derive.identify.match.decide import FUNCTIONS, decided
from derive.identify.match.match import matches
from derive.identify.match.parameterisations import PARAMETERISATIONS, template
from derive.identify.match.views import views_of
from derive.identify.read.functions import OPAQUE
from derive.identify.read.reading import read
from derive.identify.read.tree import DEFINITIONS

FORMULAS = [c.text for c in CASES if c.verdict == "kl" and c.scale in PARAMETERISATIONS][:12]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_match_that_is_altered_is_rejected(text):
    view = views_of(read(text).trees[-1])[0]
    found = matches(view.form)
    if not found:
        pytest.skip("matched through names that belong together")
    match = found[0]
    assert decided(view.node, view.expander, view.form, match)
    for altered in (
        replace(match, offset=f.add(match.offset, f.constant(Fraction(1, 10**9)))),
        replace(match, factor=f.scale(match.factor, Fraction(10**9 + 1, 10**9))),
        replace(match, reading=replace(match.reading, first=match.reading.second, second=match.reading.first)),
    ):
        assert not decided(view.node, view.expander, view.form, altered)


def test_the_templates_are_the_proved_closed_form():
    """The search compares with the expansion of the closed form in proofs/, here written out by hand for one scale."""
    x, m = f.variable("x1"), f.variable("m1")
    half = Fraction(1, 2)
    exp = f.generator("exp", frozenset([(x, Fraction(1))]))
    assert template("logvar", None, True, False) == {
        frozenset([(x, Fraction(1))]): -half,
        frozenset([(exp, Fraction(1))]): half,
        frozenset([(m, Fraction(2))]): half,
        f.ONE: -half,
    }


#: Numbers that are 1, whose spelling no comparison of coefficients sees through, and some that are not.
ONES = (
    "sqrt(2)*sqrt(2)/2",
    "sqrt(8)/(2*sqrt(2))",
    "2**(1/3)*4**(1/3)/2",
    "(sqrt(6)/sqrt(3))**2/2",
    "2**1.5/sqrt(8)",
    "sqrt(10007)*sqrt(10007)/10007",
    "sqrt(4000037)*sqrt(4000037)/4000037",
    "(sqrt(2) + 1)*(sqrt(2) - 1)",
    "(3 + 2*sqrt(2))/(1 + sqrt(2))**2",
    "exp(log(2)/2)*sqrt(2)/2",
    "exp(3*log(2)/2)*sqrt(2)/4",
    "8**(1/3)/2",
    "32**(-2/5)*4",
    "exp(0.5)**2/exp(1)",
    "(log(10) - log(5))/log(2)",
    "tanh(1)*(exp(2) + 1)/(exp(2) - 1)",
    "sigmoid(log(3))*4/3",
    "relu(-1) + 1",
    "hardtanh(2)",
    "abs(-1)",
)
NOT_ONES = ("sqrt(3)", "2**(1/3)*2**(2/3)", "(3 + 2*sqrt(2))/(1 + sqrt(2))", "log(3)", "tanh(1)", "elu(-1)", "sin(1)")


@pytest.mark.parametrize("one", ONES)
@pytest.mark.parametrize(
    "formula", ["0.5*(mu**2 + sigma**2*({}) - 1) - log(sigma)", "0.5*(mu**2 + sigma**2 - 1 - ({})*log(sigma**2))"]
)
def test_a_number_that_is_one_changes_nothing(formula, one):
    answer = identify(formula.format(one))
    assert (answer.verdict, answer.scale, answer.factor, answer.offset, answer.fixes) == ("kl", "std", "1", "0", ())


@pytest.mark.parametrize("number", NOT_ONES)
def test_a_number_that_is_not_one_is_found_out(number):
    assert identify(f"0.5*(mu**2 + sigma**2*({number}) - 1) - log(sigma)").verdict == "not_kl"


def test_a_difference_that_no_point_shows_is_no_fault():
    """A root of a root is decided nowhere here; what is not shown to be wrong is not called wrong."""
    assert (
        identify("0.5*(mu**2 + sigma**2*sqrt(3 + 2*sqrt(2))/(1 + sqrt(2)) - 1) - log(sigma)").verdict == "unrecognised"
    )


@pytest.mark.parametrize("name", sorted(OPAQUE - DEFINITIONS.keys()))
def test_every_function_that_is_kept_as_it_is_has_a_value_to_decide_with(name):
    """As the value of a mean it may be anything, and a wrong formula in it is told by the function itself."""
    assert name in FUNCTIONS
    assert identify(f"-0.5*(1 + logvar - {name}(x)**2 - exp(2*logvar))").verdict == "not_kl"


@pytest.mark.parametrize("order", range(2, 65))
def test_roots_of_every_order(order):
    """An odd root of a quantity once ended in a recursion without end."""
    kept = identify(f"0.5*(mu**2 + sigma**2 - 1) - {order}*log(sigma**(1/{order}))")
    assert (kept.verdict, kept.scale) == ("kl", "std")
    assert f.power(f.constant(2), Fraction(1, order)).keys() != {f.ONE}
    assert f.power(f.constant(Fraction(2**order, 3**order)), Fraction(-1, order)) == f.constant(Fraction(3, 2))
