"""The KL divergence of one Gaussian from another: derived, proved, emitted as LaTeX, NumPy and C, verified, identified.

Each stage of the command is also a call::

    derive.prove(["kl-unit"])                   # tuple[CheckedTheorem, ...]
    derive.verify(Path("generated"), "quick")   # Report
    derive.identify("0.5*(sigma**2 + mu**2 - 1) - log(sigma)")

A stage is imported when it is first used: ``import derive`` costs nothing and never imports SymPy.
"""

import sys

if sys.argv[:1] == ["-m"] and not sys.flags.safe_path:
    # `python -m derive` looks in the working folder first, where the files may be anybody's. They are not imported.
    # This stands before all other imports, __future__ included, because each of them would look there.
    del sys.path[0]
    # And an interrupt before the command can answer ends it without a trace; see `__main__`.
    import signal

    signal.signal(signal.SIGINT, signal.SIG_DFL)

from importlib import import_module
from types import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from derive.identify import identify as identify
    from derive.pipeline import build as build
    from derive.pipeline import load as load
    from derive.pipeline import prove as prove
    from derive.pipeline import verify as verify

__version__ = "0.1.0"

#: The name under which the package is distributed, and the mark in the manifest of every folder that it writes.
DISTRIBUTION = "derive-kl"

#: Each call, and the module that defines it.
_CALLS = {
    "build": "derive.pipeline",
    "identify": "derive.identify",
    "load": "derive.pipeline",
    "prove": "derive.pipeline",
    "verify": "derive.pipeline",
}

__all__ = ["__version__", *_CALLS]


class _Stage(ModuleType):
    """A subpackage that is called by its own name: ``derive.prove(...)`` is :func:`derive.pipeline.prove`."""

    def __call__(self, *args: "Any", **kwargs: "Any") -> "Any":
        return _call(self.__name__.rpartition(".")[2])(*args, **kwargs)


class _Derive(ModuleType):
    """This package. Importing a subpackage binds its name here, over the call of that name; this keeps it callable."""

    def __setattr__(self, name: str, value: object) -> None:
        if name in _CALLS and isinstance(value, ModuleType):
            value.__class__ = _Stage
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Derive


def _call(name: str) -> "Any":
    return getattr(import_module(_CALLS[name]), name)


def __getattr__(name: str) -> "Any":
    if name not in _CALLS:
        raise AttributeError(f"module 'derive' has no attribute {name!r}")
    return _call(name)


def __dir__() -> list[str]:
    return sorted(__all__)
