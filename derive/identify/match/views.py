"""Views of one formula: assigned names filled in or kept, and names of one Gaussian tied by what they promise."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import permutations

import sympy as sp

from derive.identify.match import form as f
from derive.identify.match.expand import Expander, assigned_anew
from derive.identify.match.match import unmarked
from derive.identify.match.names import is_difference, is_log_of, promise, squared_norm
from derive.identify.match.parameterisations import PARAMETERISATIONS, log_term, symbol
from derive.identify.match.readings import Gaussian, Reading
from derive.identify.match.roles import WORDS
from derive.identify.read.closed_form import from_sympy
from derive.identify.read.functions import COUNTS
from derive.identify.read.limits import MAX_QUANTITIES, NotUnderstood
from derive.identify.read.tree import (
    Apply,
    Binary,
    Library,
    Marked,
    Named,
    Node,
    Reduce,
    Symbol,
    axes_of,
    is_moved,
    number,
    replaced,
    substitute,
    symbols,
    walk,
)


@dataclass(frozen=True)
class View:
    """A formula with some assigned names kept as quantities of their own: its tree, its expanded form, its names."""

    node: Node
    expander: Expander
    form: f.Form
    names: tuple[str, ...]
    assumed: str = ""
    held: Mapping[str, Node] = field(default_factory=dict)
    assigned: frozenset[str] = frozenset()  # names that have a value, which is not filled in

    def seen(self, node: Node) -> Node:
        """Another tree as this view sees it, its tied names filled in."""
        return substitute(node, dict(self.held), self.assigned) if self.held else node

    def form_of(self, node: Node) -> f.Form:
        """The expanded form of another tree in this view."""
        return Expander(self.expander.opaque).form(self.seen(node))

    def admits(self, reading: Reading) -> bool:
        """Whether the names in a reading's roles can be parameters: none that was assigned what mixes several of them
        and is not called one itself, as ``t = (mu1 - mu2)/s2``; and none that stands for two, whose logarithms cancel.
        """
        if reading.shared and self._cancels(reading.first):
            return False
        kept: dict[f.Generator, f.Form] = {}
        for part in walk(self.node) if self.expander.opaque else ():
            own = f.variable(part.name) if isinstance(part, Named) else None
            if isinstance(part, Named) and own in reading.roles:
                promised = promise(part.name, self.among).quantity is not None and not is_difference(part.name)
                kept |= {} if promised else {own: Expander().form(part.value)}
        if any(sum(promise(n, self.among).quantity is not None for n in f.depends(v)) > 1 for v in kept.values()):
            return False
        for spread in reading.logs.keys() & kept.keys():  # s1/s2 or l1 - l2, beside what is made of two means and s2
            value = kept[spread]
            quotient = len(f.depends(value)) > 1 and (len(value) == 1 or all(len(f.variables(t)) < 2 for t in value))
            if quotient and any(len(v) > 1 and f.depends(v) & f.depends(value) for v in kept.values() if v != value):
                return False
        return True

    def _cancels(self, gaussian: Gaussian) -> bool:
        """Whether the logarithm of a scale is written and cancels."""
        assert gaussian.spread is not None and gaussian.scale is not None
        own = [n for n in walk(self.node) if isinstance(n, Symbol) and n.name == gaussian.spread[1]]
        apart = {id(node): Symbol(None, f"{node.name} {k}") for k, node in enumerate(own)}
        form = unmarked(Expander(self.expander.opaque).form(replaced(self.node, apart)))
        return any(log_term(gaussian.scale, f.variable(n.name))[0] in form for n in apart.values())

    @cached_property
    def reused(self) -> frozenset[str]:
        """Quantities whose names stand for another value in the text of the formula."""
        return frozenset(assigned_anew(self.node, self.expander)) & frozenset(self.names)

    @cached_property
    def collapsed(self) -> bool:
        """Whether quantities cancel against their copies without gradients, which are those of another Gaussian."""
        return bool(_copies(self.node) - self.expander.opaque) and not {*symbols(self.node)} <= {*self.names}

    @cached_property
    def among(self) -> tuple[str, ...]:
        """All names that the text uses, the assigned ones too: what one of them promises depends on the others."""
        assigned = (n.name for n in walk(self.node) if isinstance(n, Named) and not isinstance(n, Marked))
        return tuple(dict.fromkeys((*self.names, *assigned)))


def _meanings(node: Node, opaque: frozenset[str]) -> dict[str, set[Node | None]]:
    """The values for which each opaque name stands; None is a quantity that the formula does not explain."""
    found: dict[str, set[Node | None]] = {}
    pending, seen = [node], set[Node]()
    while pending:
        part = pending.pop()
        if isinstance(part, Named | Symbol) and part.name in opaque:
            found.setdefault(part.name, set()).add(part.value if isinstance(part, Named) else None)
        elif part not in seen:
            seen.add(part)
            pending += part.parts
    return found


def _copies(node: Node) -> frozenset[str]:
    """The names of copies without gradients: ``mean0 = mean.detach()``."""
    named = [n for n in walk(node) if isinstance(n, Named) and not isinstance(n, Marked)]
    return frozenset(n.name for n in named if isinstance(n.value, Marked) and n.value.kind == "stopped")


def views_of(node: Node) -> list[View]:
    """Assignments filled in, or all but copies; then those alone whose name means one thing; then none."""
    assigned = frozenset(n.name for n in walk(node) if isinstance(n, Named) and not isinstance(n, Library | Marked))
    found: list[View] = []
    failure: NotUnderstood | None = None
    pending = list(dict.fromkeys((frozenset[str](), _copies(node), assigned)))
    while pending:
        opaque = pending.pop(0)
        if any(len(values) > 1 for values in _meanings(node, opaque).values()):
            continue
        expander = Expander(opaque)
        try:
            form = expander.form(node)
        except NotUnderstood as error:
            failure = error
            continue
        found.append(View(node, expander, form, tuple(sorted(f.depends(form) - {"~"}))))
        reused = found[-1].reused
        if not opaque and reused and reused != assigned:
            pending.insert(0, reused)
    if not found and failure is not None:
        raise failure
    return found


#: Which of several scales of one Gaussian stands for it.
_FIRST = ("logvar", "std", "var", "logstd", "precision", "softplus", "logprecision")


def counterpart(name: str, mark: str, other: str) -> str:
    """What a quantity of one Gaussian is called for the other: other.std for self.std; "" where no name tells."""
    if mark not in name.lower():
        return ""
    place = name.lower().rindex(mark)
    return name[:place] + other + name[place + len(mark) :]


def in_terms_of(quantity: str, base: str, scale: str) -> Node | None:
    """A scale of a Gaussian as an expression of another one, which ``base`` holds."""
    std = PARAMETERISATIONS[scale].std(symbol(base, scale))
    value = {"std": std, "var": std**2, "logstd": sp.log(std), "logvar": 2 * sp.log(std), "precision": std**-2}.get(
        quantity
    )
    if value is None or quantity == scale:
        return None
    return from_sympy(sp.powsimp(sp.expand_log(value, force=True)))


def tied(view: View) -> list[View]:
    """The view with names of one Gaussian tied by what they promise (var = exp(logvar)), every pair at once: of the
    scales of one Gaussian, told by mark and object, one stands for the others; where the names promise nothing, the
    one that is called the logarithm of the other.
    """
    if len(view.names) > MAX_QUANTITIES:
        return []
    said = {n: promise(n, view.among) for n in view.names}
    held: dict[str, Node] = {}
    notes: list[str] = []
    gaussians: dict[str, list[str]] = {}
    for name, claim in said.items():
        if claim.quantity in PARAMETERISATIONS:
            gaussians.setdefault(claim.mark, []).append(name)
    if all(len(names) < 2 for names in gaussians.values()):
        gaussians.clear()
    for mark, names in gaussians.items():
        base = min(names, key=lambda n: _FIRST.index(said[n].quantity or ""))
        absent = {
            counterpart(n, other, mark): said[n].quantity
            for other, theirs in gaussians.items()
            for n in theirs
            if other and mark and said[n].quantity not in [said[own].quantity for own in names]
        }
        for other, quantity in [*((n, said[n].quantity) for n in names), *absent.items()]:
            value = in_terms_of(quantity or "", base, said[base].quantity or "")
            if value is None or not other:
                continue
            held[other] = value
            if other in said:
                notes.append(f"taking {other} to be {WORDS[quantity or '']} of the Gaussian that {base} belongs to")
    if not notes:
        held.clear()  # names that only the other Gaussian has are of no use where none is tied
    for log_name, name in permutations([n for n in view.names if n not in held], 2):
        if said[name].quantity is None and name not in held and is_log_of(log_name, name):
            held[log_name] = Apply(None, "log", Symbol(None, name))
            notes.append(f"taking {log_name} to be the logarithm of {name}")
    if not held:
        return []
    return _holding(view, held, "; ".join(notes))


def _holding(view: View, held: Mapping[str, Node], assumed: str) -> list[View]:
    """The view with expressions in the place of names."""
    named: dict[str, Node] = {name: Named(None, name, value) for name, value in held.items()}
    node = substitute(view.node, named, view.expander.opaque)
    expander = Expander(view.expander.opaque - held.keys())
    try:
        form = expander.form(node)
    except NotUnderstood:
        return []
    names = tuple(sorted(f.depends(form) - {"~"}))
    return [View(node, expander, form, names, assumed, named, view.expander.opaque)]


_OF_ARGUMENTS = re.compile(r"\((?!\))")
#: A quantity that is spelled as a number of entries.
_COUNT = re.compile(rf"(?:^|\.)(?:{'|'.join(sorted(COUNTS))})\(|\.shape\b")
#: One that is the length of an array along an axis, or how many entries it has.
_LENGTH = re.compile(
    r"(?P<own>.+)\.(?:shape\[(?P<a>-?\d+)\]|size\((?P<b>-?\d+)\)|numel\(\)|nelement\(\))|len\((?P<of>.+)\)"
)


def _counts_others(name: str, over: str, inside: Collection[str]) -> bool:
    """Whether a count of an array inside a sum is that of other entries than are summed: mu.shape[0] beside a sum over
    dim 1. An array that is summed over all entries may have one axis.
    """
    length = _LENGTH.fullmatch(name)
    if length is None or (length["own"] or length["of"]) not in inside:
        return False
    summed = axes_of(over)
    axis = length["a"] or length["b"] or ("0" if length["of"] else None)
    if axis is None:  # how many entries there are in all
        return any(one > 0 for one in summed)
    if not summed:
        return over == "all entries" and int(axis) > 0
    return len(summed) > 1 or ((int(axis) < 0) == (summed[0] < 0) and int(axis) != summed[0])


def counted(view: View, least: int = 1) -> list[View]:
    """The view with a quantity of ``least`` terms or more as the number of entries of a sum, the sum of ones, and names
    of squared norms as sums of squares: ``d*(v - log(v) - 1) + mu_norm2`` of one shared scale.
    """
    norms = {n: root for n in view.names if (root := squared_norm(n)) and root not in view.names}
    if len(view.names) > MAX_QUANTITIES or not (norms or any(f.SUMMED in dict(term) for term in view.form)):
        return []
    sums = {n.over for n in walk(view.node) if isinstance(n, Reduce) and n.kind == "sum"} or {"all entries"}
    over = sums.pop() if len(sums) == 1 else ""

    def summed(entry: Node) -> Node:
        return Reduce(None, "sum", entry, over)

    squares = {name: summed(Binary(None, "**", Symbol(None, root), number(2))) for name, root in norms.items()}
    words = "".join(f"; taking {name} to be the sum of the squares of {root}" for name, root in norms.items())
    found: list[View] = []
    inside = {name for n in walk(view.node) if isinstance(n, Reduce) and n.kind != "mean" for name in symbols(n)}
    reshaped = any(is_moved(n) for n in walk(view.node))  # then nothing says which axes an array has
    others = () if reshaped else [n for n in view.names if _counts_others(n, over, inside)]
    for name in (n for n in view.names if n not in inside and n not in others):
        powers = [dict(t)[f.variable(name)] for t in view.form if f.variable(name) in dict(t)]
        enough = len(powers) >= (1 if _COUNT.search(name) else least)
        function = _OF_ARGUMENTS.search(name) and not _COUNT.search(name)  # a loss of a mean is no number of entries
        if promise(name).quantity is None and name not in norms and not function and enough and set(powers) == {1}:
            held = {name: summed(number(1)), **squares}
            found += _holding(view, held, f"{name} must be the number of summed entries{words}")
    return found
