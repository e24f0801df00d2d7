"""Closed form and emitted functions against the defining integral at all points; and what disproves them."""

from __future__ import annotations

from pathlib import Path

import pytest
from mpmath import mp

from derive.errors import CheckFailed
from derive.report import Status
from derive.verify.checks import integral, oracle
from derive.verify.checks.sweep import conclude
from derive.verify.emitted import Emitted
from derive.verify.families import closed_form
from derive.verify.families.densities import NORMAL, Density
from derive.verify.functions import FAMILIES, FAMILY_OF
from derive.verify.points.integrals import POINTS, integral_points
from derive.verify.targets.compiled import Compiled
from derive.verify.targets.compilers import NO_CLONES, Build, first_compiler

GENERATED = Path(__file__).parent.parent / "generated"
DIVERGENCES = [family for family in FAMILIES if family.pair]


@pytest.fixture
def compiled() -> Compiled:
    return Compiled(Build(first_compiler(), "C99", ("-O1", NO_CLONES)))


@pytest.mark.parametrize("family", DIVERGENCES, ids=lambda f: f.name)
def test_all_points_of_the_table(family, compiled: Compiled) -> None:  # type: ignore[no-untyped-def]
    """200 points for each pair in each scale: the closed form to 30 digits, NumPy and C within their bounds."""
    emitted = Emitted.read(GENERATED)
    outcomes = integral.integral_chunk(emitted, compiled, family.name, 0, POINTS)
    checks = conclude(emitted, [outcomes])
    assert len(checks) == 4
    assert [check for check in checks if check.status is not Status.PASSED] == []


@pytest.mark.parametrize("family", DIVERGENCES, ids=lambda f: f.name)
def test_the_table_holds_near_equal_pairs_and_extreme_ratios(family) -> None:  # type: ignore[no-untyped-def]
    table = integral_points(family)
    assert len(table) == len(set(table)) == 200
    assert table[:6] == integral_points(family, 6)
    if family.name == "kl_normal_std":
        ratios = [abs(s1 / s2 - 1) for _, s1, _, s2 in table]
        assert sum(ratio < 1e-6 for ratio in ratios) >= 40
        assert max(ratios) > 1e200
        assert min(s1 / s2 for _, s1, _, s2 in table) < 1e-30
        assert all(ratio > 0 for ratio in ratios)


def test_quick_takes_a_dozen() -> None:
    assert 2 * integral.COUNT["quick"] == 12
    assert integral.COUNT["full"] == 200


@pytest.mark.parametrize("name", ["kl_unit_std", "kl_normal_logvar"])
def test_a_closed_form_with_a_lost_factor_is_disproved(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    family = FAMILY_OF[name]
    row = integral_points(family, 1)[0]
    integrals = [oracle.as_dyadic(value) for value in oracle.divergence(family, row)]
    integral.compare(family, row, integrals)
    right = closed_form.balls

    def wrong(family, arguments):  # type: ignore[no-untyped-def]
        outputs, parts = right(family, arguments)
        return (outputs[0] * (1 + closed_form.arb(2) ** -99), *outputs[1:]), parts

    monkeypatch.setattr(integral, "balls", wrong)
    with pytest.raises(CheckFailed, match=f"value of {name}.*off the integral"):
        integral.compare(family, row, integrals)


def test_a_rule_that_stops_short_disagrees_with_the_finer_one() -> None:
    short = Density(NORMAL.at, lambda digits: NORMAL.reach(digits) / 2)
    with pytest.raises(CheckFailed, match="two rules differ"):
        oracle.divergence(FAMILY_OF["kl_unit_std"], (0.5, 1.5), short)


def test_a_wrong_score_does_not_pass() -> None:
    def halved(mu, sigma):  # type: ignore[no-untyped-def]
        at = NORMAL.at(mu, sigma)
        return lambda x: (at(x)[0], at(x)[1] / 2, at(x)[2])

    family, row = FAMILY_OF["kl_normal_std"], (0.5, 1.5, 0.25, 2.0)
    integrals = oracle.divergence(family, row, Density(halved, NORMAL.reach))
    with pytest.raises(CheckFailed, match="d_mu1"):
        integral.compare(family, row, [oracle.as_dyadic(value) for value in integrals])


def test_the_integral_where_mpmath_is_off_by_thirteen_orders() -> None:
    """sigma = 1 + 1e-15, mu = 0: KL = (sigma - 1)^2 (1 - ...) is about 1e-30."""
    sigma = 1 + 2.0**-50
    value = oracle.divergence(FAMILY_OF["kl_unit_std"], (2.0**-60, sigma))[0]
    with mp.workdps(80):
        s = mp.mpf(sigma)
        assert abs(value - (-mp.log(s) + (s * s + mp.mpf(2) ** -120 - 1) / 2)) < value * mp.mpf(10) ** -30
