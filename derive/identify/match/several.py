"""Sums of independent divergences: terms in groups that share no quantity, each group a divergence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from derive.identify.match import form as f
from derive.identify.match.decide import decided
from derive.identify.match.match import Match, acceptable, matches
from derive.identify.match.names import Promise, promise
from derive.identify.match.roles import ranked
from derive.identify.match.views import View
from derive.identify.read.limits import MAX_QUANTITIES


def several(view: View) -> list[Match]:
    """The divergences whose sum a formula is, the offset of all of them with the last one; [] where it is none."""
    said = {n: promise(n, view.among) for n in view.names}
    found, apart, offset = divided(view.form, said, view.among)
    if len(found) < 2 or apart or f.depends(offset) or _are_of_one(found, said):
        return []
    found[-1] = replace(found[-1], offset=offset)
    return found if decided(view.node, view.expander, view.form, *found) else []


def _are_of_one(found: list[Match], said: dict[str, Promise]) -> bool:
    """Whether one without a mean has the mark of another: two Gaussians of one divergence, one of them forgotten."""
    marks = [{said[n].mark for n in f.variables(m.reading.roles) if n in said} - {""} for m in found]
    bare = [len(f.variables(m.reading.roles)) == 1 for m in found]
    if any(bare) and any(m.reading.shared for m in found):
        return True
    return any(b and own & other for own, b in zip(marks, bare, strict=True) for other in marks if other is not own)


#: The groups of terms that were matched before, with what they are.
Seen = dict[object, Match | None]


def divided(
    form: f.Form, said: dict[str, Promise], among: Iterable[str], seen: Seen | None = None
) -> tuple[list[Match], list[dict[f.Term, Fraction]], f.Form]:
    """The groups of terms that are divergences, those that are none, and the constant that is left of the former."""
    groups, constant = _groups(form)
    groups = _with_means(groups, said)
    if not 2 <= len(groups) <= 12:
        return [], groups, constant
    known: Seen = {} if seen is None else seen
    found, apart = [], []
    offset: f.Form = constant
    for group in groups:
        key = f.key(group)
        if key not in known:
            best = ranked([m for m in matches(group) if acceptable(m, group, said)], among)
            odd = not best or f.depends(best[0].offset) or best[0].reading.fixed_variance is not None
            known[key] = None if odd else best[0]
        match = known[key]
        if match is None:
            apart.append(group)
        else:
            offset = f.add(offset, match.offset)
            found.append(replace(match, offset={}))
    return found, apart, offset


def is_a_sum(view: View) -> bool:
    """Whether a formula that is none was meant as a sum of divergences: one of them is right and has a mean, or no term
    mixes quantities of several marks, of which two have each a mean and a scale, or a scale in two terms.
    """
    said = {n: promise(n, view.among) for n in view.names}
    if len(view.names) > MAX_QUANTITIES:
        return False
    found, apart, _ = divided(view.form, said, view.among)
    plain = [m for m in found if m.reading.first.spread != m.reading.second.spread]
    whole = [m for m in plain if m.reading.means]
    if (apart and whole) or sum(len(group) > 2 for group in apart) > 1:
        return True
    telling = {n: c.mark for n, c in said.items() if c.mark or c.quantity}
    marks = [{telling[n] for n in f.variables(t) if n in telling} for t in view.form]
    scales = {said[n].mark for own in _groups(view.form)[0] if len(own) > 1 for n in f.depends(own) if n in said}
    both = {mark for mark in telling.values() if list(telling.values()).count(mark) > 1}
    return max(len(scales - {""}), len(both)) > 1 and all(len(own) < 2 for own in marks)


def _with_means(groups: list[dict[f.Term, Fraction]], said: dict[str, Promise]) -> list[dict[f.Term, Fraction]]:
    """Against N(0, 1) a mean stands alone as its square: it goes to the group of its mark, else to the next without."""

    def marks(group: f.Form) -> set[str]:
        return {said[n].mark for n in f.depends(group) if n in said}

    alone = [g for g in groups if len(g) == 1 and all(e == 2 for t in g for p, e in t if p[0] != "mark")]
    rest = [g for g in groups if g not in alone]
    free = list(range(len(rest)))
    for mean in sorted(alone, key=lambda m: not any(marks(m) & marks(group) for group in rest)):
        place = next((k for k in free if marks(rest[k]) & marks(mean)), free[0] if free else None)
        if place is None:
            rest.append(mean)
            continue
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
