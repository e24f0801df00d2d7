"""The process: closed and full streams, signals at any moment, workers that end with it and are replaced alone."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from executors import gone, wait_until

from derive.campaign import interpreter
from derive.campaign.worker import Limits
from derive.campaign.workers import WorkerEnded, Workers
from derive.errors import UsageError

WRONG = "kld = -0.5 * torch.sum(1 + 2 * logvar - mu.pow(2) - logvar.exp())\n"
COMMAND = [sys.executable, "-m", "derive"]
# With PYTHONUNBUFFERED nothing is left to be written as Python ends, which is where a full disk shows a second time.
BUFFERED = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}


# --- streams -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", ["list", "--version", "explain", "identify mu**2", "audit m.py", "show kl-unit"])
@pytest.mark.parametrize("place", [">&-", "> /dev/full"])
def test_an_answer_that_cannot_be_written_is_one_line(arguments: str, place: str, tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(WRONG)
    done = subprocess.run(
        ["sh", "-c", f'exec "$0" -m derive {arguments.replace("*", chr(92) + "*")} {place}', sys.executable],
        cwd=tmp_path, env=BUFFERED, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 2
    said = [line for line in done.stderr.splitlines() if line.startswith("derive:")]
    assert len(said) == 1
    assert "closed" in said[0] or "No space left" in said[0]
    assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr


@pytest.mark.parametrize("place", ["2>&-", "2> /dev/full"])
def test_without_standard_error_the_status_says_it(place: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f'exec "$0" -m derive show nothing {place}', sys.executable],
        env=BUFFERED, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")


# --- signals -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("after", [0.05, 0.1, 0.2, 0.4])
def test_an_interrupt_at_the_start_leaves_no_trace(after: float) -> None:
    with subprocess.Popen([*COMMAND, "list"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        wait_until(lambda: b"derive" in Path(f"/proc/{process.pid}/cmdline").read_bytes())
        wait_until(lambda: "libc" in Path(f"/proc/{process.pid}/maps").read_text())
        time.sleep(after)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    # what Python itself says until the first lines of derive have told it otherwise is not ours to prevent
    assert set(re.findall(rb'File "[^"]*/(derive/[^"]*)"', said)) <= {b"derive/__init__.py"}
    before_derive = process.returncode == 1 and b"init_import_site" in said
    assert before_derive or process.returncode in (0, 130, -signal.SIGINT)


def children(process: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{process}/task/{process}/children").read_text().split()] + [
        int(pid)
        for task in Path(f"/proc/{process}/task").iterdir()
        for pid in (task / "children").read_text().split()
        if task.name != str(process)
    ]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_an_audit_that_is_ended_takes_its_workers_with_it(how: signal.Signals, tmp_path: Path) -> None:
    for number in range(100):
        (tmp_path / f"m{number}.py").write_text(WRONG * 20)
    with subprocess.Popen(
        [*COMMAND, "audit", str(tmp_path)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        wait_until(lambda: len(children(process.pid)) >= min(2, os.cpu_count() or 1))
        workers = children(process.pid)
        process.send_signal(how)
        _, said = process.communicate(timeout=60)
    assert process.returncode == (-how if how == signal.SIGKILL else 130)
    assert how == signal.SIGKILL or said.endswith(b"derive: interrupted\n")
    for worker in workers:
        wait_until(lambda worker=worker: gone(worker))  # type: ignore[misc]


# --- the pool ----------------------------------------------------------------------------------------------------


def stuck(seconds: float) -> str:
    """Ten seconds of work, and a program started by it."""
    child = subprocess.Popen(["sleep", "600"])
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass
    return str(child.pid)


def large(size: int) -> int:
    return len(bytearray(size))


def test_a_worker_that_dies_costs_its_own_call_alone() -> None:
    with Workers(1) as pool:
        calls = [pool.submit(os.getpid), pool.submit(os._exit, 3), pool.submit(os.abort), pool.submit(os.getpid)]
        first, last = calls[0].result(), calls[3].result()
        with pytest.raises(WorkerEnded, match="ended with exit code 3"):
            calls[1].result()
        with pytest.raises(WorkerEnded, match="was ended by signal 6"):
            calls[2].result()
    assert first != last
    assert gone(first) and gone(last)


def last_words(status: int) -> None:
    print("the first line", flush=True)
    os.write(2, b"the heap is broken\n")
    os._exit(status)


def aborted() -> None:
    os.write(2, b"the heap is broken\n")
    os.abort()


@pytest.mark.parametrize(
    ("limits", "call", "said"),
    [
        (Limits(), (last_words, 4), "ended with exit code 4: the heap is broken"),
        (Limits(), (last_words, 0), "ended with exit code 0: the heap is broken"),
        (Limits(memory=300_000_000), (last_words, 4), "ended with exit code 4: the heap is broken"),
        (Limits(), (aborted,), "was ended by signal 6, Aborted: the heap is broken"),
        (Limits(memory=300_000_000), (aborted,), "needs more than 0.3 GB of memory, or crashes: the heap is broken"),
    ],
)
def test_how_a_worker_died_is_told_with_its_last_words(limits: Limits, call: tuple[Any, ...], said: str) -> None:
    with Workers(1, limits) as pool, pytest.raises(WorkerEnded) as caught:
        pool.submit(*call).result()
    assert str(caught.value) == said


def test_a_worker_looks_for_packages_where_this_process_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in the working folder, nor in what the environment adds without a package that is needed in it."""
    here, bare, full = (tmp_path / name for name in ("here", "bare", "full"))
    for folder in (here / "numpy", bare, full / "numpy"):
        folder.mkdir(parents=True)
    monkeypatch.chdir(here)
    monkeypatch.setattr(sys, "path", ["", "numpy", str(here), str(bare), str(full)])
    monkeypatch.delenv("PYTHONPATH", raising=False)
    assert interpreter.places() == [str(bare), str(full)]
    monkeypatch.setenv("PYTHONPATH", f"{bare}{os.pathsep}{full}")
    assert interpreter.places() == [str(full)]
    monkeypatch.setenv("PYTHONPATH", "")
    monkeypatch.setattr("site.getusersitepackages", lambda: str(bare))
    assert interpreter.places() == [str(full)]


@pytest.mark.parametrize("written", [True, False])
def test_a_worker_writes_bytecode_where_this_process_does(written: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", not written)
    assert ("-B" in interpreter.command("")) is not written


def test_limits_are_kept_from_outside() -> None:
    with Workers(1, Limits(seconds=0.5, memory=300_000_000)) as pool:
        computing, asleep = pool.submit(stuck, 60.0), pool.submit(time.sleep, 60.0)
        huge, modest = pool.submit(large, 2_000_000_000), pool.submit(large, 1_000)
        with pytest.raises(WorkerEnded, match=r"computes for more than 0.5 s|does not finish within 3 s"):
            computing.result()
        with pytest.raises(WorkerEnded, match="does not finish within 3 s"):
            asleep.result()
        with pytest.raises(WorkerEnded, match=r"needs more than 0\.3 GB of memory"):
            huge.result()
        assert modest.result() == 1_000


def test_a_pool_starts_no_more_workers_than_there_are_calls() -> None:
    with Workers(1000) as pool:
        assert [call.result() for call in [pool.submit(large, n) for n in range(3)]] == [0, 1, 2]
        assert len(pool.processes) <= 3


def test_a_pool_that_is_shut_down_has_answered_every_call() -> None:
    pool = Workers(1)
    calls = [pool.submit(large, n) for n in range(3)]
    pool.shutdown()
    assert [call.result(0) for call in calls] == [0, 1, 2]
    assert not pool.processes


def test_what_a_worker_started_ends_with_it() -> None:
    with Workers(1) as pool:
        child = int(pool.submit(stuck, 0.0).result())
        assert not gone(child)
    wait_until(lambda: gone(child))


def test_a_call_comes_back_as_data_and_an_error_as_words() -> None:
    with Workers(2) as pool:
        assert pool.submit(divmod, 7, 2).result() == (3, 1)
        with pytest.raises(RuntimeError, match="ZeroDivisionError: "):
            pool.submit(divmod, 7, 0).result()
        with pytest.raises(RuntimeError, match="is not among the results that are data"):
            pool.submit(complex, 1).result()
    with pytest.raises(UsageError, match="0 jobs"):
        Workers(0)
