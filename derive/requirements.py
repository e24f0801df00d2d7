"""The ranges of the dependencies that derive is tried with, read from the metadata of the installed package."""

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


def require_dependencies() -> None:
    """Raise :class:`UsageError` unless what is installed is in the ranges of pyproject.toml; imports nothing.

    Outside of them a step may stay undecided, or a byte of what is emitted may differ.
    """
    try:
        requirements = [r for r in metadata.requires("derive-kl") or () if "extra ==" not in r]
    except metadata.PackageNotFoundError as error:
        raise UsageError("derive is not installed", "install it: pip install -e . in the checkout") from error
    for wanted in requirements:
        name = re.match(r"[\w.-]+", wanted)
        assert name is not None
        try:
            version = metadata.version(name[0])
        except metadata.PackageNotFoundError as error:
            raise UsageError(f"{name[0]} is not installed", f"install it: pip install '{wanted}'") from error
        for relation, bound in re.findall(r"([<>=!]=?)\s*([\d.]+)", wanted):
            if not _COMPARE[relation](_numbers(version), _numbers(bound)):
                raise UsageError(f"{name[0]} {version} is installed, outside {wanted}", f"pip install '{wanted}'")


def _numbers(version: str) -> tuple[int, ...]:
    """1.14.0 and 1.14 compare equal; a pre-release counts as the release that it precedes."""
    numbers = [int(n) for n in re.findall(r"\d+", re.split(r"(?<=\d)(?:a|b|rc|\.dev|\.post)", version)[0])]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
