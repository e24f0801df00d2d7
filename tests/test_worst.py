"""The worst inputs that the headers name: where they come from, and that the check evaluates what is written there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import kernel_material
import pytest

from derive.emit.worst import Worst, worst_inputs
from derive.verify.checks import worst
from derive.verify.emitted import MANIFEST, Emitted
from derive.verify.targets.compiled import Compiled
from derive.verify.targets.compilers import NO_CLONES, Build, first_compiler

HEADERS = {path: text for path, text in kernel_material.files().items() if path.endswith(".h")}
NAMED = [it for text in HEADERS.values() for it in worst.named(text)]


@pytest.fixture(scope="module")
def emitted(small: Path) -> Emitted:
    return Emitted.read(small)


@pytest.fixture(scope="module")
def compiled() -> Compiled:
    return Compiled(Build(first_compiler(), "C99", ("-O1", NO_CLONES)))


def judged(emitted: Emitted, compiled: Compiled) -> str:
    task = worst.worst_task(emitted, compiled)
    (check,) = task.conclude([chunk() for chunk in task.chunks])
    return f"{check.status.value}: {check.detail}"


def changed(emitted: Emitted, pattern: str, new: str) -> Emitted:
    (path,) = emitted.paths(".h")
    text, count = re.subn(pattern, new, emitted.text(path), count=1)
    assert count == 1
    return emitted.with_text(path, text)


def test_every_function_is_named_with_an_input_in_each_format() -> None:
    """But those that are correctly rounded."""
    kernels = [k for k in kernel_material.lowered().kernels if k.target == "c"]
    expected = {(k.name, p) for k in kernels for p, bound in k.bounds.items() if bound.established != "exhaustive"}
    expected |= {(f"{k.name}_sum", p) for k in kernels for p in k.sums}
    assert len(expected) > 80
    assert {(it.name, it.precision.name) for it in NAMED} == expected
    assert len(NAMED) == len(expected)


def test_what_the_headers_name_is_the_table() -> None:
    for it in NAMED:
        known = worst_inputs()["c", it.precision.name, it.name]
        assert (it.ulp, it.copies or 1) == (known.ulp, known.copies)
        assert [float.fromhex(x) for x in it.at] == [float.fromhex(x) for x in known.at]


def test_the_worst_of_every_bound_is_below_it() -> None:
    kernels = [k for k in kernel_material.lowered().kernels if k.target == "c"]
    bounds = {(k.name, p): b for k in kernels for p, b in k.bounds.items()}
    bounds |= {(f"{k.name}_sum", p): b for k in kernels for p, b in k.sums.items()}
    for it in NAMED:
        assert 0.45 < float(it.ulp) <= bounds[it.name, it.precision.name].ulp


def test_numbers_are_short() -> None:
    assert str(Worst("0.5000", ("0x1.8000000000000p-3", "0x0.0p+0", "0x1.0000000000000p+4", "-inf"))) == (
        "0.5000 ulp at (0x1.8p-3, 0x0p+0, 0x1p+4, -inf)"
    )
    assert str(Worst("1.5000", ("0x1.0p+0",), 63)) == "1.5000 ulp at 63 copies of (0x1p+0)"


def test_what_the_headers_state_is_found(emitted: Emitted, compiled: Compiled) -> None:
    count = sum(1 for path in emitted.paths(".h") for _ in worst.named(emitted.text(path)))
    assert count > 4
    assert judged(emitted, compiled) == f"passed: {count} with the errors as stated"


@pytest.mark.parametrize(
    ("pattern", "new", "said"),
    [
        (r"(Worst found: binary64: 0\.)\d{4}", r"\g<1>1234", "says 0.1234 ulp of"),
        (r"(Worst\s+sum\s+found:\s+binary64:\s+\d\.)\d{4}", r"\g<1>1234", "_sum in binary64"),
        (r"ulp\s+at\s+(\d+)\s+copies", "ulp at 12 copies", "_sum in binary"),
        (r"ulp\s+at\s+\d+\s+copies", "ulp at several copies", "can be read"),
        (r"Worst found: binary64", "Worst found: double", "can be read"),
        (r"Worst found:", "Worst:", "can be read"),
        (r"(Worst\s+found: binary64: [\d.]+\s+ulp\s+at\s+\()\S+,", r"\g<1>0x1.1p+0,", "it is"),
        (r"(Worst\s+found: binary64: [\d.]+\s+ulp\s+at\s+\()\S+,", r"\g<1>0x1.1p+0, 0x1p+0,", "names 3 arguments of"),
        (r"(Worst\s+found: binary64: [\d.]+\s+ulp\s+at\s+\()\S+,", r"\g<1>one,", "names no arguments of"),
    ],
)
def test_an_input_that_is_not_what_is_said_of_it_fails(
    emitted: Emitted, compiled: Compiled, pattern: str, new: str, said: str
) -> None:
    found = judged(changed(emitted, pattern, new), compiled)
    assert found.startswith("failed: ")
    assert said in found
    assert "derive verify --hunt" in found


def test_a_bound_below_the_worst_input_fails(emitted: Emitted, compiled: Compiled) -> None:
    manifest = json.loads(emitted.text(MANIFEST))
    function = next(worst.named(emitted.text(emitted.paths(".h")[0]))).function
    manifest["bounds"]["c"]["binary64"][function]["ulp"] = 0.4
    assert "beyond its bound" in judged(emitted.with_text(MANIFEST, json.dumps(manifest)), compiled)
