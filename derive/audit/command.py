"""``derive audit`` and ``derive explain``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from derive import untrusted
from derive.audit.codes import CODES, named
from derive.audit.finding import Finding
from derive.errors import UsageError

if TYPE_CHECKING:
    from derive.audit.files import Found


@click.command(
    epilog=f"Reported unless --select says otherwise: {', '.join(c.id for c in CODES.values() if c.default)}."
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--select", multiple=True, metavar="CODES", help="Report these codes only (prefixes, comma-separated; ALL)."
)
@click.option("--ignore", multiple=True, metavar="CODES", help="Do not report these codes.")
@click.option("--since", metavar="REF", help="Report only what has changed since a commit, a branch or a tag of git.")
@click.option("--fix", is_flag=True, help="Repair what has a sure repair: read again, evaluated, audited again.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option(
    "--format", "style", type=click.Choice(["text", "github", "sarif"]), default="text", show_default=True,
    help="How findings are printed: lines, annotations of a pull request, or a document for code scanning.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.option("-q", "--quiet", is_flag=True, help="No prose; findings and errors only.")
@click.pass_context
def audit(
    context: click.Context,
    paths: tuple[Path, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    since: str | None,
    fix: bool,
    diff: bool,
    style: str,
    as_json: bool,
    quiet: bool,
) -> int:
    """Find KL terms in Python files and notebooks, and report those that are wrong, misnamed or at odds with their
    sampler. A PATH is a file, a folder, or - for standard input. A project settles per-file-ignores, select,
    ignore and exclude in its pyproject.toml, under [tool.derive.audit].

    Exit status: 0 nothing found, or all of it repaired; 1 findings, with --diff also those that it would repair; 2 a
    path or code that does not exist, or nothing that could be read. What is not read is named on standard error.
    The comment `noqa: DK003`, or a prefix, silences its line.
    """
    from derive.audit import printing
    from derive.audit.files import STANDARD_INPUT
    from derive.audit.repairs import difference, write
    from derive.audit.run import audit_files
    from derive.audit.since import changes

    streams = [path for path in paths if str(path) == STANDARD_INPUT]
    if as_json and style != "text":
        raise UsageError("--json and --format exclude each other", "ask for one of them")
    if diff and (as_json or style != "text"):
        raise UsageError("--diff prints a patch and nothing else", "leave --json or --format out")
    if streams and (since or fix or diff):
        raise UsageError("standard input has no place to compare or to write to", "name a file")
    changed = changes(paths, since) if since else None
    files = [
        (file, codes) for file, codes in _found(paths, select, ignore) if changed is None or changed.of(file.path) != {}
    ]
    if changed is not None and not files:
        click.echo(f"no Python file or notebook has changed since {untrusted.line(since or '')}", err=True)
    findings: list[Finding] = []
    skipped: list[str] = []
    read = repaired = terms = 0
    for file, result in audit_files(files, changed, fix=fix or diff):
        read += result.read
        terms += result.terms
        skipped += result.unread
        for said in filter(None, (*result.unread, result.unrepaired)):
            click.echo(printing.not_read_as_github(said) if style == "github" else untrusted.line(said), err=True)
        left = result.findings
        if result.rewritten is not None and diff:
            click.echo(difference(result.rewritten, file.path.read_bytes()), nl=False)
        elif result.rewritten is not None:
            write(result.rewritten)
            left = tuple(f for f in left if f not in result.rewritten.repaired)
            repaired += len(result.rewritten.repaired)
        findings += left
        if style != "sarif" and not as_json and not diff:
            for finding in left:
                click.echo(printing.as_github(finding) if style == "github" else printing.as_text(finding))
    if not read and (changed is None or skipped):
        raise UsageError(
            "nothing was read" + ("" if skipped else ": there is no Python file or notebook"),
            "name files, or a folder that holds some" if not skipped else "the lines above say why",
        )
    if as_json:
        click.echo(printing.as_json(findings, read, skipped))
    elif style == "sarif":
        click.echo(printing.as_sarif(findings, skipped))
    if repaired:
        click.echo(f"repaired {repaired}; look at the change before you commit it", err=True)
    if not (as_json or style == "sarif" or quiet or context.find_root().params.get("quiet")):
        if findings:
            click.echo(_summary(findings, read, fix or diff), err=True)
        elif not repaired and style == "text" and not diff:
            click.echo(f"no findings: {_count(terms, 'KL term')} in {_count(read, 'file')} read", err=True)
    return 1 if findings else 0


def _found(
    paths: tuple[Path, ...], select: tuple[str, ...], ignore: tuple[str, ...]
) -> Iterator[tuple[Found, frozenset[str]]]:
    """The files, each with the codes that its project and the command line ask for."""
    from derive.audit.codes import chosen
    from derive.audit.files import STANDARD_INPUT, found
    from derive.audit.settings import Settings, settings

    chosen(select, ignore)  # a code that does not exist is told even where there is no file
    seen: set[tuple[int, int]] = set()
    for path in paths:
        settled = Settings() if str(path) == STANDARD_INPUT else settings(path)
        for file in found([path], settled.excludes, seen):
            yield file, settled.codes(file.path, select, ignore)


def _summary(findings: list[Finding], read: int, tried: bool) -> str:
    count = f"{_count(len(findings), 'finding')} in {_count(read, 'file')}"
    sure = sum(bool(finding.repair) for finding in findings)
    repair = f"; `--fix` repairs up to {sure}, `--diff` shows which" if sure and not tried else ""
    return f"{count}; `derive explain {findings[0].code}` says more{repair}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


@click.command()
@click.argument("code", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def explain(code: str | None, as_json: bool) -> int:
    """What a code of the audit means, why it matters, an example; DK1 or 1 names all that begin so; without CODE, a
    list of all.
    """
    wanted = [CODES[name] for name in named([code])] if code else list(CODES.values())
    if as_json:
        fields = ("title", "why", "bad", "good", "default")
        listed = [{"code": c.id} | {field: getattr(c, field) for field in fields} for c in wanted]
        click.echo(untrusted.as_json(listed))
    elif code:
        click.echo("\n\n\n".join(c.explained() for c in wanted))
    else:
        for c in wanted:
            click.echo(f"{c.id}  {c.title}{'' if c.default else ' (off unless selected)'}")
    return 0
