"""What is this formula? The order of the questions, and the record that answers them.

1. Is it an estimator in log-probabilities?  2. Is it factor * KL + offset, under any roles?  3. Is it an estimator of
a written-out sample?
4. Is it close to a divergence, and what is the smallest change?  5. It is no formula of this kind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import chain

from derive.identify.answer import numerics
from derive.identify.answer import sampler as samplers
from derive.identify.answer.beside import apart, weighed
from derive.identify.answer.diagnosis import diagnose
from derive.identify.answer.estimation import estimated, meant, mended
from derive.identify.answer.kinds import full_covariance, headline, of_a_library, of_another_family, sum_of_divergences
from derive.identify.answer.notes import (
    affine_effect,
    bias_note,
    guard_notes,
    loss_line,
    marks,
    reduction_notes,
    reductions,
    sums_apart,
    sums_of_others,
)
from derive.identify.answer.parts import stops_gradients, vanishing
from derive.identify.answer.record import Identification, SamplerFinding
from derive.identify.answer.sampler import Sampler, read_sampler
from derive.identify.answer.spelling import emitted, in_words, std_source, unicode_divergence
from derive.identify.match import form as f
from derive.identify.match.covariance import read_blocks
from derive.identify.match.decide import Algebra, decided
from derive.identify.match.estimators import in_log_probabilities, log_probabilities, may_be_a_sample, of_a_sample
from derive.identify.match.expand import Expander
from derive.identify.match.match import Match, acceptable, matches, unmarked
from derive.identify.match.names import promise
from derive.identify.match.parameterisations import PARAMETERISATIONS
from derive.identify.match.readings import Reading
from derive.identify.match.roles import assign, check_names, crossed, misnamed, ranked
from derive.identify.match.several import is_a_sum, several
from derive.identify.match.shown import show, show_generator
from derive.identify.match.views import View, counted, tied, views_of
from derive.identify.read.limits import FORMULA_STEPS, NotUnderstood, Spent, metered
from derive.identify.read.python.dialects import as_written, is_of_another_language
from derive.identify.read.python.text import Value
from derive.identify.read.reading import Text, read, works_with_matrices
from derive.identify.read.source import Source
from derive.identify.read.text import OTHER_LANGUAGE, Framework, framework
from derive.identify.read.tree import (
    OF_A_VECTOR,
    Divergence,
    Library,
    Marked,
    Node,
    Reduce,
    replaced,
    symbols,
    walk,
)


def identify(text: str, sampler: str | None = None) -> Identification:
    """The work of :func:`derive.identify.identify`, which imports this, and SymPy with it, when it is called."""
    return identify_text(read(text), None if sampler is None else given_sampler(sampler))


def identify_text(source: Text, drawn: Sampler | None = None) -> Identification:
    """Identify what was read: the last formula, or the best-matching one of a function. What draws the sample is given,
    or found among the lines.
    """
    if not works_with_matrices(source.spelled):
        return _as_written(_entry_by_entry(source, drawn, False), source.written)
    found = read_blocks(source.body)
    try:
        answer = None if found else _entry_by_entry(source, drawn, True)
    except NotUnderstood:
        answer = None
    return answer if answer and answer.verdict not in ("not_kl", "unrecognised") else full_covariance(found)


def _as_written(answer: Identification, text: str) -> Identification:
    """The answer with its repairs of a text in that text's dialect."""
    fixes = [
        replace(fix, corrected=as_written(fix.corrected, text), changed=as_written(fix.changed, text))
        if fix.places or is_of_another_language(text)
        else fix
        for fix in answer.fixes
    ]
    return replace(answer, fixes=tuple(fixes), fix=f"{fixes[0].edit}: {fixes[0].changed}" if fixes else answer.fix)


def _entry_by_entry(source: Text, drawn: Sampler | None, matrices: bool) -> Identification:
    """The last formula, or the best one of a function; of matrices, a square in a sum is no estimator by itself."""
    fw = OTHER_LANGUAGE if is_of_another_language(source.written) else framework(source.spelled)
    drawn = drawn or found_sampler(source)
    if not source.whole_function:
        last = source.values[-1]
        inside = isinstance(last, Value) and last.inside
        answer = identify_tree(source.trees[-1], fw, drawn, text=source.source(len(source.trees) - 1), inside=inside)
        sides = [v for v in source.values[:-1] if not isinstance(v, Value)]
        if sides:
            said = [f"left of the equals sign: {identify_tree(side, fw).headline}" for side in sides]
            return replace(answer, notes=(*said, *answer.notes))
        if answer.verdict != "unrecognised" or len(source.trees) == 1:
            return answer
    found: list[tuple[Node, Identification]] = []
    for index, (value, tree) in enumerate(zip(source.values, source.trees, strict=True)):
        inside = isinstance(value, Value) and value.inside
        try:
            found.append((tree, identify_tree(tree, fw, drawn, text=source.source(index), inside=inside)))
        except NotUnderstood:
            continue
    within = {node for tree in source.trees for part in tree.parts for node in walk(part)} if matrices else set()
    found = [(tree, a) for tree, a in found if a.verdict != "estimator" or tree not in within]
    if not found:
        raise NotUnderstood("no line holds a formula that is understood")
    right = {tree for tree, answer in found if answer.verdict in ("kl", "affine_kl", "estimator")}
    made = {node for tree in right for node in walk(tree) if node is not tree}
    wrong = {tree: a for tree, a in found if a.fixes and tree not in made and right.isdisjoint(walk(tree))}
    inner = {node for tree in wrong for node in walk(tree) if node is not tree}
    outermost = [answer for tree, answer in wrong.items() if tree not in inner]
    best = min(outermost or reversed([answer for _, answer in found]), key=_rank)
    also = [f"also here: {a.headline}" for tree, a in found if tree in right - made and a.headline != best.headline]
    return replace(best, notes=(*best.notes, *dict.fromkeys(also)))


def _rank(answer: Identification) -> tuple[int, bool]:
    order = {"kl": 0, "affine_kl": 1, "estimator": 2, "not_kl": 3, "unrecognised": 4}
    return order[answer.verdict], answer.offset not in (None, "0")


def given_sampler(text: str) -> Sampler:
    try:
        found = read_sampler(read(text).trees[-1], Expander())
    except NotUnderstood as error:
        hint = error.hint or "give the line that draws: mu + exp(0.5*logvar)*eps"
        raise NotUnderstood(f"the sampler: {error.what}", error.at, hint) from None
    if found is None:
        raise NotUnderstood(
            f"the sampler {text!r} is not mean + deviation * noise", None, "write it as mu + exp(0.5*logvar)*eps"
        )
    return replace(found, given=True)


def found_sampler(source: Text) -> Sampler | None:
    """The reparameterisation among the lines of a block."""
    for value in source.values:
        if isinstance(value, Value):
            try:
                found = read_sampler(value.tree, Expander())
            except NotUnderstood:
                continue
            if found is not None:
                return found
    return None


def identify_tree(
    node: Node,
    fw: Framework,
    drawn: Sampler | None = None,
    *,
    text: Source | None = None,
    seen: list[View] | None = None,
    inside: bool = False,
) -> Identification:
    """Identify one formula. With the views of it that an audit has seen, what an audit does not print is left out:
    digits lost, minimum, counterexample. Of one inside a call that is not understood, factor and offset are not told.
    """
    if seen is None:
        node, text = weighed(node, text)
    with metered(FORMULA_STEPS):
        views, brief = seen or views_of(node), seen is not None
        estimator = in_log_probabilities(views[0].form)
        if brief and not estimator and not vanishing(node, text) and not any(_worth_a_look(v) for v in views):
            return of_another_family(views[0]) or Identification("unrecognised")
        first = next((v for v in views if not v.collapsed), views[0])
        answer = _answer([*views, *tied(first)], node, fw, drawn, brief, text, inside)
    if answer.verdict in ("unrecognised", "not_kl"):
        answered = partial(_answer, fw=fw, drawn=drawn, brief=brief, inside=inside)
        answer, node = _beside_others(answer, node, answered, brief, text)
    own = set(walk(node))  # of the repairs that were tried, too, the expander knows the guards
    guards = tuple(dict.fromkeys(m.kind for m in views[0].expander.modifiers.values() if m.node in own))
    stable = None if views[0].reused or stops_gradients(node, text) else answer.stable
    notes = (*answer.notes, *(marks(node) if answer.verdict != "unrecognised" else ()))
    told = reductions(node, answer.roles.values()), guards, crossed(node)
    uneven, sure = sums_apart(node, answer.roles.values()) if answer.verdict in ("kl", "affine_kl") else ("", False)
    if sure:
        words = f"{uneven}: with the same axis in both it is {answer.headline}"
        return Identification(
            "not_kl", headline="not a KL divergence", notes=(words, *answer.notes[:1]), reductions=told[0]
        )
    unlike = f"{uneven}: right of a single example alone" if uneven else sums_of_others(node, answer.roles.values())
    doubts = (*answer.doubts, *told[2])
    doubts += (unlike,) if unlike and answer.verdict in ("kl", "affine_kl") else ()
    return replace(answer, notes=notes, reductions=told[0], modifiers=told[1], doubts=doubts, stable=stable)


def _beside_others(
    answer: Identification, node: Node, answered: Callable[..., Identification], brief: bool, text: Source | None
) -> tuple[Identification, Node]:
    """The answer to a formula with other losses set apart, and that formula: where a divergence with a mean is left, or
    one that is mended, and the names say that the others are no part of it.
    """
    for plain, again, by_names in apart(node, text):
        if brief and not by_names:
            continue
        try:
            with metered(FORMULA_STEPS):
                views = views_of(plain)
                if not by_names and not any(map(_matched, views)):
                    continue
                found = answered([*views, *tied(views[0])], plain, text=again)
        except NotUnderstood as error:
            if isinstance(error, Spent) and error.limit != FORMULA_STEPS:
                raise
            continue
        right = found.verdict in ("kl", "affine_kl") and found.roles.get("mu") != "0"
        if (right and (by_names or not answer.fixes)) or (by_names and found.fixes and not answer.fixes):
            return found, plain
    return answer, node


def _answer(
    views: list[View],
    node: Node,
    fw: Framework,
    drawn: Sampler | None,
    brief: bool,
    text: Source | None,
    inside: bool,
) -> Identification:
    divergence = partial(_divergence, fw=fw, drawn=drawn, brief=brief, inside=inside)
    if vanishing(node, text):
        wrong = None if views[0].reused else diagnose(views[0], fw, brief, text)
        if isinstance(wrong, Match):
            return divergence(views[0], wrong)
        if wrong:
            return wrong
    estimate = in_log_probabilities(views[0].form)
    if estimate:
        return estimated(estimate, node, fw)
    found: list[tuple[View, Match]] = []
    for view in views:
        if found and assign(found[0][1].reading, found[0][0].among).scale is not None:
            break
        found += _matched(view)
    if all(match.offset for _, match in found):
        entries = [own for view in counted(views[0]) if (own := _matched(view))]
        found = next((own for own in entries if not (found and own[0][1].offset)), found)
    computed = of_a_library(views[0])
    if computed:
        return computed
    other = None if any(m.exact for _, m in found) else of_another_family(views[0])
    if other:
        return replace(other, notes=(*other.notes, *guard_notes(views[0], fw, views[0].names)))
    if found:
        named = [(v, m) for v, m in found if m.exact and assign(m.reading, v.among).scale is not None]
        view, match = found[0] if assign(found[0][1].reading, found[0][0].among).scale or not named else named[0]
        return divergence(view, match)
    for view in views:
        parts = several(view)
        if parts:
            means = f.variables(tuple(g for m in parts for g in m.reading.means))
            added = sum_of_divergences(view, parts)
            return replace(added, notes=(*added.notes, *guard_notes(view, fw, view.names, means)))
    library = [n for n in walk(node) if isinstance(n, Library)]
    if library:
        variances = [f.power(views[0].form_of(std), Fraction(2)) for n in library for _, std in n.gaussians]
        notes = tuple(dict.fromkeys(note for v in variances for note in misnamed(v, symbols(node), node)))
        plain = replaced(node, {id(n): Divergence(n.at, n.name, True) for n in library})
        computed = of_a_library(views_of(plain)[0], notes)
        if computed:
            return computed
    summed = is_a_sum(views[0])
    slip = None if views[0].reused or of_a_sample(views[0].form) else mended(views[0], fw, text)
    if slip:
        return slip
    estimates = (e for v in views[1:] if (e := in_log_probabilities(v.form)))
    samples = (e for v in views if (e := of_a_sample(v.form)))
    estimate = None if summed else next(chain(estimates, samples), None)
    if estimate:
        return estimated(estimate, node, fw)
    unmended: Identification | None = None
    for view in ([v for v in views if not (v.reused or v.collapsed)] or views) + counted(views[0], 3):
        wrong = diagnose(view, fw, brief, text)
        if isinstance(wrong, Match):
            return divergence(view, wrong)
        if wrong and wrong.fixes:
            return wrong
        unmended = unmended or wrong
    if unmended is None and summed:
        note = "a sum in which no single change makes all a divergence: ask for its parts one by one"
        return replace(_unrecognised(views[0]), notes=(note,))
    return unmended or _unrecognised(views[0])


def _matched(view: View) -> list[tuple[View, Match]]:
    """The divergence that a view of a formula is, but for a factor and an offset, as it was decided."""
    said = {n: promise(n, view.among) for n in view.names}
    ratios = log_probabilities(unmarked(view.form))  # exp(x) - 1 - x of them is no divergence of scales
    for match in ranked([m for m in matches(view.form) if acceptable(m, view.form, said)], view.among):
        if ratios and not match.exact and not match.reading.means:
            continue
        if view.admits(match.reading) and decided(view.node, view.expander, view.form, match):
            return [(view, match)]
    return []


def _worth_a_look(view: View) -> bool:
    """Whether a formula of an audit can be a divergence or an estimator, right or wrong: three terms or more, two where
    the names speak of a Gaussian, and a mean or a sample by its square or its name; or log-probabilities.
    """
    if meant(view) is not None:
        return True
    names = {*view.names, *symbols(view.node)}
    said = {promise(n).quantity for n in names}
    gaussian = "mean" in said and bool(said & PARAMETERISATIONS.keys())
    cancelled = gaussian and not view.expander.opaque and not names <= f.depends(view.form)
    if sum(bool(f.variables(t)) for t in view.form) < (2 if gaussian else 3) and not cancelled:
        return False
    squared = any(e == 2 and g[0] in ("var", "fn") for t in view.form for g, e in t)
    return squared or "mean" in said or any(map(may_be_a_sample, view.names))


def _divergence(
    view: View, match: Match, *, fw: Framework, drawn: Sampler | None, brief: bool, inside: bool
) -> Identification:
    reading = match.reading
    roles = assign(reading, view.among)
    agrees, name_notes = check_names(reading, view.node, view.expander, view.among)
    factor, offset = show(unmarked(match.factor)), show(match.offset)
    exact = match.exact
    held = any(isinstance(n, Marked) and n.kind == "held" for n in walk(view.node))
    # what is outside may make it the divergence
    unknown = not exact and (held or (inside and not f.depends(match.factor)))
    of = unicode_divergence(reading)
    notes, details = [said for said in (in_words(reading), view.assumed) if said], []
    if view.reused:
        notes.append(f"{', '.join(sorted(view.reused))}: the value before the formula assigns it anew")
    if reading.pair == "unit" and not reading.means:
        notes.append("no mean occurs: right where the mean is 0")
    fix = None
    if inside:
        notes.append("it is inside a function that is not understood: a factor or an offset outside is not read")
    if not exact and not unknown:
        effect, fix = affine_effect(match)
        notes += effect
    sampled: SamplerFinding | None = None
    if drawn is not None:
        sampled = samplers.compare(drawn, reading)
        if drawn.given and (sampled is None or sampled.consistent):
            sampled = _in_other_names(drawn, reading, sampled, fw)
        if sampled is not None and sampled.consistent is False:
            fix = _sampler_fix(reading, drawn, fw)
    if name_notes and fix is None:
        fix = "; ".join(name_notes)
    notes += guard_notes(view, fw, f.variables(reading.roles), f.variables(reading.means))
    notes += bias_note(view, match) + reduction_notes(view.node, f.variables(reading.roles))
    cancels, replacement = numerics.cancels(view.node, match), ""
    if not brief:
        algebra = Algebra(view.expander, view.form, reading)
        lost = numerics.losses(view.node, algebra, match)
        replacement = numerics.stable(replace(match, offset={}), view.node, fw) if cancels and not unknown else ""
        if lost:
            notes.append(loss_line(lost, match))
            details += [
                f"{x.precision}, {x.distance:g} from the optimum: {x.digits:.1f} of {x.available:.1f} digits lost"
                for x in lost
            ]
    return Identification(
        "kl" if exact else "affine_kl",
        reading.pair,
        roles.direction,
        roles.scale,
        None if unknown else factor,
        None if unknown else offset,
        roles.names,
        agrees,
        sampled,
        fix=fix,
        stable=replacement or None,
        function=emitted(match, view.node, fw) if replacement else "",
        headline=f"the distance of {of} from a capacity"
        if held and unknown
        else f"a multiple of {of}{' and an offset' if match.offset else ''}"
        if unknown
        else headline([(factor, of)], offset),
        notes=tuple(notes),
        details=tuple(details),
        name_notes=name_notes,
        cancels=cancels,
    )


def _in_other_names(
    drawn: Sampler, reading: Reading, told: SamplerFinding | None, fw: Framework
) -> SamplerFinding | None:
    """What a given sampler says where it has other names than the divergence: on which condition it agrees, or that
    nothing tells what it draws with.
    """
    gaussian = reading.first if reading.first.spread is not None else reading.second
    if gaussian.spread is None:
        return told
    own, means = show_generator(gaussian.spread), [show_generator(g) for g in reading.means]
    other = show_generator(drawn.spread) if drawn.spread is not None else show(drawn.std)
    if told is None and drawn.scale != gaussian.scale:
        name = other if drawn.scale == "std" else "std"
        example = f"{name} = {std_source(gaussian, fw)}; {means[0] if means else 'mu'} + {name}*eps"
        words = f"not known what {other} is of the divergence; give its line, too: --sampler '{example}'"
        return SamplerFinding(drawn.scale, None, words=words)
    pairs = [] if told else [(other, own)]
    pairs += [(m, means[0]) for m in drawn.means if means and len(drawn.means) == 1 and m not in means]
    words = ", if " + " and ".join(f"{one} is {two}" for one, two in pairs) if pairs else ""
    return replace(told or SamplerFinding(gaussian.scale, True), words=words)


def _sampler_fix(reading: Reading, drawn: Sampler, fw: Framework) -> str:
    std = std_source(reading.first if reading.first.spread is not None else reading.second, fw)
    used = f"the divergence means std = {std}, the sampler uses {show(drawn.std)}"
    return f"{used}: sample with mean + {std}*noise, or change the divergence"


def _unrecognised(view: View) -> Identification:
    read = f"read as an expression in {', '.join(view.names[:5])}" if view.names else "read as a number"
    line = "give the line that computes the divergence, or --file FILE --function NAME"
    lacks = "no squared mean, scale and logarithm of a Gaussian divergence in it"
    if any(isinstance(n, Reduce) and n.over == OF_A_VECTOR for n in walk(view.node)):
        lacks = (
            "a sum over a vector's entries counts in the other terms too: multiply them by their number, or sum them"
        )
    notes = [f"{read}; {lacks}: {line}"]
    drawn = read_sampler(view.node, view.expander)
    if drawn is not None:
        notes.append("it is a reparameterised sample, mean + std * noise")
        notes += [named] if (named := drawn.misnamed) else []
    return Identification("unrecognised", headline="not a formula of this kind", notes=tuple(notes))
