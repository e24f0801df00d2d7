"""Prints kernels of the arithmetic of frameworks for one of them: a table of spellings, and one text for both formats.

The trees of float32 and float64 differ in constants alone. Each is printed with names for these, and the two texts must
be one: what is emitted is the text, and a table of the constants for each format.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from derive.emit.kernel_printer import ARITHMETIC, TreePrinter
from derive.emit.python.layout import wrapped
from derive.emit.python.printer import literal
from derive.vocabulary.kernel import Arithmetic, Function, Node, operands


@dataclass(frozen=True)
class Spelling:
    """How a framework spells operations: functions of numbers by their names, and what takes the format first."""

    calls: Mapping[str, str]
    #: Of an array and a plain number, by operation, with places for both.
    bounded: Mapping[str, str]


#: Operations whose function, of the emitted file's own, depends on the format: it is the first argument.
_OF_THE_FORMAT = {
    "upper": "_upper_bits",
    "pow2": "_power_of_two",
    "exponent": "_exponent_of",
    "significand": "_significand_of",
}


class FrameworkPrinter(TreePrinter):
    """Prints one function of a format's tree; ``f`` is the table of the format."""

    infix: ClassVar = {**ARITHMETIC, "lt": "<", "le": "<=", "eq": "==", "and": "&", "or": "|"}

    def __init__(self, function: Function, constants: Mapping[str, float], spelling: Spelling) -> None:
        self.spelling = spelling
        self.calls = {**spelling.calls, "two_sum": "_two_sum", **_OF_THE_FORMAT}  # type: ignore[misc]
        self.reserved = frozenset({"f", "lambda", *spelling.calls.values()})  # type: ignore[misc]
        self.named = {value.hex(): f"f.{name}" for name, value in constants.items()}
        super().__init__(function)
        inner = {
            n
            for value, (_, at) in function.approximates.items()
            for n in operands([value], stop={at})
            if n not in (value, at)
        }
        self.nodes = [n for n in self.nodes if n not in inner or self._used_outside(n, inner)]

    def _used_outside(self, n: Node, inner: set[Node]) -> bool:
        roots = {r for _, r in self.function.results}
        users = {m for m in self.nodes if n in m.args}
        return n in roots or n.op in ("arg", "const") or bool(users - inner - set(self.function.approximates))

    def literal(self, value: float) -> str:
        if math.isnan(value):
            return "_NAN"
        if math.isinf(value):
            return "_INF" if value > 0 else "-_INF"
        if abs(value).hex() in self.named and value.hex() not in self.named:
            return f"-{self.named[abs(value).hex()]}"
        return self.named.get(value.hex()) or literal(value)

    def callee(self, function: Function) -> str:
        return f"_{function.name}"

    def note(self, text: str) -> str:
        return f"# {text}"

    def as_call(self, n: Node) -> bool:
        return n in self.function.approximates or (n.op == "div" and self._plain(n.args[0]))

    def expression(self, n: Node) -> str:
        if n in self.function.approximates:
            name, at = self.function.approximates[n]
            return f"_polynomial({self.text[at]}, *f.{name.removeprefix('plain_')})"
        texts = [self.operand(a, n) for a in n.args]
        if n.op in self.spelling.bounded and n.args[1].op == "const":
            return self.spelling.bounded[n.op].format(*texts)
        if n.op == "select" and self._plain(n.args[1]) and self._plain(n.args[2]):
            return f"_scalars(f, {', '.join(texts)})"
        if n.op == "div" and self._plain(n.args[0]):
            return f"_divided(f, {', '.join(self.text[a] for a in n.args)})"
        if n.op == "outside":
            # by the bits: where subnormal numbers are flushed, a comparison takes them for 0, and 0 for them
            return f"~_positive(f, {texts[0]})"
        if n.op in _OF_THE_FORMAT:
            return f"{_OF_THE_FORMAT[n.op]}(f, {texts[0]})"
        if n.function is not None:
            return f"_{n.function.name}(f, {', '.join(texts)})"
        if n.op in ("lt", "le") and n.args[0].op == "const":
            return f"{texts[1]} {'>' if n.op == 'lt' else '>='} {texts[0]}"
        return super().expression(n)

    def _plain(self, n: Node) -> bool:
        return n.op == "const" or (n.op in ("exact_mul", "neg") and all(map(self._plain, n.args)))

    def statement(self, kind: str, name: str, expression: str, n: Node) -> str:
        return f"{name} = {expression}"

    def several(self, n: Node) -> list[str]:
        base = self.pair_name(n)
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
        return [f"{', '.join(names)} = {self.expression(n)}"]


def _printed(function: Function, constants: Mapping[str, float], spelling: Spelling) -> str:
    printer = FrameworkPrinter(function, constants, spelling)
    lines = printer.body()
    values = [printer.text[r] for _, r in function.results]
    parameters = ", ".join(["f", *(str(p.value) for p in function.parameters)])
    out = [f"def _{function.name}({parameters}):", f'    """{function.doc}"""']
    if len(values) == 1 and lines and lines[-1].startswith(f"{values[0]} = "):
        values = [lines.pop().removeprefix(f"{values[0]} = ")]
    out += [text for line in lines for text in wrapped(line)]
    return "\n".join([*out, *wrapped(f"return {', '.join(values)}")])


def print_for_formats(functions: Mapping[Arithmetic, Function], spelling: Spelling) -> str:
    """The text that the trees of all formats have in common.

    Raises
    ------
    ValueError
        where their texts are not the same.
    """
    in_all = _names_in_all(functions)
    first, *others = (
        _printed(function, {name: format_.constants[name] for name in in_all}, spelling)
        for format_, function in functions.items()
    )
    for other in others:
        if other != first:
            lines = difflib.unified_diff(first.splitlines(), other.splitlines(), n=0, lineterm="")
            raise ValueError("\n".join(["the trees of the formats differ in more than constants:", *lines]))
    return first


def _names_in_all(functions: Mapping[Arithmetic, Function]) -> list[str]:
    """Names of constants that the trees of all formats have: in one of them, another may be the same number."""
    found: list[set[str]] = []
    for format_, function in functions.items():
        there = {abs(n.value).hex() for n in operands(r for _, r in function.results) if isinstance(n.value, float)}
        found.append({name for name, value in format_.constants.items() if abs(value).hex() in there})
    return [name for name in next(iter(functions)).constants if all(name in names for names in found)]


def table(format_: Arithmetic) -> list[tuple[str, str]]:
    """The constants and polynomials of a format, highest coefficient first, as names and Python text."""
    entries = [(name, literal(value)) for name, value in format_.constants.items()]
    for name, coefficients in format_.polynomials.items():
        entries.append((name, f"({', '.join(literal(c) for c in reversed(coefficients))})"))
    return entries
