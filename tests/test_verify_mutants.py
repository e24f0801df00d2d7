"""Mutation: which tokens change and how, and that the quick checks catch what breaks the contract."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from derive.campaign.isolation import isolated
from derive.errors import CheckFailed, UsageError
from derive.report import Status
from derive.verify.mutants.mutate import mutants_of
from derive.verify.mutants.mutation import _score, mutants, spread
from derive.verify.mutants.trial import CAUGHT, EQUIVALENT, INVALID, SURVIVED, Verdict

GENERATED = Path(__file__).parent.parent / "generated"


def changes(text: str, path: str = "c/derive_kl.c") -> set[tuple[str, str]]:
    return {(mutant.before, mutant.after) for mutant in mutants_of(text, path)}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("x = 0x1.8p+0;", {("0x1.8p+0", "0x1.9p+0"), ("0x1.8p+0", "0x1.8p+1"), ("0x1.8p+0", "0x1.8p-1")}),
        ("x = 0x1.fp-3;", {("0x1.fp-3", "0x1.ep-3")}),
        ("x = HEX(0x1.fp-3, 0.2421875);", {("0x1.fp-3", "0x1.ep-3")}),
        ("x = 0.5 * y;", {("0.5", "1.5"), ("0.5", "0.6"), ("*", "/")}),
        ("x = a + b * c;", {("+", "-"), ("+ b * c", ""), ("*", "/")}),
        ("x = a - f(b + c) * d[1];", {("-", "+"), ("- f(b + c) * d[1]", ""), ("+ c", "")}),
        ("x = -a;", {("-", "")}),
        ("x = (a < b) & (c >= d);", {("<", "<="), ("<", ">"), ("&", "|"), (">=", ">"), (">=", "<=")}),
        ("r = fast_two_sum(a, b);", {("a, b", "b, a")}),
        ("r = fma(a, g(b, c), d);", {("g(b, c), d", "d, g(b, c)"), ("b, c", "c, b"), ("d", "0.0")}),
        ("u = 0x7ffu >> 52;", {("0x7ffu", "0x7f0u"), (">>", "<<"), ("52", "62"), ("52", "53")}),
    ],
)
def test_mutations_of_c(text: str, wanted: set[tuple[str, str]]) -> None:
    assert wanted <= changes(text)


def test_neither_parameters_nor_a_call_without_arguments_are_exchanged() -> None:
    assert "double y, int x" not in {after for _, after in changes("double f(int x, double y);")}
    assert changes("f();") == set()


def test_an_exchange_that_changes_nothing_is_no_mutant() -> None:
    assert changes("x = two_sum(a, b);") == changes("x = equal(a, b);") == set()
    assert changes("x = fma(a, b, c);") == {("b, c", "c, b"), ("c", "0.0")}


def test_comments_strings_and_preprocessor_lines_are_left_alone() -> None:
    text = "/* a + b */ // c - d\n"
    text += '#define X (1 + 2) \\\n  * 3\nconst char *s = "4 + 5";\n'
    text += "double f(const double *a, double *b);\n"
    assert changes(text) == set()


def test_mutations_of_python() -> None:
    text = '"""a + b, 0.5"""\n# c - d\nx = float.fromhex("0x1.8p-1") * y  # z + 1\ny -= np.where(a < b, c, d)\n'
    got = changes(text, "python/kl_normal.py")
    assert {('"0x1.8p-1"', '"0x1.9p-1"'), ("*", "/"), ("-=", "+="), ("<", ">"), ("c, d", "d, c")} <= got
    assert not any("a + b" in before for before, _ in got)


@pytest.mark.parametrize("path", ["c/derive_kl.c", "python/kl_normal.py"])
def test_mutants_of_the_emitted_files_are_distinct_and_apply_where_they_say(path: str) -> None:
    text = (GENERATED / path).read_text()
    every = mutants_of(text, path)
    assert len(every) > 300
    assert {mutant.kind for mutant in every} == {"digit", "dropped term", "operator", "sign", "swapped arguments"}
    assert len({mutant.apply(text) for mutant in every[::7]}) == len(every[::7])
    assert every == mutants_of(text, path)
    for mutant in every[::13]:
        changed = mutant.apply(text)
        assert changed != text
        assert changed.splitlines()[: mutant.line - 1] == text.splitlines()[: mutant.line - 1]


def test_a_sample_is_spread_over_the_file() -> None:
    numbers = list(range(100))
    assert spread(numbers, 4) == [12, 37, 62, 87]  # type: ignore[arg-type, comparison-overlap]
    assert spread(numbers, 200) == numbers  # type: ignore[arg-type, comparison-overlap]


def test_isolation_survives_a_crash_and_an_exit() -> None:
    import os
    import signal

    assert isolated(lambda: 7) == 7
    assert isolated(lambda: os.kill(os.getpid(), signal.SIGKILL)) == "crashes with exit code -9"
    assert isolated(lambda: os._exit(3)) == "crashes with exit code 3"


def test_what_is_said_in_isolation_as_it_crashes_is_not_printed(capfd: pytest.CaptureFixture[str]) -> None:
    import os

    assert isolated(lambda: os.write(2, b"corrupted heap")) == 14
    assert capfd.readouterr().err == ""


def test_isolation_ends_an_endless_loop() -> None:
    assert "does not finish within 0.2 s" in isolated(lambda: time.sleep(60), 0.2)


def test_a_sample_of_mutants_is_caught() -> None:
    report = mutants(GENERATED, sample=24, jobs=2)
    # Of a file with few of them none need break the contract, which is said and fails: here they are counted together.
    for check in report.checks:
        assert check.figures[SURVIVED] == 0, check.detail
    assert sum(check.figures[CAUGHT] for check in report.checks) >= 6  # type: ignore[misc]
    assert sum(check.figures[EQUIVALENT] for check in report.checks) < 20  # type: ignore[misc]


def test_weak_checks_let_mutants_survive(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With almost no points in quick, mutants that break the contract survive and are listed."""
    monkeypatch.setattr("derive.verify.mutants.trial.Trial.quick_fault", lambda self, changed, library: "")
    monkeypatch.setattr("derive.verify.mutants.trial.LARGE", 2000)
    with ThreadPoolExecutor(1) as here:  # workers of another process would not be patched
        report = mutants(small, sample=12, executor=here)
    survivors = [survivor for check in report.failed for survivor in check.figures["survivors"]]  # type: ignore[attr-defined]
    assert survivors
    assert all(":" in survivor for survivor in survivors)


@pytest.mark.parametrize(
    ("fates", "status", "said"),
    [
        ([CAUGHT, EQUIVALENT, INVALID], Status.PASSED, "1 of 1 mutants that break the contract are caught (100.0%)"),
        ([CAUGHT] * 3 + [SURVIVED], Status.FAILED, "3 of 4 mutants that break the contract are caught (75.0%)"),
        ([EQUIVALENT, INVALID], Status.FAILED, "0 of 0 mutants"),
    ],
)
def test_a_file_of_which_no_mutant_is_caught_fails_as_with_a_survivor(
    fates: list[str], status: Status, said: str
) -> None:
    first = mutants_of("x = a + b;", "c/derive_kl.c")[0]
    (check,) = _score("c/derive_kl.c", [[Verdict(first, fate, "")] for fate in fates])
    assert check.status is status
    assert check.detail.startswith(said)


def test_bad_requests_and_a_broken_original(tmp_path: Path) -> None:
    import verify_stand_in

    with pytest.raises(UsageError):
        mutants(GENERATED, sample=0)
    verify_stand_in.write(tmp_path)
    with pytest.raises(CheckFailed, match="the original fails"):
        mutants(tmp_path, sample=1)
