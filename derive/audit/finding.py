"""What is reported of a place."""

from __future__ import annotations

from dataclasses import dataclass

from derive.campaign.results import as_data


@as_data
@dataclass(frozen=True, order=True)
class Finding:
    """What is reported of a place: the file (with the cell of a notebook), line and column from 1, code, message."""

    path: str
    cell: str
    line: int
    column: int
    code: str
    message: str
    #: First and last lines of what the formula is made of.
    extents: tuple[tuple[int, int], ...] = ()
    #: What makes it right, where one way is sure: line and column in bytes from 1, those behind the part, the new text.
    repair: tuple[tuple[int, int, int, int, str], ...] = ()

    @property
    def place(self) -> str:
        return ":".join(filter(None, (self.path, self.cell, str(self.line), str(self.column))))

    def as_json(self) -> dict[str, object]:
        return {
            "path": self.path,
            "cell": self.cell or None,
            "line": self.line,
            "column": self.column,
            "code": self.code,
            "message": self.message,
            "fixable": bool(self.repair),
        }
