"""What is wrong with a formula that is nearly a divergence: the smallest changes, the minimum, a counterexample."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derive.identify.answer import numerics
from derive.identify.answer.edits import Edit, by_terms, is_weighted, plausible
from derive.identify.answer.minimum import counterexample, minimum
from derive.identify.answer.operations import by_operations
from derive.identify.answer.record import Fix, Identification
from derive.identify.answer.spelling import in_words, textbook
from derive.identify.match import form as f
from derive.identify.match.decide import Algebra
from derive.identify.match.match import Match, unmarked
from derive.identify.match.names import promise
from derive.identify.match.parameterisations import PARAMETERISATIONS, filled, log_term, variance_form
from derive.identify.match.readings import Gaussian, Reading
from derive.identify.match.roles import assign, check_names, disagreements
from derive.identify.match.views import View
from derive.identify.read.limits import SEARCH_STEPS
from derive.identify.read.text import Framework


def diagnose(view: View, fw: Framework, brief: bool) -> Identification | None:
    """A formula that one small change makes a divergence, or that has all its parts; None for other formulas."""
    said = {n: promise(n, view.names) for n in view.names}
    readings = plausible(view.form, said)
    edits = [e for reading in readings if (e := by_terms(view.form, reading, view.names))]
    simplest = min((e.cost for e in edits), default=9.0)
    weighted = any(is_weighted(e.factor) for e in edits if e.cost == simplest)
    if (simplest > 1.3 or weighted) and readings and _has_signature(view, readings):
        edits += list(by_operations(view.node, view.expander, said, SEARCH_STEPS))
    edits = _kept(edits, view.names)
    if not edits:
        if not _has_signature(view, readings):
            return None
        return Identification(
            "not_kl",
            headline="not a KL divergence",
            notes=("no single change makes it one under any reading of its quantities",),
        )
    best = edits[0]
    fixes = tuple(_fix(e, view, fw) for e in edits)
    roles = assign(best.reading, view.names)
    lowest = None if brief else minimum(view.form, best.reading)
    example = None
    if not brief:
        algebra = Algebra(view.expander, view.form, best.reading)
        example = counterexample(algebra.tree(view.node), algebra, best.reading)
    notes = [lowest.words] if lowest else []
    if lowest and lowest.value is not None and lowest.value < -1e-12:
        notes[-1] += "; a divergence is never negative"
    if example:
        point = ", ".join(f"{k} = {v:g}" for k, v in example["point"].items())  # type: ignore[attr-defined]
        notes.append(f"at {point} it is {example['formula']:.6g}, the divergence is {example['kl']:.6g}")
    fixed = Match(best.reading, best.factor, {})
    return Identification(
        "not_kl",
        best.reading.pair,
        roles.direction,
        roles.scale,
        None,
        None,
        roles.names,
        check_names(best.reading, view.node, view.expander, view.names)[0],
        minimum=lowest.as_json() if lowest else None,
        counterexample=example,
        fix=f"{fixes[0].edit}: {fixes[0].corrected}",
        stable=None if brief else numerics.stable(fixed, fw) or None,
        headline="not a KL divergence",
        notes=tuple(notes),
        fixes=fixes,
    )


def _kept(edits: Sequence[Edit], names: Sequence[str]) -> list[Edit]:
    """One edit per set of scales, those that agree with the names first, none that is far from the simplest."""

    def order(edit: Edit) -> tuple[float, ...]:
        against, agree = disagreements(edit.reading, names)
        meanless = sum(g.spread is not None and g.mean is None for g in (edit.reading.first, edit.reading.second))
        return (
            edit.cost + 0.3 * is_weighted(edit.factor) + 0.6 * against + 0.6 * meanless,
            -agree,
            edit.reading.first.spread is None,
        )

    found: dict[tuple[object, ...], Edit] = {}
    for edit in sorted(edits, key=order):
        found.setdefault(
            (
                edit.reading.first.spread,
                edit.reading.first.scale,
                edit.reading.second.spread,
                edit.reading.second.scale,
            ),
            edit,
        )
    kept = list(found.values())
    return [e for e in kept if e.cost <= kept[0].cost + 0.6][:3]


def _has_signature(view: View, readings: Sequence[Reading]) -> bool:
    """All parts of a divergence: a squared mean, and each spread both in a log term and in an exponential or power."""
    plain = unmarked(view.form)
    for reading in readings:
        gaussians = [g for g in (reading.first, reading.second) if g.spread is not None]
        means = [g.mean for g in gaussians if g.mean is not None]
        quantities = [promise(str(g[1]), view.names).quantity for g in reading.roles]
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
    places = (("x1", gaussian.spread),)
    (logs,) = filled({log_term(gaussian.scale, "x1")[0]: Fraction(1)}, places)
    ((variance, _),) = filled(variance_form(gaussian.scale, "x1"), places).items()
    generators = {g for g, _ in variance}
    powers = [t for t in plain if not logs <= t and generators & {g for g, _ in t}]
    squared = {g for t in plain for g, e in t if e == 2}
    return any(logs <= t for t in plain) and (not alone or any(_lone(t, generators, squared) for t in powers))


def _lone(term: f.Term, generators: set[f.Generator], squared: set[f.Generator]) -> bool:
    """Whether a term is a power of a spread times a weight, and no part of a squared deviation."""
    rest = [(g, e) for g, e in term if g not in generators]
    return all(g[0] == "var" and g not in squared and e in (1, -1) for g, e in rest)


def _fix(edit: Edit, view: View, fw: Framework) -> Fix:
    agrees = check_names(edit.reading, view.node, view.expander, view.names)[0] is not False
    return Fix(
        in_words(edit.reading), edit.words, textbook(edit.reading, edit.factor, fw), edit.kind, edit.cost, agrees
    )
