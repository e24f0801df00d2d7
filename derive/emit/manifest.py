"""What stands beside the targets: the package file, .gitattributes, and the manifest with bounds and digests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from derive import DISTRIBUTION, __version__
from derive.vocabulary.kernel import Kernel, Role

if TYPE_CHECKING:
    from derive.emit import Material

_PACKAGE = '''\
# SPDX-License-Identifier: MIT
"""Emitted by `derive all` from proved closed forms: kernels for NumPy, importable from here, C, and LaTeX.

The functions are the compiled ufuncs of an installed derive, where these were built from the C that lies here, or else
those of the NumPy files; ``backend`` says which.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import ModuleType

{imports}

__all__ = [
{names}
]


def _compiled() -> tuple[ModuleType | None, str]:
    """The ufuncs of derive, if they were built from exactly this C, and what is used in words."""
    try:
        from derive import _ufuncs
    except ImportError:
        return None, "NumPy files: derive's compiled ufuncs are not installed"
    content = hashlib.sha256()
    for path in sorted((Path(__file__).parent / "c").glob("derive_*.[ch]")):
        content.update(path.name.encode() + b"\\n" + path.read_bytes())
    if content.hexdigest() != _ufuncs.DIGEST:
        return None, "NumPy files: derive's compiled ufuncs were built from other C; install derive again"
    return _ufuncs, "compiled ufuncs"


_found, backend = _compiled()
for _name in __all__:
    globals()[_name] = getattr(_found, _name, globals()[_name])
'''

_ATTRIBUTES = """\
* text eol=lf linguist-generated=true
"""


def bounds(kernels: Sequence[Kernel]) -> dict[str, dict[str, dict[str, dict[str, object]]]]:
    """By target, format and function: the declared bound in ulp, how it was established, the figures of the proof."""
    table: dict[str, dict[str, dict[str, dict[str, object]]]] = {}
    for kernel in kernels:
        for name, declared in ((kernel.name, kernel.bounds), (f"{kernel.name}_sum", kernel.sums)):
            for precision, bound in declared.items():
                entry = {"ulp": bound.ulp, "established": bound.established, **bound.proof}
                table.setdefault(kernel.target, {}).setdefault(precision, {})[name] = entry
    return table


def _listed(names: Sequence[str], line: str) -> str:
    return "\n".join(line.format(name) for name in names)


#: In which forms a function of a role is there, by target.
_FORMS = {
    "c": {
        Role.UNARY: ["scalar", "array"],
        Role.VALUE: ["scalar", "array", "sum"],
        Role.GRADIENT: ["scalar", "array", "value_grad_array"],
    },
}

#: And in all other targets.
_ARRAYS = {role: ["array"] for role in Role}


def _families(material: Material) -> list[dict[str, object]]:
    """What was emitted of each family: its files, and its functions with their parameters, formats and forms."""
    found: list[dict[str, object]] = []
    for family in material.registry.families:
        functions: dict[str, dict[str, object]] = {}
        kernels = [k for k in material.kernels if k.family == family.name]
        for kernel in kernels:
            if kernel.plain and kernel.role is Role.GRADIENT:
                continue  # what a framework differentiates has no function of its own
            entry = functions.setdefault(
                kernel.name,
                {
                    "role": kernel.role.value,
                    "parameters": [
                        {"name": p.name, "support": p.support, "location": p.location} for p in kernel.signature
                    ],
                    "results": list(kernel.results),
                },
            )
            entry[kernel.target] = {
                "formats": list(kernel.bounds),
                "forms": _FORMS.get(kernel.target, _ARRAYS)[kernel.role],
            }
        files = [f"python/{family.module}.py", f"c/{family.pair}.h", f"c/{family.pair}.c"]
        files += sorted({f"python/kl_{k.target}.py" for k in kernels if k.plain})
        found.append({"name": family.name, "title": family.title, "files": files, "functions": functions})
    return found


def manifest(material: Material, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """``files`` with the package file, .gitattributes and manifest.json added."""
    families = material.families("python")
    imports = [
        f"from .python.{family.module} import (\n{_listed(sorted(k.name for k in kernels), '    {},')}\n)"
        for family, kernels in families.items()
    ]
    names = sorted(k.name for k in material.kernels_for("python"))
    package = _PACKAGE.format(imports="\n".join(sorted(imports)), names=_listed(names, '    "{}",'))
    complete = {**files, "__init__.py": package.encode(), ".gitattributes": _ATTRIBUTES.encode()}
    content = {
        "schema": 1,
        "generator": DISTRIBUTION,
        "version": __version__,
        "theorems": [{"id": c.theorem.id, "digest": c.digest} for c in material.checked],
        "families": _families(material),
        "bounds": bounds(material.kernels),
        "files": {path: hashlib.sha256(complete[path]).hexdigest() for path in sorted(complete)},
    }
    complete["manifest.json"] = (json.dumps(content, indent=1) + "\n").encode()
    return complete
