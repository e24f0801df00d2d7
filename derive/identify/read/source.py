"""The source text behind a tree: the words of a part, and the text with parts of it replaced.

The positions of Python's syntax tree count bytes of UTF-8, and so does this module.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from derive.identify.read.functions import MODULES
from derive.identify.read.limits import Position
from derive.identify.read.tree import Node

_SUM, _PRODUCT, _POWER, _ATOM = range(4)


@dataclass(frozen=True, eq=False)
class Source:
    """A text, how the formula is found again in a changed copy of it, and the values of the names assigned in it."""

    text: str
    again: Callable[[str], Node | None]
    assigned: Mapping[str, Node] = field(default_factory=dict)

    def _offset(self, line: int, column: int) -> int:
        return self._starts[line - 1] + column - 1

    @cached_property
    def _data(self) -> bytes:
        return self.text.encode()

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(m.end() for m in re.finditer(rb"\r\n|\r|\n", self._data))]

    def span(self, at: Position | None) -> tuple[int, int] | None:
        """Where a part begins and ends, in bytes."""
        if at is None or at.end is None or at.end[0] > len(self._starts):
            return None
        return self._offset(at.line, at.column), self._offset(*at.end)

    def of(self, node: Node) -> str | None:
        """The words of a part, without the brackets around it."""
        return self.at(node.at)

    def at(self, place: Position | None) -> str | None:
        """The words of a place."""
        span = self.span(place)
        return None if span is None else self._data[slice(*span)].decode()

    def wrapped(self, node: Node, binds: int) -> str | None:
        """The words of a part, in brackets unless it binds at least as strongly as its new neighbour."""
        text = self.of(node)
        return None if text is None else text if strength(text) >= binds else f"({text})"

    def patched(self, parts: Sequence[tuple[Position | None, str]]) -> str | None:
        """The text with places of it written anew; None where they overlap or are unknown."""
        data, before = self._data, len(self._data)
        spans = [(self.span(at), new) for at, new in dict.fromkeys(parts)]
        for span, new in sorted(spans, key=lambda place: place[0] or (0, 0), reverse=True):
            if span is None or span[1] > before:
                return None
            data, before = data[: span[0]] + new.encode() + data[span[1] :], span[0]
        return data.decode()


def strength(text: str) -> int:
    """How strongly the outermost operation of an expression binds: 0 a sum, 1 a product, 2 a power, 3 an atom."""
    try:
        node = ast.parse(f"({text})", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _SUM
    if node.col_offset > 1:
        return _ATOM  # in brackets of its own
    if isinstance(node, ast.BinOp):
        return _SUM if isinstance(node.op, ast.Add | ast.Sub) else _POWER if isinstance(node.op, ast.Pow) else _PRODUCT
    if isinstance(node, ast.UnaryOp):
        return _SUM
    return _ATOM if isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript | ast.Constant) else _SUM


_METHOD = re.compile(r"\.(?:(?:pow|exp|log|square|sqrt)_?\(|(?:sum|mean)\(dim)")
_CALLED = r"(?<![\w.)\]])([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?\.)({})\((?!\))"


@lru_cache(maxsize=1)
def _imported(text: str) -> frozenset[str]:
    return MODULES | set(re.findall(r"\bas\s+([A-Za-z_]\w*)", text))


@lru_cache(maxsize=4)
def _callers(text: str, functions: str) -> tuple[str, ...]:
    """What stands before functions that are called; kept, since a file is asked for each of its formulas."""
    return tuple(dict.fromkeys(dotted for dotted, _ in re.findall(_CALLED.format(functions), text)))


def prefix(text: str, quantities: Collection[str]) -> str | None:
    """How the text calls functions: ``torch.``, ``xp.``, or nothing before ``exp(``; None where nothing tells.

    ``mu.pow(2)`` is a method of a quantity: what is no module by its name or an import, calls ``exp``, not ``pow``.
    """
    modules = _imported(text)

    def called(functions: str, others: bool) -> str | None:
        for dotted in _callers(text, functions):
            first = dotted.partition(".")[0]
            if not {first, dotted[:-1]} & set(quantities) and (others or first in modules):
                return dotted
        return None

    found = called("exp|log|square|pow|power|sqrt", False) or called("exp|log|sqrt|square", True)
    if found is None and re.search(r"(?<![\w.])(?:exp|log|sqrt)\(", text):
        return ""
    return found or called("sum|mean|reduce_sum|reduce_mean", False) or ("torch." if _METHOD.search(text) else None)
