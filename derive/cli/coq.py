"""What ``--coq`` prints: which theorems Coq has checked, and the axioms that they rest on."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from derive.cli.console import Console, complain, some

if TYPE_CHECKING:
    from derive.judge.judgement import Judgement


def say(console: Console, judgement: Judgement, names: Sequence[str] = ()) -> None:
    """A line per theorem, all of them or those named, and the axioms."""
    for id, statements in judgement.theorems.items():
        if not names or id in names:
            console.result(f"checked by Coq  {id}  {some(statements)}")
    for id, why in judgement.without.items():
        if not names or id in names:
            console.result(f"not for Coq     {id}  {why}")
    for title, axioms in judgement.axioms.items():
        console.result(f"{title}:")
        for line in textwrap.wrap(", ".join(axioms) or "none", 110):
            console.result(f"  {line}")


def fail(judgement: Judgement) -> None:
    """The failures in one line, and what to do."""
    complain(
        f"Coq says no: {some([c.name for c in judgement.report.failed])}",
        "the lines above say which statement, or which tool is missing",
    )
