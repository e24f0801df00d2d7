"""From the tree of a formula to its expanded form, with small constants and limits taken off and recorded.

Every part of a tree is expanded once and remembered, so that a changed copy of a tree (see
:mod:`derive.identify.answer.edits`) costs only the path that changed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from derive.identify.match import form as f
from derive.identify.read.functions import EPSILON_NAMES, OPAQUE
from derive.identify.read.limits import NotUnderstood, spend
from derive.identify.read.tree import (
    DEFINITIONS,
    Apply,
    Binary,
    Clamp,
    Constant,
    Marked,
    Named,
    Negate,
    Node,
    Noise,
    Number,
    Reduce,
    Symbol,
    walk,
)

#: A number this small, added inside a logarithm, a root, a power or a denominator, guards against zero; it is no part
#: of the mathematics.
LARGEST_EPSILON = Fraction(1, 500)
#: Functions that are powers.
POWERS = {"sqrt": Fraction(1, 2), "rsqrt": Fraction(-1, 2), "square": Fraction(2), "reciprocal": Fraction(-1)}


@dataclass(frozen=True)
class Modifier:
    """A guard around a quantity: what was taken off, and where."""

    kind: str  # "epsilon", "clamp"
    node: Node
    amount: str = ""
    inside: str = ""  # the function or operator around it


class Expander:
    """Expands trees. ``opaque`` names assigned names to be kept as quantities of their own."""

    def __init__(self, opaque: Collection[str] = ()) -> None:
        self.opaque = frozenset(opaque)
        self.known: dict[tuple[Node, str], dict[f.Term, Fraction]] = {}
        self.modifiers: dict[Node, Modifier] = {}

    def form(self, node: Node, inside: str = "") -> dict[f.Term, Fraction]:
        """The expanded form. ``inside`` names the function around the node; there, small added constants are guards.

        Raises
        ------
        NotUnderstood : beyond the limits, or without a real value (a division by zero, log of a negative number).
        """
        found = self.known.get((node, inside))
        if found is None:
            spend(1)
            try:
                found = self._form(node, inside)
            except NotUnderstood as error:
                if error.at is None and node.at is not None:
                    raise NotUnderstood(error.what, node.at, error.hint) from None
                raise
            self.known[node, inside] = found
        return found

    def _form(self, node: Node, inside: str) -> dict[f.Term, Fraction]:
        match node:
            case Number(value=value):
                return f.constant(value)
            case Symbol(name=name):
                return f.single(f.variable(name))
            case Constant():
                return f.single(f.generator("pi"))
            case Noise(text=text):
                return f.single(f.generator("noise", text))
            case Marked(value=value):
                return self.form(value, inside)
            case Named(name=name, value=value):
                return f.single(f.variable(name)) if name in self.opaque else self.form(value, inside or "=")
            case Negate(part=part):
                return f.scale(self.form(part, inside), -1)
            case Binary():
                return self._binary(node, inside)
            case Apply(fn=fn, arg=arg):
                defined = DEFINITIONS.get(fn)
                return self.form(defined(arg)) if defined else self.applied(fn, self.form(arg, fn))
            case Reduce(kind=kind, arg=arg, over=over):
                inner = self.form(arg, inside)
                if kind == "prod":
                    return f.single(f.generator("prod", f.key(inner)))
                return f.marked(inner, f.SUMMED if kind == "sum" else f.AVERAGED, over == "all entries")
            case Clamp(arg=arg):
                self.modifiers.setdefault(node, Modifier("clamp", node))
                return self.form(arg, inside)
        raise NotUnderstood(f"{type(node).__name__} is not part of a formula", node.at)

    def _binary(self, node: Binary, inside: str) -> dict[f.Term, Fraction]:
        op, left, right = node.op, node.left, node.right
        guarded = self.without_guard(node) if inside else None
        if guarded:
            kept, sign, amount = guarded
            self.modifiers.setdefault(node, Modifier("epsilon", node, amount, inside))
            return f.scale(self.form(kept, inside), sign)
        if op in "+-":
            return f.add(self.form(left, inside), f.scale(self.form(right, inside), -1 if op == "-" else 1))
        if op == "*":
            return f.multiply(self.form(left, inside), self.form(right, inside))
        if op == "/":
            return f.multiply(self.form(left, inside), f.power(self.form(right, "/"), Fraction(-1)))
        exponent = self.form(right)
        if not exponent:
            return f.constant(1)
        if set(exponent) == {f.ONE}:
            return f.power(self.form(left, "**"), exponent[f.ONE])
        return f.exponential(f.multiply(exponent, f.logarithm(self.form(left, "**"))))

    def without_guard(self, node: Binary) -> tuple[Node, int, str] | None:
        """What a guard is added to, with its sign, and how much the guard is; None where there is none. A constant that
        is subtracted makes a zero and guards against none.
        """
        left, right = node.left, node.right
        places = {"+": ((right, left, 1), (left, right, 1)), "-": ((left, right, -1),)}.get(node.op, ())
        return next(
            ((kept, sign, amount) for guard, kept, sign in places if (amount := self._guard(guard, kept))), None
        )

    def _guard(self, node: Node, kept: Node) -> str:
        """The text of a small positive constant; "" where it is none."""
        if isinstance(kept, Number):
            return ""
        if isinstance(node, Named):
            return self._guard(node.value, kept)
        if isinstance(node, Number) and 0 < node.value <= LARGEST_EPSILON:
            return _decimal(node.value)
        if (
            isinstance(node, Binary)
            and node.op == "**"
            and isinstance(node.left, Number)
            and isinstance(node.right, Number | Negate)
        ):
            value = self.form(node).get(f.ONE, Fraction(0))
            return _decimal(value) if 0 < value <= LARGEST_EPSILON else ""
        return node.name if isinstance(node, Symbol) and is_epsilon(node.name) else ""

    def applied(self, fn: str, arg: dict[f.Term, Fraction]) -> dict[f.Term, Fraction]:
        """The expanded form of a function of an expanded form."""
        if fn in POWERS:
            return f.power(arg, POWERS[fn])
        if fn in OPAQUE:
            return f.single(f.generator("fn", fn, f.key(arg)))
        known = {"exp": f.exponential, "log": f.logarithm, "abs": f.absolute}.get(fn)
        if known is None:
            raise NotUnderstood(f"{fn} is not in the table of accepted functions")
        return known(arg)


def assigned_anew(node: Node, expander: Expander) -> set[str]:
    """Names that stand for another value in the text of a formula than in its expanded form: ``s`` after ``s = 2*s``;
    a guard makes no other value.
    """
    filled = (n for n in walk(node) if isinstance(n, Named) and n.name not in expander.opaque)
    quantities = {n.name for n in walk(node) if isinstance(n, Symbol)}
    return {n.name for n in filled if n.name in quantities and expander.form(n, "=") != f.single(f.variable(n.name))}


def is_epsilon(name: str) -> bool:
    """Whether a name stands for a small positive number."""
    return name.rpartition(".")[2] in EPSILON_NAMES or name.endswith("epsilon()")


def _decimal(value: Fraction) -> str:
    return f"{float(value):.12g}"
