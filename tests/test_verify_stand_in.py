"""Verification has teeth: the usual formulas are refused, and so is every single broken promise."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import verify_stand_in
from verify_stand_in import SUBJECTS

from derive.errors import CheckFailed, UsageError
from derive.report import Report, Status
from derive.verify import verify
from derive.verify.checks.behaviour import python_checks
from derive.verify.checks.contents import contents_checks
from derive.verify.checks.vectors import read_vectors, vector_sets, vectors_chunk, vectors_task
from derive.verify.emitted import C_VECTORS, Emitted
from derive.verify.targets.python import PythonModules

FUNCTIONS = [function for subject in SUBJECTS for function in subject.functions]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("stand-in")
    verify_stand_in.write(path)
    return path


@pytest.fixture(scope="module")
def report(folder: Path) -> Report:
    return verify(folder, "quick", jobs=2)


def failed(report: Report) -> dict[str, str]:
    return {check.name: check.detail for check in report.failed}


@pytest.mark.parametrize("language", ["c", "python"])
def test_the_usual_formulas_fail_in_every_scale(report: Report, language: str) -> None:
    names = failed(report)
    for pair in ("unit", "normal"):
        for scale in ("std", "var", "logstd", "logvar"):
            for precision in ("binary64", "binary32"):
                detail = names[f"{language} {precision} kl_{pair}_{scale}"]
                assert "exceeded at value(" in detail
    assert not report.ok


def test_each_kind_of_failure_is_named(report: Report) -> None:
    names = failed(report)
    assert "negative at (" in names["python binary32 kl_normal_logvar"]
    assert "0 where the exact value is not" in names["c binary64 kl_unit_std"]
    assert "returns ndarray" in names["python: scalars give NumPy scalars"]
    assert "sets errno" in names["c: errno is left alone"]
    assert "c binary64 kl_unit_logvar against the defining integral" in names
    for precision in ("binary64", "binary32"):
        assert " elements from (" in names[f"c {precision} kl_unit_logvar_sum"]


def test_what_is_right_about_the_stand_in_passes(report: Report) -> None:
    passed = {check.name for check in report.checks if check.status is Status.PASSED}
    assert {"manifest", "expected results of vectors.csv", "c: n = 0 touches nothing"} <= passed
    assert "closed form against the defining integral" in passed


def rewrite(folder: Path, source: Path, path: str, change: tuple[str, str]) -> Path:
    files = {name: (source / name).read_text() for name in json.loads((source / "manifest.json").read_text())["files"]}
    assert change[0] in files[path]
    files[path] = files[path].replace(*change, 1)
    verify_stand_in.write_files(folder, files)
    return folder


def test_a_changed_an_extra_and_a_missing_file(folder: Path, tmp_path: Path) -> None:
    verify_stand_in.write(tmp_path)
    assert all(check.status is Status.PASSED for check in contents_checks(tmp_path))
    (tmp_path / "c" / "derive_kl.h").write_text("/* 1999-12-31 */")
    (tmp_path / "c" / "extra.c").write_text("/* /home/someone/derive */")
    (tmp_path / "c" / "selftest.c").unlink()
    manifest, mentions = contents_checks(tmp_path)
    for fault in ("c/selftest.c is missing", "c/extra.c is not in the manifest", "c/derive_kl.h has another digest"):
        assert fault in manifest.detail
    assert "c/derive_kl.h: '1999-12-31'" in mentions.detail
    assert "c/extra.c: '/home/s'" in mentions.detail


def test_a_wrong_vector_is_found(folder: Path) -> None:
    text = (folder / "c" / "vectors.csv").read_text()
    rows = read_vectors(text)
    assert not any(s.wrong for s in vector_sets(rows, FUNCTIONS))
    row = next(row for row in rows if row.function == "kl_normal_std_grad")
    off = row._replace(expected=(*row.expected[:3], row.expected[3] * (1 + 2.0**-52)))
    wrong = [s.wrong for s in vector_sets([off if r is row else r for r in rows], FUNCTIONS) if s.wrong]
    assert len(wrong) == 1
    assert f"line {row.line}: kl_normal_std_grad is" in wrong[0][0]


def test_a_wrong_row_fails_and_so_does_a_function_that_is_off_at_a_row(tmp_path: Path) -> None:
    verify_stand_in.write(tmp_path, bound=16.0)  # the usual formulas are within it on these rows
    emitted = Emitted.read(tmp_path)
    rows = emitted.text(C_VECTORS).splitlines()
    number = next(n for n, row in enumerate(rows) if row.startswith("kl_unit_std,binary64,"))
    rows[number] = rows[number].replace("0x1.8000000000000p+0", "0x1.9000000000000p+0")  # the standard deviation
    source = emitted.text("python/kl_normal.py").replace("exp(x) - 1 - x", "exp(x) - x")
    changed = emitted.with_text(C_VECTORS, "\n".join(rows)).with_text("python/kl_normal.py", source)
    said = []
    for files in (emitted, changed):
        task = vectors_task(files, None)
        found = task.conclude([chunk() for chunk in task.chunks])
        said.append({check.name: check.detail for check in found if check.status is Status.FAILED})
    assert said[0] == {}
    assert set(said[1]) == {"expected results of vectors.csv", "python against vectors.csv"}
    assert said[1]["expected results of vectors.csv"].startswith(f"line {number + 1}: kl_unit_std is 0x1.")
    assert said[1]["python against vectors.csv"].startswith("python binary32 expm1mx: ")
    with pytest.raises(CheckFailed, match="no row for kl_unit_std in binary64"):
        vectors_chunk(emitted.with_text(C_VECTORS, "\n".join([*rows[:number], *rows[number + 1 :]])), None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("function,precision\nkl_unit_std,binary64,0x1p0\n", "line 2"),
        ("function,precision\n# remark\nkl_unit_cov,binary64,0x1p0\n", "line 3"),
        ("function,precision\nexpm1mx,binary16,0x1p0,,,,0x1p0\n", "wrong format"),
    ],
)
def test_an_unreadable_table_is_named(text: str, message: str) -> None:
    with pytest.raises(CheckFailed, match=message):
        read_vectors(text)


def test_a_warning_in_the_python_file_fails() -> None:
    source = verify_stand_in.python_source().replace("np.errstate(all='ignore')", "np.errstate()")
    details = [
        check.detail
        for check in python_checks(PythonModules({"python/kl_normal.py": source}), SUBJECTS)
        if check.status is Status.FAILED
    ]
    assert any("FloatingPointError" in detail for detail in details)


def test_a_missing_file_and_a_missing_bound_are_errors(tmp_path: Path) -> None:
    with pytest.raises(CheckFailed, match=r"cannot read .*manifest\.json"):
        verify(tmp_path, "quick")
    verify_stand_in.write(tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    del manifest["bounds"]["c"]["binary32"]["log1pmx"]
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(CheckFailed, match=r"declares no bound: KeyError\('log1pmx'\)"):
        Emitted.read(tmp_path)


def test_bad_requests(folder: Path) -> None:
    with pytest.raises(UsageError, match="no level"):
        verify(folder, "thorough")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="0 jobs"):
        verify(folder, "quick", jobs=0)


def test_a_crash_of_the_emitted_code_is_a_failure_and_not_the_end(folder: Path, tmp_path: Path) -> None:
    """Whatever ran in the worker that died fails with a line that says so."""
    crash = (
        "void derive_expm1mx_array(size_t n, const double *x, double *out)\n{",
        "void derive_expm1mx_array(size_t n, const double *x, double *out)\n{\n    *(volatile char *)1 = 0;",
    )
    report = verify(rewrite(tmp_path, folder, "c/derive_kl.c", crash), "quick", jobs=1)
    died = [check for check in report.failed if "a worker process was ended by signal 11" in check.detail]
    assert 0 < len(died) < len(report.failed)
    assert any(check.name.startswith("python") for check in report.checks if check.status is Status.PASSED)


def test_a_bound_wider_than_the_contract_is_refused(report: Report) -> None:
    assert "c binary64 kl_unit_std declares 8 ulp, the contract is 1" in failed(report)["declared bounds"]
