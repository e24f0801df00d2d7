"""All that is claimed, in the order in which it is proved: the two spellings, then a file for each further family."""

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

REGISTRY = assemble((*_SUBJECTS, *_FAMILIES), claims.CLAIMS)
