"""Changes derive's own sources, one small thing at a time, and runs the tests of the part: does one of them fail?

    python tests/mutate_sources.py                          100 changes, drawn evenly from all parts
    python tests/mutate_sources.py --part publish --all     every change of one part
    python tests/mutate_sources.py --part judge --all --only "memory.py, digest"     those of a file or function
    python tests/mutate_sources.py --count 20 --seed 7 --json out.json
    python tests/mutate_sources.py --count 20 --seed 7 --json out.json --resume     those that out.json has not found

The parts take turns, and the file is written after each change: a run that is cut off leaves an even sample.
Whether a change is drawn depends on the seed and on itself: a larger count, or other sources, leave the rest of the
draw as it is. The files of tests run one by one until a test fails, which then has to pass without the change. The
nearest to the changed file come first: those that import it, then those that import what imports it; of those that are
equally near, the quickest as far as they have run, and else the shortest.

Exit status 0 where at least 95 of 100 are found and each that is not is explained in SURVIVORS below; 2 where the tests
fail without a change; else 1.
The sources are changed in a copy; nothing of the checkout is touched.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

from source_changes import PARTS, ROOT, Mutant, mutants
from test_imports import MODULES, imported

_POINTS = "which points are taken decides how soon a fault is found, not what is one"
#: Changes that no test can see, by file, each with the reason: "place: before -> after".
_UNSEEN: dict[str, dict[str, str]] = {
    "publish/__init__.py": {
        "_exchange_call: 100 -> (100 + 1)": "the system ignores the folder that absolute paths begin in",
    },
    "audit/run.py": {
        "audit_files: changes and changes.within(file.path) -> (changes)": "of other files it is not looked at",
    },
    "campaign/worker.py": {"_end_with: 1 -> (1 + 1)": "nobody writes into the pipe: it is read to see it close"},
    "identify/answer/edits.py": {
        "plausible: 6 -> (6 + 1)": "of four scales two are strange to a divergence: it is no repair",
    },
    "identify/read/tree.py": dict.fromkeys(
        (f"{kind}._own_traits: 0 -> (0 + 1)" for kind in ("Node", "Binary", "Apply")),
        "a trait too many costs a search that finds nothing",
    ),
    "judge/checker.py": {"<module>: 3600 -> (3600 + 1)": "what takes minutes has an hour, to the second or not"},
    "judge/mutants.py": {
        "campaign: 2 -> (2 + 1)": "how many run at once decides how soon it ends",
        "_split: i > start -> (i >= start)": "a derivative is indented by two, its value by four",
    },
    "prove/field.py": {
        "Field._adds_up: coefficient > 0 -> (coefficient >= 0)": "no term of a polynomial has the coefficient zero",
    },
    "verify/checks/hunt.py": {"neighbours: 2.0 -> (2.0 + 1) (3)": _POINTS},
    "verify/checks/integral.py": {
        "compare: output.rel_accuracy_bits() >= _BITS -> (output.rel_accuracy_bits() > _BITS)": "a bit more is no harm",
    },
    "verify/checks/rounding/near_ties.py": dict.fromkeys(
        (
            "<module>: 25 -> (25 + 1)",
            *(f"<module>: 53 -> (53 + 1){which}" for which in ("", " (2)", " (3)", " (4)")),
        ),
        _POINTS,
    ),
    "verify/families/normal/sampler.py": {
        "unit: 1e-3 * (rng.random(n) - 0.5) -> (0.001 + (rng.random(n) - 0.5))": _POINTS,
    },
    "verify/families/laplace.py": {
        "sample: 2.0 * np.abs(b2 - b1) -> (2.0 + np.abs(b2 - b1))": _POINTS,
        "sample: b1 * uniform(rng, -40.0, 40.0)(n) -> (b1 + uniform(rng, -40.0, 40.0)(n))": _POINTS,
    },
}
SURVIVORS = {f"derive/{file}, {change}": why for file, of in _UNSEEN.items() for change, why in of.items()}
#: Seconds that a file of tests may take until it is known how long it does: then so many times that, and so many at
#: least. A change that makes it hang is found, a machine that is busy finds nothing.
UNKNOWN, PATIENCE, LEAST = 240.0, 3, 60.0
NEEDED = 0.95


def copy_to(place: Path) -> None:
    """The checkout as git would take it now. ``derive`` finds its two other folders inside itself there."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0"):
        if (ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, place / name)
    for name in ("proofs", "generated"):
        (place / "derive" / name).symlink_to(place / name)


def tests_of(part: str) -> list[Path]:
    return [path for name in PARTS[part][1] for path in sorted((ROOT / "tests").glob(f"test_{name}.py"))]


def nearest_first(tests: Sequence[Path], path: str, seconds: Mapping[Path, float]) -> list[Path]:
    """The tests by the number of imports that lead from each to the file, those that no import leads from last."""
    steps = {ROOT / path: 0}
    for reached in (queue := [ROOT / path]):
        for importer in sorted(_importers().get(reached, ()) - steps.keys()):
            steps[importer] = steps[reached] + 1
            queue.append(importer)
    # About a second for each kilobyte, where it has not run.
    return sorted(tests, key=lambda t: (steps.get(t, len(steps)), seconds.get(t, t.stat().st_size / 1000)))


@cache
def _importers() -> dict[Path, set[Path]]:
    """file -> the files that import it, of the sources and of the tests."""
    files = {**dict(MODULES), **{path.stem: path for path in (ROOT / "tests").glob("*.py")}}
    found: dict[Path, set[Path]] = {}
    for module, path in files.items():
        for name in imported(module, ast.parse(path.read_text(encoding="utf-8"))):
            if file := files.get(name) or files.get(f"{name}.__init__"):
                found.setdefault(file, set()).add(path)
    return found


def outcome(place: Path, tests: str, limit: float | None = None) -> str:
    """What a file of tests, or one of them, says: "" where all pass, else which fails first, or what else happened."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider", tests]
    environment = {**os.environ, "PYTHONPATH": str(place), "PYTHONDONTWRITEBYTECODE": "1"}
    environment["TMPDIR"] = str(place.with_name("tmp"))
    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen(command, cwd=place, env=environment, process_group=0, **piped) as process:
        try:
            said, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return f"not finished within {limit:.0f} s"
    if process.returncode == 0:
        return ""
    named = [row for row in said.splitlines() if row.startswith(("FAILED tests", "ERROR tests"))]
    return named[0] if named else f"exit status {process.returncode}: {said.strip()[-200:]}"


class Unfit(Exception):
    """A test that fails without a change."""


def judge(place: Path, mutant: Mutant, seconds: dict[Path, float]) -> str:
    """The outcome of the tests with one thing changed; ``seconds`` keeps how long each file of them takes to pass."""
    file = place / mutant.path
    data = file.read_bytes()
    end = mutant.start + len(mutant.before.encode())

    def changed(name: str, limit: float) -> str:
        try:
            file.write_bytes(data[: mutant.start] + mutant.after.encode() + data[end:])
            return outcome(place, name, limit)
        finally:
            file.write_bytes(data)

    for test in nearest_first(tests_of(mutant.part), mutant.path, seconds):
        begin, name = time.monotonic(), str(test.relative_to(ROOT))
        found = changed(name, _limit(seconds[test]) if test in seconds else UNKNOWN)
        if found:
            begin, failed = time.monotonic(), re.match(r"FAILED (tests/\w+\.py::\w+)", found)
            if fault := outcome(place, failed[1] if failed else name):
                raise Unfit(f"without a change: {fault}")
            if not failed and test not in seconds:
                found = changed(name, _limit(time.monotonic() - begin))
        if found:
            return found
        seconds[test] = time.monotonic() - begin
    return ""


def _limit(seconds: float) -> float:
    return max(PATIENCE * seconds, LEAST)


def drawn(parts: list[str], count: int | None, seed: int) -> list[Mutant]:
    """As many of each part, at random, in turn; the rest of an uneven count goes to the first ones."""
    found = []
    for number, part in enumerate(parts):
        every = mutants(part)
        if count is not None:
            every.sort(key=lambda mutant: hashlib.sha256(f"{seed} {mutant.name}".encode()).digest())
            every = every[: count // len(parts) + (number < count % len(parts))]
        found.append(every)
    return [mutant for turn in zip_longest(*found) for mutant in turn if mutant]


def figures(rows: Sequence[dict[str, Any]]) -> str:
    """What has become of the changes, by part and of all."""
    fates = ("found", "explained", "open")
    counts = Counter((of, fate) for row in rows for of in (row["part"], "all") for fate in [_fate(row)])
    lines = [f"{'':10}" + "".join(f"{fate:>10}" for fate in fates)]
    for of in (*dict.fromkeys(row["part"] for row in rows), "all"):
        lines.append(f"{of:10}" + "".join(f"{counts[of, fate]:10}" for fate in fates))
    return "\n".join(lines)


def _fate(row: dict[str, Any]) -> str:
    return "found" if row["found by"] else "explained" if row["explained"] else "open"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--part", action="append", choices=list(PARTS), help="by default all")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--all", action="store_true", help="every change instead of a sample")
    parser.add_argument("--only", default="", metavar="TEXT", help="those of the draw whose name has this text in it")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--resume", action="store_true", help="what the file of --json has found is not judged again")
    options = parser.parse_args()
    parts = options.part or list(PARTS)
    every = drawn(parts, None if options.all else options.count, options.seed)
    before = json.loads(options.json.read_text()) if options.resume and options.json.exists() else []
    known = {row["name"]: row for row in before if row["found by"]}
    chosen = sorted((m for m in every if options.only in m.name), key=lambda m: m.name not in known)
    rows = []
    with tempfile.TemporaryDirectory(prefix="mutants-") as name:
        place = Path(name) / "checkout"
        for folder in (place.parent, place, place.with_name("tmp")):  # beside it: what a test makes is no checkout
            folder.mkdir(exist_ok=True)
            folder.chmod(0o755)  # a test steps down to another user
        copy_to(place)
        seconds: dict[Path, float] = {}
        for number, mutant in enumerate(chosen, 1):
            begin = time.monotonic()
            try:
                fault = known[mutant.name]["found by"] if mutant.name in known else judge(place, mutant, seconds)
            except Unfit as error:
                print(error)
                return 2
            why = "" if fault else SURVIVORS.get(mutant.name, "")
            took = round(time.monotonic() - begin)
            rows.append({"name": mutant.name, **asdict(mutant), "found by": fault, "explained": why, "seconds": took})
            print(
                f"{number}/{len(chosen)} {_fate(rows[-1])} {mutant.name} (line {mutant.line}) {fault or why}",
                flush=True,
            )
            if options.json:
                options.json.write_text(json.dumps(rows, indent=1))
    print(figures(rows))
    fates = Counter(map(_fate, rows))
    return 0 if rows and fates["found"] >= NEEDED * len(rows) and not fates["open"] else 1


if __name__ == "__main__":
    sys.exit(main())
