"""What is reported of an identified formula: of itself, of its names, and of the samplers of its module."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from derive.audit.assignments import Places, at_assignment
from derive.audit.candidates import Candidate, Drawn, Scope, samplers
from derive.audit.reading import identified, text_of
from derive.audit.whole import Whole
from derive.identify.answer.record import Fix, Identification, SamplerFinding
from derive.identify.answer.sampler import found_scale
from derive.identify.match import form as f
from derive.identify.match.roles import WORDS
from derive.identify.read.text import Framework
from derive.identify.read.tree import Named, Node, Symbol, walk
from derive.proofs.scales import SCALES

#: The most that a change may cost for an audit to call a formula wrong: one factor, sign, power or operation.
_CERTAIN = 1.25
#: Scales for which derive emits a divergence without cancellation.
_EMITTED = frozenset(scale.name for scale in SCALES)
#: What can be meant, a weight of a term's own: never repaired.
_MEANT = "DK001"
_KINDS = {"factor": "DK002", "power": "DK003", "sign": "DK004", "operation": "DK005"}


@dataclass(frozen=True)
class Report:
    """A code, what is said, the formulas beside the divergence that it is about, and what makes it right, where one way
    is sure.
    """

    code: str
    message: str
    beside: tuple[Candidate, ...] = ()
    repair: Places = ()


def reports(
    answer: Identification, candidate: Candidate, scope: Scope, everything: list[Scope], fw: Framework, module: Whole
) -> Iterator[Report]:
    """What is reported of a formula in its scope, among all scopes of its module."""
    text = text_of(candidate, scope, module.source)

    def right(node: Node) -> bool:
        found = identified(node, fw, text, candidate.inside)
        return found.verdict in ("kl", "affine_kl") and found.name_agrees is True and not partly(found)

    wrong = answer.verdict == "not_kl" and bool(answer.fixes)
    if wrong or (answer.verdict in ("kl", "affine_kl") and answer.name_notes and not partly(answer)):
        mended = at_assignment(candidate.tree, fw, text, right, sure=wrong)
        if mended is not None:
            answer = replace(answer, fixes=(mended,), name_agrees=wrong)
    yield from _of_the_formula(answer)
    if answer.verdict in ("kl", "affine_kl"):
        yield from _of_the_sampler(answer, candidate, scope, everything, fw, module)


def _of_the_formula(answer: Identification) -> Iterator[Report]:
    if answer.verdict == "not_kl":
        if answer.fixes:
            fix = answer.fixes[0]
            code = _KINDS.get(fix.kind, _MEANT) if fix.cost <= _CERTAIN else _MEANT
            if code == _MEANT and answer.name_agrees is None:
                return  # a formula in x and y that is far from a divergence is about something else
            said = f"{answer.headline}: {fix.edit}; write: {fix.changed}"
            yield Report(code, said, (), fix.places if answer.name_agrees and code != _MEANT else ())
        return
    if answer.verdict == "estimator" and answer.name_agrees is False:
        yield Report("DK014", f"{answer.headline}: {answer.fix}")
    if answer.verdict == "estimator" and answer.cancels:
        yield Report("DK030", "exp(x) - 1 - x loses its digits near x = 0; expm1mx(x) of derive keeps them")
    if answer.verdict not in ("kl", "affine_kl"):
        return
    if answer.cancels and answer.pair is not None and answer.scale in _EMITTED:
        name = f"kl_{answer.pair}_{answer.scale}"
        yield Report("DK030", f"near its minimum this form loses its digits; {name} of derive keeps them")
    for note in answer.name_notes:
        mended = f"; write: {answer.fixes[0].changed}" if answer.fixes else ""
        yield Report("DK010", note + mended, (), answer.fixes[0].places if answer.fixes else ())
    for doubt in answer.doubts:
        yield Report("DK013", doubt)
    if _shifted(answer):
        yield Report("DK020", f"shifted by the constant {answer.offset}")
    if _scaled(answer):
        yield Report("DK021", f"{answer.factor} times the KL divergence")
    if "epsilon" in answer.modifiers:
        yield Report("DK022", next(n for n in answer.notes if n.startswith("epsilon")))
    if "clamp" in answer.modifiers:
        yield Report("DK023", next(n for n in answer.notes if n.startswith("clamp")))
    if answer.reductions and not any(r.startswith("sum") for r in answer.reductions):
        yield Report("DK024", "averaged, not summed, over the latent dimensions")
    wrong = next((note for note in answer.notes if note.startswith("summed over the batch")), None)
    if wrong:
        yield Report("DK025", wrong)


_NUMBER = re.compile(r"-?\d+(/\d+)?")


def _shifted(answer: Identification) -> bool:
    """Whether a constant is added, by itself or for each of the n entries that are summed."""
    parts = re.split(r" [+-] ", answer.offset or "0")
    return any(part != "0" and re.fullmatch(r"-?(\d+\*)?(\d+|entries)(/\d+)?", part) for part in parts)


def partly(answer: Identification) -> bool:
    """Whether a factor or a constant may be completed further on."""
    return _shifted(answer) or _scaled(answer)


def _scaled(answer: Identification) -> bool:
    return answer.factor not in ("1", "-1", None) and bool(_NUMBER.fullmatch(answer.factor or ""))


def _of_the_sampler(
    answer: Identification, candidate: Candidate, scope: Scope, everything: list[Scope], fw: Framework, module: Whole
) -> Iterator[Report]:
    """What the samplers nearest to a divergence say against it: nothing where one agrees, or none uses its variable. In
    another function than that of the divergence and its class, a sample is of its Gaussian where it has its mean, too;
    ``self.mu`` of two classes is the mean of two.
    """
    means = [name for role, name in answer.roles.items() if role.startswith("mu")]
    drawn = [(one, other) for other in everything for one in other.samplers]
    for near in (
        [one for one in drawn if one[1] is scope],
        [one for one in drawn if scope.within and one[1].within == scope.within],
        [one for one in drawn if any(_same(*pair) for pair in product(means, one[0].means))],
    ):
        held = [(_compared(one, answer, candidate, place is scope), one.candidate, place) for one, place in near]
        told = [(finding, other, place) for finding, other, place in held if finding is not None]
        if told:
            finding, other, place = told[0]
            function = ".".join(filter(None, (place.owner, place.name)))
            (own, _), (cell, number) = map(module.at, (candidate.source.lineno, other.source.lineno))
            line = f"the sampler at {f'{cell}, ' if cell != own else ''}line {number}"
            line += f" ({function})" if function else ""
            if not any(finding.consistent for finding, _, _ in told):
                variable = answer.roles.get("scale") or answer.roles.get("scale1")
                scale = WORDS[finding.scale] if finding.scale else "another scale"
                taken = f"the divergence takes {variable} for {WORDS[str(answer.scale)]}, {line} for {scale}"
                mended = _of_its_scale(other, place, answer, fw, module.source) if len(told) == 1 else None
                said = f"{taken}; write: {mended.changed}" if mended else taken
                yield Report("DK011", said, (other,), mended.places if mended else ())
            elif all(_NUMBER.fullmatch(finding.noise) and finding.noise != "1" for finding, _, _ in told):
                said = f"{line} draws {finding.noise} times the noise of the Gaussian whose divergence is taken"
                yield Report("DK012", said, (other,))
            return


def _of_its_scale(drawn: Candidate, scope: Scope, answer: Identification, fw: Framework, source: str) -> Fix | None:
    """The change of an assignment after which a sampler draws with the deviation of a divergence whose names agree."""

    def right(node: Node) -> bool:
        found = (found_scale(sampler, answer) for sampler, _ in samplers(node))
        return any(one is not None and one.consistent and one.noise == "1" for one in found)

    return (
        at_assignment(drawn.tree, fw, text_of(drawn, scope, source), right, sure=True) if answer.name_agrees else None
    )


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
