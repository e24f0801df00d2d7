"""Prints one kernel function in Python, on arrays."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import ClassVar

from derive.emit.kernel_printer import ARITHMETIC, TreePrinter
from derive.emit.python.layout import wrapped
from derive.vocabulary.kernel import Function, Grid, Node, Table

_CALLS = {
    "fma": "_fma",
    "sqrt": "np.sqrt",
    "abs": "np.abs",
    "min": "np.minimum",
    "max": "np.maximum",
    "select": "np.where",
    "round": "np.rint",
    "trunc": "np.trunc",
    "upper": "_upper_bits",
    "short": "_leading_bits",
    "anchor": "_anchor",
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

    def __init__(self, function: Function, in_place: bool) -> None:
        super().__init__(function)
        self.in_place = in_place
        self.remaining = self.uses.copy()
        self.arrays: set[Node] = set()  # made and named in this function: to be overwritten after their last use
        self.named: set[Node] = set()
        self.polynomials: dict[Node, tuple[Node, list[Node]]] = {}
        within: set[Node] = set()
        for value in reversed(self.nodes):
            if value not in within and len(chain := self._horner_chain(value)) > 1:
                self.polynomials[value] = value.args[0].args[1], self._coefficients(chain)
                within |= {inner for step in chain for inner in (step, step.args[0])} - {value}
        self.nodes = [n for n in self.nodes if n not in within]

    def _horner_chain(self, value: Node) -> list[Node]:
        """The sums, the last first, of steps of Horner's rule: a product with the same factor and a sum each."""
        chain: list[Node] = []
        while value.op == "add" and value.args[0].op == "mul" and value.args[0].args[1].op != "const":
            used_elsewhere = self.uses[value.args[0]] > 1 or (chain and self.uses[value] > 1)
            if used_elsewhere or (chain and value.args[0].args[1] is not chain[0].args[0].args[1]):
                break
            chain.append(value)
            value = value.args[0].args[0]
        return chain

    @staticmethod
    def _coefficients(chain: list[Node]) -> list[Node]:
        return [chain[-1].args[0].args[0], *(step.args[1] for step in reversed(chain))]

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
        if n.op == "two_sum" and n.args[1].op == "neg":
            return f"_two_difference({self.text[n.args[0]]}, {self.text[n.args[1].args[0]]})"
        if self.as_call(n):
            return f"~np.isnan({self.text[n.args[0]]})"
        if n.op == "outside":
            value, low, high = (self.operand(a, n) for a in n.args)
            return f"~(({value} >= {low}) & ({value} <= {high}))"
        if n.op in _TURNED and n.args[0].op == "const":
            return f"{self.operand(n.args[1], n)} {_TURNED[n.op]} {self.operand(n.args[0], n)}"
        return super().expression(n)

    def statement(self, kind: str, name: str, expression: str, n: Node) -> str:
        return f"{name} = {expression}"

    def statements(self, kind: str, name: str, n: Node) -> list[str]:
        """With ``in_place``, an operation at a time in one array: a new array costs half as much as an operation."""
        self.named.add(n)
        if kind == "mask" or not self.in_place:
            lines = self._mask(name, n) if self.in_place else super().statements(kind, name, n)
            self._consume(n)
            return lines
        path = [n]
        while (inner := self._new_operand(path[-1])) is not None:
            path.append(inner)
        first = path.pop()
        lines = [f"{name} = {self._first(first)}"]
        for outer in reversed(path):
            if len(outer.args) == 1:
                lines.append(f"{self.calls[outer.op]}({name}, out={name})")
                first = outer
                continue
            left, right = outer.args
            if left is first or outer.op in _COMMUTATIVE:
                lines.append(f"{name} {self.infix[outer.op]}= {self.text[right if left is first else left]}")
            else:
                lines.append(f"{name} = {_UFUNCS[outer.op]}({self.text[left]}, {name}, out={name})")
            first = outer
        self._consume(n)
        self.arrays.add(self.of[n][0] if n.op == "call" else n)
        return lines

    def _mask(self, name: str, n: Node) -> list[str]:
        """The second of two alternatives is looked at only where there are elements that need it."""
        if n.op != "or":
            return [f"{name} = {self.expression(n)}"]
        first, second = (self.text[a] for a in n.args)
        return [f"{name} = {first}", f"if not {name}.all():", f"    {name} |= {second}"]

    def _new_operand(self, n: Node) -> Node | None:
        """An operand that is an array without a name of its own."""
        if n.op not in (*_UFUNCS, "exp", "log", "expm1", "log1p") or n in self.polynomials:
            return None
        return next((a for a in n.args if self._unnamed(a) and a.op not in ("const", "arg")), None)

    def _unnamed(self, n: Node) -> bool:
        if n.op == "result":
            return self.single(n.args[0]) and self.uses[n] == 1 and n not in self.function.names
        return self.uses[n] == 1 and n not in self.function.names and n not in self.function.parameters

    def _first(self, n: Node) -> str:
        """The expression, in the array of an operand that is not needed any more."""
        if n in self.polynomials:
            highest = self.polynomials[n][1][0]
            out = f", out={self.text[highest]}" if self._dies(highest) else ""
            return f"{self.expression(n)[:-1]}{out})"
        if n.op in _UFUNCS and (dead := next(filter(self._dies, n.args), None)) is not None:
            return f"{_UFUNCS[n.op]}({', '.join(self.text[a] for a in n.args)}, out={self.text[dead]})"
        return self.text[n] if n.op == "result" else self.expression(n)

    def _dies(self, a: Node) -> bool:
        return a in self.arrays and self.remaining[a] == 1

    def _consume(self, n: Node) -> None:
        """What a statement uses is used once less."""
        for a in n.args:
            self.remaining[a] -= 1
            if a not in self.named and self.remaining[a] == 0:
                self._consume(a)

    def several(self, n: Node) -> list[str]:
        self._consume(n)
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
            self.arrays.add(used[index])
            self.named.add(used[index])
        return [f"{', '.join(names)} = {expression}"]


_UFUNCS = {
    "add": "np.add",
    "sub": "np.subtract",
    "mul": "np.multiply",
    "exact_mul": "np.multiply",
    "div": "np.divide",
}
_COMMUTATIVE = frozenset({"add", "mul", "exact_mul"})

#: A comparison with a constant has the constant on its right.
_TURNED = {"lt": ">", "le": ">="}


def print_function(function: Function, *, in_place: bool = False) -> str:
    """The Python definition of a kernel function on arrays; several results are a tuple."""
    if in_place:
        unnamed = {r: member for member, r in function.results if r not in function.names and r.op != "arg"}
        function = replace(function, names={**function.names, **unnamed})
    printer = PythonPrinter(function, in_place)
    lines = printer.body()
    values = [printer.text[r] for _, r in function.results]
    parameters = ", ".join(str(p.value) for p in function.parameters)
    table = [_tabulated(function.table)] if function.table is not None else []
    out = [*table, f"def _{function.name}({parameters}):", f'    """{function.doc}"""']
    if len(values) == 1 and lines and lines[-1].startswith(f"{values[0]} = "):
        values = [lines.pop().removeprefix(f"{values[0]} = ")]
    out += [text for line in lines for text in wrapped(line)]
    out += wrapped(f"return {', '.join(values)}")
    return "\n".join(out)


_GRIDS = {Grid.INTEGERS: "_integers", Grid.ANCHORS: "_binade_parts"}


def _tabulated(table: Table) -> str:
    return f"@_tabulated(*{_GRIDS[table.grid]}({literal(table.low)}, {literal(table.high)}))"
