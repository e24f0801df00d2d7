"""The rounding analysis: sound on random kernels, tight on known ones, its proofs break with a sabotaged kernel."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from fractions import Fraction

import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st
from kernel_material import lowered, plans, replaced

from derive.errors import CheckFailed
from derive.lower.approximation.certify import box, certify, subdivision
from derive.lower.approximation.minimax import remez, round_jointly
from derive.lower.approximation.polynomials import EXPONENTIAL, coefficients
from derive.lower.arithmetic.exponential import EXPM1MX_REDUCED, EXPM1MX_SCALED
from derive.lower.bounds import exponential as exponential_bounds
from derive.lower.bounds import logarithm as logarithm_bounds
from derive.lower.bounds import values as bounds
from derive.lower.bounds.analyse import PRECISION, UNIT, Analysis, error_of_sum, exactly, head_and_tail
from derive.lower.bounds.exponential import inverse_factorial
from derive.lower.bounds.proved import Proved, in_ulp, named
from derive.lower.interpret import run
from derive.vocabulary.kernel import Builder, Function, Node, argument, constant, fma, function, node, operands

# --- soundness ---------------------------------------------------------------------------------------------------

_BINARY = ("add", "sub", "mul", "div")
_TRANSFORMS = {"two_sum": 2, "two_prod": 2, "two_fma": 3}


@st.composite
def kernels(draw: st.DrawFn) -> tuple[Function, list[tuple[float, float]]]:
    """A random straight-line kernel of three arguments, and an interval for each, away from 0."""
    pool: list[Node] = [argument("x"), argument("y"), argument("z"), constant(draw(st.sampled_from((0.1, 1 / 3, 1.5))))]
    for _ in range(draw(st.integers(2, 10))):
        kind = draw(st.sampled_from((*_BINARY, "fma", *_TRANSFORMS)))
        chosen = [draw(st.sampled_from(pool)) for _ in range(3)]
        if kind == "fma":
            pool.append(fma(*chosen))
        elif kind in _TRANSFORMS:
            made = node(kind, *chosen[: _TRANSFORMS[kind]])
            pool += [Node("result", (made,), 0), Node("result", (made,), 1)]
        else:
            pool.append(node(kind, *chosen[:2]))
    ends = [
        (low, low * (1 + 2.0 ** -draw(st.integers(1, 12)))) for low in (draw(st.floats(0.3, 4.0)) for _ in range(3))
    ]
    last = pool[-1]
    return function("random", ("x", "y", "z"), ("value",), lambda _b, _x, _y, _z: [last], "A random kernel."), ends


def exact_value(of: Function, at: list[float]) -> Fraction:
    """The function in rational arithmetic: no roundings, no tails."""
    known: dict[Node, Fraction | tuple[Fraction, ...]] = {
        p: Fraction(x) for p, x in zip(of.parameters, at, strict=True)
    }
    for n in operands(r for _, r in of.results):
        if n in known:
            continue
        a = [known[x] for x in n.args]
        match n.op:
            case "const":
                known[n] = Fraction(n.value)
            case "result":
                known[n] = a[0][n.value]
            case "add":
                known[n] = a[0] + a[1]
            case "sub":
                known[n] = a[0] - a[1]
            case "mul":
                known[n] = a[0] * a[1]
            case "div":
                known[n] = a[0] / a[1]
            case "fma":
                known[n] = a[0] * a[1] + a[2]
            case "two_sum":
                known[n] = (a[0] + a[1], Fraction(0))
            case "two_prod":
                known[n] = (a[0] * a[1], Fraction(0))
            case "two_fma":
                known[n] = (a[0] * a[1] + a[2], Fraction(0))
    value = known[of.results[0][1]]
    assert isinstance(value, Fraction)
    return value


@settings(max_examples=300)
@given(kernels(), st.lists(st.floats(0, 1), min_size=3, max_size=3))
def test_no_random_kernel_errs_by_more_than_its_analysed_bound(
    kernel: tuple[Function, list[tuple[float, float]]], where: list[float]
) -> None:
    of, ends = kernel
    ctx.prec = PRECISION
    known = {p: exactly(box(arb(low), arb(high))) for p, (low, high) in zip(of.parameters, ends, strict=True)}
    try:
        (analysed,) = Analysis(known).results(of)
    except CheckFailed:
        return  # a divisor that may be zero: the analysis says so and proves nothing
    at = [min(max(low + w * (high - low), low), high) for w, (low, high) in zip(where, ends, strict=True)]
    try:
        computed, exact = run(of, at)[0], exact_value(of, at)
    except ZeroDivisionError:
        return
    if abs(computed) < 1e300:
        error = abs(Fraction(computed) - exact)
        assert arb(error.numerator) / error.denominator <= analysed.error() * (1 + UNIT)
        assert analysed.exact.overlaps(arb(exact.numerator) / exact.denominator)


def test_measured_errors_of_the_reduced_exponential_stay_below_the_proof_and_come_near_it() -> None:
    proof, worst = exponential_bounds.expm1mx_reduced().total, 0.0
    for i in range(-3400, 3400):
        r = i * 1.0193e-4
        head, tail = run(EXPM1MX_REDUCED, [r])
        ctx.prec = 300
        exact = arb(r).exp() - 1 - arb(r) if r else arb(0)
        if r:
            worst = max(worst, float(abs((arb(head) + arb(tail) - exact) / exact) / UNIT))
    assert 0.3 * proof < worst <= proof


# --- known cases -------------------------------------------------------------------------------------------------


def analysed(body: Callable[[Builder, Node], Node], low: str, high: str) -> float:
    """Error of a kernel of one argument on an interval, in units of 2^-53."""
    of = function("one", ("x",), ("value",), lambda b, x: [body(b, x)], "A kernel.")
    ctx.prec = PRECISION
    (result,) = Analysis({of.parameters[0]: exactly(box(arb(low), arb(high)))}).results(of)
    return float(result.error() / UNIT)


def test_one_rounding_is_half_an_ulp_of_the_largest_value() -> None:
    assert analysed(lambda _b, x: x * x, "1", "1.25") == pytest.approx(1.5625, rel=1e-6)


def test_a_difference_within_a_factor_of_two_is_exact() -> None:
    assert analysed(lambda _b, x: x - 1.0, "0.501", "1.999") == 0.0
    assert analysed(lambda _b, x: x - 1.0, "0.499", "1.999") > 0.0


def test_head_and_tail_of_a_transform_cancel() -> None:
    def body(_b: Builder, x: Node) -> Node:
        made = node("two_sum", x, 1 / 3)
        head, tail = Node("result", (made,), 0), Node("result", (made,), 1)
        return (head - 1.0) + tail

    with_tail = analysed(body, "0.7", "0.8")
    assert with_tail < 0.2  # the last rounding of a sum near 0.1, not the first one near 1


def test_a_fast_two_sum_in_the_wrong_order_is_not_accepted() -> None:
    with pytest.raises(CheckFailed, match="fast_two_sum"):
        analysed(lambda _b, x: Node("result", (node("fast_two_sum", x, 1.0),), 0), "0.1", "0.2")


def test_a_divisor_that_may_vanish_is_not_accepted() -> None:
    with pytest.raises(CheckFailed, match="divisor"):
        analysed(lambda _b, x: 1.0 / (x - 1.0), "0.9", "1.1")


def test_an_operation_without_a_rule_is_named() -> None:
    with pytest.raises(CheckFailed, match="round"):
        analysed(lambda _b, x: node("round", x), "0.9", "1.1")


def test_a_false_exact_value_is_not_accepted() -> None:
    of = function("one", ("x",), ("value",), lambda b, x: [b.let("y", x + 1.0)], "A kernel.")
    with pytest.raises(CheckFailed, match="as was claimed"):
        Analysis({of.parameters[0]: exactly(1)}, {of.results[0][1]: arb(3)}).results(of)


# --- the bounds of the kernels -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def values() -> dict[str, Proved]:
    functions = {k.name: k.function for k in lowered().kernels if k.target == "c"}
    found = {name: bounds.value(plan, functions[name]) for name, (_, plan) in plans().items()}
    return found | {function.__name__: proof() for function, (proof, *_) in bounds.UNARY.items()}


def test_every_value_in_c_is_proved_within_one_ulp(values: dict[str, Proved]) -> None:
    assert len(values) == 10
    for name, proved in values.items():
        assert 0.5 < in_ulp(proved, digits=53) <= 1.0, name


def test_a_binary32_result_of_the_same_tree_is_proved_within_a_hundredth_of_half_an_ulp(
    values: dict[str, Proved],
) -> None:
    for proved in values.values():
        assert 0.5 < in_ulp(proved, digits=24) < 0.5 + 1e-8


def test_the_boxes_cover_every_integer_and_the_whole_reduced_interval() -> None:
    ctx.prec = PRECISION
    pieces = subdivision(-0.25, 0.5, 7)
    assert pieces[0].contains(arb(-0.25)) and pieces[-1].contains(arb(0.5))
    assert all(a.overlaps(b) for a, b in itertools.pairwise(pieces))
    reduced = 2**0.5
    assert logarithm_bounds.REDUCED_QUOTIENT[0] < 1 / reduced and reduced < logarithm_bounds.REDUCED_QUOTIENT[1]
    assert (reduced - 1) / (reduced + 1) < logarithm_bounds.REDUCED_F


# --- sabotage: what the proof must notice ------------------------------------------------------------------------


def without_cache() -> Iterator[None]:
    cached = [f for f in (vars(exponential_bounds) | vars(logarithm_bounds)).values() if hasattr(f, "cache_clear")]
    for f in cached:
        f.cache_clear()
    yield
    for f in cached:
        f.cache_clear()


fresh = pytest.fixture(without_cache)


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("degree", [1, 3, 6])
def test_a_coefficient_moved_by_a_few_ulp_raises_the_certified_error(degree: int) -> None:
    before = exponential_bounds.exponential_certificate().error
    moved = list(coefficients(EXPONENTIAL))
    moved[degree] *= 1 + 2.0 ** (-50 + 5 * degree)
    after = certify(EXPONENTIAL, moved, lambda j: inverse_factorial(j + 3)).error
    assert after > 1.3 * before


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("name", ["factor_tail", "square_tail", "leading_tail"])
def test_a_dropped_tail_raises_the_proved_bound(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = exponential_bounds.expm1mx_reduced().total
    exponential_bounds.expm1mx_reduced.cache_clear()
    dropped = named(EXPM1MX_REDUCED)[name]
    monkeypatch.setattr(exponential_bounds, "EXPM1MX_REDUCED", replaced(EXPM1MX_REDUCED, dropped, constant(0.0)))
    assert exponential_bounds.expm1mx_reduced().total > honest + 0.3


@pytest.mark.usefixtures("fresh")
def test_an_fma_split_in_two_raises_the_proved_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = exponential_bounds.expm1mx_reduced().total
    exponential_bounds.expm1mx_reduced.cache_clear()
    fused = named(EXPM1MX_REDUCED)["p0"]
    a, b, c = fused.args
    monkeypatch.setattr(exponential_bounds, "EXPM1MX_REDUCED", replaced(EXPM1MX_REDUCED, fused, a * b + c))
    assert exponential_bounds.expm1mx_reduced().total > honest + 0.005


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("name", ["linear_tail", "power_tail", "first_tail", "total_tail"])
def test_a_tail_dropped_from_the_sum_raises_the_bound_of_expm1mx(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = exponential_bounds.expm1mx_scaled(EXPM1MX_SCALED).total
    dropped = named(EXPM1MX_SCALED)[name]
    sabotaged = replaced(EXPM1MX_SCALED, dropped, constant(0.0))
    assert exponential_bounds.expm1mx_scaled(sabotaged).total > honest + 0.3


def test_head_and_tail_promise_what_they_say() -> None:
    ctx.prec = PRECISION
    head, tail = head_and_tail(arb(1), UNIT * UNIT)
    assert error_of_sum(head, tail) <= UNIT * UNIT * arb("1.01")
    assert head.error() >= UNIT


def test_rounding_one_by_one_costs_what_rounding_jointly_saves() -> None:
    problem = EXPONENTIAL
    best = remez(problem)
    one_by_one = certify(problem, [float(c) for c in best], lambda j: inverse_factorial(j + 3)).error
    jointly = certify(problem, round_jointly(problem, best), lambda j: inverse_factorial(j + 3)).error
    assert jointly * 2 < one_by_one


@pytest.mark.parametrize("name", ["kl_normal_std", "kl_normal_logvar"])
@pytest.mark.parametrize("tail", [1, -1, 2])
def test_what_the_square_of_an_offset_leaves_away_is_counted(name: str, tail: int) -> None:
    """The proof takes the tail as an error of the head; here it is a number, whose square the tree does not add."""
    _, plan = plans()[name]
    function = next(k.function for k in lowered().kernels if (k.name, k.target) == (name, "c"))
    bounds.square_term(plan, function, (exactly(1 - tail * UNIT), exactly(tail * UNIT)))
    with pytest.raises(CheckFailed, match="in real arithmetic"):
        bounds.square_term(plan, function, (exactly(1 - 3 * tail * UNIT), exactly(3 * tail * UNIT)))


def test_a_result_below_the_normal_range_is_rounded_twice_in_binary64() -> None:
    """Half an ulp, and half of the half of the first rounding and of what was off before."""
    proved, little = Proved(0.3, 0.1, 1.0, 1), Proved(0.1, 0.0, 1.0, 1)
    assert in_ulp(proved, digits=53) == pytest.approx(0.75 + 0.4 / 2)
    assert in_ulp(proved, digits=53, tiny=little) == pytest.approx(0.9)
    assert in_ulp(little, digits=53) == pytest.approx(0.8)
    assert in_ulp(proved, digits=24) == pytest.approx(0.5)  # rounded to odd before it
