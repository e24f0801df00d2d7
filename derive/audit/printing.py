"""Findings, and what was not read, in each format: lines of text, GitHub's annotations, JSON, SARIF."""

from __future__ import annotations

from collections.abc import Sequence

from derive import __version__, untrusted
from derive.audit.codes import CODES, Code
from derive.audit.finding import Finding

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_text(finding: Finding) -> str:
    """A line for a terminal, which editors read too."""
    return untrusted.line(f"{finding.place}: {finding.code} {finding.message}")


def as_github(finding: Finding) -> str:
    """A command that annotates the line in a pull request. A cell of a notebook has no line in the file."""
    place = [("file", finding.path)]
    if not finding.cell:
        place += [("line", str(finding.line)), ("col", str(finding.column))]
    where = f"{finding.cell}, line {finding.line}: " if finding.cell else ""
    properties = ",".join(
        f"{name}={untrusted.github_value(value)}" for name, value in [*place, ("title", finding.code)]
    )
    return f"::warning {properties}::{untrusted.github_message(where + finding.message)}"


def not_read_as_github(said: str) -> str:
    """A command that tells of a file that was not read."""
    return f"::warning title=not read::{untrusted.github_message(said)}"


def as_json(findings: Sequence[Finding], files: int, skipped: Sequence[str]) -> str:
    """One document."""
    listed = [finding.as_json() for finding in findings]
    return untrusted.as_json({"ok": not findings, "files": files, "findings": listed, "skipped": list(skipped)})


def as_sarif(findings: Sequence[Finding], skipped: Sequence[str]) -> str:
    """One document of the format that code scanning reads (SARIF 2.1.0)."""
    rules = list(CODES)
    run = {
        "tool": {
            "driver": {"name": "derive audit", "version": __version__, "rules": [_rule(c) for c in CODES.values()]}
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, rules.index(finding.code)) for finding in findings],
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [{"level": "warning", "message": {"text": said}} for said in skipped],
            }
        ],
    }
    return untrusted.as_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(code: Code) -> dict[str, object]:
    return {"id": code.id, "shortDescription": {"text": code.title}, "fullDescription": {"text": code.why}}


def _result(finding: Finding, rule: int) -> dict[str, object]:
    file: dict[str, object] = {"artifactLocation": {"uri": untrusted.uri(finding.path)}}
    location: dict[str, object] = {"physicalLocation": file}
    if finding.cell:
        location["logicalLocations"] = [{"name": f"{finding.cell}, line {finding.line}"}]
    else:
        file["region"] = {"startLine": finding.line, "startColumn": finding.column}
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": "warning",
        "message": {"text": finding.message},
        "locations": [location],
    }
