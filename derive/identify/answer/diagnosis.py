"""What is wrong with a formula that is nearly a divergence: the smallest changes, the minimum, a counterexample."""

from __future__ import annotations

from collections.abc import Sequence

from derive.identify.answer import numerics, repair
from derive.identify.answer.edits import Edit, plausible
from derive.identify.answer.minimum import counterexample, minimum
from derive.identify.answer.record import Fix, Identification
from derive.identify.answer.spelling import unicode_divergence
from derive.identify.match import form as f
from derive.identify.match.decide import Algebra
from derive.identify.match.match import Match, unmarked
from derive.identify.match.names import Promise, is_square, promise
from derive.identify.match.parameterisations import PARAMETERISATIONS, log_term, variance_form
from derive.identify.match.readings import Gaussian, Reading
from derive.identify.match.roles import assign, check_names
from derive.identify.match.views import View
from derive.identify.read.source import Source
from derive.identify.read.text import Framework
from derive.identify.read.tree import symbols


def diagnose(view: View, fw: Framework, brief: bool, text: Source | None) -> Identification | None:
    """A formula that one small change makes a divergence, or that has all its parts; None for other formulas."""
    if any(is_square(name) for name in symbols(view.node)):
        return None  # what must be squared may be so already
    said = {n: promise(n, view.among) for n in dict.fromkeys((*view.names, *symbols(view.node)))}
    found: dict[object, tuple[Edit, Fix]] = {}
    for edit in repair.candidates(view, said, text):
        a, b = edit.reading.first, edit.reading.second
        key = (a.spread, a.scale, b.spread, b.scale)
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
    lowest = None if brief or fixes[0][0].beside else minimum(view.form, best.reading)
    example = None
    alone = not fixes[0][0].beside
    if not brief and alone:
        algebra = Algebra(view.expander, view.form, best.reading)
        example = counterexample(algebra.tree(view.node), algebra, best.reading)
    notes = [lowest.words] if lowest else []
    if lowest and lowest.value is not None and lowest.value < -1e-12:
        notes[-1] += "; a divergence is never negative"
    if example:
        point = ", ".join(f"{k} = {v:g}" for k, v in example["point"].items())  # type: ignore[attr-defined]
        notes.append(f"at {point} it is {example['formula']:.6g}, the divergence is {example['kl']:.6g}")
    notes += [view.assumed] if view.assumed else []
    notes += [f"the rest is right: {unicode_divergence(match.reading)}" for match in best.beside]
    fixed = Match(best.reading, best.factor, {})
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
        stable=None if brief or not alone else numerics.stable(fixed, view.node, fw) or None,
        headline="not a KL divergence" if alone else "a sum of KL divergences of which one is wrong",
        notes=tuple(notes),
        fixes=tuple(fix for _, fix in fixes),
    )


def _certain(view: View, said: dict[str, Promise]) -> bool:
    """Whether a formula without a repair is surely wrong: it has all parts of a divergence, and each of its quantities
    is by its name a mean or the one scale of a Gaussian. If in doubt, it is not.
    """
    quantities = [c.quantity for c in said.values()]
    scales = [c.mark for c in said.values() if c.quantity in PARAMETERISATIONS]
    plain = all(q == "mean" or q in PARAMETERISATIONS for q in quantities) and len(set(scales)) == len(scales)
    simple = all(g[0] in ("var", "log", "exp", "mark", "sum") for t in view.form for g, _ in t)
    return plain and simple and 1 <= len(scales) <= 2 and _has_signature(view, plausible(view.form, said))


def _has_signature(view: View, readings: Sequence[Reading]) -> bool:
    """All parts of a divergence: a squared mean, and each spread both in a log term and in an exponential or power."""
    plain = unmarked(view.form)
    for reading in readings:
        gaussians = [g for g in (reading.first, reading.second) if g.spread is not None]
        means = [g.mean for g in gaussians if g.mean is not None]
        quantities = [promise(str(g[1]), view.among).quantity for g in reading.roles]
        if not means or not ("mean" in quantities or any(dict(t).get(m) == 2 for m in means for t in plain)):
            continue
        if not any(q == "mean" or q in PARAMETERISATIONS for q in quantities) and len(gaussians) < 2:
            continue
        both = [_both_ways(plain, g, len(gaussians) == 1) for g in gaussians]
        if any(both) and (all(both) or {"mean"} < set(quantities)):
            return True
    return False


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
    return any(logs <= t for t in plain) and (not alone or any(_lone(t, generators, squared) for t in powers))


def _lone(term: f.Term, generators: set[f.Generator], squared: set[f.Generator]) -> bool:
    """Whether a term is a power of a spread times a weight, and no part of a squared deviation."""
    rest = [(g, e) for g, e in term if g not in generators]
    return all(g[0] == "var" and g not in squared and e in (1, -1) for g, e in rest)
