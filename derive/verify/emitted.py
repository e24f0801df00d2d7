"""The emitted files as the checks take them: read once, so that a chunk of work carries all it needs to any machine."""

from __future__ import annotations

import hashlib
import json
import pickle
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from derive.errors import CheckFailed
from derive.verify.functions import FAMILY_OF

MANIFEST = "manifest.json"
PYTHON = "python/kl_normal.py"
C_SOURCE = "c/derive_kl.c"
C_HEADER = "c/derive_kl.h"
C_SELFTEST = "c/selftest.c"
C_VECTORS = "c/vectors.csv"


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
    """The files under ``generated/`` that are loaded, with the bounds that the manifest declares."""

    files: Files

    def __reduce__(self) -> tuple[Any, ...]:
        return Emitted, (self.files,)

    @cached_property
    def bounds(self) -> Mapping[str, Mapping[str, Mapping[str, Mapping[str, Any]]]]:
        """Language, format, function -> the bound in ulp and how it was established."""
        bounds: Mapping[str, Any] = json.loads(self.files[MANIFEST])["bounds"]
        return bounds

    @staticmethod
    def read(folder: Path) -> Emitted:
        """The emitted files in a folder.

        Raises
        ------
        CheckFailed
            when a file is missing, or the manifest does not declare a bound for every function.
        """
        files = {}
        for path in (MANIFEST, PYTHON, C_SOURCE, C_HEADER, C_SELFTEST, C_VECTORS):
            try:
                files[path] = (folder / path).read_bytes()
            except OSError as error:
                raise CheckFailed(f"cannot read {folder / path}: {error.strerror}", "run `derive all`") from error
        emitted = Emitted(Files(files))
        try:
            for language in ("c", "python"):
                for precision in ("binary64", "binary32"):
                    for function in FAMILY_OF:
                        emitted.bound(language, precision, function)
        except (ValueError, KeyError, TypeError) as error:
            raise CheckFailed(f"{folder / MANIFEST} declares no bound: {error!r}", "run `derive all`") from error
        return emitted

    def bound(self, language: str, precision: str, function: str) -> float:
        """The declared bound in ulp."""
        return float(self.bounds[language][precision][function]["ulp"])

    def text(self, path: str) -> str:
        return self.files[path].decode("utf-8")

    def with_text(self, path: str, text: str) -> Emitted:
        """The same with one file changed."""
        return Emitted(Files({**self.files, path: text.encode("utf-8")}))
