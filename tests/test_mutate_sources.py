"""The changes of derive's own sources: which are made, which are drawn, and which tests judge them first."""

from __future__ import annotations

import ast

import mutate_sources as sources
import pytest
from source_changes import changes


@pytest.mark.parametrize(
    ("source", "changed"),
    [
        ("x = a < b", ["(a <= b)"]),
        ("x = a and b", ["(a or b)", "(a)"]),
        ("f(not a)", ["pass", "(a)"]),
        ("if a:\n    raise ValueError(1 + 1)", ["False", "pass"]),
        ("x = min(a, key=f)", ["(max(a, key=f))"]),
        ("assert a < 1", []),
        ("x = a + arb(0, r)", ["(0 + 1)"]),
        ("x = zip(a, b, strict=True)", []),
        ("@dataclass(frozen=True, eq=False)\nclass A: pass", ["True"]),
        ("def f(x: Literal[1] = 2) -> 'A | B': return f'{x + 1}'", ["(2 + 1)"]),
    ],
)
def test_what_a_line_becomes(source: str, changed: list[str]) -> None:
    assert [after for _, after in changes(ast.parse(source))] == changed


def test_of_changes_that_are_alike_each_has_its_name() -> None:
    """An explanation is of one change, and one that is drawn does not draw the others."""
    every = [mutant for part in sources.PARTS for mutant in sources.mutants(part)]
    assert len({mutant.name for mutant in every}) == len(every)
    alike = [m for m in every if (m.path, m.place, m.before) == ("derive/publish/__init__.py", "_exchange_call", "2")]
    assert [m.name.partition(" -> ")[2] for m in alike] == ["(2 + 1)", "(2 + 1) (2)"]
    assert alike[0].line < alike[1].line


def test_a_larger_draw_holds_the_smaller_one_whatever_else_is_drawn() -> None:
    few, many = sources.drawn(["publish"], 5, 1), sources.drawn(["campaign", "publish"], 20, 1)
    assert few == [mutant for mutant in many if mutant.part == "publish"][:5]
    assert few != sources.drawn(["publish"], 5, 2)


def test_the_nearest_tests_run_first_and_of_these_the_quickest() -> None:
    cli, guards, publish, unrelated = (
        sources.ROOT / "tests" / f"test_{n}.py" for n in ("cli", "guards", "publish", "counter")
    )
    assert guards.stat().st_size < publish.stat().st_size
    every = [unrelated, cli, publish, guards]
    assert sources.nearest_first(every, "derive/publish/lock.py", {}) == [guards, publish, cli, unrelated]
    slow = {guards: 50.0, publish: 40.0}
    assert sources.nearest_first(every, "derive/publish/lock.py", slow) == [cli, publish, guards, unrelated]
    assert sources.nearest_first(every, "derive/checkout.py", {})[0] == cli


def test_every_part_has_tests_and_every_explanation_a_change() -> None:
    assert all(sources.tests_of(part) for part in sources.PARTS)
    assert sources.SURVIVORS.keys() <= {mutant.name for part in sources.PARTS for mutant in sources.mutants(part)}
