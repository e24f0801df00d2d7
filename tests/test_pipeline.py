"""`derive all`, whole, from nothing: it gives what is committed, with one process and another hash seed.

With as many processes as there are cores the tests of isolation run it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from derive import publish

ROOT = Path(__file__).resolve().parent.parent


def derive_all(folder: Path, hash_seed: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "derive", "all", "--out", str(folder), *arguments],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        timeout=1200,
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {path: (folder / path).read_bytes() for path in publish.compare({}, folder).orphan}


def test_from_nothing_it_gives_what_is_committed(tmp_path: Path) -> None:
    done = derive_all(tmp_path / "generated", "0", "--jobs", "1", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["ok"]
    made = contents(tmp_path / "generated")
    assert sorted(made) == document["files"]
    differences = publish.compare(made, ROOT / "generated")
    assert not differences, f"{differences}; mend it with `derive all`"
