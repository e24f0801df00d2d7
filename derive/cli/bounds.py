"""``derive bounds``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from derive.cli.bench import emitted_folder
from derive.cli.console import Console, complain, with_console, with_proofs
from derive.errors import UsageError


@click.command()
@click.argument("names", metavar="[FUNCTION]...", nargs=-1)
@click.option("--lines", is_flag=True, help="What each line of the C adds to the error, for binary64.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    help="Whose manifest.json to compare with; by default generated/, else the installed one.",
)
@with_proofs
@with_console
def bounds(console: Console, names: tuple[str, ...], lines: bool, folder: Path | None, proofs: Path | None) -> int:
    """Run the rounding analysis alone, of these functions or of all, and compare with manifest.json.

    Exit 1 where it finds another bound than the one that is declared.
    """
    from derive import views

    if lines and not names:
        raise UsageError("--lines goes with the names of functions", "derive bounds expm1mx --lines")
    if proofs is not None and folder is None:
        raise UsageError(
            "--proofs needs --folder", "derive bounds --proofs DIR --folder OUT: what `derive all --proofs DIR` wrote"
        )
    declared = json.loads((emitted_folder(folder) / "manifest.json").read_text(encoding="utf-8"))["bounds"]
    found = views.bounds(names, proofs=proofs)
    wrong = []
    for target, formats in found.items():
        for precision, functions in formats.items():
            for name, entry in functions.items():
                same = entry == declared.get(target, {}).get(precision, {}).get(name)
                wrong += [] if same else [f"{name} ({target}, {precision})"]
                console.result(
                    f"{name:<26} {target:<6} {precision}  {_in_words(entry)}{'' if same else '  DECLARED: other'}"
                )
    budgets = {name: views.budget(name, proofs=proofs) for name in names} if lines else {}
    for name, sections in budgets.items():
        for section in sections:
            console.result("\n" + text_of(section))
        last: dict[str, Any] = sections[-1]
        units = found["c"]["binary64"][name]["rounding_units"]
        if units > last["total"] + 0.001:
            console.result(f"\nThe tree of ordinary arguments, which is not shown, gives {units:g}: that is declared.")
    console.document({"ok": not wrong, "bounds": found, "lines": budgets})
    if wrong:
        complain(f"the manifest declares other bounds of {', '.join(wrong)}", "`derive all` writes it anew")
    return 1 if wrong else 0


def _in_words(entry: dict[str, Any]) -> str:
    figures = [f"{key} {value:g}" for key, value in entry.items() if key not in ("ulp", "established")]
    return ", ".join([f"{entry['ulp']:g} ulp", str(entry["established"]), *figures])


def text_of(section: dict[str, Any]) -> str:
    """A function, and in units of 2^-53 what its lines and the rest contribute, at the argument where it is most."""
    rows = [(line["units"], line["statement"]) for line in section["lines"]]
    rows += [
        (section["approximation"], "the polynomial, from the function it stands for"),
        (section["products"], "products of errors"),
        (section["left_out"], "what the analysis reads in a simpler way"),
        (section["total"], "in all"),
    ]
    said = [f"{units:10.5f}  {text if len(text) <= 100 else text[:99] + '…'}" for units, text in rows]
    return "\n".join([f"{section['function']}: {section['computes']}", "units of 2^-53", *said])
