"""Solves ``formula = a * KL + b`` exactly, by comparing coefficients, for every assignment of roles that the formula
admits.

The logarithm is what gives a role away. log(std) is a rational multiple of one term (``x`` for log scales, ``log x``
otherwise), and no other part of the divergence holds that term, so its coefficient is a. Subtracting a * KL with the
means left out then leaves the means' squares, hence the means, and b. No role is tried in vain, and none is missed: a
formula without that term is not a * KL + b.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import combinations

from derive.identify.match import form as f
from derive.identify.match.names import Promise, is_difference
from derive.identify.match.parameterisations import ORDER, PARAMETERISATIONS, log_term, variance_form
from derive.identify.match.readings import Gaussian, Reading
from derive.identify.read.limits import MAX_MEANS, MAX_QUANTITIES, MAX_SPREADS, spend

_HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Match:
    """``formula = factor * KL + offset`` under a reading."""

    reading: Reading
    factor: f.Form
    offset: f.Form

    @property
    def exact(self) -> bool:
        return not self.offset and f.key(unmarked(self.factor)) == f.key(f.constant(1))


def unmarked(form: f.Form) -> dict[f.Term, Fraction]:
    """Without the marks of the reductions."""
    return f.renamed(form, _unmarked)


@lru_cache(maxsize=20_000)
def _unmarked(term: f.Term) -> f.Term:
    return frozenset(p for p in term if p[0][0] != "mark") if any(g[0] == "mark" for g, _ in term) else term


def spreads(form: f.Form) -> list[tuple[f.Generator, str]]:
    """The (generator, scale) pairs whose log term occurs in the formula, in order of preference."""
    found: dict[tuple[f.Generator, str], None] = {}
    generators = {g for term in form for g, _ in term}
    inside_exp = {next(iter(g[1]))[0] for g in generators if g[0] == "exp" and len(g[1]) == 1}
    for scale in ORDER:
        for generator in sorted(generators, key=f.by_spelling):
            if scale == "softplus":
                rho = softplus_argument(generator[1]) if generator[0] == "log" else None
                if rho is not None:
                    found[rho, scale] = None
            elif PARAMETERISATIONS[scale].logarithmic:
                if generator in inside_exp:
                    found[generator, scale] = None
            elif generator[0] == "log" and generator[1][0] in ("var", "fn"):
                found[generator[1], scale] = None
    return [(g, scale) for g, scale in found if len(variance_form(scale, g)) == 1]


def softplus_argument(generator: f.Generator) -> f.Generator | None:
    """rho, for the generator log(1 + exp(rho))."""
    if generator[0] != "log" or generator[1][0] != "sum":
        return None
    parts = dict(generator[1][1])
    others = [t for t in parts if t != f.ONE]
    if len(parts) != 2 or len(others) != 1 or parts.get(f.ONE) != 1 or parts[others[0]] != 1 or len(others[0]) != 1:
        return None
    ((inner, exponent),) = others[0]
    if inner[0] != "exp" or len(inner[1]) != 1:
        return None
    ((argument, power),) = inner[1]
    return argument if exponent == power == 1 and argument[0] in ("var", "fn") else None


def coefficient(form: f.Form, term: f.Term) -> dict[f.Term, Fraction]:
    """What multiplies the generators of ``term``, taken to exactly those powers."""
    spend(len(form))
    return {t - term: value for t, value in form.items() if term <= t}


def log_coefficient(form: f.Form, spread: f.Generator, scale: str) -> dict[f.Term, Fraction]:
    """The formula's coefficient of log(std); none where its parts cancel but for reductions, as sum(a) - a."""
    place, k = log_term(scale, spread)
    names = f.variables(spread)
    found = {t: v / k for t, v in coefficient(form, place).items() if not f.variables(t) & names}
    return found if unmarked(found) else {}


def squares(form: f.Form, excluded: frozenset[str]) -> list[f.Generator]:
    """The generators that occur squared and are made of no excluded quantity."""
    found = {g for term in form for g, e in term if e == 2 and g[0] in ("var", "fn") and not f.variables(g) & excluded}
    return sorted(found, key=f.by_spelling)[:MAX_MEANS]


def matches(form: f.Form, fixed: bool = True) -> list[Match]:
    """Every reading under which the formula is a * KL + b, exact ones first; without a fixed Gaussian, if not asked."""
    if len(f.depends(form)) > MAX_QUANTITIES:
        return []
    candidates = [(g, s, log_coefficient(form, g, s)) for g, s in spreads(form)]
    candidates = [c for c in candidates if c[2]]
    if len({c[0] for c in candidates}) > MAX_SPREADS:
        return []
    found: dict[tuple[Gaussian, Gaussian, bool], Match] = {}

    def keep(match: Match) -> None:
        reading = match.reading
        found.setdefault((reading.first, reading.second, reading.fixed_variance is None), match)

    for generator, scale, logs in candidates:
        for match in _single(form, generator, scale, logs, fixed):
            keep(match)
    opposites = [(g, s, logs, f.scale(logs, -1)) for g, s, logs in candidates]
    for g1, s1, l1 in candidates:
        for g2, s2, l2, opposite in opposites:
            if g1 != g2 and l1 == opposite:
                for match in _pair(form, g1, s1, g2, s2, l2):
                    keep(match)
    for match in _shared(form):
        keep(match)
    return sorted(
        found.values(), key=lambda m: (not m.exact, bool(m.offset), len(m.offset), m.reading.fixed_variance is not None)
    )


def _single(form: f.Form, x: f.Generator, scale: str, logs: f.Form, fixed: bool) -> Iterator[Match]:
    """One Gaussian whose parameters vary, against the unit prior or a fixed one, in both directions."""
    names = f.variables(x)
    for forward in (True, False):
        bare, factor = _bare(x, scale, forward), f.scale(logs, -1) if forward else logs
        possible = fits(form, bare.form, factor)
        for mean in (*squares(form, names), None) if possible else ():
            gaussian = Gaussian(mean, x, scale)
            reading = Reading(gaussian, Gaussian()) if forward else Reading(Gaussian(), gaussian)
            match = _rest(form, reading, factor)
            if match is not None:
                yield match
                break
        if forward and possible:
            yield from _relative(form, bare.first, factor)
        if forward and fixed:
            yield from _fixed(form, bare, factor)


@lru_cache(maxsize=2_000)
def _bare(x: f.Generator, scale: str, forward: bool) -> Reading:
    """A scale with the mean 0 against N(0, 1)."""
    spread = Gaussian(None, x, scale)
    return Reading(spread, Gaussian()) if forward else Reading(Gaussian(), spread)


def fits(form: f.Form, wanted: f.Form, factor: f.Form, varying: frozenset[str] | None = None) -> bool:
    """Whether the terms of factor * wanted in what varies (any quantity, if not told) are in the formula, where a
    factor of one term lets that be seen at once. Of a known prior's scale a formula may say nothing.

    Asked of a divergence without means before any mean is tried: most scales of a wrong formula end here.
    """
    if len(factor) != 1:
        return True
    ((lead, value),) = factor.items()
    spend(len(wanted))
    quantities = ((t, v, f.variables(t)) for t, v in wanted.items())
    places = [(f.times(lead, t), v) for t, v, own in quantities if (own if varying is None else own & varying)]
    return all(t in form for t, _ in places) and all(form[t] == value * v for t, v in places)


def _rest(form: f.Form, reading: Reading, factor: f.Form) -> Match | None:
    """The match if formula - factor * KL depends on no role; the offset is what is left."""
    spend(len(form))
    if not fits(form, reading.form, factor, f.variables(reading.roles)):
        return None
    try:
        rest = f.add(form, f.scale(f.multiply(factor, reading.form), -1))
    except f.TooLarge:
        return None
    roles = f.variables(reading.roles)
    if f.depends(rest) & roles or f.depends(factor) & roles:
        return None
    rest = {t: v for t, v in unaveraged(rest).items() if v}
    if not reading.means and reading.fixed_mean is None and f.depends(rest):
        return None
    return Match(reading, factor, rest)


def unaveraged(form: f.Form) -> dict[f.Term, Fraction]:
    """Without the marks of means: the mean of what does not vary over entries is itself."""
    return f.renamed(form, _unaveraged)


@lru_cache(maxsize=20_000)
def _unaveraged(term: f.Term) -> f.Term:
    return frozenset(p for p in term if p[0] != f.AVERAGED) if any(g is f.AVERAGED for g, _ in term) else term


def scales_of(generator: f.Generator) -> list[tuple[f.Generator, str]]:
    """The quantity that a power of a deviation is made of, with the scales that it may be on."""
    inner = next(iter(generator[1]))[0] if generator[0] == "exp" and len(generator[1]) == 1 else generator
    plain = [s for s in ORDER if s != "softplus" and PARAMETERISATIONS[s].logarithmic == (inner is not generator)]
    return [(inner, scale) for scale in plain if inner[0] == "var"]


def _relative(form: f.Form, spread: Gaussian, factor: f.Form) -> Iterator[Match]:
    """The first Gaussian given by its change from the second, whose variance is under the means' square alone."""
    assert spread.spread is not None
    if not is_difference(str(spread.spread[1])):
        return
    means = squares(form, f.variables(spread.spread))
    beside = {
        g for t in form for m in means if (m, Fraction(2)) in t for g, _ in t if g != m and g[0] in ("var", "exp")
    }
    for generator in sorted(beside, key=f.by_spelling):
        for inner, scale in (p for p in scales_of(generator) if p[0] not in (*means, spread.spread)):
            for one, two in [*((m, None) for m in means), *combinations(means, 2)]:
                reading = Reading(
                    Gaussian(one, spread.spread, spread.scale), Gaussian(two, inner, scale), relative=True
                )
                match = _rest(form, reading, factor)
                if match is not None:
                    yield match
                    return


def _fixed(form: f.Form, bare: Reading, factor: f.Form) -> Iterator[Match]:
    """Against a Gaussian whose variance and mean are read off the coefficients: N(0, 0.1), N(mu0, prior_std**2)."""
    x, scale = bare.first.spread, bare.first.scale
    assert x is not None and scale is not None
    (variance,) = variance_form(scale, x)
    weight, factor_plain = unmarked(coefficient(form, variance)), unmarked(factor)
    if len(weight) != 1 or len(factor_plain) != 1:
        return
    try:
        variance2 = f.multiply(f.scale(factor_plain, _HALF), f.power(weight, Fraction(-1)))
    except (f.TooLarge, ValueError):
        return
    if len(variance2) != 1:
        return
    ((term, value),) = variance2.items()
    if value <= 0 or any(g[0] == "mark" for g, _ in term) or f.variables(term) & f.variables(x):
        return
    for mean in (*squares(form, f.variables((x, term))), None):
        fixed_mean: f.Form | None = None
        if mean is not None:
            linear, square = (unmarked(coefficient(form, frozenset([(mean, Fraction(n))]))) for n in (1, 2))
            if len(square) != 1 or len(linear) > 1:
                continue
            if linear:
                fixed_mean = f.multiply(f.scale(linear, -_HALF), f.power(square, Fraction(-1)))
                if f.depends(fixed_mean) & f.depends(variance2):
                    continue  # a mean over the scale, not one
                if any(value < 0 and t != f.ONE for t, value in fixed_mean.items()):
                    continue  # (m + b)^2 would be a mean of -b, which nobody means
        if fixed_mean is None and variance2 == f.constant(1):
            continue
        match = _rest(form, Reading(Gaussian(mean, x, scale), Gaussian(), fixed_mean, variance2), factor)
        if match is not None:
            yield match
            return


def _pair(form: f.Form, g1: f.Generator, s1: str, g2: f.Generator, s2: str, factor: f.Form) -> Iterator[Match]:
    """Two Gaussians, both scales variable. The means enter as (m1 - m2)^2 only: which is whose is settled by names."""
    names = f.variables((g1, g2))
    means = squares(form, names)
    options: list[tuple[f.Generator | None, f.Generator | None]] = [
        (a, b) for i, a in enumerate(means) for b in means[i + 1 :]
    ]
    options += [(a, None) for a in means] + [(None, None)]
    bare = Reading(Gaussian(None, g1, s1), Gaussian(None, g2, s2))
    for a, b in options[:40] if fits(form, bare.form, factor) else ():
        reading = Reading(Gaussian(a, g1, s1), Gaussian(b, g2, s2))
        match = _rest(form, reading, factor)
        if match is not None:
            yield match
            return


def _shared(form: f.Form) -> Iterator[Match]:
    """Two Gaussians of one variance: (m1 - m2)^2 / (2 v). There is no log term; only the factor 1 is considered."""
    plain = unmarked(form)
    means = squares(form, frozenset()) if len(plain) == 3 else []  # (a^2 - 2 a b + b^2)/(2 v), and no logarithm
    for i, a in enumerate(means):
        for b in means[i + 1 :]:
            for g in sorted({g for term in form for g, _ in term if g not in (a, b)}, key=f.by_spelling):
                for inner, scale in scales_of(g):
                    reading = Reading(Gaussian(a, inner, scale), Gaussian(b, inner, scale))
                    if plain == reading.form:
                        yield Match(
                            reading, {frozenset(p for p in next(iter(form)) if p[0][0] == "mark"): Fraction(1)}, {}
                        )
                        return


def acceptable(match: Match, form: f.Form, said: dict[str, Promise]) -> bool:
    """Whether what is left beside factor * KL is an offset: numbers, or quantities that enter linearly and are no
    mean or scale.

    Any sum ``-c log v + d (v + m^2)`` is a divergence from some N(0, v2), up to a constant: to say so of a formula that
    lost a factor 2 would be true and no help. A fixed second Gaussian must be told: by log v2, so that the offset is
    rational, or without any by a deviation that is; of a v2 that is a quantity the formula may say nothing.
    """
    fixed = f.depends(match.reading.fixed_variance or {})
    if fixed & f.depends(match.factor) or (match.reading.relative and not _is_said_to_be_relative(match.reading, said)):
        return False
    if match.reading.shared and _is_of_one_mean(match.reading, said):
        return False
    known = match.reading.fixed_variance is None or _told(match, form, said)
    if not (known or _silent_prior(match, form, said, fixed)):
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


def _is_of_one_mean(reading: Reading, said: dict[str, Promise]) -> bool:
    """Whether the one scale of two Gaussians has the mark of one of their means, against the other's."""
    roles = (reading.first.mean, reading.second.mean, reading.first.spread)
    one, two, scale = (said[str(g[1])].mark if g is not None and str(g[1]) in said else "" for g in roles)
    return one != two and scale in {one, two} - {""}


def _is_said_to_be_relative(reading: Reading, said: dict[str, Promise]) -> bool:
    """Whether names say that a scale is a change or a ratio, and the other one the scale that it is."""
    one, two = (str(g.spread[1]) for g in (reading.first, reading.second) if g.spread is not None)
    return is_difference(one) and one in said and two in said and said[two].kept(reading.second.scale)


def _told(match: Match, form: f.Form, said: dict[str, Promise]) -> bool:
    """Whether a formula tells the fixed Gaussian that it is held against, but for a constant: its deviation is rational
    or at least no rational number times sqrt(2), which a lost factor 2 would leave, and the log term has its weight.
    """
    first, variance = match.reading.first, match.reading.fixed_variance or {}
    claim = said.get(str(first.spread[1])) if first.spread is not None else None
    if match.offset and claim is not None and claim.quantity is not None and not claim.kept(first.scale):
        return False
    if unmarked(match.offset).keys() <= {f.ONE}:
        return True
    whole, halved = (f.power(f.scale(variance, n), _HALF).keys() == {f.ONE} for n in (1, 2))
    plain = whole or (not halved and unmarked(match.factor) == f.constant(1))
    return variance.keys() == {f.ONE} and plain and not f.depends(match.offset) and not has_logarithm_of_a_number(form)


def has_logarithm_of_a_number(form: f.Form) -> bool:
    """Whether a constant is a logarithm, as that of a known prior's scale: log(0.1), and not log(2*pi)."""
    logs = {g for t in form if not f.variables(t) for g, e in t if g[0] == "log" and e == 1}
    return bool(logs) and all(g[1][0] != "pi" for g in logs)


def _silent_prior(match: Match, form: f.Form, said: dict[str, Promise], fixed: frozenset[str]) -> bool:
    if not fixed or match.reading.fixed_mean is not None:
        return False
    for term in form:
        if any(g[0] == "log" and f.variables(g) & fixed for g, _ in term):
            return False
        if f.variables(term) & fixed and not f.variables(term) & f.variables(match.reading.roles):
            return False
    ((term, _),) = (match.reading.fixed_variance or {}).items()
    return all(said[n].quantity in (None, "std", "var", "precision") for n in fixed) and all(
        g[0] == "var" for g, _ in term
    )
