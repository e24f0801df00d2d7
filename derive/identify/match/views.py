"""Views of one formula: assigned names filled in or kept, and names of one Gaussian tied by what they promise."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import sympy as sp

from derive.identify.match import form as f
from derive.identify.match.expand import Expander
from derive.identify.match.names import promise
from derive.identify.match.parameterisations import PARAMETERISATIONS, from_sympy, symbol
from derive.identify.match.roles import WORDS
from derive.identify.read.limits import MAX_QUANTITIES, NotUnderstood
from derive.identify.read.reading import substitute
from derive.identify.read.tree import Named, Node, walk


@dataclass(frozen=True)
class View:
    """A formula with some assigned names kept as quantities of their own: its tree, its expanded form, its names."""

    node: Node
    expander: Expander
    form: f.Form
    names: tuple[str, ...]
    assumed: str = ""


def views_of(node: Node) -> list[View]:
    """Assignments filled in; then none; then names of one Gaussian tied by what they promise (var = exp(logvar))."""
    assigned = frozenset(n.name for n in walk(node) if isinstance(n, Named))
    found: list[View] = []
    failure: NotUnderstood | None = None
    for opaque in (frozenset(), assigned) if assigned else (frozenset(),):
        expander = Expander(opaque)
        try:
            form = expander.form(node)
        except NotUnderstood as error:
            failure = error
            continue
        found.append(View(node, expander, form, tuple(sorted(f.depends(form) - {"~"}))))
    if not found and failure is not None:
        raise failure
    return found + [view for base in found[:1] for view in _tied(base)]


def _tied(view: View) -> list[View]:
    if len(view.names) > MAX_QUANTITIES:
        return []
    said = {n: promise(n, view.names) for n in view.names}
    found = []
    for one, other in permutations(view.names, 2):
        a, b = said[one], said[other]
        if a.mark != b.mark or a.quantity == b.quantity or not {a.quantity, b.quantity} <= set(PARAMETERISATIONS):
            continue
        if not PARAMETERISATIONS[a.quantity or ""].logarithmic and PARAMETERISATIONS[b.quantity or ""].logarithmic:
            continue
        std = PARAMETERISATIONS[a.quantity or ""].std(symbol(one, a.quantity))
        held = {"std": std, "var": std**2, "logstd": sp.log(std), "logvar": 2 * sp.log(std), "precision": std**-2}.get(
            b.quantity or ""
        )
        if held is None:
            continue
        value = from_sympy(sp.powsimp(sp.expand_log(held, force=True)))
        node = substitute(view.node, {other: Named(None, other, value)})
        expander = Expander()
        try:
            form = expander.form(node)
        except NotUnderstood:
            continue
        note = f"taking {other} to be {WORDS[b.quantity or '']} of the Gaussian that {one} belongs to"
        found.append(View(node, expander, form, tuple(sorted(f.depends(form) - {"~"})), note))
    return found[:4]
