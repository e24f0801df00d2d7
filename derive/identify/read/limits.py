"""What a formula may not exceed, and the error that says what was not understood and where.

Every limit is far above what a formula in a paper or a program needs, and low enough that a hostile input is refused
within milliseconds. Text that reaches these limits is an input that cannot be parsed, exit code 2.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from derive.errors import UsageError

#: Characters of an expression or block given to ``identify``.
MAX_TEXT = 20_000
#: Characters of a source file.
MAX_FILE = 2_000_000
#: How deep an expression of the text may nest.
MAX_NESTING = 100
#: Operations in the tree of one formula, with assignments expanded, and how deep they nest.
MAX_SIZE = 3_000
MAX_DEPTH = 160
#: The largest exponent, the most terms of an expanded formula, the most bits of an exact number.
MAX_EXPONENT = 64
MAX_TERMS = 400
MAX_BITS = 4_096
#: Generators of an expanded form, written out: nested products of sums would otherwise double at each level.
MAX_FORM = 20_000
#: Quantities of one formula among which roles are sought; a divergence of two Gaussians with weights has no more.
MAX_QUANTITIES = 16
#: Of these, the candidates for a scale, and for a mean.
MAX_SPREADS = 6
MAX_MEANS = 6
#: Changed copies of a wrong formula that are tried, the operations of one that is changed at all, and the steps after
#: which the search stops however few they were.
MAX_VARIANTS = 250
MAX_EDITED = 300
SEARCH_STEPS = 60_000
#: Steps (terms added, multiplied, expanded or compared) spent on one formula, and on all of one file. A step takes
#: about twenty microseconds.
FORMULA_STEPS = 500_000
FILE_STEPS = 3_000_000

#: Seconds of the processor and bytes of memory for one formula, or one file of an audit. The system ends the process
#: that takes more.
WORK_SECONDS = 20.0
WORK_MEMORY = 1_000_000_000


class Position(NamedTuple):
    """Line and column, both from 1; ``end`` is the line and column behind the part, where the reader knows it."""

    line: int
    column: int
    end: tuple[int, int] | None = None

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}"


class NotUnderstood(UsageError):
    """The text cannot be parsed, exceeds a limit, or holds something outside the accepted table."""

    def __init__(self, what: str, at: Position | None = None, hint: str = "") -> None:
        super().__init__(f"{at}: {what}" if at else what, hint)
        self.what = what
        self.at = at


class Spent(NotUnderstood):
    """A formula, a search or a file has used up its steps."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit:,} steps of work", None, "what was found until then stands")
        self.limit = limit


class Meter:
    """Counts steps; beyond its limit the next one raises :class:`Spent`. Meters nest, an inner step counts for all."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.steps = 0


_METERS: list[Meter] = []


@contextmanager
def metered(limit: int) -> Iterator[Meter]:
    """Bounds the work inside: counted, hence the same on every machine."""
    meter = Meter(limit)
    _METERS.append(meter)
    try:
        yield meter
    finally:
        _METERS.remove(meter)


def spend(steps: int) -> None:
    """Count work that is about to be done."""
    for meter in _METERS:
        meter.steps += steps
        if meter.steps > meter.limit:
            raise Spent(meter.limit)


def check_text(text: str, limit: int = MAX_TEXT) -> None:
    """Refuse text that is too long, or holds a NUL. Nesting is left to Python's parser, which has limits of its own,
    and to the readers.

    Raises
    ------
    NotUnderstood : longer than ``limit``, or a NUL.
    """
    if len(text) > limit:
        raise NotUnderstood(f"the text has {len(text)} characters", None, f"at most {limit} are read")
    if "\0" in text:
        line, start = text.count("\n", 0, text.index("\0")) + 1, text.rfind("\n", 0, text.index("\0")) + 1
        raise NotUnderstood("the text holds a NUL character", Position(line, text.index("\0") - start + 1))
