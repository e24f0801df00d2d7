"""The Gaussian family: its scales, its divergences with the rules that evaluate them, and the two functions beside."""

from sympy import Integer, exp, log

from derive.vocabulary.family import Divergence, Elementary, Family, LibraryClass
from derive.vocabulary.theorem import Condition, Formula, expm1mx, log1pmx, written

from . import stable, stable_gradients
from .definitions import x
from .scales import SCALES
from .stable import X

with written():
    exponential = Formula("expm1mx", expm1mx(x), (X,), exp(x) - 1 - x)
    logarithm = Formula("log1pmx", log1pmx(x), (X,), log(1 + x) - x, where=(Condition(x, ">", Integer(-1)),))


def near_ties(*floats: str) -> tuple[float, ...]:
    """The floats whose results are nearest to ties, of those of different sizes."""
    return tuple(map(float.fromhex, floats))


def divergence(number: int) -> Divergence:
    """The closed form of that number among the rules, first those from the unit Gaussian."""
    value, _ = stable.RULES[number]
    _, gradient, _ = stable_gradients.RULES[number]
    names = [variable.name for variable in value.variables]
    first, second = ", ".join(names[:2]), ", ".join(names[2:])
    title = f"({first}) from {f'({second})' if second else 'N(0, 1)'}"
    return Divergence(value, stable.THEOREMS[number + 1], title, gradient, stable_gradients.THEOREMS[number])


FAMILY = Family(
    name="normal",
    title="Gaussian",
    plural="Gaussians",
    scales=SCALES,
    divergences=tuple(map(divergence, range(len(stable.RULES)))),
    libraries=(
        LibraryClass(("Normal", "Gaussian"), {"loc": "mu", "scale": "std"}),
        LibraryClass(("MultivariateNormalDiag",), {"loc": "mu", "scale_diag": "std"}),
        LibraryClass(
            ("MultivariateNormal",),
            {
                "loc": "mu",
                "covariance_matrix": "covariance",
                "precision_matrix": "precision matrix",
                "scale_tril": "cholesky",
            },
        ),
        LibraryClass(("MultivariateNormalTriL",), {"loc": "mu", "scale_tril": "cholesky"}),
        LibraryClass(("MultivariateNormalFullCovariance",), {"loc": "mu", "covariance_matrix": "covariance"}),
        LibraryClass(("LowRankMultivariateNormal",), {"loc": "mu", "cov_factor": "", "cov_diag": ""}),
    ),
    functions=(
        Elementary(
            exponential,
            stable.FUNCTIONS,
            ("stable-range-exp",),
            "every real x",
            ("expm1mx(-inf) = expm1mx(inf) = inf.",),
            (
                *(0.0, 1e-5, -1e-5, 0.375, -0.34375, 0.6875, 5.0, -5.0, 1e-30, -60.0),
                *near_ties("-0x1.12dd1ep-25", "0x1.4a9ff8p-2", "0x1.7aed24p-30", "-0x1.800006p-43"),
            ),
        ),
        Elementary(
            logarithm,
            stable.FUNCTIONS,
            ("stable-atanh", "stable-log-scale"),
            "x > -1",
            ("log1pmx(-1) = log1pmx(inf) = -inf; NaN below -1.",),
            (
                *(0.0, 1e-5, -1e-5, 0.40625, -0.28125, -0.75, 5.0, 1e10, 1e-30),
                *near_ties("0x1.f4f22p+25", "-0x1.7aed24p-31", "0x1.78120cp-17", "0x1.7ffffap-44"),
            ),
        ),
    ),
    pair="derive_kl",
)
