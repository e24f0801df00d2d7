"""What the records of families say of limits, against the closed forms on many ways to the special point."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice, product

import numpy as np
import pytest
from flint import arb, ctx

from derive.verify.checks.integral import integral_set
from derive.verify.exact import exact_point
from derive.verify.families import shipped
from derive.verify.families.record import Kind, Parameter, Subject
from derive.verify.points.draw import finite
from derive.verify.ulp import BINARY32, BINARY64, Dyadic, Exact

FAMILIES = [family for family in shipped() if family.name not in ("unary", "normal")]
SUBJECTS = [subject for family in FAMILIES for subject in family.subjects]
NAN, INF = math.nan, math.inf

#: How fast an argument tends to its end: the logarithm of its distance, or of itself.
SPEEDS = (11.0, 61.0, 120.0, 4000.0)
#: For the last parameter, with the others at the slowest: beyond the exponential of theirs.
BEYOND = 30000.0
#: The logarithm of a location that tends to infinity: slower, so that exp(-|m|) can be overtaken.
_REAL = dict(zip((*SPEEDS, BEYOND), (9.0, 9.5, 10.0, 40.0, 10.5), strict=True))


def ends(parameter: Parameter) -> tuple[float, ...]:
    if parameter.kind is Kind.POSITIVE:
        return 0.0, 2.5, INF
    return -INF, 0.0, 1.5, INF


def approached(parameter: Parameter, end: float, speed: float, side: int) -> arb:
    """A number in the domain near ``end``."""
    near = arb(-speed).exp()
    if parameter.kind is Kind.LOGARITHM and math.isinf(end):
        return arb(math.copysign(speed, end))
    if parameter.kind is Kind.REAL and math.isinf(end):
        return math.copysign(1.0, end) * arb(_REAL[speed]).exp()
    if math.isinf(end):
        return 1 / near
    return near if parameter.kind is Kind.POSITIVE and end == 0.0 else arb(end) + side * near


def ways(subject: Subject, point: Sequence[float]) -> Iterator[Callable[[], Sequence[arb]]]:
    count = len(point)
    chosen = list(product(SPEEDS, repeat=count)) if count == 2 else some_of_many(count)
    slow = SPEEDS[0]
    for speeds in (*chosen, (*[slow] * (count - 1), BEYOND), (SPEEDS[-1], *[slow] * (count - 1))):
        for sides in ((1,) * count, (-1,) * count, (1, -1) * (count // 2), (1, 1, -1, -1)[:count]):
            yield partial(_arguments, subject, tuple(point), speeds, sides)


def _arguments(subject: Subject, point: Sequence[float], speeds: Sequence[float], sides: Sequence[int]) -> list[arb]:
    return list(map(approached, subject.parameters, point, speeds, sides))


def outputs(subject: Subject, way: Callable[[], Sequence[arb]]) -> Sequence[arb]:
    """At a point of a way, with as many bits as its cancellations take: up to those of exp(8000)."""
    ctx.prec = 400
    while ctx.prec < 13000:
        found = subject.balls(*way())[0]
        if all(value.rel_accuracy_bits() >= 40 for value in found):
            return found
        ctx.prec *= 3
    ctx.prec = 13000
    return subject.balls(*way())[0]


def some_of_many(count: int) -> list[tuple[float, ...]]:
    everything = list(product(SPEEDS, repeat=count))
    rng = np.random.default_rng(5)
    return [everything[i] for i in rng.permutation(len(everything))[:30]]


def limit(values: Sequence[arb]) -> float:
    """What all of them tend to; NaN where they do not agree."""
    huge = [v for v in values if abs(v) > 8]  # a logarithm is at the least speed; no finite limit here is
    if len(huge) == len(values):
        signs = {bool(v > 0) for v in values}
        return NAN if len(signs) > 1 else INF if signs.pop() else -INF
    if huge:
        return NAN
    found = [float(v.mid()) for v in values]
    return found[0] if max(found) - min(found) < 1e-3 else NAN


def number(value: Exact) -> float:
    if not isinstance(value, Dyadic):
        return value
    return math.ldexp(value.mantissa, value.exponent) if abs(value.mantissa).bit_length() < 1000 else NAN


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
def test_a_special_value_is_the_limit_on_every_way(subject: Subject) -> None:
    checked = 0
    for point in product(*map(ends, subject.parameters)):
        special = subject.special(point, lambda evaluate: tuple(_float(ball) for ball in evaluate()[0]))
        if special is None:
            continue
        columns = list(zip(*(outputs(subject, way) for way in ways(subject, point)), strict=True))
        wanted = limit(columns[0])
        if math.isnan(number(special[0])):  # then so is the gradient
            # both scales at one end, or both locations at one infinity: NaN as for Gaussians, whatever the others are
            half = subject.arity // 2
            at_one_end = any(a == b and a in (0.0, INF, -INF) for a, b in zip(point[:half], point[half:], strict=True))
            assert math.isnan(wanted) or (half > 1 and wanted == INF and at_one_end)
            assert all(math.isnan(number(value)) for value in special)
            continue
        for name, said, values in zip(subject.outputs, special, columns, strict=True):
            wanted = limit(values)
            if name == "value" and said == 0.0 and math.isnan(wanted):
                assert point[0] == point[1]  # two equal point masses: the divergence itself, of which there is no limit
                continue
            if name != "value" and math.isnan(number(said)) and point[0] == point[1]:
                continue  # both at one end: no gradient, as everywhere, though some ways have a limit
            assert same(number(said), wanted), f"{name} of {subject.name}{point}: {said}, on the way {wanted}"
            checked += 1
    assert checked >= 9


def _float(ball: arb) -> float:
    return float(ball.mid())


def same(said: float, wanted: float) -> bool:
    return (math.isnan(said) and math.isnan(wanted)) or said == wanted or abs(said - wanted) < 1e-3


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
def test_outside_of_the_domain_is_nan(subject: Subject) -> None:
    for position, parameter in enumerate(subject.parameters):
        outside = [NAN, *([-1.0, -INF] if parameter.kind is Kind.POSITIVE else [])]
        for value in outside:
            point = [1.0] * subject.arity
            point[position] = value
            assert all(math.isnan(number(v)) for v in exact_point(subject, point))


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
def test_the_closed_form_is_the_definition(subject: Subject) -> None:
    """Value and gradient agree with the integral or the sum to 30 digits."""
    assert integral_set(subject, 0, 6)


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
def test_the_points_and_rows_lie_in_the_domain(subject: Subject) -> None:
    rng = np.random.default_rng(1)
    for precision in (BINARY64, BINARY32):
        with np.errstate(all="ignore"):
            columns = subject.sample(rng, 400, precision)
        for parameter, column in zip(subject.parameters, columns, strict=True):
            assert parameter.kind is not Kind.POSITIVE or np.all(finite(column, precision) > 0.0)
    assert subject.definition is not None
    rows = list(islice(subject.definition.table(), 200))
    assert len(set(rows)) == 200
    assert number(exact_point(subject, subject.neutral)[0]) == 0.0
    assert number(exact_point(subject, subject.beside)[0]) > 0.0
