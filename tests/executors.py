"""Executors that decide themselves when a chunk is run, and what a test needs to see of other processes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any


class Here(Executor):
    """Runs each chunk as it is given, in this thread, and counts them."""

    def __init__(self) -> None:
        self.chunks = 0

    def submit(self, call, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        self.chunks += 1
        future: Future[Any] = Future()
        future.set_result(call(*args, **kwargs))
        return future


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


def wait_until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    """Look until it holds; an error after the limit."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"not within {seconds:g} s"
        time.sleep(0.02)


def gone(process: int) -> bool:
    """Whether a process has ended; one that nobody has asked for its exit code has."""
    try:
        os.kill(process, 0)
        status = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return True
    return status.rpartition(")")[2].split()[0] == "Z"
