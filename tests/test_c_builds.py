"""The emitted C where the library's fma is not trusted, where no macro tells how it is compiled, and in C++."""

from __future__ import annotations

import ctypes
import itertools
import math
import os
import random
import subprocess
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import kernel_material
import pytest

SOURCES = {name: kernel_material.files()[f"c/{name}"] for name in ("derive_kl.c", "derive_kl.h")}
NO_CLONES, SOFTWARE = "-DDERIVE_KL_NO_CLONES", "-DDERIVE_KL_SOFTWARE_FMA"

_TRY = """
#include "derive_kl.c"
double try_fma(double a, double b, double c) { return fma(a, b, c); }
int selftest(void) { return derive_kl_selftest(); }
#if defined(__SSE2__)
#include <xmmintrin.h>
/* As under -ffast-math of another library: subnormal numbers are zero, as arguments (0x40) and as results (0x8000). */
void flushed(void (*f)(double, double, double, double, double *, double *, double *, double *), const double *a,
             double *out)
{
    const unsigned before = _mm_getcsr();
    _mm_setcsr(before | 0x8040u);
    f(a[0], a[1], a[2], a[3], out, out + 1, out + 2, out + 3);
    _mm_setcsr(before);
}
double flushed_value(double (*f)(double, double, double, double), const double *a)
{
    const unsigned before = _mm_getcsr();
    double value;
    _mm_setcsr(before | 0x8040u);
    value = f(a[0], a[1], a[2], a[3]);
    _mm_setcsr(before);
    return value;
}
#endif
"""


def library(folder: Path, *command: str) -> ctypes.CDLL:
    """derive_kl.c with a look inside, as a library."""
    for name, text in SOURCES.items():
        (folder / name).write_text(text)
    (folder / "try.c").write_text(_TRY)
    built = [*command, "-std=c99", "-shared", "-fPIC", "-o", "try.so", "try.c", "-lm"]
    subprocess.run(built, cwd=folder, check=True, env={**os.environ, "LC_ALL": "C"})
    return ctypes.CDLL(str(folder / "try.so"))


def selftest(folder: Path, *command: str) -> int:
    """What derive_kl_selftest() returns, in a process of its own.

    A library that clang built with -ffast-math flushes subnormal numbers to zero in the whole process that loads it.
    """
    for name, text in SOURCES.items():
        (folder / name).write_text(text)
    (folder / "main.c").write_text('#include "derive_kl.c"\nint main(void) { return derive_kl_selftest(); }\n')
    built = [*command, "-std=c99", "-o", "main", "main.c", "-lm"]
    subprocess.run(built, cwd=folder, check=True, env={**os.environ, "LC_ALL": "C"})
    return subprocess.run([folder / "main"], check=False).returncode


def triples(count: int) -> list[tuple[float, float, float]]:
    """Factors and summands of every size; ties, cancellation to the last bit, and results below the normal range."""
    rng = random.Random(1)
    found: list[tuple[float, float, float]] = []

    def number(low: int, high: int) -> float:
        bits = rng.choice([1, 3, 26, 27, 53])
        return rng.choice([-1.0, 1.0]) * math.ldexp(rng.getrandbits(bits) | 1, rng.randint(low, high) - bits)

    for _ in range(count):
        low, high = rng.choice([(-40, 40), (-540, -480), (-1070, -1000), (400, 520), (-1074, 1020)])
        a, b = number(low, high), number(low, high)
        product = Fraction(a) * Fraction(b)
        near = float(product) if abs(product) < 2**1023 else 1.0
        c = rng.choice([-near, near, near * 2.0 ** rng.randint(-110, 110), number(-1070, 1020), 0.0, -0.0, -near * 1.5])
        found.append((a, b, c if math.isfinite(c) else 1.0))
    return found


def fused(a: float, b: float, c: float) -> float:
    exact = Fraction(a) * Fraction(b) + Fraction(c)
    if exact == 0:
        return a * b + c
    try:
        return float(exact) if float(exact) != 0.0 else -0.0 if exact < 0 else 0.0
    except OverflowError:
        return -math.inf if exact < 0 else math.inf


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_the_software_fma_rounds_once(compiler: str, need: Callable[..., None], tmp_path: Path) -> None:
    need(compiler)
    lib = library(tmp_path, compiler, "-O1", NO_CLONES, SOFTWARE)
    call = lib.try_fma
    call.restype, call.argtypes = ctypes.c_double, [ctypes.c_double] * 3
    for at in triples(20_000):
        got, right = call(*at), fused(*at)
        assert got.hex() == right.hex(), [x.hex() for x in at]
    inf, nan = math.inf, math.nan
    for at in ((inf, 0.0, 1.0), (inf, 1.0, -inf), (nan, 1.0, 1.0), (1.0, 1.0, nan)):
        assert math.isnan(call(*at))
    assert (call(inf, 2.0, 1.0), call(1.0, 1.0, -inf), call(2.0, 2.0**1023, -(2.0**1023))) == (inf, -inf, 2.0**1023)
    assert lib.selftest() == 0


@pytest.mark.parametrize(("compiler", "flags"), [
    ("gcc", ("-O2",)), ("gcc", ("-O0", NO_CLONES)), ("gcc", ("-O3", "-march=native")), ("clang", ("-O2", NO_CLONES)),
    ("gcc", ("-O2", "-ffp-contract=fast", NO_CLONES)),
])  # fmt: skip
def test_the_selftest_passes(compiler: str, flags: tuple[str, ...], need: Callable[..., None], tmp_path: Path) -> None:
    need(compiler)
    assert selftest(tmp_path, compiler, *flags) == 0


@pytest.mark.parametrize(("compiler", "flags"), [
    ("clang", ("-O2", "-funsafe-math-optimizations")),
    ("clang", ("-O2", "-ffast-math", "-fno-finite-math-only")),
    ("clang", ("-O2", "-fassociative-math", "-fno-signed-zeros", "-fno-trapping-math")),
    ("clang", ("-O2", "-freciprocal-math")),
    ("gcc", ("-O2", "-freciprocal-math")),
])  # fmt: skip
def test_what_breaks_the_arithmetic_is_refused_or_seen_by_the_selftest(
    compiler: str, flags: tuple[str, ...], need: Callable[..., None], tmp_path: Path
) -> None:
    need(compiler)
    try:
        result = selftest(tmp_path, compiler, *flags, NO_CLONES, "-w")
    except subprocess.CalledProcessError:
        return  # by #error
    assert result != 0


def test_a_fma_that_rounds_twice_is_seen_by_the_selftest(need: Callable[..., None], tmp_path: Path) -> None:
    need("gcc")
    (tmp_path / "twice.h").write_text(
        "#include <math.h>\n#define fma(a, b, c) ((double)((long double)(a) * (b) + (c)))\n"
    )
    assert selftest(tmp_path, "gcc", "-O1", NO_CLONES, "-w", "-include", "twice.h") == 2


@pytest.mark.parametrize("standard", ["c++11", "c++14", "c++17"])
@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_it_is_cpp_of_any_year(compiler: str, standard: str, need: Callable[..., None], tmp_path: Path) -> None:
    need(compiler)
    for name, text in SOURCES.items():
        (tmp_path / name).write_text(text)
    flags = ("-x", "c++", f"-std={standard}", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror", NO_CLONES)
    subprocess.run([compiler, *flags, "-fsyntax-only", "derive_kl.c"], cwd=tmp_path, check=True)


def test_hidden_visibility_exports_what_the_header_declares(need: Callable[..., None], tmp_path: Path) -> None:
    need("gcc")
    library(tmp_path, "gcc", "-O1", NO_CLONES)
    built = ["gcc", "-std=c99", "-O1", NO_CLONES, "-fvisibility=hidden", "-shared", "-fPIC", "-o", "kl.so"]
    subprocess.run([*built, "derive_kl.c", "-lm"], cwd=tmp_path, check=True)
    said = subprocess.run(
        ["nm", "-D", "--defined-only", "kl.so"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    exported = {line.split()[-1] for line in said.stdout.splitlines()}
    kernels = kernel_material.lowered().kernels
    in_c = [k.name for k in kernels if k.target == "c" and kernel_material.path_of(k) == "c/derive_kl.c"]
    declared = {f"derive_{name}{form}" for name in in_c for form in ("", "f", "_array", "_arrayf")}
    assert {"derive_kl_selftest", *declared} <= exported
    assert all(name.startswith("derive_") for name in exported)


def test_a_float_evaluation_of_one_is_harmless_for_double(need: Callable[..., None], tmp_path: Path) -> None:
    """s390x says so with -std=c99: float is computed as double, which no kernel looks at."""
    need("gcc")
    for method, refused in ((1, False), (2, True)):
        for name, text in SOURCES.items():
            (tmp_path / name).write_text(text)
        flags = ("-U__FLT_EVAL_METHOD__", f"-D__FLT_EVAL_METHOD__={method}")
        built = ["gcc", "-std=c99", "-w", "-fsyntax-only", NO_CLONES, *flags, "derive_kl.c"]
        assert (subprocess.run(built, cwd=tmp_path, capture_output=True, check=False).returncode != 0) == refused


@pytest.mark.parametrize("scale", ["std", "var", "logstd", "logvar"])
def test_where_subnormal_numbers_are_flushed_no_number_gives_nan(
    scale: str, need: Callable[..., None], tmp_path: Path
) -> None:
    need("gcc")
    lib = library(tmp_path, "gcc", "-O1", NO_CLONES)
    if not hasattr(lib, "flushed"):
        pytest.skip("NOT CHECKED: subnormal numbers are flushed by a register of x86 here")
    lib.flushed_value.restype = ctypes.c_double
    function, gradient = (ctypes.cast(lib[f"derive_kl_normal_{scale}{end}"], ctypes.c_void_p) for end in ("", "_grad"))
    scales = (5e-324, 2.0**-1040, 2.0**-1022, 1.0, 2.0**1000, *((-1e-310, 0.0) if scale.startswith("log") else ()))
    means = (0.0, 5e-324, -(2.0**-1060), 1.0, 2.0**1000)
    for point in itertools.product(means, scales, means, scales):
        at, out = (ctypes.c_double * 4)(*point), (ctypes.c_double * 4)()
        lib.flushed(gradient, at, out)
        values = [lib.flushed_value(function, at), *out]
        assert not any(map(math.isnan, values)), (point, values)
