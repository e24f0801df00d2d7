"""The verdict: a formula found by comparing coefficients is decided again, as written, by the proofs' decision
procedure.

The tree becomes a SymPy expression node by node and ``formula - factor * KL - offset`` must be zero in the normal
form of :mod:`derive.prove.normal_form`. Reductions are taken entry by entry; guards (epsilons, clamps) are taken off,
as the answer says.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy as sp

from derive.identify.match import form as f
from derive.identify.match.expand import POWERS, Expander
from derive.identify.match.match import Match, unmarked
from derive.identify.match.parameterisations import PARAMETERISATIONS, divergence
from derive.identify.match.readings import Reading
from derive.identify.read.limits import spend
from derive.identify.read.tree import (
    DEFINITIONS,
    Apply,
    Binary,
    Clamp,
    Constant,
    Named,
    Negate,
    Node,
    Noise,
    Number,
    Reduce,
    Symbol,
)
from derive.prove.normal_form import Undecided, is_zero


def _relu(x: sp.Expr) -> sp.Expr:
    return (x + sp.Abs(x)) / 2


def _sigmoid(x: sp.Expr) -> sp.Expr:
    return 1 / (1 + sp.exp(-x))


#: What the functions that a form keeps as they are compute, where the frameworks agree (gelu may be another function
#: by an option).
FUNCTIONS: dict[str, Callable[[sp.Expr], sp.Expr]] = {
    "abs": sp.Abs,
    "log": sp.log,
    "tanh": sp.tanh,
    "sin": sp.sin,
    "cos": sp.cos,
    "erf": sp.erf,
    "sigmoid": _sigmoid,
    "logsigmoid": lambda x: sp.log(_sigmoid(x)),
    "log_sigmoid": lambda x: sp.log(_sigmoid(x)),
    "silu": lambda x: x * _sigmoid(x),
    "gelu": lambda x: x * (1 + sp.erf(x / sp.sqrt(2))) / 2,
    "relu": _relu,
    "leaky_relu": lambda x: _relu(x) - _relu(-x) / 100,
    "elu": lambda x: _relu(x) + sp.exp(-_relu(-x)) - 1,
    "hardtanh": lambda x: (sp.Abs(x + 1) - sp.Abs(x - 1)) / 2,
}


class Algebra:
    """Turns trees and forms into SymPy, with one symbol per quantity: positive where a logarithm or root asks for
    it.
    """

    def __init__(self, expander: Expander, form: f.Form, *readings: Reading) -> None:
        self.expander = expander
        positive: set[str] = set()
        for term in form:
            for generator, exponent in term:
                if generator[0] == "var" and exponent.denominator != 1:
                    positive.add(generator[1])
                if generator[0] == "log":
                    positive |= {generator[1][1]} if generator[1][0] == "var" else set()
        for reading in readings:
            positive |= f.variables(tuple(g for g, scale in reading.scales if PARAMETERISATIONS[scale].positive))
            positive |= f.depends(reading.fixed_variance or {})
        self.positive = positive
        self._known: dict[Node, sp.Expr] = {}
        self._atoms: dict[Any, sp.Symbol] = {}
        self._functions: dict[sp.Symbol, sp.Expr] = {}

    def symbol(self, name: str) -> sp.Symbol:
        return sp.Symbol(name, positive=True) if name in self.positive else sp.Symbol(name, real=True)

    def tree(self, node: Node) -> sp.Expr:
        """The formula, entry by entry, without guards."""
        found = self._known.get(node)
        if found is None:
            found = self._known[node] = self._tree(node)
        return found

    def _tree(self, node: Node) -> sp.Expr:
        match node:
            case Number(value=value):
                return sp.Rational(value.numerator, value.denominator)
            case Symbol(name=name):
                return self.symbol(name)
            case Constant():
                return sp.pi
            case Noise(text=text):
                return sp.Symbol(f"~{text}", real=True)
            case Named(name=name, value=value):
                return self.symbol(name) if name in self.expander.opaque else self.tree(value)
            case Negate(part=part):
                return -self.tree(part)
            case Binary(op=op, left=left, right=right):
                if node in self.expander.modifiers and (guarded := self.expander.without_guard(node)):
                    return guarded[1] * self.tree(guarded[0])
                a, b = self.tree(left), self.tree(right)
                if op == "**":
                    return a**b
                return a + b if op == "+" else a - b if op == "-" else a * b if op == "*" else a / b
            case Apply(fn=fn, arg=arg):
                return self._apply(fn, arg)
            case Reduce(arg=arg) | Clamp(arg=arg):
                return self.tree(arg)
        raise TypeError(type(node).__name__)

    def _apply(self, fn: str, arg: Node) -> sp.Expr:
        if fn in DEFINITIONS:
            return self.tree(DEFINITIONS[fn](arg))
        x = self.tree(arg)
        if fn in POWERS:
            return x ** sp.Rational(POWERS[fn])
        known = {"exp": sp.exp, "log": sp.log, "abs": sp.Abs}.get(fn)
        return known(x) if known else self.form(self.expander.applied(fn, self.expander.form(arg, fn)))

    def zero(self, difference: sp.Expr) -> bool | None:
        """Whether a difference is zero, None where that is not decided.

        The value of a function without a normal form, or of what has no known sign, is a quantity of its own. That
        shows equality alone: tanh(1) is no quantity that one may choose. What is told apart is told apart again with
        the functions themselves.
        """
        try:
            zero = bool(is_zero(difference.replace(sp.Abs, lambda part: self._atom("abs", part))))
            return zero or bool(is_zero(self._with_functions(difference)))
        except Undecided:
            return None

    def _with_functions(self, expr: sp.Expr) -> sp.Expr:
        while atoms := expr.free_symbols & self._functions.keys():
            expr = expr.xreplace({atom: self._functions[atom] for atom in atoms})
        return expr

    def _atom(self, fn: str, of: object) -> sp.Symbol:
        if (fn, of) not in self._atoms:
            atom = self._atoms[fn, of] = sp.Symbol(f"_{fn}_{len(self._atoms)}", positive=True)
            if isinstance(of, f.Generator):
                self._functions[atom] = FUNCTIONS[fn](self.form(dict(of[2])))
        return self._atoms[fn, of]

    def generator(self, generator: f.Generator) -> sp.Expr:
        kind = generator[0]
        if kind == "var":
            return self.symbol(generator[1])
        if kind == "noise":
            return sp.Symbol(f"~{generator[1]}", real=True)
        if kind == "pi":
            return sp.pi
        if kind == "mark":
            return sp.Integer(1)
        if kind == "log":
            return sp.log(self.generator(generator[1]))
        if kind == "exp":
            return sp.exp(self.form({generator[1]: Fraction(1)}))
        if kind in ("sum", "prod"):
            return self.form(dict(generator[1]))
        return self._atom(str(generator[1]), generator)

    def form(self, form: f.Form) -> sp.Expr:
        """A form as an expression, reductions taken entry by entry."""
        return sp.Add(
            *(
                sp.Rational(v.numerator, v.denominator)
                * sp.Mul(*(self.generator(g) ** sp.Rational(e.numerator, e.denominator) for g, e in term))
                for term, v in form.items()
            )
        )

    def divergence(self, reading: Reading) -> sp.Expr:
        """The proved closed form under a reading."""
        means, stds = [], []
        for gaussian in (reading.first, reading.second):
            means.append(self.generator(gaussian.mean) if gaussian.mean else sp.Integer(0))
            spread = self.generator(gaussian.spread) if gaussian.spread else None
            stds.append(
                PARAMETERISATIONS[gaussian.scale].std(spread)
                if spread is not None and gaussian.scale
                else sp.Integer(1)
            )
        if reading.relative:
            stds[0] *= stds[1]
        if reading.fixed_mean is not None:
            means[1] = self.form(reading.fixed_mean)
        if reading.fixed_variance is not None:
            stds[1] = sp.sqrt(self.form(reading.fixed_variance))
        return divergence(means[0], stds[0], means[1], stds[1])


def decided(node: Node, expander: Expander, form: f.Form, *found: Match) -> bool:
    """Whether formula = factor * KL + offset, or a sum of such, by the proofs' decision procedure. An undecided
    difference is no verdict: False. Of a formula in which a reduction stands inside a function nothing is decided.
    """
    if f.entangled(form):
        return False
    algebra = Algebra(expander, form, *(m.reading for m in found))
    difference = algebra.tree(node)
    for match in found:
        difference -= algebra.form(unmarked(match.factor)) * algebra.divergence(match.reading)
        difference -= algebra.form(unmarked(match.offset))
    spend(10 * node.size)
    return algebra.zero(difference) is True


def equal(one: Node, two: Node, expander: Expander) -> bool:
    """Whether two formulas are the same function, by the same procedure."""
    return _same(one, two, expander) is True


def differ(one: Node, two: Node, expander: Expander) -> bool:
    """Whether a point shows that two formulas are not the same function."""
    return _same(one, two, expander) is False


def _same(one: Node, two: Node, expander: Expander) -> bool | None:
    algebra = Algebra(expander, f.add(expander.form(one), expander.form(two)))
    algebra.positive |= Algebra(expander, expander.form(two)).positive
    spend(10 * (one.size + two.size))
    return algebra.zero(algebra.tree(one) - algebra.tree(two))
