"""Progress of a long check: a bar on a terminal, a line at each tenth elsewhere, nothing where quiet is asked for."""

from __future__ import annotations

import io
import re
import sys

import pytest

from derive.cli.console import Console
from derive.cli.counter import counter


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, total: int, *, term: str = "xterm", quiet: bool = False
) -> str:
    """What a stream gets of a check in so many parts, with a line half-way."""
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", term)
    monkeypatch.setenv("NO_COLOR", "1")
    with counter(Console(quiet)) as progress:
        for done in range(1, total + 1):
            progress.advance(done, total)
            if done == total // 2:
                progress.note("passed: half: of it")
    return stream.getvalue()


def test_a_terminal_has_a_bar_and_the_lines_above_it(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = shown(monkeypatch, Terminal(), 4)
    counts = re.findall(r"chunks  \[[#-]*\]  (\d/4)", drawn)
    assert list(dict.fromkeys(counts)) == ["0/4", "1/4", "2/4", "3/4", "4/4"]
    assert "2/4" in drawn.partition("\r\033[Kpassed: half: of it\n")[0]
    assert "3/4" in drawn.partition("\r\033[Kpassed: half: of it\n")[2]
    assert drawn.endswith("4/4\033[?25h\n")  # the cursor is shown again


def test_a_dumb_terminal_and_a_file_have_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    tenths = [f"{done} of 200 chunks\n" for done in range(20, 201, 20)]
    expected = "".join([*tenths[:5], "passed: half: of it\n", *tenths[5:]])
    assert shown(monkeypatch, io.StringIO(), 200) == expected
    assert shown(monkeypatch, Terminal(), 200, term="dumb") == expected


def test_few_chunks_are_not_worth_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, io.StringIO(), 40) == "passed: half: of it\n"


def test_quiet_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, Terminal(), 200, quiet=True) == shown(monkeypatch, io.StringIO(), 200, quiet=True) == ""
