"""Limits of size and time: every decision ends, with a message that says which limit it met."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import sympy as sp
from sympy.core.function import AppliedUndef

from derive.errors import CheckFailed
from derive.prove.ball import Undecided, evaluate
from derive.vocabulary.step import Step

MOST_NODES = 2000  # of an expression; the longest that is claimed has about 150
MOST_BITS = 4096  # of a number; the largest that is claimed is 2^1024
SECONDS = 30.0  # for a step; the longest takes one


def check_step(step: Step) -> None:
    """The same for all expressions that a step was given."""
    for name in step.__dataclass_fields__:
        value = getattr(step, name)
        for expr in value if isinstance(value, tuple) else (value,):
            if isinstance(expr, sp.Basic):
                check_size(expr)


def check_size(expr: sp.Expr) -> None:
    """Raise :class:`Undecided` for an expression beyond the limits, before anything looks at it more closely."""
    count, waiting = 0, [expr]
    while waiting:
        node = waiting.pop()
        count += 1
        if count > MOST_NODES:
            raise Undecided(f"an expression of more than {MOST_NODES} nodes")
        if node.is_Rational and max(int(abs(node.p)).bit_length(), int(node.q).bit_length()) > MOST_BITS:
            raise Undecided(f"a number of more than {MOST_BITS} bits")
        if node.is_Pow and node.args[0].is_Rational and node.args[1].is_Rational:
            _check_power(*node.args)
        if (isinstance(node, sp.exp) or node.is_Pow) and node.is_number and not node.has(AppliedUndef):
            _check_number(node)
        waiting += node.args


def _check_power(base: sp.Rational, exponent: sp.Rational) -> None:
    bits = max(int(abs(base.p)).bit_length(), int(base.q).bit_length())
    if abs(exponent) * bits > MOST_BITS:
        raise Undecided(f"a power of more than {MOST_BITS} bits")


def _check_number(node: sp.Expr) -> None:
    try:
        finite = evaluate(node, {}).is_finite()
    except Undecided:
        return
    if not finite:
        raise Undecided("a number that is none, or beyond what the balls hold", node)


@contextmanager
def ends(what: str = "") -> Iterator[None]:
    """The body within the time limit; what is no expression at all fails with a message, and with its cause."""
    try:
        with time_limit():
            yield
    except CheckFailed:
        raise
    except RecursionError:
        raise Undecided("the expression is nested too deeply", what or None) from None
    except Exception as error:  # whatever SymPy makes of an expression that is none
        raise Undecided(f"it is not well formed ({type(error).__name__}: {error})"[:400], what or None) from error


@contextmanager
def time_limit(seconds: float = SECONDS) -> Iterator[None]:
    """Raise :class:`Undecided` in the body after so many seconds; in the main thread, where the system has timers.

    Elsewhere the limits of size alone bound a decision. A timer that was running before runs on afterwards.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def stop(_signum: int, _frame: FrameType | None) -> None:
        raise Undecided(f"no decision within {seconds:g} seconds")

    start = time.monotonic()
    handler = signal.signal(signal.SIGALRM, stop)
    remaining, _ = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if remaining:
            signal.setitimer(signal.ITIMER_REAL, max(remaining - (time.monotonic() - start), 1e-3))
