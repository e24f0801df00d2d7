"""What a project has settled about its audits: the table ``[tool.derive.audit]`` of its pyproject.toml.

[tool.derive.audit]
select = ["DK00", "DK01"]                   # these codes instead of the usual ones
ignore = ["DK010"]
exclude = ["third_party/"]                  # patterns as in .gitignore, for what is found in folders
per-file-ignores = { "tests/*" = ["ALL"] }  # for files that are named, too
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pathspec import GitIgnoreSpec

from derive.audit.codes import chosen, named
from derive.errors import UsageError

_FILE, _TABLE = "pyproject.toml", "[tool.derive.audit]"
_LISTS = ("select", "ignore", "exclude")
_PER_FILE = "per-file-ignores"
_EXAMPLE = f'{_PER_FILE} = {{ "tests/*" = ["DK010"] }}'
_KEYS = (*_LISTS, _PER_FILE)


@dataclass(frozen=True)
class Settings:
    """The table of one project; ``folder`` is where it lies, which its patterns start from."""

    folder: Path | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    excluded: GitIgnoreSpec = field(default_factory=lambda: GitIgnoreSpec([]))
    per_file: tuple[tuple[GitIgnoreSpec, frozenset[str]], ...] = ()

    def excludes(self, path: Path, slash: str = "") -> bool:
        """Whether a file, or a folder where ``slash`` is one, is not to be found."""
        return self._matches(self.excluded, path, slash)

    def codes(self, path: Path, select: tuple[str, ...], ignore: tuple[str, ...]) -> frozenset[str]:
        """What is reported of a file. What the command line selects, the table does not take away."""
        found = chosen(select or self.select, ignore if select else (*self.ignore, *ignore))
        return found.difference(*(codes for spec, codes in self.per_file if self._matches(spec, path)))

    def _matches(self, spec: GitIgnoreSpec, path: Path, slash: str = "") -> bool:
        place = path.parent.resolve() / path.name
        if self.folder is None or not place.is_relative_to(self.folder):
            return False
        return spec.match_file(place.relative_to(self.folder).as_posix() + slash)


def settings(path: Path) -> Settings:
    """The table that holds for a path: of the nearest pyproject.toml at or above it that has one.

    Raises
    ------
    UsageError : a file that cannot be read, a key or a code that does not exist, a value of another kind.
    """
    try:
        start = path.resolve()
    except (OSError, RuntimeError):  # the latter of a loop of links, before Python 3.13
        return Settings()  # a path that cannot be looked at: whoever reads it says why
    for folder in (start, *start.parents):
        file = folder / _FILE
        if not os.path.isfile(file):  # False, too, where the name is one that no file can have
            continue
        try:
            table: Any = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            hint = f"strings stand in quotes, as in {_EXAMPLE}" if isinstance(error, tomllib.TOMLDecodeError) else ""
            raise UsageError(f"cannot read {file}: {error}", hint) from None
        for key in ("tool", "derive", "audit"):
            table = table.get(key) if isinstance(table, dict) else None
        if table is not None:
            return _checked(table, file)
    return Settings()


def _checked(table: Any, file: Path) -> Settings:
    def wrong(what: str, hint: str) -> UsageError:
        return UsageError(f"{file}, {_TABLE}: {what}", hint)

    def texts(value: Any, key: str) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            own = f'"{key}" = ["DK010"]' if key not in _LISTS else f'{key} = ["DK010"]'
            hint = f"in {_PER_FILE}: {own}" if key not in _LISTS else f"{own}; of some files: {_EXAMPLE}"
            raise wrong(f"{key} must be a list of strings", hint)
        return tuple(value)

    def patterns(lines: tuple[str, ...], key: str) -> GitIgnoreSpec:
        try:
            return GitIgnoreSpec.from_lines(lines)
        except ValueError as error:
            raise wrong(f"{key}: {error}", "patterns are those of .gitignore") from None

    def codes(prefixes: tuple[str, ...], key: str) -> frozenset[str]:
        try:
            return frozenset(named(prefixes))
        except UsageError as error:
            raise wrong(f"{key}: {error.message}", error.hint) from None

    if not isinstance(table, dict):
        raise wrong("it must be a table", f"its keys are {', '.join(_KEYS)}")
    for key in table:
        if key not in _KEYS:
            raise wrong(f"there is no key {key!r}", f"the keys are {', '.join(_KEYS)}")
    select, ignore, exclude = (texts(table.get(key, []), key) for key in _LISTS)
    codes(select, "select"), codes(ignore, "ignore")
    ignores = table.get(_PER_FILE, {})
    if not isinstance(ignores, dict):
        raise wrong(f"{_PER_FILE} must be a table", _EXAMPLE)
    per_file = tuple(
        (patterns((pattern,), _PER_FILE), codes(texts(value, pattern), pattern)) for pattern, value in ignores.items()
    )
    return Settings(file.parent, select, ignore, patterns(exclude, "exclude"), per_file)
