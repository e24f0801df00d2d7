"""What printing a kernel tree is in any language: which nodes get a name, what the names are, where brackets go.

A language is a subclass of :class:`TreePrinter`: how it spells constants, operations and statements.
"""

from __future__ import annotations

from collections import Counter
from typing import ClassVar

from derive.vocabulary.kernel import Function, Kind, Node, operands

#: Arithmetic that every target writes between its operands.
ARITHMETIC = {"add": "+", "sub": "-", "mul": "*", "exact_mul": "*", "div": "/"}


class TreePrinter:
    """Prints the statements of one function. Statements appear in the order of the tree, operands before their use."""

    #: Operators written between operands, and functions, by operation.
    infix: ClassVar[dict[str, str]]
    calls: ClassVar[dict[str, str]]
    reserved: ClassVar[frozenset[str]]
    negation = "-"
    complement = "~"

    def __init__(self, function: Function) -> None:
        self.function = function
        self.nodes = operands(r for _, r in function.results)
        self.uses = Counter(a for n in self.nodes for a in n.args)
        self.uses.update(r for _, r in function.results)
        self.of: dict[Node, list[Node]] = {}
        for n in self.nodes:
            if n.op == "result":
                self.of.setdefault(n.args[0], []).append(n)
        self.text: dict[Node, str] = {}
        self.bare: set[Node] = set()  # printed as an infix expression without brackets of its own
        callees = {n.function.name for n in self.nodes if n.function is not None}
        self.taken = {str(p.value) for p in function.parameters} | self.reserved | set(self.calls.values()) | callees

    # --- what a language decides ---

    def literal(self, value: float) -> str:
        raise NotImplementedError

    def callee(self, function: Function) -> str:
        return function.name

    def as_call(self, n: Node) -> bool:
        """Whether an operation that could be infix is printed as a call instead."""
        return False

    def statement(self, kind: str, name: str, expression: str, n: Node) -> str:
        raise NotImplementedError

    def statements(self, kind: str, name: str, n: Node) -> list[str]:
        """What gives a node its name."""
        return [self.statement(kind, name, self.expression(n), n)]

    def several(self, n: Node) -> list[str]:
        """The statement of a node with several results; sets the text of each."""
        raise NotImplementedError

    def note(self, text: str) -> str:
        raise NotImplementedError

    # --- what all share ---

    def fresh(self, wanted: str) -> str:
        name, count = wanted, 1
        while name in self.taken:
            count += 1
            name = f"{wanted}{count}"
        self.taken.add(name)
        return name

    def operand(self, n: Node, parent: Node) -> str:
        text = self.text[n]
        if n not in self.bare:
            return text
        within = parent.op not in self.infix or self.as_call(parent)
        chain = parent.op == n.op and n.op in ("and", "or")
        product = parent.op in ("add", "sub") and n.op in ("mul", "exact_mul", "div")
        plain = (within and parent.op not in ("neg", "not")) or chain or product
        return text if plain else f"({text})"

    def expression(self, n: Node) -> str:
        operands_ = [self.operand(a, n) for a in n.args]
        if n.op in self.infix and not self.as_call(n):
            sign = self.infix[n.op]
            if n.op == "add" and n.args[1].op == "const" and operands_[1].startswith("-"):
                sign, operands_[1] = "-", operands_[1][1:]
            return f" {sign} ".join(operands_)
        if n.op == "neg":
            return self.negation + operands_[0]
        if n.op == "not":
            return self.complement + operands_[0]
        name = self.callee(n.function) if n.function is not None else self.calls[n.op]
        return f"{name}({', '.join(operands_)})"

    def body(self) -> list[str]:
        """The statements of the function, without the return."""
        lines: list[str] = []
        for n in self.nodes:
            if n.op == "arg":
                self.text[n] = str(n.value)
            elif n.op == "const":
                assert isinstance(n.value, float)
                self.text[n] = self.literal(n.value)
            elif n.op == "result":
                if self.single(n.args[0]):
                    self.text[n] = self.text[n.args[0]]
            else:
                lines.extend(self._lines(n))
        return lines

    def single(self, n: Node) -> bool:
        return n.op == "call" and n.function is not None and len(n.function.results) == 1

    def _lines(self, n: Node) -> list[str]:
        if n.kind is Kind.PAIR and not self.single(n):
            notes = [self.function.notes[r] for r in self.of.get(n, []) if r in self.function.notes]
            return [*(self.note(text) for text in notes), *self.several(n)]
        key = self.of[n][0] if self.single(n) else n
        name, note = self.function.names.get(key), self.function.notes.get(key)
        shared = self.uses[key] > 1 and n.op != "neg"
        if not (shared or name):
            self.text[n] = self.expression(n)
            if n.op in self.infix and not self.as_call(n):
                self.bare.add(n)
            return []
        kind = "mask" if n.kind is Kind.MASK else "number"
        name = self.fresh(name or ("mask" if kind == "mask" else "part"))
        lines = self.statements(kind, name, n)
        self.text[n] = name
        return [*([self.note(note)] if note else []), *lines]

    def pair_name(self, n: Node) -> str:
        """A name for a node with several results: that of its head without the ending, or of what is called."""
        for r in self.of.get(n, []):
            if r in self.function.names:
                return self.function.names[r].removesuffix("_head").removesuffix("_tail")
        return f"{n.function.name}_of" if n.function is not None else "sum"
