"""Another loss beside a divergence, written out: terms of the outermost sum that share no quantity with the rest, as a
reconstruction error does. Set apart, each is a quantity of its own, whatever it computes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain

from derive.identify.match.names import promise
from derive.identify.read.limits import MAX_EDITED
from derive.identify.read.source import Source
from derive.identify.read.text import PLAIN, source
from derive.identify.read.tree import (
    LOG,
    POWER,
    SUM,
    Binary,
    Named,
    Negate,
    Node,
    Number,
    Reduce,
    Symbol,
    replaced,
    symbols,
)

_WHOLE = SUM | LOG | POWER


def apart(node: Node, text: Source | None) -> Iterator[tuple[Node, Source | None, bool]]:
    """The formula with other losses as quantities, its text read likewise, and whether the names say that they are
    others: no quantity in them is called a mean or a scale.
    """
    groups = _groups(node) if node.size <= MAX_EDITED else []
    if not 2 <= len(groups) <= 8:
        return
    quantities = [frozenset(name for term in group for name in symbols(term)) for group in groups]
    said = [{promise(name).quantity for name in own} for own in quantities]
    of_two = [len(own) > 1 for own in quantities]  # what is compared, and what it is compared with
    silent = [two and own == {None} for two, own in zip(of_two, said, strict=True)]
    mixed = [two and None in own for two, own in zip(of_two, said, strict=True)]  # a density of a mean and a scale
    whole = [any(term.traits & _WHOLE == _WHOLE for term in group) for group in groups]
    kinds = [silent, *([s or k == own for own, s in enumerate(silent)] for k, m in enumerate(mixed) if m)]
    if all(silent):
        kinds += [[k != kept for k in range(len(groups))] for kept in range(len(groups)) if whole[kept]]
    for others in dict.fromkeys(map(tuple, kinds)):
        if any(others) and any(own and not other for own, other in zip(whole, others, strict=True)):
            names = frozenset().union(*(own for own, other in zip(quantities, others, strict=True) if other))
            named = {_key(term): _words(term, text) for group in groups for term in group}
            again = text and replace(text, again=_again(text, names, named))
            yield _without(node, names, named), again, others == tuple(silent)


def _again(text: Source, names: frozenset[str], named: dict[str, str]) -> Callable[[str], Node | None]:
    def again(changed: str) -> Node | None:
        node = text.again(changed)
        return None if node is None else _without(node, names, named)

    return again


def _without(node: Node, names: frozenset[str], named: dict[str, str]) -> Node:
    """The formula with the terms of these names as quantities."""
    others = [term for group in _groups(node) for term in group if names.issuperset(symbols(term))]
    return replaced(node, {id(term): Symbol(term.at, named.get(_key(term), _key(term))) for term in others})


def _key(term: Node) -> str:
    return source(term, PLAIN)


def _words(term: Node, text: Source | None) -> str:
    found = text.of(term) if text else None
    return " ".join((found or _key(term)).split())


def _groups(node: Node) -> list[list[Node]]:
    """The terms of the outermost sum, those together that share a quantity."""
    groups: list[tuple[set[str], list[Node]]] = []
    for term in _terms(_sum(node)):
        names, own = set(symbols(term)), [term]
        if not names:
            continue
        alike = [group for group in groups if group[0] & names]
        names.update(*(group[0] for group in alike))
        groups = [g for g in groups if g not in alike]
        groups.append((names, [*chain.from_iterable(group[1] for group in alike), *own]))
    return [terms for _, terms in groups]


def _sum(node: Node) -> Node:
    """The sum under the names, means and numbers around a formula."""
    while not (isinstance(node, Binary) and node.op in "+-"):
        rest = [p for p in node.parts if not isinstance(p, Number)]
        inner = isinstance(node, Reduce | Negate) or (isinstance(node, Binary) and node.op in "*/")
        if isinstance(node, Named):
            node = node.value
        elif inner and len(rest) == 1:
            (node,) = rest
        else:
            break
    return node


def _terms(node: Node) -> Iterator[Node]:
    if isinstance(node, Binary) and node.op in "+-":
        yield from _terms(node.left)
        yield from _terms(node.right)
    elif isinstance(node, Negate):
        yield from _terms(node.part)
    else:
        yield node
