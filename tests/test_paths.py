"""Every side of every choice in the trees is read, never taken, or named; and what is said of them is so."""

from __future__ import annotations

import random
from dataclasses import replace

import kernel_material
import pytest
import sympy as sp

from derive.errors import CheckFailed
from derive.lower.interpret import Side, run
from derive.lower.meaning import functions, samples
from derive.lower.paths.cover import REASONS, cover, sides
from derive.lower.paths.reach import ANYTHING, LARGEST, Interval, domain, reachable
from derive.lower.subjects import subjects
from derive.vocabulary.formula import Formula, stated_for_coq
from derive.vocabulary.kernel import Function, Kernel, function, node, select

LOWERED = kernel_material.lowered()
FORMULAS = {s.name: s.formulas for s in subjects(kernel_material.REGISTRY)}
KERNELS = [k for k in LOWERED.kernels if k.target in ("c", "python") and all(map(stated_for_coq, FORMULAS[k.name]))]

#: Where the trees are their formulas but for a rounding: the functions, and what their conditions compare with.
UNREAD = {
    "expm1mx_parts": "2^-300",
    "log1pmx_parts": "2^-300",
    "offset": "2^511",
    "expm1mx_scaled_pair": "11.1031",
    "expm1_scaled": "11.1031",
    "expm1_scaled_pair": "11.1031",
    "close": "inf",
} | {
    # composed of terms, in logarithms of scales
    k.function.name: "6.5"
    for k in KERNELS
    if k.target == "c" and not k.plans and all(p.support == "real" and not p.location for p in k.signature)
}
#: The blocks of NumPy read tables, and leave what is outside of them to the trees for all arguments.
TABLES = {"exponential_entry": "32", "weight_entry": "32", "quotient_entry_1": "2^16", "quotient_entry_2": "2^16"}


@pytest.mark.parametrize(("target", "unread"), [("c", UNREAD), ("python", UNREAD | TABLES)])
def test_every_side_is_read_or_never_taken_or_named(target: str, unread: dict[str, str]) -> None:
    (found,) = [c for c in LOWERED.coverage if c.target == target]
    roots = [f for k in KERNELS if k.target == target for f, _ in functions(k)]
    assert found.sides == len(sides(roots)) == found.read + found.never + len(found.unread)
    assert {side.function for side in found.unread} == set(unread)
    for side in found.unread:
        assert unread[side.function] in side.condition
        assert side.reason in REASONS.values()
    assert found.read > 0.6 * found.sides


def test_the_readings_take_what_is_said_to_be_read() -> None:
    taken: set[Side] = set()
    by_function: dict[str, Function] = {f.name: f for k in KERNELS for f, _ in functions(k)}
    for reading in (r for r in LOWERED.readings if r.kernel in by_function):
        run(by_function[reading.kernel], reading.at, taken)
    for kernel in KERNELS:
        for f, _ in functions(kernel):
            for at in samples(kernel):
                run(f, at, taken)
    for found in LOWERED.coverage:
        roots = [f for k in KERNELS if k.target == found.target for f, _ in functions(k)]
        assert found.read <= len(sides(roots).keys() & taken)


@pytest.mark.parametrize("kernel", KERNELS, ids=lambda k: f"{k.target}-{k.name}")
def test_no_finite_argument_takes_a_side_that_is_excluded(kernel: Kernel) -> None:
    source = random.Random(kernel.name)
    inside = domain(kernel, FORMULAS[kernel.name][0])
    for f, _ in functions(kernel):
        possible, taken = reachable(f, inside), set[Side]()
        for _ in range(12):
            at = [_any(source, interval) for interval in inside]
            run(f, at, taken)
            run(f, [at[0]] * len(at) if all(i == inside[0] for i in inside) else at, taken)
        assert taken <= possible


def _any(source: random.Random, interval: Interval) -> float:
    x = source.choice((1.0, -1.0)) * 2.0 ** source.uniform(-1074, 1023.9)
    return min(max(source.choice((x, 1.0, 0.0, interval.low, interval.high)), interval.low), interval.high)


# --- what it is for --------------------------------------------------------------------------------------------------


def _with(kernel: Kernel, tree: Function) -> tuple[Kernel, tuple[Formula, ...]]:
    """The kernel for NumPy with another tree, and no other."""
    return replace(kernel, function=tree, careful=None, narrow=None), FORMULAS[kernel.name]


def _expm1mx(beyond: float, far: float) -> tuple[Kernel, tuple[Formula, ...]]:
    tree = function(
        "forked",
        ("x",),
        ("value", "ordinary"),
        lambda b, x: (node("expm1", x) - select(x < beyond, x, far), x < 1.0),
        "",
    )
    return _with(kernel_material.kernel("expm1mx", "python"), tree)


def test_a_side_that_is_another_function_is_refused_though_no_sample_point_takes_it() -> None:
    with pytest.raises(CheckFailed, match=r"the side not x < 37 of a choice is not read: at .* the tree is not its"):
        cover([_expm1mx(37.0, 2.0)])


def test_a_side_that_is_not_reached_by_the_points_and_not_excluded_is_refused() -> None:
    # what intervals say of a product takes no notice of equal factors
    tree = function(
        "hidden",
        ("x",),
        ("value", "ordinary"),
        lambda b, x: (node("expm1", x) - select(x * x < -1.0, 0.0, x), x < 1.0),
        "",
    )
    with pytest.raises(CheckFailed, match="no sample point that takes it was found, and intervals do not exclude it"):
        cover([_with(kernel_material.kernel("expm1mx", "python"), tree)])


def test_intervals_decide_what_the_domain_decides() -> None:
    kernel, formulas = _expm1mx(2.0 * LARGEST, 0.0)
    assert {way for _, _, way in reachable(kernel.function, domain(kernel, formulas[0]))} == {True}
    assert {way for _, _, way in reachable(kernel.function, (ANYTHING,))} == {True, False}
    (found,), more = cover([(kernel, formulas)])
    assert (found.sides, found.read, found.never, found.unread, more) == (2, 1, 1, (), ())


def test_equal_scales_are_a_condition_of_the_reading() -> None:
    stated = [r for r in LOWERED.readings if any(c.relation == "=" for c in r.formula.where)]
    assert {"kl_normal_std", "kl_normal_var", "kl_unit_logvar", "kl_normal_logvar_grad_s2"} <= {
        r.formula.name for r in stated
    }
    for reading in stated:
        values = dict(zip((v.symbol for v in reading.formula.variables), map(sp.Rational, reading.at), strict=True))
        for condition in reading.formula.where:
            if condition.relation == "=":
                assert values[condition.lhs] == condition.rhs.subs(values)
                assert not reading.expr.has(condition.lhs)
