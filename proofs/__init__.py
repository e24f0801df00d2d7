"""All that is claimed about the two spellings, in the order in which it is proved."""

from derive.theorem import Registry

from . import definitions, gradients, kl_normal, kl_unit, same_function, scales

_SUBJECTS = (kl_normal, kl_unit, same_function, gradients)

REGISTRY = Registry(
    theorems={theorem.id: theorem for subject in _SUBJECTS for theorem in subject.THEOREMS},
    claims=(),
    scales=scales.SCALES,
    definitions=(*definitions.DEFINITIONS, *kl_unit.DEFINITIONS, *same_function.DEFINITIONS),
)
