"""The range of SymPy that the proofs are known to hold with, read from the metadata of the installed package."""

from __future__ import annotations

import operator
import re
from importlib import metadata

from derive.errors import UsageError

_COMPARE = {
    ">=": operator.ge,
    "<=": operator.le,
    "<": operator.lt,
    ">": operator.gt,
    "==": operator.eq,
    "!=": operator.ne,
}


def require_sympy() -> None:
    """Raise :class:`UsageError` unless the installed SymPy is in the range of pyproject.toml; imports nothing."""
    try:
        wanted = [r for r in metadata.requires("derive-kl") or () if re.match(r"sympy\b", r)]
    except metadata.PackageNotFoundError as error:
        raise UsageError("derive is not installed", "install it: pip install -e . in the checkout") from error
    try:
        version = metadata.version("sympy")
    except metadata.PackageNotFoundError as error:
        raise UsageError("SymPy is not installed", f"install it: pip install '{wanted[0]}'") from error
    for relation, bound in re.findall(r"([<>=!]=?)\s*([\d.]+)", wanted[0]):
        if not _COMPARE[relation](_numbers(version), _numbers(bound)):
            raise UsageError(f"SymPy {version} is installed, outside {wanted[0]}", f"pip install '{wanted[0]}'")


def _numbers(version: str) -> tuple[int, ...]:
    """1.14.0 and 1.14 compare equal; a pre-release counts as the release that it precedes."""
    numbers = [int(n) for n in re.findall(r"\d+", re.split(r"(?<=\d)(?:a|b|rc|\.dev|\.post)", version)[0])]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
