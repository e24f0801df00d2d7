"""The edits that people make and unmake: one operation of a wrong formula's tree changed, or the same one in both
Gaussians.

Each edit is a change of the tree and of the text at once; what it makes of the formula is matched exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product

from derive.identify.answer.parts import decays, is_plain, one_letter_apart, terms_of
from derive.identify.match.expand import is_epsilon
from derive.identify.match.names import Promise, is_called_a_precision, is_log_of, promise
from derive.identify.match.parameterisations import PARAMETERISATIONS
from derive.identify.match.views import View, counterpart
from derive.identify.read.source import Source, prefix
from derive.identify.read.text import PLAIN, source
from derive.identify.read.tree import (
    Apply,
    Binary,
    Named,
    Negate,
    Node,
    Noise,
    Number,
    Reduce,
    Symbol,
    number,
    replaced,
    symbols,
    walk,
)

_SUM, _PRODUCT, _POWER, _ATOM = range(4)
_TWO, _HALF = number(2), number(Fraction(1, 2))


@dataclass(frozen=True)
class Change:
    """Parts of a tree with what replaces them, in the tree and in the text; ``kind`` names the slip that it undoes."""

    parts: tuple[tuple[Node, Node, str], ...]
    words: str
    kind: str
    cost: float
    shape: str = ""  # changes of one kind and shape may have been made together

    def applied(self, node: Node) -> Node:
        return replaced(node, {id(old): new for old, new, _ in self.parts})


class Editor:
    """Lists the changes of one formula."""

    def __init__(
        self, node: Node, said: Mapping[str, Promise], text: Source | None, prefix: str, held: Mapping[str, Node]
    ) -> None:
        self.node = node
        self.said = said
        self.held = held
        self.text = text
        self.assigned = text.assigned if text else {}
        self.prefix = prefix
        self.own = set(walk(node))
        self.nodes = [n for n in walk(node) if not isinstance(n, Number | Noise) or n.at is not None]
        self._known: dict[str, list[str]] = {}
        self.inside = {id(n.arg): n.fn for n in self.nodes if isinstance(n, Apply)}
        self.inverted = {id(n.right) for n in self.nodes if isinstance(n, Binary) and n.op == "/"}
        self.inverted |= {id(n.arg) for n in self.nodes if isinstance(n, Apply) and n.fn == "log"}
        self.squared = {id(n.left) for n in self.nodes if isinstance(n, Binary) and n.op == "**"}
        logarithms = (n.arg for n in self.nodes if isinstance(n, Apply) and n.fn == "log")
        self.logged = {n.value for n in logarithms if isinstance(n, Number)}  # of a known prior, its deviation
        self.terms = [t for n in self.nodes for t in terms_of(n)]
        along = [n for n in self.nodes if isinstance(n, Reduce) and n.over != "all entries"]
        self.along = {id(part) for n in along for part in walk(n.arg)}  # what has an axis that is summed around it

    @classmethod
    def of(cls, view: View, text: Source | None, absent: Iterable[str] = ()) -> Editor:
        """The editor of a view of a formula, which may put names that are ``absent`` into it."""
        names = dict.fromkeys((*view.names, *symbols(view.node)))
        said = {n: promise(n, view.among) for n in names} | {n: promise(n) for n in absent}
        own = {n.name for n in walk(view.node) if isinstance(n, Symbol | Named)}
        return cls(view.node, said, text, (prefix(text.text, own) if text else None) or "", view.held)

    def words(self, node: Node) -> str:
        """A part as its author wrote it."""
        found = self.text.of(node) if self.text else None
        return " ".join((found or source(node, PLAIN)).split())

    def spelled(self, node: Node, binds: int = _SUM) -> str:
        found = self.text.wrapped(node, binds) if self.text else None
        return found if found is not None else f"({source(node, PLAIN)})"

    def changes(self) -> Iterator[Change]:
        """All changes; then those of one kind and shape together."""
        single = [c for n in self.nodes for c in self._own(n)] + [c for t in self.terms for c in self._of_term(t)]
        single += list(self._exchanges())
        yield from single
        groups: dict[tuple[str, str], list[Change]] = {}
        for change in single:
            if change.shape:
                groups.setdefault((change.kind, change.shape), []).append(change)
        for group in groups.values():
            places = {id(c.parts[0][0]) for c in group}
            if 2 <= len(group) == len(places) <= 4:
                parts = tuple(p for c in group for p in c.parts)
                words = ", and ".join(dict.fromkeys(c.words for c in group))
                yield Change(parts, words, group[0].kind, group[0].cost + 0.05)

    def _one(
        self, old: Node, new: Node, words: str, kind: str, cost: float, shape: str = "", text: str | None = None
    ) -> Change:
        return Change(((old, new, self.written(new) if text is None else text),), words, kind, cost, shape)

    def written(self, new: Node, binds: int = _SUM) -> str:
        """A changed part as text: what it keeps of the formula in its author's words."""
        if new in self.own:
            return self.spelled(new, binds)
        match new:
            case Binary(op=op, left=left, right=right):
                own = {"+": _SUM, "-": _SUM, "**": _POWER}.get(op, _PRODUCT)
                space = " " if own == _SUM else ""
                above = own + (op in ("-", "/", "**"))
                text = f"{self.written(left, own + (op == '**'))}{space}{op}{space}{self.written(right, above)}"
            case Negate(part=part):
                inner = self.written(part, _PRODUCT)
                own, text = _SUM, inner[1:] if inner.startswith("-") else f"-{inner}"
            case Apply(fn=fn, arg=arg):
                own, text = _ATOM, f"{self.prefix}{fn}({self.written(arg)})"
            case Number(value=value):
                own = _ATOM if value > 0 else _SUM
                text = f"{float(value):g}" if value.denominator != 1 else str(value)
            case _:
                own, text = _ATOM, source(new, PLAIN)
        return text if own >= binds else f"({text})"

    def _own(self, node: Node) -> Iterator[Change]:
        at, word, words = node.at, self.words(node), self.words

        def to(new: Node, what: str, kind: str, cost: float, shape: str = "", at_part: Node = node) -> Change:
            return self._one(at_part, new, what, kind, cost, shape)

        squared = Binary(at, "**", node, _TWO)
        logarithm = Apply(at, "log", node)
        exponential = to(Apply(at, "exp", node), f"exponentiate {word}", "power", 1.05)
        match node:
            case Symbol(name=name) | Named(name=name):
                claim = self.said.get(name)
                kind = (claim.quantity if claim else None) or "?"
                yield to(squared, f"square {name}", "power", 1.0, kind)
                dear = 0.2 * (id(node) in self.squared)  # a deviation, more often than the logarithm of one
                if self.inside.get(id(node)) != "log":
                    yield to(Apply(at, "exp", node), f"exponentiate {name}", "power", 1.05 + dear, kind)
                yield to(Binary(at, "*", _TWO, node), f"double {name}", "factor", 1.0, kind)
                yield to(Binary(at, "*", _HALF, node), f"halve {name}", "factor", 1.05, kind)
                if (kind == "precision" or is_called_a_precision(name)) and id(node) not in self.inverted:
                    yield to(Binary(at, "/", number(1), node), f"invert {name}", "power", 1.0, kind)
                if self.inside.get(id(node)) != "exp":
                    yield to(logarithm, f"take the logarithm of {name}", "power", 1.06, kind)
                for other in (*self._twins(name), *self._of_the_same(node, name)):
                    new = self.held.get(other) or self.assigned.get(other) or Symbol(at, other)
                    yield self._one(node, new, f"use {other} instead of {name}", "operation", 1.0, text=other)
            case Apply(fn=fn, arg=arg):
                shape = f"{fn} {type(arg).__name__}"
                if fn in ("log10", "log2"):
                    text = self.spelled(node).replace(fn, "log", 1)
                    new = Apply(at, "log", arg)
                    yield self._one(node, new, f"use log instead of {fn}", "operation", 0.9, fn, text)
                if fn == "square" and self._is_logarithm(arg):
                    what = f"exponentiate, not square: exp({words(arg)}) instead of {word}"
                    yield to(Apply(at, "exp", arg), what, "power", 0.98)
                if fn == "exp" and self._is_a_mean(arg):
                    what = f"square, not exponentiate: {words(arg)} squared instead of {word}"
                    yield to(Binary(at, "**", arg, _TWO), what, "power", 0.98)
                if fn == "square":
                    yield from self._out_of_brackets(node, arg)
                yield to(arg, f"leave out {fn}: {words(arg)} instead of {word}", "power", 1.1, shape)
                yield to(squared, f"square {word}", "power", 1.0, shape)
                yield to(Negate(at, arg), f"negate the argument of {word}", "sign", 1.05, shape, arg)
                doubled = Binary(at, "*", _TWO, arg)
                yield to(doubled, f"double the argument of {word}", "factor", 1.0, shape, arg)
            case Binary(op="**", left=left, right=Number(value=power)):
                if power != 2:
                    what = f"{words(left)} must be squared, not taken to the power {power}"
                    yield to(Binary(at, "**", left, _TWO), what, "power", 0.95)
                claim = self.said.get(left.name) if isinstance(left, Symbol | Named) else None
                alike = f"power {claim.quantity if claim else ''}"  # not the squares of means with those of scales
                if power == 2:
                    yield from self._out_of_brackets(node, left)
                cost = 1.02 if isinstance(left, Apply) and left.fn == "exp" else 1.1  # rather than halve its argument
                yield to(left, f"drop the power of {word}", "power", cost, alike)
                yield to(logarithm, f"take the logarithm of {word}", "power", 1.15)
                yield to(Binary(at, "**", left, number(2 * power)), f"square {word}", "power", 1.15)
                for arg in (Binary(at, "*", _TWO, left), left) if self._is_logarithm(left) else ():
                    what = f"exponentiate, not square: exp({self.written(arg)}) instead of {word}"
                    yield to(Apply(at, "exp", arg), what, "power", 0.98, f"log {arg is not left}")
            case Binary(op="/", left=left, right=right):
                cost = 0.9 if not isinstance(left, Number) else 1.2
                yield to(Binary(at, "/", right, left), f"invert the quotient {word}", "operation", cost)
                yield to(squared, f"square {word}", "power", 1.0 if not isinstance(left, Number) else 1.2)
                yield to(left, f"do not divide by {words(right)}", "operation", 1.1, "/")
                if not isinstance(left, Number) and not isinstance(right, Number):
                    yield to(logarithm, f"take the logarithm of {word}", "power", 1.1)
                yield to(Binary(at, "*", left, right), f"multiply instead of dividing in {word}", "operation", 1.1)
                yield from self._regrouped(node, left, right)
                yield from self._as_a_sum(node, left, right)
            case Binary(op="*", left=left, right=right):
                yield from self._as_a_sum(node, left, right)
                for part, factor in ((left, right), (right, left)):
                    named = isinstance(part, Symbol | Named) or (isinstance(part, Binary) and part.op == "-")
                    if isinstance(factor, Number) and factor.value == 2 and named and all(map(is_plain, part.parts)):
                        square = Binary(at, "**", part, _TWO)
                        what = f"square, not double: {self.written(square)} instead of {word}"
                        yield to(square, what, "power", 0.95)
                if isinstance(left, Number):
                    yield exponential
                    yield to(right, f"{words(right)} instead of {word}", "factor", 0.99)
                else:
                    yield to(Binary(at, "/", left, right), f"divide instead of multiplying in {word}", "operation", 1.1)
                    yield to(left, f"do not multiply by {words(right)}", "operation", 1.15)
                    if isinstance(left, Symbol | Named):
                        yield to(right, f"do not multiply by {words(left)}", "operation", 0.99)
            case Binary(op="+" | "-" as op, left=left, right=right):
                other = "-" if op == "+" else "+"
                what = f"{other}{words(right)} instead of {op}{words(right)}"
                yield to(Binary(at, other, left, right), what, "sign", 1.0)
                yield to(squared, f"square {word}", "power", 1.0)
                plain = is_plain(left) and is_plain(right)
                if op == "-" and not isinstance(left, Number) and not isinstance(right, Number):
                    exchanged = Binary(at, "-", right, left)
                    yield to(exchanged, f"exchange the two sides of {word}", "sign", 0.95 if plain else 1.2)
                if plain:
                    yield exponential
                if op == "-" and self.inside.get(id(node)) == "log":
                    yield to(Binary(at, "/", left, right), f"divide in the logarithm of {word}", "operation", 1.0)
                if isinstance(right, Binary) and right.op == "**" and not isinstance(left, Number):
                    yield from self._under_the_power(node, right)
                yield from self._closed_late(node)
                if any(
                    (isinstance(p, Number) and p.value < 1) or (isinstance(p, Symbol) and is_epsilon(p.name))
                    for p in node.parts
                ):
                    yield to(logarithm, f"take the logarithm of {word}", "power", 1.1)
                yield from self._into_brackets(node)
            case Reduce(kind=kind, arg=arg):
                yield to(arg, f"leave out the {kind}: {words(arg)} instead of {word}", "operation", 1.0)
            case Negate(part=part):
                yield to(part, f"without the minus sign before {words(part)}", "sign", 1.0)
                yield exponential
            case Number(value=value) if at is not None and value != 0:
                for changed in (value * 2, value / 2, -value):
                    new = Number(at, changed)
                    yield to(new, f"{self.written(new)} instead of {word}", "factor", 1.1)
                yield to(squared, f"square {word}", "power", 0.95 if value in self.logged else 1.1)

    def _as_a_sum(self, node: Binary, left: Node, right: Node) -> Iterator[Change]:
        """a*b -> a - b, a + b: the sign of another operation."""
        if not isinstance(left, Number) and not isinstance(right, Number):
            for op in "-+":
                what = f"{op}{self.words(right)} instead of {node.op}{self.words(right)}"
                yield self._one(node, Binary(node.at, op, left, right), what, "operation", 1.1)

    def _out_of_brackets(self, node: Node, inside: Node) -> Iterator[Change]:
        """(a + b)**2 -> a + b**2, a**2 + b: a bracket that opens too early or closes too late."""
        if not isinstance(inside, Binary) or inside.op not in "+-" or all(map(is_plain, inside.parts)):
            return
        for squared in inside.parts:
            new = replaced(inside, {id(squared): Binary(node.at, "**", squared, _TWO)})
            yield self._one(node, new, f"square {self.words(squared)} alone", "operation", 1.1)

    def _closed_late(self, node: Binary) -> Iterator[Change]:
        """a - (b - c)**2 -> a - b**2 - c."""
        square = node.right
        inside = square.parts[0] if square.parts else square
        squares = getattr(square, "fn", getattr(square, "op", "")) in ("square", "**")
        if squares and isinstance(inside, Binary) and inside.op in "+-":
            alone = Binary(node.at, node.op, node.left, Binary(square.at, "**", inside.left, _TWO))
            what = f"square {self.words(inside.left)} alone"
            yield self._one(node, Binary(node.at, inside.op, alone, inside.right), what, "operation", 1.1)

    def _under_the_power(self, node: Binary, power: Binary) -> Iterator[Change]:
        """a + b - c**2 -> a + (b - c)**2: a square whose brackets were forgotten."""
        left, base = node.left, power.left
        before = left if isinstance(left, Binary) and left.op in "+-" else None
        near = before.right if before else left
        if not is_plain(near) or not is_plain(base):
            return
        square = Binary(node.at, "**", Binary(node.at, node.op, near, base), power.right)
        new = Binary(node.at, before.op, before.left, square) if before else square
        yield self._one(node, new, f"square all of {self.words(near)} {node.op} {self.words(base)}", "operation", 1.0)

    def _is_a_mean(self, node: Node) -> bool:
        return isinstance(node, Symbol | Named) and node.name in self.said and self.said[node.name].quantity == "mean"

    def _is_a_weight(self, node: Node) -> bool:
        """Whether a factor may be a mask or a weight: a name that promises no parameter of a Gaussian."""
        return isinstance(node, Symbol) and node.name in self.said and self.said[node.name].quantity is None

    def _is_logarithm(self, node: Node) -> bool:
        """Whether a name says that it holds a logarithm."""
        if not isinstance(node, Symbol | Named):
            return False
        claim = self.said.get(node.name)
        return "log" in node.name.lower() or (claim is not None and (claim.quantity or "").startswith("log"))

    def _inner(self, node: Node, part: Node, new: str) -> str:
        """The words of a node with those of a part of it replaced."""
        if self.text is None:
            return ""
        outer, inner = self.text.span(node.at), self.text.span(part.at)
        if outer is None or inner is None or inner == outer or not (outer[0] <= inner[0] <= inner[1] <= outer[1]):
            return ""
        data = self.text.text.encode()
        before, after = data[outer[0] : inner[0]].decode(), data[inner[1] : outer[1]].decode()
        return before + (f"({new})" if after.lstrip().startswith(".") or before.rstrip().endswith(".") else new) + after

    def _of_term(self, term: Node) -> Iterator[Change]:
        """A term halved, doubled, or brought under a denominator that another term has."""
        word, at = self.words(term), term.at
        if isinstance(term, Number):
            return
        if not isinstance(term, Symbol | Named):
            logarithm = isinstance(term, Apply) and term.fn == "log"
            for factor, verb in ((_TWO, "double"), (_HALF, "halve")):
                shape = f"{verb} log" if logarithm else ""
                yield self._one(term, Binary(at, "*", factor, term), f"{verb} {word}", "factor", 1.0, shape)
        text = f"(-{self.spelled(term, _PRODUCT)})"
        yield self._one(term, Negate(at, term), f"change the sign of {word}", "sign", 1.02, "", text)
        seen: set[str] = set()
        for node in self.nodes:
            if not isinstance(node, Binary) or node.op not in "/*":
                continue
            op, by = node.op, node.right
            words = self.words(by)
            if (
                (op == "*" and not (decays(by) or self._is_a_weight(by)))
                or words in seen
                or any(part is node for part in walk(term))
            ):
                continue
            seen.add(words)
            verb = "divide" if op == "/" else "multiply"
            yield self._one(term, Binary(at, op, term, by), f"{verb} {word} by {words} as well", "operation", 1.0)

    def _regrouped(self, node: Node, left: Node, right: Node) -> Iterator[Change]:
        """(a + b)/c -> a + b/c."""
        if isinstance(left, Binary) and left.op in "+-":
            for one, two in ((left.left, left.right), (left.right, left.left)):
                over = Binary(node.at, "/", two, right)
                new = Binary(node.at, left.op, one, over)
                if one is left.right and left.op == "-":
                    new = Binary(node.at, "-", over, one)
                yield self._one(node, new, f"divide only {self.words(two)} by {self.words(right)}", "operation", 1.05)

    def _into_brackets(self, node: Binary) -> Iterator[Change]:
        """``-0.5*sum(a) - b`` -> ``-0.5*sum(a - b)``: a bracket that closes too early, before one term or several."""
        behind, left = [(node.op, node.right)], node.left
        while isinstance(left, Binary) and left.op in "+-":
            behind, left = [(left.op, left.right), *behind], left.left
        inside, around = left, list[Reduce]()
        while isinstance(inside, Negate | Reduce) or (isinstance(inside, Binary) and inside.op in "*/"):
            rest = [p for p in inside.parts if not isinstance(p, Number)]
            around += [inside] if isinstance(inside, Reduce) else []
            if len(rest) != 1:
                return
            (inside,) = rest
        if inside is left or not isinstance(inside, Binary) or inside.op not in "+-":
            return
        if id(node) in self.along and any(outer.over == "all entries" for outer in around):
            return  # of a sum over all entries there is no axis left
        what = f"take {' and '.join(self.words(term) for _, term in behind)} into the brackets"
        for signs in ({"+": "+", "-": "-"}, {"+": "-", "-": "+"}):
            new, text = inside, self.spelled(inside)
            for op, summed in behind:
                term = _entries(summed, around)
                new = Binary(inside.at, signs[op], new, term)
                text += f" {signs[op]} {self.spelled(term, _PRODUCT)}"
            whole = replaced(left, {id(inside): new})
            cost = 1.0 if signs["+"] == "+" else 1.1
            yield self._one(node, whole, what, "operation", cost, "", self._inner(left, inside, text))

    def _exchanges(self) -> Iterator[Change]:
        """The terms exchanged in which two names of a kind, or two scales, stand alone, or a name and its function."""
        functions = [t for t in self.terms if isinstance(t, Apply) and t.fn in ("exp", "log")]
        names = [t for t in self.terms if isinstance(t, Symbol)]
        for a, b in product(functions, names):
            if isinstance(a.arg, Symbol) and a.arg.name == b.name:
                yield self._exchanged(a, b)
        alone: dict[str, Node] = {}
        for term in filter(is_plain, self.terms):
            for name in symbols(term):
                alone.setdefault(name, term)
        scales = {n for n in alone if n in self.said and self.said[n].quantity in PARAMETERISATIONS}
        for one, two in combinations(alone, 2):
            if two in self._twins(one) or {one, two} <= scales:
                yield self._exchanged(alone[one], alone[two])

    def _exchanged(self, a: Node, b: Node) -> Change:
        parts = ((a, b, self.spelled(b, _PRODUCT)), (b, a, self.spelled(a, _PRODUCT)))
        return Change(parts, f"exchange {self.words(a)} and {self.words(b)}", "operation", 0.97)

    def _of_the_same(self, node: Node, name: str) -> list[str]:
        """The other quantity of a single Gaussian: its scale for its mean, and its mean where that may stand."""
        kinds = {n: claim.quantity for n, claim in self.said.items() if claim.quantity is not None}
        if len(kinds) != 2 or name not in kinds or "mean" not in kinds.values():
            return []
        inside = self.inside.get(id(node)) in ("exp", "log")
        return [n for n, quantity in kinds.items() if n != name and not (inside and quantity == "mean")]

    def _twins(self, name: str) -> list[str]:
        """Names that may have been meant: the same quantity of the other Gaussian."""
        if name in self._known:
            return self._known[name]
        found = self._known[name] = []
        if name in self.assigned:
            own = promise(name).quantity
            alike = (n for n in self.assigned if n != name and promise(n).quantity == own)
            found += [n for n in alike if own is not None or one_letter_apart(name, n)]
            return found
        claim = self.said.get(name) or (promise(name) if name in self.held else None)
        for other, theirs in self.said.items():
            if other == name or is_log_of(name, other) or is_log_of(other, name):
                continue
            if claim is not None and claim.quantity is not None and theirs.quantity is not None:
                if claim.quantity == theirs.quantity:
                    found.append(other)
            elif one_letter_apart(name, other) or (claim and counterpart(name, claim.mark, theirs.mark) == other):
                found.append(other)
        if claim is not None and claim.quantity is not None:
            found += [
                h for h in self.held if h not in self.said and h != name and promise(h).quantity == claim.quantity
            ]
        return found


def _entries(term: Node, around: list[Reduce]) -> Node:
    """What a term sums and averages, where that is done around it as well."""
    entries = term
    for outer in around:
        if not isinstance(entries, Reduce) or (entries.kind, entries.over) != (outer.kind, outer.over):
            return term
        entries = entries.arg
    return entries
