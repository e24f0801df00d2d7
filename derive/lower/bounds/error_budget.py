"""What each operation of a kernel contributes to its proved error, on the box where that is largest.

The analysis names every rounding. Here the names are given back to the statements of the function: the share of a
statement is the sum of what its roundings add to the error of head + tail, relative to the exact value. All shares,
with the products of errors and what the analysis itself leaves out, are the proved figure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flint import arb

from derive.lower.bounds.analyse import UNIT, Results, Rounded
from derive.lower.bounds.proved import Proved
from derive.vocabulary.kernel import Function, Node, operands


@dataclass(frozen=True)
class Line:
    """A statement, by the node that is its value, with its share in units of 2^-53 and the number of its roundings."""

    node: Node
    roundings: int
    share: float


@dataclass(frozen=True)
class Section:
    """A function: its statements, and what stands beside them.

    Attributes
    ----------
    lines : of every statement that rounds, in the order of the function.
    products : of errors with errors.
    left_out : what the analysis reads in a simpler way than it is, such as exp(c) as 1 + c.
    approximation : of the polynomial.
    total : the proved figure, which is the sum of all these.
    """

    function: Function
    lines: tuple[Line, ...]
    products: float
    left_out: float
    approximation: float
    total: float


def budget(proved: Proved) -> tuple[Section, ...]:
    """The functions that a proof went through, callees first; what was not analysed as a function is left out."""
    found: dict[Function, Section] = {}
    for part in _parts(proved):
        if part.at is not None and isinstance(part.at.results, Results):
            section = _section(part, part.at.results, part.at.least, part.at.method)
            found.setdefault(section.function, section)
    return tuple(found.values())


def _parts(proved: Proved) -> Iterator[Proved]:
    for part in proved.parts:
        yield from _parts(part)
    yield proved


def _section(proved: Proved, results: Results, least: arb, method: arb) -> Section:
    function, known = results.function, results.analysis.known
    nodes = operands([n for _, n in function.results], stop=known.keys() - _computed(results))
    noise: dict[int, arb] = {}
    for result in results:
        for symbol, coefficient in result.noise.items():
            noise[symbol] = noise.get(symbol, arb(0)) + coefficient
    statements = _statements(function)
    owners: dict[int, Node] = {}
    for n in nodes:
        for number in _numbers(known.get(n)):
            for symbol in number.noise:
                owners.setdefault(symbol, statements.get(n, n))

    def units(error: arb) -> float:
        return float((error.abs_upper() / least / UNIT).upper())

    shares: dict[Node, list[float]] = {}
    for symbol, coefficient in noise.items():
        shares.setdefault(owners[symbol], []).append(units(coefficient))
    order = {n: place for place, n in enumerate(nodes)}
    lines = tuple(Line(n, len(s), sum(s)) for n, s in sorted(shares.items(), key=lambda item: order[item[0]]))
    products = sum((result.extra for result in results), arb(0))
    return Section(function, lines, units(products), units(method), proved.approximation, proved.total)


def _computed(results: Results) -> set[Node]:
    """The nodes of which the analysis has computed the value from its operands."""
    return {n for n in results.analysis.known if all(a in results.analysis.known for a in n.args)}


def _numbers(value: Rounded | tuple[Rounded, ...] | None) -> tuple[Rounded, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _statements(function: Function) -> dict[Node, Node]:
    """Each node, and the node of the statement it is printed in: itself where it has a name or is used twice."""
    nodes = operands(n for _, n in function.results)
    users: dict[Node, list[Node]] = {}
    for n in nodes:
        for a in n.args:
            users.setdefault(a, []).append(n)
    found: dict[Node, Node] = {}
    for n in reversed(nodes):
        above = users.get(n, [])
        alone = len(above) == 1 and n not in function.names and not any(n is r for _, r in function.results)
        inside = (
            alone and above[0].op != "result" and n.op not in ("result", "call", "two_sum", "fast_two_sum", "two_prod")
        )
        found[n] = found[above[0]] if inside else n
    return found
