"""The neutral form of what a function computes: a tree of operations that no language and no printer has a word in.

A node is an operation on nodes; equal nodes are equal objects' keys, whatever order or names a text gives them. What no
arithmetic can tell apart has one form: the operands of sums, products and comparisons for equality are in the order of
their keys, a constant that is subtracted is its negative added, a chain of "and" or of "or" is one operation, and
"outside" is what it says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

_COMMUTATIVE = frozenset({"add", "mul", "eq", "and", "or"})
_ASSOCIATIVE = frozenset({"and", "or"})


@dataclass(frozen=True, eq=False)
class Tree:
    """An operation, ``const`` with its value in hex, ``arg`` with its position, or ``result`` with its name."""

    op: str
    args: tuple[Tree, ...] = ()
    value: str = ""

    @cached_property
    def key(self) -> str:
        """Digest of the whole tree."""
        text = " ".join((self.op, self.value, *(a.key for a in self.args)))
        return hashlib.sha256(text.encode()).hexdigest()


def tree(op: str, *args: Tree, value: str = "") -> Tree:
    """The node of an operation, in the one form that it has."""
    if op == "neg" and args[0].op == "const":
        return constant(-float.fromhex(args[0].value))
    if op == "outside":  # a, low, high: some languages have a word for it, others say it
        return tree("not", tree("and", tree("le", args[1], args[0]), tree("le", args[0], args[2])))
    if op == "sub" and args[1].op == "const":
        op, args = "add", (args[0], tree("neg", args[1]))
    if op in _ASSOCIATIVE:
        args = tuple(inner for a in args for inner in (a.args if a.op == op else (a,)))
    if op in _COMMUTATIVE:
        args = tuple(sorted(args, key=lambda a: a.key))
    return Tree(op, args, value)


def constant(value: float) -> Tree:
    return Tree("const", (), "nan" if value != value else value.hex())


def argument(position: int) -> Tree:
    return Tree("arg", (), str(position))


def result(of: Tree, name: str) -> Tree:
    return Tree("result", (of,), name)


@dataclass(frozen=True)
class Read:
    """What a function computes: its results by name, in their order, over its arguments by position."""

    name: str
    results: Mapping[str, Tree]

    @property
    def lines(self) -> tuple[str, ...]:
        """The neutral text: an operation a line, operands before their use, each by the number of its line."""
        number: dict[str, int] = {}
        lines = []
        for node in _in_order(list(self.results.values())):
            number[node.key] = len(number)
            operands = " ".join(f"%{number[a.key]}" for a in node.args)
            lines.append(f"%{number[node.key]} = {' '.join(filter(None, (node.op, node.value, operands)))}")
        return (*lines, *(f"{name} = %{number[t.key]}" for name, t in self.results.items()))


def difference(found: Read, expected: Read) -> str:
    """The first line in which two functions differ; empty where they are the same."""
    if [(n, t.key) for n, t in found.results.items()] == [(n, t.key) for n, t in expected.results.items()]:
        return ""
    pairs = zip((*found.lines, "nothing more"), (*expected.lines, "nothing more"), strict=False)
    first = next(((a, b) for a, b in pairs if a != b), ("", ""))
    return f"the text says {first[0]!r}, the tree {first[1]!r}"


def _in_order(roots: Sequence[Tree]) -> Iterator[Tree]:
    seen: set[str] = set()
    stack = [(root, False) for root in reversed(roots)]
    while stack:
        node, expanded = stack.pop()
        if node.key in seen:
            continue
        if expanded:
            seen.add(node.key)
            yield node
        else:
            stack.append((node, True))
            stack.extend((a, False) for a in reversed(node.args))
