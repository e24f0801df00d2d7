"""`derive audit` in a project: what its pyproject.toml settles, what has changed since a commit, repairs of files."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import pytest

from derive.audit.files import Found
from derive.audit.findings import audit_file
from derive.audit.repairs import repaired
from derive.audit.run import Audited, audit_files
from derive.campaign.results import decode, encode
from derive.cli import run

ROOT = Path(__file__).parents[1]
FACTOR = "-0.5 * torch.sum(1 + 2 * logvar - mu.pow(2) - logvar.exp())"
RIGHT = "-0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())"
POWER = "-0.5 * torch.sum(1 + logvar - mu - logvar.exp(), dim=1).mean()"
SQUARED = "-0.5 * torch.sum(1 + logvar - mu**2 - logvar.exp(), dim=1).mean()"


class Inline:
    """In the place of worker processes: what they return still travels as data."""

    def __init__(self, *limits: object) -> None:
        pass

    def __enter__(self) -> Inline:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def submit(self, function: Callable[..., object], *arguments: object) -> Future[object]:
        future: Future[object] = Future()
        future.set_result(decode(json.loads(json.dumps(encode(function(*arguments))))))
        return future


@pytest.fixture(autouse=True)
def _without_processes(monkeypatch):
    monkeypatch.setattr("derive.audit.run.Workers", Inline)


def write(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def found(capsys: pytest.CaptureFixture[str], *arguments: object) -> list[str]:
    capsys.readouterr()
    run(["audit", *map(str, arguments)])
    return [line.partition(": ")[0] for line in capsys.readouterr().out.splitlines()]


# --- what a project has settled ------------------------------------------------------------------------------------


def test_settings(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a.py", "tests/b.py", "third/c.py", "third/deep/d.py"):
        write(tmp_path / name, f"kl = {FACTOR}\nkl = -torch.sum(1 + log_sigma - mu.pow(2) - log_sigma.exp())\n")
    assert len(found(capsys, ".")) == 8
    table = (
        '[tool.derive.audit]\nignore = ["DK01"]\nexclude = ["third/deep/"]\nper-file-ignores = {"tests/*" = ["ALL"]}'
    )
    write(tmp_path / "pyproject.toml", table)
    assert found(capsys, ".") == ["a.py:1:6", "third/c.py:1:6"]
    assert found(capsys, "tests") == found(capsys, "tests/b.py") == []
    assert found(capsys, "third/deep/d.py") == ["third/deep/d.py:1:6"]  # a file that is named is read
    assert found(capsys, "--select", "DK010", ".") == ["a.py:2:6", "third/c.py:2:6"]
    write(tmp_path / "pyproject.toml", '[tool.derive.audit]\nselect = ["DK021"]')
    assert found(capsys, "a.py") == ["a.py:2:6"]
    assert found(capsys, "--ignore", "DK021", "a.py") == []
    write(tmp_path / "third" / "pyproject.toml", '[project]\nname = "x"')  # says nothing of audits: the one above holds
    assert found(capsys, "third/c.py") == ["third/c.py:2:6"]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('[tool.derive.audit]\nexcludes = ["a"]', "there is no key 'excludes'"),
        ('[tool.derive.audit]\nselect = "DK003"', "select must be a list of strings"),
        ('[tool.derive.audit]\nignore = ["DK9"]', "ignore: there is no code 'DK9'"),
        ('[tool.derive.audit]\nper-file-ignores = ["DK003"]', "per-file-ignores must be a table"),
        ('[tool.derive.audit.per-file-ignores]\n"a*" = ["XX"]', "a*: there is no code 'XX'"),
        ("[tool.derive]\naudit = 3", "it must be a table"),
        ("[tool.derive.audit", "cannot read"),
        ("[tool.derive.audit]\nignore = DK003", "strings stand in quotes, as in per-file-ignores = {"),
        ('[tool.derive.audit]\nignore = "DK003"', 'ignore = ["DK010"]; of some files: per-file-ignores = {'),
        ('[tool.derive.audit.per-file-ignores]\n"a*" = "DK003"', 'in per-file-ignores: "a*" = ["DK010"]'),
    ],
)
def test_settings_that_are_refused(table, said, tmp_path, capsys):
    write(tmp_path / "a.py", "x = 1\n")
    write(tmp_path / "pyproject.toml", table)
    assert run(["audit", str(tmp_path)]) == 2
    assert said in capsys.readouterr().err


def test_the_formulas_of_this_project_that_are_wrong_on_purpose():
    files = [ROOT / "proofs" / "wrong_scale.py", *(ROOT / "tests" / f"test_{k}.py" for k in ("shapes", "example_vae"))]
    assert run(["audit", *map(str, files)]) == 0


# --- what has changed ------------------------------------------------------------------------------------------------


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@b", *arguments], check=True)


def notebook(*cells: str) -> str:
    code = [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]
    return json.dumps({"cells": [{"cell_type": "markdown", "source": ["#"]}, *code], "nbformat": 4}, indent=1) + "\n"


def test_only_what_has_changed_is_reported(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    git(tmp_path, "init", "-q")
    long = "kl = -0.5 * torch.sum(\n    1\n    + logvar\n    {}- mu.pow(2)\n    - logvar.exp()\n)\n"
    steps = "kl = 1 + {}logvar - mu.pow(2) - logvar.exp()\nprint(mu)\nkl = -0.5 * kl.sum()\n"
    sampler = "kl = " + RIGHT + "\n\n\nz = mu + {}torch.exp({}logvar) * eps\n"
    write(tmp_path / "old.py", f"kl = {FACTOR}\n")
    write(tmp_path / "long.py", long.format("+ logvar\n    "))
    write(tmp_path / "steps.py", steps.format(""))
    named = "k = 1 + log_sigma - mu.pow(2){} - log_sigma.exp()\nprint(mu)\nkl = -0.5 * k.sum()\n"
    write(tmp_path / "named.py", named.format(""))
    write(tmp_path / "gone.py", "kl = (\n    1\n    + logvar\n    - mu.pow(2)\n    - logvar.exp()\n) * -0.5\n")
    write(tmp_path / "z.py", sampler.format("", "0.5 * "))
    write(tmp_path / "µ.py", f"kl = {RIGHT}\n")
    write(tmp_path / "n.ipynb", notebook(f"kl = {FACTOR}", "x = 1", f"kl = {RIGHT}"))
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "first")
    assert run(["audit", "--since", "HEAD", "."]) == 0
    assert "nothing" not in capsys.readouterr().err
    write(tmp_path / "old.py", f"\n\nkl = {FACTOR}\nx = 1\n")
    write(tmp_path / "long.py", long.format("+ logvar\n    ").replace("    1\n", "    1.0\n"))
    write(tmp_path / "steps.py", steps.format("2 * "))
    write(tmp_path / "named.py", named.format(" "))
    write(tmp_path / "gone.py", "kl = (\n    1\n    + logvar\n    - logvar.exp() - mu\n) * -0.5\n")
    write(tmp_path / "z.py", sampler.format("", ""))
    write(tmp_path / "µ.py", f"kl = {FACTOR}\n")
    write(tmp_path / "new.py", f"kl = {POWER}\n")
    write(tmp_path / "n.ipynb", notebook(f"kl = {FACTOR}", "y = 1\nx = 1", f"kl = {FACTOR}"))
    expected = [
        "gone.py:1:6",
        "long.py:1:6",
        "n.ipynb:cell 3:1:6",
        "named.py:3:6",
        "new.py:1:6",
        "steps.py:1:6",
        "z.py:1:6",
        "µ.py:1:6",
    ]
    assert found(capsys, "--since", "HEAD", ".") == expected
    assert found(capsys, "--since", "HEAD", "old.py") == []
    git(tmp_path, "mv", "old.py", "renamed.py")
    assert "renamed.py:3:6" not in found(capsys, "--since", "HEAD", ".")


def test_what_cannot_be_compared(tmp_path, capsys):
    file = write(tmp_path / "a" / "a.py", "x = 1\n")
    assert run(["audit", "--since", "HEAD", str(file)]) == 2
    assert "is in no git repository" in capsys.readouterr().err
    git(tmp_path, "init", "-q")
    for ref in ("HEAD", "--output=x"):
        assert run(["audit", "--since", ref, str(tmp_path)]) == 2
        assert f"has no commit {ref}" in capsys.readouterr().err
    assert run(["audit", "--since", "HEAD", "-"]) == run(["audit", "--fix", "-"]) == 2


# --- repairs ---------------------------------------------------------------------------------------------------------


def test_repairs_of_files(tmp_path, capsysbinary):
    windows = write(tmp_path / "a.py", f"# µ\r\nk = 'µ', {FACTOR}\r\nkl = {POWER}\r\n")
    latin = write(tmp_path / "b.py", f"# coding: latin-1\nx = '\xe9'; kl = {POWER}\n".encode("latin-1"))
    mark = write(tmp_path / "c.py", b"\xef\xbb\xbf" + f"kl = {FACTOR}  # noqa\nkl = {FACTOR}\n".encode())
    cells = write(tmp_path / "d.ipynb", notebook(f"%time x\n!ls\nkl = {FACTOR}", "x"))
    os.chmod(latin, 0o640)
    (tmp_path / "link.py").symlink_to(mark)
    before = {path: path.read_bytes() for path in (windows, latin, mark, cells)}
    assert run(["audit", "--diff", str(tmp_path)]) == 1
    shown = capsysbinary.readouterr().out.decode("latin-1")
    assert f"-kl = {FACTOR}\n+kl = {RIGHT}\n" in shown
    assert {path: path.read_bytes() for path in before} == before
    assert run(["audit", "--fix", str(tmp_path)]) == 0
    for path, data in before.items():
        text = data.decode("latin-1").replace(FACTOR, RIGHT).replace(POWER, SQUARED)
        assert path.read_bytes() == text.replace(f"{RIGHT}  # noqa", f"{FACTOR}  # noqa").encode("latin-1")
    assert (latin.stat().st_mode & 0o777, (tmp_path / "link.py").is_symlink()) == (0o640, True)
    assert len(list(tmp_path.iterdir())) == 5


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("old.py", f'kl = {FACTOR}\nprint "kl", kl\n'),  # Python 2
        ("n.ipynb", notebook(f"kl = {FACTOR}", "def f(:")),  # an error of syntax in another cell
        ("n.ipynb", notebook(f"kl = {FACTOR}").replace(": ", " :   ")),  # no usual layout
        ("s.py", "kl = 0.5 * torch.sum(torch.exp(2 * s) + m**2 - 1 - s)\n"),  # s may be either logarithm
        ("t.py", "z = mu + torch.exp(logvar) * eps\nkl = -0.5*(1 + 2*logvar - mu**2 - torch.exp(logvar))\n"),  # DK011
    ],
)
def test_what_is_left_to_people(name, text, tmp_path):
    file = write(tmp_path / name, text)
    assert run(["audit", "--fix", str(tmp_path)]) == 1
    assert file.read_text() == text


@pytest.mark.parametrize("indent", [1, 2, 4, "\t", None])
@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize("end", ["", "\n"])
def test_a_notebook_keeps_its_layout(indent, ascii_only, end, tmp_path):
    def written(formula: str) -> str:
        document = {"cells": [{"cell_type": "code", "source": f"# µ\nkl = {formula}"}], "nbformat": 4}
        return json.dumps(document, indent=indent, ensure_ascii=ascii_only) + end

    file = write(tmp_path / "n.ipynb", written(FACTOR))
    assert run(["audit", "--fix", str(file)]) == 0
    assert file.read_text() == written(RIGHT)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--fix", "-"], "standard input has no place"),
        (["--diff", "-"], "standard input has no place"),
        (["--since", "HEAD", "-"], "standard input has no place"),
        (["--json", "--format", "sarif", "a.py"], "--json and --format exclude each other"),
        (["--diff", "--json", "a.py"], "--diff prints a patch and nothing else"),
        (["--diff", "--format", "github", "a.py"], "--diff prints a patch and nothing else"),
        (["empty"], "there is no Python file or notebook"),
        (["bad.py"], "nothing was read\n"),
    ],
)
def test_what_is_asked_for_and_cannot_be(options, said, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "a.py", f"kl = {FACTOR}\n")
    write(tmp_path / "bad.py", "def f(:\n")
    (tmp_path / "empty").mkdir()
    assert run(["audit", *options]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("formulas", "options", "said"),
    [
        ([FACTOR], [], "1 finding in 1 file; `derive explain DK002` says more; `--fix` repairs up to 1"),
        ([FACTOR, POWER], [], "2 findings in 2 files; `derive explain DK002` says more; `--fix` repairs up to 2"),
        ([FACTOR, RIGHT], ["--diff"], "1 finding in 2 files; `derive explain DK002` says more\n"),
        ([FACTOR, POWER], ["--fix"], "repaired 2; look at the change"),
        ([RIGHT, f"{RIGHT}\nkl2 = {RIGHT}"], [], "no findings: 3 KL terms in 2 files read\n"),
        (["3"], [], "no findings: 0 KL terms in 1 file read\n"),
    ],
)
def test_the_last_line_counts(formulas, options, said, tmp_path, capsys):
    for number, formula in enumerate(formulas):
        write(tmp_path / f"m{number}.py", f"kl = {formula}\n")
    run(["audit", *options, str(tmp_path)])
    assert capsys.readouterr().err.startswith(said)


@pytest.mark.parametrize("options", [["--json"], ["--format", "github"], ["--format", "sarif"], ["-q"], ["--diff"]])
def test_nothing_is_said_where_nobody_reads_it(options, tmp_path, capsys):
    write(tmp_path / "m.py", f"kl = {RIGHT}\n")
    assert run(["audit", *options, str(tmp_path)]) == 0
    assert capsys.readouterr().err == ""
    write(tmp_path / "m.py", f"kl = {FACTOR}\n")
    assert run(["-q", "audit", str(tmp_path)]) == 1
    assert capsys.readouterr().err == ""


def test_a_weight_of_a_term_is_reported_and_left_as_it_is(tmp_path, capsys):
    file = write(tmp_path / "m.py", "kl = -0.5 * torch.sum(1 + logvar - 0.1*mu.pow(2) - logvar.exp())\n")
    before = file.read_text()
    assert run(["audit", "--select", "DK001", "--fix", str(file)]) == 1
    assert "; write: " in capsys.readouterr().out
    assert file.read_text() == before


def test_a_patch_names_a_file_as_tools_take_it(tmp_path, capsys, monkeypatch):
    file = write(tmp_path / "here" / "m.py", f"kl = {FACTOR}\n")
    for folder, name in ((tmp_path, "here/m.py"), (tmp_path / "here", "m.py"), ("/", str(file).lstrip("/"))):
        monkeypatch.chdir(folder)
        assert run(["audit", "--diff", str(file)]) == 1
        assert capsys.readouterr().out.startswith(f"--- a/{name}\n+++ b/{name}\n")


PATCHED = {
    "a.py": f"x = 1\r\nkl = {FACTOR}\r\n",
    "b.py": f"\ufeffkl = {FACTOR}",
    "c.py": f"x = 'a\u2028b'\n\x0c\nkl = {FACTOR}",
    "d e.py": f"kl = {FACTOR}\n",
    "f.ipynb": notebook(f"%time x\nkl = {FACTOR}"),
}


@pytest.mark.parametrize("name", PATCHED)
def test_a_patch_does_what_the_repair_does(name, tmp_path, monkeypatch, capsysbinary):
    file = write(tmp_path / name, PATCHED[name])
    monkeypatch.chdir(tmp_path)
    subprocess.run(["git", "init", "-q", "."], check=True)
    assert run(["audit", "--diff", "."]) == 1
    write(tmp_path / "p.patch", capsysbinary.readouterr().out)
    subprocess.run(["git", "apply", "p.patch"], check=True)
    patched = file.read_bytes()
    write(file, PATCHED[name])
    assert run(["audit", "--fix", "."]) == 0
    assert file.read_bytes() == patched


def test_a_patch_holds_nothing_that_a_terminal_or_a_runner_obeys(tmp_path, capsys):
    write(tmp_path / "a.py", f"'''\n  ::error::\n\x1b[2J \x9b2J ##[error]\n'''\nkl = {FACTOR}\n")
    assert run(["audit", "--diff", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert "2J" in out and all(c.isprintable() or c == "\n" for c in out) and "##[" not in out
    assert not any(line[1:].lstrip().startswith("::") for line in out.splitlines())


COMMENTED = FACTOR.replace("2 * logvar", "(2  # twice\n* logvar)")


@pytest.mark.parametrize(
    ("text", "mode", "said"),
    [
        (f"kl = {FACTOR}\n", 0o444, "m.py: not repaired: it may not be written to"),
        (f"import torch\nkl = {COMMENTED}\n", 0o644, "1 finding in 1 file"),
    ],
)
def test_what_would_be_lost_is_left_as_it_is(text, mode, said, tmp_path, capsys):
    file = write(tmp_path / "m.py", text)
    file.chmod(mode)
    assert run(["audit", "--fix", str(file)]) == 1
    captured = capsys.readouterr()
    assert said in captured.err and captured.out.count("\n") == 1
    assert "write: kl = -0.5 * torch.sum(1 + " in captured.out
    assert (file.read_text(), file.stat().st_mode & 0o777) == (text, mode)


def test_a_formula_of_several_lines_keeps_its_comments(tmp_path):
    text = "kl = -0.5 * torch.sum(  # KL\n    1 + {}logvar  # log\n    - mu.pow(2) - logvar.exp(),\n    dim=1)\n"
    file = write(tmp_path / "m.py", text.format("2 * "))
    assert run(["audit", "--fix", str(file)]) == 0
    assert file.read_text() == text.format("")


def test_links_and_names(tmp_path, capsys):
    """What a link leads to may lie anywhere; a name may hold the lines of a patch."""
    target = write(tmp_path / "elsewhere" / "a.py", f"kl = {FACTOR}\n")
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "link.py").symlink_to(target)
    assert run(["audit", "--fix", str(folder)]) == 1
    assert "link.py: not repaired: a link" in capsys.readouterr().err
    assert target.read_text() == f"kl = {FACTOR}\n"
    write(folder / "x\n+++ y.py", f"kl = {FACTOR}\n")
    assert run(["audit", "--diff", str(folder)]) == 1
    out = capsys.readouterr().out
    assert [line[:3] for line in out.splitlines()] == ["---", "+++", "@@ ", "-kl", "+kl"]


def test_a_file_that_changes_while_it_is_read_is_left_alone(tmp_path):
    from derive.audit.repairs import write as put
    from derive.errors import UsageError

    file = write(tmp_path / "a.py", f"kl = {FACTOR}\n")
    findings, _, _, _ = audit_file(Found(file), frozenset(["DK002"]))
    rewritten, said = repaired(Found(file), findings, findings)
    assert rewritten is not None and not said
    file.write_text("x = 1\n")
    with pytest.raises(UsageError, match="has changed"):
        put(rewritten)
    assert file.read_text() == "x = 1\n"


@pytest.mark.parametrize(("files", "jobs"), [(0, 1), (1, 1), (32, 1), (33, 2), (500, 3)])
def test_few_files_are_read_by_one_worker_and_many_by_one_on_each_processor(
    files: int, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    class Counted(Inline):
        def __init__(self, jobs: int, *limits: object) -> None:
            asked.append(jobs)

        def submit(self, function: Callable[..., object], /, *args: object) -> Future[object]:
            return super().submit(Audited)

    monkeypatch.setattr("derive.audit.run.Workers", Counted)
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    assert len(list(audit_files([(Found(Path(f"{number}.py")), ()) for number in range(files)]))) == files
    assert asked == [jobs]
