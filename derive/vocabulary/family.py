"""Families of distributions: what is emitted of each. The one record that names its kernels, scales and files.

A proofs file ends with its record, for instance ::

    FAMILY = Family(
        name="rayleigh",
        title="Rayleigh distribution",
        plural="Rayleigh distributions",
        scales=(SIGMA,),
        divergences=(Divergence(kl_rayleigh_scale, rule, "(sigma1) from (sigma2)", gradient, gradient_rule), ...),
    )

and one line in proofs/__init__.py names it. Nothing else does: what is lowered, emitted, shown and identified iterates
over these records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from derive.vocabulary.formula import Formula, Scale
from derive.vocabulary.theorem import Theorem


@dataclass(frozen=True)
class Divergence:
    """A divergence in one parameterisation: the closed form, its gradient, and the rules by which both are evaluated.

    ``value.name`` is the permanent name of the kernel, ``value.variables`` its signature. A rule is a theorem with one
    formula per result, each a spelling of it without cancellation: the value a sum of products that are never
    negative, a derivative a difference of at most two such. The kernels are read off the rules, never off a name.
    """

    value: Formula
    rule: Theorem
    title: str  # "(mu, std) from N(0, 1)", after the family's title
    gradient: tuple[Formula, ...] = ()  # one for each variable
    gradient_rule: Theorem | None = None

    def __post_init__(self) -> None:
        name, count = self.value.name, len(self.value.variables)
        if len(self.rule.formulas) != 1:
            raise ValueError(f"{name}: the rule {self.rule.id} must hold one formula, the value without cancellation")
        if self.gradient and len(self.gradient) != count:
            raise ValueError(f"{name}: {len(self.gradient)} derivatives are given for {count} variables")
        if self.gradient and (self.gradient_rule is None or len(self.gradient_rule.formulas) != count):
            raise ValueError(f"{name}: its gradient needs a rule with one formula for each of {count} variables")


@dataclass(frozen=True)
class LibraryClass:
    """A class of distributions that libraries have: its names, and which of its arguments is which parameter.

    A parameter is the family's location, one of its scales, or a matrix (covariance, precision matrix, cholesky) that
    is read entry by entry where it is diagonal; "" is an argument that says nothing of the divergence.
    """

    names: tuple[str, ...]  # Normal, Gaussian
    arguments: Mapping[str, str]  # loc -> mu, scale -> std; in the order in which they are passed


#: Classes of libraries for families of which nothing is proved here. They are known so that none of their formulas
#: is taken for a wrong one of another family.
OTHER_CLASSES = frozenset(
    "Gamma Beta Dirichlet Bernoulli Categorical OneHotCategorical Uniform Cauchy Gumbel LogNormal StudentT HalfNormal"
    " HalfCauchy Geometric Binomial Multinomial NegativeBinomial VonMises Weibull Pareto Logistic InverseGamma Wishart"
    " TruncatedNormal RelaxedBernoulli RelaxedOneHotCategorical ContinuousBernoulli VonMisesFisher PowerSpherical"
    " MixtureSameFamily TransformedDistribution Chi2 Kumaraswamy".split()
)


@dataclass(frozen=True)
class Elementary:
    """A function of one number that is emitted beside a family's divergences, and the rules that evaluate it."""

    formula: Formula
    theorem: Theorem
    rules: tuple[str, ...]
    domain: str  # in words: "x > -1"
    special: tuple[str, ...]  # special arguments and their values, in words
    samples: tuple[float, ...]  # arguments for the table of test vectors


@dataclass(frozen=True, eq=False)
class Family:
    """A family of distributions with what is emitted of it."""

    name: str  # normal
    title: str  # of one of them, in a sentence: "Gaussian", "exponential distribution"
    plural: str  # "Gaussians", "exponential distributions"
    scales: tuple[Scale, ...]
    divergences: tuple[Divergence, ...]
    libraries: tuple[LibraryClass, ...] = ()
    functions: tuple[Elementary, ...] = ()
    module: str = ""  # of the NumPy file; kl_NAME unless it is told
    pair: str = ""  # of the C header and source; derive_kl_NAME unless it is told

    def __post_init__(self) -> None:
        object.__setattr__(self, "module", self.module or f"kl_{self.name}")
        object.__setattr__(self, "pair", self.pair or f"derive_kl_{self.name}")

    @property
    def of_scales(self) -> str:
        """The scales in words: "the scales std, var, logstd and logvar"."""
        *names, last = (scale.name for scale in self.scales)
        return f"the scales {', '.join(names)} and {last}" if names else f"the scale {last}"
