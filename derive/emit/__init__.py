"""Text from what was proved and lowered: one module per target.

A target is a function from :class:`Material` to files. To add a language, write one module with ``emit`` and name it in
``TARGETS``; its loader goes to :mod:`derive.verify`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from derive.vocabulary.kernel import Kernel, Polynomial, Vector

if TYPE_CHECKING:
    from derive.prove import CheckedTheorem
    from derive.vocabulary.family import Family
    from derive.vocabulary.formula import Coverage
    from derive.vocabulary.theorem import Reading, Registry


@dataclass(frozen=True)
class Material:
    """All that an emitter prints from."""

    registry: Registry
    checked: tuple[CheckedTheorem, ...]
    kernels: tuple[Kernel, ...]
    vectors: tuple[Vector, ...]
    readings: tuple[Reading, ...] = ()
    polynomials: tuple[Polynomial, ...] = ()
    coverage: tuple[Coverage, ...] = ()

    def kernels_for(self, target: str) -> tuple[Kernel, ...]:
        return tuple(k for k in self.kernels if k.target == target)

    def families(self, target: str) -> dict[Family, tuple[Kernel, ...]]:
        """The families that have kernels for a target, each with its own."""
        found = {f: tuple(k for k in self.kernels_for(target) if k.family == f.name) for f in self.registry.families}
        return {family: kernels for family, kernels in found.items() if kernels}


Emitter = Callable[[Material], dict[str, bytes]]

#: Folder under generated/ -> module that fills it.
TARGETS: Mapping[str, str] = {
    "latex": "derive.emit.latex",
    "python": "derive.emit.python",
    "c": "derive.emit.c",
    "coq": "derive.emit.coq",
}


def emit(material: Material) -> dict[str, bytes]:
    """All files of generated/, by relative path: every target's, and the manifest that lists them."""
    from derive.emit.manifest import manifest

    files: dict[str, bytes] = {}
    for folder, module in TARGETS.items():
        emitter: Emitter = import_module(module).emit
        made = emitter(material)
        stray = [path for path in made if not path.startswith(f"{folder}/") or ".." in path.split("/")]
        if stray:
            raise ValueError(f"the target {folder} wrote outside of its folder: {stray}")
        files |= made
    return manifest(material, files)
