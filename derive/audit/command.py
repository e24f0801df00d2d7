"""``derive audit`` and ``derive explain``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from derive.audit.codes import CODES, chosen
from derive.errors import UsageError


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--select", multiple=True, metavar="CODES", help="Report these codes only (prefixes, comma-separated; ALL)."
)
@click.option("--ignore", multiple=True, metavar="CODES", help="Do not report these codes.")
@click.option(
    "--format", "style", type=click.Choice(["text", "github"]), default="text", help="How findings are printed."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def audit(paths: tuple[Path, ...], select: tuple[str, ...], ignore: tuple[str, ...], style: str, as_json: bool) -> int:
    """Find KL terms in Python files and notebooks, and report those that are wrong, misnamed or at odds with their
    sampler.

    Exit status: 0 nothing found, 1 findings, 2 a path or code that does not exist. `# noqa: DK003` on a line silences
    it.
    """
    codes = chosen(select, ignore)
    from derive.audit.files import found
    from derive.audit.run import audit_files

    findings, skipped, read = [], [], 0
    for new, unread in audit_files(found(paths), codes):
        read += 1
        findings += new
        skipped += unread
        for line in unread:
            click.echo(line, err=True)
        if not as_json:
            for finding in new:
                if style == "github":
                    place = f"file={finding.path},line={finding.line},col={finding.column},title={finding.code}"
                    click.echo(f"::warning {place}::{_escaped(finding.message)}")
                else:
                    click.echo(f"{finding.place}: {finding.code} {finding.message}")
    if as_json:
        document = {"ok": not findings, "files": read, "findings": [f.as_json() for f in findings], "skipped": skipped}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    elif findings:
        count = f"{len(findings)} finding{'s' * (len(findings) != 1)} in {read} file{'s' * (read != 1)}"
        click.echo(f"{count}; `derive explain {findings[0].code}` says more", err=True)
    return 1 if findings else 0


def _escaped(message: str) -> str:
    return message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


@click.command()
@click.argument("code", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def explain(code: str | None, as_json: bool) -> int:
    """What a code of the audit means, why it matters, an example; without CODE, all of them."""
    if code is not None and code.upper() not in CODES:
        import difflib

        near = difflib.get_close_matches(code.upper(), CODES, n=1)
        raise UsageError(
            f"there is no code {code!r}", f"did you mean {near[0]}?" if near else f"the codes are {', '.join(CODES)}"
        )
    wanted = [CODES[code.upper()]] if code else list(CODES.values())
    if as_json:
        click.echo(
            json.dumps(
                [
                    {"code": c.id, "title": c.title, "why": c.why, "bad": c.bad, "good": c.good, "default": c.default}
                    for c in wanted
                ],
                indent=2,
            )
        )
    elif code:
        click.echo(wanted[0].explained())
    else:
        for c in wanted:
            click.echo(f"{c.id}  {c.title}{'' if c.default else ' (off unless selected)'}")
    return 0
