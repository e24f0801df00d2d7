"""The NumPy target: one file that imports only NumPy and can be copied into any project."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

from derive.emit import Material
from derive.emit.python_text import DRIVER, IMPORTS, OPERATIONS
from derive.emit.tree import ARITHMETIC, TreePrinter
from derive.kernel import Function, Kernel, Node, Role, functions_below

#: The line length that the emitted file is formatted for, as `ruff format` would.
_WIDTH = 120

_CALLS = {
    "fma": "_fma",
    "sqrt": "np.sqrt",
    "abs": "np.abs",
    "min": "np.minimum",
    "max": "np.maximum",
    "select": "np.where",
    "round": "np.rint",
    "pow2": "_power_of_two",
    "exponent": "_exponent_of",
    "significand": "_significand_of",
    "two_sum": "_two_sum",
    "fast_two_sum": "_fast_two_sum",
    "two_prod": "_two_prod",
    "exp": "np.exp",
    "log": "np.log",
    "expm1": "np.expm1",
    "log1p": "np.log1p",
}


def literal(value: float) -> str:
    """The shortest decimal that reads back as the same number; NumPy users read decimals."""
    if math.isnan(value):
        return "np.nan"
    if math.isinf(value):
        return "np.inf" if value > 0 else "-np.inf"
    mantissa, exponent = math.frexp(value)
    if abs(mantissa) == 0.5 and abs(exponent) > 10:
        sign = "-" if value < 0 else ""
        return f"-(2.0**{exponent - 1})" if sign else f"2.0**{exponent - 1}"
    return repr(value).replace("e+", "e")


class PythonPrinter(TreePrinter):
    """Prints one kernel function in Python, on arrays."""

    infix: ClassVar = {**ARITHMETIC, "lt": "<", "le": "<=", "eq": "==", "and": "&", "or": "|"}
    calls = _CALLS
    reserved = frozenset({"np", "lambda", "all", "any", "abs", "min", "max"})

    def __init__(self, function: Function) -> None:
        super().__init__(function)
        self.polynomials: dict[Node, tuple[Node, list[Node]]] = {}
        for value, (_, argument) in function.approximates.items():
            if (chain := _horner_chain(value, argument)) is not None:
                inner, coefficients = chain
                self.polynomials[value] = argument, coefficients
                self.nodes = [n for n in self.nodes if n not in inner]

    def literal(self, value: float) -> str:
        return literal(value)

    def callee(self, function: Function) -> str:
        return f"_{function.name}"

    def note(self, text: str) -> str:
        return f"# {text}"

    def as_call(self, n: Node) -> bool:
        return n.op == "eq" and n.args[0] is n.args[1]

    def expression(self, n: Node) -> str:
        if n in self.polynomials:
            argument, coefficients = self.polynomials[n]
            return f"_polynomial({', '.join(self.text[a] for a in (argument, *coefficients))})"
        if self.as_call(n):
            return f"~np.isnan({self.text[n.args[0]]})"
        if n.op in _TURNED and n.args[0].op == "const":
            return f"{self.operand(n.args[1], n)} {_TURNED[n.op]} {self.operand(n.args[0], n)}"
        return super().expression(n)

    def statement(self, kind: str, name: str, expression: str, n: Node) -> str:
        return f"{name} = {expression}"

    def several(self, n: Node) -> list[str]:
        expression, base = self.expression(n), self.pair_name(n)
        members = ["head", "tail"] if n.function is None else [member for member, _ in n.function.results]
        used = {r.value: r for r in self.of.get(n, [])}
        names = []
        for index, member in enumerate(members):
            if index not in used:
                names.append("_")
                continue
            wanted = self.function.names.get(used[index], f"{base}_{member}" if n.function is None else member)
            self.text[used[index]] = self.fresh(wanted)
            names.append(self.text[used[index]])
        return [f"{', '.join(names)} = {expression}"]


def _horner_chain(value: Node, argument: Node) -> tuple[set[Node], list[Node]] | None:
    """The steps below the last and the coefficients, highest first, of Horner steps of a product and a sum each."""
    inner: set[Node] = set()
    coefficients: list[Node] = []
    while value.op == "add" and value.args[0].op == "mul" and value.args[0].args[1] is argument:
        product, coefficient = value.args
        coefficients.append(coefficient)
        inner |= {product, product.args[0]}
        value = product.args[0]
    if value.op != "const" or not coefficients:
        return None
    return inner - {value}, [value, *reversed(coefficients)]


#: A comparison with a constant has the constant on its right.
_TURNED = {"lt": ">", "le": ">="}

_OPERATORS = (" + ", " - ", " & ", " | ")


def _wrapped(line: str, indent: str = "    ") -> list[str]:
    """A statement over several lines: one result, one term or one argument on each."""
    if len(indent) + len(line) <= _WIDTH or line.startswith("#"):
        return [indent + line]
    start, value = line.split(" = ", 1) if " = " in line else ("return", line.removeprefix("return "))
    opening = f"{start} = " if start != "return" else "return "
    if len(_split(value, (", ",))) == 1 and _is_call(value):
        return _laid_out(value, indent, opening, "")
    pieces = _split(value, (", ",))
    comma = "," if len(pieces) > 1 else ""
    body = [text for piece in pieces for text in _laid_out(piece, indent + "    ", "", comma)]
    return [f"{indent}{opening}(", *body, f"{indent})"]


def _is_call(text: str) -> bool:
    return text.endswith(")") and len(_split(text, _OPERATORS)) == 1 and text.index("(") > 0


def _laid_out(text: str, indent: str, before: str, after: str) -> list[str]:
    """An expression, over as many lines as it needs."""
    if len(indent) + len(before) + len(text) + len(after) <= _WIDTH:
        return [indent + before + text + after]
    if _is_call(text):
        head = text.index("(") + 1
        arguments = _split(text[head:-1], (", ",))
        body = [line for a in arguments for line in _laid_out(a, indent + "    ", "", ",")]
        return [indent + before + text[:head], *body, f"{indent}){after}"]
    pieces = _split(text, _OPERATORS)
    return [*(indent + piece for piece in pieces[:-1]), indent + pieces[-1] + after]


def _split(text: str, at: tuple[str, ...]) -> list[str]:
    """Pieces of an expression between the separators outside of all brackets; an operator begins its piece."""
    depth, pieces, piece = 0, [], ""
    for position, c in enumerate(text):
        found = next((s for s in at if depth == 0 and text.startswith(s, position)), None)
        if found is not None:
            pieces.append(piece)
            piece = ""
        depth += (c in "([") - (c in ")]")
        piece += "" if found == ", " else c
    return [p.strip() for p in [*pieces, piece]]


def print_function(function: Function) -> str:
    """The Python definition of a kernel function on arrays; several results are a tuple."""
    printer = PythonPrinter(function)
    lines = printer.body()
    values = [printer.text[r] for _, r in function.results]
    parameters = ", ".join(str(p.value) for p in function.parameters)
    out = [f"def _{function.name}({parameters}):", f'    """{function.doc}"""']
    out += [text for line in lines for text in _wrapped(line)]
    out += _wrapped(f"return {', '.join(values)}")
    return "\n".join(out)


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

_PARAMETERS = {
    "mu": "means",
    "mu1": "means of the first Gaussian",
    "mu2": "means of the second Gaussian",
    "x": "real numbers",
}
_SCALES = {
    "std": "standard deviations",
    "var": "variances",
    "logstd": "logarithms of the standard deviations",
    "logvar": "logarithms of the variances",
}


def _meaning(parameter: str) -> str:
    if parameter in _PARAMETERS:
        return _PARAMETERS[parameter]
    scale, index = parameter.rstrip("12"), parameter[-1]
    which = {"1": " of the first Gaussian", "2": " of the second Gaussian"}.get(index, "")
    return _SCALES[scale] + which


def _public(kernel: Kernel) -> str:
    takes_out = kernel.role is not Role.GRADIENT
    signature = ", ".join(f"{p}: Any" for p in kernel.parameters) + ", /"
    signature += ", *, out: Array | None = None" if kernel.role is Role.VALUE else ""
    returned = "Any" if takes_out else "tuple[Any, ...]"
    bounds = "; ".join(f"{p}: {b.ulp:g} ulp ({b.established})" for p, b in kernel.bounds.items())
    formulas = [f"{name} = {text}" for name, text in zip(kernel.results, kernel.formulas, strict=True)]
    doc = [_summary(kernel), ""]
    doc += [f"    {line}" for formula in formulas for line in _fill(formula, 108)]
    doc += ["", "Parameters", "----------"]
    doc += [f"{p} : array_like, {_meaning(p)}" for p in kernel.parameters]
    if kernel.role is Role.VALUE:
        doc.append("out : array of the broadcast shape, optional; it may be one of the arguments")
    doc += ["", "Returns", "-------"]
    doc += [
        "float32 where all arguments are float32, otherwise float64; NumPy's broadcasting, a scalar for scalars.",
        "Numbers of Python's own take the precision of the others; subclasses of arrays are taken as arrays.",
    ]
    doc += ["", "Notes", "-----", f"Domain: {kernel.domain}.", *kernel.special, f"Error: {bounds}."]
    doc += [f"Theorem {kernel.theorem}, through {kernel.rule}; statement {kernel.digest}."]
    text = "\n".join(f"    {line}".rstrip() for line in doc)
    parameters = f"({', '.join(kernel.parameters)}{',' if len(kernel.parameters) == 1 else ''})"
    out = ", out" if kernel.role is Role.VALUE else ""
    block = "None" if kernel.function is kernel.careful else f"_{kernel.function.name}"
    call = f"_apply({block}, {_careful_call(kernel)}, {parameters}, {len(kernel.results)}{out})"
    lines = [f"(value,) = {call}", "return value"] if takes_out else [f"return {call}"]
    action = "\n".join(text for line in lines for text in _wrapped(line))
    return f'def {kernel.name}({signature}) -> {returned}:\n    """{text.strip()}\n    """\n{action}'


def _summary(kernel: Kernel) -> str:
    if kernel.role is Role.UNARY:
        return f"{kernel.name}({', '.join(kernel.parameters)}), without cancellation."
    if kernel.role is Role.GRADIENT:
        return f"Partial derivatives of {kernel.name.removesuffix('_grad')}, in the order of its arguments."
    first, second = (f"({', '.join(kernel.parameters[i : i + 2])})" for i in (0, 2))
    return f"KL divergence, in nats, of the Gaussian {first} from {second if second != '()' else 'N(0, 1)'}."


def _fill(text: str, width: int) -> list[str]:
    words, lines = text.split(" "), [""]
    for word in words:
        if len(lines[-1]) + len(word) + 1 > width:
            lines.append("    " + word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip() if len(lines) == 1 else f"{lines[-1]} {word}"
    return lines


def module(kernels: Sequence[Kernel]) -> str:
    """The text of kl_normal.py."""
    names = "\n".join(f'    "{k.name}",' for k in sorted(kernels, key=lambda k: k.name))
    about = '''\
# SPDX-License-Identifier: MIT
"""The Kullback-Leibler divergence of Gaussians, in the scales std, var, logstd and logvar, with gradients.

Emitted by `derive all`; edit proofs/ or derive/, not this file. It needs NumPy and nothing else: copy it anywhere.

KL is that of the first Gaussian from the second, in nats; kl_unit_* is from N(0, 1). The names say what the scale is,
because confusing standard deviation, variance and their logarithms is the usual mistake. The value is never negative,
0 for equal arguments, and finite where the exact value is. An error of 1 ulp is one unit in the last place of the exact
value; the derivative in the second scale, which changes sign, is measured in ulp of the larger of its two terms. No
function warns. Errors: TypeError for arguments that are not real numbers, NumPy's own for shapes that do not broadcast.

`derive verify` enforces the bounds against ball arithmetic and integrals of the definition.
"""'''
    blocks = functions_below([k.function for k in kernels if k.function is not k.careful])
    careful = [f for f in functions_below([k.careful for k in kernels if k.careful]) if f not in blocks]
    parts = [about, IMPORTS, f"__all__ = [\n{names}\n]\n", OPERATIONS]
    parts.append("# --- kernels for ordinary numbers ---\n")
    parts += [print_function(f) + "\n" for f in blocks]
    parts.append("# --- kernels for all numbers: the trees that C has ---\n")
    parts += [print_function(f) + "\n" for f in careful]
    parts += [_ROUNDED, DRIVER, "# --- the public functions ---\n"]
    parts += [_public(k) + "\n" for k in kernels]
    return "\n\n".join(parts[:3]).replace('"""\n\n\nfrom', '"""\n\nfrom') + "\n\n" + "\n\n".join(parts[3:])


def emit(material: Material) -> dict[str, bytes]:
    """All files of ``generated/python``: path under ``generated/`` -> content."""
    kernels = material.kernels_for("python")
    return {"python/kl_normal.py": module(kernels).encode(), "python/__init__.py": b""}
