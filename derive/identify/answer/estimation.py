"""Estimators: what is said of one, and the smallest change that makes a formula one.

A formula in log-probabilities, or in a sample of a Gaussian, is no closed form; a slip in it is found as in a
divergence, one operation at a time, and what it makes of the formula is read as an estimator again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from operator import itemgetter

from derive.identify.answer import numerics
from derive.identify.answer.edits import is_weighted
from derive.identify.answer.operations import Editor
from derive.identify.answer.record import Fix, Identification
from derive.identify.answer.repair import SPAN, is_small, repaired, tried
from derive.identify.answer.spelling import in_words, unicode_divergence
from derive.identify.match import form as f
from derive.identify.match.estimators import (
    Estimate,
    in_log_probabilities,
    log_probabilities,
    may_be_a_sample,
    of_a_sample,
)
from derive.identify.match.match import spreads, unmarked
from derive.identify.match.names import promise
from derive.identify.match.readings import Reading
from derive.identify.match.roles import assign, check_names
from derive.identify.match.shown import show
from derive.identify.match.views import View
from derive.identify.read.source import Source
from derive.identify.read.text import Framework, source
from derive.identify.read.tree import Apply, Binary, Node, Symbol, number

_EXPECTED = "its expectation is"


def estimated(estimate: Estimate, node: Node, fw: Framework) -> Identification:
    """The answer for an estimator."""
    factor = show(unmarked(estimate.factor))
    what = {
        "half closed": "the entropy of the first Gaussian in closed form, the cross entropy of one sample",
        "k1": "can be negative, high variance",
        "k2": "biased, never negative",
        "k3": "never negative",
    }[estimate.kind]
    notes = [f"a {estimate.kind} estimator of a divergence, not its closed form: {what}", *_unbiased(estimate, fw)]
    if factor.startswith("-") and estimate.kind != "k1":
        notes.append("its sign is flipped")
    if estimate.offset:
        notes.append(f"the value is shifted by {show(estimate.offset)}")
    replacement = None
    cancels = estimate.kind == "k3" and numerics.difference_cancels(node, estimate)
    if cancels:
        notes.append("exp(x) - 1 - x cancels near x = 0, and expm1(x) - x still does")
        replacement = numerics.stable_difference(node, estimate, fw) or None
    scale = roles = pair = direction = None
    if estimate.match is not None:
        reading = estimate.match.reading
        assigned = assign(reading, [str(g[1]) for g in reading.roles])
        scale, roles, pair, direction = assigned.scale, assigned.names, reading.pair, assigned.direction
        notes.append(f"{_EXPECTED} {unicode_divergence(reading)}")
    return Identification(
        "estimator",
        pair,
        direction,
        scale,
        factor,
        show(estimate.offset) if estimate.offset else None,
        roles or {},
        stable=replacement,
        name_agrees=False if estimate.reversed else None,
        fix=f"for samples of the policy write {_exchanged(estimate, fw)}" if estimate.reversed else None,
        headline=_called(estimate) + (", right for samples of the reference alone" if estimate.reversed else ""),
        notes=tuple(notes),
        cancels=cancels,
    )


def _unbiased(estimate: Estimate, fw: Framework) -> list[str]:
    """Of whose samples k1 and k3 are unbiased, and for which direction of the divergence."""
    if estimate.kind == "k3" and not isinstance(estimate.argument, Binary):
        taken = "the denominator of the ratio" if estimate.ratio else "the one subtracted in the log-ratio"
        return [f"unbiased for samples of one of the two distributions alone: {taken}"]
    if estimate.kind not in ("k1", "k3") or len(estimate.variables) != 2:
        return []
    drawn, other = (name.partition(".log_prob(")[0] for name in estimate.variables)
    if estimate.kind == "k1":
        return [f"unbiased for samples of {drawn}, and then for KL({drawn} ‖ {other})"]
    drawn, other = other, drawn
    said = f"unbiased for samples of {drawn}, and then for KL({drawn} ‖ {other})"
    return [f"{said}; for samples of {other} write {_exchanged(estimate, fw)}"]


def _exchanged(estimate: Estimate, fw: Framework) -> str:
    """k3 of samples of the other distribution."""
    one, two = estimate.argument.parts if estimate.argument else map(partial(Symbol, None), estimate.variables)
    x = Binary(None, "-", two, one)
    return source(Binary(None, "-", Binary(None, "-", Apply(None, "exp", x), x), number(1)), fw)


def mended(view: View, fw: Framework, text: Source | None) -> Identification | None:
    """A formula that one change makes an estimator; None for others, and where no name says that it was meant."""
    read = meant(view)
    if read is None or not is_small(view):
        return None
    found: list[tuple[float, Fix, Estimate]] = []
    for change, _, lost, estimate in tried(view, Editor.of(view, text).changes(), read):
        if found and change.cost > min(cost for cost, _, _ in found) + SPAN:
            break
        if estimate is None or lost or any(estimate.same(other) for _, _, other in found):
            continue

        def holds(node: Node, wanted: Estimate = estimate) -> bool:
            return wanted.same(read(view.form_of(node)))

        reading = estimate.match.reading if estimate.match is not None else None
        words = in_words(reading) if reading else f"it is {_called(estimate)}"
        agrees = reading is None or check_names(reading, view.node, view.expander, view.among)[0] is not False
        wanted = Fix(words, change.words, "", change.kind, change.cost, agrees)
        fix = repaired(change, "", view, fw, text, holds, wanted)
        if fix is not None:
            found.append((change.cost + _doubt(estimate), fix, estimate))
    if not found:
        return None
    found.sort(key=itemgetter(0))
    cost, fix, best = found[0]
    right = estimated(best, view.node, fw)
    changed = [f"with this change it is {_called(best)}"] if len(found) == 1 else []
    sure = _is_named(best) and all(other > cost + 0.2 for other, _, _ in found[1:])
    return Identification(
        "not_kl",
        right.pair,
        right.direction,
        right.scale,
        roles=right.roles,
        name_agrees=True if sure else None,
        fix=f"{fix.edit}: {fix.changed}",
        headline="not an estimator of a KL divergence",
        notes=(*changed, *(n for n in right.notes if n.startswith(_EXPECTED))),
        fixes=tuple(fix for _, fix, _ in found[:3]),
    )


def _called(estimate: Estimate) -> str:
    return f"the {estimate.kind} estimator in {estimate.of}"


def meant(view: View) -> Callable[[f.Form], Estimate | None] | None:
    """What a formula was meant as by its names: an estimator in log-probabilities, or in a sample."""
    scales = {str(g[1]) for g, _ in spreads(view.form)}
    scales |= {n for n in view.names if (promise(n).quantity or "").startswith("log")}
    if any(map(may_be_a_sample, view.names)) and not all(map(may_be_a_sample, scales)):
        return lambda form: e if (e := of_a_sample(form)) and may_be_a_sample(e.of) and not e.offset else None
    found = set(log_probabilities(unmarked(view.form)))
    kinds = {t: {g[0] for g, _ in t} for t in view.form}
    whole = any(not f.variables(t) or own & {"exp", "log"} for t, own in kinds.items())
    single = sum("exp" in own for own in kinds.values()) < 2  # no Csiszar function of a power: exp(t*x) - t*exp(x)
    if found and whole and single and all(promise(n).quantity is None for n in view.names):
        return lambda form: (
            e if (e := in_log_probabilities(form)) is not None and e.kind == "k3" and not e.offset else None
        )
    return None


def _doubt(estimate: Estimate) -> float:
    """How much less likely an estimator is than one whose second mean and scale have one mark, and whose scales are of
    one kind.
    """
    cost = 0.3 * is_weighted(estimate.factor)
    if estimate.match is None:
        return cost + 0.6 * estimate.reversed
    one, two = estimate.match.reading.first, estimate.match.reading.second
    _, mean, scale = _marks(estimate.match.reading)
    crossed = "" not in (mean, scale) and mean != scale
    return cost + 0.6 * crossed + 0.6 * (None not in (one.scale, two.scale) and one.scale != two.scale)


def _is_named(estimate: Estimate) -> bool:
    """Whether the names say that it was meant: the second mean and scale have one mark, the first scale another."""
    if estimate.match is None:
        return True
    first, mean, scale = _marks(estimate.match.reading)
    return mean == scale != first


def _marks(reading: Reading) -> list[str]:
    quantities = (reading.first.spread, reading.second.mean, reading.second.spread)
    return [promise(str(g[1])).mark if g is not None else "" for g in quantities]
