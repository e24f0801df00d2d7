"""What is known of each family of distributions, typed again from books: a file or package for each, found by looking.

A record of a user's own family comes as text, with the files to be checked, and is run: see `register`.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType

from derive.errors import CheckFailed
from derive.verify.families.record import Family, Subject

#: Records that came with the files to be checked: digest of the text -> family.
_REGISTERED: dict[str, Family] = {}


@cache
def shipped() -> tuple[Family, ...]:
    """The families of this folder, in the order of their names; the unary functions are one of them."""
    found = []
    for entry in pkgutil.iter_modules(__path__):
        family = getattr(importlib.import_module(f"{__name__}.{entry.name}"), "FAMILY", None)
        if isinstance(family, Family):
            found.append(family)
    return tuple(found)


def register(name: str, text: str) -> None:
    """Run the text of a record and keep its ``FAMILY``.

    Raises
    ------
    CheckFailed
        where the text cannot be run or has no ``FAMILY``.
    """
    if text in _REGISTERED:
        return
    module = ModuleType(name)
    try:
        exec(compile(text, name, "exec"), module.__dict__)
    except Exception as error:
        raise CheckFailed(f"the record {name} cannot be run: {type(error).__name__}: {error}") from error
    family = getattr(module, "FAMILY", None)
    if not isinstance(family, Family):
        raise CheckFailed(
            f"the record {name} has no FAMILY of the type Family", "see derive/verify/families/record.py for its fields"
        )
    _REGISTERED[text] = family


def families() -> tuple[Family, ...]:
    """All families that are known here."""
    return (*shipped(), *_REGISTERED.values())


def subjects() -> tuple[Subject, ...]:
    """All subjects that are known here."""
    return tuple(subject for family in families() for subject in family.subjects)


def subject_of(function: str) -> Subject:
    """The subject of which a function is the value or the gradient.

    Raises
    ------
    CheckFailed
        where no record has it.
    """
    for subject in subjects():
        if function in subject.functions:
            return subject
    raise CheckFailed(
        f"no family's record knows {function}",
        "a record in derive/verify/families/, or in the folder of the proofs, says what it should compute",
    )


def correctly_rounded() -> tuple[str, ...]:
    """Functions of one float that are correctly rounded in binary32, so that all arguments can be taken."""
    return tuple(name for family in families() for name in family.correctly_rounded)
