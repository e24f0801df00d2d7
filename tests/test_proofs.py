"""The claims themselves: complete, consistent, readable, and true of numbers that no proof has touched."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import mpmath
import pytest
import sympy as sp
from derive.proofs import REGISTRY
from derive.proofs.definitions import DIVERGENCE, P, Q
from derive.proofs.scales import SCALES as SCALES_OF_GAUSSIANS

from derive.prove import check, closure, prove
from derive.vocabulary.formula import unfold
from derive.vocabulary.theorem import Claim, Counterexample, Formula, Row, Scale, Theorem, Verdict

ROOT = Path(__file__).resolve().parent.parent
SCALES = [scale.name for scale in SCALES_OF_GAUSSIANS]
EVERY = [formula for theorem in REGISTRY.theorems.values() for formula in theorem.formulas]
FORMULAS = [formula for formula in EVERY if formula.name.split("_")[1] in ("unit", "normal")]  # of Gaussians

REQUIRED = [
    "kl-normal",
    "kl-unit",
    "same-function",
    "gradient-f",
    "gradient-g",
    "same-optimum",
    "curvature",
    "steeper",
    "less-stringent",
    "cost",
    "stability",
    "stable-range-exp",
    "stable-atanh",
    "stable-log-scale",
    "stable-square",
    *(f"stable-{what}{pair}-{scale}" for what in ("", "grad-") for pair in ("unit", "normal") for scale in SCALES),
]
COMPONENTS = {"unit": ("mu", "s"), "normal": ("mu1", "s1", "mu2", "s2")}
NAMES = {
    f"{kind}_{pair}_{scale}{suffix}"
    for kind in ("kl", "stable")
    for pair, components in COMPONENTS.items()
    for scale in SCALES
    for suffix in ("", *(f"_grad_{component}" for component in components))
}


@pytest.fixture(scope="module")
def checked() -> tuple[object, ...]:
    return prove(REGISTRY)


def test_all_is_proved_in_the_order_of_the_registry() -> None:
    done = prove(REGISTRY)
    assert [item.theorem.id for item in done] == list(REGISTRY.theorems)


@pytest.mark.parametrize("id", REQUIRED)
def test_every_row_of_the_design_is_claimed(id: str) -> None:
    assert id in REGISTRY.theorems


def test_every_formula_of_the_emitted_names_exists_once() -> None:
    assert {formula.name for formula in FORMULAS} == NAMES
    names = [formula.name for formula in EVERY]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda formula: formula.name)
def test_a_formula_has_the_signature_of_its_name(formula: Formula) -> None:
    _, pair, scale, *_ = formula.name.split("_")
    expected = [f"mu{i}" if j == 0 else f"{scale}{i}" for i in (("",) if pair == "unit" else "12") for j in (0, 1)]
    assert [variable.name for variable in formula.variables] == expected
    assert formula.expr.free_symbols <= {variable.symbol for variable in formula.variables}


@pytest.mark.parametrize("theorem", REGISTRY.theorems.values(), ids=lambda theorem: theorem.id)
def test_a_theorem_is_complete(theorem: Theorem) -> None:
    assert theorem.title
    assert theorem.source
    assert theorem.statement
    assert theorem.steps
    known = {variable.symbol for variable in theorem.variables}
    assert all(row.lhs is not None for row in theorem.statement)
    rows = [row for step in theorem.steps for row in step.rows()]
    for row in (*theorem.statement, *rows):
        assert isinstance(row, Row)
        sides = [side for side in (row.lhs, row.rhs) if side is not None]
        assert {symbol for side in sides for symbol in side.free_symbols} <= known, "a variable without a domain"
    for step in theorem.steps:
        assert step.reason
        assert step.rows()[0].lhs is not None


# --- numbers -------------------------------------------------------------------------------------------------------

PAIRS = [(0.3, 1.25, -0.5, 2.0), (0.0, 0.5, 0.0, 0.5), (-1.5, 3.0, 2.0, 0.75)]


def integral(mu1: float, sigma1: float, mu2: float, sigma2: float) -> mpmath.mpf:
    """The defining integral by quadrature, from the definitions of the registry, in the standardised variable."""
    values = dict(zip((variable.symbol for variable in DIVERGENCE.variables), (mu1, sigma1, mu2, sigma2), strict=True))
    x = P.variables[0].symbol
    p, q = (sp.lambdify(x, formula.expr.subs(values), "mpmath") for formula in (P, Q))
    centre, scale = mpmath.mpf(mu1), mpmath.mpf(sigma1)
    with mpmath.workdps(20):

        def integrand(t: mpmath.mpf) -> mpmath.mpf:
            point = centre + scale * t
            return scale * p(point) * mpmath.log(p(point) / q(point))

        return mpmath.quad(integrand, [-12, -4, 0, 4, 12])


def to_scale(scale: Scale, sigma: float) -> mpmath.mpf:
    sigma = mpmath.mpf(sigma)
    return {"std": sigma, "var": sigma**2, "logstd": mpmath.log(sigma), "logvar": 2 * mpmath.log(sigma)}[scale.name]


@pytest.mark.parametrize("scale", SCALES_OF_GAUSSIANS, ids=lambda scale: scale.name)
@pytest.mark.parametrize("kind", ["kl", "stable"])
def test_the_closed_forms_are_the_integral(scale: Scale, kind: str) -> None:
    normal = REGISTRY.formula(f"{kind}_normal_{scale.name}")
    unit = REGISTRY.formula(f"{kind}_unit_{scale.name}")
    for mu1, sigma1, mu2, sigma2 in PAIRS:
        for formula, arguments in (
            (normal, (mu1, to_scale(scale, sigma1), mu2, to_scale(scale, sigma2))),
            (unit, (mu1, to_scale(scale, sigma1))),
        ):
            symbols = [variable.symbol for variable in formula.variables]
            value = sp.lambdify(symbols, formula.expr.doit(), "mpmath")(*arguments)
            expected = integral(mu1, sigma1, *((mu2, sigma2) if formula is normal else (0.0, 1.0)))
            assert abs(value - expected) < 1e-12


def test_a_scale_says_how_it_becomes_a_standard_deviation() -> None:
    for scale in SCALES_OF_GAUSSIANS:
        assert abs(float(scale.to_standard(sp.Float(str(to_scale(scale, 1.75)), 30))) - 1.75) < 1e-12
        assert scale.variable("2").name == f"{scale.name}2"


# --- claims in words -----------------------------------------------------------------------------------------------

WORDS = [
    "correct one",
    "regularisers",
    "objective is unchanged",
    "easier to optimise",
    "less stringent",
    "over-regularise",
    "cheaper",
    "instability",
    "predicts the variance",
]


@pytest.mark.parametrize("words", WORDS)
def test_every_claim_people_make_has_a_verdict(words: str) -> None:
    assert any(words in claim.text for claim in REGISTRY.claims)


@pytest.mark.parametrize("claim", REGISTRY.claims, ids=lambda claim: claim.id)
def test_a_verdict_rests_on_evidence_that_exists(claim: Claim) -> None:
    assert claim.evidence
    for evidence in claim.evidence:
        id, _, step = evidence.partition("/")
        assert id in REGISTRY.theorems
        assert not step or step in [item.name for item in REGISTRY.theorems[id].steps]


@pytest.mark.parametrize("claim", REGISTRY.claims, ids=lambda claim: claim.id)
def test_a_counterexample_is_one_that_was_checked(claim: Claim) -> None:
    cited = [
        step
        for evidence in claim.evidence
        for step in REGISTRY.theorems[evidence.partition("/")[0]].steps
        if step.name == evidence.partition("/")[2] and isinstance(step, Counterexample)
    ]
    if claim.counterexample is not None:
        assert any(dict(step.at) == dict(claim.counterexample) for step in cited)
    if claim.verdict is Verdict.REFUTED:
        assert cited or claim.id == "wrong-scale-is-no-divergence", "refuted by what?"


def test_evidence_that_is_missing_fails_the_run() -> None:
    from dataclasses import replace

    from derive.errors import CheckFailed

    claim = replace(REGISTRY.claims[0], evidence=("kl-unit/nowhere",))
    with pytest.raises(CheckFailed, match="claim first-is-correct: there is no kl-unit/nowhere"):
        prove(replace(REGISTRY, claims=(claim,)))


# --- the registry as a program -------------------------------------------------------------------------------------

DIGESTS = "from derive.proofs import REGISTRY as R; print([t.digest for t in R.theorems.values()])"
ROWS = "; print([str(row) for t in R.theorems.values() for s in t.steps for row in s.rows()])"


def test_digests_and_rows_do_not_depend_on_the_hash_seed() -> None:
    outputs = {
        subprocess.run(
            [sys.executable, "-c", DIGESTS + ROWS],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


def test_a_digest_changes_with_the_statement() -> None:
    from dataclasses import replace

    theorem = REGISTRY.theorems["kl-unit"]
    others = [
        replace(theorem, statement=theorem.statement[:1]),
        replace(theorem, assumptions=()),
        replace(theorem, formulas=()),
        replace(theorem, id="kl-other"),
    ]
    assert len({theorem.digest, *(other.digest for other in others)}) == 5


def test_theorems_can_be_proved_apart_from_each_other() -> None:
    ids = closure(REGISTRY, ["less-stringent", "stable-pair", "curvature"])
    with ThreadPoolExecutor(1) as executor:
        apart = list(executor.map(lambda id: check(REGISTRY, id), ids))
    assert apart == [check(REGISTRY, id) for id in ids]


def test_loading_derives_nothing() -> None:
    """What SymPy derives (primitives, moments) is derived when it is asked for, not on import."""
    code = "from derive.proofs import REGISTRY as R; print([list(vars(s)) for s in R.theorems['kl-normal'].steps])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "primitive" not in out
    assert "value" not in out


def test_definitions_unfold_to_integrals_and_spellings() -> None:
    head = DIVERGENCE.head
    assert unfold(head, (DIVERGENCE,)).func is sp.Integral
    by_name = {formula.name: formula for formula in REGISTRY.definitions}
    f, g = by_name["f"], by_name["g"]
    two = sp.Integer(2)
    assert unfold(f.head.func(0, two) - g.head.func(0, two**2), (f, g)).doit().equals(0)


@pytest.mark.parametrize("path", sorted((ROOT / "proofs").glob("*.py")), ids=lambda path: path.name)
def test_a_proof_file_is_short_and_begins_with_what_it_claims(path: Path) -> None:
    lines = path.read_text().splitlines()
    assert lines[0].startswith('"""')
    assert len(lines) <= 300
