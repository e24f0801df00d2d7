"""Theorems with one thing changed, by the thousand: ``python tests/falsify_proofs.py --count 10000 --seed 1``.

A theorem of the registry gets a coefficient, sign, exponent, interval, domain, citation, order of steps or variable
changed, in a step with what it concludes or in the statement alone. What the prover still accepts is evaluated at
random points, by mpmath and by the closed forms of the records: a statement that is false there and was
accepted fails the run.

Each case depends on the seed and its number alone, and is tried in a worker that is ended where it takes too much time
or memory: ``--first 4000 --count 1`` repeats one, and a run that was interrupted goes on from there.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any

import mpmath
import sympy as sp
from derive.proofs import REGISTRY
from flint import arb, ctx
from mpmath import mp, mpf

from derive.campaign.results import as_data
from derive.campaign.worker import Limits
from derive.campaign.workers import WorkerEnded, Workers
from derive.errors import CheckFailed
from derive.prove import check
from derive.verify.families import shipped
from derive.verify.families.record import Subject
from derive.vocabulary.theorem import (
    Counterexample,
    Domain,
    GlobalMinimum,
    Inequality,
    OperationCount,
    Row,
    Step,
    SumOfParts,
    Theorem,
)

mp.dps = 30
POINTS = 12
#: What one case may take. A step has 30 seconds by the prover's own limit, and what is accepted is integrated then.
LIMITS = Limits(100.0, 3 * 10**9)


# --- the truth about a row -------------------------------------------------------------------------------------------


def _normal(m1: mpf, s1: mpf, m2: mpf, s2: mpf) -> mpf:
    return mp.log(s2 / s1) + (s1**2 + (m1 - m2) ** 2) / (2 * s2**2) - mpf(1) / 2


def _to_ball(x: mpf) -> arb:
    return arb(int(x.man) * (-1 if x < 0 else 1)) * arb(2) ** int(x.exp)


def _recorded(subject: Subject) -> dict[str, Callable[..., mpf]]:
    """The divergence and the density of a family in its first parameterisation, as its book-typed record has them."""

    def divergence(*at: mpf) -> mpf:
        ctx.prec = mp.prec + 64  # a numerical derivative asks for many digits
        outputs, _ = subject.balls(*map(_to_ball, map(mpf, at)))
        mantissa, exponent = outputs[0].mid().man_exp()
        return mp.ldexp(int(mantissa), int(exponent))

    def density(x: mpf, *member: mpf) -> mpf:
        assert subject.definition is not None
        return mp.exp(subject.definition.density(member)(x)[0])

    return {"KL": divergence, "p": density, "q": density}


#: Everything that a definition explains, from books.
HEADS: Mapping[str, Callable[..., mpf]] = {
    **{
        f"{head}_{family.name}": function
        for family in shipped()
        if family.subjects[0].definition
        for head, function in _recorded(family.subjects[0]).items()
    },
    "KL": _normal,
    "f": lambda m, s: (m**2 + s**2 - 1) / 2 - mp.log(s),
    "g": lambda m, s: (m**2 + s - 1 - mp.log(s)) / 2,
    "h": lambda a: a / (2 + a),
    "p_normal": lambda x, m, s: mp.npdf(x, m, s),
    "q_normal": lambda x, m, s: mp.npdf(x, m, s),
    "expm1mx": lambda x: mp.exp(x) - 1 - x,
    "log1pmx": lambda x: mp.log(1 + x) - x,
    "exp": mp.exp,
    "log": mp.log,
    "erf": mp.erf,
    "Abs": abs,
    "sign": mp.sign,
    "factorial": mp.factorial,
}


class NoValue(Exception):
    """An expression that this file does not evaluate, or that has no real value there."""


class Unclear(Exception):
    """An integral of which two divisions of its interval do not give the same."""


def value(expr: sp.Basic, at: Mapping[sp.Symbol, mpf]) -> mpf:
    """The value of an expression at a point, node by node."""
    if expr.is_Symbol:
        return at[expr]
    if expr.is_Rational:
        return mpf(int(expr.p)) / int(expr.q)
    if expr in (sp.E, sp.pi):
        return mp.e if expr is sp.E else +mp.pi
    if isinstance(expr, sp.Derivative):
        return _derivative(expr, at)
    if isinstance(expr, sp.Subs):
        inner, symbols, point = expr.args
        return value(inner, {**at, **{s: value(a, at) for s, a in zip(symbols, point, strict=True)}})
    if isinstance(expr, sp.Integral | sp.Sum):
        return _whole(expr, at)
    args = [value(argument, at) for argument in expr.args]
    if expr.is_Add:
        return mp.fsum(args)
    if expr.is_Mul:
        return mp.fprod(args)
    if expr.is_Pow:
        return _real(mp.power(*args))
    head = HEADS.get(type(expr).__name__)
    if head is None:
        raise NoValue(str(expr))
    return _real(head(*args))


def _real(number: Any) -> mpf:
    if isinstance(number, mpmath.mpc) or not mp.isfinite(number):
        raise NoValue("not a real number")
    return number


def _derivative(expr: sp.Derivative, at: Mapping[sp.Symbol, mpf]) -> mpf:
    ((symbol, count),) = expr.args[1:]
    with mp.workdps(60):
        return +mp.diff(lambda x: value(expr.args[0], {**at, symbol: x}), at[symbol], int(count.doit()))


def _whole(expr: sp.Integral | sp.Sum, at: Mapping[sp.Symbol, mpf]) -> mpf:
    body, (by, lower, upper) = expr.args
    ends = [
        {sp.oo: mp.inf, -sp.oo: -mp.inf}.get(end) or value(end, at) if end != 0 else mpf(0) for end in (lower, upper)
    ]

    def term(x: mpf) -> mpf:
        return value(body, {**at, by: x})

    with mp.workdps(20):
        if isinstance(expr, sp.Sum):
            return mp.fsum(term(mpf(n)) for n in range(int(ends[0]), 120))
        found = mp.quad(term, _pieces(ends, at, ()))
        for steps in ((1, 6), (1, 2, 4, 8, 16, 40), tuple(mpf(k) / 2 for k in range(1, 90, 3))):
            before, found = found, mp.quad(term, _pieces(ends, at, steps))
            if abs(found - before) <= mpf(10) ** -10 * (1 + abs(found)):
                return found
    raise Unclear(str(expr))


def _pieces(ends: Sequence[mpf], at: Mapping[sp.Symbol, mpf], steps: Sequence[mpf | int]) -> list[mpf]:
    """The ends, where a density may have a corner, and so many of its widths from there: a quadrature by pieces."""
    centres = [mpf(0), mpf(1), *(v for s, v in at.items() if s.name.startswith("mu"))]
    widths = [w for v in at.values() if v > 0 for w in ((v, 1 / v) if steps else ())]
    inner = {*centres, *(c + sign * k * w for c in centres for w in widths for k in steps for sign in (1, -1))}
    return [ends[0], *sorted(x for x in inner if ends[0] < x < ends[1]), ends[1]]


HOLDS: Mapping[str, Callable[[mpf, mpf, mpf], bool]] = {
    "=": lambda a, b, eps: abs(a - b) <= eps,
    ">=": lambda a, b, eps: a - b >= -eps,
    "<=": lambda a, b, eps: b - a >= -eps,
    ">": lambda a, b, eps: a - b > -eps,
    "<": lambda a, b, eps: b - a > -eps,
    "!=": lambda a, b, eps: a != b,
}


def false_at(row: Row, theorem: Theorem, rng: random.Random) -> dict[str, str] | None:
    """A point of the domains, under the row's conditions, at which the row is false or has no value."""
    return searched(row, theorem, rng)[1]


def searched(row: Row, theorem: Theorem, rng: random.Random) -> tuple[int, dict[str, str] | None]:
    """At how many points the row was seen to be true, and one at which it is false or has no value."""
    seen = 0
    for _ in range(POINTS):
        at = {v.symbol: _draw(v.domain, rng) for v in theorem.variables}
        try:
            if not all(HOLDS[c.relation](value(c.lhs, at), value(c.rhs, at), mpf(0)) for c in row.where):
                continue
            left, right = value(row.lhs, at), value(row.rhs, at)
        except Unclear:
            continue
        except NoValue:
            return seen, {str(symbol): str(number) for symbol, number in at.items()}
        eps = mpf(10) ** (-8 if row.lhs.has(sp.Integral, sp.Sum) else -15) * (1 + abs(left) + abs(right))
        places = [HOLDS["="](value(c.lhs, at), value(c.rhs, at), mpf(0)) for c in row.only_at]
        elsewhere = places and not all(places) and left == right
        if not HOLDS[row.relation](left, right, eps) or elsewhere:
            return seen, {str(symbol): str(number) for symbol, number in at.items()}
        seen += 1
    return seen, None


def _draw(domain: Domain, rng: random.Random) -> mpf:
    if domain is Domain.NATURAL:
        return mpf(rng.randint(0, 6))
    if domain is Domain.INTEGER:
        return mpf(rng.randint(-6, 6))
    size = mpf(rng.choice((rng.uniform(0.1, 3), rng.uniform(0.9, 1.1), rng.randint(1, 3))))
    return size if domain is Domain.POSITIVE or rng.random() < 0.5 else -size


# --- changes ---------------------------------------------------------------------------------------------------------


def changed(expr: sp.Expr, theorem: Theorem, rng: random.Random) -> sp.Expr:
    """The expression with one of its nodes changed."""
    nodes = [node for node in sp.preorder_traversal(expr) if isinstance(node, sp.Expr)]
    node = rng.choice(nodes)
    symbols = [variable.symbol for variable in theorem.variables]
    numbers = [sp.Integer(0), sp.Integer(2), sp.Integer(-1), sp.Rational(1, 2), sp.Integer(3)]
    ways: list[Callable[[], sp.Expr]] = [
        lambda: node * rng.choice(numbers),
        lambda: -node,
        lambda: node + rng.choice((1, -1, sp.Rational(1, 10**6))),
        lambda: node ** rng.choice((2, -1, sp.Rational(1, 2))),
        lambda: sp.Abs(node),
        lambda: rng.choice(symbols),
        lambda: rng.choice(nodes),
        lambda: rng.choice((sp.log, sp.exp))(node),
    ]
    if node.args:
        ways += [lambda: rng.choice(node.args), lambda: node.func(*reversed(node.args))]
    with sp.evaluate(rng.random() < 0.5):
        return expr.xreplace({node: sp.sympify(rng.choice(ways)())})


def step_changed(step: Step, theorem: Theorem, rng: random.Random) -> Step:
    """The step with one of its fields changed."""
    fields = [name for name in step.__dataclass_fields__ if name not in ("name", "reason", "cites", "moments", "of")]
    plain = ("using", "where", "corners", "by", "order", "shared")
    field = rng.choice([name for name in fields for _ in range(1 if name in plain else 6)])
    old = getattr(step, field)
    new: Any = old
    if isinstance(old, sp.Expr):
        new = changed(old, theorem, rng)
    elif field == "relation":
        new = rng.choice([">", ">=", "<", "<=", "="])
    elif field == "interval":
        new = rng.choice([(sp.Integer(0), sp.oo), (-sp.oo, sp.oo), (sp.Integer(1), sp.oo), tuple(reversed(old))])
    elif field == "by" or hasattr(old, "domain"):
        new = rng.choice(theorem.variables)
    elif field == "at" and isinstance(old, Mapping):
        new = {name: rng.choice((number, -number, number + 1)) for name, number in old.items()}
    elif isinstance(old, tuple) and old:
        k = rng.randrange(len(old))
        item = old[k]
        if isinstance(item, sp.Expr):
            item = changed(item, theorem, rng)
        elif hasattr(item, "weight"):
            item = replace(item, weight=changed(item.weight, theorem, rng))
        elif isinstance(item, tuple):
            item = rng.choice([(-sp.oo, sp.oo), (sp.Integer(0), sp.oo), (sp.Integer(1), sp.oo)])
        one = (*old[:k], item, *old[k + 1 :])
        new = rng.choice([one, one, one, one, old[:k] + old[k + 1 :], tuple(reversed(old))])
    elif isinstance(old, int):
        new = old + rng.choice((1, -1))
    return replace(step, **{field: new})


#: Steps about an interval or a place, and the theorems whose rows have conditions: few, and worth many tries.
BOUNDING = (Inequality, GlobalMinimum, Counterexample, SumOfParts)
UNDER_CONDITIONS = [
    theorem
    for theorem in REGISTRY.theorems.values()
    if any(isinstance(step, BOUNDING) or step.where for step in theorem.steps)
]


def other_conditions(row: Row, rng: random.Random) -> Row:
    """The row without its conditions, or with one of them turned or moved."""
    if not row.where or rng.random() < 0.4:
        return replace(row, where=(), only_at=rng.choice((row.only_at, ())))
    k = rng.randrange(len(row.where))
    old = row.where[k]
    new = rng.choice(
        (
            replace(old, relation=rng.choice((">", ">=", "<", "<=", "!="))),
            replace(old, rhs=old.rhs + rng.choice((1, -1, sp.Rational(1, 10)))),
        )
    )
    return replace(row, where=(*row.where[:k], new, *row.where[k + 1 :]))


@dataclass(frozen=True)
class Case:
    what: str
    theorem: Theorem


def case(rng: random.Random) -> Case:
    """One theorem of the registry with one change; it states what its changed step concludes, or another row."""
    theorem = rng.choice(list(REGISTRY.theorems.values()) if rng.random() < 0.6 else UNDER_CONDITIONS)
    position = rng.randrange(len(theorem.steps))
    bound = [k for k, s in enumerate(theorem.steps) if isinstance(s, BOUNDING)]
    if bound and rng.random() < 0.7:
        position = rng.choice(bound)
    step = theorem.steps[position]
    needed = (*(s for s in theorem.steps[:position] if s in step.premises), step)
    what = rng.choice(("step",) * 6 + ("statement",) * 2 + ("condition",) * 2 + ("domain", "citation", "order"))
    base = replace(theorem, formulas=())
    if what == "step":
        new = step_changed(step, theorem, rng)
        return Case(what, replace(base, steps=(*needed[:-1], new), statement=new.conclusions()))
    rows = step.conclusions()
    if what == "statement":
        k = rng.randrange(len(rows))
        side = rng.choice(("lhs", "rhs"))
        row = replace(rows[k], **{side: changed(getattr(rows[k], side), theorem, rng)})
        return Case(what, replace(base, steps=needed, statement=(row,)))
    if what == "condition":
        row = other_conditions(rng.choice(rows), rng)
        return Case(what, replace(base, steps=needed, statement=(row,)))
    if what == "domain":
        k = rng.randrange(len(theorem.variables))
        variable = replace(theorem.variables[k], domain=rng.choice(list(Domain)))
        known = (*theorem.variables[:k], variable, *theorem.variables[k + 1 :])
        return Case(what, replace(base, variables=known, steps=needed, statement=rows))
    if what == "citation":
        other = rng.choice(list(REGISTRY.theorems))
        cites = rng.choice(((), (other,), (theorem.id,)))
        bare = replace(step, cites=rng.choice(((), (other,))))
        return Case(what, replace(base, cites=cites, steps=(*needed[:-1], bare), statement=bare.conclusions()))
    mixed = list(theorem.steps)
    rng.shuffle(mixed)
    return Case(what, replace(base, steps=tuple(mixed), statement=rows))


@as_data
@dataclass(frozen=True)
class Tried:
    """What became of a case: refused, ended at a limit, false, crashed; or accepted, and true where it was searched,
    unseen where nothing could be evaluated, unchanged where the registry proves that very statement.
    """

    number: int
    what: str
    became: str
    said: str = ""


#: What fails a run.
FAULTS = ("false", "crashed")


def tried(seed: int, number: int) -> Tried:
    """The case of that number decided, and what is accepted searched for a point at which it is false."""
    rng = random.Random(f"{seed} {number}")
    made = next(_made(rng))
    registry = replace(REGISTRY, theorems={**REGISTRY.theorems, made.theorem.id: made.theorem})
    try:
        check(registry, made.theorem.id)
    except CheckFailed as failure:
        limited = "no decision within" in failure.message
        return Tried(number, made.what, "limit" if limited else "refused", failure.message)
    theorem = REGISTRY.theorems[made.theorem.id]
    proved = [row for step in theorem.steps for row in step.conclusions()]
    if made.theorem.variables == theorem.variables and all(row in proved for row in made.theorem.statement):
        return Tried(number, made.what, "unchanged")
    seen = []
    counted = any(isinstance(step, OperationCount) for step in made.theorem.steps)
    for row in () if counted else made.theorem.statement:
        points, false = searched(row, made.theorem, rng)
        seen.append(points)
        if false is not None:
            said = f"{made.theorem.id}: {row.lhs} {row.relation} {row.rhs} at {false}"
            return Tried(number, made.what, "false", said)
    return Tried(number, made.what, "true" if seen and all(seen) else "unseen", made.theorem.id)


def _made(rng: random.Random) -> Iterator[Case]:
    """Changed theorems; a change of which no theorem can be written is none."""
    while True:
        try:
            yield case(rng)
        except Exception:
            continue


def falsify(numbers: Sequence[int], seed: int, executor: Executor) -> Iterator[Tried]:
    """What became of each of these cases, in their order."""
    for number, future in [(number, executor.submit(tried, seed, number)) for number in numbers]:
        try:
            yield future.result()
        except WorkerEnded as ended:
            yield Tried(number, "", "limit", str(ended))
        except RuntimeError as error:
            yield Tried(number, "", "crashed", str(error))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0, help="the number of the first case")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    asked = parser.parse_args()
    became, kinds = Counter[str](), Counter[tuple[str, str]]()
    with Workers(asked.jobs, LIMITS) as workers:
        for one in falsify(range(asked.first, asked.first + asked.count), asked.seed, workers):
            became[one.became] += 1
            kinds[one.what or "?", one.became] += 1
            if one.became in (*FAULTS, "limit", "unseen"):
                print(f"case {one.number}, {one.became}: {one.said}", flush=True)
            if became.total() % 100 == 0:
                print(f"{became.total()} tried: {dict(became)}", flush=True)
    for what in sorted({what for what, _ in kinds}):
        print(f"{what:<10} " + ", ".join(f"{n} {said}" for (kind, said), n in sorted(kinds.items()) if kind == what))
    print(f"{became.total()} tried: {dict(became)}")
    return 1 if any(became[fault] for fault in FAULTS) else 0


if __name__ == "__main__":
    import falsify_proofs  # a worker finds the cases in the module, not in a script

    sys.exit(falsify_proofs.main())
