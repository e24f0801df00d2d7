"""Closed form and emitted functions against the defining integral; and what disproves them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from emitted_subjects import SUBJECTS
from mpmath import mp

from derive.errors import CheckFailed
from derive.report import Status
from derive.verify import exact
from derive.verify.checks import integral, oracle
from derive.verify.checks.sweep import conclude
from derive.verify.emitted import Emitted
from derive.verify.families import subject_of
from derive.verify.families.record import POINTS
from derive.verify.targets.compiled import Compiled
from derive.verify.targets.compilers import NO_CLONES, Build, first_compiler

GENERATED = Path(__file__).parent.parent / "generated"
#: Any head of the table is a fair sample of it; `derive verify --full` takes all of it.
HEAD = 50
DIVERGENCES = [family for family in SUBJECTS if family.definition]


@pytest.fixture
def compiled() -> Compiled:
    return Compiled(Build(first_compiler(), "C99", ("-O1", NO_CLONES)))


@pytest.mark.parametrize("family", DIVERGENCES, ids=lambda f: f.name)
def test_the_head_of_the_table(family, compiled: Compiled) -> None:  # type: ignore[no-untyped-def]
    """Points of each pair in each scale: the closed form to 30 digits, NumPy and C within their bounds."""
    emitted = Emitted.read(GENERATED)
    outcomes = integral.integral_chunk(emitted, compiled, family.name, 0, HEAD)
    checks = conclude(emitted, [outcomes])
    languages = {check.figures["language"] for check in checks}
    assert {"c", "python"} <= languages and len(checks) == 2 * len(languages)
    assert [check for check in checks if check.status is not Status.PASSED] == []


@pytest.mark.parametrize("family", DIVERGENCES, ids=lambda f: f.name)
def test_the_table_holds_near_equal_pairs_and_extreme_ratios(family) -> None:  # type: ignore[no-untyped-def]
    table, again = list(family.definition.table()), list(family.definition.table())
    assert len(table) == len(set(table)) == POINTS == 200
    assert table == again
    if family.name == "kl_normal_std":
        ratios = [abs(s1 / s2 - 1) for _, s1, _, s2 in table]
        assert sum(ratio < 1e-6 for ratio in ratios) >= 40
        assert max(ratios) > 1e200
        assert min(s1 / s2 for _, s1, _, s2 in table) < 1e-30
        assert all(ratio > 0 for ratio in ratios)


@pytest.mark.parametrize("family", DIVERGENCES, ids=lambda f: f.name)
def test_near_equal_pairs_lie_on_both_sides(family) -> None:  # type: ignore[no-untyped-def]
    scales = [
        tuple(float(member[-1]) for member in family.definition.members(row)) for row in family.definition.table()
    ]
    near = [a < b for a, b in scales if a != b and abs(a - b) <= 1e-2 * max(abs(b), 1.0)]
    assert 10 <= sum(near) <= len(near) - 10


def test_quick_takes_six_of_each() -> None:
    assert integral.COUNT["quick"] == 6
    assert integral.COUNT["full"] == 200


@pytest.mark.parametrize("name", ["kl_unit_std", "kl_normal_logvar"])
def test_a_closed_form_with_a_lost_factor_is_disproved(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    family = subject_of(name)
    row = next(family.definition.table())
    integrals = [oracle.as_dyadic(value) for value in oracle.divergence(family, row)]
    integral.compare(family, row, integrals)
    right = exact.balls

    def wrong(family, arguments):  # type: ignore[no-untyped-def]
        outputs, parts = right(family, arguments)
        return (outputs[0] * (1 + exact.arb(2) ** -99), *outputs[1:]), parts

    monkeypatch.setattr(integral, "balls", wrong)
    with pytest.raises(CheckFailed, match=f"value of {name}.*off the integral"):
        integral.compare(family, row, integrals)


@pytest.mark.parametrize("family", DIVERGENCES, ids=lambda f: f.name)
def test_a_density_whose_mass_is_not_one_is_told(family) -> None:  # type: ignore[no-untyped-def]
    """As of a record whose weights have a factor too many: the closed form is not to blame."""

    def doubled(first, second, digits):  # type: ignore[no-untyped-def]
        nodes, weights = family.definition.nodes(first, second, digits)
        return nodes, [2 * weight for weight in weights]

    wrong = replace(family, definition=replace(family.definition, nodes=doubled))
    with pytest.raises(CheckFailed, match=r"is off one by 1\.0 by its record"):
        oracle.divergence(wrong, next(family.definition.table()))


def test_a_rule_that_stops_short_has_not_the_whole_mass() -> None:
    family = subject_of("kl_unit_std")

    def short(first, second, digits):  # type: ignore[no-untyped-def]
        nodes, weights = family.definition.nodes(first, second, digits)
        quarter = len(nodes) // 4
        return nodes[quarter:-quarter], weights[quarter:-quarter]

    with pytest.raises(CheckFailed, match="is off one by -"):
        oracle.divergence(replace(family, definition=replace(family.definition, nodes=short)), (0.5, 1.5))


def test_two_rules_that_do_not_agree_are_no_integral() -> None:
    family = subject_of("kl_unit_std")

    def unsure(member):  # type: ignore[no-untyped-def]
        at = family.definition.density(member)
        return lambda x: (at(x)[0], tuple(score * (1 + mp.dps * mp.mpf(10) ** -20) for score in at(x)[1]))

    with pytest.raises(CheckFailed, match="two rules differ"):
        oracle.divergence(replace(family, definition=replace(family.definition, density=unsure)), (0.5, 1.5))


def test_an_integral_that_cancels_more_than_is_computed_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    family = subject_of("kl_unit_std")
    assert oracle.divergence(family, (2.0**-60, 1.0 + 2.0**-50))[0] > 0
    monkeypatch.setattr(oracle, "_MOST_DIGITS", 50)
    with pytest.raises(CheckFailed, match="cancels more than 50 digits"):
        oracle.divergence(family, (2.0**-60, 1.0 + 2.0**-50))


def test_a_wrong_score_does_not_pass() -> None:
    family, row = subject_of("kl_normal_std"), (0.5, 1.5, 0.25, 2.0)

    def halved(member):  # type: ignore[no-untyped-def]
        at = family.definition.density(member)
        return lambda x: (at(x)[0], (at(x)[1][0] / 2, at(x)[1][1]))

    integrals = oracle.divergence(replace(family, definition=replace(family.definition, density=halved)), row)
    with pytest.raises(CheckFailed, match="d_mu1"):
        integral.compare(family, row, [oracle.as_dyadic(value) for value in integrals])


def test_the_integral_where_mpmath_is_off_by_thirteen_orders() -> None:
    """sigma = 1 + 1e-15, mu = 0: KL = (sigma - 1)^2 (1 - ...) is about 1e-30."""
    sigma = 1 + 2.0**-50
    value = oracle.divergence(subject_of("kl_unit_std"), (2.0**-60, sigma))[0]
    with mp.workdps(80):
        s = mp.mpf(sigma)
        assert abs(value - (-mp.log(s) + (s * s + mp.mpf(2) ** -120 - 1) / 2)) < value * mp.mpf(10) ** -30
