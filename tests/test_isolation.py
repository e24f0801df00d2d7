"""No command imports a module of the working folder: neither this process nor any that it starts.

`derive all`, whole and from nothing, is run here once, as hard as it can be had: in such a folder, with another hash
seed than what is committed was made with.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from derive import publish

ROOT = Path(__file__).resolve().parent.parent
WRONG = "kld = -0.5 * torch.sum(1 + 2 * logvar - mu.pow(2) - logvar.exp())\n"
FORMULA = "0.5*(mu**2 + exp(logvar) - logvar - 1)"


def commands(folder: Path, small: Path = ROOT / "generated") -> dict[str, list[str]]:
    """By name, with what is verified alone in ``small``."""
    generated = str(ROOT / "generated")
    return {
        "audit": ["audit", str(folder)],
        "identify": ["identify", FORMULA],
        "explain": ["explain", "DK001"],
        "list": ["list"],
        "show": ["show", "kl-unit"],
        "prove": ["prove", "kl-unit"],
        "verify": ["verify", "--mutants", "--sample", "1", "--jobs", "1", str(small)],  # `all` verifies without mutants
        "bench": ["bench", "--loops", generated],
        "report": ["report", "--accuracy", "--count", "20", generated],
    }


#: Prints the names of the modules that the commands load.
EVERYTHING = """
import derive.cli, derive.cli.build, derive.audit.command, derive.audit.findings, derive.bench.report, derive.emit
import derive.lower, derive.pipeline, derive.publish, derive.views, derive.verify, matplotlib.pyplot, sys
derive.pipeline.load()
print(*sys.modules)
"""


@pytest.fixture(scope="module")
def shadows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a file for every module of the standard library and every package here; each leaves a mark."""
    folder = tmp_path_factory.mktemp("hostile")
    mark = folder / "MARK"
    loaded = subprocess.run([sys.executable, "-I", "-c", EVERYTHING], capture_output=True, text=True, check=True)
    installed = {name.partition(".")[0] for name in loaded.stdout.split()}
    names = {*sys.stdlib_module_names, *installed, "sitecustomize", "usercustomize", "gmpy2", "sage"}
    assert {"selectors", "signal", "pickle", "__future__", "typing", "numpy", "click"} <= names
    for name in names - {"derive", "__main__", "__mp_main__"}:
        code = f"open({str(mark)!r}, 'a').write({name!r} + ' in ' + __file__ + '\\n')\n"
        (folder / f"{name}.py").write_text(code)
    for number in range(100):
        (folder / f"model{number}.py").write_text(WRONG)
    (folder / "matplotlibrc").write_text("backend: module://evil\n")
    return folder


@pytest.fixture
def clean(shadows: Path) -> Iterator[Path]:
    yield shadows
    (shadows / "MARK").unlink(missing_ok=True)


def run(folder: Path, way: str, arguments: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    begin = [sys.executable, "-m", "derive"] if way == "module" else [str(Path(sys.executable).with_name("derive"))]
    keep = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(
        [*begin, *arguments], cwd=folder, capture_output=True, text=True, timeout=1200, env={**keep, **environment}
    )


#: The longer ones once, the harder way.
WAYS = [
    (name, way)
    for name in commands(Path())
    for way in ("module", "command")
    if way == "module" or name not in ("verify", "report", "bench")
]


@pytest.mark.parametrize(("name", "way"), WAYS)
def test_nothing_of_a_hostile_folder_is_imported(name: str, way: str, clean: Path, small: Path) -> None:
    done = run(clean, way, commands(clean, small)[name])
    assert not (clean / "MARK").exists(), (clean / "MARK").read_text()
    # the few mutants that are sampled need not break the contract, which is said and fails
    allowed = {"audit": (1,), "verify": (0, 1)}.get(name, (0,))
    assert done.returncode in allowed, done.stderr[-2000:]
    if name == "audit":
        assert done.stdout.count("DK002") == 100


def test_from_nothing_all_gives_what_is_committed(clean: Path, tmp_path: Path) -> None:
    """Whatever lies around it and in whatever order sets are: the same bytes."""
    out = tmp_path / "generated"
    done = run(clean, "module", ["all", "--out", str(out), "--json"], PYTHONHASHSEED="1")
    assert not (clean / "MARK").exists(), (clean / "MARK").read_text()
    assert done.returncode == 0, done.stderr[-2000:]
    document = json.loads(done.stdout)
    made = {path: (out / path).read_bytes() for path in publish.compare({}, out).orphan}
    assert document["ok"] and sorted(made) == document["files"]
    differences = publish.compare(made, ROOT / "generated")
    assert not differences, f"{differences}; mend it with `derive all`"


def test_one_file_is_as_safe_as_a_hundred(clean: Path) -> None:
    for arguments in (["audit", "model1.py"], ["identify", "--file", "model1.py"]):
        done = run(clean, "module", arguments)
        assert not (clean / "MARK").exists(), (clean / "MARK").read_text()
        assert done.returncode == 1, done.stderr


def test_workers_leave_the_python_path_of_the_environment_alone(clean: Path, tmp_path: Path) -> None:
    """This process had it before it could do anything; no process that it starts has it again."""
    (tmp_path / "sitecustomize.py").write_text(f"open({str(tmp_path / 'starts')!r}, 'a').write('x')\n")
    done = run(clean, "command", ["audit", str(clean)], PYTHONPATH=str(tmp_path))
    assert done.stdout.count("DK002") == 100
    assert (tmp_path / "starts").read_text() == "x"


def test_the_marks_are_not_blind(clean: Path) -> None:
    subprocess.run([sys.executable, "-c", "import selectors"], cwd=clean, timeout=60)
    assert "selectors in " in (clean / "MARK").read_text()
