"""The emitted C on other processors and C libraries: the bits of 10,000 arguments of each function, and its self-tests.

    python tests/processors.py                       every platform whose compiler and emulator are here
    python tests/processors.py --only s390x --points 1000

A platform is a cross compiler and an emulator of qemu-user; what is missing is named with its Debian package, and is
a failure with DERIVE_REQUIRE_TOOLS=1. Programs are linked statically. Prints a table for docs/numerics.md; exit
status 1 where results differ or a self-test fails. Windows and macOS are not run: mingw-w64 only compiles.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 3600


@dataclass(frozen=True)
class Platform:
    """A way to build and to run the C; ``runs`` is the emulator, empty for this machine, None where nothing runs it."""

    name: str
    compiler: tuple[str, ...]
    package: str
    runs: tuple[str, ...] | None = ()


PLATFORMS = (
    Platform("x86-64, FMA and vectors found at run time", ("gcc",), "gcc"),
    Platform("x86-64, Nehalem: no FMA", ("gcc",), "gcc", ("qemu-x86_64-static", "-cpu", "Nehalem")),
    Platform("x86-64, Haswell", ("gcc", "-march=haswell"), "gcc", ("qemu-x86_64-static", "-cpu", "Haswell")),
    Platform("x86-64, fma in integers", ("gcc", "-DDERIVE_KL_SOFTWARE_FMA", "-DDERIVE_KL_NO_CLONES"), "gcc"),
    Platform("x86-64, musl", ("musl-gcc",), "musl-tools"),
    Platform(
        "i686, SSE2", ("i686-linux-gnu-gcc", "-msse2", "-mfpmath=sse"), "gcc-i686-linux-gnu", ("qemu-i386-static",)
    ),
    Platform("aarch64", ("aarch64-linux-gnu-gcc",), "gcc-aarch64-linux-gnu", ("qemu-aarch64-static",)),
    Platform(
        "aarch64, SVE",
        ("aarch64-linux-gnu-gcc", "-O3", "-march=armv8.2-a+sve"),
        "gcc-aarch64-linux-gnu",
        ("qemu-aarch64-static", "-cpu", "max"),
    ),
    Platform(
        "armhf, VFPv4", ("arm-linux-gnueabihf-gcc", "-mfpu=vfpv4"), "gcc-arm-linux-gnueabihf", ("qemu-arm-static",)
    ),
    Platform("armhf, VFPv3: no FMA", ("arm-linux-gnueabihf-gcc",), "gcc-arm-linux-gnueabihf", ("qemu-arm-static",)),
    Platform("riscv64", ("riscv64-linux-gnu-gcc",), "gcc-riscv64-linux-gnu", ("qemu-riscv64-static",)),
    Platform("ppc64le", ("powerpc64le-linux-gnu-gcc",), "gcc-powerpc64le-linux-gnu", ("qemu-ppc64le-static",)),
    Platform("s390x (big endian)", ("s390x-linux-gnu-gcc",), "gcc-s390x-linux-gnu", ("qemu-s390x-static",)),
    Platform("x86-64, mingw-w64", ("x86_64-w64-mingw32-gcc",), "gcc-mingw-w64-x86-64", None),
)

_DRIVER = r"""
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
@INCLUDES@

enum { N = @POINTS@ };
static uint64_t state = 1;

static uint64_t draw(void) /* splitmix64 */
{
    uint64_t z = (state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static double of_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* In [2^low, 2^(low + range)). */
static double sized(int low, int range)
{
    return of_bits((draw() >> 12) | (uint64_t)(1023 + low + (int)(draw() % (uint64_t)range)) << 52);
}

static double any(void)
{
    static const double ends[] = {0.0,       1.0,      0x1p-1074, 0x1p-1022, 0x1p1023,
                                  0x1p-149, 0x1p-126, 0x1p127,   700.0,     0x1p-53};
    const uint64_t kind = draw() % 16;
    if (kind == 0)
        return draw() % 8 == 0 ? (double)INFINITY : draw() % 8 == 0 ? (double)NAN : ends[draw() % 10];
    return kind == 1 ? sized(-1022, 2046) : kind < 6 ? sized(-60, 60) : sized(-4, 8);
}

/* Arguments of a function: apart by anything, by little, or not at all. */
static void argument(double *x, const double *other, const double *neutral, int positive)
{
    for (int i = 0; i < N; i++) {
        const uint64_t kind = draw() % 8, sign = draw() % 2;
        const double near = other != NULL ? other[i] : *neutral, off = sized(-58, 58);
        x[i] = kind < 3 ? any() : kind == 3 ? near : near + (sign != 0 ? off : -off) * (near != 0 ? near : 1.0);
        if (!positive && kind < 3 && sign != 0)
            x[i] = -x[i];
        if (positive)
            x[i] = fabs(x[i]);
    }
}

static uint64_t hash;

static void mix(uint64_t bits) { hash = (hash ^ bits) * UINT64_C(0x100000001b3); }

static void seen(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    mix(isnan(x) ? UINT64_C(0x7ff8000000000000) : bits);
}

static void told(const char *name, const char *form)
{
    printf("%s %s %016llx\n", name, form, (unsigned long long)hash);
    hash = UINT64_C(0xcbf29ce484222325);
}

static double a[4][N], r[5][N];
static float af[4][N], rf[5][N];

int main(void)
{
    hash = UINT64_C(0xcbf29ce484222325);
@SELFTESTS@
@CALLS@
    return 0;
}
"""


def _call(name: str, entry: dict[str, Any]) -> str:
    """What tries one function in every form and format, an argument of the second member near that of the first."""
    parameters, results = entry["parameters"], entry["results"]
    count, gradient = len(parameters), entry["role"] == "gradient"
    kinds = [(p["support"], p["location"]) for p in parameters]
    two = count % 2 == 0 and kinds[: count // 2] == kinds[count // 2 :]
    lines = ["{"]
    for i, p in enumerate(parameters):
        other = f"a[{i - count // 2}]" if two and i >= count // 2 else "NULL"
        positive = int(p["support"] == "positive")
        lines.append(f"static const double neutral{i} = {positive}.0;")
        lines.append(f"argument(a[{i}], {other}, &neutral{i}, {positive});")
        lines.append(f"for (int i = 0; i < N; i++) af[{i}][i] = (float)a[{i}][i];")
    for suffix, given, made, real in (("", "a", "r", "double"), ("f", "af", "rf", "float")):
        columns = ", ".join(f"{given}[{i}]" for i in range(count))
        outputs = ", ".join(f"{made}[{i}]" for i in range(len(results)))
        lines.append(f"derive_{name}_array{suffix}(N, {columns}, {outputs});")
        lines.append(f"for (int i = 0; i < N; i++) for (int k = 0; k < {len(results)}; k++) seen({made}[k][i]);")
        lines.append(f'told("{name}", "{real} array");')
        one = ", ".join(f"{given}[{i}][i]" for i in range(count))
        if gradient:
            slots = ", ".join(f"&one[{i}]" for i in range(len(results)))
            lines.append(f"for (int i = 0; i < N; i += 7) {{ {real} one[{len(results)}];")
            lines.append(f"derive_{name}{suffix}({one}, {slots});")
            lines.append(f"for (int k = 0; k < {len(results)}; k++) seen(one[k]); }}")
        else:
            lines.append(f"for (int i = 0; i < N; i += 7) seen(derive_{name}{suffix}({one}));")
        lines.append(f'told("{name}", "{real}");')
        if "sum" in entry["c"]["forms"]:
            parts = ", ".join(f"{given}[{i}] + i" for i in range(count))
            lines.append(f"for (int i = 0; i + 17 < N; i += 61) seen(derive_{name}_sum{suffix}(17, {parts}));")
            lines.append(f'told("{name}", "{real} sum");')
        if "value_grad_array" in entry["c"]["forms"]:
            value = name.removesuffix("_grad")
            lines.append(f"derive_{value}_value_grad_array{suffix}(N, {columns}, {made}[{len(results)}], {outputs});")
            lines.append(f"for (int i = 0; i < N; i++) for (int k = 0; k <= {len(results)}; k++) seen({made}[k][i]);")
            lines.append(f'told("{value}", "{real} value and gradient");')
    return "    " + "\n    ".join([*lines, "}"])


def driver(manifest: dict[str, Any], points: int) -> str:
    """A program that prints a digest of the results of every function, form and format."""
    functions = {n: e for family in manifest["families"] for n, e in family["functions"].items() if "c" in e}
    pairs = [Path(path).stem for family in manifest["families"] for path in family["files"] if path.endswith(".h")]
    return (
        _DRIVER.replace("@INCLUDES@", "\n".join(f'#include "{pair}.h"' for pair in pairs))
        .replace("@POINTS@", str(points))
        .replace("@SELFTESTS@", "\n".join(f'    printf("{p}_selftest %d\\n", {p}_selftest());' for p in pairs))
        .replace("@CALLS@", "\n".join(_call(name, entry) for name, entry in functions.items()))
    )


def _run(command: list[str], where: Path) -> str:
    made = subprocess.run(command, cwd=where, capture_output=True, text=True, timeout=LIMIT)
    if made.returncode:
        raise RuntimeError(
            f"{' '.join(command[:3])} … ended with {made.returncode}: {(made.stderr or made.stdout)[-400:]}"
        )
    return made.stdout


def tried(platform: Platform, place: Path, reference: str | None) -> tuple[str, str]:
    """The digests on a platform, and in words how it went. Raises RuntimeError where a program does not work."""
    flags = ["-std=c99", "-O2", *platform.compiler[1:], "-ffp-contract=off", "-Wall", "-Wextra", "-Werror"]
    end = ".exe" if platform.runs is None else ""
    for source in place.glob("*.c"):
        _run([platform.compiler[0], *flags, "-c", source.name, "-o", f"{source.stem}.o"], place)
    library = sorted(path.name for path in place.glob("derive_*.o"))
    for program in ("digests", "selftest"):
        _run([platform.compiler[0], "-static", f"{program}.o", *library, "-lm", "-o", program + end], place)
    if platform.runs is None:
        return "", "compiles, not run"
    said = _run([*platform.runs, "./selftest", "vectors.csv"], place).splitlines()[-1]
    found = _run([*platform.runs, "./digests"], place)
    wrong = [line for line in found.splitlines() if "_selftest " in line and not line.endswith(" 0")]
    if wrong:
        raise RuntimeError(", ".join(wrong))
    if reference is not None and found != reference:
        other = [a for a, b in zip(found.splitlines(), reference.splitlines(), strict=True) if a != b]
        raise RuntimeError(f"other bits: {', '.join(line.rsplit(' ', 1)[0] for line in other)}")
    return found, f"{said}; the same bits" if reference is not None else f"{said}; what the others are held to"


def main() -> int:
    """Try the platforms and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", metavar="NAME", help="platforms whose name has this, beside the first")
    parser.add_argument("--points", type=int, default=10_000, help="arguments of each function (10000)")
    given = parser.parse_args()
    manifest = json.loads((ROOT / "generated" / "manifest.json").read_text(encoding="utf-8"))
    failed, reference = 0, None
    with tempfile.TemporaryDirectory(prefix="derive-processors-") as folder:
        place = Path(folder)
        shutil.copytree(ROOT / "generated" / "c", place, dirs_exist_ok=True)
        (place / "digests.c").write_text(driver(manifest, given.points), encoding="utf-8")
        print("| platform | compiler | |\n| --- | --- | --- |")
        for number, platform in enumerate(PLATFORMS):
            if number and given.only is not None and given.only not in platform.name:
                continue
            tools = [platform.compiler[0], *(platform.runs or ())[:1]]
            missing = [tool for tool in tools if shutil.which(tool) is None]
            if missing:
                failed += bool(os.environ.get("DERIVE_REQUIRE_TOOLS"))
                said = f"not checked: no {' and no '.join(missing)} (Debian: {platform.package}, qemu-user-static)"
            else:
                try:
                    found, said = tried(platform, place, reference)
                    reference = reference or found
                except (RuntimeError, subprocess.TimeoutExpired) as error:
                    failed, said = failed + 1, f"FAILED: {error}"
            version = "" if missing else _run([platform.compiler[0], "-dumpfullversion"], place).strip()
            print(f"| {platform.name} | {' '.join(platform.compiler)} {version} | {said} |", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
