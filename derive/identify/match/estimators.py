"""Estimators of a divergence: formulas in log-probabilities or in a sample, which equal it on average and not by
themselves.

k1 = log q - log p, k2 = (log q - log p)^2/2 and k3 = (r - 1) - log r with r = p/q, in log-probabilities or their
difference; and log q(z) - log p(z) written out for Gaussians, with the sample as a quantity or as mean + std * noise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from derive.identify.match import form as f
from derive.identify.match.match import Match, acceptable, fits, log_coefficient, matches, spreads, squares, unmarked
from derive.identify.match.names import is_log_of, promise
from derive.identify.match.parameterisations import log_term, variance_form
from derive.identify.match.readings import Gaussian, Reading
from derive.identify.read.functions import NOISE_NAMES
from derive.identify.read.limits import MAX_QUANTITIES, MAX_SPREADS
from derive.identify.read.tree import Apply, Binary, Negate, Node, Symbol

_HALF = Fraction(1, 2)
_PLACE = f.variable("x1")
_LOG_PROBABILITY = re.compile(
    r"log_?(p|q|prob|pi|ratio|r|rho|w|lik|density|mu|it)|l[pq](?![a-z])|logp|ratio|log_?prob|logits?|ref|_l[pq]s?$|^l[pq]s?_|^(log_?r|logr|l?r|kl|delta|diff|d|dlogp)$|^log"
)


@dataclass(frozen=True)
class Estimate:
    """An estimator: which (k1, k2, k3), of what, and its factor."""

    kind: str
    factor: f.Form
    of: str
    match: Match | None = None
    variables: tuple[str, ...] = ()
    argument: Node | None = None  # x, where it is exp(x) - 1 - x
    ratio: bool = False  # x is the logarithm of its one quantity
    offset: f.Form = field(default_factory=dict)

    def same(self, other: Estimate | None) -> bool:
        """Whether another formula is this estimator."""
        return other is not None and self._identity == other._identity

    @property
    def reversed(self) -> bool:
        """Whether by their names k3 is of samples of the reference: of those of the policy it estimates nothing."""
        named = self.kind == "k3" and isinstance(self.argument, Binary) and len(self.variables) == 2
        return named and [is_of_a_reference(name) for name in self.variables] == [False, True]

    @property
    def _identity(self) -> tuple[object, ...]:
        return self.kind, self.of, self.factor, self.offset, self.match and self.match.reading.form


def _named_like_log_probability(name: str) -> bool:
    """By the name of a quantity, or of the function that is called, whatever its object is made of."""
    if promise(name).quantity is not None or _TRIANGULAR.match(name):
        return False
    while (bare := re.sub(r"\([^()]*\)", "", name)) != name:
        name = bare
    return bool(_LOG_PROBABILITY.search(name.lower()) or _POLICY.match(name))


#: What code of Gaussian processes calls Cholesky factors, and what it makes of them: Lq, LpiLq, Lq_diag.
_TRIANGULAR = re.compile(r"(.*\.)?L_?[kpq]?\d?(_(diag|full|inv)|i?(nv)?L[kpq]?)?$")
#: What papers call the probabilities of policies.
_POLICY = re.compile(r"(pi|π)_(?!.*(log|lp|lik))")
_REFERENCE = re.compile(r"(^|[_.])(ref|reference)([_.]|$)")


def is_of_a_reference(name: str) -> bool:
    """Whether a name says that it is of the reference of a policy, from which nobody draws."""
    return bool(_REFERENCE.search(name.partition("(")[0].lower()))


def log_probabilities(form: f.Form) -> list[str]:
    """The one or two quantities of a formula that are named like log-probabilities, ratios or differences of them."""
    names = sorted(f.depends(form))
    found = [n for n in names if _named_like_log_probability(n)]
    return found if len(found) < 3 and len(names) - len(found) < 4 and "~" not in names else []


def in_log_probabilities(form: f.Form) -> Estimate | None:
    """k1, k2 or k3 (and a number) in log-probabilities."""
    plain = unmarked(form)
    found = log_probabilities(plain)
    if not found:
        return None
    pairs = [(found[0], found[1]), (found[1], found[0])] if len(found) == 2 else [(found[0], None)]
    for u, w in pairs:
        one, two = Symbol(None, u), Symbol(None, w or "")
        first = f.single(f.variable(u))
        of_logs: list[tuple[str, Node | None, f.Form]] = []
        shapes: list[tuple[str, Node | None, f.Form]] = []  # kind, x of exp(x) - 1 - x, the expanded form
        if w:
            difference = f.add(first, f.scale(f.single(f.variable(w)), -1))
            apart = Binary(None, "-", one, two)
            shapes += [("k1", None, difference), ("k2", None, _half_square(difference))]
            shapes.append(("k3", apart, _k3(difference)))
            if _POLICY.match(u) and _POLICY.match(w):  # probabilities, not their logarithms
                apart = Binary(None, "-", Apply(None, "log", one), Apply(None, "log", two))
                logs = f.add(f.logarithm(first), f.scale(f.logarithm(f.single(f.variable(w))), -1))
                of_logs = [("k1", None, logs), ("k2", None, _half_square(logs)), ("k3", apart, _k3(logs))]
                shapes = of_logs + shapes
            if is_log_of(w, u):
                shapes.append(("k3", two, f.add(first, f.constant(-1), f.scale(f.single(f.variable(w)), -1))))
        else:
            shapes += [("k2", None, _half_square(first)), ("k3", one, _k3(first))]
            shapes.append(("k3", Negate(None, one), _k3(f.scale(first, -1))))
            for fn, less in (("log", 1), ("log1p", 0)):  # of a ratio, and of a ratio less 1
                log = f.logarithm(f.add(first, f.constant(1 - less)))
                shapes.append(("k3", Apply(None, fn, one), f.add(first, f.constant(-less), f.scale(log, -1))))
        for number, (kind, argument, shape) in enumerate(shapes):
            offset: f.Form = {}
            factor = _ratio(plain, shape)
            if factor is None and kind == "k3":
                factor, offset = _shifted_ratio(plain, shape)
            if factor is not None and not f.depends(factor) & set(found):
                if kind == "k1" and min(factor.values()) < 0 and u == found[0]:
                    continue  # the other order has a positive factor
                of = f"{u} - {w}" if w and argument is not two else u
                of = f"log {u} - log {w}" if number < len(of_logs) else of
                ratio = isinstance(argument, Apply) and argument.fn == "log"
                return Estimate(kind, factor, of, None, (u, w) if w else (u,), argument, ratio, offset)
    return None


def _half_square(x: f.Form) -> dict[f.Term, Fraction]:
    return f.scale(f.power(x, Fraction(2)), _HALF)


def _k3(x: f.Form) -> dict[f.Term, Fraction]:
    return f.add(f.exponential(x), f.constant(-1), f.scale(x, -1))


def _ratio(form: f.Form, shape: f.Form) -> dict[f.Term, Fraction] | None:
    """c with form = c * shape and c a single term, or None."""
    if not shape or len(form) != len(shape):
        return None
    target = min(shape, key=lambda t: (-len(t), f.spelling(t)))
    for term, value in form.items():
        factor = {f.times(term, frozenset((g, -e) for g, e in target)): value / shape[target]}
        if f.multiply(factor, shape) == form:
            return factor
    return None


def _shifted_ratio(form: f.Form, shape: f.Form) -> tuple[dict[f.Term, Fraction] | None, f.Form]:
    """The same, where a number is added to c * shape, and the number."""

    def varying(form: f.Form) -> dict[f.Term, Fraction]:
        return {t: v for t, v in form.items() if t != f.ONE}

    factor = _ratio(varying(form), varying(shape))
    rest = f.add(form, f.scale(f.multiply(factor, shape), -1)) if factor else {}
    return (factor, rest) if rest.keys() <= {f.ONE} else (None, {})


def of_a_sample(form: f.Form) -> Estimate | None:
    """log q(z) - log p(z) of Gaussians written out: z a quantity of its own, or noise whose expectation gives the
    divergence.
    """
    averaged = over_noise(form)
    if averaged is not None:
        names = f.depends(averaged)
        said = {n: promise(n, names) for n in names}
        for match in (m for m in matches(averaged) if acceptable(m, averaged, said)):
            return Estimate("k1", match.factor, "the reparameterised sample", match)
    if len(f.depends(form)) > MAX_QUANTITIES:
        return None
    candidates = [(g, s, logs) for g, s in spreads(form) if (logs := log_coefficient(form, g, s))]
    if len({g for g, _, _ in candidates}) > MAX_SPREADS:
        return None
    for g1, s1, l1 in candidates:
        factor = f.scale(l1, -1)
        others: list[tuple[f.Generator | None, str | None]] = [
            (g, s) for g, s, l2 in candidates if g != g1 and f.key(l2) == f.key(factor)
        ]
        for g2, s2 in [*others, (None, None)]:
            found = _written_out(form, factor, g1, s1, g2, s2)
            if found:
                return found
    for spread, scale, logs in candidates:
        found = _half_closed(form, unmarked(logs), spread, scale)
        if found:
            return found
    return None


def _written_out(
    form: f.Form, factor: f.Form, g1: f.Generator, s1: str, g2: f.Generator | None, s2: str | None
) -> Estimate | None:
    quantities = squares(form, f.variables((g1, g2) if g2 else (g1,)))[:5]
    options: list[f.Generator | None] = [*quantities, None]
    plain = unmarked(form)
    for z in quantities:
        for m1 in options:
            for m2 in options if g2 or s2 is None else [None]:
                if z in (m1, m2) or (m1 is not None and m1 == m2):
                    continue
                shape = f.add(_log_density(z, m1, g1, s1), f.scale(_log_density(z, m2, g2, s2), -1))
                if not fits(plain, shape, unmarked(factor)):
                    continue
                rest = unmarked(f.add(form, f.scale(f.multiply(factor, shape), -1)))
                if not f.depends(rest):
                    reading = Reading(Gaussian(m1, g1, s1), Gaussian(m2, g2, s2))
                    return Estimate("k1", factor, str(z[1]), Match(reading, factor, rest))
    return None


@lru_cache(maxsize=2_000)
def _log_density(
    z: f.Generator, mean: f.Generator | None, spread: f.Generator | None, scale: str | None
) -> dict[f.Term, Fraction]:
    """log N(z; mean, std^2) without the constant."""
    deviation = f.add(f.single(z), f.scale(f.single(mean), -1) if mean else {})
    square = f.power(deviation, Fraction(2))
    if spread is None or scale is None:
        return f.scale(square, -_HALF)
    log, k = log_term(scale, spread)
    return f.add({log: -k}, f.scale(f.multiply(square, f.power(variance_form(scale, spread), Fraction(-1))), -_HALF))


def _half_closed(form: f.Form, factor: f.Form, spread: f.Generator, scale: str) -> Estimate | None:
    """The entropy of q in closed form, -log std1 - 1/2, and log p(z) of a sample."""
    if len(factor) != 1:
        return None
    form = f.multiply(unmarked(form), f.power(factor, Fraction(-1)))
    quantities = sorted(squares(form, f.variables(spread))[:5], key=lambda g: not may_be_a_sample(str(g[1])))
    for z in (q for q in quantities if promise(str(q[1])).quantity != "mean"):
        for mean in [m for m in (*quantities, None) if m != z]:
            rest = f.add(form, _log_density(z, mean, spread, scale), f.constant(_HALF))
            own = [(t, v) for t, v in rest.items() if f.variables(t)]
            if len(own) != 1 or len(own[0][0]) != 1:
                continue
            ((inner, power),), value = own[0][0], own[0][1]
            for other in (scale, "logstd", "logvar", "std", "var"):
                term, k = log_term(other, _PLACE)
                ((place, _),) = term
                first = inner if place[0] == "var" else inner[1] if inner[0] == place[0] else None
                if first is None or power != 1 or first[0] != "var" or value != -k:
                    continue
                offset = {t: v for t, v in rest.items() if not f.variables(t)}
                if offset and not may_be_a_sample(str(z[1])):
                    continue  # nothing says that it is a sample: two means, and a scale that is the wrong one
                reading = Reading(Gaussian(f.variable(f"E[{z[1]}]"), first, other), Gaussian(mean, spread, scale))
                match = Match(reading, factor, {})
                return Estimate("half closed", factor, str(z[1]), match, offset=f.multiply(factor, offset))
    return None


def may_be_a_sample(name: str) -> bool:
    """Whether a name can be that of a sample: z, x_t, z_p, and not that of its mean."""
    return str(name)[:1].lower() in "zx" and promise(name).quantity is None


def over_noise(form: f.Form) -> dict[f.Term, Fraction] | None:
    """The expectation over standard normal noise; None without noise, or with noise inside a function."""
    result: dict[f.Term, Fraction] = {}
    seen = False
    for term, value in form.items():
        order = 0
        rest = []
        for generator, exponent in term:
            if is_noise(generator):
                if exponent.denominator != 1 or exponent < 0 or exponent > 8:
                    return None
                order = int(exponent)
            elif "~" in f.variables(generator) or f.variables(generator) & NOISE_NAMES:
                return None
            else:
                rest.append((generator, exponent))
        seen = seen or order > 0
        if order % 2 == 0:
            moment = 1
            for k in range(1, order, 2):
                moment *= k
            result = f.add(result, {frozenset(rest): value * moment})
    return result if seen else None


def is_noise(generator: f.Generator) -> bool:
    return generator[0] == "noise" or (
        generator[0] == "var" and str(generator[1]).rpartition(".")[2].lower() in NOISE_NAMES
    )
