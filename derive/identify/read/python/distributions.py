"""Distributions as objects: ``Normal(mu, std)``, their library divergence and their samples, spelled out as formulas.

``kl_divergence(Normal(mu, logvar.exp()), Normal(0, 1))`` is exact for what it is given; what a name promises and what
stands in its place is then checked as in any formula. Classes, arguments and closed forms are those of the families in
`proofs/`. A divergence between other families is known as such, and is never a wrong Gaussian.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from derive.identify.read.closed_form import from_sympy
from derive.identify.read.limits import Position
from derive.identify.read.tree import Binary, Divergence, Library, Node, Noise, number, substitute
from derive.proofs import FAMILIES
from derive.proofs.kl_normal import kl_normal_std
from derive.vocabulary.family import OTHER_CLASSES as OTHER_CLASSES
from derive.vocabulary.family import Family, LibraryClass

GAUSSIAN = next(f for f in FAMILIES if any(d.value.name == kl_normal_std.name for d in f.divergences))
_CLASSES: dict[str, list[tuple[Family, LibraryClass]]] = {}
for _family in FAMILIES:
    for _class in _family.libraries:
        for _name in _class.names:
            _CLASSES.setdefault(_name, []).append((_family, _class))
#: Wrappers around one distribution.
WRAPPERS = frozenset("Independent ExpandedDistribution to_event expand mask".split())
DIVERGENCES = frozenset(["kl_divergence", "kl"])
SAMPLES = frozenset(["rsample", "sample"])
#: A diagonal matrix as a power of the standard deviations on it.
_OF_STD = {"covariance": 2, "precision matrix": -2, "cholesky": 1}


@dataclass(frozen=True)
class Distribution:
    """A distribution object: its family, and its parameters by their names in the family's record, location first;
    none where they cannot be told. ``said`` is how it is written.
    """

    name: str
    said: str
    family: Family | None = None
    parameters: Mapping[str, Node] = field(default_factory=dict)


def called(node: ast.expr) -> str:
    """The last name of what a call calls."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def is_constructor(node: ast.expr) -> bool:
    name = called(node)
    return name in _CLASSES or name in WRAPPERS or name in OTHER_CLASSES


def distribution(
    node: ast.expr, known: Mapping[str, Distribution], read: Callable[[ast.expr], Node]
) -> Distribution | None:
    """The distribution that is constructed here or was assigned to this name; else None."""
    if isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
        return known.get(" ".join(ast.unparse(node).split()))
    name = called(node)
    if not isinstance(node, ast.Call):
        return None
    if name in WRAPPERS:
        inner = node.args[0] if node.args else None
        own = node.func.value if isinstance(node.func, ast.Attribute) else None
        return (
            (own is not None and distribution(own, known, read))
            or (distribution(inner, known, read) if inner is not None else None)
            or None
        )
    if not (node.args or node.keywords) or not is_constructor(node):
        return None
    written = [ast.unparse(a) for a in (*node.args, *(k.value for k in node.keywords))]
    said = f"{name}({', '.join(written[:2])})"
    if name not in _CLASSES:
        return Distribution(name, said)
    given = {k.arg: k.value for k in node.keywords if k.arg}
    family, kind = max(_CLASSES[name], key=lambda c: (len(given.keys() & c[1].arguments), c[0] is GAUSSIAN))
    given = dict(zip(kind.arguments, node.args, strict=False)) | given
    return Distribution(name, said, family, _parameters(family, kind, given, read))


def _parameters(
    family: Family, kind: LibraryClass, given: Mapping[str, ast.expr], read: Callable[[ast.expr], Node]
) -> dict[str, Node]:
    """The parameters in the record's names: without a location it is 0, without a scale 1; {} where one is a matrix
    that is not diagonal.
    """
    found: dict[str, Node] = {}
    scales = {scale.name for scale in family.scales}
    for argument, parameter in kind.arguments.items():
        value = given.get(argument)
        if not parameter and value is not None:
            return {}
        if parameter in _OF_STD and value is not None:
            diagonal = _diagonal(value, read)
            if diagonal is None:
                return {}
            power = number(_OF_STD[parameter])
            found["std"] = Binary(None, "**", diagonal, Binary(None, "/", number(1), power))
        elif parameter and parameter not in _OF_STD:
            found[parameter] = read(value) if value is not None else number(1 if parameter in scales else 0)
    return found if found.keys() & scales else {}


def power_of_std(std: Node) -> int:
    """The power of a deviation that a distribution was given: 2 where its argument is a covariance."""
    made = isinstance(std, Binary) and std.at is None and std.op == "**" and isinstance(std.right, Binary)
    return int(std.right.right.value) if made else 1  # type: ignore[attr-defined]


def _diagonal(node: ast.expr, read: Callable[[ast.expr], Node]) -> Node | None:
    """The entries on the diagonal of ``diag(x)``, ``eye(n)`` and ``x * eye(n)``; None for other matrices."""
    if called(node) in ("eye", "identity"):
        return number(1)
    if isinstance(node, ast.Call) and called(node) in ("diag", "diag_embed", "diagflat", "matrix_diag"):
        own = node.func.value if isinstance(node.func, ast.Attribute) else None
        inner = node.args[0] if node.args else own
        return None if inner is None else read(inner)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        for matrix, factor in ((node.left, node.right), (node.right, node.left)):
            inner_matrix = _diagonal(matrix, read)
            if inner_matrix is not None:
                return Binary(None, "*", read(factor), inner_matrix)
    return None


def divergence(at: Position, q: Distribution, p: Distribution) -> Node:
    """The proved closed form with the parameters in it; for others, a quantity of that name."""
    if q.family is None or q.family is not p.family:
        return Divergence(at, f"KL({q.name} ‖ {p.name})", False)
    for closed in q.family.divergences:
        value, half = closed.value, len(closed.value.variables) // 2
        scale = next(s.name for s in q.family.scales if value.name.endswith(f"_{s.name}"))
        if scale in q.parameters and scale in p.parameters and len(q.parameters) == len(p.parameters) == half:
            places = [v.symbol.name for v in value.variables]
            given = [*q.parameters.values(), *p.parameters.values()]
            tree = substitute(from_sympy(value.expr), dict(zip(places, given, strict=True)))
            if q.family is not GAUSSIAN:
                return tree
            gaussians = tuple((g.parameters["mu"], g.parameters[scale]) for g in (q, p))
            return Library(at, f"KL({q.said} ‖ {p.said})", tree, gaussians)
    return Divergence(at, f"KL({q.said} ‖ {p.said})", q.family is GAUSSIAN)


def sample(at: Position, q: Distribution, text: str) -> Node | None:
    """mean + std * noise."""
    if q.family is not GAUSSIAN or "std" not in q.parameters:
        return None
    return Binary(at, "+", q.parameters["mu"], Binary(at, "*", q.parameters["std"], Noise(at, text)))
