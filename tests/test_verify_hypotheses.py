"""What the proofs of the NumPy file suppose is measured; what nobody supposed or measured fails."""

from __future__ import annotations

import json

import kernel_material
import numpy as np
import pytest

from derive.report import Check, Status
from derive.verify.checks import hypotheses
from derive.verify.emitted import MANIFEST, Emitted, Files

PATH = "python/kl_normal.py"


def emitted(text: str | None = None, **changed: float) -> Emitted:
    """The NumPy file, or a text in its place, with what its bounds suppose, or something else."""
    bounds: dict[str, dict[str, dict[str, object]]] = {"binary64": {}, "binary32": {}}
    for kernel in (k for k in kernel_material.lowered().kernels if k.target == "python"):
        for precision, bound in kernel.bounds.items():
            proof = dict(bound.proof) | {key: changed[key] for key in changed.keys() & bound.proof.keys()}
            bounds[precision][kernel.name] = {"ulp": bound.ulp, "established": bound.established, **proof}
    manifest = json.dumps({"bounds": {"python": bounds}}).encode()
    content = kernel_material.files()[PATH] if text is None else text
    return Emitted(Files({MANIFEST: manifest, PATH: content.encode()}))


def checks(files: Emitted) -> dict[str, Check]:
    task = hypotheses.hypotheses_task(files, "quick", 1)
    found = task.conclude([chunk() for chunk in task.chunks])
    return {check.name.removeprefix("hypotheses: "): check for check in found}


def test_the_emitted_file_meets_what_is_supposed_of_it() -> None:
    found = checks(emitted())
    assert {name: check.status for name, check in found.items()} == dict.fromkeys(found, Status.PASSED)
    assert set(found) >= {"np.exp", "np.expm1", "np.log", "np.log1p", "entries of the tables"}
    assert all(check.figures["supposed"] for name, check in found.items() if name.startswith("np."))


@pytest.mark.parametrize("what", ["exp", "log", "expm1", "log1p"])
def test_a_function_that_is_worse_than_supposed_fails(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    good = getattr(np, what)
    monkeypatch.setattr(np, what, lambda x: good(x) * (1 + 2.0**-51))
    found = checks(emitted())
    assert [name for name, check in found.items() if check.status is Status.FAILED] == [f"np.{what}"]
    assert "supposed" in found[f"np.{what}"].detail


def test_every_entry_of_a_table_is_measured_from_below_one_and_from_above() -> None:
    asked: list[np.ndarray] = []

    def table(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        asked.append(x)
        return x, x

    for entries in hypotheses._ENTRIES.values():
        list(entries(table))
    exponents, weights, *quotients = asked
    assert exponents.tolist() == weights.tolist() == list(range(-8191, 8192))
    cells = [(1 + m / 256) * 2.0**e for e in range(-16, 16) for m in range(256)][1:]
    for quotient in quotients:
        assert quotient.tolist() == [c if c >= 1 else np.nextafter(c, 0) for c in cells]


def test_an_entry_that_is_worse_than_supposed_fails() -> None:
    found = checks(emitted(supposed_entries_ulp=0.501))
    assert [name for name, check in found.items() if check.status is Status.FAILED] == ["entries of the tables"]


def test_a_table_of_which_no_entry_is_measured_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    name = next(iter(hypotheses._ENTRIES))
    monkeypatch.setitem(hypotheses._ENTRIES, name, lambda table: iter(()))
    (check,) = (check for check in checks(emitted()).values() if check.status is Status.FAILED)
    assert check.detail == f"{name}: no entry was measured"


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("np.log1p(", "np.sinh(", "np.sinh"),
        ("def _exponential_entry(", "def _another_entry(", "_another_entry"),
    ],
)
def test_what_nothing_measures_fails_and_is_named(old: str, new: str, named: str) -> None:
    text = kernel_material.files()[PATH].replace(old, new)
    failed = [check.detail for check in checks(emitted(text)).values() if check.status is Status.FAILED]
    assert any(named in detail for detail in failed)
