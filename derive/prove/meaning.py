"""What a written expression means: definitions unfolded, derivatives taken, and the conditions of being defined.

Everything that a proof writes is read here before it is decided. A function is replaced by the formula that says what
it is, where the arguments lie in the formula's domain and its conditions hold; a derivative is taken by the rules of
:mod:`derive.prove.expressions`, where what is differentiated is defined in a neighbourhood. Logarithms, roots and
quotients ask that their arguments be in their domains. All of it has to follow from the domains of the variables and
from what the step says with ``where=``; otherwise the step is refused, with the condition that it should say.

An integral, a sum, a limit is never evaluated: it has a value by a step of its own kind only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sympy as sp
from sympy.core.function import AppliedUndef

from derive.prove import budget
from derive.prove.ball import Undecided
from derive.prove.expressions import differentiated, rebuilt, replaced
from derive.prove.facts import Facts
from derive.vocabulary.condition import Condition
from derive.vocabulary.formula import Formula, expm1mx, log1pmx

_ZERO, _ONE = sp.Integer(0), sp.Integer(1)
_MOST_DERIVATIVES = 4

#: Functions with what they ask of their argument.
_ASKED: Mapping[type[sp.Expr], tuple[tuple[str, sp.Expr], ...]] = {
    sp.exp: (),
    sp.erf: (),
    sp.erfc: (),
    expm1mx: (),
    sp.Abs: (),
    sp.sign: (),
    sp.factorial: ((">=", _ZERO),),
    sp.log: ((">", _ZERO),),
    log1pmx: ((">", sp.Integer(-1)),),
}


@dataclass(frozen=True)
class Meaning:
    """An expression in elementary functions, and the conditions under which it is defined."""

    expr: sp.Expr
    conditions: tuple[Condition, ...]


def meaning(expr: sp.Expr, using: Sequence[Formula]) -> Meaning:
    """The expression with the formulas of ``using`` unfolded, later ones first.

    Raises
    ------
    Undecided : a function that no formula explains; an integral, a sum or a limit.
    """
    conditions: list[Condition] = []
    read = _Reading(tuple(using), conditions).read(expr)
    return Meaning(read, tuple(dict.fromkeys(conditions)))


def require(conditions: Iterable[Condition], facts: Facts, of: object) -> None:
    """Fail unless every condition follows from the facts; the message names the one that does not, and a point."""
    for condition in conditions:
        if facts.holds(condition):
            continue
        point = facts.violated(condition)
        at = ", ".join(f"{symbol} = {value}" for symbol, value in sorted((point or {}).items(), key=str))
        where = f"which fails at {at}" if point else "which does not follow from the domains and conditions"
        raise Undecided(f"this asks that {condition.text}, {where}; say with where= for which values it is claimed", of)


class _Reading:
    def __init__(self, using: tuple[Formula, ...], conditions: list[Condition]) -> None:
        self.using, self.conditions = using, conditions

    def read(self, expr: sp.Expr) -> sp.Expr:
        for number in range(len(self.using) - 1, -1, -1):
            formula = self.using[number]
            if not formula.defines and expr == formula.head:
                self.conditions += formula.where
                return _Reading(self.using[:number], self.conditions).read(formula.expr)
            if formula.defines and expr.func == formula.head.func and len(expr.args) == len(formula.head.args):
                return self._unfolded(expr, formula, number)
        if expr.is_Symbol or expr.is_Rational or expr in (sp.pi, sp.E):
            return expr
        if isinstance(expr, sp.Derivative):
            return self._derivative(expr)
        if isinstance(expr, sp.Subs):
            return self._substituted(expr)
        if expr.is_Add or expr.is_Mul:
            return rebuilt(expr, [self.read(argument) for argument in expr.args])
        if expr.is_Pow:
            return self._power(rebuilt(expr, [self.read(argument) for argument in expr.args]))
        if isinstance(expr, AppliedUndef):
            raise Undecided("no formula of using= says what this function is", expr)
        if type(expr) in _ASKED and len(expr.args) == 1:
            argument = self.read(expr.args[0])
            if isinstance(expr, sp.factorial) and not _is_integer(argument):
                raise Undecided("a factorial of what is not known to be an integer", expr)
            self.conditions += [Condition(argument, *asked) for asked in _ASKED[type(expr)]]
            return rebuilt(expr, [argument])
        if isinstance(expr, sp.Integral | sp.Sum | sp.Product | sp.Limit):
            raise Undecided("an integral, a sum or a limit has a value only by a step that derives it", expr)
        raise Undecided(f"the prover does not know {type(expr).__name__}", expr)

    def _unfolded(self, expr: sp.Expr, formula: Formula, number: int) -> sp.Expr:
        values = dict(zip(formula.head.args, [self.read(argument) for argument in expr.args], strict=True))
        for variable in formula.variables:
            self.conditions += in_domain(variable.symbol, values.get(variable.symbol, variable.symbol))
        # read in its own parameters first: k(a, a) is no reason to differentiate by both
        inner = list(formula.where)
        body = _Reading(self.using[:number], inner).read(formula.expr)
        self.conditions += at(inner, values)
        return _small(replaced(body, values))

    def _power(self, expr: sp.Pow) -> sp.Expr:
        base, exponent = expr.args
        if base is sp.E:
            return expr
        if exponent.is_Integer:
            if exponent < 0:
                self.conditions.append(Condition(base, "!=", _ZERO))
        elif exponent.is_Rational and exponent > 0:
            self.conditions.append(Condition(base, ">=", _ZERO))
        else:
            self.conditions.append(Condition(base, ">", _ZERO))
        return expr

    def _derivative(self, expr: sp.Derivative) -> sp.Expr:
        inner: list[Condition] = []
        value = _Reading(self.using, inner).read(expr.args[0])
        taken = 0
        for symbol, count in expr.args[1:]:
            if not (symbol.is_Symbol and symbol.is_real and not symbol.is_integer):
                raise Undecided("a derivative by what is no variable that runs through an interval", symbol)
            taken += int(count) if count.is_Integer and count > 0 else _MOST_DERIVATIVES + 1
            if taken > _MOST_DERIVATIVES:
                raise Undecided(f"derivatives are decided of orders 1 to {_MOST_DERIVATIVES}", expr)
            for _ in range(int(count)):
                value = _small(differentiated(value, symbol))
        self.conditions += [neighbourhood(condition) for condition in inner]
        return value

    def _substituted(self, expr: sp.Subs) -> sp.Expr:
        inner: list[Condition] = []
        value = _Reading(self.using, inner).read(expr.args[0])
        point = [self.read(argument) for argument in expr.args[2]]
        values = dict(zip(expr.args[1], point, strict=True))
        for symbol, argument in values.items():
            self.conditions += in_domain(symbol, argument)
        self.conditions += at(inner, values)
        return replaced(value, values)


def at(conditions: Iterable[Condition], values: Mapping[sp.Symbol, sp.Expr]) -> list[Condition]:
    """Conditions that were read, for these values; nothing is evaluated, so that no hole is lost."""
    return [Condition(replaced(c.lhs, values), c.relation, replaced(c.rhs, values)) for c in conditions]


def _small(expr: sp.Expr) -> sp.Expr:
    """The expression, if it is within the limits: definitions of definitions grow fast."""
    budget.check_size(expr)
    return expr


def neighbourhood(condition: Condition) -> Condition:
    """The condition at a point and around it: an open one."""
    open_ = condition.relation if condition.relation == "!=" else condition.relation[0]
    return Condition(condition.lhs, open_, condition.rhs)


def in_domain(symbol: sp.Symbol, argument: sp.Expr) -> list[Condition]:
    """What has to hold of an argument that stands for the symbol."""
    if symbol.is_integer and not _is_integer(argument):
        raise Undecided(f"{symbol} is an integer, and this is not known to be one", argument)
    if symbol.is_positive:
        return [Condition(argument, ">", _ZERO)]
    return [Condition(argument, ">=", _ZERO)] if symbol.is_nonnegative else []


def _is_integer(expr: sp.Expr) -> bool:
    if expr.is_Add or expr.is_Mul:
        return all(map(_is_integer, expr.args))
    return bool(expr.is_Integer or (expr.is_Symbol and expr.is_integer))
