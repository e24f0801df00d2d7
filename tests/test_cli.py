"""The contract of the command: exit status, streams, errors.

The stages are stand-ins; tests/test_isolation.py runs the real ones.
"""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

import derive
from derive import checkout, pipeline, publish, requirements
from derive.cli import SUBCOMMANDS, run
from derive.errors import CheckFailed, MissingTool, UsageError
from derive.report import Check, Report, Status

PASSED = Check("hex vectors", Status.PASSED, "all of them")
FAILED = Check("closed form", Status.FAILED, "9 ulp at (1, 2)")
SKIPPED = Check("clang", Status.NOT_CHECKED, "clang is not installed")
MANIFEST = b'{"generator": "derive-kl", "files": {"python/kl_normal.py": "", "new.txt": ""}}'
FILES = {"manifest.json": MANIFEST, "python/kl_normal.py": b"x = 1\n"}


@dataclass
class Stages:
    """What the stand-in stages give."""

    files: dict[str, bytes]
    report: Report
    prove: Callable[[], None] = lambda: None


@pytest.fixture
def stages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stages:
    given = Stages(dict(FILES), Report.of([PASSED, SKIPPED]))
    theorem = SimpleNamespace(id="kl-unit", title="The unit pair", steps=("a step",))
    checked = (SimpleNamespace(theorem=theorem, digest="0123"),)

    def build(*, proofs: Path | None = None, progress: Callable[[str], None]) -> SimpleNamespace:
        given.prove()
        progress("proved kl-unit")
        return SimpleNamespace(checked=checked, files=given.files, read=Report())

    monkeypatch.setattr(pipeline, "build", build)
    monkeypatch.setattr(pipeline, "verify_files", lambda _files, **_options: given.report)
    monkeypatch.chdir(tmp_path)
    return given


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


# --- all ---------------------------------------------------------------------------------------------------------


def test_all_writes_and_says_what_and_what_is_not_checked(
    stages: Stages, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["all"]) == 0
    assert tree(tmp_path / "generated") == FILES
    out, err = capsys.readouterr()
    assert "new      python/kl_normal.py\n" in out
    assert "1 of 2 checks passed, 0 failed, 1 not checked" in out
    assert "not checked: the Gaussian integral itself is quoted" in out
    assert "proved kl-unit" in err
    assert "not checked: clang: clang is not installed\n" in out
    assert "proved kl-unit" not in out


def test_all_twice_changes_nothing(stages: Stages, capsys: pytest.CaptureFixture[str]) -> None:
    run(["all"])
    capsys.readouterr()
    assert run(["all", "-q"]) == 0
    out, err = capsys.readouterr()
    assert "none of which changed" in out
    assert err == ""


@pytest.mark.parametrize("place", [["-q", "all"], ["all", "-q"]])
def test_quiet_stands_before_or_after_the_subcommand(
    stages: Stages, capsys: pytest.CaptureFixture[str], place: list[str]
) -> None:
    assert run(place) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("option", ["--check", "--diff"])
def test_a_stale_folder_fails_the_check_and_is_left_alone(
    stages: Stages, tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    run(["all"])
    assert run(["all", option]) == 0
    (tmp_path / "generated" / "stray.txt").write_text("mine\n")
    stages.files["python/kl_normal.py"] = b"x = 2\n"
    before = tree(tmp_path / "generated")
    capsys.readouterr()
    assert run(["all", option]) == 1
    out, err = capsys.readouterr()
    assert tree(tmp_path / "generated") == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["generated"]
    if option == "--diff":
        assert (
            "--- a/generated/python/kl_normal.py\n+++ b/generated/python/kl_normal.py\n@@ -1 +1 @@\n-x = 1\n+x = 2"
            in out
        )
        assert "-mine" in out
    else:
        assert "stale    python/kl_normal.py\norphan   stray.txt\n" in out
    assert "is stale: 1 changed (python/kl_normal.py), 1 orphan (stray.txt)\n" in err
    assert "hint: move stray.txt elsewhere, which derive did not write, and mend it with `derive all`\n" in err
    assert run(["all", "-q"]) == 2
    assert "holds files that derive did not write: stray.txt\n" in capsys.readouterr().err
    assert tree(tmp_path / "generated") == before
    (tmp_path / "generated" / "stray.txt").unlink()
    assert run(["all", "--check"]) == 1
    assert "hint: mend it with `derive all`\n" in capsys.readouterr().err
    assert run(["all", "-q"]) == 0
    assert tree(tmp_path / "generated") == stages.files


def test_a_file_that_came_during_the_run_is_not_lost(stages: Stages, tmp_path: Path) -> None:
    run(["all", "-q"])
    stages.files["python/kl_normal.py"] = b"x = 2\n"
    (tmp_path / "generated" / "thesis.tex").write_text("years of work")
    with pytest.raises(UsageError, match=r"did not write: thesis\.tex"):
        pipeline.publish(SimpleNamespace(files=stages.files), stages.report, tmp_path / "generated")
    assert tree(tmp_path / "generated") == FILES | {"thesis.tex": b"years of work"}


def test_a_failed_verification_publishes_nothing(
    stages: Stages, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["all"])
    stages.files["python/kl_normal.py"] = b"x = 2\n"
    stages.report = Report.of([PASSED, FAILED])
    assert run(["all", "-q"]) == 1
    err = capsys.readouterr().err
    assert tree(tmp_path / "generated") == FILES
    assert "failed: closed form: 9 ulp at (1, 2)" in err
    assert "derive: verification failed: closed form" in err
    with pytest.raises(CheckFailed):
        pipeline.publish(SimpleNamespace(files=stages.files), stages.report, tmp_path / "generated")


def test_the_json_document_is_all_of_stdout(stages: Stages, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["all", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["ok"] is True
    assert document["changes"]["missing"] == sorted(FILES)
    assert document["theorems"] == [{"id": "kl-unit", "digest": "0123", "steps": 1}]
    assert "clang: clang is not installed" in document["not_checked"]
    stages.files["new.txt"] = b""
    assert run(["all", "--json", "--check"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["ok"] is False
    assert document["changes"] == {"changed": [], "missing": ["new.txt"], "orphan": []}


def test_who_stands_in_the_folder_is_told_to_enter_the_new_one(
    stages: Stages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["all", "-q"])
    stages.files["new.txt"] = b""
    monkeypatch.chdir(tmp_path / "generated")
    assert run(["all", "--out", str(tmp_path / "generated")]) == 0
    assert 'enter the new one with cd "$PWD"' in capsys.readouterr().err
    monkeypatch.chdir(tmp_path)


def test_out_writes_elsewhere_and_spares_what_is_not_ours(
    stages: Stages, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["all", "--out", "there"]) == 0
    assert tree(tmp_path / "there") == FILES
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "thesis.tex").write_text("")
    assert run(["all", "--out", "home"]) == 2
    assert "holds files that derive did not write" in capsys.readouterr().err
    (tmp_path / "home" / "manifest.json").write_text('{"manifest_version": 3}')
    assert run(["all", "--out", "home"]) == 2
    assert tree(tmp_path / "home").keys() == {"thesis.tex", "manifest.json"}
    assert run(["all", "--out", "no/such"]) == 2
    (tmp_path / "file").write_text("")
    assert run(["all", "--out", "file"]) == 2


def test_interrupted_in_the_middle_the_folder_is_whole(
    stages: Stages, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["all"])

    def interrupt() -> None:
        raise KeyboardInterrupt

    stages.prove = interrupt
    assert run(["all"]) == 130
    assert tree(tmp_path / "generated") == FILES
    assert sorted(p.name for p in tmp_path.iterdir()) == ["generated"]
    assert capsys.readouterr().err.endswith("derive: interrupted\n")


def test_a_run_beside_another_is_refused_at_once(stages: Stages, tmp_path: Path) -> None:
    lines = "import sys; from pathlib import Path; from derive.publish import claim\n"
    lines += "with claim(Path('generated')): print('held', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", lines]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tmp_path) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        other.stdout.readline()
        assert run(["all"]) == 2
        other.stdin.close()
    assert run(["all"]) == 0


# --- errors ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (CheckFailed("kl-unit, step 3: refuted at sigma = 2", "look there"), 1),
        (UsageError("no", "look there"), 2),
        (MissingTool("no C compiler", "look there"), 2),
    ],
)
def test_an_error_is_one_line_and_a_hint(
    stages: Stages, capsys: pytest.CaptureFixture[str], error: CheckFailed, status: int
) -> None:
    def fail() -> None:
        raise error

    stages.prove = fail
    assert run(["all", "-q"]) == status
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"derive: {error.message}\nhint: look there\n")
    assert run(["all", "-q", "--json"]) == status
    assert json.loads(capsys.readouterr().out) == {"ok": False, "error": error.message, "hint": "look there"}


def test_a_defect_shows_its_trace_and_is_no_verdict(stages: Stages, capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise ZeroDivisionError("inside")

    stages.prove = fail
    assert run(["all"]) == 2
    assert "ZeroDivisionError: inside" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["al"], "derive: there is no command 'al'\nhint: did you mean `derive all`?\n"),
        (["zzz"], "derive: there is no command 'zzz'\nhint: `derive -h` names them all\n"),
        (["all", "--nope"], "derive: no such option '--nope'\nhint: `derive all -h` shows the usage\n"),
        (["verify", "/no/such"], "derive: there is no folder /no/such\n"),
        (["verify", ".", "--sample", "3"], "derive: --sample goes with --mutants\n"),
        (["verify", ".", "--mutants", "--quick"], "derive: --quick, --full, --mutants and --hunt are four runs\n"),
        (["all", "--jobs", "0"], "derive: invalid value for '--jobs'"),
        # a path would be the folder that one is in, and a choice none
        (["audit", ""], "derive: `derive audit` was given an empty text\nhint: say what is meant"),
        (["audit", ".", "--since", ""], "derive: `derive audit` was given an empty text after --since\n"),
        (["audit", ".", "--since="], "derive: `derive audit` was given an empty text after --since\n"),
        (["vendor", "c", ""], "derive: `derive vendor` was given an empty text\n"),
    ],
)
def test_bad_usage(capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(message)


def test_an_unknown_name_is_answered_with_suggestions(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError) as caught:
        pipeline.known("kl-unt", ["kl-unit", "kl-normal", "cost"])
    assert caught.value.message == "there is no theorem or claim 'kl-unt'"
    assert "kl-unit" in caught.value.hint
    with pytest.raises(UsageError, match="no theorem") as caught:
        pipeline.known("qqqqq", ["kl-unit"])
    assert caught.value.hint == "`derive list` names them all"


@pytest.mark.parametrize(
    ("name", "version", "wanted"),
    [
        ("sympy", "1.14.0", ""),
        ("sympy", "1.14.9", ""),
        ("sympy", "1.13.3", "sympy<1.15,>=1.14"),
        ("sympy", "1.15rc1", "sympy<1.15,>=1.14"),
        ("mpmath", "1.4.0", "mpmath<1.4,>=1.3"),
        ("click", "8.1.8", "click>=8.2"),
        ("numpy", "1.26.4", "numpy>=2.0"),
        ("numpy", "2.0.0", ""),
        ("python-flint", "0.7.1", "python-flint"),
    ],
)
def test_a_dependency_outside_of_its_range_is_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str, version: str, wanted: str
) -> None:
    installed = requirements.metadata.version
    monkeypatch.setattr(requirements.metadata, "version", lambda n: version if n == name else installed(n))
    if not wanted:
        requirements.require_dependencies()
        return
    with pytest.raises(UsageError) as caught:
        requirements.require_dependencies()
    assert caught.value.message.startswith(f"{name} {version} is installed, outside {wanted}")
    assert "pip install" in caught.value.hint


# --- verify ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("report", "status"), [(Report.of([PASSED, SKIPPED]), 0), (Report.of([FAILED]), 1)])
def test_verify_says_what_passed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], report: Report, status: int
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(pipeline, "verify", lambda *args, **_options: asked.append(args) or report)
    assert run(["verify", "--full", "--json", str(tmp_path)]) == status
    assert json.loads(capsys.readouterr().out)["checks"][0]["name"] == report.checks[0].name
    assert run(["verify", str(tmp_path)]) == status
    assert asked == [(tmp_path, "full"), (tmp_path, "quick")]


def test_missing_tools_are_failures_where_they_are_required(monkeypatch: pytest.MonkeyPatch) -> None:
    for value, required in [("1", True), ("0", False), ("", False)]:
        monkeypatch.setenv("DERIVE_REQUIRE_TOOLS", value)
        assert pipeline.tools_required() is required


# --- where generated/ lies ---------------------------------------------------------------------------------------


@pytest.fixture
def other_checkout(tmp_path: Path) -> Path:
    (tmp_path / "clone" / "derive").mkdir(parents=True)
    (tmp_path / "clone" / "pyproject.toml").write_text('[project]\nname = "derive-kl"\n')
    return tmp_path / "clone"


def test_generated_is_that_of_the_checkout_one_stands_in(other_checkout: Path, tmp_path: Path) -> None:
    assert checkout.default_folder(other_checkout / "derive") == other_checkout / "generated"
    assert checkout.default_folder(tmp_path) == tmp_path / "generated"
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "another"\n')
    assert checkout.default_folder(tmp_path) == tmp_path / "generated"
    assert checkout.find_checkout(tmp_path) is None
    assert checkout.is_generated(other_checkout / "generated")
    assert not checkout.is_generated(tmp_path / "generated")
    assert not checkout.is_generated(other_checkout / "derive")


def test_an_installed_derive_refuses_to_regenerate_a_checkout(
    stages: Stages, monkeypatch: pytest.MonkeyPatch, other_checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(other_checkout)
    assert run(["all"]) == 2
    err = capsys.readouterr().err
    assert "not from the checkout" in err
    assert "pip install -e ." in err
    assert not (other_checkout / "generated").exists()
    assert run(["all", "--out", "../elsewhere"]) == 0


# --- the process -------------------------------------------------------------------------------------------------


def command(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "derive", *arguments], capture_output=True, text=True, timeout=60, **options
    )


@pytest.mark.parametrize("name", [None, *SUBCOMMANDS])
def test_every_subcommand_has_help(name: str | None, capsys: pytest.CaptureFixture[str]) -> None:
    for option in ("-h", "--help"):
        assert run([*filter(None, [name]), option]) == 0
    assert "Usage: derive" in capsys.readouterr().out


def test_help_and_version_import_nothing_heavy() -> None:
    script = (
        "import sys; from derive.cli import run; run(['--help']); run(['all', '-h']); run(['verify', '-h'])\n"
        "run(['list', '-h']); print({'sympy', 'numpy', 'mpmath', 'flint', 'distributed'} & set(sys.modules))"
    )
    run_ = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert run_.stdout.endswith("set()\n")
    assert command("--version").stdout == f"derive {derive.__version__}\n"


def test_a_reader_that_leaves_early_is_no_verdict_and_no_trace() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "derive", "--help"], stdout=writer, stderr=subprocess.PIPE, timeout=60, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize(
    ("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_colour_on_a_terminal_only_and_never_with_no_color(environment: dict[str, str], coloured: bool) -> None:
    assert "\x1b[" not in command("zzz").stderr
    keep = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "TERM")}
    reader, writer = pty.openpty()
    try:
        subprocess.run(
            [sys.executable, "-m", "derive", "zzz"],
            stderr=writer,
            env={**keep, "TERM": "xterm", **environment},
            timeout=60,
        )
        assert (b"\x1b[" in os.read(reader, 4096)) is coloured
    finally:
        os.close(reader)
        os.close(writer)


def test_a_terminal_without_greek_gets_escapes_instead_of_a_crash() -> None:
    done = command("σ", env={**os.environ, "PYTHONIOENCODING": "latin-1"})
    assert done.returncode == 2
    assert "derive: there is no command '\\u03c3'" in done.stderr


def test_recovery_comes_before_every_look_at_the_folder(stages: Stages, tmp_path: Path) -> None:
    run(["all", "-q"])
    (tmp_path / ".generated.derive").mkdir()
    (tmp_path / ".generated.derive" / "lock").touch()
    (tmp_path / "generated").rename(tmp_path / ".generated.derive" / "new")
    assert run(["all", "--check", "-q"]) == 0
    assert tree(tmp_path / "generated") == FILES
    assert publish.compare(stages.files, tmp_path / "generated") == publish.Changes()
