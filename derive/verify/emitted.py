"""The emitted files as the checks take them: read once, so that a chunk of work carries all it needs to any machine."""

from __future__ import annotations

import hashlib
import json
import pickle
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from derive.errors import CheckFailed
from derive.verify.families import register, subjects
from derive.verify.families.record import Subject

MANIFEST = "manifest.json"
C_SELFTEST = "c/selftest.c"
C_VECTORS = "c/vectors.csv"
_NO_CODE = (C_SELFTEST, "python/__init__.py")


class Files(Mapping[str, bytes]):
    """Relative path -> content. Two of the same content are equal, print as its digest, and travel compressed."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self._contents = dict(sorted(contents.items()))

    @staticmethod
    def of_folder(folder: Path, pattern: str) -> Files:
        """The files directly in a folder whose names match."""
        return Files({path.name: path.read_bytes() for path in folder.glob(pattern)})

    def __getitem__(self, path: str) -> bytes:
        return self._contents[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._contents)

    def __len__(self) -> int:
        return len(self._contents)

    def write(self, folder: Path) -> None:
        """All of them, into a folder that exists."""
        for path, content in self.items():
            (folder / path).write_bytes(content)

    @cached_property
    def digest(self) -> str:
        found = hashlib.sha256()
        for path, content in self.items():
            found.update(f"{path} {len(content)}\n".encode() + content)
        return found.hexdigest()

    @cached_property
    def _packed(self) -> bytes:
        return zlib.compress(pickle.dumps(self._contents))

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpacked, (self._packed,)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Files) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"Files({self.digest})"


@lru_cache(maxsize=4)
def _unpacked(packed: bytes) -> Files:
    return Files(pickle.loads(zlib.decompress(packed)))


@dataclass(frozen=True)
class Emitted:
    """The emitted code, the manifest that declares its bounds, and the records of families that came with it."""

    files: Files
    records: Files = field(default_factory=lambda: Files({}))

    def __post_init__(self) -> None:
        for name, text in self.records.items():
            register(name, text.decode("utf-8"))

    def __reduce__(self) -> tuple[Any, ...]:
        return Emitted, (self.files, self.records)

    @cached_property
    def bounds(self) -> Mapping[str, Mapping[str, Mapping[str, Mapping[str, Any]]]]:
        """Language, format, function -> the bound in ulp and how it was established."""
        bounds: Mapping[str, Any] = json.loads(self.files[MANIFEST])["bounds"]
        return bounds

    @cached_property
    def subjects(self) -> tuple[Subject, ...]:
        """What the functions that the manifest lists compute, as the records of the families have it."""
        listed = {name for formats in self.bounds.values() for functions in formats.values() for name in functions}
        return tuple(subject for subject in subjects() if listed & set(subject.functions))

    @property
    def functions(self) -> tuple[str, ...]:
        """Names of the values and gradients of all subjects."""
        return tuple(function for subject in self.subjects for function in subject.functions)

    @staticmethod
    def read(folder: Path, records: Files | None = None) -> Emitted:
        """The emitted code in a folder.

        Raises
        ------
        CheckFailed
            when a file is missing, or the manifest does not declare a bound for every function.
        """
        files = {}
        try:
            for path in (MANIFEST, C_SELFTEST, C_VECTORS):
                files[path] = (folder / path).read_bytes()
            for place in (*sorted((folder / "c").iterdir()), *sorted((folder / "python").glob("*.py"))):
                files[place.relative_to(folder).as_posix()] = place.read_bytes()
        except OSError as error:
            raise CheckFailed(f"cannot read {error.filename}: {error.strerror}", "run `derive all`") from error
        emitted = Emitted(Files(files), records or Files({}))
        try:
            for language in ("c", "python"):
                for precision in ("binary64", "binary32"):
                    for function in emitted.functions:
                        emitted.bound(language, precision, function)
            listed = [name for functions in emitted.bounds["c"].values() for name in functions]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CheckFailed(f"{folder / MANIFEST} declares no bound: {error!r}", "run `derive all`") from error
        if not emitted.functions:
            raise CheckFailed(
                f"{folder / MANIFEST}: " + (f"no family's record knows {listed[0]}" if listed else "declares no bound"),
                "for families of your own: --proofs DIR, where their proofs lie; else run `derive all`",
            )
        return emitted

    def bound(self, language: str, precision: str, function: str) -> float:
        """The declared bound in ulp."""
        return float(self.bounds[language][precision][function]["ulp"])

    def text(self, path: str) -> str:
        return self.files[path].decode("utf-8")

    @property
    def code(self) -> list[str]:
        """The files that hold the functions: C sources and Python files, but for those that only try them."""
        return [path for path in self.files if path.endswith((".c", ".py")) and path not in _NO_CODE]

    @property
    def c_sources(self) -> list[str]:
        """The C files of the library, in the order of their names."""
        return [path for path in self.code if path.endswith(".c")]

    def paths(self, suffix: str) -> list[str]:
        """The files whose names end so."""
        return [path for path in self.files if path.endswith(suffix)]

    def texts(self, suffix: str) -> str:
        """The text of all files whose names end so, one after the other."""
        return "\n".join(self.text(path) for path in self.paths(suffix))

    def family_of(self, path: str) -> Emitted:
        """The files and bounds of the family that has this file, all that a change of it can reach; else everything."""
        manifest = json.loads(self.files[MANIFEST])
        families = manifest.get("families", [])
        mine = [family for family in families if path in family["files"]]
        if not mine:
            return self
        others = {other for family in families if family not in mine for other in family["files"]}
        known = {name for family in mine for name in family["functions"]}
        for functions in (of for formats in self.bounds.values() for of in formats.values()):
            known |= {name for name in functions if name.removesuffix("_sum") in known}
        bounds = {
            language: {p: {name: of[name] for name in of if name in known} for p, of in formats.items()}
            for language, formats in self.bounds.items()
        }
        files = {name: content for name, content in self.files.items() if name not in others}
        files[MANIFEST] = json.dumps(manifest | {"families": mine, "bounds": bounds}).encode()
        return Emitted(Files(files), self.records)

    def with_text(self, path: str, text: str) -> Emitted:
        """The same with one file changed."""
        return Emitted(Files({**self.files, path: text.encode("utf-8")}), self.records)
