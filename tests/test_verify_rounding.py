"""Correct rounding: every float is looked at, the reference is right, and a kernel that is off anywhere is caught."""

from __future__ import annotations

import ctypes
import itertools
import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from flint import arb, ctx

from derive.errors import CheckFailed
from derive.report import Check, Status
from derive.verify.checks import rounding
from derive.verify.checks.contents import bound_checks
from derive.verify.checks.rounding import between_floats as segments
from derive.verify.checks.rounding.between_floats import FIXED, FLOATING, KNOWN, NOT_A_NUMBER, SIGN, as_float
from derive.verify.checks.rounding.near_ties import bits_of, hard_ranges
from derive.verify.emitted import MANIFEST, Emitted
from derive.verify.targets.c import CLibrary
from derive.verify.targets.compilers import NO_CLONES, Build, first_compiler, shared_library

GENERATED = Path(__file__).resolve().parent.parent / "generated"
NAMES = tuple(SIGN)
BUILD = Build(first_compiler(), "C99", ("-O1", NO_CLONES))


@pytest.fixture(scope="module")
def emitted() -> Emitted:
    return Emitted.read(GENERATED)


@pytest.fixture(scope="module")
def judge() -> bytes:
    return rounding.judge_library(BUILD)


@pytest.fixture(scope="module")
def library(emitted: Emitted) -> bytes:
    return shared_library(emitted, BUILD)


SELFTEST = "int derive_kl_selftest(void)\n{\n    return 0;\n}\n"


def changed(emitted: Emitted, *changes: tuple[str, str]) -> bytes:
    text = emitted.text("c/derive_kl.c")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    # The library's own self-test sees some of them too; here the checks of roundings are to.
    text = re.sub(r"int derive_kl_selftest\(void\)\n\{.*?\n\}\n", SELFTEST, text, flags=re.DOTALL)
    return shared_library(emitted.with_text("c/derive_kl.c", text), BUILD)


def quick(emitted: Emitted, library: bytes) -> dict[str, Check]:
    return dict(zip(NAMES, rounding.quick_checks(emitted, CLibrary(library), BUILD), strict=True))


def random_bits(count: int, seed: int) -> list[int]:
    return [int(bits) for bits in np.random.default_rng(seed).integers(0, 1 << 32, count)]


# --- the emitted kernels ------------------------------------------------------------------------------------------


def test_the_hard_arguments_and_a_sample_are_correctly_rounded(emitted: Emitted, library: bytes) -> None:
    for check in quick(emitted, library).values():
        assert check.status is Status.PASSED
        assert check.figures["misrounded"] == 0 and check.figures["inputs"] > 10**5
        assert check.figures["by_balls"] >= 30


def test_rounding_the_double_once_more_is_caught_where_minus_one_minus_x_is_a_tie(
    emitted: Emitted, judge: bytes
) -> None:
    """Half of all floats from -2^25 to -2^24: the 4.2 million that a double, rounded to even, gets wrong."""
    twice = changed(emitted, ("round_to_odd(at.head, at.tail) * at.unscale", "(at.head + at.tail) * at.unscale"))
    count = 1 << 16
    found = rounding.judged(CLibrary(twice), judge, "expm1mx", ((bits_of(-(2.0**24)) + 1, count),))
    assert (found["inputs"], found["misrounded"]) == (count, count // 2)
    assert [check.status for check in quick(emitted, twice).values()] == [Status.FAILED, Status.FAILED]


@pytest.mark.parametrize(
    "flips",
    [
        (("0x1.5555555555557p-3", "0x1.5555555555757p-3"), ("0x1.5555555555555p-2", "0x1.5555555155555p-2")),
        (("0x1.5555555555551p-5", "0x1.5555555557551p-5"), ("0x1.9999999999d56p-3", "0x1.9999919999d56p-3")),
    ],
)
def test_a_flipped_bit_of_a_coefficient_is_caught_by_the_hard_arguments(
    emitted: Emitted, flips: tuple[tuple[str, str], ...]
) -> None:
    """One bit of the exponential's polynomial and one, a higher one, of the logarithm's."""
    for check in quick(emitted, changed(emitted, *flips)).values():
        assert check.status is Status.FAILED
        assert "misrounded, hard and sampled, the first at " in check.detail


def test_special_arguments_with_other_values_are_caught(emitted: Emitted, judge: bytes) -> None:
    wrong = changed(
        emitted,
        ("choose(less(x, -1.0), (double)NAN,", "choose(less(x, -1.0), 0.0,"),
        ("choose(less(x, 0.0), -(double)INFINITY, -x)", "choose(less(x, 0.0), (double)INFINITY, 0.0)"),
        ("choose(mask, expm1mx_scaled_of.head, part)", "choose(mask, expm1mx_scaled_of.head, 1.0)"),
    )
    for name, x in [("log1pmx", x) for x in (-1.5, -1.0, np.inf, np.nan)] + [
        ("expm1mx", x) for x in (-np.inf, np.inf, np.nan)
    ]:
        found = rounding.judged(CLibrary(wrong), judge, name, ((bits_of(x), 1),))
        assert (found["special_values"], found["misrounded"]) == (1, 1)


# --- the reference ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_segments_are_all_floats_once(name: str) -> None:
    rows = np.concatenate([segments.segments(name, *part) for (part,) in rounding._everything()])
    ends = rows["first"].astype(np.int64) + rows["count"]
    assert rows["first"][0] == 0 and ends[-1] == 1 << 32
    assert (rows["first"][1:] == ends[:-1]).all()


@pytest.mark.parametrize("name", NAMES)
def test_polynomials_are_as_near_as_their_segment_says(name: str) -> None:
    """In exact balls: the double that the polynomial gives is off by less than the margins, on the sides they name."""
    tested = 0
    for bits in (*random_bits(1500, 1), *(first for first, _ in hard_ranges(name))):
        (row,) = segments.segments(name, bits, 1)
        (whole,) = (r for r in _binade(name, bits) if r["first"] <= bits < int(r["first"]) + int(r["count"]))
        for segment in (row, whole):
            if segment["kind"] in (FLOATING, FIXED) and abs(as_float(bits)) < 100.0:
                assert _within(name, segment, bits)
                tested += 1
    assert tested > 500


def _binade(name: str, bits: int) -> np.ndarray:
    return segments.segments(name, bits >> 23 << 23, 1 << 23)


def _within(name: str, segment: np.void, bits: int) -> bool:
    x = as_float(bits)
    h, p = x - float(segment["center"]), 0.0
    for coefficient in segment["coefficient"][::-1]:
        p = p * h + float(coefficient)
    ctx.prec = 640
    exact = next(segments.TAYLOR[name](arb(x)))
    ulps = (exact - arb(p)) / arb(2.0) ** (int(np.frexp(p)[1]) - 53)
    return bool(ulps > -int(segment["below"]) and ulps < int(segment["above"]))


def test_a_wrong_coefficient_leaves_its_margin() -> None:
    bits = bits_of(0.7)
    (row,) = (r for r in _binade("expm1mx", bits) if r["first"] <= bits < int(r["first"]) + int(r["count"]))
    assert _within("expm1mx", row, bits)
    row["coefficient"][0] *= 1 + 2.0**-48
    assert not _within("expm1mx", row, bits)


def test_special_values_are_those_of_the_table() -> None:
    rows = {
        (name, x): segments.segments(name, bits_of(x), 1)[0]
        for name, x in itertools.product(NAMES, (np.inf, -np.inf, np.nan, -1.0, -1.5, 0.0, -0.0))
    }
    infinite = [("expm1mx", np.inf), ("expm1mx", -np.inf), ("log1pmx", np.inf), ("log1pmx", -1.0)]
    assert [(rows[key]["kind"], rows[key]["value"]) for key in infinite] == [(KNOWN, 0x7F800000)] * 4
    for key in (("log1pmx", -np.inf), ("log1pmx", -1.5), ("log1pmx", np.nan), ("expm1mx", np.nan)):
        assert rows[key]["kind"] == NOT_A_NUMBER
    assert all(
        rows[name, zero]["kind"] == KNOWN and rows[name, zero]["value"] == 0 for name in NAMES for zero in (0, -0.0)
    )


Kernel = Callable[[np.ndarray], np.ndarray]


def judged(judge: bytes, name: str, kernel: Kernel, ranges: list[tuple[int, int]]) -> tuple[int, int]:
    """Numbers of wrong and of undecided results of a kernel written in Python."""

    def call(count: int, x: int, out: int) -> None:
        floats = ctypes.c_float * count
        given = np.ctypeslib.as_array(floats.from_address(x))
        np.ctypeslib.as_array(floats.from_address(out))[:] = kernel(given)

    function = ctypes.CFUNCTYPE(None, ctypes.c_size_t, ctypes.c_void_p, ctypes.c_void_p)(call)
    rows = np.concatenate([segments.segments(name, *part) for part in ranges])
    wrong, _, undecided = rounding.compare(ctypes.cast(function, ctypes.c_void_p), judge, name, rows)
    return wrong, len(undecided)


def right(name: str) -> Kernel:
    return lambda x: np.array([rounding.correctly_rounded(name, float(v))[0] for v in x], np.float32)


@pytest.mark.parametrize("name", NAMES)
def test_rounding_c_agrees_with_balls_and_with_nothing_else(name: str, judge: bytes) -> None:
    some = [(b, 1) for b in random_bits(3000, 2) if _decidable(name, as_float(b))]
    assert len(some) > 800
    assert judged(judge, name, right(name), some) == (0, 0)
    values = right(name)(np.array([as_float(b) for b, _ in some], np.float32))
    for towards in (np.float32(0), np.float32(np.inf if name == "expm1mx" else -np.inf)):
        moved = np.nextafter(values, towards)
        off = judged(judge, name, lambda x, to=towards: np.nextafter(right(name)(x), to), some)
        assert off == (np.count_nonzero(moved != values), 0)


def _decidable(name: str, x: float) -> bool:
    """Where balls tell within a moment, and the value is a number other than 0."""
    return np.isfinite(x) and x != 0.0 and (x > -1.0 if name == "log1pmx" else x > -1e3)


@pytest.mark.parametrize("name", NAMES)
def test_results_below_the_normal_range_are_judged_too(name: str, judge: bytes) -> None:
    ends = [sign * 2.0**-exponent for exponent in (63, 70, 74) for sign in (1, -1)]
    around = [(bits_of(x) + k, 1) for x in ends for k in range(-20, 20)]
    ulp = np.float32(1e-45 if name == "expm1mx" else -1e-45)
    assert judged(judge, name, right(name), around) == (0, 0)
    assert judged(judge, name, lambda x: right(name)(x) + ulp, around) == (len(around), 0)


@pytest.mark.parametrize("name", NAMES)
def test_the_nearest_to_ties_are_undecided_by_doubles(name: str, judge: bytes) -> None:
    """By a polynomial's, that is; a segment of one float has half of the margin, and decides some."""
    nearest = hard_ranges(name)[:30]
    _, undecided = judged(judge, name, right(name), nearest)
    assert undecided > 20


def test_more_of_the_undecided_than_there_is_room_for_is_an_error(
    judge: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounding, "_ROOM", 10)
    with pytest.raises(CheckFailed, match=r"rounding\.c leaves \d\d results undecided"):
        judged(judge, "expm1mx", right("expm1mx"), hard_ranges("expm1mx")[:30])


def test_a_tie_that_no_precision_tells_is_an_error() -> None:
    """exp(x) - 1 - x where -1 - x lies halfway between two floats, and exp(x) is 2^-24204406."""
    with pytest.raises(CheckFailed, match="nearer to a tie than 16384 bits tell"):
        rounding.correctly_rounded("expm1mx", -(2.0**24 + 2))


@pytest.mark.parametrize("name", NAMES)
def test_ties_of_a_square_are_decided_by_the_side(name: str, judge: bytes) -> None:
    ties = [(bits_of(4097 / 4096 * 2.0**exponent), 1) for exponent in range(-61, -53)]
    sign = 1 if name == "expm1mx" else -1

    def square(x: np.ndarray) -> np.ndarray:
        return (sign * x.astype(np.float64) ** 2 / 2).astype(np.float32)

    # To even is down: right for log1pmx, whose absolute value is below the tie, and wrong for expm1mx.
    assert judged(judge, name, square, ties) == ((len(ties), 0) if name == "expm1mx" else (0, 0))
    assert judged(judge, name, right(name), ties) == (0, 0)


# --- the check ----------------------------------------------------------------------------------------------------


def test_the_check_adds_up_its_chunks_and_names_the_first_wrong_argument() -> None:
    def result(name: str, wrong: int, at: list[str], near: list[list[object]]) -> dict[str, object]:
        counts = {key: 1 << 31 if key == "inputs" else 0 for key in rounding._COUNTS}
        return {"function": name, **counts, "misrounded": wrong, "wrong_at": at, "near_ties": near}

    results = [
        result("expm1mx", 0, [], [["0x1p-3", -27.0]]),
        result("expm1mx", 0, [], [["0x1p-2", -30.0]]),
        result("log1pmx", 2, ["0x1p+1"], []),
        result("log1pmx", 1, ["0x1p+2"], []),
    ]
    good, bad = rounding.conclude("digest", results)
    assert good.status is Status.PASSED and good.figures["inputs"] == 1 << 32
    assert good.figures["near_ties"] == [["0x1p-2", -30.0], ["0x1p-3", -27.0]]
    assert good.figures["sha256"] == "digest"
    assert bad.status is Status.FAILED
    assert bad.detail == "3 of 4294967296 misrounded, all, the first at 0x1p+1"


@pytest.mark.parametrize("name", NAMES)
def test_no_more_than_half_an_ulp_may_be_declared(emitted: Emitted, name: str) -> None:
    manifest = json.loads(emitted.text(MANIFEST))
    declared = manifest["bounds"]
    assert declared["c"]["binary32"][name]["established"] == "exhaustive"
    declared["c"]["binary32"][name]["ulp"] = 0.51
    (check,) = bound_checks(emitted.with_text(MANIFEST, json.dumps(manifest)))
    assert check.detail == f"c binary32 {name} declares 0.51 ulp, the contract is 0.5"


def test_nothing_else_may_be_declared_tested_on_every_argument(emitted: Emitted) -> None:
    manifest = json.loads(emitted.text(MANIFEST))
    declared = manifest["bounds"]
    declared["c"]["binary64"]["expm1mx"]["established"] = "exhaustive"
    (check,) = bound_checks(emitted.with_text(MANIFEST, json.dumps(manifest)))
    assert check.detail == "c binary64 expm1mx is declared exhaustive, and nothing takes all arguments"
