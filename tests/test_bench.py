"""The benchmarks run, name what they could not measure, and see a loop that is no vector code. No time is asserted."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

import pytest

from derive import cli
from derive.bench import accuracy, loops, race, report, speed
from derive.bench.formulas import BY_ACCURACY, NAIVE
from derive.errors import UsageError
from derive.pictures import measured, style
from derive.pipeline import tools_required
from derive.report import Check, Status, silent
from derive.verify.targets.compilers import NO_CLONES

ROOT = Path(__file__).resolve().parent.parent
GENERATED = ROOT / "generated"


@pytest.fixture(scope="module")
def errors() -> list[accuracy.Errors]:
    if shutil.which("cc") is None:
        (pytest.fail if tools_required() else pytest.skip)("NOT CHECKED: cc missing")
    return accuracy.measure(GENERATED, report.SHOWN, 40)


@pytest.fixture(autouse=True)
def quick_to_compile(monkeypatch: pytest.MonkeyPatch) -> None:
    """One build, of which no time is asked."""
    monkeypatch.setattr(speed, "BUILDS", {"C, cc -O3": ("-O0", NO_CLONES)})


def raced(kernel: str, precision: str, python: Path | None = None, cases: Sequence[speed.Case] = ()) -> speed.Speed:
    return speed.measure(
        GENERATED,
        kernels=[kernel],
        sizes=[100],
        precisions=[precision],
        seconds=0.0,
        python=python,
        progress=silent,
        cases=cases,
    )


@pytest.mark.parametrize("precision", ["binary64", "binary32"])
def test_every_contestant_is_timed_or_named(need: Callable[..., None], precision: str) -> None:
    need("cc")
    found = raced("kl_unit_logvar", precision)
    (row,) = found.rows
    assert {"stream", "NumPy file", "NumPy, naive", *speed.BUILDS} <= set(row.ns)
    assert all(0 < ns < math.inf for ns in row.ns.values())
    assert row.ratio("stream", "stream") == 1.0
    timed = {peer for peer in race.PEERS if f"{peer}, naive" in row.ns}
    assert timed | set(found.missing) == set(race.PEERS)
    text = "\n".join(speed.as_text(found))
    assert all(f"not measured: {peer}" in text for peer in found.missing)
    assert json.dumps(found.as_json())


def test_a_python_that_is_none_is_a_wrong_request(need: Callable[..., None], tmp_path: Path) -> None:
    need("cc")
    with pytest.raises(UsageError, match="cannot run"):
        raced("kl_unit_logvar", "binary64", tmp_path / "python")


def test_a_program_that_is_no_python_is_a_wrong_request(need: Callable[..., None], tmp_path: Path) -> None:
    need("cc")
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\ncat > /dev/null\n")
    program.chmod(0o755)
    with pytest.raises(UsageError, match="gave no answer"):
        raced("kl_unit_logvar", "binary64", program)


def test_every_naive_formula_is_its_kernel() -> None:
    """At ordinary arguments, where the usual formulas have most of their digits."""
    import numpy as np

    from derive import generated

    functions = {"exp": np.exp, "log": np.log, "expm1": np.expm1}
    for name, usual in NAIVE.items():
        at = [0.75, 1.5, -0.5, 0.625][: len(usual.parameters)]
        value = eval(usual.expression, dict(functions), dict(zip(usual.parameters, at, strict=True)))
        assert math.isclose(value, getattr(generated, name)(*at), rel_tol=1e-13), name
    for usual in BY_ACCURACY:
        value = eval(usual.expression, dict(functions), {"mu": 0.75, "logvar": 1.5})
        assert math.isclose(value, generated.kl_unit_logvar(0.75, 1.5), rel_tol=1e-13), usual.name


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_all_loops_over_arrays_are_vector_code(need: Callable[..., None], compiler: str) -> None:
    need(compiler)
    found = loops.look(GENERATED, compiler)
    assert len(found.hot) > 30 and found.scalar == [] and found.calls == 0


def test_a_loop_that_is_no_vector_code_is_seen(
    need: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need("gcc")
    source = (GENERATED / "c" / "derive_kl.c").read_text()
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "derive_kl.h").write_bytes((GENERATED / "c" / "derive_kl.h").read_bytes())
    store = "to[i] = kl_unit_logvarf_inline("
    assert store in source
    (tmp_path / "c" / "derive_kl.c").write_text(source.replace(store, f"if (mu[i] > 2.0f) break; {store}"))
    found = loops.look(tmp_path, "gcc")
    assert len(found.scalar) == 1
    monkeypatch.setattr(loops, "look", lambda folder, compiler: found)
    assert {check.status for check in loops.checks(tmp_path)} == {Status.FAILED}


def test_near_the_optimum_ours_is_right_and_the_usual_formulas_are_not(errors: list[accuracy.Errors]) -> None:
    for found in errors:
        assert found.worst[accuracy.OURS] <= 1.0
        assert not found.negative[accuracy.OURS]
        if found.distance <= 1e-3:
            assert all(found.worst[usual.name] > 100.0 for usual in BY_ACCURACY)


def test_the_table_has_a_row_for_everything(errors: list[accuracy.Errors], need: Callable[..., None]) -> None:
    need("cc")
    alone = report.table(errors)
    assert any(line.startswith("| `(r + mu² - 1 - log(r))/2, r = std²` in NumPy, as in frameworks |") for line in alone)
    assert len(alone) == 2 + len(BY_ACCURACY) + 1
    cases = accuracy.cases(report.SHOWN, 3000)
    made = raced("kl_unit_logvar", "binary64", cases=cases)
    found = accuracy.of_contestants(report.SHOWN, 3000, made)
    lines = [line for line in report.table(found + report.formulas_alone(errors), made) if line.startswith("|")]
    assert len({line.count("|") for line in lines}) == 1
    timed = [label for label in made.rows[0].ns if label != "stream" and not label.endswith("sum")]
    assert len(lines) == 2 + len(timed) + len(BY_ACCURACY) - 1
    for each in found:
        assert all(each.worst[label] <= 1.0 for label in speed.BUILDS)
        assert each.worst["NumPy file"] <= 4.0
        assert each.worst["NumPy, naive"] > 100.0


def test_the_plot_is_drawn_alike_twice(
    errors: list[accuracy.Errors], tmp_path: Path, need_module: Callable[[str, str], ModuleType]
) -> None:
    need_module("matplotlib", "pip install matplotlib")
    for name in ("first.svg", "second.svg"):
        style.save(measured.error_picture(errors), tmp_path / name, "text")
    assert (tmp_path / "first.svg").read_bytes() == (tmp_path / "second.svg").read_bytes()


def test_the_command_answers_in_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(loops, "checks", lambda folder: [Check("loops", Status.FAILED, str(folder))])
    assert cli.run(["bench", "--loops", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["loops"][0]["name"] == "loops"


def test_a_folder_without_the_emitted_files_is_a_wrong_request(tmp_path: Path) -> None:
    assert cli.run(["bench", str(tmp_path)]) == 2
    assert cli.run(["report", str(tmp_path)]) == 2
