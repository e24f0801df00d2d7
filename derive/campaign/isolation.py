"""A call in a process of its own, because what it runs may crash or never end."""

from __future__ import annotations

import faulthandler
import os
import pickle
import signal
import warnings
from collections.abc import Callable
from typing import Any

TIME_LIMIT = 120.0


def isolated(call: Callable[[], Any], limit: float = TIME_LIMIT) -> Any:
    """The result of a call in a forked process; a crash or an endless loop is a line that says so.

    Plain `os.fork`, because the workers of some executors are daemons, to which `multiprocessing` allows no children.
    The child ends itself at the limit, by a signal that needs no one to send it.
    """
    receiver, sender = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of other threads, of which the child needs none
        child = os.fork()
    if child == 0:
        _answer(sender, call, limit)
    os.close(sender)
    status = None
    try:
        with os.fdopen(receiver, "rb") as answer:
            said = answer.read()
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    finally:
        if status is None:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    if status == -signal.SIGALRM:
        return f"does not finish within {limit:g} s"
    return f"crashes with exit code {status}" if status else pickle.loads(said)


def _answer(sender: int, call: Callable[[], Any], limit: float) -> None:
    """In the child: the result into the pipe, and the end."""
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, limit)
        faulthandler.disable()
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what a corrupted heap says as it dies
        with os.fdopen(sender, "wb") as pipe:
            pickle.dump(call(), pipe)
        os._exit(0)
    finally:
        os._exit(1)
