"""What people are told beside the verdict: scaling and offset, guards, reductions, digits lost."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from fractions import Fraction
from itertools import combinations

import numpy as np

from derive.identify.answer.numerics import Loss, optimum, rounded
from derive.identify.match import form as f
from derive.identify.match.expand import LARGEST_EPSILON, Expander, is_epsilon
from derive.identify.match.match import Match, unmarked
from derive.identify.match.parameterisations import PARAMETERISATIONS
from derive.identify.match.shown import show
from derive.identify.match.views import View
from derive.identify.read.text import Framework, source
from derive.identify.read.tree import (
    SUM,
    Binary,
    Clamp,
    Condition,
    Marked,
    Named,
    Negate,
    Node,
    Number,
    Reduce,
    Symbol,
    axes_of,
    is_moved,
    symbols,
    walk,
)


def affine_effect(match: Match) -> tuple[list[str], str | None]:
    """What a factor and an offset do to value, gradient and optimum; and what to change where both are numbers."""
    factor, offset = unmarked(match.factor), match.offset
    notes, fixes = [], []
    numeric = set(factor) == {f.ONE}
    value = factor.get(f.ONE, Fraction(0))
    if numeric and value != 1:
        if value < 0:
            notes.append(
                "minus the divergence: minimising it drives the two apart; it belongs in an objective that is maximised"
            )
        if abs(value) != 1:
            notes.append(f"value and gradient are {abs(value)} times the divergence's, the optimum is the same")
        fixes.append(f"multiply by {1 / value}")
    elif not numeric:
        notes.append(f"value and gradient are weighted by {show(factor)}, the optimum is the same")
    if offset:
        shift = show(offset)
        shift += ", where entries is how many are summed" * any(f.SUMMED in dict(term) for term in offset)
        shift += ", and rows how many sums are added up" * any(f.ROWS in dict(term) for term in offset)
        if f.depends(offset):
            notes.append(f"added to the divergence is {shift}: another loss, unless that is a constant")
        else:
            notes.append(f"the value is shifted by {shift}; gradient and optimum are the divergence's")
        if set(offset) == {f.ONE}:
            amount = offset[f.ONE]
            fixes.append(f"{'subtract' if amount > 0 else 'add'} {abs(amount)}")
    return notes, " and ".join(reversed(fixes)) or None


def reductions(node: Node, names: Collection[str] = ()) -> tuple[str, ...]:
    """The sums and means around the formula, from the inside out; of those of another loss, without its ``names``, none
    is told.
    """
    masked: dict[Node, str] = {}
    divisors: set[Node] = set()
    for part in walk(node):
        if isinstance(part, Binary) and part.op == "/":
            counts = [n for n in walk(part.right) if isinstance(n, Reduce)]
            sums = [n for n in walk(part.left) if isinstance(n, Reduce) and n.kind == "sum"]
            names = [name for n in counts for name in symbols(n)]
            if len(names) == 1 and sums and names[0] in symbols(sums[0]):
                masked[sums[0]] = names[0]
                divisors.update(counts)
    found = []
    for n in (n for n in _around(node, names) if n not in divisors):
        over, mask = n.over, masked.get(n)
        if mask is not None:
            whole = over == "all entries"
            over = f"the entries that {mask} keeps{'' if whole else f', over {over}'}, divided by the sum of {mask}"
        found.append(f"{n.kind} over {over}")
    return tuple(dict.fromkeys(reversed(found)))


def _around(node: Node, names: Collection[str]) -> list[Reduce]:
    """The reductions of a formula that run over quantities of these names; all, where none does."""
    every = [n for n in walk(node) if isinstance(n, Reduce)]
    return [n for n in every if not {*symbols(n)}.isdisjoint(names)] or every


def reduction_notes(node: Node, names: Collection[str]) -> list[str]:
    """What is wrong with the reductions around a divergence of these names: its latent dimensions are averaged."""
    found = _around(node, names)
    if "mean" in {n.kind for n in found} and "sum" not in {n.kind for n in found}:
        return [
            "averaged, not summed: where the mean also runs over the latent dimensions, the KL term weighs"
            " 1/dimensions of the usual"
        ]
    wrong = _by_shape(node) if any(isinstance(n, Symbol) and n.shape for n in walk(node)) else _wrong_axes(found)
    return [wrong] if wrong else []


def _wrong_axes(reduced: Sequence[Reduce]) -> str:
    """Whether the entries of a batch are summed and the latent dimensions averaged: ``.sum(0).mean()``,
    ``.mean(1).sum()``. "" where an axis other than the first is summed, or nothing says which is which.
    """
    chain = [(n.kind, axes_of(n.over)) for n in reduced]
    own = {axis for kind, axes in chain for axis in axes if kind == "sum"}
    averaged = {axis for kind, axes in chain for axis in axes if kind == "mean"}
    sums = [over for kind, over in chain if kind == "sum"]
    means = [over for kind, over in chain if kind == "mean"]
    rest_averaged = own == {0} and all(sums) and means == [()]
    rest_summed = sums in ([()], [(0,)]) and bool(averaged) and 0 not in averaged and all(means)
    if not (rest_averaged or rest_summed) or (rest_averaged and chain[0][0] != "mean"):
        return ""
    return "summed over the batch and averaged over the latent dimensions: sum over the latter, average over the batch"


def sums_apart(node: Node, names: Collection[str]) -> tuple[str, bool]:
    """Whether a term is summed along an axis and another one, with all its quantities, over other entries: a forgotten
    axis. It is sure of an axis that a single example does not have. "" where there are none.
    """
    terms = [(set(symbols(part)).intersection(names), over) for part, over in _summed(node, "") if over]
    found = [(a, b) for one, a in terms for other, b in terms if one and one <= other and a != b and axes_of(a)]
    sure = [pair for pair in found if any(axis > 0 for axis in axes_of(pair[0]))]
    if not found:
        return "", False
    one, other = (sure or found)[0]
    return f"a sum over {one} beside a sum over {other} of the same quantities", bool(sure)


def sums_of_others(node: Node, names: Collection[str]) -> str:
    """Whether quantities are summed along one axis and others along another, as ``mu`` over the batch and ``logvar``
    over the latent dimensions. "" where they are not, and where a further sum or another shape makes that one.
    """
    inner = [n for n in walk(node) if isinstance(n, Reduce) and n.kind == "sum"]
    if any(is_moved(n) for n in walk(node)) or any(n in inner for m in inner for n in walk(m) if n is not m):
        return ""
    overs = dict.fromkeys(over for part, over in _summed(node, "") if over and {*symbols(part)}.intersection(names))
    for one, other in combinations(overs, 2):
        (a, *_), (b, *_) = axes_of(one) or (None,), axes_of(other) or (None,)
        whole = "all entries" in (one, other) and (a is None) != (b is None)
        if whole or (a is not None and b is not None and (a < 0) == (b < 0) and a != b):
            return f"a sum over {one} beside a sum over {other}: right only where the arrays differ in shape"
    return ""


def _summed(node: Node, over: str) -> Iterator[tuple[Node, str]]:
    """The terms of a formula, each with what the sum next to it runs over."""
    rest = [part for part in node.parts if not isinstance(part, Number)]
    if isinstance(node, Named):
        yield from _summed(node.value, over)
    elif isinstance(node, Reduce):
        yield from _summed(node.arg, node.over if node.kind == "sum" else over)
    elif (isinstance(node, Binary) and (node.op in "+-" or len(rest) == 1)) or isinstance(node, Negate):
        for part in rest:
            yield from _summed(part, over)
    else:
        yield node, over


#: What the axis of a batch, of time or of samples is called, and that of the latent dimensions.
_EXAMPLES = re.compile(r"(b|bs|bsz|n|m|t|s|l|batch\w*|\w*_batch|(n|num)?_?samples|seq\w*|time\w*|\w*steps?)$", re.I)
_LATENT = re.compile(r"(d|z|k|c|h|nz|\w*dims?|\w*latents?|latent\w*|z_?\w*|hidden\w*|feat\w*|units|channels)$", re.I)


def _by_shape(node: Node) -> str:
    """The same, where the text names the axes: another axis is summed, and a latent one is not."""
    left, summed = _left(node)
    examples = [axis for axis in summed if _EXAMPLES.match(axis)]
    latent = [axis for axis in left if _LATENT.match(axis) and not _EXAMPLES.match(axis)]
    if not examples or not latent or any(_LATENT.match(axis) and axis not in examples for axis in summed):
        return ""
    return (
        f"summed over the batch ({', '.join(examples)}), not over the latent dimensions ({', '.join(latent)}): "
        "sum over the latter, average over the batch"
    )


def _left(node: Node) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The axes that no sum has taken away, and those that one has; averaged ones are marked in their place."""
    if isinstance(node, Symbol):
        return node.shape, ()
    inner = [_left(part) for part in node.parts]
    left, summed = max(inner, key=lambda pair: len(pair[0]) + len(pair[1]), default=((), ()))
    if not isinstance(node, Reduce) or not left:
        return left, summed
    axes = axes_of(node.over) or tuple(range(len(left)))
    if any(not -len(left) <= axis < len(left) for axis in axes):
        return (), ()
    gone = [left[axis] for axis in axes]
    if node.kind == "sum":
        return tuple(axis for axis in left if axis not in gone), (*summed, *gone)
    return left if len(gone) == len(left) else tuple(a for a in left if a not in gone or _LATENT.match(a)), summed


def marks(node: Node) -> list[str]:
    """What is said of parts of a formula that change no value of it, and the conditions under which it holds."""
    held = dict.fromkeys(n.name for n in walk(node) if isinstance(n, Condition))
    return [
        *(f"the formula holds where {name.removeprefix('(').removesuffix(')')}, elsewhere it is 0" for name in held),
        *dict.fromkeys(n.said for n in walk(node) if isinstance(n, Marked) and n.said),
        *_stopped(node),
    ]


def _stopped(node: Node) -> Iterator[str]:
    """The parts without gradients whose quantities have one elsewhere in the formula."""
    parts = [n for n in walk(node) if isinstance(n, Marked) and n.kind == "stopped"]
    flowing = _names(node, without=lambda n: n in parts)
    held = {n.name: both for n in parts if (both := _names(n.value) & flowing)}
    if held:
        both = frozenset[str]().union(*held.values())
        yield (
            f"no gradient flows through {', '.join(held)}, while {', '.join(sorted(both))} "
            f"{'has' if len(both) == 1 else 'have'} one elsewhere: the gradient is not that of the value"
        )


def guard_notes(view: View, fw: Framework, parameters: Collection[str], means: Collection[str] = ()) -> list[str]:
    """Epsilons and clamps by name, with their effect on a formula with these parameters, of which some are means."""
    found, node, own = [], view.node, set(walk(view.node))
    for modifier in view.expander.modifiers.values():
        part = modifier.node
        if part not in own:
            continue  # of a repair that was tried
        if isinstance(part, Clamp):
            low, high = (b or "" if isinstance(b, str | None) else f"{float(b):g}" for b in (part.low, part.high))
            limits = f"[{low}, {high}]" if low and high else f"at least {low}" if low else f"at most {high}"
            beyond = "outside" if low and high else "below" if low else "above"
            plain = f"the gradient is zero {beyond}"
            whole = bool(part.traits & SUM) and set(parameters) <= _names(part.arg)
            what = f"{'the formula' if whole else source(part.arg, fw)} is limited to {limits}"
            what += " (free bits)" if whole and low and not high and not low.startswith("-") else ""
            why = "" if whole else _no_divergence_beyond(part, node, parameters, means)
            found.append(f"clamp: {what}; {f'{beyond}, the value is not the divergence: {why}' if why else plain}")
        else:
            where = "in the assigned value" if modifier.inside == "=" else f"inside {modifier.inside}"
            found.append(f"epsilon {modifier.amount} {where}: a guard against zero")
    return list(dict.fromkeys(found))


def bias_note(view: View, match: Match) -> list[str]:
    """What epsilons make of the value at the optimum, which is 0 without them."""
    if match.offset or all(m.kind != "epsilon" for m in view.expander.modifiers.values()):
        return []
    bias = _value_at_optimum(view.node, match)
    told = bias is not None and abs(bias) > 1e-15
    return [f"bias at the optimum: the value there is {bias:.2g}, not 0"] if told else []


def _names(*nodes: Node, without: Callable[[Node], bool] = lambda _: False) -> frozenset[str]:
    """The quantities in trees, but for those of parts that are left out."""
    pending, seen = list(nodes), set[Node]()
    while pending:
        part = pending.pop()
        if part not in seen and not without(part):
            seen.add(part)
            pending += part.parts
    return frozenset(n.name for n in seen if isinstance(n, Symbol))


def _no_divergence_beyond(part: Clamp, node: Node, parameters: Collection[str], means: Collection[str]) -> str:
    """Why a formula is no divergence beyond a limit in it: what is limited also stands without the limit, or is a mean
    that no name holds. "" of guards against zero, and where the limited value is meant everywhere.
    """
    low, own = part.low, f.key(Expander().form(part.arg))
    small = is_epsilon(low) if isinstance(low, str) else low is not None and 0 < low <= LARGEST_EPSILON

    def alike(other: Node) -> bool:
        limits = isinstance(other, Clamp) and (other.low, other.high) == (low, part.high)
        return limits and isinstance(other, Clamp) and f.key(Expander().form(other.arg)) == own

    limited = _names(part.arg).intersection(parameters)
    of_a_mean = not limited.isdisjoint(means)
    if small and part.high is None and not of_a_mean:
        return ""
    free = sorted(limited & _names(node, without=alike))
    if free:
        return f"{', '.join(free)} stands there without the limit, too"
    held = any(isinstance(n, Named) and n.value is part for n in walk(node))
    return "a mean is limited" if of_a_mean and not held else ""


def _value_at_optimum(node: Node, match: Match) -> float | None:
    values = optimum(match.reading)
    try:
        with np.errstate(all="ignore"):
            value = float(rounded(node, {k: np.float64(v) for k, v in values.items()}, np.float64))
    except KeyError:
        return None
    return value if math.isfinite(value) else None


def loss_line(lost: Sequence[Loss], match: Match) -> str:
    """One line on the digits lost as written, where most people compute and models are trained to be."""
    worst = next(x for x in lost if x.precision == "binary32" and x.distance == max(y.distance for y in lost))
    gone = "all" if worst.digits > worst.available - 0.5 else f"{worst.digits:.0f}"
    reading = match.reading
    if reading.first.spread is not None and reading.second.spread is not None:
        where = "the two Gaussians within {:.1%} of each other"
    else:
        where = PARAMETERISATIONS[reading.first.scale or reading.second.scale or "softplus"].spelled.near
    near = where.format(worst.distance)
    return f"near KL = 0 this form loses {gone} of {worst.available:.0f} digits in float32 ({near})"
