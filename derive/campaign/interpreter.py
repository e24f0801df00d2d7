"""How a Python of our own is started: it imports this derive, its dependencies, and nothing of the working folder.

A Python that is started with ``-c`` looks for every module in the working folder first, and that is the folder which
somebody wants to have audited. The standard ways to start workers do so (``multiprocessing`` and its helpers). Here a
new Python gets ``-P`` (no working folder), ``-E`` (no PYTHONPATH) and ``-s`` (no user site), then the standard library
first, and only then what this process imports from elsewhere.
"""

from __future__ import annotations

import importlib.util
import json
import os
import site
import sys
from collections.abc import Sequence

#: Packages without which nothing is computed. A place that the environment adds is of use only if it holds one.
_NEEDED = ("click", "flint", "mpmath", "numpy", "pathspec", "sympy")

#: The new Python takes the places that it is given behind its own standard library, and this derive from its own file.
_BEGIN = """
import sys
own = sys.path
first = next((n for n, p in enumerate(own) if p.rstrip("/").endswith(("site-packages", "dist-packages"))), len(own))
import json
given, home = json.loads(sys.argv[1])
del sys.argv[1]
sys.path[:] = dict.fromkeys([*own[:first], *given, *own[first:]])
import importlib.util
spec = importlib.util.spec_from_file_location("derive", home + "/__init__.py", submodule_search_locations=[home])
derive = sys.modules["derive"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(derive)
"""


def command(code: str, *arguments: str) -> list[str]:
    """The command that runs ``code`` in a new Python, with ``sys.argv[1:]`` as given."""
    home = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    flags = ["-E", "-P", *([] if _lives_in_user_site() else ["-s"]), *(["-B"] if sys.dont_write_bytecode else [])]
    return [sys.executable, *flags, "-c", _BEGIN + code, json.dumps([places(), home]), *arguments]


def places() -> list[str]:
    """Where this process finds packages, without the working folder and what the environment adds to no purpose."""
    here = os.path.realpath(os.getcwd())
    added = {os.path.abspath(p) for p in os.environ.get("PYTHONPATH", "").split(os.pathsep)}
    added.add(site.getusersitepackages())
    return [
        place
        for place in sys.path
        if os.path.isabs(place)
        and os.path.realpath(place) != here
        and (os.path.abspath(place) not in added or _holds(place, _NEEDED))
    ]


def _holds(place: str, packages: Sequence[str]) -> bool:
    return any(os.path.isdir(os.path.join(place, name)) for name in packages)


def _lives_in_user_site() -> bool:
    """Whether a package that is needed is installed for this user alone."""
    if not site.ENABLE_USER_SITE:
        return False
    home = os.path.realpath(site.getusersitepackages()) + os.sep
    found = [importlib.util.find_spec(name) for name in _NEEDED]
    return any(spec is not None and os.path.realpath(spec.origin or "").startswith(home) for spec in found)
