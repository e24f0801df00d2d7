"""Copies of chosen emitted files in somebody else's project, and whether they are still what would be copied today.

    copies    the emitted folder, a target, names of functions -> files, each with the licence and a mark
    state     a file that is there, and what would be copied now -> current, stale, changed, missing
    vendor    writes the copies; a file that is not an unchanged copy of ours is never replaced

The mark says which functions were chosen, so that a check needs no more than the folder, and holds a digest of the
rest, so that a copy somebody has changed is told from one that is old.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from derive import DISTRIBUTION
from derive.errors import CheckFailed, UsageError
from derive.verify.targets import targets
from derive.verify.targets.record import Target

_MARK = re.compile(
    r"Copied by `derive vendor (\w+) DIR((?: --only \w+)*)`;\n(?:#|  ) sha256 of the rest: ([0-9a-f]{64})"
)
_SPDX = re.compile(r"\A(/\* |# )SPDX-License-Identifier: [\w.-]+(?: \*/)?\n")


@dataclass(frozen=True)
class State:
    """A file of a project: ``current``, ``stale``, ``changed`` by somebody, ``missing``, or ``written`` just now.

    ``dropped`` are the functions that it had before it was written with a choice of others.
    """

    path: str
    state: str
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """An emitted folder, of which only files are taken that its manifest has the digest of."""

    folder: Path

    @cached_property
    def manifest(self) -> dict[str, Any]:
        place = self.folder / "manifest.json"
        try:
            found: dict[str, Any] = json.loads(place.read_bytes())
            return found | {"families": list(found["families"]), "files": dict(found["files"])}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{place} cannot be read: {error}", "`derive all` writes it") from error

    def content(self, path: str) -> bytes:
        try:
            content = (self.folder / path).read_bytes()
        except OSError as error:
            raise UsageError(f"cannot read {error.filename}: {error.strerror}", "`derive all` writes it") from error
        if hashlib.sha256(content).hexdigest() != self.manifest["files"].get(path):
            raise CheckFailed(
                f"{self.folder / path} is not the file that was verified: its digest is not that of the manifest",
                "`derive all` writes it anew",
            )
        return content

    def families(self, target: Target) -> list[tuple[dict[str, bytes], list[str]]]:
        """Of each family, the target's files and the names of the functions in them, sums included."""
        found = []
        for family in self.manifest["families"]:
            files = {path: self.content(path) for path in family["files"]}
            owned = {path: content for path, content in files.items() if target.owns(path, content)}
            names = []
            for name, function in family["functions"].items():
                if target.name in function:
                    names += [name, *([f"{name}_sum"] if "sum" in function[target.name]["forms"] else [])]
            if owned and names:
                found.append((owned, names))
        return found


def emitted_folder() -> Path:
    """The emitted files of the derive that runs."""
    spec = find_spec("derive.generated")
    if spec is None or spec.origin is None:
        raise UsageError("derive.generated is not installed", "name an emitted folder with --from")
    return Path(spec.origin).parent


def target_named(name: str, source: Source) -> Target:
    """The target that users call so.

    Raises
    ------
    UsageError : where there is none, or the emitted folder has no files of it.
    """
    known = {target.vendored_as: target for target in targets()}
    emitted = [called for called, target in sorted(known.items()) if source.families(target)]
    if name not in emitted:
        said = "is not emitted yet" if name in known else "is no target"
        raise UsageError(f"{name!r} {said}", f"there are {', '.join(emitted)}")
    return known[name]


def copies(name: str, only: Sequence[str] = (), *, source: Path | None = None) -> dict[str, bytes]:
    """File name -> content of what ``derive vendor`` copies: the chosen functions, or all.

    Raises
    ------
    UsageError : for a target or a function that does not exist.
    CheckFailed : where an emitted file is not the one that was verified.
    """
    origin = Source(source or emitted_folder())
    target = target_named(name, origin)
    families = origin.families(target)
    _known(only, [function for _, functions in families for function in functions], name, origin)
    found: dict[str, bytes] = {}
    for files, functions in families:
        chosen = [function for function in only if function in functions]
        if chosen or not only:
            parts = target.part(files, chosen) if chosen else files
            found |= {Path(path).name: _marked(content, name, chosen) for path, content in parts.items()}
    return found


def _known(only: Sequence[str], functions: Sequence[str], target: str, source: Source) -> None:
    import difflib

    for function in only:
        if function not in functions:
            near = difflib.get_close_matches(function, functions, n=3, cutoff=0.5)
            hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(functions)}"
            within = [known for known in functions if known in function]
            if within:
                hint = (
                    f"name it {max(within, key=len)}, which stands for its forms for numbers and arrays in all formats"
                )
            elif others := _with(function, source):
                hint = f"it is in {', '.join(others)}: `derive vendor {others[0]} DIR --only {function}`"
            raise UsageError(f"{target} has no function {function!r}", hint)


def _with(function: str, source: Source) -> list[str]:
    """The targets that have a function, as users call them."""
    return sorted(
        target.vendored_as
        for target in targets()
        if any(function in functions for _, functions in source.families(target))
    )


def _marked(content: bytes, target: str, only: Sequence[str]) -> bytes:
    """The file with the licence and the mark below its first line, which names the licence."""
    text = content.decode("utf-8")
    first = _SPDX.match(text)
    if first is None:
        raise CheckFailed("an emitted file does not begin with its licence", "`derive all` writes it anew")
    licence = _comment(_licence(), c=first[1] == "/* ")
    rest = f"{first[0]}{licence}{text[first.end() :]}"
    mark = "Copied by `derive vendor {} DIR{}`;\nsha256 of the rest: {}".format(
        target, "".join(f" --only {name}" for name in only), hashlib.sha256(rest.encode()).hexdigest()
    )
    return f"{first[0]}{_comment(mark, c=first[1] == '/* ')}{rest[first.end() :]}".encode()


def _comment(text: str, *, c: bool) -> str:
    lines = text.split("\n")
    if not c:
        return "".join(f"# {line}".rstrip() + "\n" for line in lines)
    return "/* " + "\n".join(f"   {line}".rstrip() for line in lines)[3:] + " */\n"


def _licence() -> str:
    # in a checkout what was left by building is found before what is installed, and has no licence
    of_all = (found.read_text("licenses/LICENSE") for found in metadata.distributions(name=DISTRIBUTION))
    text = next(filter(None, of_all), None)
    if text is None:
        raise UsageError("this installation of derive has no licence text, which every copy needs", "install it anew")
    return text.strip()


def _mark_of(content: bytes) -> tuple[str, tuple[str, ...], bool] | None:
    """Target and functions that the mark of a file names, and whether the rest is as it was; None without a mark."""
    text = content.decode("utf-8", "replace").replace("\r\n", "\n")
    found = _MARK.search(text[:4096])
    if found is None:
        return None
    # The comment that holds the mark is of whole lines.
    start = text.rfind("\n", 0, found.start()) + 1
    rest = text[:start] + text[text.find("\n", found.end()) + 1 :]
    return found[1], tuple(found[2].split()[1::2]), hashlib.sha256(rest.encode()).hexdigest() == found[3]


def _state(place: Path, expected: bytes | None) -> State:
    if not place.exists():
        return State(place.name, "missing")
    content = place.read_bytes()
    if content.replace(b"\r\n", b"\n") == expected:
        return State(place.name, "current")
    mark = _mark_of(content)
    return State(place.name, "stale" if mark and mark[2] else "changed")


def check(name: str, folder: Path, only: Sequence[str] = (), *, source: Path | None = None) -> list[State]:
    """What has become of the copies of a target in a folder. Without ``only``, of those that lie there, by their marks.

    Raises
    ------
    UsageError : where the folder has no copy of the target, or what :func:`copies` refuses.
    """
    if only:
        expected = copies(name, only, source=source)
        return [_state(folder / path, content) for path, content in expected.items()]
    target_named(name, Source(source or emitted_folder()))
    choices = {}
    for place in sorted(folder.iterdir()) if folder.is_dir() else ():
        mark = _mark_of(place.read_bytes()) if place.is_file() else None
        if mark is not None and mark[0] == name:
            choices[place.name] = mark[1]
    if not choices:
        raise UsageError(f"{folder} has no copy of {name}", f"`derive vendor {name} {folder}` puts one there")
    expected_files: dict[str, bytes | None] = dict.fromkeys(choices)
    for chosen in set(choices.values()):
        made = _still_there(name, chosen, source)
        expected_files |= {path: made[path] for path in made if choices.get(path, chosen) == chosen}
    return [_state(folder / path, content) for path, content in sorted(expected_files.items())]


def choice(name: str, folder: Path) -> tuple[str, ...]:
    """The functions that the copies of a target in a folder were chosen for; none where one was copied whole."""
    marks = [_mark_of(place.read_bytes()) for place in folder.iterdir() if place.is_file()] if folder.is_dir() else []
    chosen = [mark[1] for mark in marks if mark is not None and mark[0] == name]
    return tuple(sorted({function for functions in chosen for function in functions})) if all(chosen) else ()


def _still_there(name: str, only: Sequence[str], source: Path | None) -> Mapping[str, bytes]:
    """What would be copied today; nothing where a function that was chosen is no longer emitted."""
    try:
        return copies(name, only, source=source)
    except UsageError:
        return {}


def _dropped(name: str, folder: Path, only: Sequence[str], source: Path | None) -> dict[str, tuple[str, ...]]:
    """By file of a folder, the functions that its copy was made for and that one of another choice would not have."""
    origin = Source(source or emitted_folder())
    target = target_named(name, origin)
    found = {}
    for files, functions in origin.families(target):
        chosen = [function for function in only if function in functions]
        part = target.part(files, chosen) if chosen else files
        for path in files:
            place = folder / Path(path).name
            mark = _mark_of(place.read_bytes()) if chosen and place.is_file() else None
            before = () if mark is None else mark[1] or functions
            others = [function for function in before if function in functions and function not in chosen]
            found[place.name] = tuple(other for other in others if target.part(files, [*chosen, other]) != part)
    return found


def vendor(name: str, folder: Path, only: Sequence[str] = (), *, source: Path | None = None) -> list[State]:
    """Write the chosen functions of a target into a folder, which is made where it is not there.

    An unchanged copy is replaced; functions that it had and that are not chosen now are told as ``dropped``. Nothing is
    written where a file of that name is there that is not an unchanged copy.

    Raises
    ------
    UsageError : for such a file, and for what :func:`copies` refuses.
    """
    made = copies(name, only, source=source)
    found = {path: _state(folder / path, content) for path, content in made.items()}
    for path, state in found.items():
        if state.state == "changed":
            raise UsageError(
                f"{folder / path} is not a copy by derive, or was changed since", "move it away, or name another folder"
            )
    dropped = _dropped(name, folder, only, source)
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in made.items():
        if found[path].state != "current":
            beside = folder / f".{path}.derive"
            beside.write_bytes(content)
            os.replace(beside, folder / path)
    return [
        State(path, "current" if found[path].state == "current" else "written", dropped.get(path, ())) for path in made
    ]
