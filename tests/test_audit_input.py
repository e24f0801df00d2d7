"""What `derive audit` is given: names that are commands, files that are none, more than it may take."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from derive import untrusted
from derive.audit import findings, reading
from derive.audit.files import Found
from derive.cli import run
from derive.identify.read.python.expression import Reader
from derive.identify.read.tree import symbols

WRONG = "kld = -0.5 * torch.sum(1 + 2 * logvar - mu.pow(2) - logvar.exp())\n"
DEEP = "kl = " + "softplus(" * 40 + "x" + ")" * 40 + " + mu**2 + log(s)\n"


def derive(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "derive", *arguments], capture_output=True, text=True, timeout=120, **options
    )


# --- faults of the reader ----------------------------------------------------------------------------------------

RIGHT = "-0.5 * torch.sum(1 + {0} - mu.pow(2) - {0}.exp())"


@pytest.mark.parametrize("error", [RecursionError, ZeroDivisionError, KeyError])
def test_a_fault_in_one_formula_is_told_and_the_others_are_read(error, tmp_path, monkeypatch):
    known = reading.identify_tree

    def fails(tree, *arguments, **options):
        if "bad" in symbols(tree):
            raise error("no matter")
        return known(tree, *arguments, **options)

    monkeypatch.setattr(reading, "identify_tree", fails)
    file = tmp_path / "model.py"
    file.write_text(f"def f(mu, bad):\n    return {RIGHT.format('bad')}\n\n\n{WRONG}")
    found, skipped, read, terms = findings.audit_file(Found(file), {"DK002"})
    assert skipped == [f"{file}:2: skipped: internal error, {error.__name__}"]
    assert ([f.line for f in found], read, terms) == ([5], True, 1)


def test_a_fault_in_one_function_is_told_and_the_others_are_read(tmp_path, monkeypatch):
    known = Reader.read

    def fails(reader, node):
        if getattr(node, "id", "") == "bad":
            raise RecursionError
        return known(reader, node)

    monkeypatch.setattr(Reader, "read", fails)
    file = tmp_path / "model.py"
    file.write_text(f"def f(mu, logvar):\n    {WRONG}    x = 1 + mu\n    return bad\n\n\n{WRONG}")
    found, skipped, _, _ = findings.audit_file(Found(file), {"DK002"})
    assert skipped == [f"{file}:3: the rest of the function skipped: internal error, RecursionError"]
    assert [f.line for f in found] == [2, 7]


# --- names -------------------------------------------------------------------------------------------------------

NAMES = {
    "annotation": "x\n::error file=x::y.py",
    "carriage return": "x\r::error file=x::y.py",
    "in front": "::error file=x::y.py",
    "old form": "a##[error]y.py",
    "escape": "a\x1b[2J\x1b]0;title\x07.py",
    "control of eight bits": "a\x9b2J.py",
    "right to left": "a\u202eyp.exe.py",
    "line separator": "a\u2028b.py",
    "no text": os.fsdecode(b"a\xff\xfe.py"),
    "percent": "a%0A::error::b.py",
    "properties": "a,line=9::b:c.py",
}


@pytest.mark.parametrize("style", [[], ["--format", "github"], ["--format", "sarif"], ["--json"]], ids=str)
def test_a_name_is_text_in_every_format(style: list[str], tmp_path: Path) -> None:
    for name in NAMES.values():
        (tmp_path / name).write_text(WRONG)
        (tmp_path / ("2" + name)).write_text("def f(:\n")
    done = derive("audit", *style, ".", cwd=tmp_path, env={**os.environ, "PYTHONUTF8": "1"})
    assert done.returncode == 1, done.stderr
    for stream in (done.stdout, done.stderr):
        assert all(c.isprintable() or c == "\n" for c in stream), stream
        assert "##[" not in stream
        for line in stream.splitlines():
            assert not line.lstrip().startswith("::") or line.startswith("::warning "), line
    if style == ["--json"]:
        assert {finding["path"] for finding in json.loads(done.stdout)["findings"]} == set(NAMES.values())
    elif "github" in style:
        for line in done.stdout.splitlines():
            properties = line.removeprefix("::warning ").partition("::")[0].split(",")
            assert [p.partition("=")[0] for p in properties] == ["file", "line", "col", "title"]
        assert "file=a%250A%3A%3Aerror%3A%3Ab.py" in done.stdout  # a percent sign is one, not the end of a line
    elif "sarif" in style:
        assert len(sarif(json.loads(done.stdout))["results"]) == len(NAMES)
    else:
        assert len(done.stdout.splitlines()) == len(NAMES)
    assert style in (["--json"], ["--format", "sarif"]) or len(done.stderr.splitlines()) == len(NAMES) + 1


def sarif(document: dict) -> dict:
    """What the format demands of a document, as far as we use it."""
    assert document["version"] == "2.1.0"
    (only,) = document["runs"]
    rules = [rule["id"] for rule in only["tool"]["driver"]["rules"]]
    for result in only["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert all(c.isascii() and c.isprintable() and c != " " for c in place["artifactLocation"]["uri"])
        assert place.get("region", {"startLine": 1})["startLine"] >= 1
    return only


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b/c.py", "a%20b/c.py"),
        ("/there/é.py", "file:///there/%C3%A9.py"),
        ("http:x.py", "http%3Ax.py"),
        ("not \udcff text.py", "not%20%FF%20text.py"),
        ("notebook.ipynb \ud800", "notebook.ipynb%20%ED%A0%80"),
    ],
)
def test_every_name_has_a_reference(path: str, uri: str) -> None:
    """Of bytes that are no text too, as the system gives them, and of half of a letter, of which no file's name is."""
    assert untrusted.uri(path) == uri


@pytest.mark.parametrize(
    ("write", "text", "written"),
    [
        (untrusted.line, "µ\n\t\x1b.py", r"µ\n\t\x1b.py"),
        (untrusted.lines, "µ\n\t\x1b.py", "µ\n\t\\x1b.py"),
        (untrusted.github_value, "µ:,%\r\n\x1b.py", r"µ%3A%2C%25%0D%0A\x1b.py"),
        (untrusted.github_message, "µ:,%\r\n\x1b.py", r"µ:,%25%0D%0A\x1b.py"),
        (untrusted.as_json, "µ\n\x9b.py", r'"µ\n\u009b.py"'),
    ],
)
def test_what_is_printable_stays_as_it_is(write: Callable[[str], str], text: str, written: str) -> None:
    assert write(text) == written


def test_sarif_says_where_and_what_was_not_read(tmp_path: Path) -> None:
    (tmp_path / "a b.py").write_text("# é\nx = 'é'; " + WRONG)
    (tmp_path / "n.ipynb").write_text(json.dumps({"cells": [{"cell_type": "code", "source": WRONG}]}))
    (tmp_path / "bad.py").write_text("def f(:\n")
    only = sarif(json.loads(derive("audit", "--format", "sarif", ".", cwd=tmp_path).stdout))
    script, cell = (result["locations"][0] for result in only["results"])
    assert script["physicalLocation"]["artifactLocation"]["uri"] == "a%20b.py"
    assert script["physicalLocation"]["region"] == {"startLine": 2, "startColumn": 16}  # letters, not bytes
    assert cell["logicalLocations"] == [{"name": "cell 1, line 1"}]
    (said,) = only["invocations"][0]["toolExecutionNotifications"]
    assert said["message"]["text"].startswith("bad.py: skipped: line 1")
    assert derive("audit", "--json", "--format", "sarif", ".", cwd=tmp_path).returncode == 2


# --- what is no file, or no text ---------------------------------------------------------------------------------


def test_standard_input_and_pipes_are_read(tmp_path: Path) -> None:
    for path in ("-", "/dev/stdin", "/dev/fd/0"):
        done = derive("audit", path, input=WRONG)
        assert (done.returncode, done.stdout.count("DK002")) == (1, 1), done.stderr
    pipe = tmp_path / "pipe.py"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_text(WRONG))
    writer.start()
    assert derive("audit", str(pipe)).returncode == 1
    writer.join()


def test_a_closed_standard_input_and_a_loop_of_links_are_told(tmp_path: Path) -> None:
    for arguments in ("audit -", "identify --file -"):
        command = f"exec {sys.executable} -m derive {arguments} <&-"
        done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr.partition("\n")[0]) == (2, "derive: standard input is closed")
    (tmp_path / "loop").symlink_to("loop")
    done = derive("audit", "loop", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("derive: cannot look at loop: ")


def test_what_is_not_read_is_said_and_the_rest_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "good.py").write_text(WRONG)
    os.mkfifo(tmp_path / "pipe.py")
    os.mkfifo(tmp_path / ".gitignore")
    (tmp_path / "gone.py").symlink_to(tmp_path / "nowhere")
    (tmp_path / "round.py").symlink_to("round.py")
    (tmp_path / "again").symlink_to(tmp_path)  # a folder that leads back is not entered
    (tmp_path / "deep.py").write_text(DEEP)
    assert run(["audit", str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    assert out.count("DK002") == 1
    assert f"{tmp_path}/pipe.py: skipped: no regular file\n" in err
    assert f"{tmp_path}/gone.py: skipped: No such file or directory\n" in err
    assert f"{tmp_path}/round.py: skipped: Too many levels of symbolic links\n" in err
    assert "/again/" not in out + err


def test_nothing_read_is_no_clean_bill(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", str(tmp_path)]) == 2
    assert "derive: nothing was read: there is no Python file or notebook\n" in capsys.readouterr().err
    (tmp_path / "bad.py").write_text("def f(:\n")
    assert run(["audit", str(tmp_path)]) == 2
    assert "derive: nothing was read\n" in capsys.readouterr().err
    (tmp_path / "good.py").write_text("x = 1\n")
    assert run(["audit", str(tmp_path)]) == 0


def test_a_name_that_no_file_can_have_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("x" * 300, "x/" * 3000):
        assert run(["audit", name]) == 2
        err = capsys.readouterr().err
        assert "Traceback" not in err
        assert err.startswith("derive: cannot look at ")


def test_a_folder_that_may_not_be_looked_at_costs_itself_alone(tmp_path: Path) -> None:
    (tmp_path / "good.py").write_text(WRONG)
    (tmp_path / "shut").mkdir()
    (tmp_path / "shut" / "x.py").write_text(WRONG)
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "x.py").write_text(WRONG)
    (tmp_path / "shut").chmod(0)
    (tmp_path / "half").chmod(0o444)
    for folder in (tmp_path, *list(tmp_path.parents)[:-2]):
        folder.chmod(folder.stat().st_mode | 0o055)
    script = "import os, sys; from pathlib import Path; from derive.audit.files import found\n"
    script += "os.geteuid() or os.seteuid(65534)\nfor f in found([Path(sys.argv[1])]): print(f.path.name, f.unread)"
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, timeout=60)
    for folder in ("shut", "half"):
        (tmp_path / folder).chmod(0o755)
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["good.py ", "x.py Permission denied", "shut Permission denied"]


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_every_kind_of_line_end_is_read(end: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = f"import torch\n\ndef f(mu, logvar):\n    {WRONG}    return kld\n"
    (tmp_path / "m.py").write_bytes(source.replace("\n", end).encode())
    assert run(["audit", str(tmp_path)]) == 1
    assert f"{tmp_path}/m.py:4:11: DK002" in capsys.readouterr().out


@pytest.mark.parametrize("declared", ["UTF_8", "utf-8", "UTF8", "Latin_1", "iso_8859_15", "shift_jis"])
def test_an_encoding_is_known_by_all_its_spellings(declared: str, tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(f"# coding: {declared}\n{WRONG}")
    assert run(["audit", str(tmp_path)]) == 1


def test_a_file_is_reported_once_by_whatever_paths_it_is_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "m.py").write_text(WRONG)
    (tmp_path / "link.py").symlink_to("m.py")
    run(["audit", str(tmp_path), str(tmp_path / "m.py"), f"{tmp_path}/deep/../m.py", str(tmp_path / "link.py")])
    assert capsys.readouterr().out.count("DK002") == 1


# --- too much ----------------------------------------------------------------------------------------------------


def test_a_file_that_takes_too_much_is_given_up_and_the_others_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from derive.audit import run as audit_run

    monkeypatch.setattr(audit_run, "WORK_SECONDS", 0.05)  # less than the mathematics takes to be imported
    (tmp_path / "a.py").write_text(WRONG)
    (tmp_path / "b.py").write_text(WRONG)
    assert run(["audit", str(tmp_path)]) == 2
    err = capsys.readouterr().err
    assert len(re.findall(r"given up: (computes for more than 0.05|does not finish within 0.3) s\n", err)) == 2
