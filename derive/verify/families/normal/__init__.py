"""Gaussians: KL(N(mu, s) ‖ N(0, 1)) and KL(N(mu1, s1) ‖ N(mu2, s2)) in four scales."""

from __future__ import annotations

from functools import partial

from derive.verify.families.normal import closed_form, sampler
from derive.verify.families.normal.definition import normal_definition, unit_definition
from derive.verify.families.normal.scales import SCALES, Scale
from derive.verify.families.normal.special_values import normal_special, unit_special
from derive.verify.families.record import Family, Kind, Parameter, Subject


def _parameters(scale: Scale, *indices: str) -> tuple[Parameter, ...]:
    pairs = [(Parameter(f"mu{i}", Kind.REAL), Parameter(f"{scale.name}{i}", scale.kind)) for i in indices]
    return tuple(parameter for pair in pairs for parameter in pair)


def _unit(scale: Scale) -> Subject:
    return Subject(
        name=f"kl_unit_{scale.name}",
        parameters=_parameters(scale, ""),
        balls=partial(closed_form.unit, scale),
        special=partial(unit_special, scale),
        sample=partial(sampler.unit, scale),
        neutral=(0.0, scale.one),
        beside=(0.75, scale.one),
        definition=unit_definition(scale),
    )


def _normal(scale: Scale) -> Subject:
    return Subject(
        name=f"kl_normal_{scale.name}",
        parameters=_parameters(scale, "1", "2"),
        balls=partial(closed_form.normal, scale),
        special=partial(normal_special, scale),
        sample=partial(sampler.normal, scale),
        neutral=(0.0, scale.one, 0.0, scale.one),
        beside=(0.75, scale.one, 0.0, scale.one),
        definition=normal_definition(scale),
    )


FAMILY = Family(
    "normal",
    "Kullback and Leibler, On Information and Sufficiency, 1951",
    (*map(_unit, SCALES), *map(_normal, SCALES)),
)
