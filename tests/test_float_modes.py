"""The emitted C where the processor takes subnormal numbers for zero."""

from __future__ import annotations

import csv
import ctypes
import math
import platform
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from derive.pipeline import tools_required
from derive.vendor import vendor

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("expm1mx", "log1pmx", "kl_unit_logvar", "kl_normal_std")

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


def test_no_nan_arises_and_normal_numbers_keep_their_bits(need: Callable[..., None], request) -> None:
    need("cc")
    if platform.machine() not in ("x86_64", "AMD64"):
        (pytest.fail if tools_required() else pytest.skip)("NOT CHECKED: this way to flush is that of x86-64")
    library = request.getfixturevalue("library")
    lines = [line for line in (ROOT / "generated/c/vectors.csv").read_text().splitlines() if line[:1] not in ("#", "")]
    seen = dict.fromkeys(NAMES, 0)
    for row in csv.DictReader(lines):
        if row["function"] not in NAMES or row["precision"] != "binary64":
            continue
        arguments = [float.fromhex(row[f"arg{i}"]) for i in range(1, 5) if row[f"arg{i}"]]
        given = (ctypes.c_double * 4)(*arguments)
        function = getattr(library, f"derive_{row['function']}")
        function.restype, function.argtypes = ctypes.c_double, [ctypes.c_double] * len(arguments)
        usual = function(*arguments)
        flushed = library.flushed(len(arguments), function, given)
        assert math.isnan(flushed) == math.isnan(usual), row
        if all(x == 0 or not abs(x) < 2.0**-1022 for x in (*arguments, usual)) and not math.isnan(usual):
            assert flushed == usual, row
            seen[row["function"]] += 1
    assert min(seen.values()) > 10
