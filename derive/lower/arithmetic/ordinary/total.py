"""The sum of an excess in parts and the square of an offset, as head and tail."""

from __future__ import annotations

from derive.vocabulary.kernel import Builder, Function, Node, fma, function, two_fma, two_sum


def _total(b: Builder, start: Node, excess: Node, low: Node, z: Node, w: Node) -> tuple[Node, Node]:
    curved = b.pair("curved", two_fma(z, w, excess))
    total = b.pair("total", two_sum(start, curved.head))
    return total.head, low + (curved.tail + total.tail)


TOTAL: Function = function(
    "total",
    ("start", "excess", "low", "z", "w"),
    ("head", "tail"),
    _total,
    "start + excess + low + z w, the excess and z w not negative and the low part small.",
)


def _total_log(b: Builder, start: Node, square: Node, rest: Node, low: Node, z: Node, w: Node) -> tuple[Node, Node]:
    head, tail = _total(b, start, square, low, z, w)
    return head, fma(square, rest, tail)


TOTAL_LOG: Function = function(
    "total_log",
    ("start", "square", "rest", "low", "z", "w"),
    ("head", "tail"),
    _total_log,
    "start + square (1 + rest) + low + z w, the square and z w not negative, rest below 1/6 and the low part small.",
)
