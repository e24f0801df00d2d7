"""Lines that a change of one token once passed unseen: each is held by a test of its own."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import sympy as sp
from test_prove_steps import altered, mu1, steps, x

from derive import publish
from derive.audit.repairs import Rewritten, write
from derive.identify.answer.sampler import read_sampler
from derive.identify.match.expand import Expander
from derive.identify.read.limits import MAX_BITS, MAX_TEXT, NotUnderstood
from derive.identify.read.reading import read
from derive.prove.ball import Undecided
from derive.prove.facts import Facts
from derive.prove.ground import Disproved
from derive.prove.meaning import meaning
from derive.prove.steps import decide
from derive.prove.steps.limits import limit_at_infinity
from derive.vocabulary.condition import Condition


@pytest.fixture
def on_disk(monkeypatch: pytest.MonkeyPatch) -> dict[Path, bytes]:
    """What is known to be on the disk, in the order in which it was flushed; of a folder, nothing but that it is."""
    found: dict[Path, bytes] = {}
    flush = os.fsync

    def noted(descriptor: int) -> None:
        path = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
        found[path] = b"" if path.is_dir() else path.read_bytes()
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    return found


def test_every_file_and_folder_is_on_the_disk_before_it_takes_its_place(
    tmp_path: Path, on_disk: dict[Path, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    swap = publish._replace

    def replaced(staging: Path, folder: Path) -> None:
        wanted = {p: b"" if p.is_dir() else p.read_bytes() for p in (staging, *staging.rglob("*"))}
        assert {p: on_disk.get(p) for p in wanted} == wanted
        last = [p for p in on_disk if p in wanted][-sum(p.is_dir() for p in wanted) :]
        assert all(p.is_dir() for p in last)  # a folder is flushed when all that it holds is
        on_disk.clear()
        swap(staging, folder)
        assert list(on_disk) == [folder.parent]

    monkeypatch.setattr(publish, "_replace", replaced)
    publish.publish({"a": b"1", "deep/er/b": b"2"}, tmp_path / "generated")
    publish.publish({"a": b"2", "deep/er/b": b"2"}, tmp_path / "generated")


def test_a_repaired_file_is_on_the_disk_before_it_takes_its_place(
    tmp_path: Path, on_disk: dict[Path, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, swap = tmp_path / "loss.py", os.replace

    def replaced(new: str, old: Path) -> None:
        assert on_disk == {Path(new): b"right"}
        swap(new, old)

    file.write_bytes(b"wrong")
    monkeypatch.setattr(os, "replace", replaced)
    write(Rewritten(str(file), "right", hashlib.sha256(b"wrong").hexdigest(), ()))
    assert file.read_bytes() == b"right"


def test_a_text_and_a_number_may_be_so_long_and_no_longer() -> None:
    for text in ("x" * MAX_TEXT, str(2 ** (MAX_BITS - 1))):
        read(text)
    with pytest.raises(NotUnderstood, match="20001 characters"):
        read("x" * 20_001)
    with pytest.raises(NotUnderstood, match="a number of 4097 bits"):
        read(str(2**4096))


_SUM_OF_30 = "(" + " + ".join(["x"] * 30) + ")"


@pytest.mark.parametrize(
    ("formula", "most", "said"),
    [
        (lambda n: "exp(" * n + "x" + ")" * n, 99, "nested deeper than 100"),
        (lambda n: r"\exp(" * n + "x" + ")" * n, 99, "nested deeper than 100"),
        (lambda n: r"\mu" + " -" * n + "x", 100, "nested deeper than 100"),
        (lambda n: "a = x" + " + x" * 80 + "\nb = a" + " + x" * n, 78, "at most 3000 operations, 160 deep"),
        (lambda n: "exp(" * n + " + ".join([_SUM_OF_30] * 50) + ")" * n, 1, "at most 3000 operations, 160 deep"),
    ],
)
def test_a_formula_may_be_so_deep_and_so_large(formula: Callable[[int], str], most: int, said: str) -> None:
    read(formula(most))
    with pytest.raises(NotUnderstood) as caught:
        read(formula(most + 1))
    assert said in f"{caught.value.message} {caught.value.hint}"


def test_a_sampler_has_one_draw_in_each_of_its_noisy_terms() -> None:
    def of(text: str) -> object:
        return read_sampler(read(text).trees[-1], Expander())

    assert of("mu + exp(0.5*logvar)*eps") is not None
    assert of("mu + exp(0.5*logvar)") is None
    assert of("mu + exp(0.5*logvar)*eps**2") is None


def test_a_coefficient_that_depends_on_the_variable_is_no_coefficient() -> None:
    """The polynomial is the same; the integral of its terms is not the sum of coefficient times moment."""
    step = steps["expectation"]
    constant, slope, *rest = step.coefficients
    forged = (constant + slope * (x - mu1), sp.Integer(0), *rest)
    value = sp.Add(*(c * m.value for c, m in zip(forged, step.moments, strict=True)))
    with pytest.raises(Disproved, match="is free of x"):
        decide(altered(step, coefficients=forged, value=value))


_FOLLOWS = {">": {">", ">=", "!="}, "<": {"<", "<=", "!="}, ">=": {">="}, "<=": {"<="}, "!=": {"!="}}


@pytest.mark.parametrize("given", _FOLLOWS)
def test_a_condition_says_no_more_than_what_is_given(given: str) -> None:
    x, y, z = sp.symbols("x y z", real=True)
    facts = Facts([Condition(x * y, given, z)])
    assert {wanted for wanted in _FOLLOWS if facts.holds(Condition(x * y, wanted, z))} == _FOLLOWS[given]


@pytest.mark.parametrize("direction", [1, -1])
def test_a_limit_asks_for_the_sign_of_its_exponent(direction: int) -> None:
    a, b, t = sp.Symbol("a", real=True), sp.Symbol("b", positive=True), sp.Symbol("t", real=True)
    assert limit_at_infinity(sp.exp(-b * t**2), t, direction) == 0
    assert limit_at_infinity(sp.erf(-b * t), t, direction) == -direction
    for expr in (sp.exp(a * t**2), sp.exp(b * t**2), sp.erf(a * t)):
        with pytest.raises(Undecided):
            limit_at_infinity(expr, t, direction)


@pytest.mark.parametrize(
    ("exponent", "relation"),
    [(-1, "!="), (0, None), (2, None), (sp.Rational(1, 2), ">="), (sp.Rational(-1, 2), ">"), (mu1, ">")],
)
def test_a_power_asks_for_no_more_than_it_needs(exponent: sp.Expr, relation: str | None) -> None:
    found = meaning(sp.Pow(x, exponent, evaluate=False), ()).conditions
    assert [(c.lhs, c.relation, c.rhs) for c in found] == ([(x, relation, 0)] if relation else [])
