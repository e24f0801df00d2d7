"""``derive bench``."""

from __future__ import annotations

from dataclasses import asdict

import click

from derive.cli.console import Console, with_console


@click.command()
@with_console
def bench(console: Console) -> int:
    """Time the command itself, beside what is promised for two idle cores. It only prints: machines are busy."""
    from derive.bench.command_times import measure

    figures = measure()
    for figure in figures:
        console.result(f"{figure.seconds:8.3f} s   promised {figure.promised:g} s   {figure.name}")
    console.document({"figures": [asdict(figure) for figure in figures]})
    return 0
