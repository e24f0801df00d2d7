"""The statements that are emitted for Coq, as text: nothing here needs Coq."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import sympy as sp
from kernel_material import lowered

import derive
from derive.emit import Material
from derive.emit.coq import certificates, emit
from derive.emit.coq.printer import coq
from derive.emit.coq.statements import no_counterpart, of_registry, of_row, of_theorem, without_counterpart
from derive.judge import mutants, project
from derive.vocabulary.formula import stated_for_coq
from derive.vocabulary.theorem import KL, Domain, Formula, Row, Variable, expm1mx, log1pmx, written

ROOT = Path(__file__).resolve().parent.parent
LIBRARY = ROOT / "proofs" / "coq"
REGISTRY = derive.load()

mu, s = sp.symbols("mu s", positive=True)
r, k = sp.Symbol("r", real=True), sp.Symbol("k", integer=True)


def emitted() -> dict[str, bytes]:
    low = lowered()
    return emit(Material(REGISTRY, (), low.kernels, low.vectors, low.readings, low.polynomials, low.coverage))


FILES = emitted()
TEXTS = {path: content.decode() for path, content in FILES.items()}
SOURCES = project.read(LIBRARY, FILES)


# --- printing ----------------------------------------------------------------------------------------------------


with written():
    PRINTED = [
        (-sp.Rational(1, 2) * (1 + sp.log(s) - mu**2), "- (1 / 2 * (1 + ln s - mu ^ 2))"),
        (mu - (s - 1), "mu - (s - 1)"),
        ((mu - s) / (2 * s), "(mu - s) / (2 * s)"),
        (1 / s**3, "1 / s ^ 3"),
        (sp.sqrt(s) * sp.exp(-2 * mu), "sqrt s * exp (- (2 * mu))"),
        (sp.Integer(2) ** (k - 6) * s, "powerRZ 2 (k - 6) * s"),
        (k * sp.log(2), "ln 2 * IZR k"),
        (expm1mx(2 * s) - log1pmx(s), "expm1mx (2 * s) - log1pmx s"),
        (KL(mu, sp.exp(s / 2), 0, 1), "KL mu (exp (s / 2)) 0 1"),
        (sp.Derivative(KL(mu, s, 0, 1), s), "Derive (fun s => KL mu s 0 1) s"),
        (sp.Subs(mu * sp.Derivative(sp.log(mu), mu), mu, s**2), "(fun mu => mu * Derive (fun mu => ln mu) mu) (s ^ 2)"),
        (sp.sign(r) * sp.Abs(r - s), "sign r * Rabs (r - s)"),
        (sp.Integer(-3), "(-3)"),
    ]


@pytest.mark.parametrize(("expr", "text"), PRINTED, ids=[text for _, text in PRINTED])
def test_an_expression_is_printed_in_written_order(expr: sp.Expr, text: str) -> None:
    assert coq(expr) == text


@pytest.mark.parametrize("expr", [sp.Float(0.5), sp.gamma(s), s ** sp.Rational(1, 3)])
def test_what_no_method_prints_is_an_error(expr: sp.Expr) -> None:
    with pytest.raises(NotImplementedError):
        coq(expr)


# --- what is stated ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["PI", "Rabs", "Derive", "R", "forall", "normal_density", "is_kl"])
def test_a_name_that_means_something_else_in_coq_is_not_printed(name: str) -> None:
    """``forall PI : R, 0 < PI -> PI * PI > 0`` is not what is proved of pi and a variable of that name."""
    hiding = sp.Symbol(name, positive=True)
    for expr in (sp.pi * hiding, sp.Integer(2) ** sp.Symbol(name, integer=True), sp.Function(name)(mu)):
        with pytest.raises(NotImplementedError, match=f"the name {name}, which means something else"):
            coq(expr)


def test_every_theorem_has_a_counterpart_or_a_reason_for_having_none() -> None:
    without = {id for id, theorem in REGISTRY.theorems.items() if not of_theorem(theorem)}
    assert without == set(without_counterpart(REGISTRY))
    for id, theorem in REGISTRY.theorems.items():
        if id not in without:
            rows = {(row.lhs, row.rhs) for row in theorem.statement}
            assert len(of_theorem(theorem)) >= len(rows)


def test_what_coq_does_not_know_is_read_off_the_theorem() -> None:
    assert set(without_counterpart(REGISTRY)) == {"cost"}
    of = tuple(Variable(name, name, domain, "") for name, domain in (("r", Domain.REAL), ("s", Domain.POSITIVE)))
    theorem = replace(REGISTRY.theorems["kl-unit"], variables=of)

    def reason(lhs: sp.Expr, rhs: sp.Expr, *using: Formula) -> str:
        said = replace(
            theorem, statement=(Row(lhs, "=", rhs),), steps=(replace(theorem.steps[0], using=using),), formulas=()
        )
        assert not of_theorem(said)
        return no_counterpart(said)

    h = sp.Function("h")(r)
    bell = Formula("bell", h, of[:1], sp.erf(r))
    assert reason(sp.erf(-r), -sp.erf(r)) == "there is no Coq for erf: erf(r)"
    assert reason(h, h, bell) == "there is no Coq for erf: erf(r)"
    for derivative in (sp.Derivative(h, (r, 2)), sp.Derivative(h, r, s), sp.Subs(sp.Derivative(h, (r, 3)), r, 1)):
        assert reason(derivative, r).startswith("there is no Coq for a derivative that is no first")


def test_the_densities_of_the_library_are_those_of_the_proofs() -> None:
    stated = {statement.name: statement for statement in of_registry(REGISTRY)}
    for family in ("", "exponential_", "laplace_"):
        for letter in "pq":
            name = f"density_{family}{letter}"
            (formula,) = (formula for formula in REGISTRY.definitions if formula.name == name)
            assert stated[name].value == coq(formula.expr)
            assert stated[name].head.startswith(f"{family or 'normal_'}density ")


def test_what_a_row_says_of_its_variables_is_said_in_coq() -> None:
    n = Variable("n", "n", Domain.NATURAL, "")
    theorem = replace(REGISTRY.theorems["kl-unit"], variables=(n,))
    natural = of_row("name", Row(n.symbol + 1, ">", sp.Integer(0)), theorem, None)
    assert natural.text().startswith("Theorem name :\n  forall n : Z,\n  (0 <= n)%Z ->\n    1 + IZR n > 0.")
    assert of_row("name", Row(sp.log(2), "!=", sp.Integer(1)), theorem, None).claim == " ln 2 <> 1"


def test_every_lowered_formula_is_stated_as_the_integral_or_its_derivative() -> None:
    stated = {statement.name: statement for statement in of_registry(REGISTRY)}
    without = without_counterpart(REGISTRY)
    for formula in (f for theorem in REGISTRY.theorems.values() if theorem.id not in without for f in theorem.formulas):
        start = "is_derive (fun" if "_grad_" in formula.name else "is_kl"
        assert stated[formula.name].head.startswith(start), formula.name


def test_every_result_of_every_kernel_has_a_statement() -> None:
    named = set(re.findall(r"^Theorem (\w+?)_path\d+ :", "\n".join(TEXTS.values()), re.MULTILINE))
    readings = [r for r in lowered().readings if stated_for_coq(r.formula)]
    assert {f"c_{r.formula.name}" for r in readings if r.target == "c"} <= named
    # a path for NumPy that a tree for C has too is stated there
    assert {name.removeprefix("python_") for name in named} >= {r.formula.name for r in readings} - {
        name.removeprefix("c_") for name in named
    }


def test_names_are_unique_and_every_statement_is_closed_by_one_call() -> None:
    for path, text in TEXTS.items():
        names = re.findall(r"^Theorem (\w+)", text, re.MULTILINE)
        assert len(names) == len(set(names)), path
        assert len(names) == len(re.findall(r"^Proof\. solve_\w+(?: [^.]*)?\. Qed\.$", text, re.MULTILINE)), path
        assert max(map(len, text.splitlines())) <= 120


def test_the_certificate_has_the_coefficients_of_the_kernels() -> None:
    (main,) = [p for p in lowered().polynomials if p.name == certificates.EXPONENTIAL]
    text = TEXTS["coq/Approximation.v"]
    for c in main.coefficients:
        assert f"(* {c.hex()} *)" in text
        (number, power) = re.search(rf":= (-?\d+) \* powerRZ 2 \((-\d+)\)\.  \(\* {re.escape(c.hex())}", text).groups()
        assert int(number) * 2.0 ** int(power) == c


def test_emitting_runs_nothing_of_coq() -> None:
    script = "import sys, derive.pipeline, derive.emit.coq, derive.lower; print('derive.judge' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "False\n"


# --- nothing is assumed ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", SOURCES, ids=[f"{s.library}.{s.name}" for s in SOURCES])
def test_no_file_assumes_what_it_does_not_prove(source: project.Source) -> None:
    assert source.assuming == ()
    assert "SPDX-License-Identifier: MIT" in source.text
    depth = 0  # variables and hypotheses belong to sections only
    for line in source.text.splitlines():
        depth += line.startswith("Section ") - bool(depth and line.startswith("End "))
        assert depth or not re.match(r"(Variables?|Hypothes[ie]s|Context)\b", line), line


@pytest.mark.parametrize(
    "text", ["Axiom a : False.", "Parameter x : R.", "Proof. admit. Admitted.", "Conjecture c : False."]
)
def test_an_assumption_is_found(text: str) -> None:
    assert project.Source("DeriveKL", "X", text).assuming
    assert not project.Source("DeriveKL", "X", f"(* {text} *)").assuming


# --- order and mutants -------------------------------------------------------------------------------------------


def test_what_a_file_requires_comes_before_it() -> None:
    seen: set[tuple[str, str]] = set()
    for source in SOURCES:
        assert set(project.own(source)) <= seen
        seen.add((source.library, source.name))


def test_a_circle_or_a_missing_file_is_refused() -> None:
    a = project.Source("DeriveKL", "A", "From DeriveKL Require Import B.")
    b = project.Source("DeriveKL", "B", "From DeriveKL Require Import A.")
    for sources in ([a, b], [a]):
        with pytest.raises(derive.errors.UsageError):
            project.ordered(sources)


def test_mutants_change_the_conclusion_only() -> None:
    source = next(s for s in SOURCES if s.name == "Theorems")
    found = [m for m in mutants.mutants(source) if m.theorem == "kl_unit_std"]
    assert len(found) > 15
    for mutant in found:
        assert mutant.statement != mutant.original
        assert mutant.statement.startswith("  forall mu std : R,\n  0 < std ->\n")
    values = {m.statement.splitlines()[-1].strip() for m in found}
    assert "(- (1 / 2 * (1 + 2 * ln std - std ^ 2 + mu ^ 2)))" in values  # a sign
    assert "(- (1 / 2 * (1 + 3 * ln std - std ^ 2 - mu ^ 2)))" in values  # a coefficient
    assert "(- (1 / 2 * (1 + 2 * ln mu - std ^ 2 - mu ^ 2)))" in values  # a swapped argument
