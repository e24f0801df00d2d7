"""The table of the README: accuracy near the optimum and speed, ours and the usual formulas, as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from derive.bench.accuracy import KERNEL, Errors, as_text
from derive.bench.formulas import BY_ACCURACY
from derive.bench.speed import BUILDS, Speed

#: Distances from the optimum that the table shows.
SHOWN = (1.0, 1e-2, 1e-4, 1e-6)


def accuracy_table(errors: Sequence[Errors]) -> list[str]:
    """A row per contestant: its largest error in ulp, at each distance and in both formats."""
    shown = [e for e in errors if e.distance in SHOWN]
    heads = [f"{e.precision}, {e.distance:g}" for e in shown]
    lines = ["| largest error in ulp, at distance | " + " | ".join(heads) + " |", "| --- |" + " ---: |" * len(heads)]
    for label in shown[0].worst:
        cells = [as_text(e.worst[label]) + (" (negative)" if e.negative[label] else "") for e in shown]
        code = f"`{label}`" if label not in {u.name for u in BY_ACCURACY} else label
        lines.append(f"| {code} | " + " | ".join(cells) + " |")
    return lines


def speed_table(speed: Speed) -> list[str]:
    """A row per contestant: time by the stream pass over the same arrays, at each size and in both formats."""
    rows = [row for row in speed.rows if row.kernel == KERNEL]
    heads = [f"{row.precision}, 10^{len(str(row.size)) - 1}" for row in rows]
    lines = ["| time by that of out[i] = a[i] + b[i], at n = | " + " | ".join(heads) + " |"]
    lines.append("| --- |" + " ---: |" * len(heads))
    contestants = [c for c in rows[0].ns if c != "stream"]
    for contestant in contestants:
        label = f"derive: {contestant}" if contestant.startswith((*BUILDS, "NumPy file")) else contestant
        lines.append(f"| {label} | " + " | ".join(f"{row.ratio(contestant, 'stream'):.1f}" for row in rows) + " |")
    lines.append("")
    nanoseconds = ", ".join(f"{row.ns['stream']:.2f}" for row in rows)
    lines.append(f"The stream pass itself took {nanoseconds} ns an element. One thread on one core.")
    lines += [f"Not measured: {peer} ({why})." for peer, why in speed.missing.items()]
    return lines
