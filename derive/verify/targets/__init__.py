"""The target languages: how the emitted files of each are loaded and built. A file for each, found by looking."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from derive.verify.targets.record import Target


@cache
def targets() -> tuple[Target, ...]:
    """The targets of this folder, in the order of their names."""
    found = []
    for entry in pkgutil.iter_modules(__path__):
        target = getattr(importlib.import_module(f"{__name__}.{entry.name}"), "TARGET", None)
        if isinstance(target, Target):
            found.append(target)
    return tuple(found)
