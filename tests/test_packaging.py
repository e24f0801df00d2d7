"""What is installed: a wheel that holds nothing but ``derive``, and a generated/ that needs nothing but NumPy."""

from __future__ import annotations

import ast
import itertools
import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SETUPTOOLS = PROJECT["tool"]["setuptools"]
PLACES = {"derive": "derive", "derive.proofs": "proofs", "derive.generated": "generated"}


def run(script: str, folder: Path, **environment: str) -> str:
    """Run a script elsewhere than in the checkout, without any path of the test process."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the sources so that no build folder is left in the checkout."""
    top = tmp_path_factory.mktemp("wheel")
    source = top / "source"
    skip = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in ("derive", "proofs", "generated"):
        shutil.copytree(ROOT / name, source / name, ignore=skip)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(top),
        str(source),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    (built,) = top.glob("*.whl")
    return built


def test_the_wheel_holds_nothing_but_derive(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"derive"}
    assert wheel.name.startswith("derive_kl-")


def test_the_wheel_holds_every_module_and_every_emitted_file(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for package, folder in PLACES.items():
        for path in (ROOT / folder).rglob("*"):
            wanted = path.suffix == ".py" or (package == "derive.generated" and path.is_file())
            if wanted and "__pycache__" not in path.parts:
                assert "/".join((*package.split("."), *path.relative_to(ROOT / folder).parts)) in names
    assert "derive/py.typed" in names


def test_every_package_is_listed() -> None:
    there = {
        ".".join((package, *path.parent.relative_to(ROOT / folder).parts))
        for package, folder in PLACES.items()
        for path in (ROOT / folder).rglob("__init__.py")
    }
    assert set(SETUPTOOLS["packages"]) == there
    assert SETUPTOOLS["package-dir"] == PLACES


def test_the_installed_wheel_works_outside_of_any_checkout(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    script = """
import derive, derive.generated, sys
from pathlib import Path
from derive.generated import kl_unit_logvar
assert Path(derive.__file__).is_relative_to(Path("site").resolve()), derive.__file__
assert float(kl_unit_logvar(1.0, 0.0)) == 0.5
assert "sympy" not in sys.modules
from derive.proofs import REGISTRY
print(len(REGISTRY.theorems) > 5)
"""
    assert run(script, tmp_path, PYTHONPATH=str(tmp_path / "site")) == "True\n"


def test_generated_works_under_any_name(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "generated", tmp_path / "vendored", ignore=shutil.ignore_patterns("__pycache__"))
    script = """
import sys
from vendored import kl_unit_logvar
from vendored.python.kl_normal import kl_normal_std
assert float(kl_unit_logvar(1.0, 0.0)) == 0.5
assert float(kl_normal_std(0.0, 1.0, 0.0, 1.0)) == 0.0
print(sorted(m for m in sys.modules if m.split(".")[0] in ("derive", "sympy", "mpmath", "flint")))
"""
    without_finder = "import sys; sys.meta_path = [f for f in sys.meta_path if 'editable' not in str(f)]\n"
    assert run(without_finder + script, tmp_path) == "[]\n"


def test_one_file_alone_works(tmp_path: Path) -> None:
    shutil.copy(ROOT / "generated" / "python" / "kl_normal.py", tmp_path / "anything.py")
    assert run("from anything import kl_unit_var; print(float(kl_unit_var(1.0, 1.0)))", tmp_path) == "0.5\n"


def test_the_version_is_said_once() -> None:
    import derive

    assert "version" in PROJECT["project"]["dynamic"]
    manifest = json.loads((ROOT / "generated" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["version"] == derive.__version__
    assert f"## [{derive.__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_licence_of_everything_that_is_asked_for_is_named() -> None:
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    table = page[page.index("## Licences") :]
    extras = PROJECT["project"]["optional-dependencies"].values()
    for text in [*PROJECT["project"]["dependencies"], *itertools.chain(*extras)]:
        name = re.match(r"[\w-]+", text)[0]
        assert re.search(rf"^\|[^|]*\b{name}\b", table, re.MULTILINE), name


def test_what_is_imported_is_what_is_declared() -> None:
    """Every third-party module that derive or proofs import is a dependency, and every dependency is imported.

    So is what the extras `cluster`, `report` and those of frameworks ask for.
    """
    distribution = {"flint": "python-flint"}
    imported: set[str] = set()
    for folder in ("derive", "proofs"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    imported |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                    imported.add(node.module.split(".")[0])
    third_party = imported - set(sys.stdlib_module_names) - {"derive"}
    declared = {text.split(">")[0] for text in PROJECT["project"]["dependencies"]}
    extras = PROJECT["project"]["optional-dependencies"]
    asked_for = [text for extra in ("cluster", "report", "torch", "jax", "keras") for text in extras[extra]]
    optional = {text.split(">")[0] for text in asked_for}
    assert {distribution.get(name, name) for name in third_party} == declared | optional
