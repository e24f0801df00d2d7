"""Worker processes on this machine as an executor of `concurrent.futures`: one pool for all commands.

A worker that dies, or that the system ends because it exceeds its limits, takes its own call with it and no other: it
is replaced. Workers start as they are needed, never more than there are calls, each as an `interpreter` that imports
nothing of the working folder, and end with the process that started them, however that ends.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from io import FileIO
from multiprocessing.connection import Connection
from typing import Any

from derive.campaign import interpreter
from derive.campaign.results import decode
from derive.campaign.worker import UNLIMITED, Limits
from derive.errors import UsageError

_SERVE = "from derive.campaign.worker import Limits, serve\nserve({}, {}, Limits(*{}))"
#: By the clock a call may take so many times the seconds that it may compute: a machine is shared, and programs wait.
_PATIENCE = 6.0
#: Workers share the cores: their libraries start no threads of their own.
_ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class WorkerEnded(BrokenExecutor):
    """The worker of a call ended before it answered; the message says how."""


class Workers(Executor):
    """At most ``jobs`` worker processes, by default one for each core.

    What a call returns comes back as data (`results.encode`): a worker may run what somebody else wrote.

    Raises
    ------
    UsageError
        for fewer than one job.
    """

    def __init__(self, jobs: int | None = None, limits: Limits = UNLIMITED) -> None:
        if jobs is not None and jobs < 1:
            raise UsageError(f"cannot run {jobs} jobs", "use 1 or more")
        self._limits = limits
        self._threads = ThreadPoolExecutor(jobs or os.cpu_count() or 1, thread_name_prefix="derive")
        self._mine = threading.local()
        self._every: set[_Worker] = set()
        self._lock = threading.Lock()
        self._closed = False

    @property
    def processes(self) -> list[int]:
        """The ids of the workers that are alive."""
        with self._lock:
            return [worker.process.pid for worker in self._every]

    def submit(self, call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return self._threads.submit(self._ask, pickle.dumps((call, args, kwargs)))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers; where calls are to be cancelled, also those that are at work."""
        self._threads.shutdown(wait=wait and not cancel_futures, cancel_futures=cancel_futures)
        with self._lock:
            self._closed = True
            workers, self._every = self._every, set()
        for worker in workers:
            worker.end()
        self._threads.shutdown(wait=wait)

    def __exit__(self, *_error: object) -> None:
        """What has not been asked for by now is not wanted any more: an interrupted command waits for nothing."""
        self.shutdown(cancel_futures=True)

    def _ask(self, work: bytes) -> Any:
        worker = getattr(self._mine, "worker", None) or self._start()
        try:
            return worker.ask(work)
        except WorkerEnded:
            self._mine.worker = None
            with self._lock:
                self._every.discard(worker)
            raise

    def _start(self) -> _Worker:
        with self._lock:
            if self._closed:
                raise WorkerEnded("the work was given up")
            worker = self._mine.worker = _Worker(self._limits)
            self._every.add(worker)
        return worker


class _Worker:
    """One worker process, and the two ends that it is held by."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  # what libraries print as they crash
        here, there = socket.socketpair()
        life, mine = os.pipe()
        self._life = FileIO(mine, "w")
        code = _SERVE.format(there.fileno(), life, repr(tuple(limits)))
        with there:
            try:
                self.process = subprocess.Popen(
                    interpreter.command(code),
                    stdin=subprocess.DEVNULL,
                    stdout=self._said,
                    stderr=self._said,
                    pass_fds=(there.fileno(), life),
                    env={**os.environ, **_ONE_THREAD},
                    process_group=0,
                )
            finally:
                os.close(life)
        self._connection = Connection(here.detach())

    def ask(self, work: bytes) -> Any:
        """The value of a call.

        Raises
        ------
        WorkerEnded
            when the worker died, or was ended at a limit.
        RuntimeError
            with what the call raised, as text.
        """
        seconds = self._limits.seconds
        try:
            self._connection.send_bytes(work)
            if not self._connection.poll(None if seconds is None else seconds * _PATIENCE):
                raise WorkerEnded(self._end_said(f"does not finish within {(seconds or 0.0) * _PATIENCE:g} s"))
            answer = json.loads(self._connection.recv_bytes())
        except (EOFError, OSError):
            raise WorkerEnded(self._end_said("")) from None
        if "ended" in answer:
            raise WorkerEnded(self._end_said(self._too_large()))
        if "raised" in answer:
            raise RuntimeError(answer["raised"])
        return decode(answer["value"])

    def end(self) -> None:
        """Kill it and all that it started."""
        with suppress(OSError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._life.close()
        self._connection.close()
        self._said.close()

    def _too_large(self) -> str:
        return f"needs more than {(self._limits.memory or 0) / 1e9:.1f} GB of memory"

    def _end_said(self, why: str) -> str:
        """End it; why it ended, in words that follow a name."""
        if not why:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
        status = self.process.poll()
        self._said.seek(0)
        lines = self._said.read(100_000).decode(errors="replace").strip().splitlines()
        self.end()
        if why:
            return why
        if status == -signal.SIGPROF:
            return f"computes for more than {self._limits.seconds:g} s"
        last = f": {lines[-1][:200]}" if lines else ""
        if self._limits.memory is not None and status == -signal.SIGABRT:
            return f"{self._too_large()}, or crashes{last}"
        if status is not None and status < 0:
            return f"was ended by signal {-status}, {signal.strsignal(-status)}{last}"
        return f"ended with exit code {status}{last}"
