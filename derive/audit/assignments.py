"""Repairs at an assignment: a name that was given another scale than it says, where all is right with the one it says.

``std = torch.exp(logvar)`` before ``1 + logvar - mu**2 - std**2``: the formula takes std for what it is called, and
logvar too. Where another name would explain the value as well, nothing tells which is meant, and nothing is offered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from derive.identify.answer.record import Fix
from derive.identify.match import form as f
from derive.identify.match.expand import Expander
from derive.identify.match.names import promise
from derive.identify.match.parameterisations import PARAMETERISATIONS
from derive.identify.match.roles import WORDS, held_scale
from derive.identify.match.views import in_terms_of
from derive.identify.read.limits import NotUnderstood, Position
from derive.identify.read.source import Source, prefix, strength
from derive.identify.read.text import Framework, source
from derive.identify.read.tree import Library, Marked, Named, Node, symbols, walk

#: What a quantity may be called instead.
_HELD = ("std", "var", "logstd", "logvar", "precision")
#: The text in the place of a part of the source.
Places = tuple[tuple[Position, str], ...]


def at_assignment(
    tree: Node, fw: Framework, text: Source, right: Callable[[Node], bool], *, sure: bool = False
) -> Fix | None:
    """The change of assignments that a formula is made of, after which it is read again and ``right``; None where there
    is none, or more than the names tell what is meant: unless that is ``sure``, one of the two may only be misnamed.
    """
    found = {at: (name, words, new) for at, name, words, new in _misnamed(tree, fw, text, sure)}
    places = tuple((at, new) for at, (_, _, new) in found.items())
    changed = text.patched(places) if places else None
    try:
        node = None if changed is None else text.again(changed)
    except NotUnderstood:
        return None
    if changed is None or node is None or not right(node):
        return None
    written = "; ".join(f"{name} = {new}" for name, _, new in found.values())
    edit = ", and ".join(words for _, words, _ in found.values())
    return Fix("", edit, changed, "power", 1.0, True, written, places)


def _misnamed(tree: Node, fw: Framework, text: Source, sure: bool) -> Iterator[tuple[Position, str, str, str]]:
    """Names that hold another scale of the one quantity that they are made of than they say, each with the place of
    what was assigned, words, and what is to be assigned.
    """
    named = [n for n in walk(tree) if isinstance(n, Named) and not isinstance(n, Library | Marked)]
    among = (*symbols(tree), *(n.name for n in named))
    called = prefix(text.text, among)
    for part in named:
        claim, at, bases = promise(part.name, among), part.value.at, symbols(part.value)
        if at is None or len(bases) != 1 or called is None:
            continue
        base, own, name = bases[0], promise(bases[0], among), claim.quantity or ""
        if not {name, own.quantity} <= PARAMETERISATIONS.keys() or claim.mark not in ("", own.mark):
            continue
        value = f.key(Expander().form(part.value, "="))
        held = held_scale(value, f.variable(base), own.quantity or "")
        if held is None or claim.kept(held):
            continue
        if not sure and any(held_scale(value, f.variable(base), scale) == name for scale in _HELD):
            continue
        new = in_terms_of(name, base, own.quantity or "")
        whole = text.of(part.value)
        if new is None or whole is None or strength(f"[{whole}][0]") == 0:
            continue  # of an augmented assignment it is a statement
        words = f"{part.name} is named as {WORDS[name]}, it holds {WORDS[held]}"
        yield at, part.name, words, source(new, replace(fw, prefix=called))
