"""The worst inputs that a search has found, for the headers: the table `derive verify --hunt 10 --record FILE` writes.

It is kept beside this file, as worst.csv. `derive verify` evaluates each input that a header names again.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Worst:
    """An error in ulp, and the arguments at which it is made, as hexadecimal floats."""

    ulp: str
    at: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.ulp} ulp at ({', '.join(map(_short, self.at))})"


@cache
def worst_inputs() -> Mapping[tuple[str, str, str], Worst]:
    """By target, format and function."""
    text = (Path(__file__).parent / "worst.csv").read_text(encoding="utf-8")
    return {
        (row["target"], row["format"], row["function"]): Worst(row["ulp"], tuple(row["arguments"].split()))
        for row in csv.DictReader(text.splitlines())
    }


def _short(number: str) -> str:
    """``0x1.8p-3`` for ``0x1.8000000000000p-3``."""
    digits, mark, exponent = number.partition("p")
    return (digits.rstrip("0").rstrip(".") if "." in digits else digits) + mark + exponent
