"""Theorems by hostile authors: each is false, or proves something else than it says. Kind, name, theorem, message.

A theorem is added to the registry as ``new``; ``definitions`` and ``claims`` are those of its registry where it brings
its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp
from derive.proofs import REGISTRY, kl_normal
from derive.proofs.definitions import DIVERGENCE, MU1, MU2, STD1, STD2, P, Q, X
from derive.proofs.kl_unit import F, f
from derive.proofs.same_function import G, g

from derive.vocabulary.theorem import (
    KL,
    Antiderivative,
    Claim,
    Conclude,
    Condition,
    Counterexample,
    Definition,
    Differentiate,
    Domain,
    Formula,
    GlobalMinimum,
    Identity,
    Inequality,
    Integrate,
    OperationCount,
    Registry,
    Row,
    Series,
    Step,
    Theorem,
    Variable,
    Verdict,
    log1pmx,
    written,
)

V = Variable("v", "v", Domain.POSITIVE, "a positive number")
W = Variable("w", "w", Domain.POSITIVE, "another")
T = Variable("t", "t", Domain.REAL, "a real number")
N = Variable("n", "n", Domain.NATURAL, "a natural number")
U = Variable("u", "u", Domain.REAL, "the substituted variable")
v, w, t, n, u, x = V.symbol, W.symbol, T.symbol, N.symbol, U.symbol, X.symbol
zero, one, two, oo = sp.Integer(0), sp.Integer(1), sp.Integer(2), sp.oo
half_line, line = (zero, oo), (-oo, oo)
add, mul = sp.symbols("add mul", positive=True)
DIVISION = (Variable("div", r"\mathrm{div}", Domain.POSITIVE, ""),)
cost, h = sp.Function("cost"), sp.Function("h")
mu1, s1, mu2, s2 = (variable.symbol for variable in DIVERGENCE.variables)


@dataclass(frozen=True)
class Hostile:
    """A registry that has to be refused, and a part of the message that says why."""

    kind: str
    name: str
    registry: Registry
    message: str
    ids: tuple[str, ...] | None = ("new",)  # what is proved; None for all, with the claims


def theorem(*steps: Step, variables: Sequence[Variable] = (V, W, T, X, N), **more: Any) -> Theorem:
    """A theorem that states what its last step concludes, unless it is told otherwise."""
    statement = more.pop("statement", None)
    if statement is None:
        try:
            statement = steps[-1].conclusions()[-1:]
        except (KeyError, AttributeError, TypeError, ValueError):
            statement = (Row(v, "=", v),)  # of a step that cannot even be written down
    known = {"title": "A new theorem", "assumptions": (), "source": "nobody", **more}
    return Theorem(id="new", variables=tuple(variables), statement=tuple(statement), steps=steps, **known)


def registry(*theorems: Theorem, **more: Any) -> Registry:
    known = {**REGISTRY.theorems, **{theorem.id: theorem for theorem in theorems}}
    return replace(REGISTRY, theorems=known, **more)


def identity(*chain: sp.Expr, **more: Any) -> Identity:
    return Identity("s", "as it is", tuple(map(sp.sympify, chain)), **more)


def inequality(lhs: Any, relation: str, rhs: Any, *more: Any, **named: Any) -> Inequality:
    return Inequality("s", "as it is", sp.sympify(lhs), relation, sp.sympify(rhs), *more, **named)


def at_least(a: sp.Expr, relation: str, b: Any) -> Condition:
    return Condition(a, relation, sp.sympify(b))


# --- 1. premises that are no steps -----------------------------------------------------------------------------------

steps = {step.name: step for step in REGISTRY.theorems["kl-normal"].steps}
gaussian = (X, MU1, STD1, MU2, STD2)
backwards = (kl_normal.T, mu1 - s1 * kl_normal.T.symbol)
definitions = tuple(steps[name] for name in ("density-p", "density-q", "definition", "log-ratio"))


def premises() -> Iterator[tuple[str, Theorem, str]]:
    moments = tuple(replace(moment, substitution=backwards) for moment in kl_normal.moments)
    derived = replace(steps["expectation"], moments=moments)
    minus = Conclude("c", "as it is", derived, sp.expand(derived.value))
    yield "Conclude of what was never decided", theorem(minus, variables=gaussian), "no step decided before"
    yield "moments that were never decided", theorem(*definitions, derived, minus, variables=gaussian), "rests on"
    undecided_of = replace(steps["expectation"], of=replace(steps["log-ratio"]))
    decided = (*definitions, *kl_normal.moments)
    yield "an equal copy of a premise", theorem(*decided, undecided_of, variables=gaussian), "rests on log-ratio"
    copy = replace(kl_normal.moments[0])
    copy.__dict__["value"] = sp.Integer(-1)
    changed = replace(steps["expectation"], moments=(copy, *kl_normal.moments[1:]))
    yield "a tampered copy of a premise", theorem(*decided, changed, variables=gaussian), "rests on mass"
    yield "a premise that comes later", theorem(steps["expectation"], *decided, variables=gaussian), "rests on"
    yield (
        "a conclusion before its premise",
        theorem(*decided, steps["closed-form"], steps["expectation"], variables=gaussian),
        "rests on expectation",
    )


# --- 2. conditions that are lost -------------------------------------------------------------------------------------

H_T = Formula("h", h(t), (T,), sp.log(t))


def conditions() -> Iterator[tuple[str, Theorem, str]]:
    above = inequality(v**2, ">", v, V, (one, oo))
    yield "v^2 > v for all v", theorem(above, statement=(Row(v**2, ">", v),)), "is concluded for v > 1 only"
    wide = replace(above.conclusion, where=(at_least(v, ">", 0),))
    yield "the interval widened", theorem(above, statement=(wide,)), "is concluded for v > 1 only"
    yield (
        "the interval reversed",
        theorem(above, statement=(replace(above.conclusion, where=(at_least(v, "<", 1),)),)),
        "is concluded for v > 1 only",
    )
    empty = inequality(v, ">", 5, V, (one, one))
    yield "decided on (1, 1)", theorem(empty, statement=(Row(v, ">", sp.Integer(5)),)), "is empty"
    low = GlobalMinimum("s", "as it is", v + 1 / v - v**2, (V,), ((sp.Rational(1, 2), two),), (one,), one)
    yield "a minimum of an interval as one of all", theorem(low), "is false"
    bowl = GlobalMinimum("s", "as it is", (v - 1) ** 2 * (v - 4), (V,), ((two, oo),), (sp.Integer(3),), -sp.Integer(4))
    statement = (replace(bowl.conclusion[1], where=()),)
    yield "the region of a minimum dropped", theorem(bowl, statement=statement), "is concluded for v > 2"
    with written():
        square, hole = sp.log(t**2), (t**2 - 1) / (t - 1)
        root = sp.sqrt(t**2 - 2 * t + 1)
        quotient, fraction = sp.log(t) / sp.log(t), t / t
    yield "log t^2 = 2 log t for all t", theorem(identity(square, 2 * sp.log(t))), "where="
    yield "(t^2 - 1)/(t - 1) = t + 1 for all t", theorem(identity(hole, t + 1)), "which fails at t = 1"
    yield "sqrt of (t - 1)^2 is t - 1", theorem(identity(root, t - 1)), "where="
    yield "t/t = 1 at 0", theorem(identity(fraction, one)), "t != 0"
    yield "log t/log t = 1", theorem(identity(quotient, one, where=(at_least(t, ">", 0),))), "!= 0"
    yield "log of a negative number", theorem(identity(sp.log(t) - sp.log(t - 1), sp.log(t / (t - 1)))), "where="
    pole = inequality(1 / (v - 1) ** 2, ">", 0, V, half_line)
    yield "an inequality across a pole", theorem(pole), "which fails at v = 1"
    yield (
        "equality said on a narrower region",
        theorem(
            inequality(v - 1 - sp.log(v), ">=", 0, V, half_line, one),
            statement=(
                replace(
                    inequality(v - 1 - sp.log(v), ">=", 0, V, half_line, one).conclusion, where=(at_least(v, ">", 2),)
                ),
            ),
        ),
        "is concluded for",
    )
    yield (
        "a condition that nothing satisfies",
        theorem(identity(v, v + 1, where=(at_least(v, ">", 2), at_least(v, "<", 1)))),
        "no point was found",
    )


def rewriting() -> Iterator[tuple[str, Registry, str]]:
    """A formula with a condition, used where the condition does not hold."""
    k = sp.Function("k")
    with written():
        half = Formula("half", k(t), (T,), sp.log(t**2) / 2)
    above = (at_least(t, ">", 0),)
    proved = Formula("first_log", k(t), (T,), sp.log(t), where=above)
    first = replace(
        theorem(identity(k(t), sp.log(t), using=(half,), where=above), variables=(T,)), id="first", formulas=(proved,)
    )
    there = {"definitions": (*REGISTRY.definitions, half)}
    cited = {"using": (proved,), "cites": ("first",)}
    yield (
        "a formula where its condition fails",
        registry(first, theorem(identity(k(-v), sp.log(v), **cited)), **there),
        "this asks that -v > 0",
    )
    yield (
        "a formula where its condition is not known",
        registry(first, theorem(identity(k(t), k(t) + 0, **cited)), **there),
        "this asks that t > 0",
    )
    again = replace(first, formulas=(replace(proved, where=()),))
    yield "a formula without its condition", registry(again, **there), "is concluded for t > 0 only"
    loose = replace(proved, where=())
    yield (
        "a formula whose condition was dropped in use",
        registry(first, theorem(identity(k(-v), sp.log(v), using=(loose,), cites=("first",))), **there),
        "uses first_log",
    )
    outside = identity(f(mu1, -s1), f(mu1, s1), using=(F,))
    yield "a definition outside of its domain", registry(theorem(outside, variables=gaussian)), "-std1 > 0"
    wrong = identity(KL(mu1, t, 0, 1), sp.log(1 / t), using=(kl_normal.kl_normal_std,), cites=("kl-normal",))
    yield "the closed form of a negative deviation", registry(theorem(wrong, variables=(*gaussian, T))), "t > 0"


# --- 3. variables ----------------------------------------------------------------------------------------------------


def variables() -> Iterator[tuple[str, Theorem, str]]:
    real = replace(V, domain=Domain.REAL)
    true = identity(sp.log(v**2 * w), 2 * sp.log(v) + sp.log(w))
    yield "declared real, proved for the positive", theorem(true, variables=(real, W)), "another symbol"
    yield "declared as nothing", theorem(true, variables=(W,)), "is no variable of the theorem"
    yield "two variables of one name", theorem(true, variables=(V, real, W)), "two variables are called v"
    yield (
        "two variables of one letter",
        theorem(true, variables=(V, replace(W, latex="v"))),
        "two variables are called w or v",
    )
    other = sp.Symbol("v", real=True)
    with written():
        mixed = (sp.sqrt(v**2) - v, sp.sqrt(v**2) - other)
    yield "two symbols of one name", theorem(identity(*mixed)), "another symbol"
    yield "a letter that is a number", theorem(true, variables=(replace(V, latex=r"\pi"), W)), "no letter"
    yield "a variable called exp(v)", theorem(true, variables=(replace(V, latex="e^v"), W)), "no letter"
    positive = replace(X, domain=Domain.POSITIVE)
    integral = Integrate("s", "as it is", sp.exp(-(positive.symbol**2)), positive, (U, u))
    yield "a positive variable on the whole line", theorem(integral, variables=(positive, U)), "does not run from -oo"
    series = Series("s", "as it is", sp.exp(-x), X, 0, one, one, sp.E)
    yield "a sum over real numbers", theorem(series), "no integer"
    over = Antiderivative("s", "as it is", sp.exp(-v), V, line, -sp.exp(-v), one)
    yield "half a line as the whole", theorem(over), "does not run from -oo"
    natural = Antiderivative("s", "as it is", sp.exp(-n), N, half_line, -sp.exp(-n), one)
    yield "an integral over integers", theorem(natural), "an integer"
    typed = sp.Symbol("v", positive=True, integer=True)
    yield "an integer in the place of a number", theorem(identity(typed, typed)), "another symbol"
    unknown = sp.Symbol("v")
    yield "a symbol without a domain", theorem(identity(unknown, unknown)), "another symbol"


def parameters() -> Iterator[tuple[str, Registry, str]]:
    p, q = sp.Function("p"), sp.Function("q")
    hiding_p = replace(P, head=p(x), variables=(X,))
    hiding_q = replace(Q, head=q(x), variables=(X,))
    with written():
        integral = sp.Integral(p(x) * sp.log(p(x) / q(x)), (x, -oo, oo))
    hiding = replace(DIVERGENCE, expr=integral)
    slope = Differentiate("s", "as it is", s1 + p(x), STD1, one, using=(hiding_p,))
    others = tuple(d for d in REGISTRY.definitions if d not in (P, Q, DIVERGENCE))
    mine = (hiding_p, hiding_q, hiding, *others)
    yield (
        "a density that hides its parameters",
        registry(theorem(slope, variables=gaussian), definitions=mine),
        "hides that it depends on mu1, std1",
    )
    same = identity(KL(0, 1, 0, 1), KL(mu1, s1, mu2, s2), using=(hiding_p, hiding_q, hiding))
    yield (
        "a divergence that hides its parameters",
        registry(theorem(same, variables=gaussian), definitions=mine),
        "hides that it depends on",
    )
    k = sp.Function("k")
    hidden = Formula("k", k(v), (V,), v * w)
    yield (
        "a function of two that says one",
        registry(theorem(identity(k(v), v * w, using=(hidden,))), definitions=(*REGISTRY.definitions, hidden)),
        "hides that it depends on w",
    )


# --- 4. definitions --------------------------------------------------------------------------------------------------


def heads() -> Iterator[tuple[str, Registry, str]]:
    def defined(*formulas: Formula, step: Step | None = None, using: int = -1) -> Registry:
        chosen = formulas[using]
        step = step or identity(chosen.head, chosen.expr, using=(chosen,))
        return registry(theorem(step), definitions=(*REGISTRY.definitions, *formulas))

    k = sp.Function("k")
    first, second = Formula("k", k(v), (V,), v), Formula("k2", k(v), (V,), v**2)
    both = identity(v, k(v), using=(first,)), Identity("t", "as it is", (k(v), v**2), using=(second,))
    yield (
        "defined twice",
        registry(theorem(*both), definitions=(*REGISTRY.definitions, first, second)),
        "defined a second time",
    )
    yield "f a second time", defined(replace(F, name="other", expr=zero)), "defined a second time"
    yield "log v := v", defined(Formula("log", sp.log(v), (V,), v)), "no function of independent variables"
    yield (
        "another function that is called log",
        defined(Formula("log", sp.Function("log")(v), (V,), v)),
        "the name of a known function",
    )
    yield (
        "another function that is called sqrt",
        defined(Formula("sqrt", sp.Function("sqrt")(v), (V,), v)),
        "the name of a known function",
    )
    yield (
        "another function that is called exp",
        theorem_of(identity(sp.Function("exp")(t), sp.exp(t))),
        "the name of a known function",
    )
    yield "cost := 0", defined(Formula("cost", cost(v), (V,), zero)), "has a meaning already"
    yield "a definition of a number", defined(Formula("two", two, (), one)), "no function of independent variables"
    yield "a definition of a sum", defined(Formula("sum", v + w, (V, W), one)), "no function of independent variables"
    yield "a definition at a point", defined(Formula("k", k(v, 1), (V,), one)), "no function of independent variables"
    yield "a definition of k(v, v)", defined(Formula("k", k(v, v), (V,), one)), "no function of independent variables"
    circle = Formula("k", k(v), (V,), k(v) + 1)
    yield "a definition by itself", defined(circle), "is not defined before it"
    j = sp.Function("j")
    ring = Formula("k", k(v), (V,), j(v)), Formula("j", j(v), (V,), -k(v))
    yield "definitions in a circle", defined(*ring), "is not defined before it"
    minus = replace(DIVERGENCE, expr=-DIVERGENCE.expr)
    rest = tuple(minus if d == DIVERGENCE else d for d in REGISTRY.definitions)
    trivial = theorem(identity(v, v))
    yield "a divergence with the other sign", registry(trivial, definitions=rest), "no integral or sum of p log(p/q)"
    with written():
        swapped = sp.Integral(Q.head * sp.log(Q.head / P.head), (x, -oo, oo))
    rest = tuple(replace(d, expr=swapped) if d == DIVERGENCE else d for d in REGISTRY.definitions)
    yield "the divergence of the second from the first", registry(trivial, definitions=rest), "p log(p/q)"
    assumed = sp.Function("k", positive=True)
    yield (
        "a function that is positive by assumption",
        theorem_of(identity(sp.sqrt(assumed(v) ** 2), assumed(v))),
        "carries assumptions",
    )
    unused = Formula("m", sp.Function("m")(v), (V,), v)
    yield "a definition that no registry has", theorem_of(Definition("s", "as it is", unused)), "uses m"
    yield "a formula that nothing proves", theorem_of(identity(h(v), v, using=(unused,))), "uses m"
    (proved,) = REGISTRY.theorems["kl-unit"].formulas
    unfolded = Definition("s", "as it is", proved)
    yield (
        "a formula that is proved, as a definition",
        theorem_of(unfolded, variables=proved.variables, cites=("kl-unit",)),
        "is no definition",
    )


def theorem_of(*steps_: Step, **more: Any) -> Registry:
    return registry(theorem(*steps_, **more))


# --- 5. what SymPy evaluates -----------------------------------------------------------------------------------------


def evaluated() -> Iterator[tuple[str, Theorem, str]]:
    with written():
        claims = {
            "an integral across a pole": (sp.Integral(sp.exp(1 / x) / x**2, (x, -1, 1)), 1 / sp.E - sp.E),
            "an integral of |sin|": (sp.Integral(sp.Abs(sp.sin(x)), (x, 0, 3 * sp.pi)), two),
            "a principal value": (sp.Integral(1 / x, (x, -1, 1)), zero),
            "a true integral": (sp.Integral(x, (x, 0, 1)), sp.Rational(1, 2)),
            "an antiderivative as a function": (sp.Integral(x, x), x**2 / 2),
            "a sum": (sp.Sum(1 / n, (n, 1, oo)), oo),
            "a series": (sp.Sum(v**n, (n, 0, oo)), 1 / (1 - v)),
            "a limit": (sp.Limit(sp.sin(x) / x, x, 0), one),
            "a limit that has two sides": (sp.Limit(1 / x, x, 0), oo),
            "a derivative under the integral": (
                sp.Subs(sp.Derivative(sp.Integral(sp.exp(-t * v) * t, (v, 0, oo)), t), t, 0),
                zero,
            ),
            "a derivative of an integral": (sp.Derivative(sp.Integral(sp.exp(-t * x), (x, 0, oo)), t), -1 / t**2),
            "a product": (sp.Product(n, (n, 1, 3)), sp.Integer(6)),
            "a piecewise function": (sp.Piecewise((one, t > 0), (zero, True)), one),
            "a maximum": (sp.Max(t, 0), t),
            "the floor": (sp.floor(t), t),
            "a derivative of |t|": (sp.Derivative(sp.Abs(t), t), sp.sign(t)),
            "a rounded number": (sp.Float("0.1") * 3, sp.Float("0.3")),
            "infinity as a number": (sp.oo + t, sp.oo),
            "gamma": (sp.gamma(v + 1), v * sp.gamma(v)),
            "imaginary numbers": (sp.I**2, -one),
        }
        ranges = {
            "by two variables": sp.Integral(one, (x, zero, v), (t, zero, w)),
            "that has one limit": sp.Integral(x, (x, v)),
            "without limits": sp.Integral(x, x),
        }
        claims_of_ranges = {name: (v * whole, whole * v) for name, whole in ranges.items()}
    for name, (lhs, rhs) in claims.items():
        yield name, theorem(identity(lhs, rhs)), ""
    for name, sides in claims_of_ranges.items():
        yield f"an integral {name}", theorem(identity(*sides)), "by one variable between two limits"
    pole = Antiderivative("s", "as it is", 1 / x**2, X, (-one, one), -1 / x, -two)
    yield "an antiderivative with a pole", theorem(pole), "which fails at x = 0"
    diverges = Antiderivative("s", "as it is", one, X, line, x, zero)
    yield "an integral that diverges at both ends", theorem(diverges), "without a finite limit"
    corner = Antiderivative("s", "as it is", sp.sign(x), X, (-one, one), sp.Abs(x), zero)
    yield "a corner that is not told", theorem(corner), ""
    jump = Antiderivative("s", "as it is", zero, X, (-one, one), sp.sign(x), two)
    yield "an antiderivative that jumps", theorem(jump), ""


# --- 6. decisions ----------------------------------------------------------------------------------------------------


def decisions() -> Iterator[tuple[str, Theorem, str]]:
    with written():
        even = sp.sqrt(t**5 - t**4) + sp.sqrt(t**2 - 2 * t + 1)
        again = sp.sqrt((t - 1) * t**2) * sp.sqrt(t**2 - 2 * t + 1)
        under = sp.log(-v)
    yield "an even factor that vanishes", theorem(identity(even, (t**2 + sp.sqrt(t - 1)) * sp.sqrt(t - 1))), "where="
    squares = (at_least(t**5 - t**4, ">=", 0),)
    yield (
        "an even factor that vanishes, conditions said",
        theorem(identity(even - sp.sqrt(t**5 - t**4), t - 1, where=squares)),
        "",
    )
    yield (
        "an odd power beside an even one",
        theorem(identity(again, t * (t - 1) * sp.sqrt(t - 1), where=(at_least((t - 1) * t**2, ">=", 0),))),
        "",
    )
    strict = inequality(v - 1 - sp.log(v), ">", 0, V, half_line, one)
    yield "strict where it is zero", theorem(strict), "too near zero"
    yield "a square is positive", theorem(inequality(t**2, ">", 0)), "does not follow"
    yield "a sum of squares is positive", theorem(inequality(t**2 + (t * v) ** 2, ">", 0)), "does not follow"
    root = inequality(sp.sqrt(t), ">", 0, where=(at_least(t, ">=", 0),))
    yield "a root is positive", theorem(root), "does not follow"
    yield (
        "a difference under a root",
        theorem(inequality(t - 1 + 0 * sp.sqrt(t), ">", 0, where=(at_least(t, ">=", 1),))),
        "does not follow",
    )
    loose = inequality((v - 1) ** 2 + 1, ">=", 0, V, half_line, one)
    yield "equality where there is none", theorem(loose), "with equality where it is lowest is false"
    outside = inequality(v**2 - 2 * v, ">=", -1, V, (two, oo), one)
    yield "a lowest point outside of its interval", theorem(outside), "is a rational number of the interval"
    place = GlobalMinimum("s", "as it is", (v - 1) ** 2, (V,), ((two, oo),), (one,), zero)
    yield "a minimum outside of its interval", theorem(place), ""
    three = GlobalMinimum("s", "as it is", (v - 1) ** 2 * (v - 3) ** 2, (V,), (half_line,), (one,), zero)
    yield "one minimum of two", theorem(three), "is false"
    hole = Counterexample("s", "as it is", 1 / (t - 1), "=", t, {"t": one})
    yield "a counterexample at a hole", theorem(hole), ""
    negative = Counterexample("s", "as it is", v, ">", zero, {"v": -one})
    yield "a counterexample outside of the domain", theorem(negative), "in the domain of v"
    cut = Counterexample("s", "as it is", t, "<", two, {"t": sp.Integer(3)}, where=(at_least(t, "<", 1),))
    yield "a counterexample that violates its condition", theorem(cut), "this asks that"
    unrelated = Counterexample("s", "as it is", v, ">", zero, {"v": one})
    yield "no counterexample", theorem(unrelated), "is false"
    yield (
        "a counterexample without its value",
        theorem(Counterexample("s", "as it is", v, "<", w, {"v": one})),
        "not well formed",
    )
    yield (
        "a derivative where nothing is defined",
        theorem(Differentiate("s", "as it is", under, V, 1 / v)),
        "this asks that -v > 0",
    )
    yield "a derivative at a hole", theorem(Differentiate("s", "as it is", sp.log(t), T, 1 / t)), "t > 0"
    yield (
        "a derivative of a root at 0",
        theorem(Differentiate("s", "as it is", sp.sqrt(t), T, 1 / (2 * sp.sqrt(t)), where=(at_least(t, ">=", 0),))),
        "t > 0",
    )
    yield "a derivative of order 0", theorem(Differentiate("s", "as it is", v**2, V, v**2, 0)), "orders 1 to"
    yield "a chain of one", theorem(identity(v)), ""
    yield "no relation", theorem(inequality(v, "=", w)), ""
    yield "log1pmx below -1", theorem(identity(log1pmx(t), sp.log(1 + t) - t)), "t > -1"


# --- 7. costs --------------------------------------------------------------------------------------------------------


def costs() -> Iterator[tuple[str, Registry, str]]:
    prices = (
        Variable("add", r"\mathrm{add}", Domain.POSITIVE, ""),
        Variable("mul", r"\mathrm{mul}", Domain.POSITIVE, ""),
    )
    known = (V, W, T, *prices, U)

    def counted(function: sp.Expr, expr: sp.Expr, total: sp.Expr, *shared: Any, name: str = "s") -> OperationCount:
        return OperationCount(name, "as it is", function, expr, total, shared)

    honest = counted(v * w + 1, v * w + 1, add + mul)
    formula = Formula("price", honest.quantity, known, add + mul)
    yield "a price as a formula", theorem_of(honest, variables=known, formulas=(formula,)), "that it could be a formula"
    free = counted(v * w + 1, v * w + 1, add)
    yield "a multiplication for nothing", theorem_of(free, variables=known), "counted"
    other = counted(v * w + 1, v * w + 2, add + mul)
    yield "the price of something else", theorem_of(other, variables=known), "is false"
    yield "a price by an identity", theorem_of(identity(cost(v), add), variables=known), "what this function is"
    yield (
        "a price of whatever computes it",
        theorem_of(honest, variables=known, statement=(Row(cost(v * w + 1), "=", add + mul),)),
        "no step concludes",
    )
    with written():
        factored, twice = v * (w + 1), v + v
        alike = {
            "a factor that no print shows": (one * v, v, mul),
            "two quotients under one bar": (v * sp.Pow(w, -1) * sp.Pow(w + 1, -1), v / (w * (w + 1)), 2 * mul + add),
            "a quotient by a constant": (v * sp.Pow(two, -1), v / 2, sp.Symbol("div", positive=True)),
        }
    cheap = counted(v * w + v, factored, add + mul)
    swapped = Row(counted(v * w + v, v * w + v, zero).quantity, "=", add + mul)
    yield "the total of another tree", theorem_of(cheap, variables=known, statement=(swapped,)), "no step concludes"
    yield "a sum of two that is a product", theorem_of(counted(2 * v, twice, mul), variables=known), "counted: add"
    for name, (expr, function, total) in alike.items():
        yield name, theorem_of(counted(function, expr, total), variables=(*known, *DIVISION)), "counted"
    square = (u, v**2)
    first = counted(v**2 * w, u * w, 2 * mul, square)
    hidden = Row(counted(v**2 * w, u * w, zero).quantity, "=", 2 * mul)
    yield "what is shared, unsaid", theorem_of(first, variables=known, statement=(hidden,)), "no step concludes"
    yield "shared for nothing", theorem_of(counted(v**2 * w, u * w, mul, square), variables=known), "counted: 2*mul"
    for name, shared in (
        ("shared twice under one name", (square, (u, v * w))),
        ("shared under the name of an input", ((v, v**2),)),
        ("shared in a circle", ((u, u * v),)),
    ):
        yield name, theorem_of(counted(v**2 * w, u * w, 2 * mul, *shared), variables=known), "a name that is free"
    yield "a name that is not declared", theorem_of(first, variables=known[:-1]), "is no variable of the theorem"


# --- 8. empty, or in words only --------------------------------------------------------------------------------------


def empty() -> Iterator[tuple[str, Registry, str]]:
    true = identity(sp.log(v**2 * w), 2 * sp.log(v) + sp.log(w))
    yield "no statement", theorem_of(true, statement=()), "has no statement"
    (said,) = true.conclusions()
    for name, condition, message in (
        ("no value", at_least(v, "<", 0), "no point was found that satisfies"),
        ("one value above itself", at_least(v, ">", v), "no point was found that satisfies"),
        ("a condition that means nothing", at_least(sp.log(t), ">", 0), "this asks that t > 0"),
    ):
        yield f"a statement of {name}", theorem_of(true, statement=(replace(said, where=(condition,)),)), message
    yield (
        "no steps",
        registry(
            theorem(true, statement=(Row(v, "=", v),)).__class__(
                "new", "A new theorem", (V,), (), (Row(v, "=", v),), (), "nobody"
            )
        ),
        "no step concludes",
    )
    yield "no title", theorem_of(true, title=" "), "has no title"
    yield "a title that claims", theorem_of(true, title="log v = 7"), "its statement makes it"
    yield "a title that claims in LaTeX", theorem_of(true, title="$v \\le 7$ always"), "its statement makes it"
    other = Row(sp.log(v), "=", sp.Integer(7))
    yield "a statement that no step concludes", theorem_of(true, statement=(other,)), "no step concludes"
    yield (
        "another relation",
        theorem_of(true, statement=(replace(true.conclusions()[0], relation="!="),)),
        "no step concludes",
    )
    yield "a row without its left side", theorem_of(true, statement=(Row(None, "=", v),)), "no step concludes"
    yield (
        "a formula that no step concludes",
        theorem_of(
            true, formulas=(Formula("seven", f(mu1, s1), (MU1, STD1), sp.Integer(7)),), variables=(V, W, MU1, STD1)
        ),
        "no step concludes",
    )


def claims() -> Iterator[tuple[str, Registry, str]]:
    claim = Claim("new", "KL is zero.", "nobody", Verdict.PROVED, "Because it is.")

    def told(**changes: Any) -> Registry:
        return replace(REGISTRY, claims=(*REGISTRY.claims, replace(claim, **changes)))

    yield "proved without evidence", told(), "without evidence"
    yield "refuted without evidence", told(verdict=Verdict.REFUTED), "without evidence"
    yield "evidence that does not exist", told(evidence=("kl-unit/nowhere",)), "there is no kl-unit/nowhere"
    yield (
        "a counterexample of no step",
        told(evidence=("kl-unit",), counterexample={"mu": one, "std": one}),
        "its counterexample is that of no step",
    )
    yield "an id that claims", told(id="log v = 7", evidence=("kl-unit",)), "is no id"
    yield "a claim of nothing", told(text=" ", evidence=("kl-unit",)), "a claim says something"
    yield "a claim twice", replace(REGISTRY, claims=(*REGISTRY.claims, REGISTRY.claims[0])), "is given twice"


# --- 9. ungraceful ---------------------------------------------------------------------------------------------------


def ungraceful() -> Iterator[tuple[str, Theorem, str]]:
    tower = sp.exp(sp.exp(sp.exp(sp.exp(3))))
    with written():
        power, deep_power = sp.Integer(2) ** (10**6), (sp.Integer(2) ** (10**6)) ** (10**6)
        fraction = (v + 1) ** sp.Rational(1, 10**6 + 3)
        large = (v + w + t) ** 400
        logarithm = sp.log(tower - 1)  # SymPy itself would not end
    yield "a tower", theorem(inequality(tower, ">", 1)), ""
    yield "a tower of a variable", theorem(inequality(sp.exp(sp.exp(sp.exp(sp.exp(3 * v)))), "<", 1)), ""
    yield "a logarithm of a tower", theorem(inequality(logarithm, ">", 1)), ""
    yield "2^(10^6)", theorem(identity(power, power + 1)), "bits"
    yield "2^(10^6), evaluated", theorem(identity(sp.Integer(2) ** (10**6), v)), "bits"
    yield "2^(10^12)", theorem(inequality(deep_power, ">", 1)), "bits"
    yield "a root of a large order", theorem(identity(fraction**2, v)), ""
    yield "a power of a sum", theorem(identity(large, v**400)), ""
    yield "a reversed infinite interval", theorem(inequality(t, "<", t + v, T, (oo, -oo))), "an interval"
    yield "a reversed interval", theorem(inequality(v, "<", 9, V, (two, one))), "is empty"
    yield "an irrational end", theorem(inequality(v**2, ">", 1, V, (sp.sqrt(2), oo))), "rational"
    yield "an end that is a variable", theorem(inequality(v, ">", w, V, (w, oo))), "rational"
    yield (
        "an irrational lowest point",
        theorem(inequality((v**2 - 2) ** 2, ">=", 0, V, half_line, sp.sqrt(2))),
        "a rational number of the interval",
    )
    yield (
        "an irrational point",
        theorem(Counterexample("s", "as it is", t**2, "<", two, {"t": sp.sqrt(2)})),
        "a rational number for each",
    )
    yield "infinity as a point", theorem(Counterexample("s", "as it is", t, "<", two, {"t": oo})), "rational number"
    yield (
        "text in the place of a point",
        theorem(
            Counterexample("s", "as it is", t, "<", two, {"t": "three"})  # type: ignore[dict-item]
        ),
        "",
    )
    yield "an interval without its variable", theorem(inequality(v, ">", 0, None, (two, oo))), "without the variable"
    yield "an interval that leaves the domain", theorem(inequality(v, ">", -2, V, (-one, oo))), "is positive"
    deep = t
    for _ in range(3000):
        deep = sp.Add(sp.Mul(deep, deep, evaluate=False), 1, evaluate=False) if _ < 12 else deep
    yield "a deep expression", theorem(identity(deep, deep + 1)), ""
    nested = t
    for _ in range(700):
        nested = sp.exp(nested, evaluate=False)
    yield "a nested expression", theorem(identity(nested, nested)), ""
    yield "nothing at all", theorem(identity(sp.nan, sp.nan)), "rounded number, or none"
    yield "a set", theorem(identity(sp.Interval(0, 1), sp.Interval(0, 1))), "not in the language"
    yield "a matrix", theorem(Identity("s", "as it is", (sp.eye(2), sp.eye(2)))), ""
    yield (
        "no expression",
        theorem(
            Identity("s", "as it is", (v, "v")),
            statement=(Row(v, "=", v),),  # type: ignore[arg-type]
        ),
        "",
    )


def citations() -> Iterator[tuple[str, Theorem, str]]:
    wrong = identity(KL(mu1, s1, 0, 1), f(mu1, s1), using=(kl_normal.kl_normal_std, F))
    yield "a formula that is not cited", theorem(wrong, variables=gaussian), "uses kl_normal_std"
    yield "itself", theorem(wrong, variables=gaussian, cites=("new",)), "not proved before it"
    stale = replace(kl_normal.kl_normal_std, expr=zero)
    yield (
        "another formula of that name",
        theorem(identity(KL(mu1, s1, 0, 1), zero, using=(stale,), cites=("kl-normal",)), variables=gaussian),
        "uses kl_normal_std",
    )
    yield "g for f", theorem(identity(f(mu1, s1), g(mu1, s1), using=(F, G)), variables=gaussian), "is false"

    class Sneaky(Identity):
        def rows(self) -> tuple[Row, ...]:
            return (Row(v, "=", v + 1),)

    yield "a step of a kind of its own", theorem(Sneaky("s", "as it is", (v, v))), "Sneaky is no kind of record"

    class Shown(Row):
        pass

    yield "a row of a kind of its own", theorem(identity(v, v + 0), statement=(Shown(v, "=", v),)), "Shown is no kind"


KINDS = {
    "premises": premises,
    "conditions": conditions,
    "rewriting": rewriting,
    "variables": variables,
    "parameters": parameters,
    "definitions": heads,
    "SymPy's word": evaluated,
    "decisions": decisions,
    "costs": costs,
    "empty": empty,
    "claims": claims,
    "ungraceful": ungraceful,
    "citations": citations,
}


def hostile(kinds: Mapping[str, Callable[[], Iterator[Any]]] = KINDS) -> Iterator[Hostile]:
    for kind, members in kinds.items():
        for name, made, message in members():
            whole = made if isinstance(made, Registry) else registry(made)
            yield Hostile(kind, name, whole, message, None if "claims" in kind else ("new",))
