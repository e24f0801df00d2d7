"""``derive vendor``."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from pathlib import Path

import click

from derive.cli.console import Console, complain, some, with_console


@click.command("vendor")
@click.argument("target")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--only", multiple=True, metavar="NAME", help="A function to copy, as kl_unit_logvar; repeatable.")
@click.option("--check", is_flag=True, help="Write nothing; fail if a copy in DIR is stale, changed or missing.")
@click.option(
    "--from", "source", type=click.Path(path_type=Path, file_okay=False, exists=True), metavar="FOLDER",
    help="The emitted files; by default those of this derive.",
)  # fmt: skip
@with_console
def vendor(console: Console, target: str, folder: Path, only: tuple[str, ...], check: bool, source: Path | None) -> int:
    """Copy the emitted files of TARGET (c, numpy, torch, jax, keras) into DIR; each names its licence.

    With --only, files that hold these functions; in C these functions alone, with all that they call. A gradient or a
    sum (kl_unit_logvar_grad, kl_unit_logvar_sum) brings its value, which does not bring them. A further choice replaces
    the one before. --check finds by itself what was copied into DIR.
    """
    from derive import vendor as copying

    do = copying.check if check else copying.vendor
    found = do(target, folder, only, source=source)
    for file in found:
        console.result(f"{file.state:<8} {folder / file.path}")
    bad = [file.path for file in found if file.state not in ("current", "written")]
    dropped = sorted({name for file in found for name in file.dropped})
    if dropped:
        console.result(f"no longer in it: {', '.join(dropped)}")
        both = "".join(f" --only {name}" for name in (*only, *dropped))
        console.note(
            f"to keep what was there, name all in one call: derive vendor {target} {shlex.quote(str(folder))}{both}"
        )
    files = [{key: value for key, value in asdict(file).items() if value} for file in found]
    console.document({"ok": not bad, "target": target, "files": files})
    if bad:
        chosen = "".join(f" --only {name}" for name in only or copying.choice(target, folder))
        complain(
            f"not what derive would copy today: {some(bad)}",
            f"mend it with `derive vendor {target} {shlex.quote(str(folder))}{chosen}`; "
            "move a file that was changed away first",
        )
    return 1 if bad else 0
