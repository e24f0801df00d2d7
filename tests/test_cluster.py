"""A Dask cluster as the executor: the same report, even where a worker is killed half-way."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import pytest
from executors import gone

from derive.campaign import cluster
from derive.cli import run
from derive.errors import UsageError
from derive.pipeline import tools_required
from derive.report import Report
from derive.verify import verify
from derive.verify.checks import sweep
from derive.verify.mutants.mutation import mutants


def as_text(report: Report) -> str:
    return json.dumps(report.as_json(), allow_nan=False)


@pytest.fixture(scope="module")
def local():  # type: ignore[no-untyped-def]
    """A cluster of two processes."""
    try:
        from distributed import LocalCluster
    except ImportError:
        if tools_required():
            pytest.fail("NOT CHECKED: the package distributed is missing, and DERIVE_REQUIRE_TOOLS=1")
        pytest.skip("NOT CHECKED: the package distributed is missing")
    # Any free port for the page that shows the cluster: two test runs at once would both want the usual one.
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as started:
        yield started


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "QUICK", {1: 500, 2: 500, 4: 500})


@pytest.mark.usefixtures("few")
def test_the_report_is_that_of_local_processes_though_a_worker_is_killed(local, small: Path) -> None:  # type: ignore[no-untyped-def]
    killed: list[int] = []

    def kill(done: int, total: int) -> None:
        if not killed and done >= total // 3:
            killed.append(local.workers[0].pid)
            os.kill(killed[0], signal.SIGKILL)

    said: list[str] = []
    with cluster.executor(local.scheduler_address, progress=said.append) as executor:
        report = verify(small, "quick", executor=executor, advance=kill)
    assert len(killed) == 1
    assert gone(killed[0])
    assert said == [f"the scheduler at {local.scheduler_address} has 2 threads of workers"]
    assert report.ok
    assert as_text(report) == as_text(verify(small, "quick", jobs=2))


def test_mutants_are_judged_on_a_cluster(local, small: Path) -> None:  # type: ignore[no-untyped-def]
    with cluster.executor(local.scheduler_address) as executor:
        report = mutants(small, sample=6, executor=executor)
    assert as_text(report) == as_text(mutants(small, sample=6, jobs=2))
    assert sum(check.figures["caught"] for check in report.checks) > 0
    assert not any(check.figures["survived"] for check in report.checks)


@pytest.mark.usefixtures("few")
def test_the_command_works_on_a_cluster(  # type: ignore[no-untyped-def]
    local, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["verify", "--json", str(small)]) == 0
    here = capsys.readouterr().out
    assert run(["-q", "verify", "--json", "--scheduler", local.scheduler_address, str(small)]) == 0
    there = capsys.readouterr()
    assert (there.out, there.err) == (here, "")


@pytest.mark.parametrize(
    ("address", "message"),
    [("tcp://127.0.0.1:1", "no Dask scheduler answers at tcp://127.0.0.1:1"), ("nonsense", "missing port number")],
)
@pytest.mark.usefixtures("local")
def test_a_scheduler_that_does_not_answer_is_an_error_in_words(
    address: str, message: str, small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cluster.executor.__wrapped__, "__kwdefaults__", {"timeout": 0.5, "progress": cluster.silent})  # type: ignore[attr-defined]
    assert run(["verify", "--scheduler", address, str(small)]) == 2
    said = capsys.readouterr().err
    assert message in said
    assert "hint: start one with `dask scheduler`" in said


@pytest.mark.usefixtures("local")
def test_an_address_that_cannot_be_read_begins_no_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that was begun with one writes a second error when it is collected."""
    monkeypatch.setattr("distributed.Client", lambda *_args, **_options: pytest.fail("a client was begun"))
    with pytest.raises(UsageError, match="missing port number"), cluster.executor("nonsense"):
        pass


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError) as caught, cluster.executor("tcp://127.0.0.1:8786"):
        pass
    assert caught.value.hint == "pip install distributed"


def test_processes_here_and_a_scheduler_exclude_each_other(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", "--jobs", "2", "--scheduler", "tcp://127.0.0.1:8786", str(small)]) == 2
    assert "--jobs counts processes on this machine" in capsys.readouterr().err
