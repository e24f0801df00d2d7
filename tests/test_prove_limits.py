"""Every decision ends, within limits of size, time and memory that the message names."""

from __future__ import annotations

import gc
import sys
import time
import weakref
from collections.abc import Callable
from contextlib import suppress

import pytest
import sympy as sp
from derive.proofs import REGISTRY
from hostile_proofs import T, V, at_least, identity, inequality, n, registry, t, theorem, v, w, x

from derive.errors import CheckFailed
from derive.prove import budget, check
from derive.prove.ball import Undecided
from derive.vocabulary.theorem import Counterexample, Expand, Formula, GlobalMinimum, Registry, Row, Step, written

ONE, ZERO, OO = sp.Integer(1), sp.Integer(0), sp.oo
SAID = (Row(v, "=", v),)  # a statement that nobody writes a step for: what is large is in the step


def step(made: Step) -> Registry:
    return registry(theorem(made, statement=SAID))


def again(expr: sp.Expr) -> Registry:
    """The expression is itself: true, and to be read."""
    return step(identity(expr, sp.Add(expr, ZERO, evaluate=False)))


def definitions(body: Callable[[sp.Expr, sp.Function], sp.Expr]) -> Registry:
    """Forty definitions, each by the one before."""
    heads = [sp.Function(f"h{i}") for i in range(40)]
    made = [Formula("h0", heads[0](t), (T,), t + 1)]
    made += [Formula(f"h{i}", heads[i](t), (T,), body(t, heads[i - 1])) for i in range(1, 40)]
    use = identity(heads[-1](t), t, using=tuple(made))
    return registry(theorem(use, statement=SAID), definitions=(*REGISTRY.definitions, *made))


def sizes() -> dict[str, tuple[Registry, str]]:
    with written():
        huge, tower = sp.Integer(2) ** (10**14), v ** (v ** (v**v))
        bottoms = 1 / (v**5000 + v + 1) + 1 / (v**4999 + 2)
        many = (v + w + 1) ** 30 * (x + t + 1) ** 30
        eight = (8 * v) ** sp.Rational(10**9, 3)
    said = theorem(identity(v, v), statement=(Row(v, "=", huge),))
    minimum = GlobalMinimum("s", "as it is", v ** (10**13) + 1 / v, (V,), ((ZERO, OO),), (sp.Integer(3),), ONE)
    defined = Formula("k", sp.Function("k")(t), (T,), huge)
    return {
        "a number in a condition": (step(identity(v, v, where=(at_least(t, "<", huge),))), "bits"),
        "a number in a statement": (registry(said), "bits"),
        "a number in a definition": (
            registry(theorem(identity(v, v)), definitions=(*REGISTRY.definitions, defined)),
            "bits",
        ),
        "a power at a point": (
            step(Counterexample("s", "as it is", t ** (10**14), "=", t, {"t": sp.Integer(3)})),
            "bits",
        ),
        "a power of powers at a point": (
            step(Counterexample("s", "as it is", tower, "=", v, {"v": sp.Integer(9)})),
            "beyond what the balls hold",
        ),
        "a power that is a symbol": (
            step(Counterexample("s", "as it is", v**n, "=", v, {"v": sp.Integer(3), "n": sp.Integer(10**10)})),
            "bits",
        ),
        "a power at a minimum": (step(minimum), "bits"),
        "definitions that double": (definitions(lambda t, last: last(last(t))), "nested too deeply"),
        "definitions that branch": (definitions(lambda t, last: last(t) ** 2 + last(t + 1)), "more than 2000 nodes"),
        "polynomials of a high degree": (again(bottoms), "a degree above 1000"),
        "an exponent a little above 2": (  # of a change that falsify_proofs.py made
            step(inequality((1 - 1 / v) ** sp.Rational(2_000_001, 10**6), ">", 0, V, (ONE, OO))),
            "does not follow",
        ),
        "a root that is raised": (step(inequality((v + 1) ** sp.Rational(999_999, 2), ">", 0)), "does not follow"),
        "a number that is raised": (again(eight), "too large to expand"),
        "a product of sums": (again(many), "too many terms"),
    }


SIZES = sizes()


@pytest.mark.parametrize("name", SIZES)
def test_what_is_too_large_is_said_at_once(name: str) -> None:
    made, message = SIZES[name]
    start = time.process_time()
    with pytest.raises(CheckFailed, match=message):
        check(made, "new")
    assert time.process_time() - start < 10


def slow() -> Registry:
    """SymPy factors the slope for minutes."""
    high = sum(v**i * (i * i % 13 - 6) for i in range(200)) / (v**50 + v + 1)
    return step(inequality(high, ">", 0, V, (ZERO, OO), ONE))


def large() -> Registry:
    """SymPy expands it into 10^11 terms."""
    b = [sp.Symbol(f"b{i}", positive=True) for i in range(12)]
    with written():
        power = (sp.Add(*b) + 1) ** 40
    return step(Expand("s", "as it is", power))


def test_the_time_of_a_decision_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "SECONDS", 0.5)
    with pytest.raises(CheckFailed, match=r"^new: undecided: no decision within 0.5 seconds"):
        check(slow(), "new")


def test_the_memory_of_a_decision_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "MOST_MEMORY", 2**25)
    with pytest.raises(CheckFailed, match=r"^new: undecided: no decision within 0.03125 GB of memory"):
        check(large(), "new")


def test_no_handler_on_the_way_takes_a_limit_for_its_own() -> None:
    with pytest.raises(Undecided, match="no decision within"):
        _deaf(0.3)


def _deaf(seconds: float) -> None:
    with budget.time_limit(seconds):
        while True:
            with suppress(Exception):
                sum(range(1000))


class _Final:
    """Its finaliser takes longer than the limit."""

    def __del__(self) -> None:
        _busy(0.8)


def _busy(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


class _Watched:
    """What a weak reference to it calls takes longer than the limit, and is no finaliser of its own."""


def _collected(phase: str, _info: dict[str, int]) -> None:
    if phase == "start":
        _busy(0.8)


def _dropping(where: str) -> None:
    with budget.time_limit(0.5):
        if where == "finaliser":
            _Final()
        elif where == "weak reference":
            watched = _Watched()
            _seen = weakref.ref(watched, lambda _: _busy(0.8))
            del watched
        else:
            gc.collect()
        _busy(2.0)


@pytest.mark.parametrize("where", ["finaliser", "weak reference", "collector"])
def test_a_limit_that_is_met_where_exceptions_are_dropped_is_met_after_that(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", dropped.append)
    if where == "collector":
        gc.callbacks.append(_collected)
    try:
        with pytest.raises(Undecided, match=r"no decision within 0.5 seconds"):
            _dropping(where)
    finally:
        if where == "collector":
            gc.callbacks.remove(_collected)
    assert dropped == []


def test_a_limit_leaves_no_timer_behind() -> None:
    with budget.time_limit(0.2):
        pass
    sum(range(10**7))  # an alarm that comes now ends the tests
