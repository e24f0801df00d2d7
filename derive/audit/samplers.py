"""What the samplers of a module say against a divergence: its variable is another scale there, or the noise has another
deviation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from derive.audit.candidates import Candidate, Drawn, Scope
from derive.identify.answer.record import Identification, SamplerFinding
from derive.identify.answer.sampler import found_scale
from derive.identify.match import form as f
from derive.identify.match.roles import WORDS
from derive.identify.read.tree import Named, Node, Symbol, walk

#: A code, what is said, and the formulas beside the divergence that it is about.
Report = tuple[str, str, tuple[Candidate, ...]]
_NUMBER = re.compile(r"-?\d+(/\d+)?")


def of_the_sampler(
    answer: Identification, candidate: Candidate, scope: Scope, everything: list[Scope]
) -> Iterator[Report]:
    """What the samplers nearest to a divergence say against it: nothing where one agrees, or none uses its variable. In
    another function than that of the divergence and its class, a sample is of its Gaussian where it has its mean, too;
    ``self.mu`` of two classes is the mean of two.
    """
    means = [name for role, name in answer.roles.items() if role.startswith("mu")]
    drawn = [(one, other) for other in everything for one in other.samplers]
    for near in (
        [one for one in drawn if one[1] is scope],
        [one for one in drawn if scope.owner and one[1].owner == scope.owner],
        [one for one in drawn if any(_same(*pair) for pair in product(means, one[0].means))],
    ):
        held = [(_compared(one, answer, candidate, place is scope), one.candidate, place) for one, place in near]
        told = [(finding, other, place) for finding, other, place in held if finding is not None]
        if told:
            finding, other, place = told[0]
            function = ".".join(filter(None, (place.owner, place.name)))
            line = f"the sampler at line {other.source.lineno}" + (f" ({function})" if function else "")
            if not any(finding.consistent for finding, _, _ in told):
                variable = answer.roles.get("scale") or answer.roles.get("scale1")
                scale = WORDS[finding.scale] if finding.scale else "another scale"
                taken = f"the divergence takes {variable} for {WORDS[str(answer.scale)]}, {line} for {scale}"
                yield "DK011", taken, (other,)
            elif all(_NUMBER.fullmatch(finding.noise) and finding.noise != "1" for finding, _, _ in told):
                said = f"{line} draws {finding.noise} times the noise of the Gaussian whose divergence is taken"
                yield "DK012", said, (other,)
            return


def _compared(one: Drawn, answer: Identification, candidate: Candidate, together: bool) -> SamplerFinding | None:
    """How a sampler stands to a divergence: as its names are filled in, else by a name that both use for one value."""
    for sampler, kept in one.views:
        roles = [name for role, name in answer.roles.items() if role.startswith("scale")]
        pairs = [(own, name) for own in f.depends(sampler.std) for name in roles if _last(own) == _last(name)]
        alike = (_one_value(one.candidate.tree, own, candidate.tree, name, together) for own, name in pairs)
        found = found_scale(sampler, answer) if not kept or all(alike) else None
        if found is not None:
            return found
    return None


def _one_value(tree: Node, own: str, other: Node, name: str, together: bool) -> bool:
    """Whether two formulas use a name for the same value: in one function for what it was assigned there, in two where
    the divergence has it from elsewhere, as an argument.
    """
    mine, theirs = _values(tree, own), _values(other, name)
    return len(mine) == 1 and (mine == theirs or (not together and theirs == {None}))


def _values(tree: Node, name: str) -> set[Node | None]:
    found = (n for n in walk(tree) if isinstance(n, Named | Symbol) and n.name == name)
    return {n.value if isinstance(n, Named) else None for n in found}


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _same(name: str, other: str) -> bool:
    """Whether names of two classes may be of one quantity."""
    owned = name.startswith("self.") and other.startswith("self.")
    return _last(name) == _last(other) and not owned
