"""More theorems by hostile authors: what is proved is true, and their words state something else.

They are members as in hostile_proofs.py, which says what a member is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import sympy as sp
from derive.proofs import REGISTRY
from derive.proofs.definitions import MU, STD0
from derive.proofs.kl_unit import F, f
from hostile_proofs import T, V, identity, inequality, registry, t, theorem, v

from derive.vocabulary.theorem import Claim, Counterexample, Formula, Identity, Registry, Row, Short, Theorem, Verdict

Member = tuple[str, Theorem | Registry, str]
mu, sigma = MU.symbol, STD0.symbol
true = identity(v**2, v * v)
refused, outside = "words say", "a relation outside of a formula"

#: Relations that are not so, or that nothing decides, and part of the message.
FALSE = {
    r"because $\log v = 7$": refused,
    r"because $\log v$ $=$ $7$": "cannot be read",
    r"because $v > 1$": refused,
    r"because $v \ge v^2$": refused,
    r"because $v < v^2 < v^3$": refused,
    r"because $v^2 = 2v$": refused,
    r"because $\log v^2 = (\log v)^2$": refused,
    r"at $v = 1$": refused,
    r"with $v = e^t$": refused,
    r"with $u = 7v$": "cannot be read",
    r"because $e^v \ne 1 + v$": refused,
    r"so $\frac{v}{v} = 2$": refused,
    r"so $\sqrt{v^2} = -v$": refused,
    r"so $v \equiv 7$": "cannot be read",
    r"so $v \approx v$": "cannot be read",
    r"so $v \to 7$": "cannot be read",
    r"so $v \in v$": "cannot be read",
    r"so $\mathrm{KL} = 0$": "cannot be read",
    r"so $f(\mu, \sigma) = 0$": refused,
    r"so $v^2 = v \cdot$": "cannot be read",
    "so $v = " + "(" * 100 + "v" + ")" * 100 + "$": "cannot be read",
    "so $v = " + "1" * 500 + "$": "more than 400 letters",
    "so v = 7": outside,
    "so v ≤ 7": outside,
    "the square equals 7": outside,
}
TRUE = (
    r"because $v > 0$ and $v \cdot v = v^2$",
    r"as $e^{\log v} = v$, or $\exp(2\log v) = v^2$",
    r"$\log v^2 = 2\log v$, so $\tfrac12\log v^2 = \log v$",
    r"of a square $w = v^2$, where $w > 0$",
    r"$0 < v < v + 1$, $(v + 1)/v \ne 1$, $\sqrt{v} \ge 0$",
)


def words() -> Iterator[Member]:
    for said, message in FALSE.items():
        yield f"the reason {said[:40]}", theorem(replace(true, reason=said), variables=(V, T)), message
    false = r"$\log v = 7$"
    yield "the assumption", theorem(true, assumptions=("$v > 0$", false)), refused
    yield "the idea of a short proof", theorem(true, short=Short(f"Because {false}", ("s",))), refused
    yield "the reason of a row", theorem(true, statement=(Row(v**2, "=", v * v, false),)), refused
    there = inequality(v**2, ">", v, V, (sp.Integer(1), sp.oo))
    yield "another interval", theorem(replace(there, reason="for $v > 0.5$")), "cannot be read"
    yield "a wider interval", theorem(replace(there, reason=r"for $v > \tfrac12$")), refused
    argument = identity(f(mu, 2), f(0, 2) + mu**2 / 2, using=(F,))
    for said in (r"at $\sigma = 3$", r"at $\mu = 1$", r"at $\sigma = 2$, where $\mu > 0$"):
        made = theorem(replace(argument, reason=said), variables=(MU, STD0))
        yield f"an argument that is none, {said}", made, refused
    shown = Counterexample("s", "at $v = 3$", v, ">=", v**2, {"v": sp.Integer(2)})
    yield "the place of a counterexample", theorem(shown), refused
    meaning = Formula("k", sp.Function("k")(t), (T,), t**2, r"which is positive, $t^2 > 0$")
    defined = theorem(identity(meaning.head, t * t, using=(meaning,)), variables=(T,))
    yield "the meaning of a definition", registry(defined, definitions=(*REGISTRY.definitions, meaning)), refused
    proved = Formula("k", F.head, F.variables, F.expr, r"$f(\mu, \sigma) = 0$")
    step = Identity("s", "as it is", (F.head, F.expr), using=(F,))
    yield "the meaning of a formula", theorem(step, variables=(MU, STD0), formulas=(proved,)), refused


def claims() -> Iterator[Member]:
    evidence = ("same-function/two-spellings",)
    for text, because in (
        (r"$f(\mu, \sigma) = g(\mu, \sigma)$.", "Both are exact."),
        ("Both are exact.", r"$g(\mu, v) < 0$ everywhere."),
    ):
        claim = Claim("new", text, "nobody", Verdict.PROVED, because, evidence)
        yield f"{text} {because}", registry(claims=(claim,)), refused
    false = Claim("new", "It is zero: f = 0.", "nobody", Verdict.UNTESTED, "Nobody knows.", ())
    yield "a relation in a claim", registry(claims=(false,)), outside


KINDS: dict[str, Callable[[], Iterator[Any]]] = {"words": words, "words of claims": claims}
