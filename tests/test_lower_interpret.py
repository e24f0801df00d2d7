"""The interpreter of kernel trees has the bits of the compiled C; its FMA is exact arithmetic rounded once."""

from __future__ import annotations

import ctypes
import math
import random
import struct
import subprocess
from collections.abc import Callable, Iterator
from fractions import Fraction

import kernel_material
import numpy as np
import pytest
from flint import arb, ctx
from hypothesis import example, given
from hypothesis import strategies as st

from derive.errors import MissingTool
from derive.lower.interpret import evaluate, fused, run, trace
from derive.lower.vectors import rounded
from derive.pipeline import tools_required
from derive.verify.targets.compilers import NO_CLONES, first_compiler
from derive.vocabulary.kernel import Kernel, Kind, Role, argument, function, node, operands, result

IN_C = [k for k in kernel_material.lowered().kernels if k.target == "c"]
NAMES = [k.name for k in IN_C]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    """The C, compiled; without a compiler the tests that need it are skipped in words."""
    try:
        compiler = first_compiler()
    except MissingTool as error:
        (pytest.fail if tools_required() else pytest.skip)(f"NOT CHECKED: {error.message}")
    folder = tmp_path_factory.mktemp("c")
    sources = kernel_material.write_c(folder)
    flags = ["-std=c99", "-O1", NO_CLONES, "-shared", "-fPIC"]
    subprocess.run([compiler, *flags, "-o", "kl.so", *sources, "-lm"], cwd=folder, check=True)
    return ctypes.CDLL(str(folder / "kl.so"))


def compiled(library: ctypes.CDLL, kernel: Kernel, real: type) -> Callable[..., tuple[float, ...]]:
    """The scalar form of a kernel, giving the tuple of its results."""
    call = library[f"derive_{kernel.name}{'f' if real is ctypes.c_float else ''}"]
    if kernel.role is not Role.GRADIENT:
        call.restype, call.argtypes = real, [real] * len(kernel.parameters)
        return lambda *at: (call(*at),)
    call.restype = None
    call.argtypes = [real] * len(kernel.parameters) + [ctypes.POINTER(real)] * len(kernel.results)

    def several(*at: float) -> tuple[float, ...]:
        out = [real() for _ in kernel.results]
        call(*at, *map(ctypes.byref, out))
        return tuple(o.value for o in out)

    return several


def points(kernel: Kernel, count: int) -> Iterator[tuple[float, ...]]:
    """Points of all magnitudes: near the optimum, ordinary, huge, tiny, special."""
    source = random.Random(kernel.name)
    special = (0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan, 5e-324, 1.7e308, -40.5, 2.0**-300, 710.0)

    def mean() -> float:
        return source.choice((source.gauss(0, 1), source.gauss(0, 1) * 2.0 ** source.randint(-1070, 1020)))

    def scale(support: str) -> float:
        near = 2.0 ** -source.randint(0, 60) * source.gauss(0, 1)
        if support == "real":
            return source.choice((near, source.gauss(0, 5), source.uniform(-800, 800)))
        return source.choice((1 + abs(near), math.exp(source.gauss(0, 2)), 2.0 ** source.uniform(-1074, 1023)))

    for i in range(count):
        if i % 8 == 0:
            yield tuple(source.choice(special) for _ in kernel.parameters)
            continue
        at = [mean() if p.location else scale(p.support) for p in kernel.signature]
        if i % 8 == 1 and kernel.parameters[-1].endswith("2"):
            first = at[: len(at) // 2]
            at = [*first, *(x * (1 + source.gauss(0, 1e-9)) for x in first)]
        yield tuple(at)


def image(x: float) -> bytes:
    """The bits, with all NaNs alike."""
    return b"NaN" if math.isnan(x) else struct.pack("d", x)


@pytest.mark.parametrize("name", NAMES)
def test_the_tree_has_the_bits_of_the_compiled_c(library: ctypes.CDLL, name: str) -> None:
    kernel = kernel_material.kernel(name)
    of_c = compiled(library, kernel, ctypes.c_double)
    for at in points(kernel, 120):
        assert [*map(image, evaluate(kernel, at))] == [*map(image, of_c(*at))], [x.hex() for x in at]


@pytest.mark.parametrize("name", [k.name for k in IN_C if k.role is not Role.GRADIENT])
def test_the_float_form_is_the_rounded_value_of_the_tree(library: ctypes.CDLL, name: str) -> None:
    """Correctly rounded for functions of one argument, within its bound for the others."""
    kernel = kernel_material.kernel(name)
    of_c = compiled(library, kernel, ctypes.c_float)
    for point in points(kernel, 120):
        at = tuple(ctypes.c_float(x).value for x in point)
        head, tail, unscale = run(kernel.function, at)
        (computed,) = of_c(*at)
        if math.isfinite(head) and head != 0.0:
            ctx.prec = 4000
            exact = (arb(head) + arb(tail)) * arb(unscale)
            nearest = rounded(exact, "binary32")
            if kernel.role is Role.UNARY or not math.isfinite(nearest):
                assert computed == nearest, at
            else:
                # The tree is itself not exact, by less than 2^-28 units in the last place of a float.
                unit = float(np.spacing(np.float32(abs(nearest))))
                assert abs(arb(computed) - exact) <= (kernel.bounds["binary32"].ulp + 2.0**-28) * unit, at
        else:
            assert image(computed) == image(ctypes.c_float((head + tail) * unscale).value), at


# --- the FMA -----------------------------------------------------------------------------------------------------

floats = st.floats(allow_nan=False, allow_infinity=False)
near_cancellation = st.tuples(floats, floats).map(lambda p: (p[0], p[1], -(p[0] * p[1])))


@given(st.tuples(floats, floats, floats) | near_cancellation)
@example((1 + 2.0**-52, 1 - 2.0**-53, -1.0))
@example((2.0**-1000, 2.0**-70, 2.0**-1074))
@example((1e308, 10.0, -1e308))
@example((1.0, 0.0, -0.0))
def test_fused_is_exact_arithmetic_rounded_once(numbers: tuple[float, float, float]) -> None:
    a, b, c = numbers
    if not math.isfinite(c):
        return
    exact = Fraction(a) * Fraction(b) + Fraction(c)
    computed = fused(a, b, c)
    if math.isinf(computed):
        assert abs(exact) >= Fraction(2) ** 1024 - Fraction(2) ** 970
        assert (computed > 0) == (exact > 0)
        return
    off = abs(Fraction(computed) - exact)
    for neighbour in (math.nextafter(computed, -math.inf), math.nextafter(computed, math.inf)):
        if math.isfinite(neighbour):
            assert off <= abs(Fraction(neighbour) - exact)
            assert off < abs(Fraction(neighbour) - exact) or even(computed)


def even(x: float) -> bool:
    """Whether the significand's last bit is 0."""
    return struct.unpack("q", struct.pack("d", x))[0] % 2 == 0


@pytest.mark.parametrize(("a", "b", "c"), [(math.inf, 0.0, 1.0), (math.nan, 1.0, 1.0), (math.inf, 1.0, -math.inf)])
def test_fused_of_special_numbers_is_nan_where_arithmetic_says_so(a: float, b: float, c: float) -> None:
    assert math.isnan(fused(a, b, c))


@given(floats, floats, floats)
def test_fused_is_that_of_the_c_library(a: float, b: float, c: float) -> None:
    fma = ctypes.CDLL(None).fma
    fma.restype, fma.argtypes = ctypes.c_double, [ctypes.c_double] * 3
    assert image(fused(a, b, c)) == image(fma(a, b, c))


# --- error-free transforms and traces ----------------------------------------------------------------------------


def single(op: str, arity: int) -> Callable[..., tuple[float, ...]]:
    """An operation as a function of its operands."""
    names = ("a", "b", "c")[:arity]

    def body(_, *args):
        made = node(op, *args)
        return (result(made, 0), result(made, 1)) if made.kind is Kind.PAIR else (made, made)

    built = function(op, names, ("first", "second"), body, "")
    return lambda *at: run(built, at)


ordinary = st.floats(min_value=-1e140, max_value=1e140).filter(lambda x: x == 0 or abs(x) > 1e-140)


@given(ordinary, ordinary)
def test_error_free_transforms_lose_nothing(a: float, b: float) -> None:
    for op, exact in (("two_sum", Fraction(a) + Fraction(b)), ("two_prod", Fraction(a) * Fraction(b))):
        head, tail = single(op, 2)(a, b)
        assert Fraction(head) + Fraction(tail) == exact
    larger, smaller = sorted((a, b), key=abs, reverse=True)
    head, tail = single("fast_two_sum", 2)(larger, smaller)
    assert Fraction(head) + Fraction(tail) == Fraction(a) + Fraction(b)


@given(st.floats(min_value=2.0**-1022, allow_infinity=False))
def test_significand_and_exponent_are_the_number(x: float) -> None:
    significand, exponent = single("significand", 1)(x)[0], single("exponent", 1)(x)[0]
    assert 1 <= significand < 2
    assert math.ldexp(significand, int(exponent)) == x


@given(st.floats(min_value=-(2.0**50), max_value=2.0**50))
def test_round_is_to_the_nearest_integer_ties_to_even(x: float) -> None:
    assert single("round", 1)(x)[0] == round(x)


def test_a_trace_has_every_node_of_the_function() -> None:
    tree = kernel_material.kernel("kl_normal_std").function
    values = trace(tree, (0.5, 1.25, -1.0, 0.75))
    assert set(values) == set(operands(r for _, r in tree.results))
    assert values[argument("std2")] == 0.75
