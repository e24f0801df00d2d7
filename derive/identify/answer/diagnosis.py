"""What is wrong with a formula that is nearly a divergence: the smallest changes, the minimum, a counterexample."""

from __future__ import annotations

from fractions import Fraction

from derive.identify.answer import numerics, repair
from derive.identify.answer.edits import Edit
from derive.identify.answer.minimum import ROUNDING, counterexample, minimum
from derive.identify.answer.record import Fix, Identification
from derive.identify.answer.spelling import emitted, unicode_divergence
from derive.identify.match import form as f
from derive.identify.match.decide import Algebra, decided
from derive.identify.match.match import Match, unmarked
from derive.identify.match.names import Promise, is_inverse_std, is_square, promise
from derive.identify.match.parameterisations import PARAMETERISATIONS, log_term, variance_form
from derive.identify.match.readings import Gaussian
from derive.identify.match.roles import assign, check_names
from derive.identify.match.views import View
from derive.identify.read.source import Source
from derive.identify.read.text import Framework
from derive.identify.read.tree import OF_A_VECTOR, Reduce, symbols, walk


def diagnose(view: View, fw: Framework, brief: bool, text: Source | None) -> Identification | Match | None:
    """A formula that one small change makes a divergence, or that has all its parts; None for other formulas.

    What a change claims to make of it, it may be already, in constants that the search does not compare ((1 + sqrt(2))
    squared is 3 + 2 sqrt(2)): then that match is the answer.
    """
    names = {*view.names, *symbols(view.node)}
    if f.entangled(view.form) or any(is_square(name, names) or is_inverse_std(name) for name in names):
        return None  # what must be squared, or divided by, may be so already
    said = {n: promise(n, view.among) for n in dict.fromkeys((*view.names, *symbols(view.node)))}
    found: dict[object, tuple[Edit, Fix]] = {}
    for edit in repair.candidates(view, said, text):
        a, b = edit.reading.first, edit.reading.second
        key = (a.spread, a.scale, b.spread, b.scale)
        right = Match(edit.reading, edit.factor, edit.offset)
        already = key not in found and f.alike(view.form, edit.reading.names)
        if already and decided(view.node, view.expander, view.form, right, *edit.beside):
            return None if edit.beside else right
        fix = repair.checked(edit, view, fw, text) if key not in found else None
        if fix is not None:
            found[key] = edit, fix
        if len(found) == (1 if brief else 3):
            break
    fixes = list(found.values())
    if not fixes:
        if not _certain(view, said):
            return None
        return Identification(
            "not_kl",
            headline="not a KL divergence",
            notes=("no single change makes it one under any reading of its quantities",),
        )
    best = fixes[0][0]
    roles = assign(best.reading, view.among)
    repeats, alone = repair.repeats(view.form), not best.beside
    lowest = example = None
    if not brief and alone and not repeats:
        lowest = minimum(view.form, best.reading)
        algebra = Algebra(view.expander, view.form, best.reading)
        example = counterexample(algebra.tree(view.node), algebra, best.reading)
    notes = [lowest.words] if lowest else []
    if lowest and lowest.value is not None and lowest.value < -ROUNDING:
        notes[-1] += "; a divergence is never negative"
    if example:
        point = ", ".join(f"{k} = {v:g}" for k, v in example["point"].items())  # type: ignore[attr-defined]
        notes.append(f"at {point} it is {example['formula']:.6g}, the divergence is {example['kl']:.6g}")
    notes += ["a sum is added to every entry of another one, and counted as often as that has entries"] * repeats
    notes += [view.assumed] if view.assumed else []
    notes += [f"the rest is right: {unicode_divergence(match.reading)}" for match in best.beside]
    fixed = Match(best.reading, best.factor, {})
    replacement = "" if brief or not alone else numerics.stable(fixed, view.node, fw)
    return Identification(
        "not_kl",
        best.reading.pair,
        roles.direction,
        roles.scale,
        None,
        None,
        roles.names,
        check_names(best.reading, view.node, view.expander, view.among)[0],
        minimum=lowest.as_json() if lowest else None,
        counterexample=example,
        fix=f"{fixes[0][1].edit}: {fixes[0][1].changed}",
        stable=replacement or None,
        function=emitted(fixed, view.node, fw) if replacement else "",
        headline="not a KL divergence" if alone else "a sum of KL divergences of which one is wrong",
        notes=tuple(notes),
        fixes=tuple(fix for _, fix in fixes),
    )


def _certain(view: View, said: dict[str, Promise]) -> bool:
    """Whether a formula without a repair is surely wrong: each of its quantities is by its name a mean or the one scale
    of a Gaussian, a mean is there or the square of a logarithm in its place, and a scale is there as in a divergence.
    If in doubt, it is not.
    """
    if any(isinstance(n, Reduce) and n.over == OF_A_VECTOR for n in walk(view.node)):
        return False  # beside a norm, what is a number stands for as many as there are entries
    quantities = [c.quantity for c in said.values()]
    scales = [(c.mark, f.variable(n), c.quantity) for n, c in said.items() if c.quantity in PARAMETERISATIONS]
    logs = [f.variable(n) for n, c in said.items() if (c.quantity or "").startswith("log")]
    mean = "mean" in quantities or any(frozenset([(g, Fraction(2))]) in unmarked(view.form) for g in logs)
    plain = mean and all(q == "mean" or q in PARAMETERISATIONS for q in quantities)
    simple = all(g[0] == "mark" or (g[0] in ("var", "log", "exp", "sum") and g.names) for t in view.form for g, _ in t)
    if not (plain and simple and len({mark for mark, _, _ in scales}) == len(scales) in (1, 2)):
        return False
    form, alone = unmarked(view.form), len(scales) == 1
    return any(_both_ways(form, Gaussian(None, spread, quantity), alone) for _, spread, quantity in scales)


def _both_ways(plain: f.Form, gaussian: Gaussian, alone: bool) -> bool:
    """Whether a spread occurs as its log term and in a power beside it; ``alone``, where that power is a term by
    itself.
    """
    assert gaussian.spread is not None and gaussian.scale is not None
    logs, _ = log_term(gaussian.scale, gaussian.spread)
    (variance,) = variance_form(gaussian.scale, gaussian.spread)
    generators = {g for g, _ in variance}
    powers = [t for t in plain if not logs <= t and generators & {g for g, _ in t}]
    squared = {g for t in plain for g, e in t if e == 2}
    return any(logs <= t for t in plain) and any(not alone or _lone(t, generators, squared) for t in powers)


def _lone(term: f.Term, generators: set[f.Generator], squared: set[f.Generator]) -> bool:
    """Whether a term is a power of a spread times a weight, and no part of a squared deviation."""
    rest = [(g, e) for g, e in term if g not in generators]
    return all(g[0] == "var" and g not in squared and e in (1, -1) for g, e in rest)
