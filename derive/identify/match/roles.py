"""Which reading of a formula is meant: matches ranked by the quantities' names, roles assigned, names held against
the mathematics.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from derive.identify.match import form as f
from derive.identify.match.expand import Expander, assigned_anew
from derive.identify.match.match import Match
from derive.identify.match.names import Promise, promise
from derive.identify.match.parameterisations import ORDER, PARAMETERISATIONS, of_std, std_form, variance_form
from derive.identify.match.readings import Direction, Gaussian, Reading
from derive.identify.match.shown import show, show_generator
from derive.identify.read.python.distributions import power_of_std
from derive.identify.read.tree import Library, Marked, Named, Node, symbols, walk


@dataclass(frozen=True)
class Roles:
    """A reading with its Gaussians in the author's order: the one named first, then the other."""

    reading: Reading
    direction: Direction
    names: dict[str, str]
    scale: str | None


def promises(reading: Reading, among: Iterable[str]) -> dict[f.Generator, Promise]:
    names = tuple(among)
    return {g: promise(str(g[1]), names) for g in reading.roles if g[0] == "var"}


def disagreements(reading: Reading, among: Iterable[str]) -> tuple[int, int]:
    """How many names say something else than the reading, and how many say the same."""
    said = promises(reading, among)
    against = agree = 0
    for generator, truth in reading.parameters:
        if generator in said and said[generator].quantity is not None:
            kept = said[generator].kept(truth)
            against, agree = against + (not kept), agree + kept
    return against, agree


def ranked(found: list[Match], among: Iterable[str]) -> list[Match]:
    """Matches, the one that is meant first: exact before scaled, names that agree, forward, usual scales."""
    names = tuple(among)

    def order(m: Match) -> tuple[object, ...]:
        against, agree = disagreements(m.reading, names)
        spread = m.reading.first.scale or m.reading.second.scale or "std"
        return (
            bool(m.offset),
            not m.exact,
            bool(f.depends(m.reading.fixed_variance or {})),
            against,
            -agree,
            m.reading.first.spread is None,
            ORDER.index(spread),
        )

    return sorted((replace(m, reading=_paired(m.reading, names)) for m in found), key=order)


def _paired(reading: Reading, names: tuple[str, ...]) -> Reading:
    """The means enter as (m1 - m2)^2; each goes to the Gaussian whose scale has its mark or its place in the order."""
    a, b = reading.first, reading.second
    if reading.fixed_mean is not None and a.mean is not None and a.mean[0] == "var" and a.spread is not None:
        return _of_its_mark(reading, names)
    if reading.pair != "normal" or reading.fixed_variance is not None or a.spread is None or b.spread is None:
        return reading
    said = promises(reading, names)

    def rank(g: f.Generator | None) -> float:
        return said[g].rank if g in said else 8.0

    spread_order = rank(a.spread) <= rank(b.spread)
    if a.spread == b.spread or reading.relative:
        spread_order = True
    if b.mean is None and a.mean is not None and not reading.relative:
        same = (
            a.mean in said
            and b.spread in said
            and said[a.mean].mark == said[b.spread].mark != (said[a.spread].mark if a.spread in said else "")
        )
        return _swapped_means(reading) if same and said[a.mean].mark else reading
    return reading if (rank(a.mean) <= rank(b.mean)) == spread_order else _swapped_means(reading)


def _of_its_mark(reading: Reading, names: tuple[str, ...]) -> Reading:
    """Against a fixed Gaussian: the mean that has the mark of the scale, where the fixed one is a quantity, too."""
    a = reading.first
    other = next(iter(reading.fixed_mean or {f.ONE: Fraction(1)}))
    ((generator, _),) = other if len(other) == 1 else ((None, None),)
    if generator is None or reading.fixed_mean != f.single(generator) or generator[0] != "var" or a.mean is None:
        return reading
    own, mine, theirs = (promise(str(g[1]), names).mark for g in (a.spread, a.mean, generator) if g is not None)
    if own != theirs or own == mine:
        return reading
    return replace(reading, first=Gaussian(generator, a.spread, a.scale), fixed_mean=f.single(a.mean))


def _swapped_means(reading: Reading) -> Reading:
    a, b = reading.first, reading.second
    return replace(reading, first=Gaussian(b.mean, a.spread, a.scale), second=Gaussian(a.mean, b.spread, b.scale))


def assign(reading: Reading, among: Iterable[str]) -> Roles:
    """Names for the roles; ``forward`` is KL(the first || the second) in the author's own order of the two."""
    a, b = reading.first, reading.second
    if reading.pair == "unit":
        forward = a.spread is not None or a.mean is not None
        gaussian = a if forward else b
        names = {"mu": _name(gaussian.mean), "scale": _name(gaussian.spread)}
        return Roles(reading, "forward" if forward else "reverse", names, _public(gaussian.scale))
    said = promises(reading, among)

    def rank(g: Gaussian) -> float:
        marks = [said[x].rank for x in (g.spread, g.mean) if x in said and (a.spread != b.spread or x is g.mean)]
        return marks[0] if marks else 8.0

    fixed = reading.fixed_variance is not None or reading.fixed_mean is not None
    forward = fixed or reading.relative or rank(a) <= rank(b)
    one, two = (a, b) if forward else (b, a)
    names = {"mu1": _name(one.mean), "scale1": _name(one.spread), "mu2": _name(two.mean), "scale2": _name(two.spread)}
    scale = _public(one.scale) if one.scale == two.scale and not reading.relative else None
    if fixed:
        scale = _public(one.scale)
        names["mu2"] = show(reading.fixed_mean or {})
        names["scale2"] = _fixed_scale(reading)
    return Roles(reading, "forward" if forward else "reverse", names, scale)


def _fixed_scale(reading: Reading) -> str:
    """The fixed Gaussian's scale, in the scale of the other."""
    scales = of_std(f.power(reading.fixed_variance or f.constant(1), Fraction(1, 2)))
    return show(scales.get(reading.first.scale or "", scales["std"]))


def _name(generator: f.Generator | None) -> str:
    return "0" if generator is None else show_generator(generator)


def _public(scale: str | None) -> str | None:
    return None if scale == "logprecision" else scale


#: What a promised quantity is called.
WORDS = {
    "mean": "the mean",
    "std": "the standard deviation",
    "var": "the variance",
    "logstd": "the log of the standard deviation",
    "logvar": "the log-variance",
    "precision": "the precision 1/variance",
    "softplus": "the number whose softplus is the standard deviation",
    "logprecision": "the log of the precision",
}


def check_names(
    reading: Reading, node: Node, expander: Expander, among: Iterable[str]
) -> tuple[bool | None, tuple[str, ...]]:
    """Whether the names say what the mathematics says: None where no name says anything; a line per name that
    misleads.
    """
    names = tuple(among)
    said = promises(reading, names)
    notes: list[str] = []
    agree = 0
    anew = assigned_anew(node, expander)
    for generator, truth in reading.parameters:
        if generator not in said:
            continue
        claim = said[generator].quantity
        if claim is None or "(" in str(generator[1]) or str(generator[1]) in anew:
            continue  # what a layer is called says nothing of what it returns; a new value is judged below
        if said[generator].kept(truth):
            agree += truth != "mean"
        else:
            name = str(generator[1])
            note = f"{name} is named as {WORDS[claim]}, the formula needs {WORDS[truth]}"
            if claim in PARAMETERISATIONS and any(isinstance(part, Library) for part in walk(node)):
                note += _spelled(claim, name, node)
            if note not in notes:
                notes.append(note)
    notes += misnamed(reading.fixed_variance or {}, names, node)
    for part in walk(node):
        if isinstance(part, Named) and not isinstance(part, Marked):
            verdict = _intermediate(part, reading, expander, names)
            agree += verdict is True
            if isinstance(verdict, str) and verdict not in notes:
                notes.append(verdict)
    return (False if notes else True if agree else None), tuple(notes)


def misnamed(variance: f.Form, among: Iterable[str], node: Node) -> list[str]:
    """A line for each quantity of a Gaussian's variance whose name says that it is another scale of it."""
    notes = []
    for name in sorted(f.depends(variance)):
        claim = promise(name, among).quantity
        if claim is not None and claim in PARAMETERISATIONS and len(variance) == 1:
            (held,) = variance_form(claim, f.variable(name))
            if not any(held <= term for term in variance):
                said = f"{name} is named as {WORDS[claim]}, the variance of its Gaussian is {show(variance)}"
                notes.append(said + _spelled(claim, name, node))
    return notes


def _spelled(claim: str, name: str, node: Node) -> str:
    """What a library takes of a quantity that is what its name says: the power of the deviation that it is given."""
    scales = [std for part in walk(node) if isinstance(part, Library) for _, std in part.gaussians]
    power = next((power_of_std(std) for std in scales if name in symbols(std)), 1)
    value = show(f.power(std_form(claim, f.variable(name)), Fraction(power)))
    return f": write {value} for {WORDS[_TAKEN[power]]}, or rename {name}"


#: The scale that a power of the deviation is.
_TAKEN = {1: "std", 2: "var", -2: "precision"}


def crossed(node: Node) -> tuple[str, ...]:
    """A line for each Gaussian of a library's divergence whose scale is by its name that of the other one's mean."""
    every = symbols(node)
    found = []
    for library in (n for n in walk(node) if isinstance(n, Library)):
        one, two = library.gaussians
        for own, scale, other in ((*one, two[0]), (*two, one[0])):
            marks = [{promise(name, every).mark for name in symbols(part)} for part in (own, scale, other)]
            if "" not in marks[1] and marks[1] == marks[2] != marks[0] and len(marks[0]) == len(marks[1]) == 1:
                named = " beside ".join(" and ".join(symbols(part)) for part in (scale, own))
                found.append(f"{named}: is that the scale of the other Gaussian?")
    return tuple(dict.fromkeys(found))


def _intermediate(part: Named, reading: Reading, expander: Expander, names: tuple[str, ...]) -> bool | str | None:
    """Whether an assigned name holds what it promises of one of the Gaussians; a line if it holds another scale of
    it.
    """
    claim = promise(part.name, (*names, part.name)).quantity
    if claim is None or claim == "mean":
        return None
    form = expander.form(part.value, "=")
    told = ((f.variable(name), promise(name, names).quantity or "") for name in sorted(f.depends(form) - {"~"}))
    said = [(own, quantity) for own, quantity in told if quantity in PARAMETERISATIONS]  # of a name that is kept
    for spread, scale in said if part.name in expander.opaque else reading.scales:
        held = held_scale(f.key(form), spread, scale)
        if held == claim:
            return True
        if held is not None:
            return f"{part.name} is named as {WORDS[claim]}, it holds {WORDS[held]}"
    return None


def held_scale(value: frozenset[tuple[f.Term, Fraction]], spread: f.Generator, scale: str) -> str | None:
    """Which scale of a Gaussian an expression of its spread holds."""
    scales = of_std(std_form(scale, spread))
    return next((name for name, held in scales.items() if f.key(held) == value), None)
