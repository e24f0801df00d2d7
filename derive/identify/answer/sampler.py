"""The scale that a reparameterisation ``mean + std * noise`` implies."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from derive.identify.answer.record import Identification, SamplerFinding
from derive.identify.match import form as f
from derive.identify.match.estimators import is_noise
from derive.identify.match.expand import Expander
from derive.identify.match.names import promise
from derive.identify.match.parameterisations import ORDER, PARAMETERISATIONS, std_form
from derive.identify.match.readings import Gaussian, Reading
from derive.identify.match.roles import WORDS, held_scale
from derive.identify.match.shown import show
from derive.identify.read.tree import Node


@dataclass(frozen=True)
class Sampler:
    """``mean + std * noise``: the standard deviation as an expanded form, the quantity it is made of, its scale, and
    the quantities of the mean.
    """

    std: f.Form
    spread: f.Generator | None
    scale: str | None
    means: frozenset[str] = frozenset()
    given: bool = False  # by hand, for this divergence

    @property
    def misnamed(self) -> str:
        """A line where the name of its spread says that it is on another scale; "" where it does not."""
        if self.spread is None or self.scale is None:
            return ""
        claim = promise(str(self.spread[1]))
        if claim.quantity is None or claim.quantity not in PARAMETERISATIONS or claim.kept(self.scale):
            return ""
        return f"{self.spread[1]} is named as {WORDS[claim.quantity]}, the sample takes it for {WORDS[self.scale]}"


def read_sampler(node: Node, expander: Expander) -> Sampler | None:
    """The sampler that a formula is, or None: one standard normal draw, times a deviation, plus a mean without it."""
    form = expander.form(node, "=")
    noisy = {t: v for t, v in form.items() if any(is_noise(g) for g, _ in t)}
    if not noisy or len(noisy) > 2 or len(form) - len(noisy) > 3 or len(form) == len(noisy) == 2:
        return None
    std: dict[f.Term, Fraction] = {}
    for term, value in noisy.items():
        draws = [(g, e) for g, e in term if is_noise(g)]
        if len(draws) != 1 or draws[0][1] != 1:
            return None
        std[frozenset(p for p in term if not is_noise(p[0]))] = value
    means = frozenset(f.depends({t: v for t, v in form.items() if t not in noisy}))
    if f.depends(std) & means and len(std) > 1:
        return None
    if (
        all(g[0] == "var" and promise(str(g[1])).quantity is None and "std" not in str(g[1]) for t in std for g, _ in t)
        and len(form) == 1
    ):
        return None
    std = {t: abs(v) for t, v in std.items()}
    for spread, scale in product(map(f.variable, sorted(f.depends(std))), ORDER):
        if held_scale(f.key(std), spread, scale) == "std":
            return Sampler(std, spread, scale, means)
    return Sampler(std, None, None, means)


def compare(sampler: Sampler, reading: Reading) -> SamplerFinding | None:
    """Whether the sampler's deviation is that of a Gaussian of the divergence; None where it samples another
    quantity.
    """
    for spread, scale in reading.scales:
        std = std_form(scale, spread)
        # A temperature or the noise's own deviation scales the sample; it says nothing of what the variable holds.
        ratio = f.multiply(sampler.std, f.power(std, Fraction(-1)))
        own = f.variables(spread)
        if own <= f.depends(sampler.std) and not own & f.depends(ratio):
            return SamplerFinding(scale, True, show(ratio))
    meant = any(f.variables(spread) & f.depends(sampler.std) for spread, _ in reading.scales)
    names = [str(spread[1]) for spread, _ in reading.scales]
    return SamplerFinding(sampler.scale, False) if meant else _by_its_name(sampler, f.variables(reading.means), names)


def _by_its_name(sampler: Sampler, means: Collection[str], scales: Collection[str]) -> SamplerFinding | None:
    """What is said of a sample around the mean of a divergence whose noise is scaled by another quantity: ``self.var``,
    where the divergence has ``self.logvar``, is no deviation by its name. None where the names tell nothing.
    """
    if sampler.spread is None or sampler.scale is None or sampler.means.isdisjoint(means):
        return None
    name = str(sampler.spread[1])
    among = (name, *scales, *means)
    claim = promise(name, among)
    alike = any(promise(other, among).mark == claim.mark for other in scales)
    wrong = claim.quantity in PARAMETERISATIONS and not claim.kept(sampler.scale)
    return SamplerFinding(None, False) if alike and wrong else None


def found_scale(sampler: Sampler, answer: Identification) -> SamplerFinding | None:
    """How a sampler elsewhere in a module stands to an identified divergence; None where it uses none of its scales."""
    names = [answer.roles[role] for role in ("scale", "scale1", "scale2") if role in answer.roles]
    for name in names:
        for spread in sorted(f.depends(sampler.std)) if answer.scale else ():
            if spread.rpartition(".")[2] == name.rpartition(".")[2]:
                return compare(sampler, Reading(Gaussian(None, f.variable(spread), answer.scale), Gaussian()))
    means = [name for role, name in answer.roles.items() if role.startswith("mu")]
    return _by_its_name(sampler, means, names) if answer.scale else None
