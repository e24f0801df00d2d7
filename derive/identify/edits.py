"""The smallest change that makes a wrong formula right, for each plausible reading of its quantities.

First term by term: the formula's expanded terms against those of factor * KL, which tells a lost factor 2, a flipped sign, a missing square.
Where that takes more than two terms, one operation of the tree is changed at a time (a square added or dropped, a sign, an argument
doubled, a function left out, one quantity put for another) and the result matched. Both are exact; neither trusts a numerical value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, permutations

from derive.identify import form as f
from derive.identify.expand import Expander
from derive.identify.limits import MAX_VARIANTS, Deadline, NotUnderstood
from derive.identify.match import Gaussian, Match, Reading, matches, softplus_argument, squares, unaveraged, unmarked
from derive.identify.names import Promise, promise
from derive.identify.parameterisations import PARAMETERISATIONS
from derive.identify.text import show, show_term
from derive.identify.tree import Apply, Binary, Clamp, Named, Negate, Node, Number, Reduce, Symbol, number


@dataclass(frozen=True)
class Edit:
    """One change under a reading, after which the formula is factor * KL (+ a constant)."""

    reading: Reading
    factor: f.Form
    words: str
    kind: str  # "factor", "sign", "power", "missing", "extra", "operation"
    cost: float


def plausible(form: f.Form, said: dict[str, Promise]) -> list[Reading]:
    """The readings worth comparing: scales by logarithms, exponentials and names, means by squares and names."""
    scales: dict[f.Generator, list[str]] = {}
    generators = {g for term in form for g, _ in term}
    for generator in sorted(generators, key=repr):
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
        if claim.quantity in PARAMETERISATIONS and ("var", name) in _variables(form):
            scales.setdefault(("var", name), []).insert(0, claim.quantity)
    order = {g: list(dict.fromkeys(s)) for g, s in scales.items()}
    blocked = f.variables(tuple(order))
    means = [g for g in squares(form, blocked)]
    means += [g for g in _variables(form) if said[str(g[1])].quantity == "mean" and g not in means]
    means = [m for m in means if m not in order][:3]
    found = []
    transcendental = {g: _transcendental(g, generators, said) for g in order}
    for spread, names in order.items():
        if not transcendental[spread] or (sum(transcendental.values()) > 1 and len(means) > 1):
            continue
        for scale in names:
            for mean in means or [None]:
                gaussian = Gaussian(mean, spread, scale)
                found += [Reading(gaussian, Gaussian()), Reading(Gaussian(), gaussian)]
    for one, two in list(permutations(order, 2))[:6]:
        if not transcendental[one] or not transcendental[two]:
            continue
        for s1 in order[one]:
            if s1 in order[two]:
                pair = (means + [None, None])[:2]
                found.append(Reading(Gaussian(pair[0], one, s1), Gaussian(pair[1], two, s1)))
    return found


def _transcendental(spread: f.Generator, generators: set[f.Generator], said: dict[str, Promise]) -> bool:
    """Whether a quantity occurs in a logarithm or an exponential, or is a logarithm by its name: no scale of a divergence is without."""
    claim = said[str(spread[1])].quantity or ""
    return claim.startswith("log") or any(g[0] in ("log", "exp") and f.variables(g) & f.variables(spread) for g in generators)


def _variables(form: f.Form) -> list[f.Generator]:
    return [("var", name) for name in sorted(f.depends(form)) if name != "~"]


def by_terms(form: f.Form, reading: Reading, names: Sequence[str] = ()) -> Edit | None:
    """The change of the fewest terms under one reading; None where more than two are wrong or too few agree."""
    roles = f.variables(reading.roles)
    wanted = {t: v for t, v in reading.form().items() if f.variables(t) & roles}
    actual: dict[f.Term, dict[f.Term, Fraction]] = {}
    for term, value in unmarked(form).items():
        role = frozenset(p for p in term if f.variables(p[0]) & roles)
        if role:
            actual.setdefault(role, {})[term - role] = value
    best: Edit | None = None
    gaussian = reading.first if reading.first.spread is not None else reading.second
    claims = [promise(str(g[1]), names).quantity for g in (gaussian.mean, gaussian.spread) if g is not None and g[0] == "var"]
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
        edit = _described(reading, factor, wanted, actual, wrong, missing, extra)
        if edit is not None and (best is None or (edit.cost, _odd(edit.factor)) < (best.cost, _odd(best.factor))):
            best = edit
    return best


def _odd(factor: f.Form) -> bool:
    """Whether a factor is another than 1 or -1: of two changes alike, the one that leaves the usual weight is meant."""
    return f.key(factor) not in (f.key(f.constant(1)), f.key(f.constant(-1)))


def _described(
    reading: Reading, factor: f.Form, wanted: f.Form, actual: dict[f.Term, dict[f.Term, Fraction]], wrong: list[f.Term], missing: list[f.Term], extra: list[f.Term]
) -> Edit | None:
    words: list[str] = []
    kinds: list[str] = []
    cost = 0.0
    for term in wrong:
        ratio = _quotient(f.scale(factor, wanted[term]), actual[term])
        if ratio is None:
            words.append(f"give {_called(term, reading)} the weight of the others")
            kinds.append("weight")
            cost += 1.4
        else:
            words.append(_ratio_words(ratio, _called(term, reading)))
            kinds.append("sign" if ratio == -1 else "factor")
            cost += 1.0 if ratio in (2, Fraction(1, 2), -1) else 1.2 if abs(ratio) in (4, Fraction(1, 4), 2, Fraction(1, 2)) else 1.4
    left = list(extra)
    for term in missing:
        partner = next((e for e in left if f.variables(e) == f.variables(term)), None) or next((e for e in left if f.variables(e) & f.variables(term)), None)
        if partner is None:
            words.append(f"add the missing {_called(term, reading).removeprefix('the ')}")
            kinds.append("missing")
            cost += 1.5
            continue
        left.remove(partner)
        same = actual[partner] == f.scale(factor, wanted[term])
        words.append(_exchange_words(partner, term, reading) + ("" if same else f" with coefficient {_coefficient(factor, wanted[term])}"))
        kinds.append("power")
        cost += 1.0 if same else 1.3
    for term in left:
        words.append(f"remove {show_term(term, Fraction(1))}")
        kinds.append("extra")
        cost += 1.5
    if not words or len(words) > 2 or cost > 2.8:
        return None
    return Edit(reading, factor, ", and ".join(words), kinds[0] if len(set(kinds)) == 1 else "several", cost + (0.5 if len(words) > 1 else 0))


def _coefficient(factor: f.Form, value: Fraction) -> str:
    return show(f.scale(factor, value))


def _quotient(a: f.Form, b: f.Form) -> Fraction | None:
    """a/b where that is a rational number."""
    if set(a) != set(b) or not b:
        return None
    ratios = {a[t] / b[t] for t in a}
    return ratios.pop() if len(ratios) == 1 else None


def _ratio_words(ratio: Fraction, what: str) -> str:
    if ratio == -1:
        return f"flip the sign of {what}"
    if ratio == Fraction(1, 2):
        return f"halve {what}"
    if ratio < 0:
        return f"flip the sign of {what} and multiply it by {-ratio}"
    return f"multiply {what} by {ratio}"


def _called(term: f.Term, reading: Reading) -> str:
    for gaussian in (reading.first, reading.second):
        if gaussian.spread is not None and (term == frozenset([(gaussian.spread, Fraction(1))]) or any(g[0] == "log" for g, _ in term)):
            logs = {("log", gaussian.spread), gaussian.spread}
            if any(g in logs for g, _ in term) and len(term) == 1 and not (gaussian.scale == "var" and term == frozenset([(gaussian.spread, Fraction(1))])):
                return "the log term" if reading.pair == "unit" else f"the term {show_term(term, Fraction(1))}"
    return f"the term {show_term(term, Fraction(1))}"


def _exchange_words(actual: f.Term, wanted: f.Term, reading: Reading) -> str:
    a, w = dict(actual), dict(wanted)
    if len(a) == len(w) == 1 and set(a) == set(w):
        ((generator, exponent),) = a.items()
        target = w[generator]
        if target == 2 * exponent:
            what = "the exponential" if generator[0] == "exp" else show_term(actual, Fraction(1))
            return f"square {what}: {show_term(wanted, Fraction(1))} instead of {show_term(actual, Fraction(1))}"
    return f"use {show_term(wanted, Fraction(1))} instead of {show_term(actual, Fraction(1))}"


# --- one operation of the tree at a time ---------------------------------------------------------------------------------


def by_operations(node: Node, expander: Expander, said: dict[str, Promise], deadline: Deadline) -> Iterator[Edit]:
    """Readings reached by changing one operation."""
    seen: set[tuple[Gaussian, Gaussian]] = set()
    for edited, words in islice(_variants(node, said), MAX_VARIANTS):
        if deadline.passed:
            return
        try:
            form = expander.form(edited)
        except NotUnderstood:
            continue
        for match in matches(form, plain=True):
            reading = match.reading
            if (reading.first, reading.second) not in seen and acceptable(match, form, said) and len(reading.roles) >= 2:
                seen.add((reading.first, reading.second))
                yield Edit(reading, match.factor, words, "operation", 1.1)


def acceptable(match: Match, form: f.Form, said: dict[str, Promise]) -> bool:
    """Whether what is left beside factor * KL is an offset: numbers, or quantities that enter linearly and are no mean or scale.

    Against a fixed second Gaussian the offset must vanish; only where its variance is a quantity of whose logarithm the formula
    says nothing may that constant be missing. Any sum ``-c log v + d (v + m^2)`` is a divergence from some N(0, v2), up to a constant:
    to say so of a formula that lost a factor 2 would be true and no help.
    """
    fixed = f.depends(match.reading.fixed_variance or {})
    if fixed & f.depends(match.factor):
        return False
    if match.reading.fixed_variance is not None and match.offset and not _silent_prior(match, form, said, fixed):
        return False
    for term in unaveraged(match.offset):
        for generator, exponent in term:
            if generator[0] in ("mark", "pi") or not f.variables(generator) or f.variables(generator) <= fixed:
                continue
            if generator[0] != "var" or exponent not in (1, -1):
                return False
            claim = said.get(str(generator[1]))
            if claim is not None and claim.quantity is not None:
                return False
    return True


def _silent_prior(match: Match, form: f.Form, said: dict[str, Promise], fixed: frozenset[str]) -> bool:
    if not fixed or match.reading.fixed_mean is not None:
        return False
    for term in form:
        if any(g[0] == "log" and f.variables(g) & fixed for g, _ in term):
            return False
        if f.variables(term) & fixed and not f.variables(term) & f.variables(match.reading.roles):
            return False
    ((term, _),) = (match.reading.fixed_variance or {}).items()
    return all(said[n].quantity in (None, "std", "var", "precision") for n in fixed) and all(g[0] == "var" for g, _ in term)


def _variants(node: Node, said: dict[str, Promise]) -> Iterator[tuple[Node, str]]:
    yield from _own(node, said)
    match node:
        case Negate(part=part):
            for new, words in _variants(part, said):
                yield Negate(node.at, new), words
        case Binary(op=op, left=left, right=right):
            for new, words in _variants(left, said):
                yield Binary(node.at, op, new, right), words
            if not (op == "**" and isinstance(right, Number)):
                for new, words in _variants(right, said):
                    yield Binary(node.at, op, left, new), words
        case Apply(fn=fn, arg=arg):
            for new, words in _variants(arg, said):
                yield Apply(node.at, fn, new), words
        case Reduce(kind=kind, arg=arg, over=over):
            for new, words in _variants(arg, said):
                yield Reduce(node.at, kind, new, over), words
        case Clamp(arg=arg, low=low, high=high):
            for new, words in _variants(arg, said):
                yield Clamp(node.at, new, low, high), words
        case Named(name=name, value=value):
            for new, words in _variants(value, said):
                yield Named(node.at, name, new), f"in {name}, {words}"


def _own(node: Node, said: dict[str, Promise]) -> Iterator[tuple[Node, str]]:
    at, two = node.at, number(2)
    where = f" ({at})" if at else ""
    match node:
        case Symbol(name=name):
            yield Binary(at, "**", node, two), f"square {name}{where}"
            if name in said and said[name].quantity is not None:
                for other, claim in said.items():
                    if other != name and claim.quantity == said[name].quantity:
                        yield Symbol(at, other), f"use {other} instead of {name}{where}"
                yield Binary(at, "*", two, node), f"double {name}{where}"
                yield Apply(at, "exp", node), f"exponentiate {name}{where}"
                yield Apply(at, "log", node), f"take the logarithm of {name}{where}"
        case Apply(fn=fn, arg=arg):
            yield arg, f"leave out {fn}{where}"
            yield Binary(at, "**", node, two), f"square the {fn}{where}"
            yield Binary(at, "*", two, node), f"double the {fn}{where}"
            yield Binary(at, "/", node, two), f"halve the {fn}{where}"
            yield Apply(at, fn, Negate(at, arg)), f"negate the argument of {fn}{where}"
        case Binary(op="**", left=left, right=Number()):
            yield left, f"drop the power{where}"
            yield Binary(at, "*", two, node), f"double the square{where}"
        case Binary(op="+" | "-", left=left, right=right):
            yield Binary(at, "-" if node.op == "+" else "+", left, right), f"flip the sign between the two terms{where}"
            if isinstance(left, Symbol) and isinstance(right, Symbol):
                yield Binary(at, "**", node, two), f"square {left.name} {node.op} {right.name}{where}"
        case Binary(op="*" | "/", left=left, right=right):
            yield Binary(at, "/" if node.op == "*" else "*", left, right), f"{'divide' if node.op == '*' else 'multiply'} there{where}"
        case Number(value=value):
            yield Number(at, value * 2), f"double the number {show_term(f.ONE, value)}{where}"
            yield Number(at, value / 2), f"halve the number {show_term(f.ONE, value)}{where}"
