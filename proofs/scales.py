"""The four scales in which programs hold the spread of a Gaussian. Confusing them is the bug."""

from sympy import Lambda, Symbol, exp, sqrt

from derive.vocabulary.theorem import Domain, Scale

_v = Symbol("s", positive=True)
_r = Symbol("s", real=True)

STD = Scale("std", r"\sigma", Domain.POSITIVE, "standard deviation", Lambda(_v, _v))
VAR = Scale("var", "v", Domain.POSITIVE, "variance", Lambda(_v, sqrt(_v)))
LOGSTD = Scale("logstd", r"\rho", Domain.REAL, "logarithm of the standard deviation", Lambda(_r, exp(_r)))
LOGVAR = Scale("logvar", r"\ell", Domain.REAL, "logarithm of the variance", Lambda(_r, exp(_r / 2)))

SCALES = (STD, VAR, LOGSTD, LOGVAR)
