"""Limits of size and time: every decision ends, with a message that says which limit it met."""

from __future__ import annotations

import gc
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import sympy as sp
from sympy.core.function import AppliedUndef

from derive.errors import CheckFailed
from derive.prove.ball import Point, Undecided, evaluate
from derive.vocabulary.step import Counterexample, GlobalMinimum, Step

MOST_NODES = 2000  # of an expression; the longest that is claimed has about 150
MOST_BITS = 4096  # of a number; the largest that is claimed is 2^1024
SECONDS = 30.0  # of the processor, for a step; the longest takes one. A busy machine is no hang
MOST_MEMORY = 2 * 2**30  # bytes that a step may take beyond what the process has; all theorems together take 0.1 GB
_LOOK = 0.25  # seconds between two looks at the clock
_NOWHERE: Point = {}


def check_step(step: Step) -> None:
    """What a step makes of its expressions when it is written down: SymPy works powers out where it puts numbers in."""
    point: dict[sp.Symbol, sp.Rational] = {}
    sides: tuple[sp.Expr, ...] = ()
    if isinstance(step, Counterexample):
        sides = (step.lhs, step.rhs)
        point = {s: step.at[s.name] for side in sides for s in side.free_symbols if s.name in step.at}
    elif isinstance(step, GlobalMinimum):
        sides = (step.function,)
        point = {v.symbol: a for v, a in zip(step.variables, step.at, strict=False)}
    if all(isinstance(value, sp.Rational) for value in point.values()):
        for node in (node for side in sides for node in sp.preorder_traversal(side) if node.is_Pow):
            _check_number(node, point)


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


def _check_number(node: sp.Expr, point: Point = _NOWHERE) -> None:
    try:
        ball = evaluate(node, point)
    except Undecided:
        return
    if not ball.is_finite():
        raise Undecided("a number that is none, or beyond what the balls hold", node)
    worked_out = node.is_Pow and node.args[0] is not sp.E
    if worked_out and not ball.contains(0) and abs(abs(ball).log()) > MOST_BITS:
        raise Undecided(f"a power of more than {MOST_BITS} bits")


@contextmanager
def ends(what: str = "") -> Iterator[None]:
    """The body within the time limit; what is no expression at all fails with a message, and with its cause."""
    try:
        with time_limit():
            yield
    except CheckFailed:
        raise
    except MemoryError:
        raise Undecided("there is no memory left", what or None) from None
    except RecursionError:
        raise Undecided("the expression is nested too deeply", what or None) from None
    except Exception as error:  # whatever SymPy makes of an expression that is none
        raise Undecided(f"it is not well formed ({type(error).__name__}: {error})"[:400], what or None) from error


class _Met(BaseException):
    """A limit was met. What runs in between handles exceptions, and this is none of theirs."""


@contextmanager
def time_limit(limit: float | None = None) -> Iterator[None]:
    """Raise :class:`Undecided` in the body after so many seconds, or when it has taken too much memory.

    In the main thread, where the system has timers. Elsewhere, and inside one long operation of python-flint's, the
    limits of size alone bound a decision, and the limits of the process that derive proves in. A timer that was running
    before runs on afterwards.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return
    seconds = SECONDS if limit is None else limit
    start, idle = time.process_time(), _resident()

    def look(_signum: int, frame: FrameType | None) -> None:
        if time.process_time() - start > seconds:
            why = f"no decision within {seconds:g} seconds of the processor"
        elif _resident() - idle > MOST_MEMORY:
            why = f"no decision within {MOST_MEMORY / 2**30:g} GB of memory"
        else:
            return
        if _goes_nowhere(frame):
            return
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds, seconds)  # what is freed now takes its time
        raise _Met(why)

    def soon() -> float:
        return signal.setitimer(signal.ITIMER_VIRTUAL, min(_LOOK, seconds), min(_LOOK, seconds))[0]

    handler = signal.signal(signal.SIGVTALRM, look)
    remaining = soon()
    try:
        with _noticed(soon):
            yield
    except _Met as met:
        raise Undecided(str(met)) from None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, handler)
        if remaining:
            signal.setitimer(signal.ITIMER_VIRTUAL, max(remaining - (time.process_time() - start), 1e-3))


@contextmanager
def _noticed(again: Callable[[], object]) -> Iterator[None]:
    """Call ``again`` where Python drops the limit: in a callback of a weak reference, or of a library in C."""
    known = sys.unraisablehook

    def hook(dropped: sys.UnraisableHookArgs) -> None:
        if issubclass(dropped.exc_type, _Met):
            again()
        else:
            known(dropped)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = known


def _goes_nowhere(frame: FrameType | None) -> bool:
    """Whether an exception is better not raised here: in a finaliser, or in what the garbage collector calls."""
    dropping = {getattr(call, "__code__", None) for call in gc.callbacks}
    while frame is not None:
        if frame.f_code in dropping or frame.f_code.co_name == "__del__":
            return True
        frame = frame.f_back
    return False


def _resident() -> int:
    """Bytes of memory that this process holds; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * resource.getpagesize()
    except OSError:
        return 0
