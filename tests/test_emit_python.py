"""The emitted NumPy files: their form, and how its functions treat shapes, types, outputs and special arguments."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import itertools
import math
import pydoc
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import kernel_material
import numpy as np
import numpy_mixes
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.emit.python.printer import literal
from derive.verify.families import subject_of
from derive.vocabulary.kernel import Role

PATHS = kernel_material.paths("python")
KERNELS = [k for k in kernel_material.lowered().kernels if k.target == "python"]
IDS = [k.name for k in KERNELS]
VALUES = [k.name for k in KERNELS if k.role is Role.VALUE]
NORMAL = "python/kl_normal.py"  # for what is the same in every file


def text_of(path: str) -> str:
    return kernel_material.files()[path]


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each file alone in a folder: nothing of the project is beside it."""
    folder = tmp_path_factory.mktemp("alone")
    files = {path: folder / Path(path).stem / Path(path).name for path in PATHS}
    for path, file in files.items():
        file.parent.mkdir()
        file.write_text(text_of(path))
    return files


@pytest.fixture(scope="module")
def modules(alone: dict[str, Path]) -> dict[str, ModuleType]:
    found = {}
    for path, file in alone.items():
        spec = importlib.util.spec_from_file_location(f"alone_{file.stem}", file)
        assert spec is not None and spec.loader is not None
        found[path] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(found[path])
    return found


@pytest.fixture
def kl(modules: dict[str, ModuleType], request: pytest.FixtureRequest) -> ModuleType:
    """The module of the kernel or the file that a test is about."""
    about = getattr(request.node, "callspec", None)
    values = about.params if about is not None else {}
    name = values["kernel"].name if "kernel" in values else values.get("name", "")
    path = next((kernel_material.path_of(k) for k in KERNELS if k.name == name), NORMAL)
    return modules[values.get("path", path)]


def results(kl: ModuleType, name: str, *arguments) -> tuple[np.ndarray, ...]:
    """What a function gives, always as a tuple."""
    given_back = getattr(kl, name)(*arguments)
    return given_back if isinstance(given_back, tuple) else (given_back,)


def arity(name: str) -> int:
    return next(len(k.parameters) for k in KERNELS if k.name == name)


def same(a: tuple[np.ndarray, ...], b: tuple[np.ndarray, ...]) -> bool:
    """Bit for bit, all NaNs alike."""
    return all(
        np.shape(x) == np.shape(y)
        and np.array_equal(x, y, equal_nan=True)
        and np.array_equal(np.signbit(x) & ~np.isnan(x), np.signbit(y) & ~np.isnan(y))
        for x, y in zip(a, b, strict=True)
    )


SPECIAL = (0.0, -0.0, 1.0, -1.0, 0.375, -40.0, math.inf, -math.inf, math.nan, 5e-324, 1.7e308, 1e-170, 800.0)


# --- the file ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
def test_it_imports_numpy_and_the_standard_library_only(path: str) -> None:
    tree = ast.parse(text_of(path))
    imported = {a.name.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    imported |= {n.module.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) if n.module}
    assert imported - set(sys.stdlib_module_names) == {"numpy"}


@pytest.mark.parametrize("path", PATHS)
def test_lines_are_at_most_120_columns(path: str) -> None:
    assert [n for n, line in enumerate(text_of(path).split("\n"), 1) if len(line) > 120 or line != line.rstrip()] == []


@pytest.mark.parametrize("command", [["check", "--select", "E,F,W,I,N,UP,B,C4,SIM,RUF,PIE,RET"], ["format", "--check"]])
def test_ruff_has_nothing_to_say(alone: dict[str, Path], command: list[str]) -> None:
    options = ["--isolated", "--no-cache", "--line-length", "120", "--target-version", "py311"]
    files = map(str, alone.values())
    done = subprocess.run([sys.executable, "-m", "ruff", *command, *options, *files], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", PATHS)
def test_every_function_is_documented_and_no_name_is_unused(path: str) -> None:
    tree = ast.parse(text_of(path))
    functions = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}
    assert [name for name, n in functions.items() if not ast.get_docstring(n)] == []
    used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    assert [name for name in functions if name.startswith("_") and name not in used] == []


@pytest.mark.parametrize("path", PATHS)
def test_the_public_names_are_the_kernels(kl: ModuleType, path: str) -> None:
    names = [k.name for k in KERNELS if kernel_material.path_of(k) == path]
    assert sorted(names) == kl.__all__
    assert [
        n.name for n in ast.parse(text_of(path)).body if isinstance(n, ast.FunctionDef) if n.name[0] != "_"
    ] == names


@pytest.mark.parametrize("kernel", KERNELS, ids=IDS)
def test_signature_and_contract(kl: ModuleType, kernel) -> None:
    signature = inspect.signature(getattr(kl, kernel.name))
    positional = [p.name for p in signature.parameters.values() if p.kind is p.POSITIONAL_ONLY]
    keywords = [p.name for p in signature.parameters.values() if p.kind is p.KEYWORD_ONLY]
    assert tuple(positional) == kernel.parameters
    assert keywords == (["out"] if kernel.role is Role.VALUE else [])
    contract = " ".join((getattr(kl, kernel.name).__doc__ or "").split())
    for part in (*kernel.formulas, f"Domain: {kernel.domain}.", *kernel.special, kernel.theorem, kernel.digest):
        assert " ".join(part.split()) in contract
    for precision, bound in kernel.bounds.items():
        assert f"{precision}: {bound.ulp:g} ulp ({bound.established})" in contract


@pytest.mark.parametrize("kernel", KERNELS, ids=IDS)
def test_help_is_for_people(kl: ModuleType, kernel) -> None:
    text = pydoc.plain(pydoc.render_doc(getattr(kl, kernel.name)))
    assert not re.search(r"\bAny\b", text)
    for formula in kernel.formulas:
        assert not re.search(r"\(\([^()]*\)\)|\*\*|--|\+ -", formula), formula
    # Which ends are meant is said by name: logvar = 0 is an argument like any other.
    assert "an argument is 0" not in text
    for p in kernel.signature if kernel.role is Role.VALUE else ():
        assert re.search(rf"\b{p.name}\b[\w ]* is {'0 or ' if p.support == 'positive' else ''}infinite", text), p.name


def test_no_public_function_of_any_file_takes_or_gives_just_anything() -> None:
    for path, text in kernel_material.files().items():
        for node in ast.parse(text).body if path.endswith(".py") else ():
            if isinstance(node, ast.FunctionDef) and node.name[0] != "_":
                given = [node.returns, *(a.annotation for a in (*node.args.posonlyargs, *node.args.kwonlyargs))]
                said = [ast.unparse(annotation) for annotation in given if annotation is not None]
                assert len(said) == len(given) and not any("Any" in one for one in said), (path, node.name)


@given(st.floats())
def test_a_literal_reads_back_as_the_number(value: float) -> None:
    back = eval(literal(value), {"np": np})
    assert float(back).hex() == value.hex()


# --- values ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", IDS)
def test_results_meet_the_table_of_vectors(kl: ModuleType, name: str) -> None:
    bound = next(k.bounds for k in KERNELS if k.name == name)
    for row in (r for r in kernel_material.lowered().vectors if r.function == name):
        real = np.float64 if row.precision == "binary64" else np.float32
        computed = results(kl, name, *map(real, row.arguments))
        assert all(type(c) is real for c in computed)
        largest = max((abs(e) for e in row.expected if math.isfinite(e)), default=0.0)
        for got, expected in zip(computed, row.expected, strict=True):
            if math.isfinite(expected):
                unit = np.spacing(real(largest if len(row.expected) == 4 else abs(expected)))
                assert abs(float(got) - expected) <= (bound[row.precision].ulp + 0.5) * float(unit), row
            else:
                assert np.array_equal(got, expected, equal_nan=True), row


@pytest.mark.parametrize("name", IDS)
def test_no_argument_makes_it_warn_and_none_makes_a_value_negative(kl: ModuleType, name: str) -> None:
    grid = np.array(list(itertools.product(SPECIAL, repeat=arity(name)))).T
    with np.errstate(all="raise"):  # what the caller asks of NumPy does not reach inside
        computed = results(kl, name, *grid)
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            single = grid.astype(np.float32)
        narrow = results(kl, name, *single)
    assert all(c.dtype == np.float64 for c in computed)
    assert all(c.dtype == np.float32 for c in narrow)
    if name in VALUES:
        assert not any((c < 0).any() for c in (*computed, *narrow))


@pytest.mark.parametrize("name", VALUES)
def test_equal_distributions_have_divergence_zero(kl: ModuleType, name: str) -> None:
    """Both at the same of some places; one beside a fixed one, at that one."""
    signature = next(k.signature for k in KERNELS if k.name == name)
    positive, real = np.array([1e-300, 1e-5, 0.5, 1.0, 3.0, 1e300]), np.array([-800.0, -1.0, 0.0, 0.5, 5.0, 700.0])
    arguments = [np.array(x) for x in subject_of(name).neutral]
    if signature[-1].name.endswith("2"):
        member = signature[: len(signature) // 2]
        one = [np.full(6, -7.5) if p.location else positive if p.support == "positive" else real for p in member]
        arguments = one + one
    assert not np.any(getattr(kl, name)(*arguments))


# --- shapes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", IDS)
def test_arguments_broadcast(kl: ModuleType, name: str) -> None:
    shapes = ((3, 1), (4,), (2, 1, 1), ())[: arity(name)]
    arguments = [np.linspace(0.5, 1.5, math.prod(s)).reshape(s) for s in shapes]
    full = [np.array(a) for a in np.broadcast_arrays(*arguments)]
    computed = results(kl, name, *arguments)
    assert all(c.shape == np.broadcast_shapes(*shapes) for c in computed)
    assert same(computed, results(kl, name, *full))


@pytest.mark.parametrize("name", IDS)
def test_scalars_give_numpy_scalars(kl: ModuleType, name: str) -> None:
    for scalar in (1.5, 2, True, np.float64(1.5), np.array(1.5)):
        assert all(type(c) is np.float64 for c in results(kl, name, *[scalar] * arity(name)))
    assert all(type(c) is np.float32 for c in results(kl, name, *[np.float32(1.5)] * arity(name)))


@pytest.mark.parametrize("name", IDS)
def test_empty_arrays_give_empty_arrays(kl: ModuleType, name: str) -> None:
    for shape in ((0,), (3, 0), (0, 4)):
        arguments = [np.ones(shape, np.float32), *[np.float32(1.0)] * (arity(name) - 1)]
        assert all(c.shape == shape and c.dtype == np.float32 for c in results(kl, name, *arguments))
    assert all(c.shape == (0,) for c in results(kl, name, *[[]] * arity(name)))


@pytest.mark.parametrize("name", IDS)
def test_memory_layout_does_not_matter(kl: ModuleType, name: str) -> None:
    plain = [np.linspace(0.4, 1.9, 60).reshape(6, 10) + i / 8 for i in range(arity(name))]
    expected = results(kl, name, *plain)
    strided = [np.repeat(np.repeat(a, 2, 0), 3, 1)[::2, ::3] for a in plain]
    backwards = [a[::-1, ::-1].copy()[::-1, ::-1] for a in plain]
    columns = [np.asfortranarray(a) for a in plain]
    swapped = [a.astype(">f8") for a in plain]
    for arguments in (strided, backwards, columns, swapped, [columns[0], *strided[1:]]):
        assert same(results(kl, name, *arguments), expected)


@pytest.mark.parametrize("path", PATHS)
def test_mixed_shapes_types_and_layouts_give_the_bits_of_plain_arrays(kl: ModuleType, path: str) -> None:
    assert list(numpy_mixes.faults(kl, 2000 if path == NORMAL else 200)) == []


def test_large_arrays_of_any_layout_give_the_bits_of_plain_arrays(kl: ModuleType, monkeypatch) -> None:
    monkeypatch.setattr(kl, "_BLOCK", 7)
    assert list(numpy_mixes.faults(kl, 1000, seed=2)) == []


def test_results_have_the_order_of_the_arguments(kl: ModuleType) -> None:
    wide = np.asfortranarray(np.linspace(0.5, 1.5, 60).reshape(6, 10))
    assert kl.kl_unit_std(1, wide).flags.fnc
    assert kl.kl_unit_std(wide.copy("C"), wide).flags.c_contiguous


def test_shapes_that_do_not_fit_raise_what_numpy_raises(kl: ModuleType) -> None:
    two, three = np.ones(2), np.ones(3)
    with pytest.raises(ValueError, match="broadcast to a single shape"):
        kl.kl_unit_std(two, three)
    with pytest.raises(ValueError, match="broadcast to a single shape"):
        kl.kl_normal_std_grad(two, 1.0, 1.0, three)
    for wrong in (np.empty(4), np.empty(1), np.empty(())):
        with pytest.raises(ValueError, match="broadcast"):
            kl.kl_unit_std(three, 1.0, out=wrong)


# --- types -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "second", "expected"), [
    (np.float32, np.float32, np.float32),
    (np.float32, np.float64, np.float64),
    (np.float32, np.int8, np.float64),
    (np.float32, np.bool_, np.float64),
    (np.float32, np.float16, np.float64),
    (np.float16, np.float16, np.float64),
    (np.int64, np.int64, np.float64),
    (np.bool_, np.bool_, np.float64),
    (np.uint64, np.float32, np.float64),
    (np.longdouble, np.float64, np.float64),
])  # fmt: skip
def test_results_are_float32_where_all_arguments_are(kl: ModuleType, first, second, expected) -> None:
    a, b = np.ones(3, first), np.ones(3, second)
    assert kl.kl_unit_std(a, b).dtype == expected
    assert kl.kl_unit_std(b, a).dtype == expected
    assert [c.dtype for c in kl.kl_unit_std_grad(a, b)] == [expected] * 2


@pytest.mark.parametrize("scalar", [1, 1.0, True])
def test_numbers_of_python_do_not_widen(kl: ModuleType, scalar: float) -> None:
    narrow = np.array([0.5, 2.0], np.float32)
    assert kl.kl_unit_std(scalar, narrow).dtype == np.float32
    assert kl.kl_normal_std(scalar, narrow, scalar, scalar).dtype == np.float32
    assert kl.kl_unit_std(np.float64(scalar), narrow).dtype == np.float64


def test_lists_and_tuples_are_arrays(kl: ModuleType) -> None:
    expected = kl.kl_unit_std(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    assert same((kl.kl_unit_std([1, 2], (3.0, 4.0)),), (expected,))
    assert kl.expm1mx([[1.0], [2.0]]).shape == (2, 1)


@pytest.mark.parametrize("bad", [1j, np.array([1j]), "a", None, np.array([1.0], object), np.datetime64("2020")])
def test_what_is_no_real_number_is_refused_by_position(kl: ModuleType, bad) -> None:
    with pytest.raises(TypeError, match=r"argument 1 has dtype .*; real numbers are needed"):
        kl.expm1mx(bad)
    with pytest.raises(TypeError, match="argument 2 has dtype"):
        kl.kl_unit_std(1.0, bad)


def test_arguments_have_no_names_and_there_are_no_more_of_them(kl: ModuleType) -> None:
    with pytest.raises(TypeError):
        kl.kl_unit_std(mu=1.0, std=1.0)
    with pytest.raises(TypeError):
        kl.kl_unit_std(1.0, 1.0, np.empty(()))


class Tagged(np.ndarray):
    pass


def test_subclasses_are_taken_as_arrays(kl: ModuleType) -> None:
    a = np.array([0.5, 2.0])
    assert type(kl.kl_unit_std(a.view(Tagged), 1.0)) is np.ndarray
    assert type(kl.kl_unit_std(np.ma.array(a, mask=[True, False]), 1.0)) is np.ndarray


@pytest.mark.parametrize("name", IDS)
def test_arguments_are_left_as_they_are(kl: ModuleType, name: str) -> None:
    for real in (np.float64, np.float32):
        arguments = [np.linspace(0.5, 1.5, 100).astype(real) + real(i) / 8 for i in range(arity(name))]
        for a in arguments:
            a.flags.writeable = False
        expected = results(kl, name, *(a.copy() for a in arguments))
        assert same(results(kl, name, *arguments), expected)


@pytest.mark.parametrize("name", VALUES)
def test_zeros_among_ordinary_elements_are_zeros(kl: ModuleType, name: str) -> None:
    for real in (np.float64, np.float32):
        subject = subject_of(name)
        columns = [np.array([b, a, b], real) for a, b in zip(subject.neutral, subject.beside, strict=True)]
        assert [bool(x) for x in getattr(kl, name)(*columns)] == [True, False, True]


# --- out= --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", VALUES)
def test_out_is_filled_and_returned(kl: ModuleType, name: str) -> None:
    a = np.linspace(0.5, 1.5, 10000)
    expected = getattr(kl, name)(*[a] * arity(name))
    for out in (np.empty_like(a), np.empty(20000)[::2], np.empty_like(a).view(Tagged)):
        assert getattr(kl, name)(*[a] * arity(name), out=out) is out
        assert np.array_equal(out, expected)


def test_out_may_be_an_argument_or_overlap_one(kl: ModuleType) -> None:
    a, b = np.linspace(-1, 1, 10001), np.linspace(0.5, 1.5, 10001)
    expected = kl.kl_unit_std(a, b)
    same_memory = b.copy()
    assert kl.kl_unit_std(a, same_memory, out=same_memory) is same_memory
    assert np.array_equal(same_memory, expected)
    shifted = np.concatenate([b, [0.0]])
    kl.kl_unit_std(a, shifted[:-1], out=shifted[1:])
    assert np.array_equal(shifted[1:], expected)
    turned = b.copy()
    kl.kl_unit_std(a, turned, out=turned[::-1])
    assert np.array_equal(turned[::-1], expected)


def test_out_takes_what_numpy_casts_within_a_kind(kl: ModuleType) -> None:
    a = np.array([0.25, 3.0])
    out = np.empty(2, np.float32)
    assert np.array_equal(kl.kl_unit_std(a, a, out=out), kl.kl_unit_std(a, a).astype(np.float32))
    wide = np.empty((2, 2))
    assert np.array_equal(kl.kl_unit_std(a, a, out=wide)[1], kl.kl_unit_std(a, a))
    with pytest.raises(TypeError, match="could not be cast"):
        kl.kl_unit_std(a, a, out=np.empty(2, int))


def test_out_must_be_an_array_that_can_be_written(kl: ModuleType) -> None:
    for bad in ([0.0], (np.empty(1),), 1.0):
        with pytest.raises(TypeError, match="out must be an array"):
            kl.kl_unit_std(np.ones(1), 1.0, out=bad)
    locked = np.zeros(1)
    locked.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        kl.kl_unit_std(np.ones(1), 2.0, out=locked)
    assert locked[0] == 0.0


# --- blocks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", IDS)
def test_results_do_not_depend_on_the_block_an_element_is_in(
    kl: ModuleType, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    generator = np.random.default_rng(7)
    arguments = [generator.normal(size=500) * 10.0 ** generator.integers(-3, 3, 500) for _ in range(arity(name))]
    rare = generator.integers(0, 500, 40)
    for a in arguments:
        a[rare] = generator.choice(SPECIAL, 40)
    signature = next(k.signature for k in KERNELS if k.name == name)
    for a, parameter in zip(arguments, signature, strict=True):
        if parameter.support == "positive":
            np.abs(a, out=a)
    whole = results(kl, name, *arguments)
    for size in (1, 7, 64):
        monkeypatch.setattr(kl, "_BLOCK", size)
        assert same(results(kl, name, *arguments), whole)
    parts = [results(kl, name, *(a[i : i + 33] for a in arguments)) for i in range(0, 500, 33)]
    assert same(tuple(map(np.concatenate, zip(*parts, strict=True))), whole)


def test_a_block_of_nothing_but_rare_elements_is_computed_as_one_by_one(kl: ModuleType) -> None:
    tiny = np.full(9000, 1e-200)
    assert np.array_equal(kl.kl_unit_logvar(tiny * 1e40, tiny), np.full(9000, kl.kl_unit_logvar(1e-160, 1e-200)))
    assert np.array_equal(kl.expm1mx(np.full(9000, np.inf)), np.full(9000, np.inf))
