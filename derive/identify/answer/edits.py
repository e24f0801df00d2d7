"""The smallest change of terms that makes a wrong formula right, for each plausible reading of its quantities.

The formula's expanded terms are compared with those of factor * KL, which tells a lost factor 2, a flipped sign, a
missing square. Where that takes more than two terms, :mod:`derive.identify.answer.operations` changes one operation at
a time. Both are exact; neither trusts a numerical value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import permutations

from derive.identify.answer.operations import Change
from derive.identify.match import form as f
from derive.identify.match.match import Match, softplus_argument, squares, unmarked
from derive.identify.match.names import Promise, promise
from derive.identify.match.parameterisations import PARAMETERISATIONS
from derive.identify.match.readings import Gaussian, Reading
from derive.identify.match.shown import show, show_term
from derive.identify.read.limits import MAX_QUANTITIES, MAX_SPREADS


@dataclass(frozen=True)
class Edit:
    """One change under a reading, after which the formula is factor * KL (+ a constant)."""

    reading: Reading
    factor: f.Form
    words: str
    kind: str  # "factor", "sign", "power", "missing", "extra", "operation"
    cost: float
    change: Change | None = None  # in the tree and the text; None where the formula is written anew
    offset: f.Form = field(default_factory=dict)  # what is added to the divergence: another loss
    beside: tuple[Match, ...] = ()  # the other divergences, where it is a sum of several


def plausible(form: f.Form, said: dict[str, Promise]) -> list[Reading]:
    """The readings worth comparing: scales by logarithms, exponentials and names, means by squares and names."""
    if len(said) > MAX_QUANTITIES:
        return []
    scales: dict[f.Generator, list[str]] = {}
    generators = {g for term in form for g, _ in term}
    for generator in sorted(generators, key=f.by_spelling):
        if generator[0] == "log" and generator[1][0] == "var":
            scales.setdefault(generator[1], []).extend(["std", "var"])
        rho = softplus_argument(generator)
        if rho is not None:
            scales.setdefault(rho, []).append("softplus")
        if generator[0] == "exp":
            for inner, _ in generator[1]:
                if inner[0] == "var":
                    scales.setdefault(inner, []).extend(["logvar", "logstd"])
    for name, claim in said.items():
        if claim.quantity in PARAMETERISATIONS and f.variable(name) in _variables(form):
            scales.setdefault(f.variable(name), []).insert(0, str(claim.quantity))
    order = {g: list(dict.fromkeys(s)) for g, s in scales.items()}
    if len(order) > MAX_SPREADS:
        return []
    blocked = f.variables(tuple(order))
    means = list(squares(form, blocked))
    means += [g for g in _variables(form) if said[str(g[1])].quantity == "mean" and g not in means]
    means = [m for m in means if m not in order][:3]
    some: list[f.Generator | None] = [*means] or [None]
    found = []
    transcendental = {g: _transcendental(g, generators, said) for g in order}
    by_name = any(m[0] == "var" and said[str(m[1])].quantity == "mean" for m in means)
    if by_name and not any(transcendental.values()):
        transcendental = dict.fromkeys(order, True)  # all logarithms may have been forgotten
    for spread, names in order.items():
        if not transcendental[spread] or (sum(transcendental.values()) > 1 and len(means) > 1):
            continue
        for scale in names:
            for mean in some:
                gaussian = Gaussian(mean, spread, scale)
                found += [Reading(gaussian, Gaussian()), Reading(Gaussian(), gaussian)]
    for one, two in list(permutations(order, 2))[:6]:
        if not transcendental[one] or not transcendental[two]:
            continue
        for s1 in order[one]:
            if s1 in order[two]:
                pair = ([*means, None, None])[:2]
                found.append(Reading(Gaussian(pair[0], one, s1), Gaussian(pair[1], two, s1)))
    return found


def _transcendental(spread: f.Generator, generators: set[f.Generator], said: dict[str, Promise]) -> bool:
    """Whether a quantity occurs in a logarithm or an exponential, or is a logarithm by its name: no scale of a
    divergence is without.
    """
    claim = (said[str(spread[1])].quantity or "") if str(spread[1]) in said else ""
    return claim.startswith("log") or any(
        g[0] in ("log", "exp") and f.variables(g) & f.variables(spread) for g in generators
    )


def _variables(form: f.Form) -> list[f.Generator]:
    return [f.variable(name) for name in sorted(f.depends(form)) if name != "~"]


_LOG_PI: f.Term = frozenset([(f.generator("log", f.generator("pi")), Fraction(1))])


def by_terms(form: f.Form, reading: Reading, names: Sequence[str] = ()) -> Edit | None:
    """The change of the fewest terms under one reading; None where more than two are wrong or too few agree."""
    roles = f.variables(reading.roles)
    wanted = {t: v for t, v in reading.form.items() if f.variables(t) & roles}
    actual: dict[f.Term, dict[f.Term, Fraction]] = {}
    for term, value in unmarked(form).items():
        role = frozenset(p for p in term if f.variables(p[0]) & roles)
        if role:
            actual.setdefault(role, {})[term - role] = value
    logs = set(reading.logs.values())
    if actual.keys() <= logs:
        return None  # a part of a formula
    constant = {t: v for t, v in unmarked(form).items() if not f.variables(t) & roles}
    best: Edit | None = None
    gaussian = reading.first if reading.first.spread is not None else reading.second
    claims = [
        promise(str(g[1]), names).quantity for g in (gaussian.mean, gaussian.spread) if g is not None and g[0] == "var"
    ]
    needed = len(wanted) - 2 if len(wanted) > 3 or claims == ["mean", gaussian.scale] else 2
    for donor in wanted:
        if donor not in actual:
            continue
        factor = f.scale(actual[donor], 1 / wanted[donor])
        wrong = [t for t in wanted if t in actual and actual[t] != f.scale(factor, wanted[t])]
        missing = [t for t in wanted if t not in actual]
        extra = [t for t in actual if t not in wanted]
        if len(wanted) - len(wrong) - len(missing) < needed:
            continue
        if logs <= set(missing) and constant != f.scale(factor, reading.form[f.ONE]):
            continue  # squares are no divergence, but with its constant
        if logs & set(missing) and _LOG_PI in constant:
            continue  # a cross entropy: in a divergence, what normalises one density cancels that of the other
        edit = _described(reading, factor, wanted, actual, wrong, missing, extra)
        if edit is not None and (
            best is None or (edit.cost, is_weighted(edit.factor)) < (best.cost, is_weighted(best.factor))
        ):
            best = edit
    one = reading.form.get(f.ONE)
    if best and one and unmarked(form).get(f.ONE) == one and unmarked(best.factor) == f.constant(2):
        words = f"{best.words}, and halve the sum"  # its constant is that of the divergence, not of twice as much
        return replace(best, factor=f.scale(best.factor, Fraction(1, 2)), words=words)
    return best


def is_weighted(factor: f.Form) -> bool:
    """Whether a factor is another than 1 or -1: of two changes alike, the one that leaves the usual weight is meant."""
    return f.key(unmarked(factor)) not in (f.key(f.constant(1)), f.key(f.constant(-1)))


def _described(
    reading: Reading,
    factor: f.Form,
    wanted: f.Form,
    actual: dict[f.Term, dict[f.Term, Fraction]],
    wrong: list[f.Term],
    missing: list[f.Term],
    extra: list[f.Term],
) -> Edit | None:
    words: list[str] = []
    kinds: list[str] = []
    cost = 0.0
    for term in wrong:
        ratio = f.quotient(f.scale(factor, wanted[term]), actual[term])
        if ratio is None:
            words.append(f"give {_called(term, reading)} the weight of the others")
            kinds.append("weight")
            cost += 1.4
        else:
            words.append(_ratio_words(ratio, _called(term, reading)))
            kinds.append("sign" if ratio == -1 else "factor")
            usual = abs(ratio) in (4, Fraction(1, 4), 2, Fraction(1, 2))
            cost += 1.0 if ratio in (2, Fraction(1, 2), -1) else 1.2 if usual else 1.4
    left = list(extra)
    bare = len(reading.logs) > 1 and set(reading.logs.values()) <= set(missing)
    if bare:
        words, kinds, cost = ["add the missing log terms"], ["missing"], cost + 1.5
    for term in missing if not bare else ():
        partner = next((e for e in left if f.variables(e) == f.variables(term)), None) or next(
            (e for e in left if f.variables(e) & f.variables(term)), None
        )
        if partner is None:
            words.append(f"add the missing {_called(term, reading).removeprefix('the ')}")
            kinds.append("missing")
            cost += 1.5
            continue
        left.remove(partner)
        same = actual[partner] == f.scale(factor, wanted[term])
        words.append(
            _exchange_words(partner, term, reading)
            + ("" if same else f" with coefficient {_coefficient(factor, wanted[term])}")
        )
        kinds.append("power")
        cost += 1.0 if same else 1.3
    for term in left:
        words.append(f"remove {show_term(term, Fraction(1))}")
        kinds.append("extra")
        cost += 1.5
    if not words or len(words) > 2 or cost > 2.2:
        return None
    return Edit(
        reading,
        factor,
        ", and ".join(words),
        kinds[0] if len(set(kinds)) == 1 else "several",
        cost + (0.5 if len(words) > 1 else 0),
    )


def _coefficient(factor: f.Form, value: Fraction) -> str:
    return show(f.scale(factor, value))


def _ratio_words(ratio: Fraction, what: str) -> str:
    if ratio == -1:
        return f"flip the sign of {what}"
    if ratio == Fraction(1, 2):
        return f"halve {what}"
    if ratio < 0:
        return f"flip the sign of {what} and multiply it by {-ratio}"
    return f"multiply {what} by {ratio}"


def _called(term: f.Term, reading: Reading) -> str:
    named = reading.pair == "unit" and term in reading.logs.values()
    return "the log term" if named else f"the term {show_term(term, Fraction(1))}"


def _exchange_words(actual: f.Term, wanted: f.Term, reading: Reading) -> str:
    a, w = dict(actual), dict(wanted)
    if len(a) == len(w) == 1 and set(a) == set(w):
        ((generator, exponent),) = a.items()
        target = w[generator]
        if target == 2 * exponent:
            what = "the exponential" if generator[0] == "exp" else show_term(actual, Fraction(1))
            return f"square {what}: {show_term(wanted, Fraction(1))} instead of {show_term(actual, Fraction(1))}"
    return f"use {show_term(wanted, Fraction(1))} instead of {show_term(actual, Fraction(1))}"
