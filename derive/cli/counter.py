"""How far a long check is: a bar on a terminal, a line at each tenth elsewhere, nothing where quiet is asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import click

from derive.cli.console import Console

#: Fewer parts than this are over before a line about them is read.
_MANY = 50
_CLEAR_LINE = "\r\033[K"


class Counter:
    """Passes notes on to the console, and the count of finished parts to a bar below them."""

    def __init__(self, console: Console, stack: ExitStack) -> None:
        self._console = console
        self._stack = stack
        self._terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._bar: Any = None

    def note(self, text: str) -> None:
        """A line above the bar, which is drawn again with the next count."""
        if self._bar is not None:
            click.echo(_CLEAR_LINE, nl=False, err=True)
        self._console.note(text)

    def advance(self, done: int, total: int) -> None:
        """So many of all parts are finished."""
        if self._console.quiet:
            return
        if not self._terminal:
            if total >= _MANY and done * 10 // total > (done - 1) * 10 // total:
                self._console.note(f"{done} of {total} chunks")
            return
        if self._bar is None:
            bar = click.progressbar(length=total, label="chunks", show_pos=True, file=sys.stderr)
            self._bar = self._stack.enter_context(bar)
        self._bar.update(done - self._bar.pos)


@contextmanager
def counter(console: Console) -> Iterator[Counter]:
    """A counter, whose bar ends with the context."""
    with ExitStack() as stack:
        yield Counter(console, stack)
