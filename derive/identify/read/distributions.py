"""Gaussians as objects: ``Normal(mu, std)``, their library divergence and their samples, spelled out as formulas.

``kl_divergence(Normal(mu, logvar.exp()), Normal(0, 1))`` is exact for what it is given; what a name promises and what
stands in its place is then checked as in any formula.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from derive.identify.read.limits import Position
from derive.identify.read.tree import Apply, Binary, Node, Noise, number

#: Constructors of a diagonal Gaussian from a mean and a standard deviation; wrappers around one.
CONSTRUCTORS = frozenset(["Normal", "MultivariateNormalDiag", "Gaussian"])
WRAPPERS = frozenset(["Independent"])
DIVERGENCES = frozenset(["kl_divergence", "kl"])
SAMPLES = frozenset(["rsample", "sample"])

Gaussian = tuple[Node, Node]


def called(node: ast.expr) -> str:
    """The last name of what a call calls."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def gaussian(node: ast.expr, known: dict[str, Gaussian], read: Callable[[ast.expr], Node]) -> Gaussian | None:
    """Mean and standard deviation of a Gaussian that is constructed here or was assigned to a name; else None."""
    if isinstance(node, ast.Name):
        return known.get(node.id)
    name = called(node)
    if not isinstance(node, ast.Call) or name not in CONSTRUCTORS | WRAPPERS or not (node.args or node.keywords):
        return None
    if name in WRAPPERS:
        return gaussian(node.args[0], known, read) if node.args else None
    given = {k.arg: k.value for k in node.keywords if k.arg}
    mean = node.args[0] if node.args else given.get("loc")
    std = node.args[1] if len(node.args) > 1 else given.get("scale") or given.get("scale_diag")
    return (read(mean), read(std)) if mean is not None and std is not None else None


def divergence(at: Position, q: Gaussian, p: Gaussian) -> Node:
    """log(s2/s1) + (s1^2 + (m1 - m2)^2)/(2 s2^2) - 1/2, as a tree."""
    (m1, s1), (m2, s2) = q, p
    two = number(2, at)
    square = Binary(at, "**", Binary(at, "-", m1, m2), two)
    top = Binary(at, "+", Binary(at, "**", s1, two), square)
    ratio = Binary(at, "/", top, Binary(at, "*", two, Binary(at, "**", s2, two)))
    logs = Apply(at, "log", Binary(at, "/", s2, s1))
    return Binary(at, "-", Binary(at, "+", logs, ratio), Binary(at, "/", number(1, at), two))


def sample(at: Position, q: Gaussian, text: str) -> Node:
    """mean + std * noise."""
    return Binary(at, "+", q[0], Binary(at, "*", q[1], Noise(at, text)))
