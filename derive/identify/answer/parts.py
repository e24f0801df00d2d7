"""Questions about the parts of a formula: what cancels, what is plain, what stops gradients, what is named alike."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher

from derive.identify.match.names import Promise
from derive.identify.match.views import counterpart
from derive.identify.read.source import Source
from derive.identify.read.tree import Apply, Binary, Named, Negate, Node, Number, Symbol, walk


def vanishing(node: Node, text: Source | None) -> list[Binary]:
    """``x - x`` and ``x / x`` of one name, written as such: in the place of two names."""
    found = []
    for part in walk(node):
        if (
            isinstance(part, Binary)
            and part.op in "-/"
            and isinstance(part.left, Symbol | Named)
            and isinstance(part.right, Symbol | Named)
            and part.left.name == part.right.name
            and not stops_gradients(part, text)
        ):
            found.append(part)
    return found


def stops_gradients(node: Node, text: Source | None) -> bool:
    """Whether gradients are kept from a part of a formula, which its value does not show."""
    words = [(text.of(n) if text else None) or "" for n in (node, *(n for n in walk(node) if isinstance(n, Named)))]
    return any(mark in word for word in words for mark in ("detach", "stop_grad", "no_grad", ".data"))


def untwinned(name: str, names: Mapping[str, Promise]) -> list[str]:
    """What the other of two names is called, by the marks of the others: mu_q beside mu_p, logvar_q and logvar_p."""
    own = names[name].mark if name in names else ""
    others = dict.fromkeys(c.mark for n, c in names.items() if c.mark not in ("", own, n.lower()))
    found = [new for mark in others if own and (new := counterpart(name, own, mark))]
    return [new for new in found if new in names or own != name.lower()]


def terms_of(node: Node) -> list[Node]:
    """The terms that a sum adds to what stands on its left."""
    if not isinstance(node, Binary) or node.op not in "+-":
        return []
    sums = isinstance(node.left, Binary) and node.left.op in "+-"  # what stands on the right is in brackets
    return [node.right] if sums else [node.left, node.right]


def is_plain(term: Node) -> bool:
    """A name, its logarithm or a multiple of one."""
    while (
        isinstance(term, Negate)
        or (isinstance(term, Apply) and term.fn == "log")
        or (isinstance(term, Binary) and (term.op == "*" or (term.op == "/" and isinstance(term.right, Number))))
    ):
        rest = [p for p in term.parts if not isinstance(p, Number)]
        if len(rest) != 1:
            return False
        (term,) = rest
    return isinstance(term, Symbol)


def decays(node: Node) -> bool:
    """exp of minus something: a denominator written as a factor."""
    while isinstance(node, Named):
        node = node.value
    return (
        isinstance(node, Apply)
        and node.fn == "exp"
        and any(isinstance(p, Negate) or (isinstance(p, Number) and p.value < 0) for p in walk(node))
    )


def one_letter_apart(one: str, two: str) -> bool:
    """Whether two names differ in one place."""
    if abs(len(one) - len(two)) > 6:
        return False
    blocks = SequenceMatcher(None, one, two).get_opcodes()
    changed = [(one[a:b], two[c:d]) for tag, a, b, c, d in blocks if tag != "equal"]
    return len(changed) == 1 and all(part.isalnum() for part in changed[0])
