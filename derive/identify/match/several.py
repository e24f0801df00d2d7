"""Sums of independent divergences: terms in groups that share no quantity, each group a divergence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, product

from derive.identify.match import form as f
from derive.identify.match.decide import decided
from derive.identify.match.match import Match, acceptable, coefficient, matches, scales_of, spreads, squares
from derive.identify.match.names import Promise, promise
from derive.identify.match.readings import Gaussian, Reading
from derive.identify.match.roles import disagreements, ranked
from derive.identify.match.views import View
from derive.identify.read.limits import MAX_QUANTITIES


def several(view: View) -> list[Match]:
    """The divergences whose sum a formula is, the offset of all of them with the last one; [] where it is none."""
    said = {n: promise(n, view.among) for n in view.names}
    both = _both_ways(view.form, view.among)
    if both and decided(view.node, view.expander, view.form, *both):
        return both
    found, apart, offset = divided(view.form, said, view.among)
    if len(found) < 2 or apart or f.depends(offset) or _are_of_one(found, said):
        return []
    found[-1] = replace(found[-1], offset=offset)
    return found if decided(view.node, view.expander, view.form, *found) else []


def _both_ways(form: f.Form, among: Iterable[str]) -> list[Match]:
    """KL(p || q) and KL(q || p), of one weight, in whose sum the logarithms cancel; [] where a formula is no such
    sum.
    """
    parts = (sorted((p for p in t if f.variables(p[0])), key=lambda p: p[0].spelling) for t in form)
    pairs = sorted((p for p in parts if len(p) == 2), key=lambda pair: [(g.spelling, e) for g, e in pair])
    ratios = {frozenset(pair) for pair in pairs}
    for (g1, power), (g2, other) in pairs:
        if power + other or frozenset([(g1, other), (g2, power)]) not in ratios:
            continue
        means = squares(form, f.variables((g1, g2)))
        factor = f.scale(coefficient(form, frozenset([(g1, power), (g2, other)])), 2)
        for (a, scale), (b, same) in product(scales_of(g1), scales_of(g2)):
            for m1, m2 in combinations([*means, None], 2) if scale == same else ():
                p, q = Gaussian(m1, a, scale), Gaussian(m2, b, scale)
                found = ranked([Match(r, factor, {}) for r in (Reading(p, q), Reading(q, p))], among)
                whole = f.multiply(factor, f.add(*(m.reading.form for m in found)))
                rest = f.add(form, f.scale(whole, -1))
                if not (f.depends(rest) or any(disagreements(m.reading, among)[0] for m in found)):
                    return [found[0], replace(found[1], offset=rest)]
    return []


def _of_one_scale(form: f.Form) -> list[Match]:
    """The divergences from N(0, 1) of Gaussians with several means and one scale; [] where a formula is no sum of
    them.
    """
    means, alone = _lone_squares(form), f.depends(form)
    for spread, scale in spreads(form) if len(means) > 1 else ():
        found, rest = list[Match](), form
        for mean, factor in means:
            reading = Reading(Gaussian(mean, spread, scale), Gaussian())
            found.append(Match(reading, factor, {}))
            rest = f.add(rest, f.scale(f.multiply(factor, reading.form), -1))
        if not f.depends(rest) and alone <= f.variables(tuple(g for m in found for g in m.reading.roles)):
            return [*found[:-1], replace(found[-1], offset=rest)]
    return []


def _lone_squares(form: f.Form) -> list[tuple[f.Generator, f.Form]]:
    """The quantities that occur squared and nowhere else, with the weights of divergences whose means they are."""
    found = [(g, t, value) for t, value in form.items() for g, e in t if g[0] == "var" and e == 2]
    places = Counter(name for t in form for name in f.variables(t))
    return [(g, {t - {(g, Fraction(2))}: 2 * v}) for g, t, v in found if places[g[1]] == 1]


def _are_of_one(found: list[Match], said: dict[str, Promise]) -> bool:
    """Whether one without a mean has the mark of another: two Gaussians of one divergence, one of them forgotten."""
    marks = [{said[n].mark for n in f.variables(m.reading.roles) if n in said} - {""} for m in found]
    bare = [len(f.variables(m.reading.roles)) == 1 for m in found]
    if any(bare) and any(m.reading.shared for m in found):
        return True
    return any(b and own & other for own, b in zip(marks, bare, strict=True) for other in marks if other is not own)


#: The groups of terms that were matched before, with what they are.
Seen = dict[object, list[Match]]


def divided(
    form: f.Form, said: dict[str, Promise], among: Iterable[str], seen: Seen | None = None
) -> tuple[list[Match], list[dict[f.Term, Fraction]], f.Form]:
    """The groups of terms that are divergences, those that are none, and the constant that is left of the former."""
    groups, constant = _groups(form)
    groups = _with_means(groups, said)
    if not 1 <= len(groups) <= 12:
        return [], groups, constant
    known: Seen = {} if seen is None else seen
    found, apart = list[Match](), []
    offset: f.Form = constant
    for group in groups:
        key = f.key(group)
        if key not in known:
            one = matches(group) if len(groups) > 1 else []
            best = ranked([m for m in one if acceptable(m, group, said)], among)
            odd = not best or f.depends(best[0].offset) or best[0].reading.fixed_variance is not None
            known[key] = _of_one_scale(group) if odd else best[:1]
        if not known[key]:
            apart.append(group)
        offset = f.add(offset, *(match.offset for match in known[key]))
        found += [replace(match, offset={}) for match in known[key]]
    return found, apart, offset


def is_a_sum(view: View) -> bool:
    """Whether a formula that is none was meant as a sum of divergences: one of them is right and has a mean, or no term
    mixes quantities of several marks, of which two have each a mean and a scale, or a scale in two terms.
    """
    said = {n: promise(n, view.among) for n in view.names}
    if len(view.names) > MAX_QUANTITIES:
        return False
    means = [said[str(g[1])].mark for g, _ in _lone_squares(view.form)]
    if len({*means}) > 1 and len({g for g, _ in spreads(view.form)}) == 1:
        return True  # two means and one scale
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
    """Against N(0, 1) a mean stands alone as its square: it goes to the group of its mark, else to the next without;
    those that are left, to the scale that they share with another one.
    """

    def marks(group: f.Form) -> set[str]:
        return {said[n].mark for n in f.depends(group) if n in said}

    alone = [g for g in groups if len(g) == 1 and all(e == 2 for t in g for p, e in t if p[0] != "mark")]
    rest = [g for g in groups if g not in alone]
    free, left = list(range(len(rest))), dict[f.Term, Fraction]()
    for mean in sorted(alone, key=lambda m: not any(marks(m) & marks(group) for group in rest)):
        place = next((k for k in free if marks(rest[k]) & marks(mean)), free[0] if free else None)
        if place is None:
            left |= mean
            continue
        free.remove(place)
        rest[place] = {**rest[place], **mean}
    shared = next((k for k, group in enumerate(rest) if left and _of_one_scale({**group, **left})), None)
    if shared is None:
        return rest + [{term: value} for term, value in left.items()]
    rest[shared] = {**rest[shared], **left}
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
