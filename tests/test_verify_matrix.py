"""Compilers: every build clean and bit for bit alike; what is missing is reported, never passed over."""

from __future__ import annotations

from pathlib import Path

import pytest
import verify_stand_in

from derive.campaign.tasks import Campaign, Task, guarded
from derive.errors import MissingTool
from derive.report import Status
from derive.verify import verify
from derive.verify.checks import matrix, sweep
from derive.verify.checks.behaviour import behaviour_task
from derive.verify.emitted import Emitted
from derive.verify.targets.compiled import Compiled, library
from derive.verify.targets.compilers import COMPILERS, NO_CLONES, Build, find, first_compiler

GENERATED = Path(__file__).parent.parent / "generated"


def run(task: Task):  # type: ignore[no-untyped-def]
    return task.conclude([chunk() for chunk in task.chunks])


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Emitted:
    folder = tmp_path_factory.mktemp("stand-in")
    verify_stand_in.write(folder)
    return Emitted.read(folder)


@pytest.fixture
def no_tools(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


def needs(compiler: str) -> None:
    try:
        find(compiler)
    except MissingTool as error:
        pytest.skip(error.message)


@pytest.mark.parametrize("compiler", COMPILERS)
def test_all_builds_give_the_same_bits_without_a_warning(compiler: str, small: Path) -> None:
    """Of one family; `derive verify --full` builds all of them."""
    needs(compiler)
    emitted = Emitted.read(small)
    (check,) = run(matrix.matrix_task(emitted, compiler, Build(first_compiler(), "C99", ("-O1", NO_CLONES))))
    assert check.status is Status.PASSED, check.detail
    assert len(check.figures["builds"]) == 7


@pytest.mark.parametrize("compiler", COMPILERS)
def test_warnings_refusals_and_selftest(compiler: str) -> None:
    needs(compiler)
    emitted = Emitted.read(GENERATED)
    checks = [*run(matrix.clean_task(emitted, compiler)), *run(matrix.selftest_task(emitted, compiler, False))]
    assert [check for check in checks if check.status is not Status.PASSED] == []


@pytest.mark.parametrize("compiler", COMPILERS)
def test_selftest_under_the_sanitizers(compiler: str, small: Path) -> None:
    """Of one family, too."""
    needs(compiler)
    (result,) = (guarded(chunk) for chunk in matrix.selftest_task(Emitted.read(small), compiler, True).chunks)
    if isinstance(result, MissingTool):
        pytest.skip(result.message)
    assert [check.detail for check in result if check.status is not Status.PASSED] == []


def test_the_matrix_covers_what_it_must() -> None:
    builds = matrix.builds("gcc")
    flags = {(build.language, " ".join(build.flags)) for build in builds}
    for optimisation in ("-O0", "-O2", "-O3 -march=native"):
        for language in ("C99", "C++17"):
            assert any(language == a and b.startswith(optimisation) for a, b in flags)
        assert {b.split("-ffp-contract=")[1].split()[0] for _, b in flags if b.startswith(optimisation)} == {
            "fast",
            "off",
        }
    for warning in ("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror"):
        assert all(warning in build.flags for build in builds)


def test_other_bits_under_contraction_are_found(stand_in: Emitted) -> None:
    needs("gcc")
    (check,) = run(matrix.matrix_task(stand_in, "gcc", Build("gcc", "C99", ("-O1",))))
    assert check.status is Status.FAILED
    assert "gives other bits than" in check.detail


@pytest.mark.parametrize(
    ("change", "failing"),
    [
        (("#error", "#pragma message"), "-ffast-math is refused"),
        (("return (double)(exp(x) - 1 - x)", "int y; return (double)(exp(x) - 1 - x)"), "C99 without a warning"),
        (("void derive_expm1mx_array(", "int *class; void derive_expm1mx_array("), "C++17 without a warning"),
    ],
)
def test_each_refusal_and_warning_is_seen(stand_in: Emitted, change: tuple[str, str], failing: str) -> None:
    text = stand_in.text("c/derive_kl.c")
    assert change[0] in text
    changed = stand_in.with_text("c/derive_kl.c", text.replace(*change, 1))
    failed = [
        check.name for check in run(matrix.clean_task(changed, first_compiler())) if check.status is Status.FAILED
    ]
    assert any(failing in name for name in failed)


def test_a_refusal_for_another_reason_is_none(stand_in: Emitted) -> None:
    text = stand_in.text("c/derive_kl.c")
    changed = stand_in.with_text("c/derive_kl.c", text.replace("#error", "int an error =", 1))
    failed = {check.name: check.detail for check in run(matrix.clean_task(changed, first_compiler()))}
    assert failed[f"{first_compiler()}: -ffast-math is refused"].startswith("derive_kl.c, for another reason: ")


def test_a_selftest_that_does_not_compile_fails(stand_in: Emitted) -> None:
    changed = stand_in.with_text("c/selftest.c", "int main(void)\n{\n    return nothing;\n}\n")
    (check,) = run(matrix.selftest_task(changed, first_compiler(), False))
    assert check.status is Status.FAILED
    assert check.detail.startswith("does not compile: ")


@pytest.mark.parametrize("linked", [False, True])
def test_a_failing_selftest_is_seen(stand_in: Emitted, linked: bool) -> None:
    changed = stand_in.with_text("c/selftest.c", "int main(void)\n{\n    return 3;\n}\n")
    compiled = Compiled(Build(first_compiler(), "C99", ("-O0",)))
    alone = matrix.selftest_task(changed, first_compiler(), False)
    (check,) = run(matrix.linked_selftest_task(changed, compiled) if linked else alone)
    assert (check.status, check.detail.split(":")[0]) == (Status.FAILED, "exit code 3")


def test_a_read_past_the_end_is_seen_by_the_sanitizers(stand_in: Emitted) -> None:
    source = "int main(int n, char **v)\n{\n    int a[2] = {0, 0};\n    return a[n + 1] + (v == 0);\n}\n"
    (chunk,) = matrix.selftest_task(stand_in.with_text("c/selftest.c", source), first_compiler(), True).chunks
    result = guarded(chunk)
    if isinstance(result, MissingTool):
        pytest.skip(result.message)
    assert result[0].status is Status.FAILED


@pytest.mark.usefixtures("no_tools")
def test_without_a_compiler_the_c_is_not_checked_and_says_so(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "QUICK", {1: 50, 2: 50, 4: 50})
    folder = tmp_path_factory.mktemp("stand-in")
    verify_stand_in.write(folder)
    report = verify(folder, "quick", jobs=1)
    compiles, judged = report.not_checked
    assert (compiles.name, judged.name) == (
        "the emitted C compiles",
        "c: every public function is judged in every format and form",
    )
    assert "no C compiler" in compiles.detail and "a tool is missing" in judged.detail
    assert not any(check.name.startswith("c ") for check in report.checks)
    assert any(check.name.startswith("python ") for check in report.checks)
    demanding = verify(folder, "quick", jobs=1, require_tools=True)
    assert [c.name for c in demanding.failed if "every tool is required" in c.detail] == [compiles.name]


@pytest.mark.usefixtures("no_tools")
@pytest.mark.parametrize("compiler", COMPILERS)
def test_each_missing_compiler_is_reported_in_words(stand_in: Emitted, compiler: str) -> None:
    for required, status in ((False, Status.NOT_CHECKED), (True, Status.FAILED)):
        for task in (matrix.clean_task(stand_in, compiler), matrix.selftest_task(stand_in, compiler, True)):
            check = finished(task, required)
            assert check.status is status
            assert f"{compiler} is not on this machine" in check.detail


def test_a_worker_takes_the_library_within_its_reach_and_no_other(stand_in: Emitted, tmp_path: Path) -> None:
    build = Build(first_compiler(), "C99", ("-O0",))
    compiled = Compiled.of(stand_in, build, tmp_path)
    load = library.__wrapped__
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(tmp_path))
        assert load(stand_in, compiled).language == "c"
        Path(compiled.place).write_bytes(b"something else")
        for elsewhere in (compiled, Compiled(build, str(tmp_path / "nowhere"), compiled.digest), Compiled(build)):
            with pytest.raises(MissingTool, match="is not on this machine"):
                load(stand_in, elsewhere)
    assert load(stand_in, Compiled(build)).language == "c"


@pytest.mark.usefixtures("no_tools")
def test_a_worker_without_a_compiler_leaves_its_task_unchecked(stand_in: Emitted) -> None:
    check = finished(behaviour_task(stand_in, Compiled(Build("gcc", "C99", ("-O0", "-DNEVER_COMPILED")))), False)
    assert (check.name, check.status) == ("calling conventions", Status.NOT_CHECKED)
    assert check.detail == "gcc is not on this machine"


def finished(task: Task, required: bool):  # type: ignore[no-untyped-def]
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as executor:
        campaign = Campaign(executor, require_tools=required)
        (check,) = campaign.finish(campaign.start(task)).checks
    return check
