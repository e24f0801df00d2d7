"""Reads one Python expression, given as an ``ast`` node, into a tree by the table of accepted functions.

Nothing is evaluated, imported or looked up: a name is a quantity, a call is an entry of the table, and anything else is
refused by name and position (``strict``) or kept as a quantity of its own (an audit, or a line that only feeds others).
"""

from __future__ import annotations

import ast
import math
from collections import ChainMap, Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from fractions import Fraction

from derive.identify.read import functions as table
from derive.identify.read.constants import decimal
from derive.identify.read.limits import MAX_BITS, MAX_NESTING, NotUnderstood, spend
from derive.identify.read.python import distributions, shapes
from derive.identify.read.python.called import OneLine, one_line
from derive.identify.read.python.calls import entry
from derive.identify.read.python.loops import Running
from derive.identify.read.python.syntax import (
    calls,
    factors,
    is_a_guard,
    is_named,
    is_number,
    is_of_scales,
    leaves,
    only_reshapes,
    position,
    root_name,
    spelled,
    summands,
)
from derive.identify.read.tree import (
    LOG,
    SUM,
    Apply,
    Binary,
    Clamp,
    Condition,
    Constant,
    Marked,
    Named,
    Negate,
    Node,
    Number,
    Reduce,
    Symbol,
    moved,
    number,
)

_OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}


#: What the first argument of a module's function is called.
_FIRST = frozenset(["input", "x", "a", "tensor", "input_tensor"])
#: What people call the axis that a method sums over: no array that the function of a module would take.
_AXES = frozenset("axis axes dim dims".split())


#: The values of names, those of the innermost function first; None is a quantity of its own.
Values = ChainMap[str, Node | None]
#: What is known of a function: itself, and the values that it sees.
Known = tuple[OneLine, Values]


class Reader:
    """Reads expressions with a table of values for the names assigned so far.

    ``outer`` collects what a lenient reader did not understand, and whether more stands around it: a formula may be
    inside it. ``modules`` are the names
    that imports give to modules; comments of ``text`` may name the axes of arrays.
    """

    def __init__(self, *, strict: bool = True, modules: frozenset[str] = frozenset(), text: str = "") -> None:
        self.values: Values = ChainMap()
        self.strict = strict
        self.imported = modules
        self.modules = table.MODULES | modules
        self.distributions: ChainMap[str, distributions.Distribution] = ChainMap()
        self.functions: ChainMap[str, Known | None] = ChainMap()
        self.shapes: ChainMap[str, shapes.Shape] = ChainMap()
        self.comments = shapes.comments(text)
        self.running: dict[str, Running] = {}  # the sums that the loop around adds up
        self.outer: list[tuple[ast.expr, bool]] = []
        self._depth = self._sums = 0
        self._apart: set[int] = set()  # calls that are summands of their own
        self._inlining: set[OneLine] = set()

    def branch(self, hidden: Iterable[str] = ()) -> Reader:
        """A reader that knows what this one knows, but for ``hidden`` names, and keeps what it learns for itself."""
        inner = copy(self)
        own = tuple(hidden)
        inner.values = self.values.new_child(dict.fromkeys(own))
        inner.distributions = self.distributions.new_child()
        inner.functions = self.functions.new_child(dict.fromkeys(own))
        inner.shapes = self.shapes.new_child()
        inner.running = {}
        return inner

    @contextmanager
    def _inside(self, names: dict[str, Node | None], seen: Values | None = None) -> Iterator[None]:
        """With these names bound, as the parameters of a function that is called, and the values that it sees."""
        known, self.values = self.values, (self.values if seen is None else seen).new_child(names)
        try:
            yield
        finally:
            self.values = known

    def read(self, node: ast.expr) -> Node:
        """The tree of an expression.

        Raises
        ------
        NotUnderstood : something outside the table (strict), or a formula beyond the limits.
        """
        method = getattr(self, "_" + type(node).__name__.lower(), None)
        if method is None:
            return self.outside(
                node, f"{_WORDS.get(type(node).__name__, type(node).__name__)} is not part of a formula"
            )
        self._depth += 1
        spend(1)
        try:
            if self._depth > MAX_NESTING:
                raise NotUnderstood(f"nested deeper than {MAX_NESTING}", position(node))
            result: Node = method(node)
        finally:
            self._depth -= 1
        return result

    def outside(self, node: ast.expr, why: str, hint: str = "", near: str = "") -> Node:
        """What the table does not explain; ``{}`` stands for its words; ``near`` is a name that may be one of its own,
        misspelled. What is set apart is a quantity.
        """
        if id(node) in self._apart:
            return Symbol(position(node), f"({spelled(node)})" if isinstance(node, ast.IfExp) else spelled(node))
        if self.strict:
            words = spelled(node.func if isinstance(node, ast.Call) else node)
            raise NotUnderstood(why.replace("{}", words[:60]), position(node), hint or _near(near))
        self.outer.append((node, self._depth > 1))
        return Symbol(position(node), spelled(node))

    def assign(self, name: str, value: Node | None) -> None:
        """Bind a name; None makes it a quantity of its own again."""
        if name in self.functions:
            self.functions[name] = None
        try:
            self.values[name] = None if value is None else Named(value.at, name, value)
        except NotUnderstood:
            self.values[name] = None  # too large to be used in another formula

    def define(self, name: str, function: OneLine | None) -> None:
        """Bind a name to a function, which sees the values of the names around it."""
        self.assign(name, None)
        self.functions[name] = None if function is None else (function, self.values)

    # --- leaves ---------------------------------------------------------------------------------------------------

    def _constant(self, node: ast.Constant) -> Node:
        value = node.value
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or (isinstance(value, float) and not math.isfinite(value))
        ):
            return self.outside(node, f"{str(value)[:30]!r} is not a number of a formula")
        if isinstance(value, int) and value.bit_length() > MAX_BITS:
            raise NotUnderstood(f"a number of {value.bit_length()} bits", position(node), f"at most {MAX_BITS}")
        return (
            decimal(repr(value), position(node))
            if isinstance(value, float)
            else Number(position(node), Fraction(value))
        )

    def _name(self, node: ast.Name) -> Node:
        known = self.values.get(node.id)
        if isinstance(known, Named):
            return Named(position(node), node.id, known.value)
        return known or Symbol(position(node), node.id, shape=self.shapes.get(node.id, ()))

    def _namedexpr(self, node: ast.NamedExpr) -> Node:
        value = self.read(node.value)
        self.assign(spelled(node.target), value)
        return Named(position(node), spelled(node.target), value)

    def _attribute(self, node: ast.Attribute) -> Node:
        root = root_name(node)
        if self.is_module(root):
            if node.attr == "pi":
                return Constant(position(node), "pi")
            if node.attr == "e":
                return Apply(position(node), "exp", number(1))
            return self.outside(node, "{} is not in the table of accepted functions", near=node.attr)
        if node.attr in ("T", "data", "values", "value", "real"):
            inner = self.read(node.value)
            if node.attr == "T":
                return moved(position(node), spelled(node), inner)
            return Marked(position(node), spelled(node), inner, "stopped", "") if node.attr == "data" else inner
        text = spelled(node)
        known = self.functions.get(text)
        if known is not None and known[0].read:
            value = self._inlined(*known, node)
            return self._quantity(node, text) if value is None else Named(position(node), text, value)
        return self.values.get(text) or self._quantity(node, text)

    def _quantity(self, node: ast.expr, text: str) -> Node:
        inner = node
        while isinstance(inner, ast.Attribute | ast.Subscript):
            inner = inner.value
        if not isinstance(inner, ast.Name | ast.Call):
            return self.outside(node, f"{text[:40]} is not a quantity")
        if isinstance(inner, ast.Call) and not self.strict:
            self.outer.append((node, True))  # torch.max(kl, 1).values
        return Symbol(position(node), text, shape=self.shapes.get(text, ()))

    def _subscript(self, node: ast.Subscript) -> Node:
        text = spelled(node)
        assigned = self.values.get(text)
        if assigned is not None:
            return assigned
        if only_reshapes(node.slice):
            return moved(position(node), text, self.read(node.value))
        known = self.values.get(spelled(node.value))
        if known is not None and isinstance(node.slice, ast.Name | ast.Compare | ast.UnaryOp | ast.Attribute):
            return known  # kl[mask]
        return self._quantity(node, text)

    # --- operations -----------------------------------------------------------------------------------------------

    def _unaryop(self, node: ast.UnaryOp) -> Node:
        if isinstance(node.op, ast.USub):
            part = self.read(node.operand)
            return Number(position(node), -part.value) if isinstance(part, Number) else Negate(position(node), part)
        if isinstance(node.op, ast.UAdd):
            return self.read(node.operand)
        return self.outside(node, "only + and - are signs")

    def _binop(self, node: ast.BinOp) -> Node:
        op = _OPERATORS.get(type(node.op))
        if op is None:
            if isinstance(node.op, ast.MatMult):
                return Reduce(
                    position(node), "sum", Binary(position(node), "*", self.read(node.left), self.read(node.right)), "@"
                )
            return self.outside(node, f"operator {type(node.op).__name__} is not one of + - * / **")
        if op in "+-" and self._depth == self._sums + 1:
            return self._outermost_sum(node, op)
        if op in "*/" and self._depth == self._sums + 1 and self.strict:
            self._set_apart(factors(node))
        factor = node.right
        if (
            op == "/"
            and isinstance(factor, ast.Call)
            and isinstance(factor.func, ast.Constant)
            and is_number(node.left)
        ):
            half = Binary(position(node), "/", self.read(node.left), self.read(factor.func))
            return Binary(position(node), "*", half, self.read(factor.args[0]))  # a paper's -1/2 (x + y)
        two_pi = op == "*" and isinstance(factor, ast.Name) and factor.id == "pi" and is_number(node.left)
        if two_pi and self.values.get("pi") is None:
            return Binary(position(node), op, self.read(node.left), Constant(position(factor), "pi"))
        return Binary(position(node), op, self.read(node.left), self.read(node.right))

    def _outermost_sum(self, node: ast.BinOp, op: str) -> Node:
        """A loss beside another one, and its weight: functions of no table, which share no quantity with the rest."""
        if self.strict and not self._sums:
            self._set_apart(summands(node))
        self._sums += 1
        try:
            return Binary(position(node), op, self.read(node.left), self.read(node.right))
        finally:
            self._sums -= 1

    def _set_apart(self, parts: list[ast.expr]) -> None:
        """Note calls and choices in parts that share no quantity with the others, of which one is a divergence."""
        quantities = [leaves(part) - self.modules for part in parts]
        held = Counter(name for own in quantities for name in own)
        scales = list(map(is_of_scales, parts))
        for part, own, scaled in zip(parts, quantities, scales, strict=True):
            if sum(scales) > scaled and all(held[name] == 1 for name in own):
                self._apart.update(map(id, calls(part)))

    def _ifexp(self, node: ast.IfExp) -> Node:
        return self.conditional(node, node.test, node.body, node.orelse)

    def conditional(self, node: ast.expr, test: ast.expr, body: ast.expr, other: ast.expr) -> Node:
        """Where both branches are the same formula, reduced or masked in two ways, it is the first; a formula beside 0
        has the condition as a factor, a guard against what is no number is none; else it is no formula.
        """
        why = "a condition is not part of a formula"
        try:
            one, two = self.read(body), self.read(other)
        except NotUnderstood:
            return self.outside(node, why)
        if inmost(one) is inmost(two):
            return one
        held = isinstance(two, Number)
        formula, beside = (one, two) if held else (two, one)
        if not isinstance(beside, Number) or formula.traits & (SUM | LOG) != SUM | LOG:
            return self.outside(node, why)
        at = position(node)
        if is_a_guard(test):
            said = f"guard: {float(beside.value):g} stands where {spelled(test)} {'fails' if held else 'holds'}"
            return Marked(at, spelled(node), formula, "guard", said)
        if beside.value != 0:
            return self.outside(node, why)
        return Binary(at, "*", self._condition(test, held), formula)

    def _condition(self, test: ast.expr, holds: bool) -> Condition:
        """The factor that a condition, or its opposite, is."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not | ast.Invert):
            return self._condition(test.operand, not holds)
        own = self.branch()
        own.strict, own.outer = False, []
        inner = inmost(own.read(test))
        name = inner.name if isinstance(inner, Symbol) else spelled(test)
        plain = name.isidentifier() or isinstance(test, ast.Name | ast.Attribute | ast.Subscript | ast.Call)
        name = name if plain and not name.startswith("(") else f"({name})"
        return Condition(position(test), name if holds else f"(~{name})")

    def _lambda(self, node: ast.Lambda) -> Node:
        if not node.args.args:
            return self.outside(node, "a lambda without arguments is not a formula")
        with self._inside(dict.fromkeys(a.arg for a in node.args.args)):
            return self.read(node.body)

    def is_module(self, root: str) -> bool:
        return root in self.modules and self.values.get(root) is None

    # --- calls ----------------------------------------------------------------------------------------------------

    def _call(self, node: ast.Call) -> Node:
        at, func, args = position(node), node.func, list(node.args)
        mapped = False
        while isinstance(func, ast.Call) and distributions.called(func) in table.TRANSFORMS and func.args:
            mapped |= distributions.called(func) in table.MAPS
            func = func.args[0]  # jax.vmap(f)(mu, logvar), Lambda(f)([mu, logvar])
        function = one_line(func) if isinstance(func, ast.Lambda) else None
        called = (function, self.values) if function else self.functions.get(spelled(func)) if is_named(func) else None
        if called is not None:
            inlined = self._inlined(*called, node)
            if inlined is not None:
                return moved(at, spelled(node), inlined) if mapped else inlined
        if isinstance(func, ast.Constant | ast.BinOp) and len(args) == 1 and not node.keywords:
            return Binary(at, "*", self.read(func), self.read(args[0]))  # a paper's 2(x + y)
        result = self._of_distributions(node)
        if result is not None:
            return result
        if isinstance(func, ast.Attribute):
            name, root = func.attr, root_name(func)
            is_module = self._is_of_a_module(func, node) or root == "random" or self._as_module(func, node)
            if not is_module and name not in table.NOISE | {"log_prob"} | table.COUNTS:
                args = [func.value, *args]
        elif isinstance(func, ast.Name):
            name = func.id
        else:
            return self.outside(node, "{} is not a function of the table")
        if any(isinstance(a, ast.Starred) for a in args):
            return self.outside(node, "a starred argument is not part of a formula")
        result = entry(self, name.rstrip("_") or name, args, node)  # mul_ is mul, in place
        if result is not None:
            return result
        return self.outside(node, "{} is not in the table of accepted functions", near=name)

    def _is_of_a_module(self, func: ast.Attribute, node: ast.Call) -> bool:
        """Whether a function is one of a module: ``sp`` in ``sp.detach()`` is none, for want of an argument."""
        own = isinstance(func.value, ast.Name) and func.value.id not in self.imported
        if own and not node.args and not any(k.arg in _FIRST for k in node.keywords):
            known = (
                func.attr in table.UNARY.keys() | table.REDUCTIONS.keys() | table.IDENTITY | table.MOVES | table.STOPPED
            )
            return not known and self.is_module(root_name(func))
        return self.is_module(root_name(func))

    def _as_module(self, func: ast.Attribute, node: ast.Call) -> bool:
        """Whether ``xp`` in ``xp.exp(x)`` can only be a module: as a method, the function takes fewer arguments."""
        if not isinstance(func.value, ast.Name) or self.values.get(func.value.id) is not None:
            return False
        name, args = func.attr, node.args
        if name in table.BINARY:
            return len(args) == 2
        if name in table.REDUCTIONS:
            axis = bool(args) and spelled(args[0]).rpartition(".")[2] in _AXES
            return bool(args) and not (axis or isinstance(args[0], ast.Constant | ast.Tuple | ast.List | ast.UnaryOp))
        return name in table.UNARY and len(args) == 1

    def _inlined(self, function: OneLine, seen: Values, node: ast.Call | ast.Attribute) -> Node | None:
        """The value of a function of one line that is called; None of one that calls itself, which has none that can be
        written out.
        """
        arguments = None if function in self._inlining else function.given(node)
        if arguments is None:
            return None
        given = {name: value for name, value in self.values.items() if name.startswith("self.")}
        for name, arg in arguments.items():
            listed = {f"{name}[{k}]": part for k, part in enumerate(getattr(arg, "elts", ()))}
            given |= {own: Named(position(part), own, self.read(part)) for own, part in (listed or {name: arg}).items()}
        outer = self.outer
        self._inlining.add(function)
        self.outer = []  # what is not understood of a function is read where it stands
        try:
            with self._inside(given, seen):
                return self.read(function.value)
        finally:
            self.outer = outer
            self._inlining.remove(function)

    def distribution(self, node: ast.expr) -> distributions.Distribution | None:
        """The distribution object that an expression is, if it is one."""
        return distributions.distribution(node, self.distributions, self.read)

    def _of_distributions(self, node: ast.Call) -> Node | None:
        """A divergence or a sample of Gaussian objects; None for other calls."""
        name, at = distributions.called(node), position(node)
        if name not in distributions.DIVERGENCES | distributions.SAMPLES:
            return None
        own = self.distribution(node.func.value) if isinstance(node.func, ast.Attribute) else None
        if name in distributions.SAMPLES:
            return distributions.sample(at, own, spelled(node)) if own else None
        pair = [own] if own else []
        pair += [g for a in node.args if (g := self.distribution(a)) is not None]
        if len(pair) == 2:
            return distributions.divergence(at, pair[0], pair[1])
        if 1 <= len(node.args) <= 2:
            return self.outside(
                node,
                f"{spelled(node)[:60]}: what are the two distributions?",
                "give the lines that make them: q = Normal(mu, std)",
            )
        return None

    def comprehension(self, node: ast.GeneratorExp | ast.ListComp) -> Node:
        """The element of a comprehension, its own variable standing for an element of what it runs through."""
        inner = self.branch()
        for generator in node.generators:
            listed = self.distributions.get(spelled(generator.iter))
            names = [n.id for n in ast.walk(generator.target) if isinstance(n, ast.Name)]
            for name in names:
                inner.assign(name, None)
            if listed is not None and len(names) == 1:
                inner.distributions[names[0]] = listed
        return inner.read(node.elt)


def inmost(node: Node) -> Node:
    """What a formula is under its reductions, limits and names."""
    while isinstance(node, Reduce | Clamp | Named):
        node = node.value if isinstance(node, Named) else node.arg
    return node


_WORDS = {
    "Compare": "a comparison",
    "ListComp": "a comprehension",
    "GeneratorExp": "a comprehension",
    "JoinedStr": "a string",
    "Tuple": "a tuple",
    "List": "a list",
    "Dict": "a dictionary",
    "Await": "an await",
    "Starred": "a starred value",
    "BoolOp": "and/or",
}


def _near(name: str) -> str:
    import difflib

    if name in table.OTHERS:
        return table.OTHERS[name]
    known = [*table.UNARY, *table.BINARY, *table.REDUCTIONS, *table.OPAQUE, *table.CLAMPS]
    found = difflib.get_close_matches(name, known, n=1, cutoff=0.75)
    return f"did you mean {found[0]}?" if found else ""
