"""``derive audit`` and ``derive explain``."""

from __future__ import annotations

from pathlib import Path

import click

from derive import untrusted
from derive.audit.codes import CODES, chosen
from derive.audit.finding import Finding
from derive.errors import UsageError


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--select", multiple=True, metavar="CODES", help="Report these codes only (prefixes, comma-separated; ALL)."
)
@click.option("--ignore", multiple=True, metavar="CODES", help="Do not report these codes.")
@click.option(
    "--format", "style", type=click.Choice(["text", "github", "sarif"]), default="text", show_default=True,
    help="How findings are printed: lines, annotations of a pull request, or a document for code scanning.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def audit(paths: tuple[Path, ...], select: tuple[str, ...], ignore: tuple[str, ...], style: str, as_json: bool) -> int:
    """Find KL terms in Python files and notebooks, and report those that are wrong, misnamed or at odds with their
    sampler. A PATH is a file, a folder, or - for standard input.

    Exit status: 0 nothing found, 1 findings, 2 a path or code that does not exist, or nothing that could be read. What
    is not read is named on standard error. `# noqa: DK003` on a line silences it.
    """
    from derive.audit import printing
    from derive.audit.files import found
    from derive.audit.run import audit_files

    codes = chosen(select, ignore)
    if as_json and style != "text":
        raise UsageError("--json and --format exclude each other", "ask for one of them")
    findings: list[Finding] = []
    skipped: list[str] = []
    read = 0
    for new, unread, whole in audit_files(found(paths), codes):
        read += whole
        findings += new
        skipped += unread
        for said in unread:
            click.echo(printing.not_read_as_github(said) if style == "github" else untrusted.line(said), err=True)
        if style != "sarif" and not as_json:
            for finding in new:
                click.echo(printing.as_github(finding) if style == "github" else printing.as_text(finding))
    if not read:
        raise UsageError(
            "nothing was read" + ("" if skipped else ": there is no Python file or notebook"),
            "name files, or a folder that holds some" if not skipped else "the lines above say why",
        )
    if as_json:
        click.echo(printing.as_json(findings, read, skipped))
    elif style == "sarif":
        click.echo(printing.as_sarif(findings, skipped))
    elif findings:
        count = f"{len(findings)} finding{'s' * (len(findings) != 1)} in {read} file{'s' * (read != 1)}"
        click.echo(f"{count}; `derive explain {findings[0].code}` says more", err=True)
    return 1 if findings else 0


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
            untrusted.as_json(
                [
                    {"code": c.id, "title": c.title, "why": c.why, "bad": c.bad, "good": c.good, "default": c.default}
                    for c in wanted
                ]
            )
        )
    elif code:
        click.echo(wanted[0].explained())
    else:
        for c in wanted:
            click.echo(f"{c.id}  {c.title}{'' if c.default else ' (off unless selected)'}")
    return 0
