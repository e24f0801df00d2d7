"""Tasks made of independent chunks, given to any executor of `concurrent.futures`; the report's order is the tasks'.

Who runs a chunk, where, and in which order they are finished leaves no trace in the report: a chunk carries all that
it needs, its result comes back as data, and a task concludes from the results in the order of its chunks.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, as_completed
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from derive.campaign.journal import Journal
from derive.campaign.provenance import key, provenance
from derive.campaign.results import decode, encode
from derive.campaign.workers import WorkerEnded
from derive.errors import CheckFailed, DeriveError, MissingTool, UsageError
from derive.report import Advance, Check, Progress, Report, Status, silent, uncounted

#: A picklable call. Its arguments are all that it needs, and print as what they are: see `provenance.key`.
Chunk = partial[Any]


def nothing_new(_result: Any) -> Sequence[str]:
    """What most results say before their task is finished."""
    return ()


@dataclass(frozen=True)
class Task:
    """Chunks in order and what their results, in the same order, amount to; ``news`` of a result is told at once."""

    name: str
    chunks: tuple[Chunk, ...]
    conclude: Callable[[Sequence[Any]], Sequence[Check]]
    news: Callable[[Any], Sequence[str]] = nothing_new


@dataclass(frozen=True)
class Campaign:
    """Runs tasks on an executor. ``require_tools`` turns "not checked, the tool is missing" into a failure."""

    executor: Executor
    progress: Progress = silent
    require_tools: bool = False
    advance: Advance = uncounted
    journal: Journal | None = None

    def start(self, task: Task) -> Running:
        """Hand the chunks of a task to the executor, but for those whose results the journal has."""
        running = Running(self, task)
        for chunk in task.chunks:
            running.begin(chunk)
        return running

    def submit(self, chunk: Chunk) -> Future[Any]:
        """A chunk's future, even where no executor takes it any more."""
        try:
            return self.executor.submit(perform, provenance(), chunk)
        except BrokenExecutor as error:
            broken: Future[Any] = Future()
            broken.set_exception(error)
            return broken

    def finish(self, *tasks: Running) -> Report:
        """Wait for all chunks and conclude each task, in order, as soon as it and those before it can be."""
        places = {future: (task, index) for task in tasks for index, future in enumerate(task.futures)}
        total = len(places)
        if self.journal is not None:
            self.progress(self.journal.summary(total))
        checks: list[Check] = []
        waiting = list(tasks)
        for task in tasks:
            task.futures.clear()  # a cluster keeps a result, and computes it again if it is lost, while it has a future
        for done, future in enumerate(as_completed(places), 1):
            task, index = places.pop(future)
            task.take(index, future)
            self.advance(done, total)
            checks += self._concluded(waiting)
        return Report.of([*checks, *self._concluded(waiting)])

    def _concluded(self, waiting: list[Running]) -> list[Check]:
        """The checks of the tasks at the head of the list that are complete, which are taken from it."""
        checks: list[Check] = []
        while waiting and waiting[0].complete:
            checks += waiting.pop(0).conclude()
        for check in checks:
            self.progress(f"{check.status.value}: {check.name}: {check.detail}")
        return checks

    def missing(self, name: str, error: MissingTool) -> Check:
        """The check that could not run for want of a tool."""
        if self.require_tools:
            return Check(name, Status.FAILED, f"not checked, but every tool is required: {error.message}")
        return Check(name, Status.NOT_CHECKED, error.message)


@dataclass(frozen=True, eq=False)
class Running:
    """A task whose chunks are under way."""

    campaign: Campaign
    task: Task
    futures: list[Future[Any]] = field(default_factory=list)
    _keys: list[str] = field(default_factory=list)
    _outcomes: dict[int, Any] = field(default_factory=dict)

    def begin(self, chunk: Chunk) -> None:
        """Look the next chunk up in the journal, or hand it to the executor. Only what is new has a key."""
        journal = self.campaign.journal
        name = key(chunk, journal.origin) if journal else ""
        known = journal.known(name) if journal else ()
        if known:
            finished: Future[Any] = Future()
            finished.set_result(json.dumps(encode(known[0])))
        self.futures.append(finished if known else self.campaign.submit(chunk))
        self._keys.append("" if known else name)

    def take(self, index: int, future: Future[Any]) -> None:
        """Note the outcome of a finished chunk. The journal keeps results, no errors: those are tried again."""
        outcome = outcome_of(future)
        self._outcomes[index] = outcome
        if not isinstance(outcome, DeriveError):
            if self.campaign.journal and self._keys[index]:
                self.campaign.journal.add(self._keys[index], self.task.name, index, outcome)
            for line in self.task.news(outcome):
                self.campaign.progress(line)

    @property
    def complete(self) -> bool:
        return len(self._outcomes) == len(self.task.chunks)

    def conclude(self) -> Sequence[Check]:
        """What the results amount to; the first error among the chunks is the task's failure."""
        results = [self._outcomes[index] for index in range(len(self.task.chunks))]
        for result in results:
            if isinstance(result, MissingTool):
                return [self.campaign.missing(self.task.name, result)]
            if isinstance(result, DeriveError):
                return [Check(self.task.name, Status.FAILED, result.message)]
        return self.task.conclude(results)


def outcome_of(future: Future[Any]) -> Any:
    """The result of a finished chunk, or the error for want of one.

    Raises
    ------
    UsageError
        when the executor has withdrawn the chunk: that says nothing about the emitted files.
    """
    try:
        return decode(json.loads(future.result()))
    except CancelledError as error:
        message = "the work was withdrawn before it was finished: has the scheduler ended?"
        raise UsageError(message, "with --journal FILE the next run goes on from there") from error
    except WorkerEnded as error:
        return CheckFailed(f"a worker process {error}: does the emitted C crash?")
    except BrokenExecutor:
        return CheckFailed("a worker process died: does the emitted C crash?")
    except Exception as error:
        return CheckFailed(f"no worker gave a result: {type(error).__name__}: {error}")


def perform(origin: str, chunk: Chunk) -> str:
    """What a worker does: the outcome of a chunk as JSON, if the worker is of the same origin as the campaign."""
    if origin != provenance():
        return json.dumps(encode(CheckFailed(f"the worker is another ({provenance()}) than the campaign ({origin})")))
    return json.dumps(encode(guarded(chunk)), allow_nan=False)


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


def checks_as_they_are(results: Sequence[Any]) -> Sequence[Check]:
    """Conclusion of a task whose chunks return lists of checks."""
    return [check for result in results for check in result]
