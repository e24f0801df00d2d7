"""More theorems by hostile authors: integrals, series, integers, powers and gradients that are not what is said.

They are members as in hostile_proofs.py, which says what a member is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import sympy as sp
from derive.proofs import REGISTRY, kl_normal
from derive.proofs.definitions import DIVERGENCE, MU1, MU2, STD1, STD2
from derive.proofs.kl_unit import F, f
from hostile_proofs import N, T, U, V, W, X, at_least, identity, inequality, n, registry, t, theorem, u, v, w, x

from derive.vocabulary.theorem import (
    KL,
    Antiderivative,
    Claim,
    Counterexample,
    Differentiate,
    Domain,
    Formula,
    GlobalMinimum,
    Integrate,
    Part,
    Registry,
    Row,
    Series,
    SumOfParts,
    Theorem,
    ThroughAbsolute,
    Variable,
    Verdict,
    written,
)

A, B = (Variable(letter, letter, Domain.POSITIVE, "") for letter in "ab")
S, K = Variable("s", "s", Domain.REAL, ""), Variable("k", "k", Domain.INTEGER, "")
a, b, s, k = (variable.symbol for variable in (A, B, S, K))
zero, one, two, half, oo = sp.Integer(0), sp.Integer(1), sp.Integer(2), sp.Rational(1, 2), sp.oo
half_line, unit = (zero, oo), (zero, one)
ALL = (A, B, V, W, T, X, N, K, S, U)
mu1, s1, mu2, s2 = (variable.symbol for variable in DIVERGENCE.variables)
OTHER = next(known for known in REGISTRY.definitions if type(known.head).__name__.startswith("KL_"))
HOME = type(OTHER.head).__name__.replace("KL_", "kl-")  # the theorem with its closed form
Member = tuple[str, Theorem | Registry, str]


def said(*steps: Any, **more: Any) -> Theorem:
    return theorem(*steps, variables=more.pop("variables", ALL), **more)


def integral(integrand: Any, interval: Any, primitive: Any, value: Any, *corners: Any, **more: Any) -> Antiderivative:
    by = X if interval != (one, oo) else V
    parts = (sp.sympify(part) for part in (primitive, value))
    return Antiderivative("m", "as it is", sp.sympify(integrand), by, interval, *parts, corners, **more)


def integrals() -> Iterator[Member]:
    decay = sp.exp(-t * x), half_line, -sp.exp(-t * x) / t, 1 / t
    for relation in ("<", "!="):
        step = integral(*decay, where=(at_least(t, relation, 0),))
        yield f"an exponential that grows, t {relation} 0", said(step), "-t"
    positive = integral(sp.exp(-v * x), half_line, -sp.exp(-v * x) / v, 1 / v)
    narrow = integral(sp.exp(-v * x), half_line, -sp.exp(-v * x) / v, 1 / v, where=(at_least(v, ">", 1),))
    yield "twice as much", said(replace(positive, value=2 / v)), "is false"
    wide = (Row(narrow.head, "=", narrow.value),)
    yield "an integral for some parameters", said(narrow, statement=wide), "is concluded for v > 1 only"
    yield "the tail of 1/v", said(integral(1 / v, (one, oo), sp.log(v), 0)), "undecided"
    yield "the head of 1/x", said(integral(1 / x, unit, sp.log(x), 0)), "undecided"
    pole = 1 / (x - t) ** 2, unit, -1 / (x - t), -1 / (t - 1) - 1 / t
    apart = (at_least(t, "!=", 0), at_least(t, "!=", 1))
    yield "a pole that a parameter moves", said(integral(*pole)), "-t + x != 0"
    yield "the same, not at the ends", said(integral(*pole, where=apart)), "-t + x != 0"
    yield "an odd pole", said(integral(sp.sign(x) / x**2, (-one, one), -sp.sign(x) / x, 0)), "fails at x = 0"
    for name, primitive in (("|x|", sp.log(sp.Abs(x))), ("x^2", sp.log(x**2) / 2)):
        yield f"a logarithm of {name} across 0", said(integral(1 / x, (-one, two), primitive, sp.log(2))), "x = 0"
    jump = integral(zero * x, (-one, one), sp.sign(x - s), 2, s)
    yield "a jump at a corner that is told", said(jump), "undecided"
    outside = integral(sp.sign(x - s), (-one, one), sp.Abs(x - s), sp.Abs(1 - s) - sp.Abs(-1 - s), s)
    yield "a corner outside of the interval", said(outside), "undecided"
    yield "an interval of one point", said(integral(1 / x**2, (one, one), -1 / x, 0)), "is empty"
    yield "an interval backwards", said(integral(x, (one, zero), x**2 / 2, half)), "is empty"
    yield "an end that is the variable itself", said(integral(x, (zero, x), x**2 / 2, x**2 / 2)), "rational number"
    across = Integrate("m", "as it is", 1 / x**2, X, (U, u), (-one, one))
    yield "a pole in what SymPy proposes", said(across), "fails at x = 0"
    lost = integral(2 * x * sp.exp(-(x**2)), (-oo, oo), -sp.exp(-(x**2)), 1)
    yield "an odd integrand of mass one", said(lost), "is false"
    error = integral(sp.exp(-(x**2)), (-oo, oo), sp.sqrt(sp.pi) * sp.erf(x) / 2, sp.pi)
    yield "the Gaussian integral, squared", said(error), "is false"


def series() -> Iterator[Member]:
    def of(term: Any, shift: Any, factor: Any, base: Any, value: Any) -> Theorem:
        return said(Series("m", "as it is", term, N, shift, *map(sp.sympify, (factor, base, value))))

    plain = t**n / sp.factorial(n)
    yield "a series shifted by a factor that vanishes", of(t**n / sp.factorial(n + 1), 1, 1 / t, t, sp.exp(t)), "t > 0"
    yield "the geometric series", of(t**n, 0, sp.factorial(n), t, sp.exp(t)), "is free of n is false"
    yield "a factor that counts", of(n * plain, 0, n, t, n * sp.exp(t)), "is free of n is false"
    yield "a base that counts", of(n**n / sp.factorial(n), 0, 1, n, sp.exp(n)), "is free of n is false"
    yield "a shift backwards", of(plain, -1, 1, t, sp.exp(t)), "before its first term"
    yield "a shift of half a term", of(plain, half, 1, t, sp.exp(t)), "before its first term"
    yield "a shift too far", of(v**n / sp.factorial(n), 1, v, v, v * sp.exp(v)), "is false"
    yield "another value", of(v**n / sp.factorial(n), 0, 1, v, sp.exp(v) - 1), "is false"
    yield "the other base", of((-v) ** n / sp.factorial(n), 0, 1, v, sp.exp(v)), ""


def integers() -> Iterator[Member]:
    yield "a natural number is at least 1", said(inequality(n, ">=", 1)), "is false at n = 0"
    yield "a natural number is positive", said(inequality(n, ">", 0)), "does not follow"
    yield "n log n", said(inequality(n * sp.log(n), ">=", 0)), "n > 0"
    yield "a factorial of an integer", said(identity(sp.factorial(k + 1), (k + 1) * sp.factorial(k))), "k + 1 >= 0"
    yield "a factorial of a number", said(identity(sp.factorial(t + 1), (t + 1) * sp.factorial(t))), "not known to be"
    lowest = inequality((n - half) ** 2, ">=", 0, N, half_line, half)
    yield "a lowest point between two numbers", said(lowest), "does not run through an interval"
    with written():
        root = sp.sqrt(k**2)
        alternating = sp.Pow(-1, n)
    yield "the root of a square of an integer", said(identity(root, k)), "is false"
    yield "a sign that alternates", said(identity(alternating, 1)), "-1 > 0"
    halves = Counterexample("s", "as it is", k, ">=", zero, {"k": -half})
    yield "a counterexample between two integers", said(halves), "lies in the domain of k"


def powers() -> Iterator[Member]:
    with written():
        claims = {
            "0^t": (sp.Pow(zero, t), zero, "0 > 0"),
            "a cube root": (sp.Pow(sp.Pow(t, 3), sp.Rational(1, 3)), t, "t**3 >= 0"),
            "log of (-1)^2": (sp.log(sp.Pow(-1, 2)), 2 * sp.log(-one), "-1 > 0"),
            "log t^3": (sp.log(t**3), 3 * sp.log(t), "t**3 > 0"),
            "|t| = t": (sp.Abs(t), t, "is false"),
            "sign(t)^2 = 1": (sp.sign(t) ** 2, one, "undecided"),
            "pi": (sp.pi, sp.Rational(355, 113), "is false"),
            "almost an integer": (sp.exp(sp.pi * sp.sqrt(163)), sp.Integer(640320) ** 3 + 744, "is false"),
            "two logarithms": (sp.log(2) / sp.log(3), sp.Rational(63092975, 10**8), "is false"),
            "a root of a sum": (sp.sqrt(v**2 + w**2), v + w, "is false"),
            "a logarithm of a sum": (sp.log(v + w), sp.log(v) + sp.log(w), "is false"),
            "a tower read from the left": (sp.exp(v**2), sp.exp(v) ** 2, "is false"),
        }
    for name, (lhs, rhs, message) in claims.items():
        yield name, said(identity(lhs, rhs)), message
    yield "a number beyond every format", said(inequality(sp.exp(-(10**6)), ">", sp.Rational(1, 10**1000))), ""
    near = inequality(sp.erf(t), "<", sp.Rational(99999, 100000))
    yield "erf stays away from 1", said(near), "does not follow"
    touching = inequality(sp.exp(t), ">", 1 + t, T, (-oo, oo), zero)
    yield "a tangent that does not touch", said(touching), "too near zero"


def gradients() -> Iterator[Member]:
    for name, function, order in (("|t|", sp.Abs(t), 1), ("t|t|", t * sp.Abs(t), 2), ("sign t", sp.sign(t), 1)):
        step = Differentiate("s", "as it is", function, T, sp.sign(t), order)
        yield f"the derivative of {name}, order {order}", said(step), "no rule for the derivative"
    gaussian = (MU1, STD1, MU2, STD2)
    under = Differentiate("s", "as it is", KL(mu1, s1, mu2, s2), MU1, (mu1 - mu2) / s2**2, using=(DIVERGENCE,))
    cited = replace(under, cites=("kl-normal",))
    yield "a derivative under the integral", said(cited, variables=(*gaussian, X)), "undecided"
    half_of = Differentiate(
        "s", "as it is", KL(mu1, s1, mu2, s2), MU1, (mu1 - mu2) / (2 * s2**2),
        using=(kl_normal.kl_normal_std,), cites=("kl-normal",),
    )  # fmt: skip
    yield "half a gradient", said(half_of, variables=gaussian), "is false"
    by_square = Differentiate("s", "as it is", f(mu1, s1), STD1, (s1**2 - 1) / (2 * s1**2), using=(F,))
    yield "a gradient by the variance", said(by_square, variables=gaussian), "is false"
    with written():
        moved = sp.Subs(sp.Derivative(v**2 * w, v), v, w)
        total = sp.Derivative(w**3, w)
    yield "a derivative taken before and after a place", said(identity(moved, total)), "is false"
    corner = ThroughAbsolute("c", "as it is", sp.Abs(t - s), T, sp.Abs(t - s), s, sp.sign(t - s))
    yield "a corner that is no smooth one", said(corner), ""
    never = Differentiate("s", "as it is", OTHER.head, OTHER.variables[0], zero, cites=(HOME,))
    yield "a derivative of what nothing explains", said(never, variables=OTHER.variables), "what this function is"


def parts() -> Iterator[Member]:
    bound = replace(inequality(v - 1 - sp.log(v), ">=", 0, V, half_line, one), name="bound")
    for name, function, weight, at in (
        ("a weight that may be negative", t * (w - 1 - sp.log(w)), t, (w, one)),
        ("a weight that may vanish", t**2 * (w - 1 - sp.log(w)), t**2, (w, one)),
        ("equality somewhere else", w - 1 - sp.log(w), one, (w, two)),
        ("equality everywhere", w - 1 - sp.log(w), one, (w, w)),
    ):
        step = SumOfParts("p", "as it is", function, (Part(weight, bound, w, at),))
        yield name, said(bound, step), ""
    narrow = replace(inequality(v**2 - v, ">=", 0, V, (one, oo), one), name="bound")
    step = SumOfParts("p", "as it is", w**2 - w, (Part(one, narrow, w, (w, one)),))
    yield "an interval that is forgotten", said(narrow, step), "w >= 1"
    strict = replace(inequality(v - sp.log(v), ">", 0, V, half_line, one), name="bound")
    step = SumOfParts("p", "as it is", w - sp.log(w), (Part(one, strict, w, (w, one)),))
    yield "equality where a bound is strict", said(strict, step), "does not say where equality holds"
    copied = SumOfParts("p", "as it is", w - 1 - sp.log(w), (Part(one, replace(bound), w, (w, one)),))
    yield "a bound that was not decided", said(bound, copied), "no step decided before"
    yield (
        "a sum of nothing",
        said(SumOfParts("p", "as it is", zero, ()), statement=(Row(v, "=", v),)),
        "a sum of no parts",
    )
    flat = GlobalMinimum("s", "as it is", v * 0 + w, (W,), (half_line,), (one,), one)
    yield "a minimum of what rises", said(flat), "is false"
    ring = GlobalMinimum("s", "as it is", (v - 1) ** 2 * w, (V,), (half_line,), (one,), zero)
    yield "a minimum for one weight of many", said(ring), "other variables"


def cited() -> Iterator[Member]:
    refuted = Counterexample("s", "as it is", sp.log(v), "=", v - 1, {"v": two})
    formula = Formula("tangent", sp.Function("tangent")(v), (V,), v - 1)
    first = replace(theorem(refuted, variables=(V,)), id="first", formulas=(formula,))
    use = identity(sp.Function("tangent")(v), v - 1, using=(formula,), cites=("first",))
    yield "a formula of a theorem that refutes it", registry(first, theorem(use)), "no step concludes"
    later = replace(theorem(identity(v, v + 0)), id="later")
    early = theorem(identity(v, v + 0), cites=("later",))
    yield "a theorem that comes later", registry(early, later), "not proved before it"
    yield "a step that comes later", registry(early, replace(later, id="later")), "not proved before it"
    missing = identity(v, v + 0, cites=("kl-unit/nowhere",))
    yield "a step that is not there", theorem(missing), "there is no kl-unit/nowhere"
    true = identity(v, v + 0)
    for what, row in (
        ("the sides exchanged", Row(v + one, "=", v)),
        ("a strict one", Row(v, "<", v)),
        ("one place of equality", Row(v, ">=", v, only_at=(at_least(v, "=", 1),))),
    ):
        yield f"a row that was not concluded: {what}", theorem(true, statement=(row,)), "no step concludes"


def verdicts() -> Iterator[Member]:
    claim = Claim("new", "The divergence is zero.", "nobody", Verdict.REFUTED, "It is not.", ("less-stringent",))
    for name, changed, message in (
        ("a counterexample of another claim", {"counterexample": {"v": one}}, "is that of no step"),
        ("a line break in a verdict", {"because": "so\nproved"}, "nobody sees"),
        ("a sign that is given a new meaning", {"because": r"$\def\log{\exp}$"}, "words in which"),
        ("evidence that is a family", {"evidence": ("normal",)}, "there is no normal"),
    ):
        yield name, replace(REGISTRY, claims=(*REGISTRY.claims, replace(claim, **changed))), message


KINDS: dict[str, Callable[[], Iterator[Member]]] = {
    "integrals": integrals,
    "series": series,
    "integers": integers,
    "powers": powers,
    "gradients": gradients,
    "parts": parts,
    "cited": cited,
    "claims and verdicts": verdicts,
}
