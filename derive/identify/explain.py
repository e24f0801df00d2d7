"""The answer for people: a few lines of plain words and formulas."""

from __future__ import annotations

import re

from derive.identify.answer.record import Identification, SamplerFinding

#: What a verdict is marked with.
MARKS = {"kl": "✓", "affine_kl": "≈", "not_kl": "✗", "estimator": "~", "unrecognised": "?"}


def mathematical(text: str) -> str:
    """Source-like text with mathematical signs: ``x**2`` as x², ``*`` as ·."""
    text = text.replace("**2", "²").replace("**3", "³").replace("**", "^")
    return re.sub(r"(?<=[\w)])\*(?=[\w(])", "·", text)


def sign(answer: Identification) -> str:
    """The mark of a verdict; of one whose names or sampler say something else, ``!``."""
    doubtful = answer.verdict == "kl" and not answer.good
    misnamed = answer.verdict == "estimator" and answer.name_agrees is False
    return "!" if doubtful or misnamed else MARKS[answer.verdict]


def sampled(answer: Identification, drawn: SamplerFinding) -> str:
    """What is said of the sampler."""
    if drawn.consistent is None:
        return drawn.words
    return f"agrees with the divergence{drawn.words}" if drawn.consistent else f"DISAGREES: {answer.fix}"


def lines(answer: Identification, verbose: bool = False) -> list[str]:
    """The answer, most important first; ``verbose`` adds roles, other readings' changes, digits lost in detail, the
    stable spelling.
    """
    sure = f": {answer.fixes[0].edit}" if answer.fixes and answer.name_agrees else ""  # the names say which is meant
    out = [f"{sign(answer)} {mathematical(answer.headline + sure)}"]
    for note in answer.name_notes:
        out.append(f"  right formula, misleading name: {note}")
    out += [f"? {doubt}" for doubt in answer.doubts]
    if answer.sampler is not None:
        held = f" ({answer.sampler.scale})" if answer.sampler.scale else ""
        out.append(f"  sampler{held}: {sampled(answer, answer.sampler)}")
    out += [f"  {mathematical(note)}" for note in answer.notes]
    if answer.reductions:
        out.append(f"  reductions: {', then '.join(answer.reductions)}")
    shown = answer.fixes if verbose else answer.fixes[:2]
    if len(shown) > 1 and answer.name_agrees is None:
        out.append(f"  {'two' if len(shown) == 2 else 'three'} repairs are possible:")
    for index, fix in enumerate(shown):
        rename = "" if fix.agrees else " (rename it)"
        out.append(f"  {'or, ' if index else ''}if {fix.reading}{rename}: {mathematical(fix.edit)}")
        out.append(f"      {fix.changed}")
    if (
        answer.verdict == "affine_kl"
        and answer.fix
        and (answer.sampler is None or answer.sampler.consistent is not False)
        and not answer.name_notes
    ):
        out.append(f"  to make it exactly KL: {mathematical(answer.fix)}")
    if verbose:
        out += [f"  {role}: {name}" for role, name in answer.roles.items()]
        out += [f"  {detail}" for detail in answer.details]
    if answer.stable:
        if answer.function:
            out.append(f"  keeps its digits: {answer.function}" + ("" if verbose else "  (-v: without derive)"))
        if verbose:
            out += ["  stable:", *(f"      {line}" for line in answer.stable.splitlines())]
        elif not answer.function:
            out.append(f"  keeps its digits (-v shows expm1mx): {answer.stable.splitlines()[-1]}")
    return out
