"""Kernel trees to C99: one static inline function per kernel function, one statement per named or shared node.

Contraction. Compilers may fuse a product into the addition that takes it (gcc does by default), which would change
bits and break error-free transforms. No emitted product can be fused: where a product reaches an addition, directly or
through a call, it is printed as ``product(a, b)``, which is fma(a, b, 0.0): the same number, rounded once.
"""

from __future__ import annotations

import math
import re
from typing import ClassVar

from derive.emit.kernel_printer import ARITHMETIC, TreePrinter
from derive.vocabulary.kernel import Function, Kind, Node, operands

#: Operations that multiply or divide or compare their operands: nothing there can be fused with a product.
_NOT_ADDING = {"mul", "exact_mul", "div", "sqrt", "lt", "le", "eq", "outside"}

_CALLS = {
    "fma": "fma",
    "sqrt": "sqrt",
    "abs": "fabs",
    "min": "smaller",
    "max": "larger",
    "select": "choose",
    "round": "nearest_integer",
    "pow2": "power_of_two",
    "exponent": "exponent_of",
    "significand": "significand_of",
    "nearest_power": "nearest_power",
    "balance": "scale_of_quotient",
    "round_odd": "round_to_odd",
    "two_sum": "two_sum",
    "fast_two_sum": "fast_two_sum",
    "two_prod": "two_prod",
    "two_fma": "two_fma",
    "fast_two_fma": "fast_two_fma",
    "lt": "less",
    "le": "less_equal",
    "eq": "equal",
    "outside": "outside",
}

#: The members of what operations with several results return, and its type.
_MEMBERS = {"nearest_power": ("k", "power"), "balance": ("power", "inverse", "k")}
_TYPES = {"nearest_power": "power_scale", "balance": "quotient_scale"}

#: Names a C translation unit must not reuse as locals.
_RESERVED = frozenset(
    {
        "double",
        "float",
        "long",
        "const",
        "static",
        "inline",
        "int",
        "log",
        "exp",
        "round",
        "y1",
        "y0",
        "j1",
        "j0",
        "out",
        "pair",
        "product",
    }
)


def literal(value: float) -> str:
    """A decimal where it is short, else a hex float and a decimal, of which HEX() takes what the language reads."""
    if math.isnan(value):
        return "(double)NAN"
    if math.isinf(value):
        return "(double)INFINITY" if value > 0 else "-(double)INFINITY"
    if value == int(value) and abs(value) < 1e6:
        return f"{value:.1f}"
    if abs(value) in (0.5, 0.25, 0.125):
        return f"{value}"
    text = value.hex()
    mantissa, exponent = text.split("p")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"HEX({mantissa}p{exponent}, {value!r})"


def _reaches_addition(root: Function) -> set[Node]:
    """The products that some addition takes, or that leave the function, where one may take them."""
    found: set[Node] = set()
    for n in operands(r for _, r in root.results):
        for position, a in enumerate(n.args):
            factor = n.op == "two_prod" or (n.op in ("fma", "two_fma", "fast_two_fma") and position < 2)
            harmless = n.op in _NOT_ADDING or factor
            if a.op in ("mul", "exact_mul") and not harmless:
                found.add(a)
    found.update(r for _, r in root.results if r.op in ("mul", "exact_mul"))
    return found


class CPrinter(TreePrinter):
    """Prints one kernel function in C."""

    infix: ClassVar = {**ARITHMETIC, "and": "&", "or": "|"}
    calls = _CALLS
    reserved = _RESERVED

    def __init__(self, function: Function) -> None:
        super().__init__(function)
        self.guarded = _reaches_addition(function)

    def literal(self, value: float) -> str:
        return literal(value)

    def as_call(self, n: Node) -> bool:
        return n in self.guarded

    def expression(self, n: Node) -> str:
        if n in self.guarded:
            return f"product({', '.join(self.operand(a, n) for a in n.args)})"
        return super().expression(n)

    def note(self, text: str) -> str:
        return f"/* {text} */"

    def statement(self, kind: str, name: str, expression: str, n: Node) -> str:
        c_type = "uint64_t" if kind == "mask" else "double"
        return f"const {c_type} {name} = {expression};"

    def several(self, n: Node) -> list[str]:
        expression, name = self.expression(n), self.fresh(self.pair_name(n))
        members = _MEMBERS.get(n.op, ("head", "tail"))
        if n.function is not None:
            members = tuple(member for member, _ in n.function.results)
        for r in self.of.get(n, []):
            assert isinstance(r.value, int)
            self.text[r] = f"{name}.{members[r.value]}"
        kind = _TYPES.get(n.op) or result_type(n.function)
        return [f"const {kind} {name} = {expression};"]


#: The inside of a constant in two spellings, which is not broken.
_HEX = re.compile(r"HEX\([^)]*$")


def _wrapped(line: str, indent: str = "    ", width: int = 112) -> list[str]:
    """A statement over several lines, broken where fewest brackets are open, as late in the line as that allows."""
    if len(indent) + len(line) <= width or line.startswith("/*"):
        return [indent + line]
    depth, breaks = 0, []
    for i, c in enumerate(line[: width - len(indent)]):
        depth += (c == "(") - (c == ")")
        if i > 20 and line.startswith((", ", " + ", " - ", " & ", " | "), i) and not _HEX.search(line[:i]):
            breaks.append((depth, -i))
    if not breaks and " = " in line[: width - len(indent)]:
        breaks.append((0, -line.index(" = ") - len(" =")))
    if not breaks:
        return [indent + line]
    at = -min(breaks)[1] + (line[-min(breaks)[1]] == ",")
    return [indent + line[:at].rstrip(), *_wrapped(line[at:].lstrip(), indent + "    ", width)]


def result_type(function: Function | None) -> str:
    """The C type of a function's results: a number, a pair, or a struct named after the function."""
    if function is None or tuple(name for name, _ in function.results) == ("head", "tail"):
        return "pair"
    if len(function.results) > 1:
        return f"{function.name}_t"
    return "uint64_t" if function.results[0][1].kind is Kind.MASK else "double"


class _Brief(CPrinter):
    """Constants to five digits: for people, who compare a line with its neighbours."""

    def literal(self, value: float) -> str:
        return f"{value:.5g}"


def statements(function: Function) -> dict[Node, str]:
    """Of each node, the line it is the value of, ``square = two_prod(r, r)``: its name and its expression."""
    printer = _Brief(function)
    printer.body()
    found = {}
    for n in printer.nodes:
        if n.op not in ("arg", "const", "result"):
            name = printer.text.get(n) or (printer.pair_name(n) if n.kind is Kind.PAIR else "")
            expression = printer.expression(n)
            found[n] = expression if name in ("", expression) else f"{name} = {expression}"
    for name, n in function.results:
        if found.get(n, "").partition(" = ")[0] == found.get(n):
            found[n] = f"{name} = {found[n]}"
    return found


def print_function(function: Function) -> str:
    """The C definition of a kernel function, preceded by the type of its results where it has one of its own."""
    printer = CPrinter(function)
    lines = printer.body()
    kind = result_type(function)
    parameters = ", ".join(f"const double {p.value}" for p in function.parameters)
    values = [printer.text[r] for _, r in function.results]
    out = []
    if kind == f"{function.name}_t":
        out.append(f"typedef struct {{ double {', '.join(name for name, _ in function.results)}; }} {kind};\n")
    out.append(f"/* {function.doc} */")
    out.extend([*_wrapped(f"INLINE {kind} {function.name}({parameters})", "", 116), "{"])
    out.extend(text for line in lines for text in _wrapped(line))
    if kind in ("double", "uint64_t"):
        out.extend(_wrapped(f"return {values[0]};"))
    else:
        out.append(f"    {kind} out;")
        for (name, _), value in zip(function.results, values, strict=True):
            out.extend(_wrapped(f"out.{name} = {value};"))
        out.append("    return out;")
    return "\n".join([*out, "}"])
