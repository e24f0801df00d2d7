"""The linter, the formatter and the type checker, as configured in pyproject.toml; and where a family is named."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from derive.proofs import FAMILIES

from derive.vocabulary.family import Family

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    "tool", [["ruff", "check", "--no-cache"], ["ruff", "format", "--check", "--no-cache"], ["mypy"]]
)
def test_a_tool_has_nothing_to_say(tool: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", *tool], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr


#: Where a further family may be named: the line in the index of proofs, and tests that change its own proof.
_INDEX, _PROOF_TESTS = "proofs/__init__.py", "tests/test_prove_moments.py"


@pytest.mark.parametrize("family", FAMILIES[1:], ids=lambda f: f.name)
def test_a_further_family_is_named_in_its_proof_and_its_record_alone(family: Family) -> None:
    """By its kernels, its theorems, the heads of its formulas, its class in a library, or an import."""
    name = family.name
    classes = "|".join({re.escape(known) for library in family.libraries for known in library.names})
    names = rf"\b(kl|stable|gradients|optimum|[pq])[_-]{name}|\bproofs\.{name}\b|proofs import (.*, )?{name}\b"
    named = re.compile(rf"{names}|[\"'](?:{classes})[\"']")
    files = [p for folder in ("derive", "proofs", "tests") for p in sorted((ROOT / folder).rglob("*.py"))]
    found = {p.relative_to(ROOT).as_posix() for p in files if named.search(p.read_text(encoding="utf-8"))}
    own = {f"proofs/{name}.py", f"derive/verify/families/{name}.py"}
    assert own <= found
    assert found - own - {_PROOF_TESTS} == set()
    index = [line.strip() for line in (ROOT / _INDEX).read_text().splitlines() if re.search(rf"\b{name}\b", line)]
    assert index[0] == f"{name},"  # its import, and then its place among the families
    assert any(line.startswith("_FAMILIES = (") for line in index)
