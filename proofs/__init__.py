"""All that is claimed, in the order in which it is proved: the two spellings, then a file for each further family."""

from dataclasses import replace

from derive.vocabulary.complete import assemble

from . import (
    claims,
    cost,
    curvature,
    definitions,
    exponential,
    gradients,
    kl_normal,
    kl_unit,
    laplace,
    less_stringent,
    normal,
    poisson,
    range_reduction,
    same_function,
    same_optimum,
    stability,
    stable,
    stable_gradients,
    steeper,
    wrong_scale,
)

_SUBJECTS = (
    definitions,
    kl_normal,
    kl_unit,
    same_function,
    gradients,
    same_optimum,
    curvature,
    steeper,
    less_stringent,
    cost,
    stability,
    wrong_scale,
    stable,
    stable_gradients,
    range_reduction,
)
#: A family each: its theorems, its definitions and its record.
_FAMILIES = (normal, exponential, poisson, laplace)
FAMILIES = tuple(subject.FAMILY for subject in _FAMILIES)

# Laplace's kernels are not emitted yet. The rule of its derivative in log b1 is a difference of two parts of size
# b1/b2: it has no digits where these are beyond every exponent, although the derivative is -1 there.
REGISTRY = replace(
    assemble((*_SUBJECTS, *_FAMILIES), claims.CLAIMS),
    families=tuple(family for family in FAMILIES if family is not laplace.FAMILY),
)
