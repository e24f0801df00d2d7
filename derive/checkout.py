"""Where generated/ lies: in the checkout one stands in, else in the working folder."""

from __future__ import annotations

import tomllib
from pathlib import Path

import derive
from derive.errors import UsageError


def find_checkout(start: Path) -> Path | None:
    """The root of the checkout of this project that holds ``start``, or None."""
    for folder in (start, *start.parents):
        try:
            with (folder / "pyproject.toml").open("rb") as stream:
                name = tomllib.load(stream).get("project", {}).get("name")
        except (OSError, tomllib.TOMLDecodeError):
            continue
        if name == derive.DISTRIBUTION:
            return folder
    return None


def default_folder(start: Path) -> Path:
    """``generated/`` of the checkout that ``start`` lies in, else of ``start`` itself."""
    return (find_checkout(start) or start) / "generated"


def is_generated(folder: Path) -> bool:
    """Whether ``folder`` is the ``generated/`` of a checkout: everything in it is ours to replace."""
    return folder.name == "generated" and find_checkout(folder.parent) == folder.parent


def require_own_checkout(start: Path) -> None:
    """Refuse to regenerate a checkout from another copy of the sources.

    From its root Python imports ``./derive`` and an installed ``derive`` command imports the installed one, which would
    fill ``generated/`` from theorems that are not those of the checkout.
    """
    root = find_checkout(start)
    mine = Path(derive.__file__).resolve().parent
    if root is not None and (root / "derive").resolve() != mine:
        raise UsageError(
            f"this derive was imported from {mine}, not from the checkout {root}",
            "install the checkout with `pip install -e .` in it, or write elsewhere with --out DIR",
        )
