"""The NumPy target: one file that imports only NumPy and can be copied into any project; and the frameworks' files."""

from __future__ import annotations

import importlib
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from derive.emit import Material
from derive.emit.python import framework_file
from derive.emit.python.layout import wrapped
from derive.emit.python.printer import print_function
from derive.emit.python.text import CACHE, DRIVER, IMPORTS, OPERATIONS, TABLES
from derive.errors import CheckFailed
from derive.vocabulary.framework import FRAMEWORKS
from derive.vocabulary.kernel import Kernel, Role, functions_below

if TYPE_CHECKING:
    from derive.vocabulary.family import Family


def _careful_call(kernel: Kernel) -> str:
    """What evaluates the elements for which the block function does not hold, as a tuple of results."""
    assert kernel.careful is not None
    if kernel.role is Role.GRADIENT:
        return f"_{kernel.careful.name}"
    return f"_rounded(_{kernel.careful.name})"


_ROUNDED = '''\
def _rounded(parts):
    """The value (head + tail) unscale of a careful function."""

    def value(*arguments):
        head, tail, unscale = parts(*arguments)
        return ((head + tail) * unscale,)

    return value
'''


def _public(kernel: Kernel) -> str:
    takes_out = kernel.role is not Role.GRADIENT
    signature = ", ".join(f"{p}: ArrayLike" for p in kernel.parameters) + ", /"
    signature += ", *, out: Array | None = None" if kernel.role is Role.VALUE else ""
    returned = "Array | Number" if takes_out else "tuple[Array | Number, ...]"
    bounds = "; ".join(f"{p}: {b.ulp:g} ulp ({b.established})" for p, b in kernel.bounds.items())
    formulas = [f"{name} = {text}" for name, text in zip(kernel.results, kernel.formulas, strict=True)]
    doc = [kernel.title, ""]
    doc += [f"    {line}" for formula in formulas for line in _fill(formula, 108)]
    doc += ["", "Parameters", "----------"]
    doc += [f"{p.name} : array_like, {p.meaning}" for p in kernel.signature]
    if kernel.role is Role.VALUE:
        doc.append("out : array of the broadcast shape, optional; it may be one of the arguments")
    doc += ["", "Returns", "-------"]
    doc += [
        "float32 where all arguments are float32, otherwise float64; NumPy's broadcasting, a scalar for scalars.",
        "Numbers of Python's own leave a result of float32 arrays float32; subclasses of arrays are taken as arrays.",
    ]
    doc += ["", "Notes", "-----", f"Domain: {kernel.domain}.", *kernel.special, f"Error: {bounds}."]
    doc += [f"Theorem {kernel.theorem}, through {kernel.rule}; statement {kernel.digest}."]
    text = "\n".join(f"    {line}".rstrip() for line in doc)
    parameters = f"({', '.join(kernel.parameters)}{',' if len(kernel.parameters) == 1 else ''})"
    out = ", out" if kernel.role is Role.VALUE else ""
    block = "None" if kernel.function is kernel.careful else f"_{kernel.function.name}"
    narrow = block if kernel.narrow is None else f"_{kernel.narrow.name}"
    call = f"_apply({block}, {narrow}, {_careful_call(kernel)}, {parameters}, {len(kernel.results)}{out})"
    lines = [f"(value,) = {call}", "return value"] if takes_out else [f"return {call}"]
    action = "\n".join(text for line in lines for text in wrapped(line))
    head = f"def {kernel.name}({signature}) -> {returned}:"
    if len(head) > 120:
        head = f"def {kernel.name}(\n    {signature}\n) -> {returned}:"
    return f'{head}\n    """{text.strip()}\n    """\n{action}'


def _fill(text: str, width: int) -> list[str]:
    words, lines = text.split(" "), [""]
    for word in words:
        if len(lines[-1]) + len(word) + 1 > width:
            lines.append("    " + word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip() if len(lines) == 1 else f"{lines[-1]} {word}"
    return lines


def _hypotheses(kernels: Sequence[Kernel]) -> str:
    """What the proved bounds suppose, as the figures of their proofs have it; nothing where they suppose nothing."""
    figures = {key: ulp for k in kernels for b in k.bounds.values() for key, ulp in b.proof.items()}
    supposed = {key.split("_")[1]: ulp for key, ulp in sorted(figures.items()) if key.startswith("supposed_")}
    if not supposed:
        return ""
    entries = supposed.pop("entries", None)
    said = [f"np.{name} is off by {ulp:g} ulp at most" for name, ulp in supposed.items()]
    said += [f"the entries of the tables by {entries:g}"] if entries is not None else []
    text = f"Bounds that are proved under hypotheses suppose that {', '.join(said)}; it measures that too."
    return "\n".join(line.strip() for line in _fill(text, 116)) + "\n"


def _called(sections: Sequence[str], code: str) -> list[str]:
    """Of each section the functions that the code calls, or a later one of them; nothing where there is none."""
    found: list[str] = []
    for section in reversed(sections):
        title, *functions = section.rstrip("\n").split("\n\n\n")
        kept: list[str] = []
        for function in reversed(functions):
            name = function.removeprefix("def ").partition("(")[0]
            if re.search(rf"\b{name}\b", code):
                kept.insert(0, function)
                code += function.partition("\n")[2]
        found = ["\n\n\n".join([title, *kept]) + "\n", *found] if kept else found
    return found


def module(family: Family, kernels: Sequence[Kernel]) -> str:
    """The text of kl_FAMILY.py."""
    names = "\n".join(f'    "{k.name}",' for k in sorted(kernels, key=lambda k: k.name))
    about = f'''\
# SPDX-License-Identifier: MIT
"""The Kullback-Leibler divergence of {family.plural}, in {family.of_scales}, with gradients.

Emitted by `derive all`; edit proofs/ or derive/, not this file. It needs NumPy and nothing else: copy it anywhere.

KL is that of the first distribution from the second, in nats. The names say what the scale is, because confusing a
scale with another or with its logarithm is the usual mistake. The value is never negative, 0 for equal arguments, and
finite where the exact value is. An error of 1 ulp is one unit in the last place of the exact value; a derivative that
is a difference of two terms is measured in ulp of the larger of them. No function warns. Errors: TypeError for
arguments that are not real numbers, NumPy's own for shapes that do not broadcast.

`derive verify` enforces the bounds against ball arithmetic and integrals of the definition.
{_hypotheses(kernels)}"""'''
    careful = functions_below([k.careful for k in kernels if k.careful])
    ordinary = [f for f in functions_below([k.function for k in kernels]) if f not in careful]
    narrow = functions_below([k.narrow for k in kernels if k.narrow])
    trees: list[str] = []
    for title, functions in (
        ("kernels for all numbers: the trees that C has", careful),
        ("kernels for ordinary numbers", ordinary),
        ("kernels for float32, in float64", narrow),
    ):
        printed = [print_function(f, in_place=f not in careful and f.table is None) + "\n" for f in functions]
        trees += [f"# --- {title} ---\n", *printed] if printed else []
    helpers = _called((OPERATIONS, TABLES), "\n".join(trees))
    imports = IMPORTS if any("@cache" in text for text in helpers) else IMPORTS.replace(CACHE, "")
    parts = [about, imports, f"__all__ = [\n{names}\n]\n", *helpers]
    parts += [*trees, _ROUNDED, DRIVER, "# --- the public functions ---\n"]
    parts += [_public(k) + "\n" for k in kernels]
    return "\n\n".join(parts[:3]).replace('"""\n\n\nfrom', '"""\n\nfrom') + "\n\n" + "\n\n".join(parts[3:])


def _text(name: str) -> framework_file.FrameworkText:
    """What is written in the file of a framework, from the module of its name."""
    try:
        found = importlib.import_module(f"{__name__}.{name}_text").TEXT
    except (ModuleNotFoundError, AttributeError):
        found = None
    if not isinstance(found, framework_file.FrameworkText):
        raise CheckFailed(
            f"nothing says how kernels are written for {name}",
            f"derive/emit/python/{name}_text.py defines TEXT, a FrameworkText, as jax_text.py does",
        )
    return found


def emit(material: Material) -> dict[str, bytes]:
    """All files of ``generated/python``: path under ``generated/`` -> content."""
    families = material.families("python")
    files = {f"python/{family.module}.py": module(family, kernels).encode() for family, kernels in families.items()}
    for name in FRAMEWORKS:
        if kernels := material.kernels_for(name):
            files[f"python/kl_{name}.py"] = framework_file.module(kernels, _text(name)).encode()
    return {**files, "python/__init__.py": b""}
