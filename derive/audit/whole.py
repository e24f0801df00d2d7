"""The Python of a file as one module: the cells of a notebook one below the other, as they are run."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from derive.audit.files import Part
from derive.identify.read.limits import MAX_FILE, NotUnderstood
from derive.identify.read.python.parse import parsed


@dataclass(frozen=True)
class Whole:
    """A module with its text; ``above`` is how many lines are above each of its parts, ``labels`` are their names."""

    path: str
    module: ast.Module
    source: str
    above: tuple[int, ...]
    labels: tuple[str, ...]

    def at(self, line: int) -> tuple[str, int]:
        """The part that a line is in, and its number there."""
        index = bisect_left(self.above, line) - 1
        return self.labels[index], line - self.above[index]

    def place(self, *line: int) -> str:
        """``path:cell 2:7``, as messages name it."""
        label, number = self.at(line[0]) if line else ("", 0)
        return ":".join(filter(None, (self.path, label, str(number) if line else "")))


def whole(parts: Iterable[Part], skipped: list[str]) -> Whole | None:
    """The parts that are Python; a line is added for each that is none."""
    body: list[ast.stmt] = []
    texts: list[str] = []
    above: list[int] = []
    labels: list[str] = []
    path, lines = "", 0
    for part in parts:
        try:
            module, text = parsed(part.source, MAX_FILE)
        except NotUnderstood as error:
            skipped.append(f"{':'.join(filter(None, (part.path, part.label)))}: skipped: {error.message}")
            continue
        if lines:
            ast.increment_lineno(module, lines)
        path = part.path
        body += module.body
        texts.append(text)
        above.append(lines)
        labels.append(part.label)
        lines += text.count("\n") + 1
    return Whole(path, ast.Module(body, []), "\n".join(texts), tuple(above), tuple(labels)) if texts else None
