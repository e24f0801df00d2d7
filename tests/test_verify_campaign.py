"""Running tasks: the report does not depend on who does the work, and no failure stops the others."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from executors import Here, InReverse, gone, wait_until

from derive.campaign.provenance import provenance
from derive.campaign.tasks import Campaign, Task
from derive.errors import CheckFailed, MissingTool, UsageError
from derive.report import Check, Report, Status
from derive.verify import verify
from derive.verify.checks import sweep


def ten(n: int) -> int:
    return 10 * n


def fail(kind: str) -> int:
    if kind == "missing":
        raise MissingTool("no anvil")
    if kind == "check":
        raise CheckFailed("it is broken")
    raise ZeroDivisionError("zero")


def show(results: list[Any]) -> Sequence[Check]:
    return [Check("sum", Status.PASSED, str(list(results)))]


def test_results_come_in_the_order_of_the_chunks() -> None:
    campaign = Campaign(InReverse(5))
    task = campaign.start(Task("numbers", tuple(partial(ten, n) for n in range(5)), show))
    assert campaign.finish(task).checks[0].detail == "[0, 10, 20, 30, 40]"


def test_the_chunks_of_all_tasks_are_counted_and_news_are_told_at_once() -> None:
    lines: list[str] = []
    counted: list[tuple[int, int]] = []
    campaign = Campaign(Here(), lines.append, advance=lambda *count: counted.append(count))
    first = campaign.start(Task("few", (partial(ten, 1),), show))
    second = campaign.start(Task("more", (partial(ten, 2), partial(ten, 3)), show, lambda n: [f"there is {n}"]))
    empty = campaign.start(Task("none", (), show))
    report = campaign.finish(first, second, empty)
    assert counted == [(1, 3), (2, 3), (3, 3)]
    assert [check.detail for check in report.checks] == ["[10]", "[20, 30]", "[]"]
    assert sorted(line for line in lines if "there" in line) == ["there is 20", "there is 30"]
    assert lines.index("passed: sum: [20, 30]") > lines.index("there is 20")


@pytest.mark.parametrize(
    ("kind", "required", "status", "detail"),
    [
        ("missing", False, Status.NOT_CHECKED, "no anvil"),
        ("missing", True, Status.FAILED, "not checked, but every tool is required: no anvil"),
        ("check", False, Status.FAILED, "it is broken"),
        ("other", False, Status.FAILED, "ZeroDivisionError: zero"),
    ],
)
def test_what_a_chunk_raises_is_the_outcome_of_its_task(kind: str, required: bool, status: Status, detail: str) -> None:
    lines: list[str] = []
    with ThreadPoolExecutor(1) as executor:
        campaign = Campaign(executor, lines.append, **({"require_tools": True} if required else {}))
        bad = campaign.start(Task("bad", (partial(ten, 1), partial(fail, kind)), show))
        good = campaign.start(Task("good", (partial(ten, 1),), show))
        report = campaign.finish(bad, good)
    assert [check.status for check in report.checks] == [status, Status.PASSED]
    assert report.checks[0].detail == detail
    assert lines == [f"{status.value}: bad: {detail}", "passed: sum: [10]"]


def test_a_worker_of_another_derive_gives_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("derive.campaign.tasks.provenance", iter(["this derive", "another", "another"]).__next__)
    campaign = Campaign(Here())
    (check,) = campaign.finish(campaign.start(Task("numbers", (partial(ten, 1),), show))).checks
    assert check.status is Status.FAILED
    assert check.detail == "the worker is another (another) than the campaign (this derive)"


def test_work_that_the_executor_withdraws_is_no_failed_check() -> None:
    class Withdrawing(Here):
        def submit(self, call, /, *args, **kwargs):  # type: ignore[no-untyped-def]
            future = super().submit(call, *args, **kwargs) if self.chunks == 0 else Future()
            if not future.done():
                future.cancel()
                future.set_running_or_notify_cancel()
            return future

    campaign = Campaign(Withdrawing())
    task = campaign.start(Task("numbers", (partial(ten, 1), partial(ten, 2)), show))
    with pytest.raises(UsageError, match="withdrawn"):
        campaign.finish(task)


def test_the_origin_names_the_source_and_the_versions() -> None:
    versions = r"Python 3\.\d+ on \w+, NumPy \d.*, mpmath \d.*, python-flint \d.*"
    assert re.fullmatch(r"derive\.verify [0-9a-f]{16}, " + versions, provenance())


def test_workers_end_with_the_process_that_started_them() -> None:
    script = """
import os, signal
from derive.campaign.workers import Workers
pool = Workers(2)
print(*{future.result() for future in [pool.submit(os.getpid) for _ in range(4)]}, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == -signal.SIGKILL
    for worker in map(int, done.stdout.split()):
        wait_until(lambda worker=worker: gone(worker))  # type: ignore[misc]


@pytest.fixture(scope="module")
def report(small: Path) -> Report:
    return verify(small, "quick", jobs=2)


def test_the_emitted_files_pass(report: Report) -> None:
    assert [f"{check.name}: {check.detail}" for check in report.failed] == []
    assert len(report.checks) > 50


def test_the_report_is_the_same_bytes_for_any_executor_and_job_count(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "QUICK", {1: 500, 2: 500, 4: 500})
    here = Here()
    reports = [verify(small, "quick", executor=here), verify(small, "quick", executor=InReverse(here.chunks))]
    with ThreadPoolExecutor(3) as threads:
        reports.append(verify(small, "quick", executor=threads))
    reports.append(verify(small, "quick", jobs=2))
    texts = {json.dumps(report.as_json(), allow_nan=False) for report in reports}
    assert len(texts) == 1
    assert reports[0].ok
    assert here.chunks > 20


def test_another_seed_draws_other_points_and_passes_too(report: Report, small: Path) -> None:
    other = verify(small, "quick", jobs=2, seed=7)
    assert other.ok
    assert json.dumps(other.as_json()) != json.dumps(report.as_json())
