"""One operation of a wrong formula's tree changed at a time: a square added or dropped, a sign, an argument doubled,
a function left out, one quantity put for another. Each changed copy is matched exactly; copies share what did not
change.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from derive.identify.answer.edits import Edit, is_weighted
from derive.identify.match import form as f
from derive.identify.match.expand import Expander
from derive.identify.match.match import acceptable, matches
from derive.identify.match.names import Promise
from derive.identify.match.readings import Gaussian
from derive.identify.read.limits import MAX_VARIANTS, NotUnderstood, metered
from derive.identify.read.text import PLAIN, show_term, source
from derive.identify.read.tree import Apply, Binary, Clamp, Named, Negate, Node, Number, Reduce, Symbol, number

# --- one operation of the tree at a time
# ---------------------------------------------------------------------------------


def by_operations(node: Node, expander: Expander, said: dict[str, Promise], steps: int) -> Iterator[Edit]:
    """Readings reached by changing one operation; first those that keep the usual weight, which are the likelier."""
    seen: set[tuple[Gaussian, Gaussian]] = set()
    weighted: list[Edit] = []
    for edited, words in islice(_variants(node, said), MAX_VARIANTS):
        try:
            with metered(steps) as meter:
                form = expander.form(edited)
                found = matches(form, plain=True)
        except NotUnderstood:
            found = []
        steps -= meter.steps
        if steps <= 0:
            return
        for match in found:
            reading = match.reading
            if (
                (reading.first, reading.second) not in seen
                and acceptable(match, form, said)
                and len(reading.roles) >= 2
            ):
                edit = Edit(reading, match.factor, words, "operation", 1.1)
                if is_weighted(match.factor):
                    weighted.append(edit)
                    continue
                seen.add((reading.first, reading.second))
                yield edit
    for edit in weighted:
        if (edit.reading.first, edit.reading.second) not in seen:
            seen.add((edit.reading.first, edit.reading.second))
            yield edit


def _variants(node: Node, said: dict[str, Promise]) -> Iterator[tuple[Node, str]]:
    yield from _own(node, said)
    match node:
        case Negate(part=part):
            for new, words in _variants(part, said):
                yield Negate(node.at, new), words
        case Binary(op=op, left=left, right=right):
            for new, words in _variants(left, said):
                yield Binary(node.at, op, new, right), words
            if not (op == "**" and isinstance(right, Number)):
                for new, words in _variants(right, said):
                    yield Binary(node.at, op, left, new), words
        case Apply(fn=fn, arg=arg):
            for new, words in _variants(arg, said):
                yield Apply(node.at, fn, new), words
        case Reduce(kind=kind, arg=arg, over=over):
            for new, words in _variants(arg, said):
                yield Reduce(node.at, kind, new, over), words
        case Clamp(arg=arg, low=low, high=high):
            for new, words in _variants(arg, said):
                yield Clamp(node.at, new, low, high), words
        case Named(name=name, value=value):
            for new, words in _variants(value, said):
                yield Named(node.at, name, new), f"in {name}, {words}"


def _own(node: Node, said: dict[str, Promise]) -> Iterator[tuple[Node, str]]:
    at, two = node.at, number(2)
    where = f" ({at})" if at else ""
    match node:
        case Symbol(name=name):
            yield Binary(at, "**", node, two), f"square {name}{where}"
            if name in said and said[name].quantity is not None:
                for other, claim in said.items():
                    if other != name and claim.quantity == said[name].quantity:
                        yield Symbol(at, other), f"use {other} instead of {name}{where}"
                yield Binary(at, "*", two, node), f"double {name}{where}"
                yield Apply(at, "exp", node), f"exponentiate {name}{where}"
                yield Apply(at, "log", node), f"take the logarithm of {name}{where}"
        case Apply(fn=fn, arg=arg):
            yield arg, f"leave out {fn}{where}"
            yield Binary(at, "**", node, two), f"square the {fn}{where}"
            yield Binary(at, "*", two, node), f"double the {fn}{where}"
            yield Binary(at, "/", node, two), f"halve the {fn}{where}"
            yield Apply(at, fn, Negate(at, arg)), f"negate the argument of {fn}{where}"
        case Binary(op="**", left=left, right=Number()):
            yield left, f"drop the power{where}"
            yield Binary(at, "*", two, node), f"double the square{where}"
        case Binary(op="+" | "-", left=left, right=right):
            yield Binary(at, "-" if node.op == "+" else "+", left, right), f"flip the sign between the two terms{where}"
            yield Binary(at, "/", node, two), f"halve {source(node, PLAIN)}{where}"
            yield Binary(at, "*", two, node), f"double {source(node, PLAIN)}{where}"
            if isinstance(left, Symbol) and isinstance(right, Symbol):
                yield Binary(at, "**", node, two), f"square {left.name} {node.op} {right.name}{where}"
        case Binary(op="*" | "/", left=left, right=right):
            yield (
                Binary(at, "/" if node.op == "*" else "*", left, right),
                f"{'divide' if node.op == '*' else 'multiply'} there{where}",
            )
            if node.op == "/":
                yield Binary(at, "/", node, two), f"halve {source(node, PLAIN)}{where}"
                yield Binary(at, "*", two, node), f"double {source(node, PLAIN)}{where}"
        case Number(value=value):
            yield Number(at, value * 2), f"double the number {show_term(f.ONE, value)}{where}"
            yield Number(at, value / 2), f"halve the number {show_term(f.ONE, value)}{where}"
