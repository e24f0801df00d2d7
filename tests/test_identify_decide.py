"""No verdict rests on the search alone: what it finds is decided by the proofs' procedure."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from identify_corpus import CASES

from derive.identify.match import form as f
from derive.identify.match.decide import decided
from derive.identify.match.match import matches
from derive.identify.match.parameterisations import PARAMETERISATIONS, template
from derive.identify.match.views import views_of
from derive.identify.read.reading import read

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
