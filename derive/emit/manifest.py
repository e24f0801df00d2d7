"""What stands beside the targets: the package file, .gitattributes, and the manifest with bounds and digests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from derive import DISTRIBUTION, __version__
from derive.vocabulary.kernel import Kernel

if TYPE_CHECKING:
    from derive.emit import Material

_PACKAGE = '''\
# SPDX-License-Identifier: MIT
"""Emitted by `derive all` from proved closed forms: kernels for NumPy, importable from here, C, and LaTeX."""

from .python.kl_normal import (
{imports}
)

__all__ = [
{names}
]
'''

_ATTRIBUTES = """\
* text eol=lf linguist-generated=true
"""


def _bounds(kernels: tuple[Kernel, ...]) -> dict[str, dict[str, dict[str, dict[str, object]]]]:
    table: dict[str, dict[str, dict[str, dict[str, object]]]] = {}
    for kernel in kernels:
        for precision, bound in kernel.bounds.items():
            entry = {"ulp": bound.ulp, "established": bound.established, **bound.proof}
            table.setdefault(kernel.target, {}).setdefault(precision, {})[kernel.name] = entry
        for precision, bound in kernel.sums.items():
            table[kernel.target][precision][f"{kernel.name}_sum"] = {"ulp": bound.ulp, "established": bound.established}
    return table


def manifest(material: Material, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """``files`` with the package file, .gitattributes and manifest.json added."""
    names = sorted(k.name for k in material.kernels_for("python"))
    package = _PACKAGE.format(
        imports="\n".join(f"    {name}," for name in names), names="\n".join(f'    "{name}",' for name in names)
    )
    complete = {**files, "__init__.py": package.encode(), ".gitattributes": _ATTRIBUTES.encode()}
    content = {
        "schema": 1,
        "generator": DISTRIBUTION,
        "version": __version__,
        "theorems": [{"id": c.theorem.id, "digest": c.digest} for c in material.checked],
        "bounds": _bounds(material.kernels),
        "files": {path: hashlib.sha256(complete[path]).hexdigest() for path in sorted(complete)},
    }
    complete["manifest.json"] = (json.dumps(content, indent=1) + "\n").encode()
    return complete
