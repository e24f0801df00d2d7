"""A folder of proof files that lies anywhere: imported, explained where one does not import, and put to the others.

Every file ``NAME.py`` that does not begin with an underscore holds a family: its THEOREMS, its DEFINITIONS, its FAMILY.
They import what the files of proofs/ do, from ``derive.vocabulary`` and ``derive.proofs``, and one another by relative
imports. Their Python is run.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import sys
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, TypeVar

from derive.errors import DeriveError, UsageError

if TYPE_CHECKING:
    from derive.vocabulary.theorem import Registry

Result = TypeVar("Result")


def extended(base: Registry, folder: Path) -> Registry:
    """``base`` with the families of the folder.

    Raises
    ------
    UsageError : there is no such folder or no proof file in it; a file does not import; one is incomplete.
    """
    from derive.vocabulary.complete import assemble, require_family

    parts = modules(folder)
    for part in parts:
        require_family(part)
    return explained(partial(assemble, parts, base=base), folder)


def records(folder: Path) -> dict[str, bytes]:
    """The text of ``records/NAME.py`` for each proof file ``NAME.py``: what verification knows of the family.

    Raises :class:`UsageError` where one is missing: then nothing would say again what its functions should compute.
    """
    found = {}
    for name in _names(folder):
        path = folder / "records" / f"{name}.py"
        if not path.is_file():
            raise UsageError(
                f"{path} is missing: nothing says, independently of the proof, what the functions should compute",
                "a FAMILY of derive.verify.families.record, typed from a book: docs/your-own-family.md shows one",
            )
        found[path.name] = path.read_bytes()
    return found


def modules(folder: Path) -> Sequence[ModuleType]:
    """The proof files of the folder, imported as a package of their own, in the order of their names."""
    names = _names(folder)
    package = _package(folder.resolve())
    return [explained(partial(importlib.import_module, f"{package}.{name}"), folder) for name in names]


def _names(folder: Path) -> list[str]:
    """The names of the proof files, in their order."""
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder of proof files", "--proofs takes the folder that holds NAME.py")
    names = sorted(path.stem for path in folder.glob("*.py") if not path.name.startswith("_"))
    if not names:
        raise UsageError(f"there is no proof file in {folder}", "docs/your-own-family.md shows a complete one")
    wrong = [name for name in names if not name.isidentifier()]
    if wrong:
        raise UsageError(f"{folder / wrong[0]}.py cannot be imported under this name", "letters, digits, underscores")
    return names


def explained(load: Callable[[], Result], folder: Path) -> Result:
    """The result of ``load``; what it raises is said as the line of the folder's file in which it happened."""
    try:
        return load()
    except (DeriveError, KeyboardInterrupt):
        raise
    except BaseException as error:  # SystemExit too: a file that ends the program would end it with its own status
        raise UsageError(_where(error, folder), "a proof file is Python; docs/your-own-family.md shows one") from error


def _where(error: BaseException, folder: Path) -> str:
    said = f"{type(error).__name__}: {error}"
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}, line {error.lineno}: {type(error).__name__}: {error.msg}"
    inside = [f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename).is_relative_to(folder.resolve())]
    return f"{inside[-1].filename}, line {inside[-1].lineno}: {said}" if inside else f"{folder}: {said}"


def _package(folder: Path) -> str:
    """The name of a package that stands for the folder, one for each folder, so that two never mix."""
    name = f"derive_proofs_{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"
    for known in [module for module in sys.modules if module == name or module.startswith(name + ".")]:
        del sys.modules[known]  # a folder that has changed is read anew
    importlib.invalidate_caches()
    spec = importlib.util.spec_from_loader(name, loader=None, is_package=True)
    assert spec is not None
    package = importlib.util.module_from_spec(spec)
    package.__path__ = [str(folder)]
    sys.modules[name] = package
    return name
