"""Sums of independent divergences: terms in groups that share no quantity, each group a divergence."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from derive.identify.match import form as f
from derive.identify.match.decide import decided
from derive.identify.match.match import Match, acceptable, matches
from derive.identify.match.names import Promise, promise
from derive.identify.match.roles import ranked
from derive.identify.match.views import View


def several(view: View) -> list[Match]:
    """The divergences whose sum a formula is, the offset of all of them with the last one; [] where it is none."""
    said = {n: promise(n, view.among) for n in view.names}
    groups, constant = _groups(view.form)
    groups = _with_means(groups, said)
    if not 2 <= len(groups) <= 12:
        return []
    found: list[Match] = []
    offset: f.Form = constant
    for group in groups:
        best = ranked([m for m in matches(group) if acceptable(m, group, said)], view.among)
        if not best or f.depends(best[0].offset) or best[0].reading.fixed_variance is not None:
            return []
        offset = f.add(offset, best[0].offset)
        found.append(replace(best[0], offset={}))
    found[-1] = replace(found[-1], offset=offset)
    return found if decided(view.node, view.expander, view.form, *found) else []


def are_apart(view: View) -> bool:
    """Whether a formula is a sum of several, each of them with a mean and a scale of its own: no single change makes
    all of it one divergence.
    """
    said = {n: promise(n, view.among) for n in view.names}
    groups = _with_means(_groups(view.form)[0], said)
    return len(groups) > 1 and all(len(group) >= 3 and _has_mean(group) for group in groups)


def _has_mean(group: f.Form) -> bool:
    """A quantity that stands as its square and in no other term."""
    alone = [f.variables(t) for t in group if any(e == 2 and g[0] in ("var", "fn") for g, e in t)]
    return any(sum(bool(names & f.variables(t)) for t in group) == 1 for names in alone)


def _with_means(groups: list[dict[f.Term, Fraction]], said: dict[str, Promise]) -> list[dict[f.Term, Fraction]]:
    """Against N(0, 1) a mean stands alone as its square: it goes to the group of its mark, else to the next without."""

    def marks(group: f.Form) -> set[str]:
        return {said[n].mark for n in f.depends(group) if n in said}

    alone = [g for g in groups if len(g) == 1 and all(e == 2 for t in g for p, e in t if p[0] != "mark")]
    rest = [g for g in groups if g not in alone]
    free = list(range(len(rest)))
    for mean in alone:
        place = next((k for k in free if marks(rest[k]) & marks(mean)), free[0] if free else None)
        if place is None:
            return groups
        free.remove(place)
        rest[place] = {**rest[place], **mean}
    return rest


def _groups(form: f.Form) -> tuple[list[dict[f.Term, Fraction]], dict[f.Term, Fraction]]:
    """The terms in groups that share a quantity, one that weighs all terms apart; and the constant."""
    terms = [t for t in form if f.variables(t)]
    weights = frozenset.intersection(*(f.variables(t) for t in terms)) if terms else frozenset()
    groups: list[tuple[frozenset[str], dict[f.Term, Fraction]]] = []
    for term in terms:
        names, own = f.variables(term) - weights, {term: form[term]}
        apart = []
        for other, held in groups:
            if other & names:
                names, own = names | other, {**held, **own}
            else:
                apart.append((other, held))
        groups = [*apart, (names, own)]
    return [own for _, own in groups], {t: v for t, v in form.items() if not f.variables(t)}
