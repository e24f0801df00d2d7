"""Two computations at a time: one here, one in a fork of this process, which knows all that was made before.

What is proved is the same whoever computes it. Trees and formulas need not travel, results do.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")


def in_two(first: Callable[[], A], second: Callable[[], B]) -> tuple[A, B]:
    """Both results, the first from a fork where that is safe and another core is there.

    What a fork does not send back, because it failed or was ended, is computed here again.
    """
    if not _can_fork():
        return first(), second()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()  # or the fork would write again what waits in it
    receiver, sender = multiprocessing.Pipe(duplex=False)
    fork = multiprocessing.get_context("fork").Process(target=_send, args=(first, sender))
    fork.start()
    sender.close()
    try:
        here = second()
        try:
            return receiver.recv(), here
        except EOFError:
            return first(), here
    finally:
        fork.kill()
        fork.join()
        receiver.close()


def _can_fork() -> bool:
    """Not where other threads may hold locks, nor where system libraries are known not to survive it."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    return sys.platform == "linux" and cores > 1 and threading.active_count() == 1


def _send(compute: Callable[[], object], sender: Connection) -> None:
    try:
        found = compute()
    except Exception:  # the parent meets it again, and says it
        os._exit(1)
    sender.send(found)
    sender.close()
    os._exit(0)
