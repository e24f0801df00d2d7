"""The emitted C where the processor takes subnormal numbers for zero."""

from __future__ import annotations

import csv
import ctypes
import math
import platform
import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from derive.pipeline import tools_required
from derive.vendor import vendor

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("expm1mx", "log1pmx", "kl_unit_logvar", "kl_normal_std", "kl_normal_logstd")
SMALLEST = 2.0**-1022
#: Means that are nearer than this have a difference that loses bits: docs/numerics.md.
NEAREST = 1e-285

#: Flush-to-zero and denormals-are-zero are the bits 15 and 6 of the control register; they are put back at once.
_MODE = """\
#include <xmmintrin.h>
double flushed(int n, void *f, const double *x)
{
    const unsigned usual = _mm_getcsr();
    double out;
    _mm_setcsr(usual | 0x8040);
    out = n == 1 ? ((double (*)(double))f)(x[0]) : n == 2 ? ((double (*)(double, double))f)(x[0], x[1])
        : ((double (*)(double, double, double, double))f)(x[0], x[1], x[2], x[3]);
    _mm_setcsr(usual);
    return out;
}
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    folder = tmp_path_factory.mktemp("flushed")
    vendor("c", folder, NAMES)
    (folder / "mode.c").write_text(_MODE)
    files = [path.name for path in folder.glob("*.c") if path.name != "selftest.c"]
    command = ["cc", "-O1", "-shared", "-fPIC", "-o", "flushed.so", *files, "-lm"]
    subprocess.run(command, cwd=folder, check=True, timeout=120)
    found = ctypes.CDLL(str(folder / "flushed.so"))
    found.flushed.restype = ctypes.c_double
    return found


@pytest.fixture
def both(need: Callable[..., None], request) -> Callable[..., tuple[float, float]]:
    """A function's value as usual, and with subnormal numbers flushed."""
    need("cc")
    if platform.machine() not in ("x86_64", "AMD64"):
        (pytest.fail if tools_required() else pytest.skip)("NOT CHECKED: this way to flush is that of x86-64")
    library = request.getfixturevalue("library")

    def values(name: str, *arguments: float) -> tuple[float, float]:
        function = getattr(library, f"derive_{name}")
        function.restype, function.argtypes = ctypes.c_double, [ctypes.c_double] * len(arguments)
        return function(*arguments), library.flushed(len(arguments), function, (ctypes.c_double * 4)(*arguments))

    return values


def keeps_its_bits(arguments: list[float], value: float) -> bool:
    """Whether docs/numerics.md promises it."""
    means_apart = abs(arguments[0] - arguments[2]) if len(arguments) == 4 else 0.0
    return (
        all(x == 0 or abs(x) >= SMALLEST for x in arguments)
        and (value == 0 or abs(value) > SMALLEST)
        and not 0 < means_apart < NEAREST
    )


def test_no_nan_arises_and_normal_numbers_keep_their_bits(both: Callable[..., tuple[float, float]]) -> None:
    lines = [line for line in (ROOT / "generated/c/vectors.csv").read_text().splitlines() if line[:1] not in ("#", "")]
    seen = dict.fromkeys(NAMES, 0)
    for row in csv.DictReader(lines):
        if row["function"] not in NAMES or row["precision"] != "binary64":
            continue
        arguments = [float.fromhex(row[f"arg{i}"]) for i in range(1, 5) if row[f"arg{i}"]]
        usual, flushed = both(row["function"], *arguments)
        assert math.isnan(flushed) == math.isnan(usual), row
        if keeps_its_bits(arguments, usual):
            assert flushed == usual, row
            seen[row["function"]] += 1
    assert min(seen.values()) > 10


def test_means_further_apart_than_the_limit_keep_the_bits_and_nearer_ones_do_not(
    both: Callable[..., tuple[float, float]],
) -> None:
    draw = random.Random(1)
    compared = 0
    for _ in range(20000):
        apart, scale = NEAREST * 10 ** draw.uniform(0, 3), 10 ** draw.uniform(-300, -270)
        mean = draw.choice((-1, 1)) * 10 ** draw.uniform(-300, -280)
        other = scale * (1 + draw.choice((0, 1e-9, 1)) * draw.random())
        for name, first, second in (
            ("kl_normal_std", scale, other),
            ("kl_normal_logstd", math.log(scale), math.log(other)),
        ):
            arguments = [mean + apart, first, mean, second]
            usual, flushed = both(name, *arguments)
            if keeps_its_bits(arguments, usual):
                assert flushed == usual, arguments
                compared += 1
    assert compared > 10000
    near = ("0x1.b25af1dcf85c2p-1020", "-0x1.663558e2cd6c6p+9", "0x1.b2068d85b0620p-1020", "-0x1.663558e2cd6b5p+9")
    usual, flushed = both("kl_normal_logstd", *map(float.fromhex, near))
    assert usual == pytest.approx(122.779, abs=1e-3)
    assert flushed < 1e-23
