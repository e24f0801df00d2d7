"""All that is claimed about the two spellings, in the order in which it is proved."""

from derive.vocabulary.theorem import Registry

from . import (
    claims,
    cost,
    curvature,
    definitions,
    gradients,
    kl_normal,
    kl_unit,
    less_stringent,
    normal,
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

REGISTRY = Registry(
    theorems={theorem.id: theorem for subject in _SUBJECTS for theorem in subject.THEOREMS},
    claims=claims.CLAIMS,
    families=(normal.FAMILY,),
    definitions=(
        *definitions.DEFINITIONS,
        *kl_unit.DEFINITIONS,
        *same_function.DEFINITIONS,
        *range_reduction.DEFINITIONS,
    ),
)
