"""The KL divergence of one Gaussian from another: derived, proved, emitted as LaTeX, NumPy and C, verified, identified.

Each stage of the command is also a call: ``derive.prove()``, ``derive.verify(folder, "quick")``,
``derive.identify("0.5*(sigma**2 + mu**2 - 1) - log(sigma)")``. A stage is imported when it is first used, so that
``import derive`` costs nothing and never imports SymPy.
"""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"

# name -> module that defines it
_STAGES = {
    "audit": "derive.audit",
    "build": "derive.pipeline",
    "identify": "derive.identify",
    "load": "derive.pipeline",
    "prove": "derive.pipeline",
    "verify": "derive.pipeline",
}

__all__ = ["__version__", "audit", "build", "identify", "load", "prove", "verify"]


def __getattr__(name: str) -> Any:
    if name not in _STAGES:
        raise AttributeError(f"module 'derive' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_STAGES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
