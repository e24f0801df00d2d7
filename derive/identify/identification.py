"""What is this formula? The order of the questions, and the record that answers them.

1. Is it an estimator in log-probabilities?  2. Is it factor * KL + offset, under any roles?  3. Is it an estimator of a written-out sample?
4. Is it close to a divergence, and what is the smallest change?  5. It is no formula of this kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import permutations

from derive.identify import form as f
from derive.identify import numerics, sampler as samplers
from derive.identify.decide import Algebra, decided
from derive.identify.edits import Edit, acceptable, by_operations, by_terms, plausible
from derive.identify.estimators import Estimate, in_log_probabilities, of_a_sample
from derive.identify.expand import Expander
from derive.identify.limits import SEARCH_SECONDS, Deadline, NotUnderstood
from derive.identify.match import Gaussian, Match, Reading, matches, unmarked
from derive.identify.minimum import counterexample, minimum
from derive.identify.names import promise
from derive.identify.notes import affine_effect, guard_notes, loss_line, reduction_notes, reductions
from derive.identify.parameterisations import PARAMETERISATIONS, filled, from_sympy, log_term, symbol, variance_form
from derive.identify.python_text import Value
from derive.identify.reading import Text, read, substitute
from derive.identify.record import Fix, Identification, SamplerFinding
from derive.identify.roles import WORDS, assign, check_names, ranked
from derive.identify.sampler import Sampler, read_sampler
from derive.identify.spelling import in_words, textbook, unicode_divergence
from derive.identify.text import Framework, framework, show
from derive.identify.tree import Named, Node, symbols, walk


def identify(text: str, sampler: str | None = None) -> Identification:
    """What a formula is: exactly KL, factor * KL + offset, an estimator, close to it but wrong, or nothing of the kind.

    Parameters
    ----------
    text : a Python expression or block, or mathematics (LaTeX or plain). It is parsed, never evaluated.
    sampler : the reparameterisation that goes with it, ``"mu + exp(0.5*logvar)*eps"``.

    Raises
    ------
    NotUnderstood : it cannot be parsed, or holds something outside the accepted table; a :class:`derive.errors.UsageError`.
    """
    source = read(text)
    drawn = None
    if sampler is not None:
        drawn = given_sampler(sampler)
    return identify_text(source, drawn)


def identify_text(source: Text, drawn: Sampler | None = None) -> Identification:
    """Identify what was read: the last formula, or the best-matching one of a function."""
    fw = framework(source.spelled)
    drawn = drawn or found_sampler(source)
    if not source.whole_function:
        answer = identify_tree(source.trees[-1], fw, drawn)
        if answer.verdict != "unrecognised" or len(source.trees) == 1:
            return answer
    best: Identification | None = None
    for tree in source.trees:
        try:
            answer = identify_tree(tree, fw, drawn)
        except NotUnderstood:
            continue
        if best is None or _rank(answer) <= _rank(best):
            best = answer
    if best is None:
        raise NotUnderstood("no line holds a formula that is understood")
    return best


def _rank(answer: Identification) -> tuple[int, bool]:
    order = {"kl": 0, "affine_kl": 1, "estimator": 2, "not_kl": 3, "unrecognised": 4}
    return order[answer.verdict], answer.offset not in (None, "0")


def given_sampler(text: str) -> Sampler:
    source = read(text)
    found = read_sampler(source.trees[-1], Expander(), text)
    if found is None:
        raise NotUnderstood(f"the sampler {text!r} is not mean + deviation * noise", None, "write it as mu + exp(0.5*logvar)*eps")
    return found


def found_sampler(source: Text) -> Sampler | None:
    """The reparameterisation among the lines of a block."""
    for value in source.values:
        if isinstance(value, Value):
            try:
                found = read_sampler(value.tree, Expander(), value.name)
            except NotUnderstood:
                continue
            if found is not None:
                return found
    return None


@dataclass(frozen=True)
class _View:
    """A formula with some assigned names kept as quantities of their own: its tree, its expanded form, its names."""

    node: Node
    expander: Expander
    form: f.Form
    names: tuple[str, ...]
    assumed: str = ""


def _views(node: Node) -> list[_View]:
    """Assignments filled in; then none; then names of one Gaussian tied by what they promise (var = exp(logvar))."""
    assigned = frozenset(n.name for n in walk(node) if isinstance(n, Named))
    found: list[_View] = []
    failure: NotUnderstood | None = None
    for opaque in (frozenset(), assigned) if assigned else (frozenset(),):
        expander = Expander(opaque)
        try:
            form = expander.form(node)
        except NotUnderstood as error:
            failure = error
            continue
        found.append(_View(node, expander, form, tuple(sorted(f.depends(form) - {"~"}))))
    if not found and failure is not None:
        raise failure
    return found + [view for base in found[:1] for view in _tied(base)]


def _tied(view: _View) -> list[_View]:
    said = {n: promise(n, view.names) for n in view.names}
    found = []
    for one, other in permutations(view.names, 2):
        a, b = said[one], said[other]
        if a.mark != b.mark or a.quantity == b.quantity or not {a.quantity, b.quantity} <= set(PARAMETERISATIONS):
            continue
        if not PARAMETERISATIONS[a.quantity or ""].logarithmic and PARAMETERISATIONS[b.quantity or ""].logarithmic:
            continue
        std = PARAMETERISATIONS[a.quantity or ""].std(symbol(one, a.quantity))
        import sympy as sp

        held = {"std": std, "var": std**2, "logstd": sp.log(std), "logvar": 2 * sp.log(std), "precision": std**-2}.get(b.quantity or "")
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
        found.append(_View(node, expander, form, tuple(sorted(f.depends(form) - {"~"})), note))
    return found[:4]


def identify_tree(node: Node, fw: Framework, drawn: Sampler | None = None, *, brief: bool = False) -> Identification:
    """Identify one formula. ``brief`` leaves out what an audit does not print: digits lost, minimum, counterexample."""
    views = _views(node)
    if brief and not any(_worth_a_look(v) for v in views):
        return _unrecognised(views[0])
    common = {"reductions": reductions(node), "modifiers": tuple(dict.fromkeys(m.kind for m in views[0].expander.modifiers.values()))}
    estimate = next((e for v in views[:2] if (e := in_log_probabilities(v.form))), None)
    if estimate:
        return replace(_estimator(estimate, fw), **common)
    for view in views:
        said = {n: promise(n, view.names) for n in view.names}
        for match in ranked([m for m in matches(view.form) if acceptable(m, view.form, said)], view.names):
            if decided(view.node, view.expander, view.form, match):
                return replace(_divergence(view, match, fw, drawn, brief), **common)
    counted = _counted(views[0])
    if counted:
        return replace(_divergence(views[0], counted, fw, drawn, brief), **common)
    estimate = next((e for v in views[:2] if (e := of_a_sample(v.form))), None)
    if estimate:
        return replace(_estimator(estimate, fw), **common)
    wrong = next((w for v in views if (w := _wrong(v, fw, brief))), None)
    if wrong:
        return replace(wrong, **common)
    return replace(_unrecognised(views[0]), **common)


def _worth_a_look(view: _View) -> bool:
    """Whether a formula of an audit can be a divergence, right or wrong: three terms or more, and a mean by its square or its name."""
    if sum(bool(f.variables(t)) for t in view.form) < 3:
        return False
    return any(e == 2 and g[0] in ("var", "fn") for t in view.form for g, e in t) or any(promise(n).quantity == "mean" for n in view.names)


def _counted(view: _View) -> Match | None:
    """A match with a symbol for the number of summed entries: ``d*(v - log v - 1) + sum(m**2)`` of one shared scale."""
    if not any(dict(term).get(f.SUMMED) for term in view.form):
        return None
    for name in view.names:
        if promise(name).quantity is not None or not all(dict(t).get(("var", name), 1) == 1 for t in view.form):
            continue
        form = f.add(*({_as_sum(t, name): v} for t, v in view.form.items()))
        for match in ranked([m for m in matches(form) if not m.offset], view.names):
            found = replace(match, count=name)
            if decided(view.node, view.expander, view.form, found):
                return found
    return None


def _as_sum(term: f.Term, name: str) -> f.Term:
    if ("var", name) not in dict(term):
        return term
    return frozenset([*(p for p in term if p[0] not in (("var", name), f.SUMMED)), (f.SUMMED, f.Fraction(1))])


def _divergence(view: _View, match: Match, fw: Framework, drawn: Sampler | None, brief: bool) -> Identification:
    reading = match.reading
    roles = assign(reading, view.names)
    agrees, name_notes = check_names(reading, view.node, view.expander, view.names)
    factor, offset = show(unmarked(match.factor)), show(match.offset)
    exact = match.exact
    divergence = unicode_divergence(reading)
    headline = f"exactly {divergence}" if exact else f"{factor} · {divergence}" + (f" + ({offset})" if offset != "0" else "")
    notes, details = [], []
    words = in_words(reading)
    if words:
        notes.append(words)
    if view.assumed:
        notes.append(view.assumed)
    if match.count:
        notes.append(f"{match.count} must be the number of summed entries")
    if reading.pair == "unit" and reading.first.mean is None and reading.second.mean is None:
        notes.append("no mean occurs: right where the mean is 0")
    fix = None
    if not exact:
        effect, fix = affine_effect(match)
        notes += effect
    sampled: SamplerFinding | None = None
    if drawn is not None:
        sampled = samplers.compare(drawn, reading)
        if sampled is None and drawn.scale is not None and drawn.text:
            sampled = samplers.fallback(drawn, reading.first if reading.first.spread else reading.second)
        if sampled is not None and not sampled.consistent:
            fix = _sampler_fix(reading, drawn, fw)
    if name_notes and fix is None:
        fix = "; ".join(name_notes)
    notes += guard_notes(view.node, view.expander, match) + reduction_notes(view.node)
    replacement = ""
    if not brief:
        algebra = Algebra(view.expander, view.form, reading, match.count)
        lost = numerics.losses(view.node, algebra, match)
        replacement = numerics.stable(match, fw) if exact or not match.offset else numerics.stable(replace(match, offset={}), fw)
        if lost:
            notes.append(loss_line(lost))
            details += [f"{x.precision}, {x.distance:g} from the optimum: {x.digits:.1f} of {x.available:.1f} digits lost" for x in lost]
    return Identification(
        "kl" if exact else "affine_kl", reading.pair, roles.direction, roles.scale, factor, offset, roles.names, agrees, sampled,  # type: ignore[arg-type]
        fix=fix, stable=replacement or None, headline=headline, notes=tuple(notes), details=tuple(details), name_notes=name_notes,
    )  # fmt: skip


def _sampler_fix(reading: Reading, drawn: Sampler, fw: Framework) -> str:
    gaussian = reading.first if reading.first.spread is not None else reading.second
    held = {"std": "{x}", "var": "{sqrt}({x})", "logstd": "{exp}({x})", "logvar": "{exp}(0.5*{x})", "precision": "1/{sqrt}({x})",
            "softplus": "softplus({x})", "logprecision": "{exp}(-0.5*{x})"}[gaussian.scale or "std"]  # fmt: skip
    name = str(gaussian.spread[1]) if gaussian.spread else ""
    std = held.format(x=name, exp=fw.prefix + "exp", sqrt=fw.prefix + "sqrt")
    return f"the divergence means std = {std}, the sampler uses {show(drawn.std)}: sample with mean + {std}*noise, or change the divergence"


def _estimator(estimate: Estimate, fw: Framework) -> Identification:
    factor = show(unmarked(estimate.factor))
    what = {"k1": "unbiased, can be negative, high variance", "k2": "biased, never negative", "k3": "unbiased, never negative"}[estimate.kind]
    notes = [f"a {estimate.kind} estimator of a divergence, not its closed form: {what}"]
    if factor.startswith("-") and estimate.kind != "k1":
        notes.append("its sign is flipped")
    replacement = None
    if estimate.kind == "k3":
        x = estimate.of if len(estimate.variables) == 2 and " - " in estimate.of else estimate.variables[-1]
        notes.append("exp(x) - 1 - x cancels near x = 0, and expm1(x) - x still does")
        lead = "" if factor == "1" else f"({factor})*"
        replacement = f"{numerics.expm1mx_source(fw)}{lead}expm1mx({x})"
    scale = roles = pair = direction = None
    if estimate.match is not None:
        reading = estimate.match.reading
        assigned = assign(reading, [str(g[1]) for g in reading.roles])
        scale, roles, pair, direction = assigned.scale, assigned.names, reading.pair, assigned.direction
        notes.append(f"its expectation is {unicode_divergence(reading)}")
    return Identification(
        "estimator", pair, direction, scale, factor, None, roles or {}, stable=replacement,  # type: ignore[arg-type]
        headline=f"the {estimate.kind} estimator in {estimate.of}", notes=tuple(notes),
    )  # fmt: skip


def _wrong(view: _View, fw: Framework, brief: bool) -> Identification | None:
    """A formula that one small change makes a divergence, or that has all its parts; None for other formulas."""
    said = {n: promise(n, view.names) for n in view.names}
    readings = plausible(view.form, said)
    edits = [e for reading in readings if (e := by_terms(view.form, reading, view.names))]
    simplest = min((e.cost for e in edits), default=9.0)
    if simplest > 1.3 and readings and _has_signature(view, readings):
        edits += list(by_operations(view.node, view.expander, said, Deadline(SEARCH_SECONDS)))
    edits = _kept(edits, view.names)
    if not edits:
        if not _has_signature(view, readings):
            return None
        return Identification("not_kl", headline="not a KL divergence", notes=("no single change makes it one under any reading of its quantities",))
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
        "not_kl", best.reading.pair, roles.direction, roles.scale, None, None, roles.names, check_names(best.reading, view.node, view.expander, view.names)[0],  # type: ignore[arg-type]
        minimum=lowest.as_json() if lowest else None, counterexample=example, fix=f"{fixes[0].edit}: {fixes[0].corrected}",
        stable=None if brief else numerics.stable(fixed, fw) or None, headline="not a KL divergence", notes=tuple(notes), fixes=fixes,
    )  # fmt: skip


def _kept(edits: Sequence[Edit], names: Sequence[str]) -> list[Edit]:
    """One edit per set of scales, those that agree with the names first, none that is far from the simplest."""
    from derive.identify.roles import disagreements

    def order(edit: Edit) -> tuple[float, ...]:
        against, agree = disagreements(edit.reading, names)
        meanless = sum(g.spread is not None and g.mean is None for g in (edit.reading.first, edit.reading.second))
        return (edit.cost + 0.6 * against + 0.6 * meanless, -agree, edit.reading.first.spread is None)

    found: dict[tuple[object, ...], Edit] = {}
    for edit in sorted(edits, key=order):
        found.setdefault((edit.reading.first.spread, edit.reading.first.scale, edit.reading.second.spread, edit.reading.second.scale), edit)
    kept = list(found.values())
    return [e for e in kept if e.cost <= kept[0].cost + 0.6][:3]


def _has_signature(view: _View, readings: Sequence[Reading]) -> bool:
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
    """Whether a spread occurs as its log term and in a power beside it; ``alone``, where that power is a term by itself."""
    assert gaussian.spread is not None and gaussian.scale is not None
    places = (("x1", gaussian.spread),)
    (logs,) = filled({log_term(gaussian.scale, "x1")[0]: f.Fraction(1)}, places)
    ((variance, _),) = filled(variance_form(gaussian.scale, "x1"), places).items()
    generators = {g for g, _ in variance}
    powers = [t for t in plain if not logs <= t and generators & {g for g, _ in t}]
    return any(logs <= t for t in plain) and (not alone or any(_lone(t, generators) for t in powers))


def _lone(term: f.Term, generators: set[f.Generator]) -> bool:
    """Whether a term is a power of a spread times a weight, and no part of it a square or an exponential of anything else."""
    rest = [(g, e) for g, e in term if g not in generators]
    return all(g[0] == "var" and e in (1, -1) for g, e in rest)


def _fix(edit: Edit, view: _View, fw: Framework) -> Fix:
    agrees = check_names(edit.reading, view.node, view.expander, view.names)[0] is not False
    return Fix(in_words(edit.reading), edit.words, textbook(edit.reading, edit.factor, fw), edit.kind, edit.cost, agrees)


def _unrecognised(view: _View) -> Identification:
    notes = ["it was read, but is no formula of this kind"]
    if read_sampler(view.node, view.expander) is not None:
        notes.append("it is a reparameterised sample, mean + std * noise")
    elif not symbols(view.node):
        notes.append("it holds no quantity")
    return Identification("unrecognised", headline="not a formula of this kind", notes=tuple(notes))
