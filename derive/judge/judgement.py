"""What Coq says of the theorems: a report, what is machine-checked, and the axioms that it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from derive.report import Check, Report, Status


@dataclass(frozen=True)
class Judgement:
    """The checks, the emitted theorems by id, the axioms by kind, and what has no counterpart in Coq and why.

    ``statements`` are the digests of what was accepted, each of a statement's text and of all that it is said in;
    ``compiled`` are the digests of the compiled files. All but the checks and ``without`` are empty unless every check
    passed.
    """

    report: Report
    theorems: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    axioms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    without: Mapping[str, str] = field(default_factory=dict)
    statements: frozenset[str] = frozenset()
    compiled: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            **self.report.as_json(),
            "theorems": {id: list(names) for id, names in self.theorems.items()},
            "axioms": {title: list(names) for title, names in self.axioms.items()},
            "without": dict(self.without),
            "statements": sorted(self.statements),
            "compiled": dict(self.compiled),
        }

    @staticmethod
    def of_json(record: Mapping[str, Any]) -> Judgement:
        checks = [Check(c["name"], Status(c["status"]), c["detail"], c["figures"]) for c in record["checks"]]
        return Judgement(
            Report.of(checks),
            {id: tuple(names) for id, names in record["theorems"].items()},
            {title: tuple(names) for title, names in record["axioms"].items()},
            dict(record["without"]),
            frozenset(record["statements"]),
            dict(record["compiled"]),
        )
