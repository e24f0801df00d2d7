"""Repairs that can be trusted: each is found as an edit of the tree, written as an edit of the text, read again by the
reader, and held against the divergence that it claims, exactly and in numbers, before anyone sees it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from difflib import SequenceMatcher
from fractions import Fraction
from functools import partial
from typing import TypeVar

from derive.identify.answer import numerics
from derive.identify.answer.edits import Edit, by_terms, is_weighted, plausible
from derive.identify.answer.operations import Change, Editor
from derive.identify.answer.parts import untwinned, vanishing
from derive.identify.answer.record import Fix
from derive.identify.answer.spelling import in_words, textbook, unicode_divergence
from derive.identify.match import form as f
from derive.identify.match.decide import decided, differ
from derive.identify.match.expand import Expander, is_epsilon
from derive.identify.match.match import Match, acceptable, has_logarithm_of_a_number, matches, spreads, unmarked
from derive.identify.match.names import Promise, is_called_a_precision, promise
from derive.identify.match.parameterisations import PARAMETERISATIONS
from derive.identify.match.readings import Reading
from derive.identify.match.roles import assign, check_names, disagreements
from derive.identify.match.several import Seen, divided, is_a_sum
from derive.identify.match.views import View
from derive.identify.read.limits import MAX_EDITED, MAX_VARIANTS, SEARCH_STEPS, NotUnderstood, Position, metered, spend
from derive.identify.read.reading import read
from derive.identify.read.source import Source
from derive.identify.read.text import Framework, around, source
from derive.identify.read.tree import Binary, Named, Node, Reduce, Symbol, symbols, walk

T = TypeVar("T")
#: How much dearer than the best edit another one may be, to be searched for or to be told.
SPAN = 0.6


def candidates(view: View, said: Mapping[str, Promise], text: Source | None) -> list[Edit]:
    """Edits after which the formula is a divergence, the one that a person would make first."""
    editor = Editor.of(view, text)
    zeros = vanishing(view.node, text)
    if not zeros and is_a_sum(view):
        edits = list(_in_a_sum(view, said, text))
        edits.sort(key=lambda e: _order(e, view))
        return [e for e in edits if _order(e, view)[0] <= _order(edits[0], view)[0] + SPAN][:3]
    readings = [] if zeros else plausible(view.form, dict(said))
    anew = [e for r in readings if (e := by_terms(view.form, r, view.among)) and _keeps(e.reading, e.factor, view)]
    anew = [e for e in anew if e.kind != "extra" or e.reading.means]  # it stands where the mean belongs
    assigned = {n.name: n for n in walk(view.node) if isinstance(n, Named)}
    changes = list(_separated(zeros, said, assigned) if zeros else editor.changes() if _near(view) else ())
    edits = [_in_terms(e, anew) for e in _by_operations(view, said, changes)]
    edits += [e for e in anew if _is_whole(e, view)]
    order = {id(e): _order(e, view) for e in edits}
    found: dict[tuple[object, ...], Edit] = {}
    for edit in sorted(edits, key=lambda e: order[id(e)]):
        a, b = edit.reading.first, edit.reading.second
        found.setdefault((a.spread, a.scale, b.spread, b.scale, edit.change is None), edit)
    best = list(found.values())
    return [e for e in best if e is best[0] or (e.cost <= best[0].cost + SPAN and _of_quantities(e.reading))][:6]


def _is_whole(edit: Edit, view: View) -> bool:
    """Whether a formula that is written anew has all the terms that it had, but for a number: none of another loss, and
    no logarithm of a known prior's scale.
    """
    roles = edit.reading.names
    apart = any(f.variables(t) and not f.variables(t) & roles for t in view.form)
    strange = f.depends(view.form) - roles - f.depends(edit.factor)
    return not (apart or strange or has_logarithm_of_a_number(view.form))


def is_small(view: View) -> bool:
    """Whether a formula has few terms and quantities, so that one change of it may be enough."""
    terms = sum(bool(f.variables(t)) for t in unmarked(view.form))
    return view.node.size <= MAX_EDITED and 1 <= terms <= 14 and 2 <= len(symbols(view.node)) <= 8


def _near(view: View) -> bool:
    """Whether one change may be enough: it is small, and has by their names a mean and a scale, or one of them both in
    a term that can be the logarithm of its scale and in another one.
    """
    plain, names = unmarked(view.form), symbols(view.node)
    if not is_small(view):
        return False
    said = {promise(n, view.among).quantity for n in names}
    if ("mean" in said and said & PARAMETERISATIONS.keys()) or set(names) - f.depends(view.form):
        return True  # of a quantity that cancels, one occurrence was meant as another
    logs = {t: own for t in plain for g, e in t if e == 1 and (own := _as_logarithm(g))}
    return any(own & f.variables(t) for log, own in logs.items() for t in plain if t != log)


def _as_logarithm(generator: f.Generator) -> frozenset[str]:
    """The quantities of a logarithm, or of a name that may stand for one: every name that does not promise a mean."""
    plain = generator[0] == "log" or (generator[0] == "var" and promise(str(generator[1])).quantity != "mean")
    return f.variables(generator) if plain else frozenset()


def _in_terms(edit: Edit, anew: list[Edit]) -> Edit:
    """The edit in the words of the terms that it changes, where comparing terms finds the same divergence."""
    for other in anew:
        same = other.reading.form == edit.reading.form and other.kind != "missing"
        if same and unmarked(other.factor) == unmarked(edit.factor) and " and " not in other.words:
            own = "power" if edit.kind == "power" else "operation"
            if edit.cost < 0.96:
                return replace(edit, kind=own)
            return replace(edit, words=other.words, kind=other.kind, cost=max(edit.cost, other.cost))
    return edit if edit.kind == "power" and "exponentiate" in edit.words else replace(edit, kind="operation")


def _separated(zeros: list[Binary], said: Mapping[str, Promise], assigned: Mapping[str, Named]) -> Iterator[Change]:
    """Another name for one side of ``x - x``: one that the formula has, or that the marks of the others suggest."""
    for zero in zeros:
        name = zero.left.name if isinstance(zero.left, Symbol | Named) else ""
        for other in untwinned(name, {**said, **{n: promise(n) for n in assigned}}):
            new = assigned.get(other) or Symbol(None, other)
            for side in (zero.left, zero.right):
                words = f"{name} {zero.op} {name} is {'zero' if zero.op == '-' else 'one'}: use {other} for one of them"
                yield Change(((side, new, other),), words, "operation", 0.9)


def tried(
    view: View, changes: Iterable[Change], read: Callable[[f.Form], T]
) -> Iterator[tuple[Change, f.Form, set[str], T]]:
    """What changed copies of a formula are read as, the likeliest change first, with the quantities that they have
    lost, as another operation may; what comes to the same form is read once.
    """
    steps, quantities = SEARCH_STEPS, kept(view)
    seen: dict[object, T] = {}
    for change in sorted(changes, key=lambda c: c.cost)[:MAX_VARIANTS]:
        if steps <= 0:
            return
        try:
            with metered(steps) as meter:
                spend(view.node.size)
                form = view.expander.form(change.applied(view.node))
                lost = quantities - f.depends(form)
                if lost and change.kind != "operation":
                    continue
                key = f.key(form)
                if key not in seen:
                    seen[key] = read(form)
        except NotUnderstood:
            continue
        finally:
            steps -= meter.steps
        yield change, form, lost, seen[key]


def _by_operations(view: View, said: Mapping[str, Promise], changes: Iterable[Change]) -> Iterator[Edit]:
    best = 9.0
    single = len({generator for generator, _ in spreads(view.form)}) < 2
    for change, form, lost, found in tried(view, changes, partial(matches, fixed=single)):
        if change.cost > best + SPAN:
            return
        for match in found:
            if (
                _constant(match)
                or match.reading.shared
                or f.depends(match.reading.fixed_variance or {})
                or len(match.reading.roles) < 2
                or not acceptable(match, form, dict(said))
            ):
                continue
            if any(_is_a_twin(n, r) for n in f.depends(match.offset) for r in f.variables(match.reading.roles)):
                continue
            if lost and not _is_of_another(lost, match.reading, view):
                continue
            if not _keeps(match.reading, match.factor, view, lost):
                continue
            edit = Edit(
                match.reading, match.factor, change.words, change.kind, change.cost, change, unmarked(match.offset)
            )
            best = min(best, _order(edit, view)[0])
            yield edit


def _is_a_twin(name: str, role: str) -> bool:
    """Whether what is left over is called as a parameter is, but for a letter: mp beside mq is no other loss."""
    return len(name) == len(role) > 1 and sum(a != b for a, b in zip(name, role, strict=True)) == 1


def _in_a_sum(view: View, said: Mapping[str, Promise], text: Source | None) -> Iterator[Edit]:
    """Changes of one divergence of a sum: after them the others are what they were, and nothing is left over."""
    if view.node.size > MAX_EDITED:
        return
    seen: Seen = {}
    right, apart, _ = divided(view.form, dict(said), view.among, seen)
    if not right and sum(len(group) > 2 for group in apart) > 1:
        return  # each has all parts, and each is wrong
    names = kept(view)
    wrong = names - f.variables(tuple(m.reading.roles for m in right if len(m.reading.roles) > 1))
    absent = {new for name in wrong for new in untwinned(name, said) if new not in said}
    editor = Editor.of(view, text, absent)
    before = {(m.reading.roles, f.key(m.factor)) for m in right}
    changes = [c for c in editor.changes() if any(wrong & {*symbols(old), *symbols(new)} for old, new, _ in c.parts)]
    changes.reverse()  # of two copies the second is the wrong one
    whole = partial(divided, said=dict(said), among=view.among, seen=seen)
    for change, _, lost, (found, left, rest) in tried(view, changes, whole):
        if left or rest or len(found) < 2 or lost:
            continue
        new = [m for m in found if (m.reading.roles, f.key(m.factor)) not in before]
        named = {n for _, part, _ in change.parts for n in symbols(part)}
        new.sort(key=lambda m: len(named & f.variables(m.reading.roles)), reverse=True)
        if new and _keeps(new[0].reading, new[0].factor, view):
            others = tuple(m for m in found if m is not new[0])
            offset = f.add(*(f.multiply(unmarked(m.factor), m.reading.form) for m in others))
            words = f"in {unicode_divergence(new[0].reading)}: {change.words}"
            yield Edit(new[0].reading, new[0].factor, words, change.kind, change.cost, change, offset, others)


def kept(view: View) -> set[str]:
    """The quantities that a repair keeps: no guard, and no mask, whose sum a masked mean is divided by."""
    divisors = [n.right for n in walk(view.node) if isinstance(n, Binary) and n.op == "/"]
    masks = {name for d in divisors for n in walk(d) if isinstance(n, Reduce) for name in symbols(n)}
    return {name for name in symbols(view.node) if not is_epsilon(name)} - masks


def _constant(match: Match) -> bool:
    """Whether something is added to the divergence that is a constant, or only weighed as it is."""
    return any(f.variables(t) <= f.depends(match.factor) for t in unmarked(match.offset))


def _is_of_another(names: set[str], reading: Reading, view: View) -> bool:
    """Whether names have the mark of another Gaussian than all quantities of a divergence: c_logvar beside s_mu."""
    marks = {promise(str(g[1]), view.among).mark for g in reading.roles}
    return len(marks) == 1 and "" not in marks and marks.isdisjoint(promise(n, view.among).mark for n in names)


def _keeps(reading: Reading, factor: f.Form, view: View, lost: Collection[str] = ()) -> bool:
    """Whether a repair leaves all quantities in their place, and the sign: minus the divergence is meant only where the
    quadratic terms are negative too.
    """
    named = any(promise(str(g[1]), view.among).quantity for g in reading.roles)
    if not (reading.means or named):
        return False  # nothing says that it is about Gaussians
    roles = reading.names
    beside = f.variables(tuple(t for t in view.form if f.variables(t) & roles))  # a mask of them is no other loss
    if beside - roles - f.depends(factor) - set(lost):
        return False
    return min(unmarked(factor).values()) > 0 or _falls(reading, view)


def _falls(reading: Reading, view: View) -> bool:
    """Whether the quadratic terms of a formula are negative everywhere, as in minus a divergence."""
    form, roles = unmarked(view.form), f.variables(reading.roles)
    logs = {t if t in form else frozenset([(g, Fraction(1))]) for g, t in reading.logs.items()}  # or it was forgotten
    rest = {t: v for t, v in form.items() if f.variables(t) & roles and t not in logs}
    rng = random.Random(3)
    try:
        points = [{name: rng.uniform(0.3, 1.7) for name in sorted(f.depends(rest))} for _ in range(8)]
        return all(numerics.form_value(rest, point) < 0 for point in points)
    except (KeyError, ValueError, ZeroDivisionError):
        return False


def _of_quantities(reading: Reading) -> bool:
    """Whether each scale is a quantity, not a function of one: exp(logvar) is seldom the logarithm of a variance."""
    return all(spread[0] == "var" for spread, _ in reading.scales)


def _order(edit: Edit, view: View) -> tuple[float, ...]:
    against, agree = disagreements(edit.reading, view.among)
    gaussians = [g for g in (edit.reading.first, edit.reading.second) if g.spread is not None]
    meant = [edit.reading.first] if edit.reading.relative else gaussians
    odd = sum(g.mean is None for g in meant) + (not _of_quantities(edit.reading))
    for gaussian in gaussians if edit.reading.pair == "unit" and gaussians[0].mean else ():
        marks = {promise(str(g[1]), view.among).mark for g in (gaussian.mean, gaussian.spread) if g is not None}
        odd += len(marks - {""}) > 1
    single = edit.reading.pair == "unit"
    odd += not single and assign(edit.reading, view.among).direction == "reverse"
    cost = edit.cost + 0.3 * is_weighted(edit.factor) + 0.6 * against + 0.6 * odd
    cost += 0.05 * (min(unmarked(edit.factor).values()) < 0) + 0.6 * (len({g.scale for g in gaussians}) > 1)
    cost += sum(0.1 * _unlike(str(g.spread[1]), g.scale or "") for g in gaussians if g.spread is not None)
    return (cost + (0.25 if edit.change is None else 0), -agree, edit.reading.first.spread is None, not single)


#: How names without a promise begin, of quantities on these scales.
_INITIALS = {"std": "s", "var": "v", "logstd": "ls", "logvar": "lv"}


def _unlike(name: str, scale: str) -> bool:
    """Whether a name without a promise looks more like another scale than like this one."""
    if promise(name).quantity is not None:
        return promise(name).quantity != scale
    if is_called_a_precision(name):
        return scale != "precision"
    words = [w.lower() for w in re.split(r"[\W_]+", name) if w]
    fitting = [s for s, start in _INITIALS.items() if any(re.fullmatch(rf"[pq]?{start}[pq\d]?", w) for w in words)]
    return bool(fitting and scale not in fitting) or scale in ("precision", "logprecision")


def checked(edit: Edit, view: View, fw: Framework, text: Source | None) -> Fix | None:
    """The repair in the author's own text, if that text read again is the divergence that it claims; else None."""
    agrees = check_names(edit.reading, view.node, view.expander, view.among)[0] is not False
    anew = "" if edit.change is not None else textbook(edit.reading, edit.factor, fw)
    fix = Fix(in_words(edit.reading), edit.words, "", edit.kind, edit.cost, agrees)
    return repaired(edit.change, anew, view, fw, text, lambda node: right(node, edit, view), fix)


def repaired(
    change: Change | None,
    anew: str,
    view: View,
    fw: Framework,
    text: Source | None,
    holds: Callable[[Node], bool],
    fix: Fix,
) -> Fix | None:
    """A repair with its text, which was read again, holds what is claimed, and has another value at some point than
    what it repairs; None where no text does.
    """
    within = text if change is not None else None
    for new, places in _written(change, anew, view, fw, text):
        try:
            node = within.again(new) if within is not None else read(new).trees[-1]
            if node is None or not holds(node):
                continue
            if not (repeats(view.form) or differ(view.node, view.seen(node), view.expander)):
                continue
        except (NotUnderstood, RecursionError):
            continue
        return replace(fix, corrected=new, changed=_changed(within.text if within else "", new), places=places)
    return None


def _written(
    change: Change | None, anew: str, view: View, fw: Framework, text: Source | None
) -> Iterator[tuple[str, tuple[tuple[Position, str], ...]]]:
    """The repaired text, and the places that change in it; none where the formula is written anew."""
    if change is not None:
        if text is not None and all(new for _, _, new in change.parts):
            for form in ("{}", "({})"):
                parts = [(old.at, form.format(new)) for old, _, new in change.parts]
                patched = text.patched(parts)
                if patched is not None:
                    yield patched, tuple((at, new) for at, new in parts if at is not None)
        if text is None or "\n" not in text.text.strip():
            yield source(change.applied(view.node), fw), ()
    else:
        wrapped = around(view.node, anew, fw)
        if wrapped is not None:
            yield wrapped, ()


def right(node: Node, edit: Edit, view: View) -> bool:
    """Whether a tree is decided to be what an edit claims, factor * KL (and what is added to it), with the reductions
    that the formula had.
    """
    expander, tree = Expander(view.expander.opaque), view.seen(node)
    form = expander.form(tree)
    claimed = f.add(unmarked(f.multiply(edit.factor, edit.reading.form)), edit.offset)
    if unmarked(form) != claimed or _reductions(form) != _reductions(view.form):
        return False
    return decided(tree, expander, form, Match(edit.reading, edit.factor, edit.offset))


def _reductions(form: f.Form) -> set[object]:
    """The sums and means that terms are under; a sum that is added to each entry of another is what a repair undoes."""
    return {g for t in form for g, _ in t if g[0] == "mark" and g != f.REPEATED and f.variables(t)}


def repeats(form: f.Form) -> bool:
    """Whether a sum is added to each entry of another one: entry by entry, such a formula and its repair are alike."""
    return any(f.REPEATED in dict(term) for term in form)


def _changed(old: str, new: str) -> str:
    """The lines that a repair changes."""
    before, after = old.splitlines(), new.splitlines()
    changes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    lines = [line.strip() for tag, _, _, start, end in changes if tag != "equal" for line in after[start:end]]
    return " ".join(lines) if lines else new.strip()
