"""Tasks made of independent chunks, given to any executor of `concurrent.futures`; the report's order is the tasks'."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass
from typing import Any

from derive.errors import CheckFailed, DeriveError, MissingTool
from derive.report import Check, Progress, Report, Status

#: A picklable call without arguments: all it needs travels with it.
Chunk = Callable[[], Any]


@dataclass(frozen=True)
class Task:
    """Chunks in order and what their results, in the same order, amount to."""

    name: str
    chunks: tuple[Chunk, ...]
    conclude: Callable[[list[Any]], Sequence[Check]]


@dataclass(frozen=True)
class Campaign:
    """Runs tasks on an executor. ``require_tools`` turns "not checked, the tool is missing" into a failure."""

    executor: Executor
    progress: Progress
    require_tools: bool

    def start(self, task: Task) -> Running:
        """Hand all chunks of a task to the executor."""
        with warnings.catch_warnings():
            # Forking workers from a process with BLAS threads is announced as risky; the workers never call BLAS.
            warnings.simplefilter("ignore", DeprecationWarning)
            return Running(self, task, [self._submit(chunk) for chunk in task.chunks])

    def _submit(self, chunk: Chunk) -> Future[Any]:
        try:
            return self.executor.submit(guarded, chunk)
        except BrokenExecutor as error:
            broken: Future[Any] = Future()
            broken.set_exception(error)
            return broken

    def missing(self, name: str, error: MissingTool) -> Check:
        """The check that could not run for want of a tool."""
        if self.require_tools:
            return Check(name, Status.FAILED, f"not checked, but every tool is required: {error.message}")
        return Check(name, Status.NOT_CHECKED, error.message)


@dataclass(frozen=True)
class Running:
    """A task whose chunks are under way."""

    campaign: Campaign
    task: Task
    futures: list[Future[Any]]

    def finish(self) -> Report:
        """Wait for all chunks and conclude; a failure of any chunk is the task's failure."""
        checks = self._checks()
        for check in checks:
            self.campaign.progress(f"{check.status.value}: {check.name}: {check.detail}")
        return Report.of(checks)

    def _checks(self) -> Sequence[Check]:
        results = []
        for index, future in enumerate(self.futures):
            try:
                result = future.result()
            except BrokenExecutor:
                result = CheckFailed("a worker process died: does the emitted C crash?")
            if isinstance(result, MissingTool):
                return [self.campaign.missing(self.task.name, result)]
            if isinstance(result, DeriveError):
                return [Check(self.task.name, Status.FAILED, result.message)]
            results.append(result)
            if len(self.futures) >= 10 and (index + 1) % (len(self.futures) // 5) == 0:
                self.campaign.progress(f"{self.task.name}: {index + 1} of {len(self.futures)} chunks")
        return self.task.conclude(results)


#: mpmath and flint keep their working precision in one place per process, so threads take turns.
_ONE_AT_A_TIME = threading.Lock()


def guarded(chunk: Chunk) -> Any:
    """The chunk's result, or the error that it raised: an error must not stop the chunks that follow."""
    try:
        with _ONE_AT_A_TIME:
            return chunk()
    except DeriveError as error:
        return error
    except Exception as error:
        return CheckFailed(f"{type(error).__name__}: {error}")


def checks_as_they_are(results: list[Any]) -> Sequence[Check]:
    """Conclusion of a task whose chunks return lists of checks."""
    return [check for result in results for check in result]
