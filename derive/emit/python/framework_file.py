"""A framework's file: one for all kernels, which imports the framework and nothing else and can be copied anywhere.

What a framework is to the emitter is a record, :class:`FrameworkText`: it has the operations that the trees are
written in and how a value is tied to its derivatives; all formulas are printed from trees and theorems.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from derive.emit.python.framework_printer import Spelling, print_for_formats, table
from derive.emit.python.layout import wrapped
from derive.vocabulary.kernel import Arithmetic, Function, Kernel, Role, functions_below


@dataclass(frozen=True)
class FrameworkText:
    """What is written in the file of a framework.

    Attributes
    ----------
    spelling : of the operations of the trees.
    about : of the file, in a docstring.
    before : imports, the record of a format with its ``{fields}``, and the operations.
    types : how it names a type of numbers, with a place for its name.
    machinery : what ties a value to its derivatives, and applies it to arguments.
    array : the type of the arguments, for signatures.
    rules : sentences on types and transformations, for the docstring of each function.
    options, options_are : the typed dictionary of keywords that a divergence takes, and their lines in its docstring.
    """

    spelling: Spelling
    about: str
    before: str
    types: str
    machinery: str
    array: str
    rules: tuple[str, ...]
    options: str = ""
    options_are: tuple[str, ...] = ()


#: What the type of a format's numbers and that of their bits are called, and the bias of their exponents.
_TYPES = {"binary32": ("float32", "int32", 127), "binary64": ("float64", "int64", 1023)}


def _table(arithmetic: Arithmetic, framework: FrameworkText) -> str:
    """The record of a format in the emitted file."""
    real, integer, bias = _TYPES[arithmetic.name]
    lines = [f"real={framework.types.format(real)},", f"integer={framework.types.format(integer)},"]
    lines += [f"digits={arithmetic.digits},", f"bias={bias},"]
    for key, text in table(arithmetic):
        if text.startswith("("):
            lines += [f"{key}=(", *(f"    {c}," for c in text[1:-1].split(", ")), "),"]
        else:
            lines.append(f"{key}={text},")
    return "\n".join([f"_{arithmetic.name.upper()} = _Format(", *(f"    {line}" for line in lines), ")"])


def _shared(trees: Sequence[Mapping[Arithmetic, Function]], spelling: Spelling) -> list[str]:
    """All functions that these call, each printed once for both formats, callees first."""
    columns = [functions_below([t[arithmetic] for t in trees]) for arithmetic in trees[0]]
    rows = zip(*columns, strict=True)
    return [print_for_formats(dict(zip(trees[0], row, strict=True)), spelling) for row in rows]


def _public(kernel: Kernel, gradient: Kernel | None, framework: FrameworkText) -> str:
    takes_options = bool(framework.options) and kernel.role is Role.VALUE
    signature = ", ".join(f"{p}: Real" for p in kernel.parameters) + ", /"
    signature += f", **options: Unpack[{framework.options}]" if takes_options else ""
    bounds = "; ".join(f"{p}: {b.ulp:g} ulp ({b.established})" for p, b in kernel.bounds.items())
    doc = [kernel.title, ""]
    doc += [f"    {kernel.name} = {text}" for text in kernel.formulas]
    doc += ["", "Parameters", "----------", *(f"{p.name} : {p.meaning}" for p in kernel.signature)]
    doc += framework.options_are if takes_options else ()
    doc += ["", "Returns", "-------", *framework.rules]
    doc += ["", "Notes", "-----", f"Domain: {kernel.domain}.", *kernel.special, f"Error: {bounds}."]
    if gradient is not None:
        slopes = "; ".join(f"{p}: {b.ulp:g} ulp ({b.established})" for p, b in gradient.bounds.items())
        doc.append(f"Of the first derivatives: {slopes}.")
    doc.append(f"Theorem {kernel.theorem}, through {kernel.rule}; statement {kernel.digest}.")
    text = "\n".join(f"    {line}".rstrip() for line in doc)
    made = f"_{kernel.name} = _differentiable(_{kernel.name}_value, _{kernel.name}_slopes, _{kernel.name}_curvature)"
    passed = ", ".join([f"_{kernel.name}", *kernel.parameters, *(["**options"] if takes_options else [])])
    call = f"return _applied({passed})"
    head = f"def {kernel.name}({signature}) -> {framework.array}:"
    if len(head) > 120:
        head = f"def {kernel.name}(\n    {signature}\n) -> {framework.array}:"
    return "\n".join([*wrapped(made, ""), "", "", head, f'    """{text.strip()}\n    """', f"    {call}", ""])


def module(kernels: Sequence[Kernel], framework: FrameworkText) -> str:
    """The text of python/kl_FRAMEWORK.py."""
    values = [k for k in kernels if k.role is not Role.GRADIENT]
    gradients = {k.name.removesuffix("_grad"): k for k in kernels if k.role is Role.GRADIENT}
    trees = [t for k in values for t in (k.plain, k.slopes, k.curvature)]
    tables = "\n\n".join(_table(a, framework) for a in trees[0])
    fields = "\n".join(
        f"    {name}: {'tuple[float, ...]' if text[0] == '(' else 'float'}"
        for name, text in table(next(iter(trees[0])))
    )
    names = "\n".join(f'    "{k.name}",' for k in sorted(values, key=lambda k: k.name))
    head = f'# SPDX-License-Identifier: MIT\n"""{framework.about}"""\n\n'
    parts = [head + framework.before.format(names=names, fields=fields), tables + "\n"]
    parts += ["# --- kernels in one format's arithmetic: f is its table ---\n"]
    parts += [text + "\n" for text in _shared(trees, framework.spelling)]
    parts += [framework.machinery, "# --- the public functions ---\n"]
    parts += [_public(k, gradients.get(k.name), framework) for k in values]
    return "\n\n".join(parts)
