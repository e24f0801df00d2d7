"""The table of the README, as Markdown: accuracy near the optimum and speed, ours, the peers', the usual formulas'."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from derive.bench.accuracy import KERNEL, Errors
from derive.bench.formulas import BY_ACCURACY
from derive.bench.speed import BUILDS, Row, Speed

#: Distances from the optimum that the table shows.
SHOWN = (1.0, 1e-3, 1e-6)
_SHORT = {"binary64": "f64", "binary32": "f32"}


def table(errors: Sequence[Errors], speed: Speed | None = None) -> list[str]:
    """A row per contestant: its largest error in ulp by format and distance, and its time by that of the stream pass.

    ``errors`` may have several entries of one format and distance: each knows some of the contestants.
    """
    places = list(dict.fromkeys((e.precision, e.distance) for e in errors if e.distance in SHOWN))
    rows = [row for row in speed.rows if row.kernel == KERNEL] if speed else []
    heads = [f"{_SHORT[precision]}, {_power(distance)}" for precision, distance in places]
    heads += [f"{_SHORT[row.precision]}, n = {_power(row.size)}" for row in rows]
    lines = ["| | " + " | ".join(heads) + " |", "| --- |" + " ---: |" * len(heads)]
    for label in dict.fromkeys(label for e in errors for label in e.worst):
        known = {(e.precision, e.distance): e for e in errors if label in e.worst}
        cells = [_error(known[place], label) for place in places] + [_time(row, label) for row in rows]
        lines.append(f"| {_name(label)} | " + " | ".join(cells) + " |")
    return [*lines, *_notes(rows, speed)]


def _power(number: float) -> str:
    """1, or a power of 10 as people write it."""
    exponent = str(round(math.log10(number)))
    return "1" if exponent == "0" else "10" + exponent.translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def formulas_alone(errors: Sequence[Errors]) -> list[Errors]:
    """The errors of the formulas that no contestant of the race computes."""
    kept = {usual.name for usual in BY_ACCURACY[1:]}
    return [replace(e, worst={k: v for k, v in e.worst.items() if k in kept}) for e in errors if e.distance in SHOWN]


def _name(label: str) -> str:
    if label in {usual.name for usual in BY_ACCURACY}:
        owner, _, formula = label.rpartition(": ")
        return f"`{formula}` in NumPy" + (f", as in {owner}" if owner else "")
    return f"**{label}**" if label.startswith((*BUILDS, "NumPy file", "derive")) else label


def _error(errors: Errors, label: str) -> str:
    """Two digits, a power of ten from 10^4 on."""
    error, sign = errors.worst[label], ", negative" if errors.negative[label] else ""
    if error < 1e4:
        return (f"{error:.2f}" if error < 10 else f"{error:.0f}") + sign
    mantissa, exponent = f"{error:.0e}".split("e")
    return f"{mantissa}e{int(exponent)}{sign}"


def _time(row: Row, label: str) -> str:
    return f"{row.ratio(label, 'stream'):.1f}" if label in row.ns else ""


def _notes(rows: Sequence[Row], speed: Speed | None) -> list[str]:
    if speed is None:
        return []
    nanoseconds = ", ".join(f"{row.ns['stream']:.2f}" for row in rows)
    lines = ["", f"The stream pass itself: {nanoseconds} ns an element. One thread on one core."]
    return lines + [f"Not measured: {peer} ({why})." for peer, why in speed.missing.items()]
