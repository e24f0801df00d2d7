"""The script that tries the emitted C on other processors: what it compares can differ, and what is missing is said."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import processors
import pytest

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = json.loads((ROOT / "generated" / "manifest.json").read_text(encoding="utf-8"))


def test_every_public_function_is_called() -> None:
    text = processors.driver(MANIFEST, 10)
    for path in (ROOT / "generated" / "c").glob("*.h"):
        declared = set(re.findall(r"\b(derive_\w+)\(", path.read_text(encoding="utf-8")))
        assert declared
        assert not {name for name in declared if f"{name}(" not in text}


def test_one_bit_makes_another_digest(small: Path, tmp_path: Path) -> None:
    """Of the smallest family: the digests are those of the functions, and one constant of one function is seen."""
    manifest = json.loads((small / "manifest.json").read_text(encoding="utf-8"))
    (tmp_path / "digests.c").write_text(processors.driver(manifest, 500), encoding="utf-8")
    (name,) = (Path(f).name for f in manifest["families"][0]["files"] if f.endswith(".c"))
    source = (small / "c" / name).read_text(encoding="utf-8")
    constants = re.findall(r"HEX\((0x1\.[0-9a-f]{6,})(p[-+]\d+), ([^)]*)\)", source)
    digits, exponent, decimal = constants[len(constants) // 2]
    other = f"HEX({digits[:-1]}{(int(digits[-1], 16) ^ 1):x}{exponent}, {decimal})"
    said = []
    for text in (source, source.replace(f"HEX({digits}{exponent}, {decimal})", other)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        command = ["cc", "-std=c99", "-O1", "-ffp-contract=off", "-DDERIVE_KL_NO_CLONES", f"-I{small / 'c'}"]
        subprocess.run([*command, "digests.c", name, "-lm", "-o", "digests"], cwd=tmp_path, check=True, timeout=300)
        done = subprocess.run(["./digests"], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=300)
        said.append(done.stdout.splitlines())
    assert len(said[0]) == len(said[1]) > 10
    assert said[0] != said[1]
    assert len({line.split()[-1] for line in said[0]}) > len(said[0]) // 2


def test_what_is_missing_is_named_and_is_a_failure_where_tools_are_required(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(processors, "PLATFORMS", (processors.Platform("a vax", ("vax-gcc",), "gcc-vax"),))
    monkeypatch.setattr(sys, "argv", ["processors.py"])
    monkeypatch.delenv("DERIVE_REQUIRE_TOOLS", raising=False)
    assert processors.main() == 0
    monkeypatch.setenv("DERIVE_REQUIRE_TOOLS", "1")
    assert processors.main() == 1
    assert capsys.readouterr().out.count("not checked: no vax-gcc (Debian: gcc-vax, qemu-user-static)") == 2
