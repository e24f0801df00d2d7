"""Families by hostile authors: divergences of what is no density, and names that print as those of something else.

They are members as in hostile_proofs.py, which says what a member is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import sympy as sp
from derive.proofs import REGISTRY
from hostile_proofs import N, X, at_least, identity, registry, theorem, x
from sympy.core.cache import clear_cache
from sympy.core.function import UndefinedFunction

from derive.vocabulary.formula import Coq
from derive.vocabulary.theorem import (
    Antiderivative,
    Domain,
    Formula,
    Linear,
    Registry,
    Row,
    Series,
    Step,
    Theorem,
    Variable,
    density_of,
    divergence_of,
    written,
)

A, B = (Variable(letter, letter, Domain.POSITIVE, "a rate") for letter in "ab")
a, b = A.symbol, B.symbol
zero, one, two, oo = sp.Integer(0), sp.Integer(1), sp.Integer(2), sp.oo
half_line = (zero, oo)
Member = tuple[str, Theorem | Registry, str]
EVIL = r"\mathrm{Evil}"


def definitions(density: Callable[[Any, Any], sp.Expr], head: Any, *, by: Variable = X) -> tuple[Formula, ...]:
    """Of the densities p and q, and of the divergence of this head."""
    p, q = density_of("evil", "p"), density_of("evil", "q")
    point = by.symbol
    with written():
        ratio = p(point, a) * sp.log(p(point, a) / q(point, b))
        expr = sp.Sum(ratio, (point, 0, oo)) if by == N else sp.Integral(ratio, (point, 0, oo))
    return (
        Formula("evil_p", p(point, a), (by, A), density(point, a)),
        Formula("evil_q", q(point, b), (by, B), density(point, b)),
        Formula("evil", head(a, b), (A, B), expr),
    )


def exponential(mass: sp.Expr, head: Any, *, said: bool = True, conclude: bool = True, **more: Any) -> Registry:
    """KL of exponential densities, each times ``mass``: a proof in which every step is true."""
    known = definitions(lambda point, rate: mass * rate * sp.exp(-rate * point), head)
    p, q, whole = (formula.head for formula in known)
    of_p = {"using": known[:1]}
    first = Antiderivative("mass", "as it is", p, X, half_line, -mass * sp.exp(-a * x), mass, **of_p)
    if not conclude:
        first = replace(first, integrand=p * 1 + 0 * x, where=(at_least(a, ">", 1),))
    mean = Antiderivative(
        "mean", "as it is", x * p, X, half_line, -mass * sp.exp(-a * x) * (x + 1 / a), mass / a, **of_p
    )
    linear = Linear(
        "all",
        "as it is",
        whole,
        p,
        sp.log(p / q),
        X,
        (sp.log(a / b), b - a),
        (first, mean),
        mass * (sp.log(a / b) + b / a - 1),
        using=known,
        where=first.where,
    )
    steps = (first, mean, linear) if said else (identity(whole, whole + 0),)
    return registry(
        theorem(*steps, variables=(A, B, X)), definitions=(*REGISTRY.definitions, *known, *more.get("extra", ()))
    )


def weights() -> Iterator[Member]:
    evil = divergence_of("evil", EVIL)
    yield "weights of mass two", exponential(two, evil), "no step concludes that Integral(p_evil(x, a), (x, 0, oo)) = 1"
    yield "weights of which nothing is said", exponential(one, evil, said=False), "no formula of using"
    yield "mass one for some parameters", exponential(one, evil, conclude=False), "no step concludes"
    yield "negative weights", exponential(-one, evil), "is no divergence of densities"
    known = definitions(lambda point, rate: (point - 1) * sp.exp(-rate * point), evil)
    step = identity(known[0].head, known[0].expr, using=known[:1])
    yield (
        "weights of both signs",
        registry(theorem(step, variables=(A, X)), definitions=(*REGISTRY.definitions, *known)),
        "p_evil(x, a) > 0 is not decided on the support",
    )
    alternating = definitions(
        lambda point, rate: (-1) ** point * sp.exp(rate) * rate**point / sp.factorial(point), evil, by=N
    )
    p = alternating[0].head
    total = Series("mass", "as it is", p, N, 0, sp.exp(a), -a, one, using=alternating[:1])
    yield (
        "a Poisson distribution of a negative rate",
        registry(
            theorem(total, identity(alternating[2].head, alternating[2].head), variables=(A, B, N)),
            definitions=(*REGISTRY.definitions, *alternating),
        ),
        "",
    )
    lone = Formula("lone", density_of("lone", "p")(x, a), (X, A), -a)
    yield (
        "a density of no divergence",
        registry(
            theorem(identity(lone.head, -a, using=(lone,)), variables=(A, X)), definitions=(*REGISTRY.definitions, lone)
        ),
        "is printed as a density",
    )


def printed() -> Iterator[Member]:
    for symbol in (r"\mathcal{N}", r"\mathrm{N}", r"7 = \mathrm{E}", r"\mathrm{E", "", r"\mathrm{E}}\\ 1 = 2 {"):
        yield f"a family printed {symbol!r}", exponential(one, divergence_of("evil", symbol)), "is printed as"
    other = next(head for head in map(type, (d.head for d in REGISTRY.definitions)) if getattr(head, "coq", None))
    taken = exponential(one, divergence_of("evil", other.distribution))
    yield "a family of another's symbol", taken, f"two families are called {other.distribution}"
    same = exponential(one, divergence_of("evil", EVIL, coq=other.coq))
    yield "a family of another's density in Coq", same, f"two families are called {other.coq.density}"
    gaussian = Coq("KL", "is_kl", "normal_density")
    told = exponential(one, divergence_of("evil", EVIL, coq=gaussian))
    yield "a family of the Gaussian density in Coq", told, "two families are called normal_density"
    for field in ("file", "relation", "density"):
        known = replace(Coq("Evil", "is_kl_evil", "evil_density"), **{field: "True \\/ is_kl"})
        yield f"no name in Coq: {field}", exponential(one, divergence_of("evil", EVIL, coq=known)), "no name there"
    for name, own, message in (
        ("k", {"distribution": EVIL}, "printed as a divergence"),
        ("m", {"density": "p"}, "printed as a density"),
        ("q_k", {"density": "p"}, "printed as a density"),
    ):
        head = UndefinedFunction(name, __dict__=dict(own))
        formula = Formula("k", head(a, b), (A, B), zero)
        step = identity(head(a, b), 0, using=(formula,))
        yield (
            f"a function {name} with {min(own)} of its own",
            registry(theorem(step, variables=(A, B)), definitions=(*REGISTRY.definitions, formula)),
            message,
        )
    stated = exponential(one, divergence_of("evil", EVIL))
    new = stated.theorems["new"]
    zeroed = replace(new, statement=(Row(new.statement[0].lhs, "=", zero),))
    yield "another value", replace(stated, theorems={**stated.theorems, "new": zeroed}), "no step concludes"
    for what, more in (("printed as", {}), ("in Coq that of", {"coq": other.coq})):
        clear_cache()  # SymPy hands out what it has of that name
        fake = divergence_of("evil", r"\mathrm{Poisson}", **more)
        head = new.statement[0].lhs
        row = replace(new.statement[0], lhs=fake(*head.args))
        lying = replace(stated, theorems={**stated.theorems, "new": replace(new, statement=(row,))})
        yield f"a divergence {what} another family", lying, "as another function than its definition says"
    clear_cache()


# --- moments that are no moments -------------------------------------------------------------------------------------


def moments() -> Iterator[Member]:
    """The weights of a divergence depend on the point, and the step says that another variable runs."""
    known = definitions(lambda point, rate: rate * sp.exp(-rate * point), divergence_of("evil", EVIL))
    p, q, whole = (formula.head for formula in known)
    mass = Antiderivative("mass", "as it is", p, X, half_line, -sp.exp(-a * x), one, using=known[:1])
    ratio = sp.log(a / b) + (b - a) * x
    other = Variable("y", "y", Domain.REAL, "")
    linear = Linear("all", "as it is", whole, p, sp.log(p / q), other, (ratio,), (mass,), ratio, using=known)
    yield "an integral by another variable", _of(known, mass, linear, variables=(A, B, X, other)), "is taken over y"
    yield (
        "a corner at the point itself",
        _of(known, replace(mass, corners=(x,)), variables=(A, X)),
        "x is free of x",
    )
    counted = definitions(
        lambda point, rate: sp.exp(-rate) * rate**point / sp.factorial(point), divergence_of("evil", EVIL), by=N
    )
    p, q, whole = (formula.head for formula in counted)
    total = Series("mass", "as it is", p, N, 0, sp.exp(-a), a, one, using=counted[:1])
    ratio = N.symbol * sp.log(a / b) + b - a
    linear = Linear("all", "as it is", whole, p, sp.log(p / q), X, (ratio,), (total,), ratio, using=counted)
    yield "a sum by another variable", _of(counted, total, linear, variables=(A, B, X, N)), "is taken over x"


def _of(known: tuple[Formula, ...], *steps: Step, variables: tuple[Variable, ...]) -> Registry:
    return registry(theorem(*steps, variables=variables), definitions=(*REGISTRY.definitions, *known))


# --- densities that print alike --------------------------------------------------------------------------------------


def alike() -> Iterator[Member]:
    """p(x) of one member divided by p(x) of another would read as 1."""
    known = definitions(lambda point, rate: rate * sp.exp(-rate * point), divergence_of("evil", EVIL))
    p = known[0].head
    of_b = p.func(x, b)
    mass = Antiderivative("mass", "as it is", p, X, half_line, -sp.exp(-a * x), one, using=known[:1])
    with written():
        quotient = identity(p / of_b, a / b * sp.exp((b - a) * x), using=known[:1])
    yield "of two members", _of(known, mass, quotient, variables=(A, B, X)), "p(x) is printed for the parameters"
    plain = Formula("plain", UndefinedFunction("p")(x), (X,), -sp.exp(x))
    step = identity(p + plain.head, p - sp.exp(x), using=(plain,))
    yield "of a density and a function", _of((*known, plain), mass, step, variables=(A, X)), "are both printed p"
    letter = Variable("z", "p", Domain.REAL, "")
    step = identity(letter.symbol * p, p * letter.symbol, using=known[:1])
    yield "of a density and a variable", _of(known, mass, step, variables=(A, X, letter)), "p is a function, and a"


KINDS: dict[str, Callable[[], Iterator[Member]]] = {
    "weights": weights,
    "names of families": printed,
    "moments that are none": moments,
    "densities that print alike": alike,
}
