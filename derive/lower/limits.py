"""Special arguments: what a formula tends to where parameters are at the ends of their domains.

One rule for every family: the limit where it exists in every direction, infinity where the divergence is infinite, else
NaN. The limits are read off the formula in ball arithmetic, along paths of different speeds towards the ends; what a
kernel gives there is then one of a few outcomes, or what its tree computes anyhow (a parameter 0 is to it a positive
number below all others).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from itertools import combinations, product

import sympy as sp
from flint import arb

from derive.prove.ball import evaluate
from derive.vocabulary.kernel import Builder, Node, constant, equal, node, select
from derive.vocabulary.theorem import Domain, Formula

#: Where a parameter is: at the lower end of its domain, inside, or at the upper end.
LOW, INSIDE, HIGH = -1, 0, 1
Place = tuple[int, ...]
#: Some parameters at ends, by position; whatever the others are.
Partial = frozenset[tuple[int, int]]

#: What is found in place of a number: the limit depends on the arguments inside, and the tree computes it.
COMPUTED = "computed"

#: Two locations, or one and 0, which may be equal inside.
Meeting = tuple[int, int | None]

#: Speeds at which parameters go to their ends, as many as there are, and how far on the way one looks. Real parameters
#: go like a power, or, where another has to be overtaken, as fast as positive ones do.
_FAST = 5
_SPEEDS = ((1, 1, 1, 1), (1, 2, 3, 4), (4, 3, 2, 1), (1, 2, 1, 2), (2, 1, 2, 1))
_NEAR, _FAR = 400, 800
#: Differences of both signs between the first and 0, the first and the second, and the first and the third.
_INSIDE = ((0.75, 1.375, 0.625, 2.5), (-0.625, -0.875, -0.5, 0.25))
#: How two that are inside meet: not at all apart, or closer and closer from either side, at these speeds.
_CLOSER = (0, 1, -1, _FAST, -_FAST)


@dataclass(frozen=True)
class Limits:
    """By outcome, where parameters at their ends lead to it, and where the tree computes the limit."""

    domains: tuple[Domain, ...]
    outcomes: Mapping[float, tuple[Partial, ...]]
    default: float  # of special arguments in no entry
    computed: tuple[Partial, ...]
    apart: tuple[tuple[Partial, Meeting], ...] = ()  # where two that are equal have no limit, and others have one

    def at(self, place: Place) -> float | str:
        """The outcome at a place; what the tree computes in place of a number."""
        if any(_covers(partial, place) for partial in self.computed):
            return COMPUTED
        found = (k for k, partials in self.outcomes.items() if any(_covers(partial, place) for partial in partials))
        return next(found, self.default)

    def __hash__(self) -> int:
        return id(self)


def _end(domain: Domain, side: int, speed: int, far: int) -> sp.Rational:
    """A point on the way to an end: 2^±(n speed) for positive parameters; ±n^speed, or ±2^(n speed), for real ones."""
    if domain is Domain.POSITIVE:
        return sp.Integer(2) ** (side * far * speed)
    return sp.Integer(side * (far**speed if speed < _FAST else 2 ** (far * speed)))


def _paths(place: Place, overtaking: bool) -> set[tuple[int, ...]]:
    """The speeds of the parameters at ends."""
    count = sum(map(bool, place))
    speeds = {speeds[:count] for speeds in _SPEEDS}
    return set(product((1, _FAST), repeat=count)) - speeds if overtaking else speeds


@dataclass(frozen=True)
class _Inside:
    """Where the parameters inside are, one of them perhaps on its way to another, at a speed."""

    values: tuple[float, ...]
    meeting: Meeting | None = None
    closer: int = 0

    def at(self, i: int, far: int) -> sp.Rational:
        if self.meeting is None or i != self.meeting[0]:
            return sp.Rational(self.values[i])
        other = self.meeting[1]
        step = sp.sign(self.closer) * sp.Integer(2) ** (-far * abs(self.closer))
        return step + (0 if other is None else sp.Rational(self.values[other]))


def _along(formula: Formula, place: Place, speeds: Sequence[int], inside: _Inside, far: int) -> arb | None:
    values, position = {}, iter(speeds)
    for i, (variable, side) in enumerate(zip(formula.variables, place, strict=True)):
        if side == INSIDE:
            x = inside.at(i, far)
            values[variable.symbol] = abs(x) if variable.domain is Domain.POSITIVE else x
        else:
            values[variable.symbol] = _end(variable.domain, side, next(position), far)
    for bits in (256, 2048, 1 << 13):
        try:
            found = evaluate(formula.expr, values, bits)
        except (ArithmeticError, ValueError):
            return None
        if found.is_finite() and (found.rad() < arb(2) ** -60 or found.rad() < abs(found) * arb(2) ** -60):
            return found
    return None


def _tends_to(formula: Formula, place: Place, meetings: frozenset[Meeting], derivative: bool) -> float | str:
    """The limit at a place, if it is the same along all paths; NaN if not; COMPUTED if it depends on the arguments."""
    by_inside = []
    for inside in map(_Inside, _INSIDE):
        found = {_limit(formula, place, speeds, inside) for speeds in _paths(place, False)}
        if len(found) > 1 or None in found:
            return math.nan
        # What is beyond every ball on such a path says nothing. A divergence is what it is at its ends, by agreement 0
        # between two that are the same; a derivative is asked more.
        if derivative and any(limit not in found for limit in _overtaken(formula, place, inside)):
            return math.nan
        by_inside.append(found.pop())
    limits = [limit for limit in by_inside if limit is not None]
    if len(set(limits)) == 1:
        return limits[0]
    signed = any(_follows(limits, i, j) for i, j in meetings if _meet(place, (i, j)))
    return COMPUTED if signed or all(map(math.isfinite, limits)) else math.nan


def _overtaken(formula: Formula, place: Place, inside: _Inside) -> Iterator[float]:
    found = (_limit(formula, place, speeds, inside) for speeds in _paths(place, True))
    return (limit for limit in found if limit is not None)


def _meet(place: Place, meeting: Meeting) -> bool:
    return all(i is None or place[i] == INSIDE for i in meeting)


def _follows(limits: Sequence[float], i: int, j: int | None) -> bool:
    """Whether all are infinite with the sign of the difference of two parameters, or all with the other."""
    signs = [
        limit * (inside[i] - (0.0 if j is None else inside[j])) for limit, inside in zip(limits, _INSIDE, strict=True)
    ]
    return {abs(sign) for sign in signs} == {math.inf} and len(set(signs)) == 1


def _differs(formula: Formula, place: Place, meeting: Meeting) -> bool:
    """Whether the limit depends on the way in which two parameters inside meet."""
    found: set[float] = set()
    for closer in _CLOSER:
        inside = _Inside(_INSIDE[0], meeting, closer)
        limits = {_limit(formula, place, speeds, inside) for speeds in _paths(place, False)}
        found |= {limit for limit in limits if limit is not None}.union(_overtaken(formula, place, inside))
    return len(found) > 1


def _limit(formula: Formula, place: Place, speeds: Sequence[int], inside: _Inside) -> float | None:
    """Along one path: where it grows an infinity, where it stands still that number."""
    near, far = (_along(formula, place, speeds, inside, n) for n in (_NEAR, _FAR))
    if near is None or far is None:
        return None
    if abs(far) > arb("1.5") * abs(near) and abs(far) > 20:
        return math.copysign(math.inf, float(far > 0) - 0.5)
    if abs(far) < arb(2) ** -20 or abs(far - near) < abs(far) * arb(2) ** -20:
        return _known(float(far.mid()))
    return None


def _known(value: float) -> float:
    """A limit as the small fraction that it is; others differ with the arguments inside."""
    near = round(value * 4) / 4
    return near if abs(near - value) < 1e-6 else value


def _covers(partial: Partial, place: Place) -> bool:
    return all(place[i] == side for i, side in partial)


@cache
def limits(
    formula: Formula,
    pairs: frozenset[tuple[int, int]] = frozenset(),
    of: Limits | None = None,
    meetings: frozenset[Meeting] = frozenset(),
) -> Limits:
    """What a formula tends to at all special arguments: a divergence, or a derivative ``of`` one with such limits.

    A difference or a quotient (``pairs``) of two parameters at the same end is not defined; where not every path leads
    to the same number in spite of that, the outcome is NaN, and that of a derivative anyhow unless the divergence has a
    finite limit there. ``meetings`` are locations whose difference changes its sign inside.
    """
    domains = tuple(v.domain for v in formula.variables)
    places = [p for p in product((LOW, INSIDE, HIGH), repeat=len(domains)) if any(p)]
    keys: dict[Place, str | float] = {}
    for place in places:
        undefined = any(place[i] == place[j] != INSIDE for i, j in pairs)
        lost = undefined and of is not None and of.at(place) not in (COMPUTED, 0.0)
        outcome = math.nan if lost else _tends_to(formula, place, meetings, of is not None)
        undefined = undefined and outcome in (math.inf, -math.inf)
        keys[place] = "nan" if undefined or outcome != outcome else outcome
    apart = tuple(
        (frozenset((i, side) for i, side in enumerate(place) if i != meeting[1]), meeting)
        for meeting in sorted(meetings, key=str)
        for place in places
        if of is not None and keys[place] != "nan" and _meet(place, meeting) and _differs(formula, place, meeting)
    )
    # The rest is what is most frequent, the first of several; what the tree computes is always said by its place.
    known = [k for k in keys.values() if k != COMPUTED] or ["nan"]
    common = max(dict.fromkeys(known), key=known.count)
    left = {place: k for place, k in keys.items() if k != common}
    found: dict[str | float, list[Partial]] = {}
    for partial in _partials(len(domains)):
        covered = [place for place in places if _covers(partial, place)]
        outcome = keys[covered[0]]
        if outcome != common and all(keys[place] == outcome for place in covered) and any(p in left for p in covered):
            found.setdefault(outcome, []).append(partial)
            for place in covered:
                left.pop(place, None)
    outcomes = {_number(k): tuple(v) for k, v in found.items() if k != COMPUTED}
    return Limits(domains, outcomes, _number(common), tuple(found.get(COMPUTED, ())), apart)


def _number(outcome: str | float) -> float:
    return math.nan if outcome == "nan" else float(outcome)


def _partials(arity: int) -> Iterator[Partial]:
    """Ends of one parameter, of two, ...: the fewest first."""
    for size in range(1, arity + 1):
        for positions in combinations(range(arity), size):
            for sides in product((LOW, HIGH, INSIDE), repeat=size):
                if any(sides):
                    yield frozenset(zip(positions, sides, strict=True))


# --- in the tree ----------------------------------------------------------------------------------------------------


def _at(x: Node, domain: Domain, side: int) -> Node:
    if side == INSIDE:
        return _inside(x, domain)
    if side == HIGH:
        return equal(x, math.inf)
    return equal(x, 0.0) if domain is Domain.POSITIVE else equal(x, -math.inf)


def _inside(x: Node, domain: Domain) -> Node:
    return (x > 0.0) & (x < math.inf) if domain is Domain.POSITIVE else node("abs", x) < math.inf


def _any(nodes: Sequence[Node]) -> Node:
    return reduce(lambda a, c: a | c, nodes)


def _where(limits: Limits, partials: Sequence[Partial], at: Sequence[Node]) -> Node:
    return _any(
        [
            reduce(lambda a, c: a & c, (_at(at[i], limits.domains[i], side) for i, side in sorted(partial)))
            for partial in partials
        ]
    )


def special_value(b: Builder, limits: Limits, at: Sequence[Node]) -> tuple[Node, Node]:
    """Where arguments are special and not computed by the tree, and the outcome there; NaN for the invalid."""
    special = ~reduce(lambda a, c: a & c, map(_inside, at, limits.domains))
    invalid = _any(
        [~(x >= 0.0) if d is Domain.POSITIVE else ~equal(x, x) for x, d in zip(at, limits.domains, strict=True)]
    )
    value = constant(limits.default)
    for outcome, partials in limits.outcomes.items():
        value = select(_where(limits, partials, at), outcome, value)
    apart = [
        _where(limits, [partial], at) & equal(at[i], 0.0 if j is None else at[j]) for partial, (i, j) in limits.apart
    ]
    unlimited = _any([invalid, *apart])
    if limits.computed:
        computed = b.let("computed", _where(limits, limits.computed, at), "the limit is what is computed anyhow")
        special = special & ~(computed & ~unlimited)
    return special, select(unlimited, math.nan, value)
