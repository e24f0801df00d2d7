"""What is said of other divergences than one of diagonal Gaussians: covariances, other families, a library's, sums."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from derive.identify.answer.record import Identification
from derive.identify.answer.spelling import unicode_divergence
from derive.identify.match import form as f
from derive.identify.match.covariance import Found
from derive.identify.match.families import of_another_family as another
from derive.identify.match.match import Match, unmarked
from derive.identify.match.names import promise
from derive.identify.match.readings import Reading
from derive.identify.match.roles import assign
from derive.identify.match.shown import show
from derive.identify.match.views import View
from derive.identify.read.source import strength
from derive.identify.read.tree import Divergence, walk


def headline(parts: Sequence[tuple[str, str]], offset: str = "0") -> str:
    """``exactly KL + KL``, or ``factor · KL + (offset)``, of divergences with their factors before them."""
    written = " + ".join(what if factor == "1" else f"{bracketed(factor)} · {what}" for factor, what in parts)
    exactly = "exactly " if {factor for factor, _ in parts} == {"1"} and offset == "0" else ""
    return exactly + written + ("" if offset == "0" else f" + ({offset})")


def bracketed(factor: str) -> str:
    """A factor as one: a sum in brackets."""
    return f"({factor})" if re.search(r" [-+] ", factor) and not strength(factor) else factor


def full_covariance(found: Found | None) -> Identification:
    """A divergence of Gaussians with covariance matrices, by its building blocks; what is no block is not checked."""
    if found is None or not found.roles:
        note = (found and found.trouble) or "its trace, quadratic form, log-determinants and dimension were not found"
        return Identification("unrecognised", headline="full covariance: not checked", notes=(note,))
    if found.trouble:
        return Identification("unrecognised", headline=f"full covariance: {found.trouble}", notes=(found.wanted,))
    names = found.roles
    divergence = f"KL(N({names['mu1']}, {names['scale1']}) ‖ N({names['mu2']}, {names['scale2']}))"
    return Identification(
        "kl" if found.factor == 1 else "affine_kl",
        "normal",
        "forward",
        "var",
        str(found.factor),
        "0",
        names,
        headline=headline([(str(found.factor), divergence)]),
        notes=("covariance matrices: trace, quadratic form, log-determinants and dimension, with their factors",),
    )


def sum_of_divergences(view: View, parts: list[Match]) -> Identification:
    """Independent divergences that are added."""
    written = [(show(unmarked(m.factor)), unicode_divergence(m.reading)) for m in parts]
    factors = list(dict.fromkeys(factor for factor, _ in written))
    offset = show(parts[-1].offset)
    first = assign(parts[0].reading, view.among)
    scales = {assign(m.reading, view.among).scale for m in parts}
    exact = factors == ["1"] and offset == "0"
    return Identification(
        "kl" if exact else "affine_kl",
        parts[0].reading.pair,
        first.direction,
        first.scale if len(scales) == 1 else None,
        factors[0] if len(factors) == 1 else None,
        offset,
        first.names,
        headline=headline(written, offset),
        notes=(f"a sum of {len(parts)} divergences",),
        doubts=shared_scales([m.reading for m in parts], view.among),
    )


def shared_scales(readings: Sequence[Reading], among: Collection[str]) -> tuple[str, ...]:
    """A line for each scale that several Gaussians have, and by its mark one of them alone."""
    found = []
    for spread in dict.fromkeys(r.first.spread for r in readings):
        means = [r.first.mean for r in readings if r.first.spread == spread]
        own, *marks = (promise(str(g[1]), among).mark for g in (spread, *means) if g is not None)
        if own in marks and {*marks} != {own} and own:
            named = ", ".join(str(g[1]) for g in means if g is not None)
            found.append(f"{named} have the scale {spread and spread[1]}: right where it is that of each of them")
    return tuple(found)


def of_another_family(view: View) -> Identification | None:
    """A proved divergence of a family other than the Gaussian."""
    found = another(view)
    if found is None:
        return None
    return Identification(
        "kl" if found.factor == 1 else "affine_kl",
        scale=found.scale,
        factor=str(found.factor),
        offset="0",
        roles=found.roles,
        headline=headline([(str(found.factor), found.written)]),
        notes=(f"the divergence of one {found.family.title} from another, as proved here",),
    )


def of_a_library(view: View, misnamed_scales: tuple[str, ...] = ()) -> Identification | None:
    """A divergence that a library computes: of Gaussians, or of what nothing is proved about."""
    computed = [n for n in walk(view.node) if isinstance(n, Divergence)]
    if not computed:
        return None
    parts = {n.name: [t for t in view.form if f.variable(n.name) in dict(t)] for n in computed}
    offset = {t: v for t, v in view.form.items() if not any(t in own for own in parts.values())}
    if not all(n.known for n in computed) or any(len(own) != 1 for own in parts.values()):
        written = " + ".join(dict.fromkeys(n.name for n in computed))
        return Identification("unrecognised", headline=f"{written}: a library's divergence, not checked")
    weights = {
        name: show(unmarked({frozenset(p for p in t if p[0] != f.variable(name)): view.form[t]}))
        for name, (t,) in parts.items()
    }
    exact = set(weights.values()) == {"1"} and not offset
    return Identification(
        "kl" if exact else "affine_kl",
        "normal",
        "forward",
        factor=next(iter(weights.values())) if len(set(weights.values())) == 1 else None,
        offset=show(offset),
        name_agrees=False if misnamed_scales else None,
        fix="; ".join(misnamed_scales) or None,
        headline=headline([(weight, name) for name, weight in weights.items()], show(offset)),
        notes=("Gaussians whose divergence the library computes",),
        name_notes=misnamed_scales,
    )
