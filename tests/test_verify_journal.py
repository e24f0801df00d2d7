"""Stopping and resuming: what is in the journal is not computed again, and the report is the same to the byte."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from executors import Here, gone, wait_until

from derive.campaign.journal import Journal, digest
from derive.campaign.results import decode, encode
from derive.campaign.tasks import Campaign, Task
from derive.errors import CheckFailed, MissingTool, UsageError
from derive.report import Check, Report, Status
from derive.verify import verify
from derive.verify.checks import sweep
from derive.verify.checks.sweep import Outcome
from derive.verify.mutants.mutate import Mutant
from derive.verify.mutants.mutation import mutants
from derive.verify.mutants.trial import Verdict

#: One family alone; the fixture below makes it.
GENERATED = Path()

#: `derive verify --quick` on few points, which names its workers on stderr as soon as the first chunk is finished, and
#: waits to be stopped when so many are.
COMMAND = """
import sys, time
from derive import cli
from derive.cli.counter import Counter
from derive.campaign.workers import Workers
from derive.verify.checks import sweep
sweep.QUICK = {1: 300, 2: 300, 4: 300}
pools = []
begin = Workers.__init__
def noted(self, *arguments):
    begin(self, *arguments)
    pools.append(self)
Workers.__init__ = noted
def advance(self, done, total):
    if done == 1:
        print("workers", *pools[0].processes, file=sys.stderr, flush=True)
    if done == WAITS_AT:
        time.sleep(60)
Counter.advance = advance
cli.main(sys.argv[1:])
"""


@pytest.fixture(autouse=True)
def one_family(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "GENERATED", small)


def command(journal: Path, waits_at: int = 0) -> list[str]:
    code = COMMAND.replace("WAITS_AT", str(waits_at))
    return [sys.executable, "-c", code, "verify", "--json", "--jobs", "2", "--journal", str(journal), str(GENERATED)]


def as_text(report: Report) -> str:
    return json.dumps(report.as_json(), allow_nan=False)


# --- results as data ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        None,
        "σ",
        (1, True, -0.0, 0.1, float("inf"), ("deep",)),
        {"a": (1.5,), "b": {}},
        Check("name", Status.NOT_CHECKED, "detail", {"points": 3, "worst_ulp": 0.5}),
        Outcome("c", "binary64", "expm1mx", 10, float("inf"), "value(0x1p+0)", ("one", "two")),
        Verdict(Mutant("c/derive_kl.c", 3, "digit", 10, "0x1p+0", "0x1p+1"), "caught", "by a check"),
    ],
)
def test_a_result_comes_back_from_json_as_it_was(value: object) -> None:
    assert repr(decode(json.loads(json.dumps(encode(value), allow_nan=False)))) == repr(value)


def test_errors_keep_their_kind() -> None:
    for error in (MissingTool("no anvil"), CheckFailed("it is broken")):
        back = decode(encode(error))
        assert (type(back), back.message) == (type(error), error.message)
    assert type(decode(encode(UsageError("no such level")))) is CheckFailed


@pytest.mark.parametrize("value", [{1, 2}, 1j, b"bytes", print, Task("t", (), list)])
def test_what_is_no_data_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="is not among the results that are data"):
        encode(value)


@pytest.mark.parametrize(
    "data",
    [
        {"Task": {"name": "t"}},
        {"Outcome": {"language": "c"}},
        {"Status": "perhaps"},
        {"Check": 3, "Status": "passed"},
        {},
    ],
)
def test_what_no_result_is_written_as_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match="no result of a chunk"):
        decode(data)


# --- the file ----------------------------------------------------------------------------------------------------


def test_a_torn_last_line_counts_for_nothing_and_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with Journal.open(path) as journal:
        journal.add("a", "task", 0, (1, 2))
        journal.add("b", "task", 1, (3,))
    content = path.read_bytes()
    end_of_first = content.index(b"\n") + 1
    for length in range(end_of_first, len(content)):
        path.write_bytes(content[:length])
        with Journal.open(path) as journal:
            assert (journal.known("a"), journal.known("b")) == (((1, 2),), ())
            journal.add("b", "task", 1, (3,))
        assert path.read_bytes() == content
    for length in range(end_of_first):
        path.write_bytes(content[:length])
        with Journal.open(path) as journal:
            assert journal.known("a") == ()


@pytest.mark.parametrize("content", [b"hello", b"hello\n", b"[1]\n", b'{"key": 1}\n', b"\n", b'{"key: '])
def test_a_file_that_is_no_journal_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"no journal|no line of a journal"), Journal.open(path):
        pass
    assert path.read_bytes() == content


def test_results_that_have_changed_places_are_found(tmp_path: Path) -> None:
    """Each is well formed, and the wrong one: it would be believed."""
    path = tmp_path / "journal"
    with Journal.open(path) as journal:
        journal.add("a", "task", 0, 1)
        journal.add("b", "task", 1, 2)
    one, two = map(json.loads, path.read_text().splitlines())
    one["result"], two["result"] = two["result"], one["result"]
    path.write_text(json.dumps(one) + "\n" + json.dumps(two) + "\n")
    with pytest.raises(UsageError, match="line 1: the result is not that of its key"), Journal.open(path):
        pass


@pytest.mark.parametrize("kind", ["device", "pipe", "folder", "link to nothing"])
def test_a_journal_is_a_regular_file(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "journal"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to("/dev/full" if kind == "device" else tmp_path / "nowhere")
    with pytest.raises(UsageError, match="is no regular file"), Journal.open(path):
        pass


def test_a_place_that_cannot_be_written_and_a_result_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot write the journal"), Journal.open(tmp_path / "no" / "journal"):
        pass
    line = {"key": "a", "result": {"Task": {}}, "digest": digest("a", {"Task": {}})}
    (tmp_path / "journal").write_text(json.dumps(line) + "\n")
    with Journal.open(tmp_path / "journal") as journal, pytest.raises(UsageError, match="no result of a chunk"):
        journal.known("a")


def test_a_full_disk_ends_the_campaign_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def write(self, content: bytes) -> int:
            return len(content) // 2

    with Journal.open(tmp_path / "journal") as journal:
        monkeypatch.setattr(journal, "_file", Full())
        with pytest.raises(UsageError, match="a line is cut off"):
            journal.add("a", "task", 0, 1)


def test_one_campaign_at_a_time_writes_a_journal(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    script = "from pathlib import Path; from derive.campaign.journal import Journal; "
    script += f"Journal.open(Path({str(path)!r})).__enter__()"
    with Journal.open(path):
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert "another process is writing the journal" in done.stderr
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=60).returncode == 0


# --- campaigns ---------------------------------------------------------------------------------------------------


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Few points, and no compiler: the NumPy file alone is judged, in a second."""
    monkeypatch.setattr(sweep, "QUICK", {1: 300, 2: 300, 4: 300})
    monkeypatch.setenv("PATH", str(tmp_path))


def run(journal: Path | None, *, seed: int = 3, folder: Path | None = None) -> tuple[int, str, list[str]]:
    """How many chunks were computed, the report, and what was said."""
    here, lines = Here(), list[str]()
    report = verify(folder or GENERATED, "quick", executor=here, seed=seed, journal=journal, progress=lines.append)
    return here.chunks, as_text(report), lines


@pytest.mark.usefixtures("few")
def test_only_what_is_not_in_the_journal_is_computed(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    every, plain, _ = run(None)
    assert run(path)[:2] == (every, plain)
    lines = path.read_bytes().splitlines(keepends=True)
    assert len(lines) == every
    assert len({json.loads(line)["key"] for line in lines}) == every
    path.write_bytes(b"".join(lines[::2]) + lines[1][:40])
    computed, resumed, said = run(path)
    assert computed == every - len(lines[::2])
    assert resumed == plain
    assert f"{path}: {len(lines[::2])} of {every} chunks are finished already" in said
    assert sorted(path.read_bytes().splitlines(keepends=True)) == sorted(lines)
    assert run(path)[:2] == (0, plain)


@pytest.mark.usefixtures("few")
def test_results_of_another_seed_or_of_other_files_are_not_used(tmp_path: Path) -> None:
    import shutil

    path, folder = tmp_path / "journal", tmp_path / "generated"
    every, plain, _ = run(path)
    tasks = [json.loads(line)["task"] for line in path.read_bytes().splitlines()]
    # Of the hypotheses the names and the tables are the same for every seed.
    sampled = sum(task.startswith(("emitted functions", "hypotheses")) for task in tasks) - 2
    computed, other, said = run(path, seed=4)
    assert computed == sampled
    assert other != plain
    shared = f"{path}: {every - sampled} of {every} chunks are finished already"
    assert f"{shared}; {sampled} of other files, seeds, versions or campaigns are not used" in said
    shutil.copytree(GENERATED, folder)
    (path_of_code,) = (folder / "python").glob("kl_*.py")
    with path_of_code.open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert run(path, folder=folder)[0] == every
    assert run(path)[:2] == (0, plain)


@pytest.mark.usefixtures("few")
def test_results_of_another_origin_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "journal"
    every, plain, _ = run(path)
    monkeypatch.setattr("derive.verify.tool_versions", lambda: "gcc: another")
    assert run(path)[:2] == (every, plain)


def test_what_could_not_be_checked_is_tried_again(tmp_path: Path) -> None:
    from functools import partial

    flag = tmp_path / "tool"
    task = Task("tool", (partial(with_tool, str(flag)),), list)
    for there, status in ((False, Status.NOT_CHECKED), (True, Status.PASSED), (False, Status.PASSED)):
        flag.unlink(missing_ok=True)
        if there:
            flag.touch()
        with Journal.open(tmp_path / "journal") as journal:
            campaign = Campaign(Here(), journal=journal)
            (check,) = campaign.finish(campaign.start(task)).checks
        assert check.status is status


def with_tool(path: str) -> Check:
    if not Path(path).exists():
        raise MissingTool("no tool")
    return Check("tool", Status.PASSED)


def test_a_campaign_that_was_killed_goes_on(tmp_path: Path) -> None:
    """Killed half-way, the command resumes where it was, and ends with the bytes of a run that was left alone."""
    path, whole = tmp_path / "journal", tmp_path / "whole"
    plain = subprocess.run(command(whole), capture_output=True, timeout=120, check=True).stdout
    every = whole.read_bytes().count(b"\n")
    half_way = command(path, waits_at=every // 3)
    process = subprocess.Popen(half_way, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_until(lambda: path.exists() and path.read_bytes().count(b"\n") >= every // 3)
    process.kill()
    stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout) == (-signal.SIGKILL, b"")
    (workers,) = [line.split()[1:] for line in stderr.decode().splitlines() if line.startswith("workers")]
    for worker in map(int, workers):
        wait_until(lambda worker=worker: gone(worker))  # type: ignore[misc]
    finished = path.read_bytes().count(b"\n")
    assert every // 3 <= finished < every
    resumed = subprocess.run(command(path), capture_output=True, timeout=120, check=True)
    assert f"{finished} of {every} chunks are finished already".encode() in resumed.stderr
    assert resumed.stdout == plain
    keys = [json.loads(line)["key"] for line in path.read_bytes().splitlines()]
    assert len(keys) == len(set(keys)) == every


def test_an_interrupted_command_says_so_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    early = command(path, waits_at=5)
    process = subprocess.Popen(early, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    wait_until(lambda: path.exists() and path.read_bytes().count(b"\n") >= 5)
    os.killpg(process.pid, signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"derive: interrupted" in stderr
    finished = path.read_bytes().count(b"\n")
    assert finished >= 5
    resumed = subprocess.run(command(path), capture_output=True, timeout=120, check=True)
    assert f"{finished} of ".encode() in resumed.stderr


def test_the_mutation_campaign_goes_on_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("derive.verify.mutants.mutation._CHUNK", 1)
    monkeypatch.setattr("derive.verify.mutants.trial.LARGE", 2000)
    path, here = tmp_path / "journal", Here()
    plain = as_text(mutants(GENERATED, sample=4, executor=Here(), journal=path))
    lines = path.read_bytes().splitlines(keepends=True)
    assert len(lines) >= 4  # a file has one at least
    path.write_bytes(b"".join(lines[1:3]))
    assert as_text(mutants(GENERATED, sample=4, executor=here, journal=path)) == plain
    assert here.chunks == len(lines) - 2


def test_a_key_is_the_same_in_every_process() -> None:
    script = """
import sys
from concurrent.futures import Executor, Future
from pathlib import Path
from derive.verify.mutants import mutation
from derive.verify.targets.compilers import NO_CLONES, Build
from derive.verify.emitted import Emitted
from derive.campaign.provenance import key, provenance
class Listing(Executor):
    def submit(self, call, origin, chunk):
        print(key(chunk, origin))
        future = Future()
        future.set_result('{"CheckFailed": ""}')
        return future
folder = Path("generated")
verify = sys.modules["derive.verify"]
verify._FLAGS["full"] = ("-O0", NO_CLONES)  # as soon as it is compiled
verify.verify(folder, "full", executor=Listing())
emitted = Emitted.read(folder)
for chunk in mutation._task(emitted, Build("cc", "C99", ()), mutation._paths(emitted)[-1], 10).chunks:
    print(key(chunk, provenance()))
"""
    every = []
    for number in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": number}
        command = [sys.executable, "-c", script]
        done = subprocess.run(command, cwd=GENERATED.parent, env=environment, capture_output=True, check=True)
        every.append(done.stdout.split())
    assert every[0] == every[1]
    assert len(set(every[0])) > 50
