"""A race: contestants computing the same arrays in turns, the best time of each. One process, one core, one thread.

Run as a script by the interpreter in which the peers are installed, which need not be the one that derive is installed
in; therefore it imports nothing of derive. It reads one JSON document on standard input and writes one to the
file that this names, because a pipe would be full before anybody reads it.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import json
import os
import random
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

#: Set before any of the peers is imported.
_COUNTS = ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "NUMBA")
ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in _COUNTS}
ONE_THREAD["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

PEERS = ("numba", "numexpr", "torch", "jax")

Call = Callable[[], object]


def _pointer(array: Any) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


def _c_function(library: str, name: str, arrays: list[Any], out: Any) -> Call:
    call = ctypes.CDLL(library)[name]
    call.restype = None if out is not None else ctypes.c_double
    arguments = [ctypes.c_size_t(len(arrays[0])), *map(_pointer, arrays)]
    if out is not None:
        arguments.append(_pointer(out))
    alive = [*arrays, out]  # the pointers do not keep what they point to

    def run() -> object:
        result = call(*arguments)
        return result if alive[-1] is None else alive[-1]

    return run


def _namespace(module: Any) -> dict[str, Any]:
    return {name: getattr(module, name) for name in ("exp", "log", "expm1")}


def _function(usual: Mapping[str, Any], functions: Mapping[str, Any]) -> Callable[..., Any]:
    """The formula as a Python function; its text comes from derive's own table."""
    source = f"lambda {', '.join(usual['parameters'])}: {usual['expression']}"
    made: Callable[..., Any] = eval(source, dict(functions))
    return made


def _peer(name: str, usual: Mapping[str, Any], arrays: list[Any]) -> Call:
    """The naive formula compiled by a peer, applied to the arrays once, so that compilation is not timed."""
    np = importlib.import_module("numpy")
    module = importlib.import_module(name)
    if name == "numexpr":
        module.set_num_threads(1)
        given = dict(zip(usual["parameters"], arrays, strict=True))
        return lambda: module.evaluate(usual["expression"], local_dict=given)
    if name == "numba":
        kernel = module.vectorize(nopython=True)(_function(usual, _namespace(np)))
        return lambda: kernel(*arrays)
    if name == "torch":
        module.set_num_threads(1)
        compiled = module.compile(_function(usual, _namespace(module)))
        tensors = [module.from_numpy(a) for a in arrays]
        return lambda: compiled(*tensors)
    module.config.update("jax_enable_x64", True)
    jitted = module.jit(_function(usual, _namespace(importlib.import_module("jax.numpy"))))
    device = [importlib.import_module("jax.numpy").asarray(a) for a in arrays]
    return lambda: jitted(*device).block_until_ready()


def _module(path: str) -> Any:
    spec = importlib.util.spec_from_file_location("kl_normal", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _contestants(
    job: Mapping[str, Any], usual: Mapping[str, Any], arrays: list[Any], missing: dict[str, str]
) -> dict[str, Call]:
    np = importlib.import_module("numpy")
    out, name = np.empty_like(arrays[0]), usual["name"]
    suffix = "" if out.dtype == np.float64 else "f"
    race = {"stream": _c_function(job["stream"], f"stream{len(arrays)}{suffix}", arrays, out)}
    for label, library in job["libraries"].items():
        race[label] = _c_function(library, f"derive_{name}_array{suffix}", arrays, out)
        race[f"{label}, sum"] = _c_function(library, f"derive_{name}_sum{suffix}", arrays, None)
    ours = getattr(_module(job["module"]), name)
    race["NumPy file"] = lambda: ours(*arrays)
    naive = _function(usual, _namespace(np))
    race["NumPy, naive"] = lambda: naive(*arrays)
    for peer in job["peers"]:
        try:
            call = _peer(peer, usual, arrays)
            call()
            race[f"{peer}, naive"] = call
        except Exception as error:  # a peer that is absent or fails is named, and the race goes on
            missing[peer] = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
    return race


def _values(job: Mapping[str, Any], missing: dict[str, str]) -> list[dict[str, list[float]]]:
    """What the contestants compute for the first formula at the cases, each a format and a column per argument."""
    np = importlib.import_module("numpy")
    found = []
    for case in job["cases"]:
        arrays = [np.array(column, _dtype(case["precision"])) for column in case["columns"]]
        race = _contestants(job, job["usual"][0], arrays, missing)
        labels = [label for label in race if label != "stream" and not label.endswith("sum")]
        found.append({label: np.array(race[label](), np.float64).tolist() for label in labels})
    return found


def _dtype(precision: str) -> Any:
    np = importlib.import_module("numpy")
    return np.float64 if precision == "binary64" else np.float32


def _columns(usual: Mapping[str, Any], size: int, precision: str) -> list[Any]:
    """Arguments of ordinary size: means and logarithms from a standard Gaussian."""
    np = importlib.import_module("numpy")
    source = np.random.default_rng(1)
    columns = []
    for parameter in usual["parameters"]:
        column = source.standard_normal(size)
        columns.append(np.exp(column) if parameter.startswith(("std", "var")) else column)
    return [np.ascontiguousarray(c, _dtype(precision)) for c in columns]


def _best(race: Mapping[str, Call], size: int, seconds: float) -> dict[str, float]:
    """Nanoseconds per element, the best of many turns."""
    for call in race.values():
        call()
    best = dict.fromkeys(race, float("inf"))
    end, turns = time.perf_counter() + seconds * len(race), 0
    order, source = list(race), random.Random(size)
    while turns < 5 or (time.perf_counter() < end and turns < 2000):
        source.shuffle(order)  # what ran before decides what is in the caches
        for label in order:
            call = race[label]
            start = time.perf_counter_ns()
            call()
            best[label] = min(best[label], (time.perf_counter_ns() - start) / size)
        turns += 1
    return best


def main() -> None:
    """Standard input: {stream, libraries, module, usual, sizes, precisions, cases, peers, seconds, core, answer}."""
    job = json.load(sys.stdin)
    os.environ.update(ONE_THREAD)
    if job["core"] is not None and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {job["core"]})
    missing: dict[str, str] = {}
    rows = []
    for usual in job["usual"]:
        for precision in job["precisions"]:
            for size in job["sizes"]:
                print(f"timing {usual['name']}, {precision}, {size:,} elements", file=sys.stderr, flush=True)
                race = _contestants(job, usual, _columns(usual, size, precision), missing)
                rows.append(
                    {
                        "kernel": usual["name"],
                        "precision": precision,
                        "size": size,
                        "ns": _best(race, size, job["seconds"]),
                    }
                )
    values = _values(job, missing)
    document = {"rows": rows, "values": values, "missing": missing, "one_core": job["core"] is not None}
    with open(job["answer"], "w") as file:
        json.dump(document, file)


if __name__ == "__main__":
    main()
