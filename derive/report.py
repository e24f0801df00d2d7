"""What a check found: passed, failed, or not checked. A skipped check is never a passed one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum


class Status(Enum):
    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True)
class Check:
    """One check and its outcome.

    ``detail`` is one line for people: the figure that was reached, or, for a failure, where and by how much, or, for
    a check that did not run, the tool that is missing. ``figures`` holds the same as data for ``--json``.
    """

    name: str
    status: Status
    detail: str = ""
    figures: Mapping[str, object] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        return {"name": self.name, "status": self.status.value, "detail": self.detail, "figures": dict(self.figures)}


@dataclass(frozen=True)
class Report:
    """An ordered collection of checks."""

    checks: tuple[Check, ...] = ()

    @property
    def failed(self) -> tuple[Check, ...]:
        return tuple(c for c in self.checks if c.status is Status.FAILED)

    @property
    def not_checked(self) -> tuple[Check, ...]:
        return tuple(c for c in self.checks if c.status is Status.NOT_CHECKED)

    @property
    def ok(self) -> bool:
        return not self.failed

    def __add__(self, other: Report) -> Report:
        return Report(self.checks + other.checks)

    def as_json(self) -> dict[str, object]:
        return {"ok": self.ok, "checks": [c.as_json() for c in self.checks]}

    @staticmethod
    def of(checks: Iterable[Check]) -> Report:
        return Report(tuple(checks))


#: Called with each finished check and with lines of progress in words; the command prints, a library caller need not.
Progress = Callable[[str], None]


def silent(_line: str) -> None:
    """The progress listener that listens to nothing."""


#: Called with the number of finished parts of a long check and the number of all of them.
Advance = Callable[[int, int], None]


def uncounted(_done: int, _total: int) -> None:
    """The counter that counts nothing."""
