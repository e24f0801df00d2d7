"""More theorems by hostile authors: holes, captured variables, records that lie, names that mean something already.

They are members as in hostile_proofs.py, which says what a member is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import sympy as sp
from derive.proofs import REGISTRY
from derive.proofs.definitions import DIVERGENCE, Q
from hostile_proofs import N, T, U, V, W, X, at_least, identity, inequality, n, registry, t, theorem, v, w, x
from sympy.core.function import UndefinedFunction

from derive.vocabulary.theorem import (
    Antiderivative,
    Condition,
    Counterexample,
    Definition,
    Differentiate,
    Domain,
    Formula,
    GlobalMinimum,
    Identity,
    Integrate,
    OperationCount,
    Part,
    Registry,
    Row,
    Series,
    SumOfParts,
    Theorem,
    ThroughAbsolute,
    Variable,
    written,
)

zero, one, oo, tiny = sp.Integer(0), sp.Integer(1), sp.oo, sp.Rational(1, 10**12)
M, S = (Variable(letter, letter, Domain.REAL, "") for letter in "ms")
m, s = M.symbol, S.symbol
k, j = sp.Function("k"), sp.Function("j")
Member = tuple[str, Theorem | Registry, str]


def defined(step: Any, *formulas: Formula, variables: tuple[Variable, ...] = ()) -> Registry:
    known = variables or (T, V, M, S)
    return registry(theorem(step, variables=known), definitions=(*REGISTRY.definitions, *formulas))


# --- a lowest point is one of a whole interval -----------------------------------------------------------------------


def holes() -> Iterator[Member]:
    apart = at_least(v, "!=", 3)
    jump = inequality(v + tiny / (3 - v), ">", 0, V, (zero, oo), zero, where=(apart,))
    yield "a hole that the function falls across", theorem(jump), "one of a whole interval"
    dips = sp.expand((v - 1) * (v - 2) * (v - 2 - tiny))
    rises = Condition(sp.diff(dips, v), ">", zero)
    yield (
        "the sign of the slope as a condition",
        theorem(inequality(dips, ">=", 0, V, (one, oo), one, where=(rises,))),
        "one of a whole interval",
    )
    bowl = (v - 1) ** 2 + tiny / (v - 3)
    low = GlobalMinimum("s", "as it is", bowl, (V,), ((zero, oo),), (one,), bowl.subs(v, 1), where=(apart,))
    yield "a minimum with a hole beside it", theorem(low), "one of a whole interval"


def bound() -> Iterator[Member]:
    positive = {"where": (at_least(x, ">", 0),)}
    with written():
        integrand, term = sp.exp(sp.log(x) - x**2), v**n / sp.factorial(n)
    half = Antiderivative("s", "as it is", integrand, X, (-oo, oo), -sp.exp(-(x**2)) / 2, zero, **positive)
    yield "an integral over the line, known on half of it", theorem(half), "a variable that is bound"
    proposed = Integrate("s", "as it is", integrand, X, (U, U.symbol), **positive)
    yield "the same, derived", theorem(proposed), "a variable that is bound"
    series = Series("s", "as it is", term, N, 0, one, v, sp.exp(v), where=(at_least(n, ">", 3),))
    yield "a series of which the first terms are not known", theorem(series), "a variable that is bound"


def captured() -> Iterator[Member]:
    product = Formula("k", k(m, s), (M, S), m * s)
    partial = Formula("j", j(m, s), (M, S), sp.Derivative(k(m, s), s, evaluate=False))
    total = identity(j(t, t), 2 * t, using=(product, partial))
    yield "a partial derivative as a total one", defined(total, product, partial), "is false"
    square = Formula("k", k(t), (T,), t**2)
    by_itself = identity(sp.Derivative(k(t) ** 2, k(t), evaluate=False), 0, using=(square,))
    yield "a derivative by a function", defined(by_itself, square), "no variable that runs through an interval"
    yield "a derivative by an integer", theorem(Differentiate("s", "as it is", n**2, N, 2 * n)), "no variable that"
    for order, value in ((-1, t**2), (0, t**2), (sp.Rational(3, 2), 2 * t)):
        made = sp.Basic.__new__(sp.Derivative, t**2, sp.Tuple(t, sp.sympify(order)))
        yield f"a derivative of order {order}", theorem(identity(made, value)), "of orders 1 to"
    logarithm = Formula("k", k(t), (T,), sp.log(t))
    yield "a definition of what is undefined", defined(Definition("s", "as it is", logarithm), logarithm), "t > 0"
    above = replace(logarithm, where=(at_least(t, ">", 0),))
    everywhere = theorem(Definition("s", "as it is", above), variables=(T,), statement=(Row(k(t), "=", sp.log(t)),))
    yield (
        "a definition without its condition",
        registry(everywhere, definitions=(*REGISTRY.definitions, above)),
        "is concluded for t > 0 only",
    )
    with written():
        place = (t * sp.exp(1 / t), zero)
    square_bound = inequality(t**2, ">=", 0, T, (-oo, oo), zero)
    parts = SumOfParts("p", "as it is", t**2, (Part(one, square_bound, t, place),))
    yield "equality at an undefined place", theorem(square_bound, parts), "t != 0"
    cubic = inequality(v**3 - 3 * v + 2, ">=", 0, V, (zero, oo), one)  # (v - 1)^2 (v + 2)
    parts = SumOfParts("p", "as it is", t**3 - 3 * t + 2, (Part(one, cubic, t, (t, one)),))
    yield "a bound for positive numbers, used for all", theorem(cubic, parts), "this asks that t > 0"
    natural = Counterexample("s", "as it is", n, ">=", zero, {"n": -one})
    yield "a counterexample that is no natural number", theorem(natural), "lies in the domain of n is false"
    square = sp.Abs(v - s) ** 2
    corner = ThroughAbsolute("c", "as it is", square, V, sp.Abs(v - s), s, 2 * sp.sign(v - s) * sp.Abs(v - s))
    yield "a corner outside of the domain", theorem(corner, variables=(V, S)), "this asks that s > 0"
    other = replace(Q, expr=2 * Q.expr)
    rest = tuple(other if formula == Q else formula for formula in REGISTRY.definitions)
    assert DIVERGENCE in rest
    yield "a divergence of two families", registry(theorem(identity(v, v)), definitions=rest), "of two families"


# --- Python that lies ------------------------------------------------------------------------------------------------


def _put_in(step: Any, name: str, value: object) -> Any:
    vars(step)[name] = value
    return step


class _Seven(sp.Integer):  # type: ignore[misc]
    __slots__ = ()

    def _latex(self, _printer: object) -> str:
        return "7"


class _Any(str):
    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, _other: object) -> bool:
        return True


class _Two(tuple):  # type: ignore[type-arg]
    __slots__ = ()

    def __iter__(self) -> Iterator[sp.Expr]:
        return iter((sp.log(v), sp.Integer(7)))


def lies() -> Iterator[Member]:
    seven = Row(sp.log(v), "=", sp.Integer(7))
    step = _put_in(identity(v, v), "conclusions", lambda: (seven,))
    yield "conclusions of its own", theorem(step, statement=(seven,)), "was put into Identity"
    step = _put_in(identity(v, v), "rows", lambda: (seven,))
    yield "rows of its own", theorem(step, statement=(seven,)), "was put into Identity"
    number = sp.Basic.__new__(_Seven)
    number.p = 0
    yield "a number that prints another", theorem(identity(zero, number)), "a rounded number, or none"
    row = Row(v, _Any("<"), v)
    yield "a relation that equals every other", theorem(identity(v, v), statement=(row,)), "_Any is no kind"
    yield "a chain that is two", theorem(Identity("s", "as it is", _Two((v, v)))), "_Two is no kind"
    blind = sp.exp(-x, evaluate=False)
    blind.has = lambda *_: False
    yield "an expression that denies its variable", theorem(identity(blind, blind)), "has was put into exp(-x)"
    for number_, told in enumerate(({"is_positive": True}, {"_latex": lambda *_: "7"}, {"density": r"\log"})):
        function = UndefinedFunction(f"lying{number_}", __dict__=told)
        formula = Formula("k", function(t), (T,), t)
        step = identity(function(t), t, using=(formula,))
        yield f"a function with {min(told)} of its own", defined(step, formula), "is more than a name"
    odd = Variable("odd", "o", Domain.REAL, "")
    odd.symbol._assumptions["positive"] = True
    with written():
        root = sp.sqrt(odd.symbol**2)
    yield "a symbol that was told it is positive", theorem(identity(root, odd.symbol), variables=(odd,)), "is false"


# --- names and letters -----------------------------------------------------------------------------------------------


def names() -> Iterator[Member]:
    for latex in (r"\le", r"\cdot", r"\log", r"\sum", r"\mathrm{e}", r"\mathrm{log}", r"\mathrm{KL}"):
        yield (
            f"a variable printed {latex}",
            theorem(identity(v * w, w * v), variables=(V, replace(W, latex=latex))),
            ("is no letter"),
        )
    for name in ("sinh", "Log", "log_2", "exp_1", "D_KL", "relu", "arctan", "Gamma", "2*k", r"\log", "k(v) = 7"):
        formula = Formula("k", UndefinedFunction(name)(t), (T,), t)
        yield (
            f"a function called {name}",
            defined(identity(formula.head, t, using=(formula,)), formula),
            ("the name of a known function"),
        )
    for reason in (
        r"$\gdef\log{\exp}$",
        r"so $v$ \\ & $\\ \log v &= 7$",
        "^^5c in $^^5clet^^5clog^^5cexp$",
        "$v",
        "$}v{$",
        "so\n\nStatement\n  log v = 7",
        "so \x1b[2Jlog v = 7",
        "so \u202e7 = v gol",
        "so\u200b",
    ):
        yield f"the reason {reason}", theorem(Identity("s", reason, (v, v))), "words in which"
    for name in ("log v = 7", "Decided: by Coq", "s_", ""):
        yield f"a step called {name}", theorem(Identity(name, "as it is", (v, v))), "is no name of a step"
    for name in ("kl(v)", "../kl", "2kl", ""):
        formula = Formula(name, UndefinedFunction("k")(v), (V,), v)
        yield f"a formula called {name}", theorem(identity(v, v), formulas=(formula,)), "is no name of a formula"
    pair = (replace(V, latex="v_1"), replace(W, latex="v_{1}"))
    yield "two letters that print alike", theorem(identity(v * w, w * v), variables=pair), "two variables are called"
    letter = Variable("f", "f", Domain.REAL, "")
    yield (
        "a variable called as a function",
        theorem(identity(letter.symbol * (t + 1), letter.symbol * t + letter.symbol), variables=(T, letter)),
        "a function, and a variable",
    )
    greek = Variable("z", r"\theta", Domain.POSITIVE, "")
    theta = Formula("k", UndefinedFunction("theta")(t), (T,), t)
    step = identity(theta.head - t * greek.symbol, t - t * greek.symbol, using=(theta,))
    yield "a variable printed as a function", defined(step, theta, variables=(T, greek)), "theta is a function, and a"
    two = tuple(Formula(name, UndefinedFunction(name)(v), (V,), v * k) for k, name in ((1, "k1"), (-1, "k_1")))
    step = identity(two[0].head, -two[1].head, using=two)
    yield "two functions that print alike", defined(step, *two), "k1 and k_1 are both printed k1"
    for name in ("sinh", "arctan", "lim", "mod", "Re"):
        word = Variable(name, rf"\mathrm{{{name}}}", Domain.POSITIVE, "")
        step = identity(word.symbol * (v + 1), word.symbol * v + word.symbol)
        yield f"a variable that reads as {name}", theorem(step, variables=(V, word)), "is no letter"
    word = Variable("vw", r"\mathrm{vw}", Domain.POSITIVE, "")
    step = identity(v * w + word.symbol, word.symbol + v * w)
    yield "a variable that reads as a product", theorem(step, variables=(V, W, word)), "printed as the product of v, w"
    price = Variable("log", r"\mathrm{log}", Domain.POSITIVE, "")
    yield (
        "a price that reads as a logarithm",
        theorem(identity(price.symbol * (t + 1), price.symbol * t + price.symbol), variables=(T, price)),
        "a price stands in a sum",
    )
    for title in ("log v ≡ 7", r"$\log v \equiv 7$", r"$\log v \geqslant 7$", "log v ⩽ 7", r"$\log v \to 7$"):
        yield f"the title {title}", theorem(identity(v, v), title=title), "its statement makes it"
    twice = (
        OperationCount("s", "as it is", v**2, v**2, sp.Symbol("mul", positive=True)),
        OperationCount("z", "as it is", v**2, v * v * one, sp.Symbol("log", positive=True)),
    )
    yield "a price that is not declared", theorem(*twice), "is no variable of the theorem"


KINDS: dict[str, Callable[[], Iterator[Member]]] = {
    "holes": holes,
    "bound variables": bound,
    "captured variables": captured,
    "Python that lies": lies,
    "names and letters": names,
}
