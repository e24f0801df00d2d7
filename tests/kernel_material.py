"""What the tests of lowering and emission look at: all kernels, lowered once, and the files for C and NumPy."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

from derive.proofs import REGISTRY

from derive.emit import Material, c, python
from derive.lower import Lowered, lower
from derive.lower.plans import Twofold
from derive.lower.subjects import subjects
from derive.vocabulary.kernel import Function, Kernel, Node, Role, functions_below


@cache
def lowered() -> Lowered:
    return lower(REGISTRY)


@cache
def plans() -> dict[str, tuple[tuple[str, ...], Twofold]]:
    """Parameters and matched shape of every divergence that has plans, by name."""
    found = ((s, tuple(p.name for p in s.parameters), s.plan) for s in subjects(REGISTRY) if s.role is Role.VALUE)
    return {s.name: (names, plan) for s, names, plan in found if plan is not None}


@cache
def material() -> Material:
    return Material(REGISTRY, (), lowered().kernels, lowered().vectors)


@cache
def files() -> dict[str, str]:
    """The text of every file of the C and NumPy targets, by path."""
    return {path: content.decode() for path, content in {**c.emit(material()), **python.emit(material())}.items()}


def path_of(kernel: Kernel) -> str:
    """The file of a kernel: the module of its family, or its C source."""
    family = next(f for f in REGISTRY.families if f.name == kernel.family)
    return f"c/{family.pair}.c" if kernel.target == "c" else f"python/{family.module}.py"


def paths(target: str) -> tuple[str, ...]:
    """The files of kernels for a target, each once."""
    return tuple(dict.fromkeys(path_of(k) for k in lowered().kernels if k.target == target))


def c_sources() -> dict[str, str]:
    """The C that a program needs, by file name."""
    return {Path(path).name: text for path, text in files().items() if re.fullmatch(r"c/derive_\w+\.[ch]", path)}


def write_c(folder: Path) -> list[str]:
    """Put it into a folder; the names of what is to be compiled, the source that has the shared functions first."""
    for name, text in c_sources().items():
        (folder / name).write_text(text)
    return [Path(path).name for path in paths("c")]


def kernel(name: str, target: str = "c") -> Kernel:
    return next(k for k in lowered().kernels if (k.name, k.target) == (name, target))


@cache
def functions(target: str = "") -> tuple[Function, ...]:
    """Every kernel function of a target, or of all, callees first."""
    kernels = [k for k in lowered().kernels if (not target and not k.plain) or k.target == target]
    roots = [f for k in kernels for f in (k.function, k.careful, k.narrow) if f is not None]
    roots += [f for k in kernels if k.ordinary for f in (k.ordinary.outside, k.ordinary.function)]
    return tuple(functions_below(roots))


def replaced(of: Function, old: Node, new: Node) -> Function:
    """The function with one node replaced by another wherever it is used."""
    known: dict[Node, Node] = {}

    def copy(n: Node) -> Node:
        if n not in known:
            args = tuple(copy(a) for a in n.args)
            same = all(a is b for a, b in zip(args, n.args, strict=True))
            known[n] = new if n is old else n if same else replace(n, args=args)
        return known[n]

    results = tuple((name, copy(r)) for name, r in of.results)
    names = {copy(n): name for n, name in of.names.items()}
    approximates = {copy(n): (name, copy(x)) for n, (name, x) in of.approximates.items()}
    return replace(of, results=results, names=names, approximates=approximates)
