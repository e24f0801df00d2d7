"""Calls of an emitted NumPy file with mixed shapes, types and layouts, against the same numbers as plain arrays.

Needs NumPy and the file alone, so that any NumPy can be asked: ``python tests/numpy_mixes.py FILE...``; exit 1 where a
result has other bits than it has for contiguous float64 (or float32, where all arguments are) of the full shape.
"""

from __future__ import annotations

import importlib.util
import inspect
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

TYPES = ("f2", "f4", "f8", "g", "i1", "i2", "i4", "i8", "u1", "u8", "?", ">f4", ">f8", ">i4", "<f4", "<f8")
PYTHON = (0, 1, 2, True, 0.5, 1.25, 0.1)
SHAPES = ((), (1,), (5,), (4, 1), (4, 5), (3, 1, 1), (3, 4, 5), (1, 5), (0,), (4, 0), (33,), (2, 33), (2, 1))


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"mixed_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _laid_out(generator: np.random.Generator, a: np.ndarray) -> Any:
    """The same numbers in another place: strided, backwards, in Fortran's order, misaligned, locked, masked."""
    form = generator.integers(0, 9)
    if form == 1 and a.ndim:
        a = np.repeat(a, 3, axis=-1)[..., ::3]
    elif form == 2 and a.ndim:
        a = a[::-1].copy()[::-1]
    elif form == 3:
        a = np.asfortranarray(a)
    elif form == 4:
        buffer = np.empty(a.nbytes + 1, np.uint8)
        moved = buffer[1:].view(a.dtype).reshape(a.shape)
        moved[...] = a
        a = moved
    elif form == 5:
        a.flags.writeable = False
    elif form == 6:
        return np.ma.array(a, mask=generator.random(a.shape) < 0.5)
    elif form == 7 and a.ndim == 0:
        return a[()]
    elif form == 8 and a.size and a.dtype.kind in "fiu":
        return a.tolist()
    return a


def _argument(generator: np.random.Generator, shape: tuple[int, ...], types: tuple[str, ...]) -> Any:
    if generator.random() < 0.15:
        return PYTHON[generator.integers(0, len(PYTHON))]
    dtype = np.dtype(types[generator.integers(0, len(types))])
    numbers = generator.integers(0, 2, shape) if dtype.kind == "b" else generator.uniform(0.1, 3.9, shape)
    return _laid_out(generator, np.array(numbers).astype(dtype))


def _shapes(generator: np.random.Generator, count: int) -> list[tuple[int, ...]]:
    while True:
        shapes = [SHAPES[generator.integers(0, len(SHAPES))] for _ in range(count)]
        try:
            np.broadcast_shapes(*shapes)
        except ValueError:
            continue
        return shapes


def mixes(names: list[str], arity: dict[str, int], count: int, seed: int) -> Iterator[tuple[str, list[Any]]]:
    generator = np.random.default_rng(seed)
    for number in range(count):
        name = names[number % len(names)]
        types = ("f4", ">f4", "<f4") if generator.random() < 0.2 else TYPES
        yield name, [_argument(generator, shape, types) for shape in _shapes(generator, arity[name])]


def _is_single(arguments: list[Any]) -> bool:
    types = {np.asarray(a).dtype.type for a in arguments if type(a) not in (bool, int, float)}
    return types == {np.float32}


def faults(module: ModuleType, count: int = 2000, seed: int = 1) -> Iterator[str]:
    """What is wrong with the module's public functions, a line for each mix."""
    arity = {}
    for name in module.__all__:
        parameters = inspect.signature(getattr(module, name)).parameters.values()
        arity[name] = sum(p.kind is p.POSITIONAL_ONLY for p in parameters)
    for name, arguments in mixes(sorted(arity), arity, count, seed):
        single = _is_single(arguments)
        real = np.dtype(np.float32 if single else np.float64)
        shape = np.broadcast_shapes(*(np.shape(a) for a in arguments))
        plain = [np.broadcast_to(np.asarray(a), shape).astype(real).ravel() for a in arguments]
        function = getattr(module, name)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            given, expected = function(*arguments), function(*plain)
        pairs = zip(given, expected, strict=True) if isinstance(given, tuple) else [(given, expected)]
        for got, wanted in pairs:
            ok = got.dtype == real and np.shape(got) == shape and np.isscalar(got) == (shape == ())
            if not (ok and np.array_equal(np.ravel(got), wanted, equal_nan=True)):
                yield f"{name}{tuple(arguments)!r}: {got!r}, for plain arrays {wanted!r}"
                break


def main(paths: list[str]) -> int:
    wrong = 0
    for path in paths:
        found = list(faults(load(Path(path))))
        print(f"NumPy {np.__version__}, {Path(path).name}: {len(found)} of 2000 mixes wrong", *found[:3], sep="\n  ")
        wrong += len(found)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
