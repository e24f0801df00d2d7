"""The answer: what a formula is, as a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from derive.identify.match.readings import Direction, Pair
from derive.identify.read.limits import Position

Verdict = Literal["kl", "affine_kl", "not_kl", "estimator", "unrecognised"]


@dataclass(frozen=True)
class SamplerFinding:
    """The scale that a reparameterisation ``mean + std * noise`` implies, and whether the divergence means the same;
    None where nothing says what its names are of the divergence.
    """

    scale: str | None
    consistent: bool | None
    noise: str = "1"  # the deviation of the noise, where the sampler's is that of the divergence times a number
    words: str = ""  # what it says rests on, or what is missing

    def as_json(self) -> dict[str, object]:
        return {"scale": self.scale, "consistent": self.consistent}


@dataclass(frozen=True)
class Fix:
    """The smallest change that makes a formula right under one reading."""

    reading: str  # "log_sigma is the logarithm of the standard deviation"
    edit: str  # "multiply the log term by 2"
    corrected: str  # the corrected formula
    kind: str  # "factor", "sign", "replace", "missing", "extra"
    cost: float
    agrees: bool = True  # with the names
    changed: str = ""  # the line that changes, where the corrected text has several
    places: tuple[tuple[Position, str], ...] = ()  # what is replaced in the text, where it is not written anew


@dataclass(frozen=True)
class Identification:
    """What a formula is. ``expr = factor * KL + offset`` where the verdict is "kl" or "affine_kl"; all strings are
    exact.
    """

    verdict: Verdict
    pair: Pair | None = None
    direction: Direction | None = None
    scale: str | None = None
    factor: str | None = None
    offset: str | None = None
    roles: Mapping[str, str] = field(default_factory=dict)
    name_agrees: bool | None = None
    sampler: SamplerFinding | None = None
    modifiers: tuple[str, ...] = ()
    reductions: tuple[str, ...] = ()
    minimum: Mapping[str, object] | None = None
    counterexample: Mapping[str, object] | None = None
    fix: str | None = None
    stable: str | None = None
    # What people are told beyond the fields of the JSON answer.
    headline: str = ""
    notes: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    fixes: tuple[Fix, ...] = ()
    function: str = ""  # the emitted function in its place, where the form is known to be stable
    cancels: bool = False  # loses its digits near its minimum
    name_notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()  # what names suggest and no formula can tell

    @property
    def good(self) -> bool:
        """Exactly KL, with names and sampler that say the same."""
        sampled = self.sampler is None or self.sampler.consistent is True
        return self.verdict == "kl" and self.name_agrees is not False and sampled

    def as_json(self) -> dict[str, object]:
        """The answer as plain data, with exactly the documented keys."""
        plain = {name: getattr(self, name) for name in _DOCUMENTED}
        return {
            name: value.as_json()
            if isinstance(value, SamplerFinding)
            else list(value)
            if isinstance(value, tuple)
            else dict(value)
            if isinstance(value, Mapping)
            else value
            for name, value in plain.items()
        }


_DOCUMENTED = (
    "verdict pair direction scale factor offset roles name_agrees sampler modifiers reductions minimum counterexample"
    " fix stable"
).split()
