"""Running tasks: the report does not depend on who does the work, and no failure stops the others."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from derive.errors import CheckFailed, MissingTool
from derive.report import Check, Report, Status
from derive.verify import sweep, verify
from derive.verify.campaign import Campaign, Task

GENERATED = Path(__file__).parent.parent / "generated"


def ten(n: int) -> int:
    return 10 * n


def fail(kind: str) -> int:
    if kind == "missing":
        raise MissingTool("no anvil")
    if kind == "check":
        raise CheckFailed("it is broken")
    raise ZeroDivisionError("zero")


def show(results: list[Any]) -> Sequence[Check]:
    return [Check("sum", Status.PASSED, str(results))]


class InReverse(Executor):
    """Runs nothing until the last chunk is given, then all of them, last first."""

    def __init__(self, total: int) -> None:
        self.total, self.waiting = total, []  # type: ignore[var-annotated]

    def submit(self, call, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        future: Future[Any] = Future()
        self.waiting.append((future, call, args, kwargs))
        if len(self.waiting) == self.total:
            for future_, call_, args_, kwargs_ in reversed(self.waiting):
                future_.set_result(call_(*args_, **kwargs_))
        return future


def test_results_come_in_the_order_of_the_chunks() -> None:
    task = Task("numbers", tuple(partial(ten, n) for n in range(5)), show)
    report = Campaign(InReverse(5), lambda line: None, False).start(task).finish()
    assert report.checks[0].detail == "[0, 10, 20, 30, 40]"


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
        campaign = Campaign(executor, lines.append, required)
        bad = campaign.start(Task("bad", (partial(ten, 1), partial(fail, kind)), show))
        good = campaign.start(Task("good", (partial(ten, 1),), show))
        report = bad.finish() + good.finish()
    assert [check.status for check in report.checks] == [status, Status.PASSED]
    assert report.checks[0].detail == detail
    assert lines == [f"{status.value}: bad: {detail}", "passed: sum: [10]"]


@pytest.fixture(scope="module")
def report() -> Report:
    return verify(GENERATED, "quick", jobs=2)


def test_the_emitted_files_pass(report: Report) -> None:
    assert [f"{check.name}: {check.detail}" for check in report.failed] == []
    assert len(report.checks) > 100


def test_the_report_is_the_same_bytes_for_any_executor_and_job_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sweep.COUNT, "quick", {1: 500, 2: 500, 4: 500})
    with ThreadPoolExecutor(3) as threads, ProcessPoolExecutor(1) as process:
        reports = [verify(GENERATED, "quick", executor=executor) for executor in (threads, process)]
    reports.append(verify(GENERATED, "quick", jobs=2))
    texts = {json.dumps(report.as_json(), sort_keys=True, allow_nan=False) for report in reports}
    assert len(texts) == 1


def test_another_seed_draws_other_points_and_passes_too(report: Report) -> None:
    other = verify(GENERATED, "quick", jobs=2, seed=7)
    assert other.ok
    assert json.dumps(other.as_json()) != json.dumps(report.as_json())
