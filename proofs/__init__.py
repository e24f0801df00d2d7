"""All that is claimed about the two spellings, in the order in which it is proved."""

from derive.theorem import Registry

from . import (
    cost,
    curvature,
    definitions,
    gradients,
    kl_normal,
    kl_unit,
    less_stringent,
    same_function,
    same_optimum,
    scales,
    stability,
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
)

REGISTRY = Registry(
    theorems={theorem.id: theorem for subject in _SUBJECTS for theorem in subject.THEOREMS},
    claims=(),
    scales=scales.SCALES,
    definitions=(*definitions.DEFINITIONS, *kl_unit.DEFINITIONS, *same_function.DEFINITIONS),
)
