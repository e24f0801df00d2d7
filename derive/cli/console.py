"""What the command prints, and where: results on stdout, progress, prose and errors on stderr."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from derive import untrusted
from derive.report import Check, Report, Status

_COLOUR = {Status.PASSED: "green", Status.FAILED: "red", Status.NOT_CHECKED: "yellow"}


def _colour() -> bool | None:
    """None leaves it to click, which colours a terminal only."""
    return False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None


def complain(message: str, hint: str = "") -> None:
    """An error: one line, and a line that says what to do. Where nobody can be told, the exit status alone says it."""
    said = untrusted.line(" ".join(message.split("\n")))
    with suppress(OSError):
        click.echo(click.style("derive:", fg="red", bold=True) + " " + said, err=True, color=_colour())
        if hint:
            click.echo(click.style("hint:", fg="cyan") + " " + untrusted.lines(hint), err=True, color=_colour())


@dataclass(frozen=True)
class Console:
    """The two streams of one run of the command."""

    quiet: bool = False
    as_json: bool = False

    def result(self, text: str) -> None:
        """A line of the answer, for people; with ``--json`` the document is the whole answer."""
        if not self.as_json:
            click.echo(_coloured(untrusted.lines(text)), color=_colour())

    def document(self, document: object) -> None:
        """The answer for programs."""
        if self.as_json:
            click.echo(untrusted.as_json(document))

    def note(self, text: str) -> None:
        """Progress or prose. The outcome that a line begins with has its colour."""
        if not self.quiet:
            click.echo(_coloured(untrusted.line(text)), err=True, color=_colour())

    def report(self, report: Report) -> None:
        """What was not checked, and how many checks passed. Failures came as progress: a quiet run hears them here."""
        for check in report.failed if self.quiet else ():
            click.echo(_coloured(untrusted.line(_line(check))), err=True, color=_colour())
        for check in report.not_checked:
            self.result(_line(check))
        passed = sum(check.status is Status.PASSED for check in report.checks)
        self.result(
            f"{passed} of {len(report.checks)} checks passed, {len(report.failed)} failed, "
            f"{len(report.not_checked)} not checked"
        )


def some(names: Sequence[str]) -> str:
    """The first of many names, for one line."""
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _line(check: Check) -> str:
    return f"{check.status.value}: {check.name}" + (f": {check.detail}" if check.detail else "")


def _coloured(line: str) -> str:
    for status, colour in _COLOUR.items():
        if line.startswith(f"{status.value}:"):
            return click.style(status.value, fg=colour) + line.removeprefix(status.value)
    return line


def with_console(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``-q`` and ``--json``, and pass it the console they ask for as its first argument."""

    @click.option("-q", "--quiet", is_flag=True, help="No progress and no prose; results and errors only.")
    @click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
    @click.pass_context
    @functools.wraps(command)
    def wrapped(context: click.Context, /, quiet: bool, as_json: bool, **arguments: Any) -> Any:
        quiet = quiet or bool(context.find_root().params.get("quiet"))
        return command(Console(quiet, as_json), **arguments)

    return wrapped


def with_proofs(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--proofs``."""
    return click.option(
        "--proofs",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="The families in this folder of proof files too. Their Python is run.",
    )(command)
