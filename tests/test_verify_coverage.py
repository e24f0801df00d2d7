"""What nothing checks fails the run and is named: functions, forms, files, targets, records, words for a bound."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from reduced_copy import reduced_copy

from derive.lower import BOUNDS
from derive.report import Check, Report, Status
from derive.verify import families, targets, verify
from derive.verify.checks import coverage, sweep
from derive.verify.checks.contents import bound_checks
from derive.verify.emitted import MANIFEST, Emitted, Files
from derive.vocabulary.kernel import Role

GENERATED = Path(__file__).resolve().parent.parent / "generated"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Gaussians alone, for C and NumPy; the whole is held by `derive all`."""
    return reduced_copy(tmp_path_factory.mktemp("normal") / "generated", "normal")


@pytest.fixture(scope="module")
def report(folder: Path) -> Report:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sweep, "QUICK", {1: 300, 2: 300, 4: 300})
        return verify(folder, "quick", jobs=1)


@pytest.fixture(scope="module")
def emitted(folder: Path) -> Emitted:
    return Emitted.read(folder)


def faults(emitted: Emitted, checks: tuple[Check, ...]) -> str:
    found = coverage.coverage_checks(GENERATED, emitted, checks, ())
    return "\n".join(check.detail for check in found if check.status is Status.FAILED)


def test_the_emitted_files_are_covered(report: Report, emitted: Emitted) -> None:
    assert faults(emitted, report.checks) == ""
    held = [check for check in report.checks if "every" in check.name]
    assert len(held) >= 5 and all(check.status is Status.PASSED for check in held)


@pytest.mark.parametrize(
    ("left_out", "named"),
    [
        ("kl_unit_std_sum", "derive_kl_unit_std_sumf (binary32, sum): nothing judged it"),
        ("c binary64 kl_unit_std_sum", "c binary64 kl_unit_std_sum is declared proved, and nothing tried it"),
        ("c binary64 kl_normal_var_grad", "derive_kl_normal_var_grad (binary64, scalar): nothing judged it"),
        ("python binary32 expm1mx", "expm1mx (binary32, array): nothing judged it"),
        ("c binary32 log1pmx is correctly rounded", "the check that takes all arguments was not made"),
    ],
)
def test_a_check_that_is_left_out_is_seen(report: Report, emitted: Emitted, left_out: str, named: str) -> None:
    assert named in faults(emitted, tuple(check for check in report.checks if left_out not in check.name))


def test_a_check_of_no_points_is_none(report: Report, emitted: Emitted) -> None:
    name = "c binary64 kl_unit_std_grad"
    checks = [
        Check(c.name, c.status, c.detail, {**(c.figures or {}), "points": 0}) if name in c.name else c
        for c in report.checks
    ]
    assert "derive_kl_unit_std_grad (binary64, scalar): nothing judged it" in faults(emitted, tuple(checks))


@pytest.mark.parametrize(
    ("path", "text", "named"),
    [
        (
            "c/derive_kl.h",
            "\ndouble derive_kl_unit_precision(double mu, double precision);\n",
            "derive_kl_unit_precision",
        ),
        ("c/derive_kl.h", "\nfloat *\nderive_secret(void);\n", "derive_secret"),
        ("c/derive_kl_gamma.h", "double derive_kl_gamma_rate(double rate1, double rate2);\n", "derive_kl_gamma_rate"),
    ],
)
def test_a_function_that_no_record_knows_is_named(
    report: Report, emitted: Emitted, path: str, text: str, named: str
) -> None:
    before = emitted.text(path) if path in emitted.files else ""
    assert f"{named}: no family's record says" in faults(emitted.with_text(path, before + text), report.checks)


def test_a_function_that_is_promised_and_not_there_is_named(report: Report, emitted: Emitted) -> None:
    header = emitted.text("c/derive_kl.h")
    changed = emitted.with_text("c/derive_kl.h", header.replace("derive_kl_unit_std_array(", "derive_kl_unit_std_("))
    assert "derive_kl_unit_std_array: promised, and not there" in faults(changed, report.checks)


def test_a_file_of_two_targets_is_named(report: Report, emitted: Emitted, monkeypatch: pytest.MonkeyPatch) -> None:
    every = targets.targets()
    monkeypatch.setattr(coverage, "targets", lambda: (*every, replace(every[0], name="another")))
    assert f"the targets {every[0].name} and another own it" in faults(emitted, report.checks)


def test_a_hypothesis_that_nothing_measured_is_named(report: Report, emitted: Emitted) -> None:
    assert any(check.name == "hypotheses: np.exp" for check in report.checks)
    left = tuple(check for check in report.checks if check.name != "hypotheses: np.exp")
    assert ", and nothing measured hypotheses: np.exp" in faults(emitted, left)


def test_a_python_function_that_no_record_knows_is_named(report: Report, emitted: Emitted) -> None:
    changed = emitted.with_text("python/kl_gamma.py", "def kl_gamma_rate(rate1, rate2, /):\n    return rate1\n")
    assert "kl_gamma_rate: no family's record says" in faults(changed, report.checks)


def without(monkeypatch: pytest.MonkeyPatch, place: str, keep: Callable[[object], bool]) -> None:
    """A folder of records as if one of its files were not there."""
    module, name = (families, "shipped") if place == "families" else (targets, "targets")
    kept = tuple(record for record in getattr(module, name)() if keep(record))
    monkeypatch.setattr(module, name, lambda: kept)
    if place == "targets":
        monkeypatch.setattr(coverage, "targets", lambda: kept)


def test_a_family_without_its_record_is_named(
    report: Report, emitted: Emitted, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, "families", lambda family: family.name != "normal")  # type: ignore[attr-defined]
    fresh = Emitted(Files(emitted.files))
    assert "kl_unit_std: no family's record says" in faults(fresh, report.checks)
    (check,) = bound_checks(fresh)
    assert check.status is Status.FAILED and "no family's record knows kl_unit_std" in check.detail


@pytest.mark.parametrize("name", ["c", "python"])
def test_a_target_without_its_record_is_named(
    report: Report, emitted: Emitted, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    without(monkeypatch, "targets", lambda target: target.name != name)  # type: ignore[attr-defined]
    assert f"{name}/" in faults(emitted, report.checks)
    assert "no target's record owns it" in faults(emitted, report.checks)


def test_a_subject_that_is_not_emitted_is_named(report: Report, emitted: Emitted) -> None:
    manifest = json.loads(emitted.text(MANIFEST))
    for formats in manifest["bounds"].values():
        for functions in formats.values():
            for name in ("kl_unit_var", "kl_unit_var_grad"):
                del functions[name]
    changed = emitted.with_text(MANIFEST, json.dumps(manifest))
    assert "kl_unit_var: the record of normal has it, and it is not emitted" in faults(changed, report.checks)


@pytest.mark.parametrize(
    ("function", "entry", "named"),
    [
        ("kl_unit_std", {"ulp": 0.5, "established": "believed"}, "no check establishes that"),
        ("kl_unit_std", {"ulp": 0.5, "established": "proved"}, "without the figures of a proof"),
        ("kl_unit_std", {"ulp": 0.5, "established": "proved under hypotheses", "boxes": 1}, "what is supposed"),
        ("kl_unit_std", {"ulp": 0.5, "established": "proved", "boxes": 1, "supposed_exp_ulp": 1}, "what is supposed"),
        ("kl_unit_std", {"ulp": 0.5, "established": "exhaustive"}, "nothing takes all arguments"),
        ("kl_unit_std", {"ulp": 1.5, "established": "tested"}, "the contract is 1"),
        ("kl_unit_std_sum", {"ulp": 3.0, "established": "tested"}, "the contract is 2.5"),
    ],
)
def test_a_word_for_a_bound_needs_what_it_says(emitted: Emitted, function: str, entry: dict, named: str) -> None:  # type: ignore[type-arg]
    manifest = json.loads(emitted.text(MANIFEST))
    manifest["bounds"]["c"]["binary64"][function] = entry
    (check,) = bound_checks(emitted.with_text(MANIFEST, json.dumps(manifest)))
    assert check.status is Status.FAILED and named in check.detail


def test_a_file_that_no_target_owns_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "generated"
    shutil.copytree(GENERATED, folder)
    (folder / "rust").mkdir()
    (folder / "rust" / "kl.rs").write_text("pub fn kl() {}\n")
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["files"]["rust/kl.rs"] = "0"
    (folder / MANIFEST).write_text(json.dumps(manifest))
    found = coverage.coverage_checks(folder, Emitted.read(folder), (), ())
    assert any("rust/kl.rs: no target's record owns it" in check.detail for check in found)


def test_no_more_is_accepted_than_may_be_declared() -> None:
    """The contract stands on either side of the emitted files: verify types its own."""
    for target in targets.targets():
        roles = BOUNDS[target.name]
        for precision, limits in target.limits.items():
            assert limits.value == max(roles[role][precision].ulp for role in (Role.UNARY, Role.VALUE))
            assert limits.gradient == roles[Role.GRADIENT][precision].ulp
