"""All that is claimed, in the order in which it is proved: the two spellings, then a file for each further family."""

from derive.vocabulary.theorem import Registry

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

REGISTRY = Registry(
    theorems={theorem.id: theorem for part in (*_SUBJECTS, *_FAMILIES) for theorem in getattr(part, "THEOREMS", ())},
    claims=claims.CLAIMS,
    families=(normal.FAMILY,),
    definitions=tuple(formula for part in (*_SUBJECTS, *_FAMILIES) for formula in getattr(part, "DEFINITIONS", ())),
)
