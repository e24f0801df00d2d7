"""Every kernel tree means its formula, and a tree with one node changed is found out."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache

import kernel_material
import pytest
import sympy as sp
from derive.proofs import REGISTRY

from derive.errors import CheckFailed
from derive.lower.arithmetic import constants, narrow
from derive.lower.interpret import run
from derive.lower.meaning import check
from derive.vocabulary.kernel import (
    Function,
    Kernel,
    Kind,
    Node,
    Role,
    constant,
    function,
    functions_below,
    node,
    operands,
    result,
)
from derive.vocabulary.theorem import Formula

#: The kernels whose trees are not those of another target.
KERNELS = list(
    {(k.name, k.function, k.careful, k.narrow, k.ordinary): k for k in kernel_material.lowered().kernels}.values()
)
IDS = [f"{k.target}-{k.name}" for k in KERNELS]


@cache
def formulas(kernel: Kernel) -> tuple[Formula, ...]:
    """What the kernel's results are, from the theorems."""
    family = next(family for family in REGISTRY.families if family.name == kernel.family)
    if kernel.role is Role.UNARY:
        x = REGISTRY.theorems["stable-functions"].variables[0]
        s = x.symbol
        expr = sp.exp(s) - 1 - s if kernel.name == "expm1mx" else sp.log(1 + s) - s
        return (Formula(kernel.name, sp.Function(kernel.name)(s), (x,), expr),)
    divergence = next(d for d in family.divergences if d.value.name == kernel.name.removesuffix("_grad"))
    return (divergence.value,) if kernel.role is Role.VALUE else divergence.gradient


@pytest.mark.parametrize("kernel", KERNELS, ids=IDS)
def test_every_tree_means_its_formula(kernel: Kernel) -> None:
    check(kernel, formulas(kernel))


@pytest.mark.parametrize("name", ["expm1mx", "kl_unit_std", "kl_normal_logvar", "kl_normal_var_grad"])
def test_no_tree_means_another_formula(name: str) -> None:
    kernel = kernel_material.kernel(name)
    for factor, term in ((2, 0), (-1, 0), (1, sp.Rational(1, 10**6))):
        others = tuple(replace(f, expr=factor * f.expr + term) for f in formulas(kernel))
        with pytest.raises(CheckFailed, match="the tree is"):
            check(kernel, others)


# --- sabotage ----------------------------------------------------------------------------------------------------


def rebuilt(root: Function, owner: Function, old: Node, new: Node) -> Function:
    """The function with one node of ``owner`` (itself, or a function that it calls) replaced."""
    made: dict[Function, Function] = {}

    def rebuild(f: Function) -> Function:
        if f in made:
            return made[f]
        known: dict[Node, Node] = {}
        for n in operands(r for _, r in f.results):
            if f is owner and n is old:
                known[n] = new
            elif n.op == "call":
                assert n.function is not None
                known[n] = result_owner(rebuild(n.function)(*(known[a] for a in n.args)))
            elif n.op == "result":
                known[n] = result(known[n.args[0]], n.value)
            else:
                known[n] = node(n.op, *(known[a] for a in n.args)) if n.args else n
        approximates = {known[n]: (name, known[a]) for n, (name, a) in f.approximates.items() if n is not old}
        results = tuple((name, known[r]) for name, r in f.results)
        made[f] = Function(f.name, f.doc, f.parameters, results, f.names, f.notes, approximates)
        return made[f]

    return rebuild(root)


def result_owner(results: tuple[Node, ...]) -> Node:
    return results[0].args[0]


def other_argument(n: Node, f: Function) -> Node | None:
    return next((p for p in f.parameters if p is not n), None) if n.op == "arg" else None


def other(names: Mapping[str, str]) -> Callable[[Node, Function], Node | None]:
    """The operation of another name on the same operands."""
    return lambda n, f: node(names[n.op], *n.args) if n.op in names else None


def kept(position: int, *operations: str) -> Callable[[Node, Function], Node | None]:
    """One operand instead of the whole."""
    return lambda n, f: n.args[position] if n.op in operations else None


#: Each gives a node to put in the place of another, None where it does not apply.
CHANGES: Mapping[str, Callable[[Node, Function], Node | None]] = {
    "sign of a term": other({"add": "sub", "sub": "add"}),
    "sign": lambda n, f: -n if n.kind is Kind.NUMBER and n.op != "const" else None,
    "half": lambda n, f: node("exact_mul", n, 0.5) if n.op in ("mul", "exact_mul", "div", "fma", "pow2") else None,
    "first term": kept(0, "add", "sub"),
    "second term": kept(1, "add", "sub"),
    "no product": kept(2, "fma"),
    "first factor": kept(0, "mul", "exact_mul", "div"),
    "swapped operands": lambda n, f: node(n.op, *reversed(n.args)) if n.op in ("sub", "div") else None,
    "other branch": lambda n, f: node("select", n.args[0], n.args[2], n.args[1]) if n.op == "select" else None,
    "other constant": lambda n, f: constant(n.value * 1.25 + 0.125) if n.op == "const" else None,
    "other argument": other_argument,
    "other function": other({"exp": "expm1", "expm1": "exp", "log": "log1p", "log1p": "log"}),
}


def speaking(f: Function) -> list[Node]:
    """The nodes that say something in real numbers.

    Not conditions, nor what integer is split off, which only choose between spellings of the same number; nor the
    inside of a polynomial, which stands for its function and whose error is certified elsewhere.
    """
    conditions = {a for n in operands(r for _, r in f.results) if n.kind is Kind.MASK for a in n.args}
    seen: dict[Node, None] = {}
    stack = [r for _, r in f.results]
    while stack:
        n = stack.pop()
        if n in seen or n.kind is Kind.MASK or n.op == "round":
            continue
        seen[n] = None
        stack.extend([f.approximates[n][1]] if n in f.approximates else n.args)
    # A quotient that is corrected by its remainder may be anything: q + (a - q b)/b = a/b.
    corrected = {n.args[0].args[0] for n in seen if n.op == "fma" and n.args[0].op == "neg"}
    return [n for n in seen if not (n.op == "const" and n in conditions) and n not in corrected]


def values(kernel: Kernel, tree: Function, at: tuple[float, ...]) -> tuple[float, ...]:
    results = run(tree, at)
    if kernel.target == "c" and kernel.role is not Role.GRADIENT:
        head, tail, unscale = results
        return ((head + tail) * unscale,)
    return results[: len(kernel.results)]


def ordinary_points(kernel: Kernel) -> Iterator[tuple[float, ...]]:
    source = random.Random(kernel.name)
    for i in range(24):
        spread = (0.3, 3.0)[i % 2]
        if kernel.role is Role.UNARY:
            yield (source.uniform(-min(spread, 0.9), spread),)
            continue
        scales = {p.name: source.uniform(-spread, spread) for p in kernel.signature if not p.location}
        scales |= {p.name: math.exp(scales[p.name]) for p in kernel.signature if p.support == "positive"}
        yield tuple(source.uniform(-4, 4) if p.location else scales[p.name] for p in kernel.signature)


def harm(kernel: Kernel, tree: Function) -> float:
    """By how much, relatively, the results of a changed tree differ from the kernel's."""
    worst = 0.0
    for at in ordinary_points(kernel):
        for good, bad in zip(values(kernel, kernel.function, at), values(kernel, tree, at), strict=True):
            worst = max(worst, abs(bad - good) / max(abs(good), 1e-9) if math.isfinite(bad) else 1.0)
    return worst


#: Here both branches of a choice are the same number; which is more accurate is not a matter of meaning.
EITHER = {"expm1mx_block", "excess_1_block", "excess_2_block", "log1pmx_ordinary", "balance"}


def sabotages(kernel: Kernel) -> Iterator[tuple[str, Function]]:
    """The kernel's tree with one node changed, in every way, with a description."""
    for owner in functions_below([kernel.function]):
        for n in speaking(owner):
            for what, change in CHANGES.items():
                if what == "other branch" and owner.name in EITHER:
                    continue
                new = change(n, owner)
                if new is not None:
                    description = f"{what} of {n.op} {n.value} {owner.names.get(n, '')} in {owner.name}"
                    yield description, rebuilt(kernel.function, owner, n, new)


HARMFUL = 2.0**-25


#: Trees with residuals that are 0 in real numbers: what changes them alone the meaning cannot see. It is for the
#: rounding analysis of the blocks to see: that of gradients does, on points; of values no test holds it to that yet.
RESIDUALS = (
    *("kl_normal_std", "kl_normal_var", "kl_normal_logstd", "kl_normal_logvar"),
    *("kl_normal_logstd_grad", "kl_normal_logvar_grad"),
)


@pytest.mark.parametrize(
    "kernel",
    [
        pytest.param(k, marks=pytest.mark.xfail(reason="NOT FOUND: a residual that is 0 in real numbers"))
        if k.target == "python" and k.name in RESIDUALS
        else k
        for k in KERNELS
        # In C it is the careful tree; those of the frameworks are held to their bounds by points alone.
        if k.function is not k.careful and k.target in ("c", "python")
    ],
    ids=lambda k: f"{k.target}-{k.name}",
)
def test_a_change_of_one_node_that_changes_the_results_is_found(kernel: Kernel) -> None:
    every = list(sabotages(kernel))
    chosen = random.Random(kernel.name).sample(every, min(4, len(every)))
    assert [what for what, tree in chosen if harm(kernel, tree) > HARMFUL and passes(kernel, tree)] == []


@pytest.mark.parametrize("name", ["kl_normal_std", "kl_normal_var", "kl_normal_var_grad"])
def test_the_sample_points_take_every_way_in_which_exponents_combine(name: str) -> None:
    kernel = kernel_material.kernel(name)
    own = f"in {kernel.function.name}"
    terms = [(what, tree) for what, tree in sabotages(kernel) if what.startswith("sign of a term") and own in what]
    assert [what for what, tree in terms if harm(kernel, tree) > HARMFUL and passes(kernel, tree)] == []


def passes(kernel: Kernel, tree: Function) -> bool:
    """Whether another tree is taken for the kernel's formula."""
    try:
        check(replace(kernel, function=tree, careful=None), formulas(kernel))
    except CheckFailed:
        return False
    return True


def test_most_sabotage_is_harmful() -> None:
    kernel = kernel_material.kernel("kl_unit_logvar", "python")
    harms = [harm(kernel, tree) for _, tree in sabotages(kernel)]
    assert sum(h > HARMFUL for h in harms) > len(harms) / 2


def test_a_careful_tree_is_checked_as_well() -> None:
    kernel = kernel_material.kernel("kl_unit_var", "python")
    in_c = replace(kernel, function=kernel.careful, target="c")
    tree = next(tree for _, tree in sabotages(in_c) if harm(in_c, tree) > HARMFUL)
    with pytest.raises(CheckFailed, match="kl_unit_var_parts"):
        check(replace(kernel, careful=tree), formulas(kernel))


# --- constants ---------------------------------------------------------------------------------------------------


def means_nothing(value: float) -> bool:
    """Whether x + value is taken to be x."""
    kernel = kernel_material.kernel("expm1mx", "python")
    tree = function("shifted", ("x",), ("value", "ordinary"), lambda b, x: (x + value, x < 1.0), "")
    (formula,) = formulas(kernel)
    (variable,) = formula.variables
    try:
        check(replace(kernel, function=tree, careful=None, narrow=None), [replace(formula, expr=variable.symbol)])
    except CheckFailed:
        return False
    return True


def test_only_the_guard_and_the_tail_of_log_2_mean_nothing() -> None:
    used = {n.value for f in kernel_material.functions() for n in operands(r for _, r in f.results) if n.op == "const"}
    finite = {abs(v) for v in used if math.isfinite(v) and v != 0.0}
    guards = {constants.ABOVE_HALF_SUBNORMAL, narrow.ABOVE_HALF_SUBNORMAL}
    both = {math.frexp(abs(tail))[0] for tail in (constants.LOG2_TAIL, constants.SHORT_LOG2_TAIL)}
    tails = {v for v in finite if math.frexp(v)[0] in both}
    assert {v for v in finite if means_nothing(v)} == {*guards, *tails}
    assert len({math.frexp(v)[0] for v in tails}) == 2
    assert not means_nothing(-constants.ABOVE_HALF_SUBNORMAL)


def test_log_2_is_its_head_and_tail() -> None:
    head, tail = (
        sp.Rational(*constants.LOG2_HEAD.as_integer_ratio()),
        sp.Rational(*constants.LOG2_TAIL.as_integer_ratio()),
    )
    assert abs(sp.N(sp.log(2) - head - tail, 60)) < sp.Rational(2) ** -94
    assert (constants.LOG2_HEAD * 2**40).is_integer()
    assert abs(sp.N(constants.INVERSE_LOG2 - 1 / sp.log(2), 60)) < 2.0**-53
