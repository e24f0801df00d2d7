"""The emitted files as the checks take them: texts read once, so that a chunk of work carries all it needs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
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


@dataclass(frozen=True)
class Emitted:
    """Relative path under ``generated/`` -> content, with the bounds that the manifest declares."""

    files: Mapping[str, bytes]
    bounds: Mapping[str, Mapping[str, Mapping[str, Mapping[str, Any]]]]

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
        try:
            bounds = json.loads(files[MANIFEST])["bounds"]
            for language in ("c", "python"):
                for precision in ("binary64", "binary32"):
                    for function in FAMILY_OF:
                        float(bounds[language][precision][function]["ulp"])
        except (ValueError, KeyError, TypeError) as error:
            raise CheckFailed(f"{folder / MANIFEST} declares no bound: {error!r}", "run `derive all`") from error
        return Emitted(files, bounds)

    def bound(self, language: str, precision: str, function: str) -> float:
        """The declared bound in ulp."""
        return float(self.bounds[language][precision][function]["ulp"])

    def text(self, path: str) -> str:
        return self.files[path].decode("utf-8")

    def with_text(self, path: str, text: str) -> Emitted:
        """The same with one file changed."""
        return replace(self, files={**self.files, path: text.encode("utf-8")})
