"""What stands beside a divergence and is no part of it: another loss, a term of the outermost sum that shares no
quantity with the rest, as a reconstruction error does; and a weight that follows a schedule, a factor that shares none.
Set apart, each is a quantity of its own, whatever it computes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain

from derive.identify.match.expand import Expander
from derive.identify.match.names import promise
from derive.identify.read.limits import MAX_EDITED
from derive.identify.read.source import Source, strength
from derive.identify.read.text import PLAIN, source
from derive.identify.read.tree import (
    LOG,
    POWER,
    SUM,
    Apply,
    Binary,
    Clamp,
    Named,
    Negate,
    Node,
    Noise,
    Number,
    Reduce,
    Symbol,
    replaced,
    symbols,
    walk,
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


def weighed(node: Node, text: Source | None) -> tuple[Node, Source | None]:
    """The formula with weights as quantities where they are no plain product, as min(1, step/10) is none, and its text
    read likewise.
    """
    found = {_key(weight): _factor(weight, text) for weight in _weights(node)}
    if not found:
        return node, text

    def again(changed: str) -> Node | None:
        new = text.again(changed) if text else None
        return None if new is None else _with_weights(new, found)

    return _with_weights(node, found), text and replace(text, again=again)


def _with_weights(node: Node, named: dict[str, str]) -> Node:
    return replaced(node, {id(w): Symbol(w.at, named[key]) for w in _weights(node) if (key := _key(w)) in named})


def _factor(weight: Node, text: Source | None) -> str:
    words = _words(weight, text)
    return words if strength(words) > strength("a + b") else f"({words})"


def _weights(node: Node) -> list[Node]:
    """The factors of a formula that are functions of quantities which nothing else in it has, none of a Gaussian."""
    places = Counter(n.name for n in _every(node) if isinstance(n, Symbol))
    return [
        part
        for part in _factors(node)
        if not _is_a_product(part)
        and not any(isinstance(n, Reduce) for n in walk(part))
        and (own := Counter(n.name for n in _every(part) if isinstance(n, Symbol)))
        and all(places[name] == count and promise(name).quantity is None for name, count in own.items())
    ]


def _every(node: Node) -> Iterator[Node]:
    """The parts of a tree, each as often as it occurs."""
    yield node
    for part in node.parts:
        yield from _every(part)


def _factors(node: Node) -> Iterator[Node]:
    """The factors beside those that are whole formulas, and the divisors."""
    match node:
        case Binary(op="*" | "/" as op, left=left, right=right):
            one, two = (part.traits & _WHOLE == _WHOLE for part in (left, right))
            if one and two:  # 1/(1 + exp(-step)) has the parts of one, too
                one, two = (any(promise(name).quantity for name in symbols(part)) for part in (left, right))
            if one != two and (one or op == "*"):
                formula, factor = (left, right) if one else (right, left)
                yield from _of_a_product(factor)
                yield from _factors(formula)
        case Binary(op="+" | "-") | Negate() | Reduce() | Named():
            for part in node.parts:
                yield from _factors(part)


def _of_a_product(node: Node) -> Iterator[Node]:
    if (isinstance(node, Binary) and node.op in "*/") or isinstance(node, Negate):
        for part in node.parts:
            yield from _of_a_product(part)
    else:
        yield node


def _is_a_product(node: Node) -> bool:
    """Whether a factor is made of numbers and quantities by products and powers."""
    if isinstance(node, Binary) and node.op in "+-":
        return Expander().without_guard(node) is not None
    if isinstance(node, Binary) and node.op == "**":
        return isinstance(node.right, Number) and _is_a_product(node.left)
    if isinstance(node, Clamp | Apply | Noise):
        return False
    return all(map(_is_a_product, node.parts))


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
