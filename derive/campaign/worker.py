"""What a worker process does: takes calls from its parent, one at a time, and answers with JSON.

It ends when its parent does, however that ends, and takes what it has started with it. Limits of time and memory are
the system's: no computation, in Python or in C, can go on past them.
"""

from __future__ import annotations

import json
import os
import pickle
import resource
import signal
import sys
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import NamedTuple

from derive.campaign.results import encode


class Limits(NamedTuple):
    """What one call may take: seconds of its processor, and bytes of memory beyond what an idle worker has."""

    seconds: float | None = None
    memory: int | None = None


UNLIMITED = Limits()


def serve(calls: int, life: int, limits: Limits) -> None:
    """Answer what comes from the descriptor ``calls`` until it ends; die with the pipe ``life``."""
    threading.Thread(target=_end_with, args=(life,), daemon=True).start()
    if limits != UNLIMITED:
        _die_with_parent()
    if limits.memory is not None:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (_address_space() + limits.memory, hard))
    connection = Connection(calls)
    while True:
        try:
            work = connection.recv_bytes()
        except (EOFError, OSError):
            return
        _allow(limits.seconds)
        answer = _answer(work)
        _allow(None)
        connection.send_bytes(answer)


def _answer(work: bytes) -> bytes:
    try:
        call, args, kwargs = pickle.loads(work)
        return json.dumps({"value": encode(call(*args, **kwargs))}).encode()
    except MemoryError:
        return b'{"ended": "memory"}'
    except Exception as error:
        return json.dumps({"raised": f"{type(error).__name__}: {error}"}).encode()


def _allow(seconds: float | None) -> None:
    """Let the system end this process when it has computed for so long."""
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, seconds or 0.0)


def _end_with(life: int) -> None:
    """Wait until the parent's end of the pipe is closed, and kill the group: this process and what it started."""
    with suppress(OSError):
        os.read(life, 1)
    os.killpg(0, signal.SIGKILL)


def _die_with_parent() -> None:
    """On Linux at once, even inside a long operation in C, during which no other thread of Python runs."""
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def _address_space() -> int:
    """Bytes that this process has mapped; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0
