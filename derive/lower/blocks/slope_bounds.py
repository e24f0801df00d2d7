"""The proved error of the gradients in NumPy for binary64 arguments: each slope, in ulp, before its last rounding.

A slope is one product, quotient or function of NumPy, and its ulp is its own; or a sum of two parts, and its ulp is
that of the larger of them, which is in [1, 2) here. What is small beside the rest is analysed with powers of 2 set to
1, where a rounding is relative; the rest on boxes of numbers as they are.

The last rounding. Let |z| < 2^k, the end of its binade, and E ulp be the error before. Numbers below 2^k are rounded by
half an ulp. Above it, where the format has every other one of them, those up to 1 ulp away become 2^k, which is nearer
to z, and others are rounded by 1 ulp. Of a sum of two parts all that is twice as much beside its ulp, for 2^k may be
the end of the binade above: 1 ulp, and from E = 2 on more. Where the parts are what is added last, and 2^k is near,
both are multiples of the ulp: then 2 ulp above 2^k is a tie, which becomes 2^k, and it is more from E = 3 on.

Elements that a block does not hold for go through the tree that C has, whose FMA is emulated: its bound counts too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from itertools import product as pairs
from math import ceil

from flint import arb, ctx

from derive.errors import CheckFailed
from derive.lower.approximation.certify import box, subdivision
from derive.lower.approximation.polynomials import STEP_EXPONENTIAL, STEPS
from derive.lower.blocks.analysis import SUPPOSED, BlockAnalysis, FactorAnalysis, half_unit
from derive.lower.blocks.bounds import supposed_of_numpy
from derive.lower.blocks.slopes import SMALL, SMALL_SCALE, WEIGHT, WEIGHT_BITS, WEIGHT_ENTRY
from derive.lower.blocks.step_bounds import exponential_approximation, series_of, split
from derive.lower.blocks.steps import LARGEST_EXPONENT
from derive.lower.bounds.analyse import PRECISION, UNIT, Given, Rounded, error_of_sum, exactly, head_and_tail
from derive.lower.bounds.exponential import exp_negative, is_result_of
from derive.lower.bounds.proved import Proved, Worst, in_units, named
from derive.lower.plans import Twofold
from derive.vocabulary.kernel import Function, Node, operands

#: Boxes in a binade of each of two factors; in a doubling of a scale.
TWO, FEW = 16, 16

#: The smaller of two parts beside the larger, in boxes, and the larger in its binade.
SHARES, LARGER = 32, 8

#: What the leading 26 bits of a number leave away.
_CUT = arb("1.001") * arb(2) ** -25

#: By how much, relatively, a product of heads and tails may miss what it stands for in real arithmetic; that it misses
#: no more is seen on points.
_MISSED = UNIT * arb(2) ** -15

#: A head, a tail and another number, of 53 bits.
_HEAD, _TAIL, _OTHER = 1.3718281828459045, 0.7 * 2.0**-53, 0.8314159265358979


@dataclass(frozen=True)
class Slope:
    """An error in ulp, with the last rounding where it is said so, and on how many boxes it was found."""

    ulp: arb
    boxes: int

    def __or__(self, other: Slope) -> Slope:
        return Slope(arb(max(self.ulp.abs_upper(), other.ulp.abs_upper())), self.boxes + other.boxes)

    @property
    def rounded(self) -> Slope:
        """With the last rounding, of a slope by itself."""
        return Slope(self.ulp + (arb(0.5) if self.ulp <= 1 else arb(1)), self.boxes)

    def rounded_as_sum(self, below: int) -> Slope:
        """The same of a sum of two parts."""
        if not self.ulp < below:
            raise CheckFailed(f"rounding analysis: before its last rounding a sum of two parts is off by {below} ulp")
        return Slope(self.ulp + 1, self.boxes)


_NOTHING = Slope(arb(0), 0)


def _own(found: Rounded, least: arb, most: arb) -> Slope:
    """An error in ulp of what is between two sizes: of their binade, where both are in one."""
    if not (least > 0 and found.error().is_finite() and abs(found.exact).overlaps(box(least, most))):
        raise CheckFailed("rounding analysis: no finite relative error of a slope on a box; subdivide")
    wider = (most - least) * arb(2) ** -25  # the radius of a box has 30 bits
    half = half_unit(least + wider)
    one = half == half_unit(most - wider)
    return Slope(found.error() / half / 2 if one else found.error() / least / UNIT, 1)


def _seen(found: Rounded, exact: arb) -> None:
    """On a point."""
    if not abs(found.exact - exact) < _MISSED * abs(exact):
        raise CheckFailed("rounding analysis: in real arithmetic a slope is not what it is computed for")


def _of_parts(found: Rounded, exact: arb) -> Slope:
    """An error in ulp of the larger of two parts on a box, in [1, 2)."""
    if not found.exact.overlaps(exact):
        raise CheckFailed("rounding analysis: in real arithmetic a slope is not what it is computed for")
    return Slope(found.error() / UNIT / 2, 1)


def _ends(x: arb) -> tuple[arb, arb]:
    return arb(x.lower()), arb(x.upper())


def _bare(n: Node) -> Node:
    """A slope below its signs and exact factors."""
    while n.op in ("neg", "exact_mul"):
        n = n.args[0]
    return n


def _difference(nodes: dict[str, Node], name: str) -> Node:
    """Of two parameters, as head and tail."""
    return nodes[f"{name}_head"].args[0]


def _significands() -> Iterator[tuple[arb, ...]]:
    """Those of two factors."""
    yield from pairs(subdivision(1.0, 2.0, TWO), repeat=2)


def _parts() -> Iterator[tuple[arb, arb]]:
    """Two parts, the second not negative, the larger in [1, 2)."""
    for larger in subdivision(1.0, 2.0, LARGER):
        most = arb(larger.upper())
        for share in subdivision(-1.0, 1.0, SHARES):
            yield most * share, larger
        for share in subdivision(0.0, 1.0, SHARES // 2):
            yield larger, most * share
            yield -larger, most * share


def _apart(whole: Proved, exact: arb) -> tuple[Rounded, Rounded]:
    """A number of few bits, and all that is left of the whole, which has its error."""
    size = (abs(exact) * UNIT * arb(whole.tail)).abs_upper()
    off = (abs(exact) * UNIT * arb(whole.total)).abs_upper()
    return exactly(exact + arb(0, size)), exactly(arb(0, size)).disturbed(off)


def _head_alone(exact: arb) -> tuple[Rounded, Rounded]:
    """A difference with a significand in [1, 2), of which the tail is not used."""
    return exactly(exact).disturbed(UNIT), exactly(0)


# --- unit ----------------------------------------------------------------------------------------------------------


def _unit_power(order: int, function: Function) -> Slope:
    """A scale of 1 has no error; another is away from 1 by 2^-53 at least."""
    s, slope = function.parameters[1], function.results[1][1]

    def size(origin: arb, sign: int, step: arb) -> arb:
        x = origin + sign * step
        return abs(x - 1 / x) if order == 2 else abs(1 - 1 / x) / 2

    worst, point = _NOTHING, arb(_OTHER)
    _seen(BlockAnalysis({s: exactly(point)}).number(slope), -size(point, 0, point))
    with ctx.workprec(2 * PRECISION):  # a scale of 2^-180 beside 1 is seen
        for origin, sign, low, high in _scales():
            of = partial(size, origin, sign)
            for step in split(low, high, FEW, of):
                found = BlockAnalysis({s: exactly(origin + sign * step)}).before_rounding(slope)
                worst |= _own(found, *map(of, _ends(step)))
    return worst.rounded


def _scales() -> Iterator[tuple[arb, int, arb, arb]]:
    """From where and in which direction a step leads to a scale, ever further from 1, and the ends of the step."""
    one, low = arb(1), arb(2)
    for power in range(-53, -1):
        yield one, 1, arb(2) ** power, arb(2) ** (power + 1)
        yield one, -1, arb(2) ** power, arb(2) ** (power + 1)
    yield one, 1, arb(0.5), one
    while low * SMALL_SCALE < 1:
        yield arb(0), 1, low, 2 * low
        yield 1 / low, -1, arb(0), 0.5 / low
        low = 2 * low


def _unit(shape: Twofold, function: Function) -> Slope:
    slope = _bare(function.results[1][1])
    if not shape.logarithmic:
        return _unit_power(shape.order, function)
    if _bare(slope.args[0]).op != "arg":
        raise CheckFailed("rounding analysis: the slope of a logarithm is not one function of a parameter")
    return Slope(arb(SUPPOSED[slope.op]), 1)


# --- normal, in the variance ---------------------------------------------------------------------------------------


def _normal_power(function: Function) -> Slope:
    nodes, two = named(function), _NOTHING
    d_mu, d_s1, _, d_s2 = (_bare(n) for _, n in function.results[:-1])
    m, d, (_, s1, _, s2) = _difference(nodes, "m"), _difference(nodes, "d"), function.parameters
    for of_m, of_s2 in _significands():
        (low, high), (least, most) = _ends(of_m), _ends(of_s2)
        found = BlockAnalysis({m: _head_alone(of_m), s2: exactly(of_s2)}).before_rounding(d_mu)
        two |= _own(found, low / most, high / least)
    factors = FactorAnalysis({d: _head_alone(arb(1)), s1: exactly(1), s2: exactly(1)}).before_rounding(d_s1)
    three = Slope(factors.error() / factors.exact / UNIT, 1)

    leading = next(n for n in nodes["total_head"].args[0].args if n.op == "mul")
    (rest,) = (n for n in nodes["low"].args[0].args if n.op == "mul")
    square, worst = FactorAnalysis({m: head_and_tail(arb(1), arb(0))}), Worst()
    worst.add([square.number(leading), square.number(rest)], arb(1), _MISSED)
    other = _NOTHING
    # The second scale is 1, and the divisor -2 or a little more, so that the quotient is not above the slope, below 4.
    for first, second in _parts():
        given: dict[Node, Given] = {d: head_and_tail(2 * first, arb(0)), s2: exactly(1)}
        given |= zip((leading, rest), _apart(worst.proved(), 2 * second), strict=True)
        analysis = FactorAnalysis(given)
        whole = analysis.before_rounding(nodes["quotient"])
        analysis.known[nodes["quotient"]] = whole.disturbed(arb(min(half_unit(whole.size()), 2 * UNIT)))
        other |= _of_parts(analysis.before_rounding(d_s2), -first - second)

    point = BlockAnalysis(
        {
            m: (exactly(_HEAD), exactly(_TAIL)),
            d: (exactly(_OTHER), exactly(_TAIL)),
            s2: exactly(_HEAD),
            nodes["upper"].args[0]: exactly(_HEAD * (1 + 2.0**-24)),
        }
    )
    offset = arb(_HEAD) + _TAIL
    _seen(point.number(d_s2), -(arb(_OTHER) + _TAIL + offset * offset) / (2 * arb(_HEAD) ** 2))
    return two.rounded | three.rounded | other.rounded_as_sum(below=2)


# --- normal, in a logarithm ----------------------------------------------------------------------------------------


@cache
def weight() -> Proved:
    """Of exp(-y/256) as 17 bits and the rest, of an entry that is cut to 17 bits."""
    ctx.prec = PRECISION
    nodes, whole, worst = named(WEIGHT), exp_negative(), Worst()
    cut = arb(2) ** -16 / arb("0.7")  # of a head in [0.7, 2.9]; the rest is rounded
    entry = Proved(whole.rounding + in_units(2 * cut * UNIT), whole.approximation, in_units(2 * cut), whole.boxes)
    call = next(n.args[0] for n in operands(n for _, n in WEIGHT.results) if is_result_of(n, WEIGHT_ENTRY))
    ends = [STEP_EXPONENTIAL.target(arb(sign)) for sign in (-1, 1)]
    series_node, series = series_of(WEIGHT, nodes["r"], box(arb(-1), arb(1)), box(*ends))
    for r in subdivision(-1.0, 1.0, 64):
        near = series.disturbed(exponential_approximation().at(r, arb("1.01")))
        given: dict[Node, Given] = {nodes["r"]: exactly(r), series_node: near, call: _apart(entry, arb(1))}
        worst.add(FactorAnalysis(given).results(WEIGHT), (r / STEPS).exp(), _MISSED)
    r = arb(_OTHER)
    given = {nodes["r"]: exactly(r), series_node: exactly(STEP_EXPONENTIAL.target(r))}
    upper, low = BlockAnalysis({**given, call: (exactly(_HEAD), exactly(-(2.0**-17)))}).results(WEIGHT)
    _seen(exactly(upper.exact + low.exact), (arb(_HEAD) - arb(2) ** -17) * (r / STEPS).exp())
    return worst.proved(0.0, whole)


def _growth(nodes: dict[str, Node]) -> tuple[Slope, arb]:
    """exp(x) - 1 at the leading bits of x, and more; and how large that is beside it.

    They are nearer to 0 than x, so that an ulp there is not above that of the slope. To what is supposed of NumPy's
    function comes what is small beside it.
    """
    most, share, boxes = arb(0), arb(0), 0
    for x in _logarithms():
        value, rest = x.expm1(), box(arb(0), x * _CUT) if x > 0 else box(x * _CUT, arb(0))
        size, least = arb(value.abs_upper()), arb(value.abs_lower())
        off = 2 * UNIT * arb(SUPPOSED["expm1"]) * size  # of a significand of 1
        growth = exactly(value).disturbed(arb(off.abs_upper()))
        of_rest = exactly(rest).disturbed((abs(rest) * UNIT).abs_upper())
        more = BlockAnalysis({nodes["growth"]: growth, nodes["rest"]: of_rest}).number(nodes["more"])
        beyond = abs(rest) ** 3 * (x + rest).exp()  # of the series of exp(rest)
        added = (error_of_sum(growth, more) - off + beyond) / least / UNIT
        if not (least > 0 and added.is_finite()):
            raise CheckFailed("rounding analysis: no finite relative error on a box; subdivide")
        most = arb(max(most, added.abs_upper()))
        share, boxes = arb(max(share, (more.size() / least).abs_upper())), boxes + 1
    return Slope(arb(SUPPOSED["expm1"]) + most, boxes), share


def _logarithms() -> Iterator[arb]:
    """Differences of logarithms, of either sign."""
    low = arb(SMALL) / 2
    while low < 2 * LARGEST_EXPONENT:
        for x in subdivision(float(low), 2 * float(low), max(2, ceil(4 * float(low)))):
            yield from (x, -x)
        low = 2 * low


def _normal_log(shape: Twofold, function: Function) -> Slope:
    nodes, two = named(function), _NOTHING
    d_mu, d_s1, _, d_s2 = (_bare(n) for _, n in function.results[:-1])
    m, call = _difference(nodes, "m"), next(n.args[0] for n in operands([d_mu]) if is_result_of(n, WEIGHT))
    for of_m, w in _significands():
        (low, high), (least, most) = _ends(of_m), _ends(w)
        of_weight = exactly(w).disturbed(UNIT * (1 + w * arb(weight().total)))
        found = BlockAnalysis({m: _head_alone(of_m), nodes["weight"]: of_weight}).before_rounding(d_mu)
        two |= _own(found, low * least, high * most)

    (growth, share), (_, leading), (_, rest) = _growth(nodes), d_s2.args, nodes["small"].args
    square, worst = FactorAnalysis({m: head_and_tail(arb(1), arb(0)), call: _apart(weight(), arb(1))}), Worst()
    square.bits[next(n for n in operands([leading]) if is_result_of(n, WEIGHT))] = WEIGHT_BITS
    worst.add([square.number(leading), square.number(rest)], arb(1), _MISSED)
    other = _NOTHING
    for first, second in _parts():
        size = arb(first.abs_upper())
        off = (2 * arb(min(half_unit(size), UNIT)) * growth.ulp).abs_upper()
        more = arb(0, (size * share).abs_upper())
        given: dict[Node, Given] = {nodes["growth"]: exactly(first + more).disturbed(off), nodes["more"]: exactly(more)}
        given |= zip((leading, rest), _apart(worst.proved(), second), strict=True)
        other |= _of_parts(BlockAnalysis(given).before_rounding(d_s2), first + second)

    point = BlockAnalysis(
        {
            m: (exactly(_HEAD), exactly(_TAIL)),
            _difference(nodes, "d"): (exactly(_OTHER), exactly(-_TAIL / 4)),
            call: (exactly(0.75), exactly(_OTHER * 2.0**-10)),
        }
    )
    point.known[nodes["growth"]] = exactly(point.number(nodes["start"]).exact.expm1())
    offset, x = arb(_HEAD) + _TAIL, shape.order * (arb(_OTHER) - _TAIL / 4)
    _seen(point.number(d_s1), x.expm1())
    _seen(point.number(d_s2), x.expm1() + offset * offset * (arb(0.75) + _OTHER * 2.0**-10))
    return two.rounded | growth.rounded | other.rounded_as_sum(below=3)


# --- all -----------------------------------------------------------------------------------------------------------

#: By format, the error in ulp, and the figures of the proof.
Proofs = dict[str, tuple[float, dict[str, float]]]


def gradient(shape: Twofold, function: Function, careful: Proofs) -> Proofs:
    """Of a block function, and of the tree that serves the other elements.

    A result in binary32 is that of binary64 rounded once more, whose error counts 2^-29.
    """
    ctx.prec = PRECISION
    if shape.pair:
        found = _normal_log(shape, function) if shape.logarithmic else _normal_power(function)
    else:
        found = _unit(shape, function)
    own, last = float(found.ulp.abs_upper()) * (1 + 2.0**-50), 1.0 if shape.pair else 0.5
    errors = {"binary64": own, "binary32": last + own * 2.0**-29}
    supposed = {f"supposed_{what}_ulp": ulp for what, ulp in supposed_of_numpy(function).items()}
    return {
        precision: (max(errors[precision], of_careful), {"boxes": found.boxes + int(figures["boxes"]), **supposed})
        for precision, (of_careful, figures) in careful.items()
    }
