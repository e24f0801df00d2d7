"""The compiled ufuncs: the bits of the C, NumPy's conventions, and that a stale build is not used."""

from __future__ import annotations

import csv
import importlib
import itertools
import json
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent
GENERATED = ROOT / "generated"
BOUNDS = json.loads((GENERATED / "manifest.json").read_text())["bounds"]
DTYPES = {"binary64": np.float64, "binary32": np.float32}


@pytest.fixture(scope="module")
def ufuncs(need_module: Callable[[str, str], ModuleType]) -> ModuleType:
    return need_module("derive._ufuncs", "the compiled ufuncs: pip install -e . with a C compiler")


def rows() -> list[tuple[str, str, list[float], list[float]]]:
    lines = [line for line in (GENERATED / "c" / "vectors.csv").read_text().splitlines() if line[:1] not in ("#", "")]
    header, *body = csv.reader(lines)
    first = header.index("result1") if "result1" in header else 6
    return [
        (
            row[0],
            row[1],
            [float.fromhex(c) for c in row[2:first] if c],
            [float.fromhex(c) for c in row[first:] if c],
        )
        for row in body
    ]


def test_every_function_of_the_numpy_files_is_a_ufunc(ufuncs: ModuleType) -> None:
    generated = importlib.import_module("derive.generated")
    assert generated.backend == "compiled ufuncs"
    for name in generated.__all__:
        assert isinstance(getattr(generated, name), np.ufunc), name
        assert getattr(generated, name) is getattr(ufuncs, name)


def test_help_is_that_of_the_numpy_function_with_the_bounds_of_the_c(ufuncs: ModuleType) -> None:
    for name in importlib.import_module("derive.generated").__all__:
        text = getattr(ufuncs, name).__doc__
        assert f"By position only: {name}(" in text
        assert "array_like" in text and "tensor" not in text.lower(), name
        error = re.search(r"^ *Error: (.*)\.$", text, re.MULTILINE)[1]
        said = dict(part.split(": ", 1) for part in error.split("; "))
        for precision, functions in BOUNDS["c"].items():
            entry = functions[name]
            exact = "correctly rounded, tested on all 2^32 arguments"
            bound = exact if entry["established"] == "exhaustive" else f"{entry['ulp']} ulp, {entry['established']}"
            assert said[precision] == bound, name


def test_the_shared_vectors_hold(ufuncs: ModuleType) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name, precision, arguments, expected in rows():
            dtype = DTYPES[precision]
            results = getattr(ufuncs, name)(*(dtype(a) for a in arguments))
            results = results if isinstance(results, tuple) else (results,)
            bound = BOUNDS["c"][precision][name]["ulp"]
            size = max(abs(e) for e in expected if np.isfinite(e)) if np.isfinite(expected).any() else 0.0
            for got, right in zip(results, expected, strict=True):
                assert got.dtype == dtype
                if not np.isfinite(right) or got == right:
                    assert got == right or (np.isnan(got) and np.isnan(right)), (name, arguments)
                else:
                    assert abs(float(got) - right) <= (bound + 0.5) * np.spacing(dtype(size)), (name, arguments)


def test_conventions_of_numpy(ufuncs: ModuleType) -> None:
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(300, 7)), rng.normal(size=7)
    kl = ufuncs.kl_unit_logvar
    whole = kl(a, b)
    assert whole.shape == (300, 7)
    assert (whole == [[kl(x, y) for x, y in zip(row, b, strict=True)] for row in a]).all()
    assert (kl(a[::3, ::-2], b[::-2]) == whole[::3, ::-2]).all()
    assert (kl(a.astype(">f8"), b) == whole).all()
    out = np.full((300, 7), 3.0)
    assert kl(a, b, out=out, where=a > 0) is out
    assert (out == np.where(a > 0, whole, 3.0)).all()
    inplace = a.copy()
    assert (kl(inplace, np.broadcast_to(b, a.shape), out=inplace) == whole).all()
    assert kl(a.astype(np.float32), b.astype(np.float32)).dtype == np.float32
    assert kl(a.astype(np.float16), b.astype(np.float16)).dtype == np.float32
    assert kl(a, b, dtype=np.float32).dtype == np.float32
    assert kl([1, 2], [0, 3]).dtype == np.float64
    with pytest.raises(TypeError):
        kl("mean", 1.0)


def test_two_gaussians_and_gradients_take_strided_blocks(ufuncs: ModuleType) -> None:
    rng = np.random.default_rng(2)
    columns = [np.exp(rng.normal(size=(1000, 2)))[:, 0] for _ in range(4)]
    packed = [np.ascontiguousarray(column) for column in columns]
    for name in ("kl_normal_std", "kl_normal_std_grad", "kl_normal_logvar_grad"):
        for one, other in zip(
            np.atleast_2d(getattr(ufuncs, name)(*columns)), np.atleast_2d(getattr(ufuncs, name)(*packed)), strict=True
        ):
            assert (one == other).all()


@pytest.mark.parametrize("dtype", DTYPES.values())
def test_arrays_may_be_split_among_threads(ufuncs: ModuleType, dtype: type) -> None:
    rng = np.random.default_rng(3)
    # Many are out of the ordinary, and take the other path than their neighbours.
    mu, logvar = (rng.normal(scale=scale, size=100_003).astype(dtype) for scale in (1.0, 30.0))
    whole, parts = ufuncs.kl_unit_logvar(mu, logvar), np.empty_like(mu)
    cuts = np.sort(rng.integers(0, mu.size, 40))
    slices = [slice(a, b) for a, b in itertools.pairwise([0, *cuts, mu.size])]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda s: ufuncs.kl_unit_logvar(mu[s], logvar[s], out=parts[s]), slices))
    assert (parts == whole).all()


def test_a_stale_or_missing_build_is_not_used(tmp_path: Path) -> None:
    folder = tmp_path / "copied"
    shutil.copytree(GENERATED, folder, ignore=shutil.ignore_patterns("__pycache__"))
    header = next((folder / "c").glob("derive_*.h"))
    script = "import copied; print(copied.backend); print(copied.kl_unit_logvar(0.0, 0.0))"
    for change, said in (
        (lambda: header.write_text(header.read_text() + "\n"), "NumPy"),
        (lambda: shutil.rmtree(folder / "c"), "NumPy"),
    ):
        change()
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
        )
        assert done.stdout.startswith(said) and done.stdout.endswith("0.0\n")
