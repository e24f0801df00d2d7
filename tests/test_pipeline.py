"""`derive all`, whole: what is committed is what it gives, whatever the hash seed and the number of jobs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from derive import publish

ROOT = Path(__file__).resolve().parent.parent


def derive_all(folder: Path, hash_seed: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "derive", "all", "--out", str(folder), *arguments],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        timeout=300,
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {path: (folder / path).read_bytes() for path in publish.compare({}, folder).orphan}


@pytest.mark.parametrize(("hash_seed", "jobs"), [("0", "1"), ("1", "2")])
def test_from_nothing_it_gives_what_is_committed(tmp_path: Path, hash_seed: str, jobs: str) -> None:
    done = derive_all(tmp_path / "generated", hash_seed, "--jobs", jobs, "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["ok"]
    made = contents(tmp_path / "generated")
    assert sorted(made) == document["files"]
    differences = publish.compare(made, ROOT / "generated")
    assert not differences, f"{differences}; mend it with `derive all`"
