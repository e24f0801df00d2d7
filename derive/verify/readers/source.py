"""The syntax tree of an emitted Python file."""

from __future__ import annotations

import ast
import threading
from functools import lru_cache

#: Python 3.11 counts the depth of a tree in one place for all threads of a process; workers of a cluster have several.
_ONE_AT_A_TIME = threading.Lock()


#: The files of a folder are few, and every check asks for them again.
_FILES = 16


@lru_cache(_FILES)
def parsed(text: str | bytes) -> ast.Module:
    """The tree of a module, to be read only; safe in threads."""
    with _ONE_AT_A_TIME:
        return ast.parse(text)
