"""Every formula of the corpus gets its true verdict; what is true is established here, by numerical integration."""

from __future__ import annotations

import itertools
import random
import re
from fractions import Fraction

import numeric_truth as truth
import pytest
from identify_corpus import CASES, ESTIMATORS, KL_NORMAL, KL_UNIT, OTHER, WRONG, Case

from derive.identify import identify

CLAIMED = [c for c in (*KL_UNIT, *KL_NORMAL) if c.verdict in ("kl", "affine_kl")]


def _parameters(case: Case) -> list[str]:
    """The symbols that are no roles: weights and counts."""
    text = case.factor + " " + case.offset
    return [n for n in re.findall(r"[A-Za-z_][\w.]*", text) if n not in ("log", "entries", "x.size")]


def _draw(case: Case, rng: random.Random) -> dict[str, float]:
    positive = case.scale in ("std", "var", "precision")
    point = {}
    for index, name in enumerate(case.roles):
        if re.fullmatch(r"[A-Za-zμσ_][\w.]*", name):
            point[name] = rng.uniform(0.4, 2.5) if index % 2 and positive else rng.uniform(-1.5, 1.5)
    return point


def _kl(case: Case, point: dict[str, float]) -> float:
    values = [point[r] if r in point else float(Fraction(r)) for r in case.roles]
    std = truth.STD[case.scale or "std"]
    if len(values) == 2:
        gaussians = [(values[0], std(values[1])), (0.0, 1.0)]
    else:
        gaussians = [(values[0], std(values[1])), (values[2], std(values[3]))]
    if case.direction == "reverse":
        gaussians.reverse()
    return truth.divergence(*gaussians[0], *gaussians[1])


@pytest.mark.parametrize("case", CLAIMED, ids=str)
def test_what_the_table_claims_is_true(case):
    rng = random.Random(1)
    for _ in range(4):
        point = _draw(case, rng)
        extra = {n: rng.uniform(0.5, 3) for n in _parameters(case)} | case.given
        if "x.size" in case.text:
            extra["x.size"] = 1.0
        got = truth.value(case.same or case.text.replace("x.size(0)", "1"), point | extra)
        names = {k.replace(".", "_"): v for k, v in extra.items()} | {"entries": 1.0, "log": __import__("math").log}
        factor = eval(case.factor.replace("x.size(0)", "1"), {}, names)
        offset = eval(case.offset, {}, names)
        assert got == pytest.approx(factor * _kl(case, point) + offset, rel=1e-6, abs=2e-7)


def _quantities(case: Case) -> list[str]:
    return [r for r in dict.fromkeys(case.roles) if not r.lstrip("-").isdigit()]


@pytest.mark.parametrize("case", WRONG, ids=str)
def test_what_the_table_calls_wrong_is_wrong(case):
    """No assignment of roles, scale and direction makes it a * KL + b."""
    rng = random.Random(2)
    quantities = _quantities(case)
    points = [{q: rng.uniform(0.5, 2.0) for q in quantities} for _ in range(12)]
    values = [truth.value(case.same or case.text, p) for p in points]
    for order in itertools.permutations(quantities):
        for scale, std in truth.STD.items():
            for flip in (False, True):
                kl = []
                for p in points:
                    v = [p[q] for q in order]
                    pair = [(v[0], std(v[1])), (0.0, 1.0) if len(v) == 2 else (v[2], std(v[3]))]
                    kl.append(truth.divergence(*pair[flip], *pair[not flip]))
                assert truth.affine_residual(values, kl) > 1e-4, (order, scale, flip)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_answer(case):
    answer = identify(case.text)
    assert answer.verdict == case.verdict
    roles = tuple(answer.roles.values())
    if case.verdict in ("kl", "affine_kl"):
        assert (answer.scale, answer.pair, answer.factor, answer.offset) == (
            case.scale,
            case.pair,
            case.factor,
            case.offset,
        )
        assert answer.name_agrees is case.names
        if case.direction == "either":  # which of the two is the first is not in the names
            assert sorted(roles) == sorted(case.roles)
        else:
            assert (answer.direction, roles) == (case.direction, case.roles)
    if case.verdict == "not_kl":
        assert (answer.scale, roles) == (case.scale, case.roles)


@pytest.mark.parametrize("case", WRONG, ids=str)
def test_a_wrong_formula_gets_a_repair_that_is_right_and_a_counterexample_that_holds(case):
    answer = identify(case.text)
    assert answer.fixes
    assert identify(answer.fixes[0].corrected).verdict == "kl"
    for fix in answer.fixes:
        repaired = identify(fix.corrected)
        assert repaired.offset == "0"
        assert not (repaired.factor or "-").startswith("-")
    example = answer.counterexample
    assert example is not None
    point = dict(example["point"])
    assert truth.value(case.same or case.text, point) == pytest.approx(example["formula"], rel=1e-9)
    values = [point[r] for r in case.roles]
    std = truth.STD[case.scale or "std"]
    second = (values[2], std(values[3])) if len(values) == 4 else (0.0, 1.0)
    assert truth.divergence(values[0], std(values[1]), *second) == pytest.approx(example["kl"], rel=1e-6)
    assert abs(example["formula"] - example["kl"]) > 1e-3


@pytest.mark.parametrize("case", WRONG[:12], ids=str)
def test_the_minimum_is_the_minimum(case):
    answer = identify(case.text)
    rng = random.Random(3)
    positive = case.scale in ("std", "var")
    samples = []
    for _ in range(400):
        point = {
            case.roles[0]: rng.uniform(-6, 6),
            case.roles[1]: rng.uniform(0.02, 6) if positive else rng.uniform(-6, 6),
        }
        samples.append(truth.value(case.same or case.text, point))
    if answer.minimum is None:
        assert min(samples) < -2 or "no minimum" in " ".join(answer.notes)
    else:
        at = dict(answer.minimum["at"])
        assert truth.value(case.same or case.text, at) == pytest.approx(answer.minimum["value"], abs=1e-6)
        assert min(samples) >= answer.minimum["value"] - 1e-9


@pytest.mark.parametrize("text", OTHER)
def test_other_formulas_are_not_claimed(text):
    assert identify(text).verdict == "unrecognised"


def test_estimators_are_right_on_average():
    """k1 and k3 average to the divergence under q; the table's estimators are of these shapes."""
    q, p = (0.3, 0.8), (-0.2, 1.3)

    def log_density(x: float, mean: float, std: float) -> float:
        return -0.5 * ((x - mean) / std) ** 2 - truth.math.log(std)

    kl = truth.divergence(*q, *p)
    for case in (ESTIMATORS[0], ESTIMATORS[3]):
        names = ("log_probs", "ref_log_probs") if "log_probs" in case.text else ("logp", "ref_logp")
        mean = truth.expectation(
            lambda x, n=names, c=case: truth.value(c.text, {n[0]: log_density(x, *q), n[1]: log_density(x, *p)}), *q
        )
        assert mean == pytest.approx(kl, rel=1e-6)


def test_the_corpus_is_large_enough():
    assert len(CASES) + len(OTHER) >= 100
    assert len({c.text for c in CASES}) == len(CASES)
