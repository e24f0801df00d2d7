"""More theorems by hostile authors: values that are almost right, regions that are empty, extrema that are none.

They are members as in hostile_proofs.py, which says what a member is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import sympy as sp
from derive.proofs.definitions import MU1, STD1
from derive.proofs.kl_unit import f
from hostile_analysis import ALL, Member, half_line, mu1, one, oo, s1, said, two, zero
from hostile_proofs import N, T, V, W, X, at_least, identity, inequality, n, t, v, w, x

from derive.vocabulary.theorem import (
    Antiderivative,
    Condition,
    Counterexample,
    Differentiate,
    Formula,
    GlobalMinimum,
    Row,
    Series,
    ThroughAbsolute,
    log1pmx,
    written,
)

line = (-oo, oo)
tiny = sp.Rational(1, 10**50)


def substituted() -> Iterator[Member]:
    with written():
        claims = {
            "a logarithm at -1": (sp.Subs(sp.log(t), t, -1), sp.log(-one), "-1 > 0"),
            "a positive variable at -2": (sp.Subs(sp.sqrt(v**2), v, -two), -two, "-2 > 0"),
            "two variables, swapped": (sp.Subs(v - w, (v, w), (w, v)), v - w, "is false"),
            "a derivative of a value": (sp.Derivative(sp.Subs(v**2, v, 2), v), sp.Integer(4), "is false"),
            "a value before the derivative": (sp.Subs(sp.Derivative(v * w, v), v, w), 2 * w, "is false"),
        }
    for name, (lhs, rhs, message) in claims.items():
        yield name, said(identity(lhs, rhs)), message


def signs() -> Iterator[Member]:
    with written():
        claims = {
            "|v - w| = v - w": (sp.Abs(v - w), v - w, "is false"),
            "|t + v| = |t| + v": (sp.Abs(t + v), sp.Abs(t) + v, "is false"),
            "|-e^t| = -e^t": (sp.Abs(-sp.exp(t)), -sp.exp(t), "is false"),
            "sign(v - w) = 1": (sp.sign(v - w), one, "is false"),
            "sign(t) |t| = |t|": (sp.sign(t) * sp.Abs(t), sp.Abs(t), "is false"),
            "sign(t^2) = 1": (sp.sign(t**2), one, "undecided"),
            "sqrt(t^4) = t^2 sign(t)": (sp.sqrt(t**4), t**2 * sp.sign(t), "is false"),
            "a slope of |v - w|": (sp.Derivative(sp.Abs(v - w), v), sp.sign(v - w), "no rule for the derivative"),
            "a slope of sign(t)": (sp.Derivative(sp.sign(t), t), zero, "no rule for the derivative"),
            "log |t|": (sp.log(sp.Abs(t)), sp.log(t**2) / 2, "fails at t = 0"),
        }
    for name, (lhs, rhs, message) in claims.items():
        yield name, said(identity(lhs, rhs)), message
    slope = Differentiate("s", "as it is", t * sp.Abs(t), T, 2 * sp.Abs(t))
    yield "a slope of t |t| by rule", said(slope), "no rule for the derivative"
    for name, function, absolute, corner, derivative, message in (
        ("|t| itself", sp.Abs(t), sp.Abs(t), zero, sp.sign(t), "at 0 is 0 is false"),
        ("a corner elsewhere", sp.Abs(t - v) ** 2, sp.Abs(t - v), w, 2 * (t - v), "is false"),
        ("two corners", t**2 + sp.Abs(t - 1), sp.Abs(t), zero, 2 * t + sp.sign(t - 1), "t outside of"),
        ("no corner at all", t**2, t, zero, 2 * t, "is an absolute value is false"),
    ):
        yield (
            f"through {name}",
            said(ThroughAbsolute("s", "as it is", function, T, absolute, corner, derivative)),
            message,
        )


def rules() -> Iterator[Member]:
    """Rules of logarithms, exponentials and factorials that pupils believe."""
    with written():
        claims = {
            "(log v)^2": (sp.log(v) ** 2, 2 * sp.log(v)),
            "log (v w)": (sp.log(v * w), sp.log(v) * sp.log(w)),
            "log to the base 2": (sp.log(v) / sp.log(2), sp.log(v / 2)),
            "log1pmx is odd": (log1pmx(v), -log1pmx(-v / (1 + v))),
            "e^(v + w)": (sp.exp(v + w), sp.exp(v) + sp.exp(w)),
            "e^(v w)": (sp.exp(v * w), sp.exp(v) * sp.exp(w)),
            "e^(log v log w)": (sp.exp(sp.log(v) * sp.log(w)), v * w),
            "sqrt(e^t)^2": (sp.sqrt(sp.exp(t)) * sp.sqrt(sp.exp(t)), sp.exp(2 * t)),
            "2^n 3^n": (sp.Pow(2, n) * sp.Pow(3, n), sp.Pow(5, n)),
            "n!^2": (sp.factorial(n) ** 2, sp.factorial(n) * n),
            "(n + 2)!": (sp.factorial(n + 2), (n + 2) * sp.factorial(n)),
            "erf is even": (sp.erf(-t), sp.erf(t)),
            "the derivative of erf": (sp.Derivative(sp.erf(t), t), sp.exp(-(t**2))),
            "the derivative of v^v": (sp.Derivative(sp.Pow(v, v), v), v * sp.Pow(v, v - 1)),
            "the second derivative of log": (sp.Derivative(sp.log(v), (v, 2)), 1 / v**2),
        }
    for name, (lhs, rhs) in claims.items():
        yield name, said(identity(lhs, rhs)), "is false"


def nearly() -> Iterator[Member]:
    with written():
        claims = {
            "pi^4 + pi^5 = e^6": (sp.pi**4 + sp.pi**5, sp.exp(6)),
            "e^pi - pi = 20": (sp.exp(sp.pi) - sp.pi, sp.Integer(20)),
            "erf(1) to 16 digits": (sp.erf(one), sp.Rational(8427007929497149, 10**16)),
            "a nested root, but for 1e-50": (sp.sqrt(5 + 2 * sp.sqrt(6)), sp.sqrt(2) + sp.sqrt(3) - tiny),
            "a cube root, but for 1e-50": ((v**3) ** sp.Rational(1, 3) + tiny, v),
            "2^t 2^t, but for 1e-50": (sp.Pow(2, t) * sp.Pow(2, t), sp.Pow(4, t) + tiny),
            "e^v e^-v, but for 1e-300": (sp.exp(v) * sp.exp(-v) + tiny**6, one),
            "what cancels 1e200": ((v + sp.Integer(10) ** 200) - sp.Integer(10) ** 200, v + tiny**4),
        }
    for name, (lhs, rhs) in claims.items():
        yield name, said(identity(lhs, rhs)), "is false"
    with written():
        holes = {"1/(1/t)": (1 / (1 / t), t), "0 log t": (0 * sp.log(t), zero), "0/0": ((t - t) / (v - v), one)}
    for name, (lhs, rhs) in holes.items():
        yield name, said(identity(lhs, rhs)), "this asks that"


def regions() -> Iterator[Member]:
    nowhere = {
        "t != t": (at_least(t, "!=", t),),
        "t^2 < 0": (at_least(t**2, "<", 0),),
        "e^t < 0": (at_least(sp.exp(t), "<", 0),),
        "v > w and w > v": (at_least(v, ">", w), at_least(w, ">", v)),
    }
    for name, where in nowhere.items():
        yield f"where {name}", said(identity(v, w, where=where)), "no point was found"
    yield "where t = 1", said(identity(t, one, where=(Condition(t, "=", one),))), "no relation of a condition"
    point = (at_least(t, ">=", 1), Condition(t, "<=", one))
    yield "where t is 1, in two halves", said(identity(t**3, t, where=point)), "undecided"
    beyond = (at_least(v, "<", one + tiny),)
    yield "a region that is a little larger", said(inequality(v, "<", 1, where=beyond)), "does not follow"


def bounds() -> Iterator[Member]:
    yield "smaller than 10^40", said(inequality(v, "<", sp.Integer(10) ** 40)), "does not follow"
    yield "larger than 1e-9", said(inequality(sp.exp(-v), ">", sp.Rational(1, 10**9))), "does not follow"
    motzkin = v**4 * t**2 + v**2 * t**4 - 3 * v**2 * t**2 + 1 - tiny
    yield "Motzkin's polynomial, but for 1e-50", said(inequality(motzkin, ">=", 0)), "does not follow"
    yield "two means that are never equal", said(inequality(v + w - 2 * sp.sqrt(v * w), ">", 0)), "does not follow"
    top = inequality(v * sp.exp(-v), "<=", sp.exp(-1) - tiny, V, half_line, one)
    yield "a maximum, but for 1e-50", said(top), "is false"
    two_wells = inequality((t**2 - 1) ** 2, ">=", 0, T, line, one)
    yield "one lowest point of two", said(two_wells), "sign -1 for -oo < t < 1 is false"
    never = inequality(sp.exp(t), ">=", 0, T, line, zero)
    yield "a bound that is not attained", said(never), "is false"
    for name, function, at, value, message in (
        ("a saddle", v**2 + 3 * v * w + w**2 - 5 * v - 5 * w, (one, one), -sp.Integer(5), "is false"),
        ("a maximum", -((v - 1) ** 2) + 0 * w, (one, one), zero, "is false"),
        ("another value", (v - 1) ** 2 + (w - 1) ** 2, (one, one), tiny, "is false"),
        ("no value", -sp.log(v) - sp.log(w), (one, one), -oo, "NegativeInfinity"),
    ):
        step = GlobalMinimum("s", "as it is", function, (V, W), (half_line, half_line), at, value)
        yield f"a minimum that is {name}", said(step), message
    twice = GlobalMinimum("s", "as it is", (v - 1) ** 2, (V, V), (half_line, half_line), (one, one), zero)
    yield "a minimum by one variable twice", said(twice), "needs variables"
    yield "a minimum of a number", said(GlobalMinimum("s", "as it is", one, (), (), (), one)), "needs variables"


def rows() -> Iterator[Member]:
    """Rows that say more than the step that they are taken from."""
    step = inequality(v - 1 - sp.log(v), ">=", 0, V, half_line, one)
    row = step.conclusion
    more = {
        "equality elsewhere": replace(row, only_at=(Condition(v, "=", two),)),
        "equality at fewer places": replace(row, only_at=(*row.only_at, Condition(w, "=", one))),
        "equality everywhere else": replace(row, only_at=(Condition(v, "!=", one),)),
        "the sides exchanged": replace(row, lhs=row.rhs, rhs=row.lhs),
        "a strict relation": replace(row, relation=">", only_at=()),
        "a row without its right side": replace(row, rhs=None),
    }
    messages = {"equality everywhere else": "no relation of a condition", "equality at fewer places": "concluded for"}
    messages["equality elsewhere"] = "concluded for"
    for name, changed in more.items():
        yield name, said(step, statement=(changed,)), messages.get(name, "no step concludes")
    yield "one false row of two", said(step, statement=(row, Row(v, "<", zero))), "no step concludes v < 0"
    slope = Formula("slope", sp.Derivative(f(mu1, s1), s1), (MU1, STD1), zero)
    yield "a gradient in passing", said(step, formulas=(slope,), variables=(V, MU1, STD1)), "no step concludes"
    for name, refuted, message in (
        ("what holds", Counterexample("s", "as it is", v + 1, ">", v, {"v": one}), "is false"),
        ("what is one at the point", Counterexample("s", "as it is", sp.sqrt(t**2), "=", t, {"t": one}), "no ball"),
        ("two that differ", Counterexample("s", "as it is", v, "!=", v, {"v": one}), "no relation that can be refuted"),
        ("a number too many", Counterexample("s", "as it is", v, "<", one, {"v": two, "w": one}), "for each of v"),
    ):
        yield f"a counterexample to {name}", said(refuted), message


def corners() -> Iterator[Member]:
    bell, mu = sp.exp(-sp.Abs(x - mu1)), (*ALL, MU1)
    primitive = -sp.sign(x - mu1) * bell
    for name, at, interval, value, antiderivative, message in (
        ("half of the mass", (mu1,), line, one, primitive, "is false"),
        ("a corner that may lie outside", (mu1,), half_line, two, primitive, "does not follow"),
        ("one corner twice", (mu1, mu1), line, two, primitive, "two real symbols"),
        ("a step at the corner", (mu1,), line, sp.Integer(4), primitive + sp.sign(x - mu1), "is false"),
    ):
        step = Antiderivative("s", "as it is", bell, X, interval, antiderivative, value, corners=at)
        yield name, said(step, variables=mu), message
    alternating = Series("s", "as it is", (-one) ** n / sp.factorial(n), N, 0, one, -one, sp.E)
    yield "a series of alternating signs", said(alternating), "-1 > 0"


KINDS: dict[str, Callable[[], Iterator[Member]]] = {
    "substituted": substituted,
    "signs": signs,
    "rules": rules,
    "nearly": nearly,
    "regions": regions,
    "bounds": bounds,
    "rows": rows,
    "corners": corners,
}
