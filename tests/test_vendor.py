"""Copies of emitted files in projects of others: they build there, compute the same, and say when they are old."""

from __future__ import annotations

import ctypes
import hashlib
import json
import math
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from derive import vendor
from derive.cli import run
from derive.errors import CheckFailed, UsageError
from derive.verify.checks.vectors import read_vectors
from derive.verify.readers.c_part import part
from derive.verify.ulp import BINARY32, BINARY64, dyadic, ulp_error

ROOT = Path(__file__).resolve().parent.parent
GENERATED = vendor.emitted_folder()
MANIFEST = json.loads((GENERATED / "manifest.json").read_text())
BOUNDS = MANIFEST["bounds"]["c"]
FORMATS = {"binary64": (BINARY64, ctypes.c_double, ""), "binary32": (BINARY32, ctypes.c_float, "f")}
WARNINGS = ("-std=c99", "-Wall", "-Wextra", "-Werror")


def code_lines(text: str) -> int:
    """Lines that are neither blank nor comment."""
    outside = "".join(piece.partition("*/")[2] if i else piece for i, piece in enumerate(text.split("/*")))
    return sum(bool(line.strip()) for line in outside.splitlines())


def pair(*functions: str) -> tuple[str, str]:
    folder = GENERATED / "c"
    return part((folder / "derive_kl.h").read_text(), (folder / "derive_kl.c").read_text(), functions)


def test_all_functions_are_the_whole_files() -> None:
    whole = (GENERATED / "c/derive_kl.h").read_text(), (GENERATED / "c/derive_kl.c").read_text()
    assert pair(*BOUNDS["binary64"]) == whole


def test_one_function_is_a_pair_of_less_than_700_lines_of_code() -> None:
    header, source = pair("kl_unit_logvar")
    assert code_lines(header) + code_lines(source) < 700
    assert [name for name in BOUNDS["binary64"] if f"derive_{name}(" in header] == ["kl_unit_logvar"]
    bound = BOUNDS["binary64"]["kl_unit_logvar"]
    assert f"Error: binary64: {bound['ulp']:g} ulp, {bound['established']}" in header
    assert "Error of the sum" not in header


def test_a_gradient_and_a_sum_bring_the_value_and_their_own_forms() -> None:
    header, _ = pair("kl_unit_var_grad", "kl_normal_std_sum")
    for name in ("kl_unit_var", "kl_unit_var_grad_arrayf", "kl_unit_var_value_grad_array", "kl_normal_std_sumf"):
        assert f"derive_{name}(" in header
    assert "kl_unit_var_sum" not in header and "kl_normal_std_grad" not in header
    assert header.count("Error of the sum") == 1


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize("functions", [("log1pmx",), ("kl_unit_std_grad",), ("kl_normal_logvar_sum", "expm1mx")])
def test_parts_compile_without_a_warning(
    compiler: str, functions: tuple[str, ...], tmp_path: Path, need: Callable[..., None]
) -> None:
    need(compiler)
    vendor.vendor("c", tmp_path, functions)
    subprocess.run([compiler, *WARNINGS, "-c", "derive_kl.c"], cwd=tmp_path, check=True)


def test_a_project_that_cc_builds_computes_the_vectors(tmp_path: Path, need: Callable[..., None]) -> None:
    need("cc")
    vendor.vendor("c", tmp_path, ["kl_unit_logvar"])
    built = ["cc", *WARNINGS, "-O1", "-shared", "-fPIC", "-o", "own.so", "derive_kl.c", "-lm"]
    subprocess.run(built, cwd=tmp_path, check=True)
    own = ctypes.CDLL(str(tmp_path / "own.so"))
    assert own.derive_kl_selftest() == 0
    assert not hasattr(own, "derive_kl_unit_var")
    checked = 0
    for row in read_vectors((GENERATED / "c/vectors.csv").read_text()):
        if row.function == "kl_unit_logvar":
            precision, real, suffix = FORMATS[row.precision]
            call = own[f"derive_kl_unit_logvar{suffix}"]
            call.argtypes, call.restype = [real, real], real
            expected = row.expected[0]
            # the expected result is itself rounded, by half an ulp at most
            bound = BOUNDS[row.precision]["kl_unit_logvar"]["ulp"] + 0.5
            exact = dyadic(expected) if math.isfinite(expected) else expected
            assert ulp_error(call(*row.arguments), exact, precision) <= bound, row
            checked += 1
    assert checked > 40


def test_a_project_that_cmake_builds(tmp_path: Path, need: Callable[..., None]) -> None:
    need("cmake", "cc")
    vendor.vendor("c", tmp_path / "third_party" / "derive", ["kl_unit_std_sum"])
    (tmp_path / "main.c").write_text(
        '#include "derive_kl.h"\n'
        "int main(void)\n{\n    const double mu = 0.0, std = 1.0;\n"
        "    return derive_kl_selftest() != 0 || derive_kl_unit_std_sum(1, &mu, &std) != 0.0;\n}\n"
    )
    page = (ROOT / "docs" / "vendor.md").read_text(encoding="utf-8")
    shown = re.search(
        r"^    cmake_minimum.*?^    target_link_libraries\(app derive_kl\)\n", page, re.MULTILINE | re.DOTALL
    )
    assert shown is not None
    (tmp_path / "CMakeLists.txt").write_text(f"{shown[0]}set_property(TARGET derive_kl app PROPERTY C_STANDARD 99)\n")
    for command in (["cmake", "-S", ".", "-B", "build"], ["cmake", "--build", "build"], ["build/app"]):
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)


def test_a_copy_of_the_numpy_file_runs_without_derive(tmp_path: Path) -> None:
    vendor.vendor("numpy", tmp_path, ["kl_unit_std"])
    script = "import sys, kl_normal; assert 'derive' not in sys.modules; print(kl_normal.kl_unit_std(0.0, 1.0))"
    command = [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {script}"]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout == "0.0\n"
    assert "derive authors" in (tmp_path / "kl_normal.py").read_text()


def newer(folder: Path) -> Path:
    """An emitted folder like ours, in which a constant of the C has changed."""
    shutil.copytree(GENERATED, folder, ignore=shutil.ignore_patterns("latex", "coq", "__pycache__"))
    source = folder / "c/derive_kl.c"
    source.write_text(source.read_text().replace("0x1.71547652b82fep+0", "0x1.71547652b82ffp+0"))
    return described(folder)


def described(folder: Path) -> Path:
    """With a manifest that has the digests of the files as they are."""
    place = folder / "manifest.json"
    manifest = json.loads(place.read_text())
    for path in manifest["families"][0]["files"]:
        manifest["files"][path] = hashlib.sha256((folder / path).read_bytes()).hexdigest()
    place.write_text(json.dumps(manifest))
    return folder


def states(found: list[vendor.State]) -> dict[str, str]:
    return {file.path: file.state for file in found}


def test_a_check_knows_what_was_chosen_and_says_what_has_become_of_it(tmp_path: Path) -> None:
    vendor.vendor("c", tmp_path, ["kl_unit_logvar_grad"])
    assert states(vendor.check("c", tmp_path)) == {"derive_kl.c": "current", "derive_kl.h": "current"}
    later = newer(tmp_path / "later")
    assert states(vendor.check("c", tmp_path, source=later)) == {"derive_kl.c": "stale", "derive_kl.h": "current"}
    assert states(vendor.vendor("c", tmp_path, ["kl_unit_logvar_grad"], source=later))["derive_kl.c"] == "written"
    assert set(states(vendor.check("c", tmp_path, source=later)).values()) == {"current"}
    header = tmp_path / "derive_kl.h"
    header.write_text(header.read_text().replace("every real mu", "mu = 0"))
    (tmp_path / "derive_kl.c").unlink()
    assert states(vendor.check("c", tmp_path, source=later)) == {"derive_kl.c": "missing", "derive_kl.h": "changed"}


def test_a_function_that_is_no_longer_emitted_makes_its_copy_stale(tmp_path: Path) -> None:
    vendor.vendor("c", tmp_path, ["kl_unit_logvar"])
    later = newer(tmp_path / "later")
    manifest = json.loads((later / "manifest.json").read_text())
    del manifest["families"][0]["functions"]["kl_unit_logvar"]
    (later / "manifest.json").write_text(json.dumps(manifest))
    assert set(states(vendor.check("c", tmp_path, source=later)).values()) == {"stale"}


def test_files_of_others_stay(tmp_path: Path) -> None:
    (tmp_path / "main.c").write_text("int main(void) { return 0; }\n")
    (tmp_path / "derive_kl.h").write_text("/* mine */\n")
    with pytest.raises(UsageError, match=r"derive_kl.h is not a copy by derive, or was changed since"):
        vendor.vendor("c", tmp_path, ["expm1mx"])
    assert sorted(place.name for place in tmp_path.iterdir()) == ["derive_kl.h", "main.c"]
    (tmp_path / "derive_kl.h").unlink()
    vendor.vendor("c", tmp_path, ["expm1mx"])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["derive_kl.c", "derive_kl.h", "main.c"]
    assert (tmp_path / "main.c").read_text() == "int main(void) { return 0; }\n"


def test_a_copy_is_replaced_by_another_choice_but_not_once_it_was_changed(tmp_path: Path) -> None:
    vendor.vendor("c", tmp_path, ["expm1mx"])
    vendor.vendor("c", tmp_path, ["log1pmx"])
    source = tmp_path / "derive_kl.c"
    assert "derive_log1pmx" in source.read_text() and "derive_expm1mx" not in source.read_text()
    source.write_text(source.read_text() + "/* mine */\n")
    with pytest.raises(UsageError, match="was changed since"):
        vendor.vendor("c", tmp_path, ["expm1mx"])
    assert source.read_text().endswith("/* mine */\n")


def test_a_further_choice_says_what_it_drops(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(tmp_path)
    assert run(["vendor", "c", folder, "--only", "kl_unit_logvar"]) == 0
    assert "no longer" not in capsys.readouterr().out
    assert run(["vendor", "c", folder, "--only", "kl_unit_std"]) == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[-1] == "no longer in it: kl_unit_logvar"
    assert f"name all in one call: derive vendor c {folder} --only kl_unit_std --only kl_unit_logvar" in said.err
    assert run(["vendor", "c", folder, "--only", "kl_unit_std_grad", "--json"]) == 0  # which brings the value
    assert all(file.keys() == {"path", "state"} for file in json.loads(capsys.readouterr().out)["files"])
    assert not any(file.dropped for file in vendor.vendor("c", tmp_path))
    dropped = vendor.vendor("c", tmp_path, ["kl_unit_std"])[0].dropped
    assert "kl_normal_logvar_sum" in dropped and "kl_unit_std" not in dropped
    vendor.vendor("numpy", tmp_path, ["kl_unit_std"])
    assert not any(file.dropped for file in vendor.vendor("numpy", tmp_path, ["kl_unit_logvar"]))  # in the same file


def test_line_ends_of_another_system_are_no_change_and_other_targets_are_not_asked(tmp_path: Path) -> None:
    vendor.vendor("numpy", tmp_path)
    vendor.vendor("c", tmp_path, ["expm1mx"])
    place = tmp_path / "kl_normal.py"
    place.write_bytes(place.read_bytes().replace(b"\n", b"\r\n"))
    found = states(vendor.check("numpy", tmp_path))
    assert "kl_normal.py" in found and not any(name.endswith((".c", ".h")) for name in found)
    assert set(found.values()) == {"current"}


def test_nothing_is_copied_that_was_not_verified(tmp_path: Path) -> None:
    folder = newer(tmp_path / "emitted")
    (folder / "c/derive_kl.c").write_text("/* SPDX-License-Identifier: MIT */\n")
    with pytest.raises(CheckFailed, match="its digest is not that of the manifest"):
        vendor.vendor("c", tmp_path / "copy", source=folder)
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["fortran", "DIR"], "'fortran' is no target"),
        (["c", "DIR", "--only", "kl_unit_logva"], "did you mean kl_unit_logvar"),
        (["c", "DIR", "--check"], "has no copy of c"),
        (["c", "DIR", "--from", "DIR"], "does not exist"),
    ],
)
def test_errors_say_what_to_do(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [str(tmp_path / "there") if word == "DIR" else word for word in arguments]
    assert run(["vendor", *given]) == 2
    assert said in capsys.readouterr().err


def test_the_command_exits_1_where_a_copy_is_stale(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "copy"
    assert run(["vendor", "c", str(copy), "--only", "expm1mx"]) == 0
    later = str(newer(tmp_path / "later"))
    capsys.readouterr()
    assert run(["vendor", "c", str(copy), "--check", "--from", later, "--json"]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["files"][0] == {"path": "derive_kl.c", "state": "stale"}
    assert "derive vendor c" in said.err
    assert run(["vendor", "c", str(copy), "--check"]) == 0


def test_what_mends_a_copy_names_what_was_chosen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vendor.vendor("c", tmp_path, ["kl_unit_logvar_grad", "kl_unit_std"])
    (tmp_path / "derive_kl.h").unlink()
    assert run(["vendor", "c", str(tmp_path), "--check"]) == 1
    assert "--only kl_unit_logvar_grad --only kl_unit_std`" in capsys.readouterr().err
    vendor.vendor("c", tmp_path / "whole")
    assert vendor.choice("c", tmp_path / "whole") == vendor.choice("numpy", tmp_path) == ()


@pytest.mark.parametrize("name", ["kl_unit_logvar_array", "kl_unit_logvarf", "derive_kl_unit_logvar"])
def test_a_form_is_named_by_its_function(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        vendor.vendor("c", tmp_path, [name])
    assert "name it kl_unit_logvar," in caught.value.hint


def test_of_a_function_that_another_target_has_it_is_said_which(tmp_path: Path) -> None:
    origin = vendor.Source(vendor.emitted_folder())
    torch, numpy = (
        {name for _, names in origin.families(vendor.target_named(target, origin)) for name in names}
        for target in ("torch", "numpy")
    )
    name = min(name for name in numpy - torch if not name.endswith("_grad"))
    with pytest.raises(UsageError) as caught:
        vendor.vendor("torch", tmp_path, [name])
    assert caught.value.hint == f"it is in c, numpy: `derive vendor c DIR --only {name}`"


def test_what_building_left_in_a_checkout_does_not_hide_the_licence(tmp_path: Path) -> None:
    (tmp_path / "derive_kl.egg-info").mkdir()
    (tmp_path / "derive_kl.egg-info" / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: derive-kl\nVersion: 0\n")
    command = [sys.executable, "-m", "derive", "vendor", "numpy", "out dir", "--only", "kl_unit_std"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "MIT License" in (tmp_path / "out dir" / "kl_normal.py").read_text()
