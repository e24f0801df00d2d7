"""How long the command takes: the figures that the project promises for a machine with two cores."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from derive.campaign.scratch import scratch


@dataclass(frozen=True)
class Figure:
    """What was timed, the best of the runs, and the promise."""

    name: str
    seconds: float
    promised: float


def _run(arguments: Sequence[str]) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True, cwd=tempfile.gettempdir())
    return time.perf_counter() - start


def _best(runs: int, measure: Callable[[], float]) -> float:
    return min(measure() for _ in range(runs))


def _import(statement: str) -> float:
    """Seconds that a fresh interpreter spends in the statement, without its own start."""
    code = f"import time; t = time.perf_counter(); {statement}; print(time.perf_counter() - t)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return float(done.stdout)


_FILLER = "\n".join(
    f"def f{i}(x, y):\n    z = self.layer{i}(x) + np.log(y) * np.exp(-x)\n    return {{'a': z, 'b': [x, y]}}\n"
    for i in range(60)
)
_FORMULA = "0.5*(mu**2 + exp(logvar) - logvar - 1)"
_DIVERGENCE = """
def loss(mu, logvar):
    return -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
"""


def _audit(count: int) -> float:
    """Seconds for as many files, of which one in ten holds a divergence."""
    with scratch() as place:
        for i in range(count):
            (place / f"m{i}.py").write_text(_FILLER + (_DIVERGENCE if i % 10 == 0 else ""))
        return _run(["-m", "derive", "audit", str(place)])


def measure(runs: int = 5) -> list[Figure]:
    """All figures; the build runs twice, the rest ``runs`` times."""
    with scratch() as place:
        folder = str(place / "generated")
        build = _run(["-m", "derive", "-q", "all", "--out", folder])
        check = _run(["-m", "derive", "-q", "all", "--check", "--out", folder])
    beside = _best(runs, lambda: _import("import numpy, derive.generated")) - _best(
        runs, lambda: _import("import numpy")
    )
    return [
        Figure("derive all, from nothing", build, 25.0),
        Figure("derive all --check, nothing changed", check, 25.0),
        Figure("derive --help", _best(runs, lambda: _run(["-m", "derive", "--help"])), 0.2),
        Figure("import derive.generated, beyond import numpy", beside, 0.02),
        Figure("derive identify EXPR", _best(runs, lambda: _run(["-m", "derive", "identify", _FORMULA])), 2.0),
        Figure("derive audit, a thousand files", _audit(1000), 30.0),
    ]
