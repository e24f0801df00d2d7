"""The worst inputs that a search has found, for the headers: the table `derive verify --hunt 10 --record FILE` writes.

It is kept beside this file, as worst.csv. `derive verify` evaluates each input that a header names again.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

RECORD = Path(__file__).parent / "worst.csv"
_COLUMNS = ["target", "format", "function", "ulp", "arguments", "copies"]


@dataclass(frozen=True)
class Worst:
    """An error in ulp, and the arguments at which it is made, as hexadecimal floats; of a sum, over so many of them."""

    ulp: str
    at: tuple[str, ...]
    copies: int = 1

    @property
    def shortened(self) -> tuple[str, ...]:
        """The arguments without the zeros that say nothing."""
        return tuple(map(_short, self.at))

    def __str__(self) -> str:
        return f"{self.ulp} ulp at {self.where}"

    @property
    def where(self) -> str:
        """``(0x1p+0, 0x1p-3)``, in a sum ``63 copies of (0x1p+0, 0x1p-3)``."""
        point = f"({', '.join(self.shortened)})"
        return point if self.copies == 1 else f"{self.copies} copies of {point}"


@cache
def worst_inputs() -> Mapping[tuple[str, str, str], Worst]:
    """By target, format and function."""
    return recorded(RECORD)


def recorded(path: Path) -> Mapping[tuple[str, str, str], Worst]:
    """What a search wrote to ``path``; ValueError where that is no such table."""
    try:
        head, *rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
    except (ValueError, csv.Error) as error:
        raise ValueError(f"no table: {error}") from error
    if head != _COLUMNS or any(len(row) != len(head) for row in rows):
        raise ValueError(f"its columns are not {', '.join(_COLUMNS)}")
    return {
        (target, form, function): Worst(ulp, tuple(at.split()), int(copies))
        for target, form, function, ulp, at, copies in rows
    }


def _short(number: str) -> str:
    """``0x1.8p-3`` for ``0x1.8000000000000p-3``."""
    digits, mark, exponent = number.partition("p")
    return (digits.rstrip("0").rstrip(".") if "." in digits else digits) + mark + exponent
