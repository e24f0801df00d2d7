"""What the command prints of theorems, claims, kernels and bounds, and what a page or a paper says of them all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from derive.errors import UsageError
from derive.pipeline import known, load
from derive.report import Progress, silent
from derive.stages.judging import judged

if TYPE_CHECKING:
    from derive.bench.accuracy import Errors
    from derive.document.contents import Contents
    from derive.pictures.style import Picture
    from derive.prove import CheckedTheorem
    from derive.vocabulary.theorem import Claim, Registry, Theorem


def show(
    name: str,
    form: Literal["text", "plain", "latex", "coq"] = "text",
    *,
    proofs: Path | None = None,
    width: int | None = None,
) -> str:
    """A theorem with its steps, or a claim with its evidence, for a terminal, for a screen reader, or for a paper.

    ``coq`` is what of a theorem is stated for Coq. ``width`` is that of the terminal, in letters.
    """
    from derive.views import theorems
    from derive.vocabulary.theorem import Claim

    registry = load(proofs)
    entry = _entry(name, registry)
    if form == "latex":
        return theorems.as_latex(entry)
    if form == "plain":
        return theorems.as_plain(entry, registry, judged(registry))
    if form == "coq":
        if isinstance(entry, Claim):
            raise UsageError(
                f"{name} is a claim; theorems are stated for Coq", f"`derive show {name}` names those it rests on"
            )
        return theorems.as_coq(entry, judged(registry))
    return theorems.as_text(entry, registry, judged(registry), width or theorems.WIDTH)


def told(checked: CheckedTheorem) -> str:
    """What was proved of a theorem, in formulas, and how each step was decided, for a terminal."""
    from derive.views import theorems

    return theorems.as_proved(checked.theorem, {evidence.step: evidence.how for evidence in checked.evidence})


def listing(*, proofs: Path | None = None, width: int | None = None) -> str:
    """The theorems and claims, a line or two each, for a terminal of ``width`` letters."""
    from derive.views import theorems

    registry = load(proofs)
    return theorems.as_list(registry, judged(registry), width or theorems.WIDTH)


def kernels(*, proofs: Path | None = None) -> list[dict[str, object]]:
    """Each kernel with the terms that its rule was read as, and the plans that match its shape."""
    from derive.lower import served

    return [
        {"kernel": entry.kernel, "terms": list(entry.terms), "plans": list(entry.plans)}
        for entry in served(load(proofs))
    ]


def bounds(
    names: Sequence[str] = (), *, proofs: Path | None = None
) -> dict[str, dict[str, dict[str, dict[str, object]]]]:
    """The rounding analysis alone, run now: what it finds of these kernels, or of all, as ``manifest.json`` has it."""
    from derive.emit.manifest import bounds as table
    from derive.lower import analysed

    return table(analysed(load(proofs), names))


def budget(name: str, *, proofs: Path | None = None) -> list[dict[str, object]]:
    """The proved error of a kernel for C in binary64 line by line, function by function, in units of 2^-53."""
    from derive.emit.c.printer import statements
    from derive.lower import budget as sections

    found: list[dict[str, object]] = []
    for section in sections(load(proofs), name):
        texts = statements(section.function)
        lines = [
            {"statement": texts[line.node], "roundings": line.roundings, "units": line.share} for line in section.lines
        ]
        found.append(
            {
                "function": section.function.name,
                "computes": section.function.doc,
                "lines": lines,
                "products": section.products,
                "left_out": section.left_out,
                "approximation": section.approximation,
                "total": section.total,
            }
        )
    return found


def tables() -> str:
    """The tables of the README, in Markdown."""
    from derive.views import theorems

    return theorems.as_markdown(load())


def record(name: str, *, proofs: Path | None = None) -> dict[str, object]:
    """The same as data."""
    from derive.views import theorems

    registry = load(proofs)
    return theorems.as_record(_entry(name, registry), judged(registry))


def pictures(errors: Sequence[Errors] = (), *, proofs: Path | None = None) -> tuple[Picture, ...]:
    """What the theorems say and what was measured, to be drawn; without ``errors``, none of those."""
    from derive.pictures import functions, measured, trained

    drawn = (*functions.pictures(load(proofs)), trained.latent_picture(), measured.sign_picture())
    return (*drawn, measured.error_picture(errors)) if errors else drawn


def report(folder: Path, *, worst: Path | None = None, progress: Progress = silent) -> Contents:
    """What a page or a paper says: the claims, every theorem as proved now, and the kernels in ``folder``.

    ``worst`` is a table of worst inputs that :func:`hunt` wrote; by default, the one that the headers are made from.
    Each step is decided again, so that nothing is said to be proved unless this run has found so.
    """
    from derive.document import kernels
    from derive.document.contents import Contents
    from derive.stages.proving import proved

    tables = kernels.bounds(folder) + kernels.worst_inputs(folder, worst)
    registry, checked = proved(load, None, None, progress)
    return Contents(registry, checked, judged(registry), tables)


def page(contents: Contents, made: Sequence[Picture]) -> str:
    """One HTML page of it, with pictures."""
    from derive.document.page import Figure
    from derive.document.page import page as written
    from derive.pictures import style

    return written(contents, [Figure(picture.name, style.inline(picture), picture.caption) for picture in made])


def paper(contents: Contents, made: Sequence[Picture]) -> bytes:
    """The same as a PDF, set by TeX."""
    from derive.campaign.scratch import scratch
    from derive.document import paper as written
    from derive.pictures import style

    captions = {picture.name: picture.caption for picture in made}
    with scratch() as place:
        for picture in made:
            style.save(picture, place / f"{picture.name}.pdf", "text")
        return written.typeset(written.source(contents, captions), place)


def _entry(name: str, registry: Registry) -> Theorem | Claim:
    claims = {claim.id: claim for claim in registry.claims}
    known(name, [*registry.theorems, *claims])
    return registry.theorems.get(name) or claims[name]
