"""Kernels composed of terms: bounds for every family, sound at random points and at the ends."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path

import pytest
import sympy as sp
from flint import arb
from kernel_material import replaced
from sample_families import ALL

from derive import pipeline
from derive.errors import CheckFailed
from derive.lower import _Established, _kernel, _trees
from derive.lower.arithmetic import scaled
from derive.lower.bounds import ranges
from derive.lower.bounds import scaled as scaled_bounds
from derive.lower.bounds.exponential import is_result_of
from derive.lower.interpret import run
from derive.lower.meaning import check
from derive.lower.shape import Damped, Shape
from derive.lower.subjects import Subject, subjects
from derive.prove.ball import evaluate
from derive.verify.exact import exact_point, is_special
from derive.verify.families import subject_of
from derive.verify.families import subjects as known_subjects
from derive.verify.ulp import BINARY64, nearest
from derive.vocabulary.kernel import Function, Role, constant, operands
from derive.vocabulary.theorem import Formula, Registry

SUBJECTS = [s for registry in ALL for s in subjects(registry)]
VALUES = [s for s in SUBJECTS if s.role is Role.VALUE]


def _damped(shape: Shape) -> bool:
    return any(isinstance(getattr(product.term, "of", None), Damped) for product in shape.products)


@cache
def trees(subject: Subject):
    return _trees(subject)


def value(function: Function, point: list[float]) -> float:
    head, tail, unscale = run(function, point)
    return (head + tail) * unscale


# --- families of a folder outside of the repository -----------------------------------------------------------------

FILE = '''
"""One parameter, a scale: {title}."""

from sympy import Lambda, Rational, Symbol, log

from derive.vocabulary.family import Divergence, Family
from derive.vocabulary.theorem import (
    Domain, Formula, Identity, Row, Scale, Theorem, Variable, divergence_of, log1pmx, written,
)

S1 = Variable("sigma1", r"\\sigma_1", Domain.POSITIVE, "scale of the first distribution")
S2 = Variable("sigma2", r"\\sigma_2", Domain.POSITIVE, "scale of the second distribution")
a, b = S1.symbol, S2.symbol
D = divergence_of("{name}", "{name}")
s = Symbol("s", positive=True)
SIGMA = Scale("scale", r"\\sigma", Domain.POSITIVE, "scale", Lambda(s, s))
with written():
    closed = Formula("kl_{name}_scale", D(a, b), (S1, S2), {closed}, "from scales")
    stable = Formula("stable_{name}_scale", D(a, b), (S1, S2), {stable}, "without cancellation")
rule = Theorem(
    id="stable-{name}-scale", title="Cancellation-free form", variables=(S1, S2), assumptions=(),
    statement=(Row(stable.head, "=", stable.expr),),
    steps=(Identity("rewritten", "collected", (closed.expr, stable.expr)),), source="a test", formulas=(stable,),
)
home = Theorem(
    id="kl-{name}", title="Divergence", variables=(S1, S2), assumptions=(),
    statement=(Row(closed.head, "=", closed.expr),), steps=(), source="a test", formulas=(closed,),
)
THEOREMS = (home, rule)
FAMILY = Family(
    name="{name}", title="{title}", plural="{title}s", scales=(SIGMA,),
    divergences=(Divergence(closed, rule, "(sigma1) from (sigma2)"),),
)
'''
OUTSIDE = {
    "rayleigh": ("2 * log(b / a) + a**2 / b**2 - 1", "-log1pmx((a - b) * (a + b) / b**2)"),
    "half_normal": ("log(b / a) + a**2 / (2 * b**2) - Rational(1, 2)", "-log1pmx((a - b) * (a + b) / b**2) / 2"),
}


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    folder: Path = tmp_path_factory.mktemp("proofs")
    for name, (closed, stable) in OUTSIDE.items():
        title = f"{name.replace('_', '-')} distribution"
        (folder / f"{name}.py").write_text(FILE.format(name=name, title=title, closed=closed, stable=stable))
    return pipeline.load(folder)


def test_families_of_a_folder_get_kernels_with_proved_bounds(outside: Registry) -> None:
    found = {f.name: f for f in outside.families if f.name in OUTSIDE}
    assert set(found) == set(OUTSIDE)
    alone = Registry(outside.theorems, (), tuple(found.values()))
    for subject in subjects(alone):
        proofs = trees(subject).proofs()
        proved = proofs.in_c
        assert subject.plan is None and proofs.word == "proved"
        assert 0.5 < proved["binary64"][0] <= 1.0 and 0.5 < proved["binary32"][0] <= 0.51


# --- bounds ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("subject", VALUES, ids=lambda s: s.name)
def test_every_composed_value_is_proved_within_the_contract_of_the_gaussians(subject: Subject) -> None:
    proved = trees(subject).proofs().in_c
    assert 0.5 < proved["binary64"][0] <= 1.0 and 0.5 < proved["binary32"][0] < 0.5 + 1e-6


def test_a_bound_is_proved_where_the_ranges_are_shown_and_else_tested(monkeypatch: pytest.MonkeyPatch) -> None:
    subject = next(s for s in VALUES if len(s.parameters) == 2)
    for shown, word in ((True, "proved"), (False, "tested")):
        monkeypatch.setattr(ranges, "hold", lambda *_, shown=shown: shown)
        proofs = trees(subject).proofs()
        bounds = [_kernel(subject, target, trees(subject), proofs).bounds for target in ("c", "python")]
        assert {bound.established for of in bounds for bound in of.values()} == {word}


def numbers(subject: Subject, source: random.Random) -> list[float]:
    """Ordinary and extreme arguments, two of a kind often next to each other."""
    point: list[float] = []
    last: dict[tuple[str, bool], float] = {}
    for p in subject.parameters:
        kind = (p.support, p.location)
        extreme = source.random() < 0.25
        if p.support == "positive":
            x = 2.0 ** source.uniform(-1074, 1023) if extreme else math.exp(source.gauss(0, 2))
        elif p.location:
            x = source.choice([-1, 1]) * 2.0 ** source.uniform(-1074, 1023) if extreme else source.gauss(0, 1)
        else:
            x = source.uniform(-2500, 2500) if extreme else source.gauss(0, 3)
        if kind in last and source.random() < 0.5:
            x = last[kind] * (1 + source.choice([-1, 1]) * 2.0 ** source.uniform(-53, -1))
        last[kind] = x
        point.append(x)
    return point


def exact(formula: Formula, point: list[float]) -> arb | None:
    """The value as a narrow ball; None where it is beyond the format, or not to be had."""
    at = {v.symbol: sp.Rational(*x.as_integer_ratio()) for v, x in zip(formula.variables, point, strict=True)}
    for bits in (256, 1024, 8192):
        found = evaluate(formula.expr, at, bits)
        if found.is_finite() and found.rad() < abs(found) * arb(2) ** -80:
            return found if arb(2) ** -1074 < abs(found) < arb(2) ** 1023 else None
    return None


def error_in_ulp(computed: float, wanted: arb) -> float:
    exponent = max(math.frexp(float(abs(wanted).mid()))[1] - 53, -1074)
    return float(((arb(computed) - wanted) * arb(2) ** -exponent).abs_upper())


@pytest.mark.parametrize("subject", VALUES, ids=lambda s: s.name)
def test_no_random_point_is_beyond_its_proved_bound(subject: Subject) -> None:
    source, made, tried = random.Random(subject.name), trees(subject), 0
    bound = made.proofs().in_c["binary64"][0]
    for _ in range(60):
        point = numbers(subject, source)
        wanted = exact(subject.formulas[0], point)
        if wanted is not None:
            tried += 1
            assert error_in_ulp(value(made.careful, point), wanted) <= bound, point
    assert tried > 20


@pytest.mark.parametrize("subject", [s for s in SUBJECTS if s.role is Role.GRADIENT], ids=lambda s: s.name)
def test_derivatives_of_one_part_keep_their_bound(subject: Subject) -> None:
    source, made = random.Random(subject.name), trees(subject)
    for _ in range(40):
        point = numbers(subject, source)
        for shape, formula, computed in zip(subject.shapes, subject.formulas, run(made.careful, point), strict=True):
            wanted = exact(formula, point)
            if len(shape.products) == 1 and not _damped(shape) and wanted is not None:
                assert error_in_ulp(computed, wanted) <= 1.5, (formula.name, point)


#: Location, scale, location, scale: b1/b2 alone is beyond every exponent, or exp(-d) is, or both.
DAMPED = {
    "positive": (
        ((1e300, 1e200, 0.0, 1e-200), -1e-200),
        ((1e203, 1e200, 0.0, 1e-300), None),
        ((0.0, 1e300, 0.0, 1e-300), None),
        ((700.0, 1.0, 0.0, 1e-300), None),
    ),
    "real": (
        ((1e5, 0.0, 0.0, -1400.0), -1.0),
        ((1e300, 0.0, 0.0, -1e200), -1.0),
        ((1e-300, -1e5, 0.0, -1e299), -1.0),
        ((1e3, 0.0, 0.0, -1e6), math.inf),
        ((1e3, 0.0, 0.0, -993.0), None),
        # the distance is that number, but for its tail
        ((1e302, 5.0, 0.0, -1e302 * math.exp(-5.0)), -1.0),
    ),
}


@pytest.mark.parametrize(
    ("subject", "i"),
    [(s, i) for s in SUBJECTS if s.role is Role.GRADIENT for i, shape in enumerate(s.shapes) if _damped(shape)],
    ids=lambda given: getattr(given, "name", given),
)
def test_a_base_beyond_every_exponent_is_damped_before_one_is_taken_off(subject: Subject, i: int) -> None:
    """Where its two parts, base - 1 and what the damping takes off, would be an infinity each."""
    for point, wanted in DAMPED[subject.parameters[i].support]:
        exactly = nearest(exact_point(subject_of(subject.name.removesuffix("_grad")), point)[1 + i], BINARY64)
        assert wanted is None or exactly == wanted
        assert run(trees(subject).careful, point)[i] == pytest.approx(exactly, rel=1e-15), point


def test_a_weaker_operation_has_a_weaker_bound() -> None:
    pair = scaled_bounds.exact()
    honest = scaled_bounds.binary(scaled.MULTIPLY, pair, pair).total
    _, a_tail, _, _ = scaled.MULTIPLY.parameters
    assert honest < 1e-10
    assert scaled_bounds.binary(replaced(scaled.MULTIPLY, a_tail, constant(0.0)), pair, pair).total > honest + 0.5


def test_an_exponential_without_its_correction_is_not_the_exponential() -> None:
    assert scaled_bounds.exponential(scaled.EXPONENTIAL, scaled_bounds.exact()).total < 0.1
    change = next(n for n, name in scaled.EXPONENTIAL.names.items() if name == "change")
    for instead in (constant(0.0), change * 2.0):
        with pytest.raises(CheckFailed, match="not what they are computed for"):
            scaled_bounds.exponential(replaced(scaled.EXPONENTIAL, change, instead), scaled_bounds.exact())


def test_a_tree_that_does_not_mean_its_formula_is_refused() -> None:
    subject, factor = next(
        (s, n)
        for s in VALUES
        for n in operands(r for _, r in trees(s).careful.results)
        if is_result_of(n, scaled.MULTIPLY)
    )
    kernel = _kernel(subject, "c", trees(subject), _Established({"binary64": (0.8, {})}))
    wrong = replaced(kernel.function, factor, factor * 2.0)
    with pytest.raises(CheckFailed, match=f"not {subject.name}"):
        check(replace(kernel, function=wrong), subject.formulas)


# --- the ends of the domains ----------------------------------------------------------------------------------------

INSIDE = {"positive": (0.0, 0.3, 1.7, math.inf), "real": (-math.inf, -1.2, 2.0, math.inf)}
RECORDED = [s for s in SUBJECTS if s.name.removesuffix("_grad") in {known.name for known in known_subjects()}]


def same(computed: float, wanted: float) -> bool:
    return (computed != computed and wanted != wanted) or computed == pytest.approx(wanted, rel=1e-15)


@pytest.mark.parametrize("subject", RECORDED, ids=lambda s: s.name)
def test_at_every_end_of_the_domain_it_is_what_the_record_says(subject: Subject) -> None:
    """Also where locations are equal, and outside of the domain."""
    record, tree = subject_of(subject.name), trees(subject).careful
    points = [p for p in product(*(INSIDE[p.support] for p in subject.parameters)) if is_special(record, p)]
    outside = [(-1.0 if p.support == "positive" else math.nan) for p in subject.parameters]
    points += [(*record.beside[:i], x, *record.beside[i + 1 :]) for i, x in enumerate(outside)]
    assert len(points) >= 8
    for point in points:
        wanted = [nearest(x, BINARY64) for x in exact_point(record, point)]
        if subject.role is Role.GRADIENT:
            assert all(map(same, run(tree, point), wanted[1:])), (point, run(tree, point), wanted[1:])
        else:
            assert same(value(tree, list(point)), wanted[0]), (point, wanted[0])


@pytest.mark.parametrize("subject", [s for s in RECORDED if s.role is Role.GRADIENT], ids=lambda s: s.name)
def test_the_gradient_of_two_that_are_equal_is_zero(subject: Subject) -> None:
    assert not any(run(trees(subject).careful, subject_of(subject.name).neutral))
