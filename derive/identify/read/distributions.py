"""Distributions as objects: ``Normal(mu, std)``, their library divergence and their samples, spelled out as formulas.

``kl_divergence(Normal(mu, logvar.exp()), Normal(0, 1))`` is exact for what it is given; what a name promises and what
stands in its place is then checked as in any formula. A divergence between other families is known as such, and is
never a wrong Gaussian.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from derive.identify.read.limits import Position
from derive.identify.read.tree import Apply, Binary, Node, Noise, Number, Symbol, number

#: Constructors of a Gaussian with independent entries; of one with a covariance matrix; wrappers around one.
CONSTRUCTORS = frozenset("Normal MultivariateNormalDiag Gaussian normal LogNormal".split()) - {"LogNormal", "normal"}
FULL = frozenset(
    "MultivariateNormal MultivariateNormalTriL MultivariateNormalFullCovariance LowRankMultivariateNormal".split()
)
WRAPPERS = frozenset("Independent ExpandedDistribution to_event expand mask".split())
#: Families that libraries have beside the Gaussian.
OTHERS = frozenset(
    "Laplace Exponential Poisson Gamma Beta Dirichlet Bernoulli Categorical OneHotCategorical Uniform Cauchy Gumbel"
    " LogNormal StudentT HalfNormal HalfCauchy Geometric Binomial Multinomial NegativeBinomial VonMises Weibull Pareto"
    " Logistic InverseGamma Wishart TruncatedNormal RelaxedBernoulli RelaxedOneHotCategorical ContinuousBernoulli"
    " VonMisesFisher PowerSpherical MixtureSameFamily TransformedDistribution Chi2 Kumaraswamy".split()
)
DIVERGENCES = frozenset(["kl_divergence", "kl"])
SAMPLES = frozenset(["rsample", "sample"])


@dataclass(frozen=True)
class Distribution:
    """A distribution object: its family, and its mean and standard deviation where it is a Gaussian."""

    family: str
    mean: Node | None = None
    std: Node | None = None


def called(node: ast.expr) -> str:
    """The last name of what a call calls."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def is_constructor(node: ast.expr) -> bool:
    return called(node) in CONSTRUCTORS | FULL | WRAPPERS | OTHERS


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
    if not (node.args or node.keywords):
        return None
    given = {k.arg: k.value for k in node.keywords if k.arg}
    if name in OTHERS or name in FULL:
        return Distribution(name)
    if name not in CONSTRUCTORS:
        return None
    mean = node.args[0] if node.args else given.get("loc")
    std = node.args[1] if len(node.args) > 1 else given.get("scale", given.get("scale_diag"))
    if mean is None and std is None:
        return None
    return Distribution(
        "Normal", read(mean) if mean is not None else number(0), read(std) if std is not None else number(1)
    )


def divergence(at: Position, q: Distribution, p: Distribution) -> Node:
    """log(s2/s1) + (s1^2 + (m1 - m2)^2)/(2 s2^2) - 1/2, as a tree; for other families, a quantity of that name."""
    if q.mean is None or q.std is None or p.mean is None or p.std is None:
        return Symbol(at, f"KL({q.family} ‖ {p.family})")
    two = number(2, at)
    square = Binary(at, "**", _difference(at, q.mean, p.mean), two)
    top = Binary(at, "+", Binary(at, "**", q.std, two), square)
    ratio = Binary(at, "/", top, Binary(at, "*", two, Binary(at, "**", p.std, two)))
    logs = Apply(at, "log", Binary(at, "/", p.std, q.std))
    return Binary(at, "-", Binary(at, "+", logs, ratio), Binary(at, "/", number(1, at), two))


def _difference(at: Position, one: Node, two: Node) -> Node:
    return one if isinstance(two, Number) and two.value == 0 else Binary(at, "-", one, two)


def sample(at: Position, q: Distribution, text: str) -> Node | None:
    """mean + std * noise."""
    if q.mean is None or q.std is None:
        return None
    return Binary(at, "+", q.mean, Binary(at, "*", q.std, Noise(at, text)))
