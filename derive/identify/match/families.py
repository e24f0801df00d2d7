"""Divergences of the further families: a formula in as many quantities as a proved closed form has, compared with it.

The Gaussian's reading is sought by coefficients (:mod:`derive.identify.match.match`), because its parameters come in
many spellings. Of the others the records in `proofs/` tell the spellings: each closed form is held against the formula
with its quantities in every order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import permutations

from derive.identify.match import form as f
from derive.identify.match.decide import equal
from derive.identify.match.expand import Expander
from derive.identify.match.match import unmarked
from derive.identify.match.names import promise
from derive.identify.match.views import View
from derive.identify.read.closed_form import from_sympy
from derive.identify.read.python.distributions import GAUSSIAN
from derive.identify.read.tree import Apply, Binary, Node, Number, Symbol, substitute, walk
from derive.proofs import FAMILIES
from derive.vocabulary.family import Family

#: Quantities of the largest closed form: beyond it, no order is tried.
_MOST = 4


@dataclass(frozen=True)
class Other:
    """``formula = factor * KL`` of a further family, with the scale that it is in and the names of its parameters."""

    family: Family
    scale: str
    factor: Fraction
    roles: Mapping[str, str]

    @property
    def written(self) -> str:
        """``KL(Laplace(m1, b1) ‖ Laplace(m2, b2))``."""
        name, names = self.family.libraries[0].names[0], list(self.roles.values())
        half = len(names) // 2
        return f"KL({name}({', '.join(names[:half])}) ‖ {name}({', '.join(names[half:])}))"


@cache
def _closed_forms() -> tuple[tuple[Family, str, Node, tuple[str, ...], f.Form], ...]:
    found = []
    for family in FAMILIES:
        for closed in family.divergences if family is not GAUSSIAN else ():
            tree = from_sympy(closed.value.expr)
            scale = next(s.name for s in family.scales if closed.value.name.endswith(f"_{s.name}"))
            names = tuple(v.symbol.name for v in closed.value.variables)
            found.append((family, scale, tree, names, Expander().form(tree)))
    return tuple(found)


@cache
def counts() -> frozenset[int]:
    """Of how many quantities the closed forms of further families are."""
    return frozenset(len(names) for _, _, _, names, _ in _closed_forms())


@cache
def functions() -> frozenset[str]:
    """The functions of which each of those closed forms has one."""
    return frozenset(n.fn for _, _, tree, _, _ in _closed_forms() for n in walk(tree) if isinstance(n, Apply))


def of_another_family(view: View) -> Other | None:
    """The divergence of a further family that a formula is; None where a name says that it is a Gaussian's."""
    plain = unmarked(view.form)
    names = view.names
    if len(names) > _MOST or any((promise(n).quantity or "mean") not in ("mean",) for n in names):
        return None
    for family, scale, tree, variables, form in _closed_forms():
        if len(variables) != len(names) or len(form) != len(plain):
            continue
        for order in permutations(names):
            renamed = dict(zip(variables, order, strict=True))
            own = substitute(tree, {old: Symbol(None, new) for old, new in renamed.items()})
            factor = f.quotient(plain, Expander().form(own))
            if factor is not None and equal(view.node, Binary(None, "*", Number(None, factor), own), view.expander):
                return Other(family, scale, factor, renamed)
    return None
